/*
 * load.h: which files make up the configuration, and reading them safely.
 *
 * Order (formats.md 1): built-in < /etc/xdg/binnacle/config.yaml < $XDG_CONFIG_HOME/binnacle/
 * config.yaml (BINNACLE_CONFIG or -c replaces it) < conf.d/NAME.yaml beside it < environment
 * BINNACLE_* < flags. A file that others can write, or that is no regular file, or whose parent
 * others can write (without the sticky bit), or that belongs to neither us nor root, is refused
 * with path and mode (reliability.md R22); a FIFO never hangs.
 */
#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

#include <stdbool.h>

#include "base/err.h"
#include "config/setting.h"

struct config_override {
	const char *path;	/* "read_only" */
	const char *text;	/* "true" */
	const char *flag;	/* "--read-only" */
};

struct config_sources {
	const char *file;			/* -c FILE; NULL: environment or XDG */
	const char *const *environment;		/* NULL-terminated "K=V"; injected */
	const struct config_override *overrides;
	size_t override_count;
	const struct setting *table;		/* the root table: decides which BINNACLE_* exist */
};

struct config_files {
	const char **paths;	/* that exist and were read, in order */
	size_t count;
	const char *main;	/* where the main file is, or would be */
	bool main_missing;
};

/* The merged tree (NULL when nothing is configured). False when a file was refused or is no YAML:
 * the problems say which; what could be read is in *out all the same. */
bool config_load(const struct config_sources *sources, struct arena *arena, struct node **out,
		 struct config_files *files, struct problems *problems);

/* The secret that ref names: environment and file (first line; owner and mode checked as above, but
 * others may not even read it). Commands are run by io/; for them this is an error. */
struct secret *secret_fetch(const struct secret_ref *ref, const char *const *environment,
			    struct err *err);

#endif
