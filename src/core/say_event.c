/*
 * One sentence for each kind, as it is read in a timeline: a pattern, or a function where a word
 * depends on a yes or no.
 *
 * A pattern is text with {members}. {a|b} is the first of them that says something; {_a} has blanks
 * for its underscores, {^a} capitals, {~a} the ends of a hash ("8f41..c902"). What stands in
 * [brackets] is there only when all members in it say something. The table names every kind: one
 * that is missing does not compile.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "core/history.h"

#define SAYINGS(X) \
	X(INCIDENT_DECLARED, "declared SEV{severity}: {title}") \
	X(INCIDENT_RENAMED, "renamed to {title}[, it was {old}]") \
	X(COMPONENTS_SET, "affected: {components}") \
	X(SEVERITY_SET, "[{old} -> ]{new}[: {reason}][ ({rule})]") \
	X(STATUS_SET, "[{old} -> ]{new}[ into #{into}][: {reason}][: {text}]") \
	X(ROLE_TAKEN, "{who} is {_role}") \
	X(ROLE_RELEASED, "the seat of {_role} is empty[, {who} left it]") \
	X(COMMAND_OFFERED, "offered command to {who}") \
	X(COMMAND_ACCEPTED, "[{who} ]took command") \
	X(COMMAND_DECLINED, "declined command[: {reason}]") \
	X(NOTE, "{text}") \
	X(PIN, "") \
	X(CORRECTION, "corrected[: {text}][, it was at {when}][ ({reason})]") \
	X(UNDO, "took back[ ({reason})]") \
	X(MILESTONE_SET, "{_name} at {when}[: {reason}]") \
	X(UPDATE_DUE, "an update fell due") \
	X(UPDATE_SENT, "") \
	X(UPDATE_DELIVERED, "") \
	X(UPDATE_SNOOZED, "update put off until {until}: {reason}") \
	X(UPDATE_MISSED, "an update was missed[: {reason}]") \
	X(ALERT_FIRING, "alert {name} fires[: {text}]") \
	X(ALERT_RESOLVED, "alert {name} is resolved") \
	X(ALERT_ACKED, "acknowledged {name}") \
	X(ALERT_SILENCE_ASKED, "asked to silence {name} until {until}[: {reason}]") \
	X(ALERT_SILENCED, "silenced {name|fingerprint} until {until}") \
	X(ALERT_SILENCE_FAILED, "could not silence {name|fingerprint}: {reason}") \
	X(ALERT_UNSILENCED, "ended the silence of {name|fingerprint}[: {reason}]") \
	X(SIGNAL_CHANGED, "{name} [{^old} -> ]{^new}[: {because}]") \
	X(SIGNALS_RECORDED, "kept the course of the signals[ from {when}][ to {until}]") \
	X(FLIGHT_IMPORTED, "imported what was recorded from {when} to {until}[: {text}]") \
	X(RECORDING_GAP, "nobody knows what was from {when} to {until}[: {reason}]") \
	X(EVIDENCE_ADDED, "evidence {name}, {bytes} bytes[: {text}]") \
	X(TIMER_STARTED, "asked[ {who}]: {text}, until {until}") \
	X(TIMER_ENDED, "the ask is answered[: {text}]") \
	X(ACTION_ITEM, "action item, {type}: {text}[, {owner}][, due {until}]") \
	X(ACTION_ITEM_DONE, "action item done[: {text}]") \
	X(FOLLOW_UP_ADDED, "to follow up: {text}[, {who}][, until {until}]") \
	X(FOLLOW_UP_SETTLED, "follow-up settled[: {text}]") \
	X(DEFERRED_ADDED, "put off: {text}[, {owner}][, until {until}]") \
	X(DEFERRED_SETTLED, "settled what was put off[: {text}]") \
	X(TICKET_SET, "ticket {url}") \
	X(ESCALATED, "") \
	X(CHECKPOINT_ANSWERED, "{_name}: {text}") \
	X(CLOCK_STEPPED, "") \
	X(SESSION_JOINED, "joined from {host}, {console} {tool_version}[: {reason}]") \
	X(SESSION_LOST, "left: {reason}") \
	X(EXPORT_WRITTEN, "wrote an export, {format}[: {name}]") \
	X(RUN_STARTED, "began the runbook {title}[, {because}]") \
	X(RUN_ENDED, "the runbook[ {runbook}] is over: {text}") \
	X(RUNBOOK_ACCEPTED, "accepted the runbook {runbook} as it is now") \
	X(STEP_CLAIMED, "is at step {step}[, took it over: {reason}]") \
	X(STEP_CLAIM_RELEASED, "left step {step}[: {reason}]") \
	X(STEP_STARTED, "began step {step}") \
	X(STEP_DONE, "") \
	X(STEP_SENSED, "step {step} is so: {because}") \
	X(STEP_REGRESSED, "step {step} is so NO MORE: {because}") \
	X(STEP_SKIPPED, "skipped step {step}: {reason}") \
	X(STEP_OVERRIDDEN, "overrode step {step}: {reason}[ ({because})]") \
	X(STEP_DEFERRED, "put off step {step} until {until}, {owner}: {reason}") \
	X(STEP_REPEATED, "opened step {step} again: {reason}") \
	X(STEP_FAILED, "step {step} FAILED: {reason}") \
	X(STEP_RUN_STARTED, "") \
	X(STEP_RUN_ENDED, "") \
	X(STEP_CONFIRM_ASKED, "asked a second person to confirm step {step}[, target {target}]") \
	X(STEP_CONFIRMED, "confirmed[: {reason}]") \
	X(DECISION_TAKEN, "decided at step {step}: {option}[, {reason|because}]") \
	X(INPUT_GIVEN, "") \
	X(TX_DIAGNOSED, "") \
	X(TX_ACT_ASKED, "asked a second person for {how}[ of {~hash|id}]: {because}[ ({reason})]") \
	X(TX_ACT_STARTED, "began {how}[ of {~hash|id}][ at {target}]: {because}[ ({reason})]") \
	X(TX_ACT_ENDED, "") \
	X(TX_DISMISSED, "dismissed transaction[ {~hash|id}]: {reason}") \
	X(TX_RESTORED, "restored transaction[ {~hash|id}]") \
	X(POSTMORTEM_SET, "the postmortem is {new}[, owned by {who}][: {reason}]") \
	X(POSTMORTEM_ANSWERED, "wrote of {name}: {text}") \
	X(ACTION_ITEM_NONE, "no action of type {type}: {reason}") \
	X(SIGNED_OFF, "signed it off[, {~sha256}][: {text}]") \
	X(DRILL_ANNOUNCED, "announced a drill, {type}, {name}[, in {environment}][, from {when}]" \
	  "[ to {until}][, by the runbook {runbook}][, replaying #{of}]") \
	X(DRILL_INTERVENED, "by hand[ at step {step}]: {text}") \
	X(COMPONENT_RESTORING, "began to restore {name}[: {text}]") \
	X(COMPONENT_RESTORED, "") \
	X(DRILL_VERIFIED, "") \
	X(DRILL_ROLLED_BACK, "ROLLED BACK: {reason}") \
	X(DRILL_FINISHED, "") \
	X(DRILL_REVIEWED, "reviewed the drill: {text}")

static const char *const sayings[] = {
	[EVENT_UNKNOWN] = "",
#define X(sym, pattern) [EVENT_##sym] = (pattern),
	SAYINGS(X)
#undef X
};
_Static_assert(ARRAY_LEN(sayings) == EVENT_KIND_COUNT, "every kind has its sentence");

enum said {
#define X(sym, pattern) SAID_##sym,
	SAYINGS(X)
#undef X
	SAID_COUNT
};
#define X(sym, name, must, may, help) \
	_Static_assert((int)SAID_##sym + 1 == (int)EVENT_##sym, "sentences in the order of the kinds");
EVENT_KINDS(X)
#undef X

/* Members as text: nothing for what is not there. */

static void put_TEXT(struct buf *out, const struct event *event, const char *value)
{
	size_t from = out->len;

	(void)event;
	buf_text(out, event_text(value));
	for (; from < out->len; from++) {
		if (out->data[from] == '\n')
			out->data[from] = ' ';
	}
}

static void put_INT(struct buf *out, const struct event *event, int64_t value)
{
	(void)event;
	buf_fmt(out, "%" PRId64, value);
}

/* With its day when it is another than that of the event. */
static void put_TIME(struct buf *out, const struct event *event, msec value)
{
	char text[WHEN_TEXT];

	if (value == WHEN_NEVER)
		return;
	when_format(text, value);
	if (value / WHEN_DAY == event->at / WHEN_DAY)
		buf_fmt(out, "%.5sZ", text + sizeof("2026-11-22T") - 1);
	else
		buf_fmt(out, "%.10s %.5sZ", text, text + sizeof("2026-11-22T") - 1);
}

static void put_BOOL(struct buf *out, const struct event *event, bool value)
{
	(void)event;
	buf_text(out, value ? "yes" : "no");
}

static void put_TEXTS(struct buf *out, const struct event *event, struct text_list value)
{
	for (size_t i = 0; i < value.count; i++) {
		buf_text(out, i > 0 ? ", " : "");
		put_TEXT(out, event, value.items[i]);
	}
}

static void put_FIGURES(struct buf *out, const struct event *event, struct figure_list value)
{
	for (size_t i = 0; i < value.count; i++) {
		const struct figure *figure = &value.items[i];

		buf_text(out, i > 0 ? ", " : "");
		put_TEXT(out, event, figure->name);
		buf_char(out, ' ');
		put_TEXT(out, event, figure->known ? figure->text : "not known");
	}
}

static void put_member(struct buf *out, const struct event *event, struct str key)
{
	enum event_field field = event_field_find(key);

	if (field == FIELD_COUNT || !(event->data.has & (uint64_t)1 << field))
		return;
	switch (field) {
#define X(member, name, type, help) \
	case FIELD_##member: put_##type(out, event, event->data.member); break;
	EVENT_FIELDS(X)
#undef X
	case FIELD_COUNT:
		break;
	}
}

/* A hash by its ends, which is how people tell one from another. */
static void shorten(struct buf *out, size_t from)
{
	enum { HASH = 64, END = 4 };
	char last[END + 1];

	if (out->len - from != HASH)
		return;
	str_put(last, sizeof(last), out->data + out->len - END);
	buf_cut(out, from + END);
	buf_fmt(out, "..%s", last);
}

/* {a|b}, {_a}, {^a}, {~a} without its braces. False: it says nothing. */
static bool put_place(struct buf *out, const struct event *event, struct str place)
{
	size_t from = out->len;
	char how = place.len > 0 ? place.p[0] : '\0';
	struct str key;

	if (how == '_' || how == '^' || how == '~')
		place = str_sub(place.p + 1, place.len - 1);
	while (out->len == from && str_cut(&place, '|', &key))
		put_member(out, event, key);
	for (size_t i = from; i < out->len && (how == '_' || how == '^'); i++)
		out->data[i] = how == '_' && out->data[i] == '_' ? ' ' :
			       how == '^' ? (char)toupper((unsigned char)out->data[i]) : out->data[i];
	if (how == '~')
		shorten(out, from);
	return out->len > from;
}

static bool put_pattern(struct buf *out, const struct event *event, struct str pattern);

/* One piece of a pattern: a bracket, a place or a run of text; cut off its front. */
static bool put_piece(struct buf *out, const struct event *event, struct str *pattern)
{
	char first = pattern->p[0], last = first == '[' ? ']' : '}';
	size_t from = out->len, len = 0;
	struct str piece;

	if (first != '[' && first != '{') {
		while (len < pattern->len && pattern->p[len] != '[' && pattern->p[len] != '{')
			len++;
		buf_add(out, pattern->p, len);
		*pattern = str_sub(pattern->p + len, pattern->len - len);
		return true;
	}
	*pattern = str_sub(pattern->p + 1, pattern->len - 1);
	if (!str_cut(pattern, last, &piece) || first == '{')
		return put_place(out, event, piece);
	if (!put_pattern(out, event, piece))
		buf_cut(out, from);
	return true;
}

/* False: a place in it says nothing. */
static bool put_pattern(struct buf *out, const struct event *event, struct str pattern)
{
	bool all = true;

	while (pattern.len > 0)
		all = put_piece(out, event, &pattern) && all;
	return all;
}

/* Where a word depends on more than a member. */

static const char *pattern_of_update(const struct event *event)
{
	bool announce = strcmp(event_text(event->data.type), "announce") == 0;

	if (event->data.by_hand)
		return announce ? "announcement posted by hand: {text}" :
				  "{type} posted by hand: {text}";
	return announce ? "announcement sent[ to {channels}]: {text}" :
			  "{type} sent[ to {channels}]: {text}";
}

static const char *pattern_of_call(const struct event *event)
{
	if (!(event->data.has & F(ok)))
		return "called {who}[: {text}]";
	return event->data.ok ? "reached {who}[: {text}]" : "could not reach {who}[: {text}]";
}

static void say_step(const struct event *event, struct buf *out)
{
	char text[WHEN_TEXT];
	msec by = event->data.by_ms;

	when_format_duration(text, by);
	buf_fmt(out, "the clock of this host was set %s by %s", by < 0 ? "back" : "forward",
		by < 0 ? text + 1 : text);
}

static const char *pattern_of_done(const struct event *event)
{
	return event->data.has & F(early) && event->data.early ?
		       "did step {step} before its turn[: {text}]" :
		       "did step {step}[: {text}]";
}

static const char *pattern_of_run(const struct event *event)
{
	return event->data.has & F(step) ?
		       "step {step}: began[ on {host}][, target {target}]: {text}[ ({reason})]" :
		       "began by hand[ on {host}]: {text}[ ({reason})]";
}

/* "exited with 2 after 1.2s, not as wanted: no such table" */
static void say_ended(const struct event *event, struct buf *out)
{
	const struct event_data *data = &event->data;
	char took[WHEN_TEXT];

	(void)put_pattern(out, event, str_of("the command: {how}"));
	if (data->has & F(status))
		buf_fmt(out, " with %" PRId64, data->status);
	when_format_duration(took, data->took_ms);
	if (data->has & F(took_ms))
		buf_fmt(out, " after %s", took);
	if (data->has & F(ok))
		buf_text(out, data->ok ? ", as wanted" : ", NOT as wanted");
	(void)put_pattern(out, event, str_of("[: {text}]"));
}

/* "8f41..c902 is DEAD EXPIRED, safe to cancel: ..." */
static const char *pattern_of_verdict(const struct event *event)
{
	const char *safe = event_text(event->data.safe);

	if (strcmp(safe, "true") == 0)
		return "transaction[ {~hash|id}] is {_verdict}, safe to cancel: {because}";
	if (strcmp(safe, "confirm") == 0)
		return "transaction[ {~hash|id}] is {_verdict}, safe with a confirmation: {because}";
	return "transaction[ {~hash|id}] is {_verdict}: {because}";
}

static const char *pattern_of_act_end(const struct event *event)
{
	if (!(event->data.has & F(ok)))
		return "the act's outcome is NOT KNOWN: {text}";
	return event->data.ok ? "the act is done: {text}" : "the act was NOT done: {text}";
}

static const char *pattern_of(const struct event *event)
{
	const struct event_data *data = &event->data;

	if (event->kind == EVENT_COMPONENT_RESTORED)
		return data->ok ? "restored {name}[: {text}]" : "could NOT restore {name}[: {text}]";
	if (event->kind == EVENT_DRILL_VERIFIED)
		return data->ok ? "verified what came back[: {text}]" :
				  "what came back is NOT right[: {text}]";
	if (event->kind == EVENT_DRILL_FINISHED)
		return data->ok ? "the drill PASSED[: {text}]" : "the drill did NOT pass[: {text}]";
	if (event->kind == EVENT_UPDATE_SENT)
		return pattern_of_update(event);
	if (event->kind == EVENT_UPDATE_DELIVERED)
		return data->ok ? "delivered to {channel}[: {text}]" :
				  "NOT delivered to {channel}[: {text}]";
	if (event->kind == EVENT_PIN)
		return data->has & F(on) && !data->on ? "unpinned" : "pinned";
	if (event->kind == EVENT_ESCALATED)
		return pattern_of_call(event);
	if (event->kind == EVENT_STEP_DONE)
		return pattern_of_done(event);
	if (event->kind == EVENT_STEP_RUN_STARTED)
		return pattern_of_run(event);
	if (event->kind == EVENT_INPUT_GIVEN)
		return data->has & F(text) ? "{name} is {text}" : "{name} is given, and secret";
	if (event->kind == EVENT_TX_DIAGNOSED)
		return pattern_of_verdict(event);
	if (event->kind == EVENT_TX_ACT_ENDED)
		return pattern_of_act_end(event);
	return sayings[event->kind];
}

void say_event(const struct event *event, struct buf *out)
{
	if (event->src == SRC_IMPORT && event->kind != EVENT_FLIGHT_IMPORTED)
		buf_text(out, "imported: ");
	if (event->kind == EVENT_UNKNOWN)
		buf_fmt(out, "of a kind that this version does not know: %s", event->unknown);
	else if (event->kind == EVENT_CLOCK_STEPPED)
		say_step(event, out);
	else if (event->kind == EVENT_STEP_RUN_ENDED)
		say_ended(event, out);
	else
		(void)put_pattern(out, event, str_of(pattern_of(event)));
}
