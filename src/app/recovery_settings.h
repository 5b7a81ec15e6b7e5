/*
 * recovery_settings.h: the table of `recovery`: what `drill verify` compares and asks, and what
 * must fit in it.
 */
#ifndef APP_RECOVERY_SETTINGS_H
#define APP_RECOVERY_SETTINGS_H

#include "config/setting.h"

/*  X(symbol, word): the layers in the order in which they are restored (S1-49 to S1-52) */
#define RECOVERY_LAYERS(X) \
	X(PERSISTENCE, "persistence") X(INDEXER, "indexer") X(API, "api") X(WORKER, "worker") \
	X(FRONTEND, "frontend") X(OTHER, "other")

enum recovery_layer {
#define X(sym, word) LAYER_##sym,
	RECOVERY_LAYERS(X)
#undef X
	LAYER_COUNT
};

/*  X(symbol, word) */
#define RECOVERY_SMOKES(X) \
	X(HEALTH, "health") X(READ, "read") X(WRITE, "write") \
	X(SYNTHETIC, "synthetic-transaction") X(OTHER, "other")

enum recovery_smoke {
#define X(sym, word) SMOKE_##sym,
	RECOVERY_SMOKES(X)
#undef X
	SMOKE_COUNT
};

struct count_settings {			/* an item of counts */
	const char *name, *query;
	const char *golden;		/* the path in the golden manifest; NULL: counts.NAME */
	int64_t tolerance;
};

struct reconcile_settings {		/* an item of reconcile */
	const char *name, *url, *path, *golden;
	int64_t tolerance;
};

struct smoke_settings {			/* an item of smoke: one of url, query and command */
	const char *name;
	int kind;			/* enum recovery_smoke */
	const char *url, *body, *query;
	struct texts command;
	const char *expect;		/* a text that the answer holds; NULL: any */
};

struct recovered_settings {		/* an item of components: url or source */
	const char *name;
	int layer;			/* enum recovery_layer */
	const char *url, *source;
	msec within;
};

struct on_chain_settings {
	const char *source, *url;
};

struct recovery_settings {
	const char *manifest, *artifacts, *golden;	/* NULL: none */
	const char *source;		/* a postgres source; NULL */
	const char *data_until;		/* SQL; NULL */
	struct texts release_command;
	struct items counts, reconcile, smoke, components;
	struct on_chain_settings on_chain;
};

extern const struct setting recovery_table[];

const char *recovery_layer_word(enum recovery_layer layer);
const char *recovery_smoke_word(enum recovery_smoke kind);

struct settings;
void recovery_check(struct settings *settings);	/* adds what is wrong to the problems */

#endif
