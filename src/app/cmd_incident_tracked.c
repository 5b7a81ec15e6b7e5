/*
 * cmd_incident_tracked.c: what people are to do: asks, action items, follow-ups, deferred items.
 * All are added and settled alike.
 */
#include <string.h>

#include "app/cmd_incident.h"
#include "base/num.h"

struct tracked_verb {
	const char *noun;		/* "ask" */
	enum event_kind added, settled;
	bool typed;			/* --type is required */
	bool due;			/* --due is required */
	bool asks;			/* the owner is `who` in its events */
};

static const char *type_words(struct work *work)
{
	const char *words = "";

	for (enum action_type type = 0; type < ACTION_TYPE_COUNT; type++)
		words = arena_fmt(&work->arena, "%s%s%s", words, type ? ", " : "",
				  action_type_word(type));
	return words;
}

static bool set_kind(struct work *work, const struct tracked_verb *verb, struct order *order,
		     struct err *err)
{
	const char *word = work_flag(work, OPTION_TYPE);
	enum action_type type;

	if (!verb->typed)
		return true;
	if (!word)
		return err_set(err, ERR_USAGE, "--type is missing: %s", type_words(work));
	if (!action_type_find(word, &type))
		return err_set(err, ERR_USAGE, "--type: '%.20s' is none of %s", word,
			       type_words(work));
	EVENT_SET(order->data, type, action_type_word(type));
	return true;
}

/* --none: not what is to be done, but why nothing is. */
static bool fill_none(struct work *work, const struct tracked_verb *verb, struct order *order,
		      struct err *err)
{
	const char *reason = work_flag(work, OPTION_REASON);

	if (work_given(work, OPTION_TEXT) || work_given(work, OPTION_OWNER) ||
	    work_given(work, OPTION_DUE))
		return err_set(err, ERR_USAGE, "--none takes --type and --reason only");
	if (!reason)
		return err_set(err, ERR_USAGE, "--reason is missing: why is there none?");
	order->kind = EVENT_ACTION_ITEM_NONE;
	EVENT_SET(order->data, reason, reason);
	return set_kind(work, verb, order, err);
}

static bool fill_added(struct work *work, const struct tracked_verb *verb, struct order *order,
		       struct err *err)
{
	const char *owner = work_flag(work, OPTION_OWNER), *text;
	msec due;

	if (verb->typed && work_given(work, OPTION_NONE))
		return fill_none(work, verb, order, err);
	if (work_given(work, OPTION_REASON))
		return err_set(err, ERR_USAGE, "--reason belongs to --none");
	if (!work_text(work, &text, err) || !work_time(work, OPTION_DUE, &due, err) ||
	    !set_kind(work, verb, order, err))
		return false;
	if (verb->due && due == WHEN_NEVER)
		return err_set(err, ERR_USAGE, "--due is missing: until when?");
	EVENT_SET(order->data, text, text);
	if (due != WHEN_NEVER)
		EVENT_SET(order->data, until, due);
	if (owner && verb->asks)
		EVENT_SET(order->data, who, owner);
	else if (owner)
		EVENT_SET(order->data, owner, owner);
	return true;
}

static void list_of(const struct incident *incident, const struct tracked_verb *verb,
		    const struct tracked **items, size_t *count)
{
	const struct { enum event_kind kind; const struct tracked *items; size_t count; } lists[] = {
		{ EVENT_TIMER_STARTED, incident->asks, incident->ask_count },
		{ EVENT_ACTION_ITEM, incident->actions, incident->action_count },
		{ EVENT_FOLLOW_UP_ADDED, incident->follow_ups, incident->follow_up_count },
		{ EVENT_DEFERRED_ADDED, incident->deferred, incident->deferred_count },
	};

	*count = 0;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (lists[i].kind != verb->added)
			continue;
		*items = lists[i].items;
		*count = lists[i].count;
	}
}

/* By the number that people say. */
static bool fill_settled(struct work *work, const struct tracked_verb *verb, struct order *order,
			 struct err *err)
{
	const char *text = work_flag(work, OPTION_TEXT), *word;
	const struct tracked *items = NULL;
	size_t count;
	int64_t n;

	if (!work_word(work, 2, "its number", &word, err))
		return false;
	list_of(dossier_incident(work->dossier), verb, &items, &count);
	if (!num_parse_i64(str_of(word), &n))
		return err_set(err, ERR_USAGE, "'%.20s' is no number", word);
	for (size_t i = 0; i < count; i++) {
		if ((int64_t)items[i].n != n)
			continue;
		order->kind = verb->settled;
		EVENT_SET(order->data, of, items[i].event);
		if (text)
			EVENT_SET(order->data, text, text);
		return true;
	}
	return err_set(err, ERR_NOT_FOUND, "there is no %s %s: %s", verb->noun, word,
		       count == 0 ? "none was added" :
		       arena_fmt(&work->arena, "they are numbered 1 to %zu", count));
}

static bool run_tracked(struct work *work, const struct tracked_verb *verb, struct err *err)
{
	struct order order = work_order(work, verb->added);
	const char *word;
	bool add;

	if (!work_word(work, 1, "add or done", &word, err))
		return false;
	add = !strcmp(word, "add");
	if (!add && strcmp(word, "done") != 0)
		return err_set(err, ERR_USAGE, "'%.20s' is neither add nor done", word);
	if (add && work->context->word_count > 2)
		return err_set(err, ERR_USAGE, "add takes no number; its words go into --text");
	return work_open(work, err) &&
	       (add ? fill_added(work, verb, &order, err) : fill_settled(work, verb, &order, err)) &&
	       work_submit(work, &order, err) && work_print(work, err);
}

#define TRACKED(name, ...) \
	static bool run_##name(struct work *work, struct err *err) \
	{ \
		static const struct tracked_verb verb = { __VA_ARGS__ }; \
		return run_tracked(work, &verb, err); \
	} \
	int cmd_incident_##name(const struct context *context) \
	{ \
		return work_run(context, run_##name); \
	}

TRACKED(ask, .noun = "ask", .added = EVENT_TIMER_STARTED, .settled = EVENT_TIMER_ENDED, .due = true,
	.asks = true)
TRACKED(action, .noun = "action", .added = EVENT_ACTION_ITEM, .settled = EVENT_ACTION_ITEM_DONE,
	.typed = true)
TRACKED(follow_up, .noun = "follow-up", .added = EVENT_FOLLOW_UP_ADDED,
	.settled = EVENT_FOLLOW_UP_SETTLED, .asks = true)
TRACKED(deferred, .noun = "deferred item", .added = EVENT_DEFERRED_ADDED,
	.settled = EVENT_DEFERRED_SETTLED)
