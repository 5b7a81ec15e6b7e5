/*
 * cmd_alert.c: the alerts as they are now, and what is done about one of an incident. The one that
 * is meant is named, or told by its fingerprint where several have the name.
 */
#include <stdio.h>
#include <string.h>

#include "app/cmd_incident.h"
#include "app/silencer.h"
#include "base/mem.h"
#include "export/status.h"

/* --- list ------------------------------------------------------------------------------------ */

static void put_alerts(const struct world *world, struct buf *out)
{
	for (size_t i = 0; i < world->alert_count; i++) {
		const struct alert *alert = &world->alerts[i];
		char since[WHEN_TEXT] = "-";

		if (alert->since != WHEN_NEVER)
			when_format(since, alert->since);
		buf_fmt(out, "%-10s %-9s %-36s %-24s %-16s %s\n", alert_state_word(alert->state),
			alert->severity[0] ? alert->severity : "-", alert->name, since,
			alert->fingerprint, alert->summary);
	}
}

/* Did anybody who can tell give a list? */
static bool is_told(const struct world *world)
{
	for (size_t i = 0; i < world->source_count; i++)
		if (world->sources[i].last.watch.role != ALERTS_NONE &&
		    world->sources[i].last.watch.listed)
			return true;
	return false;
}

static bool print_alerts(struct work *work, struct err *err)
{
	const struct world *world = work->estate.world;
	static const char *const keys[] = { "alerts", "alerts_trusted", "alerts_because" };
	struct status_filter all = { NULL, 0 };
	struct buf text = { 0 };
	json_t *root, *status;

	if (!work_given(work, OPTION_JSON)) {
		put_alerts(world, &text);
		return work_print_text(work, &text, err);
	}
	root = json_object();
	status = status_json(world, &all);
	json_set_text(root, "schema", "binnacle.alerts/1");
	json_set_time(root, "at", world->now);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		json_object_set(root, keys[i], json_object_get(status, keys[i]));
	json_decref(status);
	return work_print_json(work, root, err);
}

static bool run_list(struct work *work, struct err *err)
{
	const struct world *world = work->estate.world;

	work_ask(work);
	if (!is_told(world)) {
		fprintf(work->context->err, "binnacle: nobody has told which alerts fire: %s\n",
			world->alerts_because[0] ? world->alerts_because :
			"no prometheus and no alertmanager is among the sources");
		work->status = EXIT_NO_ANSWER;
	} else if (!world->alerts_trusted && !work_given(work, OPTION_QUIET)) {
		fprintf(work->context->err, "binnacle: silence means nothing here: %s\n",
			world->alerts_because);
	}
	if (work->status == EXIT_OK && world->alert_count == 0 && work_given(work, OPTION_FAIL_EMPTY))
		work->status = EXIT_NOT_FOUND;
	return print_alerts(work, err);
}

int cmd_alert_list(const struct context *context)
{
	return work_run(context, run_list);
}

/* --- the one that is meant -------------------------------------------------------------------- */

static bool is_meant(const struct incident_alert *alert, const char *word)
{
	return !strcmp(alert->name, word) || !strcmp(alert->fingerprint, word);
}

/* NULL: none. *others counts further ones of the name. */
static const struct incident_alert *find_alert(const struct incident *incident, const char *word,
					       size_t *others)
{
	const struct incident_alert *found = NULL;

	*others = 0;
	for (size_t i = 0; i < incident->alert_count; i++) {
		if (!is_meant(&incident->alerts[i], word))
			continue;
		*others += found != NULL;
		found = found ? found : &incident->alerts[i];
	}
	return found;
}

/* Does this open incident have it? It stays open in `work` then. */
static bool has_alert(struct work *work, const struct shelved *shelved, const char *word)
{
	struct err err = { 0 };
	size_t others;

	if (!work_open_folder(work, shelved, false, &err)) {
		fprintf(work->context->err, "binnacle: %s: %s\n", shelved->folder, err.text);
		return false;
	}
	if (incident_open(dossier_incident(work->dossier)) &&
	    find_alert(dossier_incident(work->dossier), word, &others))
		return true;
	dossier_close(work->dossier);
	work->dossier = NULL;
	return false;
}

static bool open_any(struct work *work, const char *word, struct err *err)
{
	size_t count = 0, found = 0;
	struct shelved *all = shelf_list(work->roots, &count, err), meant;

	if (!all && err->kind != ERR_NONE)
		return false;
	for (size_t i = 0; all && i < count; i++) {
		if (!has_alert(work, &all[i], word))
			continue;
		meant = all[i];
		found++;
		dossier_close(work->dossier);
		work->dossier = NULL;
	}
	mem_free(all);
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no open incident has an alert '%.60s'", word);
	if (found > 1)
		return err_set(err, ERR_USAGE, "%zu open incidents have the alert '%.60s': --incident "
			       "says which is meant", found, word);
	return work_open_folder(work, &meant, false, err);
}

static bool nearest_alert(const struct incident *incident, const char *word, struct err *err)
{
	const char *known[64], *near;
	size_t count = 0;

	for (size_t i = 0; i < incident->alert_count && count < ARRAY_LEN(known); i++)
		known[count++] = incident->alerts[i].name;
	near = str_nearest(word, known, count);
	return err_set(err, ERR_NOT_FOUND, "#%s has no alert '%.60s'%s%s%s", incident->id, word,
		       near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Opens its incident. */
static bool open_alert(struct work *work, const struct incident_alert **out, struct err *err)
{
	const char *incident = work_flag(work, OPTION_INCIDENT), *word;
	struct shelved shelved;
	size_t others;

	if (!work_word(work, 0, "the name of the alert", &word, err))
		return false;
	if (incident ? !shelf_find(work->roots, incident, &shelved, err) ||
		       !work_open_folder(work, &shelved, false, err) :
		       !open_any(work, word, err))
		return false;
	*out = find_alert(dossier_incident(work->dossier), word, &others);
	if (!*out)
		return nearest_alert(dossier_incident(work->dossier), word, err);
	return others == 0 ||
	       err_set(err, ERR_USAGE, "%zu alerts are called '%.60s': name it by its fingerprint "
		       "(incident show lists them)", others + 1, word);
}

static void set_alert(struct order *order, const struct incident_alert *alert)
{
	EVENT_SET(order->data, name, alert->name);
	EVENT_SET(order->data, fingerprint, alert->fingerprint);
}

static void set_labels(struct order *order, const struct incident_alert *alert)
{
	EVENT_SET(order->data, labels, (struct text_list){ (const char *const *)alert->labels,
							   alert->label_count });
}

static bool run_ack(struct work *work, struct err *err)
{
	struct order order = work_order(work, EVENT_ALERT_ACKED);
	const struct incident_alert *alert;

	if (!open_alert(work, &alert, err))
		return false;
	set_alert(&order, alert);
	set_labels(&order, alert);
	return work_submit(work, &order, err) && work_print(work, err);
}

int cmd_alert_ack(const struct context *context)
{
	return work_run(context, run_ack);
}

/* --- silences --------------------------------------------------------------------------------- */

struct hush {
	struct work *work;
	struct silencer *silencer;
	struct loop_timer patience;
	bool told;
	struct order outcome;
	char fingerprint[24], name[128];
	struct err err;
};

static void stop_waiting(void *arg)
{
	struct hush *hush = arg;

	loop_stop(hush->work->loop);
}

static const char *kept(struct hush *hush, const char *text)
{
	return arena_text(&hush->work->arena, event_text(text), strlen(event_text(text)));
}

static void on_told(void *arg, const struct silenced *what)
{
	static const enum event_kind kinds[] = {
		[SILENCER_MADE] = EVENT_ALERT_SILENCED, [SILENCER_EXPIRED] = EVENT_ALERT_UNSILENCED,
		[SILENCER_FAILED] = EVENT_ALERT_SILENCE_FAILED };
	struct hush *hush = arg;
	struct order *order = &hush->outcome;

	*order = (struct order){ .kind = kinds[what->what], .at = WHEN_NEVER, .src = SRC_SENSED };
	EVENT_SET(order->data, fingerprint, hush->fingerprint);
	EVENT_SET(order->data, name, hush->name);
	if (what->what == SILENCER_FAILED) {
		EVENT_SET(order->data, reason, kept(hush, what->reason));
		err_set(&hush->err, ERR_IO, "Alertmanager: %s", order->data.reason);
	} else {
		EVENT_SET(order->data, id, kept(hush, what->id));
	}
	if (what->what == SILENCER_MADE)
		EVENT_SET(order->data, until, what->until);
	hush->told = true;
	loop_stop(hush->work->loop);
}

static void begin(struct hush *hush, const struct incident_alert *alert)
{
	struct work *work = hush->work;

	str_put(hush->fingerprint, sizeof(hush->fingerprint), alert->fingerprint);
	str_put(hush->name, sizeof(hush->name), alert->name);
	hush->silencer = silencer_new(work->loop, work->context, &work->settings, on_told, hush);
	hush->patience = (struct loop_timer){ .call = stop_waiting, .arg = hush };
	loop_timer_set(work->loop, &hush->patience, loop_now(work->loop).steady + work->timeout);
}

/* What Alertmanager did is recorded, whatever it was. */
static bool finish(struct hush *hush, struct err *err)
{
	struct work *work = hush->work;

	if (!hush->told)
		loop_run(work->loop);
	loop_timer_stop(work->loop, &hush->patience);
	silencer_free(hush->silencer);
	if (!work->fixed)
		work->now = loop_now(work->loop).wall;
	if (!hush->told) {
		fprintf(work->context->err, "binnacle: Alertmanager does not answer: what became of "
					    "it is not known\n");
		work->status = EXIT_NO_ANSWER;
		return work_print(work, err);
	}
	if (!work_submit(work, &hush->outcome, err))
		return false;
	if (hush->err.kind != ERR_NONE) {
		fprintf(work->context->err, "binnacle: %s\n", hush->err.text);
		work->status = EXIT_FAILED;
	}
	return work_print(work, err);
}

static bool read_for(const struct work *work, msec *out, struct err *err)
{
	const char *word = work_flag(work, OPTION_FOR);

	*out = work->policy.silence_for;
	if (!word || when_parse_duration(str_of(word), out, err))
		return true;
	err->kind = ERR_USAGE;
	return err_add(err, "--for");
}

static bool run_silence(struct work *work, struct err *err)
{
	struct order order = work_order(work, EVENT_ALERT_SILENCE_ASKED);
	const char *reason = work_flag(work, OPTION_REASON), *incident;
	struct hush hush = { .work = work };
	const struct incident_alert *alert;
	msec span, until;
	size_t others;

	if (!read_for(work, &span, err) || !open_alert(work, &alert, err) ||
	    !work_may_act(work, "a silence", err))
		return false;
	until = work->now + span;
	set_alert(&order, alert);
	set_labels(&order, alert);
	EVENT_SET(order.data, until, until);
	if (reason)
		EVENT_SET(order.data, reason, reason);
	begin(&hush, alert);
	if (!work_submit(work, &order, err))
		return false;
	if (!work->recorded.id[0])		/* it is silent already */
		return work_print(work, err);
	incident = dossier_incident(work->dossier)->id;
	alert = find_alert(dossier_incident(work->dossier), hush.fingerprint, &others);
	silencer_make(hush.silencer, incident, alert, work->by, work->now, until);
	return finish(&hush, err);
}

int cmd_alert_silence(const struct context *context)
{
	return work_run(context, run_silence);
}

static bool run_expire(struct work *work, struct err *err)
{
	struct hush hush = { .work = work };
	const struct incident_alert *alert;

	if (!open_alert(work, &alert, err) || !work_may_act(work, "the end of a silence", err))
		return false;
	if (!alert->silence_id[0] || alert->silence == SILENCE_EXPIRED) {
		fprintf(work->context->err, "binnacle: %s is not silent\n", alert->name);
		return work_print(work, err);
	}
	begin(&hush, alert);
	silencer_expire(hush.silencer, dossier_incident(work->dossier)->id, alert->fingerprint,
			alert->silence_id);
	return finish(&hush, err);
}

int cmd_alert_expire(const struct context *context)
{
	return work_run(context, run_expire);
}
