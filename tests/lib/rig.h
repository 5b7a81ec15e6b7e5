/*
 * rig.h: eight HTTP endpoints on loopback (twelve more sources in a crowd) and a configuration
 * that watches them, for tests and measurements of the whole console. Everything lies in a
 * directory of its own under build/, which rig_free() removes; the console's HOME and state go
 * there too.
 */
#ifndef LIB_RIG_H
#define LIB_RIG_H

#include "base/err.h"
#include "tests/lib/httpd.h"

enum { RIG_SOURCES = 8 };

/*  X(symbol, word, how the endpoints are) */
#define RIG_FAULTS(X) \
	X(HEALTHY, "healthy", "all answer") \
	X(REFUSED, "refused", "nobody listens: connections are refused") \
	X(SILENT, "hung", "connections are accepted and never answered") \
	X(DROPPED, "dropped", "connections are never accepted: SYNs are dropped") \
	X(LYING, "lying", "each answers wrongly in a way of its own, and is asked every second") \
	X(CROWD, "crowd", "twenty sources of every kind, five of them hung")

enum rig_fault {
#define X(sym, word, what) RIG_##sym,
	RIG_FAULTS(X)
#undef X
	RIG_FAULT_COUNT
};

struct rig;

struct rig *rig_new(enum rig_fault fault, struct err *err);
void rig_free(struct rig *rig);	/* takes NULL */

const char *rig_fault_word(enum rig_fault fault);
const char *rig_dir(const struct rig *rig);
const char *rig_config(const struct rig *rig);		/* path of the file */
const char *const *rig_env(const struct rig *rig);	/* for pty_spec.env */
const char *rig_source(size_t i);				/* "api1" .. "api8" */
unsigned rig_port(const struct rig *rig);		/* of all endpoints */
struct httpd *rig_httpd(struct rig *rig);

/* Replace the configuration by another text in the same file. */
bool rig_write_config(struct rig *rig, const char *yaml, struct err *err);

#endif
