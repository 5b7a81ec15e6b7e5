#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "io/dns.h"
#include "io/dns_wire.h"
#include "tests/lib/pump.h"

enum { LIMIT = 20000, SHORT = 1500 };

/* A question for app.test as RFC 1035 writes it. */
static const unsigned char question[] = {
	0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0,
	3, 'a', 'p', 'p', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1,
};

static void a_question_is_written_as_the_rfc_says(void **state)
{
	unsigned char out[DNS_QUERY_MAX];

	(void)state;
	assert_int_equal(dns_query(out, 0x1234, "app.test", DNS_A), sizeof(question));
	assert_memory_equal(out, question, sizeof(question));
	assert_int_equal(dns_query(out, 0x1234, "app.test.", DNS_A), sizeof(question));
}

static void what_dns_cannot_carry_is_no_question(void **state)
{
	unsigned char out[DNS_QUERY_MAX];
	char label[66], name[300];

	(void)state;
	memset(label, 'a', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	memset(name, 'a', sizeof(name) - 1);
	for (size_t i = 10; i < sizeof(name); i += 10)
		name[i] = '.';
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(dns_query(out, 1, "", DNS_A), 0);
	assert_int_equal(dns_query(out, 1, "a..b", DNS_A), 0);
	assert_int_equal(dns_query(out, 1, ".a", DNS_A), 0);
	assert_int_equal(dns_query(out, 1, label, DNS_A), 0);
	assert_int_equal(dns_query(out, 1, name, DNS_A), 0);
}

/* The answer: a CNAME by pointer, then two addresses. */
static const unsigned char answer[] = {
	0x12, 0x34, 0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0,
	3, 'a', 'p', 'p', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1,
	0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1, 'x', 0xC0, 16,
	0xC0, 38, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1,
	0xC0, 38, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 2,
};

static void an_answer_gives_its_addresses_in_order(void **state)
{
	struct addresses out = { 0 };
	uint16_t id;

	(void)state;
	assert_true(dns_answer_id(answer, sizeof(answer), &id));
	assert_int_equal(id, 0x1234);
	assert_true(dns_answer(answer, sizeof(answer), DNS_A, &out));
	assert_int_equal(out.count, 2);
	assert_string_equal(out.text[0], "192.0.2.1");
	assert_string_equal(out.text[1], "192.0.2.2");
}

static void an_answer_cut_at_any_byte_is_refused(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(answer); len++) {
		unsigned char *exact = mem_dup(answer, len ? len : 1);
		struct addresses out = { 0 };

		if (dns_answer(exact, len, DNS_A, &out))
			fail_msg("taken at %zu bytes", len);
		assert_true(*out.error);
		mem_free(exact);
	}
}

static void a_flipped_bit_never_leads_outside_the_packet(void **state)
{
	(void)state;
	for (size_t bit = 0; bit < sizeof(answer) * 8; bit++) {
		unsigned char *bytes = mem_dup(answer, sizeof(answer));
		struct addresses out = { 0 };

		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		(void)dns_answer(bytes, sizeof(answer), DNS_A, &out);
		assert_true(out.count <= 3);	/* the records that there are */
		mem_free(bytes);
	}
}

static void a_packet_of_pointers_ends(void **state)
{
	unsigned char bytes[512];
	struct addresses out = { 0 };

	(void)state;
	memset(bytes, 0xC0, sizeof(bytes));
	memcpy(bytes, answer, 12);
	bytes[6] = bytes[7] = 0xFF;
	assert_false(dns_answer(bytes, sizeof(bytes), DNS_A, &out));
	assert_int_equal(out.count, 0);
}

static void the_servers_refusals_have_words(void **state)
{
	static const char *const words[] = {
		[2] = "failed", [3] = "no such host", [5] = "refused", [9] = "error",
	};

	(void)state;
	for (unsigned char code = 1; code < ARRAY_LEN(words); code++) {
		unsigned char bytes[sizeof(answer)];
		struct addresses out = { 0 };

		memcpy(bytes, answer, sizeof(bytes));
		bytes[3] = code;
		assert_false(dns_answer(bytes, sizeof(bytes), DNS_A, &out));
		if (words[code])
			assert_non_null(strstr(out.error, words[code]));
	}
}

/* A name server on this machine, on the same loop. */
struct server {
	uv_poll_t poll;
	int fd;
	unsigned port;
	unsigned char code;	/* of its answers */
	int drops;		/* how many questions are lost first */
	int asked;
	bool lies;		/* a wrong id first */
};

static void reply_to(struct server *server, const struct sockaddr_in *from,
		     const unsigned char *bytes, size_t len)
{
	unsigned char out[600];
	unsigned type = bytes[len - 3];
	static const unsigned char four[] = { 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 9 };

	memcpy(out, bytes, len);
	out[2] |= 0x80;
	out[3] = server->code;
	if (type == DNS_A && !server->code) {
		out[7] = 1;
		memcpy(out + len, four, sizeof(four));
		len += sizeof(four);
	}
	if (server->lies) {
		out[0] ^= 0xFF;
		sendto(server->fd, out, len, 0, (const struct sockaddr *)from, sizeof(*from));
		out[0] ^= 0xFF;
	}
	sendto(server->fd, out, len, 0, (const struct sockaddr *)from, sizeof(*from));
}

static void on_question(uv_poll_t *poll, int status, int events)
{
	struct server *server = poll->data;
	unsigned char bytes[512];
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	ssize_t len = recvfrom(server->fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from,
			       &from_len);

	(void)status;
	(void)events;
	if (len < 12 || ++server->asked <= server->drops)
		return;
	reply_to(server, &from, bytes, (size_t)len);
}

static struct loop *loop;
static struct resolver *resolver;
static struct server server;

static int setup(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	struct err err;

	(void)state;
	memset(&server, 0, sizeof(server));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server.fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (bind(server.fd, (struct sockaddr *)&address, len) ||
	    getsockname(server.fd, (struct sockaddr *)&address, &len))
		return -1;
	server.port = ntohs(address.sin_port);
	loop = loop_new(&err);
	resolver = resolver_new(loop, NULL);
	uv_poll_init(loop_uv(loop), &server.poll, server.fd);
	server.poll.data = &server;
	uv_poll_start(&server.poll, UV_READABLE, on_question);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	uv_close((uv_handle_t *)&server.poll, NULL);
	resolver_free(resolver);
	loop_free(loop);
	close(server.fd);
	return 0;
}

struct got {
	int count;
	struct reply reply;
	char address[RESOLVE_ADDRESS];
};

static void on_done(void *arg, const struct reply *reply)
{
	struct got *got = arg;

	got->count++;
	got->reply = *reply;
	if (reply->rows.count) {
		assert_string_equal(reply->rows.names[0], "address");
		str_put(got->address, sizeof(got->address), reply->rows.cells[0]);
	}
}

static struct got fetch(const char *host, const char *at, msec timeout)
{
	struct got got = { 0 };

	dns_ask(loop, resolver, host, at, timeout, on_done, &got);
	assert_int_equal(got.count, 0);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	return got;
}

static const char *here(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "127.0.0.1:%u", server.port);
	return text;
}

static void a_named_server_is_asked_itself(void **state)
{
	struct got got = fetch("app.test", here(), LIMIT);

	(void)state;
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_string_equal(got.address, "192.0.2.9");
	assert_int_equal(server.asked, 2);
}

static void a_lost_question_is_asked_again(void **state)
{
	struct got got;

	(void)state;
	server.drops = 3;
	got = fetch("app.test", here(), LIMIT);
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_string_equal(got.address, "192.0.2.9");
}

static void an_answer_to_another_question_is_not_taken(void **state)
{
	struct got got;

	(void)state;
	server.lies = true;
	got = fetch("app.test", here(), LIMIT);
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_int_equal(got.reply.rows.count, 1);
}

static void a_name_that_the_server_does_not_know_has_no_address(void **state)
{
	struct got got;

	(void)state;
	server.code = 3;
	got = fetch("gone.test", here(), LIMIT);
	assert_int_equal(got.reply.kind, REPLY_NO_NAME);
	assert_string_equal(got.reply.why, "no such host");
}

static void a_silent_server_is_a_time_out(void **state)
{
	struct got got;

	(void)state;
	server.drops = 1000;
	got = fetch("app.test", here(), SHORT);
	assert_int_equal(got.reply.kind, REPLY_TIMEOUT);
}

static void a_port_without_a_server_is_refused(void **state)
{
	struct got got = fetch("app.test", "127.0.0.2:1", LIMIT);

	(void)state;
	assert_int_equal(got.reply.kind, REPLY_REFUSED);
}

static void a_server_is_given_as_an_address(void **state)
{
	static const char *const wrong[] = { "ns.test", "127.0.0.1:0", "127.0.0.1:70000", "[::1",
					     "127.0.0.1:x" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_int_equal(fetch("app.test", wrong[i], LIMIT).reply.kind, REPLY_BAD_PROTOCOL);
}

static void without_a_server_the_system_is_asked(void **state)
{
	struct got got = fetch("localhost", "", LIMIT);

	(void)state;
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_true(resolve_is_loopback(got.address));
	got = fetch("192.0.2.5", "", LIMIT);
	assert_string_equal(got.address, "192.0.2.5");
}

static void a_cancelled_call_is_not_heard_of_again(void **state)
{
	struct got dropped[2] = { 0 }, got;

	(void)state;
	server.drops = 1000;
	dns_cancel(dns_ask(loop, resolver, "app.test", here(), LIMIT, on_done, &dropped[0]));
	dns_cancel(dns_ask(loop, resolver, "localhost", "", LIMIT, on_done, &dropped[1]));
	got = fetch("localhost", "", LIMIT);
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_int_equal(dropped[0].count + dropped[1].count, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_written_as_the_rfc_says),
		cmocka_unit_test(what_dns_cannot_carry_is_no_question),
		cmocka_unit_test(an_answer_gives_its_addresses_in_order),
		cmocka_unit_test(an_answer_cut_at_any_byte_is_refused),
		cmocka_unit_test(a_flipped_bit_never_leads_outside_the_packet),
		cmocka_unit_test(a_packet_of_pointers_ends),
		cmocka_unit_test(the_servers_refusals_have_words),
		T(a_named_server_is_asked_itself),
		T(a_lost_question_is_asked_again),
		T(an_answer_to_another_question_is_not_taken),
		T(a_name_that_the_server_does_not_know_has_no_address),
		T(a_silent_server_is_a_time_out),
		T(a_port_without_a_server_is_refused),
		T(a_server_is_given_as_an_address),
		T(without_a_server_the_system_is_asked),
		T(a_cancelled_call_is_not_heard_of_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
