/*
 * postmortem_html.c: the HTML export: what was answered, the same sections as in Markdown, and the
 * drawings, in one file that asks for nothing. The only thing its policy allows is its own style
 * sheet, by its hash; a long list is folded, and unfolds without a script.
 */
#include "export/postmortem.h"

#include <string.h>

#include "base/attr.h"
#include "base/digest.h"
#include "export/chart.h"
#include "export/sheet_sections.h"
#include "export/sheet_style.h"
#include "export/sheet_text.h"

/* What each section is drawn with, before its tables. */
typedef void drawer(const struct story *story, struct buf *out);

static void draw_signals(const struct story *story, struct buf *out)
{
	for (size_t i = 0; i < story->course_count; i++)
		chart_course(story, i, out);
}

static void draw_runs(const struct story *story, struct buf *out)
{
	for (size_t i = 0; i < story->run_count; i++) {
		if (story->run_count > 1)
			buf_fmt(out, "<p>Runbook %zu:</p>\n", i + 1);
		chart_steps(story, i, out);
	}
}

static const struct part {
	enum sheet_section section;
	drawer *draw;
} parts[] = {
	{ SHEET_FACTS, NULL }, { SHEET_METRICS, NULL }, { SHEET_SIGNALS, draw_signals },
	{ SHEET_RUNS, draw_runs }, { SHEET_UPDATES, NULL }, { SHEET_ACTIONS, NULL },
	{ SHEET_MESSAGES, NULL }, { SHEET_QUESTIONS, NULL }, { SHEET_TIMELINE, NULL },
};
_Static_assert(ARRAY_LEN(parts) == SHEET_SECTION_COUNT, "every section has its place");

static void put_policy(struct buf *out)
{
	struct str style[SHEET_STYLES];
	unsigned char raw[DIGEST_RAW];
	char text[64];

	for (size_t i = 0; i < SHEET_STYLES; i++)
		style[i] = str_of(sheet_style[i]);
	digest_sha256_raw(raw, style, SHEET_STYLES);
	(void)digest_base64(text, sizeof(text), str_sub((const char *)raw, sizeof(raw)));
	buf_fmt(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n", text);
}

static void put_head(const struct story *story, struct buf *out)
{
	buf_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	put_policy(out);
	buf_text(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=\"referrer\" content=\"no-referrer\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	if (sheet_watermark(story))
		buf_fmt(out, "%s: ", sheet_watermark(story));
	buf_fmt(out, "#%s ", story->incident->id);
	sheet_html(out, str_of(story->title));
	buf_text(out, "</title>\n<style>");
	for (size_t i = 0; i < SHEET_STYLES; i++)
		buf_text(out, sheet_style[i]);
	buf_text(out, "</style>\n</head>\n<body>\n");
}

static void put_cards(const struct story *story, struct buf *out)
{
	buf_text(out, "<dl class=\"cards\">\n");
	for (int i = 0; i < METRIC_COUNT; i++) {
		char took[WHEN_TEXT];

		sheet_took(took, story->metrics[i].took);
		buf_fmt(out, "<div><dt>%s</dt><dd>%s</dd></div>\n", story->metrics[i].label, took);
	}
	buf_fmt(out, "<div><dt>updates sent, late, missed</dt><dd>%u, %u, %u</dd></div>\n</dl>\n",
		story->updates.sent, story->updates.late, story->updates.missed);
}

static void put_title(const struct story *story, struct buf *out)
{
	const struct incident *incident = story->incident;
	enum postmortem_status status = incident->aftermath.status;
	char from[WHEN_TEXT];

	when_format(from, story->t0);
	if (sheet_watermark(story))
		buf_fmt(out, "<p class=\"drill\">%s</p>\n", sheet_watermark(story));
	buf_fmt(out, "<header>\n<p class=\"over-title\">Postmortem, %s</p>\n<h1>",
		postmortem_status_word(status == PAPER_NONE ? PAPER_DRAFT : status));
	sheet_html(out, str_of(story->title));
	buf_fmt(out, "</h1>\n<p class=\"under-title\">#%s, SEV%u at its worst, %s, from %s</p>\n",
		incident->id, incident->max_severity, incident_status_word(incident->status), from);
	put_cards(story, out);
	buf_text(out, "</header>\n");
}

static void put_contents(const struct story *story, struct buf *out)
{
	buf_text(out, "<nav aria-label=\"Contents\"><ol>\n");
	for (int i = 0; i < SECTION_COUNT && !story->in.public_; i++)
		buf_fmt(out, "<li><a href=\"#%s\">%s</a></li>\n",
			postmortem_section_key((enum postmortem_section)i),
			postmortem_section_heading((enum postmortem_section)i));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		buf_fmt(out, "<li><a href=\"#%s\">%s</a></li>\n",
			sheet_section_name(parts[i].section), sheet_section_heading(parts[i].section));
	buf_text(out, "</ol></nav>\n");
}

/* What people answered was answered inside; the public gets what the record says. */
static void put_answers(const struct story *story, struct buf *out)
{
	for (int i = 0; i < SECTION_COUNT && !story->in.public_; i++) {
		enum postmortem_section section = (enum postmortem_section)i;
		const struct postmortem_answer *answer = &story->incident->aftermath.answers[i];
		struct arena arena = { 0 };
		bool hidden;

		buf_fmt(out, "<section id=\"%s\"><h2>%s</h2>\n", postmortem_section_key(section),
			postmortem_section_heading(section));
		if (answer->text && *answer->text) {
			buf_text(out, "<p class=\"answer\">");
			sheet_html(out, str_of(story_text(story, &arena, answer->text, true, &hidden)));
		} else {
			buf_fmt(out, "<p class=\"open\">Not answered yet: %s",
				postmortem_section_question(section));
		}
		buf_text(out, "</p></section>\n");
		arena_done(&arena);
	}
}

/* Parts of a long section are folded, all but the first. */
static void put_fold(struct sheet *sheet, enum sheet_section section, size_t part)
{
	const struct moment *first = NULL;
	char at[WHEN_TEXT] = "";

	if (section == SHEET_TIMELINE)
		first = sheet_moment(sheet, part * sheet_section_most(section));
	if (first)
		when_format(at, first->record->at);
	buf_fmt(sheet->out, "<details%s><summary>From no. %zu on%s%s</summary>\n",
		part == 0 ? " open" : "", part * sheet_section_most(section) + 1, *at ? ", " : "", at);
}

static void put_section(struct sheet *sheet, struct pour *pour, const struct part *part)
{
	size_t count = sheet_section_parts(part->section, sheet->story);

	buf_fmt(sheet->out, "<section id=\"%s\"><h2>%s</h2>\n", sheet_section_name(part->section),
		sheet_section_heading(part->section));
	if (part->draw)
		part->draw(sheet->story, sheet->out);
	for (size_t i = 0; i < count; i++) {
		if (count > 1)
			put_fold(sheet, part->section, i);
		sheet_section_write(part->section, sheet, i);
		buf_text(sheet->out, count > 1 ? "</details>\n" : "");
		if (!pour_some(pour))
			return;
	}
	buf_text(sheet->out, "</section>\n");
}

bool postmortem_html(const struct story *story, struct pour *pour)
{
	struct buf *out = &pour->text;
	struct sheet sheet;

	sheet_begin(&sheet, &sheet_html_tongue, story);
	sheet.out = out;
	put_head(story, out);
	put_title(story, out);
	buf_text(out, "<main>\n");
	chart_strip(story, out);
	put_contents(story, out);
	put_answers(story, out);
	for (size_t i = 0; i < ARRAY_LEN(parts) && !pour->failed; i++)
		put_section(&sheet, pour, &parts[i]);
	buf_text(out, "</main>\n<footer>");
	if (sheet_watermark(story))
		buf_fmt(out, "%s. ", sheet_watermark(story));
	buf_fmt(out, "Written by Binnacle %s from the record alone.</footer>\n</body>\n</html>\n",
		story->in.tool_version);
	sheet_done(&sheet);
	return pour_some(pour);
}
