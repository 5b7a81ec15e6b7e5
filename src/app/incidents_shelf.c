#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/incidents_inside.h"
#include "app/paths.h"
#include "base/log.h"
#include "base/mem.h"

/* A new folder wakes us; what is declared anew in an old one, or comes by a synced folder that
 * wakes nobody, is found within these seconds. */
enum { LOOK_EVERY = 2 };

/*
 * A survey reads every folder that is new or has changed since it was read last, and is not on the
 * desk: what is not over comes to the desk, of what is over the newest gives the last words.
 */
struct survey {
	uv_work_t work;
	struct incidents *incidents;	/* NULL: left */
	char *roots[2];
	char open[DESK_OPEN][INCIDENT_ID];	/* on the desk: not read */
	struct glance *glances;
	size_t count, cap;
	msec now;
	struct err err;
};

/* --- where --- */

static char *own_root(struct incidents *incidents)
{
	struct buf path = { 0 };
	struct err err = { 0 };

	if (!paths_state(incidents->setup.context, &path, &err) && path.len == 0) {
		str_put(incidents->no_root, sizeof(incidents->no_root), err.text);
		return NULL;
	}
	buf_text(&path, "/incidents");
	return buf_take(&path);
}

void shelf_roots(struct incidents *incidents)
{
	const struct share_settings *share = &incidents->setup.settings->share;
	struct err err = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(incidents->roots); i++) {
		mem_free(incidents->roots[i]);
		uv_fs_event_stop(&incidents->root_watches[i]);
	}
	incidents->no_root[0] = '\0';
	incidents->roots[0] = own_root(incidents);
	incidents->roots[1] = NULL;
	if (!share->dir)
		return;
	if (shelf_share(share->dir, share->group, &err))
		incidents->roots[1] = mem_text(share->dir);
	else
		incidents_say(incidents, "not shared: %s", err.text);
}

bool shelf_folder(const struct incidents *incidents, const char *title, msec at,
		  struct shelved *out)
{
	const char *root = incidents->roots[1] ? incidents->roots[1] : incidents->roots[0];
	char name[128];

	*out = (struct shelved){ .shared = incidents->roots[1] };
	if (!root)
		return false;
	shelf_name(name, out->id, title, at);
	return snprintf(out->folder, sizeof(out->folder), "%s/%s", root, name) <
	       (int)sizeof(out->folder);
}

/* --- reading --- */

static void visit(void *arg, const char *origin, struct str line)
{
	struct err err;

	(void)history_take_from(arg, origin, line, &err);	/* damage is told by whoever opens it */
}

static void read_state(struct glance *glance, const struct incident *incident, msec now)
{
	const struct milestone *end = &incident->milestones[MILESTONE_CLOSED];

	glance->status = incident->status;
	glance->declared = incident->severity > 0;
	glance->over = desk_is_done(incident, now);
	glance->exported = incident->exported;
	glance->resolved_at = incident->milestones[MILESTONE_RESOLVED].at;
	glance->severity = incident->max_severity;
	glance->over_at = end->at != WHEN_NEVER ? end->at : incident->last_at;
}

static bool read_folder(struct glance *glance, msec now)
{
	struct journal_who nobody = { 0 };
	struct journal *journal = journal_open(glance->shelved.folder, false, glance->shelved.shared,
					       &nobody, NULL);
	struct history *history;
	struct err err;

	if (!journal)
		return false;
	history = history_new(glance->shelved.id);
	if (journal_follow(journal, visit, history, &err)) {
		history_fold(history);
		read_state(glance, history_incident(history), now);
	}
	history_free(history);
	journal_close(journal);
	return true;
}

static struct glance *find_glance(struct survey *survey, const char *id)
{
	for (size_t i = 0; i < survey->count; i++) {
		if (strcmp(survey->glances[i].shelved.id, id) == 0)
			return &survey->glances[i];
	}
	return NULL;
}

static bool is_open_here(const struct survey *survey, const char *id)
{
	for (size_t i = 0; i < DESK_OPEN; i++) {
		if (strcmp(survey->open[i], id) == 0)
			return true;
	}
	return false;
}

static void look_at(struct survey *survey, const struct shelved *shelved)
{
	struct glance *glance = find_glance(survey, shelved->id);

	if (is_open_here(survey, shelved->id) ||
	    (glance && glance->shelved.touched == shelved->touched))
		return;
	if (!glance) {
		survey->glances = mem_grow(survey->glances, &survey->cap, survey->count + 1,
					   sizeof(*survey->glances));
		glance = &survey->glances[survey->count++];
	}
	*glance = (struct glance){ .shelved = *shelved, .fresh = true };
	if (!read_folder(glance, survey->now))
		glance->fresh = false;
}

static void in_worker(uv_work_t *work)
{
	struct survey *survey = work->data;
	const char *const roots[2] = { survey->roots[0], survey->roots[1] };
	size_t count = 0;
	struct shelved *list = shelf_list(roots, &count, &survey->err);

	for (size_t i = 0; i < count; i++)
		look_at(survey, &list[i]);
	mem_free(list);
}

/* --- watching --- */

static void send_survey(struct incidents *incidents);

static void on_root(uv_fs_event_t *watch, const char *name, int events, int status)
{
	struct incidents *incidents = watch->data;

	(void)name, (void)events, (void)status;
	if (!incidents->survey && !incidents->left)
		send_survey(incidents);
}

/* A root that does not exist yet is watched as soon as it does. */
static void watch_roots(struct incidents *incidents)
{
	for (size_t i = 0; i < ARRAY_LEN(incidents->roots); i++) {
		uv_fs_event_t *watch = &incidents->root_watches[i];

		if (!incidents->roots[i] || uv_is_active((uv_handle_t *)watch))
			continue;
		watch->data = incidents;
		(void)uv_fs_event_start(watch, on_root, incidents->roots[i], 0);
	}
}

void shelf_watch(struct incidents *incidents)
{
	for (size_t i = 0; i < ARRAY_LEN(incidents->roots); i++)
		uv_fs_event_init(loop_uv(incidents->setup.loop), &incidents->root_watches[i]);
}

/* --- onto the desk --- */

static bool open_one(struct incidents *incidents, const struct shelved *shelved)
{
	struct err err = { 0 };

	if (incidents->count == DESK_OPEN) {
		incidents_say(incidents, "more than %d incidents are open: #%s is not on the desk",
			      DESK_OPEN, shelved->id);
		return false;
	}
	if (slot_open(incidents, shelved->folder, false, shelved->shared, &err))
		return true;
	log_put(LOG_WARN, "#%s cannot be opened: %s", shelved->id, err.text);
	incidents_say(incidents, "#%s cannot be opened: %s", shelved->id, err.text);
	return false;
}

static void take_fresh(struct incidents *incidents)
{
	for (size_t i = 0; i < incidents->glance_count; i++) {
		struct glance *glance = &incidents->glances[i];

		if (!glance->fresh)
			continue;
		glance->fresh = false;
		incidents->shelf_eager |= !glance->declared;	/* a folder that is being made */
		if (glance->declared && !glance->over &&
		    !slot_find(incidents, glance->shelved.id))
			open_one(incidents, &glance->shelved);
	}
}

static void free_survey(struct survey *survey)
{
	mem_free(survey->roots[0]);
	mem_free(survey->roots[1]);
	mem_free(survey);
}

static void on_return(uv_work_t *work, int status)
{
	struct survey *survey = work->data;
	struct incidents *incidents = survey->incidents;

	(void)status;
	if (!incidents) {
		mem_free(survey->glances);
		free_survey(survey);
		return;
	}
	if (survey->err.kind != ERR_NONE)
		log_put(LOG_WARN, "incidents: %s", survey->err.text);
	incidents->survey = NULL;
	incidents->glances = survey->glances;
	incidents->glance_count = survey->count;
	incidents->glance_cap = survey->cap;
	free_survey(survey);
	watch_roots(incidents);
	incidents->shelf_eager = false;
	take_fresh(incidents);
	desk_make(incidents);
}

static void send_survey(struct incidents *incidents)
{
	struct survey *survey = mem_new(sizeof(*survey));

	survey->incidents = incidents;
	survey->now = loop_now(incidents->setup.loop).wall;
	survey->roots[0] = mem_text(incidents->roots[0]);
	survey->roots[1] = mem_text(incidents->roots[1]);
	survey->glances = incidents->glances;
	survey->count = incidents->glance_count;
	survey->cap = incidents->glance_cap;
	for (size_t i = 0; i < incidents->count; i++)
		str_put(survey->open[i], INCIDENT_ID,
			dossier_incident(incidents->slots[i]->dossier)->id);
	survey->work.data = survey;
	incidents->survey = survey;
	uv_queue_work(loop_uv(incidents->setup.loop), &survey->work, in_worker, on_return);
}

void shelf_look(struct incidents *incidents)
{
	bool due = incidents->second / WHEN_SECOND % LOOK_EVERY == 0;

	if (!incidents->survey && (due || incidents->shelf_eager))
		send_survey(incidents);
}

void shelf_leave(struct incidents *incidents)
{
	if (incidents->survey)
		incidents->survey->incidents = NULL;
}

/* --- the start --- */

/* Opened to be looked at; what is over leaves again at once. */
static void start_with(struct incidents *incidents, const struct shelved *shelved)
{
	const struct incident *incident;

	if (slot_find(incidents, shelved->id) || !open_one(incidents, shelved))
		return;
	incident = dossier_incident(incidents->slots[incidents->count - 1]->dossier);
	if (incident->severity == 0 ||
	    desk_is_done(incident, loop_now(incidents->setup.loop).wall))
		slot_close(incidents, incidents->count - 1);
}

void shelf_start(struct incidents *incidents, const char *first)
{
	const char *const roots[2] = { incidents->roots[0], incidents->roots[1] };
	uint64_t end = uv_hrtime() + (uint64_t)START_PATIENCE * 1000 * 1000;
	struct err err = { 0 };
	size_t count = 0;
	struct shelved *list = shelf_list(roots, &count, &err);

	if (err.kind != ERR_NONE)
		incidents_say(incidents, "incidents: %s", err.text);
	for (size_t i = 0; i < count && *first; i++) {
		if (strcmp(list[i].id, first) == 0)
			start_with(incidents, &list[i]);
	}
	for (size_t i = 0; i < count && incidents->count < DESK_OPEN && uv_hrtime() < end; i++)
		start_with(incidents, &list[i]);
	mem_free(list);
	str_put(incidents->current, sizeof(incidents->current), first);
	send_survey(incidents);	/* the rest, and the last words */
}

/* --- the last one that is over --- */

/* True when it is still owed. */
static bool put_postmortem(const struct incidents *incidents, const struct glance *glance, msec now,
			   struct buf *out)
{
	msec after = incidents->policy.sev[glance->severity].postmortem;
	msec due = glance->resolved_at + after;
	char age[WHEN_TEXT];

	if (glance->status != INCIDENT_CLOSED || glance->resolved_at == WHEN_NEVER || after == 0)
		return false;
	if (glance->exported) {
		buf_text(out, "; its postmortem is done");
		return false;
	}
	when_format_age(age, now < due ? due - now : now - due);
	buf_fmt(out, now < due ? "; its postmortem is due in %s" :
		"; its postmortem is overdue for %s", age);
	return true;
}

bool shelf_last(const struct incidents *incidents, msec now, char out[BECAUSE_TEXT])
{
	const struct glance *last = NULL;
	struct buf text = { 0 };
	char age[WHEN_TEXT];
	bool owes;

	out[0] = '\0';
	for (size_t i = 0; !incidents->survey && i < incidents->glance_count; i++) {
		const struct glance *glance = &incidents->glances[i];

		if (glance->over && (!last || glance->over_at > last->over_at))
			last = glance;
	}
	if (!last) {
		if (incidents->survey)
			str_put(out, BECAUSE_TEXT, incidents->desk.last);
		return incidents->survey && incidents->desk.last_owes;
	}
	when_format_age(age, now - last->over_at);
	buf_fmt(&text, "#%s %s %s ago", last->shelved.id, incident_status_word(last->status), age);
	owes = put_postmortem(incidents, last, now, &text);
	str_put(out, BECAUSE_TEXT, buf_cstr(&text));
	buf_done(&text);
	return owes;
}
