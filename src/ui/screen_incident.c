/*
 * screen_incident.c: all of one incident: how bad, since when, who leads it, what is owed, what was
 * told, what it hit, what is left to do, where it is written down. Without one: the last, and how
 * the next begins.
 */
#include <stdio.h>

#include "ui/explain.h"
#include "ui/layout.h"
#include "ui/next.h"
#include "ui/rows.h"
#include "ui/rows_incident.h"
#include "ui/say.h"

static const enum role severity_roles[] = { ROLE_UNKNOWN, ROLE_BAD, ROLE_WARN, ROLE_PLAIN };

static void put_warning(struct page *page, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void put_warning(struct page *page, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	page_text(page);
	page_wrap(page, 1, ROLE_REFUSAL, buf_cstr(&text));
	buf_done(&text);
}

/* What would be wrong to overlook: the disk, two consoles that differ, a hand-over that hangs. */
static void put_warnings(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	char at[SAY_TEXT];

	if (docket->saving != SAVING_SAVED && docket->saving != SAVING_SAVING)
		put_warning(page, "%s%s%s", saving_word(docket->saving), docket->trouble[0] ? ": " : "",
			    docket->trouble);
	else if (docket->trouble[0])
		put_warning(page, "%s", docket->trouble);
	if (in->conflict.severity || in->conflict.status)
		put_warning(page, "%s", in->conflict.text);
	if (!in->offer.event[0])
		return;
	say_time(scene, in->offer.at, at);
	put_warning(page, "command was offered to %s by %s at %s, without an answer; i answers",
		    in->offer.to, in->offer.from, at);
}

/* "SEV1 for 12m, SEV2 for 5m": the present one first. */
static void say_severities(const struct scene *scene, const struct docket *docket,
			   struct buf *out)
{
	const struct incident *in = docket->incident;
	msec t = incident_scale(in, docket->origin, scene->now);
	char span[WHEN_TEXT];

	say_elapsed(incident_time_in(in, in->severity, t), span);
	buf_fmt(out, "SEV%u for %s", in->severity, span);
	for (unsigned severity = 1; severity < ARRAY_LEN(in->sev_time); severity++) {
		msec spent = incident_time_in(in, severity, t);

		if (severity == in->severity || spent <= 0)
			continue;
		say_elapsed(spent, span);
		buf_fmt(out, ", SEV%u for %s", severity, span);
	}
}

static void put_lead(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct seat *lead = &docket->incident->seats[SEAT_COMMANDER];
	struct buf text = { 0 };
	char since[SAY_TEXT];

	say_severities(scene, docket, &text);
	say_time(scene, lead->at, since);
	if (lead->who[0])
		buf_fmt(&text, "; %s leads since %s", lead->who, since);
	else
		buf_text(&text, "; nobody has command, i takes it");
	page_text(page);
	page_wrap(page, 1, ROLE_PLAIN, buf_cstr(&text));
	buf_done(&text);
}

static void build_head(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	unsigned severity = in->severity < ARRAY_LEN(severity_roles) ? in->severity : 0;
	int x;

	page_text(page);
	x = page_put(page, 1, page->cols, severity_roles[severity], "SEV%u %s", in->severity,
		     incident_status_word(in->status)) + 2;
	page_wrap(page, x, ROLE_STRONG, in->title);
	put_warnings(scene, page, docket);
	put_lead(scene, page, docket);
}

/* The milestones in the order in which they came. */
static size_t sort_milestones(const struct incident *in, enum milestone_name out[MILESTONE_COUNT])
{
	size_t count = 0;

	for (int i = 0; i < MILESTONE_COUNT; i++) {
		size_t at = count;

		if (in->milestones[i].at == WHEN_NEVER)
			continue;
		for (; at > 0 && in->milestones[out[at - 1]].at > in->milestones[i].at; at--)
			out[at] = out[at - 1];
		out[at] = (enum milestone_name)i;
		count++;
	}
	return count;
}

/* "impact started 01:50 (estimate), detected 01:55, declared 01:56". */
static void put_milestones(const struct scene *scene, struct page *page, const struct incident *in)
{
	enum milestone_name order[MILESTONE_COUNT];
	size_t count = sort_milestones(in, order);
	struct buf text = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct milestone *is = &in->milestones[order[i]];
		char at[SAY_TEXT];

		say_time(scene, is->at, at);
		buf_fmt(&text, "%s%s %s", i ? ", " : "", milestone_word(order[i]), at);
		if (order[i] == MILESTONE_IMPACT_STARTED && is->src != SRC_HUMAN)
			buf_text(&text, " (estimate)");
	}
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] == '_')
			text.data[i] = ' ';
	if (count > 0)
		explain_put(page, "times", "%s", buf_cstr(&text));
	buf_done(&text);
}

/* How it came to be what it is. */
static void build_course(const struct scene *scene, struct page *page, const struct incident *in)
{
	page_title(page, "COURSE", in->environment[0] ? in->environment : "");
	explain_put(page, "type", "%s", in->type);
	put_milestones(scene, page, in);
	if (in->rule[0])
		explain_put(page, "rule", "%s", in->rule);
	if (in->max_severity != in->severity)
		explain_put(page, "worst", "SEV%u", in->max_severity);
	if (in->reopened > 0)
		explain_put(page, "reopened", "%u time%s", in->reopened, in->reopened == 1 ? "" : "s");
	if (in->reason[0])
		explain_put(page, "reason", "%s", in->reason);
	if (in->into[0])
		explain_put(page, "goes on", "in #%s", in->into);
	if (in->summary)
		explain_put(page, "customers", "%s", in->summary);
	if (in->first_minutes_answered)
		explain_put(page, "10 minutes", "%s", in->first_minutes);
}

static void build_owed(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct desk *desk = scene->world->desk;
	size_t count = 0;
	char right[32];

	for (size_t i = 0; i < desk->owed_count; i++)
		count += desk_find(desk, desk->owed[i].incident) == docket;
	(void)snprintf(right, sizeof(right), "%zu ", count);
	page_title(page, "OWED", right);
	for (size_t i = 0; i < desk->owed_count; i++)
		if (desk_find(desk, desk->owed[i].incident) == docket)
			next_row(scene, page, &desk->owed[i]);
	if (count == 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_PLAIN, "Nothing is owed.");
	}
}

/* The other ones that are open: which, how bad, for how long. */
static void build_others(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct desk *desk = scene->world->desk;

	for (size_t i = 0; i < desk->count; i++) {
		const struct incident *in = desk->open[i].incident;
		char span[WHEN_TEXT];

		if (&desk->open[i] == docket)
			continue;
		say_elapsed(incident_scale(in, desk->open[i].origin, scene->now) - in->declared_t, span);
		explain_put(page, "also", "#%s SEV%u %s, %s, for %s", in->id, in->severity, in->title,
			    incident_status_word(in->status), span);
	}
}

static void build_incident(const struct scene *scene, struct page *page,
			   const struct docket *docket)
{
	const struct desk *desk = scene->world->desk;
	struct text title = text_fmt("INCIDENT #%s", docket->incident->id);
	char right[64] = "";

	if (desk->count > 1)
		(void)snprintf(right, sizeof(right), "%zu of %zu, I shows the next ", desk->current + 1,
			       desk->count);
	page_title(page, title.bytes, right);
	build_head(scene, page, docket);
	build_others(scene, page, docket);
	build_owed(scene, page, docket);
	rows_updates(scene, page, docket);
	rows_fired(scene, page, docket);
	rows_impact(scene, page, docket);
	rows_components(scene, page, docket);
	rows_work(scene, page, docket);
	rows_seats(scene, page, docket);
	rows_evidence(scene, page, docket);
	build_course(scene, page, docket->incident);
	rows_record(scene, page, docket);
}

/* What the instruments propose, in their words. */
static void put_proposal(struct page *page, const struct proposal *is)
{
	page_text(page);
	if (!is->worth) {
		page_put(page, 1, page->cols, ROLE_PLAIN, "i declares one.");
		return;
	}
	page_wrap(page, 1, ROLE_STRONG, "i declares one; the instruments propose:");
	explain_put(page, "severity", "SEV%u%s%s", is->severity, is->rule[0] ? ": " : "", is->rule);
	explain_put(page, "title", "%s", is->title);
	for (size_t i = 0; i < is->component_count; i++)
		explain_put(page, i ? "" : "affected", "%s", is->components[i]);
}

static void build_none(const struct scene *scene, struct page *page)
{
	const struct desk *desk = scene->world->desk;

	page_title(page, "INCIDENT", "none is open ");
	if (!desk) {
		page_text(page);
		page_wrap(page, 1, ROLE_PLAIN, "No incident can be kept here: this console has no place "
			  "for one.");
		return;
	}
	if (desk->trouble[0]) {
		put_warning(page, "no incident can be kept here: %s", desk->trouble);
		return;
	}
	put_proposal(page, &desk->proposal);
	if (desk->last[0])
		explain_put(page, "the last", "%s", desk->last);
}

static void build(const struct scene *scene, struct page *page)
{
	const struct docket *docket = desk_current(scene->world->desk);

	rows_notices(scene, page);
	if (docket)
		build_incident(scene, page, docket);
	else
		build_none(scene, page);
}

const struct screen screen_incident = {
	.name = "incident", .title = "Incident", .brief = "Inc",
	.tab = ACTION_INCIDENT_SCREEN, .build = build,
};
