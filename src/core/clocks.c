/*
 * clocks.c: the list of what is owed: who may claim, in which order, and how a claim becomes a row.
 *
 *  (1) Every row is made anew from state, policy and time: what is settled is gone because the
 *      state says so, and nothing has to be remembered between two looks.
 *  (2) Instants are compared on the incident's scale only; wall time is for showing.
 */
#include "core/clocks_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *word, *action;
} kinds[] = {
#define X(sym, word, action) [OWED_##sym] = { word, action },
	OWED_KINDS(X)
#undef X
};

/* UNSAVED is no clock: whoever writes to the disk knows it, and makes its row. */
static void (*const claims[])(struct sheet *sheet) = {
	[OWED_UNSAVED] = NULL,
	[OWED_ANNOUNCE] = owe_announce,
	[OWED_UPDATE] = owe_update,
	[OWED_FIRST_MINUTES] = owe_first_minutes,
	[OWED_OFFER] = owe_offer,
	[OWED_CONFLICT] = owe_conflict,
	[OWED_STEP] = owe_next_step,
	[OWED_CONFIRM] = owe_confirmations,
	[OWED_INTERRUPTED] = owe_interrupted,
	[OWED_REGRESSED] = owe_regressed,
	[OWED_STEP_DUE] = owe_step_times,
	[OWED_ESCALATE] = owe_escalations,
	[OWED_ACK] = owe_acks,
	[OWED_TIMER] = owe_timers,
	[OWED_SILENCE] = owe_silences,
	[OWED_SILENCE_UNKNOWN] = owe_silence_outcomes,
	[OWED_DELIVERY] = owe_deliveries,
	[OWED_RTO] = owe_rto,
	[OWED_RPO] = owe_rpo,
	[OWED_FOLLOW_UP] = owe_follow_ups,
	[OWED_DEFERRED] = owe_deferred,
	[OWED_ACTION] = owe_actions,
	[OWED_RECOVERED] = owe_recovered,
	[OWED_COMMANDER] = owe_commander,
	[OWED_TICKET] = owe_ticket,
	[OWED_POSTMORTEM] = owe_postmortem,
	[OWED_RCA] = owe_rca,
	[OWED_PAPER] = owe_paper,
	[OWED_DRILL_WINDOW] = owe_drill_window,
	[OWED_DRILL_REVIEW] = owe_drill_review,
	[OWED_SIGN_OFF] = owe_sign_off,
};
_Static_assert(ARRAY_LEN(claims) == OWED_KIND_COUNT, "every kind that is owed has its function");

const char *owed_word(enum owed_kind kind)
{
	return kinds[kind].word;
}

const char *owed_action(enum owed_kind kind)
{
	return kinds[kind].action;
}

msec earlier(msec a, msec b)
{
	if (a == WHEN_NEVER || b == WHEN_NEVER)
		return a == WHEN_NEVER ? b : a;
	return a < b ? a : b;
}

msec later(msec a, msec b)
{
	return a > b ? a : b;
}

const char *clock_text(char out[WHEN_TEXT], msec wall)
{
	enum { MINUTES = 5 };		/* "02:18" */

	when_format_clock(out, wall);
	(void)str_put(out + MINUTES, WHEN_TEXT - MINUTES, "Z");
	return out;
}

msec sheet_scale(const struct sheet *sheet, msec wall)
{
	return wall - (sheet->in->wall - sheet->t);
}

void sheet_wake(struct sheet *sheet, msec t)
{
	if (t != WHEN_NEVER && t > sheet->t)
		sheet->next = earlier(sheet->next, t);
}

enum rank { RANK_FIRST, RANK_OVERDUE, RANK_STEP, RANK_PROMPT, RANK_AHEAD, RANK_NO_CLOCK };

static enum rank rank_of(const struct owed *owed)
{
	if (owed->kind == OWED_UNSAVED || owed->kind == OWED_ANNOUNCE)
		return RANK_FIRST;
	if (owed->overdue)
		return RANK_OVERDUE;
	if (owed->prompt)
		return owed->kind == OWED_STEP ? RANK_STEP : RANK_PROMPT;
	return owed->due_at == WHEN_NEVER ? RANK_NO_CLOCK : RANK_AHEAD;
}

int owed_compare(const struct owed *a, const struct owed *b)
{
	enum rank left = rank_of(a), right = rank_of(b);

	if (a->drill != b->drill)
		return a->drill ? 1 : -1;
	if (left != right)
		return left < right ? -1 : 1;
	if (left == RANK_FIRST && a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->due_at != b->due_at && a->due_at != WHEN_NEVER && b->due_at != WHEN_NEVER)
		return a->due_at < b->due_at ? -1 : 1;
	if ((a->due_at == WHEN_NEVER) != (b->due_at == WHEN_NEVER))
		return a->due_at == WHEN_NEVER ? 1 : -1;
	return (a->kind > b->kind) - (a->kind < b->kind);
}

/* Into its place; when the list is full the least pressing one falls out. */
static void insert(struct sheet *sheet, const struct owed *row)
{
	size_t at = sheet->count;

	while (at > 0 && owed_compare(row, &sheet->out[at - 1]) < 0)
		at--;
	if (at == sheet->max)
		return;
	if (sheet->count < sheet->max)
		sheet->count++;
	memmove(&sheet->out[at + 1], &sheet->out[at],
		(sheet->count - at - 1) * sizeof(sheet->out[0]));
	sheet->out[at] = *row;
}

static bool is_past(const struct sheet *sheet, msec t)
{
	return t != WHEN_NEVER && sheet->t >= t;
}

void owe(struct sheet *sheet, const struct claim *claim, const char *fmt, ...)
{
	struct owed row = { .kind = claim->kind, .due_t = claim->due, .due_at = WHEN_NEVER };
	va_list args;

	sheet_wake(sheet, claim->due);
	sheet_wake(sheet, claim->prompt);
	sheet_wake(sheet, claim->overdue);
	if (claim->due != WHEN_NEVER)
		row.due_at = claim->due + (sheet->in->wall - sheet->t);
	row.prompt = is_past(sheet, claim->prompt);
	row.overdue = is_past(sheet, claim->overdue);
	row.drill = strcmp(sheet->incident->type, "drill") == 0;
	str_put(row.incident, sizeof(row.incident), sheet->incident->id);
	str_put(row.event, sizeof(row.event), event_text(claim->event));
	str_put(row.subject, sizeof(row.subject), event_text(claim->subject));
	va_start(args, fmt);
	(void)vsnprintf(row.text, sizeof(row.text), fmt, args);	/* cut: it is one row */
	va_end(args);
	insert(sheet, &row);
}

static void look(struct sheet *sheet, const struct clocks_in *in)
{
	sheet->in = in;
	sheet->incident = in->incident;
	sheet->t = incident_scale(in->incident, in->origin, in->wall);
	sheet->next = WHEN_NEVER;
	if (in->incident->severity == 0)
		return;			/* not declared yet */
	for (size_t i = 0; i < ARRAY_LEN(claims); i++)
		if (claims[i])
			claims[i](sheet);
}

size_t clocks_owed(const struct clocks_in *in, struct owed *out, size_t max)
{
	struct sheet sheet = { .out = out, .max = max };

	look(&sheet, in);
	return sheet.count;
}

msec clocks_next_change(const struct clocks_in *in)
{
	struct sheet sheet = {0};

	look(&sheet, in);
	return sheet.next == WHEN_NEVER ? WHEN_NEVER : sheet.next + (in->wall - sheet.t);
}
