/* What was done can be undone: the state is what it was, the record holds both. */
#include "core/decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/clocks.h"
#include "core/history.h"
#include "tests/lib/pen.h"

#define MIN WHEN_MINUTE

struct rig {
	struct pen pen;
	struct history *history;
	struct policy policy;
	struct err err;
	char already[BECAUSE_TEXT];
	char run[ULID_TEXT];		/* of a runbook */
};

static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static const struct incident *now(const struct rig *rig)
{
	return history_incident(rig->history);
}

/* Decided, written down, read back. */
static bool give(struct rig *rig, const char *by, enum event_kind kind,
		 const struct event_data *data)
{
	struct order order = { .kind = kind, .data = *data, .at = WHEN_NEVER, .src = SRC_HUMAN,
			       .by = by };
	struct decision decision;
	bool ok;

	rig->pen.now += WHEN_SECOND;
	order_look_up(&order, rig->history);
	ok = decide(now(rig), &rig->policy, &order, rig->pen.now, &decision, &rig->err);
	str_put(rig->already, sizeof(rig->already), decision.already);
	for (size_t i = 0; ok && i < decision.count; i++) {
		pen_write(&rig->pen, &decision.events[i]);
		assert_true(history_take(rig->history, pen_line(&rig->pen), &rig->err));
	}
	decision_done(&decision);
	history_fold(rig->history);
	return ok;
}

static void must_give(struct rig *rig, enum event_kind kind, const struct event_data *data)
{
	if (!give(rig, "ana", kind, data))
		fail_msg("%s: %s", event_name(kind), rig->err.text);
	assert_string_equal(rig->already, "");
}

static bool take_back(struct rig *rig, const char *by, const char *of)
{
	struct event_data data = {0};
	char id[ULID_TEXT];

	str_put(id, sizeof(id), of);
	EVENT_SET(data, of, id);
	return give(rig, by, EVENT_UNDO, &data);
}

static void give_text(struct rig *rig, enum event_kind kind, const char *text)
{
	struct event_data data = {0};

	EVENT_SET(data, text, text);
	if (kind == EVENT_TIMER_STARTED)
		EVENT_SET(data, until, rig->pen.now + 5 * MIN);
	must_give(rig, kind, &data);
}

static void begin_run(struct rig *rig)
{
	static const char *const steps[] = { "promote", "verify" };
	struct event_data data = {0};

	EVENT_SET(data, runbook, "db-failover");
	EVENT_SET(data, title, "Database failover");
	EVENT_SET(data, sha256, sha);
	EVENT_SET(data, mode, "native");
	EVENT_SET(data, steps, ((struct text_list){ steps, ARRAY_LEN(steps) }));
	must_give(rig, EVENT_RUN_STARTED, &data);
	str_put(rig->run, sizeof(rig->run), rig->pen.last.id);
}

static int build(void **state)
{
	struct rig *rig = mem_new(sizeof(*rig));
	struct event_data declared = {0}, seat = {0}, alert = {0}, sent = {0};

	policy_default(&rig->policy);
	pen_open(&rig->pen, 1, "ana");
	rig->history = history_new("7k3f9q");
	EVENT_SET(declared, title, "Indexer down");
	EVENT_SET(declared, severity, 2);
	must_give(rig, EVENT_INCIDENT_DECLARED, &declared);
	EVENT_SET(seat, role, "commander");
	must_give(rig, EVENT_ROLE_TAKEN, &seat);
	EVENT_SET(alert, name, "IndexerDown");
	EVENT_SET(alert, fingerprint, "f1");
	must_give(rig, EVENT_ALERT_FIRING, &alert);
	EVENT_SET(sent, type, "announce");
	EVENT_SET(sent, text, "payments are late");
	EVENT_SET(sent, by_hand, true);
	must_give(rig, EVENT_UPDATE_SENT, &sent);
	give_text(rig, EVENT_TIMER_STARTED, "check the archive");
	give_text(rig, EVENT_FOLLOW_UP_ADDED, "resume the cron");
	begin_run(rig);
	*state = rig;
	return 0;
}

static int drop(void **state)
{
	struct rig *rig = *state;

	history_free(rig->history);
	pen_close(&rig->pen);
	mem_free(rig);
	return 0;
}

/* What people see of a state at one moment: all that is owed, and the rest of its parts. */
static char *seen(const struct rig *rig, msec wall)
{
	const struct incident *incident = now(rig);
	const struct clocks_in in = { .incident = incident, .policy = &rig->policy,
				      .origin = rig->pen.chain.origin, .operator = "ana",
				      .wall = wall };
	static struct owed rows[OWED_MAX];
	size_t count = clocks_owed(&in, rows, OWED_MAX);
	struct buf out = {0};

	buf_fmt(&out, "%s SEV%u %s %s [%s] %zu notes %s", incident->title, incident->severity,
		incident_status_word(incident->status), incident->ticket,
		incident->components[0], incident->note_count, incident->first_minutes);
	for (enum seat_name name = 0; name < SEAT_COUNT; name++)
		buf_fmt(&out, "|%s", incident->seats[name].who);
	for (enum milestone_name name = 0; name < MILESTONE_COUNT; name++)
		buf_fmt(&out, "|%lld", (long long)incident->milestones[name].at);
	for (size_t i = 0; i < count; i++)
		buf_fmt(&out, "\n%s %s %lld %d%d", owed_word(rows[i].kind), rows[i].text,
			(long long)rows[i].due_at, rows[i].prompt, rows[i].overdue);
	for (size_t i = 0; i < incident->run_count; i++) {
		const struct run *run = &incident->runs[i];
		const struct run_step *step = &run->steps[0];

		buf_fmt(&out, "\n%s %s %s [%s] %s %lld %s %zu values", run->words,
			step_mark_word(step->mark), step->option, step->claimed_by, step->asked,
			(long long)step->started_t, step->reason, run->value_count);
	}
	return buf_take(&out);
}

/* An order about `of`, that says as much as any of these needs. */
static struct event_data all_of(struct rig *rig, enum event_kind kind)
{
	static const char *const components[] = { "db" };
	struct event_data data = {0};

	EVENT_SET(data, title, "Everything down");
	EVENT_SET(data, components, ((struct text_list){ components, 1 }));
	EVENT_SET(data, new_, "SEV1");
	EVENT_SET(data, role, kind == EVENT_ROLE_RELEASED ? "commander" : "scribe");
	EVENT_SET(data, text, "something");
	EVENT_SET(data, name, kind == EVENT_MILESTONE_SET ? "impact_started" :
		  kind == EVENT_ALERT_ACKED ? "IndexerDown" : "first_minutes");
	EVENT_SET(data, when, rig->pen.now - 20 * MIN);
	EVENT_SET(data, until, rig->pen.now + 30 * MIN);
	EVENT_SET(data, reason, "because");
	EVENT_SET(data, of, "1");
	EVENT_SET(data, type, "fix");
	EVENT_SET(data, url, "https://tickets.example/7");
	EVENT_SET(data, run, rig->run);
	EVENT_SET(data, step, "promote");
	EVENT_SET(data, option, "wait");
	EVENT_SET(data, sha256, sha);
	return data;
}

static void undoing_a_thing_gives_the_state_before_it_back(void **state)
{
	static const enum event_kind kinds[] = {
		EVENT_INCIDENT_RENAMED, EVENT_COMPONENTS_SET, EVENT_SEVERITY_SET, EVENT_ROLE_TAKEN,
		EVENT_ROLE_RELEASED, EVENT_NOTE, EVENT_MILESTONE_SET, EVENT_UPDATE_SNOOZED,
		EVENT_ALERT_ACKED, EVENT_TIMER_STARTED, EVENT_TIMER_ENDED, EVENT_ACTION_ITEM,
		EVENT_FOLLOW_UP_ADDED, EVENT_FOLLOW_UP_SETTLED, EVENT_DEFERRED_ADDED,
		EVENT_TICKET_SET, EVENT_CHECKPOINT_ANSWERED, EVENT_STEP_CLAIMED, EVENT_STEP_STARTED,
		EVENT_STEP_DONE, EVENT_STEP_SKIPPED, EVENT_STEP_OVERRIDDEN, EVENT_STEP_DEFERRED,
		EVENT_STEP_FAILED, EVENT_DECISION_TAKEN, EVENT_INPUT_GIVEN, EVENT_STEP_CONFIRM_ASKED,
		EVENT_RUN_ENDED,
	};
	struct rig *rig = *state;
	msec later = rig->pen.now + 20 * MIN;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct event_data data = all_of(rig, kinds[i]);
		char *before = seen(rig, later), *done, *after;
		char id[ULID_TEXT];

		must_give(rig, kinds[i], &data);
		done = seen(rig, later);
		str_put(id, sizeof(id), rig->pen.last.id);
		assert_string_not_equal(before, done);
		assert_string_equal(undo_last(rig->history, "ana"), id);
		assert_true(take_back(rig, "ana", id));
		after = seen(rig, later);
		assert_string_equal(before, after);
		assert_true(take_back(rig, "ana", id));
		assert_string_equal(rig->already, "it was taken back");
		mem_free(before);
		mem_free(done);
		mem_free(after);
	}
}

static void the_last_thing_is_one_s_own_and_goes_back_step_by_step(void **state)
{
	struct rig *rig = *state;
	struct event_data note = {0};
	char mine[ULID_TEXT], earlier[ULID_TEXT];

	str_put(earlier, sizeof(earlier), undo_last(rig->history, "ana"));
	EVENT_SET(note, text, "the archive is full");
	must_give(rig, EVENT_NOTE, &note);
	str_put(mine, sizeof(mine), rig->pen.last.id);
	str_put(rig->pen.by, sizeof(rig->pen.by), "ben");
	assert_null(undo_last(rig->history, "ben"));
	assert_true(give(rig, "ben", EVENT_NOTE, &note));
	assert_string_equal(undo_last(rig->history, "ana"), mine);
	assert_false(take_back(rig, "ben", mine));
	assert_string_equal(rig->err.text, "only who did it can take it back");
	assert_true(take_back(rig, "ana", mine));
	assert_string_equal(undo_last(rig->history, "ana"), earlier);
}

static void what_was_sent_and_what_is_not_there_stays(void **state)
{
	struct rig *rig = *state;

	assert_false(take_back(rig, "ana", now(rig)->sent[0].event));
	assert_string_equal(rig->err.text, "an event of the kind update.sent cannot be taken back");
	assert_false(take_back(rig, "ana", "01JNOSUCHEVENT000000000000"));
	assert_int_equal(rig->err.kind, ERR_NOT_FOUND);
}

int main(void)
{
#define RIGGED(test) cmocka_unit_test_setup_teardown(test, build, drop)
	static const struct CMUnitTest tests[] = {
		RIGGED(undoing_a_thing_gives_the_state_before_it_back),
		RIGGED(the_last_thing_is_one_s_own_and_goes_back_step_by_step),
		RIGGED(what_was_sent_and_what_is_not_there_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
