/*
 * exits.h: every exit status of this program with its meaning (formats.md 2). The table prints
 * `binnacle help exit-codes` and the EXIT STATUS section of the man page.
 */
#ifndef APP_EXITS_H
#define APP_EXITS_H

#define EXITS(X) \
	X(OK, 0, "done; with --check: everything is ok; tx diagnose, tx watch: confirmed") \
	X(FAILED, 1, "it failed, or --check of a runbook verb found a difference; see standard error") \
	X(USAGE, 2, "wrong usage: unknown verb, flag or argument") \
	X(CONFIG, 3, "the configuration is invalid; runbook lint: something is an error") \
	X(NO_ANSWER, 4, "a verb that needs an answer got none in time") \
	X(NOT_FOUND, 5, "the thing named does not exist") \
	X(WARN, 10, "status --check: the worst state is WARN; drill due --check: one is due soon") \
	X(BAD, 11, "status --check: something is BAD or DOWN; drill due --check: one is overdue") \
	X(UNKNOWN, 12, "status --check: something is UNKNOWN or STALE, and nothing is BAD or DOWN") \
	X(TX_FAILED, 20, "tx diagnose, tx watch: it failed on the ledger; nothing moved") \
	X(TX_SAFE, 21, "tx diagnose, tx watch: every one can never land any more: safe to cancel") \
	X(TX_PENDING, 22, "tx diagnose, tx watch: it may still land") \
	X(TX_UNKNOWN, 23, "tx diagnose, tx watch: unknown, or several that differ: do not touch") \
	X(NOT_PASSED, 30, "drill verify, drill finish: it did not pass") \
	X(DAMAGED, 40, "incident verify, verify: the record or the bundle is damaged") \
	X(REFUSED, 77, "refused: read-only, a confirmation is missing, or somebody does it already")

enum exit_status {
#define X(sym, code, text) EXIT_##sym = (code),
	EXITS(X)
#undef X
	EXIT_SIGNAL = 128,	/* plus the number of the signal; the terminal is restored */
};

#endif
