#include "app/recovery_settings.h"

#include <string.h>

#include "app/settings.h"
#include "base/attr.h"

#define HOUR_MS 3600000.0

static const char *const layer_names[] = {
#define X(sym, word) [LAYER_##sym] = (word),
	RECOVERY_LAYERS(X)
#undef X
	NULL };
static const char *const smoke_names[] = {
#define X(sym, word) [SMOKE_##sym] = (word),
	RECOVERY_SMOKES(X)
#undef X
	NULL };

const char *recovery_layer_word(enum recovery_layer layer)
{
	return layer_names[layer];
}

const char *recovery_smoke_word(enum recovery_smoke kind)
{
	return smoke_names[kind];
}

static const struct setting count_table[] = {
	{ .key = "name", .type = SETTING_TEXT, .offset = offsetof(struct count_settings, name),
	  .required = true, .help = "What is counted." },
	{ .key = "query", .type = SETTING_TEXT, .offset = offsetof(struct count_settings, query),
	  .required = true, .help = "SQL that gives one whole number; it runs read-only." },
	{ .key = "golden", .type = SETTING_TEXT, .offset = offsetof(struct count_settings, golden),
	  .help = "Where the golden manifest has the number: a path of keys, parted by dots; "
		  "counts.NAME when absent." },
	{ .key = "tolerance", .type = SETTING_INT,
	  .offset = offsetof(struct count_settings, tolerance), .def = "0", .min = 0,
	  .max = 1e15, .help = "How far it may be from that, up or down." },
	SETTING_END
};

static const struct setting reconcile_table[] = {
	{ .key = "name", .type = SETTING_TEXT,
	  .offset = offsetof(struct reconcile_settings, name), .required = true,
	  .help = "What is counted." },
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(struct reconcile_settings, url),
	  .required = true, .help = "What answers with it, as JSON." },
	{ .key = "path", .type = SETTING_TEXT, .offset = offsetof(struct reconcile_settings, path),
	  .required = true, .help = "Where the answer has the number: keys parted by dots." },
	{ .key = "golden", .type = SETTING_TEXT,
	  .offset = offsetof(struct reconcile_settings, golden),
	  .help = "As in counts." },
	{ .key = "tolerance", .type = SETTING_INT,
	  .offset = offsetof(struct reconcile_settings, tolerance), .def = "0", .min = 0,
	  .max = 1e15, .help = "As in counts." },
	SETTING_END
};

static const struct setting smoke_table[] = {
	{ .key = "name", .type = SETTING_TEXT, .offset = offsetof(struct smoke_settings, name),
	  .required = true, .help = "What is tried." },
	{ .key = "kind", .type = SETTING_CHOICE, .offset = offsetof(struct smoke_settings, kind),
	  .def = "health", .choices = smoke_names,
	  .help = "What kind of try it is. A write is left out unless --armed is given." },
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(struct smoke_settings, url),
	  .help = "It must answer with a status of 2xx, and with no error in its body." },
	{ .key = "body", .type = SETTING_TEXT, .offset = offsetof(struct smoke_settings, body),
	  .help = "JSON that is posted to the URL; without it, it is a GET. Only for write and "
		  "synthetic-transaction." },
	{ .key = "query", .type = SETTING_TEXT, .offset = offsetof(struct smoke_settings, query),
	  .help = "SQL for the source of recovery instead; read-only unless kind is write." },
	{ .key = "command", .type = SETTING_TEXTS,
	  .offset = offsetof(struct smoke_settings, command),
	  .help = "A command instead, as a list of its words: good when it exits 0." },
	{ .key = "expect", .type = SETTING_TEXT, .offset = offsetof(struct smoke_settings, expect),
	  .help = "A text that must stand in what is answered." },
	SETTING_END
};

static const struct setting recovered_table[] = {
	{ .key = "name", .type = SETTING_TEXT, .offset = offsetof(struct recovered_settings, name),
	  .required = true, .help = "A component; its rto is the one under rto." },
	{ .key = "layer", .type = SETTING_CHOICE,
	  .offset = offsetof(struct recovered_settings, layer), .def = "other",
	  .choices = layer_names,
	  .help = "Layers are waited for in this order: persistence, indexer, api, worker, "
		  "frontend, other; within one, as they stand in the list." },
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(struct recovered_settings, url),
	  .help = "It is there when this answers with a status of 2xx and no error in its body." },
	{ .key = "source", .type = SETTING_TEXT,
	  .offset = offsetof(struct recovered_settings, source),
	  .help = "It is there when this source is OK." },
	{ .key = "within", .type = SETTING_DURATION,
	  .offset = offsetof(struct recovered_settings, within), .def = "30s",
	  .min = 0, .max = 12 * HOUR_MS, .help = "How long it is waited for." },
	SETTING_END
};

static const struct setting on_chain_table[] = {
	{ .key = "source", .type = SETTING_TEXT, .offset = offsetof(struct on_chain_settings, source),
	  .help = "A stellar-rpc source, with the contract whose events are looked through." },
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(struct on_chain_settings, url),
	  .help = "The indexer's list of them: http://indexer:3000/backup/recoveries." },
	SETTING_END
};

const struct setting recovery_table[] = {
	{ .key = "manifest", .type = SETTING_PATH,
	  .offset = offsetof(struct recovery_settings, manifest),
	  .help = "The manifest of the backup that was restored: JSON, as docs/recovery.md has it." },
	{ .key = "artifacts", .type = SETTING_PATH,
	  .offset = offsetof(struct recovery_settings, artifacts),
	  .help = "The folder with the artifacts of that manifest, and with nothing else." },
	{ .key = "golden", .type = SETTING_PATH,
	  .offset = offsetof(struct recovery_settings, golden),
	  .help = "The golden manifest: JSON with the counts that must come back. The manifest "
		  "itself when absent." },
	{ .key = "source", .type = SETTING_TEXT,
	  .offset = offsetof(struct recovery_settings, source),
	  .help = "The postgres source of the restored database." },
	{ .key = "data_until", .type = SETTING_TEXT,
	  .offset = offsetof(struct recovery_settings, data_until),
	  .help = "SQL that gives the time of the newest data: a timestamp, or seconds since 1970." },
	{ .key = "release_command", .type = SETTING_TEXTS,
	  .offset = offsetof(struct recovery_settings, release_command),
	  .help = "A command, as a list of its words, whose first line is the release that runs: it "
		  "must be the release_tag of the manifest." },
	{ .key = "components", .type = SETTING_ITEMS, .max = 16,
	  .offset = offsetof(struct recovery_settings, components), .sub = recovered_table,
	  .sub_size = sizeof(struct recovered_settings),
	  .help = "What must be there again, in the order of restoring." },
	{ .key = "counts", .type = SETTING_ITEMS, .max = 64,
	  .offset = offsetof(struct recovery_settings, counts), .sub = count_table,
	  .sub_size = sizeof(struct count_settings),
	  .help = "Counts of the restored database against the golden manifest." },
	{ .key = "reconcile", .type = SETTING_ITEMS, .max = 64,
	  .offset = offsetof(struct recovery_settings, reconcile), .sub = reconcile_table,
	  .sub_size = sizeof(struct reconcile_settings),
	  .help = "The same, of what services answer." },
	{ .key = "smoke", .type = SETTING_ITEMS, .max = 64,
	  .offset = offsetof(struct recovery_settings, smoke), .sub = smoke_table,
	  .sub_size = sizeof(struct smoke_settings), .help = "Smoke tests." },
	{ .key = "on_chain", .type = SETTING_GROUP,
	  .offset = offsetof(struct recovery_settings, on_chain), .sub = on_chain_table,
	  .sub_size = sizeof(struct on_chain_settings),
	  .help = "Where the event RecoveryExecutedEvent is to be found." },
	SETTING_END
};

static void complain(struct settings *settings, const struct node *node, const char *text,
		     const char *hint)
{
	problems_add(&settings->problems, &(struct complaint){
		.at = node->key_at, .width = node->key_width, .id = PROBLEM_REFERENCE,
		.text = text, .hint = hint });
}

static bool is_source(const struct settings *settings, const char *name, const char *kind)
{
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (!strcmp(source->name, name) && (!kind || !strcmp(source->kind, kind)))
			return true;
	}
	return false;
}

/* A source that is named must be there. */
static void check_source(struct settings *settings, const struct node *node, const char *path,
			 const char *name, const char *kind)
{
	struct arena *arena = &settings->arena;

	if (node && name && !is_source(settings, name, kind))
		complain(settings, node, arena_fmt(arena, "%s: there is no %s%ssource %s", path,
						   kind ? kind : "", kind ? " " : "",
						   problems_quote(arena, name)), NULL);
}

/* What asks the database needs one. */
static void check_sql(struct settings *settings, const struct node *node, const char *path)
{
	if (node && !settings->recovery.source)
		complain(settings, node, arena_fmt(&settings->arena, "%s needs recovery.source", path),
			 "name the postgres source of the restored database");
}

static void check_golden(struct settings *settings, const struct node *recovery)
{
	const struct recovery_settings *set = &settings->recovery;
	const struct node *node = tree_child(recovery, "counts");

	node = node ? node : tree_child(recovery, "reconcile");
	if (node && !set->golden && !set->manifest)
		complain(settings, node, "recovery: there is nothing to compare counts with",
			 "name a golden manifest, or a manifest that has counts");
	node = tree_child(recovery, "artifacts");
	if (node && !set->manifest)
		complain(settings, node, "recovery.artifacts needs recovery.manifest", NULL);
	node = tree_child(recovery, "manifest");
	if (node && !set->artifacts)
		complain(settings, node, "recovery.manifest needs recovery.artifacts", NULL);
	node = tree_child(recovery, "release_command");
	if (node && !set->manifest)
		complain(settings, node, "recovery.release_command needs recovery.manifest",
			 "its release_tag is what the release is compared with");
}

static void check_components(struct settings *settings, const struct node *list)
{
	if (!list || list->kind != NODE_LIST)
		return;
	for (const struct node *n = list->first; n; n = n->next) {
		const struct node *source = tree_child(n, "source");

		if (n->kind != NODE_MAP)
			continue;
		if (!source == !tree_child(n, "url"))
			complain(settings, n->first ? n->first : n,
				 "recovery.components: one of url and source", NULL);
		if (source && source->kind == NODE_SCALAR)
			check_source(settings, source, "recovery.components", source->text, NULL);
	}
}

static void check_smoke(struct settings *settings, const struct node *list)
{
	const struct smoke_settings *smoke = settings->recovery.smoke.data;
	size_t i = 0;

	if (!list || list->kind != NODE_LIST)
		return;
	for (const struct node *n = list->first; n && i < settings->recovery.smoke.count;
	     n = n->next, i++) {
		const struct node *body = tree_child(n, "body");

		if (!tree_child(n, "url") + !tree_child(n, "query") + !tree_child(n, "command") != 2)
			complain(settings, n->first ? n->first : n,
				 "recovery.smoke: one of url, query and command", NULL);
		check_sql(settings, tree_child(n, "query"), "recovery.smoke");
		if (body && (!smoke[i].url || (smoke[i].kind != SMOKE_WRITE &&
					       smoke[i].kind != SMOKE_SYNTHETIC)))
			complain(settings, body, "recovery.smoke: body is for the url of a write or "
				 "a synthetic-transaction", NULL);
	}
}

void recovery_check(struct settings *settings)
{
	const struct recovery_settings *set = &settings->recovery;
	const struct node *recovery = tree_child(settings->tree, "recovery");
	const struct node *chain;

	if (!recovery || recovery->kind != NODE_MAP)
		return;
	chain = tree_child(recovery, "on_chain");
	check_source(settings, tree_child(recovery, "source"), "recovery.source", set->source,
		     "postgres");
	check_source(settings, chain ? tree_child(chain, "source") : NULL,
		     "recovery.on_chain.source", set->on_chain.source, "stellar-rpc");
	check_sql(settings, tree_child(recovery, "counts"), "recovery.counts");
	check_sql(settings, tree_child(recovery, "data_until"), "recovery.data_until");
	check_golden(settings, recovery);
	check_components(settings, tree_child(recovery, "components"));
	check_smoke(settings, tree_child(recovery, "smoke"));
}
