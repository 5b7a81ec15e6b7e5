/*
 * screen_tabletop.c: a recorded incident, talked through: what had happened up to the clock of the
 * table, the newest first, with what the table said it would do; at the end what was really done
 * beside it. Nothing of the future is on it, and no count of it either.
 */
#include "ui/drills.h"
#include "ui/say.h"
#include "ui/timeline.h"

enum { AT = 9, WHO = 8, SHOWN = 400, DONE = 3 };

static const struct rehearsal *rehearsal_of(const struct scene *scene)
{
	return scene->world->desk ? scene->world->desk->rehearsal : NULL;
}

static void put_sentence(struct page *page, enum role role, const char *text)
{
	page_text(page);
	page_wrap(page, 1, role, text);
}

static void say_at(msec at, char out[SAY_TEXT])
{
	char clock[WHEN_TEXT];

	when_format_clock(clock, at);
	str_put(out, SAY_TEXT, text_fmt("%.8sZ", clock).bytes);
}

static void put_line(struct page *page, msec at, enum role role, const char *who, const char *text)
{
	int x = page->cols < 60 ? 1 + AT + 1 : 1 + AT + 1 + WHO + 1;
	char clock[SAY_TEXT];

	say_at(at, clock);
	page_put(page, 1, AT, ROLE_DIM, "%s", clock);
	if (page->cols >= 60)
		page_put(page, 1 + AT + 1, WHO, ROLE_DIM, "%s", who);
	page_wrap(page, x, role, text);
}

static void row_moment(struct page *page, const struct record *record, bool latest)
{
	struct item item = { ITEM_MOMENT, item_hash(record->id) };

	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "kind", event_name(record->kind));
	page_field(page, "who", timeline_who(record));
	page_field(page, "text", record->sentence ? record->sentence : "");
	put_line(page, record->at, latest ? ROLE_STRONG : ROLE_PLAIN, timeline_who(record),
		 record->sentence ? record->sentence : "");
}

/* The next note of the table from *index on, going back; false: there is none. */
static bool said_before(const struct history *drill, size_t *index, msec *clock, const char **words)
{
	while (*index > 0) {
		const struct record *record = history_record(drill, --*index);

		if (record->kind == EVENT_NOTE && !record->undone && record->sentence &&
		    rehearsal_note_read(record->sentence, clock, words))
			return true;
	}
	return false;
}

/* What was said while the clock stood in (after, upto]. */
static void put_said(struct page *page, const struct history *drill, msec after, msec upto)
{
	size_t index = history_count(drill);
	const char *words;
	msec clock;

	while (said_before(drill, &index, &clock, &words)) {
		if (clock <= after || clock > upto)
			continue;
		page_text(page);
		put_line(page, clock, ROLE_WARN, "WE", words);
	}
}

static void build_moments(struct page *page, const struct rehearsal *table,
			  const struct history *drill)
{
	msec upto = INT64_MAX;
	size_t rows = 0, left = table->shown;

	for (; left > 0 && rows < SHOWN; left--) {
		const struct record *record = history_record(table->history, left - 1);

		if (record->repeat)
			continue;
		put_said(page, drill, record->at - 1, upto);
		row_moment(page, record, rows++ == 0);
		upto = record->at - 1;
	}
	if (left > 0)
		put_sentence(page, ROLE_DIM, text_fmt("%zu earlier lines are not listed", left).bytes);
	if (rows == 0)
		put_sentence(page, ROLE_PLAIN, "Nothing has happened yet: n shows the first moment.");
}

static bool is_deed(const struct record *record, msec after, msec upto)
{
	return record->src == SRC_HUMAN && !record->repeat && !record->undone && record->at > after &&
	       record->at <= upto;
}

/* What people did between this answer and the next one. */
static void put_deeds(struct page *page, const struct history *record_of, msec after, msec upto)
{
	size_t count = 0;

	for (size_t i = 0; i < history_count(record_of); i++) {
		const struct record *record = history_record(record_of, i);

		if (!is_deed(record, after, upto) || count++ >= DONE)
			continue;
		page_text(page);
		put_line(page, record->at, ROLE_PLAIN, record->by, record->sentence ? record->sentence : "");
	}
	page_text(page);
	if (count > DONE)
		page_put(page, 1 + AT + 1, page->cols, ROLE_DIM, "and %zu more before the next answer",
			 count - DONE);
	else if (count == 0)
		page_put(page, 1 + AT + 1, page->cols, ROLE_DIM, "nobody did anything before the next answer");
}

static void build_compared(struct page *page, const struct rehearsal *table,
			   const struct history *drill)
{
	size_t index = history_count(drill), answers = 0;
	msec upto = INT64_MAX, clock;
	const char *words;

	page_title(page, "WHAT WE WOULD HAVE DONE, AND WHAT WAS DONE", "the last first ");
	while (said_before(drill, &index, &clock, &words)) {
		page_text(page);
		put_line(page, clock, ROLE_WARN, "WE", words);
		put_deeds(page, table->history, clock, upto);
		upto = clock;
		answers++;
	}
	if (answers == 0)
		put_sentence(page, ROLE_PLAIN, "The table wrote no answer: m writes one.");
}

static void build_table(struct page *page, const struct rehearsal *table,
			const struct docket *docket)
{
	char clock[WHEN_TEXT] = "before the first moment";

	if (table->clock != WHEN_NEVER)
		when_format(clock, table->clock - table->clock % WHEN_SECOND);
	page_title(page, text_fmt("TABLETOP of #%s", table->replays).bytes,
		   text_fmt("%s%s ", table->over ? "over, " : "the clock: ", clock).bytes);
	put_sentence(page, ROLE_DIM, table->over ?
		     "All of it was shown. W writes what was learned; i ends the drill." :
		     "What would we do now? m writes it down; n or Enter shows what happened next.");
	if (table->over) {
		build_compared(page, table, docket->history);
		page_title(page, "AS IT WENT", "");
	}
	build_moments(page, table, docket->history);
}

static void build(const struct scene *scene, struct page *page)
{
	const struct docket *docket = desk_current(scene->world->desk);
	const struct rehearsal *table = rehearsal_of(scene);

	if (table && docket && table->history) {
		build_table(page, table, docket);
		return;
	}
	page_title(page, "TABLETOP", "");
	if (table && table->why[0])
		put_sentence(page, ROLE_BAD, text_fmt("#%s cannot be replayed: %s", table->replays,
						      table->why).bytes);
	else if (table)
		put_sentence(page, ROLE_PLAIN, text_fmt("The record of #%s is being read.",
							table->replays).bytes);
	else
		put_sentence(page, ROLE_PLAIN, "No tabletop goes on. `binnacle drill start --type tabletop "
			     "--replay ID` begins one.");
}

static struct item about(const struct scene *scene)
{
	const struct rehearsal *table = rehearsal_of(scene);

	return (struct item){ ITEM_MOMENT, table ? item_hash(table->drill) : 0 };
}

const struct screen screen_tabletop = {
	.name = "tabletop", .title = "Tabletop", .build = build, .about = about, .follows = true,
};
