/*
 * SQL cut into statements, and variables in it. The rules are those of psql's own scanner, which
 * are the server's: what is a quote here is one there, or a value would stand outside of it. The
 * session that it is sent on has standard_conforming_strings on.
 */
#include "io/fences_text.h"

#include <ctype.h>
#include <string.h>

struct scan {
	struct sql_text *text;
	struct sql_statement *out;
	struct err *err;
	size_t at;			/* in text->rest */
	unsigned line;
	unsigned depth;			/* of parentheses */
	bool begun;			/* a byte of the statement itself was seen */
	char before;			/* the byte before this one; ' ' after a quote or a comment */
};

static char peek(const struct scan *scan, size_t ahead)
{
	size_t at = scan->at + ahead;

	return at < scan->text->rest.len ? scan->text->rest.p[at] : '\0';
}

static bool at_end(const struct scan *scan)
{
	return scan->at >= scan->text->rest.len;
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static void take(struct scan *scan, size_t count)
{
	for (; count > 0 && !at_end(scan); count--) {
		char c = peek(scan, 0);

		scan->line += c == '\n';
		(void)buf_char(&scan->out->text, c);
		scan->before = c;
		scan->at++;
	}
}

static bool no_end(const struct scan *scan, const char *what, unsigned line)
{
	return err_set(scan->err, ERR_INPUT, "line %u: %s has no end", line, what);
}

static void skip_line(struct scan *scan)
{
	while (!at_end(scan) && peek(scan, 0) != '\n')
		take(scan, 1);
}

static bool skip_comment(struct scan *scan)
{
	unsigned line = scan->line, depth = 0;

	while (!at_end(scan)) {
		bool opens = peek(scan, 0) == '/' && peek(scan, 1) == '*';
		bool closes = peek(scan, 0) == '*' && peek(scan, 1) == '/';

		take(scan, opens || closes ? 2 : 1);
		depth = opens ? depth + 1 : closes ? depth - 1 : depth;
		if (closes && depth == 0) {
			scan->before = ' ';
			return true;
		}
	}
	return no_end(scan, "a comment", line);
}

static bool begins_escapes(const struct scan *scan)
{
	return peek(scan, 0) == '\'' && (scan->before == 'e' || scan->before == 'E') &&
	       (scan->at < 2 || !is_word_char(scan->text->rest.p[scan->at - 2]));
}

/* How far it is to the quote in which an E-string goes on: after '' at once, or on another line. */
static size_t next_part(const struct scan *scan)
{
	size_t ahead = 0;
	bool other_line = false;

	for (; isspace((unsigned char)peek(scan, ahead)); ahead++)
		other_line = other_line || peek(scan, ahead) == '\n';
	return peek(scan, ahead) == '\'' && (ahead == 0 || other_line) ? ahead + 1 : 0;
}

/* Without escapes a doubled quote is two quotes beside each other, which comes to the same. */
static bool skip_quote(struct scan *scan)
{
	char quote = peek(scan, 0);
	bool escapes = begins_escapes(scan);
	unsigned line = scan->line;

	take(scan, 1);
	while (!at_end(scan)) {
		char c = peek(scan, 0);
		size_t more;

		take(scan, escapes && c == '\\' ? 2 : 1);
		if (c != quote)
			continue;
		more = escapes ? next_part(scan) : 0;
		if (more == 0)
			return true;
		take(scan, more);
	}
	return no_end(scan, quote == '"' ? "a quoted name" : "a quote", line);
}

/* The length of "$tag$", 0 when it is none. */
static size_t dollar_tag(const struct scan *scan)
{
	size_t len = 1;

	if (is_word_char(scan->before) || scan->before == '$' || isdigit((unsigned char)peek(scan, 1)))
		return 0;
	while (is_word_char(peek(scan, len)))
		len++;
	return peek(scan, len) == '$' ? len + 1 : 0;
}

static bool skip_dollars(struct scan *scan, size_t len)
{
	struct str tag = str_sub(scan->text->rest.p + scan->at, len);
	unsigned line = scan->line;

	take(scan, len);
	while (!at_end(scan)) {
		struct str rest = str_sub(scan->text->rest.p + scan->at, scan->text->rest.len - scan->at);

		if (rest.len >= len && memcmp(rest.p, tag.p, len) == 0) {
			take(scan, len);
			scan->before = ' ';
			return true;
		}
		take(scan, 1);
	}
	return no_end(scan, "a dollar quote", line);
}

static struct str name_at(const struct scan *scan, size_t ahead)
{
	size_t len = 0;

	while (is_word_char(peek(scan, ahead + len)))
		len++;
	return str_sub(scan->text->rest.p + scan->at + ahead, len);
}

static bool put_value(struct scan *scan, struct str name, char quote)
{
	const char *value = value_of(scan->text->values, name);

	if (!value)
		return err_set(scan->err, ERR_INPUT, "line %u: %.*s has no value", scan->line,
			       (int)name.len, name.p);
	scan->at += name.len + 3;
	scan->before = ' ';
	scan->begun = true;
	if (scan->text->quote(scan->text->arg, quote, value, &scan->out->text, scan->err))
		return true;
	return err_add(scan->err, "line %u: the value of %.*s", scan->line, (int)name.len, name.p);
}

static bool take_colon(struct scan *scan)
{
	char next = peek(scan, 1);
	struct str name;

	if (next == ':' || next == '=') {
		take(scan, 2);
		return true;
	}
	if (next == '\'' || next == '"') {
		name = name_at(scan, 2);
		if (name.len > 0 && peek(scan, name.len + 2) == next)
			return put_value(scan, name, next);
	}
	name = name_at(scan, 1);
	if (name.len > 0 && value_of(scan->text->values, name))
		return err_set(scan->err, ERR_REFUSED, "line %u: write :'%.*s' for a text or :\"%.*s\" for "
			       "a name: a bare :%.*s would be taken for SQL", scan->line, (int)name.len,
			       name.p, (int)name.len, name.p, (int)name.len, name.p);
	take(scan, 1);
	return true;
}

static void note_word(struct scan *scan)
{
	struct str word = name_at(scan, 0);

	scan->out->line = scan->line;
	(void)str_copy(scan->out->word, sizeof(scan->out->word), word);
	for (char *at = scan->out->word; *at; at++)
		*at = (char)tolower((unsigned char)*at);
}

static bool take_piece(struct scan *scan)
{
	char c = peek(scan, 0), next = peek(scan, 1);
	size_t tag;

	if (c == '-' && next == '-') {
		skip_line(scan);
		return true;
	}
	if (c == '/' && next == '*')
		return skip_comment(scan);
	if (!scan->begun && !isspace((unsigned char)c) && c != '(' && c != ';') {
		scan->begun = true;
		note_word(scan);
	}
	if (c == '\\')
		return err_set(scan->err, ERR_INPUT, "line %u: a command of psql (\\) does not run here",
			       scan->line);
	if (c == '\'' || c == '"')
		return skip_quote(scan);
	if (c == ':')
		return take_colon(scan);
	tag = c == '$' ? dollar_tag(scan) : 0;
	if (tag > 0)
		return skip_dollars(scan, tag);
	scan->depth += c == '(';
	scan->depth -= c == ')' && scan->depth > 0;
	take(scan, 1);
	return true;
}

bool sql_next(struct sql_text *text, struct sql_statement *out, struct err *err)
{
	struct scan scan = { .text = text, .out = out, .err = err, .line = text->line, .before = ' ' };

	buf_clear(&out->text);
	out->word[0] = '\0';
	while (!at_end(&scan)) {
		if (peek(&scan, 0) == ';' && scan.depth == 0) {
			scan.at++;
			if (scan.begun)
				break;
			buf_clear(&out->text);
			continue;
		}
		if (!take_piece(&scan))
			return false;
	}
	if (!scan.begun)
		buf_clear(&out->text);
	text->rest = str_sub(text->rest.p + scan.at, text->rest.len - scan.at);
	text->line = scan.line;
	if (out->text.full)
		return err_set(err, ERR_LIMIT, "line %u: the statement is too long", out->line);
	return true;
}
