/*
 * postmortem.h: a story in each format. Pure: the same story, the same bytes. All of it goes out in
 * pieces (pour.h).
 *
 *  (1) Markdown has blocks of the machine between `<!-- binnacle:begin NAME sha256=... -->` and
 *      `<!-- binnacle:end NAME -->`, and everything else belongs to people. Given what was written
 *      before, a block whose bytes still have that hash is replaced, one that was edited is left as
 *      it is and the new one is put after it, and every other byte stays. A question that still
 *      stands as we wrote it gives way to the answer on record.
 *  (2) HTML is one file: no script, no request, a CSP that forbids both, everything escaped; the
 *      course of the incident as inline SVG. It reads in light, in dark and on paper.
 *  (3) JSON is valid against timeline.schema.json; CSV is RFC 4180 with CRLF, and no cell is a
 *      formula; plain text is 78 columns wide.
 *  (4) A drill has its watermark in all of them but CSV, whose columns are fixed and are of events:
 *      in JSON it is postmortem.watermark. The sentence that something was kept only in memory for
 *      a while is the summary of an event.
 */
#ifndef EXPORT_POSTMORTEM_H
#define EXPORT_POSTMORTEM_H

#include "export/moment.h"
#include "export/pour.h"
#include "export/story.h"

/*  X(symbol, word of --format, file) */
#define POSTMORTEM_FORMATS(X) \
	X(MD, "md", "postmortem.md") X(HTML, "html", "postmortem.html") \
	X(JSON, "json", "timeline.json") X(CSV, "csv", "timeline.csv") \
	X(TEXT, "text", "postmortem.txt")

enum postmortem_format {
#define X(sym, word, file) POSTMORTEM_##sym,
	POSTMORTEM_FORMATS(X)
#undef X
	POSTMORTEM_FORMAT_COUNT
};

const char *postmortem_word(enum postmortem_format format);
const char *postmortem_file(enum postmortem_format format);
bool postmortem_find(const char *word, enum postmortem_format *out);

/* False: the sink did not take all. */
typedef bool postmortem_writer(const struct story *story, struct pour *pour);
postmortem_writer postmortem_html, postmortem_json, postmortem_csv, postmortem_text;

/* `before`: the file as it is, empty when there is none. *kept: how many blocks people had edited,
 * beside which the new ones stand. False as above. */
bool postmortem_markdown(const struct story *story, struct str before, struct pour *pour,
			 size_t *kept);

/* What people wrote in a Markdown export since: the answer of each section, NULL where the question
 * stands still or the section is gone. Texts live in the arena. */
void postmortem_answers(struct str markdown, struct arena *arena,
			const char *answers[SECTION_COUNT]);

#endif
