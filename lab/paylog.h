/*
 * paylog.h: the log of the stand-in backend: a JSON object a line for each payment, and, while it
 * cannot save what it has sent, the only trace that such a payment leaves.
 *
 * The file is opened anew for every line: whoever moves it away gets no more of them.
 */
#ifndef LAB_PAYLOG_H
#define LAB_PAYLOG_H

#include "lab/api.h"

struct paylog {
	uv_timer_t timer;
	const char *path;
	const struct api *api;	/* writes nothing while it does not run */
	int64_t ledger;		/* the last one whose payment was told */
	bool failing;		/* payments are sent and not saved, several a second */
	int64_t unsaved;
};

void paylog_start(struct paylog *paylog, uv_loop_t *loop, const char *path, const struct api *api);

#endif
