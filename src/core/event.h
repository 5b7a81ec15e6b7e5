/*
 * event.h: what happened in an incident. Events are the only truth: a state is their fold
 * (incident.h), a line of the journal is their only form outside (journal_line.h).
 *
 *  (1) EVENT_KINDS is the one list of kinds. No switch over them has a default, so that a kind that
 *      is not handled everywhere does not compile.
 *  (2) What this version does not know is EVENT_UNKNOWN: shown as such, without effect on a state,
 *      and never written again by us, so that its bytes stay as they are.
 *  (3) `at` is when it happened, `rec` when it was recorded. A correction is a new event.
 *
 * Texts of an event are borrowed. They were scrubbed and redacted before they became an event, and
 * are scrubbed again when a line is read: who wrote a file is not known.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "base/arena.h"
#include "core/event_fields.h"

enum { ULID_TEXT = 27, ORIGIN_TEXT = 17, OPERATOR_TEXT = 64, EVENT_VERSION = 1 };

/*  X(symbol, name, members that must be there, members that may be, help) */
#define EVENT_KINDS(X) \
	X(INCIDENT_DECLARED, "incident.declared", F(title) | F(severity) | F(type), \
	  F(components) | F(impact_at) | F(reason) | F(rule) | F(figures) | F(environment) | F(operator), \
	  "an incident begins") \
	X(INCIDENT_RENAMED, "incident.renamed", F(title), F(old), "its title is another") \
	X(COMPONENTS_SET, "components.set", F(components), 0, "what is affected") \
	X(SEVERITY_SET, "severity.set", F(new_), F(old) | F(reason) | F(rule) | F(figures), \
	  "SEV1, SEV2 or SEV3; the figures are as they were then") \
	X(STATUS_SET, "status.set", F(new_), F(old) | F(reason) | F(text) | F(into) | F(figures), \
	  "a status; text is the customer impact of a resolution") \
	X(ROLE_TAKEN, "role.taken", F(role) | F(who), 0, "somebody has a seat") \
	X(ROLE_RELEASED, "role.released", F(role), F(who), "a seat is empty") \
	X(COMMAND_OFFERED, "command.offered", F(who), F(text), "command is offered, with the card") \
	X(COMMAND_ACCEPTED, "command.accepted", F(of), F(who), "and taken") \
	X(COMMAND_DECLINED, "command.declined", F(of), F(reason), "or not") \
	X(NOTE, "note", F(text), 0, "what a person wrote") \
	X(PIN, "pin", F(of), F(on), "an event matters, or does not any more") \
	X(CORRECTION, "correction", F(of), F(text) | F(when) | F(reason), \
	  "an event reads otherwise, or happened at another time") \
	X(UNDO, "undo", F(of), F(reason), "an event counts no more") \
	X(MILESTONE_SET, "milestone.set", F(name) | F(when), F(reason), "when something happened") \
	X(UPDATE_DUE, "update.due", F(when), F(until), \
	  "the prompt for an update; from `until` on it is late") \
	X(UPDATE_SENT, "update.sent", F(type) | F(text), \
	  F(channels) | F(next_at) | F(figures) | F(audience) | F(by_hand), \
	  "announce, update or resolution; by_hand: a person posted it") \
	X(UPDATE_DELIVERED, "update.delivered", F(of) | F(channel) | F(ok), \
	  F(status) | F(text) | F(tries), "what became of it in one channel") \
	X(UPDATE_SNOOZED, "update.snoozed", F(until) | F(reason), 0, "not yet") \
	X(UPDATE_MISSED, "update.missed", F(when), F(reason), "the next one fell due before it was sent") \
	X(ALERT_FIRING, "alert.firing", F(name) | F(fingerprint), \
	  F(labels) | F(when) | F(severity) | F(text), "an alert fires; when: since") \
	X(ALERT_RESOLVED, "alert.resolved", F(name) | F(fingerprint), F(labels) | F(when), "no more") \
	X(ALERT_ACKED, "alert.acked", F(name) | F(fingerprint), F(labels), "somebody has seen it") \
	X(ALERT_SILENCE_ASKED, "alert.silence_asked", \
	  F(name) | F(fingerprint) | F(labels) | F(until), F(reason), \
	  "Alertmanager is about to be asked for a silence; without an outcome after it: unknown") \
	X(ALERT_SILENCED, "alert.silenced", F(fingerprint) | F(id) | F(until), F(name) | F(url), \
	  "it is silent, or the silence is renewed") \
	X(ALERT_SILENCE_FAILED, "alert.silence_failed", F(fingerprint) | F(reason), F(name) | F(url), \
	  "it is not") \
	X(ALERT_UNSILENCED, "alert.unsilenced", F(fingerprint) | F(id), F(name) | F(reason) | F(url), \
	  "the silence is expired") \
	X(SIGNAL_CHANGED, "signal.changed", F(name) | F(new_), F(old) | F(because) | F(type), \
	  "a source or a signal is in another state; type says which") \
	X(SIGNALS_RECORDED, "signals.recorded", F(sha256), F(when) | F(until), \
	  "the course of the signals, as evidence") \
	X(FLIGHT_IMPORTED, "flight.imported", F(when) | F(until), F(sha256) | F(text) | F(count), \
	  "what was recorded or can be read of the time before") \
	X(RECORDING_GAP, "recording.gap", F(when) | F(until), F(reason), "nobody knows of this time") \
	X(EVIDENCE_ADDED, "evidence.added", F(sha256) | F(bytes) | F(name), F(text) | F(of), \
	  "a file beside the journal") \
	X(TIMER_STARTED, "timer.started", F(text) | F(until), F(who), "somebody was asked, for so long") \
	X(TIMER_ENDED, "timer.ended", F(of), F(text), "and what came of it") \
	X(ACTION_ITEM, "action_item", F(type) | F(text), F(owner) | F(until), \
	  "alert, test, process or fix; until: due") \
	X(ACTION_ITEM_DONE, "action_item.done", F(of), F(text), "it is done") \
	X(FOLLOW_UP_ADDED, "follow_up.added", F(text), F(who) | F(until), \
	  "what was done by hand and must be undone") \
	X(FOLLOW_UP_SETTLED, "follow_up.settled", F(of), F(text), "it is settled") \
	X(DEFERRED_ADDED, "deferred.added", F(text), F(owner) | F(until), "put off, not dropped") \
	X(DEFERRED_SETTLED, "deferred.settled", F(of), F(text), "it is settled") \
	X(TICKET_SET, "ticket.set", F(url), F(text), "where the ticket is") \
	X(ESCALATED, "escalated", F(who), F(text) | F(ok), "somebody was called; ok: and reached") \
	X(CHECKPOINT_ANSWERED, "checkpoint.answered", F(name) | F(text), 0, \
	  "what the first ten minutes came to") \
	X(CLOCK_STEPPED, "clock.stepped", F(by_ms), F(boot) | F(boot_ms), \
	  "the wall clock of this host was set") \
	X(SESSION_JOINED, "session.joined", F(tool_version) | F(host) | F(console), \
	  F(boot) | F(boot_ms) | F(pid) | F(reason), "the first event of every file, and of every start") \
	X(SESSION_LOST, "session.lost", F(reason), 0, "a console is gone, and knows it") \
	X(EXPORT_WRITTEN, "export.written", F(format) | F(sha256), F(name), "an export was made")

enum event_kind {
	EVENT_UNKNOWN,
#define X(sym, name, must, may, help) EVENT_##sym,
	EVENT_KINDS(X)
#undef X
	EVENT_KIND_COUNT
};

enum event_src { SRC_HUMAN, SRC_SENSED, SRC_IMPORT };

struct hlc {			/* hybrid logical time: orders the events of several consoles */
	msec ms;
	unsigned counter;	/* 0 to 9999 */
};

struct event {
	char id[ULID_TEXT];		/* "" while nobody has given it one */
	char origin[ORIGIN_TEXT];	/* who wrote the file that it stands in; "" not yet */
	uint64_t seq;			/* in that file, from 1 */
	struct hlc hlc;
	msec at, rec;
	char by[OPERATOR_TEXT];
	enum event_src src;
	enum event_kind kind;
	char unknown[NAME_TEXT];	/* the name of an EVENT_UNKNOWN */
	struct event_data data;
};

const char *event_name(enum event_kind kind);		/* "unknown" for EVENT_UNKNOWN */
enum event_kind event_find(struct str name);		/* EVENT_UNKNOWN */
const char *event_help(enum event_kind kind);
uint64_t event_must(enum event_kind kind), event_may(enum event_kind kind);
const char *event_src_word(enum event_src src);
bool event_src_find(struct str word, enum event_src *out);

int hlc_compare(struct hlc a, struct hlc b);
/* The next one here: after `last`, and not before now. */
struct hlc hlc_next(struct hlc last, msec now);
/* Let *last follow one of another console, so that what comes here sorts after what was seen.
 * False: that one is more than HLC_AHEAD over our clock and is not followed (reliability.md, merge
 * rules). Our own lines are always followed, also when our clock was set back. */
#define HLC_AHEAD (5 * WHEN_MINUTE)
bool hlc_follow(struct hlc *last, struct hlc remote, msec now);

/* docs/journal.md: the kinds and their members, from the tables. */
void event_manual(struct buf *out);

#endif
