/*
 * moment_kinds.c: what each kind of event is for a reader. The table names every kind: one that is
 * missing does not compile.
 */
#include "base/attr.h"
#include "export/moment_inside.h"

/*  X(event, moment, marker, may everybody know of it?) */
#define CLASSES(X) \
	X(INCIDENT_DECLARED, DECLARE, KEY, true) \
	X(INCIDENT_RENAMED, NOTE, NONE, false) \
	X(COMPONENTS_SET, NOTE, NONE, false) \
	X(SEVERITY_SET, SEVERITY, KEY, true) \
	X(STATUS_SET, STATUS, KEY, true) \
	X(ROLE_TAKEN, ROLE, NONE, false) \
	X(ROLE_RELEASED, ROLE, NONE, false) \
	X(COMMAND_OFFERED, HANDOFF, NONE, false) \
	X(COMMAND_ACCEPTED, HANDOFF, NONE, false) \
	X(COMMAND_DECLINED, HANDOFF, NONE, false) \
	X(NOTE, NOTE, NONE, false) \
	X(PIN, NOTE, NONE, false) \
	X(CORRECTION, CORRECTION, NONE, false) \
	X(UNDO, CORRECTION, NONE, false) \
	X(MILESTONE_SET, STATUS, KEY, true) \
	X(UPDATE_DUE, NOTE, NONE, false) \
	X(UPDATE_SENT, UPDATE_SENT, NONE, true) \
	X(UPDATE_DELIVERED, UPDATE_SENT, NONE, false) \
	X(UPDATE_SNOOZED, DECISION, NONE, false) \
	X(UPDATE_MISSED, UPDATE_MISSED, NONE, false) \
	X(ALERT_FIRING, ALERT, DETECTION, false) \
	X(ALERT_RESOLVED, ALERT_RESOLVED, NONE, false) \
	X(ALERT_ACKED, ACK, NONE, false) \
	X(ALERT_SILENCE_ASKED, COMMAND, NONE, false) \
	X(ALERT_SILENCED, COMMAND, NONE, false) \
	X(ALERT_SILENCE_FAILED, COMMAND, NONE, false) \
	X(ALERT_UNSILENCED, COMMAND, NONE, false) \
	X(SIGNAL_CHANGED, CHECK, NONE, false) \
	X(SIGNALS_RECORDED, IMPORT, NONE, false) \
	X(FLIGHT_IMPORTED, IMPORT, NONE, false) \
	X(RECORDING_GAP, NOTE, NONE, false) \
	X(EVIDENCE_ADDED, NOTE, NONE, false) \
	X(TIMER_STARTED, NOTE, NONE, false) \
	X(TIMER_ENDED, NOTE, NONE, false) \
	X(ACTION_ITEM, NOTE, NONE, false) \
	X(ACTION_ITEM_DONE, NOTE, NONE, false) \
	X(FOLLOW_UP_ADDED, NOTE, NONE, false) \
	X(FOLLOW_UP_SETTLED, NOTE, NONE, false) \
	X(DEFERRED_ADDED, NOTE, NONE, false) \
	X(DEFERRED_SETTLED, NOTE, NONE, false) \
	X(TICKET_SET, NOTE, NONE, false) \
	X(ESCALATED, ESCALATE, NONE, false) \
	X(CHECKPOINT_ANSWERED, DECISION, DIAGNOSIS, false) \
	X(CLOCK_STEPPED, NOTE, NONE, false) \
	X(SESSION_JOINED, NOTE, NONE, false) \
	X(SESSION_LOST, NOTE, NONE, false) \
	X(EXPORT_WRITTEN, NOTE, NONE, false) \
	X(RUN_STARTED, STEP, REPAIR, false) \
	X(RUN_ENDED, STEP, NONE, false) \
	X(RUNBOOK_ACCEPTED, DECISION, NONE, false) \
	X(STEP_CLAIMED, STEP, NONE, false) \
	X(STEP_CLAIM_RELEASED, STEP, NONE, false) \
	X(STEP_STARTED, STEP, NONE, false) \
	X(STEP_DONE, STEP, REPAIR, false) \
	X(STEP_SENSED, STEP, REPAIR, false) \
	X(STEP_REGRESSED, STEP, REPAIR, false) \
	X(STEP_SKIPPED, STEP, NONE, false) \
	X(STEP_OVERRIDDEN, STEP, NONE, false) \
	X(STEP_DEFERRED, STEP, NONE, false) \
	X(STEP_REPEATED, STEP, NONE, false) \
	X(STEP_FAILED, STEP, REPAIR, false) \
	X(STEP_RUN_STARTED, COMMAND, REPAIR, false) \
	X(STEP_RUN_ENDED, COMMAND, REPAIR, false) \
	X(STEP_CONFIRM_ASKED, STEP, NONE, false) \
	X(STEP_CONFIRMED, STEP, NONE, false) \
	X(DECISION_TAKEN, DECISION, DIAGNOSIS, false) \
	X(INPUT_GIVEN, INPUT, NONE, false) \
	X(TX_DIAGNOSED, TRANSACTION, DIAGNOSIS, false) \
	X(TX_ACT_ASKED, TRANSACTION, NONE, false) \
	X(TX_ACT_STARTED, TRANSACTION, REPAIR, false) \
	X(TX_ACT_ENDED, TRANSACTION, REPAIR, false) \
	X(TX_DISMISSED, TRANSACTION, NONE, false) \
	X(TX_RESTORED, TRANSACTION, NONE, false) \
	X(POSTMORTEM_SET, NOTE, NONE, false) \
	X(POSTMORTEM_ANSWERED, NOTE, NONE, false) \
	X(ACTION_ITEM_NONE, DECISION, NONE, false) \
	X(SIGNED_OFF, DECISION, KEY, false) \
	X(DRILL_ANNOUNCED, DECLARE, KEY, false) \
	X(DRILL_INTERVENED, COMMAND, REPAIR, false) \
	X(COMPONENT_RESTORING, STEP, REPAIR, false) \
	X(COMPONENT_RESTORED, STEP, REPAIR, false) \
	X(DRILL_VERIFIED, CHECK, KEY, false) \
	X(DRILL_ROLLED_BACK, DECISION, KEY, false) \
	X(DRILL_FINISHED, STATUS, KEY, false) \
	X(DRILL_REVIEWED, NOTE, NONE, false)

static const struct moment_class classes[] = {
	[EVENT_UNKNOWN] = { MOMENT_NOTE, MARKER_NONE, false },
#define X(event, moment, marker, seen) \
	[EVENT_##event] = { MOMENT_##moment, MARKER_##marker, (seen) },
	CLASSES(X)
#undef X
};

enum classed {
#define X(event, moment, marker, seen) CLASSED_##event,
	CLASSES(X)
#undef X
	CLASSED_COUNT
};
#define X(sym, name, must, may, help) \
	_Static_assert((int)CLASSED_##sym + 1 == (int)EVENT_##sym, "in the order of the kinds");
EVENT_KINDS(X)
#undef X
_Static_assert((int)CLASSED_COUNT + 1 == (int)EVENT_KIND_COUNT, "every kind has its class");

const struct moment_class *moment_class_of(enum event_kind kind)
{
	return &classes[kind];
}

/*  X(event, what the step is after it) */
#define STEP_STATES(X) \
	X(STEP_STARTED, "started") X(STEP_DONE, "done") X(STEP_SENSED, "sensed") \
	X(STEP_REGRESSED, "regressed") X(STEP_SKIPPED, "skipped") \
	X(STEP_OVERRIDDEN, "overridden") X(STEP_DEFERRED, "deferred") X(STEP_REPEATED, "todo") \
	X(STEP_FAILED, "failed") X(DECISION_TAKEN, "done")

const char *moment_step_state(enum event_kind kind)
{
	static const char *const states[EVENT_KIND_COUNT] = {
#define X(event, word) [EVENT_##event] = (word),
		STEP_STATES(X)
#undef X
	};

	return states[kind];
}

static const char *const kinds[] = {
#define X(sym, word) [MOMENT_##sym] = (word),
	MOMENT_KINDS(X)
#undef X
};

static const char *const markers[] = {
#define X(sym, word) [MARKER_##sym] = (word),
	MOMENT_MARKERS(X)
#undef X
};

static const char *const actors[] = {
#define X(sym, word) [ACTOR_##sym] = (word),
	MOMENT_ACTORS(X)
#undef X
};

const char *moment_kind_word(enum moment_kind kind)
{
	return kinds[kind];
}

const char *moment_marker_word(enum moment_marker marker)
{
	return markers[marker];
}

const char *moment_actor_word(enum moment_actor actor)
{
	return actors[actor];
}
