/*
 * canned.h: the answers of a healthy estate, as short as the decoders take them: for tests that put
 * something of their own into every text that a source sends.
 */
#ifndef LIB_CANNED_H
#define LIB_CANNED_H

#include <jansson.h>
#include <stdbool.h>

enum { CANNED_ANSWERS = 10 };

struct canned {
	const char *path, *body;
};

extern const struct canned canned_answers[CANNED_ANSWERS];

/* A new text in the place of one that was sent. */
typedef json_t *canned_text(void *arg);

/* A copy of the tree in which each text is another one. Members that a decoder must recognise, or
 * it reads nothing else (times, numbers, words of state), stay unless `all` is wanted. */
json_t *canned_change(const json_t *from, bool all, canned_text *text, void *arg);

#endif
