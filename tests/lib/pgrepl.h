/*
 * pgrepl.h: what two PostgreSQL servers said of themselves through a failover, recorded with psql,
 * as answers for a source under test. Read from $BINNACLE_SHARED/data/captures/pgrepl (default
 * ../shared) where that is.
 */
#ifndef LIB_PGREPL_H
#define LIB_PGREPL_H

#include "tests/lib/desk.h"

enum { PGREPL_FILE = 16384, PGREPL_TEXT = 64, PGREPL_ROWS = 4 };

/* A record of psql's expanded form, as far as it is read here. */
struct pgrepl_record {
	char keys[24][32], values[24][PGREPL_TEXT];
	size_t count;
};

struct pgrepl {
	bool refused, paused;		/* paused: to be set by the test, nobody recorded it */
	msec at;
	char port[8], in_recovery[4], timeline[PGREPL_TEXT], system_id[PGREPL_TEXT], wal[16];
	struct pgrepl_record followers[PGREPL_ROWS], slots[PGREPL_ROWS], receiver, replay, control;
	size_t follower_count, slot_count;
};

void pgrepl_skip_without(void);		/* aloud, where there are no recordings */

char *pgrepl_file(const char *folder, const char *node);	/* static, until the next */
void pgrepl_read(const char *folder, const char *node, struct pgrepl *out);
const char *pgrepl_value(const struct pgrepl_record *record, const char *key);	/* NULL */
msec pgrepl_time(const char *text);

/* Answer the questions of a postgres source under test. */
void pgrepl_rows(struct desk *desk, size_t ask, const char *const *names, size_t columns,
		 const char *const *cells, size_t count);
void pgrepl_take(struct desk *desk, unsigned target, const struct pgrepl *from);

#endif
