/*
 * errand.c: see errand.h. What a URL gives away is hidden from its first use until the errands are
 * freed: an answer may be shown after the errand that brought it.
 */
#include "io/errand.h"

#include <string.h>

#include "base/mem.h"
#include "io/credentials.h"
#include "io/http_hide.h"
#include "io/outcome.h"

enum { HTTP_UNAUTHORIZED = 401 };

struct hidden {				/* what is hidden of one URL */
	char *label;			/* the URL's: its secret may be fetched anew, and lie elsewhere */
	struct http_hide *hide;
	struct hidden *next;
};

struct errands {
	struct loop *loop;
	const char *const *environment;
	struct resolver *resolver;
	struct http *http;
	struct credentials *credentials;
	struct errand *all;
	struct hidden *hidden;
};

struct errand {
	struct errands *errands;
	struct errand *next;
	struct errand_plan plan;
	char *path, *body;
	http_done *done;
	void *arg;
	msec started;
	const struct secret_ref *from;	/* NULL: no secret is needed */
	struct credential_wait wait;
	struct http_call *call;
	struct loop_timer later;	/* to tell that there is no secret */
	struct reply reply;
};

struct errands *errands_new(struct loop *loop, const char *const *environment)
{
	struct errands *errands = mem_new(sizeof(*errands));

	errands->loop = loop;
	errands->environment = environment;
	errands->resolver = resolver_new(loop, NULL);
	errands->http = http_new(loop, errands->resolver);
	errands->credentials = credentials_new(loop, environment);
	return errands;
}

static void unlink_errand(struct errand *errand)
{
	struct errand **at = &errand->errands->all;

	while (*at != errand)
		at = &(*at)->next;
	*at = errand->next;
}

static void free_errand(struct errand *errand)
{
	unlink_errand(errand);
	loop_timer_stop(errand->errands->loop, &errand->later);
	credential_wait_cancel(&errand->wait);
	mem_free(errand->path);
	mem_free(errand->body);
	mem_free(errand);
}

void errand_cancel(struct errand *errand)
{
	if (!errand)
		return;
	if (errand->call)
		http_cancel(errand->call);
	free_errand(errand);
}

void errands_free(struct errands *errands)
{
	struct hidden *hidden;

	if (!errands)
		return;
	while (errands->all)
		errand_cancel(errands->all);
	while ((hidden = errands->hidden)) {
		errands->hidden = hidden->next;
		http_hide_free(hidden->hide);
		mem_free(hidden->label);
		mem_free(hidden);
	}
	http_free(errands->http);
	credentials_free(errands->credentials);
	resolver_free(errands->resolver);
	mem_free(errands);
}

static void hide(struct errands *errands, const struct secret *url)
{
	struct hidden *hidden;

	for (hidden = errands->hidden; hidden; hidden = hidden->next)
		if (strcmp(hidden->label, secret_label(url)) == 0)
			return;
	hidden = mem_new(sizeof(*hidden));
	hidden->label = mem_text(secret_label(url));
	hidden->hide = http_hide_new(url);
	hidden->next = errands->hidden;
	errands->hidden = hidden;
}

/* errand may be gone after it. */
static void end(struct errand *errand, const struct reply *reply)
{
	errand->call = NULL;
	errand->done(errand->arg, reply);
	free_errand(errand);
}

static void on_reply(void *arg, const struct reply *reply)
{
	struct errand *errand = arg;

	if (errand->from && reply->kind == REPLY_ANSWER && reply->status == HTTP_UNAUTHORIZED)
		(void)credentials_doubt(errand->errands->credentials, errand->from);
	end(errand, reply);
}

static void on_later(void *arg)
{
	struct errand *errand = arg;

	end(errand, &errand->reply);
}

static void send_it(struct errand *errand, const struct secret *secret)
{
	const struct errand_plan *plan = &errand->plan;
	const struct http_access *access = plan->source ? &plan->source->access : plan->access;
	bool basic = plan->source && errand->from == &access->basic_password;
	msec left = errand->started + plan->timeout - loop_now(errand->errands->loop).steady;
	struct http_ask ask = {
		.method = plan->method, .body = str_of(errand->body), .type = plan->type,
		.access = access,
		.timeout = left > 0 ? left : 1, .max_body = plan->max_body,
		/* What is told twice by libcurl's own repetition would be told twice to people. */
		.counted = true,
	};

	if (plan->source) {
		ask.base = backend_url(plan->source, plan->target);
		ask.path = errand->path;
		ask.bearer = basic ? NULL : secret;
		ask.password = basic ? secret : NULL;
	} else {
		ask.url = secret;
		hide(errand->errands, secret);
	}
	errand->call = http_send(errand->errands->http, &ask, on_reply, errand);
}

static void end_unsent(struct errand *errand, const char *why)
{
	reply_init(&errand->reply);
	reply_fail(&errand->reply, REPLY_NO_SECRET, "%s", why);
	loop_timer_set(errand->errands->loop, &errand->later, 0);
}

static void on_secret(void *arg, const struct secret *secret, const struct err *err)
{
	struct errand *errand = arg;

	if (secret) {
		send_it(errand, secret);
		return;
	}
	end_unsent(errand, err->text);
}

void errands_reset(struct errands *errands)
{
	for (struct errand *errand = errands->all; errand; errand = errand->next) {
		credential_wait_cancel(&errand->wait);
		if (!errand->call && !errand->later.set)
			end_unsent(errand, "the configuration was changed meanwhile");
	}
	credentials_free(errands->credentials);
	errands->credentials = credentials_new(errands->loop, errands->environment);
}

static const struct secret_ref *secret_of(const struct errand_plan *plan)
{
	return plan->source ? backend_secret(backend_find(plan->source->kind), plan->source,
					     plan->target) : plan->url;
}

struct errand *errand_start(struct errands *errands, const struct errand_plan *plan,
			    http_done *done, void *arg)
{
	struct errand *errand = mem_new(sizeof(*errand));

	errand->errands = errands;
	errand->plan = *plan;
	errand->path = plan->path ? mem_text(plan->path) : NULL;
	errand->body = mem_array(plan->body.len + 1, 1);
	if (plan->body.len > 0)
		memcpy(errand->body, plan->body.p, plan->body.len);
	errand->done = done;
	errand->arg = arg;
	errand->started = loop_now(errands->loop).steady;
	errand->wait.done = on_secret;
	errand->wait.arg = errand;
	errand->later.call = on_later;
	errand->later.arg = errand;
	errand->next = errands->all;
	errands->all = errand;
	errand->from = secret_of(plan);
	if (errand->from)
		credentials_want(errands->credentials, errand->from, plan->timeout, &errand->wait);
	else
		send_it(errand, NULL);
	return errand;
}
