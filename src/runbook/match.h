/*
 * match.h: which runbook an alert or a failing component is for.
 */
#ifndef RUNBOOK_MATCH_H
#define RUNBOOK_MATCH_H

#include "runbook/card.h"

/*
 * ALERT: `alerts` has its name, and what it says of labels is so. URL: the alert's annotation
 * runbook_url or runbook ends in the id, or in a #fragment that is the id or the title. NAME: the
 * letters and digits of the id or the file's name are those of the alert's name. COMPONENT: it is
 * not well, or the label `service` of an alert names it.
 */
/*  X(symbol, words): the best first; COMPONENT is offered, never opened by itself */
#define MATCHES(X) \
	X(ALERT, "for alert") X(URL, "named by alert") X(NAME, "called like alert") \
	X(COMPONENT, "for component")

enum match_kind {
#define X(sym, words) MATCH_##sym,
	MATCHES(X)
#undef X
};

struct match_alert {			/* one that fires */
	const char *name;
	struct pairs labels, annotations;
};

struct match_in {
	const struct card *cards;
	size_t card_count;
	const struct match_alert *alerts;
	size_t alert_count;
	struct texts components;	/* that are not well */
};

struct book_match {
	size_t card;
	enum match_kind kind;
	const char *what;		/* the alert or component */
	size_t matches;			/* how many alerts and components it is for in all */
	size_t labels;			/* ALERT: how many labels it names besides */
};

/* At most max, the best first: by kind, then by matches, by labels, by severity, as they stand.
 * Texts are borrowed from the input. */
size_t runbook_match(const struct match_in *in, struct book_match *out, size_t max);
const char *match_words(enum match_kind kind);

#endif
