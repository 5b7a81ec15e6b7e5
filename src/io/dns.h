/*
 * dns.h: what the dns kind asks: the addresses of a name, now, from the system's resolver or from
 * one name server over UDP. The answer is rows of one column, "address"; a name that has none is
 * REPLY_NO_NAME, a name server that does not answer is REPLY_TIMEOUT.
 */
#ifndef IO_DNS_H
#define IO_DNS_H

#include "backends/reply.h"
#include "io/resolve.h"

struct dns_call;

typedef void dns_done(void *arg, const struct reply *reply);	/* borrowed for the call */

/* server: "" for the system, or an address with an optional port ("10.0.0.2:5353", "[::1]:53").
 * done comes once, from the loop, unless dns_cancel() comes first. */
struct dns_call *dns_ask(struct loop *loop, struct resolver *resolver, const char *host,
			 const char *server, msec timeout, dns_done *done, void *arg);
void dns_cancel(struct dns_call *call);

#endif
