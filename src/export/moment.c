/*
 * moment.c: the record, event by event. The texts of a moment live in one arena, which begins anew
 * with the next one.
 */
#include "export/moment.h"

#include <string.h>

#include "base/mem.h"
#include "export/moment_inside.h"
#include "export/story_inside.h"

struct moments {
	const struct story *story;
	struct arena arena;
	struct event event;
	struct moment moment;
	size_t next, seq;		/* the next record; the last number given */
	char seats[SEAT_COUNT][OPERATOR_TEXT];
	char offered_to[OPERATOR_TEXT];
	unsigned severity;
	enum incident_status status;
};

struct moments *moments_new(const struct story *story)
{
	struct moments *moments = mem_new(sizeof(*moments));

	moments->story = story;
	return moments;
}

void moments_free(struct moments *moments)
{
	if (!moments)
		return;
	arena_done(&moments->arena);
	mem_free(moments);
}

const char *making_text(struct making *making, const char *text, bool lines)
{
	return story_text(making->story, making->arena, text, lines, &making->moment->redacted);
}

/* What is so after it */

static void seat(struct moments *moments, const char *role, const char *who)
{
	enum seat_name name;

	if (seat_find(event_text(role), &name))
		(void)str_put(moments->seats[name], OPERATOR_TEXT, event_text(who));
}

static void unseat(struct moments *moments, const struct event_data *data)
{
	const char *who = event_text(data->who);
	enum seat_name name;

	if (seat_find(event_text(data->role), &name) &&
	    (!who[0] || strcmp(who, moments->seats[name]) == 0))
		moments->seats[name][0] = '\0';
}

static void follow_people(struct moments *moments, const struct event *event)
{
	const struct event_data *data = &event->data;

	if (event->kind == EVENT_ROLE_TAKEN)
		seat(moments, data->role, data->who);
	if (event->kind == EVENT_ROLE_RELEASED)
		unseat(moments, data);
	if (event->kind == EVENT_COMMAND_OFFERED)
		(void)str_put(moments->offered_to, OPERATOR_TEXT, event_text(data->who));
	if (event->kind == EVENT_COMMAND_ACCEPTED)
		seat(moments, seat_word(SEAT_COMMANDER), data->who ? data->who : moments->offered_to);
}

static void follow_state(struct moments *moments, const struct event *event)
{
	enum incident_status status;
	unsigned severity;

	if (event->kind == EVENT_INCIDENT_DECLARED && moments->severity == 0)
		moments->severity = event->data.severity < 1 ? 1 : event->data.severity > 3 ? 3 :
				    (unsigned)event->data.severity;
	if (event->kind == EVENT_SEVERITY_SET &&
	    severity_find(event_text(event->data.new_), &severity))
		moments->severity = severity;
	if (event->kind == EVENT_STATUS_SET &&
	    incident_status_find(event_text(event->data.new_), &status))
		moments->status = status;
}

static void follow(struct moments *moments, const struct record *record, const struct event *event)
{
	if (!event || record->undone || record->repeat)
		return;
	follow_people(moments, event);
	follow_state(moments, event);
}

/* Who it was */

static const char *role_of(const struct moments *moments, const char *who)
{
	for (int i = 0; i < SEAT_COUNT; i++) {
		if (who[0] && strcmp(moments->seats[i], who) == 0)
			return seat_word((enum seat_name)i);
	}
	return NULL;
}

static bool of_alert(enum event_kind kind)
{
	return kind == EVENT_ALERT_FIRING || kind == EVENT_ALERT_RESOLVED;
}

static bool of_runbook(enum event_kind kind)
{
	return kind == EVENT_STEP_SENSED || kind == EVENT_STEP_REGRESSED || kind == EVENT_RUN_ENDED;
}

static enum moment_actor actor_of(const struct record *record)
{
	if (record->src == SRC_HUMAN)
		return ACTOR_HUMAN;
	if (of_alert(record->kind))
		return ACTOR_ALERT;
	if (record->src == SRC_IMPORT)
		return ACTOR_IMPORT;
	return of_runbook(record->kind) ? ACTOR_RUNBOOK : ACTOR_CONSOLE;
}

static const char *source_of(struct making *making)
{
	const struct record *record = making->record;

	if (record->src == SRC_HUMAN)
		return making->moment->runbook ? "runbook" : "console";
	if (record->src == SRC_IMPORT)
		return "import";
	if (of_alert(record->kind))
		return "alerts";
	if (record->kind == EVENT_SIGNAL_CHANGED && making->event)
		return making_text(making, event_text(making->event->data.name), false);
	return of_runbook(record->kind) ? "runbook" : "console";
}

static void put_actor(struct making *making, const struct moments *moments)
{
	const struct record *record = making->record;
	struct moment *moment = making->moment;
	const char *by = record->by;

	moment->actor = actor_of(record);
	moment->automatic = record->src != SRC_HUMAN;
	moment->role = moment->automatic ? NULL : role_of(moments, by);
	if (moment->actor == ACTOR_ALERT && making->event)
		moment->name = making_text(making, event_text(making->event->data.name), false);
	else if (moment->actor == ACTOR_RUNBOOK && moment->runbook)
		moment->name = moment->runbook;
	else if (moment->automatic)
		moment->name = moment_actor_word(moment->actor);
	else
		moment->name = making_text(making, story_name(making->story, by), false);
	moment->source = source_of(making);
}

/* What it is about */

/* The step of a command's end stands with its begin. */
static void begin_of(const struct making *making, const char **run, const char **step)
{
	const struct record *of = history_find(making->story->in.history,
					       event_text(making->event->data.of));
	struct event begun;

	if (!of || of->kind != EVENT_STEP_RUN_STARTED || !story_event(of, making->arena, &begun))
		return;
	*run = event_text(begun.data.run);
	*step = event_text(begun.data.step);
}

static void put_step(struct making *making)
{
	const char *id = event_text(making->event->data.run);
	const char *step = event_text(making->event->data.step);
	struct moment *moment = making->moment;
	const struct run *run;

	if (making->event->kind == EVENT_STEP_RUN_ENDED)
		begin_of(making, &id, &step);
	if (making->event->kind == EVENT_RUN_STARTED)
		id = making->record->id;
	run = id[0] ? incident_run(making->story->incident, id) : NULL;
	if (!run)
		return;
	moment->runbook = making_text(making, run->runbook, false);
	moment->runbook_sha256 = run->sha256[0] ? making_text(making, run->sha256, false) : NULL;
	moment->step = step[0] ? making_text(making, step, false) : NULL;
	moment->step_state = moment_step_state(making->event->kind);
}

/* What has several lines has only its first words in the sentence. */
static const char *detail_of(struct making *making)
{
	const char *text = event_text(making->event->data.text);
	enum event_kind kind = making->event->kind;
	bool command = kind == EVENT_STEP_RUN_STARTED || kind == EVENT_TX_ACT_STARTED;

	if (command || making->record->corrected)
		return NULL;
	if (kind == EVENT_UPDATE_SENT || kind == EVENT_COMMAND_OFFERED || strchr(text, '\n'))
		return text[0] ? making_text(making, text, true) : NULL;
	return NULL;
}

static bool has_end(enum event_kind kind)
{
	return kind == EVENT_SIGNALS_RECORDED || kind == EVENT_FLIGHT_IMPORTED ||
	       kind == EVENT_RECORDING_GAP;
}

static bool corrects(enum event_kind kind)
{
	return kind == EVENT_CORRECTION || kind == EVENT_UNDO;
}

static void put_data(struct making *making)
{
	const struct event *event = making->event;
	struct moment *moment = making->moment;

	put_step(making);
	moment->detail = detail_of(making);
	if (has_end(event->kind) && event->data.has & F(until))
		moment->until = event->data.until;
	if (corrects(event->kind))
		moment->corrects = making_text(making, event_text(event->data.of), false);
	moment_put_evidence(making);
}

static const char *summary_of(struct making *making)
{
	const struct record *record = making->record;
	const char *sentence = record->sentence;

	if (record->undone || record->corrected)
		sentence = arena_fmt(making->arena, "%s%s%s", sentence,
				     record->corrected ? " (corrected)" : "",
				     record->undone ? " (taken back)" : "");
	return making_text(making, sentence, false);
}

static void make(struct moments *moments, const struct record *record, const struct event *event)
{
	struct moment *moment = &moments->moment;
	const struct moment_class *class = moment_class_of(event ? event->kind : EVENT_UNKNOWN);
	struct making making = { moments->story, &moments->arena, record, event, moment };

	*moment = (struct moment){
		.record = record, .until = WHEN_NEVER, .since_t0 = record->t - moments->story->t0_t,
		.kind = class->kind, .marker = record->pinned ? MARKER_KEY : class->marker,
		.public_ = class->public_ && !record->undone,
	};
	if (event)
		put_data(&making);
	put_actor(&making, moments);
	moment->summary = summary_of(&making);
	follow(moments, record, event);
	moment->severity = moments->severity;
	moment->status = moments->status;
	if (moment->public_)
		moment_put_public(&making);
}

static bool joined_as_command(const struct record *record)
{
	struct arena arena = { 0 };
	struct event event;
	bool is = story_event(record, &arena, &event) &&
		  strcmp(event_text(event.data.console), "command") == 0;

	arena_done(&arena);
	return is;
}

bool moment_listed(const struct record *record)
{
	return !record->repeat && record->kind != EVENT_EXPORT_WRITTEN &&
	       (record->kind != EVENT_SESSION_JOINED || !joined_as_command(record));
}

const struct moment *moments_next(struct moments *moments)
{
	const struct history *history = moments->story->in.history;

	while (moments->next < history_count(history)) {
		const struct record *record = history_record(history, moments->next++);
		bool read;

		if (!moment_listed(record))
			continue;
		arena_done(&moments->arena);
		read = story_event(record, &moments->arena, &moments->event);
		make(moments, record, read ? &moments->event : NULL);
		if (moments->story->in.public_ && !moments->moment.public_)
			continue;
		moments->moment.seq = ++moments->seq;
		return &moments->moment;
	}
	return NULL;
}
