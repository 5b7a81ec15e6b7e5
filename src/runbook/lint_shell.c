/*
 * lint_shell.c: commands and variables in a shell text, as far as rules of lint need them.
 *
 * One pass over the bytes. $( ) and ` ` are commands within a command: the scan calls itself, at
 * most NESTED deep, and what is deeper is passed over as text.
 */
#include <ctype.h>
#include <string.h>

#include "runbook/lint_inside.h"

enum { NESTED = 16 };

struct scan {
	struct str text;
	size_t at;
	unsigned depth;
	const struct shell_sink *sink;
	struct str until;		/* of a here-document that is announced; empty: none */
	bool until_quoted;
};

static void scan_commands(struct scan *s, char until);

static char peek(const struct scan *s, size_t ahead)
{
	return s->at + ahead < s->text.len ? s->text.p[s->at + ahead] : '\0';
}

static bool more(const struct scan *s)
{
	return s->at < s->text.len;
}

bool shell_is_name(char c, bool first)
{
	return c == '_' || (first ? isalpha((unsigned char)c) : isalnum((unsigned char)c));
}

static struct str name_at(const struct scan *s, size_t from)
{
	size_t end = from;

	while (end < s->text.len && shell_is_name(s->text.p[end], end == from))
		end++;
	return str_sub(s->text.p + from, end - from);
}

static void tell_name(const struct scan *s, struct str name, bool guarded)
{
	if (s->sink->name && name.len)
		s->sink->name(s->sink->arg, name, guarded);
}

static void skip_past(struct scan *s, const char *end)
{
	while (more(s) && !str_starts(str_sub(s->text.p + s->at, s->text.len - s->at), end))
		s->at++;
	s->at += more(s) ? strlen(end) : 0;
}

static void scan_dollar(struct scan *s);

static void scan_within(struct scan *s, char until)
{
	if (s->depth == NESTED) {
		s->at = s->text.len;
		return;
	}
	s->depth++;
	scan_commands(s, until);
	s->depth--;
}

/* ${NAME...}: what stands behind the name may expand others. */
static void scan_braces(struct scan *s)
{
	struct str name;
	char after;

	s->at += 2;
	if (peek(s, 0) == '#' || peek(s, 0) == '!')
		s->at++;
	name = name_at(s, s->at);
	s->at += name.len;
	after = peek(s, 0) == ':' ? peek(s, 1) : peek(s, 0);
	tell_name(s, name, after && strchr("-=+", after));
	while (more(s) && peek(s, 0) != '}') {
		if (peek(s, 0) == '$')
			scan_dollar(s);
		else
			s->at += peek(s, 0) == '\\' ? 2 : 1;
	}
	s->at++;
}

/* At a $: past what it expands. */
static void scan_dollar(struct scan *s)
{
	struct str name = name_at(s, s->at + 1);

	if (peek(s, 1) == '(' && peek(s, 2) == '(') {
		skip_past(s, "))");
	} else if (peek(s, 1) == '(') {
		s->at += 2;
		scan_within(s, ')');
	} else if (peek(s, 1) == '{') {
		scan_braces(s);
	} else {
		tell_name(s, name, false);
		s->at += 1 + name.len;
	}
}

/* What is expanded in a text up to a character: between double quotes, or a here-document. */
static void scan_text(struct scan *s, char until)
{
	while (more(s) && peek(s, 0) != until) {
		if (peek(s, 0) == '\\') {
			s->at += 2;
		} else if (peek(s, 0) == '$') {
			scan_dollar(s);
		} else if (peek(s, 0) == '`') {
			s->at++;
			scan_within(s, '`');
		} else {
			s->at++;
		}
	}
	s->at++;
}

static bool ends_word(const struct scan *s, char until)
{
	char c = peek(s, 0);

	return !more(s) || (until && c == until) || strchr(" \t\r\n;|&()<>", c);
}

static struct str unquoted(struct str word)
{
	bool whole = word.len >= 2 && (word.p[0] == '"' || word.p[0] == '\'') &&
		     memchr(word.p + 1, word.p[0], word.len - 1) == word.p + word.len - 1;

	return whole ? str_sub(word.p + 1, word.len - 2) : word;
}

static struct str scan_word(struct scan *s, char until)
{
	size_t from = s->at;

	while (!ends_word(s, until)) {
		char c = peek(s, 0);

		if (c == '\'') {
			s->at++;
			skip_past(s, "'");
		} else if (c == '"') {
			s->at++;
			scan_text(s, '"');
		} else if (c == '$') {
			scan_dollar(s);
		} else if (c == '`') {
			s->at++;
			scan_within(s, '`');
		} else {
			s->at += c == '\\' ? 2 : 1;
		}
	}
	if (s->at > s->text.len)
		s->at = s->text.len;
	return unquoted(str_sub(s->text.p + from, s->at - from));
}

static void skip_blanks(struct scan *s)
{
	while (peek(s, 0) == ' ' || peek(s, 0) == '\t')
		s->at++;
}

static bool is_harmless_file(struct str file)
{
	static const char *const devices[] = {"/dev/null", "/dev/stderr", "/dev/stdout", "/dev/tty"};

	for (size_t i = 0; i < ARRAY_LEN(devices); i++)
		if (str_eq(file, devices[i]))
			return true;
	return file.len == 0;
}

/* > >> >| >& : a number behind >& is no file. */
static void scan_output(struct scan *s, struct shell_command *command, char until)
{
	struct str file;
	bool copy = false;

	while (peek(s, 0) == '>' || peek(s, 0) == '|' || peek(s, 0) == '&') {
		copy = copy || peek(s, 0) == '&';
		s->at++;
	}
	skip_blanks(s);
	file = scan_word(s, until);
	if (copy && (isdigit((unsigned char)file.p[0]) || str_eq(file, "-")))
		return;
	if (!is_harmless_file(file))
		command->writes_to = file;
}

static void scan_input(struct scan *s, char until)
{
	bool here = peek(s, 1) == '<' && peek(s, 2) != '<';
	size_t from;

	while (peek(s, 0) == '<')
		s->at++;
	if (!here)
		return;
	s->at += peek(s, 0) == '-' ? 1 : 0;
	skip_blanks(s);
	from = s->at;
	s->until_quoted = peek(s, 0) == '\'' || peek(s, 0) == '"' || peek(s, 0) == '\\';
	s->until = scan_word(s, until);
	if (from < s->text.len && s->text.p[from] == '\\')
		s->until = str_sub(s->until.p + 1, s->until.len - 1);
}

/* The lines behind a line that announced them, up to the one that is their end. */
static void scan_here_document(struct scan *s, struct shell_command *command)
{
	struct str rest = str_sub(s->text.p + s->at, s->text.len - s->at), line, end = s->until;
	const char *from = rest.p;
	struct scan body = *s;

	s->until = str_sub("", 0);
	while (str_cut(&rest, '\n', &line)) {
		struct str bare = str_trim(line);

		if (bare.len == end.len && memcmp(bare.p, end.p, end.len) == 0)
			break;
		command->input = str_sub(from, (size_t)(line.p + line.len - from));
	}
	s->at = s->text.len - rest.len;
	body.text = command->input;
	body.at = 0;
	if (!s->until_quoted && body.depth < NESTED)
		scan_text(&body, '\0');
}

static void finish(struct scan *s, struct shell_command *command)
{
	bool any = command->count > 0 || command->writes_to.len > 0;

	if (any && s->sink->command)
		s->sink->command(s->sink->arg, command);
	*command = (struct shell_command){0};
}

static void add_word(struct shell_command *command, struct str word)
{
	if (command->count < SHELL_WORDS && word.len)
		command->words[command->count++] = word;
}

/* Comparisons are no redirections: [[ a > b ]], (( a > b )). True: it was one of these. */
static bool scan_test(struct scan *s)
{
	bool words = peek(s, 0) == '[' && peek(s, 1) == '[';

	if (!words && (peek(s, 0) != '(' || peek(s, 1) != '('))
		return false;
	skip_past(s, words ? "]]" : "))");
	return true;
}

static void scan_separator(struct scan *s, struct shell_command *command)
{
	bool line = peek(s, 0) == '\n';

	s->at++;
	if (line && s->until.len)
		scan_here_document(s, command);
	finish(s, command);
}

static void scan_commands(struct scan *s, char until)
{
	struct shell_command command = {0};

	while (more(s) && !(until && peek(s, 0) == until)) {
		char c = peek(s, 0);

		if (c == ' ' || c == '\t' || c == '\r')
			s->at++;
		else if (c == '\\' && peek(s, 1) == '\n')
			s->at += 2;
		else if (c == '#')
			while (more(s) && peek(s, 0) != '\n')
				s->at++;
		else if (c == '>' || (c == '&' && peek(s, 1) == '>'))
			scan_output(s, &command, until);
		else if (c == '<')
			scan_input(s, until);
		else if (command.count == 0 && scan_test(s))
			continue;
		else if (strchr("\n;|&()", c))
			scan_separator(s, &command);
		else
			add_word(&command, scan_word(s, until));
	}
	finish(s, &command);
	s->at += more(s) ? 1 : 0;
}

void shell_scan(struct str text, const struct shell_sink *sink)
{
	struct scan s = {.text = text, .sink = sink, .until = {"", 0}};

	while (more(&s))
		scan_commands(&s, '\0');
}
