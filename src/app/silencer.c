/*
 * silencer.c: see silencer.h. The labels that an incident has of an alert were scrubbed, redacted,
 * perhaps cut, and a silence with fewer matchers would mute others too. So the alert is looked up
 * first, and its labels are taken from where the silence is made, byte for byte.
 *
 * A wish goes from instance to instance until one has fulfilled it:
 *
 *   make     FIND (GET alerts) -> MAKE (POST silences)
 *   expire   EXPIRE (DELETE silence) -> CHECK (GET silence: does this one know it?)
 */
#include "app/silencer.h"

#include <string.h>

#include "app/silencer_json.h"
#include "backends/alertmanager.h"
#include "base/mem.h"
#include "base/outside.h"
#include "io/errand.h"

enum { HTTP_NOT_FOUND = 404 };

#define USUAL_TIMEOUT (5 * WHEN_SECOND)

enum step { STEP_FIND, STEP_MAKE, STEP_EXPIRE, STEP_CHECK };

struct wish {
	struct silencer *silencer;
	struct wish *next;
	char fingerprint[24];
	struct silence silence;		/* id: to be renewed or expired */
	bool expires;
	enum step step;
	size_t where;			/* which instance is asked */
	bool moved;			/* the settings are others since it was asked */
	bool doubtful;			/* some instance did not say that it knows no such silence */
	struct errand *errand;
	struct loop_timer later;	/* to begin, from the loop */
	char why[BECAUSE_TEXT];		/* the last instance would not */
};

struct silencer {
	struct loop *loop;
	const struct settings *settings;
	void (*told)(void *arg, const struct silenced *what);
	void *arg;
	struct errands *errands;
	struct wish *all;
};

struct instance {			/* one Alertmanager of one source */
	const struct alertmanager_config *config;
	unsigned target;
};

static void on_reply(void *arg, const struct reply *reply);

struct silencer *silencer_new(struct loop *loop, const struct context *context,
			      const struct settings *settings,
			      void (*told)(void *arg, const struct silenced *what), void *arg)
{
	struct silencer *silencer = mem_new(sizeof(*silencer));

	silencer->loop = loop;
	silencer->settings = settings;
	silencer->told = told;
	silencer->arg = arg;
	silencer->errands = errands_new(loop, context->environment);
	return silencer;
}

static void free_request(struct wish *wish)
{
	struct wish **at = &wish->silencer->all;

	while (*at != wish)
		at = &(*at)->next;
	*at = wish->next;
	loop_timer_stop(wish->silencer->loop, &wish->later);
	errand_cancel(wish->errand);
	mem_free(wish);
}

void silencer_free(struct silencer *silencer)
{
	if (!silencer)
		return;
	while (silencer->all)
		free_request(silencer->all);
	errands_free(silencer->errands);
	mem_free(silencer);
}

void silencer_settings(struct silencer *silencer, const struct settings *settings)
{
	silencer->settings = settings;
	for (struct wish *wish = silencer->all; wish; wish = wish->next)
		wish->moved = true;
	errands_reset(silencer->errands);
}

static bool instance_at(const struct settings *settings, size_t index, struct instance *out)
{
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);
		size_t count = backend_url_count(source);

		if (strcmp(source->kind, "alertmanager") != 0)
			continue;
		if (index < count) {
			*out = (struct instance){ (const struct alertmanager_config *)source,
						  (unsigned)index };
			return true;
		}
		index -= count;
	}
	return false;
}

/* The last word on a wish, which is gone after it. */
static void tell(struct wish *wish, const struct silenced *what)
{
	struct silencer *silencer = wish->silencer;
	struct silenced full = *what;

	full.incident = wish->silence.incident;
	full.fingerprint = wish->fingerprint;
	full.until = wish->silence.until;
	silencer->told(silencer->arg, &full);
	free_request(wish);
}

static void fail(struct wish *wish)
{
	tell(wish, &(struct silenced){ .what = SILENCER_FAILED, .id = wish->silence.id,
					  .reason = wish->why });
}

static void expired(struct wish *wish, const char *reason)
{
	tell(wish, &(struct silenced){ .what = SILENCER_EXPIRED, .id = wish->silence.id,
					  .reason = reason });
}

/* All were asked. What none of them knows does not silence anything. */
static void give_up(struct wish *wish)
{
	if (wish->expires && !wish->doubtful)
		expired(wish, "Alertmanager does not know it any more");
	else
		fail(wish);
}

static void put_path(const struct wish *wish, struct buf *out)
{
	switch (wish->step) {
	case STEP_FIND:
		silence_alerts_path(wish->silence.name, out);
		break;
	case STEP_MAKE:
		buf_text(out, "/api/v2/silences");
		break;
	case STEP_EXPIRE:
	case STEP_CHECK:
		buf_fmt(out, "/api/v2/silence/%s", wish->silence.id);
		break;
	}
}

static void ask(struct wish *wish, struct str body)
{
	struct silencer *silencer = wish->silencer;
	struct instance instance;
	struct buf path = { 0 };
	struct errand_plan plan = { .body = body, .max_body = JSON_MAX_PINNED };

	if (!instance_at(silencer->settings, wish->where, &instance)) {
		give_up(wish);
		return;
	}
	put_path(wish, &path);
	plan.source = &instance.config->source;
	plan.target = instance.target;
	plan.timeout = plan.source->timeout ? plan.source->timeout : USUAL_TIMEOUT;
	plan.method = wish->step == STEP_EXPIRE ? "DELETE" : NULL;
	plan.path = buf_cstr(&path);
	wish->moved = false;
	wish->errand = errand_start(silencer->errands, &plan, on_reply, wish);
	buf_done(&path);
}

static void begin_at(struct wish *wish, size_t where)
{
	wish->where = where;
	wish->step = wish->expires ? STEP_EXPIRE : STEP_FIND;
	ask(wish, str_of(NULL));
}

static void go_on(struct wish *wish)
{
	begin_at(wish, wish->moved ? 0 : wish->where + 1);
}

/* Why this instance did not do it. */
static void remember(struct wish *wish, const struct reply *reply)
{
	struct str body = str_trim(reply->body);
	struct buf text = { 0 };

	if (reply->kind != REPLY_ANSWER)
		buf_text(&text, reply->why);
	else
		buf_fmt(&text, "Alertmanager answered %d: %.*s", reply->status, (int)body.len, body.p);
	(void)outside_put(wish->why, sizeof(wish->why), str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
}

/* What was sent and not answered may have been done: no second silence beside it. */
static void refused(struct wish *wish, const struct reply *reply)
{
	if (wish->step == STEP_MAKE && reply->kind != REPLY_ANSWER) {
		remember(wish, reply);
		fail(wish);
		return;
	}
	if (wish->step == STEP_MAKE && reply->status == HTTP_NOT_FOUND && *wish->silence.id) {
		wish->silence.id[0] = '\0';	/* it was forgotten there: not renewed, made anew */
		begin_at(wish, wish->where);
		return;
	}
	if (wish->step != STEP_CHECK || reply->kind != REPLY_ANSWER ||
	    reply->status != HTTP_NOT_FOUND) {
		remember(wish, reply);
		wish->doubtful = true;
	}
	go_on(wish);
}

static void cannot(struct wish *wish, const char *why)
{
	(void)str_put(wish->why, sizeof(wish->why), why);
	go_on(wish);
}

static bool is_watchdog(const struct wish *wish, const json_t *labels)
{
	struct instance instance;
	const char *name = json_text_at(labels, "alertname", "");

	return strcmp(name, "Watchdog") == 0 ||
	       (instance_at(wish->silencer->settings, wish->where, &instance) &&
		strcmp(name, instance.config->watchdog) == 0);
}

static void found(struct wish *wish, const json_t *alerts)
{
	const json_t *labels = silence_labels(alerts, wish->fingerprint);
	struct buf body = { 0 };

	if (!labels) {
		cannot(wish, "Alertmanager does not have this alert now");
	} else if (is_watchdog(wish, labels)) {
		cannot(wish, "the watchdog is never silenced");
	} else {
		silence_body(&wish->silence, labels, &body);
		wish->step = STEP_MAKE;
		ask(wish, str_sub(buf_cstr(&body), body.len));
	}
	buf_done(&body);
}

static void made(struct wish *wish, const json_t *answer)
{
	char id[SILENCE_ID];

	if (json_put_at(answer, "silenceID", id, sizeof(id)) && silence_is_id(id))
		tell(wish, &(struct silenced){ .what = SILENCER_MADE, .id = id, .reason = "" });
	else
		cannot(wish, "Alertmanager took it and told no id: look at its silences");
}

/* It would not expire it: because it knows no such silence? */
static void check(struct wish *wish, const struct reply *reply)
{
	remember(wish, reply);
	wish->step = STEP_CHECK;
	ask(wish, str_of(NULL));
}

static void checked(struct wish *wish)
{
	wish->doubtful = true;
	go_on(wish);
}

static void understand(struct wish *wish, const struct reply *reply)
{
	json_t *root = json_read(reply->body, JSON_MAX_PINNED, NULL);

	switch (wish->step) {
	case STEP_FIND:
		found(wish, root);
		break;
	case STEP_MAKE:
		made(wish, root);
		break;
	case STEP_EXPIRE:
		expired(wish, "");
		break;
	case STEP_CHECK:
		checked(wish);
		break;
	}
	json_decref(root);
}

static void on_reply(void *arg, const struct reply *reply)
{
	struct wish *wish = arg;
	bool answered = reply->kind == REPLY_ANSWER;

	wish->errand = NULL;
	if (wish->moved && wish->step == STEP_FIND)
		go_on(wish);
	else if (answered && reply->status >= 200 && reply->status < 300)
		understand(wish, reply);
	else if (answered && wish->step == STEP_EXPIRE && !wish->moved)
		check(wish, reply);
	else
		refused(wish, reply);
}

static void on_begin(void *arg)
{
	struct wish *wish = arg;
	struct instance first;

	if (wish->silencer->settings->read_only)
		(void)str_put(wish->why, sizeof(wish->why), "read-only: no silence is touched");
	else if (!instance_at(wish->silencer->settings, 0, &first))
		(void)str_put(wish->why, sizeof(wish->why), "no alertmanager is configured");
	if (*wish->why)
		fail(wish);
	else
		begin_at(wish, 0);
}

static struct wish *new_request(struct silencer *silencer, const char *incident,
				   const char *fingerprint)
{
	struct wish *wish = mem_new(sizeof(*wish));

	wish->silencer = silencer;
	(void)str_put(wish->silence.incident, sizeof(wish->silence.incident), incident);
	(void)str_put(wish->fingerprint, sizeof(wish->fingerprint), fingerprint);
	wish->silence.until = WHEN_NEVER;
	wish->later.call = on_begin;
	wish->later.arg = wish;
	wish->next = silencer->all;
	silencer->all = wish;
	loop_timer_set(silencer->loop, &wish->later, 0);
	return wish;
}

void silencer_make(struct silencer *silencer, const char *incident,
		   const struct incident_alert *alert, const char *author, msec from, msec until)
{
	struct wish *wish = new_request(silencer, incident, alert->fingerprint);

	(void)str_put(wish->silence.name, sizeof(wish->silence.name), alert->name);
	(void)str_put(wish->silence.author, sizeof(wish->silence.author), author);
	if (alert->silence == SILENCE_IN_FORCE && silence_is_id(alert->silence_id))
		(void)str_put(wish->silence.id, sizeof(wish->silence.id), alert->silence_id);
	wish->silence.from = from;
	wish->silence.until = until;
}

void silencer_expire(struct silencer *silencer, const char *incident, const char *fingerprint,
		     const char *id)
{
	struct wish *wish = new_request(silencer, incident, fingerprint);

	wish->expires = true;
	if (silence_is_id(id))
		(void)str_put(wish->silence.id, sizeof(wish->silence.id), id);
	else
		(void)str_put(wish->why, sizeof(wish->why), "this is no id of a silence");
}
