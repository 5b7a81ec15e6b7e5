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
	X(CHECK, "check", 0, NULL, false, "say by the exit status how it is: see exit-codes") \
	X(WATCH, "watch", 0, NULL, false, "go on until interrupted, a report every two seconds") \
	X(ORIGIN, "origin", 0, NULL, false, "say for each value where it comes from") \
	X(AT, "at", 0, "TIME", false, "when it happened: 2026-11-22T02:14:07Z, or -5m") \
	X(BY, "by", 0, "NAME", false, "who does it, instead of the configured operator") \
	X(TITLE, "title", 0, "TEXT", false, "what is wrong, in one line") \
	X(SEV, "sev", 0, "N", false, "the severity: 1, 2 or 3; 1 is the worst") \
	X(COMPONENT, "component", 0, "NAME", false, "what is affected; may be given several times") \
	X(TYPE, "type", 0, "WORD", false, "which kind of it: see the examples") \
	X(IMPACT_START, "impact-start", 0, "TIME", false, "when users began to feel it") \
	X(NO_ASK, "no-ask", 0, NULL, false, "ask no source: the record has no figures then") \
	X(TEXT, "text", 0, "TEXT", false, "what is written; - reads standard input") \
	X(NEXT, "next", 0, "TIME", false, "promise the next update for then, as 15m") \
	X(CHANNEL, "channel", 0, "NAME", false, "where it is sent; may be given several times") \
	X(NO_SEND, "no-send", 0, NULL, false, "send nothing: a person has posted it") \
	X(DRAFT, "draft", 0, NULL, false, "print the draft, and record nothing") \
	X(REASON, "reason", 0, "TEXT", false, "why") \
	X(SUMMARY, "summary", 0, "TEXT", false, "what it meant for customers") \
	X(URL, "url", 0, "URL", false, "where the ticket is") \
	X(OWNER, "owner", 0, "NAME", false, "who is to do it") \
	X(DUE, "due", 0, "TIME", false, "until when, as 30m or as a time") \
	X(ACCEPT, "accept", 0, NULL, false, "take the command that is offered") \
	X(DECLINE, "decline", 0, NULL, false, "do not take the command that is offered") \
	X(INCIDENT, "incident", 0, "ID", false, "in which incident; the open one when there is but one") \
	X(FOR, "for", 0, "TIME", false, "for how long, as 15m") \
	X(TAG, "tag", 0, "WORD", false, "only those with this tag") \
	X(RULES, "rules", 0, "FILE", false, "the alert rules of a file, instead of Prometheus") \
	X(TOPIC, "topic", 0, NULL, false, "print the line for a chat topic, and write nothing") \
	X(INSTRUCT, "instruct", 0, NULL, false, "execute nothing; sense and record all the same") \
	X(DRY_RUN, "dry-run", 0, NULL, false, "print what would be walked and run; record nothing") \
	X(NETWORK, "network", 0, "NAME", false, \
	  "public, testnet, futurenet, standalone or a passphrase") \
	X(EVIDENCE, "evidence", 0, "FILE", false, "what was observed, one JSON object a line; - reads " \
	  "standard input") \
	X(FAIL_EMPTY, "fail-empty", 0, NULL, false, "exit 5 when there is none") \
	X(RESTORE, "restore", 0, NULL, false, "take the dismissal back") \
	X(FROM, "from", 0, "FILE", false, "a CSV with a header or JSON lines, instead of the " \
	  "database; - reads standard input") \
	X(ALL, "all", 0, NULL, false, "everything there is, however much it is") \
	X(BAND, "band", 0, "WORD", false, "only these: fresh, late, stuck or cancellable") \
	X(SINCE, "since", 0, "TIME", false, "how far back, as 1h") \
	X(ARMED, "armed", 0, NULL, false, "try the sample write too") \
	X(NONE, "none", 0, NULL, false, "there is none, and --reason says why") \
	X(SCENARIO, "scenario", 0, "WORD", false, "what is practised: see the examples") \
	X(WINDOW, "window", 0, "TIME", false, "how long the drill may take, as 2h") \
	X(RUNBOOK, "runbook", 0, "ID", false, "the runbook that is followed") \
	X(REPLAY, "replay", 0, "ID", false, "the incident that is gone through again") \
	X(FORMAT, "format", 0, "WORD", false, "md, html, json, csv or text; may be given several " \
	  "times") \
	X(OUT, "out", 0, "DIR", false, "write into this folder") \
	X(PUBLIC, "public", 0, NULL, false, "for everybody: roles for names; no commands, outputs, " \
	  "hosts") \
	X(EDIT, "edit", 0, NULL, false, "write in an editor: $VISUAL, else $EDITOR, else vi")

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

struct option_use {
	enum option_id id;
	const char *value;
};

struct options {
	bool given[OPTION_COUNT];
	const char *value[OPTION_COUNT];	/* the last one that was given */
	struct option_use uses[OPTIONS_WORDS];	/* all that have a value, in order */
	size_t use_count;
	const char *words[OPTIONS_WORDS];	/* what is no flag, in order */
	size_t word_count;
};

/* Borrowed from argv (which getopt_long reorders). False: err says which word is wrong, with a
 * suggestion. */
bool options_read(int argc, char **argv, struct options *out, struct err *err);

#endif
