/*
 * cases.h: caseloads for tests of the screen, at the moment of worlds_now(). Each hangs itself on
 * the world that is given and must be freed before it.
 *
 *  empty     configured, and nothing is open
 *  verdicts  one transaction of each verdict
 *  night     two stuck ones, of which one is safe; two envelopes of one payment; one that was
 *            pasted, one that is old, one that was dismissed, one that nobody has judged
 *  many      a window of 200 of more than a thousand
 */
#ifndef LIB_CASES_H
#define LIB_CASES_H

#include "core/caseload.h"
#include "core/world.h"

enum cases_kind { CASES_EMPTY, CASES_VERDICTS, CASES_NIGHT, CASES_MANY };

enum { CASES_PROOFS = 3 };

struct cases {
	struct caseload load;
	struct tx_line lines[CASELOAD_LINES];
	struct tx_case of[CASELOAD_LINES];
	struct tx_proof proofs[CASES_PROOFS];
	struct tx_member members[2];		/* of lines 1 and 2 of the night */
	struct envelope *envelope;		/* of line 0 */
	/* What the next box says, save for its act and care; `changed` makes another digest. */
	struct ready_act box;
	unsigned changed;
	size_t first;				/* of `many`: the number of its first row */
	struct world *world;
};

struct cases *cases_new(enum cases_kind kind, struct world *world);
void cases_free(struct cases *cases);		/* takes NULL */

/* Another window of `many`: its first row is this one. */
void cases_page(struct cases *cases, size_t first);
/* The line with this verdict; it is there. */
struct tx_case *cases_of(struct cases *cases, enum verdict_kind kind);

#endif
