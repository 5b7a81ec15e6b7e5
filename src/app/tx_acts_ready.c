/*
 * tx_acts_ready.c: the box of an act: what would happen, whole, and why it cannot be. Made anew
 * each time it is looked at, and again between the durable beginning and the sending: what differs
 * then is not done.
 */
#include <inttypes.h>
#include <string.h>

#include "app/tx_acts_inside.h"
#include "app/tx_network.h"
#include "base/mem.h"
#include "stellar/base64.h"
#include "stellar/cancelling.h"

enum {
	CANCEL_FOR = 600, CANCEL_LEAST = 120,	/* seconds that there are to sign and send it */
	FEE_FACTOR = 10,			/* over what the network's queue asks to replace one */
	FEE_LEAST = 10000, FEE_MOST = 10000000,	/* stroops: 0.001 and 1 XLM */
};

struct making {
	struct tx_acts *acts;
	const struct tx_case *tx;
	struct ready_act *out;
	struct arena *arena;
};

static void refuse(struct making *making, const char *why)
{
	if (!making->out->refusal)
		making->out->refusal = arena_text(making->arena, why, strlen(why));
}

static const char *kept(struct making *making, const struct buf *text)
{
	return arena_text(making->arena, buf_cstr(text), text->len);
}

/* --- a row ---------------------------------------------------------------------------------- */

static const char *host_of(struct making *making, const struct tx_server *server)
{
	const char *source = making->acts->setup.settings->transactions.source;

	return arena_fmt(making->arena, "%s, node %s%s%s, timeline %" PRId64, source, server->name,
			 server->address[0] ? " " : "", server->address, server->timeline);
}

static void make_mark(struct making *making)
{
	const struct settings *settings = making->acts->setup.settings;
	const struct estate *estate = making->acts->setup.estate;
	struct tx_server server;
	struct tx_mark_plan plan = {
		.config = &settings->transactions, .act = making->out->act,
		.line = &making->tx->line, .ledger = making->tx->verdict.ledger, .server = &server,
	};
	struct buf text = { .max = ACT_TEXT };
	struct err err = { 0 };

	making->out->copied = settings->transactions.write_dsn.from == SECRET_NONE;
	if (!making->tx->line.id[0])
		refuse(making, "it is no row of the platform: there is nothing to mark");
	else if (!acts_server(estate ? estate->world : NULL, settings, &server, &err) ||
		 !tx_mark_write(&plan, &text, &err))
		refuse(making, err.text);
	else if (text.full)
		refuse(making, "its SQL is too long to be shown");
	else
		making->out->host = host_of(making, &server);
	making->out->text = kept(making, &text);
	if (!making->out->copied)
		making->out->word = settings->environment[0] ? settings->environment :
							       act_word(making->out->act);
	buf_done(&text);
}

/* --- an envelope ---------------------------------------------------------------------------- */

static bool find_identity(struct tx_acts *acts, const struct tx_line *line,
			  struct tx_identity *out)
{
	int64_t created_at;

	if (acts->setup.pages &&
	    tx_pages_identity(acts->setup.pages, line->id, line->hash, out, &created_at) &&
	    out->envelope)
		return true;
	return acts->setup.identity && acts->setup.identity(acts->setup.arg, line->hash, out) &&
	       out->envelope;
}

/* Base64 that is an envelope has no sign that could leave a form or a JSON string. */
static bool is_its_own(const char *base64, const char *hash, const char *passphrase,
		       struct err *err)
{
	struct envelope *envelope = mem_new(sizeof(*envelope));
	struct buf bytes = { .max = ENVELOPE_BYTES };
	char outer[TX_HASH_TEXT], inner[TX_HASH_TEXT];
	struct str xdr;
	bool ok = base64_read(str_of(base64), &bytes, err);

	xdr = str_sub(buf_cstr(&bytes), bytes.len);
	ok = ok && envelope_read(xdr, envelope, err);
	if (ok) {
		envelope_hash(envelope, xdr, passphrase, outer, inner);
		ok = strcmp(outer, hash) == 0 || strcmp(inner, hash) == 0 ||
		     err_set(err, ERR_REFUSED, "the envelope that is stored has another hash");
	}
	buf_done(&bytes);
	mem_free(envelope);
	return ok;
}

const char *acts_envelope(struct tx_acts *acts, const struct tx_case *tx, struct arena *arena,
			  struct err *err)
{
	struct tx_identity identity = { .envelope = NULL };

	if (!find_identity(acts, &tx->line, &identity)) {
		err_set(err, ERR_REFUSED, "its signed envelope is not known");
		return NULL;
	}
	if (!is_its_own(identity.envelope, tx->line.hash, tx_network(acts->setup.settings), err))
		return NULL;
	return arena_text(arena, identity.envelope, strlen(identity.envelope));
}

static void make_resubmit(struct making *making)
{
	struct tx_acts *acts = making->acts;
	const struct source_config *source;
	struct err err = { 0 };
	enum tx_way way;

	making->out->text = arena_text(making->arena, making->tx->line.hash,
				       strlen(making->tx->line.hash));
	source = acts_endpoint(acts->setup.settings, &way, &err);
	if (!source || !acts_envelope(acts, making->tx, making->arena, &err)) {
		refuse(making, err.text);
		return;
	}
	making->out->host = arena_fmt(making->arena, "%s, %.*s", source->name,
				      (int)backend_url(source, 0).len, backend_url(source, 0).p);
}

/* --- the cancelling transaction ------------------------------------------------------------- */

static uint32_t fee_of(const struct envelope *envelope)
{
	int64_t ops = envelope->op_count > 0 ? (int64_t)envelope->op_count : 1;
	int64_t each = envelope->fee / ops;

	if (each > FEE_MOST / FEE_FACTOR)
		return FEE_MOST;
	return each * FEE_FACTOR > FEE_LEAST ? (uint32_t)(each * FEE_FACTOR) : FEE_LEAST;
}

/* The same box again shows the same bytes, on the second person's console too: its bound is on a
 * grid, and moves on while there is still time to sign. */
static int64_t cancel_until(const struct tx_acts *acts)
{
	int64_t least = acts_now(acts).wall / WHEN_SECOND + CANCEL_LEAST;

	return (least / CANCEL_FOR + 1) * CANCEL_FOR;
}

/* Who can sign it, and what nobody reads out of base64. */
static const char *holder_of(struct making *making, const struct cancelling *plan,
			     const struct envelope *envelope)
{
	const char *account = envelope->source_account;
	size_t len = strlen(account);
	char at[WHEN_TEXT];

	when_format(at, (msec)plan->max_time * WHEN_SECOND);
	return arena_fmt(making->arena, "the signer of %.4s..%s, to be sent before %s, fee %" PRIu32
			 " stroops", account, account + (len > 4 ? len - 4 : 0), at,
			 plan->fee);
}

static void make_cancel(struct making *making)
{
	const struct envelope *envelope = making->tx->envelope;
	const char *passphrase = tx_network(making->acts->setup.settings);
	struct cancelling plan = { .fee = 0 };
	struct buf xdr = { .max = ACT_TEXT }, text = { .max = ACT_TEXT };
	char hash[TX_HASH_TEXT];
	struct err err = { 0 };

	making->out->copied = true;
	making->out->word = arena_text(making->arena, making->tx->line.hash,
				       strlen(making->tx->line.hash));
	making->out->text = "";
	if (!envelope) {
		refuse(making, "its envelope is not known: nobody knows which number to use up");
		return;
	}
	plan.source = envelope->source;
	plan.sequence = envelope->sequence;
	plan.fee = fee_of(envelope);
	plan.max_time = (uint64_t)cancel_until(making->acts);
	if (cancelling_write(&plan, passphrase, &xdr, hash, &err)) {
		buf_fmt(&text, "%s\n\n", buf_cstr(&xdr));
		cancelling_command(buf_cstr(&xdr), passphrase, &text);
		making->out->text = kept(making, &text);
		making->out->host = holder_of(making, &plan, envelope);
	} else {
		refuse(making, err.text);
	}
	buf_done(&xdr);
	buf_done(&text);
}

/* --- each act ------------------------------------------------------------------------------- */

static void make_text(struct making *making)
{
	switch (making->out->act) {
	case ACT_MARK_DONE:
	case ACT_MARK_FAILED:
	case ACT_MARK_CANCELLED:
		make_mark(making);
		break;
	case ACT_RESUBMIT:
		make_resubmit(making);
		break;
	case ACT_CANCEL:
		make_cancel(making);
		break;
	case ACT_REBUILD:
		making->out->text = "on the record: the payment may be built again; nothing is sent";
		making->out->word = arena_text(making->arena, making->tx->line.hash,
					       strlen(making->tx->line.hash));
		break;
	case ACT_DISMISS:
		making->out->text = making->tx->dismissed ? "back in the headline" :
							    "out of the headline";
		break;
	case ACT_COUNT:
		break;
	}
}

/* --- what forbids it ------------------------------------------------------------------------ */

struct order acts_order(struct tx_acts *acts, enum event_kind kind, const struct tx_case *tx,
			const struct ready_act *ready, const char *reason)
{
	struct order order = { .kind = kind, .at = WHEN_NEVER, .src = SRC_HUMAN,
			       .by = acts->setup.settings->operator, .lost = acts->lost };

	if (tx->line.hash[0])
		EVENT_SET(order.data, hash, tx->line.hash);
	if (tx->line.id[0])
		EVENT_SET(order.data, id, tx->line.id);
	EVENT_SET(order.data, verdict, verdict_name(tx->verdict.kind));
	EVENT_SET(order.data, safe, safety_word(tx->verdict.safe));
	EVENT_SET(order.data, because, tx->verdict.because);
	if (kind == EVENT_TX_DIAGNOSED)
		return order;
	EVENT_SET(order.data, how, act_word(ready->act));
	EVENT_SET(order.data, sha256, ready->digest);
	EVENT_SET(order.data, text, ready->text);
	if (ready->host[0])
		EVENT_SET(order.data, target, ready->host);
	if (reason && *reason)
		EVENT_SET(order.data, reason, reason);
	return order;
}

/* What is recorded of it before: an act that was cut off wants a reason. */
static void check_record(struct making *making, const struct incident *incident)
{
	const struct tx_line *line = &making->tx->line;
	const struct incident_tx *tx = incident_tx(incident, line->hash, line->id);
	const struct tx_deed *open = tx ? tx_open_deed(tx) : NULL;
	struct order order = acts_order(making->acts, EVENT_TX_ACT_STARTED, making->tx, making->out,
					"a reason");
	struct decision decision = { 0 };
	struct err err = { 0 };

	making->out->confirm = making->out->confirm || open;
	if (tx && tx->diagnosed && tx->verdict == making->tx->verdict.kind &&
	    tx->safe == making->tx->verdict.safe &&
	    !decide(incident, &making->acts->policy, &order, acts_now(making->acts).wall, &decision,
		    &err))
		refuse(making, err.text);
	decision_done(&decision);
}

/* Asked for each time it is looked at, so that a retry which the platform wrote since is seen. */
static void check_group(struct making *making)
{
	struct tx_pages *pages = making->acts->setup.pages;
	const struct tx_line *line = &making->tx->line;

	if (!pages)
		return;
	tx_pages_want_group(pages, line->id, line->hash);
	if (!tx_pages_group_holds(pages, line->id, line->hash, acts_now(making->acts).steady))
		refuse(making, "the rows of its payment are being read again: wait a moment");
}

static void check(struct making *making, bool again)
{
	const struct tx_acts *acts = making->acts;
	const char *why_not = making->tx->decision.why_not[making->out->act];
	struct dossier *dossier = acts_dossier(acts);

	if (!making->tx->decision.allowed[making->out->act])
		refuse(making, why_not ? why_not : "nothing is known that allows it");
	if (making->out->act == ACT_DISMISS)
		return;
	check_group(making);
	if (acts->setup.settings->read_only)
		refuse(making, "this console is read-only");
	if (!dossier)
		refuse(making, "declare an incident first: i");
	if (!again && acts->deed.stage != DEED_NONE)
		refuse(making, "another act is under way");
	if (dossier && !again)
		check_record(making, dossier_incident(dossier));
}

/* --- the digest ----------------------------------------------------------------------------- */

static void add(struct buf *out, const char *text)
{
	buf_fmt(out, "%zu:%s\n", strlen(text), text);
}

/* All that is shown, and the row as it was; what changes with the clock alone is not in it. */
static void make_digest(struct making *making)
{
	const struct ready_act *out = making->out;
	struct buf all = { 0 };

	add(&all, act_word(out->act));
	add(&all, making->tx->line.id);
	add(&all, making->tx->line.hash);
	add(&all, making->tx->line.sha256);
	add(&all, verdict_name(making->tx->verdict.kind));
	add(&all, safety_word(making->tx->verdict.safe));
	add(&all, out->text);
	add(&all, out->host);
	add(&all, out->word ? out->word : "");
	buf_fmt(&all, "%u %d %d\n", out->care, out->copied, out->confirm);
	digest_sha256(making->out->digest, str_sub(buf_cstr(&all), all.len));
	buf_done(&all);
}

bool acts_box(struct tx_acts *acts, const char *id, const char *hash, enum tx_act act, bool again,
	      struct tx_case *tx, struct ready_act *out)
{
	struct making making = { acts, tx, out, &acts->boxes[act] };

	if (!acts->find(&acts->intent, id, hash, tx))
		return false;
	arena_done(making.arena);
	*out = (struct ready_act){ .act = act, .text = "", .host = "", .care = act_care(act) };
	out->confirm = act == ACT_DISMISS ? !tx->dismissed : tx->decision.confirm;
	out->evidence = arena_text(making.arena, tx->verdict.because, strlen(tx->verdict.because));
	make_text(&making);
	make_digest(&making);
	check(&making, again);
	return true;
}
