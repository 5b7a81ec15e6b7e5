#include "ui/rows_after.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "ui/explain.h"
#include "ui/rows_incident.h"
#include "ui/say.h"

enum { LABEL = 22, TOOK = 9, NARROW = 60, EXPORTS = 6 };

static void put_sentence(struct page *page, enum role role, const char *text)
{
	page_text(page);
	page_wrap(page, 1, role, text);
}

/* --- what keeps it from coming again --------------------------------------------------------- */

static size_t count_of(const struct incident *in, enum action_type type, size_t *done)
{
	size_t count = 0;

	*done = 0;
	for (size_t i = 0; i < in->action_count; i++) {
		if (strcmp(in->actions[i].type, action_type_word(type)) != 0)
			continue;
		count++;
		*done += in->actions[i].settled;
	}
	return count;
}

bool action_lacks(const struct incident *incident, enum action_type type)
{
	bool needed = type == ACTION_TYPE_ALERT || type == ACTION_TYPE_TEST;
	size_t done;

	return needed && !incident->aftermath.none[type][0] && count_of(incident, type, &done) == 0;
}

struct item item_of_lack(const struct incident *incident, enum action_type type)
{
	return (struct item){ ITEM_LACK, item_hash(incident->id) ^ ((uint64_t)type + 1) };
}

bool item_lack(const struct world *world, struct item item, enum action_type *type)
{
	const struct docket *docket = desk_current(world->desk);

	for (int i = 0; docket && i < ACTION_TYPE_COUNT; i++) {
		*type = (enum action_type)i;
		if (item_eq(item, item_of_lack(docket->incident, *type)))
			return true;
	}
	return false;
}

/* "alert 1 of 2 done, test MISSING, fix 0, process 0" */
static void say_types(const struct incident *in, struct buf *out)
{
	for (int i = 0; i < ACTION_TYPE_COUNT; i++) {
		enum action_type type = (enum action_type)i;
		size_t done, count = count_of(in, type, &done);

		buf_fmt(out, "%s%s ", i ? ", " : "", action_type_word(type));
		if (action_lacks(in, type))
			buf_text(out, "MISSING");
		else if (count == 0)
			buf_text(out, in->aftermath.none[type][0] ? "none" : "0");
		else
			buf_fmt(out, "%zu of %zu done", done, count);
	}
	buf_text(out, " ");
}

static void row_lack(struct page *page, const struct incident *in, enum action_type type)
{
	struct item item = item_of_lack(in, type);

	page_row(page, (struct row){ ROW_ITEM, item, item, true });
	page_field(page, "name", action_type_word(type));
	page_field(page, "state", "missing");
	page_put(page, 1, page->cols, ROLE_BAD, "[ ] %s", action_type_word(type));
	page_wrap(page, 13, ROLE_BAD, "MISSING: Enter adds one; W n says why there is none");
}

static void row_none(struct page *page, const struct incident *in, enum action_type type)
{
	struct item item = item_of_lack(in, type);

	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "name", action_type_word(type));
	page_field(page, "state", "none");
	page_put(page, 1, page->cols, ROLE_PLAIN, "[-] %s", action_type_word(type));
	page_wrap(page, 13, ROLE_PLAIN, text_fmt("none, because: %s", in->aftermath.none[type]).bytes);
}

static void rows_of_type(const struct scene *scene, struct page *page, const struct docket *docket,
			 enum action_type type)
{
	const struct incident *in = docket->incident;
	msec scale = incident_scale(in, docket->origin, scene->now);
	size_t done;

	if (action_lacks(in, type))
		row_lack(page, in, type);
	else if (in->aftermath.none[type][0] && count_of(in, type, &done) == 0)
		row_none(page, in, type);
	for (size_t i = 0; i < in->action_count; i++)
		if (strcmp(in->actions[i].type, action_type_word(type)) == 0)
			row_tracked(scene, page, &in->actions[i], scale);
}

void rows_actions(const struct scene *scene, struct page *page, const struct docket *docket)
{
	struct buf right = { 0 };

	say_types(docket->incident, &right);
	page_title(page, "ACTIONS", page->cols < NARROW ? "" : buf_cstr(&right));
	for (int type = 0; type < ACTION_TYPE_COUNT; type++)
		rows_of_type(scene, page, docket, (enum action_type)type);
	buf_done(&right);
}

/* --- what nobody knows ----------------------------------------------------------------------- */

void rows_unknown(struct page *page, const struct docket *docket)
{
	const struct afterword *is = docket->afterword;

	if (!is || !is->known)
		return;
	page_title(page, "NOBODY KNOWS YET", text_fmt("%zu ", is->question_count +
						      is->questions_more).bytes);
	for (size_t i = 0; i < is->question_count; i++)
		put_sentence(page, ROLE_PLAIN, text_fmt("- %s", is->questions[i]).bytes);
	if (is->questions_more > 0)
		put_sentence(page, ROLE_DIM, text_fmt("%zu more in the export",
						      is->questions_more).bytes);
	if (is->question_count == 0)
		put_sentence(page, ROLE_PLAIN, "Nothing is open that the record itself could tell.");
}

/* --- the facts ------------------------------------------------------------------------------- */

static void say_end(const struct scene *scene, const char *name, msec at, struct buf *out)
{
	char when[SAY_TEXT];

	say_time(scene, at, when);
	for (; *name; name++)
		buf_char(out, *name == '_' ? ' ' : *name);
	buf_fmt(out, " %s", at == WHEN_NEVER ? "(not known)" : when);
}

/* Both ends; of what is not known the reason says it all. */
static void say_ends(const struct scene *scene, const struct afterword_time *is, struct buf *out)
{
	if (is->took == WHEN_NEVER && is->note[0]) {
		buf_text(out, is->note);
		return;
	}
	say_end(scene, is->from, is->from_at, out);
	buf_text(out, " to ");
	say_end(scene, is->to, is->to_at, out);
	if (is->note[0])
		buf_fmt(out, "; %s", is->note);
}

static void row_time(const struct scene *scene, struct page *page, const struct afterword_time *is)
{
	char took[WHEN_TEXT] = "not known";
	struct buf ends = { 0 };

	say_ends(scene, is, &ends);
	if (is->took != WHEN_NEVER)
		say_elapsed(is->took, took);
	page_text(page);
	page_put(page, 1, LABEL - 1, ROLE_DIM, "%s", is->label);
	page_put(page, 1 + LABEL, TOOK, is->took == WHEN_NEVER ? ROLE_UNKNOWN : ROLE_STRONG, "%s", took);
	if (page->cols < NARROW) {
		page_text(page);
		page_wrap(page, 3, ROLE_PLAIN, buf_cstr(&ends));
	} else {
		page_wrap(page, 1 + LABEL + TOOK + 1, ROLE_PLAIN, buf_cstr(&ends));
	}
	buf_done(&ends);
}

static void put_updates(struct page *page, const struct afterword *is)
{
	char every[WHEN_TEXT], gap[WHEN_TEXT];

	if (is->update_every == 0) {
		explain_put(page, "updates", "none were owed; %u sent", is->updates_sent);
		return;
	}
	when_format_duration(every, is->update_every);
	say_elapsed(is->longest_gap, gap);
	explain_put(page, "updates", "every %s: %u due, %u sent, %u late, %u missed; the longest gap "
		    "%s", every, is->updates_due, is->updates_sent, is->updates_late,
		    is->updates_missed, gap);
}

static void put_steps(struct page *page, const struct afterword *is)
{
	if (is->runs == 0) {
		explain_put(page, "runbooks", "none was walked; %u command%s by hand", is->by_hand,
			    is->by_hand == 1 ? "" : "s");
		return;
	}
	explain_put(page, "runbooks", "%zu walk%s: %u steps done, %u sensed, %u overridden, %u skipped, "
		    "%u put off, %u failed, %u left open; %u command%s ran, %u by hand", is->runs,
		    is->runs == 1 ? "" : "s", is->done, is->sensed, is->overridden, is->skipped,
		    is->deferred, is->failed, is->left_open, is->commands,
		    is->commands == 1 ? "" : "s", is->by_hand);
}

void rows_facts(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct afterword *is = docket->afterword;

	page_title(page, "FACTS", "");
	if (!is || !is->known) {
		put_sentence(page, ROLE_DIM, is && is->trouble[0] ?
			     text_fmt("The figures cannot be worked out: %s", is->trouble).bytes :
			     incident_open(docket->incident) ? "They are worked out when it is resolved." :
			     "They are being worked out from the record.");
		return;
	}
	for (size_t i = 0; i < is->time_count; i++)
		row_time(scene, page, &is->times[i]);
	put_updates(page, is);
	put_steps(page, is);
}

/* --- what was exported ----------------------------------------------------------------------- */

static struct item item_of_path(const char *path)
{
	return (struct item){ ITEM_EXPORTED, item_hash(path) };
}

const char *item_exported(const struct world *world, struct item item)
{
	const struct docket *docket = desk_current(world->desk);
	const struct afterword *is = docket ? docket->afterword : NULL;

	for (size_t i = 0; item.kind == ITEM_EXPORTED && is && i < is->outing.path_count; i++)
		if (item_eq(item, item_of_path(is->outing.paths[i])))
			return is->outing.paths[i];
	return NULL;
}

static void put_outing(struct page *page, const struct outing *outing)
{
	if (!outing->verb)
		return;
	if (outing->busy) {
		put_sentence(page, ROLE_STRONG, text_fmt("%s: at work ...", outing->verb).bytes);
		return;
	}
	put_sentence(page, outing->ok ? ROLE_PLAIN : ROLE_BAD, outing->said);
	for (size_t i = 0; i < outing->path_count; i++) {
		struct item item = item_of_path(outing->paths[i]);

		page_row(page, (struct row){ ROW_ITEM, item, item, false });
		page_field(page, "text", outing->paths[i]);
		page_wrap(page, 3, ROLE_PLAIN, outing->paths[i]);
	}
}

/* The newest of what the record says was written. */
static size_t put_written(const struct scene *scene, struct page *page,
			  const struct history *history)
{
	size_t shown = 0;

	for (size_t i = history ? history_count(history) : 0; i > 0 && shown < EXPORTS; i--) {
		const struct record *record = history_record(history, i - 1);
		char at[SAY_TEXT];

		if (record->kind != EVENT_EXPORT_WRITTEN || record->undone)
			continue;
		say_time(scene, record->at, at);
		page_text(page);
		page_wrap(page, page_put(page, 1, page->cols, ROLE_DIM, "%s", at) + 2, ROLE_PLAIN,
			  record->sentence ? record->sentence : "");
		shown++;
	}
	return shown;
}

void rows_exported(const struct scene *scene, struct page *page, const struct docket *docket)
{
	page_title(page, "EXPORTED", "");
	if (docket->afterword)
		put_outing(page, &docket->afterword->outing);
	if (put_written(scene, page, docket->history) == 0 &&
	    !(docket->afterword && docket->afterword->outing.verb))
		put_sentence(page, ROLE_PLAIN, "Nothing was exported yet: W x writes all formats.");
}
