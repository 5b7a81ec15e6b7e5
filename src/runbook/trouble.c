/* trouble.c: what is wrong is kept in the order of its being found and shown by place. */
#include "runbook/trouble.h"

#include <stdlib.h>
#include <string.h>

#include "base/outside.h"

enum { SENTENCE = 400 };	/* bytes of a sentence; what it quotes is cut before */

static const struct {
	const char *name, *meaning;
	bool error;
} codes[] = {
#define X(code, error, meaning) [TROUBLE_##code] = { #code, meaning, error },
	TROUBLES(X)
#undef X
};
_Static_assert(ARRAY_LEN(codes) == TROUBLE_COUNT, "every code has its meaning");

const char *trouble_name(enum trouble_code code)
{
	return codes[code].name;
}

const char *trouble_meaning(enum trouble_code code)
{
	return codes[code].meaning;
}

bool trouble_is_error(enum trouble_code code)
{
	return codes[code].error;
}

/* A runbook is written by others, and what it says may hold a secret. */
static const char *harmless(struct arena *arena, const char *text)
{
	char shown[SENTENCE];

	outside_put(shown, sizeof(shown), str_of(text));
	return arena_text(arena, shown, strlen(shown));
}

void trouble_add(struct troubles *troubles, enum trouble_code code, struct spot at,
		 const char *fix, const char *fmt, ...)
{
	struct trouble *trouble;
	struct buf text = { 0 };
	va_list args;

	troubles->errors += codes[code].error;
	if (troubles->count++ >= TROUBLES_KEPT)
		return;
	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	trouble = arena_new(troubles->arena, sizeof(*trouble));
	trouble->code = code;
	trouble->path = harmless(troubles->arena, at.path ? at.path : "");
	trouble->line = at.line;
	trouble->column = at.column;
	trouble->text = harmless(troubles->arena, buf_cstr(&text));
	trouble->fix = harmless(troubles->arena, fix ? fix : "");
	buf_done(&text);
	if (!troubles->last)
		troubles->last = &troubles->first;
	*troubles->last = trouble;
	troubles->last = &trouble->next;
}

/* One of the kept, with its turn: of two at one place the one found first comes first. */
struct placed {
	const struct trouble *trouble;
	size_t turn;
};

static int compare(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int by_place(const void *left, const void *right)
{
	const struct placed *a = left, *b = right;
	int order = strcmp(a->trouble->path, b->trouble->path);

	if (order == 0)
		order = compare(a->trouble->line, b->trouble->line);
	if (order == 0)
		order = compare(a->trouble->column, b->trouble->column);
	return order ? order : compare(a->turn, b->turn);
}

static void put(struct buf *out, const struct trouble *trouble)
{
	buf_text(out, trouble->path);
	if (trouble->line > 0)
		buf_fmt(out, ":%u", trouble->line);
	if (trouble->line > 0 && trouble->column > 0)
		buf_fmt(out, ":%u", trouble->column);
	buf_fmt(out, ": %s: %s [%s]\n", codes[trouble->code].error ? "error" : "warning",
		trouble->text, codes[trouble->code].name);
	if (*trouble->fix)
		buf_fmt(out, "   %s\n", trouble->fix);
}

size_t troubles_sorted(const struct troubles *troubles, const struct trouble *out[TROUBLES_KEPT])
{
	struct placed all[TROUBLES_KEPT];
	size_t count = 0;

	for (const struct trouble *t = troubles->first; t && count < ARRAY_LEN(all); t = t->next) {
		all[count] = (struct placed){ t, count };
		count++;
	}
	qsort(all, count, sizeof(*all), by_place);
	for (size_t i = 0; i < count; i++)
		out[i] = all[i].trouble;
	return count;
}

void troubles_write(const struct troubles *troubles, struct buf *out)
{
	const struct trouble *all[TROUBLES_KEPT];
	size_t count = troubles_sorted(troubles, all);

	for (size_t i = 0; i < count; i++)
		put(out, all[i]);
	if (troubles->count > count)
		buf_fmt(out, "and %zu more\n", troubles->count - count);
}
