/*
 * lint_secrets.c: R023, a secret that stands in the file: what the redactor would hide of it.
 */
#include <string.h>

#include "base/secret.h"
#include "runbook/lint_inside.h"

/* A variable, a placeholder, stars or an ellipsis stand for a secret and are none. */
static bool is_stand_in(struct str hidden)
{
	while (hidden.len && strchr("'\"\\", hidden.p[0]) && hidden.p[0])
		hidden = str_sub(hidden.p + 1, hidden.len - 1);
	return hidden.len == 0 || (hidden.p[0] && strchr("$<:*[{.%`", hidden.p[0]));
}

/* Where a secret begins in the line, from 1; 0: there is none. */
static unsigned secret_in(struct str line)
{
	size_t from = 0;

	while (from < line.len) {
		struct str rest = str_sub(line.p + from, line.len - from), hidden;
		struct buf shown = {0};
		size_t same = 0;
		bool differs;

		redact(&shown, rest);
		differs = shown.len != rest.len || memcmp(shown.data, rest.p, rest.len) != 0;
		while (differs && same < rest.len && same < shown.len &&
		       shown.data[same] == rest.p[same])
			same++;
		buf_done(&shown);
		if (!differs)
			return 0;
		hidden = str_sub(rest.p + same, rest.len - same);
		if (!is_stand_in(hidden))
			return (unsigned)(from + same) + 1;
		from += same + 1;
	}
	return 0;
}

void lint_secrets(struct linter *linter)
{
	struct str rest = linter->book->bytes, line;
	unsigned number = 1;

	for (; str_cut(&rest, '\n', &line); number++) {
		struct spot at = lint_at(linter, number);

		at.column = secret_in(line);
		if (at.column)
			trouble_add(linter->out, TROUBLE_R023, at,
				    "name a variable that is got where the secret is kept, and "
				    "change the secret: it was seen",
				    "a secret stands in it");
	}
}
