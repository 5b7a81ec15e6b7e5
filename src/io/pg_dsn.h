/*
 * pg_dsn.h: a DSN taken apart, and what is given to libpq instead of it.
 *
 * A DSN may name several hosts, and a name may have several addresses; libpq gets one host,
 * hostaddr and port for each pair, in order. What it says about a malformed DSN quotes the DSN, so
 * that no more than a keyword of libpq's own list is ever repeated.
 */
#ifndef IO_PG_DSN_H
#define IO_PG_DSN_H

#include <libpq-fe.h>

#include "base/secret.h"
#include "io/resolve.h"

enum { DSN_HOSTS = 8, DSN_OPTIONS = 64, DSN_PORT = 8 };

struct dsn_host {
	char name[RESOLVE_NAME];	/* "" : the default directory of Unix sockets */
	char address[RESOLVE_ADDRESS];	/* as the DSN itself gives it (hostaddr); "" */
	char port[DSN_PORT];
};

struct dsn {
	PQconninfoOption *options;
	struct dsn_host hosts[DSN_HOSTS];
	size_t host_count;
	struct secret *password;	/* so that the redactor knows it */
};

bool dsn_parse(struct dsn *dsn, const char *text, struct err *err);
void dsn_done(struct dsn *dsn);		/* takes a zeroed one */

/* Has the host a name to look up? Not so a socket directory, or what has an address already. */
bool dsn_needs_address(const struct dsn_host *host);

/* For PQconnectStartParams; values are borrowed from the dsn and from here. */
struct dsn_params {
	const char *keywords[DSN_OPTIONS + 1], *values[DSN_OPTIONS + 1];
	size_t count;
	struct buf hosts, addresses, ports;
};

/* addresses: one for each host; those of a host that needs none are not read. */
void dsn_params_init(struct dsn_params *params, const struct dsn *dsn,
		     const struct addresses *addresses);
void dsn_params_done(struct dsn_params *params);

#endif
