/*
 * grafana.h: a Grafana is for looking further: its links are shown, its panels are not read.
 */
#ifndef BACKENDS_GRAFANA_H
#define BACKENDS_GRAFANA_H

#include "backends/backend.h"

struct grafana_config {
	struct source_config source;
	struct pairs links;	/* name -> URL, or a path below the Grafana's own */
};

struct grafana_facts {
	char version[32], database[32];
};

#endif
