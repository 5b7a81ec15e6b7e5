/*
 * cmd_completion.c: completion scripts made from the verb table. They are static text: a shell that
 * completes never waits for this program.
 */
#include <string.h>

#include "app/commands.h"
#include "app/fail.h"
#include "base/str.h"

/* Each noun once, in table order. */
static bool first_of_noun(size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (strcmp(verbs[j].noun, verbs[i].noun) == 0)
			return false;
	}
	return true;
}

static void nouns(struct buf *out)
{
	for (size_t i = 0; i < verb_count; i++) {
		if (first_of_noun(i))
			buf_fmt(out, "%s%s", i ? " " : "", verbs[i].noun);
	}
}

static void verbs_of(const char *noun, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < verb_count; i++) {
		if (strcmp(verbs[i].noun, noun) != 0)
			continue;
		if (verbs[i].verb)
			buf_fmt(out, "%s%s", any ? " " : "", verbs[i].verb);
		else if (strchr(verbs[i].args, '|'))	/* "bash|zsh|fish": words to choose from */
			for (const char *p = verbs[i].args; *p; p++)
				buf_char(out, *p == '|' ? ' ' : *p);
		any = any || out->len > 0;
	}
}

/* What any verb of the noun takes, and what every verb does. NULL: only the latter. */
static void flags_of(const char *noun, struct buf *out)
{
	uint64_t own = 0;

	for (size_t i = 0; noun && i < verb_count; i++)
		if (strcmp(verbs[i].noun, noun) == 0)
			own |= verbs[i].options;
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_rows[i].global || (own & OPTION_BIT(i)))
			buf_fmt(out, "%s--%s", i ? " " : "", option_rows[i].name);
}

static void write_bash_flags(struct buf *out)
{
	buf_text(out, "\tcase $cur in -*) case ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; i < verb_count; i++) {
		if (!first_of_noun(i))
			continue;
		buf_fmt(out, "\t%s) COMPREPLY=($(compgen -W '", verbs[i].noun);
		flags_of(verbs[i].noun, out);
		buf_text(out, "' -- \"$cur\")) ;;\n");
	}
	buf_text(out, "\t*) COMPREPLY=($(compgen -W '");
	flags_of(NULL, out);
	buf_text(out, "' -- \"$cur\")) ;;\n\tesac; return ;; esac\n");
}

static void write_bash(struct buf *out)
{
	buf_text(out, "# bash completion for binnacle\n"
		      "_binnacle() {\n"
		      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		      "\tcase $prev in\n"
		      "\t-c|--config|--log-file) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
		      "\t--color) COMPREPLY=($(compgen -W 'auto always never' -- \"$cur\")); return ;;\n"
		      "\tesac\n");
	write_bash_flags(out);
	buf_text(out, "\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; i < verb_count; i++) {
		if (!first_of_noun(i))
			continue;
		buf_fmt(out, "\t%s) [ \"$COMP_CWORD\" -gt 1 ] && COMPREPLY=($(compgen -W '",
			verbs[i].noun);
		verbs_of(verbs[i].noun, out);
		buf_text(out, "' -- \"$cur\")) && return ;;\n");
	}
	buf_text(out, "\tesac\n\t[ \"$COMP_CWORD\" = 1 ] && COMPREPLY=($(compgen -W '");
	nouns(out);
	buf_text(out, "' -- \"$cur\"))\n}\ncomplete -F _binnacle binnacle\n");
}

/* In single quotes a quote ends the text: '\'' puts one in. */
static void quoted(const char *text, struct buf *out)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\'')
			buf_text(out, "'\\''");
		else
			buf_char(out, *p);
	}
}

static void write_zsh(struct buf *out)
{
	buf_text(out, "#compdef binnacle\n_binnacle() {\n\tlocal -a nouns\n\tnouns=(\n");
	for (size_t i = 0; i < verb_count; i++) {
		if (!first_of_noun(i))
			continue;
		buf_fmt(out, "\t\t'%s:", verbs[i].noun);
		quoted(verbs[i].summary, out);
		buf_text(out, "'\n");
	}
	buf_text(out, "\t)\n\t_arguments -C \\\n");
	for (int i = 0; i < OPTION_COUNT; i++) {
		buf_fmt(out, "\t\t'--%s[", option_rows[i].name);
		quoted(option_rows[i].help, out);
		buf_fmt(out, "]%s%s%s' \\\n", option_rows[i].arg ? ":" : "",
			option_rows[i].arg ? option_rows[i].arg : "",
			option_rows[i].arg && strcmp(option_rows[i].arg, "FILE") == 0 ? ":_files" : "");
	}
	buf_text(out, "\t\t'1: :{_describe verb nouns}' '2: :->second'\n"
		      "\t[ \"$state\" = second ] || return\n\tcase $words[2] in\n");
	for (size_t i = 0; i < verb_count; i++) {
		if (!first_of_noun(i))
			continue;
		buf_fmt(out, "\t%s) compadd -- ", verbs[i].noun);
		verbs_of(verbs[i].noun, out);
		buf_text(out, " ;;\n");
	}
	buf_text(out, "\tesac\n}\n_binnacle \"$@\"\n");
}

static void write_fish(struct buf *out)
{
	buf_text(out, "# fish completion for binnacle\ncomplete -c binnacle -f\n");
	for (size_t i = 0; i < verb_count; i++) {
		const struct verb *verb = &verbs[i];

		if (first_of_noun(i)) {
			buf_fmt(out, "complete -c binnacle -n __fish_use_subcommand -a %s -d '",
				verb->noun);
			quoted(verb->summary, out);
			buf_text(out, "'\n");
			buf_fmt(out, "complete -c binnacle -n '__fish_seen_subcommand_from %s' -a '",
				verb->noun);
			verbs_of(verb->noun, out);
			buf_text(out, "'\n");
		}
	}
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		bool file = row->arg && strcmp(row->arg, "FILE") == 0;

		buf_fmt(out, "complete -c binnacle -l %s", row->name);
		if (row->letter)
			buf_fmt(out, " -s %c", row->letter);
		buf_fmt(out, "%s%s -d '", row->arg ? " -r" : "", file ? " -F" : "");
		quoted(row->help, out);
		buf_text(out, "'\n");
	}
}

struct shell_row {
	const char *name;
	void (*write)(struct buf *out);
};

static const struct shell_row shells[] = {
	{ "bash", write_bash },
	{ "zsh", write_zsh },
	{ "fish", write_fish },
};

int cmd_completion(const struct context *context)
{
	struct err err = { 0 };
	struct buf out = { 0 };

	if (context->word_count == 0) {
		err_set(&err, ERR_USAGE, "completion: for which shell? bash, zsh or fish");
		return verb_fail(context, "BN-U002", &err);
	}
	for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
		if (strcmp(shells[i].name, context->words[0]) != 0)
			continue;
		shells[i].write(&out);
		return verb_print(context, &out);
	}
	err_set(&err, ERR_USAGE, "completion: no script for '%.20s': bash, zsh or fish",
		context->words[0]);
	return verb_fail(context, "BN-U002", &err);
}
