/* inquiry_horizon.c: the asks in Horizon's language, and its answers. */
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/inquiry_inside.h"

enum { WHY = 200, ONE_RECORD = 4 * 1024 * 1024 };

static bool get(struct inquiry_ask *out, size_t max_body)
{
	out->method = "GET";
	out->max_body = max_body;
	/* Paths are of checked hashes and accounts: they fit. */
	(void)snprintf(out->what, sizeof(out->what), "GET %s", buf_cstr(&out->path));
	return true;
}

static bool ask_page(const struct inquiry *q, struct inquiry_ask *out)
{
	long long cursor = (long long)q->stands[q->place.endpoint].search.cursor;

	(void)buf_fmt(&out->path, "/accounts/%s/transactions?order=desc&include_failed=true"
		      "&limit=%d&cursor=%lld", q->account, INQUIRY_PAGE, cursor);
	(void)get(out, JSON_MAX_PINNED);
	(void)snprintf(out->what, sizeof(out->what), "GET /accounts/%s/transactions?cursor=%lld",
		       q->account, cursor);
	return true;
}

static bool ask(const struct inquiry *q, enum question question, struct inquiry_ask *out)
{
	switch (question) {
	case QUESTION_NETWORK:
		return buf_text(&out->path, "/") && get(out, JSON_MAX_SMALL);
	case QUESTION_LOOK:
		return buf_fmt(&out->path, "/transactions/%s", course_hash(q, &q->place)) &&
		       get(out, ONE_RECORD);
	case QUESTION_TIP:
		return buf_text(&out->path, "/ledgers?order=desc&limit=1") &&
		       get(out, JSON_MAX_SMALL);
	case QUESTION_ACCOUNT:
		return buf_fmt(&out->path, "/accounts/%s", q->account) && get(out, ONE_RECORD);
	case QUESTION_PAGE:
		return ask_page(q, out);
	case QUESTION_NONE:
	case QUESTION_LATEST:
		break;
	}
	return false;
}

/* Errors that mean more than their status: the last word of the problem's type. */
static const struct {
	const char *type, *means;
} problems[] = {
	{ "still_ingesting", "it is still taking in ledgers (HTTP 503)" },
	{ "stale_history", "its own history is too far behind to answer (HTTP 503)" },
	{ "server_over_capacity", "it is over its capacity (HTTP 503)" },
	{ "service_unavailable", "it is not available now (HTTP 503)" },
	{ "timeout", "it could not answer within its own time (HTTP 504)" },
	{ "before_history", "that is before the first ledger that it keeps (HTTP 410)" },
	{ "rate_limit_exceeded", "it is asked too often (HTTP 429)" },
};

/* The type of a problem+json; "" where it is none. */
static void problem_type(const struct reply *reply, char type[64])
{
	const struct ask limit = { .max_body = JSON_MAX_SMALL };
	char why[WHY];
	json_t *root = answer_json_of_failure(&limit, reply, why);
	struct str rest = str_of(json_text_at(root, "type", "")), part = str_of("");

	while (str_cut(&rest, '/', &part))
		;
	(void)str_copy(type, 64, part);
	json_decref(root);
}

static bool refuse_problem(const struct reply *reply, const char *type, struct tx_proof *proof)
{
	char why[WHY] = "";

	for (size_t i = 0; i < ARRAY_LEN(problems); i++) {
		if (strcmp(problems[i].type, type) == 0)
			return proof_refuse(proof, "%s", problems[i].means);
	}
	(void)answer_is_ok(reply, why);
	return proof_refuse(proof, "%s", why);
}

static int64_t unix_s(const json_t *root, const char *path)
{
	msec at = answer_time(root, path);

	return at == WHEN_NEVER ? 0 : at / WHEN_SECOND;
}

static bool read_network(struct inquiry *q, const json_t *root, struct tx_proof *proof)
{
	int64_t ledger = 0;

	if (!inquiry_take_network(q, json_at(root, "network_passphrase"), proof))
		return false;
	if (answer_ledger(root, "history_latest_ledger", &ledger))
		inquiry_take_closing(q, ledger, unix_s(root, "history_latest_ledger_closed_at"));
	return true;
}

static bool read_told(const json_t *record, struct told *out, struct tx_proof *proof)
{
	const json_t *ok = json_at(record, "successful");

	if (!json_is_boolean(ok) || !answer_ledger(record, "ledger", &out->ledger))
		return proof_refuse(proof, "a transaction without ledger or success: not Horizon's");
	out->ok = json_is_true(ok);
	out->envelope = json_text_at(record, "envelope_xdr", "");
	out->result = json_text_at(record, "result_xdr", "");
	return true;
}

static bool read_found(struct inquiry *q, const json_t *root, struct tx_proof *proof)
{
	struct told told = { 0 };

	if (!read_told(root, &told, proof))
		return false;
	inquiry_take_closing(q, told.ledger, unix_s(root, "created_at"));
	landed_found(q, &told, proof);
	return true;
}

static bool read_tip(struct inquiry *q, const json_t *root, struct tx_proof *proof)
{
	const json_t *record = json_array_get(json_at(root, "_embedded.records"), 0);
	int64_t ledger;

	if (!answer_ledger(record, "sequence", &ledger))
		return proof_refuse(proof, "no ledger in it: is this a Horizon?");
	inquiry_take_tip(q, ledger, unix_s(record, "closed_at"), proof);
	return true;
}

/* The header makes it a statement about the end of one ledger; without it nothing is proven. */
static struct account_read read_of(const struct reply *reply)
{
	bool known = reply->latest_ledger > 0;

	return (struct account_read){ .usable = known, .at = known ? reply->latest_ledger : 0 };
}

static bool read_account(struct inquiry *q, const json_t *root, const struct reply *reply,
			 struct tx_proof *proof)
{
	struct account_read read = read_of(reply);

	if (strcmp(json_text_at(root, "account_id", ""), q->account) != 0)
		return proof_refuse(proof, "it answers with another account, or none");
	read.exists = true;
	if (!json_i64_at(root, "sequence", &read.sequence) || read.sequence < 0)
		return proof_refuse(proof, "no sequence number in it");
	if (answer_ledger(root, "sequence_ledger", &read.sequence_ledger))
		(void)json_i64_at(root, "sequence_time", &read.sequence_time);
	inquiry_take_account(q, &read, proof);
	return true;
}

/* Nothing of the account is that old here: the search goes on in what is newer. */
static bool read_no_page(struct inquiry *q, struct tx_proof *proof)
{
	const struct search_page nothing = { 0 };

	proof_say(proof, "it keeps nothing of the account that is so old");
	(void)search_take(&q->stands[q->place.endpoint].search, &nothing);
	return true;
}

static bool missing(struct inquiry *q, enum question question, const struct reply *reply,
		    struct tx_proof *proof)
{
	struct account_read read = read_of(reply);

	if (question == QUESTION_PAGE)
		return read_no_page(q, proof);
	if (question == QUESTION_LOOK)
		landed_missing(q, proof);
	else
		inquiry_take_account(q, &read, proof);
	return true;
}

/* Another server's 404 says nothing: Horizon's own names its kind. */
static bool is_missing(enum question question, const char *type)
{
	bool of_one = question == QUESTION_LOOK || question == QUESTION_ACCOUNT;

	return (strcmp(type, "not_found") == 0 && (of_one || question == QUESTION_PAGE)) ||
	       (strcmp(type, "before_history") == 0 && question == QUESTION_PAGE);
}

/* Of one record of a page; true: it is who used the number. */
static bool is_consumer(struct inquiry *q, const json_t *record, int64_t sequence,
			struct tx_proof *proof)
{
	struct told told = { 0 };

	return sequence == q->evidence.tx.sequence && read_told(record, &told, proof) &&
	       landed_consumer(q, &told, proof);
}

static void note_own(struct search_page *page, int64_t sequence)
{
	if (!page->has_own || sequence > page->newest_number)
		page->newest_number = sequence;
	if (!page->has_own || sequence < page->oldest_number)
		page->oldest_number = sequence;
	page->has_own = true;
}

/* False: it does not hold together; proof says why. *found: who used the number was in it. */
static bool read_records(struct inquiry *q, const json_t *records, struct search_page *page,
			 bool *found, struct tx_proof *proof)
{
	int64_t before = q->stands[q->place.endpoint].search.cursor, sequence;
	const json_t *record;
	size_t i;

	json_array_foreach(records, i, record) {
		if (!json_i64_at(record, "paging_token", &page->oldest) || page->oldest <= 0 ||
		    page->oldest >= before)
			return proof_refuse(proof, "its page does not go back in time, as was asked");
		page->newest = i == 0 ? page->oldest : page->newest;
		before = page->oldest;
		if (strcmp(json_text_at(record, "source_account", ""), q->account) != 0)
			continue;
		if (!json_i64_at(record, "source_account_sequence", &sequence) || sequence < 0)
			return proof_refuse(proof, "a transaction without sequence number in its page");
		if (is_consumer(q, record, sequence, proof)) {
			*found = true;
			return true;
		}
		note_own(page, sequence);
	}
	return true;
}

static void say_page(const struct search_page *page, struct tx_proof *proof)
{
	if (page->has_own)
		proof_say(proof, "%zu transactions, its own with sequence numbers %lld to %lld",
			  page->count, (long long)page->oldest_number,
			  (long long)page->newest_number);
	else
		proof_say(proof, "%zu transactions, none sent by the account itself", page->count);
}

static bool read_page(struct inquiry *q, const json_t *root, struct tx_proof *proof)
{
	struct search *search = &q->stands[q->place.endpoint].search;
	const json_t *records = json_at(root, "_embedded.records");
	struct search_page page = { .count = json_array_size(records) };
	bool found = false;

	if (!json_is_array(records) || page.count > INQUIRY_PAGE)
		return proof_refuse(proof, "no list of at most %d transactions", INQUIRY_PAGE);
	if (!read_records(q, records, &page, &found, proof))
		return false;
	page.full = page.count == INQUIRY_PAGE;
	if (!found) {
		say_page(&page, proof);
		(void)search_take(search, &page);
	}
	return true;
}

static bool read_good(struct inquiry *q, enum question question, const json_t *root,
		      const struct reply *reply, struct tx_proof *proof)
{
	switch (question) {
	case QUESTION_NETWORK:
		return read_network(q, root, proof);
	case QUESTION_LOOK:
		return read_found(q, root, proof);
	case QUESTION_TIP:
		return read_tip(q, root, proof);
	case QUESTION_ACCOUNT:
		return read_account(q, root, reply, proof);
	case QUESTION_PAGE:
		return read_page(q, root, proof);
	case QUESTION_NONE:
	case QUESTION_LATEST:
		break;
	}
	return false;
}

static bool read(struct inquiry *q, enum question question, const struct reply *reply,
		 struct tx_proof *proof)
{
	const struct ask limit = { .max_body = JSON_MAX_PINNED };
	char why[WHY] = "", type[64] = "";
	json_t *root;
	bool good;

	if (reply->status != 200) {
		problem_type(reply, type);
		return is_missing(question, type) ? missing(q, question, reply, proof) :
						    refuse_problem(reply, type, proof);
	}
	root = answer_json(&limit, reply, why);
	if (!root)
		return proof_refuse(proof, "%s", why);
	good = read_good(q, question, root, reply, proof);
	json_decref(root);
	return good;
}

const struct dialect inquiry_horizon = { ask, read };
