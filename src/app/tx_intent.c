#include "app/tx_intent.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* --- one envelope --- */

/* Of a row, what its line shows is less than what the page holds, and better than nothing. */
static void identity_of_line(const struct tx_line *line, struct tx_identity *out)
{
	*out = (struct tx_identity){ .has_sequence = line->has_sequence, .sequence = line->sequence };
	(void)str_put(out->hash, sizeof(out->hash), line->hash);
	(void)str_put(out->account, sizeof(out->account), line->account);
}

/* What it points to is the page's. */
static void identity_of(const struct tx_intent *intent, const struct tx_line *line,
			struct tx_identity *out, int64_t *created_at)
{
	*created_at = 0;
	if (!intent->pages ||
	    !tx_pages_identity(intent->pages, line->id, line->hash, out, created_at))
		identity_of_line(line, out);
}

static bool case_of(const struct tx_intent *intent, const struct tx_line *line,
		    struct tx_case *out)
{
	struct tx_identity identity;
	char key[DIAGNOSER_KEY];
	int64_t created_at;
	bool known;

	if (!intent->diagnoser)
		return false;
	identity_of(intent, line, &identity, &created_at);
	known = diagnoser_key(intent->diagnoser, &identity, key, &(struct err){ .kind = ERR_NONE }) &&
		diagnoser_case(intent->diagnoser, key, out);
	return known;
}

/* --- its payment --- */

static void describe(const struct tx_line *line, char out[BECAUSE_TEXT])
{
	struct buf text = { .max = BECAUSE_TEXT - 1 };
	char age[WHEN_TEXT];

	if (line->id[0])
		buf_fmt(&text, "row %s", line->id);
	if (line->status[0])
		buf_fmt(&text, " %s", line->status);
	if (line->attempts >= 0)
		buf_fmt(&text, ", %ld attempts", line->attempts);
	if (line->age_s >= 0) {
		when_format_age(age, (msec)(line->age_s * 1000));
		buf_fmt(&text, ", %s old", age);
	}
	if (line->account[0])
		buf_fmt(&text, ", from %.4s..%s", line->account,
			line->account + (strlen(line->account) > 4 ? strlen(line->account) - 4 : 0));
	(void)str_put(out, BECAUSE_TEXT, buf_cstr(&text));
	buf_done(&text);
}

static void put_member(struct tx_member *member, const struct tx_line *line,
		       const struct tx_case *tx)
{
	*member = (struct tx_member){ .member = { .judged = tx && tx->judged } };
	(void)str_put(member->member.hash, sizeof(member->member.hash), line->hash);
	(void)str_put(member->id, sizeof(member->id), line->id);
	describe(line, member->what);
	member->member.has_envelope = line->has_envelope || (tx && tx->envelope);
	if (!member->member.judged)
		return;
	member->member.verdict = tx->verdict.kind;
	member->member.safe = tx->verdict.safe;
	member->member.consumer = tx->consumer;
}

static void put_unknown(struct tx_case *out, struct tx_member *members, const char *what)
{
	struct tx_member *member = &members[out->member_count++];

	*member = (struct tx_member){ .member = { .judged = false } };
	(void)str_put(member->what, sizeof(member->what), what);
}

/* Envelopes of one payment may have one id, which is its key: the hash tells them apart. */
static bool is_line(const struct tx_line *a, const struct tx_line *b)
{
	return strcmp(a->id, b->id) == 0 && strcmp(a->hash, b->hash) == 0;
}

static void put_rows(struct tx_intent *intent, const struct tx_line *lines, size_t count,
		     struct tx_case *out)
{
	struct tx_case *other = mem_new(sizeof(*other));

	for (size_t i = 0; i < count && out->member_count < TX_MEMBERS - 1; i++) {
		if (is_line(&lines[i], &out->line))
			continue;
		*other = (struct tx_case){ .judged = false };
		put_member(&intent->members[out->member_count++], &lines[i],
			   case_of(intent, &lines[i], other) ? other : NULL);
	}
	mem_free(other);
	if (count > TX_MEMBERS - 1)
		put_unknown(out, intent->members, "and more rows of this payment than are shown here");
}

static void decide(struct tx_intent *intent, struct tx_case *out)
{
	struct intent_member members[TX_MEMBERS];
	const struct intent group = {
		.members = members, .count = out->member_count, .complete = out->complete,
		.hash_is = intent->config && intent->config->source ? tx_hash_is(intent->config) :
			   HASH_IS_PAYMENT,
	};

	for (size_t i = 0; i < out->member_count; i++)
		members[i] = intent->members[i].member;
	intent_decide(&group, out->self, &out->decision);
}

/* Itself is the first of them. */
static void put_group(struct tx_intent *intent, bool is_row, struct tx_case *out)
{
	const struct tx_line *lines;
	size_t count;

	out->members = intent->members;
	out->member_count = 1;
	out->self = 0;
	out->complete = false;
	put_member(&intent->members[0], &out->line, out);
	(void)str_put(out->intent_key, sizeof(out->intent_key), out->line.intent);
	if (!is_row)
		return;
	if (tx_pages_group(intent->pages, out->line.id, out->line.hash, &lines, &count, &out->complete))
		put_rows(intent, lines, count, out);
	else
		put_unknown(out, intent->members, "the other rows of this payment are not read yet");
}

/* --- the case --- */

static bool find_line(const struct tx_intent *intent, const char *id, const char *hash,
		      struct tx_line *out)
{
	struct caseload load = { .count = 0 };

	if (intent->pages)
		tx_pages_caseload(intent->pages, &load);
	for (size_t i = 0; i < load.count; i++) {
		if ((!*id || strcmp(load.lines[i].id, id) == 0) &&
		    (!*hash || strcmp(load.lines[i].hash, hash) == 0)) {
			*out = load.lines[i];
			return true;
		}
	}
	*out = (struct tx_line){ .age_s = -1, .attempts = -1 };
	(void)str_put(out->hash, sizeof(out->hash), hash);
	return false;
}

bool tx_intent_case(struct tx_intent *intent, const char *id, const char *hash,
		    struct tx_case *out)
{
	const char *dismissed = NULL;
	bool is_row, known;

	*out = (struct tx_case){ .judged_at = WHEN_NEVER };
	is_row = find_line(intent, id, hash, &out->line);
	known = is_row ? case_of(intent, &out->line, out) :
		intent->diagnoser && diagnoser_case(intent->diagnoser, hash, out);
	if (!is_row && !known)
		return false;
	if (intent->casebook)
		dismissed = casebook_dismissed(intent->casebook, out->line.id, out->line.hash);
	out->dismissed = dismissed != NULL;
	(void)str_put(out->dismissed_reason, sizeof(out->dismissed_reason), dismissed ? dismissed : "");
	put_group(intent, is_row, out);
	decide(intent, out);
	return true;
}

/* --- asking --- */

static bool ask_line(struct tx_intent *intent, const struct tx_line *line, bool bulk,
		     char key[DIAGNOSER_KEY], struct err *err)
{
	struct tx_identity identity;
	int64_t created_at;
	bool ok;

	identity_of(intent, line, &identity, &created_at);
	ok = diagnoser_ask(intent->diagnoser, &identity, created_at, bulk, key, err);
	return ok;
}

bool tx_intent_ask(struct tx_intent *intent, const char *id, const char *hash, bool bulk,
		   char key[DIAGNOSER_KEY], struct err *err)
{
	const struct tx_line *lines;
	struct tx_line line;
	size_t count;
	bool complete, is_row;

	if (!intent->diagnoser)
		return err_set(err, ERR_CONFIG, "no horizon or stellar-rpc source is configured: nobody "
			       "can be asked");
	is_row = find_line(intent, id, hash, &line);
	if (is_row)
		tx_pages_want_group(intent->pages, line.id, line.hash);
	if (is_row &&
	    tx_pages_group(intent->pages, line.id, line.hash, &lines, &count, &complete)) {
		for (size_t i = 0; i < count && i < TX_MEMBERS; i++) {
			if (!is_line(&lines[i], &line))
				(void)ask_line(intent, &lines[i], bulk, key, &(struct err){ .kind = ERR_NONE });
		}
	}
	return ask_line(intent, &line, bulk, key, err);
}
