/*
 * timeline_csv.c: RFC 4180 with CRLF. A cell that a spreadsheet would take for a formula begins
 * with an apostrophe, which it does not show; a plain number is none.
 */
#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "export/postmortem.h"
#include "export/timeline_inside.h"

#define HEAD "seq,event_id,at_utc,at_local,tz_offset,t_rel_seconds,t_rel,recorded_at_utc," \
	     "backdated,kind,marker,automatic,actor_type,actor,role,source,severity,status,summary," \
	     "runbook_id,step_id,step_state,evidence_label,evidence_url,corrects,visibility\r\n"

static bool is_formula(const char *text)
{
	double number;

	return text[0] && strchr("=+-@\t\r", text[0]) && !num_parse_double(str_of(text), &number);
}

static void put_cell(struct buf *out, const char *text)
{
	const char *from = text ? text : "", *quote;

	buf_text(out, is_formula(from) ? ",\"'" : ",\"");
	while ((quote = strchr(from, '"'))) {
		buf_add(out, from, (size_t)(quote - from) + 1);
		buf_char(out, '"');
		from = quote + 1;
	}
	buf_text(out, from);
	buf_char(out, '"');
}

/* Words of ours: no quotes, nothing to escape. */
static void put_word(struct buf *out, const char *word)
{
	buf_char(out, ',');
	buf_text(out, word);
}

static void put_times(const struct story *story, const struct moment *moment, struct buf *out)
{
	const struct record *record = moment->record;
	char local[WHEN_TEXT], offset[8], since[WHEN_TEXT];

	story_local(story, local, offset, record->at);
	story_since(since, moment->since_t0);
	buf_char(out, ',');
	timeline_stamp(out, record->at);
	put_cell(out, local);
	put_cell(out, offset);
	buf_char(out, ',');
	timeline_seconds(out, moment->since_t0);
	put_cell(out, since);
	buf_char(out, ',');
	timeline_stamp(out, record->rec);
	put_word(out, record->backdated ? "true" : "false");
}

static void put_what(const struct moment *moment, struct buf *out)
{
	static const char *const severities[] = { "", "SEV1", "SEV2", "SEV3" };

	put_word(out, moment_kind_word(moment->kind));
	put_word(out, moment_marker_word(moment->marker));
	put_word(out, moment->automatic ? "true" : "false");
	put_word(out, moment_actor_word(moment->actor));
	put_cell(out, moment->name);
	put_cell(out, moment->role);
	put_cell(out, moment->source);
	put_word(out, severities[moment->severity]);
	put_word(out, moment->severity ? incident_status_word(moment->status) : "");
	put_cell(out, moment->summary);
	put_cell(out, moment->runbook);
	put_cell(out, moment->step);
	put_cell(out, moment->step_state);
}

/* The first that has an address, else the first. */
static const struct moment_evidence *pick(const struct moment *moment)
{
	for (size_t i = 0; i < moment->evidence_count; i++) {
		if (moment->evidence[i].url)
			return &moment->evidence[i];
	}
	return moment->evidence_count > 0 ? &moment->evidence[0] : NULL;
}

static void put_row(const struct story *story, const struct moment *moment, struct buf *out)
{
	const struct moment_evidence *evidence = pick(moment);

	buf_fmt(out, "%zu", moment->seq);
	put_cell(out, moment->record->id);
	put_times(story, moment, out);
	put_what(moment, out);
	put_cell(out, evidence ? evidence->label : NULL);
	put_cell(out, evidence ? evidence->url : NULL);
	put_cell(out, moment->corrects);
	put_word(out, moment->public_ ? "public" : "internal");
	buf_text(out, "\r\n");
}

bool postmortem_csv(const struct story *story, struct pour *pour)
{
	struct moments *moments = moments_new(story);
	const struct moment *moment;

	buf_text(&pour->text, HEAD);
	while (pour_some(pour) && (moment = moments_next(moments)))
		put_row(story, moment, &pour->text);
	moments_free(moments);
	return pour_some(pour);
}
