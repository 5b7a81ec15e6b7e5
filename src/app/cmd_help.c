/*
 * cmd_help.c: everything that is said about the command line comes from the tables of verbs.h,
 * options.h and exits.h, so that it cannot differ from what the program does.
 */
#include <string.h>

#include "app/commands.h"
#include "app/fail.h"
#include "base/str.h"
#include "ui/keys.h"

enum { HELP_COLUMN = 27, HELP_WIDTH = 79 };

struct exit_row {
	int code;
	const char *text;
};

static const struct exit_row exit_rows[] = {
#define X(sym, code, text) { code, text },
	EXITS(X)
#undef X
};

static void write_options(const struct verb *verb, struct buf *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		char left[40];

		if (!row->global && (!verb || !(verb->options & OPTION_BIT(i))))
			continue;
		snprintf(left, sizeof(left), "%c%c%c --%s%s%s", row->letter ? '-' : ' ',
			 row->letter ? row->letter : ' ', row->letter ? ',' : ' ', row->name,
			 row->arg ? " " : "", row->arg ? row->arg : "");
		buf_fmt(out, "  %-24s %s\n", left, row->help);
	}
}

/* "  noun verb ARGS   summary"; what is too wide for its column has a line of its own. */
static void write_row(const struct verb *verb, struct buf *out)
{
	size_t start = out->len;

	buf_fmt(out, "  %s%s%s%s%s", verb->noun, verb->verb ? " " : "", verb->verb ? verb->verb : "",
		*verb->args ? " " : "", verb->args);
	if (out->len - start > HELP_COLUMN - 1) {
		buf_char(out, '\n');
		start = out->len;
	}
	buf_fmt(out, "%*s%s\n", (int)(HELP_COLUMN + start - out->len), "", verb->summary);
}

/* The verbs of a noun; true when it has any. */
static bool write_verbs(const char *noun, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < verb_count; i++) {
		if (!verbs[i].verb || strcmp(verbs[i].noun, noun) != 0)
			continue;
		any = true;
		if (out)
			write_row(&verbs[i], out);
	}
	return any;
}

static void write_verb(const struct verb *verb, struct buf *out)
{
	const char *sub = verb->verb ? verb->verb : "";

	buf_fmt(out, "binnacle %s%s%s: %s\n\n", verb->noun, *sub ? " " : "", sub, verb->summary);
	buf_fmt(out, "Examples:\n%s\n", verb->examples);
	buf_fmt(out, "Usage: binnacle %s%s%s%s%s [flags]\n\n", verb->noun, *sub ? " " : "", sub,
		*verb->args ? " " : "", verb->args);
	if (!*sub && write_verbs(verb->noun, NULL)) {
		buf_text(out, "Verbs:\n");
		write_verbs(verb->noun, out);
		buf_char(out, '\n');
	}
	buf_text(out, "Flags:\n");
	write_options(verb, out);
}

/* "list|open|show", wrapped, under the row of their noun. */
static void write_names(const char *noun, struct buf *out)
{
	size_t line = 0;

	for (size_t i = 0; i < verb_count; i++) {
		const char *name = verbs[i].verb;

		if (!name || strcmp(verbs[i].noun, noun) != 0)
			continue;
		if (line > 0 && HELP_COLUMN + line + strlen(name) > HELP_WIDTH) {
			buf_text(out, "|\n");
			line = 0;
		} else if (line > 0) {
			buf_char(out, '|');
		}
		if (line == 0)
			buf_fmt(out, "%*s", HELP_COLUMN, "");
		buf_text(out, name);
		line += strlen(name) + 1;
	}
	buf_char(out, '\n');
}

static void write_program(struct buf *out)
{
	buf_text(out, "binnacle: the console for the engineer who is woken when a Stellar platform "
		      "fails\n\n"
		      "Examples:\n"
		      "  binnacle                          open the console\n"
		      "  binnacle status                   print how everything is, once\n"
		      "  binnacle status --json            the same for a script\n"
		      "  binnacle config init              write a commented configuration\n"
		      "\nUsage: binnacle [VERB] [arguments] [flags]\n\nVerbs:\n");
	for (size_t i = 0; i < verb_count; i++) {
		if (verbs[i].verb)
			continue;
		write_row(&verbs[i], out);
		if (write_verbs(verbs[i].noun, NULL))
			write_names(verbs[i].noun, out);
	}
	buf_text(out, "\nFlags, everywhere:\n");
	write_options(NULL, out);
	buf_text(out, "\nTopics: binnacle help exit-codes|keys|config. More: man binnacle\n");
}

void help_write(const struct verb *verb, struct buf *out)
{
	if (verb)
		write_verb(verb, out);
	else
		write_program(out);
}

static void write_exits(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(exit_rows); i++)
		buf_fmt(out, "%5d  %s\n", exit_rows[i].code, exit_rows[i].text);
	buf_text(out, "128+n  ended by signal n; the terminal is restored\n");
}

static void write_config(struct buf *out)
{
	buf_text(out,
		 "The configuration is YAML. In force is what comes last of:\n"
		 "  built-in defaults\n"
		 "  /etc/xdg/binnacle/config.yaml\n"
		 "  $XDG_CONFIG_HOME/binnacle/config.yaml   (-c FILE or BINNACLE_CONFIG instead)\n"
		 "  conf.d/*.yaml beside it\n"
		 "  environment BINNACLE_KEY, as BINNACLE_READ_ONLY=true\n"
		 "  flags\n\n"
		 "  binnacle config init            writes a commented example\n"
		 "  binnacle config check           says everything that is wrong with it\n"
		 "  binnacle config show --origin   shows every value and where it comes from\n"
		 "  man binnacle-config             lists every key\n");
}

void help_keys(struct buf *out)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);

		buf_fmt(out, "%-14s %-16s %s\n", *info->keys ? info->keys : "(palette)", info->name,
			info->help);
	}
}

void help_config_manual(struct buf *out)
{
	settings_manual(settings_table, out);
	buf_text(out, "# ERRORS\n\nAll errors are shown at once, each with its line, and each ends with "
		      "one of these\nwords:\n\n");
	problems_manual(out);
}

struct topic {
	const char *name;
	void (*write)(struct buf *out);
};

static const struct topic topics[] = {
	{ "exit-codes", write_exits },
	{ "keys", help_keys },
	{ "config", write_config },
	{ "manual", help_manual },		/* for the man pages, which are made from these */
	{ "config-manual", help_config_manual },
	{ "runbooks-manual", help_runbooks_manual },
};

int cmd_help(const struct context *context)
{
	struct options asked = *context->options;
	struct buf out = { 0 };
	const struct verb *verb;
	struct err err = { 0 };
	size_t used;

	if (context->word_count == 0) {
		help_write(NULL, &out);
		return verb_print(context, &out);
	}
	for (size_t i = 0; i < ARRAY_LEN(topics); i++) {
		if (strcmp(topics[i].name, context->words[0]) == 0) {
			topics[i].write(&out);
			return verb_print(context, &out);
		}
	}
	asked.word_count = context->word_count;
	memcpy(asked.words, context->words, context->word_count * sizeof(asked.words[0]));
	verb = verb_find(&asked, &used, &err);
	if (!verb)
		return verb_fail(context, "BN-U001", &err);
	help_write(verb, &out);
	return verb_print(context, &out);
}

int cmd_version(const struct context *context)
{
	if (context->options->given[OPTION_JSON])
		fprintf(context->out, "{\"schema\":\"binnacle.version/1\",\"version\":\"%s\"}\n",
			BINNACLE_VERSION);
	else
		fprintf(context->out, "binnacle %s\n", BINNACLE_VERSION);
	return fflush(context->out) == 0 ? EXIT_OK : EXIT_FAILED;
}

void help_manual(struct buf *out)
{
	buf_text(out, "# VERBS\n\n");
	for (size_t i = 0; i < verb_count; i++) {
		const struct verb *verb = &verbs[i];

		buf_fmt(out, "*%s%s%s* %s\n\t%s.\n\n", verb->noun, verb->verb ? " " : "",
			verb->verb ? verb->verb : "", verb->args, verb->summary);
	}
	buf_text(out, "# FLAGS\n\n");
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];

		if (row->letter)
			buf_fmt(out, "*-%c*, ", row->letter);
		buf_fmt(out, "*--%s*%s%s\n\t%s.\n\n", row->name, row->arg ? " " : "",
			row->arg ? row->arg : "", row->help);
	}
	buf_text(out, "# EXIT STATUS\n\n");
	for (size_t i = 0; i < ARRAY_LEN(exit_rows); i++)
		buf_fmt(out, "*%d*\n\t%s.\n\n", exit_rows[i].code, exit_rows[i].text);
	buf_text(out, "*128+n*\n\tended by signal n; the terminal is restored.\n");
}
