/*
 * tx_given_account.c: the transactions of an account by the first Horizon of the network that
 * tells, page by page from the newest one, until they are older than what was asked for.
 */
#include <stdio.h>
#include <string.h>

#include "app/tx_given.h"
#include "app/tx_network.h"
#include "backends/horizon.h"
#include "base/mem.h"
#include "stellar/network.h"

enum { PAGE = 50, PAGES = 10 };

#define USUAL_WINDOW WHEN_HOUR
#define USUAL_TIMEOUT (10 * WHEN_SECOND)

struct listing {
	struct work *work;
	struct errands *errands;
	struct tx_givens *givens;
	const struct source_config *source;
	unsigned target;
	struct errand *errand;
	msec since;			/* wall */
	char cursor[32];		/* "" at the newest */
	unsigned pages;
	bool over;			/* older ones than were asked for, or the last of them */
	struct err err;
};

static void ask_page(struct listing *listing);

static void keep(struct listing *listing, const char *hash)
{
	struct tx_givens *givens = listing->givens;
	struct tx_given *given;

	givens->at = mem_grow(givens->at, &givens->cap, givens->count + 1, sizeof(*givens->at));
	given = &givens->at[givens->count++];
	*given = (struct tx_given){ .text = mem_text(hash) };
	(void)str_put(given->identity.hash, sizeof(given->identity.hash), hash);
}

static bool take_record(struct listing *listing, const json_t *record)
{
	const char *hash = json_text_at(record, "hash", "");
	const char *token = json_text_at(record, "paging_token", "");
	msec at;

	if (strlen(hash) != TX_HASH_TEXT - 1 || strspn(hash, "0123456789abcdef") != strlen(hash) ||
	    !*token || strspn(token, "0123456789") != strlen(token) ||
	    !str_put(listing->cursor, sizeof(listing->cursor), token) ||
	    !when_parse(str_of(json_text_at(record, "created_at", "")), &at))
		return err_set(&listing->err, ERR_INPUT, "the answer holds a transaction without a hash, "
			       "a time or a place");
	if (at < listing->since)
		listing->over = true;
	else
		keep(listing, hash);
	return true;
}

static bool take_page(struct listing *listing, const struct reply *reply)
{
	json_t *root = NULL;
	const json_t *records, *record;
	size_t i;

	if (reply->kind != REPLY_ANSWER)
		return err_set(&listing->err, ERR_IO, "%s", reply->why);
	if (reply->status != 200)
		return err_set(&listing->err, reply->status == 404 ? ERR_NOT_FOUND : ERR_IO,
			       reply->status == 404 ? "it knows no such account" : "HTTP %d",
			       reply->status);
	root = json_read(reply->body, JSON_MAX_PINNED, &listing->err);
	records = json_object_get(json_object_get(root, "_embedded"), "records");
	if (root && !json_is_array(records))
		err_set(&listing->err, ERR_INPUT, "the answer is no list of transactions");
	json_array_foreach(records, i, record)
		if (listing->over || !take_record(listing, record))
			break;
	listing->over = listing->over || json_array_size(records) < PAGE;
	json_decref(root);
	return listing->err.kind == ERR_NONE;
}

static void on_page(void *arg, const struct reply *reply)
{
	struct listing *listing = arg;

	listing->errand = NULL;
	listing->pages++;
	if (take_page(listing, reply) && !listing->over && listing->pages < PAGES)
		ask_page(listing);
	else
		loop_stop(listing->work->loop);
}

static void ask_page(struct listing *listing)
{
	struct buf path = { 0 };

	buf_fmt(&path, "/accounts/%s/transactions?order=desc&include_failed=true&limit=%d",
		listing->givens->account, PAGE);
	if (listing->cursor[0])
		buf_fmt(&path, "&cursor=%s", listing->cursor);
	listing->errand = errand_start(listing->errands, &(struct errand_plan){
		.source = listing->source, .target = listing->target, .method = "GET",
		.path = buf_cstr(&path), .max_body = JSON_MAX_PINNED,
		.timeout = listing->source->timeout > 0 ? listing->source->timeout : USUAL_TIMEOUT },
		on_page, listing);
	buf_done(&path);
}

static bool list_from(struct listing *listing, const struct source_config *source,
		      unsigned target)
{
	for (size_t i = 0; i < listing->givens->count; i++)
		mem_free(listing->givens->at[i].text);
	listing->givens->count = 0;
	listing->source = source;
	listing->target = target;
	listing->cursor[0] = '\0';
	listing->pages = 0;
	listing->over = false;
	listing->err = (struct err){ .kind = ERR_NONE };
	ask_page(listing);
	loop_run(listing->work->loop);
	errand_cancel(listing->errand);
	return listing->err.kind == ERR_NONE && listing->pages > 0;
}

static bool is_of_network(const struct settings *settings, const struct source_config *source)
{
	const struct horizon_config *horizon = (const struct horizon_config *)(const void *)source;

	if (strcmp(source->kind, "horizon") != 0)
		return false;
	return !horizon->network ||
	       strcmp(network_passphrase(horizon->network), tx_network(settings)) == 0;
}

static bool list_from_any(struct listing *listing)
{
	const struct settings *settings = &listing->work->settings;

	err_set(&listing->err, ERR_CONFIG, "no horizon source of this network is configured");
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (!is_of_network(settings, source))
			continue;
		for (unsigned k = 0; k < backend_url_count(source); k++)
			if (list_from(listing, source, k))
				return true;
	}
	return false;
}

static bool read_since(const struct work *work, msec *window, struct err *err)
{
	const char *since = work_flag(work, OPTION_SINCE);

	*window = USUAL_WINDOW;
	if (!since || when_parse_duration(str_of(since), window, err))
		return true;
	err->kind = ERR_USAGE;
	return err_add(err, "--since");
}

bool tx_given_ask(struct work *work, struct errands *errands, struct tx_givens *out,
		  struct err *err)
{
	struct listing listing = { .work = work, .errands = errands, .givens = out };
	FILE *words = work->context->err;
	msec window;

	if (!read_since(work, &window, err))
		return false;
	listing.since = loop_now(work->loop).wall - window;
	if (!list_from_any(&listing)) {
		*err = listing.err;
		return err_add(err, "the transactions of %s", out->account);
	}
	if (!listing.over)
		fprintf(words, "binnacle: these are the newest %zu: there are more in that time\n",
			out->count);
	else if (out->count == 0)
		fprintf(words, "binnacle: %s had no transaction in that time\n", out->account);
	return true;
}
