/*
 * library_inside.h: what the files of the library at work share.
 *
 * Four kinds of work are done in workers, at most one of each at a time: reading the folders,
 * taking one file apart for the screen, reading what earlier incidents tell, making a
 * new file. A worker has its own
 * copy of all it needs, but for the library, which stays until it is back.
 */
#ifndef APP_LIBRARY_INSIDE_H
#define APP_LIBRARY_INSIDE_H

#include "app/library.h"

enum { BOOKCASE_OPEN = 16 };		/* taken apart and kept */

struct opened {
	size_t card;
	struct runbook *runbook;	/* NULL: it is on its way, or why says why not */
	char why[BECAUSE_TEXT];
	uint64_t used;
};

struct book_reader;
struct book_opener;
struct past_reader;
struct book_maker;

struct bookcase {
	struct loop *loop;
	const struct context *context;
	struct arena arena;		/* of the folders */
	struct texts folders;
	char *roots[2];			/* of incidents; NULL */
	struct library *library;	/* NULL until it was read once */
	struct books books;
	struct book_match matches[BOOK_MATCHES];
	char what[BOOK_MATCHES][NAME_TEXT * 2];	/* the texts of the matches */
	struct opened opened[BOOKCASE_OPEN];
	uint64_t clock;			/* counts openings */
	struct book_past *pasts;
	size_t past_count;
	bool past_known;		/* they were read once */
	struct book_reader *reader;
	struct book_opener *opener;
	struct past_reader *past_reader;
	struct book_maker *maker;
	msec next_read, next_past;	/* steady */
	uint64_t world_seen;		/* the version that the matches are of */
	bool rematch;
	void (*changed)(void *arg);
	void *arg;
};

void bookcase_tell(struct bookcase *bookcase);	/* the books are others */

/* library_past.c */
void bookcase_past_send(struct bookcase *bookcase);
void bookcase_past_leave(struct bookcase *bookcase);
const struct book_past *bookcase_past(void *arg, const char *runbook);	/* books.past */
void pasts_free(struct book_past *pasts, size_t count);

/* library_open.c */
const struct runbook *bookcase_open(void *arg, size_t card, const char **why);	/* books.open */
void bookcase_forget(struct bookcase *bookcase);	/* all that was taken apart */
void bookcase_open_leave(struct bookcase *bookcase);

/* library_make.c */
void bookcase_make_leave(struct bookcase *bookcase);

#endif
