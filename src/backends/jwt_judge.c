/*
 * jwt_judge.c: what the verifiers' answers say together. Each group of verifiers of which the same
 * is to be said is one phrase with their names; the worst phrase comes first and gives the state.
 */
#include "backends/jwt.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"

struct verdict {
	enum state state;	/* OK: it accepts */
	enum jwt_accepted accepted;
	char text[BECAUSE_TEXT];	/* what is said of it; "" when it has answered yes or no */
};

struct bench {
	const struct look *look;
	const struct jwt_config *config;
	const struct jwt_facts *facts;
	size_t count;
	struct verdict verdicts[JWT_VERIFIERS];
	msec now;		/* by the server's clock */
	enum state state;
	struct buf text;
};

static bool has_expired(const struct bench *bench)
{
	return bench->facts->expires > 0 && bench->facts->expires <= bench->now;
}

static bool is_expected_algorithm(const struct bench *bench)
{
	return strcmp(bench->facts->alg, jwt_algorithm(bench->config)) == 0;
}

/* By the last answer alone. What was said of a token that has expired since counts no more. */
static struct verdict verdict_of(const struct bench *bench, size_t i)
{
	const struct look *look = bench->look;
	struct verdict verdict = { .state = STATE_UNKNOWN, .accepted = JWT_UNKNOWN };

	if (!look->views[i].answered) {
		(void)str_put(verdict.text, BECAUSE_TEXT, "no answer yet");
	} else if (!outcome_judge(&look->asks[i], &look->views[i], &verdict.state, verdict.text)) {
		if (!answer_is_current(look, i))
			(void)str_put(verdict.text, BECAUSE_TEXT, "its last answer is too old");
		else if (!has_expired(bench))
			verdict.accepted = bench->facts->accepted[i];
		/* The others may know a newer token, or another time. */
		if (!verdict.text[0] && !has_expired(bench) && verdict.accepted == JWT_UNKNOWN)
			(void)str_put(verdict.text, BECAUSE_TEXT, "refused it as one that had run out");
	}
	if (verdict.accepted == JWT_YES)
		verdict.state = STATE_OK;
	else if (verdict.accepted == JWT_NO && is_expected_algorithm(bench))
		verdict.state = STATE_BAD;
	return verdict;
}

static bool is_alike(const struct verdict *a, const struct verdict *b)
{
	return a->state == b->state && a->accepted == b->accepted && strcmp(a->text, b->text) == 0;
}

static size_t count_alike(const struct bench *bench, size_t first)
{
	size_t count = 0;

	for (size_t i = 0; i < bench->count; i++)
		count += is_alike(&bench->verdicts[i], &bench->verdicts[first]);
	return count;
}

static void put_names(struct bench *bench, size_t first)
{
	const char *between = "";

	for (size_t i = first; i < bench->count; i++) {
		if (!is_alike(&bench->verdicts[i], &bench->verdicts[first]))
			continue;
		(void)buf_fmt(&bench->text, "%s%s", between, jwt_verifier(bench->config, i)->name);
		between = ", ";
	}
}

static void begin_phrase(struct bench *bench, enum state state)
{
	if (bench->text.len > 0)
		(void)buf_text(&bench->text, "; ");
	bench->state = state_worse(bench->state, state);
}

static void put_group(struct bench *bench, size_t first)
{
	const struct verdict *verdict = &bench->verdicts[first];
	bool many = count_alike(bench, first) > 1;

	begin_phrase(bench, verdict->state);
	if (verdict->state == STATE_BAD) {
		(void)buf_text(&bench->text, "rejected by ");
		put_names(bench, first);
		(void)buf_fmt(&bench->text, ": %s takes no tokens of the old secret",
			      many ? "none of them" : "it");
	} else if (verdict->state == STATE_OK) {
		(void)buf_text(&bench->text, "accepted by ");
		put_names(bench, first);
	} else if (verdict->accepted == JWT_NO) {
		(void)buf_text(&bench->text, "refused by ");
		put_names(bench, first);
	} else if (bench->look->views[first].kind == REPLY_NO_SECRET) {
		(void)buf_text(&bench->text, verdict->text);
	} else {
		(void)buf_fmt(&bench->text, "verifier%s ", many ? "s" : "");
		put_names(bench, first);
		(void)buf_fmt(&bench->text, ": %s", verdict->text);
	}
}

/* That a token which has expired is refused is no finding of its own. */
static bool is_worth_saying(const struct verdict *verdict)
{
	return verdict->text[0] || verdict->accepted != JWT_UNKNOWN;
}

static bool is_first_of_its_kind(const struct bench *bench, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_alike(&bench->verdicts[k], &bench->verdicts[i]))
			return false;
	return true;
}

static void put_groups(struct bench *bench, enum state state)
{
	for (size_t i = 0; i < bench->count; i++)
		if (bench->verdicts[i].state == state && is_worth_saying(&bench->verdicts[i]) &&
		    is_first_of_its_kind(bench, i))
			put_group(bench, i);
}

static void put_expired(struct bench *bench)
{
	char at[WHEN_TEXT];

	if (!has_expired(bench))
		return;
	when_format(at, bench->facts->expires);
	begin_phrase(bench, STATE_UNKNOWN);
	(void)buf_fmt(&bench->text, "AUTH EXPIRED: renew the token, it ran out at %s", at);
}

/* A token of another algorithm says nothing of this secret; one without a signature must be let in
 * by nobody. */
static void put_algorithm(struct bench *bench)
{
	const char *alg = bench->facts->alg;
	bool let_in = false;

	if (!bench->facts->seen || is_expected_algorithm(bench))
		return;
	for (size_t i = 0; i < bench->count; i++)
		let_in = let_in || bench->verdicts[i].accepted == JWT_YES;
	if (!alg[0]) {
		begin_phrase(bench, STATE_UNKNOWN);
		(void)buf_text(&bench->text, "the token is no JWT that can be read");
	} else if (strcmp(alg, "none") == 0 && let_in) {
		begin_phrase(bench, STATE_BAD);
		(void)buf_text(&bench->text, "a token without a signature (alg none) is let in");
	} else {
		begin_phrase(bench, STATE_UNKNOWN);
		(void)buf_fmt(&bench->text, "the token's algorithm is %s, not %s: it proves nothing",
			      alg, jwt_algorithm(bench->config));
	}
}

static void put_expiring(struct bench *bench)
{
	const struct jwt_facts *facts = bench->facts;
	msec left = facts->expires - bench->now;
	char age[WHEN_TEXT];

	if (facts->expires == 0 || facts->issued == 0 || left <= 0 ||
	    left >= (facts->expires - facts->issued) / 10)
		return;
	when_format_age(age, left);
	begin_phrase(bench, STATE_WARN);
	(void)buf_fmt(&bench->text, "the token expires in %s, get a new one", age);
}

static msec gone_at(const struct bench *bench, size_t i)
{
	return bench->facts->issued + jwt_verifier(bench->config, i)->lifetime;
}

/* Until when the last session signed together with the canary may live: that long the old secret is
 * needed. */
static void put_lifetimes(struct bench *bench)
{
	char at[WHEN_TEXT];
	size_t longest = 0;

	if (bench->facts->issued == 0 || bench->count == 0)
		return;
	for (size_t i = 1; i < bench->count; i++)
		if (gone_at(bench, i) > gone_at(bench, longest))
			longest = i;
	when_format(at, gone_at(bench, longest));
	if (gone_at(bench, longest) > bench->now)
		(void)buf_fmt(&bench->text, "; tokens as old as the canary live until %s (%s)", at,
			      jwt_verifier(bench->config, longest)->name);
	else
		(void)buf_fmt(&bench->text, "; tokens as old as the canary are gone since %s", at);
}

static void put_left_out(struct bench *bench)
{
	if (bench->config->verifiers.count <= JWT_VERIFIERS)
		return;
	begin_phrase(bench, STATE_UNKNOWN);
	(void)buf_fmt(&bench->text, "only the first %d of %zu verifiers are asked", JWT_VERIFIERS,
		      bench->config->verifiers.count);
}

static json_t *verifier_json(const struct bench *bench, size_t i)
{
	static const char *const words[] = {
		[JWT_UNKNOWN] = "unknown", [JWT_YES] = "yes", [JWT_NO] = "no",
	};
	const struct ask_view *view = &bench->look->views[i];
	json_t *verifier = json_object();

	json_set_text(verifier, "name", jwt_verifier(bench->config, i)->name);
	json_set_text(verifier, "accepted", words[bench->verdicts[i].accepted]);
	answer_set_count(verifier, "status_code",
			 view->answered && view->kind == REPLY_ANSWER ? (double)view->status :
									(double)NAN);
	json_set_time(verifier, "old_tokens_until",
		      bench->facts->issued > 0 ? gone_at(bench, i) : WHEN_NEVER);
	return verifier;
}

static json_t *fields_json(const struct bench *bench)
{
	json_t *fields = json_object(), *verifiers = json_array();
	double left = (double)(bench->facts->expires - bench->now) / 1000;

	for (size_t i = 0; i < bench->count; i++)
		(void)json_array_append_new(verifiers, verifier_json(bench, i));
	json_set(fields, "verifiers", verifiers);
	answer_set_count(fields, "token_expires_s",
			 bench->facts->expires > 0 ? floor(left) : (double)NAN);
	return fields;
}

static void judge_answers(struct bench *bench, struct report *out)
{
	put_groups(bench, STATE_DOWN);
	put_groups(bench, STATE_BAD);
	put_expired(bench);
	put_algorithm(bench);
	put_groups(bench, STATE_UNKNOWN);
	put_expiring(bench);
	put_groups(bench, STATE_OK);
	put_lifetimes(bench);
	put_left_out(bench);
	report_say(out, bench->state, "%s", buf_cstr(&bench->text));
}

void jwt_judge(const struct look *look, struct report *out)
{
	struct bench bench = {
		.look = look, .config = look->config, .facts = look->facts,
		.count = jwt_verifier_count(look->config), .state = STATE_OK,
		.text = { .max = 4 * BECAUSE_TEXT },
	};

	bench.now = look->now + bench.facts->clock_off;
	for (size_t i = 0; i < bench.count; i++)
		bench.verdicts[i] = verdict_of(&bench, i);
	if (bench.config->token.from == SECRET_NONE || bench.count == 0) {
		out->asking = false;
		report_say(out, STATE_UNKNOWN, bench.count == 0 ? "no verifier is configured" :
			   "no token: set token_command, token_file or token_env");
	} else if (!out->asking) {
		judge_answers(&bench, out);
	}
	out->fields = fields_json(&bench);
	buf_done(&bench.text);
}
