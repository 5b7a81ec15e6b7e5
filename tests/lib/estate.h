/*
 * estate.h: eight HTTP endpoints on loopback and a configuration that watches them, for tests and
 * measurements of the whole console. Everything lies in a directory of its own under build/, which
 * estate_free() removes; the console's HOME and state go there too.
 */
#ifndef LIB_ESTATE_H
#define LIB_ESTATE_H

#include "base/err.h"
#include "tests/lib/httpd.h"

enum { ESTATE_SOURCES = 8 };

/*  X(symbol, word, how the endpoints are) */
#define ESTATE_FAULTS(X) \
	X(HEALTHY, "healthy", "all answer") \
	X(REFUSED, "refused", "nobody listens: connections are refused") \
	X(SILENT, "hung", "connections are accepted and never answered") \
	X(DROPPED, "dropped", "connections are never accepted: SYNs are dropped")

enum estate_fault {
#define X(sym, word, what) ESTATE_##sym,
	ESTATE_FAULTS(X)
#undef X
	ESTATE_FAULT_COUNT
};

struct estate;

struct estate *estate_new(enum estate_fault fault, struct err *err);
void estate_free(struct estate *estate);	/* takes NULL */

const char *estate_fault_word(enum estate_fault fault);
const char *estate_dir(const struct estate *estate);
const char *estate_config(const struct estate *estate);		/* path of the file */
const char *const *estate_env(const struct estate *estate);	/* for pty_spec.env */
const char *estate_source(size_t i);				/* "api1" .. "api8" */
unsigned estate_port(const struct estate *estate);		/* of all endpoints */
struct httpd *estate_httpd(struct estate *estate);

/* Replace the configuration by another text in the same file. */
bool estate_write_config(struct estate *estate, const char *yaml, struct err *err);

#endif
