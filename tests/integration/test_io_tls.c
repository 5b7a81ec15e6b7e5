/*
 * HTTPS against openssl's own server: what is not proven is refused, with the reason.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/http.h"
#include "tests/lib/command.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000, TEST_SECONDS = 120 };

static char dir[64];

/* Certificates and who they are for. */
static const struct {
	const char *name, *host;
	bool expired;
} certificates[] = {
	{ "good", "DNS:app.test", false },
	{ "other", "DNS:elsewhere.test", false },
	{ "expired", "DNS:app.test", true },
};

/* How a server is started, what we trust, and what must come of it. */
static const struct {
	const char *certificate, *option;
	bool trusted;
	enum reply_kind kind;
	const char *word;
} cases[] = {
	{ "good", "-tls1_3", true, REPLY_ANSWER, "" },
	{ "good", "-tls1_3", false, REPLY_TLS, "self-signed" },
	{ "other", "-tls1_3", true, REPLY_TLS, "app.test" },
	{ "expired", "-tls1_3", true, REPLY_TLS, "expired" },
	{ "good", "-tls1_1", true, REPLY_TLS, "app.test" },
};

struct server {
	pid_t pid;
	unsigned port;
};

static bool run(const char *const *argv)
{
	struct command command = { 0 };
	bool ok;

	command_run(&command, argv, LIMIT);
	ok = command.status == 0;
	command_done(&command);
	return ok;
}

static bool make_certificates(void)
{
	for (size_t i = 0; i < ARRAY_LEN(certificates); i++) {
		char key[128], cert[128], san[128];
		const char *const argv[] = {
			"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
			"ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=binnacle test", "-addext",
			san, "-days", "30", "-keyout", key, "-out", cert, NULL,
		};
		/* openssl makes no expired one, but signs one anew that ends in the past. */
		const char *const end[] = { "openssl", "x509", "-in", cert, "-signkey", key, "-days",
					    "-1", "-out", cert, NULL };

		snprintf(key, sizeof(key), "%s/%s.key", dir, certificates[i].name);
		snprintf(cert, sizeof(cert), "%s/%s.pem", dir, certificates[i].name);
		snprintf(san, sizeof(san), "subjectAltName=%s", certificates[i].host);
		if (!run(argv) || (certificates[i].expired && !run(end)))
			return false;
	}
	return true;
}

/* It says on which port it listens: "ACCEPT 127.0.0.1:41234". */
static unsigned read_port(int fd)
{
	FILE *out = fdopen(fd, "r");
	char line[256];
	unsigned port = 0;

	while (!port && fgets(line, sizeof(line), out)) {
		const char *colon = strrchr(line, ':');

		if (!strncmp(line, "ACCEPT", 6) && colon)
			port = (unsigned)strtoul(colon + 1, NULL, 10);
	}
	fclose(out);
	return port;
}

static struct server start_server(const char *certificate, const char *option)
{
	char key[128], cert[128];
	struct server server = { 0 };
	int out[2];

	snprintf(key, sizeof(key), "%s/%s.key", dir, certificate);
	snprintf(cert, sizeof(cert), "%s/%s.pem", dir, certificate);
	assert_int_equal(pipe(out), 0);
	server.pid = fork();
	if (server.pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-key", key,
		       "-cert", cert, "-cipher", "ALL:@SECLEVEL=0", option, (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	server.port = read_port(out[0]);
	return server;
}

static void name_start(void *arg, struct resolver *resolver, const char *host)
{
	const struct addresses here = { 1, { "127.0.0.1" }, "" };

	(void)arg;
	resolver_answer(resolver, host, &here);
}

struct got {
	int count;
	struct reply reply;
};

static void on_done(void *arg, const struct reply *reply)
{
	struct got *got = arg;

	got->count++;
	got->reply = *reply;
}

static struct reply fetch(unsigned port, const char *ca_file)
{
	static const struct resolve_origin origin = { .start = name_start };
	const struct http_access access = { .ca_file = ca_file };
	char base[64];
	struct got got = { 0 };
	struct err err;
	struct loop *loop = loop_new(&err);
	struct resolver *resolver = resolver_new(loop, &origin);
	struct http *http = http_new(loop, resolver);
	struct http_ask ask = { .path = "/", .access = &access, .timeout = LIMIT };

	snprintf(base, sizeof(base), "https://app.test:%u", port);
	ask.base = str_of(base);
	http_send(http, &ask, on_done, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	http_free(http);
	resolver_free(resolver);
	loop_free(loop);
	return got.reply;
}

static void what_is_not_proven_is_refused_with_the_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct server server = start_server(cases[i].certificate, cases[i].option);
		char ca_file[128];
		struct reply reply;

		snprintf(ca_file, sizeof(ca_file), "%s/%s.pem", dir, cases[i].certificate);
		reply = fetch(server.port, cases[i].trusted ? ca_file : NULL);
		kill(server.pid, SIGKILL);
		waitpid(server.pid, NULL, 0);
		if (reply.kind != cases[i].kind || !strstr(reply.why, cases[i].word))
			fail_msg("case %zu: kind %u: %s", i, reply.kind, reply.why);
	}
}

static void a_file_of_authorities_that_is_missing_is_named_so(void **state)
{
	struct server server = start_server("good", "-tls1_3");
	struct reply reply = fetch(server.port, "/nowhere/ca.pem");

	(void)state;
	kill(server.pid, SIGKILL);
	waitpid(server.pid, NULL, 0);
	assert_int_equal(reply.kind, REPLY_TLS);
	assert_non_null(strstr(reply.why, "/nowhere/ca.pem"));
}

int main(void)
{
	static const char *const version[] = { "openssl", "version", NULL };
	const char *const remove[] = { "rm", "-rf", dir, NULL };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_proven_is_refused_with_the_reason),
		cmocka_unit_test(a_file_of_authorities_that_is_missing_is_named_so),
	};
	int failed = 1;

	alarm(TEST_SECONDS);	/* a server that does not start must not hold up the rest */
	if (!run(version)) {
		puts("SKIPPED: no openssl on this machine");
		return 0;
	}
	str_put(dir, sizeof(dir), "/tmp/binnacle-tls-XXXXXX");
	if (mkdtemp(dir) && make_certificates())
		failed = cmocka_run_group_tests(tests, NULL, NULL);
	else
		fputs("the certificates cannot be made\n", stderr);
	run(remove);
	return failed;
}
