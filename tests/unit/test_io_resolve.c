#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "io/resolve.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000 };

struct asked {
	int count;
	char host[RESOLVE_NAME];
};

struct got {
	struct lookup lookup;
	int count;
	struct addresses addresses;
};

static void note(void *arg, struct resolver *resolver, const char *host)
{
	struct asked *asked = arg;

	(void)resolver;
	asked->count++;
	str_put(asked->host, sizeof(asked->host), host);
}

static void on_done(void *arg, const struct addresses *addresses)
{
	struct got *got = arg;

	got->count++;
	got->addresses = *addresses;
}

static struct got got_of(void)
{
	return (struct got){ .lookup = { .done = on_done } };
}

static const struct addresses *ask(struct resolver *resolver, const char *host, bool fresh,
				   struct got *got)
{
	got->lookup.arg = got;
	return resolver_ask(resolver, host, fresh, &got->lookup);
}

static const struct addresses good = { 1, { "192.0.2.1" }, "" };

static struct loop *loop;
static struct asked asked;
static struct resolver *resolver;

static int setup(void **state)
{
	struct err err;
	const struct resolve_origin origin = { .start = note, .arg = &asked };

	(void)state;
	memset(&asked, 0, sizeof(asked));
	loop = loop_new(&err);
	resolver = resolver_new(loop, &origin);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	resolver_free(resolver);
	loop_free(loop);
	return 0;
}

static void a_literal_address_is_never_looked_up(void **state)
{
	static const struct {
		const char *host, *address;
	} literals[] = {
		{ "127.0.0.1", "127.0.0.1" }, { "::1", "::1" }, { "[::1]", "::1" },
		{ "2001:db8::7", "2001:db8::7" }, { "fe80::1%eth0", "fe80::1%eth0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(literals); i++) {
		struct got got = got_of();
		const struct addresses *known = ask(resolver, literals[i].host, true, &got);

		assert_non_null(known);
		assert_int_equal(known->count, 1);
		assert_string_equal(known->text[0], literals[i].address);
	}
	assert_int_equal(asked.count, 0);
}

static void what_only_looks_like_an_address_is_a_name(void **state)
{
	static const char *const names[] = { "127.0.0", "1.2.3.4.5", "[::1", "::g", "localhost" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_false(resolve_is_literal(names[i]));
}

static void one_look_up_serves_all_who_wait(void **state)
{
	struct got got[3] = { got_of(), got_of(), got_of() };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(got); i++)
		assert_null(ask(resolver, "app.test", false, &got[i]));
	assert_int_equal(asked.count, 1);
	assert_string_equal(asked.host, "app.test");
	resolver_answer(resolver, "app.test", &good);
	for (size_t i = 0; i < ARRAY_LEN(got); i++) {
		assert_int_equal(got[i].count, 1);
		assert_string_equal(got[i].addresses.text[0], "192.0.2.1");
	}
}

static void an_answer_is_kept_for_the_next(void **state)
{
	struct got first = got_of(), second = got_of(), fresh = got_of();
	const struct addresses *known;

	(void)state;
	ask(resolver, "app.test", false, &first);
	resolver_answer(resolver, "app.test", &good);
	known = ask(resolver, "app.test", false, &second);
	assert_non_null(known);
	assert_string_equal(known->text[0], "192.0.2.1");
	assert_int_equal(asked.count, 1);
	assert_null(ask(resolver, "app.test", true, &fresh));
	assert_int_equal(asked.count, 2);
	lookup_cancel(&fresh.lookup);
}

static void stop(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

static void a_failure_is_kept_for_a_moment_only(void **state)
{
	const struct addresses bad = { .error = "no such host" };
	struct got first = got_of(), second = got_of(), third = got_of();
	struct loop_timer timer = { .call = stop };
	const struct addresses *known;

	(void)state;
	ask(resolver, "gone.test", false, &first);
	resolver_answer(resolver, "gone.test", &bad);
	known = ask(resolver, "gone.test", false, &second);
	assert_non_null(known);
	assert_string_equal(known->error, "no such host");
	loop_timer_set(loop, &timer, loop_now(loop).steady + RESOLVE_BAD + 1);
	loop_run(loop);
	assert_null(ask(resolver, "gone.test", false, &third));
	assert_int_equal(asked.count, 2);
	lookup_cancel(&third.lookup);
}

static void who_gave_up_is_not_called(void **state)
{
	struct got gone = got_of(), there = got_of();

	(void)state;
	ask(resolver, "app.test", false, &gone);
	ask(resolver, "app.test", false, &there);
	lookup_cancel(&gone.lookup);
	lookup_cancel(&gone.lookup);
	resolver_answer(resolver, "app.test", &good);
	assert_int_equal(gone.count, 0);
	assert_int_equal(there.count, 1);
}

static void cancel_the_other(void *arg, const struct addresses *addresses)
{
	struct got *both = arg;

	(void)addresses;
	both[0].count++;
	lookup_cancel(&both[1].lookup);
}

static void one_who_is_told_may_cancel_another(void **state)
{
	struct got both[2] = { got_of(), got_of() };

	(void)state;
	both[0].lookup.done = cancel_the_other;
	both[0].lookup.arg = both;
	assert_null(resolver_ask(resolver, "app.test", false, &both[0].lookup));
	ask(resolver, "app.test", false, &both[1]);
	resolver_answer(resolver, "app.test", &good);
	assert_int_equal(both[0].count, 1);
	assert_int_equal(both[1].count, 0);
}

static void ask_again(void *arg, const struct addresses *addresses)
{
	struct got *got = arg;

	(void)addresses;
	got->count++;
	resolver_ask(resolver, "app.test", true, &got->lookup);
}

static void who_asks_anew_when_told_waits_for_the_next_answer(void **state)
{
	struct got got = got_of();

	(void)state;
	got.lookup.done = ask_again;
	got.lookup.arg = &got;
	resolver_ask(resolver, "app.test", true, &got.lookup);
	resolver_answer(resolver, "app.test", &good);
	assert_int_equal(got.count, 1);
	assert_int_equal(asked.count, 2);
	lookup_cancel(&got.lookup);
}

static void what_is_no_name_is_not_asked(void **state)
{
	char longest[RESOLVE_NAME + 2];
	struct got got = got_of();

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(ask(resolver, "", false, &got)->count, 0);
	assert_int_equal(ask(resolver, longest, false, &got)->count, 0);
	assert_int_equal(asked.count, 0);
}

static void only_this_machine_is_loopback(void **state)
{
	(void)state;
	assert_true(resolve_is_loopback("127.0.0.1"));
	assert_true(resolve_is_loopback("127.8.9.1"));
	assert_true(resolve_is_loopback("::1"));
	assert_false(resolve_is_loopback("128.0.0.1"));
	assert_false(resolve_is_loopback("10.0.0.1"));
	assert_false(resolve_is_loopback("::2"));
	assert_false(resolve_is_loopback("localhost"));
}

static void the_system_knows_localhost(void **state)
{
	struct resolver *system = resolver_new(loop, NULL);
	struct got got = got_of();

	(void)state;
	assert_null(ask(system, "localhost", false, &got));
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_true(got.addresses.count >= 1);
	assert_true(resolve_is_loopback(got.addresses.text[0]));
	resolver_free(system);
}

static void the_system_says_why_a_name_has_no_address(void **state)
{
	struct resolver *system = resolver_new(loop, NULL);
	struct got got = got_of();
	const struct addresses *known = ask(system, "a..b", false, &got);

	(void)state;
	if (!known && pump(loop, &got.count, 1, LIMIT))
		known = &got.addresses;
	assert_non_null(known);
	assert_int_equal(known->count, 0);
	assert_true(*known->error);
	resolver_free(system);
}

static void a_look_up_may_outlive_the_resolver(void **state)
{
	struct resolver *system = resolver_new(loop, NULL);
	struct got got = got_of();

	(void)state;
	assert_null(ask(system, "localhost", false, &got));
	lookup_cancel(&got.lookup);
	resolver_free(system);
	assert_int_equal(got.count, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_literal_address_is_never_looked_up),
		T(what_only_looks_like_an_address_is_a_name),
		T(one_look_up_serves_all_who_wait),
		T(an_answer_is_kept_for_the_next),
		T(a_failure_is_kept_for_a_moment_only),
		T(who_gave_up_is_not_called),
		T(one_who_is_told_may_cancel_another),
		T(who_asks_anew_when_told_waits_for_the_next_answer),
		T(what_is_no_name_is_not_asked),
		T(only_this_machine_is_loopback),
		T(the_system_knows_localhost),
		T(the_system_says_why_a_name_has_no_address),
		T(a_look_up_may_outlive_the_resolver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
