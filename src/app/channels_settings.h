/*
 * channels_settings.h: where updates go, as configured (`notify`).
 */
#ifndef APP_CHANNELS_SETTINGS_H
#define APP_CHANNELS_SETTINGS_H

#include "backends/backend.h"
#include "core/policy.h"

struct settings;

struct channel_settings {		/* an item of notify */
	const char *name;		/* NULL: it had none, and that was said */
	int kind;			/* enum channel_kind */
	const char *audience;
	struct secret_ref url;		/* slack, webhook: the whole URL is a secret */
	struct http_access access;	/* its ca_file and proxy alone */
	struct texts command;
	const char *file;
};

extern const struct setting channel_table[];

/* Say what is wrong with them: what a kind needs and lacks, what it does not take, names that stand
 * twice. */
void channels_check(struct settings *settings);

#endif
