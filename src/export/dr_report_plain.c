/* dr_report_plain.c: the report for people: the verdict first, then why, then what it rests on. */
#include <string.h>

#include "base/scrub.h"
#include "export/dr_report_inside.h"

static void put_time(struct buf *out, msec at)
{
	char text[WHEN_TEXT];

	if (at == WHEN_NEVER) {
		buf_text(out, "not known");
		return;
	}
	when_format(text, at / WHEN_SECOND * WHEN_SECOND);
	buf_text(out, text);
}

static void put_span(struct buf *out, msec span)
{
	char text[WHEN_TEXT];

	if (span == WHEN_NEVER) {
		buf_text(out, "not known");
		return;
	}
	when_format_duration(text, span);
	buf_text(out, text);
}

static void put_text(struct buf *out, const char *text)
{
	scrub(out, str_of(text));
}

static void put_objective(struct buf *out, const char *name, const struct dr_objective *o)
{
	static const char *const met[] = { [TRI_UNKNOWN] = "", [TRI_NO] = ": missed",
					   [TRI_YES] = ": met" };

	buf_fmt(out, "%s: target ", name);
	if (o->target == WHEN_NEVER)
		buf_text(out, "none");
	else
		put_span(out, o->target);
	buf_text(out, ", achieved ");
	put_span(out, o->achieved);
	if (o->target != WHEN_NEVER)
		buf_text(out, met[o->met]);
	buf_char(out, '\n');
}

static void put_components(struct buf *out, const struct dr_figures *f)
{
	for (size_t i = 0; i < f->component_count; i++) {
		const struct dr_component *c = &f->components[i];

		buf_fmt(out, "component %zu: ", i + 1);
		put_text(out, c->name);
		buf_fmt(out, ", %s, took ", c->success ? "restored" : "NOT RESTORED");
		put_span(out, c->took);
		if (*c->note) {
			buf_text(out, ": ");
			put_text(out, c->note);
		}
		buf_char(out, '\n');
	}
}

static size_t matching(const struct verification *verification)
{
	size_t matched = 0;

	for (size_t i = 0; i < verification->artifact_count; i++)
		matched += verification->artifacts[i].match;
	return matched;
}

static void put_verified(struct buf *out, const struct verification *v)
{
	size_t within = 0, passed = 0, skipped = 0;

	if (!v)
		return;
	for (size_t i = 0; i < v->count_count; i++)
		within += v->counts[i].within;
	for (size_t i = 0; i < v->smoke_count; i++) {
		passed += v->smokes[i].pass == TRI_YES;
		skipped += v->smokes[i].pass == TRI_UNKNOWN;
	}
	buf_fmt(out, "artifacts: %zu of %zu are what the manifest says\n", matching(v),
		v->artifact_count);
	buf_fmt(out, "counts: %zu of %zu within tolerance\n", within, v->count_count);
	buf_fmt(out, "smoke tests: %zu of %zu passed, %zu left out\n", passed, v->smoke_count,
		skipped);
}

static void put_hands(struct buf *out, const struct dr_figures *f)
{
	buf_fmt(out, "by hand: %zu\n", f->hand_count);
	for (size_t i = 0; i < f->hand_count; i++) {
		buf_text(out, "  ");
		put_time(out, f->hands[i].at);
		buf_char(out, ' ');
		put_text(out, f->hands[i].by);
		buf_text(out, ": ");
		put_text(out, f->hands[i].what);
		if (f->hands[i].step && *f->hands[i].step) {
			buf_text(out, " (step ");
			put_text(out, f->hands[i].step);
			buf_char(out, ')');
		}
		buf_char(out, '\n');
	}
}

static void put_review(struct buf *out, const struct dr_figures *f)
{
	const struct incident *incident = f->in->incident;
	const struct drill *drill = f->in->drill;

	if (!incident)
		return;
	buf_text(out, "reviewed: ");
	buf_text(out, drill->reviewed_at == WHEN_NEVER ? "not yet" : "");
	if (drill->reviewed_at != WHEN_NEVER)
		put_time(out, drill->reviewed_at);
	buf_text(out, "\nsigned off: ");
	if (*incident->aftermath.signed_by) {
		put_time(out, incident->aftermath.signed_at);
		buf_text(out, " by ");
	}
	put_text(out, *incident->aftermath.signed_by ? incident->aftermath.signed_by : "not yet");
	buf_char(out, '\n');
}

void dr_report_plain(const struct dr_report_in *in, struct buf *out)
{
	struct dr_figures f;
	char id[DR_REPORT_ID];

	dr_figures_init(&f, in);
	dr_report_id(in, id);
	buf_fmt(out, "DRILL %s: %s\n", id, f.failure_count == 0 ? "PASSED" : "DID NOT PASS");
	for (size_t i = 0; i < f.failure_count; i++) {
		buf_text(out, "- ");
		put_text(out, f.failures[i]);
		buf_char(out, '\n');
	}
	buf_fmt(out, "%s, %s, from ", drill_type_word(in->drill->type),
		drill_scenario_word(in->drill->scenario));
	put_time(out, f.start);
	buf_text(out, " to ");
	put_time(out, f.end);
	buf_char(out, '\n');
	put_objective(out, "recovery time (RTO)", &f.rto);
	put_objective(out, "data lost (RPO)", &f.rpo);
	put_components(out, &f);
	put_verified(out, in->verification);
	put_hands(out, &f);
	put_review(out, &f);
	dr_figures_done(&f);
}
