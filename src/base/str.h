/*
 * str.h: borrowed slices of text. A str owns nothing and need not be terminated.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

struct str {
	const char *p;
	size_t len;
};

struct str str_of(const char *text);			/* NULL gives the empty str */
struct str str_sub(const char *bytes, size_t len);
bool str_eq(struct str a, const char *b);
bool str_starts(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);
bool str_has(struct str s, const char *part);		/* ASCII case matters */
bool str_has_nocase(struct str s, const char *part);	/* ASCII case folded */
struct str str_trim(struct str s);			/* blanks, tabs, CR and LF at both ends */

/* Cut the part before the first sep off *rest (both end up without sep); false at the end. */
bool str_cut(struct str *rest, char sep, struct str *part);

/* Copy as much of src as fits, always terminated; false when it was cut (never inside a UTF-8
 * sequence). */
bool str_copy(char *dst, size_t size, struct str src);
bool str_put(char *dst, size_t size, const char *src);

/* Edit distance (Levenshtein, with neighbours swapped as one edit), at most `limit` + 1. */
size_t str_distance(const char *a, const char *b, size_t limit);

/* The name nearest to word within two edits, or NULL: what "did you mean" offers. */
const char *str_nearest(const char *word, const char *const *names, size_t count);

#endif
