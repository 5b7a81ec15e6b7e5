/*
 * lint_names.c: R021, a value that a command uses and that nobody gives it.
 *
 * Commands run in a clean environment: a variable that is no parameter, is not captured by an
 * earlier command and is not set in the fence itself is empty at two in the morning.
 */
#include <string.h>

#include "runbook/lint_inside.h"

enum { NAMES = 64 };		/* that one fence sets; more are taken for set */

/* What a shell sets itself, and what every command gets from us. */
static const char *const given[] = {
	"HOME", "PATH", "USER", "LOGNAME", "SHELL", "PWD", "OLDPWD", "LANG", "LC_ALL", "TERM", "TZ",
	"TMPDIR", "HOSTNAME", "IFS", "OPTARG", "OPTIND", "PPID", "UID", "EUID", "RANDOM", "SECONDS",
	"LINENO", "REPLY", "FUNCNAME", "BASH", "BASHPID", "BASH_VERSION", "BASH_SOURCE",
	"BASH_REMATCH", "PIPESTATUS", "EPOCHSECONDS", "SHLVL", "PS1", "PS4", "COLUMNS", "LINES",
};

struct names {
	struct linter *linter;
	const struct fence *fence;
	struct str set[NAMES];
	size_t set_count;
	struct str told[NAMES];		/* each is told once for a fence */
	size_t told_count;
};

static bool is_in(struct str name, const struct str *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].len == name.len && memcmp(list[i].p, name.p, name.len) == 0)
			return true;
	return false;
}

static bool is_given(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		if (str_eq(name, given[i]))
			return true;
	return false;
}

static bool is_declared(const struct runbook *book, struct str name)
{
	for (size_t i = 0; i < book->card.param_count; i++)
		if (str_eq(name, book->card.params[i].name))
			return true;
	return false;
}

static bool is_captured(const struct runbook *book, struct str name)
{
	for (size_t i = 0; i < book->step_count; i++)
		for (size_t j = 0; j < book->steps[i].fence_count; j++)
			if (str_eq(name, book->steps[i].fences[j].capture))
				return true;
	return false;
}

static void miss(struct names *names, struct str name)
{
	const struct runbook *book = names->linter->book;

	if (is_declared(book, name) || is_captured(book, name) ||
	    is_in(name, names->told, names->told_count))
		return;
	if (names->told_count < NAMES)
		names->told[names->told_count++] = name;
	trouble_add(names->linter->out, TROUBLE_R021, lint_at(names->linter, names->fence->line),
		    "declare it under params in the front matter",
		    "%.*s is used and nobody gives it a value", (int)name.len, name.p);
}

static void use_in_shell(void *arg, struct str name, bool guarded)
{
	struct names *names = arg;

	if (!guarded && !is_given(name) && names->set_count < NAMES &&
	    !is_in(name, names->set, names->set_count))
		miss(names, name);
}

static struct str name_of(struct str word)
{
	size_t len = 0;

	while (len < word.len && shell_is_name(word.p[len], len == 0))
		len++;
	return str_sub(word.p, len);
}

static void set_name(struct names *names, struct str word)
{
	struct str name = name_of(word);

	if (name.len && names->set_count < NAMES)
		names->set[names->set_count++] = name;
}

/* NAME=, NAME+=, NAME[i]= */
static bool assigns(struct str word)
{
	size_t len = name_of(word).len;

	return len > 0 && len < word.len && strchr("=+[", word.p[len]) && word.p[len];
}

/* Commands whose arguments are names that they set. */
static bool sets_its_words(struct str word)
{
	static const char *const setters[] = {"read", "for", "export", "local", "declare", "readonly",
					      "typeset", "mapfile", "readarray", "getopts", "unset",
					      "printf", "select"};

	for (size_t i = 0; i < ARRAY_LEN(setters); i++)
		if (str_eq(word, setters[i]))
			return true;
	return false;
}

static void note_set(void *arg, const struct shell_command *command)
{
	bool all = false;

	for (size_t i = 0; i < command->count; i++) {
		if (all || assigns(command->words[i]))
			set_name(arg, command->words[i]);
		all = (all || sets_its_words(command->words[i])) &&
		      !str_eq(command->words[i], "in");
	}
}

/* ${NAME} of promql and http; :'NAME' and :"NAME" of sql. */
static void look_for(struct names *names, const char *open, const char *close)
{
	struct str rest = str_of(names->fence->text);
	const char *at;

	while ((at = memmem(rest.p, rest.len, open, strlen(open))) != NULL) {
		bool cast = at > rest.p && at[-1] == ':';
		struct str behind = str_sub(at + strlen(open),
					    rest.len - (size_t)(at - rest.p) - strlen(open));
		struct str name = name_of(behind);

		rest = behind;
		behind = str_sub(behind.p + name.len, behind.len - name.len);
		if (name.len && !cast && str_starts(behind, close))
			miss(names, name);
	}
}

static void look_in_fence(struct names *names)
{
	struct str text = str_of(names->fence->text);

	switch (names->fence->lang) {
	case LANG_SH:
	case LANG_BASH:
	case LANG_CONSOLE:
		shell_scan(text, &(struct shell_sink){.command = note_set, .arg = names});
		shell_scan(text, &(struct shell_sink){.name = use_in_shell, .arg = names});
		break;
	case LANG_SQL:
		look_for(names, ":'", "'");
		look_for(names, ":\"", "\"");
		break;
	case LANG_PROMQL:
	case LANG_HTTP:
		look_for(names, "${", "}");
		break;
	case LANG_TEXT:
		break;
	}
}

static void look_in_step(struct linter *linter, const struct step *step)
{
	const char *const used[] = {step->when.param, step->ask};

	for (size_t i = 0; i < ARRAY_LEN(used); i++)
		if (used[i][0] && !is_declared(linter->book, str_of(used[i])))
			trouble_add(linter->out, TROUBLE_R021, lint_at(linter, step->line),
				    "declare it under params in the front matter",
				    "step %u %s %s, which is no parameter", step->n,
				    i ? "asks for" : "waits for", used[i]);
}

void lint_names(struct linter *linter)
{
	for (size_t i = 0; i < linter->book->step_count; i++) {
		const struct step *step = &linter->book->steps[i];

		look_in_step(linter, step);
		for (size_t j = 0; j < step->fence_count; j++) {
			struct names names = {.linter = linter, .fence = &step->fences[j]};

			if (step->fences[j].runnable)
				look_in_fence(&names);
		}
	}
}
