/*
 * diagnoser_turns.c: whose turn it is. Everything moves in diagnoser_turn(), a timer, so that
 * nothing recurses: an answer, an order and a time that has come only set it.
 */
#include "app/diagnoser_inside.h"

void diagnoser_advance(struct diagnoser *diagnoser)
{
	loop_timer_set(diagnoser->setup.loop, &diagnoser->wake, 0);
}

void matter_tell(struct diagnoser *diagnoser, struct matter *matter, bool judged)
{
	matter->told = true;
	if (diagnoser->setup.changed)
		diagnoser->setup.changed(diagnoser->setup.arg, matter->key, judged);
}

void matter_drop_ask(struct matter *matter)
{
	buf_done(&matter->ask.path);
	buf_done(&matter->ask.body);
	matter->ask = (struct inquiry_ask){ .endpoint = 0 };
	matter->wants = false;
}

void matter_enlist(struct diagnoser *diagnoser, struct matter *matter, enum rank rank)
{
	matter->rank = rank;
	matter->order = ++diagnoser->clock;
	matter->again_at = WHEN_NEVER;
	if (matter->turn == TURN_STOPPED && matter->inquiry) {
		matter->turn = TURN_WORKS;
		if (!matter->wants && !matter->sent)
			matter_go_on(diagnoser, matter);
	} else if (matter->turn != TURN_WORKS) {
		matter->turn = TURN_WAITS;
	}
}

void matter_go_on(struct diagnoser *diagnoser, struct matter *matter)
{
	matter_drop_ask(matter);
	matter->wants = inquiry_next(matter->inquiry, &matter->ask);
	if (!matter->wants)
		matter_conclude(diagnoser, matter);
}

/* What was found stays found: another round only reads anew what may have changed. */
static bool take_up(struct diagnoser *diagnoser, struct matter *matter, struct err *err)
{
	const struct inquiry_setup setup = {
		.passphrase = diagnoser->passphrase, .endpoints = diagnoser->facts,
		.endpoint_count = diagnoser->gate_count, .identity = &matter->identity,
		.highwater = diagnoser->highwater, .created_at = matter->created_at,
	};

	matter_drop_inquiry(matter);
	if (matter->ended && matter->may_go_on) {
		matter->inquiry = matter->ended;
		matter->ended = NULL;
		inquiry_again(matter->inquiry);
	} else {
		matter->inquiry = inquiry_new(&setup, err);
		matter->may_go_on = true;
	}
	return matter->inquiry;
}

static void begin(struct diagnoser *diagnoser, struct matter *matter)
{
	struct err err = { 0 };

	matter->trouble[0] = '\0';
	if (take_up(diagnoser, matter, &err)) {
		matter->turn = TURN_WORKS;
		matter_go_on(diagnoser, matter);
		return;
	}
	str_put(matter->trouble, sizeof(matter->trouble), err.text);
	matter->turn = TURN_RESTS;
	matter->told = false;
}

bool matter_goes_before(const struct matter *a, const struct matter *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->order < b->order;
}

static struct matter *next_waiting(const struct diagnoser *diagnoser, bool bulk)
{
	struct matter *found = NULL;

	for (size_t i = 0; i < diagnoser->count; i++) {
		struct matter *matter = diagnoser->matters[i];

		if (matter->turn == TURN_WAITS && (bulk || matter->rank == RANK_HAND) &&
		    (!found || matter_goes_before(matter, found)))
			found = matter;
	}
	return found;
}

static size_t count_of(const struct diagnoser *diagnoser, enum turn turn)
{
	size_t count = 0;

	for (size_t i = 0; i < diagnoser->count; i++)
		count += diagnoser->matters[i]->turn == turn;
	return count;
}

/* While no endpoint may be asked, the bulk waits: it would only learn that. */
static void begin_waiting(struct diagnoser *diagnoser, bool held)
{
	size_t at_work = count_of(diagnoser, TURN_WORKS);
	struct matter *matter;

	while (at_work < (size_t)2 * MATTERS_AT_WORK &&
	       (matter = next_waiting(diagnoser, !held && at_work < MATTERS_AT_WORK))) {
		begin(diagnoser, matter);
		at_work = count_of(diagnoser, TURN_WORKS);
	}
}

static msec earlier(msec a, msec b)
{
	if (a == WHEN_NEVER || b == WHEN_NEVER)
		return a == WHEN_NEVER ? b : a;
	return a < b ? a : b;
}

static void ask_again(struct diagnoser *diagnoser, msec now, msec *wake)
{
	for (size_t i = 0; i < diagnoser->count; i++) {
		struct matter *matter = diagnoser->matters[i];

		if (matter->again_at != WHEN_NEVER && matter->again_at <= now)
			matter_enlist(diagnoser, matter,
			       matter->by_hand || matter->watched ? RANK_HAND : RANK_AGAIN);
		*wake = earlier(*wake, matter->again_at);
	}
}

/* Also what was known without asking. */
static void tell(struct diagnoser *diagnoser)
{
	for (size_t i = 0; i < diagnoser->count; i++) {
		struct matter *matter = diagnoser->matters[i];

		if (matter->told)
			continue;
		if (matter->counted && matter->turn == TURN_RESTS) {
			matter->counted = false;
			diagnoser->bulk_done++;
		}
		matter_tell(diagnoser, matter, matter->judged);
	}
	if (diagnoser->bulk_done >= diagnoser->bulk_all)
		diagnoser->bulk_done = diagnoser->bulk_all = 0;
}

void diagnoser_turn(void *arg)
{
	struct diagnoser *diagnoser = arg;
	msec wake = WHEN_NEVER, until;
	bool held = gates_are_held(diagnoser, &until);

	ask_again(diagnoser, loop_now(diagnoser->setup.loop).steady, &wake);
	begin_waiting(diagnoser, held);
	if (held)
		wake = earlier(wake, until);
	gates_send(diagnoser, &wake);
	tell(diagnoser);
	if (wake != WHEN_NEVER && !diagnoser->wake.set)
		loop_timer_set(diagnoser->setup.loop, &diagnoser->wake, wake);
}
