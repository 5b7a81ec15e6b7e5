/* backup.c: what is asked, and the newest of what is listed; backup_judge.c judges. */
#include "backends/backup.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/kinds.h"
#include "backends/log_time.h"
#include "base/mem.h"
#include "base/outside.h"
#include "base/pattern.h"

enum { WHY = 200, PAGE = 100, NOT_FOUND = 404 };

static const struct setting component_settings[] = {
	{ .key = "match", .type = SETTING_REGEX, .offset = offsetof(struct backup_component, match),
	  .help = "Which entries are its backups, by their name, key, component, type or tier; "
		  "those that have its own name when absent." },
	{ .key = "rpo", .type = SETTING_DURATION, .offset = offsetof(struct backup_component, rpo),
	  .min = 1000, .max = 31536000000,
	  .help = "How old its newest verified backup may be; that of rpo: when absent." },
	SETTING_END
};

static const struct setting settings[] = {
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(struct backup_config, source.url),
	  .help = "The server that answers /backup/manifests." },
	{ .key = "command", .type = SETTING_TEXTS, .offset = offsetof(struct backup_config, command),
	  .help = "Instead of url: a command that prints manifests as JSON, or a list as aws s3 ls or "
		  "ls -l do, as a list of its words." },
	SOURCE_SETTINGS(struct backup_config, "5m", "10s"),
	HTTP_SETTINGS(struct backup_config),
	{ .key = "components", .type = SETTING_MAP, .max = BACKUP_COMPONENTS,
	  .offset = offsetof(struct backup_config, components), .sub = component_settings,
	  .sub_size = sizeof(struct backup_component), .required = true,
	  .help = "What must have a backup, by name; each is a signal, its age in seconds." },
	{ .key = "verified_by", .type = SETTING_REGEX,
	  .offset = offsetof(struct backup_config, verified_by),
	  .help = "An entry whose name matches was verified." },
	{ .key = "companions", .type = SETTING_TEXTS,
	  .offset = offsetof(struct backup_config, companions),
	  .help = "Endings of objects that stand beside a verified one: [.verified, .sha256]." },
	SETTING_END
};

size_t backup_component_count(const struct backup_config *config)
{
	return config->components.count < BACKUP_COMPONENTS ? config->components.count :
							      BACKUP_COMPONENTS;
}

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct backup_config *backup = config;
	const struct source_config *source = &backup->source;
	struct ask list = {
		.name = "list", .what = source->url ? "GET /backup/manifests" : "list of backups",
		.via = source->url ? ASK_HTTP : ASK_COMMAND, .index = BACKUP_LIST,
		.every = source->every, .timeout = source->timeout, .max_body = JSON_MAX_PINNED,
		.blinds = "how old the newest backups are",
	};

	assert(max >= 2);
	out[0] = list;
	if (!source->url)
		return 1;
	out[1] = list;
	out[1].name = "verifications";
	out[1].what = "GET /backup/verifications";
	out[1].index = BACKUP_VERIFICATIONS;
	out[1].blinds = "which backups were verified";
	return 2;
}

static struct str target(const void *config, unsigned number)
{
	const struct backup_config *backup = config;

	if (!backup->source.url && backup->command.count > 0)
		return str_of(backup->command.items[0]);
	return backend_url(&backup->source, number);
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	static const char *const paths[] = { [BACKUP_LIST] = "/backup/manifests",
					     [BACKUP_VERIFICATIONS] = "/backup/verifications" };
	const struct backup_config *config = look->config;

	out->argv = &config->command;
	return !config->source.url || buf_text(&out->path, paths[look->asks[ask].index]);
}

/* What an entry is compared with; made for each answer. */
struct sieve {
	const struct backup_config *config;
	struct pattern *matches[BACKUP_COMPONENTS];	/* NULL: by the component's name */
	struct pattern *verified;			/* NULL: names say nothing */
	uint64_t *stems;		/* hashes of the names that have a companion, sorted */
	size_t stem_count, stem_cap;
	struct backup_facts *facts;
};

static void sieve_done(struct sieve *sieve)
{
	for (size_t i = 0; i < BACKUP_COMPONENTS; i++)
		pattern_free(sieve->matches[i]);
	pattern_free(sieve->verified);
	mem_free(sieve->stems);
}

static bool sieve_init(struct sieve *sieve, char why[WHY])
{
	const struct backup_component *components = sieve->config->components.data;
	struct err err = { .text = "" };

	for (size_t i = 0; i < backup_component_count(sieve->config); i++)
		if (components[i].match)
			sieve->matches[i] = pattern_new(components[i].match, &err);
	if (sieve->config->verified_by)
		sieve->verified = pattern_new(sieve->config->verified_by, &err);
	(void)str_put(why, WHY, err.text);
	return err.kind == ERR_NONE;
}

/* FNV-1a. Names that collide by chance are rarer than wrong checksums. */
static uint64_t hash_of(struct str name)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ (unsigned char)name.p[i]) * UINT64_C(1099511628211);
	return hash;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The length of the name without the ending that makes it a companion; its whole length if none. */
static size_t stem_length(const struct backup_config *config, struct str name)
{
	for (size_t i = 0; i < config->companions.count; i++)
		if (str_ends(name, config->companions.items[i]))
			return name.len - strlen(config->companions.items[i]);
	return name.len;
}

static void note_companion(void *arg, const struct listed *entry)
{
	struct sieve *sieve = arg;
	size_t len = stem_length(sieve->config, entry->id);

	if (len == entry->id.len)
		return;
	sieve->stems = mem_grow(sieve->stems, &sieve->stem_cap, sieve->stem_count + 1,
				sizeof(*sieve->stems));
	sieve->stems[sieve->stem_count++] = hash_of(str_sub(entry->id.p, len));
}

static bool has_companion(const struct sieve *sieve, struct str name)
{
	uint64_t hash = hash_of(name);

	return sieve->stem_count > 0 && bsearch(&hash, sieve->stems, sieve->stem_count,
						sizeof(hash), compare);
}

static bool is_of(const struct sieve *sieve, size_t component, const struct listed *entry)
{
	const struct backup_component *components = sieve->config->components.data;
	const struct pattern *match = sieve->matches[component];

	for (size_t i = 0; i < entry->text_count; i++)
		if (match ? pattern_matches(match, entry->texts[i]) :
			    str_has_nocase(entry->texts[i], components[component].name))
			return true;
	return false;
}

static void keep(struct backup_found *found, const struct backup_kept *entry)
{
	size_t at = 0, moved;

	found->count++;
	found->undated += entry->at == WHEN_NEVER;
	while (at < BACKUP_KEPT && at < found->count - 1 && found->newest[at].at >= entry->at)
		at++;
	if (at == BACKUP_KEPT)
		return;
	moved = (found->count < BACKUP_KEPT ? found->count : BACKUP_KEPT) - 1 - at;
	memmove(&found->newest[at + 1], &found->newest[at], moved * sizeof(*entry));
	found->newest[at] = *entry;
}

static void take_entry(void *arg, const struct listed *entry)
{
	struct sieve *sieve = arg;
	struct backup_kept kept = { .at = entry->at, .verified = entry->verified };

	if (stem_length(sieve->config, entry->id) < entry->id.len)
		return;
	(void)outside_put(kept.id, sizeof(kept.id), entry->id);
	if (has_companion(sieve, entry->id) ||
	    (sieve->verified && pattern_matches(sieve->verified, entry->id)))
		kept.verified = VERIFIED_YES;
	sieve->facts->told = sieve->facts->told || kept.verified != VERIFIED_UNSAID;
	for (size_t i = 0; i < backup_component_count(sieve->config); i++)
		if (is_of(sieve, i, entry))
			keep(&sieve->facts->found[i], &kept);
}

static bool scan(struct sieve *sieve, struct str text, struct listing *listing, struct err *err)
{
	if (sieve->config->companions.count > 0) {
		if (!backup_list_scan(text, listing, note_companion, sieve, err))
			return false;
		if (sieve->stem_count > 0)
			qsort(sieve->stems, sieve->stem_count, sizeof(*sieve->stems), compare);
	}
	return backup_list_scan(text, listing, take_entry, sieve, err);
}

static bool take_list(struct sieve *sieve, const struct reply *reply, char why[WHY])
{
	struct backup_facts *facts = sieve->facts;
	struct listing listing;
	struct err err = { 0 };

	memset(facts->found, 0, sizeof(facts->found));
	facts->told = false;
	if (!scan(sieve, reply->body, &listing, &err)) {
		(void)str_put(why, WHY, err.text);
		return false;
	}
	/* TeachLink gives its newest hundred: a full page may be all, or not. */
	facts->whole = !listing.partial && (!sieve->config->source.url || listing.count < PAGE);
	return true;
}

/* The newest word about a backup is the one that counts; of two that are as old, the bad one. */
static void add_record(struct backup_facts *facts, const struct backup_record *record)
{
	for (size_t i = 0; i < facts->record_count; i++) {
		struct backup_record *kept = &facts->records[i];

		if (strcmp(kept->id, record->id) != 0)
			continue;
		if (record->at > kept->at || (record->at == kept->at && !record->valid))
			*kept = *record;
		return;
	}
	if (facts->record_count < BACKUP_RECORDS)
		facts->records[facts->record_count++] = *record;
}

static bool take_records(const json_t *root, struct backup_facts *facts, char why[WHY])
{
	const json_t *item;
	size_t i;

	facts->record_count = 0;
	facts->recorded = true;
	json_array_foreach(root, i, item) {
		const json_t *valid = json_object_get(item, "valid");
		struct backup_record record = { .valid = json_is_true(valid) };
		struct line_time time;

		if (!json_put_at(item, "backupId", record.id, sizeof(record.id)) ||
		    !json_is_boolean(valid)) {
			(void)snprintf(why, WHY, "entry %zu has no backupId and valid", i + 1);
			return false;
		}
		record.at = log_time_of(json_object_get(item, "verifiedAt"), &time) ? time.at :
										      WHEN_NEVER;
		add_record(facts, &record);
	}
	return true;
}

static bool decode_records(const struct ask *ask, const struct reply *reply,
			   struct backup_facts *facts, char why[WHY])
{
	json_t *root;
	bool good;

	facts->recorded = false;
	facts->record_count = 0;
	if (reply->status == NOT_FOUND)		/* an indexer that keeps no such list */
		return true;
	root = answer_json(ask, reply, why);
	if (!root)
		return false;
	good = json_is_array(root) ? take_records(root, facts, why) :
				     !str_put(why, WHY, "no list of verifications") && false;
	json_decref(root);
	return good;
}

static bool is_answer(const struct ask *ask, const struct reply *reply, char why[WHY])
{
	if (ask->via == ASK_HTTP)
		return answer_is_ok(reply, why);
	if (reply->status != 0)
		(void)snprintf(why, WHY, "the command ended with status %d%s%.120s", reply->status,
			       reply->why[0] ? ": " : "", reply->why);
	return reply->status == 0;
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	struct backup_facts *read = mem_dup(facts, sizeof(*read));
	struct sieve sieve = { .config = config, .facts = read };
	bool good;

	if (ask->index == BACKUP_VERIFICATIONS)
		good = decode_records(ask, reply, read, why);
	else
		good = is_answer(ask, reply, why) && sieve_init(&sieve, why) &&
		       take_list(&sieve, reply, why);
	if (good)
		memcpy(facts, read, sizeof(*read));
	sieve_done(&sieve);
	mem_free(read);
	return good ? DECODED_GOOD : DECODED_BAD;
}

const struct backend backup_backend = {
	.kind = "backup",
	.settings = settings,
	.config_size = sizeof(struct backup_config),
	.facts_size = sizeof(struct backup_facts),
	.rank = 2,
	.target = target,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = backup_judge,
};
