/*
 * sink.h: where alerts and messages go: takes every POST, says "ok" as Slack does, to /webhook in
 * JSON, and lists what it took at GET /received, oldest first. Messages (not /alerts, which
 * Alertmanager posts) may fail: with a status of their own, or by being held without an answer.
 */
#ifndef LAB_SINK_H
#define LAB_SINK_H

#include <jansson.h>

#include "lab/serve.h"

struct sink {
	struct site site;
	json_t *received;	/* the last SINK_KEPT */
	int status;		/* of an answer to a message; 0: 200 */
	struct request *held;	/* without an answer */
	bool holds;
};

enum { SINK_KEPT = 1000 };

void sink_init(struct sink *sink, uv_loop_t *loop);
/* Hold messages from now on, or answer those that are held. */
void sink_hold(struct sink *sink, bool on);

#endif
