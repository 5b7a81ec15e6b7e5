/*
 * `tx diagnose` of every transaction of the lab, as an operator without the platform's database
 * runs it: by the envelope where there is one, else by the hash; asked of both kinds of server, of
 * the Horizons alone and of the RPC alone. Each verdict comes with its proof and its exit code. One
 * run for each, because one run asks politely.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/command.h"
#include "tests/lib/lab.h"

#define PATIENCE (60 * WHEN_SECOND)

enum { PATH = 600 };

enum servers { BOTH, ONLY_HORIZONS, ONLY_RPC, SERVERS_COUNT };

static const char *const server_words[] = {
	[BOTH] = "both", [ONLY_HORIZONS] = "horizons", [ONLY_RPC] = "rpc",
};

/* --- a place of its own --- */

static void put_file(const char *name, const struct buf *text)
{
	char path[PATH];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", lab_dir(), name);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(buf_cstr(text), 1, text->len, out), text->len);
	assert_int_equal(fclose(out), 0);
}

static void configure(enum servers servers)
{
	char first[128], second[128], rpc[128], name[64];
	struct buf text = { 0 };

	lab_variable("LAB_HORIZON1_URL", first, sizeof(first));
	lab_variable("LAB_HORIZON2_URL", second, sizeof(second));
	lab_variable("LAB_RPC_URL", rpc, sizeof(rpc));
	buf_text(&text, "version: 1\nsources:\n");
	if (servers != ONLY_RPC)
		buf_fmt(&text, "  horizon: {kind: horizon, urls: [\"%s\", \"%s\"], network: testnet}\n",
			first, second);
	if (servers != ONLY_HORIZONS)
		buf_fmt(&text, "  rpc: {kind: stellar-rpc, url: \"%s\", network: testnet}\n", rpc);
	snprintf(name, sizeof(name), "only-%s.yaml", server_words[servers]);
	put_file(name, &text);
	buf_done(&text);
}

static int set_up(void **unused)
{
	int status = lab_up_chain(unused);

	if (status != 0)
		return status;
	for (enum servers servers = 0; servers < SERVERS_COUNT; servers++)
		configure(servers);
	return 0;
}

static int set_anew(void **unused)
{
	(void)unused;
	lab_set("stuck-transactions");
	return 0;
}

/* --- the command --- */

struct answer {
	struct command command;
	json_t *root;
	const json_t *result;		/* the only one */
	const char *verdict;
};

static const char *given(const json_t *item)
{
	const char *envelope = json_text_at(item, "envelope_xdr", NULL);

	return envelope ? envelope : json_text_at(item, "hash", NULL);
}

/* What it learned of one set of servers it does not remember with the next. */
static void diagnose(enum servers servers, const json_t *item, struct answer *out)
{
	char home[PATH], state[PATH], config[PATH];
	const char *const argv[] = { "env", home, state, command_binnacle(), "tx", "diagnose",
				     given(item), "--json", "-c", config, NULL };
	struct err err = { 0 };

	snprintf(home, sizeof(home), "HOME=%s", lab_dir());
	snprintf(state, sizeof(state), "BINNACLE_STATE_DIR=%s/state-%s", lab_dir(),
		 server_words[servers]);
	snprintf(config, sizeof(config), "%s/only-%s.yaml", lab_dir(), server_words[servers]);
	command_run(&out->command, argv, PATIENCE);
	out->root = json_read(str_sub(buf_cstr(&out->command.out), out->command.out.len),
			      JSON_MAX_PINNED, &err);
	if (!out->root)
		fail_msg("exit %d, %s: %s", out->command.status, err.text,
			 buf_cstr(&out->command.err));
	assert_int_equal(json_array_size(json_at(out->root, "results")), 1);
	out->result = json_array_get(json_at(out->root, "results"), 0);
	out->verdict = json_text_at(out->result, "verdict", "");
}

static void drop(struct answer *answer)
{
	json_decref(answer->root);
	command_done(&answer->command);
}

/* --- what it says --- */

/* What only the row knows: that its hash is another one's, a source without an envelope, and when
 * it was made, without which nobody's memory is known to reach back far enough. */
static bool is_of_the_row(const json_t *item)
{
	static const char *const names[] = { "hash-mismatch", "sequence-only", "bumped-past",
					     "account-gone" };
	const char *name = json_text_at(item, "name", "");

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return !given(item);
}

/* Fewer servers know less, and one alone contradicts nobody. */
static bool may_be(enum servers servers, const json_t *item, const char *verdict)
{
	bool envelope = json_text_at(item, "envelope_xdr", NULL) != NULL;

	if (servers == BOTH)
		return false;
	return strcmp(verdict, envelope ? "UNKNOWN_STALE_SOURCE" : "UNKNOWN_NO_ENVELOPE") == 0 ||
	       (servers == ONLY_RPC && strcmp(json_text_at(item, "name", ""), "disputed") == 0 &&
		strcmp(verdict, "CONFIRMED") == 0);
}

/* Time goes on while it is asked about. */
static bool is_right(const json_t *item, const char *verdict)
{
	json_t *later;
	bool right = strcmp(verdict, json_text_at(item, "expected", "")) == 0;

	if (right)
		return true;
	later = lab_transactions();
	right = strcmp(verdict, json_text_at(lab_named(later, json_text_at(item, "name", "")),
					     "expected", "")) == 0;
	json_decref(later);
	return right;
}

static const struct {
	const char *verdict;
	int status;
	bool safe;
} exits[] = {
	{ "CONFIRMED", 0, false }, { "FAILED_ON_CHAIN", 20, true },
	{ "DEAD_SEQ_CONSUMED", 21, true }, { "DEAD_EXPIRED", 21, true },
	{ "LIVE_MAY_STILL_LAND", 22, false }, { "LIVE_BLOCKED_SEQ_GAP", 22, false },
	{ "LIVE_NOT_YET_VALID", 22, false }, { "SOURCES_DISAGREE", 23, false },
	{ "UNKNOWN_STALE_SOURCE", 23, false }, { "UNKNOWN_NO_ENVELOPE", 23, false },
};

/* What used its number is the same payment: it was paid, and building it again pays twice. */
static void check_paid_by_a_twin(const struct answer *answer)
{
	assert_string_equal(answer->verdict, "DEAD_SEQ_CONSUMED");
	assert_int_equal(answer->command.status, 23);
	assert_true(json_is_false(json_object_get(answer->result, "safe_to_cancel")));
}

static void check_exit(const struct answer *answer)
{
	const json_t *safe = json_object_get(answer->result, "safe_to_cancel");

	for (size_t i = 0; i < ARRAY_LEN(exits); i++) {
		if (strcmp(exits[i].verdict, answer->verdict) != 0)
			continue;
		if (answer->command.status != exits[i].status)
			fail_msg("%s: exit %d, not %d: %s", answer->verdict, answer->command.status,
				 exits[i].status, buf_cstr(&answer->command.out));
		assert_true(exits[i].safe ? json_is_true(safe) : json_is_false(safe));
		return;
	}
	fail_msg("%s is not among the verdicts that are expected here", answer->verdict);
}

static void check_proof(enum servers servers, const struct answer *answer)
{
	const json_t *proof = json_at(answer->result, "proof"), *request;
	size_t i;

	assert_true(json_array_size(proof) > 0);
	json_array_foreach(proof, i, request) {
		assert_true(json_text_at(request, "endpoint", "")[0]);
		assert_true(json_text_at(request, "at", "")[0]);
		assert_int_equal(strlen(json_text_at(request, "body_sha256", "")), 64);
	}
	if (servers == ONLY_RPC)
		assert_string_equal(json_text_at(json_array_get(proof, 0), "endpoint", ""),
				    json_text_at(json_array_get(proof, i - 1), "endpoint", ""));
}

/* How many have the verdict that they were made for. */
static size_t judge_all(enum servers servers)
{
	json_t *list = lab_transactions();
	size_t right = 0, wrong = 0, i;
	const json_t *item;

	json_array_foreach(list, i, item) {
		struct answer answer;

		if (is_of_the_row(item))
			continue;
		diagnose(servers, item, &answer);
		if (is_right(item, answer.verdict)) {
			right++;
		} else if (!may_be(servers, item, answer.verdict)) {
			print_message("%s: %s is %s: %s\n", json_text_at(item, "name", ""),
				      json_text_at(item, "expected", ""), answer.verdict,
				      json_text_at(answer.result, "because", ""));
			wrong++;
		}
		if (strcmp(json_text_at(item, "name", ""), "consumed-by-twin") == 0 &&
		    is_right(item, answer.verdict))
			check_paid_by_a_twin(&answer);
		else
			check_exit(&answer);
		check_proof(servers, &answer);
		drop(&answer);
	}
	json_decref(list);
	print_message("%s: %zu decided as they were made\n", server_words[servers], right);
	assert_int_equal(wrong, 0);
	return right;
}

static void both_kinds_of_server_decide_every_one(void **unused)
{
	(void)unused;
	assert_true(judge_all(BOTH) > 40);
}

static void horizons_alone_decide_what_they_have_taken_in(void **unused)
{
	(void)unused;
	assert_true(judge_all(ONLY_HORIZONS) > 35);
}

static void the_rpc_alone_decides_too(void **unused)
{
	(void)unused;
	assert_true(judge_all(ONLY_RPC) > 35);
}

/* Several at once are decided only when all of them are safe. */
static void a_mixture_exits_as_unknown(void **unused)
{
	json_t *list = lab_transactions();
	char home[PATH], state[PATH], config[PATH];
	const char *dead = given(lab_named(list, "expired")),
		   *confirmed = given(lab_named(list, "confirmed"));
	const char *argv[] = { "env", home, state, command_binnacle(), "tx", "diagnose", dead, dead,
			       "-c", config, NULL };
	struct command same, mixed;

	(void)unused;
	snprintf(home, sizeof(home), "HOME=%s", lab_dir());
	snprintf(state, sizeof(state), "BINNACLE_STATE_DIR=%s/state-mixed", lab_dir());
	snprintf(config, sizeof(config), "%s/only-both.yaml", lab_dir());
	command_run(&same, argv, PATIENCE);
	argv[7] = confirmed;
	command_run(&mixed, argv, PATIENCE);
	assert_int_equal(same.status, 21);
	assert_int_equal(mixed.status, 23);
	assert_non_null(strstr(buf_cstr(&mixed.out), "DEAD_EXPIRED"));
	assert_non_null(strstr(buf_cstr(&mixed.out), "CONFIRMED"));
	command_done(&same);
	command_done(&mixed);
	json_decref(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(both_kinds_of_server_decide_every_one, set_anew),
		cmocka_unit_test(horizons_alone_decide_what_they_have_taken_in),
		cmocka_unit_test(the_rpc_alone_decides_too),
		cmocka_unit_test(a_mixture_exits_as_unknown),
	};

	return cmocka_run_group_tests(tests, set_up, lab_down);
}
