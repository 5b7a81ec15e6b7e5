/* sink.c: see sink.h. */
#include "lab/sink.h"

#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/when.h"

static void send_body(struct request *req, int status, const char *type, const struct buf *body)
{
	struct buf raw = { 0 };

	buf_fmt(&raw, "HTTP/1.1 %d %s\r\nDate: ", status, http_reason(status));
	http_date(&raw);
	buf_fmt(&raw, "\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", type, body->len);
	buf_add(&raw, buf_cstr(body), body->len);
	request_send(req, &raw);
}

static json_t *headers_of(const struct request *req)
{
	struct str rest = str_sub(req->head.data, req->head.len);
	json_t *headers = json_object();
	struct str line, name;
	char key[64];

	while (str_cut(&rest, '\n', &line)) {
		if (!str_cut(&line, ':', &name) || !str_copy(key, sizeof(key), str_trim(name)) ||
		    !*key)
			continue;
		line = str_trim(line);
		json_object_set_new(headers, key, json_stringn(line.p, line.len));
	}
	return headers;
}

static void keep(struct sink *sink, const struct request *req)
{
	json_t *entry = json_object();
	json_t *body = json_stringn(buf_cstr(&req->body), req->body.len);
	char at[WHEN_TEXT];

	when_format(at, (msec)time(NULL) * WHEN_SECOND);
	json_object_set_new(entry, "at", json_string(at));
	json_object_set_new(entry, "path", json_string(req->path));
	json_object_set_new(entry, "headers", headers_of(req));
	json_object_set_new(entry, "body", body ? body : json_null());	/* null: not UTF-8 */
	json_array_append_new(sink->received, entry);
	if (json_array_size(sink->received) > SINK_KEPT)
		json_array_remove(sink->received, 0);
}

/* What is refused was not received, nor what nobody waits for any more. */
static void answer(struct sink *sink, struct request *req)
{
	bool message = strcmp(req->path, "/alerts") != 0;
	bool webhook = strcmp(req->path, "/webhook") == 0;
	struct buf body = { 0 };

	if (message && sink->status) {
		buf_text(&body, "the sink was told to refuse");
		send_body(req, sink->status, "text/plain", &body);
		buf_done(&body);
		return;
	}
	if (strcmp(req->method, "POST") == 0 && !request_gone(req))
		keep(sink, req);
	buf_text(&body, webhook ? "{\"received\":true}" : "ok");
	send_body(req, 200, webhook ? "application/json" : "text/html", &body);
	buf_done(&body);
}

static void on_request(void *arg, struct request *req)
{
	struct sink *sink = arg;
	struct buf body = { 0 };

	if (strcmp(req->method, "GET") == 0 && strcmp(req->path, "/received") == 0) {
		json_write(&body, sink->received);
		send_body(req, 200, "application/json", &body);
		buf_done(&body);
	} else if (sink->holds && strcmp(req->path, "/alerts") != 0) {
		req->next = sink->held;
		sink->held = req;
	} else {
		answer(sink, req);
	}
}

void sink_hold(struct sink *sink, bool on)
{
	struct request *req;

	sink->holds = on;
	while (!on && (req = sink->held)) {
		sink->held = req->next;
		answer(sink, req);
	}
}

void sink_init(struct sink *sink, uv_loop_t *loop)
{
	sink->received = json_array();
	site_init(&sink->site, loop, on_request, sink);
}
