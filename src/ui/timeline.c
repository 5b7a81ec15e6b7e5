#include "ui/timeline.h"

#include <stdio.h>
#include <string.h>

#include "ui/layout.h"
#include "ui/say.h"

enum { TAG_TEXT = 96, CLOCK = 8, DAY_CLOCK = 14, WIDE = 94 };

static const enum role roles[EVENT_KIND_COUNT] = {
	[EVENT_UNKNOWN] = ROLE_UNKNOWN, [EVENT_INCIDENT_DECLARED] = ROLE_STRONG,
	[EVENT_SEVERITY_SET] = ROLE_STRONG, [EVENT_STATUS_SET] = ROLE_STRONG,
	[EVENT_UPDATE_MISSED] = ROLE_WARN, [EVENT_ALERT_SILENCE_FAILED] = ROLE_WARN,
	[EVENT_STEP_FAILED] = ROLE_WARN, [EVENT_STEP_REGRESSED] = ROLE_WARN,
	[EVENT_RECORDING_GAP] = ROLE_UNKNOWN, [EVENT_CLOCK_STEPPED] = ROLE_UNKNOWN,
	[EVENT_POSTMORTEM_SET] = ROLE_STRONG, [EVENT_SIGNED_OFF] = ROLE_STRONG,
	[EVENT_DRILL_ANNOUNCED] = ROLE_STRONG, [EVENT_DRILL_FINISHED] = ROLE_STRONG,
	[EVENT_DRILL_ROLLED_BACK] = ROLE_WARN, [EVENT_DRILL_INTERVENED] = ROLE_WARN,
};

static enum role role_of(const struct record *record)
{
	return record->undone ? ROLE_DIM : roles[record->kind];
}

static bool is_wrong(const struct record *record)
{
	enum role role = role_of(record);

	return role == ROLE_WARN || role == ROLE_UNKNOWN;
}

const char *timeline_who(const struct record *record)
{
	switch (record->src) {
	case SRC_HUMAN: return record->by;
	case SRC_SENSED: return "auto";
	case SRC_IMPORT: return "import";
	}
	return "";
}

/* What is said of an entry besides its sentence: "corrected, noted 02:20". */
static void say_tags(const struct scene *scene, const struct record *record, char out[TAG_TEXT])
{
	char noted[SAY_TEXT + 8] = "", at[SAY_TEXT];

	say_clock(scene, record->rec, at);
	if (record->backdated && record->src == SRC_HUMAN)
		(void)snprintf(noted, sizeof(noted), "noted %s", at[0] ? at : "later");
	(void)snprintf(out, TAG_TEXT, "%s%s%s", record->corrected ? "corrected" : "",
		       record->corrected && noted[0] ? ", " : "", noted);
}

/* With the day where the list reaches back over midnight. */
static void say_at(const struct scene *scene, msec at, bool days, char out[SAY_TEXT])
{
	size_t len;

	say_time(scene, at, out);
	len = strlen(out);
	if (len > 0 && out[len - 1] == 'Z')
		out[len - 1] = '\0';
	if (days && scene->prefs->time != TIMES_RELATIVE && len <= CLOCK + 1) {
		char clock[SAY_TEXT];

		str_put(clock, sizeof(clock), out);
		(void)snprintf(out, SAY_TEXT, "%6s%.12s", "", clock);
	}
}

static bool spans_days(const struct scene *scene, const struct history *history)
{
	msec offset = scene->prefs->time == TIMES_LOCAL ? scene->prefs->utc_offset : 0;
	const struct record *oldest = history_count(history) ? history_record(history, 0) : NULL;

	return oldest && (oldest->at + offset) / WHEN_DAY != (scene->now + offset) / WHEN_DAY;
}

static void put_fields(struct page *page, const struct record *record)
{
	page_field(page, "kind", event_name(record->kind));
	page_field(page, "who", timeline_who(record));
	if (record->src != SRC_HUMAN)
		page_field(page, "by", record->by);
	page_field(page, "text", record->sentence ? record->sentence : "");
	if (record->pinned)
		page_field(page, "state", "pinned");
	if (record->undone)
		page_field(page, "state", "undone");
	if (record->corrected)
		page_field(page, "state", "corrected");
	if (record->backdated)
		page_field(page, "state", "backdated");
}

static void put_record(const struct scene *scene, struct page *page, const struct record *record,
		       bool days)
{
	int who = page->cols < 60 ? 5 : page->cols < WIDE ? 6 : 12, x = 1, tags;
	char at[SAY_TEXT], tag[TAG_TEXT];
	struct text shown;

	say_at(scene, record->at, days, at);
	say_tags(scene, record, tag);
	shown = text_fmt("%s", tag);
	tags = tag[0] ? (int)text_width(&shown) + 1 : 0;
	page_put(page, x, days ? DAY_CLOCK : CLOCK, ROLE_DIM, "%s", at);
	x += (days ? DAY_CLOCK : CLOCK) + 1;
	page_put(page, x, who, record->src == SRC_HUMAN ? ROLE_PLAIN : ROLE_DIM, "%s",
		 timeline_who(record));
	x += who + 1;
	page_put(page, x, 1, ROLE_STRONG, "%s", record->pinned ? "*" : " ");
	x += 2;
	page_put(page, x, page->cols - x - tags - 1, role_of(record), "%s%s",
		 record->undone ? "UNDONE: " : "", record->sentence ? record->sentence : "");
	page_put_right(page, x, page->cols - x - 1, ROLE_DIM, "%s", tag);
	put_fields(page, record);
}

/* The lot's rows are numbered from the oldest on, as the history has them. */
static void draw(const struct scene *scene, struct page *page, size_t which)
{
	const struct docket *docket = desk_current(scene->world->desk);

	if (docket && docket->history && which < history_count(docket->history))
		put_record(scene, page, history_record(docket->history, which),
			   spans_days(scene, docket->history));
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 0x9e3779b97f4a7c15U;
}

/* All that the lot is made of: every change of a record comes with an event of its own. */
static uint64_t version_of(const struct scene *scene, const struct docket *docket)
{
	struct hlc last = history_last(docket->history);
	uint64_t hash = item_hash(docket->incident->id);

	hash = mix(hash, (uint64_t)(uintptr_t)docket->history);
	hash = mix(hash, history_count(docket->history));
	hash = mix(hash, docket->incident->event_count);
	hash = mix(hash, (uint64_t)last.ms);
	hash = mix(hash, last.counter);
	hash = mix(hash, (uint64_t)scene->prefs->time);
	hash = mix(hash, (uint64_t)scene->prefs->utc_offset);
	return mix(hash, item_hash(scene->view->filter.text));
}

/* The words of a row, without its layout: thousands are looked through while one types. Its time is
 * dear to say, and only a word with a digit can be in it. */
static bool is_wanted(const struct scene *scene, const struct record *record, struct buf *words,
		      struct page *page)
{
	const struct filter *filter = &scene->view->filter;
	char at[SAY_TEXT];

	if (!filter->text[0])
		return true;
	buf_clear(words);
	buf_clear(&page->fields);
	if (strpbrk(filter->text, "0123456789")) {
		say_at(scene, record->at, false, at);
		buf_text(words, at);
	}
	buf_text(words, record->undone ? " UNDONE" : "");
	put_fields(page, record);
	return filter_matches(filter, str_sub(words->data, words->len),
			      str_sub(page->fields.data, page->fields.len));
}

static void fill(const struct scene *scene, struct page *page, const struct history *history)
{
	struct buf words = { 0 };

	for (size_t i = history_count(history); i > 0; i--) {
		const struct record *record = history_record(history, i - 1);

		page->lot.total += !record->repeat;
		page->lot.hidden += record->repeat;
		if (record->repeat || !is_wanted(scene, record, &words, page))
			continue;
		page_lot_add(page, (struct lot_row){ .key = item_of_record(record->id).key,
						     .which = i - 1, .wrong = is_wrong(record) });
	}
	buf_clear(&page->fields);
	buf_done(&words);
}

void timeline_begin(const struct scene *scene, struct page *page, const struct docket *docket,
		    char count[TIMELINE_COUNT])
{
	char repeats[48] = "";

	if (page_lot_begin(page, version_of(scene, docket)))
		fill(scene, page, docket->history);
	if (page->lot.hidden > 0)
		(void)snprintf(repeats, sizeof(repeats), ", %zu repeat%s hidden", page->lot.hidden,
			       page->lot.hidden == 1 ? "" : "s");
	(void)snprintf(count, TIMELINE_COUNT, "%zu event%s%s ", page->lot.total,
		       page->lot.total == 1 ? "" : "s", repeats);
}

void timeline_end(const struct scene *scene, struct page *page)
{
	page_lot_end(page, ITEM_RECORD, draw, scene);
}

const struct docket *timeline_docket(const struct scene *scene)
{
	const struct docket *docket = desk_current(scene->world->desk);

	return docket && docket->history ? docket : NULL;
}
