#include "app/options.h"

#include <getopt.h>
#include <string.h>

#include "base/scrub.h"
#include "base/str.h"

const struct option_row option_rows[OPTION_COUNT] = {
#define X(sym, name, letter, arg, global, help) { name, letter, arg, global, help },
	OPTIONS(X)
#undef X
};

enum { LONG_BASE = 256 };	/* getopt's return value for flags without a letter */

struct scanner {		/* what getopt_long wants, made from the table */
	struct option longs[OPTION_COUNT + 1];
	char shorts[2 * OPTION_COUNT + 3];
};

static void make_scanner(struct scanner *scanner)
{
	size_t n = 0;

	memset(scanner, 0, sizeof(*scanner));
	scanner->shorts[n++] = ':';	/* tell a missing argument from an unknown flag */
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];

		scanner->longs[i] = (struct option){
			.name = row->name,
			.has_arg = row->arg ? required_argument : no_argument,
			.val = LONG_BASE + i,
		};
		if (row->letter == 0)
			continue;
		scanner->shorts[n++] = row->letter;
		if (row->arg)
			scanner->shorts[n++] = ':';
	}
}

static int id_of(int got)
{
	if (got >= LONG_BASE)
		return got - LONG_BASE;
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (option_rows[i].letter != 0 && option_rows[i].letter == got)
			return i;
	}
	return -1;
}

static bool refuse(const char *word, struct err *err)
{
	const char *names[OPTION_COUNT];
	char shown[64], bare[64];
	const char *near;
	struct str rest = str_of(word), name;

	for (int i = 0; i < OPTION_COUNT; i++)
		names[i] = option_rows[i].name;
	scrub_put(shown, sizeof(shown), rest);
	if (!str_starts(rest, "--"))
		return err_set(err, ERR_USAGE, "unknown flag '%s'", shown);
	rest = str_sub(rest.p + 2, rest.len - 2);
	str_cut(&rest, '=', &name);
	scrub_put(bare, sizeof(bare), name);
	near = str_nearest(bare, names, OPTION_COUNT);
	if (near)
		return err_set(err, ERR_USAGE, "unknown flag '--%s': did you mean '--%s'?", bare, near);
	return err_set(err, ERR_USAGE, "unknown flag '--%s'", bare);
}

/* Was the long flag written out in full? getopt_long takes any unique prefix. */
static bool whole_word(const char *word, const char *name)
{
	size_t len = strlen(name);

	return strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, len) == 0 &&
	       (word[2 + len] == '\0' || word[2 + len] == '=');
}

/* The word that getopt has just consumed, before its argument when that stood apart. */
static const char *consumed(char **argv, bool with_arg)
{
	if (with_arg && optind >= 2 && optarg == argv[optind - 1])
		return argv[optind - 2];
	return argv[optind - 1];
}

static bool take(int got, char **argv, struct options *out, struct err *err)
{
	int id = id_of(got);
	const char *word;

	if (id < 0)
		return err_set(err, ERR_USAGE, "unknown flag");
	word = consumed(argv, option_rows[id].arg);
	if (got >= LONG_BASE && !whole_word(word, option_rows[id].name))
		return refuse(word, err);
	out->given[id] = true;
	out->value[id] = optarg;
	if (!optarg)
		return true;
	if (out->use_count == OPTIONS_WORDS)
		return err_set(err, ERR_USAGE, "more than %d flags with a value", OPTIONS_WORDS);
	out->uses[out->use_count++] = (struct option_use){ (enum option_id)id, optarg };
	return true;
}

static bool missing_argument(const char *word, struct err *err)
{
	int id = id_of(optopt);

	if (id >= 0 && optopt >= LONG_BASE && !whole_word(word, option_rows[id].name))
		return refuse(word, err);
	return err_set(err, ERR_USAGE, "flag '%s' needs %s", word,
		       id >= 0 ? option_rows[id].arg : "a value");
}

/* A known long flag that was given a value it does not take. */
static bool unwanted_value(const char *word, struct err *err)
{
	if (optopt < LONG_BASE)
		return refuse(word, err);
	if (!whole_word(word, option_rows[optopt - LONG_BASE].name))
		return refuse(word, err);
	return err_set(err, ERR_USAGE, "flag '--%s' takes no value", option_rows[optopt - LONG_BASE].name);
}

/* The one flag whose value is a word to choose from and is needed before any configuration. */
static bool check_colour(const char *word, struct err *err)
{
	static const char *const words[] = { "auto", "always", "never" };
	char shown[32];

	if (!word)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	scrub_put(shown, sizeof(shown), str_of(word));
	return err_set(err, ERR_USAGE, "--color: '%s' is none of auto, always, never", shown);
}

bool options_read(int argc, char **argv, struct options *out, struct err *err)
{
	struct scanner scanner;
	int got;

	make_scanner(&scanner);
	memset(out, 0, sizeof(*out));
	optind = 0;		/* glibc: start anew */
	opterr = 0;
	while ((got = getopt_long(argc, argv, scanner.shorts, scanner.longs, NULL)) != -1) {
		if (got == ':')
			return missing_argument(argv[optind - 1], err);
		if (got == '?' && optopt != 0 && optopt < LONG_BASE)
			return err_set(err, ERR_USAGE, "unknown flag '-%c'",
				       optopt > ' ' && optopt < 127 ? optopt : '?');
		if (got == '?')
			return unwanted_value(argv[optind - 1], err);
		if (!take(got, argv, out, err))
			return false;
	}
	for (int i = optind; i < argc; i++) {
		if (out->word_count == OPTIONS_WORDS)
			return err_set(err, ERR_USAGE, "more than %d arguments", OPTIONS_WORDS);
		out->words[out->word_count++] = argv[i];
	}
	return check_colour(out->value[OPTION_COLOR], err);
}
