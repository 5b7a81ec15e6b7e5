#include "ui/drills.h"

#include <stdio.h>
#include <string.h>

#include "ui/explain.h"
#include "ui/explain_incident.h"
#include "ui/next.h"
#include "ui/say.h"

enum { WORD = 10, HINT = 14, DUE = 11, NARROW = 60 };

bool drill_is(const struct incident *incident)
{
	return incident && strcmp(incident->type, "drill") == 0;
}

bool drill_watermark(const struct world *world)
{
	const struct docket *current = desk_current(world->desk), *worst = next_worst(world->desk);

	return drill_is(current ? current->incident : NULL) ||
	       drill_is(worst ? worst->incident : NULL);
}

const char *drill_warning(const struct world *world, const char *incident, enum role *role)
{
	const struct docket *docket = incident ? desk_find(world->desk, incident) :
					desk_current(world->desk);

	if (!docket || !drill_is(docket->incident))
		return NULL;
	*role = world->production ? ROLE_DOWN : ROLE_STRONG;
	return world->production ?
	       "this is a drill, AND THIS CONSOLE IS ON PRODUCTION: a drill has nothing to do here" :
	       "this is a drill; what it is done to is not production";
}

/* --- the board ------------------------------------------------------------------------------- */

struct item item_of_drill(const struct drill_due *due)
{
	return (struct item){ ITEM_DRILL, (uint64_t)due->type };
}

const struct drill_due *item_drill(const struct world *world, struct item item)
{
	const struct drill_board *board = world->desk ? world->desk->board : NULL;

	for (size_t i = 0; item.kind == ITEM_DRILL && board && i < board->count; i++)
		if (item_eq(item, item_of_drill(&board->rows[i])))
			return &board->rows[i];
	return NULL;
}

bool drill_owed(const struct drill_due *due, msec now)
{
	return due->overdue || (due->due_at != WHEN_NEVER && due->due_at - now <= WHEN_DAY);
}

enum role drill_role(const struct drill_due *due, msec now)
{
	return due->overdue ? ROLE_BAD : drill_owed(due, now) ? ROLE_WARN : ROLE_PLAIN;
}

void drill_say_due(const struct drill_due *due, msec now, char out[WHEN_TEXT])
{
	char span[WHEN_TEXT];

	if (due->overdue && due->last_at == WHEN_NEVER) {
		str_put(out, WHEN_TEXT, "never done");
	} else if (due->due_at == WHEN_NEVER) {
		str_put(out, WHEN_TEXT, due->overdue ? "none passed" : "no cadence");
	} else {
		next_span(due->due_at > now ? due->due_at - now : now - due->due_at, span);
		(void)snprintf(out, WHEN_TEXT, "%s %.12s", due->due_at > now ? "in" : "over", span);
	}
}

/* "passed 2026-10-11", "FAILED 2026-10-11", "no report yet". */
static void say_last(const struct drill_due *due, char out[SAY_TEXT])
{
	char day[WHEN_TEXT];

	if (due->last_at == WHEN_NEVER) {
		str_put(out, SAY_TEXT, "no report yet");
		return;
	}
	when_format(day, due->last_at);
	(void)snprintf(out, SAY_TEXT, "%s %.10s", due->last_pass ? "passed" : "FAILED", day);
}

static void row_next(const struct scene *scene, struct page *page, const struct drill_due *due)
{
	struct item item = item_of_drill(due);
	int hint = page->cols < NARROW ? 0 : HINT, width = page->cols - NEXT_TEXT_AT - DUE - 2 - hint;
	char at[WHEN_TEXT], last[SAY_TEXT];

	drill_say_due(due, scene->now, at);
	say_last(due, last);
	page_row(page, (struct row){ ROW_ITEM, item, item, due->overdue });
	page_field(page, "name", "drill");
	page_put(page, 1, WORD, ROLE_STRONG, "drill");
	page_put(page, NEXT_TEXT_AT, width, ROLE_PLAIN, "%s, %s", drill_type_word(due->type),
		 last);
	page_put_right(page, NEXT_TEXT_AT + width, DUE + 1, drill_role(due, scene->now), "%s", at);
	if (hint > 0)
		page_put_right(page, page->cols - hint, hint - 1, ROLE_KEY, "Enter opens");
}

void drills_next(const struct scene *scene, struct page *page)
{
	const struct drill_board *board = scene->world->desk ? scene->world->desk->board : NULL;

	for (size_t i = 0; board && i < board->count; i++)
		if (drill_owed(&board->rows[i], scene->now))
			row_next(scene, page, &board->rows[i]);
}

/* --- why ------------------------------------------------------------------------------------- */

static const char *help_of(enum drill_type type)
{
	static const char *const helps[] = {
#define X(sym, word, days, help) help,
		DRILL_TYPES(X)
#undef X
	};

	return helps[type];
}

static bool name_drill(const struct scene *scene, struct item item, struct text *out)
{
	const struct drill_due *due = item_drill(scene->world, item);

	if (due)
		*out = text_fmt("drill: %s", drill_type_word(due->type));
	return due != NULL;
}

static void line_drill(const struct scene *scene, struct item item, struct buf *out)
{
	const struct drill_due *due = item_drill(scene->world, item);

	buf_fmt(out, "binnacle drill start --type %s", drill_type_word(due->type));
	if (due->scenario[0])
		buf_fmt(out, " --scenario %s", due->scenario);
	if (due->runbook[0])
		buf_fmt(out, " --runbook %s", due->runbook);
}

static void build_drill(const struct scene *scene, struct page *page, struct item item)
{
	const struct drill_due *due = item_drill(scene->world, item);
	char text[WHEN_TEXT];
	struct buf start = { 0 };

	explain_put(page, "type", "%s: %s", drill_type_word(due->type), help_of(due->type));
	if (due->every > 0) {
		when_format_duration(text, due->every);
		explain_put(page, "every", "%s", text);
	}
	if (due->last_at == WHEN_NEVER) {
		explain_put(page, "last", "there is no report of one");
	} else {
		when_format(text, due->last_at);
		explain_put(page, "last", "%s %s, %s", due->last_pass ? "passed" : "FAILED", text,
			    due->last_id);
		explain_put(page, "signed", due->last_signed ? "signed off by the seat of audit" :
			    "nobody has signed it off");
	}
	if (due->due_at == WHEN_NEVER && due->overdue) {
		explain_put(page, "due", "now: none has passed yet");
	} else if (due->due_at != WHEN_NEVER) {
		when_format(text, due->due_at);
		explain_put(page, "due", "%s%s", text, due->overdue ? ", which is over" : "");
	}
	if (due->scenario[0])
		explain_put(page, "scenario", "%s", due->scenario);
	if (due->runbook[0])
		explain_put(page, "runbook", "%s", due->runbook);
	line_drill(scene, item, &start);
	explain_put(page, "to start", "%s (y copies it)", buf_cstr(&start));
	buf_done(&start);
}

const struct explainer explain_drill = { name_drill, build_drill, line_drill };
