/* test_backends_tx_sent.c: what is sent, and that no answer is taken for proof. */
#include "backends/tx_sent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

enum { T = SENT_TAKEN, N = SENT_NOT, U = SENT_UNKNOWN, W = SENT_NO_SUCH_WAY };

static void the_signs_of_base64_survive_a_form(void **state)
{
	struct tx_sending sending;

	(void)state;
	tx_sending_make(TX_BY_ASYNC, "AA+/z==", &sending);
	assert_string_equal(sending.path, "/transactions_async");
	assert_string_equal(sending.type, "application/x-www-form-urlencoded");
	assert_string_equal(buf_cstr(&sending.body), "tx=AA%2B%2Fz%3D%3D");
	buf_done(&sending.body);
	tx_sending_make(TX_BY_RPC, "AA+/z==", &sending);
	assert_null(sending.type);
	assert_string_equal(buf_cstr(&sending.body),
			    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sendTransaction\","
			    "\"params\":{\"transaction\":\"AA+/z==\"}}");
	buf_done(&sending.body);
}

static void every_answer_has_its_words(void **state)
{
	static const struct {
		enum tx_way way;
		int status;
		const char *body;
		int what;
		const char *says;
	} cases[] = {
		{ TX_BY_ASYNC, 201, "{\"tx_status\":\"PENDING\",\"hash\":\"aa\"}", T,
		  "PENDING: it was taken, which does not prove that it lands" },
		{ TX_BY_ASYNC, 409, "{\"tx_status\":\"DUPLICATE\"}", T,
		  "DUPLICATE: it is on its way already, which does not prove that it lands" },
		{ TX_BY_ASYNC, 503, "{\"tx_status\":\"TRY_AGAIN_LATER\"}", N,
		  "TRY_AGAIN_LATER: it was not taken now; another node may have it" },
		{ TX_BY_ASYNC, 400, "{\"tx_status\":\"ERROR\",\"error_result_xdr\":\"%%\"}", N,
		  "ERROR: it was not taken here, which does not prove that it cannot land" },
		{ TX_BY_ASYNC, 200, "{\"tx_status\":\"FILTERED\"}", U,
		  "an answer of a kind that we do not know: FILTERED" },
		{ TX_BY_ASYNC, 404, "{\"type\":\"https://stellar.org/horizon-errors/not_found\"}", W, "" },
		{ TX_BY_ASYNC, 405, "", W, "" },
		{ TX_BY_ASYNC, 403, "{\"type\":\"x/transaction_submission_disabled\"}", N,
		  "HTTP 403 transaction_submission_disabled: it was not sent" },
		{ TX_BY_ASYNC, 429, "too many", N, "HTTP 429 : it was not sent" },
		{ TX_BY_ASYNC, 500, "{\"type\":\"x/transaction_submission_exception\"}", U,
		  "HTTP 500 transaction_submission_exception: whether it was sent is not known" },
		{ TX_BY_HORIZON, 200, "{\"hash\":\"aa\",\"ledger\":61204380}", T,
		  "this Horizon says that it is in ledger 61204380: the diagnosis proves it" },
		{ TX_BY_HORIZON, 400, "{\"type\":\"x/transaction_failed\"}", U,
		  "HTTP 400 transaction_failed: refused, or in a ledger and failed; ask what became of it" },
		{ TX_BY_HORIZON, 400, "{\"type\":\"x/transaction_malformed\"}", N,
		  "HTTP 400 transaction_malformed: it was not sent" },
		{ TX_BY_HORIZON, 503, "{\"type\":\"x/stale_history\"}", N,
		  "HTTP 503 stale_history: it was not sent" },
		{ TX_BY_HORIZON, 504, "{\"type\":\"x/transaction_submission_timeout\"}", U,
		  "HTTP 504 transaction_submission_timeout: whether it was sent is not known" },
		{ TX_BY_HORIZON, 502, "<html>", U, "HTTP 502 : whether it was sent is not known" },
		{ TX_BY_RPC, 200, "{\"result\":{\"status\":\"PENDING\",\"hash\":\"aa\"}}", T,
		  "PENDING: it was taken, which does not prove that it lands" },
		{ TX_BY_RPC, 200, "{\"error\":{\"code\":-32602,\"message\":\"bad params\"}}", N,
		  "the server refused it: bad params" },
		{ TX_BY_RPC, 503, "", U, "HTTP 503 without a result: whether it was sent is not known" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reply reply = { .kind = REPLY_ANSWER, .status = cases[i].status,
				       .body = str_of(cases[i].body) };
		struct tx_sent sent;

		tx_sent_read(cases[i].way, &reply, &sent);
		assert_string_equal(sent.says, cases[i].says);
		assert_int_equal(sent.what, cases[i].what);
	}
}

static void a_code_that_comes_with_a_refusal_is_said(void **state)
{
	struct reply reply = { .kind = REPLY_ANSWER, .status = 400, .body = str_of(
		"{\"tx_status\":\"ERROR\",\"error_result_xdr\":\"AAAAAAAAAGT////7AAAAAA==\"}") };
	struct tx_sent sent;

	(void)state;
	tx_sent_read(TX_BY_ASYNC, &reply, &sent);
	assert_int_equal(sent.what, SENT_NOT);
	assert_non_null(strstr(sent.says, "txBAD_SEQ"));
	assert_non_null(strstr(sent.says, "does not prove that it cannot land"));
}

/* Only where nobody was reached is it certain that nothing was sent. */
static void silence_is_no_refusal(void **state)
{
	static const struct {
		enum reply_kind kind;
		int what;
	} cases[] = {
		{ REPLY_REFUSED, N }, { REPLY_NO_NAME, N }, { REPLY_NO_ROUTE, N }, { REPLY_TLS, N },
		{ REPLY_NO_SECRET, N }, { REPLY_HELD, N }, { REPLY_RESET, U }, { REPLY_TIMEOUT, U },
		{ REPLY_TOO_LARGE, U }, { REPLY_BAD_PROTOCOL, U },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reply reply = { .kind = cases[i].kind, .why = "no answer" };
		struct tx_sent sent;

		tx_sent_read(TX_BY_ASYNC, &reply, &sent);
		assert_int_equal(sent.what, cases[i].what);
		assert_string_equal(sent.says, cases[i].what == N ? "no answer: it was not sent" :
				    "no answer: whether it was sent is not known");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_signs_of_base64_survive_a_form),
		cmocka_unit_test(every_answer_has_its_words),
		cmocka_unit_test(a_code_that_comes_with_a_refusal_is_said),
		cmocka_unit_test(silence_is_no_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
