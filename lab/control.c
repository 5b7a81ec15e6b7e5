/* control.c: the control port; see estate.h. */
#include "lab/estate.h"

#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/num.h"

typedef bool control_fn(struct estate *estate, const char *value, int64_t number, struct err *err);

static bool set_mood(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)number;
	for (int mood = 0; mood < HORIZON_MOOD_COUNT; mood++) {
		if (strcmp(value, horizon_mood_words[mood]) != 0)
			continue;
		for (size_t i = 0; i < ESTATE_HORIZONS; i++)
			horizon_set_mood(&estate->horizons[i], (enum horizon_mood)mood);
		return true;
	}
	return err_set(err, ERR_INPUT, "no such mood: %s", value);
}

/* How many ledgers ago ingestion stopped; 0: it goes on. */
static bool set_stuck(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	int64_t tip = ledger_tip((msec)time(NULL) * WHEN_SECOND);

	(void)value;
	(void)err;
	for (size_t i = 0; i < ESTATE_HORIZONS; i++)
		estate->horizons[i].stuck_at = number > 0 ? tip - number : 0;
	return true;
}

/* The second endpoint only. */
static bool set_behind(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)err;
	estate->horizons[1].behind = number;
	return true;
}

static bool set_pubnet(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)err;
	for (size_t i = 0; i < ESTATE_HORIZONS; i++)
		estate->horizons[i].pubnet = number != 0;
	return true;
}

/* How many ledgers ago the contract was called last; 0: it is called again from now on. */
static bool set_quiet(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	int64_t tip = ledger_tip((msec)time(NULL) * WHEN_SECOND);

	(void)value;
	(void)err;
	if (number > 0)
		estate->quiet = (struct quiet){ .from = tip - number + 1 };
	else if (estate->quiet.from > 0)
		estate->quiet.until = tip + 1;
	return true;
}

static bool set_site(struct site *site, int port, bool open, struct err *err)
{
	if (open)
		return site_open(site, port, err);
	site_close(site);
	return true;
}

static bool set_listening(struct estate *estate, const char *value, int64_t number,
			  struct err *err)
{
	(void)value;
	return set_site(&estate->indexer.site, estate->indexer_port, number != 0, err);
}

static bool set_rpc_listening(struct estate *estate, const char *value, int64_t number,
			      struct err *err)
{
	(void)value;
	return set_site(&estate->rpc.site, estate->rpc_port, number != 0, err);
}

/* How many ledgers it knows; 0: as many as it is meant to. */
static bool set_kept(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)err;
	estate->rpc.kept = number > 0 ? number : RPC_KEPT;
	return true;
}

/* Which backup the next recovery is of. */
static bool set_recovery_backup(struct estate *estate, const char *value, int64_t number,
				struct err *err)
{
	(void)value;
	(void)err;
	estate->rpc.recovered.backup_id = number;
	return true;
}

/* The contract is told of a recovery that took so many seconds; less than 0: it failed after as
 * many. */
static bool set_recovery(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	struct recovered *recovered = &estate->rpc.recovered;

	(void)value;
	(void)err;
	recovered->ledger = rpc_latest();
	recovered->recovery_id++;
	recovered->seconds = number < 0 ? -number : number;
	recovered->success = number >= 0;
	return true;
}

/* When the indexer goes on it reads its state row again. */
static bool set_stalled(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)err;
	estate->indexer.faults.stalled = number != 0;
	estate->indexer.cursor = -1;
	return true;
}

static bool set_rewind(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)err;
	estate->indexer.faults.rewind = number;
	return true;
}

static bool set_api_listening(struct estate *estate, const char *value, int64_t number,
			      struct err *err)
{
	(void)value;
	return api_listen(&estate->api, number != 0, err);
}

/* Which port of PostgreSQL a part talks to; 0: the one that it was started with. */
static bool set_port(struct db *db, const char *value, int64_t number, struct err *err)
{
	if (number < 0 || number > 65535)
		return err_set(err, ERR_INPUT, "no port: %s", value);
	db_move(db, (int)number);
	return true;
}

static bool set_indexer_db(struct estate *estate, const char *value, int64_t number,
			   struct err *err)
{
	return set_port(estate->indexer.db, value, number, err);
}

static bool set_exporter_db(struct estate *estate, const char *value, int64_t number,
			    struct err *err)
{
	return set_port(estate->exporter.db, value, number, err);
}

static bool set_api_db(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	return set_port(estate->api.db, value, number, err);
}

/* The end of it begins a new window, as if the time had passed. */
static bool set_throttled(struct estate *estate, const char *value, int64_t number,
			  struct err *err)
{
	(void)value;
	(void)err;
	estate->api.faults.throttled = number != 0;
	estate->api.limiter = (struct limiter){ .used = 0 };
	return true;
}

static bool set_breaker(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)err;
	breaker_hold(&estate->api.breaker, number != 0, api_now());
	return true;
}

static bool set_mute(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)err;
	api_mute(&estate->api, number != 0);
	return true;
}

/* 1: all verifiers, 0: none, or the one that is named and no other. */
static bool set_old_rejected(struct estate *estate, const char *value, int64_t number,
			     struct err *err)
{
	bool known = strcmp(value, "0") == 0 || strcmp(value, "1") == 0;

	for (size_t i = 0; i < GATE_COUNT; i++) {
		bool named = strcmp(value, gate_names[i]) == 0;

		known = known || named;
		estate->api.gate.forgot[i] = named || number == 1;
	}
	return known || err_set(err, ERR_INPUT, "no such verifier: %s", value);
}

static bool set_forget(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)number;
	(void)err;
	memset(&estate->api.seen, 0, sizeof(estate->api.seen));
	return true;
}

/* What messages are answered with; 0: they are taken. */
static bool set_sink_status(struct estate *estate, const char *value, int64_t number,
			    struct err *err)
{
	(void)value;
	if (number != 0 && (number < 300 || number > 599))
		return err_set(err, ERR_INPUT, "no status of a refusal: %s", value);
	estate->sink.status = (int)number;
	return true;
}

static bool set_sink_silent(struct estate *estate, const char *value, int64_t number,
			    struct err *err)
{
	(void)value;
	(void)err;
	sink_hold(&estate->sink, number != 0);
	return true;
}

/* One transaction for each verdict, as of now. */
static bool set_filled(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)number;
	(void)err;
	book_fill(&estate->book, horizon_tip());
	return true;
}

/* Ledgers that both Horizons are behind. */
static bool set_lag(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)err;
	for (size_t i = 0; i < ESTATE_HORIZONS; i++)
		estate->horizons[i].behind = number;
	return true;
}

static bool set_pruned(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)err;
	estate->book.faults.pruned = number;
	return true;
}

static bool set_race(struct estate *estate, const char *value, int64_t number, struct err *err)
{
	(void)value;
	(void)err;
	estate->book.faults.race = number;
	return true;
}

/* The switches that need no more than being set. */
static const struct {
	const char *name;
	size_t offset;
} switches[] = {
	{ "indexer.frozen", offsetof(struct estate, indexer.faults.frozen) },
	{ "indexer.misread", offsetof(struct estate, indexer.faults.misread) },
	{ "indexer.failing", offsetof(struct estate, indexer.faults.failing) },
	{ "indexer.sluggish", offsetof(struct estate, indexer.faults.sluggish) },
	{ "indexer.unmetered", offsetof(struct estate, indexer.faults.unmetered) },
	{ "indexer.forget", offsetof(struct estate, indexer.faults.forget) },
	{ "rpc.old", offsetof(struct estate, rpc.old) },
	{ "rpc.busy", offsetof(struct estate, rpc.busy) },
	{ "log.failing", offsetof(struct estate, paylog.failing) },
	{ "api.waiting", offsetof(struct estate, api.faults.waiting) },
	{ "tx.filtered", offsetof(struct estate, book.faults.filtered) },
	{ "tx.limited", offsetof(struct estate, book.faults.limited) },
	{ "tx.disputed", offsetof(struct estate, book.faults.disputed) },
	{ "tx.unanswered", offsetof(struct estate, book.faults.unanswered) },
};

static const struct {
	const char *name;
	control_fn *set;
} knobs[] = {
	{ "horizon.mood", set_mood },
	{ "horizon.stuck", set_stuck },
	{ "horizon.behind", set_behind },
	{ "horizon.pubnet", set_pubnet },
	{ "contract.quiet", set_quiet },
	{ "indexer.listening", set_listening },
	{ "indexer.stalled", set_stalled },
	{ "indexer.rewind", set_rewind },
	{ "indexer.db", set_indexer_db },
	{ "exporter.db", set_exporter_db },
	{ "api.db", set_api_db },
	{ "api.listening", set_api_listening },
	{ "api.throttled", set_throttled },
	{ "api.breaker_open", set_breaker },
	{ "api.mute", set_mute },
	{ "jwt.old_rejected", set_old_rejected },
	{ "recovery.backup", set_recovery_backup },
	{ "recovery.executed", set_recovery },
	{ "requests.forget", set_forget },
	{ "rpc.listening", set_rpc_listening },
	{ "rpc.kept", set_kept },
	{ "sink.status", set_sink_status },
	{ "sink.silent", set_sink_silent },
	{ "tx.filled", set_filled },
	{ "tx.lag", set_lag },
	{ "tx.pruned", set_pruned },
	{ "tx.race", set_race },
};

bool control_apply(struct estate *estate, const char *name, const char *value, struct err *err)
{
	int64_t number = 0;
	bool numeric = num_parse_i64(str_of(value), &number);

	for (size_t i = 0; numeric && i < ARRAY_LEN(switches); i++) {
		if (strcmp(name, switches[i].name) == 0) {
			bool on = number != 0;

			memcpy((char *)estate + switches[i].offset, &on, sizeof(on));
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(knobs); i++)
		if (strcmp(name, knobs[i].name) == 0)
			return knobs[i].set(estate, value, number, err);
	return err_set(err, ERR_INPUT, "no such fault: %s %s", name, value);
}

static bool apply_lines(struct estate *estate, struct str text, struct err *err)
{
	struct str line, word;
	char name[64], value[64];

	while (str_cut(&text, '\n', &line)) {
		line = str_trim(line);
		if (line.len == 0)
			continue;
		if (!str_cut(&line, ' ', &word) || !str_copy(name, sizeof(name), word) ||
		    !str_copy(value, sizeof(value), str_trim(line)))
			return err_set(err, ERR_INPUT, "a line is not: name value");
		if (!control_apply(estate, name, value, err))
			return false;
	}
	return true;
}

static void apply(struct estate *estate, struct request *req)
{
	struct buf raw = { 0 };
	struct err err = { 0 };
	bool good = apply_lines(estate, str_sub(buf_cstr(&req->body), req->body.len), &err);
	const char *text = good ? "done" : err.text;

	buf_fmt(&raw, "HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s\n",
		good ? 200 : 400, http_reason(good ? 200 : 400), strlen(text) + 1, text);
	request_send(req, &raw);
}

static void send_body(struct request *req, const char *type, const struct buf *body)
{
	struct buf raw = { 0 };

	buf_fmt(&raw, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", type,
		body->len);
	buf_add(&raw, buf_cstr(body), body->len);
	request_send(req, &raw);
}

/* What the clients of the backend have asked, as the backend saw it. */
static void send_requests(struct estate *estate, struct request *req)
{
	json_t *root = json_object(), *api = tally_json(&estate->api.seen);
	struct buf body = { 0 };

	json_object_set_new(api, "kills", json_integer(estate->api.kills));
	json_object_set_new(root, "api", api);
	json_write(&body, root);
	send_body(req, "application/json", &body);
	json_decref(root);
	buf_done(&body);
}

static void send_transactions(struct estate *estate, struct request *req)
{
	struct buf body = { 0 };

	book_list(&estate->book, horizon_tip(), &body);
	send_body(req, "application/jsonl", &body);
	buf_done(&body);
}

void control_on_request(void *arg, struct request *req)
{
	bool get = strcmp(req->method, "GET") == 0;

	if (get && strcmp(req->path, "/requests") == 0)
		send_requests(arg, req);
	else if (get && strcmp(req->path, "/transactions") == 0)
		send_transactions(arg, req);
	else
		apply(arg, req);
}
