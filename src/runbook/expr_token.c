/* expr_token.c: the text of a check -> its words, signs and values, one after the other. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "runbook/expr_token.h"

static const char *const op_texts[] = {
#define X(sym, text) [OP_##sym] = (text),
	EXPR_OPS(X)
#undef X
};

const char *expr_op_text(enum expr_op op)
{
	return op_texts[op];
}

/* What is written in other languages, and what to write here. */
static const char *const habits[][2] = {
	{"&&", "write \"and\" instead of &&"}, {"&", "write \"and\" instead of &"},
	{"||", "write \"or\" instead of ||"}, {"|", "write \"or\" instead of |"},
	{"!", "write \"not\" instead of !"},
	{"=", "= does not compare: write == instead"},
};

void *wrong_here(struct parser *p, const char *fmt, ...)
{
	char text[256];
	va_list args;

	if (p->failed)
		return NULL;
	p->failed = true;
	*p->column = (unsigned)p->token.at + 1;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);	/* a cut sentence still says what it is */
	va_end(args);
	(void)err_set(p->err, ERR_INPUT, "%s", text);
	return NULL;
}

static struct str rest(const struct parser *p)
{
	return str_sub(p->text.p + p->at, p->text.len - p->at);
}

/* Letters, digits and what names of sources, fields and units are joined with. */
static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-' || c == '%';
}

static void take(struct parser *p, enum token_kind kind, size_t len)
{
	p->token.kind = kind;
	p->token.text = str_sub(p->text.p + p->at, len);
	p->at += len;
}

static bool take_op(struct parser *p)
{
	size_t best = 0;

	for (size_t i = 0; i < ARRAY_LEN(op_texts); i++) {
		size_t len = strlen(op_texts[i]);

		if (len > best && str_starts(rest(p), op_texts[i])) {
			best = len;
			p->token.op = (enum expr_op)i;
		}
	}
	if (best)
		take(p, TOKEN_OP, best);
	return best > 0;
}

static void take_quoted(struct parser *p)
{
	struct str left = rest(p);
	const char *end = memchr(left.p + 1, left.p[0], left.len - 1);

	if (!end) {
		wrong_here(p, "a quote is not closed");
		take(p, TOKEN_BAD, 0);
		return;
	}
	take(p, TOKEN_TEXT, (size_t)(end - left.p) + 1);
	p->token.text = str_sub(left.p + 1, (size_t)(end - left.p) - 1);
}

static void take_odd(struct parser *p)
{
	unsigned char c = (unsigned char)p->text.p[p->at];

	for (size_t i = 0; i < ARRAY_LEN(habits); i++)
		if (str_starts(rest(p), habits[i][0]))
			wrong_here(p, "%s", habits[i][1]);
	if (isgraph(c))
		wrong_here(p, "%c has no meaning here", c);
	else
		wrong_here(p, "a character that has no meaning outside of quotes");
	take(p, TOKEN_BAD, 0);
}

static void take_word(struct parser *p)
{
	struct str left = rest(p);
	char first = left.p[0];
	size_t len = 1;
	bool sign = first == '-' || first == '+' || first == '.';

	while (len < left.len && in_word(left.p[len]))
		len++;
	take(p, sign || isdigit((unsigned char)first) ? TOKEN_NUMBER : TOKEN_WORD, len);
}

void parser_advance(struct parser *p)
{
	char c;

	while (p->at < p->text.len && strchr(" \t\r\n", p->text.p[p->at]) && p->text.p[p->at])
		p->at++;
	p->token.at = p->at;
	if (p->at == p->text.len || p->failed) {
		take(p, p->failed ? TOKEN_BAD : TOKEN_END, 0);
		return;
	}
	c = p->text.p[p->at];
	if (c == '(' || c == ')')
		take(p, c == '(' ? TOKEN_OPEN : TOKEN_CLOSE, 1);
	else if (c == '"' || c == '\'')
		take_quoted(p);
	else if (in_word(c) || c == '+')
		take_word(p);
	else if (!take_op(p))
		take_odd(p);
}
