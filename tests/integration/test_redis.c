/*
 * The kind redis against real servers of its own, by the prober, as the console asks: every state
 * that a Redis can be in, made in it and not told to it.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/redis.h"
#include "backends/kinds.h"
#include "io/prober.h"
#include "tests/lib/command.h"
#include "tests/lib/pump.h"
#include "tests/lib/redisserver.h"

enum { LIMIT = 30000, TRIES = 300, PAUSE = 100 };

#define PASSWORD "canary-Passw0rd-8c1f"

static const char *const environment[] = { "RIGHT=" PASSWORD, "WRONG=canary-Wr0ng-77e2", NULL };
static const char *const plain[] = { NULL };
static struct redisserver server, follower;
static struct loop *loop;
static struct prober *prober;
static struct redis_config config;
static struct report report;
static int done, changes;

static int setup(void **state)
{
	struct err err;

	(void)state;
	loop = loop_new(&err);
	config = (struct redis_config){
		.source = { .name = "redis", .kind = "redis", .every = 3600000, .timeout = 5000 },
		.role = REDIS_PRIMARY, .memory = 90, .silence = 15000,
	};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	report_done(&report);
	prober_free(prober);
	prober = NULL;
	if (loop)
		loop_free(loop);
	loop = NULL;
	redisserver_stop(&follower);
	redisserver_stop(&server);
	return 0;
}

static void start(struct redisserver *one, const char *const *options)
{
	struct err err = { 0 };

	if (!redisserver_start(one, options, &err))
		fail_msg("%s", err.text);
}

static void on_changed(void *arg, size_t source, size_t ask)
{
	(void)arg;
	(void)source;
	(void)ask;
	changes++;
}

static void on_done(void *arg)
{
	(void)arg;
	done++;
}

static void make_prober(const struct redisserver *one)
{
	static struct prober_source source;
	const struct prober_setup made = {
		.loop = loop, .sources = &source, .count = 1, .environment = environment,
		.changed = on_changed,
	};

	config.source.url = one->url;
	source = (struct prober_source){ &redis_backend, &config };
	prober_free(prober);
	prober = prober_new(&made);
	done = changes = 0;
}

static void ask(void)
{
	int before = done;

	prober_once(prober, loop_now(loop).steady + LIMIT, on_done, NULL);
	assert_true(pump(loop, &done, before + 1, LIMIT));
	report_done(&report);
	prober_judge(prober, 0, &report);
}

static bool is(enum state state, const char *word)
{
	return report.state == state && strstr(report.because, word);
}

static void expect(enum state state, const char *word)
{
	ask();
	if (!is(state, word))
		fail_msg("is %s (%s), wanted %s with \"%s\"", state_word(report.state), report.because,
			 state_word(state), word);
}

/* What the server needs time for: asked again until it is so. */
static void expect_soon(enum state state, const char *word)
{
	for (int i = 0; i < TRIES; i++) {
		ask();
		if (is(state, word))
			return;
		usleep(PAUSE * 1000);
	}
	fail_msg("stays %s (%s), wanted %s with \"%s\"", state_word(report.state), report.because,
		 state_word(state), word);
}

static void say(const struct redisserver *one, const char *command, const char *reply)
{
	const char *said = redisserver_say(one, command);

	if (!strstr(said, reply))
		fail_msg("%s: %s", command, said);
}

static void give_password(const char *variable)
{
	config.source.access.basic_password =
		(struct secret_ref){ .from = SECRET_ENV, .name = variable };
}

static void start_pair(void)
{
	char port[16];
	const char *const primary[] = { "--repl-ping-replica-period", "1", "--repl-diskless-sync-delay",
					"0", NULL };
	const char *const replica[] = { "--replicaof", "127.0.0.1", port, NULL };

	start(&server, primary);
	snprintf(port, sizeof(port), "%u", server.port);
	start(&follower, replica);
}

static void a_running_primary_is_ok(void **state)
{
	(void)state;
	start(&server, plain);
	make_prober(&server);
	expect(STATE_OK, "primary, no limit");
	assert_string_equal(json_text_at(report.fields, "role", ""), "primary");
	assert_true(strlen(json_text_at(report.fields, "version", "")) > 2);
}

static void a_password_that_nobody_gave_us_is_unknown_and_noauth(void **state)
{
	const char *const options[] = { "--requirepass", PASSWORD, NULL };

	(void)state;
	start(&server, options);
	make_prober(&server);
	expect(STATE_UNKNOWN, "NOAUTH");
	assert_true(json_is_null(json_at(report.fields, "role")));
}

static void a_password_lets_us_in_and_a_wrong_one_does_not(void **state)
{
	const char *const options[] = { "--requirepass", PASSWORD, NULL };

	(void)state;
	start(&server, options);
	give_password("RIGHT");
	make_prober(&server);
	expect(STATE_OK, "primary");
	give_password("WRONG");
	make_prober(&server);
	expect(STATE_UNKNOWN, "WRONGPASS");
	give_password("NOWHERE");
	make_prober(&server);
	expect(STATE_UNKNOWN, "NOWHERE");
}

static void a_user_of_the_access_list_needs_ping_and_info(void **state)
{
	(void)state;
	start(&server, plain);
	say(&server, "ACL SETUSER ana on >" PASSWORD " +ping +info", "+OK");
	say(&server, "ACL SETUSER bob on >" PASSWORD " +ping", "+OK");
	give_password("RIGHT");
	config.source.access.basic_user = "ana";
	make_prober(&server);
	expect(STATE_OK, "primary");
	config.source.access.basic_user = "bob";
	make_prober(&server);
	expect(STATE_UNKNOWN, "NOPERM");
	config.source.access.basic_user = "eve";
	make_prober(&server);
	expect(STATE_UNKNOWN, "WRONGPASS");
}

static void a_password_that_is_not_wanted_is_told(void **state)
{
	(void)state;
	start(&server, plain);
	give_password("RIGHT");
	make_prober(&server);
	expect(STATE_WARN, "wants none");
}

static void a_replica_is_read_only_or_what_it_should_be(void **state)
{
	(void)state;
	start_pair();
	config.role = REDIS_REPLICA;
	make_prober(&follower);
	expect_soon(STATE_OK, "replica of 127.0.0.1");
	assert_string_equal(json_text_at(report.fields, "link", ""), "up");
	config.role = REDIS_PRIMARY;
	expect(STATE_BAD, "read-only");
}

static void a_replica_of_a_hung_primary_is_stale_while_its_link_is_up(void **state)
{
	(void)state;
	start_pair();
	config.role = REDIS_REPLICA;
	config.silence = 3000;
	make_prober(&follower);
	expect_soon(STATE_OK, "replica of 127.0.0.1");
	redisserver_signal(&server, SIGSTOP);
	expect_soon(STATE_STALE, "hangs");
	assert_string_equal(json_text_at(report.fields, "link", ""), "up");
	redisserver_signal(&server, SIGCONT);
	expect_soon(STATE_OK, "replica of 127.0.0.1");
	redisserver_signal(&server, SIGKILL);
	expect_soon(STATE_WARN, "is down");
	assert_string_equal(json_text_at(report.fields, "link", ""), "down");
}

static void a_full_server_that_may_not_evict_refuses_writes(void **state)
{
	const char *const options[] = { "--maxmemory", "4mb", NULL };

	(void)state;
	start(&server, options);
	make_prober(&server);
	expect(STATE_OK, "of its memory");
	say(&server, "SETRANGE ballast 4000000 x", ":4000001");
	say(&server, "SET one more", "-OOM");
	expect(STATE_BAD, "out of memory: writes refused");
}

static void a_server_that_evicts_says_so(void **state)
{
	const char *const options[] = { "--maxmemory", "4mb", "--maxmemory-policy", "allkeys-random",
					NULL };
	char command[64];

	(void)state;
	start(&server, options);
	config.memory = 100;
	make_prober(&server);
	expect(STATE_OK, "of its memory");
	for (int i = 0; i < 60; i++) {
		snprintf(command, sizeof(command), "SETRANGE key%d 99999 x", i);
		say(&server, command, ":100000");
	}
	expect(STATE_WARN, "evicts keys to make room");
}

static void a_server_that_cannot_save_refuses_writes(void **state)
{
	const char *const options[] = { "--save", "3600 1", NULL };
	const char *const remove[] = { "rm", "-rf", server.dir, NULL };
	struct command command = { 0 };

	(void)state;
	start(&server, options);
	make_prober(&server);
	expect(STATE_OK, "primary");
	command_run(&command, remove, LIMIT);
	command_done(&command);
	say(&server, "BGSAVE", "+Background saving started");
	expect_soon(STATE_BAD, "MISCONF");
}

static void a_script_that_runs_for_ever_blocks_everybody(void **state)
{
	const char *const options[] = { "--busy-reply-threshold", "50", NULL };
	int fd;

	(void)state;
	start(&server, options);
	make_prober(&server);
	fd = redisserver_connect(&server);
	assert_true(dprintf(fd, "*3\r\n$4\r\nEVAL\r\n$17\r\nwhile true do end\r\n$1\r\n0\r\n") > 0);
	expect_soon(STATE_BAD, "BUSY");
	close(fd);
}

static void no_room_for_one_more_client_is_told(void **state)
{
	const char *const options[] = { "--maxclients", "1", NULL };
	int fd;

	(void)state;
	start(&server, options);
	make_prober(&server);
	expect_soon(STATE_OK, "primary");
	fd = redisserver_connect(&server);
	expect_soon(STATE_BAD, "max number of clients");
	close(fd);
}

static void a_frozen_server_is_down_for_want_of_an_answer(void **state)
{
	(void)state;
	start(&server, plain);
	config.source.timeout = 500;
	make_prober(&server);
	expect(STATE_OK, "primary");
	redisserver_signal(&server, SIGSTOP);
	expect(STATE_DOWN, "no answer in 0.5 s");
	redisserver_signal(&server, SIGCONT);
	expect(STATE_OK, "primary");
}

static void a_stopped_server_is_down_and_refuses(void **state)
{
	struct redisserver gone;

	(void)state;
	start(&server, plain);
	gone = server;
	redisserver_stop(&server);
	make_prober(&gone);
	expect(STATE_DOWN, "connection refused");
}

static void kill_it(void *arg)
{
	redisserver_signal(arg, SIGKILL);
}

static void a_server_that_is_killed_while_we_wait_has_dropped_us(void **state)
{
	struct loop_timer timer = { .call = kill_it, .arg = &server };

	(void)state;
	start(&server, plain);
	make_prober(&server);
	redisserver_signal(&server, SIGSTOP);
	loop_timer_set(loop, &timer, loop_now(loop).steady + PAUSE);
	expect(STATE_DOWN, "dropped");
}

static void stopping_forgets_a_question_at_once(void **state)
{
	int rounds = 0;

	(void)state;
	start(&server, plain);
	make_prober(&server);
	redisserver_signal(&server, SIGSTOP);
	prober_start(prober);
	(void)pump(loop, &changes, 1, PAUSE);
	assert_int_equal(changes, 0);
	assert_int_not_equal(prober_probe(prober, 0)->views[0].started_at, WHEN_NEVER);
	prober_stop(prober);
	redisserver_signal(&server, SIGCONT);
	(void)pump(loop, &rounds, 1, PAUSE);
	assert_int_equal(changes, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_running_primary_is_ok),
		TEST(a_password_that_nobody_gave_us_is_unknown_and_noauth),
		TEST(a_password_lets_us_in_and_a_wrong_one_does_not),
		TEST(a_user_of_the_access_list_needs_ping_and_info),
		TEST(a_password_that_is_not_wanted_is_told),
		TEST(a_replica_is_read_only_or_what_it_should_be),
		TEST(a_replica_of_a_hung_primary_is_stale_while_its_link_is_up),
		TEST(a_full_server_that_may_not_evict_refuses_writes),
		TEST(a_server_that_evicts_says_so),
		TEST(a_server_that_cannot_save_refuses_writes),
		TEST(a_script_that_runs_for_ever_blocks_everybody),
		TEST(no_room_for_one_more_client_is_told),
		TEST(a_frozen_server_is_down_for_want_of_an_answer),
		TEST(a_stopped_server_is_down_and_refuses),
		TEST(a_server_that_is_killed_while_we_wait_has_dropped_us),
		TEST(stopping_forgets_a_question_at_once),
	};
#undef TEST

	if (!redisserver_exists()) {
		print_message("SKIPPED: no redis-server here; lab/lab fetch unpacks one\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
