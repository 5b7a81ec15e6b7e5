#include "io/pg_link.h"

#include <assert.h>

#include "base/log.h"
#include "io/outcome.h"
#include "io/pg_reply.h"

static void on_notice(void *arg, const char *message)
{
	(void)arg;
	log_put(LOG_INFO, "postgres says: %s", message);
}

static void give_up(struct pg_link *link, const struct reply *outcome)
{
	pg_link_stop(link);
	link->failed(link->arg, outcome);
}

static void refused(struct pg_link *link)
{
	struct reply outcome;

	reply_init(&outcome);
	pg_reply_lost(&outcome, PQerrorMessage(link->conn));
	give_up(link, &outcome);
}

static void connected(struct pg_link *link)
{
	PGconn *conn = link->conn;

	link->conn = NULL;
	link->up(link->arg, conn);
}

static void on_event(void *arg, int fd, int events);

static void take_step(struct pg_link *link, PostgresPollingStatusType next)
{
	int events = next == PGRES_POLLING_READING ? UV_READABLE : UV_WRITABLE;

	switch (next) {
	case PGRES_POLLING_READING:
	case PGRES_POLLING_WRITING:
		link->watch = watch_new(link->loop, PQsocket(link->conn), events, on_event, link);
		break;
	case PGRES_POLLING_OK:
		connected(link);
		break;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
		refused(link);
		break;
	}
}

/* Whatever the event was, also an error on the socket: only PQconnectPoll knows what follows. It
 * may close the socket and open another one of the same number, so the watch goes first. */
static void on_event(void *arg, int fd, int events)
{
	struct pg_link *link = arg;

	(void)fd;
	(void)events;
	watch_free(link->watch);
	link->watch = NULL;
	take_step(link, PQconnectPoll(link->conn));
}

static void connect_now(struct pg_link *link)
{
	struct dsn_params params;

	dsn_params_init(&params, &link->dsn, link->addresses);
	link->conn = PQconnectStartParams(params.keywords, params.values, 0);
	dsn_params_done(&params);
	assert(link->conn);
	PQsetNoticeProcessor(link->conn, on_notice, NULL);
	/* The only way to the SQLSTATE of a refused log-in is the verbose sentence. */
	PQsetErrorVerbosity(link->conn, PQERRORS_VERBOSE);
	if (PQstatus(link->conn) == CONNECTION_BAD)
		refused(link);
	else
		take_step(link, PGRES_POLLING_WRITING);
}

static void addresses_known(struct pg_link *link)
{
	const char *error = "";
	struct reply outcome;

	for (size_t i = 0; i < link->dsn.host_count; i++) {
		if (!dsn_needs_address(&link->dsn.hosts[i]) || link->addresses[i].count) {
			connect_now(link);
			return;
		}
		error = link->addresses[i].error;
	}
	/* The name stays unsaid: in a DSN with a stray @ it may be half a password. */
	reply_init(&outcome);
	reply_fail(&outcome, REPLY_NO_NAME, "the DSN's host: %s", error);
	give_up(link, &outcome);
}

static void take_addresses(struct pg_link_lookup *lookup, const struct addresses *addresses)
{
	lookup->link->addresses[lookup->host] = *addresses;
	lookup->link->lookups_left--;
}

static void on_addresses(void *arg, const struct addresses *addresses)
{
	struct pg_link_lookup *lookup = arg;

	take_addresses(lookup, addresses);
	if (!lookup->link->lookups_left)
		addresses_known(lookup->link);
}

void pg_link_start(struct pg_link *link)
{
	static const struct addresses none;

	assert(!link->conn && !link->lookups_left);
	link->lookups_left = link->dsn.host_count;
	for (size_t i = 0; i < link->dsn.host_count; i++) {
		struct pg_link_lookup *lookup = &link->lookups[i];
		const struct addresses *known = &none;

		if (dsn_needs_address(&link->dsn.hosts[i]))
			known = resolver_ask(link->resolver, link->dsn.hosts[i].name, false,
					     &lookup->lookup);
		if (known)
			take_addresses(lookup, known);
	}
	if (!link->lookups_left)
		addresses_known(link);
}

void pg_link_stop(struct pg_link *link)
{
	for (size_t i = 0; i < link->dsn.host_count; i++)
		lookup_cancel(&link->lookups[i].lookup);
	link->lookups_left = 0;
	watch_free(link->watch);
	link->watch = NULL;
	PQfinish(link->conn);
	link->conn = NULL;
}

bool pg_link_init(struct pg_link *link, struct loop *loop, struct resolver *resolver,
		  const char *dsn, struct err *err)
{
	link->loop = loop;
	link->resolver = resolver;
	for (size_t i = 0; i < DSN_HOSTS; i++) {
		link->lookups[i] = (struct pg_link_lookup){ .link = link, .host = i };
		link->lookups[i].lookup.done = on_addresses;
		link->lookups[i].lookup.arg = &link->lookups[i];
	}
	return dsn_parse(&link->dsn, dsn, err);
}

void pg_link_done(struct pg_link *link)
{
	pg_link_stop(link);
	dsn_done(&link->dsn);
}
