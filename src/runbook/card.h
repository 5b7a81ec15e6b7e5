/*
 * card.h: what a runbook says of itself before its body is read: its front matter. A list of ten
 * thousand is a list of cards.
 */
#ifndef RUNBOOK_CARD_H
#define RUNBOOK_CARD_H

#include "base/arena.h"
#include "base/when.h"
#include "config/setting.h"
#include "runbook/trouble.h"

enum { BOOK_ID = 65 };

/*  X(symbol, word) */
#define PARAM_TYPES(X) \
	X(STRING, "string") X(INT, "int") X(DURATION, "duration") X(URL, "url") X(CHOICE, "choice") \
	X(SECRET, "secret") X(ACCOUNT, "stellar-account") X(TX_HASH, "stellar-tx-hash")

enum param_type {
#define X(sym, word) PARAM_##sym,
	PARAM_TYPES(X)
#undef X
};

struct param {
	const char *name, *from, *def, *pattern, *help;	/* "" where not given */
	enum param_type type;
	bool required;			/* true unless it says false */
	struct texts choices;
	unsigned line;
};

struct book_alert {			/* an alert that it is for, by name and labels */
	const char *name;
	struct pairs labels;
};

struct book_escalation {
	const char *to, *via;
	msec after;
};

struct card {
	const char *path, *stem;	/* file name without .md */
	const char *id, *title, *summary, *owner;	/* id: the stem where none is given */
	bool native;			/* `binnacle: 1` stands there */
	unsigned severity;		/* 0: none */
	struct texts components, tags, reviewed_by;
	const struct book_alert *alerts;
	const struct book_escalation *escalations;
	const struct param *params;
	size_t alert_count, escalation_count, param_count;
	msec rto, rpo;			/* 0: none */
	msec reviewed_at, review_in;	/* WHEN_NEVER: never reviewed; 13 weeks unless it says so */
	char sha256[65], blob[41];	/* card_hash(); "" before */
};

/* From the whole bytes of a file; only the front matter and the first heading are looked at. Never
 * fails: what is wrong is in the troubles, what is missing is empty. Lives in the arena. */
void card_read(const char *path, struct str bytes, struct arena *arena, struct card *out,
	       struct troubles *troubles);

/* Of the whole file, by SHA-256 and as git names it. Apart, because a list of ten thousand has no
 * use for it. */
void card_hash(struct card *card, struct str bytes);

/* When its review is due: WHEN_NEVER for one that was never reviewed. */
msec card_review_due(const struct card *card);

/* Is this text a value of this parameter's type? Else a sentence. Never repeats a secret. */
bool param_fits(const struct param *param, const char *value, struct err *err);

#endif
