/*
 * expr.c: is a check so, by what is known now; and for how long it has been.
 *
 * Truth comes first, words after it: decide() is three-valued logic alone, explain() then names the
 * parts that decided. A part below a `not` is told with what is wanted turned round.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/state.h"
#include "runbook/expr_inside.h"

enum { REASONS = 3 };		/* parts that are told; the others are counted */

struct look {
	const struct expr_world *world;
	const struct expr *expr;
};

/* What a leaf came to, and the sentence of it without what is wanted. */
struct finding {
	enum truth truth;
	char text[256];
};

static enum truth truth_of(bool yes)
{
	return yes ? TRUTH_YES : TRUTH_NO;
}

static enum truth turned(enum truth truth)
{
	return truth == TRUTH_UNKNOWN ? truth : truth_of(truth == TRUTH_NO);
}

PRINTF_LIKE(3, 4)
static void find(struct finding *out, enum truth truth, const char *fmt, ...)
{
	va_list args;

	out->truth = truth;
	va_start(args, fmt);
	(void)vsnprintf(out->text, sizeof(out->text), fmt, args);	/* cut: a sentence for people */
	va_end(args);
}

/* A value as people read it: "1842 s", "ok", "true". */
static const char *value_text(const struct datum *datum, char out[160])
{
	struct buf text = {0};

	if (datum->kind == DATUM_NUMBER)
		num_put(&text, datum->number, 3);
	else if (datum->kind == DATUM_BOOL)
		buf_text(&text, datum->truth ? "true" : "false");
	else
		buf_text(&text, datum->text[0] ? datum->text : "empty");
	if (datum->kind == DATUM_NUMBER && datum->unit[0])
		buf_fmt(&text, " %s", datum->unit);
	(void)str_put(out, 160, buf_cstr(&text));
	buf_done(&text);
	return out;
}

static void say_age(char out[WHEN_TEXT + 16], msec age)
{
	char text[WHEN_TEXT] = "";

	out[0] = '\0';
	if (age == WHEN_NEVER)
		return;
	when_format_age(text, age);
	(void)snprintf(out, WHEN_TEXT + 16, ", %s ago", text);
}

/* Is there a value to judge? Else the finding says why not. */
static bool is_known(const char *name, const struct datum *datum, struct finding *out)
{
	char value[160], age[WHEN_TEXT + 16];

	say_age(age, datum->age);
	if (datum->old && datum->kind != DATUM_NONE)
		find(out, TRUTH_UNKNOWN, "%s is stale: it was %s%s", name,
		     value_text(datum, value), age);
	else if (datum->old)
		find(out, TRUTH_UNKNOWN, "%s is stale%s", name, age);
	else if (datum->kind == DATUM_NONE || datum->state == STATE_UNKNOWN ||
		 (datum->kind == DATUM_NUMBER && isnan(datum->number)))
		find(out, TRUTH_UNKNOWN, "%s is not known", name);
	else
		return true;
	return false;
}

static bool fetch(const struct look *look, struct datum *datum, struct finding *out)
{
	*datum = (struct datum){.age = WHEN_NEVER};
	if (!look->world->datum(look->world->arg, look->expr->name, datum)) {
		find(out, TRUTH_UNKNOWN, "nothing is called %s", look->expr->name);
		return false;
	}
	return is_known(look->expr->name, datum, out);
}

static bool holds(double a, enum expr_op op, double b)
{
	switch (op) {
	case OP_LT: return a < b;
	case OP_LE: return a <= b;
	case OP_GT: return a > b;
	case OP_GE: return a >= b;
	case OP_EQ: return !(a < b) && !(a > b);
	case OP_NE: return a < b || a > b;
	}
	return false;
}

/* How much of the datum's unit one of the written one is; 0: they do not go together. */
static double factor(const char *written, const char *unit)
{
	if (!written[0] || strcmp(written, unit) == 0)
		return 1;
	return strcmp(written, "s") == 0 && strcmp(unit, "ms") == 0 ? 1000 : 0;
}

static bool is_order(enum expr_op op)
{
	return op != OP_EQ && op != OP_NE;
}

static void compare_number(const struct expr *expr, const struct datum *datum, struct finding *out)
{
	const struct expr_value *value = &expr->value;
	double times = factor(value->unit, datum->unit);
	char text[160];

	(void)value_text(datum, text);
	if (!value->is_number)
		find(out, TRUTH_UNKNOWN, "%s is a number, %s, and %s is none", expr->name, text,
		     value->text);
	else if (times <= 0)
		find(out, TRUTH_UNKNOWN, "%s is %s, which %s cannot be compared with", expr->name,
		     text, value->text);
	else
		find(out, truth_of(holds(datum->number, expr->op, value->number * times)),
		     "%s is %s", expr->name, text);
}

/* Amounts are texts: one that is a number is compared as one. */
static void compare_text(const struct expr *expr, const struct datum *datum, struct finding *out)
{
	bool same = strcmp(datum->text, expr->value.text) == 0;
	struct datum amount = *datum;
	char text[160];

	(void)value_text(datum, text);
	if (expr->value.is_number && num_parse_double(str_of(datum->text), &amount.number)) {
		amount.kind = DATUM_NUMBER;
		compare_number(expr, &amount, out);
	} else if (is_order(expr->op)) {
		find(out, TRUTH_UNKNOWN, "%s is %s, which is no number", expr->name, text);
	} else {
		find(out, truth_of(same == (expr->op == OP_EQ)), "%s is %s", expr->name, text);
	}
}

static void compare_bool(const struct expr *expr, const struct datum *datum, struct finding *out)
{
	bool yes = strcmp(expr->value.text, "true") == 0;
	const char *now = datum->truth ? "true" : "false";

	if ((!yes && strcmp(expr->value.text, "false") != 0) || is_order(expr->op))
		find(out, TRUTH_UNKNOWN, "%s is %s: it can be == true or == false only", expr->name,
		     now);
	else
		find(out, truth_of((datum->truth == yes) == (expr->op == OP_EQ)), "%s is %s",
		     expr->name, now);
}

static void find_compare(const struct look *look, struct finding *out)
{
	struct datum datum;

	if (!fetch(look, &datum, out))
		return;
	if (datum.kind == DATUM_NUMBER)
		compare_number(look->expr, &datum, out);
	else if (datum.kind == DATUM_TEXT)
		compare_text(look->expr, &datum, out);
	else
		compare_bool(look->expr, &datum, out);
}

static void find_fact(const struct look *look, struct finding *out)
{
	struct datum datum;
	char text[160];

	if (!fetch(look, &datum, out))
		return;
	(void)value_text(&datum, text);
	if (datum.kind == DATUM_BOOL)
		find(out, truth_of(datum.truth), "%s is %s", look->expr->name, text);
	else
		find(out, TRUTH_UNKNOWN, "%s is %s, neither true nor false: compare it with a value",
		     look->expr->name, text);
}

static void find_alert(const struct look *look, struct finding *out)
{
	static const char *const says[][2] = {
		[TRUTH_NO] = {"alert ", " does not fire"},
		[TRUTH_YES] = {"alert ", " fires"},
		[TRUTH_UNKNOWN] = {"whether alert ", " fires is not known"},
	};
	enum truth truth = look->world->alert(look->world->arg, look->expr->name);

	find(out, truth, "%s%s%s", says[truth][0], look->expr->name, says[truth][1]);
}

/* Does the source of this datum answer now, so that what it does not tell is not there? */
static bool answers(const struct datum *datum)
{
	return !datum->old && datum->state != STATE_UNKNOWN && datum->state != STATE_DOWN;
}

/* An item that a list of the source does not hold any more: "db.replicas.two" of "db.replicas". */
static bool is_gone_from_list(const struct look *look, const char *name)
{
	char list[256];
	struct datum datum = {.age = WHEN_NEVER};

	if (!str_put(list, sizeof(list), name))
		return false;
	for (char *dot = strrchr(list, '.'); dot; dot = strrchr(list, '.')) {
		*dot = '\0';
		if (look->world->datum(look->world->arg, list, &datum))
			return datum.kind == DATUM_NUMBER && answers(&datum);
	}
	return false;
}

static void find_absent(const struct look *look, struct finding *out)
{
	const char *name = look->expr->name;
	struct datum datum = {.age = WHEN_NEVER};
	bool found = look->world->datum(look->world->arg, name, &datum);
	char text[160];

	if (!found && !is_gone_from_list(look, name))
		find(out, TRUTH_UNKNOWN, "nothing is called %s", name);
	else if (!found || (datum.kind == DATUM_NONE && answers(&datum)))
		find(out, TRUTH_YES, "%s is absent", name);
	else if (is_known(name, &datum, out))
		find(out, TRUTH_NO, "%s is there: %s", name, value_text(&datum, text));
}

static void find_leaf(const struct look *look, struct finding *out)
{
	switch (look->expr->kind) {
	case EXPR_AND:
	case EXPR_OR:
	case EXPR_NOT:
		break;
	case EXPR_ALERT:
		find_alert(look, out);
		break;
	case EXPR_ABSENT:
		find_absent(look, out);
		break;
	case EXPR_FACT:
		find_fact(look, out);
		break;
	case EXPR_COMPARE:
		find_compare(look, out);
		break;
	}
}

static enum truth decide(const struct expr_world *world, const struct expr *expr);

/* `decisive` from any part is the answer; else unknown from any part is; else the other one. */
static enum truth decide_parts(const struct expr_world *world, const struct expr *expr,
			       enum truth decisive)
{
	enum truth all = turned(decisive);

	for (const struct expr *part = expr->first; part && all != decisive; part = part->next) {
		enum truth truth = decide(world, part);

		if (truth == decisive || truth == TRUTH_UNKNOWN)
			all = truth;
	}
	return all;
}

static enum truth decide(const struct expr_world *world, const struct expr *expr)
{
	struct look look = {world, expr};
	struct finding finding = {.truth = TRUTH_UNKNOWN};

	if (expr->kind == EXPR_NOT)
		return turned(decide(world, expr->first));
	if (expr->kind == EXPR_AND || expr->kind == EXPR_OR)
		return decide_parts(world, expr, truth_of(expr->kind == EXPR_OR));
	find_leaf(&look, &finding);
	return finding.truth;
}

struct story {
	const struct expr_world *world;
	struct buf *out;
	size_t told, left_out;
};

static void tell_leaf(struct story *story, const struct expr *expr, bool turn)
{
	struct look look = {story->world, expr};
	struct finding finding = {0};

	if (story->told == REASONS) {
		story->left_out++;
		return;
	}
	find_leaf(&look, &finding);
	buf_fmt(story->out, "%s%s", story->told++ ? ", " : "", finding.text);
	if (expr->kind == EXPR_COMPARE)
		buf_fmt(story->out, " (wants %s%s %s)", turn ? "not " : "",
			expr_op_text(expr->op), expr->value.text);
	else if (expr->kind == EXPR_FACT)
		buf_fmt(story->out, " (wants %s)", turn ? "false" : "true");
}

/* The parts that came to the same as the whole are those that decided it. */
static void tell(struct story *story, const struct expr *expr, bool turn)
{
	enum truth truth;

	if (expr->kind == EXPR_NOT) {
		tell(story, expr->first, !turn);
		return;
	}
	if (expr->kind != EXPR_AND && expr->kind != EXPR_OR) {
		tell_leaf(story, expr, turn);
		return;
	}
	truth = decide(story->world, expr);
	for (const struct expr *part = expr->first; part; part = part->next)
		if (decide(story->world, part) == truth)
			tell(story, part, turn);
}

enum truth expr_eval(const struct expr *expr, const struct expr_world *world, struct buf *because)
{
	struct story story = {.world = world, .out = because};

	tell(&story, expr, false);
	if (story.left_out)
		buf_fmt(because, ", and %zu more", story.left_out);
	return decide(world, expr);
}

static bool reads_same(const struct expr *a, const struct expr *b)
{
	return (a->kind == EXPR_ALERT) == (b->kind == EXPR_ALERT) && strcmp(a->name, b->name) == 0;
}

/* The first leaf below tree that reads what leaf does. */
static const struct expr *first_like(const struct expr *tree, const struct expr *leaf)
{
	const struct expr *found = !tree->first && reads_same(tree, leaf) ? tree : NULL;

	for (const struct expr *part = tree->first; part && !found; part = part->next)
		found = first_like(part, leaf);
	return found;
}

struct visitor {
	const struct expr *root;
	void (*visit)(void *arg, const char *name);
	void *arg;
};

static void visit_names(const struct visitor *visitor, const struct expr *tree)
{
	struct buf alert = {0};

	for (const struct expr *part = tree->first; part; part = part->next)
		visit_names(visitor, part);
	if (tree->first || first_like(visitor->root, tree) != tree)
		return;
	if (tree->kind == EXPR_ALERT)
		buf_fmt(&alert, "alert(%s)", tree->name);
	visitor->visit(visitor->arg, alert.len ? buf_cstr(&alert) : tree->name);
	buf_done(&alert);
}

void expr_names(const struct expr *expr, void (*visit)(void *arg, const char *name), void *arg)
{
	visit_names(&(struct visitor){expr, visit, arg}, expr);
}
