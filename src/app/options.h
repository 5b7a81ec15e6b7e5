/*
 * options.h: the flags of the command line as one table, and reading them.
 *
 * getopt_long does the scanning; what it takes too much (unique prefixes, ux.md E14) is refused by
 * comparing the whole word. Flags may follow arguments, `--` ends them.
 */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*  X(symbol, long, short or 0, argument or NULL, everywhere?, help) */
#define OPTIONS(X) \
	X(HELP, "help", 'h', NULL, true, "show what this verb does, examples first") \
	X(VERSION, "version", 'V', NULL, true, "show the version") \
	X(CONFIG, "config", 'c', "FILE", true, "use this configuration instead of the usual one") \
	X(ENV, "env", 'e', "NAME", true, "name of the environment, instead of the configured one") \
	X(READ_ONLY, "read-only", 0, NULL, true, "refuse everything that changes something outside") \
	X(JSON, "json", 0, NULL, true, "one JSON object on standard output") \
	X(PLAIN, "plain", 0, NULL, true, "plain text in stable columns, no frames") \
	X(COLOR, "color", 0, "WHEN", true, "auto, always or never") \
	X(ASCII, "ascii", 0, NULL, true, "nothing but ASCII on the screen") \
	X(UTC, "utc", 0, NULL, true, "times in UTC, whatever is configured") \
	X(TIMEOUT, "timeout", 0, "TIME", true, "how long to wait for sources, as 10s") \
	X(NO_INPUT, "no-input", 0, NULL, true, "never ask; fail instead") \
	X(QUIET, "quiet", 'q', NULL, true, "no words on standard error but errors") \
	X(VERBOSE, "verbose", 'v', NULL, true, "log everything, as --log-level debug does") \
	X(LOG_LEVEL, "log-level", 0, "LEVEL", true, "error, warn, info or debug") \
	X(LOG_FILE, "log-file", 0, "FILE", true, "where the log goes") \
	X(CHECK, "check", 0, NULL, false, "exit 0, 10, 11 or 12 by the worst state") \
	X(WATCH, "watch", 0, NULL, false, "go on until interrupted, a report every two seconds") \
	X(ORIGIN, "origin", 0, NULL, false, "say for each value where it comes from")

enum option_id {
#define X(sym, name, letter, arg, global, help) OPTION_##sym,
	OPTIONS(X)
#undef X
	OPTION_COUNT
};

struct option_row {
	const char *name;
	char letter;
	const char *arg;
	bool global;
	const char *help;
};

extern const struct option_row option_rows[OPTION_COUNT];

enum { OPTIONS_WORDS = 64 };

struct options {
	bool given[OPTION_COUNT];
	const char *value[OPTION_COUNT];
	const char *words[OPTIONS_WORDS];	/* what is no flag, in order */
	size_t word_count;
};

/* Borrowed from argv (which getopt_long reorders). False: err says which word is wrong, with a
 * suggestion. */
bool options_read(int argc, char **argv, struct options *out, struct err *err);

#endif
