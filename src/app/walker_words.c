/*
 * walker_words.c: what a line orders. One letter and what belongs to it; an empty line does what
 * the step asks for. While something is asked, a line is the answer and nothing else.
 */
#include <string.h>

#include "app/walker_inside.h"
#include "base/num.h"

static const struct checklist_item *item_at(const struct walker *walker)
{
	const struct docket_run *run = walker_docket_run(walker);

	return run && walker->at < run->list->count ? &run->list->items[walker->at] : NULL;
}

static void submit(struct walker *walker, struct order *order)
{
	order->at = WHEN_NEVER;
	order->src = SRC_HUMAN;
	order->by = walker->keeper.estate->world->operator;
	incidents_submit(walker->incidents, walker->plan->incident, order);
	walker->moved = false;
}

/* An order about the step at hand; its texts live until it is decided, which is now. */
static struct order about_step(const struct walker *walker, enum event_kind kind)
{
	struct order order = { .kind = kind };

	EVENT_SET(order.data, run, walker->run);
	EVENT_SET(order.data, step, item_at(walker)->step->id);
	return order;
}

static const char *kept_text(struct arena *arena, struct str rest)
{
	return arena_text(arena, rest.p ? rest.p : "", rest.len);
}

/* --- the box --------------------------------------------------------------------------------- */

void walker_forget(struct walker *walker)
{
	walker->asking = ASKING_NOTHING;
	walker->effect = (struct effect){ 0 };
}

/* What has to be typed: Y, the word, or the target that is sensed now. */
static void ask(struct walker *walker, const struct ready *ready)
{
	bool odd = ready->odd != NULL;

	walker_say_box(walker, ready);
	if (ready->refusal) {
		walker_forget(walker);
		return;
	}
	walker->care = ready->care;
	walker->elsewhere = ready->elsewhere;
	str_put(walker->effect.digest, sizeof(walker->effect.digest), ready->digest);
	walker->needs_reason = ready->care == 3 && (ready->interlock.state != LOCK_GREEN ||
						    !ready->interlock.target[0]);
	if (ready->care == 3 && ready->interlock.target[0])
		str_put(walker->word, sizeof(walker->word), ready->interlock.target);
	else if (ready->care >= 2 || odd)
		str_put(walker->word, sizeof(walker->word), ready->word);
	else
		str_put(walker->word, sizeof(walker->word), "Y");
	walker->asking = ASKING_BOX;
	walker->asked = loop_now(walker->loop).steady;
	if (ready->elsewhere)
		walker_put(walker, "it belongs on %s: run it there, then type `well WHAT CAME OF IT` "
			   "or `failed WHY`; anything else says nothing", ready->host);
	else
		walker_put(walker, "type %s to run it; anything else is no", walker->word);
}

static void ask_about_fence(struct walker *walker, const struct docket_run *run, size_t fence)
{
	struct ready ready;

	if (!run->ready(run->arg, run, walker->at, fence, &ready)) {
		walker_put(walker, "step %zu has no command to run", walker->at + 1);
		return;
	}
	walker->effect = (struct effect){ .kind = EFFECT_EXECUTE, .fence = fence };
	str_put(walker->effect.run, sizeof(walker->effect.run), walker->run);
	str_put(walker->effect.step, sizeof(walker->effect.step), item_at(walker)->step->id);
	ask(walker, &ready);
}

static void execute(struct walker *walker, struct str reason)
{
	str_copy(walker->effect.reason, sizeof(walker->effect.reason), reason);
	walker_do(walker);
	walker_forget(walker);
	walker->moved = false;
}

static void say_no(struct walker *walker, const char *why)
{
	walker_put(walker, "%s", why);
	walker_forget(walker);
}

/* What came of it on the other host: the first word says whether it went well. */
static void answer_elsewhere(struct walker *walker, struct str line)
{
	struct str word;

	str_cut(&line, ' ', &word);
	walker->effect.kind = EFFECT_ANSWERED;
	walker->effect.on = str_eq(word, "well");
	if (!walker->effect.on && !str_eq(word, "failed"))
		say_no(walker, "nothing is recorded of it");
	else
		execute(walker, str_trim(line));
}

static void answer(struct walker *walker, struct str line)
{
	if (walker->elsewhere) {
		answer_elsewhere(walker, line);
		return;
	}
	if (walker->asking == ASKING_REASON) {
		if (line.len == 0)
			say_no(walker, "without a reason it is not run");
		else
			execute(walker, line);
		return;
	}
	if (!str_eq(line, walker->word)) {
		say_no(walker, "no: nothing was run");
		return;
	}
	str_put(walker->effect.target, sizeof(walker->effect.target),
		walker->care >= 2 ? walker->word : "");
	if (!walker->needs_reason) {
		execute(walker, str_of(""));
		return;
	}
	walker->asking = ASKING_REASON;
	walker->asked = loop_now(walker->loop).steady;
	walker_put(walker, "type the reason: it stands on the record");
}

/* --- the words ------------------------------------------------------------------------------- */

static size_t first_command(const struct step *step)
{
	size_t fence = 0;

	while (fence < step->fence_count &&
	       (step->fences[fence].check || !step->fences[fence].runnable))
		fence++;
	return fence;
}

static void do_run(struct walker *walker, struct str rest)
{
	const struct docket_run *run = walker_docket_run(walker);
	size_t fence = first_command(item_at(walker)->step);
	int64_t n;

	if (rest.len > 0 && !num_parse_i64(rest, &n)) {
		walker_put(walker, "r takes the number of a command of the step, from 1");
		return;
	}
	if (rest.len > 0)
		fence = n > 0 ? (size_t)n - 1 : SIZE_MAX;
	ask_about_fence(walker, run, fence);
}

static void do_done(struct walker *walker, struct str rest)
{
	struct order order = about_step(walker, EVENT_STEP_DONE);
	struct arena arena = { 0 };

	if (rest.len > 0)
		EVENT_SET(order.data, text, kept_text(&arena, rest));
	submit(walker, &order);
	arena_done(&arena);
}

static void with_reason(struct walker *walker, enum event_kind kind, struct str rest)
{
	struct order order = about_step(walker, kind);
	struct arena arena = { 0 };

	EVENT_SET(order.data, reason, kept_text(&arena, rest));
	submit(walker, &order);
	arena_done(&arena);
}

static void do_skip(struct walker *walker, struct str rest)
{
	with_reason(walker, EVENT_STEP_SKIPPED, rest);
}

static void do_override(struct walker *walker, struct str rest)
{
	with_reason(walker, EVENT_STEP_OVERRIDDEN, rest);
}

static void do_failed(struct walker *walker, struct str rest)
{
	with_reason(walker, EVENT_STEP_FAILED, rest);
}

static void do_repeat(struct walker *walker, struct str rest)
{
	with_reason(walker, EVENT_STEP_REPEATED, rest);
}

static void do_defer(struct walker *walker, struct str rest)
{
	struct order order = about_step(walker, EVENT_STEP_DEFERRED);
	struct arena arena = { 0 };
	struct str span = rest;
	struct err err = { 0 };
	msec length;

	if (!str_cut(&rest, ' ', &span) || !when_parse_duration(span, &length, &err)) {
		walker_put(walker, "d takes a time and a reason: d 30m waits for the index");
		return;
	}
	EVENT_SET(order.data, until, loop_now(walker->loop).wall + length);
	EVENT_SET(order.data, owner, walker->keeper.estate->world->operator);
	EVENT_SET(order.data, reason, kept_text(&arena, str_trim(rest)));
	submit(walker, &order);
	arena_done(&arena);
}

static void do_choose(struct walker *walker, struct str rest)
{
	struct order order = about_step(walker, EVENT_DECISION_TAKEN);
	struct arena arena = { 0 };

	EVENT_SET(order.data, option, kept_text(&arena, rest));
	submit(walker, &order);
	arena_done(&arena);
}

static void do_value(struct walker *walker, struct str rest)
{
	struct str name, value;

	str_cut(&rest, ' ', &name);
	value = rest.p ? str_trim(rest) : str_of("");
	if (name.len == 0 || value.len == 0) {
		walker_put(walker, "v takes a name and a value: v HORIZON_URL https://h.example");
		return;
	}
	walker->effect = (struct effect){ .kind = EFFECT_VALUE };
	str_put(walker->effect.run, sizeof(walker->effect.run), walker->run);
	if (!str_copy(walker->effect.step, sizeof(walker->effect.step), name) ||
	    !str_copy(walker->effect.text, sizeof(walker->effect.text), value))
		walker_put(walker, "that is too long for a value");
	else
		walker_do(walker);
	walker_forget(walker);
}

static void do_go(struct walker *walker, struct str rest)
{
	const struct docket_run *run = walker_docket_run(walker);
	int64_t n;

	if (!num_parse_i64(rest, &n) || n < 1 || (uint64_t)n > run->list->count) {
		walker_put(walker, ": takes the number of a step, 1 to %zu", run->list->count);
		return;
	}
	walker->at = (size_t)n - 1;
	walker->moved = true;
	walker_say_step(walker);
}

static void do_wait(struct walker *walker, struct str rest)
{
	const struct docket_run *run = walker_docket_run(walker);
	int64_t n = (int64_t)walker->at + 1;

	if (rest.len > 0 && (!num_parse_i64(rest, &n) || n < 1 || (uint64_t)n > run->list->count))
		walker_put(walker, "w takes the number of a step, 1 to %zu", run->list->count);
	else
		walker->waiting = (uint64_t)n;
}

static void do_show(struct walker *walker, struct str rest)
{
	(void)rest;
	walker_say_step(walker);
}

static void do_list(struct walker *walker, struct str rest)
{
	(void)rest;
	walker_say_list(walker);
}

static void do_undo(struct walker *walker, struct str rest)
{
	const struct docket *docket = walker_docket(walker);
	const char *id = undo_last(docket->history, walker->keeper.estate->world->operator);
	struct order order = { .kind = EVENT_UNDO };
	char of[ULID_TEXT];

	(void)rest;
	if (!id) {
		walker_put(walker, "there is nothing of yours to take back");
		return;
	}
	str_put(of, sizeof(of), id);
	EVENT_SET(order.data, of, of);
	submit(walker, &order);
}

static void do_note(struct walker *walker, struct str rest)
{
	struct order order = { .kind = EVENT_NOTE };
	struct arena arena = { 0 };

	EVENT_SET(order.data, text, kept_text(&arena, rest));
	submit(walker, &order);
	arena_done(&arena);
}

static void do_command(struct walker *walker, struct str rest)
{
	const struct docket *docket = walker_docket(walker);
	struct ready ready;

	walker->effect = (struct effect){ .kind = EFFECT_EXECUTE };
	if (rest.len == 0)
		say_no(walker, "! takes a command");
	else if (!str_copy(walker->effect.text, sizeof(walker->effect.text), rest))
		say_no(walker, "that command is too long: put it into a runbook");
	else if (docket->ready(docket->arg, docket, walker->effect.text, &ready))
		ask(walker, &ready);
}

static void do_accept(struct walker *walker, struct str rest)
{
	(void)rest;
	if (!walker->shown_commands) {
		walker_say_commands(walker);
		if (walker->shown_commands)
			walker_put(walker, "these are they: `accept` again takes them");
		return;
	}
	walker->effect = (struct effect){ .kind = EFFECT_ACCEPT };
	str_put(walker->effect.run, sizeof(walker->effect.run), walker->run);
	walker_do(walker);
	walker_forget(walker);
}

static void do_commands(struct walker *walker, struct str rest)
{
	(void)rest;
	walker_say_commands(walker);
}

static void do_end(struct walker *walker, struct str rest)
{
	const struct docket_run *run = walker_docket_run(walker);
	struct order order = { .kind = EVENT_RUN_ENDED };
	struct arena arena = { 0 };
	struct buf words = { 0 };

	checklist_end(run->list, kept_text(&arena, rest), &words);
	EVENT_SET(order.data, run, walker->run);
	EVENT_SET(order.data, text, buf_cstr(&words));
	if (rest.len > 0)
		EVENT_SET(order.data, reason, kept_text(&arena, rest));
	submit(walker, &order);
	buf_done(&words);
	arena_done(&arena);
}

static void do_quit(struct walker *walker, struct str rest)
{
	(void)rest;
	walker_leave(walker);
}

static void do_help(struct walker *walker, struct str rest)
{
	(void)rest;
	walker_say_words(walker);
}

/*  X(word, of the step at hand?, function, what it takes, what it does) */
#define WORDS(X) \
	X("r", true, do_run, "[N]", "run the command of the step, the Nth of several") \
	X("x", true, do_done, "[TEXT]", "it is done") \
	X("X", true, do_skip, "REASON", "skip it") \
	X("o", true, do_override, "REASON", "say done although its check does not hold") \
	X("d", true, do_defer, "TIME REASON", "put it off; it comes back") \
	X("f", true, do_failed, "REASON", "it failed") \
	X("R", true, do_repeat, "REASON", "open it again") \
	X("c", true, do_choose, "OPTION", "decide") \
	X("v", false, do_value, "NAME VALUE", "give a parameter its value") \
	X(":", false, do_go, "N", "go to step N") \
	X("w", false, do_wait, "[N]", "wait until the step is settled") \
	X("s", false, do_show, "", "show the step again") \
	X("l", false, do_list, "", "list all steps") \
	X("m", false, do_note, "TEXT", "a note into the timeline") \
	X("!", false, do_command, "COMMAND", "a command that is in no runbook") \
	X("u", false, do_undo, "", "take back the last thing that I entered") \
	X("commands", false, do_commands, "", "show the commands that nobody here has accepted") \
	X("accept", false, do_accept, "", "the commands were read: checks may run by themselves") \
	X("end", false, do_end, "[REASON]", "end the walk") \
	X("q", false, do_quit, "", "leave; the walk stays open") \
	X("?", false, do_help, "", "these words")

static const struct word {
	const char *word;
	bool of_step;
	void (*call)(struct walker *walker, struct str rest);
	const char *takes, *help;
} words[] = {
#define X(word, of_step, call, takes, help) { word, of_step, call, takes, help },
	WORDS(X)
#undef X
};

void walker_say_words(struct walker *walker)
{
	walker_put(walker, "an empty line does what the step asks for; else:");
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		char left[32];

		(void)snprintf(left, sizeof(left), "%s %s", words[i].word, words[i].takes);
		walker_put(walker, "  %-16s %s", left, words[i].help);
	}
}

/* ":7" and "!ls" need no blank. */
static const struct word *find_word(struct str line, struct str *rest)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t len = strlen(words[i].word);
		bool whole = line.len == len || (line.len > len && line.p[len] == ' ');

		if (!str_starts(line, words[i].word))
			continue;
		if (whole || strchr(":!", words[i].word[0])) {
			*rest = str_trim(str_sub(line.p + len, line.len - len));
			return &words[i];
		}
	}
	return NULL;
}

/* What an empty line does: the step's own act where it has one that needs no more words. */
static void take_empty(struct walker *walker)
{
	const struct checklist_item *item = item_at(walker);

	if (!item)
		walker_say_list(walker);
	else if (first_command(item->step) < item->step->fence_count)
		do_run(walker, str_of(""));
	else
		walker_say_step(walker);
}

void walker_take(struct walker *walker, struct str line)
{
	const struct word *word;
	struct str rest = { 0 };

	if (walker->asking != ASKING_NOTHING) {
		answer(walker, line);
		return;
	}
	if (line.len == 0) {
		take_empty(walker);
		return;
	}
	word = find_word(line, &rest);
	if (!word)
		walker_put(walker, "'%.*s' is no word here: ? lists them", (int)line.len, line.p);
	else if (word->of_step && !item_at(walker))
		walker_put(walker, "no step is at hand: `: N` goes to one");
	else
		word->call(walker, rest);
}
