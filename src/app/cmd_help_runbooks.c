/*
 * cmd_help_runbooks.c: the chapter of binnacle-runbooks(5) that the tables give: the words of the
 * format, and the rules of lint.
 */
#include "app/commands.h"
#include "runbook/runbook.h"

static const char *const sections[] = {
#define X(sym, heading, steps) heading,
	BOOK_SECTIONS(X)
#undef X
};

static const char *const kinds[] = {
#define X(sym, word) word,
	STEP_KINDS(X)
#undef X
};

static const char *const types[] = {
#define X(sym, word) word,
	PARAM_TYPES(X)
#undef X
};

static void put_words(struct buf *out, const char *what, const char *const *words, size_t count)
{
	buf_fmt(out, "*%s*\n\t", what);
	for (size_t i = 0; i < count; i++)
		if (words[i][0])
			buf_fmt(out, "%s%s", i ? ", " : "", words[i]);
	buf_text(out, ".\n\n");
}

void help_runbooks_manual(struct buf *out)
{
	buf_text(out, "# WORDS\n\n");
	put_words(out, "sections", sections, ARRAY_LEN(sections));
	put_words(out, "kinds of steps", kinds, ARRAY_LEN(kinds));
	put_words(out, "types of parameters", types, ARRAY_LEN(types));
	buf_text(out, "# LINT\n\n*binnacle runbook lint* gives each line of what is wrong one of these "
		      "codes. Errors make it exit with 3, warnings do not.\n\n");
	for (int i = 0; i < TROUBLE_COUNT; i++) {
		enum trouble_code code = (enum trouble_code)i;

		buf_fmt(out, "*%s* (%s)\n\t%s.\n\n", trouble_name(code),
			trouble_is_error(code) ? "error" : "warning", trouble_meaning(code));
	}
}
