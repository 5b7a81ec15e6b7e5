#include "export/sheet.h"

#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "export/sheet_text.h"

struct around {
	const char *before, *after;
};

struct sheet_tongue {
	void (*words)(struct buf *out, struct str text);
	void (*opening)(struct buf *out, struct str text);	/* where a line begins */
	struct around heading, subheading, paragraph, strong, quote, list, item;
	struct around table, caption, heads, head, row, field;
	const char *rule;		/* under each head; NULL: none */
	const char *line;		/* between the lines of a quotation */
	const char *gap;		/* a line within a field */
	const char *link[3];
};

const struct sheet_tongue sheet_markdown_tongue = {
	.words = sheet_line, .opening = sheet_opening,
	.heading = { "## ", "\n\n" }, .subheading = { "### ", "\n\n" },
	.paragraph = { "", "\n\n" }, .strong = { "**", "**\n\n" },
	.quote = { "> ", "\n\n" }, .list = { "", "\n" }, .item = { "- ", "\n" },
	.table = { "", "\n" }, .caption = { "", "\n\n" }, .heads = { "|", "\n|" },
	.head = { " ", " |" }, .row = { "|", "\n" }, .field = { " ", " |" },
	.rule = "---|", .line = "  \n> ", .gap = "<br>", .link = { "[", "](", ")" },
};

const struct sheet_tongue sheet_html_tongue = {
	.words = sheet_html, .opening = sheet_html,
	.heading = { "<h2>", "</h2>\n" }, .subheading = { "<h3>", "</h3>\n" },
	.paragraph = { "<p>", "</p>\n" }, .strong = { "<p class=\"strong\">", "</p>\n" },
	.quote = { "<blockquote>", "</blockquote>\n" }, .list = { "<ul>\n", "</ul>\n" },
	.item = { "<li>", "</li>\n" },
	.table = { "<div class=\"wide\" tabindex=\"0\"><table>\n", "</tbody></table></div>\n" },
	.caption = { "<caption>", "</caption>\n" }, .heads = { "<thead><tr>", "</tr></thead>\n<tbody>\n" },
	.head = { "<th scope=\"col\">", "</th>" }, .row = { "<tr>", "</tr>\n" },
	.field = { "<td>", "</td>" },
	.line = "\n", .gap = "<br>",
	.link = { "<a rel=\"noopener noreferrer\" href=\"", "\">", "</a>" },
};

void sheet_begin(struct sheet *sheet, const struct sheet_tongue *tongue, const struct story *story)
{
	*sheet = (struct sheet){ .tongue = tongue, .story = story, .minute = WHEN_NEVER };
}

void sheet_done(struct sheet *sheet)
{
	buf_done(&sheet->scratch);
	moments_free(sheet->moments);
	sheet->moments = NULL;
}

void sheet_words(struct sheet *sheet, const char *text)
{
	if (text)
		sheet->tongue->words(sheet->out, str_of(text));
}

void sheet_said(struct sheet *sheet, const char *text)
{
	struct arena arena = { 0 };
	bool hidden;

	if (text && *text)
		sheet_words(sheet, story_text(sheet->story, &arena, text, false, &hidden));
	arena_done(&arena);
}

void sheet_fmt(struct sheet *sheet, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	sheet_said(sheet, buf_cstr(&text));
	buf_done(&text);
}

static void put(struct sheet *sheet, const struct around *around, const char *text)
{
	buf_text(sheet->out, around->before);
	sheet_said(sheet, text);
	buf_text(sheet->out, around->after);
}

/* The same where a line begins. */
static void open_with(struct sheet *sheet, const struct around *around, const char *text)
{
	struct arena arena = { 0 };
	bool hidden;

	buf_text(sheet->out, around->before);
	sheet->tongue->opening(sheet->out, str_of(story_text(sheet->story, &arena, text, false,
							     &hidden)));
	buf_text(sheet->out, around->after);
	arena_done(&arena);
}

void sheet_heading(struct sheet *sheet, const char *text)
{
	put(sheet, &sheet->tongue->heading, text);
}

void sheet_subheading(struct sheet *sheet, const char *text)
{
	put(sheet, &sheet->tongue->subheading, text);
}

void sheet_paragraph(struct sheet *sheet, const char *text)
{
	open_with(sheet, &sheet->tongue->paragraph, text);
}

void sheet_paragraph_begin(struct sheet *sheet)
{
	buf_text(sheet->out, sheet->tongue->paragraph.before);
}

void sheet_paragraph_end(struct sheet *sheet)
{
	buf_text(sheet->out, sheet->tongue->paragraph.after);
}

void sheet_nothing(struct sheet *sheet, const char *words)
{
	sheet_paragraph(sheet, sheet->story->in.public_ ? "Not for everybody." : words);
}

void sheet_strong(struct sheet *sheet, const char *text)
{
	put(sheet, &sheet->tongue->strong, text);
}

void sheet_quote(struct sheet *sheet, const char *text)
{
	struct arena arena = { 0 };
	struct str rest, line;
	bool first = true, hidden;

	rest = str_of(story_text(sheet->story, &arena, text, true, &hidden));
	buf_text(sheet->out, sheet->tongue->quote.before);
	while (str_cut(&rest, '\n', &line)) {
		if (!first)
			buf_text(sheet->out, sheet->tongue->line);
		sheet->tongue->opening(sheet->out, line);
		first = false;
	}
	buf_text(sheet->out, sheet->tongue->quote.after);
	arena_done(&arena);
}

void sheet_table(struct sheet *sheet, const char *caption, const char *const *heads, size_t count)
{
	const struct sheet_tongue *tongue = sheet->tongue;

	if (tongue->rule)
		put(sheet, &tongue->caption, caption);
	buf_text(sheet->out, tongue->table.before);
	if (!tongue->rule)
		put(sheet, &tongue->caption, caption);
	buf_text(sheet->out, tongue->heads.before);
	for (size_t i = 0; i < count; i++)
		put(sheet, &tongue->head, heads[i]);
	buf_text(sheet->out, tongue->heads.after);
	for (size_t i = 0; i < count && tongue->rule; i++)
		buf_text(sheet->out, tongue->rule);
	if (tongue->rule)
		buf_char(sheet->out, '\n');
}

void sheet_table_end(struct sheet *sheet)
{
	buf_text(sheet->out, sheet->tongue->table.after);
}

void sheet_row(struct sheet *sheet)
{
	buf_text(sheet->out, sheet->tongue->row.before);
}

void sheet_row_end(struct sheet *sheet)
{
	buf_text(sheet->out, sheet->tongue->row.after);
}

void sheet_field_begin(struct sheet *sheet)
{
	buf_text(sheet->out, sheet->tongue->field.before);
}

void sheet_field_end(struct sheet *sheet)
{
	buf_text(sheet->out, sheet->tongue->field.after);
}

void sheet_field(struct sheet *sheet, const char *text)
{
	put(sheet, &sheet->tongue->field, text);
}

void sheet_list(struct sheet *sheet)
{
	buf_text(sheet->out, sheet->tongue->list.before);
}

void sheet_item(struct sheet *sheet, const char *text)
{
	open_with(sheet, &sheet->tongue->item, text);
}

void sheet_list_end(struct sheet *sheet)
{
	buf_text(sheet->out, sheet->tongue->list.after);
}

void sheet_link(struct sheet *sheet, const char *label, const char *url)
{
	const char *const *link = sheet->tongue->link;
	struct arena arena = { 0 };
	struct buf address = { 0 };
	bool hidden, may;

	may = sheet_url(&address, story_text(sheet->story, &arena, url, false, &hidden));
	if (may)
		buf_text(sheet->out, link[0]);
	if (may && !sheet->tongue->rule) {
		sheet_html(sheet->out, str_sub(address.data, address.len));
		buf_text(sheet->out, link[1]);
	}
	sheet_said(sheet, label);
	if (may && sheet->tongue->rule)
		buf_fmt(sheet->out, "%s%s", link[1], address.data);
	if (may)
		buf_text(sheet->out, link[2]);
	buf_done(&address);
	arena_done(&arena);
}

void sheet_break(struct sheet *sheet)
{
	buf_text(sheet->out, sheet->tongue->gap);
}

void sheet_fact(struct sheet *sheet, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	sheet_row(sheet);
	sheet_field(sheet, name);
	sheet_field(sheet, text);
	sheet_row_end(sheet);
}

void sheet_field_time(struct sheet *sheet, msec at)
{
	char text[WHEN_TEXT];

	when_format(text, at);
	sheet_field(sheet, at == WHEN_NEVER ? NULL : text);
}

void sheet_took(char out[WHEN_TEXT], msec took)
{
	if (took == WHEN_NEVER)
		(void)str_put(out, WHEN_TEXT, "not known");
	else
		when_format_duration(out, took < WHEN_SECOND ? took : took - took % WHEN_SECOND);
}

void sheet_field_took(struct sheet *sheet, msec took)
{
	char text[WHEN_TEXT];

	sheet_took(text, took);
	sheet_field(sheet, took == WHEN_NEVER ? NULL : text);
}

void sheet_field_count(struct sheet *sheet, uint64_t count)
{
	sheet_field_begin(sheet);
	buf_fmt(sheet->out, "%" PRIu64, count);
	sheet_field_end(sheet);
}

const struct moment *sheet_moment(struct sheet *sheet, size_t index)
{
	if (!sheet->moments || index + 1 < sheet->next) {
		moments_free(sheet->moments);
		sheet->moments = moments_new(sheet->story);
		sheet->next = 0;
	}
	while (sheet->next <= index) {
		sheet->moment = moments_next(sheet->moments);
		sheet->next++;
	}
	return sheet->moment;
}

const char *sheet_milestone(enum milestone_name name)
{
	static const char *const words[] = {
		[MILESTONE_IMPACT_STARTED] = "impact started", [MILESTONE_DETECTED] = "detected",
		[MILESTONE_ACKNOWLEDGED] = "acknowledged", [MILESTONE_DECLARED] = "declared",
		[MILESTONE_FIRST_UPDATE] = "first update", [MILESTONE_MITIGATED] = "mitigated",
		[MILESTONE_RECOVERED] = "recovered", [MILESTONE_RESOLVED] = "resolved",
		[MILESTONE_CLOSED] = "closed",
	};
	_Static_assert(ARRAY_LEN(words) == MILESTONE_COUNT, "every milestone has its words");

	return words[name];
}

const char *sheet_watermark(const struct story *story)
{
	bool drill = story->incident->drill || strcmp(story->incident->type, "drill") == 0;

	return drill ? "DRILL - not production" : NULL;
}
