/* What each event makes of an incident. Events are folded by hand: a history is tested apart. */
#include "core/incident.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/incident_dump.h"
#include "tests/lib/pen.h"

static const msec start = PEN_START;

struct bench {
	struct incident incident;
	msec now;			/* of the console that speaks */
	const char *origin, *by;
	unsigned ids;
	char id[ULID_TEXT];		/* of the last event */
	bool repeat;
};

static int build(void **state)
{
	struct bench *bench = mem_new(sizeof(*bench));

	incident_init(&bench->incident);
	bench->now = start;
	bench->origin = "00000000000000aa";
	bench->by = "ana";
	*state = bench;
	return 0;
}

static int drop(void **state)
{
	struct bench *bench = *state;

	incident_done(&bench->incident);
	mem_free(bench);
	return 0;
}

static struct event make(struct bench *bench, enum event_kind kind)
{
	struct event event = { .kind = kind, .at = bench->now, .rec = bench->now };

	snprintf(event.id, sizeof(event.id), "%026u", ++bench->ids);
	str_put(event.origin, sizeof(event.origin), bench->origin);
	str_put(event.by, sizeof(event.by), bench->by);
	return event;
}

static void fold(struct bench *bench, const struct event *event)
{
	incident_fold(&bench->incident, event, &bench->repeat);
	str_put(bench->id, sizeof(bench->id), event->id);
}

static void declare(struct bench *bench, unsigned severity)
{
	struct event event = make(bench, EVENT_INCIDENT_DECLARED);

	EVENT_SET(event.data, title, "Indexer down");
	EVENT_SET(event.data, severity, severity);
	EVENT_SET(event.data, type, "outage");
	fold(bench, &event);
}

static void set_severity(struct bench *bench, const char *old, const char *new_)
{
	struct event event = make(bench, EVENT_SEVERITY_SET);

	if (old)
		EVENT_SET(event.data, old, old);
	EVENT_SET(event.data, new_, new_);
	fold(bench, &event);
}

static void set_status(struct bench *bench, const char *old, const char *new_)
{
	struct event event = make(bench, EVENT_STATUS_SET);

	if (old)
		EVENT_SET(event.data, old, old);
	EVENT_SET(event.data, new_, new_);
	fold(bench, &event);
}

static void set_milestone(struct bench *bench, enum milestone_name name, msec at,
			  enum event_src src)
{
	struct event event = make(bench, EVENT_MILESTONE_SET);

	event.src = src;
	EVENT_SET(event.data, name, milestone_word(name));
	EVENT_SET(event.data, when, at);
	fold(bench, &event);
}

static void send_update(struct bench *bench, msec next_at)
{
	struct event event = make(bench, EVENT_UPDATE_SENT);

	EVENT_SET(event.data, type, "update");
	EVENT_SET(event.data, text, "working on it");
	if (next_at != WHEN_NEVER)
		EVENT_SET(event.data, next_at, next_at);
	fold(bench, &event);
}

static void fall_due(struct bench *bench, enum event_kind kind, msec when, msec late)
{
	struct event event = make(bench, kind);

	event.src = SRC_SENSED;
	EVENT_SET(event.data, when, when);
	if (late != WHEN_NEVER)
		EVENT_SET(event.data, until, late);
	fold(bench, &event);
}

static void sense_alert(struct bench *bench, enum event_kind kind, const char *fingerprint,
			msec when)
{
	struct event event = make(bench, kind);

	event.src = kind == EVENT_ALERT_ACKED ? SRC_HUMAN : SRC_SENSED;
	EVENT_SET(event.data, name, "IndexerDown");
	EVENT_SET(event.data, fingerprint, fingerprint);
	if (when != WHEN_NEVER)
		EVENT_SET(event.data, when, when);
	fold(bench, &event);
}

static void step_clock(struct bench *bench, msec by)
{
	struct event event;

	bench->now += by;
	event = make(bench, EVENT_CLOCK_STEPPED);
	EVENT_SET(event.data, by_ms, by);
	fold(bench, &event);
}

static void join(struct bench *bench, const char *boot, msec boot_ms)
{
	struct event event = make(bench, EVENT_SESSION_JOINED);

	EVENT_SET(event.data, tool_version, "0.1.0");
	EVENT_SET(event.data, host, "night");
	EVENT_SET(event.data, console, "console");
	EVENT_SET(event.data, boot, boot);
	EVENT_SET(event.data, boot_ms, boot_ms);
	fold(bench, &event);
}

static void item(struct bench *bench, enum event_kind kind, const char *text)
{
	struct event event = make(bench, kind);

	pen_fill(&event.data, kind);
	EVENT_SET(event.data, text, text);
	fold(bench, &event);
}

static void settle(struct bench *bench, enum event_kind kind, const char *of)
{
	struct event event = make(bench, kind);

	EVENT_SET(event.data, of, of);
	fold(bench, &event);
}

static const struct milestone *milestone(const struct bench *bench, enum milestone_name name)
{
	return &bench->incident.milestones[name];
}

static void a_declaration_counts_once(void **state)
{
	struct bench *bench = *state;
	const struct incident *incident = &bench->incident;

	assert_false(incident_open(incident));
	declare(bench, 2);
	bench->now += WHEN_MINUTE;
	declare(bench, 1);
	assert_true(incident_open(incident));
	assert_int_equal(incident->severity, 2);
	assert_int_equal(incident->declared_at, start);
	assert_int_equal(incident->event_count, 2);
	assert_string_equal(incident->title, "Indexer down");
	assert_int_equal(milestone(bench, MILESTONE_DECLARED)->at, start);
	assert_int_equal(milestone(bench, MILESTONE_DETECTED)->at, start);
	assert_int_equal(milestone(bench, MILESTONE_IMPACT_STARTED)->at, WHEN_NEVER);
}

static void an_impact_that_a_rule_proposed_is_an_estimate(void **state)
{
	struct bench *bench = *state;
	struct event event = make(bench, EVENT_INCIDENT_DECLARED);

	pen_fill(&event.data, EVENT_INCIDENT_DECLARED);
	EVENT_SET(event.data, impact_at, start - WHEN_HOUR);
	fold(bench, &event);
	assert_int_equal(milestone(bench, MILESTONE_IMPACT_STARTED)->src, SRC_SENSED);
	set_milestone(bench, MILESTONE_IMPACT_STARTED, start - 2 * WHEN_HOUR, SRC_HUMAN);
	set_milestone(bench, MILESTONE_IMPACT_STARTED, start - 3 * WHEN_HOUR, SRC_IMPORT);
	assert_int_equal(milestone(bench, MILESTONE_IMPACT_STARTED)->at, start - 2 * WHEN_HOUR);
	assert_int_equal(milestone(bench, MILESTONE_IMPACT_STARTED)->src, SRC_HUMAN);
}

static void the_first_alert_is_the_detection(void **state)
{
	struct bench *bench = *state;

	declare(bench, 1);
	sense_alert(bench, EVENT_ALERT_FIRING, "f1", start - 4 * WHEN_MINUTE);
	sense_alert(bench, EVENT_ALERT_FIRING, "f2", start - 2 * WHEN_MINUTE);
	assert_int_equal(milestone(bench, MILESTONE_DETECTED)->at, start - 4 * WHEN_MINUTE);
	assert_int_equal(milestone(bench, MILESTONE_DETECTED)->src, SRC_SENSED);
	set_milestone(bench, MILESTONE_DETECTED, start - 3 * WHEN_MINUTE, SRC_HUMAN);
	sense_alert(bench, EVENT_ALERT_FIRING, "f3", start - 9 * WHEN_MINUTE);
	assert_int_equal(milestone(bench, MILESTONE_DETECTED)->at, start - 3 * WHEN_MINUTE);
}

static void the_first_acknowledgement_counts(void **state)
{
	struct bench *bench = *state;

	sense_alert(bench, EVENT_ALERT_FIRING, "f1", start);
	sense_alert(bench, EVENT_ALERT_FIRING, "f2", start);
	bench->now += WHEN_MINUTE;
	sense_alert(bench, EVENT_ALERT_ACKED, "f1", WHEN_NEVER);
	bench->by = "ben";
	bench->now += WHEN_MINUTE;
	sense_alert(bench, EVENT_ALERT_ACKED, "f1", WHEN_NEVER);
	sense_alert(bench, EVENT_ALERT_ACKED, "f2", WHEN_NEVER);
	assert_int_equal(milestone(bench, MILESTONE_ACKNOWLEDGED)->at, start + WHEN_MINUTE);
	assert_string_equal(incident_alert(&bench->incident, "f1")->acked_by, "ana");
	assert_string_equal(incident_alert(&bench->incident, "f2")->acked_by, "ben");
}

static void what_two_consoles_sense_is_one_thing(void **state)
{
	struct bench *bench = *state;
	const struct incident_alert *alert;
	struct event event;

	sense_alert(bench, EVENT_ALERT_FIRING, "f1", start);
	assert_false(bench->repeat);
	bench->origin = "00000000000000bb";
	sense_alert(bench, EVENT_ALERT_FIRING, "f1", start + 7);
	assert_true(bench->repeat);
	alert = incident_alert(&bench->incident, "f1");
	assert_int_equal(alert->fired, 1);
	assert_int_equal(alert->since, start);

	sense_alert(bench, EVENT_ALERT_RESOLVED, "f1", WHEN_NEVER);
	assert_false(bench->repeat);
	sense_alert(bench, EVENT_ALERT_RESOLVED, "f1", WHEN_NEVER);
	assert_true(bench->repeat);
	sense_alert(bench, EVENT_ALERT_FIRING, "f1", start + WHEN_HOUR);
	assert_false(bench->repeat);
	assert_int_equal(incident_alert(&bench->incident, "f1")->fired, 2);

	event = make(bench, EVENT_SIGNAL_CHANGED);
	EVENT_SET(event.data, name, "redis");
	EVENT_SET(event.data, new_, "down");
	EVENT_SET(event.data, type, "source");
	fold(bench, &event);
	assert_false(bench->repeat);
	fold(bench, &event);
	assert_true(bench->repeat);
	EVENT_SET(event.data, type, "signal");		/* another thing of that name */
	fold(bench, &event);
	assert_false(bench->repeat);
	assert_int_equal(bench->incident.signal_count, 2);

	fall_due(bench, EVENT_UPDATE_DUE, start + 15 * WHEN_MINUTE, WHEN_NEVER);
	assert_false(bench->repeat);
	fall_due(bench, EVENT_UPDATE_DUE, start + 15 * WHEN_MINUTE + 400, WHEN_NEVER);
	assert_true(bench->repeat);
	assert_int_equal(bench->incident.cadence.due, 1);
}

static void an_alert_that_fires_anew_was_acknowledged_by_nobody(void **state)
{
	struct bench *bench = *state;

	sense_alert(bench, EVENT_ALERT_FIRING, "f1", start);
	sense_alert(bench, EVENT_ALERT_ACKED, "f1", WHEN_NEVER);
	sense_alert(bench, EVENT_ALERT_RESOLVED, "f1", WHEN_NEVER);
	assert_true(incident_alert(&bench->incident, "f1")->acked);
	sense_alert(bench, EVENT_ALERT_FIRING, "f1", start + WHEN_HOUR);
	assert_false(incident_alert(&bench->incident, "f1")->acked);
}

static void time_in_each_severity_adds_up(void **state)
{
	struct bench *bench = *state;
	const struct incident *incident = &bench->incident;

	declare(bench, 3);
	bench->now += 10 * WHEN_MINUTE;
	set_severity(bench, "SEV3", "SEV1");
	bench->now += 20 * WHEN_MINUTE;
	set_severity(bench, "SEV1", "SEV2");
	bench->now += 30 * WHEN_MINUTE;
	assert_int_equal(incident_time_in(incident, 3, bench->now), 10 * WHEN_MINUTE);
	assert_int_equal(incident_time_in(incident, 1, bench->now), 20 * WHEN_MINUTE);
	assert_int_equal(incident_time_in(incident, 2, bench->now), 30 * WHEN_MINUTE);
	assert_int_equal(incident->max_severity, 1);

	set_status(bench, "triage", "resolved");	/* from here on it stands still */
	assert_int_equal(incident_time_in(incident, 2, bench->now + WHEN_HOUR), 30 * WHEN_MINUTE);
	bench->now += WHEN_HOUR;
	set_status(bench, "resolved", "reopened");
	bench->now += WHEN_MINUTE;
	assert_int_equal(incident_time_in(incident, 2, bench->now), 31 * WHEN_MINUTE);
	assert_int_equal(incident_time_in(incident, 0, bench->now), 0);
	assert_int_equal(incident_time_in(incident, 9, bench->now), 0);
}

static void a_back_dated_severity_takes_no_time_away(void **state)
{
	struct bench *bench = *state;
	struct event event;

	declare(bench, 3);
	bench->now += 10 * WHEN_MINUTE;
	set_severity(bench, "SEV3", "SEV2");
	event = make(bench, EVENT_SEVERITY_SET);
	event.at = start + 5 * WHEN_MINUTE;
	EVENT_SET(event.data, new_, "SEV1");
	fold(bench, &event);
	bench->now += 10 * WHEN_MINUTE;
	assert_int_equal(incident_time_in(&bench->incident, 3, bench->now) +
			 incident_time_in(&bench->incident, 2, bench->now) +
			 incident_time_in(&bench->incident, 1, bench->now), 20 * WHEN_MINUTE);
}

static void the_worst_severity_since_the_last_update_sets_the_pace(void **state)
{
	struct bench *bench = *state;
	const struct cadence *cadence = &bench->incident.cadence;

	declare(bench, 3);
	assert_int_equal(cadence->base_t, start);
	assert_int_equal(cadence->severity, 3);
	bench->now += 5 * WHEN_MINUTE;
	set_severity(bench, "SEV3", "SEV1");
	assert_int_equal(cadence->severity, 1);
	assert_int_equal(cadence->severity_t, bench->now);
	assert_int_equal(cadence->base_t, start);
	bench->now += WHEN_MINUTE;
	set_severity(bench, "SEV1", "SEV3");		/* never lengthens what runs */
	assert_int_equal(cadence->severity, 1);
	bench->now += WHEN_MINUTE;
	send_update(bench, WHEN_NEVER);
	assert_int_equal(cadence->severity, 3);
	assert_int_equal(cadence->base_t, bench->now);
}

static void updates_are_counted_by_when_they_were_due(void **state)
{
	struct bench *bench = *state;
	const struct cadence *cadence = &bench->incident.cadence;
	const struct incident *incident = &bench->incident;

	declare(bench, 1);
	assert_false(cadence->announced);
	bench->now = start + 2 * WHEN_MINUTE;
	send_update(bench, start + 12 * WHEN_MINUTE);
	assert_true(cadence->announced);
	assert_int_equal(cadence->promised_t, start + 12 * WHEN_MINUTE);
	assert_int_equal(milestone(bench, MILESTONE_FIRST_UPDATE)->at, bench->now);

	fall_due(bench, EVENT_UPDATE_DUE, start + 12 * WHEN_MINUTE, start + 20 * WHEN_MINUTE);
	bench->now = start + 20 * WHEN_MINUTE;
	send_update(bench, WHEN_NEVER);			/* just in time */
	assert_int_equal(cadence->late, 0);
	assert_int_equal(cadence->promised_t, WHEN_NEVER);

	fall_due(bench, EVENT_UPDATE_DUE, start + 35 * WHEN_MINUTE, start + 50 * WHEN_MINUTE);
	fall_due(bench, EVENT_UPDATE_MISSED, start + 35 * WHEN_MINUTE, WHEN_NEVER);
	fall_due(bench, EVENT_UPDATE_MISSED, start + 35 * WHEN_MINUTE, WHEN_NEVER);
	fall_due(bench, EVENT_UPDATE_DUE, start + 50 * WHEN_MINUTE, start + 65 * WHEN_MINUTE);
	bench->now = start + 51 * WHEN_MINUTE;
	send_update(bench, WHEN_NEVER);
	assert_true(incident->sent[2].late);
	assert_int_equal(cadence->due, 3);
	assert_int_equal(cadence->late, 1);
	assert_int_equal(cadence->missed, 1);
	assert_int_equal(cadence->longest_gap, 31 * WHEN_MINUTE);
}

static void a_prompt_without_a_word_about_late_means_the_rule(void **state)
{
	struct bench *bench = *state;

	declare(bench, 1);
	fall_due(bench, EVENT_UPDATE_DUE, start + 15 * WHEN_MINUTE, WHEN_NEVER);
	bench->now = start + 30 * WHEN_MINUTE;
	send_update(bench, WHEN_NEVER);
	assert_int_equal(bench->incident.cadence.late, 0);
	fall_due(bench, EVENT_UPDATE_DUE, start + 45 * WHEN_MINUTE, WHEN_NEVER);
	bench->now = start + 60 * WHEN_MINUTE + 1;
	send_update(bench, WHEN_NEVER);
	assert_int_equal(bench->incident.cadence.late, 1);
}

static void a_snooze_ends_with_the_next_update(void **state)
{
	struct bench *bench = *state;
	const struct cadence *cadence = &bench->incident.cadence;
	struct event event;

	declare(bench, 1);
	event = make(bench, EVENT_UPDATE_SNOOZED);
	EVENT_SET(event.data, until, start + 20 * WHEN_MINUTE);
	EVENT_SET(event.data, reason, "on the phone\nwith the bank");
	fold(bench, &event);
	assert_int_equal(cadence->snoozed_t, start + 20 * WHEN_MINUTE);
	assert_string_equal(cadence->snoozed_because, "on the phone with the bank");
	send_update(bench, WHEN_NEVER);
	assert_int_equal(cadence->snoozed_t, WHEN_NEVER);
	assert_string_equal(cadence->snoozed_because, "");
}

static void snooze(struct bench *bench, msec until)
{
	struct event event = make(bench, EVENT_UPDATE_SNOOZED);

	EVENT_SET(event.data, until, until);
	EVENT_SET(event.data, reason, "the bank calls");
	fold(bench, &event);
}

/* When an update at this minute is late, by what was said before. */
static void late_is_what_was_said_of_it(void **state)
{
	struct bench *bench = *state;
	const struct cadence *cadence = &bench->incident.cadence;

	declare(bench, 1);
	fall_due(bench, EVENT_UPDATE_DUE, start + 15 * WHEN_MINUTE, start + 30 * WHEN_MINUTE);
	fall_due(bench, EVENT_UPDATE_DUE, start + 30 * WHEN_MINUTE, start + 45 * WHEN_MINUTE);
	assert_int_equal(cadence->overdue_t, start + 30 * WHEN_MINUTE);
	fall_due(bench, EVENT_UPDATE_DUE, start + 31 * WHEN_MINUTE, start + 20 * WHEN_MINUTE);
	assert_int_equal(cadence->overdue_t, start + 20 * WHEN_MINUTE);	/* a shorter rule since */
	snooze(bench, start + 18 * WHEN_MINUTE);
	assert_int_equal(cadence->overdue_t, start + 20 * WHEN_MINUTE);
	snooze(bench, start + 40 * WHEN_MINUTE);
	assert_int_equal(cadence->overdue_t, start + 40 * WHEN_MINUTE);

	bench->now = start + 50 * WHEN_MINUTE;
	send_update(bench, WHEN_NEVER);
	assert_true(bench->incident.sent[0].late);
	fall_due(bench, EVENT_UPDATE_DUE, start + 46 * WHEN_MINUTE, start + 55 * WHEN_MINUTE);
	assert_int_equal(cadence->overdue_t, WHEN_NEVER);		/* it crossed with that one */
}

static void what_became_of_a_message_is_with_it(void **state)
{
	static const char *const channels[] = { "slack", "status-page" };
	struct bench *bench = *state;
	const struct sent *sent;
	struct event event = make(bench, EVENT_UPDATE_SENT);
	char id[ULID_TEXT];

	declare(bench, 1);
	pen_fill(&event.data, EVENT_UPDATE_SENT);
	EVENT_SET(event.data, channels, (struct text_list){ channels, 2 });
	fold(bench, &event);
	str_put(id, sizeof(id), event.id);
	send_update(bench, WHEN_NEVER);
	event = make(bench, EVENT_UPDATE_DELIVERED);
	EVENT_SET(event.data, of, id);
	EVENT_SET(event.data, channel, "slack");
	EVENT_SET(event.data, ok, false);
	EVENT_SET(event.data, status, 503);
	EVENT_SET(event.data, tries, 3);
	EVENT_SET(event.data, text, "busy");
	fold(bench, &event);
	sent = &bench->incident.sent[0];
	assert_int_equal(sent->channel_count, 2);
	assert_true(sent->channels[0].done && !sent->channels[0].ok);
	assert_int_equal(sent->channels[0].status, 503);
	assert_string_equal(sent->channels[0].response, "busy");
	assert_false(sent->channels[1].done);
	assert_int_equal(sent->figures->count, 2);
	EVENT_SET(event.data, of, "nothing");
	fold(bench, &event);
	assert_int_equal(bench->incident.sent[1].channel_count, 0);
}

static void reopening_takes_the_end_back(void **state)
{
	struct bench *bench = *state;
	const struct incident *incident = &bench->incident;

	declare(bench, 1);
	bench->now += WHEN_HOUR;
	set_status(bench, "triage", "mitigated");
	set_status(bench, "mitigated", "resolved");
	set_status(bench, "resolved", "closed");
	assert_true(incident_over(incident));
	assert_int_equal(milestone(bench, MILESTONE_CLOSED)->at, bench->now);
	bench->now += WHEN_HOUR;
	set_status(bench, "closed", "reopened");
	assert_true(incident_open(incident));
	assert_int_equal(incident->reopened, 1);
	assert_int_equal(milestone(bench, MILESTONE_MITIGATED)->at, WHEN_NEVER);
	assert_int_equal(milestone(bench, MILESTONE_RESOLVED)->t, WHEN_NEVER);
	assert_int_equal(incident->cadence.base_t, bench->now);
	bench->now += WHEN_HOUR;
	set_status(bench, "reopened", "resolved");
	assert_int_equal(milestone(bench, MILESTONE_RESOLVED)->at, bench->now);
}

static void a_milestone_that_was_chosen_is_not_moved_by_what_follows(void **state)
{
	struct bench *bench = *state;

	declare(bench, 1);
	set_milestone(bench, MILESTONE_MITIGATED, start - 1, SRC_HUMAN);
	set_status(bench, "triage", "mitigated");
	assert_int_equal(milestone(bench, MILESTONE_MITIGATED)->at, start - 1);
}

static void a_recovery_is_sensed_once_until_it_fails_again(void **state)
{
	struct bench *bench = *state;

	set_milestone(bench, MILESTONE_RECOVERED, start, SRC_SENSED);
	assert_false(bench->repeat);
	set_milestone(bench, MILESTONE_RECOVERED, start + 5 * WHEN_SECOND, SRC_SENSED);
	assert_true(bench->repeat);
	assert_int_equal(milestone(bench, MILESTONE_RECOVERED)->at, start);
	set_milestone(bench, MILESTONE_RECOVERED, start + WHEN_HOUR, SRC_SENSED);
	assert_false(bench->repeat);
	assert_int_equal(milestone(bench, MILESTONE_RECOVERED)->at, start + WHEN_HOUR);
}

static void settings_that_had_seen_each_other_are_no_conflict(void **state)
{
	struct bench *bench = *state;

	declare(bench, 3);
	set_severity(bench, "SEV3", "SEV2");
	bench->by = "ben";
	bench->origin = "00000000000000bb";
	set_severity(bench, "SEV2", "SEV1");
	set_status(bench, "triage", "investigating");
	bench->by = "ana";
	bench->origin = "00000000000000aa";
	set_severity(bench, "SEV1", "SEV2");
	set_status(bench, "investigating", "identified");
	assert_false(bench->incident.conflict.severity || bench->incident.conflict.status);
	assert_string_equal(bench->incident.conflict.text, "");
}

static void settings_at_once_are_a_conflict_until_somebody_settles_it(void **state)
{
	struct bench *bench = *state;
	const struct conflict *conflict = &bench->incident.conflict;

	declare(bench, 3);
	set_severity(bench, "SEV3", "SEV1");
	bench->by = "ben";
	bench->origin = "00000000000000bb";
	set_severity(bench, "SEV3", "SEV2");
	assert_true(conflict->severity);
	assert_string_equal(conflict->text, "ana: SEV1, ben: SEV2 - settle");
	assert_int_equal(bench->incident.severity, 2);
	set_status(bench, "triage", "mitigated");
	bench->by = "ana";
	set_status(bench, "triage", "identified");
	assert_string_equal(conflict->text,
			    "ana: SEV1, ben: SEV2; ben: mitigated, ana: identified - settle");
	set_severity(bench, "SEV2", "SEV2");		/* seen, and so it shall be */
	assert_false(conflict->severity);
	assert_string_equal(conflict->text, "ben: mitigated, ana: identified - settle");
	set_status(bench, "identified", "mitigated");
	assert_string_equal(conflict->text, "");
}

static void two_who_want_the_same_at_once_agree(void **state)
{
	struct bench *bench = *state;

	declare(bench, 3);
	set_severity(bench, "SEV3", "SEV1");
	bench->by = "ben";
	set_severity(bench, "SEV3", "SEV1");
	assert_false(bench->incident.conflict.severity);
}

static void command_is_handed_over_by_offer_and_answer(void **state)
{
	struct bench *bench = *state;
	const struct incident *incident = &bench->incident;
	struct event event = make(bench, EVENT_ROLE_TAKEN);

	EVENT_SET(event.data, role, "commander");
	EVENT_SET(event.data, who, "ana");
	fold(bench, &event);
	event = make(bench, EVENT_COMMAND_OFFERED);
	EVENT_SET(event.data, who, "ben");
	EVENT_SET(event.data, text, "the card\nwith lines");
	fold(bench, &event);
	assert_string_equal(incident->offer.to, "ben");
	assert_string_equal(incident->offer.card, "the card\nwith lines");
	assert_string_equal(incident_commander(incident)->who, "ana");

	bench->by = "ben";
	settle(bench, EVENT_COMMAND_ACCEPTED, "another offer");
	assert_string_equal(incident_commander(incident)->who, "ana");
	settle(bench, EVENT_COMMAND_ACCEPTED, event.id);
	assert_string_equal(incident_commander(incident)->who, "ben");
	assert_string_equal(incident->offer.event, "");

	event = make(bench, EVENT_ROLE_RELEASED);	/* too late: ben has it */
	EVENT_SET(event.data, role, "commander");
	EVENT_SET(event.data, who, "ana");
	fold(bench, &event);
	assert_string_equal(incident_commander(incident)->who, "ben");
	EVENT_SET(event.data, who, "ben");
	fold(bench, &event);
	assert_null(incident_commander(incident));
}

static void what_was_put_down_must_be_settled(void **state)
{
	struct bench *bench = *state;
	const struct incident *incident = &bench->incident;
	char id[ULID_TEXT];

	item(bench, EVENT_TIMER_STARTED, "check the WAL archive");
	str_put(id, sizeof(id), bench->id);
	item(bench, EVENT_FOLLOW_UP_ADDED, "payout cron paused by hand");
	item(bench, EVENT_DEFERRED_ADDED, "rotate the keys");
	item(bench, EVENT_ACTION_ITEM, "alert on the queue");
	item(bench, EVENT_FOLLOW_UP_ADDED, "second\none");
	assert_int_equal(incident_unsettled(incident), 4);	/* action items outlive it */
	assert_int_equal(incident->follow_ups[1].n, 2);
	assert_string_equal(incident->follow_ups[1].text, "second one");
	settle(bench, EVENT_TIMER_ENDED, id);
	settle(bench, EVENT_TIMER_ENDED, id);
	settle(bench, EVENT_FOLLOW_UP_SETTLED, id);		/* it is none */
	settle(bench, EVENT_FOLLOW_UP_SETTLED, incident->follow_ups[0].event);
	settle(bench, EVENT_DEFERRED_SETTLED, incident->deferred[0].event);
	settle(bench, EVENT_ACTION_ITEM_DONE, incident->actions[0].event);
	assert_int_equal(incident_unsettled(incident), 1);
	assert_true(incident->actions[0].settled);
}

static void silence(struct bench *bench, enum event_kind kind, const char *id)
{
	struct event event = make(bench, kind);

	pen_fill(&event.data, kind);
	EVENT_SET(event.data, fingerprint, "f1");
	if (event.data.has & F(id))
		EVENT_SET(event.data, id, id);
	if (event.data.has & F(until))
		EVENT_SET(event.data, until, start + WHEN_HOUR);
	fold(bench, &event);
}

static void a_silence_is_what_alertmanager_says(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *id;
		int silence;
		size_t remain;
	} steps[] = {
		{ EVENT_ALERT_SILENCE_ASKED, "", SILENCE_ASKED, 1 },
		{ EVENT_ALERT_SILENCE_FAILED, "", SILENCE_FAILED, 0 },
		{ EVENT_ALERT_SILENCE_ASKED, "", SILENCE_ASKED, 1 },
		{ EVENT_ALERT_SILENCED, "s1", SILENCE_IN_FORCE, 1 },
		{ EVENT_ALERT_SILENCE_ASKED, "", SILENCE_IN_FORCE, 1 },	/* renewed */
		{ EVENT_ALERT_SILENCE_FAILED, "", SILENCE_IN_FORCE, 1 },
		{ EVENT_ALERT_SILENCED, "s2", SILENCE_IN_FORCE, 1 },
		{ EVENT_ALERT_UNSILENCED, "s1", SILENCE_IN_FORCE, 1 },	/* the old one */
		{ EVENT_ALERT_UNSILENCED, "s2", SILENCE_EXPIRED, 0 },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		silence(bench, steps[i].kind, steps[i].id);
		assert_int_equal(incident_alert(&bench->incident, "f1")->silence, steps[i].silence);
		assert_int_equal(incident_silences(&bench->incident), steps[i].remain);
	}
}

/* ana's clock is set by an hour or a day, ben's is not; what they do is on one scale. */
static void steps_of_one_clock_move_no_deadline(void **state)
{
	static const msec steps[] = { WHEN_HOUR, -WHEN_HOUR, WHEN_DAY, -WHEN_DAY };

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct bench *bench;
		const struct incident *incident;

		assert_int_equal(drop(state), 0);
		assert_int_equal(build(state), 0);
		bench = *state;
		incident = &bench->incident;
		declare(bench, 1);
		bench->now += 10 * WHEN_MINUTE;
		step_clock(bench, steps[i]);
		bench->now += 10 * WHEN_MINUTE;		/* 20 minutes in truth */
		set_severity(bench, "SEV1", "SEV2");
		assert_int_equal(incident_time_in(incident, 1, start + 20 * WHEN_MINUTE),
				 20 * WHEN_MINUTE);
		send_update(bench, bench->now + 10 * WHEN_MINUTE);
		assert_int_equal(incident->cadence.promised_t, start + 30 * WHEN_MINUTE);
		assert_int_equal(incident->cadence.promised_at, bench->now + 10 * WHEN_MINUTE);
		assert_int_equal(incident_scale(incident, bench->origin, bench->now),
				 start + 20 * WHEN_MINUTE);

		bench->origin = "00000000000000bb";
		bench->now = start + 25 * WHEN_MINUTE;
		assert_int_equal(incident_scale(incident, bench->origin, bench->now), bench->now);
		set_severity(bench, "SEV2", "SEV3");
		assert_int_equal(incident_time_in(incident, 2, bench->now), 5 * WHEN_MINUTE);

		bench->origin = "00000000000000aa";	/* and back again */
		bench->now = start + 30 * WHEN_MINUTE + steps[i];
		step_clock(bench, -steps[i]);
		assert_int_equal(incident_scale(incident, bench->origin, bench->now), bench->now);
		assert_int_equal(incident->cadence.longest_gap, 20 * WHEN_MINUTE);
	}
}

static void a_step_that_nobody_saw_is_found_by_the_next_console(void **state)
{
	struct bench *bench = *state;
	const struct incident *incident = &bench->incident;
	msec boot = 7 * WHEN_DAY;

	join(bench, "boot-1", boot);
	declare(bench, 1);
	bench->now += WHEN_MINUTE + WHEN_HOUR;		/* the console was away, its host was not */
	join(bench, "boot-1", boot + WHEN_MINUTE);
	assert_int_equal(incident_scale(incident, bench->origin, bench->now), start + WHEN_MINUTE);

	bench->origin = "00000000000000bb";		/* another file of the same host */
	bench->now += WHEN_MINUTE - WHEN_DAY;
	join(bench, "boot-1", boot + 2 * WHEN_MINUTE);
	assert_int_equal(incident_scale(incident, bench->origin, bench->now), start + 2 * WHEN_MINUTE);

	bench->origin = "00000000000000cc";		/* another host: nothing is known of it */
	join(bench, "boot-2", 5);
	assert_int_equal(incident_scale(incident, bench->origin, bench->now), bench->now);
}

static void a_step_that_is_said_twice_counts_once(void **state)
{
	struct bench *bench = *state;
	struct event event;

	join(bench, "boot-1", WHEN_DAY);
	declare(bench, 1);
	bench->origin = "00000000000000bb";
	bench->now += WHEN_HOUR + WHEN_MINUTE;
	join(bench, "boot-1", WHEN_DAY + WHEN_MINUTE);	/* its first word shows the step */
	event = make(bench, EVENT_CLOCK_STEPPED);
	EVENT_SET(event.data, by_ms, WHEN_HOUR);
	EVENT_SET(event.data, boot, "boot-1");
	EVENT_SET(event.data, boot_ms, WHEN_DAY + WHEN_MINUTE + 20);
	fold(bench, &event);
	assert_int_equal(incident_scale(&bench->incident, bench->origin, bench->now),
			 start + WHEN_MINUTE);
}

static void absurd_clocks_overflow_nothing(void **state)
{
	static const int64_t steps[] = { INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN, INT64_MIN };
	struct bench *bench = *state;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct event event = make(bench, EVENT_CLOCK_STEPPED);

		EVENT_SET(event.data, by_ms, steps[i]);
		fold(bench, &event);
		EVENT_SET(event.data, boot, "b");
		EVENT_SET(event.data, boot_ms, steps[i]);
		fold(bench, &event);
		declare(bench, 1);
		set_severity(bench, NULL, "SEV3");
		send_update(bench, start);
	}
	assert_true(bench->incident.sent_count == ARRAY_LEN(steps));
}

static void what_is_none_of_our_words_has_no_effect(void **state)
{
	struct bench *bench = *state;
	struct buf before = { 0 }, after = { 0 };

	declare(bench, 2);
	bench->incident.event_count += 3;
	bench->incident.writers[0].events += 3;
	incident_dump(&bench->incident, &before);
	bench->incident.event_count -= 3;
	bench->incident.writers[0].events -= 3;
	set_severity(bench, "SEV2", "SEV0");
	set_status(bench, "triage", "asleep");
	settle(bench, EVENT_COMMAND_ACCEPTED, "");
	incident_dump(&bench->incident, &after);
	expect_same_text(&before, &after, "words of nobody");
	buf_done(&before);
	buf_done(&after);
}

/* An event without its members, as only a program's mistake makes it: nothing happens. */
static void an_event_without_its_members_is_none(void **state)
{
	struct bench *bench = *state;

	declare(bench, 2);
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		struct event event = make(bench, (enum event_kind)kind);

		fold(bench, &event);
	}
	assert_int_equal(bench->incident.severity, 2);
	assert_int_equal(bench->incident.event_count, 1 + EVENT_KIND_COUNT);
}

int main(void)
{
#define FRESH(test) cmocka_unit_test_setup_teardown(test, build, drop)
	const struct CMUnitTest tests[] = {
		FRESH(a_declaration_counts_once),
		FRESH(an_impact_that_a_rule_proposed_is_an_estimate),
		FRESH(the_first_alert_is_the_detection),
		FRESH(the_first_acknowledgement_counts),
		FRESH(what_two_consoles_sense_is_one_thing),
		FRESH(an_alert_that_fires_anew_was_acknowledged_by_nobody),
		FRESH(time_in_each_severity_adds_up),
		FRESH(a_back_dated_severity_takes_no_time_away),
		FRESH(the_worst_severity_since_the_last_update_sets_the_pace),
		FRESH(updates_are_counted_by_when_they_were_due),
		FRESH(a_prompt_without_a_word_about_late_means_the_rule),
		FRESH(a_snooze_ends_with_the_next_update),
		FRESH(late_is_what_was_said_of_it),
		FRESH(what_became_of_a_message_is_with_it),
		FRESH(reopening_takes_the_end_back),
		FRESH(a_milestone_that_was_chosen_is_not_moved_by_what_follows),
		FRESH(a_recovery_is_sensed_once_until_it_fails_again),
		FRESH(settings_that_had_seen_each_other_are_no_conflict),
		FRESH(settings_at_once_are_a_conflict_until_somebody_settles_it),
		FRESH(two_who_want_the_same_at_once_agree),
		FRESH(command_is_handed_over_by_offer_and_answer),
		FRESH(what_was_put_down_must_be_settled),
		FRESH(a_silence_is_what_alertmanager_says),
		FRESH(steps_of_one_clock_move_no_deadline),
		FRESH(a_step_that_nobody_saw_is_found_by_the_next_console),
		FRESH(a_step_that_is_said_twice_counts_once),
		FRESH(absurd_clocks_overflow_nothing),
		FRESH(what_is_none_of_our_words_has_no_effect),
		FRESH(an_event_without_its_members_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
