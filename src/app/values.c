#include "app/values.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "core/caseload.h"
#include "core/world.h"

/* --- secrets --- */

static void vault_name(char out[ULID_TEXT + NAME_TEXT], const char *run, const char *name)
{
	(void)snprintf(out, ULID_TEXT + NAME_TEXT, "%.26s/%.60s", run, name);
}

static struct vaulted *vault_find(const struct vault *vault, const char *run, const char *name)
{
	char whole[ULID_TEXT + NAME_TEXT];

	vault_name(whole, run, name);
	for (size_t i = 0; i < vault->count; i++) {
		if (strcmp(vault->items[i].name, whole) == 0)
			return &vault->items[i];
	}
	return NULL;
}

static void wipe(struct vaulted *item)
{
	if (item->value)
		explicit_bzero(item->value, strlen(item->value));
	mem_free(item->value);
	secret_free(item->secret);
}

void vault_put(struct vault *vault, const char *run, const char *name, const char *value)
{
	struct vaulted *item = vault_find(vault, run, name);

	if (item && strcmp(item->value, value) == 0)
		return;
	if (item)
		item->name[0] = '\0';		/* what it has reached may still write it */
	vault->items = mem_grow(vault->items, &vault->cap, vault->count + 1, sizeof(*vault->items));
	item = &vault->items[vault->count++];
	vault_name(item->name, run, name);
	item->value = mem_text(value);
	item->secret = secret_new(str_of(value));
}

/* Another value has another number. */
static size_t vault_number(const struct vault *vault, const char *run, const char *name)
{
	return (size_t)(vault_find(vault, run, name) - vault->items);
}

const char *vault_get(const struct vault *vault, const char *run, const char *name)
{
	const struct vaulted *item = vault_find(vault, run, name);

	return item ? item->value : NULL;
}

void vault_done(struct vault *vault)
{
	for (size_t i = 0; i < vault->count; i++)
		wipe(&vault->items[i]);
	mem_free(vault->items);
	*vault = (struct vault){ .count = 0 };
}

/* --- where values are from --- */

struct making {
	const struct values_in *in;
	struct arena *arena;
	const char **shown, **real, **marks;
	size_t count;
	const char *missing;
};

static const char *variable(const struct values_in *in, const char *name)
{
	const struct pairs *variables = &in->settings->variables;

	for (size_t i = 0; i < variables->count; i++) {
		if (strcmp(variables->items[i].name, name) == 0)
			return variables->items[i].value;
	}
	return NULL;
}

static const char *configured(const struct making *making, const char *path)
{
	const struct values_in *in = making->in;
	const struct node *node;

	if (str_starts(str_of(path), "variables."))
		return variable(in, path + strlen("variables."));
	node = in->settings->tree ? tree_at(in->settings->tree, path) : NULL;
	return node && node->kind == NODE_SCALAR ? node->text : NULL;
}

/* "for alert High": not one that is called IndexerHigh. */
static bool is_begun_for(const struct run *run, const char *alert)
{
	size_t before = strlen(run->because) - strlen(alert);

	return str_ends(str_of(run->because), alert) && (before == 0 || run->because[before - 1] == ' ');
}

/* The alert that the run was begun for, else the first one that fires. */
static const struct alert *alert_of(const struct values_in *in)
{
	const struct alert *first = NULL;

	for (size_t i = 0; i < in->world->alert_count; i++) {
		const struct alert *alert = &in->world->alerts[i];

		if (alert->watchdog || alert->state == ALERT_RESOLVED)
			continue;
		if (is_begun_for(in->run, alert->name))
			return alert;
		if (!first)
			first = alert;
	}
	return in->run->because[0] ? NULL : first;
}

static const char *from_alert(const struct making *making, const char *what)
{
	const struct alert *alert = alert_of(making->in);

	if (!alert)
		return NULL;
	if (strcmp(what, "name") == 0)
		return alert->name;
	return str_starts(str_of(what), "labels.") ? alert_label(alert, what + strlen("labels.")) :
	       NULL;
}

static const char *or_null(const char *text)
{
	return text && *text ? text : NULL;
}

static bool is_any_selected(const struct caseload *cases)
{
	return cases && cases->find && (cases->selected_id[0] || cases->selected_hash[0]);
}

/* The row under the cursor, or that it was on last. */
static const char *from_selected(const struct making *making, const char *what)
{
	const struct caseload *cases = making->in->world->cases;
	const struct tx_line *line;
	struct tx_case *tx;

	tx = arena_new(making->arena, sizeof(*tx));
	if (!cases->find(cases->arg, cases->selected_id, cases->selected_hash, tx))
		return NULL;
	line = &tx->line;
	if (strcmp(what, "tx.hash") == 0)
		return or_null(line->hash);
	if (strcmp(what, "tx.source") == 0)
		return or_null(line->account);
	if (strcmp(what, "tx.id") == 0)
		return or_null(line->id);
	if (strcmp(what, "tx.sequence") == 0 && line->has_sequence)
		return arena_fmt(making->arena, "%lld", (long long)line->sequence);
	return NULL;
}

/* Of several nobody has chosen one: it is asked for. What the chosen one lacks is not another's. */
static const char *from_tx(const struct making *making, const char *what)
{
	const struct tx_summary *tx = &making->in->world->tx;
	const char *hash = tx->known && tx->row_count == 1 ? tx->rows[0].hash : NULL;

	if (is_any_selected(making->in->world->cases))
		return from_selected(making, what);
	return strcmp(what, "tx.hash") == 0 ? or_null(hash) : NULL;
}

static const char *from_incident(const struct making *making, const char *what)
{
	const struct values_in *in = making->in;

	if (strcmp(what, "id") == 0)
		return in->incident->id;
	return strcmp(what, "title") == 0 ? in->incident->title : NULL;
}

static const char *from_environment(const struct making *making, const char *name)
{
	return context_env(making->in->context, name);
}

/* NULL: it is not there. */
static const char *find_from(const struct making *making, const char *from)
{
	static const struct {
		const char *prefix;
		const char *(*find)(const struct making *making, const char *rest);
	} sources[] = {
		{ "env:", from_environment }, { "config:", configured }, { "alert:", from_alert },
		{ "selected:", from_tx }, { "incident:", from_incident },
	};

	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		if (str_starts(str_of(from), sources[i].prefix))
			return sources[i].find(making, from + strlen(sources[i].prefix));
	}
	return NULL;
}

/* --- one of them --- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Does the text read this name? As a word: $NAME, ${NAME}, :'NAME'. */
static bool reads(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = strstr(text, name); at; at = strstr(at + 1, name)) {
		if ((at == text || !is_word(at[-1])) && !is_word(at[len]))
			return true;
	}
	return false;
}

static void add(struct making *making, const char *shown, const char *real, const char *mark)
{
	making->shown[making->count] = shown;
	making->marks[making->count] = mark;
	making->real[making->count++] = real;
}

static void miss(struct making *making, const char *name, const char *why)
{
	if (!making->missing && reads(making->in->text, name))
		making->missing = arena_fmt(making->arena, "%s %s", name, why);
}

static void add_plain(struct making *making, const char *name, const char *value)
{
	const char *text = arena_fmt(making->arena, "%s=%s", name, value);

	add(making, text, text, text);
}

static void add_secret(struct making *making, const char *name, const char *value, const char *from)
{
	struct vault *vault = making->in->vault;
	const char *run = making->in->run->event;

	vault_put(vault, run, name, value);
	add(making, arena_fmt(making->arena, "%s=(secret, from %s)", name, from),
	    arena_fmt(making->arena, "%s=%s", name, value),
	    arena_fmt(making->arena, "%s=%zu", name, vault_number(vault, run, name)));
}

static void add_param(struct making *making, const struct param *param, const char *value,
		      const char *from)
{
	struct err err = { 0 };

	if (!param_fits(param, value, &err))
		miss(making, param->name, arena_fmt(making->arena, "is not usable: %s", err.text));
	else if (param->type == PARAM_SECRET)
		add_secret(making, param->name, value, from);
	else
		add_plain(making, param->name, value);
}

static const struct run_value *given(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->value_count; i++) {
		if (strcmp(run->values[i].name, name) == 0)
			return &run->values[i];
	}
	return NULL;
}

static void make_param(struct making *making, const struct param *param)
{
	const struct values_in *in = making->in;
	const struct run_value *entered = given(in->run, param->name);
	const char *secret = param->type == PARAM_SECRET ?
			     vault_get(in->vault, in->run->event, param->name) : NULL;
	const char *value = entered ? entered->value : NULL, *from = "you";

	if (entered && !value)
		value = secret;
	if (!value && param->from[0]) {
		value = find_from(making, param->from);
		from = param->from;
	}
	if (!value && param->def[0]) {
		value = param->def;
		from = "its default";
	}
	if (value)
		add_param(making, param, value, from);
	else if (param->required)
		miss(making, param->name, entered ? "is a secret that another console has: give it here" :
		     "is not known: V gives it a value");
}

const struct param *values_param(const struct card *card, const char *name)
{
	for (size_t i = 0; card && i < card->param_count; i++) {
		if (strcmp(card->params[i].name, name) == 0)
			return &card->params[i];
	}
	return NULL;
}

/* What a command has captured has no parameter. */
static void make_captured(struct making *making)
{
	const struct run *run = making->in->run;

	for (size_t i = 0; i < run->value_count; i++) {
		const struct run_value *value = &run->values[i];

		if (value->value && !values_param(making->in->card, value->name))
			add_plain(making, value->name, value->value);
	}
}

void values_make(const struct values_in *in, struct arena *arena, struct values *out)
{
	size_t most = (in->card ? in->card->param_count : 0) + (in->run ? in->run->value_count : 0);
	struct making making = {
		.in = in, .arena = arena,
		.shown = arena_array(arena, most + 1, sizeof(const char *)),
		.real = arena_array(arena, most + 1, sizeof(const char *)),
		.marks = arena_array(arena, most + 1, sizeof(const char *)),
	};

	for (size_t i = 0; in->run && in->card && i < in->card->param_count; i++)
		make_param(&making, &in->card->params[i]);
	if (in->run)
		make_captured(&making);
	*out = (struct values){ making.shown, making.real, making.marks, making.missing };
}
