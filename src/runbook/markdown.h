/*
 * markdown.h: Markdown bytes -> a small tree with places, by md4c (GitHub's dialect without
 * permissive autolinks). Pure.
 *
 *  (1) Any bytes become a tree within the limits below, or are refused with one sentence.
 *  (2) Every block knows its line and column in the file, counted from 1; a front matter is passed
 *      over and counted.
 *  (3) Texts are scrubbed but for fences, whose bytes are as in the file (indentation of the list
 *      that they stand in removed). Who shows them scrubs them, who runs them takes them as is.
 *  (4) URLs are http, https, mailto, relative or a fragment; others are text.
 */
#ifndef RUNBOOK_MARKDOWN_H
#define RUNBOOK_MARKDOWN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
	MARKDOWN_BYTES = 256 * 1024,
	MARKDOWN_BLOCKS = 65536,	/* blocks and runs together; more is cut and said so */
	MARKDOWN_TEXT = 4 * MARKDOWN_BYTES,	/* of texts and URLs together, likewise */
	MARKDOWN_DEPTH = 32,
};

/*  X(symbol) */
#define BLOCKS(X) \
	X(DOCUMENT) X(HEADING) X(PARAGRAPH) X(LIST) X(LIST_ITEM) X(QUOTE) X(FENCE) X(TABLE) X(ROW) \
	X(CELL) X(RULE) X(HTML)

enum block_kind {
#define X(sym) BLOCK_##sym,
	BLOCKS(X)
#undef X
};

/* A comment is the text between <!-- and -->; other raw HTML is RUN_TEXT, as written. */
enum run_kind { RUN_TEXT, RUN_STRONG, RUN_EMPHASIS, RUN_CODE, RUN_LINK, RUN_BREAK, RUN_COMMENT };

struct run_of_text {			/* spans are flat: a link wins, else the innermost kind */
	enum run_kind kind;
	bool strong;			/* stands in strong text, whatever its kind */
	const char *text;		/* of a comment: with its line ends */
	const char *url;		/* RUN_LINK */
	unsigned line, column;
	struct run_of_text *next;
};

struct block {
	enum block_kind kind;
	unsigned level;			/* of a heading */
	bool ordered, task, ticked;	/* of a list; of an item */
	unsigned number;		/* of an item of an ordered list, as written */
	const char *info;		/* of a fence, whole: "sh {check every=15s}"; else "" */
	const char *text;		/* of a fence: its bytes; of HTML: as written; else NULL */
	size_t length;			/* of text: it may hold zeros. Its lines end in LF */
	bool closed;			/* of a fence: it has an end; indented code always has */
	unsigned line, column, end_line;
	struct run_of_text *runs;	/* of headings, paragraphs, cells, HTML */
	struct block *first, *next, *parent;
};

struct markdown {
	struct block *root;
	struct str front;		/* the front matter without its fences; empty: none */
	unsigned front_line;		/* of its first line */
	bool cut;			/* there was more than the limits allow */
};

/* Everything lives in the arena, the bytes are copied. False: too large, or not UTF-8 at all. */
bool markdown_parse(struct str bytes, struct arena *arena, struct markdown *out, struct err *err);

/* All its text without marks, comments and fences left out, in one line. */
const char *markdown_plain(const struct block *block, struct arena *arena);
/* The fragment that GitHub gives a heading: "Root cause" -> "root-cause". */
const char *markdown_anchor(const char *heading, struct arena *arena);

#endif
