/*
 * horizon_submit.c: POST /transactions and /transactions_async of the stand-in Horizon.
 *
 * The first answers when the transaction is in a ledger that this Horizon has taken in; after half
 * a minute it says that it does not know. The second answers at once.
 */
#include <string.h>

#include "base/mem.h"
#include "lab/handin.h"
#include "lab/horizon_inside.h"
#include "lab/later.h"

enum { LOOK_AGAIN_MS = 250, LOOKS = 120 };

static const char plain[] = "application/json; charset=utf-8";

static const struct complaint no_form = {
	415, "unsupported_media_type", "Unsupported Media Type",
	"The request has an unsupported content type. Presently, the only supported content type is "
	"application/x-www-form-urlencoded.", NULL, NULL,
};
static const struct complaint malformed = {
	400, "transaction_malformed", "Transaction Malformed",
	"Horizon could not decode the transaction envelope in this request. A transaction should be "
	"an XDR TransactionEnvelope struct encoded using base64.  The envelope read from this "
	"request is echoed in the `extras.envelope_xdr` field of this response for your "
	"convenience.", NULL, NULL,
};
static const struct complaint failed = {
	400, "transaction_failed", "Transaction Failed",
	"The transaction failed when submitted to the Stellar network. The `extras.result_codes` "
	"field on this response contains further details.  Descriptions of each code can be found "
	"at: https://developers.stellar.org/docs/data/horizon/api-reference/errors/result-codes/",
	NULL, NULL,
};
static const struct complaint timed_out = {
	504, "transaction_submission_timeout", "Transaction Submission Timeout",
	"Your transaction submission request has timed out. This does not necessarily mean the "
	"submission has failed. Before resubmitting, please use the transaction hash provided in "
	"`extras.hash` to poll the GET /transactions endpoint for sometime and check if it was "
	"included in a ledger.", NULL, NULL,
};

struct submission {
	struct horizon *horizon;
	struct request *req;
	unsigned looks;
	char hash[DIGEST_HEX];
	char envelope[BOOK_BASE64];
};

static void refuse(struct submission *submission, const struct complaint *why, json_t *extras)
{
	struct buf body = { 0 };

	horizon_put_complaint(&body, why, extras);
	horizon_answer(submission->horizon, submission->req, why->status, horizon_problem, &body);
	buf_done(&body);
}

static void say_unknown(struct submission *submission)
{
	refuse(submission, &timed_out, json_pack("{s:s, s:s}", "hash", submission->hash,
						 "envelope_xdr", submission->envelope));
}

static void say_malformed(struct submission *submission)
{
	refuse(submission, &malformed, json_pack("{s:s}", "envelope_xdr", submission->envelope));
}

static void say_failed(struct submission *submission, enum handin how)
{
	char result[BOOK_BASE64];

	handin_result(how, result);
	refuse(submission, &failed, json_pack("{s:s, s:{s:s}, s:s}", "envelope_xdr",
					      submission->envelope, "result_codes", "transaction",
					      handin_code(how), "result_xdr", result));
}

/* 200, as the lookup would answer. */
static void say_done(struct submission *submission, const struct booked *item)
{
	json_t *json = horizon_tx_json(submission->horizon, item, submission->hash);
	struct buf body = { 0 };

	horizon_put_json(&body, json);
	horizon_answer(submission->horizon, submission->req, 200, horizon_hal, &body);
	json_decref(json);
	buf_done(&body);
}

static void look(void *arg)
{
	struct submission *submission = arg;
	struct horizon *horizon = submission->horizon;
	struct booked everyday;
	const struct booked *item =
		book_find(horizon->book, submission->hash, horizon_tip(), &everyday);
	bool landed = item && horizon_ledger_of(horizon, item) > 0;

	if (!landed && ++submission->looks < LOOKS && !horizon->book->faults.unanswered) {
		later(horizon->site.loop, LOOK_AGAIN_MS, look, submission);
		return;
	}
	if (landed && !horizon->book->faults.unanswered)
		say_done(submission, item);
	else
		say_unknown(submission);
	mem_free(submission);
}

static void submit(struct submission *submission)
{
	const struct booked *item;
	enum handin how = handin(submission->horizon->book, submission->envelope, horizon_tip(),
				 submission->hash, &item);

	if (how == HANDIN_TAKEN || how == HANDIN_KNOWN) {
		look(submission);
		return;
	}
	if (how == HANDIN_MALFORMED)
		say_malformed(submission);
	else if (how == HANDIN_BUSY)
		say_unknown(submission);	/* not seen in a ledger, for all that it knows */
	else
		say_failed(submission, how);
	mem_free(submission);
}

static void put_status(const struct submission *submission, enum handin how, struct buf *body)
{
	json_t *json = json_object();
	char result[BOOK_BASE64];

	handin_result(how, result);
	if (handin_refused(how))
		json_object_set_new(json, "error_result_xdr", json_string(result));
	json_object_set_new(json, "tx_status", json_string(handin_word(how)));
	json_object_set_new(json, "hash", json_string(submission->hash));
	horizon_put_json(body, json);
	json_decref(json);
}

static void submit_async(struct submission *submission)
{
	const struct booked *item;
	enum handin how = handin(submission->horizon->book, submission->envelope, horizon_tip(),
				 submission->hash, &item);
	struct buf body = { 0 };

	put_status(submission, how, &body);
	if (how == HANDIN_MALFORMED)
		say_malformed(submission);
	else
		horizon_answer(submission->horizon, submission->req, handin_status(how), plain,
			       &body);
	buf_done(&body);
	mem_free(submission);
}

static bool is_form(const struct request *req)
{
	char type[80];

	return request_header(req, "Content-Type", type, sizeof(type)) &&
		str_starts(str_of(type), "application/x-www-form-urlencoded");
}

void horizon_submit(struct horizon *horizon, struct request *req, bool async)
{
	struct submission *submission;

	if (!is_form(req)) {
		horizon_complain(horizon, req, &no_form);
		return;
	}
	submission = mem_new(sizeof(*submission));
	submission->horizon = horizon;
	submission->req = req;
	/* What is longer than any of ours comes out empty, and is no envelope then. */
	if (!request_form(req, "tx", submission->envelope, sizeof(submission->envelope)))
		submission->envelope[0] = '\0';
	if (async)
		submit_async(submission);
	else
		submit(submission);
}
