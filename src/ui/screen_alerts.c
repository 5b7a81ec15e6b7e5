/*
 * screen_alerts.c: every alert: what fires, the worst first; what is silenced, and by whom; what is
 * pending; what is due and in no list; and who watches, for an empty list means quiet only then.
 */
#include <stdio.h>
#include <string.h>

#include "ui/rows.h"
#include "ui/rows_alerts.h"
#include "ui/silent.h"

/* Words of severity labels as people write them, the worst first; others come after all. */
static int rank_of(const char *severity)
{
	static const char *const words[] = {
		"critical", "page", "sev1", "p1", "error", "high", "sev2", "p2", "warning", "warn",
		"medium", "sev3", "p3", "low", "info", "none",
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(severity, words[i]) == 0)
			return (int)i;
	return (int)ARRAY_LEN(words);
}

/* By severity, then what fires longest; one that does not say since when comes last. */
static bool is_before(const struct alert *a, const struct alert *b)
{
	int order = rank_of(a->severity) - rank_of(b->severity);

	if (order != 0)
		return order < 0;
	if ((a->since == WHEN_NEVER) != (b->since == WHEN_NEVER))
		return b->since == WHEN_NEVER;
	return a->since < b->since;
}

/* Those of one state in the order of the screen; insertion keeps equals in the world's order. */
static size_t pick(const struct world *world, enum alert_state state,
		   const struct alert *out[WORLD_ALERTS])
{
	size_t count = 0;

	for (size_t i = 0; i < world->alert_count; i++) {
		const struct alert *alert = &world->alerts[i];
		size_t at = count;

		if (alert->state != state)
			continue;
		for (; at > 0 && is_before(alert, out[at - 1]); at--)
			out[at] = out[at - 1];
		out[at] = alert;
		count++;
	}
	return count;
}

static size_t count_unacked(const struct world *world, const struct alert *const *alerts,
			    size_t count)
{
	size_t unacked = 0;

	for (size_t i = 0; i < count; i++) {
		const struct incident_alert *known = alert_known(world, alerts[i]);

		unacked += !known || !known->acked;
	}
	return unacked;
}

static void build_state(const struct scene *scene, struct page *page, enum alert_state state,
			const char *title)
{
	const struct alert *alerts[WORLD_ALERTS];
	size_t count = pick(scene->world, state, alerts);
	char right[64];

	if (count == 0)
		return;
	(void)snprintf(right, sizeof(right), "%zu ", count);
	if (state == ALERT_FIRING && scene->world->desk && scene->world->desk->count > 0)
		(void)snprintf(right, sizeof(right), "%zu, %zu not acked ", count,
			       count_unacked(scene->world, alerts, count));
	page_title(page, title, right);
	for (size_t i = 0; i < count; i++)
		row_alert(scene, page, alerts[i]);
}

static void build_silent(const struct scene *scene, struct page *page)
{
	struct silent silent[SILENT_MAX];
	size_t count = silent_alerts(scene->world, scene->now, silent);
	char right[64];

	if (count == 0)
		return;
	(void)snprintf(right, sizeof(right), "%zu, by our own eyes ", count);
	page_title(page, "DUE BUT SILENT", right);
	rows_silent(scene, page);
}

/* Whether the list means anything comes first where it is empty or means nothing. */
static bool leads_with_trust(const struct world *world)
{
	return world->alert_count == 0 || !world->alerts_trusted;
}

/* How old the proof was when it was read, and how old that is by now. */
static void put_watchdog(const struct scene *scene, struct page *page, const struct source *source)
{
	struct datum age;
	char path[NAME_TEXT + 16], text[WHEN_TEXT];

	(void)snprintf(path, sizeof(path), "%s.watchdog_age_s", source->name);
	if (!world_datum(scene->world, path, &age))
		return;
	page_text(page);
	if (age.kind != DATUM_NUMBER || age.age == WHEN_NEVER) {
		page_put(page, 3, page->cols, ROLE_UNKNOWN, "the Watchdog is missing there");
		return;
	}
	when_format_age(text, (msec)(age.number * 1000) + age.age);
	page_put(page, 3, page->cols, ROLE_PLAIN, "the Watchdog was seen there %s ago", text);
}

/* By its kind too: what does not answer watches nothing, and is still the one that should. */
static bool is_watcher(const struct source *source)
{
	return source->last.watch.role != ALERTS_NONE || strcmp(source->kind, "prometheus") == 0 ||
	       strcmp(source->kind, "alertmanager") == 0;
}

static void build_watchers(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;
	bool any = false;

	page_title(page, "WHO WATCHES ALERTS", "");
	if (!leads_with_trust(world))
		row_trust(scene, page);
	for (size_t i = 0; i < world->source_count; i++) {
		if (!is_watcher(&world->sources[i]))
			continue;
		row_source(scene, page, i);
		put_watchdog(scene, page, &world->sources[i]);
		any = true;
	}
	if (any)
		return;
	page_text(page);
	page_wrap(page, 1, ROLE_PLAIN, "Nobody: neither a Prometheus nor an Alertmanager is configured.");
}

static void build(const struct scene *scene, struct page *page)
{
	rows_notices(scene, page);
	if (leads_with_trust(scene->world)) {
		page_title(page, "ALERTS", "");
		row_trust(scene, page);
	}
	build_state(scene, page, ALERT_FIRING, "FIRING");
	build_silent(scene, page);
	build_state(scene, page, ALERT_PENDING, "PENDING");
	build_state(scene, page, ALERT_SUPPRESSED, "SILENCED");
	if (scene->world->alerts_dropped > 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_STRONG, "%zu more alerts are not held",
			 scene->world->alerts_dropped);
	}
	build_watchers(scene, page);
}

static size_t wrong(const struct world *world)
{
	size_t count = 0;

	for (size_t i = 0; i < world->alert_count; i++)
		count += world->alerts[i].state == ALERT_FIRING;
	return count;
}

const struct screen screen_alerts = {
	.name = "alerts", .title = "Alerts", .brief = "Alert",
	.tab = ACTION_ALERTS, .build = build, .wrong = wrong,
};
