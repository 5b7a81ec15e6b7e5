/*
 * What is done about a transaction, against a real PostgreSQL and a Horizon of the test's own: the
 * box, the order, the durable beginning, the writing, the outcome. The verdict and the group are
 * the test's, as if they had been diagnosed.
 */
#include <ftw.h>
#include <libpq-fe.h>
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

#include "app/tx_acts_inside.h"
#include "backends/horizon.h"
#include "base/attr.h"
#include "base/mem.h"
#include "stellar/cancelling.h"
#include "stellar/network.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pgserver.h"

#define PATIENCE ((msec)30000)
#define SOURCE "GCEZWKCA5VLDNRLN3RPRJMRZOX3Z6G5CHCGSNFHEYVXM3XOJMDS674JZ"

static struct pgserver server;
static bool has_server;

struct bench {
	char root[64], folder[128], write_env[160];
	const char *environment[3];
	struct context context;
	struct loop *loop;
	struct settings settings;
	struct postgres_config db;
	struct horizon_config horizon;
	struct source_config *sources[2];
	char url[64];
	const char *urls[1];
	struct estate estate;
	struct policy policy;
	struct errands *errands;
	struct casebook *casebook;
	struct dossier *dossier;
	bool no_incident;
	struct tx_acts *acts;
	struct httpd *httpd;
	struct tx_case tx;		/* what is known of the one transaction */
	struct intent_member members[2];
	size_t member_count;
	bool incomplete;
	struct envelope envelope;
	struct buf base64;
	unsigned asked_again;
	char said[1024], copied[ACT_TEXT];
	struct loop_timer turn;
	bool (*holds)(struct bench *bench);
	msec deadline;
	size_t want;
};

static struct bench *now_at;		/* for the stand-ins below */

/* --- what others know ----------------------------------------------------------------------- */

static bool find_case(struct tx_intent *intent, const char *id, const char *hash,
		      struct tx_case *out)
{
	const struct intent group = {
		.members = now_at->members, .count = now_at->member_count,
		.complete = !now_at->incomplete, .hash_is = tx_hash_is(intent->config),
	};

	if (strcmp(id, now_at->tx.line.id) != 0 || strcmp(hash, now_at->tx.line.hash) != 0)
		return false;
	*out = now_at->tx;
	out->dismissed = casebook_dismissed(intent->casebook, id, hash) != NULL;
	now_at->members[0].verdict = out->verdict.kind;
	now_at->members[0].safe = out->verdict.safe;
	intent_decide(&group, 0, &out->decision);
	return true;
}

static bool ask_anew(struct tx_intent *intent, const char *id, const char *hash, bool bulk,
		     char key[DIAGNOSER_KEY], struct err *err)
{
	(void)intent, (void)id, (void)hash, (void)bulk, (void)err;
	key[0] = '\0';
	now_at->asked_again++;
	return true;
}

static bool pasted(void *arg, const char *hash, struct tx_identity *out)
{
	struct bench *bench = arg;

	(void)hash;
	out->envelope = bench->base64.len > 0 ? bench->base64.data : NULL;
	return out->envelope;
}

/* --- SQL behind its back -------------------------------------------------------------------- */

static char *ask(const char *sql)
{
	static char cell[4096];
	PGconn *db = PQconnectdb(server.dsn);
	PGresult *result = PQexec(db, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(db));
	str_put(cell, sizeof(cell), PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	PQfinish(db);
	return cell;
}

static char *ask_of(const char *sql, const char *value)
{
	static char cell[4096];
	PGconn *db = PQconnectdb(server.dsn);
	PGresult *result = PQexecParams(db, sql, 1, NULL, &value, NULL, NULL, 0);

	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(db));
	str_put(cell, sizeof(cell), PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	PQfinish(db);
	return cell;
}

/* --- a console ------------------------------------------------------------------------------ */

static void on_durable(void *arg, struct dossier *dossier, const struct event *event)
{
	struct bench *bench = arg;

	(void)dossier;
	tx_acts_durable(bench->acts, event);
}

static void on_said(void *arg, const char *sentence)
{
	struct bench *bench = arg;
	size_t len = strlen(bench->said);

	/* Cut when it is full. */
	(void)snprintf(bench->said + len, sizeof(bench->said) - len, "%s\n", sentence);
}

static void on_copy(void *arg, const char *text)
{
	struct bench *bench = arg;

	str_put(bench->copied, sizeof(bench->copied), text);
}

static struct dossier *current(void *arg)
{
	struct bench *bench = arg;

	return bench->no_incident ? NULL : bench->dossier;
}

static void turn(void *arg)
{
	struct bench *bench = arg;
	struct now now = loop_now(bench->loop);

	if (bench->holds(bench) || now.steady > bench->deadline) {
		loop_stop(bench->loop);
		return;
	}
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

static bool is_idle(struct bench *bench)
{
	return dossier_idle(bench->dossier);
}

static const struct incident_tx *recorded(struct bench *bench)
{
	return incident_tx(dossier_incident(bench->dossier), bench->tx.line.hash, bench->tx.line.id);
}

static const struct tx_deed *last_deed(struct bench *bench)
{
	const struct incident_tx *tx = recorded(bench);

	return tx ? tx_last_deed(tx) : NULL;
}

static bool has_ended(struct bench *bench)
{
	const struct tx_deed *deed = last_deed(bench);

	return deed && deed->ended && dossier_idle(bench->dossier) &&
	       bench->acts->deed.stage == DEED_NONE;
}

static void open_dossier(struct bench *bench, bool create)
{
	struct dossier_setup setup = {
		.loop = bench->loop, .folder = bench->folder, .create = create,
		.who = { .operator = bench->settings.operator, .host = "idx-1", .console = "console",
			 .tool_version = "0" },
		.policy = &bench->policy, .durable = on_durable, .said = on_said, .arg = bench,
	};
	struct err err = { 0 };

	bench->dossier = dossier_open(&setup, &err);
	if (!bench->dossier)
		fail_msg("%s", err.text);
}

static void declare(struct bench *bench)
{
	struct order order = { .kind = EVENT_INCIDENT_DECLARED, .at = WHEN_NEVER, .src = SRC_HUMAN,
			       .by = "ana" };
	char already[BECAUSE_TEXT];
	struct err err = { 0 };

	EVENT_SET(order.data, title, "payments hang");
	EVENT_SET(order.data, severity, 1);
	EVENT_SET(order.data, type, "outage");
	if (!dossier_submit(bench->dossier, &order, loop_now(bench->loop).wall, already, &err))
		fail_msg("%s", err.text);
	wait_until(bench, is_idle, "the declaration");
	assert_true(incident_open(dossier_incident(bench->dossier)));
}

/* What the source of the database says of itself. */
static void db_says_it(struct bench *bench, enum state state, json_t *fields)
{
	msec wall = loop_now(bench->loop).wall;
	struct report report = { .state = state, .newest = wall, .fields = fields };

	str_put(report.because, sizeof(report.because), "as the test says");
	world_report(bench->estate.world, world_find_source(bench->estate.world, "db"), &report, wall);
	world_refresh(bench->estate.world, wall);
}

static json_t *truth(void)
{
	int timeline = (int)strtol(ask("SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"),
				   NULL, 16);
	const char *id = ask("SELECT system_identifier FROM pg_control_system()");

	return json_pack("{s:s, s:s, s:b, s:b, s:i, s:s, s:[{s:s, s:s}]}", "primary", "primary", "role",
			 "primary", "writable", 1, "split_brain", 0, "timeline", timeline, "system_id",
			 id, "nodes", "name", "primary", "address", "127.0.0.1");
}

static void db_says(struct bench *bench, const char *key, json_t *value)
{
	json_t *fields = truth();

	json_object_set_new(fields, key, value);
	db_says_it(bench, STATE_OK, fields);
}

static void make_settings(struct bench *bench)
{
	bench->db = (struct postgres_config){
		.source = { .name = "db", .kind = "postgres", .timeout = 5000 },
		.dsn = { .from = SECRET_ENV, .name = "NOBODY_READS_THIS" },
		.transactions = &bench->settings.transactions,
	};
	bench->horizon = (struct horizon_config){
		.source = { .name = "horizon", .kind = "horizon", .timeout = 5000,
			    .urls = { bench->urls, 1 } }, .network = "testnet",
	};
	bench->sources[0] = &bench->db.source;
	bench->sources[1] = &bench->horizon.source;
	bench->settings.sources = (struct items){ bench->sources, 2 };
	bench->settings.operator = "ana";
	bench->settings.environment = "prod";
	bench->settings.transactions = (struct tx_config){
		.source = "db", .preset = TX_PAYMENT_INTENTS, .network = "testnet",
		.write_dsn = { .from = SECRET_ENV, .name = "WRITE_DSN" },
	};
	(void)snprintf(bench->write_env, sizeof(bench->write_env), "WRITE_DSN=%s", server.dsn);
	bench->environment[0] = bench->write_env;
	bench->context.environment = bench->environment;
}

static void make_acts(struct bench *bench)
{
	const struct tx_acts_setup setup = {
		.loop = bench->loop, .context = &bench->context, .settings = &bench->settings,
		.estate = &bench->estate, .errands = bench->errands, .casebook = bench->casebook,
		.dossier = current, .identity = pasted, .said = on_said, .copy = on_copy, .arg = bench,
	};

	bench->acts = tx_acts_new(&setup);
	bench->acts->find = find_case;
	bench->acts->ask = ask_anew;
}

static void put_row(struct bench *bench, const char *id)
{
	struct tx_line *line = &bench->tx.line;

	*line = (struct tx_line){ .status = "pending", .amount = "12.50", .asset = "USDC",
				  .attempts = 2, .age_s = 9000 };
	str_put(line->id, sizeof(line->id), id);
	str_put(line->hash, sizeof(line->hash), bench->members[0].hash);
	str_put(line->sha256, sizeof(line->sha256), "aa");
	ask("DROP TABLE IF EXISTS payment_intents; CREATE TABLE payment_intents (idempotency_key text,"
	    " hash text, status text, amount numeric, attempts integer, settled_at timestamptz,"
	    " id text GENERATED ALWAYS AS (idempotency_key) STORED)");
	ask_of("INSERT INTO payment_intents VALUES ($1, 'x', 'pending', 12.50, 2)", id);
	ask_of("UPDATE payment_intents SET hash = $1", line->hash);
	ask("INSERT INTO payment_intents VALUES ('other', 'y', 'pending', 1, 0)");
}

static void judge(struct bench *bench, enum verdict_kind kind, enum safety safe)
{
	bench->tx.judged = true;
	bench->tx.verdict = (struct verdict){ .kind = kind, .safe = safe, .row = "8",
					      .because = "sequence 4710 at ledger 61204380",
					      .ledger = 61204380 };
}

/* A transaction of ours, unsigned, stands for a signed one: nobody here looks at signatures. */
static void make_envelope(struct bench *bench)
{
	const struct cancelling plan = { SOURCE, 4711, 100, 1800000000 };
	struct err err = { 0 };

	if (!cancelling_write(&plan, network_passphrase("testnet"), &bench->base64,
			      bench->members[0].hash, &err) ||
	    !envelope_read_base64(str_of(bench->base64.data), &bench->envelope, &err))
		fail_msg("%s", err.text);
	bench->tx.envelope = &bench->envelope;
	bench->members[0].judged = bench->members[0].has_envelope = true;
	bench->member_count = 1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

static int set_up(void **state)
{
	struct bench *bench = mem_new(sizeof(*bench));
	char said[BECAUSE_TEXT];
	struct err err = { 0 };

	if (!has_server)
		skip();
	now_at = *state = bench;
	(void)snprintf(bench->root, sizeof(bench->root), "/tmp/binnacle-acts-XXXXXX");
	assert_non_null(mkdtemp(bench->root));
	(void)snprintf(bench->folder, sizeof(bench->folder), "%s/2026-11-22-payments-7k3f9q",
		       bench->root);
	bench->loop = loop_new(&err);
	assert_non_null(bench->loop);
	policy_default(&bench->policy);
	bench->httpd = httpd_start(NULL, 0, &err);
	assert_non_null(bench->httpd);
	httpd_url(bench->httpd, "", bench->url, sizeof(bench->url));
	bench->urls[0] = bench->url;
	make_settings(bench);
	bench->estate.world = world_new(loop_now(bench->loop).wall);
	(void)world_add_source(bench->estate.world, "db", "postgres", 10000);
	bench->errands = errands_new(bench->loop, bench->environment);
	bench->casebook = casebook_open(bench->root, said, &err);
	assert_non_null(bench->casebook);
	make_envelope(bench);
	put_row(bench, "k1");
	judge(bench, VERDICT_DEAD_EXPIRED, SAFE_YES);
	db_says_it(bench, STATE_OK, truth());
	make_acts(bench);
	open_dossier(bench, true);
	declare(bench);
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	if (!bench)
		return 0;
	tx_acts_free(bench->acts);
	dossier_close(bench->dossier);
	casebook_close(bench->casebook);
	errands_free(bench->errands);
	httpd_stop(bench->httpd);
	world_free(bench->estate.world);
	loop_free(bench->loop);
	buf_done(&bench->base64);
	nftw(bench->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	mem_free(bench);
	return 0;
}

/* --- the box and the order ------------------------------------------------------------------ */

static struct ready_act box(struct bench *bench, enum tx_act act)
{
	struct ready_act ready;

	assert_true(tx_acts_ready(bench->acts, bench->tx.line.id, bench->tx.line.hash, act, &ready));
	return ready;
}

static bool order(struct bench *bench, const struct ready_act *shown, const char *reason,
		  struct err *err)
{
	*err = (struct err){ 0 };
	return tx_acts_do(bench->acts, bench->tx.line.id, bench->tx.line.hash, shown->act,
			  shown->digest, shown->word, reason, err);
}

static void order_shown(struct bench *bench, const struct ready_act *shown, const char *reason)
{
	char digest[DIGEST_HEX];
	struct ready_act again = *shown;
	struct err err;

	str_put(digest, sizeof(digest), shown->digest);
	again.word = shown->act == ACT_CANCEL || shown->act == ACT_REBUILD ? bench->tx.line.hash :
		     shown->word ? "prod" : NULL;
	if (!order(bench, &again, reason, &err))
		fail_msg("%s", err.text);
	wait_until(bench, has_ended, "the end of the act");
}

static void act(struct bench *bench, enum tx_act which, const char *reason)
{
	struct ready_act ready = box(bench, which);

	if (ready.refusal)
		fail_msg("%s", ready.refusal);
	order_shown(bench, &ready, reason);
}

static char *status_of(const char *id)
{
	return ask_of("SELECT status || coalesce(' at ' || (settled_at IS NOT NULL)::text, '')"
		      " FROM payment_intents WHERE idempotency_key = $1", id);
}

#define assert_row(id, expected) assert_string_equal(status_of(id), expected)
#define UNTOUCHED "pending at false"

static void assert_deed(struct bench *bench, const char *word, const char *outcome)
{
	const struct tx_deed *deed = last_deed(bench);

	assert_non_null(deed);
	if (strcmp(deed->outcome, outcome) != 0)
		fail_msg("\"%s\" is not \"%s\"", deed->outcome, outcome);
	assert_string_equal(tx_deed_word(deed), word);
}

/* Neither the box nor an order that comes all the same does anything. */
static void assert_forbidden(struct bench *bench, enum tx_act which, const char *why)
{
	struct ready_act ready = box(bench, which);
	char said[512];
	struct err err;

	if (!ready.refusal)
		fail_msg("it is allowed, although: %s", why);
	if (strcmp(ready.refusal, why) != 0)
		fail_msg("\"%s\" is not \"%s\"", ready.refusal, why);
	assert_false(order(bench, &ready, "a reason", &err));
	(void)snprintf(said, sizeof(said), "not done: %s", why);
	assert_string_equal(err.text, said);
	assert_null(last_deed(bench));
	assert_row(bench->tx.line.id, UNTOUCHED);
	assert_string_equal(bench->copied, "");
	assert_int_equal(httpd_requests(bench->httpd, NULL), 0);
}

/* --- a row ---------------------------------------------------------------------------------- */

static void a_row_is_marked_and_no_other(void **state)
{
	static const struct {
		enum verdict_kind verdict;
		enum safety safe;
		enum tx_act act;
		const char *status;
	} cases[] = {
		{ VERDICT_CONFIRMED, SAFE_NO, ACT_MARK_DONE, "confirmed at true" },
		{ VERDICT_FAILED_ON_CHAIN, SAFE_YES, ACT_MARK_FAILED, "failed at true" },
		{ VERDICT_DEAD_EXPIRED, SAFE_YES, ACT_MARK_CANCELLED, "cancelled at true" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench *bench = *state;

		judge(bench, cases[i].verdict, cases[i].safe);
		act(bench, cases[i].act, "");
		assert_deed(bench, "done", "committed: one row is changed");
		assert_row("k1", cases[i].status);
		assert_row("other", UNTOUCHED);
		assert_string_equal(last_deed(bench)->target,
				    "db, node primary 127.0.0.1, timeline 1");
		assert_string_equal(last_deed(bench)->because, bench->tx.verdict.because);
		assert_non_null(strstr(last_deed(bench)->text, "UPDATE payment_intents SET"));
		tear_down(state);
		set_up(state);
	}
}

static void each_default_forbids(void **state)
{
	static const struct {
		const char *key, *value;	/* JSON */
		const char *why;
	} cases[] = {
		{ "split_brain", "true", "split brain: two servers of the database take writes" },
		{ "split_brain", "null", "whether two servers take writes is not known now" },
		{ "writable", "false", "the database is read-only" },
		{ "writable", "null", "whether the database takes writes is not known now" },
		{ "role", "\"replica\"", "which server of the database is the primary is not known now" },
		{ "primary", "null", "which server of the database is the primary is not known now" },
		{ "timeline", "null", "the timeline of the database is not known now" },
		{ "system_id", "null", "the timeline of the database is not known now" },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		db_says(bench, cases[i].key, json_loads(cases[i].value, JSON_DECODE_ANY, NULL));
		assert_forbidden(bench, ACT_MARK_CANCELLED, cases[i].why);
	}
	db_says_it(bench, STATE_UNKNOWN, truth());
	assert_forbidden(bench, ACT_MARK_CANCELLED, "the database db is not known to be well: as the "
			 "test says");
	db_says_it(bench, STATE_STALE, truth());
	assert_forbidden(bench, ACT_MARK_CANCELLED, "the database db is not known to be well: as the "
			 "test says");
	db_says_it(bench, STATE_UNKNOWN, NULL);
	assert_forbidden(bench, ACT_MARK_CANCELLED, "the database db is not known to be well: as the "
			 "test says");
	db_says_it(bench, STATE_DOWN, truth());
	assert_forbidden(bench, ACT_MARK_CANCELLED, "the database db is not known to be well: as the "
			 "test says");
	db_says_it(bench, STATE_OK, truth());
	bench->settings.read_only = true;
	assert_forbidden(bench, ACT_MARK_CANCELLED, "this console is read-only");
	bench->settings.read_only = false;
	bench->no_incident = true;
	assert_forbidden(bench, ACT_MARK_CANCELLED, "declare an incident first: i");
	bench->no_incident = false;
	act(bench, ACT_MARK_CANCELLED, "");
	assert_row("k1", "cancelled at true");
}

static void without_a_verdict_that_allows_it_no_row_is_marked(void **state)
{
	struct bench *bench = *state;

	bench->members[0].judged = false;
	assert_forbidden(bench, ACT_MARK_CANCELLED, "it is not known whether it pays");
	bench->members[0].judged = true;
	judge(bench, VERDICT_UNKNOWN_STALE_SOURCE, SAFE_NO);
	assert_forbidden(bench, ACT_MARK_DONE, "it is not confirmed");
	judge(bench, VERDICT_LIVE_MAY_STILL_LAND, SAFE_NO);
	assert_forbidden(bench, ACT_MARK_CANCELLED, "it can still land");
	assert_forbidden(bench, ACT_REBUILD, "it can still land");
	judge(bench, VERDICT_DEAD_EXPIRED, SAFE_YES);
	bench->members[1] = (struct intent_member){ .hash = "b", .judged = true,
		.verdict = VERDICT_LIVE_MAY_STILL_LAND };
	bench->member_count = 2;
	assert_forbidden(bench, ACT_MARK_CANCELLED,
			 "another envelope of this payment can still land");
	assert_forbidden(bench, ACT_REBUILD, "another envelope of this payment can still land");
}

static void a_bridge_row_is_never_marked(void **state)
{
	struct bench *bench = *state;
	struct ready_act ready;
	struct err err;

	judge(bench, VERDICT_CONFIRMED, SAFE_NO);
	bench->settings.transactions.preset = TX_TEACHLINK_BRIDGE;
	tx_acts_free(bench->acts);
	make_acts(bench);
	ready = box(bench, ACT_MARK_DONE);
	assert_non_null(ready.refusal);
	assert_string_equal(ready.text, "");
	assert_false(order(bench, &ready, "we are sure", &err));
	assert_null(last_deed(bench));
	assert_row("k1", UNTOUCHED);
}

static void a_row_that_the_list_shows_otherwise_now_is_refused(void **state)
{
	struct bench *bench = *state;
	struct ready_act shown = box(bench, ACT_MARK_CANCELLED);
	struct err err;

	str_put(bench->tx.line.sha256, sizeof(bench->tx.line.sha256), "bb");
	assert_false(order(bench, &shown, "", &err));
	assert_string_equal(err.text, "not done: it is not what was shown any more, look again");
	assert_null(last_deed(bench));
	assert_row("k1", UNTOUCHED);
}

/* Nobody has told the console: the server compares. */
static void a_row_altered_between_show_and_confirm_is_refused_by_the_server(void **state)
{
	static const struct {
		const char *sql, *outcome, *status;
	} cases[] = {
		{ "UPDATE payment_intents SET attempts = 3 WHERE idempotency_key = 'k1'",
		  "the row is not what was shown: nothing was written", UNTOUCHED },
		{ "UPDATE payment_intents SET status = 'sending' WHERE idempotency_key = 'k1'",
		  "the row is not what was shown: nothing was written", "sending at false" },
		{ "UPDATE payment_intents SET amount = 12.51 WHERE idempotency_key = 'k1'",
		  "the row is not what was shown: nothing was written", UNTOUCHED },
		{ "UPDATE payment_intents SET settled_at = now(), status = 'confirmed'"
		  " WHERE idempotency_key = 'k1'",
		  "the row is gone, or is open no more: nothing was written", "confirmed at true" },
		{ "UPDATE payment_intents SET hash = 'z' WHERE idempotency_key = 'k1'",
		  "the row is gone, or is open no more: nothing was written", UNTOUCHED },
		{ "INSERT INTO payment_intents (idempotency_key, hash, status, amount, attempts)"
		  " SELECT idempotency_key, hash, status, amount, attempts FROM payment_intents"
		  " WHERE idempotency_key = 'k1'",
		  "it would change another number of rows than one: nothing was written", UNTOUCHED },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench *bench = *state;
		struct ready_act shown = box(bench, ACT_MARK_CANCELLED);

		ask(cases[i].sql);
		order_shown(bench, &shown, "");
		assert_deed(bench, "NOT DONE", cases[i].outcome);
		assert_row("k1", cases[i].status);
		tear_down(state);
		set_up(state);
	}
}

static void a_row_that_somebody_holds_is_waited_for_a_short_time(void **state)
{
	struct bench *bench = *state;
	PGconn *db = PQconnectdb(server.dsn);

	PQclear(PQexec(db, "BEGIN; SELECT * FROM payment_intents FOR UPDATE"));
	act(bench, ACT_MARK_CANCELLED, "");
	PQfinish(db);
	assert_string_equal(tx_deed_word(last_deed(bench)), "NOT DONE");
	assert_non_null(strstr(last_deed(bench)->outcome, "lock timeout"));
	assert_row("k1", UNTOUCHED);
}

/* --- another server than was shown ---------------------------------------------------------- */

static void a_server_that_is_read_only_takes_nothing(void **state)
{
	struct bench *bench = *state;
	struct ready_act shown = box(bench, ACT_MARK_CANCELLED);

	ask("ALTER DATABASE postgres SET default_transaction_read_only = on");
	order_shown(bench, &shown, "");
	ask("BEGIN READ WRITE; ALTER DATABASE postgres RESET default_transaction_read_only; COMMIT");
	assert_deed(bench, "NOT DONE", "this server is read-only: nothing was written");
	assert_row("k1", UNTOUCHED);
}

static void another_cluster_takes_nothing(void **state)
{
	struct bench *bench = *state;

	db_says(bench, "system_id", json_string("7412000000000000000"));
	act(bench, ACT_MARK_CANCELLED, "");
	assert_deed(bench, "NOT DONE", "this is another cluster: nothing was written");
	assert_row("k1", UNTOUCHED);
}

/* What is sensed is another before the order: the box is another. Between the order and the server
 * nobody has sensed it: the server says so itself. */
static void a_promotion_between_show_and_confirm_is_refused(void **state)
{
	struct bench *bench = *state;
	struct ready_act shown = box(bench, ACT_MARK_CANCELLED);
	json_t *before = truth();
	struct err err;
	char path[300];
	FILE *file;

	db_says(bench, "timeline", json_integer(2));
	assert_false(order(bench, &shown, "", &err));
	assert_string_equal(err.text, "not done: it is not what was shown any more, look again");
	db_says_it(bench, STATE_OK, json_deep_copy(before));
	(void)snprintf(path, sizeof(path), "%s/standby.signal", server.dir);
	file = fopen(path, "w");
	if (!file)
		fail_msg("%s cannot be made", path);
	fclose(file);
	if (!pgserver_restart(&server, &err))
		fail_msg("%s", err.text);
	assert_string_equal(ask("SELECT pg_is_in_recovery()"), "t");
	shown = box(bench, ACT_MARK_CANCELLED);
	order_shown(bench, &shown, "");
	assert_deed(bench, "NOT DONE", "this server is a replica: nothing was written");
	ask("SELECT pg_promote()");
	order_shown(bench, &shown, "");
	assert_deed(bench, "NOT DONE", "this server is on another timeline: nothing was written");
	assert_row("k1", UNTOUCHED);
	db_says_it(bench, STATE_OK, truth());
	act(bench, ACT_MARK_CANCELLED, "");
	assert_row("k1", "cancelled at true");
	json_decref(before);
}

static void a_login_that_is_refused_writes_nothing(void **state)
{
	struct bench *bench = *state;

	(void)snprintf(bench->write_env, sizeof(bench->write_env), "NOTHING=here");
	act(bench, ACT_MARK_CANCELLED, "");
	assert_string_equal(tx_deed_word(last_deed(bench)), "NOT DONE");
	assert_row("k1", UNTOUCHED);
}

/* The order is given and not yet on the disk: nothing has left the house. */
static void what_changes_while_the_beginning_is_saved_stops_it(void **state)
{
	struct bench *bench = *state;
	struct ready_act shown = box(bench, ACT_MARK_CANCELLED);
	struct err err;

	assert_true(order(bench, &shown, "", &err));
	assert_int_equal(bench->acts->deed.stage, DEED_SAVING);
	db_says(bench, "split_brain", json_true());
	wait_until(bench, has_ended, "the end of the act");
	assert_deed(bench, "NOT DONE", "what it rests on is another now: look again");
	assert_row("k1", UNTOUCHED);
}

static void while_one_act_is_under_way_no_other_begins(void **state)
{
	struct bench *bench = *state;
	struct ready_act shown = box(bench, ACT_MARK_CANCELLED), second;
	struct err err;

	assert_true(order(bench, &shown, "", &err));
	second = box(bench, ACT_REBUILD);
	assert_string_equal(second.refusal, "another act is under way");
	assert_false(order(bench, &second, "", &err));
	wait_until(bench, has_ended, "the end of the act");
	assert_int_equal(recorded(bench)->deed_count, 1);
	assert_row("k1", "cancelled at true");
}

/* --- copied --------------------------------------------------------------------------------- */

static int psql(struct bench *bench, const char *sql)
{
	char path[128], command[600];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/pasted.sql", bench->root);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(sql, file);
	fclose(file);
	(void)snprintf(command, sizeof(command), "cd %s && %s/psql -X '%s' <pasted.sql >out 2>&1",
		       bench->root, server.bin, server.dsn);
	return system(command);
}

static void without_a_login_for_writing_the_identical_text_is_copied(void **state)
{
	struct bench *bench = *state;
	struct ready_act ready = box(bench, ACT_MARK_CANCELLED);
	static char run_here[ACT_TEXT];

	str_put(run_here, sizeof(run_here), ready.text);
	assert_false(ready.copied);
	assert_string_equal(ready.word, "prod");
	bench->settings.transactions.write_dsn.from = SECRET_NONE;
	ready = box(bench, ACT_MARK_CANCELLED);
	assert_true(ready.copied);
	assert_null(ready.word);
	order_shown(bench, &ready, "");
	assert_string_equal(bench->copied, run_here);
	assert_deed(bench, "UNKNOWN OUTCOME", "copied, and run by nobody here: what came of it is not "
		    "known");
	assert_row("k1", UNTOUCHED);
	assert_int_equal(psql(bench, bench->copied), 0);
	assert_row("k1", "cancelled at true");
	assert_row("other", UNTOUCHED);
	ask("UPDATE payment_intents SET status = 'pending', settled_at = NULL, attempts = 9"
	    " WHERE idempotency_key = 'k1'");
	(void)psql(bench, bench->copied);
	assert_row("k1", UNTOUCHED);
}

/* Each as an id of a row: it is written as what it is, and nothing of it is carried out. */
static void hostile_ids_execute_nothing(void **state)
{
	static const char *const ids[] = {
		"'; DROP TABLE payment_intents; --", "\\'; DROP TABLE payment_intents; --", "k' OR '1'='1",
		"$mark0$; DROP TABLE payment_intents; $mark1$", "\\! touch pwned", "\\\\", "'", "''", "\\",
		":'HOME'", ":\"x\"", "$1", "$2", "%s%n", "/* */ --", "{L}", "k1\"); --", "\xC3\xA4\xE2\x82\xAC",
		"E'\\'", "$$", "$mark0", "\\copy payment_intents to pwned",
		"; COMMIT; DROP TABLE payment_intents",
	};
	struct bench *bench = *state;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/pwned", bench->root);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct ready_act ready;

		put_row(bench, ids[i]);
		bench->settings.transactions.write_dsn.from = SECRET_NONE;
		ready = box(bench, ACT_MARK_CANCELLED);
		assert_null(ready.refusal);
		(void)psql(bench, ready.text);
		assert_row(ids[i], "cancelled at true");
		assert_row("other", UNTOUCHED);
		assert_int_equal(access(path, F_OK), -1);
		put_row(bench, ids[i]);
		bench->settings.transactions.write_dsn.from = SECRET_ENV;
		act(bench, ACT_MARK_CANCELLED, "again");
		assert_deed(bench, "done", "committed: one row is changed");
		assert_row(ids[i], "cancelled at true");
		assert_row("other", UNTOUCHED);
		assert_int_equal(access(path, F_OK), -1);
	}
}

/* --- other tables --------------------------------------------------------------------------- */

static void rows_of_the_other_tables_are_marked(void **state)
{
	struct bench *bench = *state;
	struct tx_config *config = &bench->settings.transactions;

	ask("DROP TABLE IF EXISTS \"Transaction\"; CREATE TABLE \"Transaction\" (id text, hash text,"
	    " amount decimal(65,30), ledger integer, successful boolean DEFAULT true,"
	    " \"retryAttempts\" integer, \"deletedAt\" timestamp)");
	ask_of("INSERT INTO \"Transaction\" VALUES ('k1', $1, 12.50, NULL, true, 2)",
	       bench->tx.line.hash);
	config->preset = TX_FUTURE_PAYMENTS;
	str_put(bench->tx.line.amount, sizeof(bench->tx.line.amount), "12.5");
	judge(bench, VERDICT_CONFIRMED, SAFE_NO);
	act(bench, ACT_MARK_DONE, "");
	assert_deed(bench, "done", "committed: one row is changed");
	assert_string_equal(ask("SELECT ledger || ' ' || successful FROM \"Transaction\""),
			    "61204380 true");
}

static void a_query_of_one_s_own_is_marked_by_its_own_statement(void **state)
{
	struct bench *bench = *state;
	struct tx_config *config = &bench->settings.transactions;

	config->preset = TX_CUSTOM;
	config->query = "SELECT idempotency_key AS id, hash, status, amount, attempts"
			" FROM payment_intents WHERE settled_at IS NULL;";
	assert_forbidden(bench, ACT_MARK_CANCELLED, "transactions has no mark_cancelled: nobody knows how "
			 "such a row is marked");
	config->mark_cancelled = "UPDATE payment_intents SET status = 'gone', settled_at = now()"
				 " WHERE idempotency_key = $1 AND hash = $2";
	act(bench, ACT_MARK_CANCELLED, "");
	assert_deed(bench, "done", "committed: one row is changed");
	assert_row("k1", "gone at true");
	put_row(bench, "k1");
	config->mark_cancelled = "UPDATE payment_intents SET status = 'gone', settled_at = now()";
	act(bench, ACT_MARK_CANCELLED, "again");
	assert_deed(bench, "NOT DONE", "it would change another number of rows than one: nothing was "
		    "written");
	assert_row("k1", UNTOUCHED);
}

/* --- people --------------------------------------------------------------------------------- */

static void what_must_be_typed_is_typed(void **state)
{
	struct bench *bench = *state;
	struct ready_act shown = box(bench, ACT_MARK_CANCELLED);
	struct err err = { 0 };

	shown.word = "test";
	assert_false(order(bench, &shown, "", &err));
	assert_string_equal(err.text, "not done: it wants the word prod");
	bench->incomplete = true;
	shown = box(bench, ACT_MARK_CANCELLED);
	assert_true(shown.confirm);
	shown.word = "prod";
	assert_false(order(bench, &shown, "  ", &err));
	assert_string_equal(err.text, "not done: it needs a reason");
	assert_null(last_deed(bench));
}

static void a_second_person_does_what_the_first_asked_for(void **state)
{
	struct bench *bench = *state;
	struct ready_act shown;
	struct err err;

	bench->settings.runbooks.two_person = true;
	judge(bench, VERDICT_DEAD_SEQ_CONSUMED, SAFE_CONFIRM);
	shown = box(bench, ACT_MARK_CANCELLED);
	shown.word = "prod";
	assert_true(order(bench, &shown, "looked at it", &err));
	wait_until(bench, is_idle, "the asking");
	assert_non_null(strstr(bench->said,
			       "a second person is asked: the same act, from their console, does it"));
	assert_string_equal(recorded(bench)->asked_by, "ana");
	assert_true(order(bench, &shown, "looked at it", &err));
	wait_until(bench, is_idle, "the asking");
	assert_null(last_deed(bench));
	assert_row("k1", UNTOUCHED);
	bench->settings.operator = "ben";
	act(bench, ACT_MARK_CANCELLED, "I agree");
	assert_string_equal(last_deed(bench)->by, "ben");
	assert_row("k1", "cancelled at true");
}

/* Each console makes the box for itself: what a second person confirms is what the first saw. */
static void two_consoles_show_one_cancelling_transaction(void **state)
{
	struct bench *bench = *state;
	struct tx_acts *first = bench->acts;
	struct ready_act mine, theirs;
	char before[DIGEST_HEX], after[DIGEST_HEX];

	judge(bench, VERDICT_LIVE_MAY_STILL_LAND, SAFE_NO);
	make_acts(bench);
	do {					/* until no bound has moved on in between */
		assert_true(tx_acts_ready(first, bench->tx.line.id, bench->tx.line.hash, ACT_CANCEL,
					  &mine));
		str_put(before, sizeof(before), mine.digest);
		theirs = box(bench, ACT_CANCEL);
		assert_true(tx_acts_ready(first, bench->tx.line.id, bench->tx.line.hash, ACT_CANCEL,
					  &mine));
		str_put(after, sizeof(after), mine.digest);
	} while (strcmp(before, after) != 0);
	assert_string_equal(theirs.digest, before);
	tx_acts_free(first);
}

static void what_begins_to_want_a_reason_is_not_what_was_shown(void **state)
{
	struct bench *bench = *state;
	struct ready_act shown = box(bench, ACT_MARK_CANCELLED);
	struct err err;

	assert_false(shown.confirm);
	bench->incomplete = true;
	assert_false(order(bench, &shown, "a reason", &err));
	assert_non_null(strstr(err.text, "it is not what was shown any more"));
	assert_row("k1", UNTOUCHED);
}

static void that_it_may_be_built_again_stands_on_record_with_its_verdict(void **state)
{
	struct bench *bench = *state;

	act(bench, ACT_REBUILD, "");
	assert_deed(bench, "done", "it may be built again");
	assert_int_equal(recorded(bench)->verdict, VERDICT_DEAD_EXPIRED);
	assert_int_equal(recorded(bench)->safe, SAFE_YES);
	assert_row("k1", UNTOUCHED);
}

/* --- the envelope --------------------------------------------------------------------------- */

static void answers(struct bench *bench, const char *path, int status, const char *body)
{
	const struct httpd_rule rule = { .path = path, .status = status, .body = str_of(body) };

	httpd_set(bench->httpd, &rule);
}

static void the_identical_envelope_is_sent_and_asked_about_again(void **state)
{
	struct bench *bench = *state;
	struct buf head = { 0 };

	judge(bench, VERDICT_LIVE_MAY_STILL_LAND, SAFE_NO);
	answers(bench, "/transactions_async", 201, "{\"tx_status\":\"PENDING\",\"hash\":\"a\"}");
	act(bench, ACT_RESUBMIT, "");
	assert_deed(bench, "done", "PENDING: it was taken, which does not prove that it lands");
	assert_int_equal(bench->asked_again, 1);
	assert_int_equal(httpd_requests(bench->httpd, NULL), 1);
	httpd_last_head(bench->httpd, "/transactions_async", &head);
	assert_non_null(strstr(buf_cstr(&head), "application/x-www-form-urlencoded"));
	assert_non_null(strstr(buf_cstr(&head), "tx=AAAAAg"));
	assert_string_equal(last_deed(bench)->text, bench->tx.line.hash);
	buf_done(&head);
}

static void an_old_horizon_is_asked_in_its_own_way(void **state)
{
	struct bench *bench = *state;

	judge(bench, VERDICT_LIVE_MAY_STILL_LAND, SAFE_NO);
	answers(bench, "/transactions_async", 404, "{\"type\":\"x/not_found\"}");
	answers(bench, "/transactions", 504, "{\"type\":\"x/transaction_submission_timeout\"}");
	act(bench, ACT_RESUBMIT, "");
	assert_deed(bench, "UNKNOWN OUTCOME", "HTTP 504 transaction_submission_timeout: whether it was "
		    "sent is not known");
	assert_int_equal(httpd_requests(bench->httpd, "/transactions"), 1);
	assert_int_equal(bench->asked_again, 1);
}

static void only_the_envelope_of_this_hash_is_sent(void **state)
{
	struct bench *bench = *state;

	judge(bench, VERDICT_LIVE_MAY_STILL_LAND, SAFE_NO);
	bench->tx.line.hash[0] = bench->tx.line.hash[0] == 'a' ? 'b' : 'a';
	ask_of("UPDATE payment_intents SET hash = $1 WHERE idempotency_key = 'k1'",
	       bench->tx.line.hash);
	assert_forbidden(bench, ACT_RESUBMIT, "the envelope that is stored has another hash");
	buf_clear(&bench->base64);
	assert_forbidden(bench, ACT_RESUBMIT, "its signed envelope is not known");
}

static void a_live_twin_gets_neither_sending_nor_cancelling(void **state)
{
	static const enum verdict_kind twins[] = {
		VERDICT_LIVE_MAY_STILL_LAND, VERDICT_CONFIRMED, VERDICT_UNKNOWN_STALE_SOURCE,
	};
	struct bench *bench = *state;

	judge(bench, VERDICT_LIVE_MAY_STILL_LAND, SAFE_NO);
	for (size_t i = 0; i < ARRAY_LEN(twins); i++) {
		bench->members[1] = (struct intent_member){ .hash = "b", .judged = true,
							    .verdict = twins[i] };
		bench->member_count = 2;
		assert_non_null(box(bench, ACT_RESUBMIT).refusal);
		assert_non_null(box(bench, ACT_CANCEL).refusal);
		assert_non_null(box(bench, ACT_REBUILD).refusal);
	}
}

static void the_cancelling_transaction_is_printed_and_nothing_is_signed(void **state)
{
	struct bench *bench = *state;
	struct envelope *cancelling = mem_new(sizeof(*cancelling));
	struct ready_act shown, again;
	static char first[ACT_TEXT];
	char *line_end;
	struct err err = { 0 };

	judge(bench, VERDICT_LIVE_MAY_STILL_LAND, SAFE_NO);
	shown = box(bench, ACT_CANCEL);
	assert_null(shown.refusal);
	assert_int_equal(shown.care, 3);
	assert_string_equal(shown.word, bench->tx.line.hash);
	str_put(first, sizeof(first), shown.text);
	again = box(bench, ACT_CANCEL);
	assert_string_equal(again.text, first);
	again.word = "yes";
	assert_false(order(bench, &again, "", &err));
	order_shown(bench, &shown, "");
	assert_deed(bench, "done", "copied, unsigned: whoever holds the key signs and sends it");
	assert_string_equal(bench->copied, first);
	line_end = strchr(first, '\n');
	*line_end = '\0';
	assert_true(envelope_read_base64(str_of(first), cancelling, &err));
	assert_int_equal(cancelling->signature_count, 0);
	assert_int_equal(cancelling->sequence, bench->envelope.sequence);
	assert_string_equal(cancelling->source, bench->envelope.source);
	assert_true(cancelling->max_time > 0 && cancelling->fee > bench->envelope.fee);
	assert_int_equal(httpd_requests(bench->httpd, NULL), 0);
	mem_free(cancelling);
}

/* --- dismissals ----------------------------------------------------------------------------- */

static void a_dismissal_needs_no_incident_and_comes_back(void **state)
{
	struct bench *bench = *state;
	struct ready_act shown = box(bench, ACT_DISMISS);
	struct err err;

	bench->no_incident = true;
	bench->settings.read_only = true;
	shown = box(bench, ACT_DISMISS);
	assert_null(shown.refusal);
	assert_false(order(bench, &shown, "", &err));
	assert_string_equal(err.text, "not done: it needs a reason");
	assert_true(order(bench, &shown, "paid back in May", &err));
	assert_string_equal(casebook_dismissed(bench->casebook, "k1", bench->tx.line.hash),
			    "paid back in May");
	bench->no_incident = false;
	shown = box(bench, ACT_DISMISS);
	assert_string_equal(shown.text, "back in the headline");
	assert_true(order(bench, &shown, "", &err));
	assert_null(casebook_dismissed(bench->casebook, "k1", bench->tx.line.hash));
	shown = box(bench, ACT_DISMISS);
	assert_true(order(bench, &shown, "really paid back", &err));
	wait_until(bench, is_idle, "the record");
	assert_true(recorded(bench)->dismissed);
	assert_string_equal(recorded(bench)->dismissed_reason, "really paid back");
}

/* --- a console that dies -------------------------------------------------------------------- */

static bool is_writing(struct bench *bench)
{
	return bench->acts->deed.stage == DEED_RUNNING;
}

/* The child holds the row itself, so that its own writing waits for ever, as far as it lives. */
static void die_while_writing(struct bench *bench)
{
	PGconn *db = PQconnectdb(server.dsn);
	struct ready_act shown;
	struct err err;

	PQclear(PQexec(db, "BEGIN; SELECT * FROM payment_intents FOR UPDATE"));
	bench->loop = loop_new(&err);			/* that of the parent is the parent's */
	bench->errands = errands_new(bench->loop, bench->environment);
	make_acts(bench);
	open_dossier(bench, false);
	shown = box(bench, ACT_MARK_CANCELLED);
	shown.word = "prod";
	if (!order(bench, &shown, "", &err)) {
		print_error("%s\n", err.text);
		_exit(2);
	}
	wait_until(bench, is_writing, "the writing");
	kill(getpid(), SIGKILL);
}

static bool is_known_as_cut_off(struct bench *bench)
{
	return last_deed(bench) && last_deed(bench)->interrupted;
}

static void an_act_whose_console_is_killed_reads_unknown_outcome(void **state)
{
	struct bench *bench = *state;
	struct ready_act shown;
	struct err err;
	pid_t child;
	int status;

	dossier_close(bench->dossier);
	bench->dossier = NULL;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		die_while_writing(bench);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	open_dossier(bench, false);
	dossier_join(bench->dossier);
	wait_until(bench, is_known_as_cut_off, "the next console on the record");
	assert_string_equal(tx_deed_word(last_deed(bench)), "UNKNOWN OUTCOME");
	assert_row("k1", UNTOUCHED);
	shown = box(bench, ACT_MARK_CANCELLED);
	assert_true(shown.confirm);
	assert_false(order(bench, &shown, "", &err));
	assert_string_equal(err.text, "not done: it needs a reason");
	act(bench, ACT_MARK_CANCELLED, "the row says that nothing was written");
	assert_row("k1", "cancelled at true");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		CASE(a_row_is_marked_and_no_other),
		CASE(each_default_forbids),
		CASE(without_a_verdict_that_allows_it_no_row_is_marked),
		CASE(a_bridge_row_is_never_marked),
		CASE(a_row_that_the_list_shows_otherwise_now_is_refused),
		CASE(a_row_altered_between_show_and_confirm_is_refused_by_the_server),
		CASE(a_row_that_somebody_holds_is_waited_for_a_short_time),
		CASE(a_server_that_is_read_only_takes_nothing),
		CASE(another_cluster_takes_nothing),
		CASE(a_login_that_is_refused_writes_nothing),
		CASE(what_changes_while_the_beginning_is_saved_stops_it),
		CASE(while_one_act_is_under_way_no_other_begins),
		CASE(without_a_login_for_writing_the_identical_text_is_copied),
		CASE(hostile_ids_execute_nothing),
		CASE(rows_of_the_other_tables_are_marked),
		CASE(a_query_of_one_s_own_is_marked_by_its_own_statement),
		CASE(what_must_be_typed_is_typed),
		CASE(a_second_person_does_what_the_first_asked_for),
		CASE(two_consoles_show_one_cancelling_transaction),
		CASE(what_begins_to_want_a_reason_is_not_what_was_shown),
		CASE(that_it_may_be_built_again_stands_on_record_with_its_verdict),
		CASE(the_identical_envelope_is_sent_and_asked_about_again),
		CASE(an_old_horizon_is_asked_in_its_own_way),
		CASE(only_the_envelope_of_this_hash_is_sent),
		CASE(a_live_twin_gets_neither_sending_nor_cancelling),
		CASE(the_cancelling_transaction_is_printed_and_nothing_is_signed),
		CASE(a_dismissal_needs_no_incident_and_comes_back),
		CASE(an_act_whose_console_is_killed_reads_unknown_outcome),
		CASE(a_promotion_between_show_and_confirm_is_refused),	/* the timeline is another then */
	};
	struct err err = { 0 };
	int failed;

	has_server = pgserver_exists(&server) && pgserver_start(&server, &err);
	if (!has_server && err.text[0])
		print_message("%s\n", err.text);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (has_server)
		pgserver_stop(&server);
	return failed;
}
