#include "tests/lib/walks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/worlds.h"

static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static size_t index_of(const struct walk *walk, const char *id)
{
	for (size_t i = 0; i < walk->runbook->step_count; i++)
		if (strcmp(walk->runbook->steps[i].id, id) == 0)
			return i;
	fail_msg("the walk has no step %s", id);
	return 0;
}

static void make_step(struct walk *walk, const struct walk_row *row, size_t at)
{
	struct step *step = &walk->steps[at];
	struct err err = { 0 };
	unsigned column;

	*step = row->more;
	step->id = step->title = row->id;
	step->kind = row->kind;
	step->n = (unsigned)at + 1;
	step->ordered = !row->loose;
	step->branch_of = row->parent ? index_of(walk, row->parent) : SIZE_MAX;
	step->branch = row->parent ? row->branch : SIZE_MAX;
	if (row->probe)
		step->probe = expr_parse(str_of(row->probe), &walk->arena, &column, &err);
	if (row->probe && !step->probe)
		fail_msg("%s: %s", row->probe, err.text);
	walk->book.step_count++;
}

static void begin(struct walk *walk)
{
	const struct runbook *book = walk->runbook;
	const char **ids = mem_array(book->step_count, sizeof(*ids));
	struct order order = ORDER(&walk->orders, RUN_STARTED);

	for (size_t i = 0; i < book->step_count; i++)
		ids[i] = book->steps[i].id;
	EVENT_SET(order.data, runbook, book->card.id);
	EVENT_SET(order.data, title, book->card.title);
	EVENT_SET(order.data, sha256, sha);
	EVENT_SET(order.data, mode, "native");
	EVENT_SET(order.data, steps, ((struct text_list){ ids, book->step_count }));
	if (!orders_give(&walk->orders, &order))
		fail_msg("%s", walk->orders.said);
	str_put(walk->run, sizeof(walk->run), walk->orders.id);
	mem_free(ids);
}

static void start(struct walk *walk)
{
	walk->senses = mem_array(walk->runbook->step_count, sizeof(*walk->senses));
	walk->world = worlds_healthy();
	orders_declared(&walk->orders, 2);
	walk->orders.now = worlds_now();
	begin(walk);
	walk_lag(walk, 3);
	walk_writable(walk, true);
	walk_alert(walk, NULL);
	walk_look(walk, 0);
}

void walk_open(struct walk *walk, const struct walk_row *rows, size_t count)
{
	memset(walk, 0, sizeof(*walk));
	walk->book.card = (struct card){ .id = "db-failover", .title = "Database failover" };
	walk->book.steps = walk->steps;
	walk->headings[0] = (struct heading){ .text = "Resolution", .anchor = "resolution" };
	walk->book.headings = walk->headings;
	walk->book.heading_count = 1;
	walk->runbook = &walk->book;
	for (size_t i = 0; i < count && i < WALK_STEPS; i++)
		make_step(walk, &rows[i], i);
	start(walk);
}

void walk_read(struct walk *walk, const char *path, struct str text)
{
	struct err err = { 0 };

	memset(walk, 0, sizeof(*walk));
	walk->read = runbook_read(path, text, &err);
	if (!walk->read)
		fail_msg("%s: %s", path, err.text);
	walk->runbook = walk->read;
	start(walk);
}

void walk_close(struct walk *walk)
{
	checklist_done(&walk->list);
	orders_close(&walk->orders);
	world_free(walk->world);
	runbook_free(walk->read);
	mem_free(walk->senses);
	arena_done(&walk->arena);
}

/* --- looking -------------------------------------------------------------------------------- */

static struct checklist_in in_of(const struct walk *walk)
{
	return (struct checklist_in){
		.incident = &walk->orders.incident, .run = walk_run_of(walk), .runbook = walk->runbook,
		.world = walk->world, .senses = walk->senses, .past = walk->past, .lost = walk->lost,
		.t = walk->orders.now, .steady = walk->orders.now,
	};
}

static void make(struct walk *walk)
{
	struct checklist_in in = in_of(walk);

	checklist_make(&walk->list, &in);
}

void walk_look(struct walk *walk, msec later)
{
	struct checklist_in in;

	walk->orders.now += later;
	walk->world->now = walk->orders.now;
	in = in_of(walk);
	checklist_sense(&in, walk->senses);
	make(walk);
}

size_t walk_sense(struct walk *walk, msec later)
{
	struct order orders[WALK_STEPS];
	size_t count, taken = 0;

	walk_look(walk, later);
	count = checklist_orders(&walk->list, orders, WALK_STEPS);
	for (size_t i = 0; i < count; i++) {
		if (!orders_give(&walk->orders, &orders[i]))
			fail_msg("%s", walk->orders.said);
		taken += walk->orders.count;
	}
	make(walk);
	return taken;
}

/* --- the world ------------------------------------------------------------------------------ */

static void say(struct walk *walk, const char *source, const char *field, json_t *value)
{
	struct report report = { .state = value ? STATE_OK : STATE_DOWN, .newest = walk->orders.now,
				 .latency = 42, .fields = json_object() };

	str_put(report.because, sizeof(report.because), value ? "answers" : "refused");
	if (value)
		json_object_set_new(report.fields, field, value);
	world_report(walk->world, world_find_source(walk->world, source), &report, walk->orders.now);
	world_refresh(walk->world, walk->orders.now);
}

void walk_lag(struct walk *walk, double seconds)
{
	say(walk, "indexer", "lag_s", isnan(seconds) ? NULL : json_real(seconds));
}

void walk_writable(struct walk *walk, bool writable)
{
	say(walk, "db", "writable", json_boolean(writable));
}

void walk_alert(struct walk *walk, const char *name)
{
	worlds_fire(walk->world, &name, name ? 1 : 0, walk->orders.now);
	worlds_say(walk->world, "prometheus", STATE_OK, "", walk->orders.now);
	world_refresh(walk->world, walk->orders.now);
}

void walk_blind(struct walk *walk)
{
	worlds_say(walk->world, "prometheus", STATE_DOWN, "refused", walk->orders.now);
	worlds_say(walk->world, "alertmanager", STATE_DOWN, "refused", walk->orders.now);
	world_refresh(walk->world, walk->orders.now);
}

/* --- orders --------------------------------------------------------------------------------- */

struct order walk_order(const struct walk *walk, enum event_kind kind, const char *step)
{
	struct order order = { .kind = kind, .at = WHEN_NEVER, .src = SRC_HUMAN,
			       .by = walk->orders.by, .lost = walk->lost };

	EVENT_SET(order.data, run, walk->run);
	EVENT_SET(order.data, step, step);
	return order;
}

bool walk_give(struct walk *walk, struct order *order)
{
	struct err err = { 0 };
	bool ok = checklist_allows(&walk->list, order, &err);

	str_put(walk->orders.said, sizeof(walk->orders.said), err.text);
	walk->orders.count = 0;
	ok = ok && orders_give(&walk->orders, order);
	make(walk);
	return ok;
}

bool walk_do(struct walk *walk, enum event_kind kind, const char *step)
{
	struct order order = walk_order(walk, kind, step);

	return walk_give(walk, &order);
}

bool walk_because(struct walk *walk, enum event_kind kind, const char *step, const char *reason)
{
	struct order order = walk_order(walk, kind, step);

	EVENT_SET(order.data, reason, reason);
	EVENT_SET(order.data, text, reason);
	EVENT_SET(order.data, until, walk->orders.now + WHEN_HOUR);
	return walk_give(walk, &order);
}

bool walk_decide(struct walk *walk, const char *step, const char *option)
{
	struct order order = walk_order(walk, EVENT_DECISION_TAKEN, step);

	EVENT_SET(order.data, option, option);
	return walk_give(walk, &order);
}

bool walk_run(struct walk *walk, const char *step, char event[ULID_TEXT])
{
	struct order order = walk_order(walk, EVENT_STEP_RUN_STARTED, step);
	bool ok;

	EVENT_SET(order.data, text, "pg_promote");
	ok = walk_give(walk, &order);
	str_put(event, ULID_TEXT, ok ? walk->orders.id : "");
	return ok;
}

bool walk_ran(struct walk *walk, const char *event, bool well)
{
	struct order order = ORDER(&walk->orders, STEP_RUN_ENDED);
	char of[ULID_TEXT];

	str_put(of, sizeof(of), event);
	EVENT_SET(order.data, of, of);
	EVENT_SET(order.data, how, "exited");
	EVENT_SET(order.data, status, well ? 0 : 1);
	EVENT_SET(order.data, ok, well);
	return walk_give(walk, &order);
}

/* --- what came of it ------------------------------------------------------------------------ */

const struct run *walk_run_of(const struct walk *walk)
{
	const struct run *run = incident_run(&walk->orders.incident, walk->run);

	assert_non_null(run);
	return run;
}

const struct checklist_item *walk_item(const struct walk *walk, const char *step)
{
	return &walk->list.items[index_of(walk, step)];
}

const char *walk_marks(const struct walk *walk)
{
	static char text[WALK_STEPS * 4 + 1];

	text[0] = '\0';
	for (size_t i = 0; i < walk->list.count && i < WALK_STEPS; i++) {
		strcat(text, i ? " " : "");
		strcat(text, item_state_mark(walk->list.items[i].state));
	}
	return text;
}
