/*
 * fences_inside.h: what the two ways of a fence, HTTP and SQL, share: how they end.
 */
#ifndef IO_FENCES_INSIDE_H
#define IO_FENCES_INSIDE_H

#include "io/credentials.h"
#include "io/fences.h"
#include "io/fences_text.h"
#include "io/pg_link.h"

enum { FENCE_ROWS = 2000, FENCE_TEXT = 1024 * 1024, FENCE_MORE = 1024 };

struct fence_sql;

struct fence_errand {
	struct loop *loop;
	fence_done *done;
	void *arg;
	msec started, timeout;
	struct loop_timer later;	/* to tell */
	bool over, ran, well;
	struct buf text;
	enum fence_lang lang;
	struct errands *errands;	/* of promql and http; NULL */
	struct errand *errand;
	struct fence_sql *sql;		/* of sql; NULL */
};

/* Tell it in the next round. Text that was added before stays; why (may be "") is added as a line
 * of its own. Only the first call counts. */
void fence_end(struct fence_errand *errand, bool well, const char *why);

void fence_http_start(struct fence_errand *errand, const struct fence_plan *plan);

struct fence_sql *fence_sql_start(struct fence_errand *errand, const struct fence_plan *plan);
void fence_sql_free(struct fence_sql *sql);	/* takes NULL */

#endif
