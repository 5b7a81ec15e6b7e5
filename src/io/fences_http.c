/* fences_http.c: fences that are one request to a source: http, and promql by its query API. */
#include "io/fences_inside.h"

#include <string.h>

#include "base/json.h"

static void end_refused(struct fence_errand *errand, const struct reply *reply)
{
	errand->ran = reply->kind != REPLY_NO_SECRET && reply->kind != REPLY_HELD;
	fence_end(errand, false, reply->why);
}

static void add(struct fence_errand *errand, struct str bytes)
{
	if (bytes.len > FENCE_TEXT)
		bytes.len = FENCE_TEXT;
	(void)buf_add(&errand->text, bytes.p, bytes.len);
}

/* http **********************************************************************************/

static void on_http(void *arg, const struct reply *reply)
{
	struct fence_errand *errand = arg;
	bool well = reply->status >= 200 && reply->status < 300;

	errand->errand = NULL;
	if (reply->kind != REPLY_ANSWER) {
		end_refused(errand, reply);
		return;
	}
	errand->ran = true;
	if (!well)
		(void)buf_fmt(&errand->text, "HTTP %d\n", reply->status);
	add(errand, reply->body);
	fence_end(errand, well, "");
}

/* promql ********************************************************************************/

static void put_text(struct buf *out, const json_t *text)
{
	(void)buf_add(out, json_string_value(text), json_string_length(text));
}

static void put_labels(struct buf *out, const json_t *metric)
{
	const json_t *name = json_object_get(metric, "__name__"), *value;
	const char *key, *between = "";
	size_t labels = json_object_size(metric) - (name ? 1 : 0);

	if (name)
		put_text(out, name);
	if (labels > 0 || !name)
		(void)buf_char(out, '{');
	json_object_foreach((json_t *)(uintptr_t)metric, key, value) {
		if (value == name)
			continue;
		(void)buf_fmt(out, "%s%s=\"", between, key);
		put_text(out, value);
		(void)buf_char(out, '"');
		between = ",";
	}
	if (labels > 0 || !name)
		(void)buf_char(out, '}');
	(void)buf_char(out, ' ');
}

/* [time, "value"]; of a range the last one. */
static void put_value(struct buf *out, const json_t *item)
{
	const json_t *value = json_object_get(item, "value");
	const json_t *values = json_object_get(item, "values");

	if (!value && values)
		value = json_array_get(values, json_array_size(values) - 1);
	put_text(out, json_array_get(value, 1));
	(void)buf_char(out, '\n');
}

static void put_items(struct fence_errand *errand, const json_t *items)
{
	size_t count = json_array_size(items), shown = 0;

	for (; shown < count && shown < FENCE_ROWS && errand->text.len < FENCE_TEXT / 2; shown++) {
		put_labels(&errand->text, json_object_get(json_array_get(items, shown), "metric"));
		put_value(&errand->text, json_array_get(items, shown));
	}
	if (shown < count)
		(void)buf_fmt(&errand->text, "[%zu more]\n", count - shown);
	fence_end(errand, count > 0, count > 0 ? "" : "nothing: no series has a value");
}

static void put_result(struct fence_errand *errand, const json_t *root)
{
	const json_t *result = json_at(root, "data.result");
	const char *type = json_text_at(root, "data.resultType", "");
	char why[200] = "";

	if (strcmp(json_text_at(root, "status", ""), "success") != 0) {
		if (!json_put_at(root, "error", why, sizeof(why)))
			(void)str_put(why, sizeof(why), "the answer is none of Prometheus's");
		fence_end(errand, false, why);
	} else if (strcmp(type, "scalar") == 0 || strcmp(type, "string") == 0) {
		put_text(&errand->text, json_array_get(result, 1));
		(void)buf_char(&errand->text, '\n');
		fence_end(errand, true, "");
	} else {
		put_items(errand, result);
	}
}

static void on_promql(void *arg, const struct reply *reply)
{
	struct fence_errand *errand = arg;
	struct err err = { 0 };
	json_t *root;

	errand->errand = NULL;
	if (reply->kind != REPLY_ANSWER) {
		end_refused(errand, reply);
		return;
	}
	errand->ran = true;
	root = json_read(reply->body, FENCE_TEXT, &err);
	if (root)
		put_result(errand, root);
	else if (reply->status >= 300)
		(void)buf_fmt(&errand->text, "HTTP %d: ", reply->status);
	if (!root)
		fence_end(errand, false, err.text);
	json_decref(root);
}

/* Both **********************************************************************************/

static void send_it(struct fence_errand *errand, const struct fence_plan *plan,
		    const struct http_text *text)
{
	const struct errand_plan request = {
		.source = plan->source, .target = plan->target, .method = text->method,
		.path = buf_cstr(&text->path), .timeout = errand->timeout, .max_body = FENCE_TEXT,
		.body = str_sub(buf_cstr(&text->body), text->body.len),
	};

	errand->errands = errands_new(plan->loop, plan->environment);
	errand->errand = errand_start(errand->errands, &request,
				      errand->lang == LANG_PROMQL ? on_promql : on_http, errand);
}

static bool compose_query(const struct fence_plan *plan, struct http_text *out, struct err *err)
{
	struct buf query = { 0 };
	bool good = promql_text(str_trim(str_of(plan->fence->text)), plan->values, &query, err);

	memset(out, 0, sizeof(*out));
	(void)str_put(out->method, sizeof(out->method), "GET");
	(void)buf_text(&out->path, "/api/v1/query?query=");
	percent_encode(&out->path, str_sub(buf_cstr(&query), query.len));
	buf_done(&query);
	return good;
}

static bool compose(const struct fence_plan *plan, struct http_text *out, struct err *err)
{
	if (plan->fence->lang == LANG_PROMQL)
		return compose_query(plan, out, err);
	if (!http_text(str_of(plan->fence->text), backend_url(plan->source, plan->target),
		       plan->values, out, err))
		return false;
	if (strcmp(out->method, "GET") != 0 && !plan->fence->write)
		return err_set(err, ERR_REFUSED, "%s may change something, and the fence does not say `write`",
			       out->method);
	return true;
}

void fence_http_start(struct fence_errand *errand, const struct fence_plan *plan)
{
	struct http_text text = { 0 };
	struct err err = { 0 };

	if (backend_url(plan->source, plan->target).len == 0)
		fence_end(errand, false, "this source has no address that can be asked over HTTP");
	else if (!compose(plan, &text, &err))
		fence_end(errand, false, err.text);
	else
		send_it(errand, plan, &text);
	http_text_done(&text);
}
