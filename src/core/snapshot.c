/*
 * snapshot.c: what the instruments say at one moment, for the record. A figure that is not fresh is
 * none: it says since when it has not been known, and why.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "core/caseload.h"
#include "core/internal.h"
#include "core/propose.h"

/* The next free place; NULL: there are more assets than places, and the first ones stand. */
static struct figure_copy *add(struct snapshot *out, const char *name, const char *unit)
{
	struct figure_copy *figure;

	if (out->count == IMPACT_FIGURES)
		return NULL;
	figure = &out->figures[out->count++];
	*figure = (struct figure_copy){ .at = WHEN_NEVER };
	str_put(figure->name, sizeof(figure->name), name);
	str_put(figure->unit, sizeof(figure->unit), unit);
	return figure;
}

static void put_number(struct figure_copy *figure, double value)
{
	struct buf text = {0};

	num_put(&text, value, 2);
	str_put(figure->text, sizeof(figure->text), buf_cstr(&text));
	buf_done(&text);
}

static void take_signal(const struct world *world, const char *name, struct snapshot *out)
{
	int index = world_find_signal(world, name);
	const struct signal *signal = index < 0 ? NULL : &world->signals[index];
	struct figure_copy *figure = signal ? add(out, name, signal->unit) : NULL;

	if (!figure)
		return;
	figure->at = signal->at;
	figure->known = signal->known && signal->state != STATE_STALE &&
			signal->state != STATE_UNKNOWN;
	if (figure->known)
		put_number(figure, signal->value);
	else
		str_put(figure->because, sizeof(figure->because), signal->because);
}

/* What stands in world->tx while it is not known is the last that was: it gives the time and the
 * names of the assets, and no amounts. */
static void take_oldest(const struct tx_summary *tx, struct snapshot *out)
{
	bool none = tx->known && (tx->stuck <= 0 || tx->oldest_age_s < 0);
	struct figure_copy *figure = none ? NULL : add(out, "oldest_age", "s");

	if (!figure)
		return;
	figure->at = tx->at;
	figure->known = tx->known;
	if (tx->known)
		put_number(figure, tx->oldest_age_s);
	else
		str_put(figure->because, sizeof(figure->because), tx->because);
}

static void take_growth(const struct world *world, struct snapshot *out)
{
	double growth = caseload_growth_of(world);
	bool none = isnan(growth) || (world->tx.stuck <= 0 && !(growth < 0));
	struct figure_copy *figure = none ? NULL : add(out, "stuck_growth", "a minute");

	if (!figure)
		return;
	figure->at = world->tx.at;
	figure->known = true;
	put_number(figure, growth);
}

static void take_at_risk(const struct tx_summary *tx, struct snapshot *out)
{
	for (size_t i = 0; i < tx->at_risk_count; i++) {
		struct figure_copy *figure = add(out, "at_risk", tx->at_risk[i].asset);

		if (!figure)
			return;
		figure->at = tx->at;
		figure->known = tx->known;
		if (tx->known)
			str_put(figure->text, sizeof(figure->text), tx->at_risk[i].amount);
		else
			str_put(figure->because, sizeof(figure->because), tx->because);
	}
}

void snapshot_take(const struct world *world, struct snapshot *out)
{
	static const char *const names[] = { "error_rate", "lag", "latency", "stuck" };

	*out = (struct snapshot){ .at = world->now };
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		take_signal(world, names[i], out);
	if (world->tx_configured) {
		take_oldest(&world->tx, out);
		take_at_risk(&world->tx, out);
		take_growth(world, out);
	}
}

static const char *text_in(struct arena *arena, const char *text)
{
	return arena_text(arena, text, strlen(text));
}

struct figure_list snapshot_figures(const struct snapshot *snapshot, struct arena *arena)
{
	struct figure *items = arena_array(arena, snapshot->count, sizeof(*items));

	for (size_t i = 0; i < snapshot->count; i++) {
		const struct figure_copy *from = &snapshot->figures[i];

		items[i] = (struct figure){
			.name = text_in(arena, from->name), .unit = text_in(arena, from->unit),
			.text = text_in(arena, from->text), .known = from->known, .at = from->at,
			.because = text_in(arena, from->because) };
	}
	return (struct figure_list){ items, snapshot->count };
}

void snapshot_read(struct snapshot *out, const struct figure_list *figures, msec at)
{
	*out = (struct snapshot){ .at = at };
	for (size_t i = 0; i < figures->count; i++) {
		const struct figure *from = &figures->items[i];
		struct figure_copy *figure = add(out, event_text(from->name), event_text(from->unit));

		if (!figure)
			return;
		figure->known = from->known;
		figure->at = from->at;
		str_put(figure->text, sizeof(figure->text), event_text(from->text));
		str_put(figure->because, sizeof(figure->because), event_text(from->because));
	}
}

const struct figure_copy *snapshot_find(const struct snapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->count; i++)
		if (strcmp(snapshot->figures[i].name, name) == 0)
			return &snapshot->figures[i];
	return NULL;
}
