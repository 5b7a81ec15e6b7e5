/* Redis: from replies to a state. The words are those of a real Redis 7.0. */
#include "backends/redis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/kinds.h"
#include "tests/lib/desk.h"

enum { REPLIES = 3 };

static struct desk desk;
static struct redis_config config;

static const char primary[] =
	"$# Server\r\nredis_version:7.0.15\r\nprocess_id:1\r\n\r\n# Clients\r\nconnected_clients:3\r\n"
	"\r\n# Memory\r\nused_memory:1078168\r\nused_memory_human:1.03M\r\nmaxmemory:67108864\r\n"
	"maxmemory_policy:noeviction\r\nmem_not_counted_for_evict:0\r\n\r\n# Persistence\r\n"
	"loading:0\r\nasync_loading:0\r\nrdb_last_bgsave_status:ok\r\naof_last_write_status:ok\r\n\r\n"
	"# Stats\r\nevicted_keys:0\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:1\r\n"
	"slave0:ip=127.0.0.1,port=16381,state=online,offset=14,lag=1\r\n\r\n# Keyspace\r\n";
static const char replica[] =
	"$# Server\r\nredis_version:7.0.15\r\n# Memory\r\nused_memory:926208\r\nmaxmemory:0\r\n"
	"maxmemory_policy:noeviction\r\n# Persistence\r\nloading:0\r\n# Stats\r\nevicted_keys:0\r\n"
	"# Replication\r\nrole:slave\r\nmaster_host:127.0.0.1\r\nmaster_port:16380\r\n"
	"master_link_status:up\r\nmaster_last_io_seconds_ago:2\r\nmaster_sync_in_progress:0\r\n"
	"slave_read_only:1\r\nconnected_slaves:0\r\n";

static void open_as(enum redis_role role, bool with_password)
{
	config = (struct redis_config){
		.source = { .name = "redis", .url = "redis://127.0.0.1:1/0" }, .role = (int)role,
		.memory = 90, .silence = 15000,
	};
	if (with_password)
		config.source.access.basic_password.from = SECRET_ENV;
	desk_open(&desk, &redis_backend, &config);
}

static int close_desk(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

/* As many replies as there are before the first NULL. */
static void take(const char *const cells[REPLIES])
{
	static const char *const name = "reply";
	struct reply reply = desk_reply(&desk, NULL);

	reply.status = 0;
	reply.rows = (struct rows){ .columns = 1, .names = &name, .cells = cells };
	while (reply.rows.count < REPLIES && cells[reply.rows.count])
		reply.rows.count++;
	desk_take(&desk, 0, &reply);
}

static void take_info(const char *info)
{
	const char *const cells[REPLIES] = { "+PONG", info };

	take(cells);
}

/* The INFO with the value of one key changed; NULL takes the key away. */
static const char *with(const char *info, const char *key, const char *value)
{
	static struct buf out;
	const char *at = strstr(info, key), *end = at ? strchr(at, '\r') : NULL;

	buf_clear(&out);
	assert_non_null(end);
	buf_add(&out, info, (size_t)(at - info));
	if (value)
		buf_fmt(&out, "%s:%s%s", key, value, end);
	else
		buf_fmt(&out, "\nx:%s", end);
	return buf_cstr(&out);
}

static const json_t *field(const char *name)
{
	const json_t *value = json_object_get(desk.report.fields, name);

	if (!value)
		fail_msg("no field %s", name);
	return value;
}

static void a_primary_that_answers_is_ok(void **state)
{
	(void)state;
	open_as(REDIS_PRIMARY, false);
	take_info(primary);
	desk_expect(&desk, STATE_OK, "primary, 1 % of its memory");
	assert_string_equal(json_string_value(field("role")), "primary");
	assert_int_equal(json_integer_value(field("used_memory")), 1078168);
	assert_int_equal(json_integer_value(field("max_memory")), 67108864);
	assert_string_equal(json_string_value(field("version")), "7.0.15");
	assert_int_equal(json_integer_value(field("connected_clients")), 3);
	assert_true(json_is_null(field("link")) && json_is_null(field("last_io_s")));
	close_desk(NULL);
}

static void a_replica_that_follows_is_ok_where_one_is_expected(void **state)
{
	(void)state;
	for (int role = REDIS_REPLICA; role <= REDIS_ANY; role++) {
		open_as((enum redis_role)role, false);
		take_info(replica);
		desk_expect(&desk, STATE_OK, "replica of 127.0.0.1:16380, last word 2 s ago");
		assert_string_equal(json_string_value(field("role")), "replica");
		assert_string_equal(json_string_value(field("link")), "up");
		assert_int_equal(json_integer_value(field("last_io_s")), 2);
		assert_int_equal(json_integer_value(field("max_memory")), 0);
		close_desk(NULL);
	}
}

static const struct {
	enum redis_role role;
	const char *info, *key, *value;		/* value NULL: INFO does not tell */
	enum state state;
	const char *word;
} changes[] = {
	{ REDIS_PRIMARY, replica, "role", "slave", STATE_BAD, "read-only" },
	{ REDIS_REPLICA, primary, "role", "master", STATE_BAD, "follows nobody" },
	{ REDIS_ANY, primary, "role", "master", STATE_OK, "primary" },
	{ REDIS_PRIMARY, primary, "used_memory", "67108864", STATE_BAD, "out of memory: writes" },
	{ REDIS_PRIMARY, primary, "used_memory", "99999999999999999", STATE_BAD, "out of memory" },
	{ REDIS_PRIMARY, primary, "used_memory", "60400000", STATE_WARN, "90 %" },
	{ REDIS_PRIMARY, primary, "used_memory", "60300000", STATE_OK, "89 %" },
	{ REDIS_PRIMARY, primary, "maxmemory", "0", STATE_OK, "no limit" },
	{ REDIS_PRIMARY, primary, "maxmemory", "1000", STATE_BAD, "out of memory" },
	{ REDIS_REPLICA, replica, "maxmemory", "1000", STATE_WARN, "of its memory" },
	{ REDIS_PRIMARY, primary, "rdb_last_bgsave_status", "err", STATE_WARN, "snapshot" },
	{ REDIS_PRIMARY, primary, "aof_last_write_status", "err", STATE_WARN, "append-only" },
	{ REDIS_PRIMARY, primary, "loading", "1", STATE_WARN, "loading" },
	{ REDIS_REPLICA, replica, "master_link_status", "down", STATE_WARN, "link" },
	{ REDIS_REPLICA, replica, "master_last_io_seconds_ago", "15", STATE_OK, "15 s ago" },
	{ REDIS_REPLICA, replica, "master_last_io_seconds_ago", "16", STATE_STALE, "hangs" },
	{ REDIS_REPLICA, replica, "master_last_io_seconds_ago", "9223372036854775807", STATE_STALE,
	  "hangs" },
	/* What is missing, or is no number, is not known and never well. */
	{ REDIS_PRIMARY, primary, "role", NULL, STATE_UNKNOWN, "role" },
	{ REDIS_ANY, primary, "role", "sentinel", STATE_UNKNOWN, "role" },
	{ REDIS_PRIMARY, primary, "used_memory", NULL, STATE_UNKNOWN, "used_memory" },
	{ REDIS_PRIMARY, primary, "used_memory", "much", STATE_UNKNOWN, "used_memory" },
	{ REDIS_PRIMARY, primary, "used_memory", "-1", STATE_UNKNOWN, "used_memory" },
	{ REDIS_PRIMARY, primary, "maxmemory", NULL, STATE_UNKNOWN, "maxmemory" },
	{ REDIS_PRIMARY, primary, "maxmemory_policy", NULL, STATE_UNKNOWN, "maxmemory_policy" },
	{ REDIS_REPLICA, replica, "master_link_status", NULL, STATE_UNKNOWN, "master_link_status" },
	{ REDIS_REPLICA, replica, "master_link_status", "odd", STATE_UNKNOWN, "master_link_status" },
	{ REDIS_REPLICA, replica, "master_last_io_seconds_ago", NULL, STATE_UNKNOWN, "last_io" },
	{ REDIS_REPLICA, replica, "master_last_io_seconds_ago", "-1", STATE_UNKNOWN, "last_io" },
};

static void each_line_of_info_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		char key[64];

		open_as(changes[i].role, false);
		(void)snprintf(key, sizeof(key), "\n%s", changes[i].key);
		take_info(with(changes[i].info, key, changes[i].value));
		desk_expect(&desk, changes[i].state, changes[i].word);
		close_desk(NULL);
	}
}

static const struct {
	bool with_password;
	const char *cells[REPLIES];
	enum state state;
	const char *word;
} replies[] = {
	{ true, { "+OK", "+PONG", primary }, STATE_OK, "primary" },
	{ true, { "-ERR AUTH <password> called without any password configured for the default user."
		  " Are you sure your configuration is correct?", "+PONG", primary },
	  STATE_WARN, "wants none" },
	{ true, { "-ERR Client sent AUTH, but no password is set", "+PONG", primary },
	  STATE_WARN, "wants none" },
	{ true, { "-WRONGPASS invalid username-password pair or user is disabled.", "+PONG", primary },
	  STATE_UNKNOWN, "WRONGPASS" },
	{ true, { "-ERR invalid password", "-NOAUTH Authentication required.", "-NOAUTH" },
	  STATE_UNKNOWN, "WRONGPASS" },
	{ true, { "-ERR unknown command 'AUTH'", "+PONG", primary }, STATE_UNKNOWN,
	  "AUTH with ERR unknown command" },
	{ true, { "-ERR max number of clients reached" }, STATE_BAD, "max number of clients" },
	{ true, { "+OK", "-LOADING Redis is loading the dataset in memory", primary }, STATE_WARN,
	  "loading" },
	{ false, { "-NOAUTH Authentication required.", "-NOAUTH Authentication required." },
	  STATE_UNKNOWN, "NOAUTH: set password_env, password_file or password_command, it wants one" },
	{ false, { "-NOPERM this user has no permissions to run the 'ping' command", primary },
	  STATE_UNKNOWN, "NOPERM" },
	{ false, { "+PONG", "-NOPERM this user has no permissions to run the 'info' command" },
	  STATE_UNKNOWN, "NOPERM" },
	{ false, { "-DENIED Redis is running in protected mode" }, STATE_UNKNOWN, "protected mode" },
	{ false, { "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to"
		   " persist to disk.", primary }, STATE_BAD, "snapshot" },
	{ false, { "-MISCONF Errors writing to the AOF file: No space left on device", primary },
	  STATE_BAD, "append-only" },
	{ false, { "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
		   replica }, STATE_BAD, "MASTERDOWN" },
	{ false, { "-BUSY Redis is busy running a script.", "-BUSY Redis is busy running a script." },
	  STATE_BAD, "BUSY" },
	{ false, { "+PONG", "-BUSY Redis is busy running a script." }, STATE_BAD, "BUSY" },
	{ false, { "-ERR \x1b[2J", primary }, STATE_UNKNOWN, "PING with ERR ^[[2J" },
	{ false, { "+OK", primary }, STATE_UNKNOWN, "PING with +OK" },
	{ false, { "+PONG", "+OK" }, STATE_UNKNOWN, "INFO with +OK" },
	{ false, { "+PONG" }, STATE_UNKNOWN, "INFO with nothing" },
	{ false, { NULL }, STATE_UNKNOWN, "PING with nothing" },
	{ false, { "+PONG", "$" }, STATE_UNKNOWN, "role" },
};

static void every_reply_has_its_state(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
		open_as(REDIS_PRIMARY, replies[i].with_password);
		if (replies[i].cells[1] == replica)
			config.role = REDIS_ANY;
		take(replies[i].cells);
		desk_expect(&desk, replies[i].state, replies[i].word);
		close_desk(NULL);
	}
}

static void no_answer_is_told_by_what_came_instead(void **state)
{
	static const struct {
		enum reply_kind kind;
		enum state state;
		const char *word;
	} cases[] = {
		{ REPLY_REFUSED, STATE_DOWN, "refused" }, { REPLY_RESET, STATE_DOWN, "dropped" },
		{ REPLY_TIMEOUT, STATE_DOWN, "no answer in 5 s" },
		{ REPLY_NO_NAME, STATE_UNKNOWN, "DNS" },
		{ REPLY_BAD_PROTOCOL, STATE_UNKNOWN, "protocol" },
		{ REPLY_NO_SECRET, STATE_UNKNOWN, "credential" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		open_as(REDIS_PRIMARY, false);
		take_info(primary);
		desk_fail(&desk, 0, cases[i].kind);
		desk_expect(&desk, cases[i].state, cases[i].word);
		assert_true(json_is_null(field("role")) && json_is_null(field("used_memory")));
		assert_true(json_is_null(field("max_memory")) && json_is_null(field("last_io_s")));
		assert_true(json_is_null(field("link")) && json_is_null(field("version")));
		close_desk(NULL);
	}
}

static void before_the_first_answer_nothing_is_known(void **state)
{
	(void)state;
	open_as(REDIS_PRIMARY, false);
	desk_expect(&desk, STATE_UNKNOWN, "waiting");
	assert_true(json_is_null(field("role")) && json_is_null(field("link")));
	close_desk(NULL);
}

static void evictions_are_told_when_they_happen(void **state)
{
	(void)state;
	open_as(REDIS_PRIMARY, false);
	take_info(with(primary, "\nevicted_keys", "700"));
	desk_expect(&desk, STATE_OK, "primary");
	take_info(with(primary, "\nevicted_keys", "712"));
	desk_expect(&desk, STATE_WARN, "evicts keys to make room: 12 since");
	take_info(with(primary, "\nevicted_keys", "712"));
	desk_expect(&desk, STATE_OK, "primary");
	/* Another process counts from zero. */
	take_info(with(primary, "\nevicted_keys", "3"));
	desk_expect(&desk, STATE_OK, "primary");
	assert_int_equal(json_integer_value(field("evicted_keys")), 3);
	close_desk(NULL);
}

static void buffers_of_replicas_do_not_fill_the_memory(void **state)
{
	struct buf info = { 0 };

	(void)state;
	open_as(REDIS_PRIMARY, false);
	buf_text(&info, with(primary, "\nused_memory", "70000000"));
	take_info(with(buf_cstr(&info), "\nmem_not_counted_for_evict", "20000000"));
	desk_expect(&desk, STATE_OK, "74 %");
	buf_done(&info);
	close_desk(NULL);
}

static void a_full_server_that_may_evict_is_a_warning(void **state)
{
	struct buf info = { 0 };

	(void)state;
	open_as(REDIS_PRIMARY, false);
	buf_text(&info, with(primary, "\nused_memory", "70000000"));
	take_info(with(buf_cstr(&info), "\nmaxmemory_policy", "allkeys-lru"));
	desk_expect(&desk, STATE_WARN, "104 % of its memory");
	buf_done(&info);
	close_desk(NULL);
}

static void what_info_said_before_is_not_what_it_says_now(void **state)
{
	static const char *const busy[REPLIES] = { "-BUSY Redis is busy running a script." };

	(void)state;
	open_as(REDIS_PRIMARY, false);
	take_info(primary);
	desk_expect(&desk, STATE_OK, "primary");
	take(busy);
	desk_expect(&desk, STATE_BAD, "BUSY");
	assert_true(json_is_null(field("role")) && json_is_null(field("used_memory")));
	close_desk(NULL);
}

static void a_link_that_is_down_says_for_how_long(void **state)
{
	struct buf info = { 0 };

	(void)state;
	open_as(REDIS_REPLICA, false);
	buf_text(&info, with(replica, "\nmaster_link_status", "down"));
	buf_text(&info, "master_link_down_since_seconds:42\r\n");
	take_info(buf_cstr(&info));
	desk_expect(&desk, STATE_WARN, "127.0.0.1:16380 is down for 42 s");
	assert_string_equal(json_string_value(field("link")), "down");
	take_info(with(buf_cstr(&info), "\nmaster_sync_in_progress", "1"));
	desk_expect(&desk, STATE_WARN, "copies all data");
	buf_done(&info);
	close_desk(NULL);
}

static void text_of_the_server_is_made_harmless(void **state)
{
	(void)state;
	open_as(REDIS_PRIMARY, false);
	take_info(with(primary, "\nredis_version", "\x1b]0;x\a"));
	desk_expect(&desk, STATE_OK, "primary");
	assert_string_equal(json_string_value(field("version")), "^[]0;x^G");
	close_desk(NULL);
}

static void a_password_that_the_server_quotes_is_hidden(void **state)
{
	static const char *const cells[REPLIES] = {
		"-ERR unknown command 'AUTH', with args beginning with: 'canary-Passw0rd-77aa'",
	};
	struct secret *secret = secret_new(str_of("canary-Passw0rd-77aa"));

	(void)state;
	open_as(REDIS_PRIMARY, true);
	take(cells);
	desk_expect(&desk, STATE_UNKNOWN, "AUTH with ERR unknown command");
	assert_null(strstr(desk.report.because, "canary"));
	secret_free(secret);
	close_desk(NULL);
}

static void it_asks_ping_and_info_of_the_configured_address(void **state)
{
	struct request request = { 0 };
	struct look look;

	(void)state;
	open_as(REDIS_PRIMARY, false);
	probe_look(&desk.probe, &desk.chain, &desk.cursor, desk.now.wall, &look);
	assert_int_equal(desk.probe.ask_count, 1);
	assert_int_equal(desk.probe.asks[0].via, ASK_REDIS);
	assert_true(redis_backend.prepare(&look, 0, &request));
	assert_string_equal(request.commands[0], "PING");
	assert_string_equal(request.commands[1], "INFO");
	assert_null(request.commands[2]);
	assert_true(str_eq(backend_target(&redis_backend, &config, 0), "redis://127.0.0.1:1/0"));
	assert_null(backend_secret(&redis_backend, &config, 0));
	close_desk(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_primary_that_answers_is_ok),
		cmocka_unit_test(a_replica_that_follows_is_ok_where_one_is_expected),
		cmocka_unit_test(each_line_of_info_counts),
		cmocka_unit_test(every_reply_has_its_state),
		cmocka_unit_test(no_answer_is_told_by_what_came_instead),
		cmocka_unit_test(before_the_first_answer_nothing_is_known),
		cmocka_unit_test(evictions_are_told_when_they_happen),
		cmocka_unit_test(buffers_of_replicas_do_not_fill_the_memory),
		cmocka_unit_test(a_full_server_that_may_evict_is_a_warning),
		cmocka_unit_test(what_info_said_before_is_not_what_it_says_now),
		cmocka_unit_test(a_link_that_is_down_says_for_how_long),
		cmocka_unit_test(text_of_the_server_is_made_harmless),
		cmocka_unit_test(a_password_that_the_server_quotes_is_hidden),
		cmocka_unit_test(it_asks_ping_and_info_of_the_configured_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
