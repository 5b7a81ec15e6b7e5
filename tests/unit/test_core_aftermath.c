/* The postmortem, what only people know, and who may sign it off: by orders, and as events fold. */
#include "core/aftermath.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/orders.h"

static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static int setup(void **state)
{
	return orders_set_up(state, 1);
}

static bool paper(struct orders *orders, const char *status, const char *reason)
{
	struct order order = ORDER(orders, POSTMORTEM_SET);

	if (status)
		EVENT_SET(order.data, new_, status);
	if (reason)
		EVENT_SET(order.data, reason, reason);
	return orders_give(orders, &order);
}

static bool own(struct orders *orders, const char *who)
{
	struct order order = ORDER(orders, POSTMORTEM_SET);

	EVENT_SET(order.data, who, who);
	return orders_give(orders, &order);
}

static bool answer(struct orders *orders, const char *section, const char *text)
{
	struct order order = ORDER(orders, POSTMORTEM_ANSWERED);

	EVENT_SET(order.data, name, section);
	EVENT_SET(order.data, text, text);
	return orders_give(orders, &order);
}

static bool action(struct orders *orders, const char *type)
{
	struct order order = ORDER(orders, ACTION_ITEM);

	EVENT_SET(order.data, type, type);
	EVENT_SET(order.data, text, "watch it");
	return orders_give(orders, &order);
}

static bool none(struct orders *orders, const char *type, const char *reason)
{
	struct order order = ORDER(orders, ACTION_ITEM_NONE);

	EVENT_SET(order.data, type, type);
	EVENT_SET(order.data, reason, reason);
	return orders_give(orders, &order);
}

static bool sign(struct orders *orders, const char *by)
{
	struct order order = ORDER(orders, SIGNED_OFF);

	order.by = by;
	return orders_give(orders, &order);
}

static bool resolve(struct orders *orders)
{
	return orders_status(orders, "resolved", "it is over", "payments were late");
}

static bool undo(struct orders *orders, enum event_kind kind)
{
	struct order order = ORDER(orders, UNDO);

	EVENT_SET(order.data, of, "01J");
	order.of_kind = kind;
	order.of_by = orders->by;
	return orders_give(orders, &order);
}

/* --- the postmortem ------------------------------------------------------------------------- */

static void the_resolution_makes_a_draft_and_reopening_takes_it_back(void **state)
{
	struct orders *orders = *state;
	const struct aftermath *aftermath = &orders->incident.aftermath;

	assert_int_equal(aftermath->status, PAPER_NONE);
	assert_refused(orders, paper(orders, "draft", NULL),
		       "the postmortem begins with the resolution: resolve it first");
	assert_taken(orders, answer(orders, "impact", "all of them"));
	resolve(orders);
	assert_int_equal(aftermath->status, PAPER_DRAFT);
	assert_true(aftermath->status_at == orders->now);
	assert_already(orders, paper(orders, "draft", NULL), "the postmortem is draft");
	orders_status(orders, "reopened", "it came back", NULL);
	assert_int_equal(aftermath->status, PAPER_NONE);
	assert_string_equal(aftermath->answers[SECTION_IMPACT].text, "all of them");
	resolve(orders);
	orders_status(orders, "closed", NULL, NULL);
	assert_int_equal(aftermath->status, PAPER_DRAFT);
}

static void publishing_needs_an_alert_and_a_test_or_why_not(void **state)
{
	static const struct { bool alert, test, no_alert, no_test; const char *lacks; } rows[] = {
		{ false, false, false, false, "alert" }, { true, false, false, false, "test" },
		{ false, true, false, false, "alert" }, { false, true, true, false, NULL },
		{ true, false, false, true, NULL }, { false, false, true, true, NULL },
		{ false, false, false, true, "alert" }, { true, true, false, false, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct orders *orders;
		char sentence[128];

		assert_int_equal(setup((void **)&orders), 0);
		resolve(orders);
		action(orders, "fix");
		if (rows[i].alert)
			assert_taken(orders, action(orders, "alert"));
		if (rows[i].test)
			assert_taken(orders, action(orders, "test"));
		if (rows[i].no_alert)
			assert_taken(orders, none(orders, "alert", "nobody could have seen it"));
		if (rows[i].no_test)
			assert_taken(orders, none(orders, "test", "a disk broke"));
		(void)snprintf(sentence, sizeof(sentence), "publishing needs an action of type %s, or "
			       "the reason why there is none", rows[i].lacks ? rows[i].lacks : "");
		if (rows[i].lacks)
			assert_refused(orders, paper(orders, "published", NULL), sentence);
		else
			assert_taken(orders, paper(orders, "published", NULL));
		assert_int_equal(orders->incident.aftermath.status,
				 rows[i].lacks ? PAPER_DRAFT : PAPER_PUBLISHED);
		orders_tear_down((void **)&orders);
	}
}

static void a_postmortem_goes_back_with_a_reason_only(void **state)
{
	struct orders *orders = *state;

	resolve(orders);
	none(orders, "alert", "it fired");
	none(orders, "test", "a disk broke");
	assert_taken(orders, paper(orders, "in review", NULL));
	assert_taken(orders, paper(orders, "published", NULL));
	assert_refused(orders, paper(orders, "in review", NULL),
		       "the postmortem is published: to take it back needs a reason");
	assert_taken(orders, paper(orders, "in review", "a number was wrong"));
	assert_refused(orders, paper(orders, "draft", "  "),
		       "the postmortem is in review: to take it back needs a reason");
	assert_refused(orders, paper(orders, "none", "x"),
		       "a postmortem is draft, in review or published");
	assert_refused(orders, paper(orders, "done", NULL),
		       "a postmortem is draft, in review or published");
	assert_refused(orders, paper(orders, NULL, "x"), "postmortem.set needs new or who");
	assert_taken(orders, own(orders, "ben"));
	assert_already(orders, own(orders, "ben"), "the postmortem is in review");
	assert_string_equal(orders->incident.aftermath.owner, "ben");
	assert_int_equal(orders->incident.aftermath.status, PAPER_REVIEW);
}

static void what_is_published_stays_as_it_was_read(void **state)
{
	struct orders *orders = *state;
	const char *published = "the postmortem is published: make it a draft again first, with a "
				"reason";

	resolve(orders);
	action(orders, "alert");
	none(orders, "test", "a disk broke");
	answer(orders, "impact", "all of them");
	assert_taken(orders, undo(orders, EVENT_POSTMORTEM_ANSWERED));
	assert_taken(orders, paper(orders, "published", NULL));
	assert_refused(orders, answer(orders, "impact", "some of them"), published);
	assert_refused(orders, none(orders, "fix", "nothing to mend"), published);
	assert_refused(orders, undo(orders, EVENT_POSTMORTEM_ANSWERED), published);
	assert_refused(orders, undo(orders, EVENT_ACTION_ITEM), published);
	assert_refused(orders, undo(orders, EVENT_ACTION_ITEM_NONE), published);
	assert_refused(orders, undo(orders, EVENT_POSTMORTEM_SET),
		       "an event of the kind postmortem.set cannot be taken back");
	assert_refused(orders, undo(orders, EVENT_SIGNED_OFF),
		       "an event of the kind signed_off cannot be taken back");
	assert_taken(orders, paper(orders, "draft", "the impact was another"));
	assert_taken(orders, answer(orders, "impact", "some of them"));
}

static void an_answer_names_a_section_and_the_last_one_counts(void **state)
{
	struct orders *orders = *state;
	const struct postmortem_answer *impact =
		&orders->incident.aftermath.answers[SECTION_IMPACT];

	assert_refused(orders, answer(orders, "luck", "none"),
		       "a section is one of summary, impact, what-happened, detection, "
		       "contributing-factors, surprises, resolution-and-recovery, what-went-well, "
		       "what-did-not, where-we-were-lucky");
	assert_refused(orders, answer(orders, "impact", "  "), "postmortem.answered needs text");
	assert_taken(orders, answer(orders, "impact", "first\nand second"));
	assert_string_equal(impact->text, "first\nand second");
	orders->by = "ben";
	assert_taken(orders, answer(orders, "impact", "third"));
	assert_already(orders, answer(orders, "impact", "third"), "that is what stands there");
	assert_string_equal(impact->text, "third");
	assert_string_equal(impact->by, "ben");
	for (enum postmortem_section section = 0; section < SECTION_COUNT; section++)
		assert_taken(orders, answer(orders, postmortem_section_key(section), "x"));
}

static void there_is_an_action_or_a_reason_never_both(void **state)
{
	struct orders *orders = *state;
	const struct aftermath *aftermath = &orders->incident.aftermath;

	assert_refused(orders, none(orders, "idea", "x"),
		       "an action's type is alert, test, fix or process");
	assert_taken(orders, none(orders, "test", "a disk broke"));
	assert_already(orders, none(orders, "test", "a disk broke"), "that is the reason");
	assert_taken(orders, none(orders, "test", "two disks broke"));
	assert_string_equal(aftermath->none[ACTION_TYPE_TEST], "two disks broke");
	assert_taken(orders, action(orders, "test"));
	assert_string_equal(aftermath->none[ACTION_TYPE_TEST], "");
	assert_refused(orders, none(orders, "test", "x"), "there is one: action 1 is of type test");
}

static void what_was_none_has_no_postmortem(void **state)
{
	struct orders *orders = *state;
	const char *over = "it is cancelled: it takes notes, corrections, exports, evidence, what "
			   "belongs to the postmortem, and reopening";

	orders_status(orders, "cancelled", "a test of the pager", NULL);
	assert_refused(orders, paper(orders, "draft", NULL), over);
	assert_refused(orders, answer(orders, "impact", "x"), over);
	assert_refused(orders, none(orders, "test", "x"), over);
	assert_refused(orders, action(orders, "test"), over);
	assert_refused(orders, sign(orders, "dora"), over);
	assert_refused(orders, orders_seat(orders, "audit", "dora"), over);
	assert_int_equal(orders->incident.aftermath.status, PAPER_NONE);
}

/* --- signing off ---------------------------------------------------------------------------- */

static void the_seat_of_audit_signs_what_is_over_once(void **state)
{
	struct orders *orders = *state;
	const struct aftermath *aftermath = &orders->incident.aftermath;
	struct order export = ORDER(orders, EXPORT_WRITTEN);

	assert_refused(orders, sign(orders, "dora"),
		       "it is triage: it is signed off when it is resolved");
	resolve(orders);
	EVENT_SET(export.data, format, "md");
	EVENT_SET(export.data, sha256, sha);
	assert_taken(orders, orders_give(orders, &export));
	assert_refused(orders, sign(orders, "dora"),
		       "signing off is for the seat audit, which is empty");
	orders_seat(orders, "audit", "eve");
	assert_refused(orders, sign(orders, "dora"),
		       "signing off is for the seat audit, which eve has");
	orders_status(orders, "closed", NULL, NULL);
	assert_taken(orders, orders_seat(orders, "audit", "dora"));
	assert_taken(orders, sign(orders, "dora"));
	assert_string_equal(aftermath->signed_by, "dora");
	assert_string_equal(aftermath->signed_sha256, sha);
	assert_true(aftermath->signed_at == orders->now);
	assert_already(orders, sign(orders, "eve"), "it is signed off by dora");
	orders_status(orders, "reopened", "it came back", NULL);
	assert_string_equal(aftermath->signed_by, "");
	assert_string_equal(aftermath->exported, "");
}

static void an_instrument_signs_nothing(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, SIGNED_OFF);

	resolve(orders);
	orders_seat(orders, "audit", "dora");
	order.by = "dora";
	order.src = SRC_SENSED;
	assert_refused(orders, orders_give(orders, &order), "a person signs it off");
}

static const char *any_TEXT(void) { return "x"; }
static int64_t any_INT(void) { return 1; }
static msec any_TIME(void) { return 1; }
static bool any_BOOL(void) { return true; }
static struct text_list any_TEXTS(void) { return (struct text_list){ 0 }; }
static struct figure_list any_FIGURES(void) { return (struct figure_list){ 0 }; }

/* An event as a console writes it, of any kind, straight into the fold. */
static void fold(struct orders *orders, enum event_kind kind, const char *by, enum event_src src)
{
	struct event event = { .kind = kind, .src = src, .at = orders->now, .rec = orders->now,
			       .seq = ++orders->seq, .id = "01JTESTEVENT00000001000001" };
	bool repeat;

	str_put(event.origin, sizeof(event.origin), "aaaaaaaaaaaaaaaa");
	str_put(event.by, sizeof(event.by), by);
#define X(member, key, type, help) \
	if (event_must(kind) & F(member)) \
		EVENT_SET(event.data, member, any_##type());
	EVENT_FIELDS(X)
#undef X
	if (kind == EVENT_SEVERITY_SET)
		EVENT_SET(event.data, new_, "SEV1");
	incident_fold(&orders->incident, &event, &repeat);
}

static void whoever_had_a_hand_in_it_does_not_sign_it_off(void **state)
{
	static const struct { enum event_kind kind; const char *did; } rows[] = {
		{ EVENT_SEVERITY_SET, "set its severity" },
		{ EVENT_RUN_STARTED, "did a step" }, { EVENT_STEP_STARTED, "did a step" },
		{ EVENT_STEP_DONE, "did a step" }, { EVENT_STEP_SKIPPED, "did a step" },
		{ EVENT_STEP_OVERRIDDEN, "did a step" }, { EVENT_STEP_DEFERRED, "did a step" },
		{ EVENT_STEP_REPEATED, "did a step" }, { EVENT_STEP_FAILED, "did a step" },
		{ EVENT_STEP_CONFIRMED, "did a step" }, { EVENT_DECISION_TAKEN, "did a step" },
		{ EVENT_STEP_RUN_STARTED, "ran a command" },
		{ EVENT_TX_ACT_ASKED, "acted on a transaction" },
		{ EVENT_TX_ACT_STARTED, "acted on a transaction" },
		{ EVENT_DRILL_INTERVENED, "ran the drill" },
		{ EVENT_COMPONENT_RESTORED, "ran the drill" },
		{ EVENT_DRILL_VERIFIED, "ran the drill" },
		{ EVENT_NOTE, NULL }, { EVENT_UPDATE_SENT, NULL }, { EVENT_ALERT_ACKED, NULL },
		{ EVENT_POSTMORTEM_ANSWERED, NULL }, { EVENT_DRILL_REVIEWED, NULL },
		{ EVENT_STEP_SENSED, NULL }, { EVENT_SESSION_JOINED, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct orders *orders;
		char sentence[128];

		assert_int_equal(setup((void **)&orders), 0);
		fold(orders, rows[i].kind, "eve", SRC_SENSED);
		fold(orders, rows[i].kind, "dora", SRC_HUMAN);
		resolve(orders);
		(void)snprintf(sentence, sizeof(sentence),
			       "whoever ran it does not sign it off: dora %s", rows[i].did ?
			       rows[i].did : "");
		orders_seat(orders, "audit", "dora");
		if (rows[i].did)
			assert_refused(orders, sign(orders, "dora"), sentence);
		orders_seat(orders, "audit", rows[i].did ? "eve" : "dora");
		assert_taken(orders, sign(orders, rows[i].did ? "eve" : "dora"));
		orders_tear_down((void **)&orders);
	}
}

/* Nor who had the command once, whoever put them there; and whose step another console ticked. */
static void all_that_somebody_did_is_named(void **state)
{
	struct orders *orders = *state;
	struct order offer = ORDER(orders, COMMAND_OFFERED), release;

	orders_seat(orders, "commander", "ana");
	EVENT_SET(offer.data, who, "dora");
	assert_taken(orders, orders_give(orders, &offer));
	resolve(orders);
	orders_seat(orders, "audit", "dora");
	assert_taken(orders, sign(orders, "dora"));	/* she was only asked */
	orders_status(orders, "reopened", "it came back", NULL);
	release = ORDER(orders, ROLE_RELEASED);
	EVENT_SET(release.data, role, "commander");
	assert_taken(orders, orders_give(orders, &release));
	assert_taken(orders, orders_seat(orders, "commander", "dora"));
	orders->by = "dora";
	orders_severity(orders, "SEV2", "better");
	fold(orders, EVENT_STEP_DONE, "dora", SRC_HUMAN);
	resolve(orders);
	assert_refused(orders, sign(orders, "dora"),
		       "whoever ran it does not sign it off: dora had the command, set its severity "
		       "and did a step");
	orders_seat(orders, "audit", "ana");
	assert_refused(orders, sign(orders, "ana"),
		       "whoever ran it does not sign it off: ana declared it and had the command");
}

static void a_step_is_also_whose_who_is_named_in_it(void **state)
{
	struct orders *orders = *state;
	struct event event = { .kind = EVENT_STEP_DONE, .at = orders->now, .rec = orders->now };
	bool repeat;

	str_put(event.origin, sizeof(event.origin), "aaaaaaaaaaaaaaaa");
	str_put(event.by, sizeof(event.by), "ben");
	EVENT_SET(event.data, run, "x");
	EVENT_SET(event.data, step, "x");
	EVENT_SET(event.data, who, "dora");
	incident_fold(&orders->incident, &event, &repeat);
	resolve(orders);
	orders_seat(orders, "audit", "dora");
	assert_refused(orders, sign(orders, "dora"),
		       "whoever ran it does not sign it off: dora did a step");
}

/* --- whatever stands in a file -------------------------------------------------------------- */

static void a_console_that_had_not_seen_the_reopening_publishes_nothing(void **state)
{
	struct orders *orders = *state;
	struct event event = { .kind = EVENT_POSTMORTEM_SET, .at = orders->now, .rec = orders->now };
	bool repeat;

	str_put(event.origin, sizeof(event.origin), "bbbbbbbbbbbbbbbb");
	EVENT_SET(event.data, new_, "published");
	EVENT_SET(event.data, who, "ben");
	incident_fold(&orders->incident, &event, &repeat);
	assert_int_equal(orders->incident.aftermath.status, PAPER_NONE);
	assert_string_equal(orders->incident.aftermath.owner, "ben");
	resolve(orders);
	assert_int_equal(orders->incident.aftermath.status, PAPER_DRAFT);
}

static void every_word_is_found_again(void **state)
{
	(void)state;
	for (enum postmortem_status s = 0, found; s < PAPER_STATUS_COUNT; s++) {
		assert_true(postmortem_status_find(postmortem_status_word(s), &found));
		assert_int_equal(found, s);
	}
	for (enum postmortem_section s = 0, found; s < SECTION_COUNT; s++) {
		assert_true(postmortem_section_find(postmortem_section_key(s), &found));
		assert_int_equal(found, s);
		assert_true(postmortem_section_question(s)[0] && postmortem_section_heading(s)[0]);
	}
	for (enum action_type t = 0, found; t < ACTION_TYPE_COUNT; t++) {
		assert_true(action_type_find(action_type_word(t), &found));
		assert_int_equal(found, t);
	}
	assert_false(action_type_find(NULL, &(enum action_type){ 0 }));
	assert_false(postmortem_status_find("", &(enum postmortem_status){ 0 }));
	assert_false(postmortem_section_find("x", &(enum postmortem_section){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define OF(test) cmocka_unit_test_setup_teardown(test, setup, orders_tear_down)
		OF(the_resolution_makes_a_draft_and_reopening_takes_it_back),
		cmocka_unit_test(publishing_needs_an_alert_and_a_test_or_why_not),
		OF(a_postmortem_goes_back_with_a_reason_only),
		OF(what_is_published_stays_as_it_was_read),
		OF(an_answer_names_a_section_and_the_last_one_counts),
		OF(there_is_an_action_or_a_reason_never_both),
		OF(what_was_none_has_no_postmortem),
		OF(the_seat_of_audit_signs_what_is_over_once),
		OF(an_instrument_signs_nothing),
		cmocka_unit_test(whoever_had_a_hand_in_it_does_not_sign_it_off),
		OF(all_that_somebody_did_is_named),
		OF(a_step_is_also_whose_who_is_named_in_it),
		OF(a_console_that_had_not_seen_the_reopening_publishes_nothing),
		cmocka_unit_test(every_word_is_found_again),
#undef OF
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
