#include "backends/tx_mark.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/scrub.h"

enum { TAG = 24 };

/*
 * Where the rows of the presets are. `open` holds of a row that nobody has settled; `was`
 * is the row as JSON. {L} is the ledger.
 */
static const struct preset {
	const char *table, *id, *hash;
	const char *open, *status, *amount, *attempts;	/* as lists show them; NULL: not compared */
	const char *done, *failed, *cancelled;
} presets[] = {
	[TX_CUSTOM] = { .status = "was ->> 'status'", .amount = "was ->> 'amount'",
			.attempts = "was ->> 'attempts'" },
	[TX_TEACHLINK_BRIDGE] = { .table = NULL },
	[TX_TEACHLINK_ESCROW] = { .table = NULL },
	[TX_FUTURE_PAYMENTS] = {
		.table = "\"Transaction\"", .id = "id", .hash = "hash",
		.open = "ledger IS NULL AND successful AND \"deletedAt\" IS NULL",
		.amount = "trim_scale((was ->> 'amount')::numeric)::text",
		.attempts = "was ->> 'retryAttempts'",
		.done = "ledger = {L}, successful = true",
		.failed = "ledger = {L}, successful = false",
		.cancelled = "successful = false" },
	[TX_PAYMENT_INTENTS] = {
		.table = "payment_intents", .id = "id", .hash = "hash",
		.open = "settled_at IS NULL",
		.status = "was ->> 'status'", .amount = "was ->> 'amount'",
		.attempts = "was ->> 'attempts'",
		.done = "status = 'confirmed', settled_at = now()",
		.failed = "status = 'failed', settled_at = now()",
		.cancelled = "status = 'cancelled', settled_at = now()" },
};

/* --- values --------------------------------------------------------------------------------- */

/* As the server's own quote_literal() does: a backslash makes it an E-string, which is read the
 * same whatever standard_conforming_strings says. */
static void put_literal(struct buf *out, const char *text)
{
	buf_text(out, strchr(text, '\\') ? " E'" : "'");
	for (const char *c = text; *c; c++) {
		if (*c == '\'' || *c == '\\')
			buf_char(out, *c);
		buf_char(out, *c);
	}
	buf_char(out, '\'');
}

static bool is_plain(const char *what, const char *text, struct err *err)
{
	return scrub_clean(str_of(text)) ||
	       err_set(err, ERR_REFUSED, "the %s of the row holds bytes that cannot be written down: "
		       "change it by hand", what);
}

static bool check_line(const struct tx_line *line, struct err *err)
{
	if (!line->id[0])
		return err_set(err, ERR_REFUSED, "the row has no id");
	return is_plain("id", line->id, err) && is_plain("hash", line->hash, err) &&
	       is_plain("status", line->status, err) && is_plain("amount", line->amount, err);
}

/* --- the operator's own statement ----------------------------------------------------------- */

struct cutter {
	struct str rest;
	struct buf *out;
};

static void copy(struct cutter *cutter, size_t count)
{
	count = count < cutter->rest.len ? count : cutter->rest.len;
	buf_add(cutter->out, cutter->rest.p, count);
	cutter->rest = str_sub(cutter->rest.p + count, cutter->rest.len - count);
}

/* Up to and with `end`, which is looked for behind `from` bytes. */
static void copy_through(struct cutter *cutter, size_t from, const char *end)
{
	size_t len = strlen(end), at = from;

	while (at + len <= cutter->rest.len && memcmp(cutter->rest.p + at, end, len) != 0)
		at++;
	copy(cutter, at + len);
}

/* What is a quote or a comment holds no parameter. */
static bool copy_quoted(struct cutter *cutter)
{
	static const struct {
		const char *begin, *end;
	} quotes[] = { { "'", "'" }, { "\"", "\"" }, { "--", "\n" }, { "/*", "*/" } };

	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		if (str_starts(cutter->rest, quotes[i].begin)) {
			copy_through(cutter, strlen(quotes[i].begin), quotes[i].end);
			return true;
		}
	}
	return false;
}

static bool is_parameter(struct str rest, char digit)
{
	return rest.len >= 2 && rest.p[0] == '$' && rest.p[1] == digit &&
	       (rest.len == 2 || !isalnum((unsigned char)rest.p[2]));
}

static void put_bound(struct buf *out, struct str statement, const struct tx_line *line)
{
	struct cutter cutter = { statement, out };

	while (cutter.rest.len > 0) {
		bool id = is_parameter(cutter.rest, '1'), hash = is_parameter(cutter.rest, '2');

		if (id || hash) {
			put_literal(out, id ? line->id : line->hash);
			cutter.rest = str_sub(cutter.rest.p + 2, cutter.rest.len - 2);
		} else if (!copy_quoted(&cutter)) {
			copy(&cutter, 1);
		}
	}
}

/* One statement, without the semicolon that it may end in. */
static struct str bare(const char *text)
{
	struct str bare = str_trim(str_of(text));

	while (str_ends(bare, ";"))
		bare = str_trim(str_sub(bare.p, bare.len - 1));
	return bare;
}

/* --- the guard ------------------------------------------------------------------------------ */

static void put_raise(struct buf *out, const char *sentence)
{
	buf_fmt(out, " THEN\n    RAISE EXCEPTION '%s: nothing was written';\n  END IF;\n", sentence);
}

static void put_place(struct buf *out, const struct tx_server *server)
{
	buf_text(out, "  IF pg_is_in_recovery()");
	put_raise(out, "this server is a replica");
	buf_text(out, "  IF current_setting('transaction_read_only') <> 'off'");
	put_raise(out, "this server is read-only");
	buf_text(out, "  IF (SELECT system_identifier::text FROM pg_control_system())\n"
		 "     IS DISTINCT FROM ");
	put_literal(out, server->system_id);
	put_raise(out, "this is another cluster");
	buf_fmt(out, "  IF substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) <> '%08" PRIX64 "'",
		(uint64_t)server->timeline);
	put_raise(out, "this server is on another timeline");
}

static void put_where(struct buf *out, const char *id, const char *hash, const struct tx_line *line)
{
	buf_fmt(out, " WHERE %s = ", id);
	put_literal(out, line->id);
	if (!hash)
		return;
	buf_fmt(out, " AND %s%s", hash, line->hash[0] ? " = " : " IS NULL");
	if (line->hash[0])
		put_literal(out, line->hash);
}

static void put_lock(struct buf *out, const struct tx_mark_plan *plan)
{
	const struct preset *preset = &presets[plan->config->preset];

	buf_text(out, "  SELECT to_jsonb(shown) INTO was\n   FROM ");
	if (preset->table) {
		buf_fmt(out, "%s AS shown\n  ", preset->table);
		put_where(out, preset->id, preset->hash, plan->line);
		buf_fmt(out, "\n    AND %s", preset->open);
	} else {
		struct str query = bare(plan->config->query);

		buf_char(out, '(');
		buf_add(out, query.p, query.len);
		buf_text(out, "\n) AS shown\n  ");
		put_where(out, "shown.id", NULL, plan->line);
	}
	buf_text(out, "\n   FOR UPDATE;\n  IF was IS NULL");
	put_raise(out, "the row is gone, or is open no more");
}

static void put_different(struct buf *out, bool *first, const char *what, const char *value)
{
	buf_fmt(out, "%scoalesce(%s, '') <> ", *first ? "  IF " : "\n     OR ", what);
	put_literal(out, value);
	*first = false;
}

static void put_compare(struct buf *out, const struct tx_mark_plan *plan)
{
	const struct preset *preset = &presets[plan->config->preset];
	const struct tx_line *line = plan->line;
	bool first = true;
	char number[24];

	put_different(out, &first, "was ->> 'hash'", line->hash);
	if (preset->status)
		put_different(out, &first, preset->status, line->status);
	if (preset->amount)
		put_different(out, &first, preset->amount, line->amount);
	(void)snprintf(number, sizeof(number), "%ld", line->attempts);
	if (preset->attempts && line->attempts >= 0)
		put_different(out, &first, preset->attempts, number);
	put_raise(out, "the row is not what was shown");
}

/* --- the change ----------------------------------------------------------------------------- */

static void put_set(struct buf *out, const char *text, int64_t ledger)
{
	struct str rest = str_of(text), piece;

	while (str_cut(&rest, '{', &piece)) {
		buf_add(out, piece.p, piece.len);
		if (str_starts(rest, "L}")) {
			buf_fmt(out, "%" PRId64, ledger);
			rest = str_sub(rest.p + 2, rest.len - 2);
		}
	}
}

static const char *of_act(enum tx_act act, const char *done, const char *failed,
			  const char *cancelled)
{
	return act == ACT_MARK_DONE ? done : act == ACT_MARK_FAILED ? failed :
	       act == ACT_MARK_CANCELLED ? cancelled : NULL;
}

static bool put_change(struct buf *out, const struct tx_mark_plan *plan, struct err *err)
{
	const struct tx_config *config = plan->config;
	const struct preset *preset = &presets[config->preset];
	const char *own = of_act(plan->act, config->mark_done, config->mark_failed,
				 config->mark_cancelled);
	const char *set = of_act(plan->act, preset->done, preset->failed, preset->cancelled);

	if (config->preset == TX_CUSTOM && !own)
		return err_set(err, ERR_REFUSED, "transactions has no mark_%s: nobody knows how such a row "
			       "is marked", of_act(plan->act, "done", "failed", "cancelled"));
	if (set && strstr(set, "{L}") && plan->ledger <= 0)
		return err_set(err, ERR_REFUSED, "the ledger is not known that the row would name");
	buf_text(out, "  ");
	if (own) {
		put_bound(out, bare(own), plan->line);	/* its end may be a comment */
		buf_char(out, '\n');
	} else {
		buf_fmt(out, "UPDATE %s SET ", preset->table);
		put_set(out, set, plan->ledger);
		buf_text(out, "\n  ");
		put_where(out, preset->id, preset->hash, plan->line);
	}
	buf_text(out, ";\n  GET DIAGNOSTICS changed_rows = ROW_COUNT;\n  IF changed_rows <> 1");
	put_raise(out, "it would change another number of rows than one");
	return true;
}

/* A tag that stands nowhere in the body. */
static void find_tag(struct str body, char tag[TAG])
{
	unsigned n = 0;

	do {
		(void)snprintf(tag, TAG, "$mark%u$", n++);
	} while (str_has(body, tag));
}

static void put_whole(struct buf *out, struct str body)
{
	char tag[TAG];

	find_tag(body, tag);
	buf_fmt(out, "BEGIN;\nSET LOCAL lock_timeout = '3s';\nDO %s\n", tag);
	buf_add(out, body.p, body.len);
	buf_fmt(out, "%s;\nCOMMIT;\n", tag);
}

bool tx_mark_write(const struct tx_mark_plan *plan, struct buf *out, struct err *err)
{
	struct buf body = { 0 };
	bool ok;

	if (tx_hash_is(plan->config) == HASH_IS_INITIATION)
		return err_set(err, ERR_REFUSED, "the hash of such a row only starts the payment: it is "
			       "never marked");
	if (!check_line(plan->line, err))
		return false;
	buf_text(&body, "DECLARE\n  was jsonb;\n  changed_rows bigint;\nBEGIN\n");
	put_place(&body, plan->server);
	put_lock(&body, plan);
	put_compare(&body, plan);
	ok = put_change(&body, plan, err);
	buf_text(&body, "END\n");
	if (ok)
		put_whole(out, str_sub(buf_cstr(&body), body.len));
	buf_done(&body);
	return ok;
}

static bool has_line(struct str answer, const char *tag)
{
	struct str line;

	while (str_cut(&answer, '\n', &line))
		if (line.len == strlen(tag) && str_starts(line, tag))
			return true;
	return false;
}

/* Before the change was taken, whatever happened undoes all of it; behind it only the tag of the
 * COMMIT tells. */
bool tx_mark_outcome(struct str answer, bool *done)
{
	*done = has_line(answer, "COMMIT");
	return *done || !has_line(answer, "DO");
}
