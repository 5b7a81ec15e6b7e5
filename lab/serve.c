/* serve.c: see serve.h. */
#include "lab/serve.h"

#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"

enum { HEAD_MAX = 16 * 1024, BODY_MAX = 1024 * 1024, BACKLOG = 256 };

struct conn {
	uv_tcp_t tcp;
	struct site *site;
	struct conn *next;
	struct request *busy;	/* read and not answered yet */
	struct buf in;
	bool closing;
};

struct out {
	uv_write_t write;
	struct conn *conn;
	char *bytes;
	bool last;
};

static void conn_serve(struct conn *conn);

static void unlink_conn(struct conn *conn)
{
	struct conn **at = &conn->site->conns;

	while (*at && *at != conn)
		at = &(*at)->next;
	if (*at)
		*at = conn->next;
}

static void on_closed(uv_handle_t *handle)
{
	struct conn *conn = handle->data;

	buf_done(&conn->in);
	mem_free(conn);
}

static void conn_close(struct conn *conn)
{
	if (conn->closing)
		return;
	conn->closing = true;
	if (conn->busy)
		conn->busy->conn = NULL;
	unlink_conn(conn);
	uv_close((uv_handle_t *)&conn->tcp, on_closed);
}

static void request_free(struct request *req)
{
	buf_done(&req->head);
	buf_done(&req->body);
	mem_free(req);
}

static void on_written(uv_write_t *write, int status)
{
	struct out *out = write->data;
	struct conn *conn = out->conn;
	bool last = out->last || status < 0;

	mem_free(out->bytes);
	mem_free(out);
	if (conn->closing)
		return;
	if (last)
		conn_close(conn);
	else
		conn_serve(conn);
}

void request_send(struct request *req, struct buf *raw)
{
	struct conn *conn = req->conn;
	struct out *out;
	uv_buf_t piece;
	char wish[32];

	if (!conn) {
		buf_done(raw);
		request_free(req);
		return;
	}
	out = mem_new(sizeof(*out));
	piece = uv_buf_init(NULL, (unsigned int)raw->len);
	out->conn = conn;
	out->bytes = buf_take(raw);
	out->write.data = out;
	out->last = request_header(req, "Connection", wish, sizeof(wish)) &&
		strcasecmp(wish, "close") == 0;
	piece.base = out->bytes;
	conn->busy = NULL;
	request_free(req);
	if (uv_write(&out->write, (uv_stream_t *)&conn->tcp, &piece, 1, on_written) != 0) {
		mem_free(out->bytes);
		mem_free(out);
		conn_close(conn);
	}
}

bool request_gone(const struct request *req)
{
	return !req->conn;
}

double request_seconds(const struct request *req)
{
	return (double)(uv_hrtime() - req->started) / 1e9;
}

bool request_header(const struct request *req, const char *name, char *out, size_t size)
{
	struct str rest = str_sub(req->head.data, req->head.len);
	struct str line, key;
	size_t len = strlen(name);

	while (str_cut(&rest, '\n', &line)) {
		if (!str_cut(&line, ':', &key) || key.len != len ||
		    strncasecmp(key.p, name, len) != 0)
			continue;
		return str_copy(out, size, str_trim(line));
	}
	return false;
}

static int hex(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	if (!at)
		return -1;
	return (int)(at - digits) - (at - digits > 15 ? 6 : 0);
}

static void percent_decode(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (*from == '%' && hex(from[1]) >= 0 && hex(from[2]) >= 0) {
			*to++ = (char)(hex(from[1]) * 16 + hex(from[2]));
			from += 2;
		} else {
			*to++ = *from == '+' ? ' ' : *from;
		}
	}
	*to = '\0';
}

static bool find_param(struct str rest, const char *name, char *out, size_t size)
{
	struct str pair, key;

	while (str_cut(&rest, '&', &pair)) {
		if (!str_cut(&pair, '=', &key) || !str_eq(key, name))
			continue;
		if (!str_copy(out, size, pair))
			return false;
		percent_decode(out);
		return true;
	}
	return false;
}

bool request_param(const struct request *req, const char *name, char *out, size_t size)
{
	return find_param(str_of(req->query), name, out, size);
}

bool request_form(const struct request *req, const char *name, char *out, size_t size)
{
	return find_param(str_sub(buf_cstr(&req->body), req->body.len), name, out, size);
}

/* "GET /path?query HTTP/1.1" */
static bool parse_first_line(struct request *req, struct str line)
{
	struct str method, target, path;

	if (!str_cut(&line, ' ', &method) || !str_cut(&line, ' ', &target))
		return false;
	if (!str_starts(line, "HTTP/1.") || !str_starts(target, "/"))
		return false;
	str_cut(&target, '?', &path);
	return str_copy(req->method, sizeof(req->method), method) &&
		str_copy(req->path, sizeof(req->path), path) &&
		str_copy(req->query, sizeof(req->query), target);
}

/* 1: a whole request is read; 0: more bytes are needed; -1: not HTTP as we speak it. */
static int parse(struct request *req, struct buf *in, size_t *used)
{
	const char *end = memmem(in->data, in->len, "\r\n\r\n", 4);
	struct str rest, first;
	char length[24];
	int64_t want = 0;
	size_t head;

	if (!end)
		return in->len > HEAD_MAX ? -1 : 0;
	head = (size_t)(end - in->data) + 4;
	rest = str_sub(in->data, head - 2);
	if (!str_cut(&rest, '\n', &first) || !parse_first_line(req, str_trim(first)))
		return -1;
	buf_clear(&req->head);
	buf_add(&req->head, rest.p, rest.len);
	if (request_header(req, "Content-Length", length, sizeof(length)) &&
	    (!num_parse_i64(str_of(length), &want) || want < 0 || want > BODY_MAX))
		return -1;
	if (in->len - head < (size_t)want)
		return 0;
	buf_clear(&req->body);
	buf_add(&req->body, in->data + head, (size_t)want);
	*used = head + (size_t)want;
	return 1;
}

/* Hand the next request over, when its bytes are all there. */
static void conn_serve(struct conn *conn)
{
	struct request *req;
	size_t used = 0;
	int got;

	if (conn->busy || conn->closing || conn->in.len == 0)
		return;
	req = mem_new(sizeof(*req));
	got = parse(req, &conn->in, &used);
	if (got != 1) {
		request_free(req);
		if (got < 0)
			conn_close(conn);
		return;
	}
	memmove(conn->in.data, conn->in.data + used, conn->in.len - used);
	buf_cut(&conn->in, conn->in.len - used);
	req->conn = conn;
	req->started = uv_hrtime();
	conn->busy = req;
	conn->site->handler(conn->site->arg, req);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	static char bytes[64 * 1024];	/* one read at a time on one loop: copied in on_read */

	(void)handle;
	(void)suggested;
	*room = uv_buf_init(bytes, sizeof(bytes));
}

/* Reading goes on while a request is in flight, to see the client go away. */
static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
	struct conn *conn = stream->data;

	if (got < 0 || (got > 0 && !buf_add(&conn->in, room->base, (size_t)got))) {
		conn_close(conn);
		return;
	}
	conn_serve(conn);
}

static void on_connection(uv_stream_t *door, int status)
{
	struct site *site = door->data;
	struct conn *conn;

	if (status < 0)
		return;
	conn = mem_new(sizeof(*conn));
	conn->site = site;
	conn->tcp.data = conn;
	buf_init(&conn->in, HEAD_MAX + BODY_MAX);
	if (uv_tcp_init(site->loop, &conn->tcp) != 0) {
		mem_free(conn);
		return;
	}
	conn->next = site->conns;
	site->conns = conn;
	if (uv_accept(door, (uv_stream_t *)&conn->tcp) != 0 ||
	    uv_read_start((uv_stream_t *)&conn->tcp, on_alloc, on_read) != 0)
		conn_close(conn);
}

static void on_door_closed(uv_handle_t *handle)
{
	mem_free(handle);
}

void site_init(struct site *site, uv_loop_t *loop, serve_handler *handler, void *arg)
{
	*site = (struct site){ .loop = loop, .handler = handler, .arg = arg };
}

bool site_open(struct site *site, int port, struct err *err)
{
	struct sockaddr_in at;
	int why;

	if (site->door)
		return true;
	site->port = port;
	site->door = mem_new(sizeof(*site->door));
	uv_tcp_init(site->loop, site->door);
	site->door->data = site;
	why = uv_ip4_addr("127.0.0.1", port, &at);
	if (why == 0)
		why = uv_tcp_bind(site->door, (const struct sockaddr *)&at, 0);
	if (why == 0)
		why = uv_listen((uv_stream_t *)site->door, BACKLOG, on_connection);
	if (why == 0)
		return true;
	site_close(site);
	return err_set(err, ERR_IO, "port %d: %s", port, uv_strerror(why));
}

void site_close(struct site *site)
{
	if (site->door)
		uv_close((uv_handle_t *)site->door, on_door_closed);
	site->door = NULL;
	while (site->conns)
		conn_close(site->conns);
}

const char *http_reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} reasons[] = {
		{ 200, "OK" }, { 201, "Created" }, { 302, "Found" }, { 400, "Bad Request" },
		{ 401, "Unauthorized" }, { 404, "Not Found" }, { 409, "Conflict" }, { 410, "Gone" },
		{ 415, "Unsupported Media Type" }, { 429, "Too Many Requests" },
		{ 500, "Internal Server Error" }, { 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Status";
}

void http_date(struct buf *out)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[40];

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	buf_text(out, text);
}
