/* Kind jwt: what each status proves, and what the verifiers say together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backends/jwt.h"
#include "backends/kinds.h"
#include "tests/lib/desk.h"

enum { ACCESS, MOBILE, WEBAUTHN, WEBSOCKET, VERIFIERS };

static const char *const proofs[] = { "426" };

static struct jwt_verifier verifiers[VERIFIERS] = {
	{ .name = "access", .url = "http://127.0.0.1:3000/a", .lifetime = 15 * WHEN_MINUTE },
	{ .name = "mobile", .url = "http://127.0.0.1:3000/m", .lifetime = 7 * WHEN_DAY },
	{ .name = "webauthn", .url = "http://127.0.0.1:3000/w", .lifetime = 15 * WHEN_MINUTE },
	{ .name = "websocket", .url = "http://127.0.0.1:3000/s", .lifetime = 15 * WHEN_MINUTE,
	  .proof = { proofs, 1 } },
};

static struct jwt_config config_of(size_t count)
{
	return (struct jwt_config){
		.source = { .name = "jwt", .kind = "jwt", .every = WHEN_MINUTE },
		.token = { .from = SECRET_FILE, .name = "canary" },
		.verifiers = { verifiers, count },
	};
}

static struct desk desk;
static struct jwt_config config;

static int setup(void **state)
{
	(void)state;
	config = config_of(VERIFIERS);
	desk_open(&desk, &jwt_backend, &config);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

/* An answer to the canary, which was issued a minute ago and lives for an hour. */
static struct reply answer(int status)
{
	struct reply reply = desk_reply(&desk, "{}");

	reply.status = status;
	(void)str_put(reply.token_alg, sizeof(reply.token_alg), "HS256");
	reply.token_issued = desk.now.wall - WHEN_MINUTE;
	reply.token_expires = desk.now.wall + 59 * WHEN_MINUTE;
	return reply;
}

static void take(unsigned verifier, const struct reply *reply)
{
	desk_take(&desk, desk_ask(&desk, "verifier", verifier, verifier), reply);
}

static void take_all(const struct reply *reply)
{
	for (unsigned i = 0; i < VERIFIERS; i++)
		take(i, reply);
}

static void take_status(unsigned verifier, int status)
{
	struct reply reply = answer(status);

	take(verifier, &reply);
}

static const char *accepted(size_t verifier)
{
	const struct report *report = desk_judge(&desk);
	const json_t *item = json_array_get(json_object_get(report->fields, "verifiers"), verifier);

	return json_text_at(item, "accepted", "");
}

/* What one verifier's status proves while the others accept. */
static const struct {
	int status;
	unsigned verifier;
	const char *accepted;
	enum state state;
	const char *word;
} statuses[] = {
	{ 200, ACCESS, "yes", STATE_OK, "accepted by access, mobile, webauthn, websocket" },
	{ 204, ACCESS, "yes", STATE_OK, "accepted by access" },
	{ 401, ACCESS, "no", STATE_BAD,
	  "rejected by access: it takes no tokens of the old secret; "
	  "accepted by mobile, webauthn, websocket" },
	{ 403, ACCESS, "unknown", STATE_UNKNOWN, "verifier access: answers 403, which does not tell" },
	{ 404, ACCESS, "unknown", STATE_UNKNOWN, "verifier access: answers 404" },
	{ 302, ACCESS, "unknown", STATE_UNKNOWN, "verifier access: redirects" },
	{ 429, ACCESS, "unknown", STATE_UNKNOWN, "verifier access: throttled" },
	{ 500, ACCESS, "unknown", STATE_DOWN, "verifier access: answers 500" },
	{ 503, MOBILE, "unknown", STATE_DOWN, "verifier mobile: answers 503" },
	{ 426, ACCESS, "unknown", STATE_UNKNOWN, "verifier access: answers 426" },
	{ 426, WEBSOCKET, "yes", STATE_OK, "websocket" },
};

static void each_status_proves_what_it_can(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct reply good = answer(200);

		take_all(&good);
		take_status(statuses[i].verifier, statuses[i].status);
		desk_expect(&desk, statuses[i].state, statuses[i].word);
		assert_string_equal(accepted(statuses[i].verifier), statuses[i].accepted);
	}
}

static void a_verifier_that_is_down_rejects_nothing(void **state)
{
	struct reply good = answer(200);

	(void)state;
	take_all(&good);
	desk_fail(&desk, desk_ask(&desk, "verifier", MOBILE, MOBILE), REPLY_REFUSED);
	desk_expect(&desk, STATE_DOWN, "verifier mobile: connection refused");
	assert_string_equal(accepted(MOBILE), "unknown");
	assert_null(strstr(desk.report.because, "rejected"));
}

static void a_rejection_is_said_although_another_one_is_down(void **state)
{
	struct reply good = answer(200);

	(void)state;
	take_all(&good);
	take_status(ACCESS, 401);
	desk_fail(&desk, desk_ask(&desk, "verifier", MOBILE, MOBILE), REPLY_REFUSED);
	desk_expect(&desk, STATE_DOWN, "rejected by access");
}

static void what_all_say_is_said_once(void **state)
{
	struct reply refused = answer(401);

	(void)state;
	take_all(&refused);
	desk_expect(&desk, STATE_BAD, "rejected by access, mobile, webauthn, websocket: none of them");
	for (unsigned i = 0; i < VERIFIERS; i++)
		desk_fail(&desk, desk_ask(&desk, "verifier", i, i), REPLY_NO_SECRET);
	desk_expect(&desk, STATE_UNKNOWN, "no credential");
	assert_null(strstr(desk.report.because, "verifier"));
}

static void an_expired_token_is_auth_expired_whatever_is_answered(void **state)
{
	static const int answers[] = { 200, 401 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct reply reply = answer(answers[i]);

		reply.token_expires = desk.now.wall - 1000;
		take_all(&reply);
		desk_expect(&desk, STATE_UNKNOWN, "AUTH EXPIRED: renew the token, it ran out at ");
		assert_string_equal(accepted(ACCESS), "unknown");
		assert_null(strstr(desk.report.because, "rejected"));
		assert_null(strstr(desk.report.because, "accepted"));
	}
}

static void a_token_expires_between_two_answers(void **state)
{
	struct reply refused = answer(401);

	(void)state;
	refused.token_issued = 0;
	refused.token_expires = desk.now.wall + 5000;
	take_all(&refused);
	desk_expect(&desk, STATE_BAD, "rejected");
	desk_wait(&desk, 5000);
	desk_expect(&desk, STATE_UNKNOWN, "AUTH EXPIRED");
}

static void expiry_is_by_the_servers_clock(void **state)
{
	struct reply reply = answer(401);

	(void)state;
	reply.date = reply.at - WHEN_HOUR;
	reply.token_expires = reply.at - WHEN_MINUTE;
	take_all(&reply);
	desk_expect(&desk, STATE_BAD, "rejected");
	reply.date = reply.at + WHEN_HOUR;
	reply.token_expires = reply.at + WHEN_MINUTE;
	take_all(&reply);
	desk_expect(&desk, STATE_UNKNOWN, "AUTH EXPIRED");
}

/* It got another token than the others since, or its clock is not theirs. */
static void a_verifier_that_refused_as_expired_is_not_ok_for_the_others_are(void **state)
{
	struct reply old = answer(401), good;

	(void)state;
	old.token_expires = desk.now.wall - WHEN_SECOND;
	take(ACCESS, &old);
	good = answer(200);
	for (unsigned i = MOBILE; i < VERIFIERS; i++)
		take(i, &good);
	desk_expect(&desk, STATE_UNKNOWN, "verifier access: refused it as one that had run out");
	assert_string_equal(accepted(ACCESS), "unknown");
}

static void expired_and_down_are_told_apart(void **state)
{
	struct reply reply = answer(401);

	(void)state;
	reply.token_expires = reply.at - 1000;
	take_all(&reply);
	desk_fail(&desk, desk_ask(&desk, "verifier", ACCESS, ACCESS), REPLY_REFUSED);
	desk_expect(&desk, STATE_DOWN, "verifier access: connection refused; AUTH EXPIRED");
}

static void a_token_about_to_expire_is_a_warning(void **state)
{
	struct reply reply = answer(200);

	(void)state;
	reply.token_issued = reply.at - 55 * WHEN_MINUTE;
	reply.token_expires = reply.at + 5 * WHEN_MINUTE;
	take_all(&reply);
	desk_expect(&desk, STATE_WARN, "the token expires in 5m");
	assert_int_equal(json_integer_value(json_object_get(desk.report.fields, "token_expires_s")),
			 300);
}

static void an_algorithm_that_was_not_expected_proves_nothing(void **state)
{
	static const struct {
		const char *alg;
		int status;
		enum state state;
		const char *word;
	} cases[] = {
		{ "RS256", 200, STATE_UNKNOWN, "algorithm is RS256, not HS256: it proves nothing" },
		{ "RS256", 401, STATE_UNKNOWN, "algorithm is RS256" },
		{ "none", 401, STATE_UNKNOWN, "algorithm is none" },
		{ "none", 200, STATE_BAD, "without a signature (alg none) is let in" },
		{ "", 200, STATE_UNKNOWN, "no JWT" },
		{ "", 401, STATE_UNKNOWN, "no JWT" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reply reply = answer(cases[i].status);

		(void)str_put(reply.token_alg, sizeof(reply.token_alg), cases[i].alg);
		take_all(&reply);
		desk_expect(&desk, cases[i].state, cases[i].word);
		assert_null(strstr(desk.report.because, "rejected"));
	}
}

static void it_is_said_until_when_old_tokens_live(void **state)
{
	struct reply reply = answer(200);

	(void)state;
	take_all(&reply);
	desk_expect(&desk, STATE_OK, "tokens as old as the canary live until 2026-11-29T01:36:21Z "
				     "(mobile)");
	reply.token_issued = reply.at - 8 * WHEN_DAY;
	reply.token_expires = reply.at + 80 * WHEN_DAY;
	take_all(&reply);
	desk_expect(&desk, STATE_OK, "tokens as old as the canary are gone since 2026-11-21T01:37:21Z");
}

static void a_verifier_that_was_not_asked_yet_is_not_ok(void **state)
{
	struct reply good = answer(200);

	(void)state;
	take(ACCESS, &good);
	desk_expect(&desk, STATE_UNKNOWN, "verifiers mobile, webauthn, websocket: no answer yet");
}

static void an_answer_that_is_too_old_counts_no_more(void **state)
{
	struct reply good = answer(200);

	(void)state;
	good.token_expires = desk.now.wall + WHEN_DAY;
	take_all(&good);
	desk_wait(&desk, 10 * WHEN_MINUTE);
	desk_expect(&desk, STATE_UNKNOWN, "too old");
}

static void without_a_token_nobody_is_asked(void **state)
{
	struct request request = { 0 };
	struct look look;

	(void)state;
	config.token.from = SECRET_NONE;
	probe_look(&desk.probe, NULL, NULL, desk.now.wall, &look);
	assert_false(jwt_backend.prepare(&look, 0, &request));
	desk_expect(&desk, STATE_UNKNOWN, "no token: set token_command");
	assert_false(desk.report.asking);
}

static void each_verifier_is_asked_at_its_own_url_with_the_canary(void **state)
{
	(void)state;
	assert_int_equal(desk.probe.ask_count, VERIFIERS);
	for (unsigned i = 0; i < VERIFIERS; i++) {
		assert_true(str_eq(backend_target(&jwt_backend, &config, i), verifiers[i].url));
		assert_ptr_equal(backend_secret(&jwt_backend, &config, i), &config.token);
	}
}

static void verifiers_beyond_the_eighth_are_not_passed_over_in_silence(void **state)
{
	static struct jwt_verifier many[9];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = verifiers[i % VERIFIERS];
	desk_close(&desk);
	config.verifiers = (struct items){ many, ARRAY_LEN(many) };
	desk_open(&desk, &jwt_backend, &config);
	assert_int_equal(desk.probe.ask_count, JWT_VERIFIERS);
	for (unsigned i = 0; i < JWT_VERIFIERS; i++)
		take_status(i, 200);
	desk_expect(&desk, STATE_UNKNOWN, "only the first 8 of 9");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_status_proves_what_it_can),
		T(a_verifier_that_is_down_rejects_nothing),
		T(a_rejection_is_said_although_another_one_is_down),
		T(what_all_say_is_said_once),
		T(an_expired_token_is_auth_expired_whatever_is_answered),
		T(a_token_expires_between_two_answers),
		T(expiry_is_by_the_servers_clock),
		T(a_verifier_that_refused_as_expired_is_not_ok_for_the_others_are),
		T(expired_and_down_are_told_apart),
		T(a_token_about_to_expire_is_a_warning),
		T(an_algorithm_that_was_not_expected_proves_nothing),
		T(it_is_said_until_when_old_tokens_live),
		T(a_verifier_that_was_not_asked_yet_is_not_ok),
		T(an_answer_that_is_too_old_counts_no_more),
		T(without_a_token_nobody_is_asked),
		T(each_verifier_is_asked_at_its_own_url_with_the_canary),
		T(verifiers_beyond_the_eighth_are_not_passed_over_in_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
