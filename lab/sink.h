/*
 * sink.h: where alerts and notifications go: takes every POST, says "ok" as Slack does, and lists
 * what came at GET /received, oldest first.
 */
#ifndef LAB_SINK_H
#define LAB_SINK_H

#include <jansson.h>

#include "lab/serve.h"

struct sink {
	struct site site;
	json_t *received;	/* the last SINK_KEPT */
};

enum { SINK_KEPT = 1000 };

void sink_init(struct sink *sink, uv_loop_t *loop);

#endif
