/* inquiry_rpc.c: the asks in the language of stellar-rpc (JSON-RPC 2.0), and its answers. */
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/inquiry_inside.h"
#include "stellar/entry.h"

enum { WHY = 200, ONE_RECORD = 4 * 1024 * 1024 };

static const int64_t clock_skew_s = 300;	/* of the database against the network */

/* A call; params: the members of the object, written by us from checked words alone. */
PRINTF_LIKE(4, 5)
static bool call(struct inquiry_ask *out, const char *method, size_t max_body, const char *fmt, ...)
{
	va_list args;

	out->method = "POST";
	out->max_body = max_body;
	(void)str_put(out->what, sizeof(out->what), method);
	(void)buf_fmt(&out->body, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\"", method);
	if (*fmt) {
		(void)buf_text(&out->body, ",\"params\":{");
		va_start(args, fmt);
		(void)buf_vfmt(&out->body, fmt, args);
		va_end(args);
		(void)buf_char(&out->body, '}');
	}
	return buf_char(&out->body, '}');
}

static void name(struct inquiry_ask *out, const char *of)
{
	size_t len = strlen(out->what);

	(void)snprintf(out->what + len, sizeof(out->what) - len, " %s", of);
}

static bool ask_look(const struct inquiry *q, struct inquiry_ask *out)
{
	const char *hash = course_hash(q, &q->place);

	(void)call(out, "getTransaction", ONE_RECORD, "\"hash\":\"%s\"", hash);
	name(out, hash);
	return true;
}

static bool ask_account(const struct inquiry *q, struct inquiry_ask *out)
{
	char key[ENTRY_KEY_TEXT];

	if (!entry_account_key(key, q->account, NULL))
		return false;
	(void)call(out, "getLedgerEntries", JSON_MAX_SMALL, "\"keys\":[\"%s\"]", key);
	name(out, q->account);
	return true;
}

/* Of the ledger in which the number was set; a cursor goes on behind what was seen. */
static bool ask_page(const struct inquiry *q, struct inquiry_ask *out)
{
	const struct stand *stand = &q->stands[q->place.endpoint];
	long long ledger = (long long)(stand->search.high >> 32) - 1;
	char from[32];

	if (stand->cursor[0])
		(void)call(out, "getTransactions", JSON_MAX_PINNED,
			   "\"pagination\":{\"cursor\":\"%s\",\"limit\":%d}", stand->cursor,
			   INQUIRY_PAGE);
	else
		(void)call(out, "getTransactions", JSON_MAX_PINNED,
			   "\"startLedger\":%lld,\"pagination\":{\"limit\":%d}", ledger,
			   INQUIRY_PAGE);
	(void)snprintf(from, sizeof(from), "of ledger %lld", ledger);
	name(out, from);
	return true;
}

static bool ask(const struct inquiry *q, enum question question, struct inquiry_ask *out)
{
	switch (question) {
	case QUESTION_NETWORK:
		return call(out, "getNetwork", JSON_MAX_SMALL, "%s", "");
	case QUESTION_LOOK:
		return ask_look(q, out);
	case QUESTION_TIP:
		return call(out, "getHealth", JSON_MAX_SMALL, "%s", "");
	case QUESTION_LATEST:
		return call(out, "getLatestLedger", JSON_MAX_PINNED, "%s", "");
	case QUESTION_ACCOUNT:
		return ask_account(q, out);
	case QUESTION_PAGE:
		return ask_page(q, out);
	case QUESTION_NONE:
		break;
	}
	return false;
}

/* Unix seconds, as a number or a text; 0: not told. */
static int64_t seconds_at(const json_t *root, const char *key)
{
	int64_t seconds;

	return json_i64_at(root, key, &seconds) && seconds > 0 &&
	       seconds < INT64_MAX / WHEN_SECOND ? seconds : 0;
}

static bool read_health(struct inquiry *q, const json_t *result, const char *ledger_key,
			const char *close_key, struct tx_proof *proof)
{
	int64_t ledger;

	if (!answer_ledger(result, ledger_key, &ledger))
		return proof_refuse(proof, "no %s in it: is this a Stellar RPC?", ledger_key);
	inquiry_take_tip(q, ledger, seconds_at(result, close_key), proof);
	return true;
}

/* None of it: that counts with the tip of an earlier answer, not with its own, which may have been
 * read after the transaction came in; and with a window that begins before it was made. */
static void note_missing(struct inquiry *q, const json_t *result, int64_t latest, int64_t tip)
{
	struct stand *stand = &q->stands[q->place.endpoint];
	int64_t oldest = seconds_at(result, "oldestLedgerCloseTime");
	bool covers = q->setup.created_at > 0 && oldest > 0 &&
		      oldest < q->setup.created_at - clock_skew_s;

	if (q->place.phase != PHASE_LOOK_AGAIN || latest < tip)
		return;
	if (stand->missing++ == 0) {
		stand->tip_before = tip;
		stand->window_ok = true;
	}
	stand->window_ok = stand->window_ok && covers;
}

/* Complete only where all hashes are known for sure, the inner one too: by the envelope. */
static void note_complete(struct inquiry *q, struct tx_proof *proof)
{
	const struct stand *stand = &q->stands[q->place.endpoint];
	unsigned wanted = q->evidence.hashes[1][0] ? 2 : 1;
	struct complete *complete;

	if (!q->has_own || stand->missing != wanted ||
	    q->evidence.complete_count == EVIDENCE_COMPLETE)
		return;
	complete = &q->evidence.complete[q->evidence.complete_count++];
	*complete = (struct complete){ .tip_before = stand->tip_before,
				       .oldest_ok = stand->window_ok };
	(void)str_put(complete->src, sizeof(complete->src),
		      q->setup.endpoints[q->place.endpoint].name);
	proof_say(proof, "not there; it had told of ledger %lld before, and its window begins %s",
		  (long long)complete->tip_before,
		  complete->oldest_ok ? "before the transaction was made"
				      : "too late to tell that it never was");
}

static bool read_missing(struct inquiry *q, const json_t *result, struct tx_proof *proof)
{
	int64_t tip = q->stands[q->place.endpoint].tip, latest;

	landed_missing(q, proof);
	if (!answer_ledger(result, "latestLedger", &latest))
		return true;
	note_missing(q, result, latest, tip);
	inquiry_take_closing(q, latest, seconds_at(result, "latestLedgerCloseTime"));
	proof->ledger = latest;
	if (q->place.phase == PHASE_LOOK_AGAIN)
		note_complete(q, proof);
	return true;
}

static bool read_told(const json_t *item, struct told *out)
{
	const char *status = json_text_at(item, "status", "");

	out->ok = strcmp(status, "SUCCESS") == 0;
	out->envelope = json_text_at(item, "envelopeXdr", "");
	out->result = json_text_at(item, "resultXdr", "");
	return (out->ok || strcmp(status, "FAILED") == 0) &&
	       answer_ledger(item, "ledger", &out->ledger);
}

static bool read_look(struct inquiry *q, const json_t *result, struct tx_proof *proof)
{
	const char *asked = course_hash(q, &q->place);
	struct told told = { 0 };
	int64_t latest;

	if (strcmp(json_text_at(result, "txHash", asked), asked) != 0)
		return proof_refuse(proof, "it answers about another transaction");
	if (strcmp(json_text_at(result, "status", ""), "NOT_FOUND") == 0)
		return read_missing(q, result, proof);
	if (!read_told(result, &told))
		return proof_refuse(proof, "neither found nor not: no status that we know");
	if (answer_ledger(result, "latestLedger", &latest))
		inquiry_take_closing(q, latest, seconds_at(result, "latestLedgerCloseTime"));
	landed_found(q, &told, proof);
	return true;
}

static bool read_entry(struct inquiry *q, const json_t *entry, struct account_read *read,
		       struct tx_proof *proof)
{
	struct account_entry account;
	struct err err;

	if (!entry_read_account_base64(str_of(json_text_at(entry, "xdr", "")), &account, &err))
		return proof_refuse(proof, "its entry cannot be read: %.150s", err.text);
	if (strcmp(account.account, q->account) != 0 || account.sequence < 0)
		return proof_refuse(proof, "it answers with another account");
	read->exists = true;
	read->sequence = account.sequence;
	if (account.has_sequence_at && account.sequence_ledger > 0 &&
	    account.sequence_ledger <= read->at && account.sequence_time < INT32_MAX) {
		read->sequence_ledger = account.sequence_ledger;
		read->sequence_time = (int64_t)account.sequence_time;
	}
	return true;
}

/* The state and its ledger come from one reading: this answer is atomic. */
static bool read_account(struct inquiry *q, const json_t *result, struct tx_proof *proof)
{
	const json_t *entries = json_object_get(result, "entries");
	struct account_read read = { .usable = true };
	bool none = json_is_null(entries) || (json_is_array(entries) && !json_array_size(entries));

	if (!answer_ledger(result, "latestLedger", &read.at) ||
	    (!none && json_array_size(entries) != 1))
		return proof_refuse(proof, "no ledger or no list of one entry in it");
	if (!none && !read_entry(q, json_array_get(entries, 0), &read, proof))
		return false;
	inquiry_take_account(q, &read, proof);
	return true;
}

static bool is_cursor(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((text.p[i] < '0' || text.p[i] > '9') && text.p[i] != '-')
			return false;
	}
	return text.len > 0 && text.len < sizeof(((struct stand *)NULL)->cursor);
}

/* On, while the page ended within the ledger and its cursor is another one than before. */
static void turn_page(struct stand *stand, const json_t *result, size_t count, int64_t last)
{
	const char *cursor = json_text_at(result, "cursor", "");
	int64_t ledger = (stand->search.high >> 32) - 1;

	stand->search.over = count == 0 || last > ledger || !is_cursor(str_of(cursor)) ||
			     strcmp(cursor, stand->cursor) == 0;
	(void)str_put(stand->cursor, sizeof(stand->cursor), cursor);
}

static bool read_page(struct inquiry *q, const json_t *result, struct tx_proof *proof)
{
	struct stand *stand = &q->stands[q->place.endpoint];
	const json_t *list = json_object_get(result, "transactions"), *item;
	size_t i, count = json_array_size(list);
	int64_t last = 0;

	if (!json_is_array(list) || count > INQUIRY_PAGE)
		return proof_refuse(proof, "no list of at most %d transactions", INQUIRY_PAGE);
	json_array_foreach(list, i, item) {
		struct told told = { 0 };

		if (!read_told(item, &told) || told.ledger < last)
			return proof_refuse(proof, "its page is not in the order of ledgers");
		last = told.ledger;
		if (landed_consumer(q, &told, proof))
			return true;
	}
	proof_say(proof, "%zu transactions, up to ledger %lld: none of the account with this number",
		  count, (long long)last);
	turn_page(stand, result, count, last);
	return true;
}

static bool read_result(struct inquiry *q, enum question question, const json_t *result,
			struct tx_proof *proof)
{
	switch (question) {
	case QUESTION_NETWORK:
		return inquiry_take_network(q, json_object_get(result, "passphrase"), proof);
	case QUESTION_LOOK:
		return read_look(q, result, proof);
	case QUESTION_TIP:
		return read_health(q, result, "latestLedger", "latestLedgerCloseTime", proof);
	case QUESTION_LATEST:
		return read_health(q, result, "sequence", "closeTime", proof);
	case QUESTION_ACCOUNT:
		return read_account(q, result, proof);
	case QUESTION_PAGE:
		return read_page(q, result, proof);
	case QUESTION_NONE:
		break;
	}
	return false;
}

/* Errors come with HTTP 200. */
static bool read_root(struct inquiry *q, enum question question, const json_t *root,
		      struct tx_proof *proof)
{
	const json_t *error = json_object_get(root, "error");
	const json_t *result = json_object_get(root, "result");
	char message[120] = "";
	int64_t code = 0;

	if (json_is_object(error)) {
		(void)json_i64_at(error, "code", &code);
		(void)json_put_at(error, "message", message, sizeof(message));
		return proof_refuse(proof, "it says error %lld: %s", (long long)code, message);
	}
	if (!json_is_object(result))
		return proof_refuse(proof, "neither result nor error in it: is this a Stellar RPC?");
	return read_result(q, question, result, proof);
}

static bool read(struct inquiry *q, enum question question, const struct reply *reply,
		 struct tx_proof *proof)
{
	const struct ask limit = { .max_body = JSON_MAX_PINNED };
	char why[WHY] = "";
	json_t *root;
	bool good;

	if (reply->status == 503)
		return proof_refuse(proof, "more requests than it takes at a time (HTTP 503)");
	if (reply->status == 504)
		return proof_refuse(proof, "it could not answer within its own time (HTTP 504)");
	root = answer_json(&limit, reply, why);
	if (!root)
		return proof_refuse(proof, "%s", why);
	good = read_root(q, question, root, proof);
	json_decref(root);
	return good;
}

const struct dialect inquiry_rpc = { ask, read };
