/* express.c: see express.h. */
#include "lab/express.h"

#include <string.h>

#include "base/digest.h"

/* W/"<length in hex>-<27 characters of a hash in base64>": a weak tag as the real one's. */
static void put_etag(struct buf *out, const struct buf *body)
{
	char hex[DIGEST_HEX], text[64];

	digest_sha256(hex, str_sub(buf_cstr(body), body->len));
	digest_base64(text, sizeof(text), str_sub(hex, 20));
	buf_fmt(out, "ETag: W/\"%zx-%.27s\"\r\n", body->len, text);
}

void express_send(struct request *req, int status, const char *type, const struct buf *body)
{
	struct buf raw = { 0 };

	buf_fmt(&raw, "HTTP/1.1 %d %s\r\nX-Powered-By: Express\r\nContent-Type: %s\r\n"
		"Content-Length: %zu\r\n", status, http_reason(status), type, body->len);
	put_etag(&raw, body);
	buf_text(&raw, "Date: ");
	http_date(&raw);
	buf_text(&raw, "\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n");
	if (strcmp(req->method, "HEAD") != 0)
		buf_add(&raw, buf_cstr(body), body->len);
	request_send(req, &raw);
}

void express_send_500(struct request *req)
{
	struct buf body = { 0 };

	buf_text(&body, "{\"statusCode\":500,\"message\":\"Internal server error\"}");
	express_send(req, 500, EXPRESS_JSON, &body);
	buf_done(&body);
}

void express_send_404(struct request *req)
{
	struct buf body = { 0 };

	buf_fmt(&body, "{\"message\":\"Cannot %s %s\",\"error\":\"Not Found\",\"statusCode\":404}",
		req->method, req->path);
	express_send(req, 404, EXPRESS_JSON, &body);
	buf_done(&body);
}
