/*
 * checklist_step.c: one step, unfolded: its text, what it would run with which values, what to
 * expect, what danger there is, what came of it last, and the next act named.
 */
#include <ctype.h>
#include <string.h>

#include "ui/checklist_rows.h"
#include "ui/pane.h"
#include "ui/prose.h"
#include "ui/say.h"

enum { LABEL = 10, LABEL_LEAST = 50, VALUE_SHOWN = 12 };

struct unfold {
	const struct scene *scene;
	struct page *page;
	const struct docket_run *run;
	const struct checklist_item *item;
	size_t index;
	int x;
};

static void put(const struct unfold *is, enum role role, const char *label, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
static void put(const struct unfold *is, enum role role, const char *label, const char *fmt, ...)
{
	int at = is->page->cols < LABEL_LEAST ? is->x + (int)strlen(label) + 1 : is->x + LABEL;
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	page_text(is->page);
	page_put(is->page, is->x, LABEL - 1, ROLE_DIM, "%s", label);
	page_wrap(is->page, at, role, buf_cstr(&text));
	buf_done(&text);
}

/* A step of a branch has a row of its own. */
static bool is_a_step(void *arg, const struct block *block)
{
	const struct unfold *is = arg;

	if (block->kind != BLOCK_LIST_ITEM)
		return false;
	for (size_t i = 0; i < is->run->runbook->step_count; i++)
		if (is->run->runbook->steps[i].branch_of == is->index &&
		    is->run->runbook->steps[i].body == block)
			return true;
	return false;
}

static size_t fence_of(const struct step *step, const struct block *block)
{
	size_t i = 0;

	while (i < step->fence_count && step->fences[i].line != block->line)
		i++;
	return i;
}

/* Does the text read the variable: $NAME, ${NAME, :'NAME', :"NAME"? */
static bool reads(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = strstr(text, name); at; at = strstr(at + 1, name)) {
		char after = at[len];
		bool ends = !((after >= 'A' && after <= 'Z') || (after >= 'a' && after <= 'z') ||
			      (after >= '0' && after <= '9') || after == '_');

		if (ends && at > text && strchr("${'\"", at[-1]))
			return true;
	}
	return false;
}

/* The values that it would run with; the box shows them all, and whole. */
static void put_values(const struct unfold *is, const struct fence *fence)
{
	const struct run *run = is->run->run;
	size_t shown = 0;

	for (size_t i = 0; i < run->value_count && shown < VALUE_SHOWN; i++)
		if (reads(fence->text, run->values[i].name)) {
			put(is, ROLE_PLAIN, shown++ ? "" : "with", "%s=%s", run->values[i].name,
			    run->values[i].value ? run->values[i].value : "(secret)");
		}
}

static void say_fence(const struct fence *fence, struct buf *out)
{
	buf_fmt(out, "%s (%s)", fence->check ? "check, read-only" : "command", fence->word);
	if (fence->source[0])
		buf_fmt(out, " on %s", fence->source);
	if (fence->on[0])
		buf_fmt(out, " on host %s", fence->on);
	if (!fence->runnable && fence->why_not[0])
		buf_fmt(out, "; cannot run: %s", fence->why_not);
}

static enum role role_of_fence(const struct unfold *is, size_t fence)
{
	if (!is->item->step->fences[fence].runnable)
		return ROLE_WARN;
	return checklist_next_fence(is->run, is->index) == fence ? ROLE_STRONG : ROLE_DIM;
}

/* Its kind on a row of its own, which the cursor can stand on, then its bytes, whole. */
static bool put_fence(void *arg, const struct block *block)
{
	const struct unfold *is = arg;
	const struct step *step = is->item->step;
	size_t index = fence_of(step, block);
	struct item item;
	struct buf what = { 0 };

	if (str_starts(str_of(block->info), "output")) {
		page_text(is->page);
		page_put(is->page, is->x, is->page->cols, ROLE_DIM, "expect");
	}
	if (index == step->fence_count || step->fences[index].lang == LANG_TEXT)
		return false;
	item = item_of_fence(is->run->run, step, index);
	say_fence(&step->fences[index], &what);
	page_row(is->page, (struct row){ ROW_ITEM, item, item, false });
	page_put(is->page, is->x, is->page->cols, role_of_fence(is, index), "%s", buf_cstr(&what));
	prose_literal(is->page, is->x + 2, ROLE_KEY, step->fences[index].text,
		      strlen(step->fences[index].text));
	put_values(is, &step->fences[index]);
	if (step->fences[index].expect[0])
		put(is, ROLE_PLAIN, "wants", "%s", step->fences[index].expect);
	buf_done(&what);
	return true;
}

/* The words that its row shows already, where they stand there whole. */
static const struct run_of_text *title_of(const struct unfold *is)
{
	const struct step *step = is->item->step;
	const struct block *first = step->body ? step->body->first : NULL;
	const struct run_of_text *run = first ? first->runs : NULL;

	if (!run || run->kind != RUN_STRONG || !str_starts(str_of(run->text), step->title) ||
	    strlen(run->text) > strlen(step->title) + 1)
		return NULL;
	return checklist_shows_title(is->scene, is->page, is->run, is->index) ? run : NULL;
}

static void put_body(const struct unfold *is)
{
	/* The callbacks only read what they are handed as a void pointer. */
	union {
		const struct unfold *in;
		void *out;
	} same = { .in = is };
	const struct prose prose = { is->page, is->x, is_a_step, put_fence, same.out, title_of(is) };

	if (is->item->step->body)
		prose_put(&prose, is->item->step->body->first, NULL);
}

static void put_when(const struct unfold *is)
{
	const struct when *when = &is->item->step->when;

	if (when->step[0])
		put(is, ROLE_DIM, "only if", "step %s came to %s", when->step, when->outcome);
	else if (when->param[0])
		put(is, ROLE_DIM, "only if", "%s has a value", when->param);
}

static void put_check(const struct unfold *is)
{
	const struct step *step = is->item->step;
	const struct sense *sense = is->item->looked;
	char held[WHEN_TEXT], needed[WHEN_TEXT];

	if (step->probe_text && step->probe_text[0])
		put(is, ROLE_PLAIN, "ticks if", "%s", step->probe_text);
	if (!sense)
		return;
	if (sense->because[0])
		put(is, sense->now == TRUTH_UNKNOWN ? ROLE_UNKNOWN : ROLE_STRONG, "now", "%s",
		    sense->because);
	if (is->item->needed > 0) {
		when_format_duration(held, is->item->held / WHEN_SECOND * WHEN_SECOND);
		when_format_duration(needed, is->item->needed);
		put(is, ROLE_PLAIN, "held", "%s of %s", held, needed);
	}
}

/* What its check boxes came to: on a decision they inform, before a command they guard. */
static void put_answers(const struct unfold *is)
{
	const struct sense *sense = is->item->looked;

	for (size_t i = 0; sense && i < SENSE_FENCES; i++)
		if (sense->fences[i].at > 0 && sense->fences[i].said[0])
			put(is, sense->fences[i].truth == TRUTH_UNKNOWN ? ROLE_UNKNOWN : ROLE_STRONG,
			    "answered", "%s", sense->fences[i].said);
}

static void put_decision(const struct unfold *is)
{
	const struct step *step = is->item->step;
	struct buf because = { 0 };
	size_t option = checklist_proposed(is->scene, step, &because);

	if (option != SIZE_MAX)
		put(is, ROLE_STRONG, "proposed", "%s, since %s", step->options[option].title,
		    buf_cstr(&because));
	if (is->item->mark->option[0])
		put(is, ROLE_STRONG, "decided", "%s, by %s", is->item->mark->option, is->item->mark->by);
	buf_done(&because);
}

static void put_wait(const struct unfold *is)
{
	const struct step *step = is->item->step;
	char spent[WHEN_TEXT], all[WHEN_TEXT];

	if (step->hold <= 0)
		return;
	when_format_duration(all, step->hold);
	if (!is->item->began_t) {
		put(is, ROLE_PLAIN, "waits", "%s from when it is begun", all);
		return;
	}
	when_format_duration(spent, (checklist_now(is->scene) - is->item->began_t) / WHEN_SECOND *
				    WHEN_SECOND);
	put(is, ROLE_STRONG, "waits", "%s of %s", spent, all);
}

static void put_told(const struct unfold *is)
{
	const struct step *step = is->item->step;
	char after[WHEN_TEXT];

	if (step->audience[0])
		put(is, ROLE_PLAIN, "for", "%s", step->audience);
	if (step->to[0]) {
		when_format_duration(after, step->after);
		put(is, ROLE_STRONG, "call", "%s%s%s", step->to, step->after ? " after " : "",
		    step->after ? after : "");
	}
}

static void put_kind(const struct unfold *is)
{
	switch (is->item->step->kind) {
	case STEP_CHECK:
		put_check(is);
		break;
	case STEP_DECISION:
		put_decision(is);
		break;
	case STEP_WAIT:
		put_wait(is);
		put_check(is);
		break;
	case STEP_NOTIFY: case STEP_ESCALATE:
		put_told(is);
		break;
	case STEP_INPUT:
		put(is, ROLE_STRONG, "asks for", "%s", is->item->step->ask);
		break;
	case STEP_MANUAL: case STEP_COMMAND:
		break;
	}
}

static void put_danger(const struct unfold *is)
{
	const struct step *step = is->item->step;

	if (step->danger == DANGER_CAUTION)
		put(is, ROLE_BAD, "care",
		    "cannot be taken back: what was sensed is typed before it runs");
	else if (step->danger == DANGER_WARNING)
		put(is, ROLE_WARN, "care", "a word is typed before it runs");
	if (step->target[0])
		put(is, ROLE_PLAIN, "target", "%s", step->target);
	if (step->two_person)
		put(is, ROLE_WARN, "care", "a second person confirms it");
}

static void put_proven(const struct unfold *is)
{
	struct buf proven = { 0 };

	if (is->item->step->fence_count == 0 || !is->run->past)
		return;
	past_proven(is->run->past, is->item->step->id, is->scene->now, &proven);
	put(is, str_starts(str_of(buf_cstr(&proven)), "NEVER") ? ROLE_WARN : ROLE_DIM, "proven", "%s",
	    buf_cstr(&proven));
	buf_done(&proven);
}

static void put_people(const struct unfold *is)
{
	const struct run_step *mark = is->item->mark;
	char usually[WHEN_TEXT];

	if (mark->claimed_by[0])
		put(is, ROLE_STRONG, "at it", "%s", mark->claimed_by);
	if (mark->asked[0] && mark->confirmed_by[0])
		put(is, ROLE_STRONG, "confirmed", "by %s, for %s", mark->confirmed_by, mark->asked_by);
	else if (mark->asked[0])
		put(is, ROLE_WARN, "confirm?", "%s asks a second person to confirm: Enter shows it",
		    mark->asked_by);
	if (mark->reason[0])
		put(is, ROLE_PLAIN, step_mark_word(mark->mark), "%s", mark->reason);
	if (is->item->expected > 0) {
		when_format_duration(usually, is->item->expected / WHEN_SECOND * WHEN_SECOND);
		put(is, ROLE_DIM, "usually", "%s", usually);
	}
}

static bool is_in_pane(const struct unfold *is)
{
	const struct pane *pane = is->run->pane;

	return pane && strcmp(pane->step, is->item->step->id) == 0 &&
	       (!pane->run[0] || strcmp(pane->run, is->run->run->event) == 0);
}

static void put_attempt(const struct unfold *is)
{
	const struct attempt *last = run_last_attempt(is->item->mark);
	char at[SAY_TEXT], took[WHEN_TEXT];

	if (is_in_pane(is)) {
		pane_put(is->page, is->run->pane, is->x, PANE_UNDER);
	} else if (last && !last->ended) {
		say_clock(is->scene, last->at, at);
		put(is, ROLE_BAD, "last run", "%s %s on %s: %s", last->by, at, last->host,
		    is->item->state == ITEM_STATE_INTERRUPTED ? "interrupted, outcome unknown" : "runs");
	} else if (last) {
		say_clock(is->scene, last->at, at);
		when_format_duration(took, last->took);
		put(is, last->well ? ROLE_PLAIN : ROLE_BAD, "last run", "%s %s on %s: %s %lld in %s%s%s",
		    last->by, at, last->host, last->how, (long long)last->exit, took,
		    last->answer[0] ? ": " : "", last->answer);
	}
	if (last && last->output[0])
		put(is, ROLE_DIM, "evidence", "%.12s, v shows it", last->output);
}

static void put_ways(const struct unfold *is)
{
	const struct step *step = is->item->step;

	if (is->item->state == ITEM_STATE_FAILED && step->on_fail[0])
		put(is, ROLE_STRONG, "if not", "%s", step->on_fail);
	if (is->item->early)
		put(is, ROLE_WARN, "early", "an earlier step of its list is open");
	if (step->link[0])
		put(is, ROLE_PLAIN, "opens", "%s", step->link);
}

/* The line above the next step: which key does what now. */
static void put_act(const struct unfold *is)
{
	char key[KEY_NAME];

	key_text(key, is->scene->keymap->keys[ACTION_OPEN][0]);
	key[0] = (char)toupper((unsigned char)key[0]);
	page_text(is->page);
	page_put(is->page, is->x, is->page->cols, ROLE_KEY, "%s %s  x done  X other", key,
		 checklist_act_word(checklist_act(is->run, is->index)));
}

void checklist_step(const struct scene *scene, struct page *page, const struct docket_run *run,
		    size_t step, int x)
{
	const struct unfold is = { scene, page, run, &run->list->items[step], step, x };

	put_when(&is);
	put_body(&is);
	put_kind(&is);
	put_answers(&is);
	put_danger(&is);
	put_proven(&is);
	put_people(&is);
	put_attempt(&is);
	put_ways(&is);
	put_act(&is);
}
