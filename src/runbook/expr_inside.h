/*
 * expr_inside.h: what a check is once it is read; shared by its parser and its evaluation.
 */
#ifndef RUNBOOK_EXPR_INSIDE_H
#define RUNBOOK_EXPR_INSIDE_H

#include "runbook/expr.h"

enum expr_kind { EXPR_AND, EXPR_OR, EXPR_NOT, EXPR_ALERT, EXPR_ABSENT, EXPR_FACT, EXPR_COMPARE };

/*  X(symbol, as written) */
#define EXPR_OPS(X) X(LT, "<") X(LE, "<=") X(GT, ">") X(GE, ">=") X(EQ, "==") X(NE, "!=")

enum expr_op {
#define X(sym, text) OP_##sym,
	EXPR_OPS(X)
#undef X
};

/* The right side of a comparison. */
struct expr_value {
	const char *text;		/* as written, without quotes */
	bool is_number;
	double number;			/* in the unit; of times and sizes in seconds and bytes */
	const char *unit;		/* "s", "bytes", "%", ...; "" */
};

/* `and` and `or` have two children or more, so that a long list of them is not deep. */
struct expr {
	enum expr_kind kind;
	const char *name;		/* of a datum or an alert */
	enum expr_op op;
	struct expr_value value;
	struct expr *first, *next;
	msec hold;			/* of the outermost */
};

const char *expr_op_text(enum expr_op op);

#endif
