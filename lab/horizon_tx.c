/*
 * horizon_tx.c: the accounts and transactions of the stand-in Horizon: what it tells of the book,
 * as far as it has come.
 *
 * The state of accounts is that of its own last ledger, which the header says, also with a 404. A
 * lookup by hash says nothing of the kind, as with the real one.
 */
#include <string.h>

#include "lab/horizon_inside.h"

enum { HASH_DIGITS = 64 };

static const struct complaint bad_hash = {
	400, "bad_request", "Bad Request", "The request you sent was invalid in some way.",
	"tx_id", "Transaction hash must be a hex-encoded, lowercase SHA-256 hash",
};
static const struct complaint bad_account = {
	400, "bad_request", "Bad Request", "The request you sent was invalid in some way.",
	"account_id", "Account ID must start with `G` and contain 56 alphanum characters",
};

int64_t horizon_ledger_of(const struct horizon *horizon, const struct booked *item)
{
	const struct tx_faults *faults = &horizon->book->faults;
	bool disputed = faults->disputed || (item->flags & BOOKED_DISPUTED);
	int64_t ledger = item->ledger + (horizon->second && disputed ? 1 : 0);
	bool taken_in = !faults->filtered && !(item->flags & BOOKED_FILTERED) && !horizon->pubnet;

	return taken_in && item->ledger > 0 && ledger <= horizon_latest(horizon) &&
		ledger >= horizon_elder(horizon) ? ledger : 0;
}

static void answer_json(struct horizon *horizon, struct request *req, json_t *json)
{
	struct buf body = { 0 };

	horizon_put_json(&body, json);
	horizon_answer(horizon, req, 200, horizon_hal, &body);
	json_decref(json);
	buf_done(&body);
}

static void answer_transaction(struct horizon *horizon, struct request *req, const char *hash)
{
	const struct booked *item;
	struct booked everyday;

	if (strspn(hash, "0123456789abcdef") != HASH_DIGITS || hash[HASH_DIGITS]) {
		horizon_complain(horizon, req, &bad_hash);
		return;
	}
	item = book_find(horizon->book, hash, horizon_tip(), &everyday);
	if (item && horizon_ledger_of(horizon, item) > 0)
		answer_json(horizon, req, horizon_tx_json(horizon, item, hash));
	else
		horizon_complain(horizon, req, &horizon_not_found);
}

static void answer_account(struct horizon *horizon, struct request *req,
			   const struct account_key *key)
{
	struct account_state state;
	struct buf body = { 0 };
	json_t *json;

	book_state(horizon->book, key, horizon_latest(horizon), &state);
	if (!state.exists || horizon->pubnet) {
		horizon_put_complaint(&body, &horizon_not_found, NULL);
		horizon_answer_state(horizon, req, 404, horizon_problem, &body);
	} else {
		json = horizon_account_json(horizon, key, &state);
		horizon_put_json(&body, json);
		horizon_answer_state(horizon, req, 200, horizon_hal, &body);
		json_decref(json);
	}
	buf_done(&body);
}

/* --- lists of transactions --- */

static bool takes_part(const struct booked *item, const struct account_key *key)
{
	const struct draft *draft = &item->draft;

	return account_key_same(&draft->source, key) || account_key_same(&draft->payer, key) ||
		account_key_same(&draft->fee_source, key) || account_key_same(&draft->payee, key);
}

struct listing {
	struct horizon *horizon;
	const struct page *page;
	const struct account_key *key;	/* NULL: of everybody */
	bool failed;			/* these too */
	json_t *records;
	int64_t first, last;		/* tokens of what is in it */
};

static bool is_full(const struct listing *listing)
{
	return (int64_t)json_array_size(listing->records) >= listing->page->limit;
}

static void offer(struct listing *listing, const struct booked *item, int64_t ledger)
{
	int64_t token = ledger << 32 | (int64_t)item->order << 12;

	if (is_full(listing) || horizon_ledger_of(listing->horizon, item) != ledger ||
	    !page_beyond_cursor(listing->page, token) || (item->op_code != 0 && !listing->failed) ||
	    (listing->key && !takes_part(item, listing->key)))
		return;
	if (json_array_size(listing->records) == 0)
		listing->first = token;
	listing->last = token;
	json_array_append_new(listing->records, horizon_tx_json(listing->horizon, item, NULL));
}

/* A ledger holds its everyday traffic first, then what is booked in the order of the book. */
static void list_ledger(struct listing *listing, int64_t ledger)
{
	const struct book *book = listing->horizon->book;
	struct ledger_op ops[LEDGER_OPS_MAX];
	int everyday = ledger_operations(ledger, listing->horizon->quiet, ops);
	int count = everyday + (int)book->count;

	for (int i = 0; i < count; i++) {
		int at = listing->page->descending ? count - 1 - i : i;
		struct booked item;

		if (at >= everyday) {
			offer(listing, &book->items[at - everyday], ledger);
			continue;
		}
		book_everyday(&ops[at], &item);
		offer(listing, &item, ledger);
	}
}

/* The next ledger in the direction of the page that may hold something for the list. Accounts of
 * the book are in few of them. */
static bool next_ledger(const struct listing *listing, bool everyday, int64_t *ledger)
{
	const struct book *book = listing->horizon->book;
	bool down = listing->page->descending, found = false;
	int64_t best = 0;

	if (everyday)
		return page_has(listing->page, *ledger += down ? -1 : 1);
	for (size_t i = 0; i < book->count; i++) {
		int64_t at = horizon_ledger_of(listing->horizon, &book->items[i]);
		bool further = down ? at < *ledger : at > *ledger;

		if (at == 0 || !further || (found && (down ? at < best : at > best)))
			continue;
		best = at;
		found = true;
	}
	*ledger = best;
	return found && page_has(listing->page, best);
}

static void list_all(struct listing *listing)
{
	bool everyday = !listing->key || book_is_everyday(listing->key);
	int64_t ledger;

	ledger = page_start(listing->page) + (listing->page->descending ? 1 : -1);
	while (!is_full(listing) && next_ledger(listing, everyday, &ledger))
		list_ledger(listing, ledger);
}

static void set_link(json_t *links, const struct listing *listing, const struct request *req,
		     const char *name, int64_t cursor, bool descending)
{
	struct buf url = { 0 };

	buf_fmt(&url, "http://127.0.0.1:%d%s?cursor=", listing->horizon->site.port, req->path);
	if (cursor >= 0)
		buf_fmt(&url, "%lld", (long long)cursor);
	buf_fmt(&url, "&limit=%lld&order=%s", (long long)listing->page->limit,
		descending ? "desc" : "asc");
	json_object_set_new(links, name, json_pack("{s:s}", "href", buf_cstr(&url)));
	buf_done(&url);
}

static void answer_listing(struct listing *listing, struct request *req)
{
	bool descending = listing->page->descending;
	json_t *json, *links = json_object();

	listing->records = json_array();
	listing->first = listing->last = listing->page->cursor;
	list_all(listing);
	set_link(links, listing, req, "self", listing->page->cursor, descending);
	set_link(links, listing, req, "next", listing->last, descending);
	set_link(links, listing, req, "prev", listing->first, !descending);
	json = json_pack("{s:o, s:{s:o}}", "_links", links, "_embedded", "records",
			 listing->records);
	answer_json(listing->horizon, req, json);
}

/* False when it was answered already. Whoever goes back behind the oldest ledger is told so;
 * whoever begins before it is moved there without a word. */
static bool read_list(struct horizon *horizon, struct request *req, struct page *page)
{
	if (!horizon_read_page(req, page)) {
		horizon_complain(horizon, req, &horizon_bad_request);
		return false;
	}
	if (page->descending && page->cursor >= 0 &&
	    page->cursor >> 32 < horizon_elder(horizon)) {
		horizon_complain(horizon, req, &horizon_before_history);
		return false;
	}
	return true;
}

static void answer_list(struct horizon *horizon, struct request *req, int64_t first, int64_t last,
			const struct account_key *key)
{
	struct page page = { .first = first, .last = last };
	struct listing listing = { .horizon = horizon, .page = &page, .key = key };
	char text[8];

	if (!read_list(horizon, req, &page))
		return;
	listing.failed = request_param(req, "include_failed", text, sizeof(text)) &&
		strcmp(text, "true") == 0;
	answer_listing(&listing, req);
}

void horizon_tx_of_ledger(struct horizon *horizon, struct request *req, int64_t ledger)
{
	answer_list(horizon, req, ledger, ledger, NULL);
}

/* --- what is asked --- */

/* /accounts/G and /accounts/G/transactions */
static void route_account(struct horizon *horizon, struct request *req, struct str rest)
{
	char address[DRAFT_ACCOUNT];
	struct account_key key;
	struct str part;

	if (!str_cut(&rest, '/', &part) || !str_copy(address, sizeof(address), part) ||
	    !account_key_read(&key, address))
		horizon_complain(horizon, req, &bad_account);
	else if (rest.len == 0)
		answer_account(horizon, req, &key);
	else if (str_eq(rest, "transactions"))
		answer_list(horizon, req, horizon_elder(horizon), horizon_latest(horizon), &key);
	else
		horizon_complain(horizon, req, &horizon_not_found);
}

static bool route_submission(struct horizon *horizon, struct request *req)
{
	bool async = strcmp(req->path, "/transactions_async") == 0;

	if (strcmp(req->method, "POST") != 0 ||
	    (!async && strcmp(req->path, "/transactions") != 0))
		return false;
	if (horizon->book->faults.limited)
		horizon_complain(horizon, req, &horizon_limited);
	else
		horizon_submit(horizon, req, async);
	return true;
}

bool horizon_tx_route(struct horizon *horizon, struct request *req)
{
	static const char accounts[] = "/accounts/", transactions[] = "/transactions/";
	struct str path = str_of(req->path);
	bool of_account = str_starts(path, accounts);

	if (route_submission(horizon, req))
		return true;
	if (str_eq(path, "/transactions")) {
		answer_list(horizon, req, horizon_elder(horizon), horizon_latest(horizon), NULL);
		return true;
	}
	if (!of_account && !str_starts(path, transactions))
		return false;
	if (horizon->book->faults.limited)
		horizon_complain(horizon, req, &horizon_limited);
	else if (of_account)
		route_account(horizon, req, str_of(req->path + strlen(accounts)));
	else
		answer_transaction(horizon, req, req->path + strlen(transactions));
	return true;
}
