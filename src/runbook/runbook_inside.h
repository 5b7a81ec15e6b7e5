/*
 * runbook_inside.h: what the files that make steps of a tree share. Private to runbook/.
 */
#ifndef RUNBOOK_RUNBOOK_INSIDE_H
#define RUNBOOK_RUNBOOK_INSIDE_H

#include <stdint.h>

#include "runbook/runbook.h"

/* Steps and headings as they come; in the end they go into the arena. */
struct reading {
	struct runbook *book;
	struct arena *arena;
	struct troubles *troubles;	/* NULL: what is wrong is passed over in silence */
	const char *path;
	struct step *steps;
	struct heading *headings;
	size_t step_count, step_cap, heading_count, heading_cap;
	uint32_t *lines;		/* where each line of the file begins */
	size_t line_count;
};

/* A new step at the end: its index. Then, when it is known which of its lists are options (NULL:
 * none), what its blocks tell: fences, danger, rollback, link. The lists inside of options belong
 * to the steps of their branches. */
size_t reading_step(struct reading *reading, const struct block *body);
void reading_fill(struct reading *reading, size_t step, const struct block *options);
void reading_heading(struct reading *reading, enum book_section section, const struct block *block);
/* The heading that steps stand under which come before any: the title. */
void reading_no_heading(struct reading *reading);
void reading_trouble(struct reading *reading, enum trouble_code code, struct spot at,
		     const char *fix, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* The place of a word in a line of the file. */
struct spot reading_spot(const struct reading *reading, unsigned line, const char *word);

void native_read(struct reading *reading);
void plain_read(struct reading *reading);

/* key=value key="quoted \"value\"" flag */
struct attr {
	const char *key, *value;	/* value: NULL for a flag */
	struct spot at;
};

struct attrs {				/* start with the text and the line that it begins in */
	struct reading *reading;
	struct str rest;
	unsigned line;
};

/* False at the end, and where a quote is not closed, which is a trouble. */
bool attrs_next(struct attrs *attrs, struct attr *out);
void attrs_unknown(struct attrs *attrs, const struct attr *attr, const char *what,
		   const char *const *names, size_t count);
bool attrs_duration(struct attrs *attrs, const struct attr *attr, msec *out);
struct expr *attrs_expr(struct attrs *attrs, const struct attr *attr, const char *text);
bool attrs_flag(struct attrs *attrs, const struct attr *attr);	/* flag, flag=true, flag=false */

bool section_has_steps(enum book_section section);
/* Is it a name of a variable; an id? */
bool runbook_is_name(struct str text);
bool runbook_is_id(struct str text);
/* "Restart the API" -> "restart-the-api", at most 40 bytes; "" where nothing is left. */
const char *runbook_slug(const char *title, struct arena *arena);

/* A code block as a fence of a step. */
void fence_read(struct reading *reading, const struct block *block, struct fence *out);
bool fence_is_output(const struct block *block);
/* What of a command has no value yet: <host>, {{ name }}, YOUR_TOKEN; of a shell also $NAME, where
 * nothing gives it one (names: what is declared; count SIZE_MAX: not looked at). */
struct texts fence_placeholders(struct str text, bool shell, const struct param *params,
				size_t count, struct arena *arena);

/* The leading strong text, else the first sentence. */
const char *body_title(const struct block *block, struct arena *arena);
/* The text of a quote: its paragraphs, line by line. */
const char *body_quote(const struct block *quote, struct arena *arena);
enum danger body_danger(const struct block *quote, const char **text, struct arena *arena);
const char *body_rollback(const struct block *paragraph, struct arena *arena);	/* NULL: is none */
/* The first URL of another .md, not inside `except`; "". */
const char *body_link(const struct block *block, const struct block *except);

#endif
