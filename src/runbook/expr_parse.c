/*
 * expr_parse.c: the text of a check -> a tree, by recursive descent over one token at a time.
 *
 * The first mistake ends it: every function returns NULL from there on, and the sentence and the
 * column are those of the first.
 */
#include <ctype.h>
#include <string.h>

#include "base/num.h"
#include "base/when.h"
#include "runbook/expr_token.h"

static bool is_word(const struct parser *p, const char *word)
{
	return p->token.kind == TOKEN_WORD && str_eq(p->token.text, word);
}

static bool accept(struct parser *p, const char *word)
{
	if (!is_word(p, word))
		return false;
	parser_advance(p);
	return true;
}

static const char *const keywords[] = {"and", "or", "not", "for", "absent", "alert"};

static bool is_keyword(struct str word)
{
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (str_eq(word, keywords[i]))
			return true;
	return false;
}

/* A keyword in capitals would be taken for a name. */
static bool is_shouted(struct parser *p)
{
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
		if (p->token.kind == TOKEN_WORD && p->token.text.len == strlen(keywords[i]) &&
		    str_has_nocase(p->token.text, keywords[i]) && !is_keyword(p->token.text)) {
			wrong_here(p, "write \"%s\" in small letters", keywords[i]);
			return true;
		}
	}
	return false;
}

static struct expr *node(struct parser *p, enum expr_kind kind, const char *name)
{
	struct expr *made = arena_new(p->arena, sizeof(*made));

	made->kind = kind;
	made->name = name;
	made->value = (struct expr_value){.text = "", .unit = ""};
	return made;
}

static struct expr *parent(struct parser *p, enum expr_kind kind, struct expr *child)
{
	struct expr *made = child ? node(p, kind, "") : NULL;

	if (made)
		made->first = child;
	return made;
}

static const char *kept(struct parser *p)
{
	return arena_text(p->arena, p->token.text.p, p->token.text.len);
}

/* What stands here, for a sentence. */
static const char *said(const struct parser *p, char out[48])
{
	if (p->token.kind == TOKEN_END)
		return "the end";
	(void)str_copy(out, 48, p->token.text);	/* cut when long: it only reminds */
	return out;
}

static bool close_bracket(struct parser *p, const char *of)
{
	char word[48];

	if (p->token.kind != TOKEN_CLOSE)
		return wrong_here(p, "%s is not closed: a ) was expected, not %s", of,
			     said(p, word));
	parser_advance(p);
	return true;
}

static bool open_bracket(struct parser *p, const char *of)
{
	if (p->token.kind != TOKEN_OPEN)
		return wrong_here(p, "%s needs a name in brackets, as in %s", of,
				  strcmp(of, "alert") == 0 ? "alert(NAME)" : "absent(SOURCE.FIELD)");
	parser_advance(p);
	return true;
}

/* SOURCE.FIELD. */
static const char *name_of(struct parser *p)
{
	char word[48];
	struct str text = p->token.text;

	if (is_shouted(p))
		return NULL;
	if (p->token.kind == TOKEN_END)
		return wrong_here(p, "it ends where a name is expected");
	if (p->token.kind != TOKEN_WORD || is_keyword(text))
		return wrong_here(p, "a name is expected here, not %s", said(p, word));
	if (!memchr(text.p, '.', text.len) || text.p[text.len - 1] == '.' || str_has(text, ".."))
		return wrong_here(p, "%s is no SOURCE.FIELD, as indexer.lag_s is",
				  said(p, word));
	return kept(p);
}

/*  X(unit, how many, of what) */
#define EXPR_SIZES(X) \
	X("bytes", 1) X("B", 1) X("kB", 1e3) X("MB", 1e6) X("GB", 1e9) X("TB", 1e12) \
	X("KiB", 1024) X("MiB", 1048576) X("GiB", 1073741824) X("TiB", 1099511627776)

static const struct {
	const char *unit;
	double bytes;
} sizes[] = {
#define X(unit, bytes) {unit, bytes},
	EXPR_SIZES(X)
#undef X
};

/* Times and sizes become seconds and bytes; any other unit stays what it is. */
static void set_unit(struct expr_value *value, const char *unit)
{
	msec time;

	value->unit = unit;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		if (strcmp(unit, sizes[i].unit) == 0) {
			value->number *= sizes[i].bytes;
			value->unit = "bytes";
		}
	}
	if (when_parse_duration(str_of(value->text), &time, NULL)) {
		value->number = (double)time / (double)WHEN_SECOND;
		value->unit = "s";
	}
}

/* Where the digits end: an e belongs to them only where an exponent follows. */
static size_t digits_of(const char *text)
{
	size_t len = strspn(text, "+-.0123456789");
	size_t sign = text[len] == 'e' || text[len] == 'E' ? len + 1 : 0;

	if (sign && (text[sign] == '+' || text[sign] == '-'))
		sign++;
	if (sign && isdigit((unsigned char)text[sign]))
		len = sign + strspn(text + sign, "0123456789");
	return len;
}

static bool number_value(struct parser *p, struct expr_value *value)
{
	size_t len;

	value->text = kept(p);
	len = digits_of(value->text);
	value->is_number = true;
	if (!num_parse_double(str_sub(value->text, len), &value->number) &&
	    !when_parse_duration(str_of(value->text), &(msec){0}, NULL))
		return wrong_here(p, "%s is no number; text that begins like one needs "
				  "quotes", value->text);
	set_unit(value, value->text + len);
	parser_advance(p);
	if (!value->unit[0] && p->token.kind == TOKEN_WORD && !is_keyword(p->token.text))
		return wrong_here(p, "a unit stands next to its number, without a blank");
	return true;
}

static bool text_value(struct parser *p, struct expr_value *value)
{
	char word[48];

	if (p->token.kind == TOKEN_WORD && memchr(p->token.text.p, '.', p->token.text.len))
		return wrong_here(p, "a name is compared with a value: if %s is one, it "
				  "needs quotes", said(p, word));
	value->text = kept(p);
	value->number = 0;
	parser_advance(p);
	return true;
}

static bool value_of(struct parser *p, struct expr *to)
{
	bool text = p->token.kind == TOKEN_TEXT ||
		    (p->token.kind == TOKEN_WORD && !is_keyword(p->token.text));

	if (p->token.kind == TOKEN_NUMBER)
		return number_value(p, &to->value);
	if (!text)
		return wrong_here(p, "a value is missing after %s", expr_op_text(to->op));
	if (to->op != OP_EQ && to->op != OP_NE)
		return wrong_here(p, "text is compared by == and != only");
	return text_value(p, &to->value);
}

/* horizon.healthy is another word for horizon.state == ok. */
static struct expr *healthy(struct parser *p)
{
	struct expr *made = node(p, EXPR_COMPARE, "horizon.state");

	made->op = OP_EQ;
	made->value.text = "ok";
	if (p->token.kind == TOKEN_OP)
		return wrong_here(p, "horizon.healthy stands by itself: it means "
				  "horizon.state == ok");
	return made;
}

static struct expr *fact(struct parser *p)
{
	const char *name = name_of(p);
	struct expr *made;

	if (!name)
		return NULL;
	parser_advance(p);
	if (strcmp(name, "horizon.healthy") == 0)
		return healthy(p);
	made = node(p, p->token.kind == TOKEN_OP ? EXPR_COMPARE : EXPR_FACT, name);
	if (made->kind == EXPR_FACT)
		return made;
	made->op = p->token.op;
	parser_advance(p);
	if (!value_of(p, made))
		return NULL;
	if (p->token.kind == TOKEN_OP)
		return wrong_here(p, "one comparison at a time: join two of them by and");
	return made;
}

static struct expr *alert(struct parser *p)
{
	struct expr *made;
	bool named;

	if (!open_bracket(p, "alert"))
		return NULL;
	named = p->token.kind == TOKEN_WORD || p->token.kind == TOKEN_TEXT;
	if (!named || p->token.text.len == 0)
		return wrong_here(p, "alert needs a name in brackets, as in alert(NAME)");
	made = node(p, EXPR_ALERT, kept(p));
	parser_advance(p);
	return close_bracket(p, "alert(") ? made : NULL;
}

static struct expr *absent(struct parser *p)
{
	struct expr *made;

	if (!open_bracket(p, "absent"))
		return NULL;
	if (accept(p, "alert")) {
		made = parent(p, EXPR_NOT, alert(p));
	} else {
		const char *name = name_of(p);

		made = name ? node(p, EXPR_ABSENT, name) : NULL;
		if (made)
			parser_advance(p);
	}
	return made && close_bracket(p, "absent(") ? made : NULL;
}

static struct expr *any_of(struct parser *p);

static struct expr *bracketed(struct parser *p)
{
	struct expr *made;

	parser_advance(p);
	made = any_of(p);
	if (made && is_word(p, "for"))
		return wrong_here(p, "for stands once, at the end, outside of brackets");
	return made && close_bracket(p, "a bracket") ? made : NULL;
}

static struct expr *primary(struct parser *p)
{
	struct expr *made;

	if (p->depth == EXPR_DEPTH)
		return wrong_here(p, "brackets stand more than %d deep in each other",
				  EXPR_DEPTH);
	p->depth++;
	if (p->token.kind == TOKEN_OPEN)
		made = bracketed(p);
	else if (accept(p, "alert"))
		made = alert(p);
	else if (accept(p, "absent"))
		made = absent(p);
	else
		made = fact(p);
	p->depth--;
	return made;
}

static struct expr *negated(struct parser *p)
{
	return accept(p, "not") ? parent(p, EXPR_NOT, primary(p)) : primary(p);
}

/* One or more of a kind, joined by a word. */
static struct expr *joined(struct parser *p, const char *word, enum expr_kind kind,
			   struct expr *(*part)(struct parser *p))
{
	struct expr *first = part(p), *made = first, *last = first;

	while (last && accept(p, word)) {
		if (made == first)
			made = parent(p, kind, first);
		last = last->next = part(p);
	}
	return last ? made : NULL;
}

static struct expr *all_of(struct parser *p)
{
	return joined(p, "and", EXPR_AND, negated);
}

static struct expr *any_of(struct parser *p)
{
	return joined(p, "or", EXPR_OR, all_of);
}

static bool hold_time(struct parser *p, msec *out)
{
	struct err why;

	if (!accept(p, "for"))
		return true;
	if (p->token.kind != TOKEN_NUMBER)
		return wrong_here(p, "for needs a time, as in for 2m");
	if (!when_parse_duration(p->token.text, out, &why))
		return wrong_here(p, "%s", why.text);
	if (*out <= 0)
		return wrong_here(p, "for needs a time that is more than none");
	parser_advance(p);
	return true;
}

static bool at_end(struct parser *p)
{
	char word[48];

	if (p->token.kind == TOKEN_END)
		return true;
	if (is_shouted(p))
		return false;
	if (p->token.kind == TOKEN_CLOSE)
		return wrong_here(p, "a ) closes nothing");
	return wrong_here(p, "and, or, for or the end is expected here, not %s",
			  said(p, word));
}

struct expr *expr_parse(struct str text, struct arena *arena, unsigned *column, struct err *err)
{
	struct parser p = {.text = text, .arena = arena, .column = column, .err = err};
	struct expr *made;
	msec hold = 0;

	*column = 1;
	if (text.len > EXPR_LONGEST)
		return wrong_here(&p, "a check has at most %d bytes, this one has %zu", EXPR_LONGEST,
				  text.len);
	parser_advance(&p);
	if (p.token.kind == TOKEN_END) {
		p.token.at = 0;
		return wrong_here(&p, "a check is expected, as in indexer.lag_s < 300");
	}
	made = any_of(&p);
	if (!made || !hold_time(&p, &hold) || !at_end(&p) || p.failed)
		return NULL;
	made->hold = hold;
	return made;
}

msec expr_for(const struct expr *expr)
{
	return expr->hold;
}
