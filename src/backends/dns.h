/*
 * dns.h: one name, asked from the system's resolver or from one server. Here the name server is
 * what is watched, so that a name that does not resolve is BAD, and not our own blindness.
 */
#ifndef BACKENDS_DNS_H
#define BACKENDS_DNS_H

#include "backends/backend.h"

struct dns_config {
	struct source_config source;
	const char *host, *server;	/* server NULL: the system's */
};

#endif
