/* fences_text.c: ${NAME} in PromQL and HTTP; fences_sql_text.c has SQL. */
#include "io/fences_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char *value_of(const char *const *values, struct str name)
{
	for (size_t i = 0; values && values[i]; i++) {
		if (strncmp(values[i], name.p, name.len) == 0 && values[i][name.len] == '=')
			return values[i] + name.len + 1;
	}
	return NULL;
}

static bool is_made_of(const char *value, const char *more)
{
	for (const char *at = value; *at; at++) {
		if (!isalnum((unsigned char)*at) && !strchr(more, *at))
			return false;
	}
	return *value;
}

void percent_encode(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 0x80 && (isalnum(c) || (c && strchr("-._~", c))))
			(void)buf_char(out, (char)c);
		else
			(void)buf_fmt(out, "%%%02X", c);
	}
}

/* The name of "${NAME}" at the beginning of text; false: it is none. */
static bool cut_name(struct str *text, struct str *name)
{
	size_t len = 2;

	if (!str_starts(*text, "${"))
		return false;
	while (len < text->len && (isalnum((unsigned char)text->p[len]) || text->p[len] == '_'))
		len++;
	if (len == 2 || len == text->len || text->p[len] != '}')
		return false;
	*name = str_sub(text->p + 2, len - 2);
	*text = str_sub(text->p + len + 1, text->len - len - 1);
	return true;
}

static bool find(const char *const *values, struct str name, const char **out, struct err *err)
{
	*out = value_of(values, name);
	if (*out)
		return true;
	return err_set(err, ERR_INPUT, "%.*s has no value", (int)name.len, name.p);
}

static bool refuse_value(struct str name, const char *allowed, struct err *err)
{
	return err_set(err, ERR_REFUSED, "the value of %.*s may be made of letters, digits and %s only "
		       "here", (int)name.len, name.p, allowed);
}

bool promql_text(struct str text, const char *const *values, struct buf *out, struct err *err)
{
	struct str name;

	while (text.len > 0) {
		const char *value;

		if (!cut_name(&text, &name)) {
			(void)buf_char(out, *text.p);
			text = str_sub(text.p + 1, text.len - 1);
			continue;
		}
		if (!find(values, name, &value, err))
			return false;
		if (!is_made_of(value, "_.:-"))
			return refuse_value(name, "_.:-", err);
		(void)buf_text(out, value);
	}
	return true;
}

static bool fill_path(struct str text, const char *const *values, struct buf *out, struct err *err)
{
	struct str name;

	while (text.len > 0) {
		const char *value;

		if (cut_name(&text, &name)) {
			if (!find(values, name, &value, err))
				return false;
			percent_encode(out, str_of(value));
			continue;
		}
		if ((unsigned char)*text.p <= ' ' || (unsigned char)*text.p >= 0x7f)
			return err_set(err, ERR_INPUT, "the path holds a byte that a URL cannot");
		(void)buf_char(out, *text.p);
		text = str_sub(text.p + 1, text.len - 1);
	}
	return true;
}

/* Everybody on the way may resolve "..": what was shown would not be what is asked. */
static bool check_path(const struct buf *path, struct err *err)
{
	struct str rest = str_of(buf_cstr(path)), segment;

	rest.len = strcspn(rest.p, "?#");
	if (memchr(path->data, '#', path->len))
		return err_set(err, ERR_INPUT, "a fragment (#) is never sent");
	while (str_cut(&rest, '/', &segment)) {
		if (str_eq(segment, ".") || str_eq(segment, ".."))
			return err_set(err, ERR_REFUSED, "the path goes up with \"%.*s\"",
				       (int)segment.len, segment.p);
	}
	return true;
}

static void escape_json(struct buf *out, const char *value)
{
	for (const char *at = value; *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (c == '"' || c == '\\')
			(void)buf_fmt(out, "\\%c", c);
		else if (c < ' ')
			(void)buf_fmt(out, "\\u%04x", c);
		else
			(void)buf_char(out, (char)c);
	}
}

static bool fill_body(struct str text, const char *const *values, struct buf *out, struct err *err)
{
	bool quoted = false, escaped = false;
	struct str name;

	while (text.len > 0) {
		const char *value;

		if (!cut_name(&text, &name)) {
			quoted ^= *text.p == '"' && !escaped;
			escaped = quoted && !escaped && *text.p == '\\';
			(void)buf_char(out, *text.p);
			text = str_sub(text.p + 1, text.len - 1);
			continue;
		}
		if (!find(values, name, &value, err))
			return false;
		if (!quoted && !is_made_of(value, "_.-"))
			return refuse_value(name, "_.-", err);
		escape_json(out, value);
		escaped = false;
	}
	return true;
}

static bool cut_method(struct str *line, char method[8])
{
	size_t len = 0;

	while (len < line->len && isupper((unsigned char)line->p[len]))
		len++;
	(void)str_put(method, 8, "GET");
	if (len == 0 || len == line->len || line->p[len] != ' ')
		return true;
	if (!str_copy(method, 8, str_sub(line->p, len)))
		return false;
	*line = str_trim(str_sub(line->p + len, line->len - len));
	return true;
}

/* A URL must be on the source's own address; what is left is the path. */
static bool cut_base(struct str *line, struct str base, struct err *err)
{
	if (line->len > 0 && *line->p == '/')
		return true;
	if (base.len > 0 && line->len > base.len && memcmp(line->p, base.p, base.len) == 0 &&
	    line->p[base.len] == '/') {
		*line = str_sub(line->p + base.len, line->len - base.len);
		return true;
	}
	return err_set(err, ERR_REFUSED, "\"%.*s\" is no path on %.*s",
		       line->len < 100 ? (int)line->len : 100, line->p, (int)base.len, base.p);
}

bool http_text(struct str text, struct str base, const char *const *values, struct http_text *out,
	       struct err *err)
{
	struct str rest = str_trim(text), line = str_of(""), empty = str_of("");

	memset(out, 0, sizeof(*out));
	(void)str_cut(&rest, '\n', &line);
	line = str_trim(line);
	if (!cut_method(&line, out->method))
		return err_set(err, ERR_INPUT, "the first line names no method that exists");
	if (!cut_base(&line, base, err))
		return false;
	if (rest.len > 0 && (!str_cut(&rest, '\n', &empty) || str_trim(empty).len > 0))
		return err_set(err, ERR_INPUT, "line 2: an empty line and the body must follow the first "
			       "line (headers cannot be set)");
	return fill_path(line, values, &out->path, err) && check_path(&out->path, err) &&
	       fill_body(rest, values, &out->body, err);
}

void http_text_done(struct http_text *text)
{
	buf_done(&text->path);
	buf_done(&text->body);
}
