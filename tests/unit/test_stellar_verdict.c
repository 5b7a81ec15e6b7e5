/* The decision table, row by row: what each needs, and what is not enough for it. */
#include "stellar/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "stellar/result.h"
#include "stellar/verdict_facts.h"
#include "tests/lib/verdicts.h"

struct row {
	const char *name, *evidence;
	const char *verdict, *row;
	enum safety safe;
};

#define READ(at, seq, close) "{'src':'h1','at':" at ",'seq':" seq ",'b_ledger':" at \
			     ",'b_close':" close "}"
#define FOUND(ledger, ok, code) "{'src':'h1','ledger':" ledger ",'ok':" ok ",'code':" code \
				",'hash_ok':true}"
#define USER(hashes, ledger, more) "{'src':'h1','seq':100,'hashes':[" hashes "],'ledger':" ledger \
				   "," more "}"
#define ALL(tip) "'complete':[{'src':'r1','tip_before':" tip ",'oldest_ok':true}]"

static const struct row identity_rows[] = {
	{ "the recorded hash is not the envelope's",
	  "{'tx':{'seq':100},'db_hash':'Z','hashes':['T','U'],'found':[" FOUND("5", "true", "null")
	  "]}", "HASH_MISMATCH", "1", SAFE_NO },
	{ "an envelope that nobody hashed does not match a recorded hash",
	  "{'tx':{'seq':100},'db_hash':'T','account':[" READ("60", "99", "1500") "]}",
	  "HASH_MISMATCH", "1", SAFE_NO },
	{ "the recorded hash is the inner one",
	  "{'tx':{'seq':100},'db_hash':'U','hashes':['T','U'],'found':[" FOUND("5", "true", "null")
	  "]}", "CONFIRMED", "3", SAFE_NO },
	{ "nothing is known", "{'tx':null}", "UNKNOWN_NO_IDENTITY", "17", SAFE_NO },
	{ "something found for no hash is nobody's",
	  "{'tx':null,'found':[" FOUND("5", "true", "null") "]}", "UNKNOWN_NO_IDENTITY", "17",
	  SAFE_NO },
	{ "a hash alone, nowhere found", "{'tx':null,'db_hash':'T'," ALL("99") "}",
	  "UNKNOWN_NO_ENVELOPE", "16", SAFE_NO },
	{ "a hash alone, failed using its number",
	  "{'tx':null,'db_hash':'T','found':[" FOUND("5", "false", "'txFAILED'") "]}",
	  "FAILED_ON_CHAIN", "4", SAFE_YES },
	{ "a hash alone, failed in a way that may leave its number",
	  "{'tx':null,'db_hash':'T','found':[" FOUND("5", "false", "'txBAD_SEQ'") "]}",
	  "UNKNOWN_NO_ENVELOPE", "16", SAFE_NO },
};

static const struct row disagreement_rows[] = {
	{ "another envelope came back",
	  "{" TX ",'found':[{'src':'h1','ledger':5,'ok':true,'hash_ok':false}]}",
	  "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "two ledgers", "{" TX ",'found':[" FOUND("5", "true", "null") "," FOUND("6", "true", "null")
	  "]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "successful and failed", "{" TX ",'found':[" FOUND("5", "true", "null") ","
	  FOUND("5", "false", "'txFAILED'") "]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "the history has it elsewhere", "{" TX ",'found':[" FOUND("5", "true", "null")
	  "],'consumers':[" USER("'T'", "6", "'ok':true") "]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "the sequence went down", "{" TX ",'account':[" READ("60", "100", "1500") ","
	  READ("61", "99", "2500") "]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "the sequence went down, the later ledger read first", "{" TX ",'account':["
	  READ("61", "99", "2500") "," READ("60", "100", "1500") "]}", "SOURCES_DISAGREE", "2",
	  SAFE_NO },
	{ "one ledger, two sequences", "{" TX ",'account':[" READ("60", "98", "2500") ","
	  READ("60", "99", "2500") "]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "one ledger, with and without the account", "{" TX ",'account':[" READ("60", "99", "2500")
	  "," READ("60", "null", "2500") "]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "one ledger, without the account and with a new one", "{" TX ",'account':["
	  READ("60", "null", "1500") "," READ("60", "270582939648", "1500") "]}",
	  "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "made again below its ledger's first number", "{" TX ",'account':["
	  READ("60", "null", "1500") "," READ("61", "99", "2500") "]}", "SOURCES_DISAGREE", "2",
	  SAFE_NO },
	{ "landed, but the number is free in the same ledger", "{" TX ",'found':["
	  FOUND("60", "true", "null") "],'account':[" READ("60", "99", "1500") "]}",
	  "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "failed using its number, but the number is free later", "{" TX ",'found':["
	  FOUND("50", "false", "'txBAD_AUTH'") "],'account':[" READ("60", "99", "2500") "]}",
	  "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "landed, but the number was used before", "{" TX ",'found':[" FOUND("50", "true", "null")
	  "],'account':[" READ("49", "100", "1500") "]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "consumed, but the number is free later", "{" TX ",'consumers':["
	  USER("'X'", "50", "'ok':true") "],'account':[" READ("60", "99", "2500") "]}",
	  "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "landed and consumed", "{" TX ",'found':[" FOUND("50", "true", "null") "],'consumers':["
	  USER("'X'", "50", "'ok':true") "]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "consumed twice", "{" TX ",'consumers':[" USER("'X'", "50", "'ok':true") ","
	  USER("'Y'", "51", "'ok':true") "]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "one consumer in two ledgers", "{" TX ",'consumers':[" USER("'X'", "50", "'ok':true") ","
	  USER("'X'", "51", "'ok':true") "]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "it is there under another number", "{" TX ",'consumers':[{'src':'h1','seq':101,"
	  "'hashes':['T'],'ledger':50,'ok':true}]}", "SOURCES_DISAGREE", "2", SAFE_NO },
	{ "one consumer, seen naked and in a wrapper", "{" TX ",'consumers':["
	  USER("'X'", "50", "'ok':true") "," USER("'W','X'", "50", "'ok':true") "]}",
	  "DEAD_SEQ_CONSUMED", "6", SAFE_YES },
	{ "a later state with a higher number, and one of an unusable ledger", "{" TX ",'account':["
	  READ("61", "99", "1500") "," READ("60", "98", "1400") "," READ("null", "7", "1500") "]}",
	  "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
};

static const struct row landed_rows[] = {
	{ "a lagging account read takes nothing from a find", "{" TX ",'found':["
	  FOUND("50", "true", "'txSUCCESS'") "],'account':[" READ("49", "99", "1500") "]}",
	  "CONFIRMED", "3", SAFE_NO },
	{ "found and expired is confirmed", "{" TX ",'found':[" FOUND("50", "true", "null")
	  "],'account':[" READ("49", "99", "2500") "]}", "CONFIRMED", "3", SAFE_NO },
	{ "the inner transaction of a fee bump failed", "{" TX ",'found':["
	  FOUND("50", "false", "'txFEE_BUMP_INNER_FAILED'") "]}", "FAILED_ON_CHAIN", "4", SAFE_YES },
	{ "too few signatures use the number", "{" TX ",'found':["
	  FOUND("50", "false", "'txBAD_AUTH'") "]}", "FAILED_ON_CHAIN", "4", SAFE_YES },
	{ "no account leaves the number, which was used in the same ledger", "{" TX ",'found':["
	  FOUND("50", "false", "'txNO_ACCOUNT'") "],'account':[" READ("50", "100", "1500") "]}",
	  "FAILED_ON_CHAIN", "5", SAFE_YES },
	{ "an account state before the failure says nothing of it", "{" TX ",'found':["
	  FOUND("50", "false", "'txBAD_SEQ'") "],'account':[" READ("49", "100", "1500") "]}",
	  "UNKNOWN_STALE_SOURCE", "11", SAFE_NO },
	{ "failed without using the number: it may land again", "{" TX ",'found':["
	  FOUND("50", "false", "'txBAD_SEQ'") "],'account':[" READ("60", "99", "1500") "]}",
	  "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "failed, nobody says how: the same", "{" TX ",'found':[" FOUND("50", "false", "null")
	  "],'account':[" READ("60", "99", "1500") "]}", "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "a code that nobody knows proves nothing", "{" TX ",'found':["
	  FOUND("50", "false", "'txNEW'") "]}", "UNKNOWN_STALE_SOURCE", "14", SAFE_NO },
	{ "the history shows it failed", "{" TX ",'consumers':["
	  USER("'T'", "55", "'ok':false,'code':'txFAILED'") "]}", "FAILED_ON_CHAIN", "4", SAFE_YES },
	{ "the history shows it, in another wrapper", "{'tx':{'seq':100},'hashes':['W','T'],"
	  "'consumers':[" USER("'V','T'", "55", "'ok':true") "]}", "CONFIRMED", "7", SAFE_NO },
	{ "the history shows it, the other way round", "{'tx':{'seq':100},'hashes':['W','T'],"
	  "'consumers':[" USER("'T'", "55", "'ok':true") "]}", "CONFIRMED", "7", SAFE_NO },
};

static const struct row consumed_rows[] = {
	{ "another transaction with the number", "{" TX ",'consumers':["
	  USER("'X'", "50", "'ok':true") "]}", "DEAD_SEQ_CONSUMED", "6", SAFE_YES },
	{ "another one, failed using the number", "{" TX ",'consumers':["
	  USER("'X'", "50", "'ok':false,'code':'txFAILED'") "]}", "DEAD_SEQ_CONSUMED", "6",
	  SAFE_YES },
	{ "another one, that left the number", "{" TX ",'consumers':["
	  USER("'X'", "50", "'ok':false,'code':'txBAD_SEQ'") "],'account':["
	  READ("60", "100", "1500") "]}", "UNKNOWN_STALE_SOURCE", "11", SAFE_NO },
	{ "another one, failed without saying how", "{" TX ",'consumers':["
	  USER("'X'", "50", "'ok':false") "],'account':[" READ("60", "100", "1500") "]}",
	  "DEAD_SEQ_CONSUMED", "6c", SAFE_CONFIRM },
	{ "the same before it", "{" TX ",'consumers':[" USER("'X'", "50", "'ok':false")
	  "],'account':[" READ("49", "99", "1500") "]}", "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "another one with another number", "{" TX ",'consumers':[{'src':'h1','seq':99,"
	  "'hashes':['X'],'ledger':50,'ok':true}],'account':[" READ("60", "99", "1500") "]}",
	  "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "one without a hash may be ours", "{" TX ",'consumers':[" USER("", "50", "'ok':true")
	  "],'account':[" READ("60", "100", "1500") "]}", "UNKNOWN_STALE_SOURCE", "11", SAFE_NO },
	{ "used, by nobody known, and a source has all", "{" TX ",'account':["
	  READ("60", "100", "1500") "]," ALL("60") "}", "DEAD_SEQ_CONSUMED", "10", SAFE_CONFIRM },
	{ "its tip was one ledger short", "{" TX ",'account':[" READ("60", "100", "1500") "],"
	  ALL("59") "}", "UNKNOWN_STALE_SOURCE", "11", SAFE_NO },
	{ "its tip is above the first state that shows it, below the last", "{" TX ",'account':["
	  READ("60", "100", "1500") "," READ("70", "100", "1600") "]," ALL("65") "}",
	  "DEAD_SEQ_CONSUMED", "10", SAFE_CONFIRM },
	{ "its window begins too late", "{" TX ",'account':[" READ("60", "100", "1500") "],"
	  "'complete':[{'src':'r1','tip_before':60,'oldest_ok':false}]}", "UNKNOWN_STALE_SOURCE",
	  "11", SAFE_NO },
	{ "two halves of a complete source are none", "{" TX ",'account':[" READ("60", "100", "1500")
	  "],'complete':[{'src':'r1','tip_before':60,'oldest_ok':false},"
	  "{'src':'r2','tip_before':59,'oldest_ok':true}]}", "UNKNOWN_STALE_SOURCE", "11", SAFE_NO },
	{ "a used number never expires", "{" TX ",'account':[" READ("60", "100", "2500") "]}",
	  "UNKNOWN_STALE_SOURCE", "11", SAFE_NO },
};

static const struct row expired_rows[] = {
	{ "closed at the last instant", "{" TX ",'account':[" READ("60", "99", "2000") "]}",
	  "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "closed one second later", "{" TX ",'account':[" READ("60", "99", "2001") "]}",
	  "DEAD_EXPIRED", "8", SAFE_YES },
	{ "expired by an early state stays so", "{" TX ",'account':[" READ("60", "99", "2001") ","
	  READ("70", "100", "2101") "]}", "DEAD_EXPIRED", "8", SAFE_YES },
	{ "a gap does not keep it from expiring", "{" TX ",'account':[" READ("60", "7", "2001") "]}",
	  "DEAD_EXPIRED", "8", SAFE_YES },
	{ "the close is of a ledger after the state", "{" TX ",'account':[{'src':'h1','at':60,"
	  "'seq':99,'b_ledger':61,'b_close':2500}]}", "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "the close is of no known ledger", "{" TX ",'account':[{'src':'h1','at':60,'seq':99,"
	  "'b_ledger':null,'b_close':2500}]}", "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "no close is known", "{" TX ",'account':[{'src':'h1','at':60,'seq':99,'b_ledger':60}]}",
	  "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "the close of one answer does not expire the state of another", "{" TX ",'account':["
	  READ("60", "99", "1500") ",{'src':'h2','at':59,'seq':99,'b_ledger':61,'b_close':2500}]}",
	  "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "a bound of 2^64 - 1", "{'tx':{'seq':100,'max_time':'18446744073709551615'},"
	  "'hashes':['T'],'account':[" READ("60", "99", "9223372036854775807") "]}",
	  "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "one ledger may still have it", "{'tx':{'seq':100,'max_ledger':62},'hashes':['T'],"
	  "'account':[" READ("60", "99", "1500") "]}", "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "no ledger may have it", "{'tx':{'seq':100,'max_ledger':61},'hashes':['T'],'account':["
	  READ("60", "99", "1500") "]}", "DEAD_EXPIRED", "9", SAFE_YES },
	{ "the ledger bound with a used number", "{'tx':{'seq':100,'max_ledger':61},'hashes':['T'],"
	  "'account':[" READ("60", "100", "1500") "]}", "UNKNOWN_STALE_SOURCE", "11", SAFE_NO },
	{ "a read that did not say of which ledger it is", "{" TX ",'account':[{'src':'h1','at':null,"
	  "'seq':99,'b_ledger':60,'b_close':2500}]}", "UNKNOWN_STALE_SOURCE", "14", SAFE_NO },
	{ "just above the mark of a reset", "{" TX ",'account':[" READ("60", "99", "2500") "],"
	  "'highwater':50060}", "DEAD_EXPIRED", "8", SAFE_YES },
	{ "just below it", "{" TX ",'account':[" READ("60", "99", "2500") "],'highwater':50061}",
	  "UNKNOWN_STALE_SOURCE", "14", SAFE_NO },
	{ "a used number of a reset network", "{" TX ",'account':[" READ("60", "100", "2500") "],"
	  ALL("60") ",'highwater':50061}", "UNKNOWN_STALE_SOURCE", "14", SAFE_NO },
	{ "no account of a reset network", "{" TX ",'account':[" READ("60", "null", "2500") "],"
	  ALL("60") ",'highwater':50061}", "UNKNOWN_STALE_SOURCE", "14", SAFE_NO },
};

#define MIN(more) "{'tx':{'seq':100," more "},'hashes':['T'],'account':["

static const struct row live_rows[] = {
	{ "a gap", MIN("'max_time':2000") READ("60", "98", "1500") "]}", "LIVE_BLOCKED_SEQ_GAP", "12a",
	  SAFE_NO },
	{ "a gap that is allowed", MIN("'min_seq_num':98") READ("60", "98", "1500") "]}",
	  "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "a gap wider than allowed", MIN("'min_seq_num':98") READ("60", "97", "1500") "]}",
	  "LIVE_BLOCKED_SEQ_GAP", "12a", SAFE_NO },
	{ "any gap is allowed", MIN("'min_seq_num':0") READ("60", "1", "1500") "]}",
	  "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "too early by time", MIN("'min_time':1501") READ("60", "99", "1500") "]}",
	  "LIVE_NOT_YET_VALID", "12b", SAFE_NO },
	{ "in time", MIN("'min_time':1500") READ("60", "99", "1500") "]}", "LIVE_MAY_STILL_LAND",
	  "12c", SAFE_NO },
	{ "no close is known: it may be in time", MIN("'min_time':1501,'min_seq_age':9")
	  "{'src':'h1','at':60,'seq':99,'b_ledger':60,'seq_time':1400}]}", "LIVE_MAY_STILL_LAND",
	  "12c", SAFE_NO },
	{ "too early by ledger", MIN("'min_ledger':62") READ("60", "99", "1500") "]}",
	  "LIVE_NOT_YET_VALID", "12b", SAFE_NO },
	{ "the next ledger may have it", MIN("'min_ledger':61") READ("60", "99", "1500") "]}",
	  "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "the number before it is too young", MIN("'min_seq_age':101")
	  "{'src':'h1','at':60,'seq':99,'b_ledger':60,'b_close':1500,'seq_time':1400}]}",
	  "LIVE_NOT_YET_VALID", "12b", SAFE_NO },
	{ "the number before it is set too near", MIN("'min_seq_ledger_gap':12")
	  "{'src':'h1','at':60,'seq':99,'seq_ledger':50}]}", "LIVE_NOT_YET_VALID", "12b", SAFE_NO },
	{ "far enough", MIN("'min_seq_ledger_gap':11")
	  "{'src':'h1','at':60,'seq':99,'seq_ledger':50}]}", "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "a gap is told before too early", MIN("'min_ledger':99") READ("60", "98", "1500") "]}",
	  "LIVE_BLOCKED_SEQ_GAP", "12a", SAFE_NO },
	{ "the number of the latest state counts", MIN("'max_time':2000") READ("61", "99", "1600") ","
	  READ("60", "98", "1500") "]}", "LIVE_MAY_STILL_LAND", "12c", SAFE_NO },
	{ "numbers at the end of 64 bits", "{'tx':{'seq':'9223372036854775807'},'hashes':['T'],"
	  "'account':[" READ("60", "'9223372036854775806'", "1500") "]}", "LIVE_MAY_STILL_LAND",
	  "12c", SAFE_NO },
	{ "and at the other end", "{'tx':{'seq':'-9223372036854775808'},'hashes':['T'],"
	  "'account':[" READ("60", "0", "1500") "]}", "UNKNOWN_STALE_SOURCE", "11", SAFE_NO },
};

/* 61 << 32 = 261993005056: where an account that is made in ledger 61 begins. */
static const struct row gone_rows[] = {
	{ "no account, and a source has all", "{" TX ",'account':[" READ("60", "null", "1500") "],"
	  ALL("60") "}", "DEAD_ACCOUNT_GONE", "13", SAFE_CONFIRM },
	{ "its tip was one ledger short", "{" TX ",'account':[" READ("60", "null", "1500") "],"
	  ALL("59") "}", "UNKNOWN_STALE_SOURCE", "14", SAFE_NO },
	{ "no account, nothing more", "{" TX ",'account':[" READ("60", "null", "2500") "]}",
	  "UNKNOWN_STALE_SOURCE", "14", SAFE_NO },
	{ "the first number of a new account", "{'tx':{'seq':261993005056},'hashes':['T'],'account':["
	  READ("60", "null", "1500") "]," ALL("60") "}", "DEAD_ACCOUNT_GONE", "13", SAFE_CONFIRM },
	{ "one above it can land in a new account", "{'tx':{'seq':261993005057},'hashes':['T'],"
	  "'account':[" READ("60", "null", "1500") "]," ALL("60") "}", "UNKNOWN_STALE_SOURCE", "14",
	  SAFE_NO },
	{ "it was there with a free number, and is gone", "{" TX ",'account':["
	  READ("60", "99", "1500") "," READ("70", "null", "1600") "]," ALL("69") "}",
	  "UNKNOWN_STALE_SOURCE", "14", SAFE_NO },
	{ "it was there and expired, and is gone", "{" TX ",'account':["
	  READ("60", "99", "2500") "," READ("70", "null", "2600") "]}", "DEAD_EXPIRED", "8",
	  SAFE_YES },
	{ "it was there with a used number, and is gone", "{" TX ",'account':["
	  READ("60", "100", "1500") "," READ("70", "null", "1600") "]," ALL("60") "}",
	  "DEAD_SEQ_CONSUMED", "10", SAFE_CONFIRM },
};

#define BARE "'tx':{'seq':100,'envelope':false,'max_time':2000,'max_ledger':61},'db_hash':'T'"

static const struct row bare_rows[] = {
	{ "bounds that are told without an envelope do not expire it", "{" BARE ",'account':["
	  READ("60", "99", "2500") "]}", "LIVE_MAY_STILL_LAND", "15", SAFE_NO },
	{ "a gap is not known without an envelope", "{" BARE ",'account':[" READ("60", "9", "2500")
	  "]}", "LIVE_MAY_STILL_LAND", "15", SAFE_NO },
	{ "another transaction used the number; ours may be one half of a fee bump", "{" BARE
	  ",'consumers':[" USER("'X'", "50", "'ok':true") "]}", "DEAD_SEQ_CONSUMED", "6c",
	  SAFE_CONFIRM },
	{ "both hashes are known after all", "{'tx':{'seq':100,'envelope':false},'hashes':['T'],"
	  "'consumers':[" USER("'X'", "50", "'ok':true") "]}", "DEAD_SEQ_CONSUMED", "6", SAFE_YES },
	{ "used, by nobody known, and a source has all", "{" BARE ",'account':["
	  READ("60", "100", "1500") "]," ALL("60") "}", "DEAD_SEQ_CONSUMED", "10", SAFE_CONFIRM },
	{ "used, nobody has all", "{" BARE ",'account':[" READ("60", "100", "1500") "]}",
	  "UNKNOWN_STALE_SOURCE", "11", SAFE_NO },
	{ "no account", "{" BARE ",'account':[" READ("60", "null", "1500") "]," ALL("60") "}",
	  "UNKNOWN_STALE_SOURCE", "14", SAFE_NO },
	{ "without any hash nothing can be looked for", "{'tx':{'seq':100,'envelope':false},"
	  "'account':[" READ("60", "100", "1500") "],'consumers':[" USER("'X'", "50", "'ok':true")
	  "]," ALL("60") "}", "UNKNOWN_STALE_SOURCE", "11", SAFE_NO },
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct verdict verdict = verdict_of(row->evidence);

		if (strcmp(verdict_name(verdict.kind), row->verdict) != 0 ||
		    strcmp(verdict.row, row->row) != 0 || verdict.safe != row->safe)
			fail_msg("%s: %s (row %s, %s), expected %s (row %s, %s): %s", row->name,
				 verdict_name(verdict.kind), verdict.row, safety_word(verdict.safe),
				 row->verdict, row->row, safety_word(row->safe), verdict.because);
		assert_true(*verdict.because && *verdict.next);
		assert_int_equal(verdict.final, verdict.safe == SAFE_YES ||
				 verdict.kind == VERDICT_CONFIRMED);
	}
}

#define ROWS_TEST(name, rows) \
	static void name(void **state) \
	{ \
		(void)state; \
		check(rows, ARRAY_LEN(rows)); \
	}

ROWS_TEST(what_is_not_identified_is_never_judged, identity_rows)
ROWS_TEST(what_no_honest_network_can_say_stops_everything, disagreement_rows)
ROWS_TEST(what_a_ledger_shows_is_final, landed_rows)
ROWS_TEST(a_used_number_is_dead_only_when_its_user_is_another, consumed_rows)
ROWS_TEST(only_a_ledger_that_closed_too_late_expires, expired_rows)
ROWS_TEST(what_may_land_is_live, live_rows)
ROWS_TEST(an_account_that_is_gone_may_come_back, gone_rows)
ROWS_TEST(without_an_envelope_nothing_expires, bare_rows)

static void safety_follows_from_the_row_alone(void **state)
{
	static const struct row *const all[] = { identity_rows, disagreement_rows, landed_rows,
		consumed_rows, expired_rows, live_rows, gone_rows, bare_rows };
	static const size_t counts[] = { ARRAY_LEN(identity_rows), ARRAY_LEN(disagreement_rows),
		ARRAY_LEN(landed_rows), ARRAY_LEN(consumed_rows), ARRAY_LEN(expired_rows),
		ARRAY_LEN(live_rows), ARRAY_LEN(gone_rows), ARRAY_LEN(bare_rows) };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		for (size_t k = 0; k < counts[i]; k++) {
			struct verdict verdict = verdict_of(all[i][k].evidence);
			bool yes = strchr("45689", verdict.row[0]) && !verdict.row[1];
			bool perhaps = !strcmp(verdict.row, "10") || !strcmp(verdict.row, "13") ||
				       !strcmp(verdict.row, "6c");

			assert_int_equal(verdict.safe, yes ? SAFE_YES :
					 perhaps ? SAFE_CONFIRM : SAFE_NO);
		}
}

static void a_live_one_says_when_it_becomes_decidable(void **state)
{
	struct verdict verdict = verdict_of(
		MIN("'max_time':2000,'max_ledger':99") READ("60", "99", "1500") "]}");

	(void)state;
	assert_int_equal(verdict.decidable_at, 2000);
	assert_int_equal(verdict.decidable_ledger, 98);
	verdict = verdict_of(MIN("'max_time':null") READ("60", "99", "1500") "]}");
	assert_int_equal(verdict.decidable_at, 0);
	assert_int_equal(verdict.decidable_ledger, 0);
	verdict = verdict_of(MIN("'max_time':'18446744073709551615'") READ("60", "9", "1500") "]}");
	assert_true(verdict.decidable_at == INT64_MAX);
	verdict = verdict_of("{" TX ",'account':[" READ("60", "99", "2001") "]}");
	assert_int_equal(verdict.decidable_at, 0);
}

static void the_proof_names_ledgers_and_numbers(void **state)
{
	struct verdict verdict = verdict_of("{" TX ",'account':[" READ("60", "99", "2001") "]}");

	(void)state;
	assert_string_equal(verdict.because, "account sequence 99 < 100 at ledger 60; ledger 60 closed "
			    "at 1970-01-01T00:33:21Z, after its last instant 1970-01-01T00:33:20Z");
	verdict = verdict_of("{" TX ",'consumers':[" USER("'X','Y'", "50", "'ok':true") "]}");
	assert_string_equal(verdict.by, "X");
	assert_int_equal(verdict.ledger, 50);
	assert_string_equal(verdict.because,
			    "its sequence number 100 was used in ledger 50 by another transaction, X");
}

static void what_is_too_early_says_what_it_waits_for(void **state)
{
	static const char *const rows[][2] = {
		{ MIN("'min_ledger':62,'min_time':9") READ("60", "99", "1500") "]}",
		  "at ledger 60 it may not land yet: not before ledger 62" },
		{ MIN("'min_time':1501") READ("60", "99", "1500") "]}",
		  "ledger 60 closed at 1970-01-01T00:25:00Z: it may not land before "
		  "1970-01-01T00:25:01Z" },
		{ MIN("'min_seq_age':101")
		  "{'src':'h1','at':60,'seq':99,'b_ledger':60,'b_close':1500,'seq_time':1400}]}",
		  "ledger 60 closed at 1970-01-01T00:25:00Z: it may not land within 101 s of "
		  "1970-01-01T00:23:20Z, when the number before it was set" },
		{ MIN("'min_seq_ledger_gap':12") "{'src':'h1','at':60,'seq':99,'seq_ledger':50}]}",
		  "at ledger 60 it may not land yet: not within 12 ledgers of ledger 50, which set "
		  "the number before it" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(verdict_of(rows[i][0]).because, rows[i][1]);
}

static void a_hash_in_capitals_is_the_same_hash(void **state)
{
	struct tx_evidence evidence;
	struct verdict verdict;

	(void)state;
	evidence_of("{" TX ",'consumers':[" USER("'X'", "50", "'ok':true") "]}", &evidence);
	memset(evidence.hashes[0], 'a', TX_HASH_TEXT - 1);
	memset(evidence.consumers[0].hashes[0], 'A', TX_HASH_TEXT - 1);
	evidence.db_hash[0] = '\0';
	verdict_reach(&evidence, &verdict);
	assert_string_equal(verdict_name(verdict.kind), "CONFIRMED");
}

/* What the whole table of codes says; a fee bump's own code stands for that of its inner one. */
static void codes_use_the_number_as_the_table_of_codes_says(void **state)
{
	size_t codes = 0;

	(void)state;
	for (size_t i = 0; i < code_count(); i++) {
		const struct code *code = code_at(i);

		if (strcmp(code->of, "TransactionResultCode") != 0 || code->number >= 0 ||
		    !strcmp(code->name, "txFEE_BUMP_INNER_FAILED"))
			continue;
		codes++;
		if ((fact_effect(false, code->name) == EFFECT_USED) != code->uses_sequence)
			fail_msg("%s", code->name);
	}
	assert_true(codes >= 17);
	assert_int_equal(fact_effect(true, ""), EFFECT_USED);
	assert_int_equal(fact_effect(false, ""), EFFECT_UNPROVEN);
}

static void every_verdict_has_a_name_that_finds_it(void **state)
{
	(void)state;
	for (int kind = 0; kind < VERDICT_COUNT; kind++) {
		enum verdict_kind found;

		assert_true(verdict_find(verdict_name((enum verdict_kind)kind), &found));
		assert_int_equal(found, kind);
		assert_true(*verdict_words(found));
	}
	assert_false(verdict_find("DEAD_SEQ_GAP", &(enum verdict_kind){ 0 }));
	assert_int_equal(verdict_fate(VERDICT_DEAD_EXPIRED), FATE_DEAD);
	assert_int_equal(verdict_fate(VERDICT_HASH_MISMATCH), FATE_UNKNOWN);
	assert_string_equal(safety_word(SAFE_CONFIRM), "confirm");
}

/* The reference's rows, where they are at hand. */
static void the_reference_decisions_come_out(void **state)
{
	const char *folder = getenv("BINNACLE_SHARED");
	static char line[4096];
	char path[512];
	FILE *file;
	int rows = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/data/stellar/decisions.jsonl", folder ? folder : "../shared");
	file = fopen(path, "re");
	if (!file) {
		puts("SKIPPED: the_reference_decisions_come_out: there is no shared folder");
		skip();
	}
	for (; fgets(line, sizeof(line), file); rows++) {
		struct tx_evidence evidence;
		struct verdict verdict;
		struct err err = { 0 };
		json_t *row = json_read(str_of(line), sizeof(line), &err);

		assert_non_null(row);
		if (!evidence_read(json_object_get(row, "evidence"), &evidence, &err))
			fail_msg("%s: %s", json_text_at(row, "name", ""), err.text);
		verdict_reach(&evidence, &verdict);
		if (strcmp(verdict_name(verdict.kind), json_text_at(row, "verdict", "")) != 0)
			fail_msg("%s: %s", json_text_at(row, "name", ""), verdict_name(verdict.kind));
		json_decref(row);
	}
	(void)fclose(file);
	assert_true(rows >= 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_identified_is_never_judged),
		cmocka_unit_test(what_no_honest_network_can_say_stops_everything),
		cmocka_unit_test(what_a_ledger_shows_is_final),
		cmocka_unit_test(a_used_number_is_dead_only_when_its_user_is_another),
		cmocka_unit_test(only_a_ledger_that_closed_too_late_expires),
		cmocka_unit_test(what_may_land_is_live),
		cmocka_unit_test(an_account_that_is_gone_may_come_back),
		cmocka_unit_test(without_an_envelope_nothing_expires),
		cmocka_unit_test(safety_follows_from_the_row_alone),
		cmocka_unit_test(a_live_one_says_when_it_becomes_decidable),
		cmocka_unit_test(the_proof_names_ledgers_and_numbers),
		cmocka_unit_test(what_is_too_early_says_what_it_waits_for),
		cmocka_unit_test(a_hash_in_capitals_is_the_same_hash),
		cmocka_unit_test(codes_use_the_number_as_the_table_of_codes_says),
		cmocka_unit_test(every_verdict_has_a_name_that_finds_it),
		cmocka_unit_test(the_reference_decisions_come_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
