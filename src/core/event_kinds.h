/*
 * event_kinds.h: the one list of the kinds of events, each with its members.
 */
#ifndef CORE_EVENT_KINDS_H
#define CORE_EVENT_KINDS_H

/*  X(symbol, name, members that must be there, members that may be, help) */
#define EVENT_KINDS(X) \
	X(INCIDENT_DECLARED, "incident.declared", F(title) | F(severity) | F(type), \
	  F(components) | F(impact_at) | F(reason) | F(rule) | F(figures) | F(environment) | \
	  F(operator) | F(values), "an incident begins; values: what was promised (terms.h)") \
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
	X(EXPORT_WRITTEN, "export.written", F(format) | F(sha256), F(name), "an export was made") \
	X(RUN_STARTED, "run.started", F(runbook) | F(title) | F(sha256) | F(mode) | F(steps), \
	  F(blob) | F(of) | F(because) | F(values), \
	  "a walk through a runbook begins, of these bytes; of: the run that it was opened from; " \
	  "values: STEP=SECONDS that a step usually takes") \
	X(RUN_ENDED, "run.ended", F(run) | F(text), F(runbook), "it is complete, or over") \
	X(RUNBOOK_ACCEPTED, "runbook.accepted", F(runbook) | F(sha256), F(name), \
	  "its checks may run by themselves, in this version") \
	X(STEP_CLAIMED, "step.claimed", F(run) | F(step), F(reason), \
	  "somebody is at it; with a reason: takes it over") \
	X(STEP_CLAIM_RELEASED, "step.claim_released", F(run) | F(step), F(reason), "nobody is") \
	X(STEP_STARTED, "step.started", F(run) | F(step), 0, "it was begun") \
	X(STEP_DONE, "step.done", F(run) | F(step), F(text) | F(early) | F(who), "a person says so") \
	X(STEP_SENSED, "step.sensed", F(run) | F(step) | F(because), 0, "the instruments say so") \
	X(STEP_REGRESSED, "step.regressed", F(run) | F(step) | F(because), 0, \
	  "what was so is so no more") \
	X(STEP_SKIPPED, "step.skipped", F(run) | F(step) | F(reason), 0, "left out") \
	X(STEP_OVERRIDDEN, "step.overridden", F(run) | F(step) | F(reason), F(because), \
	  "passed although its check does not hold") \
	X(STEP_DEFERRED, "step.deferred", F(run) | F(step) | F(until) | F(owner) | F(reason), F(text), \
	  "put off, not dropped: it is a deferred item, too") \
	X(STEP_REPEATED, "step.repeated", F(run) | F(step) | F(reason), 0, "it is open again") \
	X(STEP_FAILED, "step.failed", F(run) | F(step) | F(reason), 0, "it did not work") \
	X(STEP_RUN_STARTED, "step.run_started", F(text), \
	  F(run) | F(step) | F(fence) | F(host) | F(values) | F(target) | F(reason) | F(because) | \
	  F(sha256), "a command is about to run; without a step: by hand, outside any runbook") \
	X(STEP_RUN_ENDED, "step.run_ended", F(of) | F(how), \
	  F(status) | F(ok) | F(took_ms) | F(sha256) | F(bytes) | F(count) | F(text), \
	  "what came of it; sha256: its output, as evidence") \
	X(STEP_CONFIRM_ASKED, "step.confirm_asked", F(run) | F(step) | F(sha256), F(target) | F(fence), \
	  "a second person is asked to confirm what would run") \
	X(STEP_CONFIRMED, "step.confirmed", F(of), F(reason), "and does") \
	X(DECISION_TAKEN, "decision.taken", F(run) | F(step) | F(option), F(reason) | F(because), \
	  "one of its options; the last one counts") \
	X(INPUT_GIVEN, "input.given", F(run) | F(name), F(text) | F(step), \
	  "the value of a parameter; without text: a secret, given") \
	X(TX_DIAGNOSED, "tx.diagnosed", F(verdict) | F(safe) | F(because), \
	  F(hash) | F(id) | F(how) | F(sha256), \
	  "what became of a transaction; how: the row of the table; sha256: the proof, as evidence") \
	X(TX_ACT_ASKED, "tx.act_asked", F(how) | F(verdict) | F(safe) | F(because) | F(sha256), \
	  F(hash) | F(id) | F(reason), \
	  "a second person is asked to do what this box, by its sha256, shows") \
	X(TX_ACT_STARTED, "tx.act_started", F(how) | F(text) | F(verdict) | F(safe) | F(because), \
	  F(hash) | F(id) | F(target) | F(reason) | F(sha256), \
	  "an act on a transaction is about to be done: the SQL, XDR or hash; why it is safe") \
	X(TX_ACT_ENDED, "tx.act_ended", F(of) | F(text), F(ok) | F(status), \
	  "what came of it; without ok: nobody knows") \
	X(TX_DISMISSED, "tx.dismissed", F(reason), F(hash) | F(id), \
	  "a transaction is out of the headline") \
	X(TX_RESTORED, "tx.restored", 0, F(hash) | F(id), "and in it again") \
	X(POSTMORTEM_SET, "postmortem.set", F(new_), F(old) | F(who) | F(reason), \
	  "the postmortem is a draft, in review or published; who: its owner") \
	X(POSTMORTEM_ANSWERED, "postmortem.answered", F(name) | F(text), 0, \
	  "what only people know, for the section of this name; the last one counts") \
	X(ACTION_ITEM_NONE, "action_item.none", F(type) | F(reason), 0, "why there is no such action") \
	X(SIGNED_OFF, "signed_off", 0, F(text) | F(sha256), \
	  "by the seat of audit; sha256: of the export or the report that was signed") \
	X(DRILL_ANNOUNCED, "drill.announced", F(type) | F(name), \
	  F(environment) | F(target) | F(when) | F(until) | F(runbook) | F(sha256) | F(of) | F(values), \
	  "a drill of this type and scenario; target: the image; of: the incident that is replayed") \
	X(DRILL_INTERVENED, "drill.intervened", F(text), F(run) | F(step), \
	  "something was done by hand that should have gone by itself") \
	X(COMPONENT_RESTORING, "component.restoring", F(name), F(text), "its restoration begins") \
	X(COMPONENT_RESTORED, "component.restored", F(name) | F(ok), F(text), "and ends, well or not") \
	X(DRILL_VERIFIED, "drill.verified", F(ok) | F(sha256), F(text), \
	  "what came back was verified; sha256: what was found, as evidence; text: what failed") \
	X(DRILL_ROLLED_BACK, "drill.rolled_back", F(reason), 0, "what was begun was taken back") \
	X(DRILL_FINISHED, "drill.finished", F(ok), F(text) | F(sha256), \
	  "it passed or not; sha256: its report, as evidence") \
	X(DRILL_REVIEWED, "drill.reviewed", F(text), 0, "people have gone through it")

#endif
