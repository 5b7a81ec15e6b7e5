/*
 * skip.h: stepping over the parts of a transaction that nobody asks for, by the grammar of
 * skip_rules.h. What is stepped over is checked as strictly as what is read.
 */
#ifndef STELLAR_SKIP_H
#define STELLAR_SKIP_H

#include "stellar/skip_results.h"
#include "stellar/skip_rules.h"
#include "stellar/xdr.h"

#define SKIP_RULES(X) SKIP_RULES_BASIC(X) SKIP_RULES_TRANSACTION(X) SKIP_RULES_RESULTS(X)

enum skip_type {	/* SKIP_Asset: in the spelling of the grammar */
#define X(name, ...) SKIP_##name,
	SKIP_RULES(X)
#undef X
	SKIP_TYPE_COUNT
};

enum { SKIP_DEPTH = 500 };	/* levels of types within types; the network's own hosts read as many */

/* One value of the type, where the reader stands. What is wrong stays in the reader. */
void skip_value(struct xdr *xdr, enum skip_type type);

/* The grammar itself, for its test. */
enum skip_kind { SKIP_IS_FIXED, SKIP_IS_TEXT, SKIP_IS_FLAG, SKIP_IS_ENUM, SKIP_IS_STRUCT,
		 SKIP_IS_UNION };
enum skip_times { SKIP_ONCE, SKIP_PERHAPS, SKIP_OFTEN };

struct skip_part {		/* of a struct; of a union, for the cases first to last */
	int16_t first, last;
	enum skip_type type;
	enum skip_times times;
	uint32_t most;		/* SKIP_OFTEN */
};

struct skip_rule {
	enum skip_kind kind;
	uint32_t size;		/* FIXED: bytes; TEXT: most bytes; ENUM: members */
	const struct skip_part *parts;
	size_t count;
	const char *wrong;	/* what to say of a union or an enum that has none of its members */
};

const struct skip_rule *skip_rule_of(enum skip_type type);

#endif
