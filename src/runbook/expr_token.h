/*
 * expr_token.h: where the parser of a check is, and the token in front of it. Private to runbook/.
 */
#ifndef RUNBOOK_EXPR_TOKEN_H
#define RUNBOOK_EXPR_TOKEN_H

#include "runbook/expr_inside.h"

enum token_kind {
	TOKEN_END, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_WORD, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_OP, TOKEN_BAD,
};

struct token {
	enum token_kind kind;
	struct str text;		/* of a TEXT without its quotes */
	size_t at;
	enum expr_op op;
};

struct parser {
	struct str text;
	size_t at;			/* behind the token */
	struct token token;
	struct arena *arena;
	unsigned depth;
	bool failed;
	unsigned *column;
	struct err *err;
};

void parser_advance(struct parser *p);		/* to the next token */
/* The token is. NULL, so that it can be returned. The first mistake stays, later ones are passed
 * over. */
void *wrong_here(struct parser *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
