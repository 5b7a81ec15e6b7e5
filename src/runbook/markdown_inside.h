/*
 * markdown_inside.h: what the files of the Markdown reader share. Private to runbook/.
 */
#ifndef RUNBOOK_MARKDOWN_INSIDE_H
#define RUNBOOK_MARKDOWN_INSIDE_H

#include <stdint.h>

#include "base/buf.h"
#include "runbook/markdown.h"

/* The bytes of a file with its lines, by offset. A line ends at LF, CR LF or a single CR. */
struct source {
	const char *text;		/* terminated by a NUL that len does not count */
	size_t len;
	uint32_t *starts;		/* of each line */
	size_t line_count;
	size_t known, known_column;	/* offset last asked for, and its column from 0 */
};

void source_init(struct source *source, const char *text, size_t len);
void source_done(struct source *source);
unsigned source_line(const struct source *source, size_t offset);	/* from 1 */
size_t source_start(const struct source *source, unsigned line);	/* the end: no such line */
size_t source_end(const struct source *source, unsigned line);		/* before its line end */
/* In characters, from 1. Cheap for offsets that grow. */
unsigned source_column(struct source *source, size_t offset);

bool source_ends(const struct source *source, size_t at);	/* a line ends here */
bool source_blank(const struct source *source, size_t at);	/* or a blank stands here */
/* Past blanks and marks of quotes; past one mark of a list, `at` where there is none; past all. */
size_t source_past_quotes(const struct source *source, size_t at);
size_t source_past_mark(const struct source *source, size_t at);
size_t source_past_marks(const struct source *source, size_t at);
size_t source_run(const struct source *source, size_t at, char mark);	/* so often it stands here */

/* What md4c gets: the file from an offset on, with blanks at the ends of some lines. markdown_pad.c
 * says why. Terminated by a NUL. What is shown is of the file. */
struct padded {
	char *text;
	size_t len;
	uint32_t *starts;		/* of its lines */
	size_t line_count;
	size_t from;			/* offset in the file of its first byte */
	unsigned first;			/* line of the file that its first one is */
	bool defused;			/* nothing in it defines a reference */
};

void padded_init(struct padded *padded, const struct source *source, size_t from);
void padded_done(struct padded *padded);
/* A text of it becomes the same text of the file, at this offset; false: it is not of it. */
bool padded_find(const struct padded *padded, const struct source *source, struct str *text,
		 size_t *at);

/* Where the parser is: what it tells last lies before `at`. `fresh`: nothing but marks of lists and
 * quotes was seen in this line. */
struct cursor {
	size_t at;
	bool fresh;
	size_t looked;			/* lines gone through in vain: there is a limit */
};

/* The next mark of a list's item, and its number (0: a bullet); of a quote; the next line that is
 * a rule; the next line that holds anything. The cursor goes behind the mark, or to the next line.
 * The offset of the mark; the cursor's where there is none. */
size_t cursor_item(const struct source *source, struct cursor *cursor, unsigned *number);
size_t cursor_quote(const struct source *source, struct cursor *cursor);
size_t cursor_rule(const struct source *source, struct cursor *cursor);
size_t cursor_any(const struct source *source, struct cursor *cursor);
size_t cursor_fence(const struct source *source, struct cursor *cursor, char mark);
void cursor_line(const struct source *source, struct cursor *cursor, unsigned line);

/* The lines of one code block, as the parser tells them: indentation that belongs to the code, and
 * where its first character is that is no blank. */
#define CODE_BLANK SIZE_MAX
struct code_line {
	size_t indent, at;
};

struct code {
	struct code_line *lines;
	size_t count, cap;
	size_t indent, at;		/* of the line that is being told */
	char mark;			/* of its fence; 0: indented code */
};

void code_start(struct code *code, char mark);
void code_indent(struct code *code, size_t blanks);
void code_text(struct code *code, size_t at);
void code_end_line(struct code *code);
/* Its bytes as they are in the source, its info, whether it is closed, its lines. The cursor goes
 * behind it. */
void code_finish(struct code *code, const struct source *source, struct cursor *cursor,
		 struct arena *arena, struct block *out);
void code_done(struct code *code);

/* Harmless, in the arena. Line ends stay where `lines`, else they become blanks. */
const char *markdown_harmless(struct str text, bool lines, struct arena *arena);
/* "&amp;" -> "&"; what is no entity that we know stays as written. */
void markdown_entity(struct buf *out, struct str text);
/* Does this lead to where a reader expects? (4) of markdown.h. */
bool markdown_url_allowed(struct str url);

#endif
