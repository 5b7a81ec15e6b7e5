/*
 * screen_detail.c: all that is known of one thing: why it is so, what was asked, the figures it
 * gave, what it blinds, what it hangs on, its alerts, its history, and the rows behind a count.
 */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "ui/explain.h"
#include "ui/parts.h"
#include "ui/rows.h"
#include "ui/rows_alerts.h"
#include "ui/say.h"
#include "ui/screen.h"
#include "ui/screen_runbooks.h"
#include "ui/sightings.h"
#include "ui/spark.h"

enum { FIGURES = 400, DEPTH = 6, PATH = 160 };

struct figures {
	struct page *page;
	int left;		/* rows that may still be written */
};

static int names_width(const struct page *page)
{
	return page->cols < 64 ? page->cols / 2 - 2 : 30;
}

static void put_figure(struct figures *to, const char *path, const json_t *value)
{
	struct buf text = { 0 };

	if (to->left-- <= 0)
		return;
	if (json_is_string(value))
		buf_text(&text, json_string_value(value));
	else if (json_is_integer(value))
		buf_fmt(&text, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		num_put(&text, json_real_value(value), 3);
	else if (json_is_boolean(value))
		buf_text(&text, json_is_true(value) ? "yes" : "no");
	else
		buf_text(&text, json_is_null(value) ? "not known" : "none");
	page_text(to->page);
	page_put(to->page, 1, names_width(to->page), ROLE_DIM, "%s", path);
	page_wrap(to->page, names_width(to->page) + 2, ROLE_PLAIN, buf_cstr(&text));
	buf_done(&text);
}

/* Objects and arrays become dotted paths; the depth is bounded, as the library's own reading is. */
static void put_figures(struct figures *to, const char *path, const json_t *value, int depth)
{
	char inner[PATH];
	size_t count = json_is_array(value) ? json_array_size(value) : 0;

	if (depth == 0 || (!json_is_object(value) && count == 0)) {
		put_figure(to, path, value);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		snprintf(inner, sizeof(inner), "%.*s.%zu", PATH - 24, path, i);
		put_figures(to, inner, json_array_get(value, i), depth - 1);
	}
	if (!json_is_object(value))
		return;
	/* The iteration of jansson wants an object that is not const and leaves it as it is. */
	union {
		const json_t *in;
		json_t *out;
	} same = { .in = value };
	for (void *at = json_object_iter(same.out); at; at = json_object_iter_next(same.out, at)) {
		snprintf(inner, sizeof(inner), "%.*s%s%.60s", PATH - 64, path, path[0] ? "." : "",
			 json_object_iter_key(at));
		put_figures(to, inner, json_object_iter_value(at), depth - 1);
	}
}

static void build_figures(struct page *page, const struct source *source)
{
	struct figures to = { page, FIGURES };

	if (!source->fields)
		return;
	page_title(page, "FIGURES", "");
	put_figures(&to, "", source->fields, DEPTH);
	if (to.left < 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_STRONG, "%d more are not shown", -to.left);
	}
}

static bool is_of(const struct alert *alert, const struct source *source)
{
	const char *at = alert->labels, *end = at + sizeof(alert->labels);

	for (size_t i = 0; i < 2 * alert->label_count && at < end; i++) {
		if (i % 2 == 1 && (strcmp(at, source->name) == 0 || strcmp(at, source->kind) == 0))
			return true;
		at += strnlen(at, (size_t)(end - at)) + 1;
	}
	return false;
}

static void build_alerts(const struct scene *scene, struct page *page,
			 const struct source *source)
{
	bool any = false;

	for (size_t i = 0; i < scene->world->alert_count; i++) {
		if (!is_of(&scene->world->alerts[i], source))
			continue;
		if (!any)
			page_title(page, "ALERTS THAT NAME IT", "");
		any = true;
		row_alert(scene, page, &scene->world->alerts[i]);
	}
}

static void build_history(const struct scene *scene, struct page *page, const char *what)
{
	bool any = false;

	for (size_t i = 0; world_change(scene->world, i); i++) {
		const struct change *change = world_change(scene->world, i);

		if (strcmp(change->what, what) != 0)
			continue;
		if (!any)
			page_title(page, "HISTORY", "");
		any = true;
		row_change(scene, page, change, item_of_change(scene->world, i));
	}
}

static void build_minutes(const struct scene *scene, struct page *page,
			  const struct series *series, const double *limit)
{
	struct buf spark = { 0 };
	int width = page->cols - 20 < SERIES_POINTS ? page->cols - 20 : SERIES_POINTS;

	if (limit)
		spark_values(series, scene->now, width, *limit, &spark);
	else
		spark_states(series, scene->now, width, &spark);
	page_text(page);
	page_put(page, 1, 10, ROLE_DIM, "%d min", width);
	page_put(page, 11, page->cols, ROLE_PLAIN, "%s", buf_cstr(&spark));
	buf_done(&spark);
}

static void build_graph(const struct scene *scene, struct page *page, int source)
{
	for (size_t i = 0; i < scene->world->component_count; i++) {
		const struct component *at = &scene->world->components[i];

		if (!component_has_source(at, source))
			continue;
		explain_put(page, "part of", "%s", at->name);
		explain_part(scene, page, i);
	}
}

static void build_component(const struct scene *scene, struct page *page, size_t index)
{
	const struct component *at = &scene->world->components[index];

	if (at->source_count > 0)
		page_title(page, "ITS SOURCES", "");
	for (size_t i = 0; i < at->source_count; i++)
		if (at->sources[i] >= 0)
			row_source(scene, page, (size_t)at->sources[i]);
	build_history(scene, page, at->name);
}

static void build_asks(const struct scene *scene, struct page *page, size_t index)
{
	const struct source *source = &scene->world->sources[index];

	page_title(page, "QUESTIONS", "");
	for (size_t i = 0; i < source->ask_count; i++)
		row_ask(scene, page, index, i);
}

static void build_source(const struct scene *scene, struct page *page, size_t index)
{
	const struct source *source = &scene->world->sources[index];

	build_graph(scene, page, (int)index);
	build_minutes(scene, page, &source->series, NULL);
	build_asks(scene, page, index);
	sightings_build(scene, page, index);
	build_figures(page, source);
	build_alerts(scene, page, source);
	build_history(scene, page, source->name);
}

static void build_rows(const struct scene *scene, struct page *page)
{
	const struct tx_summary *tx = &scene->world->tx;
	char right[96];

	if (!tx->known || tx->row_count == 0)
		return;
	snprintf(right, sizeof(right), "the oldest %zu of %s%ld ", tx->row_count,
		 tx->bounded ? "at least " : "", tx->total_open);
	page_title(page, "ROWS", right);
	for (size_t i = 0; i < tx->row_count; i++)
		row_tx(scene, page, &tx->rows[i]);
}

static void build_signal(const struct scene *scene, struct page *page, size_t index)
{
	const struct signal *signal = &scene->world->signals[index];
	double limit = signal->limit.bad;

	build_minutes(scene, page, &signal->series, &limit);
	if (strcmp(signal->name, "stuck") == 0)
		build_rows(scene, page);
	if (signal->source >= 0) {
		page_title(page, "ITS SOURCE", "");
		row_source(scene, page, (size_t)signal->source);
	}
	build_history(scene, page, signal->name);
}

static void build_labels(struct page *page, const struct alert *alert)
{
	const char *at = alert->labels, *end = at + sizeof(alert->labels);

	page_title(page, "LABELS", "");
	for (size_t i = 0; i < alert->label_count && at < end; i++) {
		const char *value = at + strnlen(at, (size_t)(end - at)) + 1;

		if (value >= end)
			return;
		page_text(page);
		page_put(page, 1, names_width(page), ROLE_DIM, "%s", at);
		page_wrap(page, names_width(page) + 2, ROLE_PLAIN, value);
		at = value + strnlen(value, (size_t)(end - value)) + 1;
	}
}

static void build_watchers(const struct scene *scene, struct page *page)
{
	page_title(page, "WHO WATCHES ALERTS", "");
	for (size_t i = 0; i < scene->world->source_count; i++)
		if (scene->world->sources[i].last.watch.role != ALERTS_NONE)
			row_source(scene, page, i);
}

static void build(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;
	struct item item = scene->view->subject;
	const struct alert *alert = item_alert(world, item);
	int source = item_source(world, item), signal = item_signal(world, item);
	int component = item_component(world, item);
	struct text name = { 0 };
	size_t ask, of;
	const struct sighting *sighting = item_sighting(world, item, &of);
	const struct docket *docket;
	const struct incident_alert *fired = item_fired(world, item, &docket);

	if (!explain_name(scene, item, &name)) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_STRONG, "It is no longer there. Esc goes back.");
		return;
	}
	page_title(page, name.bytes, "");
	explain_build(scene, page, item);
	if (source < 0)
		source = item_ask(world, item, &ask);
	if (source >= 0)
		build_source(scene, page, (size_t)source);
	if (signal >= 0)
		build_signal(scene, page, (size_t)signal);
	if (component >= 0)
		build_component(scene, page, (size_t)component);
	if (sighting)
		sighting_build(scene, page, sighting, of);
	if (alert || fired)
		runbooks_for(scene, page, alert ? alert->name : fired->name);
	if (alert) {
		build_labels(page, alert);
		build_history(scene, page, alert->name);
	}
	if (item.kind == ITEM_ALERTS)
		build_watchers(scene, page);
	if (item.kind == ITEM_TXS)
		build_rows(scene, page);
}

const struct screen screen_detail = { .name = "detail", .title = "Detail", .build = build };
