/*
 * decoding.h: the answers of one source on their way into its probe.
 *
 * Small ones are decoded at once. A body over DECODING_WORKER bytes is decoded in a worker on a
 * copy of the facts, and since that copy replaces the facts afterwards, other answers of the same
 * source wait behind it, in order.
 */
#ifndef IO_DECODING_H
#define IO_DECODING_H

#include "io/loop.h"

enum { DECODING_WORKER = 64 * 1024 };

struct decoding_job;

struct decoding {
	struct loop *loop;
	struct probe *probe;
	void (*taken)(void *arg, size_t ask, const struct reply *reply);	/* it is in the probe */
	void *arg;
	struct decoding_job *jobs;	/* its own; the first is in the worker */
};

/* reply is borrowed; what has to wait is copied. */
void decoding_put(struct decoding *decoding, size_t ask, const struct reply *reply);
bool decoding_busy(const struct decoding *decoding);

/* Forget what waits. A worker in the middle of its work ends by itself and is not heard; until it
 * has ended it reads the source's configuration. */
void decoding_stop(struct decoding *decoding);

#endif
