/*
 * The desk of transactions: what the shell asks of it and what it shows, and the verdicts that it
 * records in an open incident. What the network says is this test's own.
 */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/dossier.h"
#include "app/tx_desk.h"
#include "backends/horizon.h"
#include "backends/inquiry.h"
#include "base/attr.h"
#include "base/mem.h"
#include "core/incident.h"
#include "ui/shell.h"

#define PATIENCE ((msec)20000)
#define HASH_A "aaaa000000000000000000000000000000000000000000000000000000000000"
#define HASH_B "bbbb000000000000000000000000000000000000000000000000000000000000"
#define ACCOUNT "GCEZWKCA5VLDNRLN3RPRJMRZOX3Z6G5CHCGSNFHEYVXM3XOJMDS674JZ"

/* --- the network --- */

struct inquiry {
	struct tx_evidence evidence;
};

static enum verdict_kind outcome;
static int begun;

struct inquiry *inquiry_new(const struct inquiry_setup *setup, struct err *err)
{
	(void)setup;
	(void)err;
	begun++;
	return mem_new(sizeof(struct inquiry));
}

void inquiry_free(struct inquiry *inquiry)
{
	mem_free(inquiry);
}

void inquiry_again(struct inquiry *inquiry)
{
	(void)inquiry;
	begun++;
}

bool inquiry_next(struct inquiry *inquiry, struct inquiry_ask *out)
{
	(void)inquiry;
	(void)out;
	return false;
}

void inquiry_take(struct inquiry *inquiry, const struct inquiry_ask *ask,
		  const struct reply *reply, msec *retry_after)
{
	(void)inquiry;
	(void)ask;
	(void)reply;
	*retry_after = WHEN_NEVER;
}

const struct tx_evidence *inquiry_evidence(const struct inquiry *inquiry)
{
	return &inquiry->evidence;
}

void inquiry_verdict(const struct inquiry *inquiry, struct verdict *out)
{
	(void)inquiry;
	*out = (struct verdict){ .kind = outcome, .row = "8", .because = "the test says so" };
	out->safe = verdict_fate(outcome) == FATE_DEAD ? SAFE_YES : SAFE_NO;
}

enum twin inquiry_consumer(const struct inquiry *inquiry)
{
	(void)inquiry;
	return TWIN_UNKNOWN;
}

const struct tx_proof *inquiry_proofs(const struct inquiry *inquiry, size_t *count)
{
	(void)inquiry;
	*count = 0;
	return NULL;
}

void inquiry_progress(const struct inquiry *inquiry, unsigned *asked, unsigned *of)
{
	(void)inquiry;
	*asked = *of = 0;
}

/* --- a console --- */

struct bench {
	char root[64], state_env[96], folder[128], said[2048];
	const char *environment[2], *urls[1];
	struct context context;
	struct loop *loop;
	struct horizon_config horizon;
	struct source_config *sources[1];
	struct settings settings;
	struct estate estate;
	struct policy policy;
	struct dossier *dossier;	/* NULL: no incident */
	struct effect effect;
	struct tx_desk *desk;
	struct loop_timer turn;
	bool (*holds)(struct bench *bench);
	msec deadline;
};

static void on_changed(void *arg)
{
	(void)arg;
}

static void on_said(void *arg, const char *sentence)
{
	struct bench *bench = arg;
	size_t len = strlen(bench->said);

	(void)snprintf(bench->said + len, sizeof(bench->said) - len, "%s\n", sentence);
}

static void on_copy(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

static struct dossier *current(void *arg)
{
	return ((struct bench *)arg)->dossier;
}

static void turn(void *arg)
{
	struct bench *bench = arg;
	struct now now = loop_now(bench->loop);

	tx_desk_look(bench->desk, true);
	if (bench->holds(bench) || now.steady > bench->deadline) {
		loop_stop(bench->loop);
		return;
	}
	/* On a slow host one that looks at the disk again and again is never idle. */
	if (bench->dossier && dossier_idle(bench->dossier))
		dossier_tick(bench->dossier, now.wall);
	loop_timer_set(bench->loop, &bench->turn, now.steady + 5);
}

static void wait_until(struct bench *bench, bool (*holds)(struct bench *bench), const char *what)
{
	uv_update_time(loop_uv(bench->loop));
	bench->holds = holds;
	bench->turn = (struct loop_timer){ .call = turn, .arg = bench };
	bench->deadline = loop_now(bench->loop).steady + PATIENCE;
	loop_timer_set(bench->loop, &bench->turn, 0);
	loop_run(bench->loop);
	loop_timer_stop(bench->loop, &bench->turn);
	if (!holds(bench))
		fail_msg("never came: %s; said: %s", what, bench->said);
}

static void open_desk(struct bench *bench)
{
	bench->desk = tx_desk_new(&(struct tx_desk_setup){
		.loop = bench->loop, .context = &bench->context, .settings = &bench->settings,
		.estate = &bench->estate, .dossier = current, .changed = on_changed, .said = on_said,
		.copy = on_copy, .arg = bench });
}

static int set_up(void **state)
{
	struct bench *bench = mem_new(sizeof(*bench));
	struct err err = { 0 };

	*state = bench;
	(void)snprintf(bench->root, sizeof(bench->root), "/tmp/binnacle-desk-XXXXXX");
	assert_non_null(mkdtemp(bench->root));
	(void)snprintf(bench->folder, sizeof(bench->folder), "%s/2026-11-22-payments-7k3f9q",
		       bench->root);
	(void)snprintf(bench->state_env, sizeof(bench->state_env), "BINNACLE_STATE_DIR=%s",
		       bench->root);
	bench->environment[0] = bench->state_env;
	bench->context.environment = bench->environment;
	bench->urls[0] = "http://127.0.0.1:1";	/* nobody answers there */
	bench->horizon = (struct horizon_config){
		.source = { .name = "h", .kind = "horizon", .every = WHEN_HOUR, .timeout = 1000,
			    .urls = { bench->urls, 1 } },
		.network = "testnet" };
	bench->sources[0] = &bench->horizon.source;
	bench->settings.sources = (struct items){ bench->sources, 1 };
	bench->settings.operator = "ana";
	bench->settings.environment = "prod";
	policy_default(&bench->policy);
	bench->loop = loop_new(&err);
	assert_non_null(bench->loop);
	if (!estate_open(&bench->estate, bench->loop, &bench->settings, &bench->context, 0, &err))
		fail_msg("%s", err.text);
	outcome = VERDICT_LIVE_MAY_STILL_LAND;
	begun = 0;
	open_desk(bench);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	tx_desk_free(bench->desk);
	dossier_close(bench->dossier);
	estate_close(&bench->estate);
	loop_free(bench->loop);
	(void)nftw(bench->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	mem_free(bench);
	return 0;
}

static void effect(struct bench *bench, enum effect_kind kind, const char *text)
{
	memset(&bench->effect, 0, sizeof(bench->effect));
	bench->effect.kind = kind;
	bench->said[0] = '\0';
	str_put(bench->effect.text, sizeof(bench->effect.text), text);
	tx_desk_effect(bench->desk, &bench->effect);
}

static const struct caseload *load_of(struct bench *bench)
{
	return tx_desk_caseload(bench->desk);
}

static bool case_of(struct bench *bench, const char *hash, struct tx_case *out)
{
	const struct caseload *load = load_of(bench);

	return load->find(load->arg, "", hash, out);
}

static bool all_are_judged(struct bench *bench)
{
	const struct caseload *load = load_of(bench);
	struct tx_case tx;

	for (size_t i = 0; i < load->count; i++)
		if (!case_of(bench, load->lines[i].hash, &tx) || !tx.judged || tx.asking)
			return false;
	return load->count > 0;
}

static void paste(struct bench *bench, const char *text)
{
	effect(bench, EFFECT_DIAGNOSE, text);
	assert_non_null(strstr(bench->said, "asking the network about "));
	wait_until(bench, all_are_judged, text);
}

/* --- what was pasted --- */

static void what_is_pasted_is_judged_and_the_newest_stands_first(void **state)
{
	struct bench *bench = *state;
	struct tx_case tx;

	paste(bench, "https://stellar.expert/explorer/testnet/tx/" HASH_A);
	paste(bench, "tx failed: " HASH_B);
	paste(bench, HASH_A);
	assert_int_equal(load_of(bench)->count, 2);
	assert_int_equal(load_of(bench)->pasted, 2);
	assert_string_equal(load_of(bench)->lines[0].hash, HASH_B);
	assert_true(case_of(bench, HASH_A, &tx));
	assert_int_equal(tx.verdict.kind, VERDICT_LIVE_MAY_STILL_LAND);
	assert_string_equal(load_of(bench)->selected_hash, HASH_A);
	assert_ptr_equal(bench->estate.world->cases, load_of(bench));
}

static void a_text_without_a_transaction_asks_nobody_and_says_so(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "nothing here", "holds no hash" },
		{ ACCOUNT, "is an account" },
		{ "SBQWY3DNPFWGSZDFNVXHI33POJZWK4TFMFWGSZDFNVXHI33POJZWK4TF", "" },
		{ "AAAAAgAAAAC", "" },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		effect(bench, EFFECT_DIAGNOSE, rows[i].text);
		if (!bench->said[0] || !strstr(bench->said, rows[i].said))
			fail_msg("'%s' said '%s'", rows[i].text, bench->said);
		assert_null(strstr(bench->said, "SBQWY3DNPFWG"));
	}
	assert_int_equal(begun, 0);
	assert_int_equal(load_of(bench)->count, 0);
}

static void the_oldest_that_was_pasted_makes_room(void **state)
{
	struct bench *bench = *state;
	char hash[TX_HASH_TEXT];

	for (int i = 0; i < 23; i++) {
		(void)snprintf(hash, sizeof(hash), "%04u%060u", (unsigned)i % 10000, 0U);
		effect(bench, EFFECT_DIAGNOSE, hash);
	}
	wait_until(bench, all_are_judged, "all of them");
	assert_int_equal(load_of(bench)->count, 20);
	assert_int_equal(strncmp(load_of(bench)->lines[0].hash, "0022", 4), 0);
	assert_int_equal(strncmp(load_of(bench)->lines[19].hash, "0003", 4), 0);
}

static void without_anybody_to_ask_that_is_said(void **state)
{
	struct bench *bench = *state;

	tx_desk_free(bench->desk);
	bench->settings.sources.count = 0;
	open_desk(bench);
	effect(bench, EFFECT_DIAGNOSE, HASH_A);
	assert_non_null(strstr(bench->said, "no horizon or stellar-rpc source is configured"));
	assert_int_equal(load_of(bench)->count, 0);
}

/* --- the list --- */

static void without_a_table_each_wish_for_a_page_says_why(void **state)
{
	static const char *const words[] = { "next", "first", "amount", "find:" HASH_A };
	struct bench *bench = *state;

	assert_true(load_of(bench)->trouble[0]);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		effect(bench, EFFECT_TX_PAGE, words[i]);
		assert_non_null(strstr(bench->said, "there is no list: "));
		assert_non_null(strstr(bench->said, load_of(bench)->trouble));
	}
	effect(bench, EFFECT_TX_PAGE, "grouped");
	tx_desk_look(bench->desk, false);
	assert_true(load_of(bench)->grouped);
	effect(bench, EFFECT_TX_PAGE, "single");
	tx_desk_look(bench->desk, false);
	assert_false(load_of(bench)->grouped);
	assert_string_equal(bench->said, "");
}

static void all_that_are_listed_are_asked_about_and_that_can_be_stopped(void **state)
{
	struct bench *bench = *state;

	paste(bench, HASH_A);
	paste(bench, HASH_B);
	bench->effect.on = true;
	tx_desk_effect(bench->desk, &bench->effect);
	tx_desk_look(bench->desk, false);
	assert_int_equal(load_of(bench)->bulk_all, 2);
	effect(bench, EFFECT_STOP_BULK, "");
	tx_desk_look(bench->desk, false);
	assert_int_equal(load_of(bench)->bulk_all, 0);
}

/* --- acts --- */

static bool is_dismissed(struct bench *bench)
{
	struct tx_case tx;

	return case_of(bench, HASH_A, &tx) && tx.dismissed;
}

static void act(struct bench *bench, enum tx_act act, const char *reason, bool as_shown)
{
	const struct caseload *load = load_of(bench);
	struct effect *effect = &bench->effect;
	struct ready_act ready;

	bench->said[0] = '\0';
	memset(effect, 0, sizeof(*effect));
	effect->kind = EFFECT_ACT;
	effect->act = act;
	str_put(effect->tx_hash, sizeof(effect->tx_hash), HASH_A);
	if (load->ready(load->arg, "", HASH_A, act, &ready)) {
		str_put(effect->digest, sizeof(effect->digest), as_shown ? ready.digest : "another");
		str_put(effect->target, sizeof(effect->target), ready.word ? ready.word : "");
	}
	str_put(effect->reason, sizeof(effect->reason), reason);
	tx_desk_effect(bench->desk, effect);
}

static void an_act_is_done_or_its_refusal_is_said(void **state)
{
	static const struct {
		enum tx_act act;
		const char *reason;
		bool as_shown;
		const char *said;
	} refused[] = {
		{ ACT_REBUILD, "because", true, "not done: " },
		{ ACT_DISMISS, "", true, "needs a reason" },
		{ ACT_DISMISS, "a test of ours", false, "not what was shown" },
	};
	struct bench *bench = *state;

	act(bench, ACT_DISMISS, "a test of ours", true);
	assert_non_null(strstr(bench->said, "nothing is known of this transaction"));
	outcome = VERDICT_DEAD_EXPIRED;
	paste(bench, HASH_A);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		act(bench, refused[i].act, refused[i].reason, refused[i].as_shown);
		if (!strstr(bench->said, refused[i].said))
			fail_msg("row %zu said '%s'", i, bench->said);
		assert_false(is_dismissed(bench));
	}
	act(bench, ACT_DISMISS, "a test of ours", true);
	assert_string_equal(bench->said, "");
	assert_true(is_dismissed(bench));
}

/* --- what is recorded --- */

static bool is_saved(struct bench *bench)
{
	return dossier_idle(bench->dossier);
}

static void declare(struct bench *bench)
{
	const struct dossier_setup setup = {
		.loop = bench->loop, .folder = bench->folder, .create = true,
		.who = { .operator = "ana", .host = "h", .console = "console", .tool_version = "0" },
		.policy = &bench->policy, .said = on_said, .arg = bench,
	};
	struct order order = { .kind = EVENT_INCIDENT_DECLARED, .at = WHEN_NEVER, .src = SRC_HUMAN,
			       .by = "ana" };
	char already[BECAUSE_TEXT];
	struct err err = { 0 };

	bench->dossier = dossier_open(&setup, &err);
	assert_non_null(bench->dossier);
	EVENT_SET(order.data, title, "payments hang");
	EVENT_SET(order.data, severity, 1);
	EVENT_SET(order.data, type, "outage");
	assert_true(dossier_submit(bench->dossier, &order, loop_now(bench->loop).wall, already, &err));
	wait_until(bench, is_saved, "the declaration");
}

static const struct incident_tx *recorded(struct bench *bench)
{
	return incident_tx(dossier_incident(bench->dossier), HASH_A, "");
}

static bool is_recorded(struct bench *bench)
{
	const struct incident_tx *tx = recorded(bench);

	return tx && tx->diagnosed && tx->verdict == outcome && dossier_idle(bench->dossier);
}

static void a_verdict_is_recorded_with_its_proof_and_again_when_it_is_another(void **state)
{
	struct bench *bench = *state;
	size_t files;

	declare(bench);
	paste(bench, HASH_A);
	wait_until(bench, is_recorded, "the first verdict");
	files = dossier_incident(bench->dossier)->evidence_count;
	assert_int_equal(files, 1);
	effect(bench, EFFECT_DIAGNOSE, HASH_A);
	wait_until(bench, all_are_judged, "the same again");
	wait_until(bench, is_saved, "what may have come of it");
	assert_int_equal(dossier_incident(bench->dossier)->evidence_count, files);
	outcome = VERDICT_DEAD_EXPIRED;
	effect(bench, EFFECT_DIAGNOSE, HASH_A);
	wait_until(bench, is_recorded, "the second verdict");
	assert_int_equal(dossier_incident(bench->dossier)->evidence_count, files + 1);
	assert_string_equal(recorded(bench)->because, "the test says so");
}

static void what_was_judged_before_an_incident_is_recorded_in_it(void **state)
{
	struct bench *bench = *state;

	paste(bench, HASH_A);
	declare(bench);
	wait_until(bench, is_recorded, "its verdict");
}

/* --- another configuration --- */

static void another_configuration_keeps_what_was_pasted(void **state)
{
	struct bench *bench = *state;
	struct settings next = bench->settings;

	paste(bench, HASH_A);
	next.operator = "ben";
	tx_desk_replace(bench->desk, &next, &bench->estate);
	assert_int_equal(load_of(bench)->count, 1);
	effect(bench, EFFECT_DIAGNOSE, HASH_A);
	wait_until(bench, all_are_judged, "it is asked about again");
	tx_desk_replace(bench->desk, &bench->settings, &bench->estate);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(what_is_pasted_is_judged_and_the_newest_stands_first),
		T(a_text_without_a_transaction_asks_nobody_and_says_so),
		T(the_oldest_that_was_pasted_makes_room),
		T(without_anybody_to_ask_that_is_said),
		T(without_a_table_each_wish_for_a_page_says_why),
		T(all_that_are_listed_are_asked_about_and_that_can_be_stopped),
		T(an_act_is_done_or_its_refusal_is_said),
		T(a_verdict_is_recorded_with_its_proof_and_again_when_it_is_another),
		T(what_was_judged_before_an_incident_is_recorded_in_it),
		T(another_configuration_keeps_what_was_pasted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
