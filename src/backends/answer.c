#include "backends/answer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { WHY = 200 };

static const msec same_clock = 2 * WHEN_SECOND;

bool answer_is_ok(const struct reply *reply, char why[WHY])
{
	int status = reply->status;

	if (status >= 200 && status < 300)
		return true;
	if (status >= 500)
		(void)snprintf(why, WHY, "answers %d", status);
	else if (status >= 300 && status < 400)
		(void)snprintf(why, WHY, "redirects to %.150s, not followed",
			       reply->location[0] ? reply->location : "nowhere");
	else if (status == 401 || status == 403)
		(void)snprintf(why, WHY, "does not let us in, HTTP %d", status);
	else if (status == 429)
		(void)snprintf(why, WHY, "throttled, HTTP 429");
	else
		(void)snprintf(why, WHY, "answers %d, is the address right?", status);
	return false;
}

static bool is_html(const struct reply *reply)
{
	return str_starts(str_trim(reply->body), "<") ||
	       str_has_nocase(str_of(reply->content_type), "text/html");
}

json_t *answer_json(const struct ask *ask, const struct reply *reply, char why[WHY])
{
	struct err err = { 0 };
	json_t *root;

	if (!answer_is_ok(reply, why))
		return NULL;
	if (is_html(reply)) {
		(void)str_put(why, WHY, "HTML instead of JSON: a proxy or a sign-in page answers");
		return NULL;
	}
	root = json_read(reply->body, ask->max_body ? ask->max_body : JSON_MAX_SMALL, &err);
	if (!root)
		(void)str_put(why, WHY, err.text);
	return root;
}

json_t *answer_json_of_failure(const struct ask *ask, const struct reply *reply, char why[WHY])
{
	struct reply whole = *reply;
	json_t *root;

	whole.status = 200;
	root = answer_json(ask, &whole, why);
	if (!root)
		(void)answer_is_ok(reply, why);
	return root;
}

bool answer_is_current(const struct look *look, size_t ask)
{
	const struct source_config *config = look->config;
	const struct ask *asked = &look->asks[ask];
	msec limit = config->stale > 0 ? config->stale : 3 * asked->every + asked->timeout;

	return look->views[ask].good && look->now - look->views[ask].good_at <= limit;
}

void finding(struct report *report, enum state state, const char *fmt, ...)
{
	char text[BECAUSE_TEXT];
	va_list args;

	if (state <= report->state)
		return;
	va_start(args, fmt);
	/* A sentence that is too long is cut: it is for reading. */
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	report_say(report, state, "%s", text);
}

struct str endpoint_host(const struct look *look, unsigned target)
{
	struct str rest = backend_url(look->config, target), part = rest;

	for (size_t i = 0; i + 3 <= rest.len; i++)
		if (memcmp(rest.p + i, "://", 3) == 0) {
			rest = str_sub(rest.p + i + 3, rest.len - i - 3);
			break;
		}
	(void)str_cut(&rest, '/', &part);
	return part;
}

msec answer_time(const json_t *root, const char *path)
{
	msec at;

	return when_parse(str_of(json_text_at(root, path, "")), &at) && at > 0 ? at : WHEN_NEVER;
}

double answer_number(const json_t *root, const char *path)
{
	double value;

	return json_double_at(root, path, &value) ? value : (double)NAN;
}

bool answer_ledger(const json_t *root, const char *path, int64_t *out)
{
	int64_t ledger;

	if (!json_i64_at(root, path, &ledger) || ledger < 1 || ledger > CHAIN_LAST_LEDGER)
		return false;
	*out = ledger;
	return true;
}

msec answer_server_now(const struct reply *reply)
{
	msec off = reply->date - reply->at;

	return reply->date != WHEN_NEVER && (off > same_clock || off < -same_clock) ? reply->date
										    : reply->at;
}

msec answer_age(const struct reply *reply, msec of)
{
	msec age = answer_server_now(reply) - of;

	return age < -same_clock ? reply->at - of : age;
}

void answer_set_count(json_t *object, const char *key, double value)
{
	const double exact = 9e15;

	if (fabs(value) < exact)
		json_set_i64(object, key, (int64_t)value);
	else
		json_set_number(object, key, value);
}
