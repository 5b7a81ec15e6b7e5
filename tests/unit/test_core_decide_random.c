/*
 * 400,000 orders of all kinds, sound and senseless, in states that they have made themselves: each
 * is taken, or so already, or refused with a sentence; and no state that the rules forbid comes of
 * them. The seeds are fixed: a failure comes again.
 */
#include "core/decide.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/clocks.h"
#include "tests/lib/orders.h"

enum { ORDERS = 400000, LIFE = 90 };

struct dice {
	uint64_t state;
	const struct orders *orders;
	enum event_kind kind;		/* of the order that is rolled */
	const char *list[3];
	struct figure figures[2];
};

static uint64_t roll(struct dice *dice, uint64_t sides)
{
	dice->state ^= dice->state << 13;
	dice->state ^= dice->state >> 7;
	dice->state ^= dice->state << 17;
	return dice->state % sides;
}

#define PICK(dice, list) (list)[roll((dice), ARRAY_LEN(list))]

static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static const struct run *any_run(struct dice *dice)
{
	const struct incident *incident = &dice->orders->incident;

	return incident->run_count ? &incident->runs[roll(dice, incident->run_count)] : NULL;
}

static const struct run_step *any_run_step(struct dice *dice)
{
	const struct run *run = any_run(dice);

	return run && run->step_count ? &run->steps[roll(dice, run->step_count)] : NULL;
}

/* A confirmation that is waited for; NULL: there is none. */
static const char *any_asked(const struct dice *dice)
{
	const struct incident *incident = &dice->orders->incident;

	for (size_t i = 0; i < incident->run_count; i++)
		for (size_t k = 0; k < incident->runs[i].step_count; k++)
			if (incident->runs[i].steps[k].asked[0])
				return incident->runs[i].steps[k].asked;
	return NULL;
}

static const char *any_event(struct dice *dice)
{
	const struct incident *incident = &dice->orders->incident;
	const struct run_step *step = any_run_step(dice);
	const char *known[15] = { incident->offer.event, "1", "2", "nothing", "" };
	size_t count = 5;

	if (dice->kind == EVENT_STEP_CONFIRMED && any_asked(dice))
		return any_asked(dice);
	if (incident->sent_count)
		known[count++] = incident->sent[roll(dice, incident->sent_count)].event;
	if (incident->follow_up_count)
		known[count++] = incident->follow_ups[roll(dice, incident->follow_up_count)].event;
	if (incident->ask_count)
		known[count++] = incident->asks[roll(dice, incident->ask_count)].event;
	if (incident->tx_count && incident->txs[0].deed_count)
		known[count++] = incident->txs[0].deeds[0].event;
	if (step && step->asked[0])
		known[count++] = step->asked;
	if (step && step->running[0])
		known[count++] = step->running;
	if (step && count > 5 && roll(dice, 4) == 0)
		return known[count - 1];
	return known[roll(dice, count)];
}

static const char *any_new(struct dice *dice)
{
	static const char *const words[] = {
		"SEV1", "SEV2", "SEV3", "1", "3", "SEV4", "down", "ok", "unknown", "triage",
		"investigating", "identified", "monitoring", "mitigated", "resolved", "resolved",
		"closed", "closed", "cancelled", "merged", "reopened", "reopened", "what",
	};

	return PICK(dice, words);
}

static const char *any_name(struct dice *dice)
{
	static const char *const words[] = {
		"IndexerDown", "HighLatency", "Watchdog", "impact_started", "detected", "mitigated",
		"recovered", "resolved", "closed", "declared", "first_minutes", "db", "psql.txt", "",
	};

	return PICK(dice, words);
}

static const char *any_type(struct dice *dice)
{
	static const char *const words[] = {
		"outage", "recovery", "drill", "alert", "test", "process", "fix", "announce", "update",
		"resolution", "source", "signal", "other",
	};

	return PICK(dice, words);
}

static const char *any_person(struct dice *dice)
{
	static const char *const words[] = { "ana", "ben", "cleo", "dora", "Zoe", " " };

	return PICK(dice, words);
}

static const char *any_role(struct dice *dice)
{
	static const char *const words[] = { "commander", "commander", "scribe", "audit", "cook" };

	return PICK(dice, words);
}

static const char *any_text(struct dice *dice)
{
	static const char *const words[] = {
		"payments are late.", "Ends with a stop.", "", "  ", NULL, "\x1b[31mred", "caf\xc3\xa9",
		"%s%n", "7k3f9q", "2a2a2a", "https://tickets.example/1", sha, "ops", "irc",
	};

	return PICK(dice, words);
}

static const char *any_of_a_run(struct dice *dice, enum event_field field)
{
	static const char *const books[] = { "db-failover", "indexer-down", "horizon-outage" };
	static const char *const modes[] = { "native", "native", "plain", "instruct", "what" };
	static const char *const ways[] = {
		"exited", "timeout", "copied", "what", "mark-done", "mark-cancelled", "resubmit",
		"cancel", "rebuild",
	};
	static const char *const steps[] = { "indexer", "db", "ops", "gone" };
	const struct run *run = any_run(dice);

	if (field == FIELD_run)
		return run && roll(dice, 20) ? run->event : "nothing";
	if (field == FIELD_runbook)
		return PICK(dice, books);
	if (field == FIELD_mode)
		return PICK(dice, modes);
	if (field == FIELD_how)
		return PICK(dice, ways);
	return field == FIELD_step ? PICK(dice, steps) : NULL;
}

/* That of a transaction on record, mostly. */
static const char *any_verdict(struct dice *dice, enum event_field field)
{
	static const char *const verdicts[] = {
		"CONFIRMED", "LIVE_MAY_STILL_LAND", "DEAD_EXPIRED", "DEAD_SEQ_CONSUMED", "GONE",
	};
	static const char *const safe[] = { "true", "false", "confirm", "perhaps" };
	const struct incident *incident = &dice->orders->incident;
	const struct incident_tx *tx = incident->tx_count ?
				       &incident->txs[roll(dice, incident->tx_count)] : NULL;

	if (!tx || roll(dice, 3) == 0)
		return field == FIELD_verdict ? PICK(dice, verdicts) : PICK(dice, safe);
	return field == FIELD_verdict ? verdict_name(tx->verdict) : safety_word(tx->safe);
}

/* What comes after it, and drills: words that these kinds alone have. NULL: none. */
static const char *any_of_the_end(struct dice *dice, enum event_field field)
{
	static const struct {
		enum event_kind kind;
		enum event_field field;
		const char *words[4];
	} rows[] = {
		{ EVENT_POSTMORTEM_SET, FIELD_new_, { "draft", "in review", "published", "none" } },
		{ EVENT_POSTMORTEM_ANSWERED, FIELD_name, { "summary", "impact", "surprises", "x" } },
		{ EVENT_ACTION_ITEM_NONE, FIELD_type, { "alert", "test", "fix", "process" } },
		{ EVENT_ACTION_ITEM, FIELD_type, { "alert", "test", "fix", "process" } },
		{ EVENT_DRILL_ANNOUNCED, FIELD_type,
		  { "restoration", "full-dr", "tabletop", "party" } },
		{ EVENT_DRILL_ANNOUNCED, FIELD_name,
		  { "data-corruption", "indexer-db-restore", "other", "x" } },
		{ EVENT_DRILL_ANNOUNCED, FIELD_environment,
		  { "staging", "production", "pre-prod", "lab" } },
		{ EVENT_DRILL_ANNOUNCED, FIELD_of, { NULL, NULL, "2a2a2a", "7k3f9q" } },
		{ EVENT_COMPONENT_RESTORING, FIELD_name, { "db", "indexer", "api", "x" } },
		{ EVENT_COMPONENT_RESTORED, FIELD_name, { "db", "indexer", "api", "y" } },
		{ EVENT_DRILL_INTERVENED, FIELD_run, { NULL, NULL, NULL, "x" } },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].kind == dice->kind && rows[i].field == field)
			return PICK(dice, rows[i].words);
	return NULL;
}

static const char *dice_TEXT(struct dice *dice, enum event_field field)
{
	const char *end = any_of_the_end(dice, field);

	if (roll(dice, 20) == 0)
		return any_text(dice);
	if (end)
		return end;
	if (any_of_a_run(dice, field))
		return any_of_a_run(dice, field);
	if (field == FIELD_new_ || field == FIELD_old)
		return any_new(dice);
	if (field == FIELD_name || field == FIELD_fingerprint)
		return any_name(dice);
	if (field == FIELD_type)
		return any_type(dice);
	if (field == FIELD_role)
		return any_role(dice);
	if (field == FIELD_who || field == FIELD_owner)
		return any_person(dice);
	if (field == FIELD_of)
		return any_event(dice);
	if (field == FIELD_sha256)
		return sha;
	if (field == FIELD_hash)
		return roll(dice, 3) ? sha : NULL;
	if (field == FIELD_verdict || field == FIELD_safe)
		return any_verdict(dice, field);
	if (field == FIELD_into)
		return roll(dice, 2) ? "2a2a2a" : "7k3f9q";
	if (field == FIELD_channel)
		return roll(dice, 2) ? "ops" : "status";
	return any_text(dice);
}

static int64_t dice_INT(struct dice *dice, enum event_field field)
{
	static const int64_t odd[] = { 0, -1, INT64_MIN, INT64_MAX, 3600000, 200 };

	if (field == FIELD_severity && roll(dice, 10))
		return (int64_t)roll(dice, 3) + 1;
	return PICK(dice, odd);
}

static msec dice_TIME(struct dice *dice, enum event_field field)
{
	static const msec odd[] = { 0, WHEN_NEVER, INT64_MIN, INT64_MAX, 1 };
	msec span = (msec)roll(dice, (uint64_t)(2 * WHEN_HOUR));
	bool ahead = field == FIELD_until || field == FIELD_next_at;

	if (roll(dice, 25) == 0)
		return PICK(dice, odd);
	return dice->orders->now + (ahead == (roll(dice, 8) > 0) ? span : -span);
}

static bool dice_BOOL(struct dice *dice, enum event_field field)
{
	(void)field;
	return roll(dice, 2);
}

static struct text_list dice_TEXTS(struct dice *dice, enum event_field field)
{
	static const char *const words[] = {
		"ops", "status", "irc", "indexer", "db", "alertname=IndexerDown", "service=indexer", "",
	};
	struct text_list list = { dice->list, roll(dice, 4) };

	for (size_t i = 0; i < list.count; i++)
		dice->list[i] = field == FIELD_channels && roll(dice, 4) ? "ops" : PICK(dice, words);
	return list;
}

static struct figure_list dice_FIGURES(struct dice *dice, enum event_field field)
{
	struct figure_list list = { dice->figures, roll(dice, 3) };

	(void)field;
	for (size_t i = 0; i < list.count; i++)
		dice->figures[i] = (struct figure){ .name = "lag", .known = roll(dice, 2) };
	return list;
}

/* Members that belong to the kind mostly, others rarely. */
static void roll_data(struct dice *dice, enum event_kind kind, struct event_data *data)
{
	bool sound = kind > EVENT_UNKNOWN && kind < EVENT_KIND_COUNT;
	uint64_t must = sound ? event_must(kind) : 0, may = sound ? event_may(kind) : 0;

#define X(member, key, type, help) \
	if (roll(dice, 100) < (must & F(member) ? 97 : may & F(member) ? 60 : 2)) \
		EVENT_SET(*data, member, dice_##type(dice, FIELD_##member));
	EVENT_FIELDS(X)
#undef X
}

static bool is_drill(const struct orders *orders)
{
	return strcmp(orders->incident.type, "drill") == 0;
}

/* There is something that may be written about and signed off. */
static bool is_past(const struct orders *orders)
{
	const struct incident *incident = &orders->incident;

	return (incident->severity && !incident_open(incident)) ||
	       (incident->drill && incident->drill->reviewed_at != WHEN_NEVER);
}

/* What an incident is about more often than by chance. */
static enum event_kind roll_kind(struct dice *dice)
{
	static const enum event_kind of_steps[] = {
		EVENT_RUN_STARTED, EVENT_STEP_CLAIMED, EVENT_STEP_SENSED, EVENT_STEP_REGRESSED,
		EVENT_STEP_RUN_STARTED, EVENT_STEP_RUN_ENDED, EVENT_STEP_CONFIRM_ASKED,
		EVENT_STEP_CONFIRMED, EVENT_STEP_REPEATED, EVENT_STEP_CLAIM_RELEASED,
	};
	static const enum event_kind often[] = {
		EVENT_STATUS_SET, EVENT_SEVERITY_SET, EVENT_ROLE_TAKEN, EVENT_COMMAND_OFFERED,
		EVENT_COMMAND_ACCEPTED, EVENT_COMMAND_DECLINED, EVENT_ALERT_FIRING,
		EVENT_ALERT_SILENCE_ASKED,
		EVENT_UPDATE_SENT, EVENT_FOLLOW_UP_SETTLED, EVENT_TIMER_ENDED, EVENT_TX_DIAGNOSED,
	};
	static const enum event_kind of_transactions[] = {
		EVENT_TX_DIAGNOSED, EVENT_TX_ACT_ASKED, EVENT_TX_ACT_STARTED, EVENT_TX_ACT_STARTED,
		EVENT_TX_ACT_ENDED, EVENT_TX_DISMISSED,
	};

	static const enum event_kind of_drills[] = {
		EVENT_DRILL_ANNOUNCED, EVENT_DRILL_ANNOUNCED, EVENT_DRILL_INTERVENED,
		EVENT_COMPONENT_RESTORING, EVENT_COMPONENT_RESTORED, EVENT_DRILL_VERIFIED,
		EVENT_DRILL_ROLLED_BACK, EVENT_DRILL_FINISHED, EVENT_DRILL_REVIEWED,
	};
	static const enum event_kind of_the_end[] = {
		EVENT_POSTMORTEM_SET, EVENT_POSTMORTEM_ANSWERED, EVENT_ACTION_ITEM,
		EVENT_ACTION_ITEM_NONE, EVENT_SIGNED_OFF, EVENT_ROLE_TAKEN,
	};

	if (is_drill(dice->orders) && roll(dice, 4) == 0)
		return PICK(dice, of_drills);
	if (is_past(dice->orders) && roll(dice, 3) == 0)
		return PICK(dice, of_the_end);
	if (dice->orders->incident.tx_count && roll(dice, 8) == 0)
		return PICK(dice, of_transactions);
	if (roll(dice, 4) == 0)
		return PICK(dice, of_steps);
	if (roll(dice, 3) == 0)
		return PICK(dice, often);
	return (enum event_kind)((int)roll(dice, EVENT_KIND_COUNT + 3) - 1);
}

static struct order roll_order(struct dice *dice)
{
	static const char *const by[] = { "ana", "ben", "cleo" };
	struct order order = { .kind = roll_kind(dice), .at = WHEN_NEVER };

	dice->kind = order.kind;
	roll_data(dice, order.kind, &order.data);
	if (roll(dice, 15) == 0)
		order.at = dice_TIME(dice, FIELD_when);
	order.src = roll(dice, 3) ? SRC_HUMAN : (enum event_src)roll(dice, 4);
	if (order.kind == EVENT_STEP_SENSED || order.kind == EVENT_STEP_REGRESSED)
		order.src = roll(dice, 5) ? SRC_SENSED : SRC_HUMAN;
	order.by = roll(dice, 20) ? PICK(dice, by) : NULL;
	if (order.kind == EVENT_SIGNED_OFF && roll(dice, 3))
		order.by = "dora";	/* who has a seat now and then, and does nothing */
	order.of_kind = (enum event_kind)((int)roll(dice, EVENT_KIND_COUNT + 2) - 1);
	order.of_by = PICK(dice, by);
	order.of_undone = roll(dice, 10) == 0;
	order.two_person = roll(dice, 4) == 0;
	return order;
}

/* --- what must hold ------------------------------------------------------------------------- */

static void check_sentence(const struct orders *orders)
{
	const char *said = orders->said;
	size_t len = strlen(said);

	assert_true(len > 0);
	if (!islower((unsigned char)said[0]) || said[len - 1] == '.')
		print_error("a sentence like none: \"%s\"\n", said);
	assert_true(islower((unsigned char)said[0]));
	assert_true(said[len - 1] != '.');
	assert_true(orders->kind == ERR_INPUT || orders->kind == ERR_REFUSED ||
		    orders->kind == ERR_NOT_FOUND);
}

static void check_events(const struct orders *orders, const struct order *order)
{
	if (orders->count == 0)
		assert_true(orders->said[0] != '\0');
	for (size_t i = 0; i < orders->count; i++) {
		const struct taken *event = &orders->last[i];

		assert_true(event->kind == order->kind);
		assert_true(event->rec == orders->now);
		assert_true(event->at > 0 && event->at <= orders->now + 5 * WHEN_SECOND);
		assert_true(event->src != SRC_HUMAN || event->by[0]);
	}
}

struct before {			/* the state that the order met */
	bool over;
	unsigned severity;
	enum incident_status status;
	char commander[OPERATOR_TEXT], offered[OPERATOR_TEXT];
	msec next_update;
};

static struct before look(const struct orders *orders)
{
	const struct incident *incident = &orders->incident;
	struct before before = { .over = incident->severity && incident_over(incident),
				 .severity = incident->severity, .status = incident->status };

	str_put(before.commander, OPERATOR_TEXT, incident->seats[SEAT_COMMANDER].who);
	str_put(before.offered, OPERATOR_TEXT, incident->offer.to);
	before.next_update = clocks_next_update(incident, &orders->policy);
	return before;
}

static void check_over(const struct before *before, const struct order *order)
{
	static const enum event_kind taken[] = {
		EVENT_NOTE, EVENT_PIN, EVENT_CORRECTION, EVENT_UNDO, EVENT_MILESTONE_SET,
		EVENT_STATUS_SET, EVENT_UPDATE_DELIVERED, EVENT_ALERT_SILENCED,
		EVENT_ALERT_SILENCE_FAILED, EVENT_ALERT_UNSILENCED, EVENT_SIGNALS_RECORDED,
		EVENT_FLIGHT_IMPORTED, EVENT_RECORDING_GAP, EVENT_EVIDENCE_ADDED,
		EVENT_ACTION_ITEM_DONE, EVENT_CLOCK_STEPPED, EVENT_SESSION_JOINED,
		EVENT_SESSION_LOST, EVENT_EXPORT_WRITTEN, EVENT_STEP_RUN_ENDED,
		EVENT_TX_ACT_ENDED, EVENT_ACTION_ITEM, EVENT_ACTION_ITEM_NONE, EVENT_POSTMORTEM_SET,
		EVENT_POSTMORTEM_ANSWERED, EVENT_SIGNED_OFF, EVENT_DRILL_REVIEWED,
		EVENT_ROLE_TAKEN,
	};
	bool found = false;

	for (size_t i = 0; i < ARRAY_LEN(taken); i++)
		found = found || taken[i] == order->kind;
	assert_true(!before->over || found);
}

static void check_command(const struct orders *orders, const struct before *before,
			  const struct order *order)
{
	const char *now = orders->incident.seats[SEAT_COMMANDER].who;

	if (!before->commander[0] || !now[0] || strcmp(now, before->commander) == 0)
		return;
	assert_int_equal(order->kind, EVENT_COMMAND_ACCEPTED);
	assert_string_equal(now, before->offered);
	assert_string_equal(now, order->by);
}

static void check_severity(const struct orders *orders, const struct before *before,
			   const struct order *order)
{
	const struct incident *incident = &orders->incident;
	msec next = clocks_next_update(incident, &orders->policy);

	assert_true(!before->severity || (incident->severity >= 1 && incident->severity <= 3));
	if (order->kind != EVENT_SEVERITY_SET || !before->severity)
		return;
	if (incident->severity > before->severity)
		assert_true(order->data.has & F(reason));
	if (before->next_update != WHEN_NEVER && before->next_update > incident->severity_t)
		assert_true(next != WHEN_NEVER && next <= before->next_update);
}

static void check_status(const struct orders *orders, const struct before *before,
			 const struct order *order)
{
	const struct incident *incident = &orders->incident;

	if (incident->status == before->status)
		return;
	if (incident->status == INCIDENT_CLOSED) {
		assert_int_equal(before->status, INCIDENT_RESOLVED);
		assert_int_equal(incident_unsettled(incident), 0);
		assert_int_equal(incident_silences(incident), 0);
	}
	if (incident->status == INCIDENT_RESOLVED)
		assert_non_null(incident->summary);
	if (incident->status == INCIDENT_MERGED)
		assert_string_equal(incident->into, "2a2a2a");
	if (incident->status == INCIDENT_REOPENED || incident->status == INCIDENT_CANCELLED)
		assert_true(order->data.has & F(reason));
	assert_true(incident->status != INCIDENT_TRIAGE || !before->severity);
}

static void check_silences(const struct orders *orders)
{
	const struct incident *incident = &orders->incident;

	for (size_t i = 0; i < incident->alert_count; i++)
		assert_true(incident->alerts[i].silence != SILENCE_ASKED ||
			    strcmp(incident->alerts[i].name, "Watchdog") != 0);
}

static bool is_covered(const struct incident *incident, enum action_type type)
{
	bool found = incident->aftermath.none[type][0];

	for (size_t i = 0; i < incident->action_count; i++)
		found = found || strcmp(incident->actions[i].type, action_type_word(type)) == 0;
	return found;
}

static void check_aftermath(const struct orders *orders, const struct order *order)
{
	const struct incident *incident = &orders->incident;
	const struct aftermath *aftermath = &incident->aftermath;

	if (incident_open(incident))
		assert_int_equal(aftermath->status, PAPER_NONE);
	if (aftermath->status == PAPER_PUBLISHED) {
		assert_true(is_covered(incident, ACTION_TYPE_ALERT));
		assert_true(is_covered(incident, ACTION_TYPE_TEST));
	}
	if (order->kind != EVENT_SIGNED_OFF)
		return;
	assert_string_equal(aftermath->signed_by, order->by);
	assert_string_equal(aftermath->signed_by, incident->seats[SEAT_AUDIT].who);
	assert_int_equal(aftermath_parts_of(aftermath, order->by), 0);
	assert_true(incident->drill ? incident->drill->reviewed_at != WHEN_NEVER :
				      !incident_open(incident));
}

static void check_drill(const struct orders *orders)
{
	const struct drill *drill = orders->incident.drill;

	if (!drill)
		return;
	assert_true(is_drill(orders));
	assert_string_not_equal(drill->environment, "production");
	assert_int_equal(drill->type == DRILL_TABLETOP, drill->replays[0] != '\0');
	assert_true(drill->window_end == WHEN_NEVER || drill->window_end > drill->window_start);
	if (drill->passed)
		assert_true(drill->verified ? drill->verified_ok : drill->type == DRILL_TABLETOP);
	assert_true(drill->reviewed_at == WHEN_NEVER || drill->finished);
	for (size_t i = 0; i < drill->component_count; i++)
		assert_true(drill->components[i].ended == WHEN_NEVER ||
			    drill->components[i].ended >= drill->components[i].started);
}

/* One incident's life; counts what was taken, by kind. */
static void live(struct dice *dice, struct orders *orders, size_t taken[EVENT_KIND_COUNT])
{
	dice->orders = orders;
	for (size_t i = 0; i < LIFE; i++) {
		struct order order = roll_order(dice);
		struct before before = look(orders);

		orders->now += (msec)roll(dice, 4 * WHEN_MINUTE) - 10 * WHEN_SECOND;
		if (!orders_give(orders, &order)) {
			check_sentence(orders);
			continue;
		}
		check_events(orders, &order);
		if (orders->count == 0)
			continue;
		taken[order.kind]++;
		check_over(&before, &order);
		check_command(orders, &before, &order);
		check_severity(orders, &before, &order);
		check_status(orders, &before, &order);
		check_silences(orders);
		check_aftermath(orders, &order);
		check_drill(orders);
	}
}

static void declare_drill(struct orders *orders)
{
	struct order order = ORDER(orders, INCIDENT_DECLARED);

	EVENT_SET(order.data, title, "Restore test");
	EVENT_SET(order.data, severity, 3);
	EVENT_SET(order.data, type, "drill");
	assert_true(orders_give(orders, &order));
}

static void no_order_asserts_and_no_forbidden_state_comes_of_any(void **state)
{
	struct dice dice = { .state = 0x9e3779b97f4a7c15 };
	struct orders *orders = mem_new(sizeof(*orders));
	size_t taken[EVENT_KIND_COUNT] = {0}, all = 0;

	(void)state;
	for (size_t i = 0; i < ORDERS / LIFE + 1; i++) {
		if (i % 16 == 0)
			orders_open(orders);
		else if (i % 4 == 1) {
			orders_open(orders);
			declare_drill(orders);
		} else
			orders_declared(orders, (int64_t)roll(&dice, 3) + 1);
		live(&dice, orders, taken);
		orders_close(orders);
	}
	mem_free(orders);
	/* The dice must reach every rule, or nothing was tried. */
	for (enum event_kind kind = EVENT_UNKNOWN + 1; kind < EVENT_KIND_COUNT; kind++) {
		if (!taken[kind])
			print_error("no %s was ever taken\n", event_name(kind));
		assert_true(taken[kind] > 0);
		all += taken[kind];
	}
	print_message("%zu of %d orders were taken\n", all, ORDERS);
	assert_true(all > ORDERS / 10);
}

/* --- states that no rule has made ----------------------------------------------------------- */

static const char *tame_TEXT(const char *text) { return text ? text : ""; }
static int64_t tame_INT(int64_t number) { return number; }
static msec tame_TIME(msec at) { return at < 1 || at > 253402300799999 ? 1 : at; }
static bool tame_BOOL(bool truth) { return truth; }
static struct figure_list tame_FIGURES(struct figure_list list) { return list; }
static struct text_list tame_TEXTS(struct text_list list) { return list; }

/* An event as a line of somebody's file may hold it: of any sense, with values that JSON has. */
static void fold_any(struct dice *dice, struct orders *orders)
{
	static const char *const origins[] = { "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb" };
	struct order order = roll_order(dice);
	struct event event = { .kind = order.kind, .src = (enum event_src)roll(dice, 3) };
	bool repeat;

	if ((int)event.kind <= EVENT_UNKNOWN || event.kind >= EVENT_KIND_COUNT)
		event.kind = EVENT_UNKNOWN;
	event.data = order.data;
#define X(member, key, type, help) \
	if (event.data.has & F(member)) \
		event.data.member = tame_##type(event.data.member);
	EVENT_FIELDS(X)
#undef X
	event.at = tame_TIME(dice_TIME(dice, FIELD_when));
	event.rec = orders->now;
	event.seq = ++orders->seq;
	(void)snprintf(event.id, sizeof(event.id), "01JTESTEVENT00000000%06u",
		       orders->seq % 1000000);
	str_put(event.origin, sizeof(event.origin), PICK(dice, origins));
	str_put(event.by, sizeof(event.by), tame_TEXT(order.by));
	incident_fold(&orders->incident, &event, &repeat);
}

static void check_owed(const struct orders *orders)
{
	static struct owed rows[OWED_MAX];
	const struct clocks_in in = { .incident = &orders->incident, .policy = &orders->policy,
				      .origin = "aaaaaaaaaaaaaaaa", .operator = "ana",
				      .wall = orders->now };
	size_t count = clocks_owed(&in, rows, OWED_MAX);
	msec next = clocks_next_change(&in), due = clocks_update_due(&in);

	assert_true(count <= OWED_MAX);
	assert_true(next == WHEN_NEVER || next > in.wall);
	assert_true(due == WHEN_NEVER || due <= in.wall);
	for (size_t i = 1; i < count; i++)
		assert_true(owed_compare(&rows[i - 1], &rows[i]) <= 0);
}

static void whatever_stands_in_a_file_orders_are_decided_and_clocks_run(void **state)
{
	struct dice dice = { .state = 0xd1b54a32d192ed03 };
	struct orders *orders = mem_new(sizeof(*orders));

	(void)state;
	for (size_t life = 0; life < ORDERS / LIFE + 1; life++) {
		orders_open(orders);
		dice.orders = orders;
		for (size_t i = 0; i < LIFE; i++) {
			struct order order = roll_order(&dice);

			fold_any(&dice, orders);
			if (!orders_give(orders, &order))
				check_sentence(orders);
			else
				check_events(orders, &order);
			check_owed(orders);
			orders->now += (msec)roll(&dice, 4 * WHEN_MINUTE);
		}
		orders_close(orders);
	}
	mem_free(orders);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_stands_in_a_file_orders_are_decided_and_clocks_run),
		cmocka_unit_test(no_order_asserts_and_no_forbidden_state_comes_of_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
