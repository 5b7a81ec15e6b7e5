/*
 * cmd_drill_acts.c: the verbs of drills that are one order each: what is restored, what was done by
 * hand, the review and the sign-off. After the end of a drill its file says so too.
 */
#include <string.h>

#include "app/cmd_drill.h"

enum { DRILL_NAMES = 64 };

bool drill_open(struct work *work, struct err *err)
{
	if (!work_open(work, err))
		return false;
	return drill_of(work) ||
	       err_set(err, ERR_REFUSED, "#%s is no drill that was announced: `binnacle drill "
		       "start` begins one", work->shelved.id);
}

const struct drill *drill_of(const struct work *work)
{
	return dossier_incident(work->dossier)->drill;
}

bool drill_words(struct work *work, size_t index, const char *what, const char **out,
		 struct err *err)
{
	const struct context *context = work->context;
	struct buf text = { 0 };
	bool any;

	for (size_t i = index; i < context->word_count; i++)
		buf_fmt(&text, "%s%s", i > index ? " " : "", context->words[i]);
	any = str_trim(str_of(buf_cstr(&text))).len > 0;
	*out = arena_text(&work->arena, buf_cstr(&text), text.len);
	buf_done(&text);
	return any || err_set(err, ERR_USAGE, "%s is missing", what);
}

bool drill_restate(struct work *work, struct err *err)
{
	struct drill_paper paper;
	struct buf path = { 0 };
	bool ok;

	if (!drill_of(work)->finished)
		return true;
	drill_paper_make(&paper, dossier_history(work->dossier), work->shelved.folder);
	ok = drill_paper_store(&paper, &work->settings, &path, err);
	drill_paper_done(&paper);
	buf_done(&path);
	return ok || err_add(err, "it is on the record, and not in the report");
}

typedef bool fill_order(struct work *work, struct order *order, struct err *err);

static bool run_act(struct work *work, enum event_kind kind, fill_order *fill, struct err *err)
{
	struct order order = work_order(work, kind);

	return drill_open(work, err) && fill(work, &order, err) && work_submit(work, &order, err) &&
	       drill_restate(work, err) && work_print(work, err);
}

#define ACT(verb, kind) \
	static bool run_##verb(struct work *work, struct err *err) \
	{ \
		return run_act(work, kind, fill_##verb, err); \
	} \
	int cmd_drill_##verb(const struct context *context) \
	{ \
		return work_run(context, run_##verb); \
	}

/* No verb takes back what is restored: a slip of the keyboard would keep the drill from passing.
 * Where no component is configured every name is good. */
static bool is_component(const struct work *work, const char *name, struct err *err)
{
	const struct component_settings *parts = work->settings.components.data;
	const struct recovered_settings *recovered = work->settings.recovery.components.data;
	size_t part_count = work->settings.components.count;
	size_t count = part_count + work->settings.recovery.components.count;
	const char *names[DRILL_NAMES], *near;

	for (size_t i = 0; i < count && i < DRILL_NAMES; i++)
		names[i] = i < part_count ? parts[i].name : recovered[i - part_count].name;
	for (size_t i = 0; i < count && i < DRILL_NAMES; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	if (count == 0 || count > DRILL_NAMES)
		return true;
	near = str_nearest(name, names, count);
	return err_set(err, ERR_USAGE, "no component is called %.60s%s%s%s", name,
		       near ? ": did you mean " : "", near ? near : "", near ? "?" : "");
}

static bool fill_component(struct work *work, struct order *order, struct err *err)
{
	const char *name;

	if (!work_word(work, 1, "the component", &name, err) || !is_component(work, name, err))
		return false;
	EVENT_SET(order->data, name, name);
	return true;
}

static bool fill_restoring(struct work *work, struct order *order, struct err *err)
{
	return fill_component(work, order, err);
}
ACT(restoring, EVENT_COMPONENT_RESTORING)

/* With a reason it is a failure. */
static bool fill_restored(struct work *work, struct order *order, struct err *err)
{
	const char *reason = work_flag(work, OPTION_REASON);

	EVENT_SET(order->data, ok, reason == NULL);
	if (reason)
		EVENT_SET(order->data, text, reason);
	return fill_component(work, order, err);
}
ACT(restored, EVENT_COMPONENT_RESTORED)

static bool fill_intervene(struct work *work, struct order *order, struct err *err)
{
	const char *text;

	if (!drill_words(work, 1, "what was done by hand", &text, err))
		return false;
	EVENT_SET(order->data, text, text);
	return true;
}
ACT(intervene, EVENT_DRILL_INTERVENED)

static bool fill_rollback(struct work *work, struct order *order, struct err *err)
{
	const char *reason = work_flag(work, OPTION_REASON);

	if (!reason)
		return err_set(err, ERR_USAGE, "--reason is missing: why was it taken back?");
	EVENT_SET(order->data, reason, reason);
	return true;
}
ACT(rollback, EVENT_DRILL_ROLLED_BACK)

static bool has_outcome(const struct incident *incident)
{
	for (size_t i = 0; i < ACTION_TYPE_COUNT; i++)
		if (incident->aftermath.none[i][0])
			return true;
	return incident->action_count > 0;
}

/* A review that leads to nothing has to say so (S1-65). */
static bool fill_review(struct work *work, struct order *order, struct err *err)
{
	const char *text;

	if (!work_text(work, &text, err))
		return false;
	if (!has_outcome(dossier_incident(work->dossier)))
		return err_set(err, ERR_REFUSED, "a review needs an action, or the reason why there is "
			       "none: `binnacle incident action %s add`, with --none --reason for none",
			       work->shelved.id);
	EVENT_SET(order->data, text, text);
	return true;
}
ACT(review, EVENT_DRILL_REVIEWED)

static bool fill_signoff(struct work *work, struct order *order, struct err *err)
{
	const char *text = work_flag(work, OPTION_TEXT);

	(void)err;
	if (text)
		EVENT_SET(order->data, text, text);
	return true;
}
ACT(signoff, EVENT_SIGNED_OFF)
