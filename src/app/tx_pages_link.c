/*
 * tx_pages_link.c: from a question that is wanted to its answer. The DSN is the source's own,
 * fetched when the first question needs it; a login that was refused is fetched anew, once a minute
 * at most (io/credentials.h).
 */
#include "app/tx_pages_inside.h"

#include "backends/postgres.h"
#include "base/mem.h"

static void pump(struct tx_pages *pages);

static void on_answer(void *arg, const struct reply *reply)
{
	struct tx_slot *slot = arg;
	struct tx_pages *pages = slot->pages;

	slot->call = NULL;
	if (reply->kind == REPLY_DENIED && str_starts(str_of(reply->sqlstate), "28"))
		pages->refused = true;
	tx_pages_take(pages, slot->question, reply);
	/* Not from inside the answer: the connection may have to go. */
	loop_timer_set(pages->setup.loop, &pages->later, 0);
}

static void send_question(struct tx_pages *pages, struct tx_slot *slot)
{
	struct request request = { 0 };
	msec timeout = pages->source->timeout > 0 ? pages->source->timeout : 5 * WHEN_SECOND;

	slot->wanted = false;
	if (tx_pages_build(pages, slot->question, &request)) {
		request.limit = TX_PAGES_LIMIT;
		slot->call = pg_ask(slot->question < ASK_COUNT ? pages->pg : pages->beside, &request,
				    timeout, on_answer, slot);
	}
	buf_done(&request.path);
}

/* Whoever waits is told that there will be no answer. */
static void fail_all(struct tx_pages *pages, const struct err *err)
{
	struct reply reply = { .kind = REPLY_NO_SECRET };

	str_put(reply.why, sizeof(reply.why), err->text);
	for (size_t i = 0; i < TX_QUESTIONS; i++) {
		struct tx_slot *slot = &pages->slots[i];
		struct request request = { 0 };

		if (slot->wanted && tx_pages_build(pages, slot->question, &request))
			tx_pages_take(pages, slot->question, &reply);
		slot->wanted = false;
		buf_done(&request.path);
	}
}

static void on_secret(void *arg, const struct secret *secret, const struct err *why)
{
	struct tx_pages *pages = arg;
	struct err err = { 0 };

	pages->waiting = false;
	if (secret) {
		pages->pg = pg_new(pages->setup.loop, pages->resolver, secret, &err);
		pages->beside = pg_new(pages->setup.loop, pages->resolver, secret, &err);
	} else {
		err = *why;
	}
	if (pages->pg && pages->beside)
		pump(pages);
	else
		fail_all(pages, &err);
}

static bool any_wanted(const struct tx_pages *pages)
{
	for (size_t i = 0; i < TX_QUESTIONS; i++)
		if (pages->slots[i].wanted)
			return true;
	return false;
}

static void pump(struct tx_pages *pages)
{
	if (!pages->pg || !pages->beside) {
		if (pages->waiting || !any_wanted(pages))
			return;
		pages->waiting = true;
		pages->wait = (struct credential_wait){ .done = on_secret, .arg = pages };
		credentials_want(pages->credentials, postgres_dsn(pages->source, 0),
				 pages->source->timeout, &pages->wait);
		return;
	}
	for (size_t i = 0; i < TX_QUESTIONS; i++)
		if (pages->slots[i].wanted && !pages->slots[i].call)
			send_question(pages, &pages->slots[i]);
}

static void on_later(void *arg)
{
	struct tx_pages *pages = arg;

	if (pages->refused && pages->pg) {
		for (size_t i = 0; i < TX_QUESTIONS; i++)
			if (pages->slots[i].call)
				return;
		pg_free(pages->pg);
		pg_free(pages->beside);
		pages->pg = pages->beside = NULL;
		pages->refused = false;
		credentials_doubt(pages->credentials, postgres_dsn(pages->source, 0));
	}
	pump(pages);
}

void tx_pages_want(struct tx_pages *pages, enum tx_question question)
{
	pages->slots[question].wanted = true;
	loop_timer_set(pages->setup.loop, &pages->later, 0);
}

void tx_link_init(struct tx_pages *pages)
{
	pages->credentials = credentials_new(pages->setup.loop, pages->setup.context->environment);
	pages->resolver = resolver_new(pages->setup.loop, NULL);
	pages->later = (struct loop_timer){ .call = on_later, .arg = pages };
	for (size_t i = 0; i < TX_QUESTIONS; i++)
		pages->slots[i] = (struct tx_slot){ .pages = pages, .question = (enum tx_question)i };
}

void tx_link_done(struct tx_pages *pages)
{
	loop_timer_stop(pages->setup.loop, &pages->later);
	if (pages->waiting)
		credential_wait_cancel(&pages->wait);
	pg_free(pages->pg);
	pg_free(pages->beside);
	credentials_stop(pages->credentials);
	credentials_free(pages->credentials);
	resolver_free(pages->resolver);
}
