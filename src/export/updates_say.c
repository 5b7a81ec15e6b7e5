#include "export/updates_say.h"

#include <string.h>

#include "base/num.h"

void say_at(struct buf *out, msec at, msec wall)
{
	char text[WHEN_TEXT];

	when_format(text, at);
	if (at / WHEN_DAY != wall / WHEN_DAY)
		buf_fmt(out, "%.10s ", text);
	buf_fmt(out, "%.5sZ", text + strlen("2026-11-22T"));
}

void say_span(struct buf *out, msec span)
{
	char text[WHEN_TEXT];

	if (span < WHEN_MINUTE) {
		buf_text(out, "less than a minute");
		return;
	}
	when_format_duration(text, span - span % WHEN_MINUTE);
	buf_text(out, text);
}

struct beginning incident_beginning(const struct incident *incident)
{
	const struct milestone *felt = &incident->milestones[MILESTONE_IMPACT_STARTED];
	const struct milestone *seen = &incident->milestones[MILESTONE_DETECTED];

	if (felt->at != WHEN_NEVER)
		return (struct beginning){ felt->at, felt->src != SRC_HUMAN, true };
	if (seen->at != WHEN_NEVER)
		return (struct beginning){ seen->at, false, false };
	return (struct beginning){ incident->declared_at, false, false };
}

msec incident_end(const struct incident *incident)
{
	static const enum milestone_name ends[] = { MILESTONE_MITIGATED, MILESTONE_RECOVERED,
						    MILESTONE_RESOLVED };

	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (incident->milestones[ends[i]].at != WHEN_NEVER)
			return incident->milestones[ends[i]].at;
	return WHEN_NEVER;
}

/* A count counts what its name says; nobody reads 700160.42 s as eight days. */
static void say_value(struct buf *out, const struct figure_copy *figure)
{
	bool unit = figure->unit[0] && strcmp(figure->unit, "count") != 0;
	char age[WHEN_TEXT];
	double seconds;

	if (!strcmp(figure->name, "oldest_age") && num_parse_double(str_of(figure->text), &seconds) &&
	    seconds >= 0 && seconds < 1e11) {
		when_format_age(age, (msec)(seconds * 1000));
		buf_text(out, age);
		return;
	}
	buf_fmt(out, "%s%s%s", figure->text, unit ? " " : "", unit ? figure->unit : "");
}

/* Money has one figure for each asset, all of one name. */
static const struct figure_copy *same_figure(const struct snapshot *in,
					     const struct figure_copy *figure)
{
	for (size_t i = 0; in && i < in->count; i++)
		if (!strcmp(in->figures[i].name, figure->name) &&
		    !strcmp(in->figures[i].unit, figure->unit))
			return &in->figures[i];
	return NULL;
}

static void say_figure(struct buf *out, const struct figure_copy *figure,
		       const struct figure_copy *before, msec wall)
{
	for (const char *p = figure->name; *p; p++)
		buf_char(out, *p == '_' ? ' ' : *p);
	buf_char(out, ' ');
	if (!figure->known) {
		buf_text(out, "not known");
		if (figure->at != WHEN_NEVER) {
			buf_text(out, " since ");
			say_at(out, figure->at, wall);
		}
		return;
	}
	if (before && before->known && strcmp(before->text, figure->text) != 0) {
		say_value(out, before);
		buf_text(out, " -> ");
	}
	say_value(out, figure);
	if (before && before->known && !strcmp(before->text, figure->text))
		buf_text(out, " as before");
}

bool say_figures(struct buf *out, const struct snapshot *now, const struct snapshot *before,
		 msec wall)
{
	for (size_t i = 0; now && i < now->count; i++) {
		buf_text(out, i ? ", " : "");
		say_figure(out, &now->figures[i], same_figure(before, &now->figures[i]), wall);
	}
	return now && now->count > 0;
}

const struct sent *last_sent(const struct incident *incident, const char *audience)
{
	for (size_t i = incident->sent_count; i > 0; i--)
		if (!strcmp(incident->sent[i - 1].audience, audience))
			return &incident->sent[i - 1];
	return NULL;
}

struct str users_saw(const struct incident *incident, const char *audience)
{
	const struct sent *sent = last_sent(incident, audience);
	struct str rest = str_of(sent ? sent->text : NULL), line;

	while (str_cut(&rest, '\n', &line))
		if (str_starts(line, USERS_SEE))
			return str_trim(str_sub(line.p + strlen(USERS_SEE),
						line.len - strlen(USERS_SEE)));
	return str_of(NULL);
}
