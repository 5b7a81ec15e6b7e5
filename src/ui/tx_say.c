#include "ui/tx_say.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "ui/next.h"
#include "ui/rows.h"

static const enum role roles[] = {
	[FATE_UNKNOWN] = ROLE_UNKNOWN, [FATE_LIVE] = ROLE_WARN, [FATE_DEAD] = ROLE_STRONG,
	[FATE_FAILED] = ROLE_BAD, [FATE_CONFIRMED] = ROLE_OK,
};

enum role tx_say_verdict(const struct tx_case *is, char out[TX_WORDS])
{
	if (is->judged) {
		(void)snprintf(out, TX_WORDS, "%s", verdict_words(is->verdict.kind));
		return roles[verdict_fate(is->verdict.kind)];
	}
	if (is->asking) {
		(void)snprintf(out, TX_WORDS, is->of ? "ASK %u/%u" : "ASK", is->asked, is->of);
		return ROLE_STRONG;
	}
	(void)snprintf(out, TX_WORDS, "%s", is->trouble[0] ? "CANNOT ASK" : "not judged");
	return is->trouble[0] ? ROLE_UNKNOWN : ROLE_DIM;
}

static bool may(const struct tx_case *is, enum tx_act act)
{
	return is->judged && is->decision.allowed[act];
}

bool tx_is_live(const struct tx_case *is)
{
	return is->judged && verdict_fate(is->verdict.kind) == FATE_LIVE;
}

static bool is_over(const struct tx_case *is)
{
	return is->judged && (verdict_fate(is->verdict.kind) == FATE_DEAD ||
			      verdict_fate(is->verdict.kind) == FATE_FAILED);
}

bool tx_is_safe(const struct tx_case *is)
{
	return is_over(is) && !is->decision.confirm && is->verdict.safe == SAFE_YES &&
	       (may(is, ACT_MARK_CANCELLED) || may(is, ACT_MARK_FAILED) || may(is, ACT_REBUILD));
}

enum role tx_say_may(const struct tx_case *is, char out[TX_WORDS])
{
	static const struct {
		enum tx_act act;
		const char *word;
	} words[] = {
		{ ACT_MARK_DONE, "done" }, { ACT_MARK_FAILED, "failed" },
		{ ACT_MARK_CANCELLED, "cancel" }, { ACT_REBUILD, "rebuild" },
		{ ACT_RESUBMIT, "resend" },
	};

	out[0] = '\0';
	if (!is->judged)
		return ROLE_DIM;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (may(is, words[i].act)) {
			(void)snprintf(out, TX_WORDS, "%s%s", words[i].word,
				       is->decision.confirm ? "?" : "");
			return is->decision.confirm ? ROLE_WARN : ROLE_STRONG;
		}
	(void)snprintf(out, TX_WORDS, "%s", tx_is_live(is) ? "wait" :
		       is_over(is) && is->waits ? "group?" : "no");
	return ROLE_DIM;
}

const char *tx_act_refusal(const struct world *world, const struct tx_case *is, enum tx_act act)
{
	if (!is->judged && act != ACT_DISMISS)
		return "it is not judged yet: d asks the network first";
	if (!is->decision.allowed[act])
		return is->decision.why_not[act] ? is->decision.why_not[act] : "the decision forbids it";
	return world->read_only && act_care(act) > 0 ? "this console is read-only" : NULL;
}

void tx_say_age(double seconds, char out[TX_WORDS])
{
	long long s = seconds < 0 ? -1 : seconds > 1e12 ? (long long)1e12 : (long long)seconds;

	if (s < 0)
		(void)snprintf(out, TX_WORDS, "-");
	else if (s < 3600)
		(void)snprintf(out, TX_WORDS, "%lldm%02lld", s / 60, s % 60);
	else if (s < 36000)
		(void)snprintf(out, TX_WORDS, "%lldh%02lld", s / 3600, s / 60 % 60);
	else if (s < 100 * 3600)
		(void)snprintf(out, TX_WORDS, "%lldh", s / 3600);
	else
		(void)snprintf(out, TX_WORDS, "%lldd", s / 86400);
}

/* Seconds of a stranger's text may be beyond all calendars. */
static bool is_time(int64_t at)
{
	return at > 0 && at < 253402300800;	/* the year 10000 */
}

void tx_say_until(const struct scene *scene, const struct tx_line *line, char out[TX_WORDS])
{
	msec at = is_time(line->valid_until) ? (msec)line->valid_until * WHEN_SECOND : 0;
	char span[WHEN_TEXT], clock[SAY_TEXT];

	if (line->valid_until == 0 && line->valid_before > 0) {
		(void)snprintf(out, TX_WORDS, "<L%lld", (long long)line->valid_before);
	} else if (line->valid_until == 0 || at == 0) {
		(void)snprintf(out, TX_WORDS, "%s", line->valid_until == 0 && !line->has_envelope ?
			       "not known" : line->valid_until < 0 ? "out of range" : "no limit");
	} else if (at > scene->now) {
		next_span(at - scene->now, span);
		(void)snprintf(out, TX_WORDS, "in %.20s", span);
	} else {
		say_clock(scene, at, clock);
		if (!clock[0])
			say_age(scene, at, clock);
		(void)snprintf(out, TX_WORDS, "passed %.20s", clock);
	}
}

void tx_say_sequence(const struct tx_line *line, char out[TX_WORDS])
{
	enum { SHOWN = 6 };
	char digits[TX_WORDS];
	size_t len;

	if (!line->has_sequence) {
		(void)snprintf(out, TX_WORDS, "-");
		return;
	}
	(void)snprintf(digits, sizeof(digits), "%lld", (long long)line->sequence);
	len = strlen(digits);
	(void)snprintf(out, TX_WORDS, "%s%.20s", len > SHOWN + 2 ? ".." : "",
		       len > SHOWN + 2 ? digits + len - SHOWN : digits);
}

void tx_say_account(const char *account, char out[TX_WORDS])
{
	if (account[0])
		row_short_hash(account, out, TX_WORDS);
	else
		(void)snprintf(out, TX_WORDS, "-");
}

void tx_say_money(const struct tx_line *line, struct buf *out)
{
	buf_fmt(out, "%s%s%s", line->amount[0] ? line->amount : "-", line->asset[0] ? " " : "",
		line->asset);
}

void tx_say_decidable(const struct scene *scene, const struct verdict *verdict, struct buf *out)
{
	msec at = is_time(verdict->decidable_at) ? (msec)verdict->decidable_at * WHEN_SECOND : 0;
	char span[WHEN_TEXT], time[SAY_TEXT];

	if (at > 0) {
		say_time(scene, at, time);
		next_span(at > scene->now ? at - scene->now : 0, span);
		if (at > scene->now)
			buf_fmt(out, "in %s, once a ledger has closed after %s", span, time);
		else
			buf_fmt(out, "now, with the next ledger: its bound was %s", time);
	}
	if (verdict->decidable_ledger > 0)
		buf_fmt(out, "%swith ledger %lld", out->len ? ", or " : "",
			(long long)verdict->decidable_ledger);
}

void tx_say_verdicts(const struct caseload *cases, struct buf *out)
{
	for (int kind = 0; kind < VERDICT_COUNT; kind++)
		if (cases->verdicts[kind] > 0)
			buf_fmt(out, "%s%zu %s", out->len ? ", " : "", cases->verdicts[kind],
				verdict_words((enum verdict_kind)kind));
}

void tx_say_members(const struct tx_case *is, size_t count, char out[SAY_TEXT])
{
	count -= is->unread && count > 0;
	(void)snprintf(out, SAY_TEXT, "%zu envelope%s%s", count, count == 1 ? "" : "s",
		       is->unread ? ", others unread" : "");
}

void tx_say_total(const struct caseload *cases, char out[TX_WORDS])
{
	if (cases->total < 0)
		(void)snprintf(out, TX_WORDS, "not counted yet");
	else
		(void)snprintf(out, TX_WORDS, "%ld%s open", cases->total, cases->total_bounded ? "+" : "");
}

/*  X(row, theorem): facts/stellar.md 3.3 in the words of whoever checks it afterwards */
#define THEOREMS(X) \
	X("1", "one envelope has one hash, and it is not the one on record") \
	X("2", "honest sources of one network cannot all say this") \
	X("3", "what is in a ledger stays there") \
	X("4", "it is in a ledger without effect, and its sequence number is used") \
	X("5", "it failed, and its sequence number is used: no later ledger may take it") \
	X("5b", "it failed and its sequence number is still free, so it counts as live") \
	X("6", "one sequence number, one transaction; another one has it") \
	X("6c", "as far as one hash can tell, another transaction has its number, which may be the " \
		"other half of the same fee bump: confirm") \
	X("7", "the history of its account holds it") \
	X("8", "not applied up to the ledger of the account, and a ledger closed after its " \
	       "time bound: no later one may take it") \
	X("9", "not applied up to the ledger of the account, and its last ledger is over") \
	X("10", "its number is used, and a source that keeps everything had " \
		"none of its hashes. It stands on that one source: confirm") \
	X("11", "nothing does: its number is used, by whom is not known. It may be this one") \
	X("12a", "nothing does: a number before its own is missing; it may land once that is used") \
	X("12b", "nothing does: it is too early for it; it may land later") \
	X("12c", "nothing does, and nothing keeps the next ledger from taking it") \
	X("13", "the account is gone, and comes back only with higher " \
		"numbers. It stands on that one source: confirm") \
	X("14", "no evidence that counts") \
	X("15", "as far as source and sequence number alone can prove") \
	X("16", "nothing does: a hash alone proves only what was found") \
	X("17", "nothing identifies it")

const char *tx_say_theorem(const char *row)
{
	static const struct {
		const char *row, *theorem;
	} theorems[] = {
#define X(row_, theorem_) { row_, theorem_ },
		THEOREMS(X)
#undef X
	};

	for (size_t i = 0; i < ARRAY_LEN(theorems); i++)
		if (strcmp(theorems[i].row, row) == 0)
			return theorems[i].theorem;
	return "";
}
