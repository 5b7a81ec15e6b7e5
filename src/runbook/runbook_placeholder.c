/*
 * runbook_placeholder.c: what of a command its author left for the reader to fill in.
 *
 * Half of the shapes are valid shell: `<host>` reads a file of that name. So whatever looks like a
 * placeholder is one, also where it is not: a command that is not run can still be copied. What is
 * between `<` and `>` is none where a blank stands beside either, which is how redirections and
 * comparisons are written.
 */
#include <ctype.h>
#include <string.h>

#include "base/scrub.h"
#include "runbook/runbook_inside.h"

enum { LONGEST = 64, KEPT = 32, LOOKED = 128 };

struct found {
	struct arena *arena;
	const char *items[KEPT];
	size_t count;
};

/* As it may be shown. */
static void add(struct found *found, struct str text)
{
	char shown[2 * LONGEST];

	scrub_put(shown, sizeof(shown), text);
	for (size_t i = 0; i < found->count; i++)
		if (strcmp(found->items[i], shown) == 0)
			return;
	if (found->count < KEPT)
		found->items[found->count++] = arena_text(found->arena, shown, strlen(shown));
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool is_alpha(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Length of "<...>" at the start; 0: it is none. `before` is the character before it. */
static size_t angle(struct str text, char before)
{
	size_t len = 1;

	if (text.len < 3 || text.p[0] != '<' || !is_alpha(text.p[1]))
		return 0;
	while (len < text.len && len < LONGEST && text.p[len] != '>' && text.p[len] != '<' &&
	       text.p[len] != '\n')
		len++;
	if (len == text.len || text.p[len] != '>' || text.p[len - 1] == ' ')
		return 0;
	/* A here-document whose output goes into a file: <<EOF>file. */
	if (before == '<' && (len + 1 == text.len || text.p[len + 1] != '>'))
		return 0;
	return len + 1;
}

/* Length of "{{ name }}" at the start. Templates of Go ({{.Names}}, {{json .}}, {{end}}) are for
 * the command that gets them. */
static size_t braces(struct str text)
{
	size_t end = 2;
	struct str name;

	if (!str_starts(text, "{{"))
		return 0;
	while (end < text.len && end < LONGEST && text.p[end] != '}' && text.p[end] != '\n')
		end++;
	if (!str_starts(str_sub(text.p + end, text.len - end), "}}"))
		return 0;
	name = str_trim(str_sub(text.p + 2, end - 2));
	if (name.len == 0 || !is_alpha(name.p[0]) || str_eq(name, "end") || str_eq(name, "else"))
		return 0;
	for (size_t i = 0; i < name.len; i++)
		if (!is_word(name.p[i]) && name.p[i] != '-')
			return 0;
	return end + 2;
}

/* Words that people write where a value belongs. */
static bool is_blank_word(struct str word)
{
	static const char *const starts[] = { "YOUR_", "YOUR-", "your_", "your-", "REPLACE_",
					      "REPLACE-", "CHANGEME", "CHANGE_ME", "CHANGE-ME" };
	size_t crosses = 0;

	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (str_starts(word, starts[i]))
			return true;
	while (crosses < word.len && word.p[crosses] == 'X')
		crosses++;
	return crosses == word.len && crosses >= 3;
}

static size_t word_length(struct str text)
{
	size_t len = 0;

	while (len < text.len && (is_word(text.p[len]) || text.p[len] == '-'))
		len++;
	return len;
}

static void find_written(struct found *found, struct str text)
{
	for (size_t i = 0; i < text.len;) {
		struct str rest = str_sub(text.p + i, text.len - i);
		size_t word = word_length(rest), len = angle(rest, i > 0 ? text.p[i - 1] : '\0');

		if (len == 0)
			len = braces(rest);
		if (len == 0 && is_blank_word(str_sub(rest.p, word)) &&
		    (i == 0 || text.p[i - 1] != '.'))
			len = word;
		if (len > 0)
			add(found, str_sub(rest.p, len));
		i += len > 0 ? len : word > 0 ? word : 1;
	}
}

/* Variables: every shell has these, or sets them. */
static const char *const given[] = {
	"HOME", "USER", "LOGNAME", "PATH", "PWD", "OLDPWD", "SHELL", "TERM", "LANG", "HOSTNAME",
	"RANDOM", "SECONDS", "UID", "EUID", "PPID", "IFS", "LINENO", "OPTARG", "OPTIND", "REPLY",
	"BASHPID", "PIPESTATUS", "BASH_VERSION", "EPOCHSECONDS",
};

static bool is_given(struct str name, const struct param *params, size_t count)
{
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		if (str_eq(name, given[i]))
			return true;
	for (size_t i = 0; i < count; i++)
		if (str_eq(name, params[i].name))
			return true;
	return false;
}

/* Commands that set the variables named after them in their line. */
static bool is_read(struct str line)
{
	static const char *const setters[] = { "for ", "read ", "mapfile ", "readarray ",
					       "getopts ", "printf -v " };

	for (size_t i = 0; i < ARRAY_LEN(setters); i++)
		if (str_has(line, setters[i]))
			return true;
	return false;
}

static struct str line_before(struct str text, size_t at)
{
	size_t from = at;

	while (from > 0 && !strchr("\n;", text.p[from - 1]))
		from--;
	return str_sub(text.p + from, at - from);
}

/* Does the text itself give it a value: NAME=, NAME+=, `for NAME`, `read ... NAME`? */
static bool is_set(struct str text, struct str name)
{
	struct str rest = text;
	const char *at;

	while ((at = memmem(rest.p, rest.len, name.p, name.len))) {
		size_t before = (size_t)(at - text.p), after = before + name.len;
		char last = before > 0 ? text.p[before - 1] : '\n';

		rest = str_sub(text.p + after, text.len - after);
		if (is_word(last) || last == '$' || last == '{' ||
		    (rest.len > 0 && is_word(rest.p[0])))
			continue;
		if (str_starts(rest, "=") || str_starts(rest, "+=") ||
		    is_read(line_before(text, before)))
			return true;
	}
	return false;
}

/* The name after a '$' that must have a value: $NAME, ${NAME}, ${NAME%x}; not ${NAME:-x}. */
static struct str variable(struct str text)
{
	size_t from = str_starts(text, "${") ? 2 : 1, len = 0;
	struct str rest;

	while (from + len < text.len && is_word(text.p[from + len]))
		len++;
	rest = str_sub(text.p + from + len, text.len - from - len);
	if (len == 0 || isdigit((unsigned char)text.p[from]) ||
	    (from == 2 && rest.len > 0 && strchr(":-?+=", rest.p[0]) && rest.p[0]))
		return str_of("");
	return str_sub(text.p + from, len);
}

/* Names that were looked for once are not looked for again: a text may hold one 100,000 times. */
struct looked {
	struct str names[LOOKED];
	size_t count;
};

static bool was_looked_for(const struct looked *looked, struct str name)
{
	for (size_t i = 0; i < looked->count; i++)
		if (looked->names[i].len == name.len &&
		    memcmp(looked->names[i].p, name.p, name.len) == 0)
			return true;
	return false;
}

static void look_for(struct found *found, struct looked *looked, struct str text, struct str name)
{
	if (was_looked_for(looked, name))
		return;
	if (looked->count == LOOKED) {
		add(found, str_of("more variables than can be looked for"));
		return;
	}
	looked->names[looked->count++] = name;
	if (!is_set(text, name))
		add(found, str_of(arena_fmt(found->arena, "$%.*s", (int)name.len, name.p)));
}

/* Outside of single quotes, where a dollar is a dollar. */
static void find_variables(struct found *found, struct str text, const struct param *params,
			   size_t count)
{
	struct looked looked = { .count = 0 };
	bool quoted = false, twice = false;

	for (size_t i = 0; i < text.len && found->count < KEPT; i++) {
		struct str name;

		if (text.p[i] == '\\' && !quoted) {
			i++;
			continue;
		}
		twice ^= text.p[i] == '"' && !quoted;
		quoted ^= text.p[i] == '\'' && !twice;
		if (text.p[i] != '$' || quoted)
			continue;
		name = variable(str_sub(text.p + i, text.len - i));
		if (name.len > 0 && !is_given(name, params, count))
			look_for(found, &looked, text, name);
	}
}

struct texts fence_placeholders(struct str text, bool shell, const struct param *params,
				size_t count, struct arena *arena)
{
	struct found found = { .arena = arena };
	const char **items;

	find_written(&found, text);
	if (shell && count != SIZE_MAX)
		find_variables(&found, text, params, count);
	items = arena_array(arena, found.count + 1, sizeof(*items));
	memcpy(items, found.items, found.count * sizeof(*items));
	return (struct texts){ items, found.count };
}
