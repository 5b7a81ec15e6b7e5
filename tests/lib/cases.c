#include "tests/lib/cases.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/worlds.h"

enum { LEDGER = 61204380, MANY = 1500 };

#define ACCOUNT "GBX37QLAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA7QLA"

/* What each verdict says, in the words of the table. */
static const struct {
	enum verdict_kind kind;
	enum safety safe;
	bool final;
	const char *row, *because, *next;
	enum tx_act allowed;		/* ACT_COUNT: none */
} says[] = {
	{ VERDICT_HASH_MISMATCH, SAFE_NO, false, "1", "the envelope hashes to 77aa..0001, not to this",
	  "stop: fix the record, or the network's name", ACT_COUNT },
	{ VERDICT_SOURCES_DISAGREE, SAFE_NO, false, "2", "horizon-1 has it in L61204377, horizon-2 says "
	  "that its account is before it", "touch nothing: ask a third source", ACT_COUNT },
	{ VERDICT_CONFIRMED, SAFE_NO, true, "3", "in L61204377, successful",
	  "mark it done; never send it again", ACT_MARK_DONE },
	{ VERDICT_FAILED_ON_CHAIN, SAFE_YES, true, "4",
	  "in L61204377, txFAILED: op 1 PAYMENT_UNDERFUNDED", "mend the cause, then pay anew",
	  ACT_MARK_FAILED },
	{ VERDICT_DEAD_SEQ_CONSUMED, SAFE_YES, true, "6", "02ab..771e used its number in L61204379",
	  "compare that one with the payment, then pay anew", ACT_MARK_CANCELLED },
	{ VERDICT_DEAD_EXPIRED, SAFE_YES, true, "8", "expired at L61204380: not applied up to there, and "
	  "it closed at 02:08:12Z, after its bound 02:08:00Z", "cancel the row, or pay anew",
	  ACT_MARK_CANCELLED },
	{ VERDICT_DEAD_ACCOUNT_GONE, SAFE_CONFIRM, false, "13", "its account is gone at L61204380",
	  "confirm with a second source", ACT_MARK_CANCELLED },
	{ VERDICT_LIVE_MAY_STILL_LAND, SAFE_NO, false, "12c",
	  "not applied up to L61204411, and valid until 02:15:16Z",
	  "wait, or send the identical envelope again", ACT_RESUBMIT },
	{ VERDICT_LIVE_BLOCKED_SEQ_GAP, SAFE_NO, false, "12a",
	  "its account is at 4709, it is 4711: 4710 is missing", "wait for 4710", ACT_RESUBMIT },
	{ VERDICT_LIVE_NOT_YET_VALID, SAFE_NO, false, "12b", "valid from 02:30:00Z", "wait", ACT_COUNT },
	{ VERDICT_UNKNOWN_STALE_SOURCE, SAFE_NO, false, "11", "its number is used, by whom is not known",
	  "do not send it again: ask another source", ACT_COUNT },
	{ VERDICT_UNKNOWN_NO_ENVELOPE, SAFE_NO, false, "16",
	  "no envelope is stored, and nobody has its hash", "look for the envelope", ACT_COUNT },
	{ VERDICT_UNKNOWN_NO_IDENTITY, SAFE_NO, false, "17", "neither hash nor envelope", "look by hand",
	  ACT_COUNT },
};
_Static_assert(ARRAY_LEN(says) == VERDICT_COUNT, "every verdict has its words");

static int64_t now_s(void)
{
	return worlds_now() / WHEN_SECOND;
}

static void decide(struct tx_case *is, enum tx_act allowed)
{
	struct decision_of_intent *decision = &is->decision;

	for (int act = 0; act < ACT_COUNT; act++) {
		decision->allowed[act] = act == (int)allowed || act == ACT_DISMISS;
		if (!decision->allowed[act])
			decision->why_not[act] = "its verdict does not allow it";
	}
	if (allowed == ACT_MARK_CANCELLED)
		decision->allowed[ACT_REBUILD] = true;
	if (allowed == ACT_RESUBMIT)
		decision->allowed[ACT_CANCEL] = true;
	decision->confirm = is->verdict.safe == SAFE_CONFIRM;
	str_put(decision->because, sizeof(decision->because),
		"it is the only envelope of its payment that is known");
}

static void judge(struct cases *cases, size_t i, enum verdict_kind kind)
{
	struct tx_case *is = &cases->of[i];

	is->judged = true;
	is->judged_at = worlds_now() - 9 * WHEN_SECOND;
	is->verdict = (struct verdict){ .kind = kind, .safe = says[kind].safe, .final = says[kind].final,
					.ledger = LEDGER };
	str_put(is->verdict.row, sizeof(is->verdict.row), says[kind].row);
	str_put(is->verdict.because, sizeof(is->verdict.because), says[kind].because);
	str_put(is->verdict.next, sizeof(is->verdict.next), says[kind].next);
	if (kind == VERDICT_LIVE_MAY_STILL_LAND)
		is->verdict.decidable_at = now_s() + 69;
	decide(is, says[kind].allowed);
	is->proofs = cases->proofs;
	is->proof_count = CASES_PROOFS;
	cases->load.verdicts[kind]++;
	cases->load.judged++;
}

/* The n-th row of the platform's; the older ones are the stuck ones. */
static struct tx_line *add(struct cases *cases, size_t n)
{
	size_t i = cases->load.count++;
	struct tx_line *line = &cases->lines[i];

	*line = (struct tx_line){ .has_sequence = true, .has_envelope = true, .attempts = 2,
				  .sequence = 236223201286001 + (int64_t)n, .age_s = 664 - (double)(n % 600),
				  .valid_until = now_s() - 367, .band = TX_STUCK };
	(void)snprintf(line->id, sizeof(line->id), "b-%zu", 1001 + n);
	(void)snprintf(line->hash, sizeof(line->hash), "%04x%056dc902",
		       (unsigned)(0x8f41 + n) & 0xffff, 0);
	str_put(line->account, sizeof(line->account), ACCOUNT);
	str_put(line->amount, sizeof(line->amount), "12400.0000001");
	str_put(line->asset, sizeof(line->asset), "USDC");
	str_put(line->status, sizeof(line->status), "PENDING");
	cases->of[i] = (struct tx_case){ .line = *line };
	return line;
}

static void prove(struct cases *cases)
{
	static const struct {
		const char *endpoint, *what, *says, *header;
	} rows[CASES_PROOFS] = {
		{ "horizon.example", "GET /ledgers?order=desc&limit=1", "L61204380 closed at 02:08:12Z", "" },
		{ "horizon.example", "GET /accounts/GBX3..7QLA", "sequence ..286000 at L61204380",
		  "Latest-Ledger: 61204380" },
		{ "rpc.example", "getTransaction 8f41..c902", "not in its tables", "" },
	};

	for (size_t i = 0; i < CASES_PROOFS; i++) {
		struct tx_proof *proof = &cases->proofs[i];

		*proof = (struct tx_proof){ .at = worlds_now() - (msec)(12 - i) * WHEN_SECOND, .took = 88,
					    .status = i == 2 ? 404 : 200, .ledger = LEDGER };
		str_put(proof->endpoint, sizeof(proof->endpoint), rows[i].endpoint);
		str_put(proof->what, sizeof(proof->what), rows[i].what);
		str_put(proof->says, sizeof(proof->says), rows[i].says);
		str_put(proof->headers[0], sizeof(proof->headers[0]), rows[i].header);
		str_put(proof->sha256, sizeof(proof->sha256),
			"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
	}
}

static void seal(struct cases *cases, struct tx_case *is)
{
	struct envelope *envelope = cases->envelope;

	*envelope = (struct envelope){ .type = ENVELOPE_V1, .fee = 100, .sequence = is->line.sequence,
				       .has_time_bounds = true, .op_count = 1, .signature_count = 1,
				       .max_time = (uint64_t)is->line.valid_until };
	str_put(envelope->source, sizeof(envelope->source), ACCOUNT);
	str_put(envelope->source_account, sizeof(envelope->source_account), ACCOUNT);
	envelope->memo = (struct memo){ .type = MEMO_TEXT, .len = 9, .bytes = "order\x1b[2J" };
	envelope->ops[0] = (struct envelope_op){ .type = OPERATION_PAYMENT, .pays = true,
						 .amount = 124000000001 };
	str_put(envelope->ops[0].destination, sizeof(envelope->ops[0].destination), ACCOUNT);
	str_put(envelope->ops[0].asset, sizeof(envelope->ops[0].asset), "USDC:" ACCOUNT);
	is->envelope = envelope;
	is->xdr = "AAAAAgAAAABexSIg06FtXzmFBQQtHZsrnyWxUzmthkBEhs/ktoeVYgAAAGQ=";
}

/* Lines 1 and 2 of the night pay the same: the second was sent when the first was late. */
static void pair(struct cases *cases)
{
	for (size_t i = 1; i <= 2; i++) {
		struct tx_member *member = &cases->members[i - 1];
		struct tx_case *is = &cases->of[i];

		str_put(cases->lines[i].intent, sizeof(cases->lines[i].intent), "order-7731");
		str_put(is->intent_key, sizeof(is->intent_key), "order-7731");
		is->line = cases->lines[i];
		*member = (struct tx_member){ .member = { .judged = true, .verdict = is->verdict.kind } };
		str_put(member->member.hash, sizeof(member->member.hash), is->line.hash);
		str_put(member->id, sizeof(member->id), is->line.id);
		str_put(member->what, sizeof(member->what), i == 1 ? "first try, sent 02:03Z" :
			"retry 1, sent 02:09Z");
		is->members = cases->members;
		is->member_count = 2;
		is->self = i - 1;
		decide(is, i == 2 ? ACT_RESUBMIT : ACT_COUNT);
		str_put(is->decision.because, sizeof(is->decision.because),
			"another envelope of it may still land: nothing may be paid again");
	}
}

static void make_night(struct cases *cases)
{
	static const enum verdict_kind kinds[] = {
		VERDICT_DEAD_EXPIRED, VERDICT_DEAD_EXPIRED, VERDICT_LIVE_MAY_STILL_LAND, VERDICT_CONFIRMED,
	};
	enum { PASTED, SAFE, DEAD_TWIN, LIVE_TWIN };

	for (size_t n = 0; n < 7; n++)
		(void)add(cases, n);
	judge(cases, 0, kinds[SAFE]);
	judge(cases, 1, kinds[DEAD_TWIN - 1]);
	judge(cases, 2, kinds[LIVE_TWIN - 1]);
	cases->lines[2].valid_until = now_s() + 69;
	pair(cases);
	seal(cases, &cases->of[0]);
	cases->lines[4].band = TX_OLD;
	cases->lines[4].age_s = 3e7;
	cases->of[5].dismissed = true;
	str_put(cases->of[5].dismissed_reason, sizeof(cases->of[5].dismissed_reason),
		"test payment of the QA team");
	cases->of[6].asking = true;
	cases->of[6].asked = 3;
	cases->of[6].of = 5;
	for (size_t i = 0; i < cases->load.count; i++)
		cases->of[i].line = cases->lines[i];
	cases->load.total = 6;
	cases->load.growth_per_minute = 2.5;
}

static bool find(void *arg, const char *id, const char *hash, struct tx_case *out)
{
	const struct cases *cases = arg;

	for (size_t i = 0; i < cases->load.count; i++)
		if (id[0] ? strcmp(cases->lines[i].id, id) == 0 : strcmp(cases->lines[i].hash, hash) == 0) {
			*out = cases->of[i];
			return true;
		}
	return false;
}

static bool ready(void *arg, const char *id, const char *hash, enum tx_act act,
		  struct ready_act *out)
{
	const struct cases *cases = arg;
	struct tx_case is;

	if (!find(arg, id, hash, &is))
		return false;
	*out = cases->box;
	out->act = act;
	out->care = act_care(act);
	out->word = out->care == 3 ? is.line.hash : out->care == 2 && !out->copied ? "prod" : NULL;
	out->confirm = out->confirm || act == ACT_DISMISS;
	(void)snprintf(out->digest, sizeof(out->digest), "%064u", cases->changed);
	return true;
}

void cases_page(struct cases *cases, size_t first)
{
	cases->first = first;
	cases->load.count = 0;
	for (size_t n = first; n < first + CASELOAD_LINES && n < MANY; n++)
		(void)add(cases, n);
	cases->load.more_before = first > 0;
	cases->load.more_after = first + CASELOAD_LINES < MANY;
	cases->load.paging = false;
	cases->load.version++;
}

struct tx_case *cases_of(struct cases *cases, enum verdict_kind kind)
{
	size_t i = 0;

	while (i < cases->load.count && !(cases->of[i].judged && cases->of[i].verdict.kind == kind))
		i++;
	return &cases->of[i];
}

struct cases *cases_new(enum cases_kind kind, struct world *world)
{
	struct cases *cases = mem_new(sizeof(*cases));

	cases->envelope = mem_new(sizeof(*cases->envelope));
	cases->load = (struct caseload){ .configured = true, .lines = cases->lines, .find = find,
					 .ready = ready, .arg = cases, .growth_per_minute = NAN,
					 .version = 1 };
	cases->box = (struct ready_act){
		.host = "db (10.0.3.5:5432)",
		.text = "BEGIN;\nUPDATE bridge_transactions SET status = 'CANCELLED'\n WHERE id = 'b-1001' AND "
			"status = 'PENDING';\nCOMMIT;\n",
		.evidence = "expired at L61204380, closed 02:08:12Z (row 8)",
	};
	prove(cases);
	if (kind == CASES_VERDICTS)
		for (size_t n = 0; n < VERDICT_COUNT; n++) {
			(void)add(cases, n);
			judge(cases, n, (enum verdict_kind)n);
		}
	if (kind == CASES_NIGHT)
		make_night(cases);
	if (kind == CASES_VERDICTS)
		cases->load.total = VERDICT_COUNT;
	if (kind == CASES_MANY) {
		cases_page(cases, 0);
		cases->load.total = 1000;
		cases->load.total_bounded = true;
	}
	cases->world = world;
	world->cases = &cases->load;
	return cases;
}

void cases_free(struct cases *cases)
{
	if (!cases)
		return;
	cases->world->cases = NULL;
	mem_free(cases->envelope);
	mem_free(cases);
}
