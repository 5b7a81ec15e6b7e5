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
	/* Another envelope under the same recorded hash is one that nobody has judged. */
	if (known && identity.envelope && out->xdr && strcmp(identity.envelope, out->xdr) != 0)
		out->judged = false;
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
		buf_fmt(&text, ", %ld attempt%s", line->attempts, line->attempts == 1 ? "" : "s");
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
	if (!tx || !tx->judged)
		return;
	member->member.verdict = tx->verdict.kind;
	member->member.safe = tx->verdict.safe;
	member->member.consumer = tx->consumer;
	member->member.consumer_known = tx->verdict.by[0] != '\0';
}

static void put_unknown(struct tx_case *out, struct tx_member *members, const char *what)
{
	struct tx_member *member = &members[out->member_count++];

	*member = (struct tx_member){ .member = { .judged = false } };
	(void)str_put(member->what, sizeof(member->what), what);
	out->unread = true;
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

	for (size_t i = 0; i < out->member_count; i++) {
		members[i] = intent->members[i].member;
		out->waits = out->waits || !members[i].judged;
	}
	intent_decide(&group, out->self, &out->decision);
}

/* Its payment may have been read by the hash alone: what was pasted has no id before that. */
static bool rows_of(const struct tx_intent *intent, const struct tx_line *line,
		    const struct tx_line **lines, size_t *count, bool *complete)
{
	if (tx_pages_group(intent->pages, line->id, line->hash, lines, count, complete))
		return true;
	if (!line->hash[0] || !tx_pages_group(intent->pages, "", line->hash, lines, count, complete))
		return false;
	for (size_t i = 0; i < *count; i++)
		if (is_line(&(*lines)[i], line))
			return true;
	*complete = false;
	return false;
}

/* Itself is the first of them. */
static void put_group(struct tx_intent *intent, struct tx_case *out)
{
	const struct tx_line *lines;
	size_t count;

	out->members = intent->members;
	out->member_count = 1;
	out->self = 0;
	out->complete = false;
	put_member(&intent->members[0], &out->line, out);
	(void)str_put(out->intent_key, sizeof(out->intent_key), out->line.intent);
	if (!intent->pages)
		return;
	if (rows_of(intent, &out->line, &lines, &count, &out->complete))
		put_rows(intent, lines, count, out);
	else
		put_unknown(out, intent->members, "the other rows of this payment are not read yet");
}

/* --- the case --- */

/* By both, or by one of them: envelopes of one payment may have one id, and a row may have another
 * hash by now. */
static bool find_among(const struct tx_line *lines, size_t count, const char *id, const char *hash,
		       struct tx_line *out)
{
	for (size_t i = 0; i < count; i++) {
		if ((!*id || strcmp(lines[i].id, id) == 0) &&
		    (!*hash || strcmp(lines[i].hash, hash) == 0) && (*id || *hash)) {
			*out = lines[i];
			return true;
		}
	}
	return false;
}

bool tx_intent_line(const struct tx_intent *intent, const char *id, const char *hash,
		    struct tx_line *out)
{
	struct caseload *load;
	const struct tx_line *lines = NULL;
	size_t count = 0;
	bool found, complete;

	*out = (struct tx_line){ .age_s = -1, .attempts = -1 };
	(void)str_put(out->hash, sizeof(out->hash), hash);
	if (!intent->pages)
		return false;
	load = mem_new(sizeof(*load));
	tx_pages_caseload(intent->pages, load);
	(void)tx_pages_group(intent->pages, id, hash, &lines, &count, &complete);
	found = find_among(load->lines, load->count, id, hash, out) ||
		find_among(lines, count, id, hash, out) ||
		(*id && (find_among(load->lines, load->count, id, "", out) ||
			 find_among(lines, count, id, "", out)));
	mem_free(load);
	return found;
}

bool tx_intent_case(struct tx_intent *intent, const char *id, const char *hash,
		    struct tx_case *out)
{
	const char *dismissed = NULL;
	bool is_row, known;

	*out = (struct tx_case){ .judged_at = WHEN_NEVER };
	is_row = tx_intent_line(intent, id, hash, &out->line);
	known = is_row ? case_of(intent, &out->line, out) :
		intent->diagnoser && diagnoser_case(intent->diagnoser, hash, out);
	if (!is_row && !known)
		return false;
	if (intent->casebook)
		dismissed = casebook_dismissed(intent->casebook, out->line.id, out->line.hash);
	out->dismissed = dismissed != NULL;
	(void)str_put(out->dismissed_reason, sizeof(out->dismissed_reason), dismissed ? dismissed : "");
	put_group(intent, out);
	decide(intent, out);
	return true;
}

/* --- asking --- */

bool tx_intent_ask_one(struct tx_intent *intent, const struct tx_line *line, bool bulk,
		       char key[DIAGNOSER_KEY], struct err *err)
{
	struct tx_identity identity;
	int64_t created_at;

	if (!intent->diagnoser)
		return err_set(err, ERR_CONFIG, "no horizon or stellar-rpc source is configured: nobody "
			       "can be asked");
	identity_of(intent, line, &identity, &created_at);
	return diagnoser_ask(intent->diagnoser, &identity, created_at, bulk, key, err);
}

bool tx_intent_ask(struct tx_intent *intent, const char *id, const char *hash, bool bulk,
		   char key[DIAGNOSER_KEY], struct err *err)
{
	struct tx_line line;

	(void)tx_intent_line(intent, id, hash, &line);
	if (intent->pages)
		tx_pages_want_group(intent->pages, id, hash);
	return tx_intent_ask_one(intent, &line, bulk, key, err);
}

bool tx_intent_ask_others(struct tx_intent *intent, const char *id, const char *hash, bool bulk)
{
	struct tx_case *tx = mem_new(sizeof(*tx));
	const struct tx_line *lines;
	char key[DIAGNOSER_KEY];
	struct tx_line self;
	size_t count;
	bool complete, read;

	(void)tx_intent_line(intent, id, hash, &self);
	read = !intent->pages || !intent->diagnoser ||
	       tx_pages_group(intent->pages, id, hash, &lines, &count, &complete);
	for (size_t i = 0; read && intent->pages && intent->diagnoser && i < count; i++) {
		*tx = (struct tx_case){ .judged = false };
		if (is_line(&lines[i], &self) ||
		    (case_of(intent, &lines[i], tx) && (tx->judged || tx->asking)))
			continue;
		/* What has no identity stays unknown, which allows nothing. */
		(void)tx_intent_ask_one(intent, &lines[i], bulk, key, &(struct err){ .kind = ERR_NONE });
	}
	mem_free(tx);
	return read;
}

bool tx_intent_is_asking(const struct tx_intent *intent, const char *id, const char *hash)
{
	struct tx_case *tx = mem_new(sizeof(*tx));
	const struct tx_line *lines;
	bool complete, asking = false;
	size_t count;

	if (intent->pages && tx_pages_group(intent->pages, id, hash, &lines, &count, &complete)) {
		for (size_t i = 0; i < count && !asking; i++)
			asking = case_of(intent, &lines[i], tx) && tx->asking;
	}
	mem_free(tx);
	return asking;
}
