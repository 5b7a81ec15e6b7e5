/*
 * config_sample.h: a table with a setting of every type, for the tests of src/config.
 */
#ifndef TESTS_LIB_CONFIG_SAMPLE_H
#define TESTS_LIB_CONFIG_SAMPLE_H

#include "config/setting.h"

struct sample_replica {
	const char *name;
	const char *url;
};

struct sample_source {			/* both kinds begin alike */
	const char *name, *kind;
	msec every;
	const char *url;		/* web */
	struct secret_ref password;	/* web */
	struct secret_ref dsn;		/* sql, required */
	struct items replicas;		/* sql: struct sample_replica, a list */
};

struct sample_zone {
	const char *name;
	bool production;
};

struct sample {
	int64_t version;
	const char *operator;
	bool read_only;
	const char *home;
	struct {
		int theme;
		double ratio;
		struct texts bell;
		struct pairs keys;
	} ui;
	struct threshold limit;
	struct items sources, zones;
};

extern const struct setting sample_table[];

/* Read yaml by the table; the errors as text ("" when there are none) into out. */
bool sample_read(const char *yaml, struct sample *sample, struct arena *arena, struct buf *out);

#endif
