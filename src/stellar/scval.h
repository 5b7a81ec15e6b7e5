/*
 * scval.h: the values of smart contracts (SCVal), flattened: a visitor sees each leaf with the path
 * to it, as people write it. {amount: 5, to: [GA.., GB..]} is "amount" = "5", "to[0]" = "GA..",
 * "to[1]" = "GB..".
 *
 * A path is "" for a value that is no map and no vec. A key of a map that is no symbol or string
 * stands in brackets (`[7]`), one that is a map or a vec itself is only counted (`{0}`). An empty
 * map is a leaf "{}", an empty vec "[]", an absent one "none".
 */
#ifndef STELLAR_SCVAL_H
#define STELLAR_SCVAL_H

#include "stellar/xdr.h"

/*  X(symbol, name): in the order of the XDR union */
#define SCVAL_TYPES(X) \
	X(BOOL, "bool") \
	X(VOID, "void") \
	X(ERROR, "error") \
	X(U32, "u32") \
	X(I32, "i32") \
	X(U64, "u64") \
	X(I64, "i64") \
	X(TIMEPOINT, "timepoint")	/* unix seconds */ \
	X(DURATION, "duration")		/* seconds */ \
	X(U128, "u128") \
	X(I128, "i128") \
	X(U256, "u256") \
	X(I256, "i256") \
	X(BYTES, "bytes")		/* as hex */ \
	X(STRING, "string") \
	X(SYMBOL, "symbol") \
	X(VEC, "vec") \
	X(MAP, "map") \
	X(ADDRESS, "address")		/* as strkey */ \
	X(INSTANCE, "contract_instance") \
	X(INSTANCE_KEY, "ledger_key_contract_instance") \
	X(NONCE_KEY, "ledger_key_nonce") \
	X(EXECUTABLE_TAG, "executable_tag")

enum scval_type {
#define X(sym, name) SCVAL_##sym,
	SCVAL_TYPES(X)
#undef X
	SCVAL_TYPE_COUNT
};

enum {
	SCVAL_DEPTH = 32,	/* levels of nesting that are read */
	SCVAL_TEXT = 1024,	/* bytes of a text that are shown; then "~" */
	SCVAL_KEY = 64,		/* the same of a key within a path */
};

struct scval_leaf {			/* borrowed: copy what you keep */
	const char *path;		/* made harmless, as the text is (base/outside.h) */
	enum scval_type type;
	const char *text;		/* numbers exactly, in decimal */
};

typedef void scval_visit(void *arg, const struct scval_leaf *leaf);

const char *scval_type_name(enum scval_type type);

/* Read one value where the reader stands; visit may be NULL: then it is only checked and skipped.
 * What is wrong stays in the reader; leaves before that were visited. */
void scval_read(struct xdr *xdr, scval_visit *visit, void *arg);

/* A whole value in base64, and nothing behind it. */
bool scval_read_base64(struct str text, scval_visit *visit, void *arg, struct err *err);

/* What a Symbol is in base64: how topics of events are asked for. False when it does not fit, or
 * has more than the 32 characters of a symbol. */
bool scval_symbol_base64(char *out, size_t size, struct str name);

#endif
