/* Evidence as JSON: what is read, what is refused and where; nothing is lost on the way. */
#include "stellar/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/verdicts.h"

static const char whole[] =
	"{'tx':{'seq':'9223372036854775807','max_time':'18446744073709551615',"
	"'max_ledger':4294967295,"
	"'min_time':'9223372036854775808','min_ledger':61204000,'min_seq_num':'-9223372036854775808',"
	"'min_seq_age':'18446744073709551615','min_seq_ledger_gap':12,'envelope':true},"
	"'db_hash':'ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789',"
	"'hashes':['T','U'],'highwater':61204380,"
	"'found':[{'src':'h1','ledger':50,'ok':true,'code':'txSUCCESS','hash_ok':false}],"
	"'account':[{'src':'h1:8000','at':61204380,'seq':'9223372036854775806','b_ledger':61204379,"
	"'b_close':1795400000,'seq_ledger':61204000,'seq_time':1795300000},"
	"{'src':'h2','at':null,'seq':99},{'src':'h3','at':60,'seq':null}],"
	"'consumers':[{'src':'h1','seq':100,'hashes':['X','Y'],'ledger':55,'ok':false,"
	"'code':'txFAILED'}],"
	"'complete':[{'src':'r1','tip_before':null,'oldest_ok':true}]}";

static void every_member_is_read(void **state)
{
	struct tx_evidence e;

	(void)state;
	evidence_of(whole, &e);
	assert_true(e.has_tx && e.tx.envelope && e.tx.has_min_sequence);
	assert_true(e.tx.sequence == INT64_MAX && e.tx.max_time == UINT64_MAX);
	assert_true(e.tx.max_ledger == UINT32_MAX && e.tx.min_time == (uint64_t)1 << 63);
	assert_true(e.tx.min_ledger == 61204000 && e.tx.min_sequence == INT64_MIN);
	assert_true(e.tx.min_sequence_age == UINT64_MAX && e.tx.min_sequence_gap == 12);
	assert_string_equal(e.db_hash,
			    "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789");
	assert_string_equal(e.hashes[0], "T");
	assert_string_equal(e.hashes[1], "U");
	assert_true(e.highwater == 61204380 && e.found_count == 1 && e.account_count == 3);
	assert_string_equal(e.found[0].code, "txSUCCESS");
	assert_true(e.found[0].ok && !e.found[0].hash_ok && e.found[0].ledger == 50);
	assert_true(e.account[0].usable && e.account[0].exists && e.account[0].at == 61204380);
	assert_true(e.account[0].sequence == INT64_MAX - 1 && e.account[0].b_ledger == 61204379);
	assert_true(e.account[0].b_close == 1795400000);
	assert_true(e.account[0].sequence_ledger == 61204000);
	assert_true(e.account[0].sequence_time == 1795300000);
	assert_true(!e.account[1].usable && e.account[1].exists);
	assert_true(e.account[2].usable && !e.account[2].exists);
	assert_true(e.consumer_count == 1 && !e.consumers[0].ok && e.consumers[0].sequence == 100);
	assert_string_equal(e.consumers[0].hashes[1], "Y");
	assert_true(e.complete_count == 1 && e.complete[0].oldest_ok && !e.complete[0].tip_before);
}

static void what_is_written_reads_as_the_same(void **state)
{
	static struct tx_evidence first, second;
	struct buf text = { 0 };
	struct err err = { 0 };
	json_t *json;

	(void)state;
	evidence_of(whole, &first);
	evidence_write(&first, &text);
	json = json_read(str_of(buf_cstr(&text)), JSON_MAX_SMALL, &err);
	assert_non_null(json);
	assert_true(evidence_read(json, &second, &err));
	assert_memory_equal(&first, &second, sizeof(first));
	assert_non_null(strstr(buf_cstr(&text), "\"seq\":\"9223372036854775807\""));
	json_decref(json);
	buf_done(&text);
}

static void nothing_given_is_nothing_known(void **state)
{
	struct tx_evidence e;
	struct buf text = { 0 };

	(void)state;
	evidence_of("{'tx':null}", &e);
	assert_false(e.has_tx || *e.db_hash || e.found_count || e.account_count);
	evidence_of("{'tx':{'seq':5},'db_hash':null}", &e);
	assert_true(e.has_tx && e.tx.envelope && !e.tx.has_min_sequence && !e.tx.max_time);
	evidence_write(&e, &text);
	assert_non_null(strstr(buf_cstr(&text), "\"min_seq_num\":null"));
	buf_done(&text);
	evidence_of("{'tx':{'seq':5,'min_seq_num':0,'envelope':false}}", &e);
	assert_true(e.tx.has_min_sequence && !e.tx.envelope);
}

static void what_is_wrong_is_refused_with_its_place(void **state)
{
	static const char *const rows[][2] = {
		{ "7", "evidence: not an object" },
		{ "{}", "tx: missing: null says that neither envelope nor sequence is known" },
		{ "{'tx':null,'now':1}", "unknown member 'now'" },
		{ "{'tx':5}", "tx: not an object" },
		{ "{'tx':{}}", "tx: seq: missing" },
		{ "{'tx':{'seq':null}}", "tx: seq: null says nothing here" },
		{ "{'tx':{'seq':1.5}}", "tx: seq: not a whole number of 64 bits" },
		{ "{'tx':{'seq':'9223372036854775808'}}", "tx: seq: not a whole number of 64 bits" },
		{ "{'tx':{'seq':' 1'}}", "tx: seq: not a whole number of 64 bits" },
		{ "{'tx':{'seq':1,'maxtime':2}}", "tx: unknown member 'maxtime'" },
		{ "{'tx':{'seq':1,'max_time':-1}}",
		  "tx: max_time: not a whole number from 0 to 18446744073709551615" },
		{ "{'tx':{'seq':1,'max_ledger':4294967296}}",
		  "tx: max_ledger: not a whole number from 0 to 4294967295" },
		{ "{'tx':{'seq':1,'envelope':'no'}}", "tx: envelope: neither true nor false" },
		{ "{'tx':null,'db_hash':''}", "db_hash: not a text" },
		{ "{'tx':null,'db_hash':'a b'}", "db_hash: not a hash" },
		{ "{'tx':null,'db_hash':5}", "db_hash: not a text" },
		{ "{'tx':null,'hashes':['a','b','c']}",
		  "hashes: not a list of at most two hashes: outer, inner" },
		{ "{'tx':null,'hashes':['a',null]}", "hashes: [1]: not a text" },
		{ "{'tx':null,'found':{}}", "found: not a list" },
		{ "{'tx':null,'found':[{'src':'h','ledger':5,'ok':true}]}",
		  "found[0]: hash_ok: missing" },
		{ "{'tx':null,'found':[{'src':'h','ledger':5,'ok':1,'hash_ok':true}]}",
		  "found[0]: ok: neither true nor false" },
		{ "{'tx':null,'found':[{'src':'','ledger':5,'ok':true,'hash_ok':true}]}",
		  "found[0]: src: not a text" },
		{ "{'tx':null,'account':[{'src':'h','seq':5}]}", "account[0]: at: missing" },
		{ "{'tx':null,'account':[{'src':'h','at':5}]}", "account[0]: seq: missing" },
		{ "{'tx':null,'account':[{'src':'h','at':-5,'seq':1}]}",
		  "account[0]: at: not a whole number from 0 to 4294967295" },
		{ "{'tx':null,'account':[{'src':'h\\u001b','at':5,'seq':1}]}",
		  "account[0]: src: characters that cannot be shown" },
		{ "{'tx':null,'consumers':[{'src':'h','seq':1,'ledger':5,'ok':true}]}",
		  "consumers[0]: hashes: missing" },
		{ "{'tx':null,'consumers':[{'src':'h','seq':1,'hashes':[],'ledger':5,'ok':true,"
		  "'code':'tx bad'}]}", "consumers[0]: code: not the name of a result code" },
		{ "{'tx':null,'complete':[{'src':'h','tip_before':5}]}",
		  "complete[0]: oldest_ok: missing" },
		{ "{'tx':null,'highwater':'much'}",
		  "highwater: not a whole number from 0 to 4294967295" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct tx_evidence e;
		struct err err = { 0 };

		if (evidence_try(rows[i][0], &e, &err))
			fail_msg("%s was taken", rows[i][0]);
		assert_string_equal(err.text, rows[i][1]);
	}
}

static void what_does_not_fit_is_refused(void **state)
{
	static const char name[] = "1234567890123456789012345678901234567890123456789012345678901234";
	struct buf text = { 0 };
	struct tx_evidence e;
	struct err err = { 0 };

	(void)state;
	buf_text(&text, "{'tx':null,'account':[");
	for (int i = 0; i <= EVIDENCE_READS; i++)
		buf_fmt(&text, "%s{'src':'h','at':%d,'seq':1}", i ? "," : "", i + 1);
	buf_text(&text, "]}");
	assert_false(evidence_try(buf_cstr(&text), &e, &err));
	assert_string_equal(err.text, "account: 33 members, at most 32 are taken");
	buf_clear(&text);
	buf_fmt(&text, "{'tx':null,'complete':[{'src':'%s','tip_before':5,'oldest_ok':true}]}", name);
	assert_false(evidence_try(buf_cstr(&text), &e, &err));
	assert_string_equal(err.text, "complete[0]: src: longer than 63 bytes");
	buf_done(&text);
}

static void bounds_come_from_an_envelope(void **state)
{
	struct envelope *envelope = mem_new(sizeof(*envelope));
	struct tx_evidence e = { 0 };

	(void)state;
	envelope->sequence = 7;
	envelope->max_time = envelope->max_ledger = 9;	/* of an envelope without bounds */
	envelope->min_sequence = 3;
	envelope->min_sequence_gap = 2;
	evidence_take_envelope(&e, envelope);
	assert_true(e.has_tx && e.tx.envelope && e.tx.sequence == 7 && e.tx.min_sequence_gap == 2);
	assert_false(e.tx.max_time || e.tx.max_ledger || e.tx.has_min_sequence);
	envelope->has_time_bounds = envelope->has_ledger_bounds = envelope->has_min_sequence = true;
	evidence_take_envelope(&e, envelope);
	assert_true(e.tx.max_time == 9 && e.tx.max_ledger == 9 && e.tx.min_sequence == 3);
	mem_free(envelope);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_is_read),
		cmocka_unit_test(what_is_written_reads_as_the_same),
		cmocka_unit_test(nothing_given_is_nothing_known),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_place),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(bounds_come_from_an_envelope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
