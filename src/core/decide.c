/*
 * decide.c: the gate that every order goes through: who, when, what is missing, whether the state
 * takes it at all; then the rule of its kind.
 *
 *  (1) DECISIONS has a row for each kind of event: a kind without one does not compile.
 *  (2) An order is input. Nothing of it is asserted; every bit of it may be wrong.
 *  (3) A sentence begins with a word of ours, so that it reads the same whatever was entered.
 */
#include "core/decide_inside.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {				/* the states that take it */
	NEW = 1, OPEN = 2, DONE = 4, OVER = 8,
	LIVE = OPEN | DONE, DECLARED = LIVE | OVER, ALWAYS = NEW | DECLARED,
};

enum { TEXT_MOST = 32 * 1024, LIST_MOST = 64, NAME_MOST = OPERATOR_TEXT - 1 };

#define LAST_TIME ((msec)253402300799999)	/* 9999-12-31T23:59:59.999Z */

/*  X(kind, rule, states, members that the rule can fill in, may be taken back) */
#define DECISIONS(X) \
	X(INCIDENT_DECLARED, decide_declare, NEW, F(type), false) \
	X(INCIDENT_RENAMED, decide_rename, LIVE, 0, true) \
	X(COMPONENTS_SET, decide_components, LIVE, 0, true) \
	X(SEVERITY_SET, decide_severity, LIVE, 0, true) \
	X(STATUS_SET, decide_status, DECLARED, 0, false) \
	X(ROLE_TAKEN, decide_take_seat, DECLARED, F(who), true) \
	X(ROLE_RELEASED, decide_release_seat, LIVE, 0, true) \
	X(COMMAND_OFFERED, decide_offer, LIVE, 0, false) \
	X(COMMAND_ACCEPTED, decide_accept, LIVE, F(of) | F(who), false) \
	X(COMMAND_DECLINED, decide_decline, LIVE, F(of), false) \
	X(NOTE, accept, DECLARED, 0, true) \
	X(PIN, decide_pin, DECLARED, F(on), true) \
	X(CORRECTION, decide_correction, DECLARED, 0, true) \
	X(UNDO, decide_undo, DECLARED, 0, false) \
	X(MILESTONE_SET, decide_milestone, DECLARED, 0, true) \
	X(UPDATE_DUE, decide_prompt, OPEN, 0, false) \
	X(UPDATE_SENT, decide_send, LIVE, 0, false) \
	X(UPDATE_DELIVERED, decide_delivered, DECLARED, F(ok), false) \
	X(UPDATE_SNOOZED, decide_snooze, OPEN, 0, true) \
	X(UPDATE_MISSED, decide_prompt, OPEN, 0, false) \
	X(ALERT_FIRING, decide_firing, LIVE, 0, false) \
	X(ALERT_RESOLVED, decide_recovered, LIVE, 0, false) \
	X(ALERT_ACKED, decide_ack, LIVE, F(name) | F(fingerprint), true) \
	X(ALERT_SILENCE_ASKED, decide_silence, OPEN, F(name) | F(fingerprint) | F(labels), false) \
	X(ALERT_SILENCED, decide_silenced, DECLARED, 0, false) \
	X(ALERT_SILENCE_FAILED, decide_silence_failed, DECLARED, 0, false) \
	X(ALERT_UNSILENCED, decide_unsilenced, DECLARED, 0, false) \
	X(SIGNAL_CHANGED, decide_signal, LIVE, 0, false) \
	X(SIGNALS_RECORDED, decide_evidence, DECLARED, 0, false) \
	X(FLIGHT_IMPORTED, decide_span, ALWAYS, 0, false) \
	X(RECORDING_GAP, decide_span, ALWAYS, 0, false) \
	X(EVIDENCE_ADDED, decide_evidence, DECLARED, 0, false) \
	X(TIMER_STARTED, decide_ask, LIVE, 0, true) \
	X(TIMER_ENDED, decide_ask_end, LIVE, 0, true) \
	X(ACTION_ITEM, decide_action, DECLARED, 0, true) \
	X(ACTION_ITEM_DONE, decide_action_done, LIVE | OVER, 0, true) \
	X(FOLLOW_UP_ADDED, decide_follow_up, LIVE, 0, true) \
	X(FOLLOW_UP_SETTLED, decide_follow_up_end, LIVE, 0, true) \
	X(DEFERRED_ADDED, decide_defer, LIVE, 0, true) \
	X(DEFERRED_SETTLED, decide_defer_end, LIVE, 0, true) \
	X(TICKET_SET, decide_ticket, LIVE, 0, true) \
	X(ESCALATED, decide_escalated, LIVE, 0, false) \
	X(CHECKPOINT_ANSWERED, decide_checkpoint, OPEN, 0, true) \
	X(CLOCK_STEPPED, decide_step, ALWAYS, 0, false) \
	X(SESSION_JOINED, accept, ALWAYS, 0, false) \
	X(SESSION_LOST, accept, ALWAYS, 0, false) \
	X(EXPORT_WRITTEN, decide_export, DECLARED, 0, false) \
	X(RUN_STARTED, decide_run_start, LIVE, 0, false) \
	X(RUN_ENDED, decide_run_end, LIVE, 0, true) \
	X(RUNBOOK_ACCEPTED, decide_accept_book, LIVE, 0, false) \
	X(STEP_CLAIMED, decide_step_claim, LIVE, 0, true) \
	X(STEP_CLAIM_RELEASED, decide_step_release, LIVE, 0, false) \
	X(STEP_STARTED, decide_step_start, LIVE, 0, true) \
	X(STEP_DONE, decide_step_done, LIVE, 0, true) \
	X(STEP_SENSED, decide_step_sensed, LIVE, 0, false) \
	X(STEP_REGRESSED, decide_step_regressed, LIVE, 0, false) \
	X(STEP_SKIPPED, decide_step_skip, LIVE, F(reason), true) \
	X(STEP_OVERRIDDEN, decide_step_override, LIVE, F(reason), true) \
	X(STEP_DEFERRED, decide_step_defer, LIVE, F(until) | F(owner) | F(reason), true) \
	X(STEP_REPEATED, decide_step_repeat, LIVE, F(reason), true) \
	X(STEP_FAILED, decide_step_fail, LIVE, F(reason), true) \
	X(STEP_RUN_STARTED, decide_command, LIVE, 0, false) \
	X(STEP_RUN_ENDED, decide_command_end, DECLARED, 0, false) \
	X(STEP_CONFIRM_ASKED, decide_confirm_ask, LIVE, 0, true) \
	X(STEP_CONFIRMED, decide_confirm, LIVE, 0, true) \
	X(DECISION_TAKEN, decide_decision, LIVE, 0, true) \
	X(INPUT_GIVEN, decide_input, LIVE, 0, true) \
	X(TX_DIAGNOSED, decide_tx_diagnosed, LIVE, 0, false) \
	X(TX_ACT_ASKED, decide_tx_ask, LIVE, 0, false) \
	X(TX_ACT_STARTED, decide_tx_act, LIVE, 0, false) \
	X(TX_ACT_ENDED, decide_tx_act_end, DECLARED, 0, false) \
	X(TX_DISMISSED, decide_tx_dismiss, LIVE, 0, false) \
	X(TX_RESTORED, decide_tx_restore, LIVE, 0, false) \
	X(POSTMORTEM_SET, decide_postmortem, DECLARED, F(new_), false) \
	X(POSTMORTEM_ANSWERED, decide_answer, DECLARED, 0, true) \
	X(ACTION_ITEM_NONE, decide_no_action, DECLARED, 0, true) \
	X(SIGNED_OFF, decide_sign_off, DECLARED, 0, false) \
	X(DRILL_ANNOUNCED, decide_drill_announce, OPEN, 0, false) \
	X(DRILL_INTERVENED, decide_drill_hand, LIVE, 0, true) \
	X(COMPONENT_RESTORING, decide_restoring, LIVE, 0, true) \
	X(COMPONENT_RESTORED, decide_restored, LIVE, F(ok), true) \
	X(DRILL_VERIFIED, decide_drill_verified, LIVE, 0, false) \
	X(DRILL_ROLLED_BACK, decide_rolled_back, LIVE, 0, true) \
	X(DRILL_FINISHED, decide_drill_finish, LIVE, 0, false) \
	X(DRILL_REVIEWED, decide_drill_review, DECLARED, 0, false)

static const struct decision_row {
	decide_rule *rule;
	uint64_t given;
	unsigned states;
	bool undoable;
} rows[EVENT_KIND_COUNT] = {
#define X(kind, rule, states, given, undoable) [EVENT_##kind] = { rule, given, states, undoable },
	DECISIONS(X)
#undef X
};

/* Of as many rows as there are kinds none is left out: two of one kind do not compile either. */
enum {
#define X(kind, rule, states, given, undoable) ROW_OF_##kind,
	DECISIONS(X)
#undef X
	ROW_COUNT
};
_Static_assert(ROW_COUNT == EVENT_KIND_COUNT - 1, "every kind of event has its decision");

static const struct field_row {
	const char *key;
	enum { TYPE_TEXT, TYPE_INT, TYPE_TIME, TYPE_BOOL, TYPE_TEXTS, TYPE_FIGURES } type;
	size_t offset;
} fields[] = {
#define X(member, key, type, help) { key, TYPE_##type, offsetof(struct event_data, member) },
	EVENT_FIELDS(X)
#undef X
};

bool can_be_undone(enum event_kind kind)
{
	return rows[kind].undoable;
}

/* --- answers -------------------------------------------------------------------------------- */

bool accept(struct matter *m)
{
	struct event *event = &m->out->events[m->out->count++];

	event->at = m->at;
	event->rec = m->now;
	event->src = m->order->src;
	event->kind = m->order->kind;
	str_put(event->by, sizeof(event->by), m->by);
	event_data_copy(&event->data, &m->data, &m->out->arena);
	return true;
}

bool already(struct matter *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(m->out->already, sizeof(m->out->already), fmt, args);	/* may be cut */
	va_end(args);
	return true;
}

static bool answer(struct matter *m, enum err_kind kind, const char *fmt, va_list args)
{
	struct buf text = {0};

	buf_vfmt(&text, fmt, args);
	err_set(m->err, kind, "%s", buf_cstr(&text));
	buf_done(&text);
	return false;
}

bool refuse(struct matter *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	answer(m, ERR_REFUSED, fmt, args);
	va_end(args);
	return false;
}

bool wrong(struct matter *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	answer(m, ERR_INPUT, fmt, args);
	va_end(args);
	return false;
}

bool is_blank(const char *text)
{
	while (text && isspace((unsigned char)*text))
		text++;
	return !text || !*text;
}

bool has_reason(const struct matter *m)
{
	return !is_blank(m->data.reason);
}

bool has_text(const struct matter *m)
{
	return !is_blank(m->data.text);
}

bool happens_now(const struct matter *m)
{
	return m->order->at == WHEN_NEVER;
}

bool is_one_of(const char *word, const char *const *words, size_t count)
{
	for (size_t i = 0; word && i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

/* --- the gate ------------------------------------------------------------------------------- */

static bool check_text(struct matter *m, const struct field_row *field, const char *text)
{
	size_t most = field->offset == offsetof(struct event_data, who) ||
		      field->offset == offsetof(struct event_data, owner) ? NAME_MOST : TEXT_MOST;

	if (text && strlen(text) > most)
		return wrong(m, "%s is too long: at most %zu bytes", field->key, most);
	return true;
}

static bool check_texts(struct matter *m, const struct field_row *field,
			const struct text_list *list)
{
	bool steps = field->offset == offsetof(struct event_data, steps) ||
		     m->order->kind == EVENT_RUN_STARTED;	/* its values are one a step */
	size_t most = steps ? RUN_STEPS_MAX : LIST_MOST;

	if (list->count > most || (list->count > 0 && !list->items))
		return wrong(m, "%s has too many entries: at most %zu", field->key, most);
	for (size_t i = 0; i < list->count; i++)
		if (is_blank(list->items[i]))
			return wrong(m, "%s has an empty entry", field->key);
		else if (!check_text(m, field, list->items[i]))
			return false;
	return true;
}

/* What has happened cannot lie ahead; what is promised or planned is the rule's to judge. */
static bool check_time(struct matter *m, const struct field_row *field, msec at)
{
	bool happened = (field->offset == offsetof(struct event_data, when) &&
			 m->order->kind != EVENT_DRILL_ANNOUNCED) ||
			field->offset == offsetof(struct event_data, impact_at);

	if (at <= 0 || at > LAST_TIME)
		return wrong(m, "%s is no time", field->key);
	if (happened && at > m->now + DECIDE_GRACE)
		return refuse(m, "%s lies in the future", field->key);
	return true;
}

static const void *member_of(const struct event_data *data, const struct field_row *field)
{
	return (const char *)data + field->offset;
}

/* Is there anything in a member that has to be there? */
static bool is_given(const struct event_data *data, const struct field_row *field)
{
	const void *member = member_of(data, field);

	switch (field->type) {
	case TYPE_TEXT:
		return !is_blank(*(const char *const *)member);
	case TYPE_TIME:
		return *(const msec *)member != WHEN_NEVER;
	case TYPE_TEXTS:
		return ((const struct text_list *)member)->count > 0;
	case TYPE_INT:
	case TYPE_BOOL:
	case TYPE_FIGURES:
		return true;
	}
	return false;
}

static bool check_value(struct matter *m, const struct field_row *field)
{
	const void *member = member_of(&m->data, field);

	switch (field->type) {
	case TYPE_TEXT:
		return check_text(m, field, *(const char *const *)member);
	case TYPE_TIME:
		return check_time(m, field, *(const msec *)member);
	case TYPE_TEXTS:
		return check_texts(m, field, member);
	case TYPE_FIGURES:
		return ((const struct figure_list *)member)->count <= LIST_MOST ? true :
		       wrong(m, "%s has too many entries: at most %d", field->key, LIST_MOST);
	case TYPE_INT:
	case TYPE_BOOL:
		return true;
	}
	return false;
}

/* Members that the kind does not have are dropped: they would stand in the record for ever. Those
 * that are empty count as absent. */
static bool check_members(struct matter *m, enum event_kind kind)
{
	uint64_t must = event_must(kind), may = must | event_may(kind);

	m->data.has &= may;
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		const struct field_row *field = &fields[i];
		uint64_t bit = (uint64_t)1 << i;

		if (m->data.has & bit && !is_given(&m->data, field))
			m->data.has &= ~bit;
		if (m->data.has & bit && !check_value(m, field))
			return false;
		if (must & ~m->data.has & ~rows[kind].given & bit)
			return wrong(m, "%s needs %s", event_name(kind), field->key);
	}
	return true;
}

/* Texts that do not count must not be read either. */
static void forget_absent(struct event_data *data)
{
	struct event_data kept = { .has = data->has };

#define X(member, key, type, help) \
	if (data->has & F(member)) \
		kept.member = data->member;
	EVENT_FIELDS(X)
#undef X
	*data = kept;
}

static bool check_author(struct matter *m)
{
	if (m->order->src != SRC_HUMAN && m->order->src != SRC_SENSED && m->order->src != SRC_IMPORT)
		return wrong(m, "nobody knows where the order comes from");
	if (m->order->src == SRC_HUMAN && is_blank(m->by))
		return wrong(m, "nobody is named as its author");
	if (strlen(m->by) > NAME_MOST)
		return wrong(m, "the author's name is too long: at most %d bytes", NAME_MOST);
	return true;
}

static bool check_instant(struct matter *m)
{
	char text[WHEN_TEXT];

	if (m->now <= 0 || m->now > LAST_TIME || m->at <= 0 || m->at > LAST_TIME)
		return wrong(m, "that is no time at which something can have happened");
	when_format_clock(text, m->at);
	if (m->at > m->now + DECIDE_GRACE)
		return refuse(m, "it cannot have happened at %sZ: that lies in the future", text);
	return true;
}

static unsigned state_of(const struct incident *incident)
{
	if (incident->severity == 0)
		return NEW;
	if (incident_open(incident))
		return OPEN;
	return incident_over(incident) ? OVER : DONE;
}

bool refuse_over(struct matter *m)
{
	if (m->incident->status == INCIDENT_MERGED)
		return refuse(m, "it is merged: the work goes on in #%s", m->incident->into);
	return refuse(m, "it is %s: it takes notes, corrections, exports, evidence, what belongs to "
		      "the postmortem, and reopening", incident_status_word(m->incident->status));
}

static bool check_state(struct matter *m)
{
	unsigned state = state_of(m->incident);

	if (rows[m->order->kind].states & state)
		return true;
	if (state == NEW)
		return refuse(m, "no incident is declared here yet");
	if (m->order->kind == EVENT_INCIDENT_DECLARED)
		return refuse(m, "it was declared already, as #%s", m->incident->id);
	return state == OVER ? refuse_over(m) : refuse(m, "it is resolved: reopen it first");
}

static bool is_kind(enum event_kind kind)
{
	return (int)kind > EVENT_UNKNOWN && kind < EVENT_KIND_COUNT;
}

bool decide(const struct incident *incident, const struct policy *policy,
	    const struct order *order, msec now, struct decision *out, struct err *err)
{
	struct matter m = { .incident = incident, .policy = policy, .order = order,
			    .data = order->data, .now = now, .out = out, .err = err,
			    .at = order->at == WHEN_NEVER ? now : order->at,
			    .by = event_text(order->by) };

	memset(out, 0, sizeof(*out));
	if (!is_kind(order->kind))
		return wrong(&m, "there is no such event");
	if (!check_author(&m) || !check_instant(&m) || !check_state(&m) ||
	    !check_members(&m, order->kind))
		return false;
	forget_absent(&m.data);
	if (rows[order->kind].rule(&m))
		return true;
	decision_done(out);
	return false;
}

void decision_done(struct decision *decision)
{
	arena_done(&decision->arena);
	memset(decision, 0, sizeof(*decision));
}
