/* runbook_attrs.c: the attributes of steps, options and fences: one grammar for all of them. */
#include <string.h>

#include "runbook/runbook_inside.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct attrs *attrs)
{
	while (attrs->rest.len > 0 && is_blank(attrs->rest.p[0])) {
		attrs->line += attrs->rest.p[0] == '\n';
		attrs->rest = str_sub(attrs->rest.p + 1, attrs->rest.len - 1);
	}
}

static struct str take(struct attrs *attrs, size_t len)
{
	struct str taken = str_sub(attrs->rest.p, len);

	attrs->rest = str_sub(attrs->rest.p + len, attrs->rest.len - len);
	return taken;
}

/* From a quote on to the next one; a backslash keeps the character after it. */
static bool take_quoted(struct attrs *attrs, struct attr *attr)
{
	struct arena *arena = attrs->reading->arena;
	struct buf value = { 0 };
	size_t at = 1;

	for (; at < attrs->rest.len && attrs->rest.p[at] != '"'; at++) {
		bool escaped = attrs->rest.p[at] == '\\' && at + 1 < attrs->rest.len &&
			       strchr("\"\\", attrs->rest.p[at + 1]) && attrs->rest.p[at + 1];

		at += escaped;
		buf_char(&value, attrs->rest.p[at] == '\n' ? ' ' : attrs->rest.p[at]);
	}
	attr->value = arena_text(arena, buf_cstr(&value), value.len);
	buf_done(&value);
	if (at < attrs->rest.len) {
		take(attrs, at + 1);
		return true;
	}
	reading_trouble(attrs->reading, TROUBLE_R012, attr->at, "end the value with \"",
			"the quote of %s is not closed", attr->key);
	take(attrs, attrs->rest.len);
	return false;
}

bool attrs_next(struct attrs *attrs, struct attr *out)
{
	struct arena *arena = attrs->reading->arena;
	size_t len = 0;
	struct str word;

	skip_blanks(attrs);
	if (attrs->rest.len == 0)
		return false;
	while (len < attrs->rest.len && !is_blank(attrs->rest.p[len]) && attrs->rest.p[len] != '=')
		len++;
	word = take(attrs, len);
	*out = (struct attr){ .key = arena_text(arena, word.p, word.len) };
	out->at = reading_spot(attrs->reading, attrs->line, *out->key ? out->key : "=");
	if (attrs->rest.len == 0 || attrs->rest.p[0] != '=')
		return true;
	take(attrs, 1);
	if (attrs->rest.len > 0 && attrs->rest.p[0] == '"')
		return take_quoted(attrs, out);
	for (len = 0; len < attrs->rest.len && !is_blank(attrs->rest.p[len]);)
		len++;
	word = take(attrs, len);
	out->value = arena_text(arena, word.p, word.len);
	return true;
}

void attrs_unknown(struct attrs *attrs, const struct attr *attr, const char *what,
		   const char *const *names, size_t count)
{
	struct arena *arena = attrs->reading->arena;
	const char *fix = problems_nearest(arena, attr->key, names, count);

	reading_trouble(attrs->reading, TROUBLE_R013, attr->at,
			fix ? fix : problems_list(arena, "known: ", names, count),
			"there is no %s %s", what, problems_quote(arena, attr->key));
}

bool attrs_duration(struct attrs *attrs, const struct attr *attr, msec *out)
{
	struct err err;

	if (attr->value && when_parse_duration(str_of(attr->value), out, &err))
		return true;
	reading_trouble(attrs->reading, TROUBLE_R013, attr->at, "", "%s: %s", attr->key,
			attr->value ? err.text : "it needs a time, as in 30s");
	return false;
}

struct expr *attrs_expr(struct attrs *attrs, const struct attr *attr, const char *text)
{
	struct err err = { 0 };
	unsigned column = 1;
	struct expr *expr = expr_parse(str_of(text), attrs->reading->arena, &column, &err);
	struct spot at = reading_spot(attrs->reading, attrs->line, text);

	if (expr)
		return expr;
	/* The text of an expression with a backslash in it is not found in the line. */
	if (at.column > attr->at.column)
		at.column += column - 1;
	else
		at = attr->at;
	reading_trouble(attrs->reading, TROUBLE_R013, at, "", "%s: %s", attr->key, err.text);
	return NULL;
}

bool attrs_flag(struct attrs *attrs, const struct attr *attr)
{
	if (attr->value && strcmp(attr->value, "true") != 0 && strcmp(attr->value, "false") != 0)
		reading_trouble(attrs->reading, TROUBLE_R013, attr->at, "",
				"%s: true or false is wanted, not %s", attr->key,
				problems_quote(attrs->reading->arena, attr->value));
	return !attr->value || strcmp(attr->value, "false") != 0;
}
