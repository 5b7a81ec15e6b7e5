/*
 * screen_postmortem.c: what becomes of an incident when it is over: how far its postmortem is and
 * until when, what only people know as questions with their answers, what keeps it from coming
 * again, what nobody knows yet, the facts, what was exported, who signed it off.
 */
#include <stdio.h>
#include <string.h>

#include "core/decide.h"
#include "ui/after.h"
#include "ui/drills.h"
#include "ui/explain.h"
#include "ui/next.h"
#include "ui/rows_after.h"
#include "ui/say.h"

/* --- how far it is --------------------------------------------------------------------------- */

static const struct owed *owed_of(const struct desk *desk, const struct docket *docket,
				  enum owed_kind kind)
{
	for (size_t i = 0; i < desk->owed_count; i++)
		if (desk->owed[i].kind == kind && desk_find(desk, desk->owed[i].incident) == docket)
			return &desk->owed[i];
	return NULL;
}

/* Until it is written; then until its answers are. */
static const struct owed *clock_of(const struct desk *desk, const struct docket *docket)
{
	const struct owed *owed = owed_of(desk, docket, OWED_POSTMORTEM);

	return owed ? owed : owed_of(desk, docket, OWED_PAPER);
}

static void put_status(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct aftermath *after = &docket->incident->aftermath;
	const char *owner = after->owner[0] ? after->owner :
			    docket->incident->seats[SEAT_COMMANDER].who;
	char since[SAY_TEXT];

	say_time(scene, after->status_at, since);
	if (after->status == PAPER_NONE)
		explain_put(page, "status", "not begun: the resolution begins it");
	else
		explain_put(page, "status", "%s since %s; %s%s", postmortem_status_word(after->status),
			    since, owner[0] ? "owner " : "nobody owns it yet: W o", owner);
}

static void put_clock(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct owed *owed = clock_of(scene->world->desk, docket);
	char at[WHEN_TEXT], due[WHEN_TEXT];

	if (!owed)
		return;
	next_due(owed, scene->now, due);
	when_format(at, owed->due_at - owed->due_at % WHEN_SECOND);
	page_text(page);
	page_put(page, 1, 10, ROLE_DIM, "due");
	page_wrap(page, 12, next_role(owed), owed->due_at == WHEN_NEVER ? owed->text :
		  text_fmt("%s, %s", due, at).bytes);
}

/* decide()'s own sentence, before anybody tries. */
static void put_publish(const struct scene *scene, struct page *page, const struct docket *docket)
{
	struct err err = { 0 };

	if (docket->incident->aftermath.status == PAPER_NONE ||
	    docket->incident->aftermath.status == PAPER_PUBLISHED)
		return;
	if (after_publishable(scene, docket, &err))
		explain_put(page, "missing", "nothing: W p publishes it");
	else
		explain_put(page, "missing", "%s", err.text);
}

static void put_signed(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct aftermath *after = &docket->incident->aftermath;
	const char *audit = docket->incident->seats[SEAT_AUDIT].who;
	char at[SAY_TEXT];

	say_time(scene, after->signed_at, at);
	if (after->signed_by[0])
		explain_put(page, "signed off", "by %s at %s%s%s", after->signed_by, at,
			    after->signed_text[0] ? ": " : "", after->signed_text);
	else
		explain_put(page, "signed off", "by nobody; the seat of audit may, %s%s",
			    audit[0] ? "which is taken by " : "which is empty (i e gives it)", audit);
}

static const char *drill_state(const struct drill *drill)
{
	if (drill->reviewed_at != WHEN_NEVER)
		return "reviewed";
	if (drill->finished)
		return "finished; a review closes it";
	return drill->verified ? "verified, and not finished" : "announced, and not verified";
}

static void put_drill(struct page *page, const struct incident *in)
{
	const struct drill *drill = in->drill;

	if (!drill_is(in))
		return;
	if (!drill || !drill->announced) {
		explain_put(page, "DRILL", "not production; it was never announced");
		return;
	}
	explain_put(page, "DRILL", "not production: %s, %s, on %s; %s", drill_type_word(drill->type),
		    drill_scenario_word(drill->scenario), drill->environment, drill_state(drill));
	if (drill->finished)
		explain_put(page, "verdict", "%s%s%s; %zu intervention%s by hand",
			    drill->passed ? "PASS" : "FAIL", drill->verdict[0] ? ": " : "",
			    drill->verdict, drill->hand_count + drill->hands_more,
			    drill->hand_count + drill->hands_more == 1 ? "" : "s");
}

static void build_head(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	const struct owed *owed = clock_of(scene->world->desk, docket);
	char due[WHEN_TEXT] = "";

	if (owed)
		next_due(owed, scene->now, due);
	page_title(page, text_fmt("POSTMORTEM #%s", in->id).bytes,
		   text_fmt("%s%s%s ", postmortem_status_word(in->aftermath.status), due[0] ? ", " : "",
			    due).bytes);
	page_text(page);
	page_wrap(page, 1, ROLE_STRONG, text_fmt("SEV%u %s", in->max_severity, in->title).bytes);
	put_drill(page, in);
	put_status(scene, page, docket);
	put_clock(scene, page, docket);
	put_publish(scene, page, docket);
	put_signed(scene, page, docket);
}

/* --- what only people know ------------------------------------------------------------------- */

static void put_answer(struct page *page, const char *text)
{
	struct str rest = str_of(text), line;

	while (str_cut(&rest, '\n', &line)) {
		page_text(page);
		page_wrap(page, 3, ROLE_PLAIN, text_of(line).bytes);
	}
}

static void row_section(const struct scene *scene, struct page *page, const struct docket *docket,
			enum postmortem_section section)
{
	const struct postmortem_answer *answer = &docket->incident->aftermath.answers[section];
	struct item item = item_of_section(docket->incident, section);
	char at[SAY_TEXT];
	int x;

	say_time(scene, answer->at, at);
	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "name", postmortem_section_key(section));
	page_field(page, "state", answer->text ? "answered" : "open");
	page_field(page, "text", answer->text ? answer->text : "");
	x = page_put(page, 1, page->cols, answer->text ? ROLE_STRONG : ROLE_PLAIN, "%s",
		     postmortem_section_heading(section)) + 1;
	page_put_right(page, x, page->cols - x - 1, ROLE_DIM, "%s%s%s", answer->text ? answer->by :
		       "open", answer->text ? " " : "", answer->text ? at : "");
	if (answer->text) {
		put_answer(page, answer->text);
		return;
	}
	page_text(page);
	page_wrap(page, 3, ROLE_DIM, postmortem_section_question(section));
}

static void build_sections(const struct scene *scene, struct page *page,
			   const struct docket *docket)
{
	size_t answered = 0;

	for (int i = 0; i < SECTION_COUNT; i++)
		answered += docket->incident->aftermath.answers[i].text != NULL;
	page_title(page, "WHAT ONLY PEOPLE KNOW", text_fmt("%zu of %d answered, Enter writes ", answered,
							    SECTION_COUNT).bytes);
	for (int i = 0; i < SECTION_COUNT; i++)
		row_section(scene, page, docket, (enum postmortem_section)i);
}

static void build(const struct scene *scene, struct page *page)
{
	const struct desk *desk = scene->world->desk;
	const struct docket *docket = desk_current(desk);

	if (!docket) {
		page_title(page, "POSTMORTEM", "");
		page_text(page);
		page_wrap(page, 1, ROLE_PLAIN, "No incident is on the desk.");
		if (desk && desk->last[0])
			explain_put(page, "the last", "%s", desk->last);
		return;
	}
	next_banner(scene, page);
	build_head(scene, page, docket);
	build_sections(scene, page, docket);
	rows_actions(scene, page, docket);
	rows_unknown(page, docket);
	rows_facts(scene, page, docket);
	rows_exported(scene, page, docket);
}

static struct item about(const struct scene *scene)
{
	const struct docket *docket = desk_current(scene->world->desk);

	return (struct item){ ITEM_SECTION, docket ? item_hash(docket->incident->id) : 0 };
}

const struct screen screen_postmortem = {
	.name = "postmortem", .title = "Postmortem", .build = build, .about = about,
};
