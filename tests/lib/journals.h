/*
 * journals.h: a folder of journals for a test, its writers, and what a reader finds in it.
 */
#ifndef LIB_JOURNALS_H
#define LIB_JOURNALS_H

#include "store/journal.h"

extern const msec journals_start;	/* a time of day for tests that need one */

struct journals {			/* everything of a test, under one folder of /tmp */
	char root[64], dir[96];
};

int journals_build(void **state), journals_drop(void **state);

/* Who writes in tests: on host "ops1", unless said otherwise. */
struct journal_who journals_who(const char *operator, const struct journal_calls *calls);
struct journal *journals_open(const struct journals *journals, const char *operator,
			      const struct journal_calls *calls);

struct event journals_note(const char *text, msec at);		/* the text is borrowed */
/* Append one note; fails the test when it is not acknowledged. id: its id, or NULL. */
void journals_put(struct journal *journal, const char *text, msec at, char id[ULID_TEXT]);

/* Leave one file with an event behind, as a console that ended; path: where it is. */
void journals_leave(const struct journals *journals, char path[256]);

/* What a reader finds in a folder: every line, in the order in which it came. */
struct gathered {
	char (*ids)[ULID_TEXT];
	struct buf lines;		/* with their LFs */
	size_t count, cap, bad;		/* bad: lines that are none */
	size_t joined;			/* session.joined among them */
	struct hlc last;		/* of the line that came last */
};

void gather_line(void *arg, const char *origin, struct str line);	/* a journal_visit */
void gather(struct gathered *out, const char *dir);
size_t gathered_times(const struct gathered *gathered, const char *id);
/* How many of the ids are not there, or more than once. Sorts what was found. */
size_t gathered_lacks(struct gathered *gathered, char (*ids)[ULID_TEXT], size_t count);
void gathered_done(struct gathered *gathered);

/* How many files of the folder are journals; the path of the first by name. */
size_t journals_count(const char *dir);
void journals_path(const char *dir, char out[256]);
/* Fails the test, naming the line, when a file is damaged. Returns how many events there are. */
size_t journals_sound(const char *dir);

void journals_read(const char *path, struct buf *out);
void journals_write(const char *path, struct str bytes, int flags);

#endif
