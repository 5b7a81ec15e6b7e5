/* http.h: anything that answers 2xx. */
#ifndef BACKENDS_HTTP_H
#define BACKENDS_HTTP_H

#include "backends/backend.h"

struct http_config {
	struct source_config source;
	msec slow;
};

#endif
