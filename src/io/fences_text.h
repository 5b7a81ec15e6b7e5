/*
 * fences_text.h: the text of a fence with values in it, so that a value stays a value. Pure.
 */
#ifndef IO_FENCES_TEXT_H
#define IO_FENCES_TEXT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Of "NAME=value" texts, NULL ends (NULL: none). NULL: there is no such one. */
const char *value_of(const char *const *values, struct str name);

/*
 * The value as SQL: a literal ('), or an identifier ("). It is appended with its quotes.
 */
typedef bool sql_quote(void *arg, char quote, const char *value, struct buf *out, struct err *err);

struct sql_text {
	struct str rest;		/* of the whole; statements are cut off it */
	unsigned line;			/* where the rest begins; 1 at first */
	const char *const *values;
	sql_quote *quote;
	void *arg;
};

struct sql_statement {
	struct buf text;		/* the caller's; is cleared first */
	unsigned line;			/* of its first word */
	char word[16];			/* its first one, in lower case; "": there is none */
};

/*
 * Cut the next statement at its semicolon, as psql does with standard_conforming_strings on:
 * comments, quotes, dollar quotes and parentheses are skipped, :'NAME' and :"NAME" are replaced. A
 * bare :NAME of a value, a command of psql (\x) and a quote without an end are refused. At the end
 * it is empty: text.len 0. (The body of a function in SQL syntax, BEGIN ATOMIC, is cut as well.)
 */
bool sql_next(struct sql_text *text, struct sql_statement *out, struct err *err);

/* ${NAME} in a query of Prometheus, made of [A-Za-z0-9_.:-] only. */
bool promql_text(struct str text, const char *const *values, struct buf *out, struct err *err);

struct http_text {
	char method[8];			/* upper case */
	struct buf path;		/* with its slash, and the query */
	struct buf body;
};

/*
 * "METHOD path", or the path alone, or a URL that begins with `base`; then, after an empty line,
 * the body. ${NAME} is percent-encoded in the path; in the body it is escaped for JSON between
 * double quotes, and must be made of [A-Za-z0-9_.-] outside of them.
 */
bool http_text(struct str text, struct str base, const char *const *values, struct http_text *out,
	       struct err *err);
void http_text_done(struct http_text *text);

/* Everything but what a URL never gives a meaning: letters, digits, - . _ ~ */
void percent_encode(struct buf *out, struct str text);

#endif
