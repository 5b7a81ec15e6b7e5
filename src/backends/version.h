/*
 * version.h: commands of the operator's own that tell which version of a component runs, and who is
 * on call. All of them are one source, made by app/ from `version_command` and `rota_command`; it
 * cannot be configured by itself, and does not exist without one of them.
 *
 * The first line of the output is the answer. A command that fails leaves the version that was
 * known before with its time, but no name on call: whom to wake must be true now.
 */
#ifndef BACKENDS_VERSION_H
#define BACKENDS_VERSION_H

#include "backends/backend.h"

enum { VERSION_COMMANDS = PROBE_ASKS };

struct version_command {
	const char *what;		/* "version of indexer", "on call: database team" */
	const char *component;		/* NULL: a rota */
	size_t contact;			/* of a rota: which of the contacts */
	struct texts argv;
};

struct version_config {
	struct source_config source;
	const struct version_command *commands;
	size_t count;
};

#endif
