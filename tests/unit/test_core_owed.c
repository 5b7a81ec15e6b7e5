/* Everything else that may be owed: when it is, to whom, and what settles it. */
#include "core/clocks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/incidents.h"
#include "tests/lib/owed.h"

#define MIN WHEN_MINUTE

struct rig {
	struct policy policy;
	struct incident *incident;
	struct owed_look look;
	struct world *world;
	msec start;
};

/* Announced and commanded: nothing is owed but what a test adds, the update, and ten minutes. */
static int build(void **state)
{
	struct rig *rig = mem_new(sizeof(*rig));

	policy_default(&rig->policy);
	rig->start = incidents_start();
	rig->incident = incidents_declared(1, rig->start);
	incidents_seat(rig->incident, SEAT_COMMANDER, "ana", rig->start);
	incidents_send(rig->incident, "announce", NULL, rig->start, WHEN_NEVER);
	*state = rig;
	return 0;
}

static int drop(void **state)
{
	struct rig *rig = *state;

	incidents_free(rig->incident);
	world_free(rig->world);
	mem_free(rig);
	return 0;
}

static const struct owed *row_at(struct rig *rig, enum owed_kind kind, msec after)
{
	owed_look(&rig->look, rig->incident, &rig->policy, rig->start + after);
	rig->look.in.world = rig->world;
	owed_again(&rig->look, rig->start + after);
	return owed_find(&rig->look, kind);
}

static void resolve(struct rig *rig, msec after)
{
	incidents_status(rig->incident, INCIDENT_RESOLVED, rig->start + after);
	incidents_send(rig->incident, "resolution", NULL, rig->start + after, WHEN_NEVER);
}

/* --- people --------------------------------------------------------------------------------- */

static void ten_minutes_after_the_declaration_it_is_asked_how_it_stands(void **state)
{
	struct rig *rig = *state;

	assert_false(row_at(rig, OWED_FIRST_MINUTES, 10 * MIN - 1)->prompt);
	assert_true(row_at(rig, OWED_FIRST_MINUTES, 10 * MIN)->prompt);
	assert_string_equal(row_at(rig, OWED_FIRST_MINUTES, 3 * WHEN_HOUR)->text,
			    "10 minutes: mitigating, or call a second person?");
	assert_true(owed_find(&rig->look, OWED_FIRST_MINUTES)->overdue);
	rig->incident->first_minutes_answered = true;
	assert_null(row_at(rig, OWED_FIRST_MINUTES, 11 * MIN));
}

static void a_mitigation_answers_the_ten_minutes_and_ends_escalations(void **state)
{
	struct rig *rig = *state;

	rig->policy.escalations[0] = (struct escalation){ "infra", "+49 30 1", 20 * MIN, 3 };
	rig->policy.escalation_count = 1;
	incidents_status(rig->incident, INCIDENT_MITIGATED, rig->start + 5 * MIN);
	assert_null(row_at(rig, OWED_FIRST_MINUTES, 11 * MIN));
	assert_null(row_at(rig, OWED_ESCALATE, 60 * MIN));
	incidents_status(rig->incident, INCIDENT_INVESTIGATING, rig->start + 12 * MIN);
	assert_non_null(row_at(rig, OWED_FIRST_MINUTES, 13 * MIN));
	assert_non_null(row_at(rig, OWED_ESCALATE, 60 * MIN));
}

static void called_is_who_is_for_this_severity_until_somebody_answers(void **state)
{
	struct rig *rig = *state;
	struct incident *incident = rig->incident;
	const struct owed *row;

	rig->policy.escalations[0] = (struct escalation){ "infra", "+49 30 1", 30 * MIN, 2 };
	rig->policy.escalations[1] = (struct escalation){ "cto", "#cto", 60 * MIN, 1 };
	rig->policy.escalation_count = 2;
	row = row_at(rig, OWED_ESCALATE, 29 * MIN);
	assert_string_equal(row->text, "call infra: +49 30 1");
	assert_string_equal(row->subject, "infra");
	assert_false(row->prompt);
	assert_true(row_at(rig, OWED_ESCALATE, 30 * MIN)->overdue);
	assert_int_equal(owed_count(&rig->look, OWED_ESCALATE), 2);
	incidents_severity(incident, 2, rig->start + 31 * MIN);
	row_at(rig, OWED_ESCALATE, 61 * MIN);
	assert_int_equal(owed_count(&rig->look, OWED_ESCALATE), 1);
	incident->escalated = mem_grow(NULL, &incident->escalated_cap, 2, sizeof(struct escalated));
	incident->escalated_count = 1;
	str_put(incident->escalated[0].who, NAME_TEXT, "infra");
	assert_non_null(row_at(rig, OWED_ESCALATE, 62 * MIN));
	incident->escalated[0].reached = true;
	assert_null(row_at(rig, OWED_ESCALATE, 63 * MIN));
}

static void an_offer_of_command_waits_until_it_is_answered(void **state)
{
	struct rig *rig = *state;

	incidents_offer(rig->incident, "ana", "ben", rig->start + MIN);
	assert_string_equal(row_at(rig, OWED_OFFER, 2 * MIN)->text,
			    "ben has not answered the offer of command by ana");
	rig->look.in.operator = "ben";
	owed_again(&rig->look, rig->start + 2 * MIN);
	assert_string_equal(owed_find(&rig->look, OWED_OFFER)->text, "ana offers you command");
	assert_true(owed_find(&rig->look, OWED_OFFER)->prompt);
	incidents_seat(rig->incident, SEAT_COMMANDER, "cleo", rig->start + 3 * MIN);
	assert_null(row_at(rig, OWED_OFFER, 4 * MIN));
}

static void an_empty_commander_s_seat_and_a_conflict_are_asked_about(void **state)
{
	struct rig *rig = *state;

	assert_null(row_at(rig, OWED_COMMANDER, 0));
	incidents_seat(rig->incident, SEAT_COMMANDER, "", rig->start);
	assert_true(row_at(rig, OWED_COMMANDER, 0)->prompt);
	assert_null(row_at(rig, OWED_CONFLICT, 0));
	rig->incident->conflict.severity = true;
	str_put(rig->incident->conflict.text, BECAUSE_TEXT, "ana: SEV1, ben: SEV2 - settle");
	assert_string_equal(row_at(rig, OWED_CONFLICT, 0)->text, "ana: SEV1, ben: SEV2 - settle");
}

static void a_ticket_is_owed_where_a_command_can_make_one(void **state)
{
	struct rig *rig = *state;

	assert_null(row_at(rig, OWED_TICKET, 0));
	rig->policy.has_ticket_command = true;
	assert_true(row_at(rig, OWED_TICKET, 0)->prompt);
	str_put(rig->incident->ticket, sizeof(rig->incident->ticket), "https://tickets.example/7");
	assert_null(row_at(rig, OWED_TICKET, 0));
}

static void what_was_asked_comes_back_at_its_time(void **state)
{
	struct rig *rig = *state;
	struct tracked *ask = incidents_track(rig->incident, LIST_ASKS, "check the WAL archive",
					      "bo", rig->start + 5 * MIN);
	const struct owed *row = row_at(rig, OWED_TIMER, 5 * MIN - 1);

	assert_string_equal(row->text, "ask 1, bo: check the WAL archive");
	assert_string_equal(row->event, ask->event);
	assert_false(row->prompt);
	assert_true(row_at(rig, OWED_TIMER, 9 * WHEN_DAY)->overdue);
	ask->settled = true;
	assert_null(row_at(rig, OWED_TIMER, 9 * WHEN_DAY));
}

static void what_has_no_time_is_asked_for_once_it_is_resolved(void **state)
{
	static const struct {
		enum incidents_list list;
		enum owed_kind kind;
	} cases[] = {
		{ LIST_FOLLOW_UPS, OWED_FOLLOW_UP }, { LIST_DEFERRED, OWED_DEFERRED },
		{ LIST_ACTIONS, OWED_ACTION },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		incidents_track(rig->incident, cases[i].list, "resume the payout cron", "", WHEN_NEVER);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_false(row_at(rig, cases[i].kind, MIN)->prompt);
	resolve(rig, 2 * MIN);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_true(row_at(rig, cases[i].kind, 3 * MIN)->prompt);
	incidents_status(rig->incident, INCIDENT_CLOSED, rig->start + 4 * MIN);
	assert_null(row_at(rig, OWED_FOLLOW_UP, 5 * MIN));
	assert_non_null(owed_find(&rig->look, OWED_ACTION));
	incidents_status(rig->incident, INCIDENT_MERGED, rig->start + 4 * MIN);
	assert_null(row_at(rig, OWED_ACTION, 5 * MIN));
}

/* --- outside -------------------------------------------------------------------------------- */

static void firing_alerts_are_one_row_by_the_one_that_waits_longest(void **state)
{
	struct rig *rig = *state;
	struct incident_alert *late, *early;
	const struct owed *row;

	incidents_fire(rig->incident, "Late", rig->start + 3 * MIN);
	incidents_fire(rig->incident, "Early", rig->start - 20 * MIN);
	late = &rig->incident->alerts[0];
	early = &rig->incident->alerts[1];
	row = row_at(rig, OWED_ACK, 5 * MIN - 1);
	assert_string_equal(row->text, "acknowledge Early and 1 more");
	assert_string_equal(row->subject, early->fingerprint);
	assert_true(row->due_at == rig->start + 5 * MIN);
	assert_false(row->prompt);
	assert_true(row_at(rig, OWED_ACK, 5 * MIN)->overdue);
	early->acked = true;
	row = row_at(rig, OWED_ACK, 5 * MIN);
	assert_string_equal(row->text, "acknowledge Late");
	assert_true(row->due_at == rig->start + 8 * MIN);
	late->firing = false;
	assert_null(row_at(rig, OWED_ACK, 5 * MIN));
}

static void without_a_limit_nobody_has_to_acknowledge(void **state)
{
	struct rig *rig = *state;

	incidents_fire(rig->incident, "IndexerDown", rig->start);
	incidents_severity(rig->incident, 3, rig->start);
	assert_null(row_at(rig, OWED_ACK, WHEN_HOUR));
}

static void a_silence_is_owed_as_soon_as_its_alert_has_recovered(void **state)
{
	struct rig *rig = *state;
	struct incident_alert *alert = incidents_fire(rig->incident, "IndexerDown", rig->start);

	alert->silence = SILENCE_IN_FORCE;
	alert->silence_until = rig->start + 15 * MIN;
	assert_null(row_at(rig, OWED_SILENCE, MIN));
	alert->firing = false;
	assert_string_equal(row_at(rig, OWED_SILENCE, MIN)->text,
			    "the silence of IndexerDown remains: it has recovered");
	assert_true(clocks_next_change(&rig->look.in) <= rig->start + 15 * MIN);
	assert_null(row_at(rig, OWED_SILENCE, 15 * MIN));
	alert->silence_until = rig->start + WHEN_HOUR;
	alert->silence = SILENCE_EXPIRED;
	assert_null(row_at(rig, OWED_SILENCE, MIN));
}

static void a_silence_is_owed_however_the_incident_ended(void **state)
{
	static const enum incident_status ends[] = {
		INCIDENT_RESOLVED, INCIDENT_CLOSED, INCIDENT_CANCELLED, INCIDENT_MERGED,
	};
	struct rig *rig = *state;
	struct incident_alert *alert = incidents_fire(rig->incident, "IndexerDown", rig->start);

	alert->silence = SILENCE_IN_FORCE;
	alert->silence_until = rig->start + WHEN_HOUR;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		incidents_status(rig->incident, ends[i], rig->start + MIN);
		assert_string_equal(row_at(rig, OWED_SILENCE, 2 * MIN)->text,
				    "the silence of IndexerDown remains: the incident is over");
	}
}

static void a_silence_without_an_outcome_is_unknown_after_a_minute(void **state)
{
	struct rig *rig = *state;
	struct incident_alert *alert = incidents_fire(rig->incident, "IndexerDown", rig->start);

	alert->silence = SILENCE_ASKED;
	alert->silence_asked_t = rig->start + MIN;
	assert_null(row_at(rig, OWED_SILENCE_UNKNOWN, 2 * MIN - 1));
	assert_true(clocks_next_change(&rig->look.in) == rig->start + 2 * MIN);
	assert_string_equal(row_at(rig, OWED_SILENCE_UNKNOWN, 2 * MIN)->text,
			    "nobody knows whether IndexerDown is silenced: look");
	alert->silence = SILENCE_FAILED;
	assert_null(row_at(rig, OWED_SILENCE_UNKNOWN, 2 * MIN));
}

static void what_did_not_arrive_is_owed_until_something_later_does(void **state)
{
	struct rig *rig = *state;
	struct sent *sent = incidents_send(rig->incident, "update", "ops", rig->start + MIN,
					   WHEN_NEVER);

	assert_null(row_at(rig, OWED_DELIVERY, 2 * MIN - 1));
	assert_string_equal(row_at(rig, OWED_DELIVERY, 2 * MIN)->text,
			    "nobody knows whether the last update reached ops");
	sent->channels[0].done = true;
	str_put(sent->channels[0].response, BECAUSE_TEXT, "HTTP 500");
	assert_string_equal(row_at(rig, OWED_DELIVERY, 2 * MIN)->text,
			    "ops did not get the last update: HTTP 500");
	sent = incidents_send(rig->incident, "update", "ops", rig->start + 3 * MIN, WHEN_NEVER);
	sent->channels[0].done = sent->channels[0].ok = true;
	assert_null(row_at(rig, OWED_DELIVERY, 9 * MIN));
}

static void what_a_person_posted_replaces_what_did_not_arrive(void **state)
{
	struct rig *rig = *state;

	incidents_send(rig->incident, "update", "ops", rig->start + MIN, WHEN_NEVER);
	incidents_send(rig->incident, "update", NULL, rig->start + 2 * MIN, WHEN_NEVER);
	assert_null(row_at(rig, OWED_DELIVERY, WHEN_HOUR));
}

/* --- recovery ------------------------------------------------------------------------------- */

static struct component *indexer(struct rig *rig)
{
	rig->world = world_new(rig->start);
	return &rig->world->components[world_add_component(rig->world, "indexer")];
}

static void the_rto_runs_from_the_detection_and_names_the_declaration(void **state)
{
	struct rig *rig = *state;
	const struct owed *row;

	indexer(rig)->rto = 2 * WHEN_HOUR;
	assert_true(row_at(rig, OWED_RTO, 0)->due_at == rig->start + 2 * WHEN_HOUR);
	assert_string_equal(owed_find(&rig->look, OWED_RTO)->text,
			    "RTO 2h of indexer, detected 01:56Z, declared 01:56Z");
	incidents_milestone(rig->incident, MILESTONE_DETECTED, rig->start - 5 * MIN);
	row = row_at(rig, OWED_RTO, 115 * MIN);
	assert_true(row->overdue);
	assert_string_equal(row->subject, "indexer");
	assert_string_equal(row->text, "RTO 2h of indexer, detected 01:51Z, declared 01:56Z");
	incidents_milestone(rig->incident, MILESTONE_RECOVERED, rig->start + 116 * MIN);
	assert_null(row_at(rig, OWED_RTO, 117 * MIN));
}

static void what_is_reopened_is_counted_anew(void **state)
{
	struct rig *rig = *state;
	msec again = 9 * WHEN_HOUR;

	indexer(rig)->rto = 2 * WHEN_HOUR;
	rig->policy.escalations[0] = (struct escalation){ "infra", "+49 30 1", 30 * MIN, 3 };
	rig->policy.escalation_count = 1;
	incidents_fire(rig->incident, "IndexerDown", rig->start);
	rig->incident->reopened_t = rig->start + again;
	assert_true(row_at(rig, OWED_RTO, again)->due_at == rig->start + again + 2 * WHEN_HOUR);
	assert_string_equal(row_at(rig, OWED_RTO, again)->text,
			    "RTO 2h of indexer, reopened 10:56Z, declared 01:56Z");
	assert_true(row_at(rig, OWED_ESCALATE, again)->due_at == rig->start + again + 30 * MIN);
	assert_true(row_at(rig, OWED_ACK, again)->due_at == rig->start + again + 5 * MIN);
	assert_true(row_at(rig, OWED_FIRST_MINUTES, again)->due_at == rig->start + again + 10 * MIN);
}

static void a_component_without_an_rto_has_no_clock(void **state)
{
	struct rig *rig = *state;

	indexer(rig);
	assert_null(row_at(rig, OWED_RTO, 0));
	str_put(rig->incident->components[0], NAME_TEXT, "of no configuration");
	assert_null(row_at(rig, OWED_RTO, 0));
}

static void the_rpo_counts_from_the_newest_good_backup(void **state)
{
	static const struct limit none = { NAN, NAN, false, 0 };
	struct rig *rig = *state;
	struct signal *backup;
	const struct owed *row;

	indexer(rig)->rpo = WHEN_HOUR;
	assert_null(row_at(rig, OWED_RPO, 0));
	backup = &rig->world->signals[world_add_signal(rig->world, "backup indexer", "s", -1, none)];
	backup->known = true;
	backup->value = 600;
	backup->at = rig->start;
	backup->state = STATE_OK;
	row = row_at(rig, OWED_RPO, 50 * MIN - 1);
	assert_string_equal(row->text, "RPO 1h of indexer, newest good backup 01:46Z");
	assert_false(row->prompt);
	assert_true(row_at(rig, OWED_RPO, 50 * MIN)->overdue);
	backup->state = STATE_UNKNOWN;
	assert_null(row_at(rig, OWED_RPO, 50 * MIN));
}

static void what_has_recovered_asks_to_be_resolved_unless_it_fires_again(void **state)
{
	struct rig *rig = *state;
	struct incident_alert *alert = incidents_fire(rig->incident, "IndexerDown", rig->start);

	alert->firing = false;
	assert_null(row_at(rig, OWED_RECOVERED, 30 * MIN));
	incidents_milestone(rig->incident, MILESTONE_RECOVERED, rig->start + 20 * MIN);
	assert_string_equal(row_at(rig, OWED_RECOVERED, 30 * MIN)->text,
			    "all is good since 02:16Z: resolve it?");
	alert->firing = true;
	assert_null(row_at(rig, OWED_RECOVERED, 30 * MIN));
	alert->firing = false;
	resolve(rig, 31 * MIN);
	assert_null(row_at(rig, OWED_RECOVERED, 32 * MIN));
}

static void the_postmortem_is_due_48_hours_after_the_resolution(void **state)
{
	struct rig *rig = *state;
	const struct owed *row;

	assert_null(row_at(rig, OWED_POSTMORTEM, 0));
	resolve(rig, WHEN_HOUR);
	row = row_at(rig, OWED_POSTMORTEM, WHEN_HOUR);
	assert_true(row->due_at == rig->start + 49 * WHEN_HOUR);
	assert_string_equal(row->text, "postmortem of SEV1, within 48h of the resolution");
	assert_null(owed_find(&rig->look, OWED_RCA));
	incidents_status(rig->incident, INCIDENT_CLOSED, rig->start + 2 * WHEN_HOUR);
	assert_true(row_at(rig, OWED_POSTMORTEM, 49 * WHEN_HOUR)->overdue);
	rig->incident->exported = true;
	assert_null(row_at(rig, OWED_POSTMORTEM, 50 * WHEN_HOUR));
	rig->incident->exported = false;
	incidents_status(rig->incident, INCIDENT_CANCELLED, rig->start + 2 * WHEN_HOUR);
	assert_null(row_at(rig, OWED_POSTMORTEM, 50 * WHEN_HOUR));
}

static void a_recovery_and_a_drill_owe_the_root_cause_within_72_hours(void **state)
{
	static const char *const types[] = { "recovery", "drill" };
	struct rig *rig = *state;

	resolve(rig, WHEN_HOUR);
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		str_put(rig->incident->type, sizeof(rig->incident->type), types[i]);
		assert_true(row_at(rig, OWED_RCA, WHEN_HOUR)->due_at == rig->start + 73 * WHEN_HOUR);
	}
	rig->incident->exported = true;
	rig->incident->aftermath.status = PAPER_REVIEW;
	assert_non_null(row_at(rig, OWED_RCA, WHEN_HOUR));
	rig->incident->aftermath.status = PAPER_PUBLISHED;
	assert_null(row_at(rig, OWED_RCA, WHEN_HOUR));
}

static void a_draft_says_what_is_missing_in_it(void **state)
{
	struct rig *rig = *state;
	struct aftermath *aftermath = &rig->incident->aftermath;
	struct tracked *action;

	assert_null(row_at(rig, OWED_PAPER, 0));
	resolve(rig, WHEN_HOUR);
	aftermath->status = PAPER_DRAFT;
	assert_string_equal(row_at(rig, OWED_PAPER, WHEN_HOUR)->text,
			    "postmortem draft: 10 questions open, no action of type alert, "
			    "no action of type test");
	for (size_t i = 1; i < SECTION_COUNT; i++)
		aftermath->answers[i].text = mem_text("so");
	action = incidents_track(rig->incident, LIST_ACTIONS, "watch the archive", "", WHEN_NEVER);
	str_put(action->type, sizeof(action->type), "alert");
	aftermath->status = PAPER_REVIEW;
	assert_string_equal(row_at(rig, OWED_PAPER, WHEN_HOUR)->text,
			    "postmortem in review: 1 question open, no action of type test");
	str_put(aftermath->none[ACTION_TYPE_TEST], BECAUSE_TEXT, "a disk broke");
	aftermath->answers[0].text = mem_text("so");
	assert_null(row_at(rig, OWED_PAPER, WHEN_HOUR));
	aftermath->none[ACTION_TYPE_TEST][0] = '\0';
	assert_non_null(row_at(rig, OWED_PAPER, WHEN_HOUR));
	aftermath->status = PAPER_PUBLISHED;
	assert_null(row_at(rig, OWED_PAPER, WHEN_HOUR));
}

static void a_drill_owes_its_end_its_review_and_a_sign_off(void **state)
{
	struct rig *rig = *state;
	struct drill *drill = rig->incident->drill = mem_new(sizeof(*drill));

	*drill = (struct drill){ .scenario = SCENARIO_RESTORE, .reviewed_at = WHEN_NEVER,
				 .window_end_t = rig->start + 2 * WHEN_HOUR };
	assert_true(row_at(rig, OWED_DRILL_WINDOW, WHEN_HOUR)->due_at == rig->start + 2 * WHEN_HOUR);
	assert_false(row_at(rig, OWED_DRILL_WINDOW, WHEN_HOUR)->overdue);
	assert_string_equal(row_at(rig, OWED_DRILL_WINDOW, 2 * WHEN_HOUR)->text,
			    "the window of the drill, indexer-db-restore, ends: finish it");
	assert_true(row_at(rig, OWED_DRILL_WINDOW, 2 * WHEN_HOUR)->overdue);
	assert_null(row_at(rig, OWED_DRILL_REVIEW, 2 * WHEN_HOUR));
	drill->finished = true;
	assert_null(row_at(rig, OWED_DRILL_WINDOW, 2 * WHEN_HOUR));
	assert_string_equal(row_at(rig, OWED_DRILL_REVIEW, 2 * WHEN_HOUR)->text,
			    "the drill did not pass: review it");
	assert_null(row_at(rig, OWED_SIGN_OFF, 2 * WHEN_HOUR));
	drill->reviewed_at = rig->start;
	assert_null(row_at(rig, OWED_DRILL_REVIEW, 2 * WHEN_HOUR));
	assert_string_equal(row_at(rig, OWED_SIGN_OFF, 2 * WHEN_HOUR)->text,
			    "the drill is reviewed: the seat audit signs it off");
	incidents_status(rig->incident, INCIDENT_CANCELLED, rig->start + WHEN_HOUR);
	assert_null(row_at(rig, OWED_SIGN_OFF, 2 * WHEN_HOUR));
	incidents_status(rig->incident, INCIDENT_CLOSED, rig->start + WHEN_HOUR);
	assert_non_null(row_at(rig, OWED_SIGN_OFF, 2 * WHEN_HOUR));
	str_put(rig->incident->aftermath.signed_by, OPERATOR_TEXT, "dora");
	assert_null(row_at(rig, OWED_SIGN_OFF, 2 * WHEN_HOUR));
}

/* --- the list ------------------------------------------------------------------------------- */

static void the_list_is_ordered_by_what_presses_most(void **state)
{
	static const enum owed_kind order[] = {
		OWED_ANNOUNCE, OWED_TIMER, OWED_FIRST_MINUTES, OWED_COMMANDER, OWED_RTO,
		OWED_FOLLOW_UP,
	};
	struct rig *rig = *state;

	indexer(rig)->rto = 2 * WHEN_HOUR;
	incidents_seat(rig->incident, SEAT_COMMANDER, "", rig->start);
	rig->incident->cadence.announced = false;
	incidents_track(rig->incident, LIST_ASKS, "check the disk", "bo", rig->start + 5 * MIN);
	incidents_track(rig->incident, LIST_FOLLOW_UPS, "resume the cron", "", WHEN_NEVER);
	row_at(rig, OWED_TIMER, 11 * MIN);
	assert_int_equal(rig->look.count, ARRAY_LEN(order));
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		assert_int_equal(rig->look.rows[i].kind, order[i]);
}

static void what_is_real_comes_before_what_is_rehearsed(void **state)
{
	struct owed real = { .kind = OWED_ACTION, .due_at = WHEN_NEVER };
	struct owed drill = { .kind = OWED_ANNOUNCE, .overdue = true, .drill = true };

	(void)state;
	assert_true(owed_compare(&real, &drill) < 0);
	assert_true(owed_compare(&drill, &real) > 0);
	drill.drill = false;
	assert_true(owed_compare(&real, &drill) > 0);
}

static void a_full_list_keeps_what_presses_most(void **state)
{
	struct rig *rig = *state;
	struct owed few[3];
	size_t count;

	for (msec i = 1; i <= 60; i++)
		incidents_track(rig->incident, LIST_ASKS, "look", "bo", rig->start + i * MIN);
	row_at(rig, OWED_TIMER, WHEN_HOUR);
	assert_int_equal(rig->look.count, OWED_MAX);
	count = clocks_owed(&rig->look.in, few, ARRAY_LEN(few));
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++)
		assert_true(few[i].due_at == rig->start + (msec)(i + 1) * MIN);
}

static void every_kind_has_a_word_and_an_action(void **state)
{
	(void)state;
	for (enum owed_kind kind = 0; kind < OWED_KIND_COUNT; kind++) {
		assert_true(owed_word(kind)[0] != '\0');
		assert_true(owed_action(kind)[0] != '\0');
	}
}

int main(void)
{
#define RIGGED(test) cmocka_unit_test_setup_teardown(test, build, drop)
	static const struct CMUnitTest tests[] = {
		RIGGED(ten_minutes_after_the_declaration_it_is_asked_how_it_stands),
		RIGGED(a_mitigation_answers_the_ten_minutes_and_ends_escalations),
		RIGGED(called_is_who_is_for_this_severity_until_somebody_answers),
		RIGGED(an_offer_of_command_waits_until_it_is_answered),
		RIGGED(an_empty_commander_s_seat_and_a_conflict_are_asked_about),
		RIGGED(a_ticket_is_owed_where_a_command_can_make_one),
		RIGGED(what_was_asked_comes_back_at_its_time),
		RIGGED(what_has_no_time_is_asked_for_once_it_is_resolved),
		RIGGED(firing_alerts_are_one_row_by_the_one_that_waits_longest),
		RIGGED(without_a_limit_nobody_has_to_acknowledge),
		RIGGED(a_silence_is_owed_as_soon_as_its_alert_has_recovered),
		RIGGED(a_silence_is_owed_however_the_incident_ended),
		RIGGED(a_silence_without_an_outcome_is_unknown_after_a_minute),
		RIGGED(what_did_not_arrive_is_owed_until_something_later_does),
		RIGGED(what_a_person_posted_replaces_what_did_not_arrive),
		RIGGED(the_rto_runs_from_the_detection_and_names_the_declaration),
		RIGGED(what_is_reopened_is_counted_anew),
		RIGGED(a_component_without_an_rto_has_no_clock),
		RIGGED(the_rpo_counts_from_the_newest_good_backup),
		RIGGED(what_has_recovered_asks_to_be_resolved_unless_it_fires_again),
		RIGGED(the_postmortem_is_due_48_hours_after_the_resolution),
		RIGGED(a_recovery_and_a_drill_owe_the_root_cause_within_72_hours),
		RIGGED(a_draft_says_what_is_missing_in_it),
		RIGGED(a_drill_owes_its_end_its_review_and_a_sign_off),
		RIGGED(the_list_is_ordered_by_what_presses_most),
		cmocka_unit_test(what_is_real_comes_before_what_is_rehearsed),
		RIGGED(a_full_list_keeps_what_presses_most),
		RIGGED(every_kind_has_a_word_and_an_action),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
