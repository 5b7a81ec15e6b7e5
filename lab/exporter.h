/*
 * exporter.h: what stands between the platform and Prometheus: the blackbox probe
 * (/probe?target=URL) and the PostgreSQL exporter (/metrics).
 *
 * As with the real exporter a hung database makes /metrics hang: pg_up vanishes instead of
 * turning 0.
 */
#ifndef LAB_EXPORTER_H
#define LAB_EXPORTER_H

#include "lab/db.h"
#include "lab/serve.h"

struct exporter {
	struct site site;
	struct db *db;
};

void exporter_init(struct exporter *exporter, uv_loop_t *loop, struct db *db);

#endif
