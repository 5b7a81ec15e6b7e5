/* value.c: the types of settings. */
#include "config/value.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/pattern.h"

const char *path_text(struct arena *arena, const struct path *path)
{
	if (!path)
		return "";
	if (!path->up)
		return path->key;
	return arena_fmt(arena, "%s.%s", path_text(arena, path->up), path->key);
}

bool value_empty(const struct node *node)
{
	static const char *const nothing[] = { "", "~", "null", "Null", "NULL" };

	if (node->kind != NODE_SCALAR)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
		if (!strcmp(node->text, nothing[i]) && (!node->quoted || i == 0))
			return true;
	return false;
}

bool value_wrong(const struct value *v, const struct complaint *complaint)
{
	struct complaint full = *complaint;

	assert(v->node);
	if (!full.at.file) {
		full.at = v->node->at;
		full.width = v->node->width;
	}
	full.text = arena_fmt(v->arena, "%s: %s", path_text(v->arena, v->path), complaint->text);
	problems_add(v->problems, &full);
	return false;
}

static bool wrong(const struct value *v, const char *text, const char *hint)
{
	return value_wrong(v, &(struct complaint){ .id = PROBLEM_VALUE, .text = text,
						   .hint = hint });
}

/* "'x' is no number", with how it would be written. */
static bool mistyped(const struct value *v, const char *text, const char *what)
{
	return wrong(v, arena_fmt(v->arena, "%s %s", problems_quote(v->arena, text), what),
		     arena_fmt(v->arena, "write it like %s", value_form(v->arena, v->setting)));
}

static bool in_range(const struct setting *setting, double number)
{
	return setting->max <= setting->min ||
	       (number >= setting->min && number <= setting->max);
}

static bool out_of_range(const struct value *v, const char *text, const char *from, const char *to)
{
	return wrong(v, arena_fmt(v->arena, "%s is out of range", problems_quote(v->arena, text)),
		     arena_fmt(v->arena, "from %s to %s", from, to));
}

static bool parse_text(const struct value *v, const char *text)
{
	*(const char **)v->out = text;
	return true;
}

static bool parse_path(const struct value *v, const char *text)
{
	if (v->problems->home && text[0] == '~' && text[1] == '/')
		text = arena_fmt(v->arena, "%s%s", v->problems->home, text + 1);
	return parse_text(v, text);
}

static bool parse_regex(const struct value *v, const char *text)
{
	struct err err = { 0 };

	if (!pattern_check(text, &err))
		return wrong(v, arena_fmt(v->arena, "%s is no expression that can be used: %s",
					  problems_quote(v->arena, text), err.text),
			     "a POSIX extended regular expression, as grep -E takes it");
	return parse_text(v, text);
}

static bool port_ok(struct str port)
{
	uint64_t number;

	return num_parse_u64(port, &number) && number > 0 && number <= 65535;
}

/* host, host:port, [v6], [v6]:port */
static bool authority_ok(struct str text)
{
	const char *end = text.len && text.p[0] == '[' ? memchr(text.p, ']', text.len) : NULL;
	const char *colon;
	size_t host;

	if (text.len && text.p[0] == '[') {
		if (!end || end == text.p + 1)
			return false;
		host = (size_t)(end - text.p) + 1;
		return host == text.len ||
		       (text.p[host] == ':' &&
			port_ok(str_sub(text.p + host + 1, text.len - host - 1)));
	}
	colon = memchr(text.p, ':', text.len);
	host = colon ? (size_t)(colon - text.p) : text.len;
	if (host == 0)
		return false;
	return !colon || port_ok(str_sub(colon + 1, text.len - host - 1));
}

/* 0: it begins in no way that is wanted here. */
static size_t scheme_length(const struct setting *setting, struct str text)
{
	static const char *const web[] = { "http://", "https://" };
	size_t count = setting->scheme ? 1 : ARRAY_LEN(web);
	const char *const *schemes = setting->scheme ? &setting->scheme : web;

	for (size_t i = 0; i < count; i++)
		if (str_starts(text, schemes[i]))
			return strlen(schemes[i]);
	return 0;
}

/* Names and passwords belong in `auth`, where they are references: they are not even quoted. */
static bool parse_url(const struct value *v, const char *text)
{
	size_t scheme = scheme_length(v->setting, str_of(text));
	struct str rest = str_of(text + scheme);

	if (strchr(text, '@')) {
		if (v->node)
			problems_hide(v->problems, v->node->at, v->node->end_line);
		return value_wrong(v, &(struct complaint){
			.id = PROBLEM_SECRET, .text = "a user name or password in a URL",
			.hint = "leave out what stands before the @ and use auth" });
	}
	if (!scheme)
		return mistyped(v, text, v->setting->scheme ?
				arena_fmt(v->arena, "is no %s URL", v->setting->scheme) :
				"is no http:// or https:// URL");
	for (const char *c = text; *c; c++)
		if (isspace((unsigned char)*c) || *c == '#')
			return mistyped(v, text, "has a blank or a # in it");
	rest.len = strcspn(rest.p, "/?");
	if (!authority_ok(rest))
		return mistyped(v, text, "has no host, or a port that is none");
	return parse_text(v, text);
}

static bool parse_duration(const struct value *v, const char *text)
{
	const struct setting *setting = v->setting;
	char from[WHEN_TEXT], to[WHEN_TEXT];
	msec duration;

	if (*text && strspn(text, "0123456789") == strlen(text))
		return wrong(v, arena_fmt(v->arena, "'%.20s' has no unit", text),
			     arena_fmt(v->arena, "%.20ss, %.20sm or %.20sh?", text, text, text));
	if (!when_parse_duration(str_of(text), &duration, NULL) || duration < 0)
		return mistyped(v, text, "is no duration");
	if (!in_range(setting, (double)duration)) {
		when_format_duration(from, (msec)setting->min);
		when_format_duration(to, (msec)setting->max);
		return out_of_range(v, text, from, to);
	}
	*(msec *)v->out = duration;
	return true;
}

static bool parse_int(const struct value *v, const char *text)
{
	int64_t number;

	if (!num_parse_i64(str_of(text), &number))
		return mistyped(v, text, "is no whole number");
	if (!in_range(v->setting, (double)number))
		return out_of_range(v, text, arena_fmt(v->arena, "%.0f", v->setting->min),
				    arena_fmt(v->arena, "%.0f", v->setting->max));
	*(int64_t *)v->out = number;
	return true;
}

static bool parse_number(const struct value *v, const char *text)
{
	double number;

	if (!num_parse_double(str_of(text), &number) || !isfinite(number))
		return mistyped(v, text, "is no number");
	if (!in_range(v->setting, number))
		return out_of_range(v, text, arena_fmt(v->arena, "%g", v->setting->min),
				    arena_fmt(v->arena, "%g", v->setting->max));
	*(double *)v->out = number;
	return true;
}

/* What YAML 1.1 takes for a truth value, whatever later versions say: people write it. */
static bool parse_bool(const struct value *v, const char *text)
{
	static const char *const words[] = { "false", "true", "no", "yes", "off", "on" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!strcasecmp(text, words[i])) {
			*(bool *)v->out = i % 2 == 1;
			return true;
		}
	}
	return mistyped(v, text, "is neither true nor false");
}

static size_t count_names(const char *const *names)
{
	size_t count = 0;

	while (names[count])
		count++;
	return count;
}

bool value_choose(const struct value *v, const char *text, int *index)
{
	const char *const *choices = v->setting->choices;
	size_t count = count_names(choices);

	for (size_t i = 0; i < count; i++) {
		if (!strcmp(choices[i], text)) {
			*index = (int)i;
			return true;
		}
	}
	return value_wrong(v, &(struct complaint){
		.id = PROBLEM_VALUE,
		.text = arena_fmt(v->arena, "%s is not one of its choices",
				  problems_quote(v->arena, text)),
		.hint = problems_nearest(v->arena, text, choices, count),
		.known = problems_list(v->arena, "choices: ", choices, count) });
}

static bool parse_choice(const struct value *v, const char *text)
{
	return value_choose(v, text, v->out);
}

static bool parse_threshold(const struct value *v, const char *text)
{
	struct threshold threshold = { THRESHOLD_NONE, 0 };
	struct str rest = str_trim(str_of(text));
	bool above = str_starts(rest, ">");

	if (!above && !str_starts(rest, "<"))
		return mistyped(v, text, "does not say above or below");
	rest = str_trim(str_sub(rest.p + 1, rest.len - 1));
	if (!num_parse_double(rest, &threshold.value) || !isfinite(threshold.value))
		return mistyped(v, text, "has no number");
	threshold.side = above ? THRESHOLD_ABOVE : THRESHOLD_BELOW;
	*(struct threshold *)v->out = threshold;
	return true;
}

/*  The rows.  X(type, word, form, C type, parse) */
#define TYPES(X) \
	X(TEXT, "a text", "a word", const char *, parse_text) \
	X(URL, "a URL", "https://host:port/path", const char *, parse_url) \
	X(PATH, "a path", "/path or ~/path", const char *, parse_path) \
	X(REGEX, "an expression", "'error|fatal'", const char *, parse_regex) \
	X(DURATION, "a duration", "250ms, 10s, 1h30m or 7d", msec, parse_duration) \
	X(INT, "a whole number", "42", int64_t, parse_int) \
	X(NUMBER, "a number", "0.5", double, parse_number) \
	X(BOOL, "true or false", "true or false", bool, parse_bool) \
	X(CHOICE, "a choice", "one of its choices", int, parse_choice) \
	X(THRESHOLD, "a threshold", "\"> 300\" or \"< 5\"", struct threshold, parse_threshold) \
	X(TEXTS, "a list of texts", "[one, two]", struct texts, NULL) \
	X(URLS, "a list of URLs", "[https://host:port, https://host2]", struct texts, NULL) \
	X(PAIRS, "a map of texts", "{name: text}", struct pairs, NULL) \
	X(SECRET, "a secret", "KEY_env, KEY_file or KEY_command", struct secret_ref, NULL) \
	X(GROUP, "a map of settings", "{key: value}", char[1], NULL) \
	X(ITEMS, "a list of maps", "[{key: value}]", struct items, NULL) \
	X(MAP, "a map of maps", "{name: {key: value}}", struct items, NULL)

static const struct value_type types[] = {
#define X(type, word, form, ctype, parse) [SETTING_##type] = { word, form, sizeof(ctype), parse },
	TYPES(X)
#undef X
};
_Static_assert(ARRAY_LEN(types) == SETTING_TYPE_COUNT, "every type of setting has its row");

const struct value_type *value_type(enum setting_type type)
{
	return &types[type];
}

const char *value_form(struct arena *arena, const struct setting *setting)
{
	return setting->scheme ? arena_fmt(arena, "%shost:port", setting->scheme) :
				 types[setting->type].form;
}

static const char *kind_word(enum node_kind kind)
{
	static const char *const words[] = { [NODE_SCALAR] = "a single value", [NODE_MAP] = "a map",
					     [NODE_LIST] = "a list" };

	return words[kind];
}

bool value_wrong_kind(const struct value *v)
{
	const struct value_type *type = value_type(v->setting->type);

	return wrong(v, arena_fmt(v->arena, "%s is wanted, not %s", type->word,
				  kind_word(v->node->kind)),
		     arena_fmt(v->arena, "write it like %s", value_form(v->arena, v->setting)));
}

bool value_missing(const struct value *v)
{
	return wrong(v, "has no value", "leave the key out to get the default");
}

static bool read_scalar(const struct value *v)
{
	if (v->node->kind != NODE_SCALAR)
		return value_wrong_kind(v);
	if (value_empty(v->node))
		return value_missing(v);
	return value_type(v->setting->type)->parse(v, v->node->text);
}

static void read_default(const struct value *v)
{
	const struct value_type *type = value_type(v->setting->type);
	struct value plain = *v;

	memset(v->out, 0, type->size);
	plain.node = NULL;
	if (!v->setting->def)
		return;
	if (!type->parse) {
		list_default(v);
	} else {
		bool ok = type->parse(&plain, v->setting->def);

		assert(ok);
	}
}

void value_read(const struct value *v)
{
	read_default(v);
	if (!v->node)
		return;
	if (value_type(v->setting->type)->parse)
		read_scalar(v);
	else if (v->setting->type == SETTING_PAIRS)
		list_read_pairs(v);
	else
		list_read_texts(v);
}
