#include "io/dns.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/dns_wire.h"
#include "io/outcome.h"

enum { PORT = 53, RETRY_MS = 1000, PACKET_MAX = 4096, TYPES = 2 };

static const uint16_t types[TYPES] = { DNS_A, DNS_AAAA };

struct dns_call {
	struct loop *loop;
	dns_done *done;
	void *arg;
	char host[RESOLVE_NAME];
	struct lookup lookup;		/* of the system's resolver */
	uv_udp_t socket;		/* to a server of our own choice */
	bool open;
	uint16_t ids[TYPES];
	bool answered[TYPES];
	unsigned char packet[PACKET_MAX];
	struct addresses addresses;
	struct loop_timer deadline, retry;
	msec started, timeout;
	struct reply reply;
	bool failed;			/* before it began; the reply is ready */
};

static void on_closed(uv_handle_t *handle)
{
	mem_free(handle->data);
}

static void release(struct dns_call *call)
{
	lookup_cancel(&call->lookup);
	loop_timer_stop(call->loop, &call->deadline);
	loop_timer_stop(call->loop, &call->retry);
	if (call->open)
		uv_close((uv_handle_t *)&call->socket, on_closed);
	else
		mem_free(call);
}

void dns_cancel(struct dns_call *call)
{
	release(call);
}

static void finish(struct dns_call *call)
{
	static const char *const name = "address";
	const char *cells[RESOLVE_MAX];
	struct now now = loop_now(call->loop);

	for (size_t i = 0; i < call->addresses.count; i++)
		cells[i] = call->addresses.text[i];
	call->reply.rows = (struct rows){ .columns = 1, .count = call->addresses.count,
					  .names = &name, .cells = cells };
	call->reply.at = now.wall;
	call->reply.took = now.steady - call->started;
	call->done(call->arg, &call->reply);
	release(call);
}

/* Something was answered: addresses, or why there are none. */
static void conclude(struct dns_call *call)
{
	if (call->addresses.count)
		call->reply.kind = REPLY_ANSWER;
	else
		reply_fail(&call->reply, REPLY_NO_NAME, "%s", *call->addresses.error ?
			   call->addresses.error : "the host has no address");
	finish(call);
}

static void on_deadline(void *arg)
{
	struct dns_call *call = arg;
	char waited[WHEN_TEXT];

	if (call->failed) {
		finish(call);
	} else if (call->answered[0] || call->answered[1]) {
		conclude(call);
	} else {
		when_format_duration(waited, call->timeout);
		reply_fail(&call->reply, REPLY_TIMEOUT, "no answer from the name server in %s", waited);
		finish(call);
	}
}

static void fail_next_round(struct dns_call *call, enum reply_kind kind, const char *why)
{
	reply_fail(&call->reply, kind, "%s", why);
	call->failed = true;
	loop_timer_set(call->loop, &call->deadline, 0);
}

static void on_addresses(void *arg, const struct addresses *addresses)
{
	struct dns_call *call = arg;

	call->addresses = *addresses;
	conclude(call);
}

static void ask_system(struct dns_call *call, struct resolver *resolver)
{
	const struct addresses *known;

	call->lookup.done = on_addresses;
	call->lookup.arg = call;
	known = resolver_ask(resolver, call->host, true, &call->lookup);
	if (!known)
		return;
	/* A literal address, or no name at all: told in the next round. */
	call->addresses = *known;
	call->answered[0] = true;
	loop_timer_set(call->loop, &call->deadline, 0);
}

/* Anything but an answer to what we asked is somebody else's packet: it changes nothing. */
static void take_packet(struct dns_call *call, size_t len)
{
	uint16_t id;

	if (!dns_answer_id(call->packet, len, &id))
		return;
	for (size_t i = 0; i < TYPES; i++) {
		if (call->ids[i] != id || call->answered[i])
			continue;
		(void)dns_answer(call->packet, len, types[i], &call->addresses);
		call->answered[i] = true;
	}
	if (call->answered[0] && call->answered[1])
		conclude(call);
}

static void give_packet(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	struct dns_call *call = handle->data;

	(void)suggested;
	*out = uv_buf_init((char *)call->packet, PACKET_MAX);
}

static void on_packet(uv_udp_t *socket, ssize_t len, const uv_buf_t *bytes,
		      const struct sockaddr *from, unsigned flags)
{
	struct dns_call *call = socket->data;
	enum reply_kind kind;
	const char *text;

	(void)bytes;
	(void)flags;
	if (len >= 0) {
		if (from)
			take_packet(call, (size_t)len);
	} else if (!outcome_of_errno((int)-len, &kind, &text)) {
		reply_fail(&call->reply, REPLY_NO_ROUTE, "%s", uv_strerror((int)len));
		finish(call);
	} else {
		reply_fail(&call->reply, kind, "the name server: %s", text);
		finish(call);
	}
}

/* A packet that cannot be sent now is sent again like one that was lost; but the kernel tells only
 * once that nobody listens there. */
static void send_queries(void *arg)
{
	struct dns_call *call = arg;
	unsigned char query[DNS_QUERY_MAX];

	for (size_t i = 0; i < TYPES; i++) {
		uv_buf_t out = uv_buf_init((char *)query, 0);

		if (call->answered[i])
			continue;
		out.len = dns_query(query, call->ids[i], call->host, types[i]);
		if (uv_udp_try_send(&call->socket, &out, 1, NULL) == UV_ECONNREFUSED) {
			fail_next_round(call, REPLY_REFUSED, "the name server: connection refused");
			return;
		}
	}
	loop_timer_set(call->loop, &call->retry, loop_now(call->loop).steady + RETRY_MS);
}

/* "10.0.0.2", "10.0.0.2:53", "::1", "[::1]:53" */
static bool parse_server(const char *server, struct sockaddr_storage *out)
{
	char host[RESOLVE_ADDRESS];
	struct str text = str_of(server);
	const char *colon = strrchr(server, ':');
	const char *bracket = strrchr(server, ']');
	int64_t number = PORT;

	if (colon && (bracket ? colon > bracket : strchr(server, ':') == colon)) {
		text = str_sub(server, (size_t)(colon - server));
		if (!num_parse_i64(str_of(colon + 1), &number) || number < 1 || number > UINT16_MAX)
			return false;
	}
	if (str_starts(text, "[") && str_ends(text, "]"))
		text = str_sub(text.p + 1, text.len - 2);
	return str_copy(host, sizeof(host), text) &&
	       (!uv_ip4_addr(host, (int)number, (struct sockaddr_in *)out) ||
		!uv_ip6_addr(host, (int)number, (struct sockaddr_in6 *)out));
}

static void ask_server(struct dns_call *call, const char *server)
{
	unsigned char query[DNS_QUERY_MAX];
	struct sockaddr_storage address;
	ssize_t got;
	int failed;

	if (!parse_server(server, &address)) {
		fail_next_round(call, REPLY_BAD_PROTOCOL, "the name server is not given as an address");
		return;
	}
	if (!dns_query(query, 0, call->host, DNS_A)) {
		fail_next_round(call, REPLY_NO_NAME, "no name that can be looked up");
		return;
	}
	got = getrandom(call->ids, sizeof(call->ids), 0);
	assert(got == sizeof(call->ids));
	if (call->ids[0] == call->ids[1])
		call->ids[1]++;
	uv_udp_init(loop_uv(call->loop), &call->socket);
	call->socket.data = call;
	call->open = true;
	failed = uv_udp_connect(&call->socket, (struct sockaddr *)&address);
	if (!failed)
		failed = uv_udp_recv_start(&call->socket, give_packet, on_packet);
	if (failed)
		fail_next_round(call, REPLY_NO_ROUTE, uv_strerror(failed));
	else
		send_queries(call);
}

struct dns_call *dns_ask(struct loop *loop, struct resolver *resolver, const char *host,
			 const char *server, msec timeout, dns_done *done, void *arg)
{
	struct dns_call *call = mem_new(sizeof(*call));

	call->loop = loop;
	call->done = done;
	call->arg = arg;
	call->timeout = timeout;
	call->started = loop_now(loop).steady;
	call->deadline.call = on_deadline;
	call->deadline.arg = call;
	call->retry.call = send_queries;
	call->retry.arg = call;
	reply_init(&call->reply);
	loop_timer_set(loop, &call->deadline, call->started + timeout);
	if (!str_put(call->host, sizeof(call->host), host))
		fail_next_round(call, REPLY_NO_NAME, "no name that can be looked up");
	else if (*server)
		ask_server(call, server);
	else
		ask_system(call, resolver);
	return call;
}
