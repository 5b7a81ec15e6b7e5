/* exporter.c: see exporter.h. */
#include "lab/exporter.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/when.h"
#include "lab/client.h"

/* The blackbox exporter keeps half a second of the scrape's time for itself. */
static const double probe_reserve_s = 0.5;

static void send_text(struct request *req, int status, const struct buf *body)
{
	struct buf raw = { 0 };

	buf_fmt(&raw, "HTTP/1.1 %d %s\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
		"Date: ", status, http_reason(status));
	http_date(&raw);
	buf_fmt(&raw, "\r\nContent-Length: %zu\r\n\r\n%s", body->len, buf_cstr(body));
	request_send(req, &raw);
}

static void put_gauge(struct buf *out, const char *name, const char *help, double value)
{
	buf_fmt(out, "# HELP %s %s\n# TYPE %s gauge\n%s %.9g\n", name, help, name, name, value);
}

static void on_probed(void *arg, const struct client_reply *reply)
{
	struct request *req = arg;
	struct buf body = { 0 };
	bool good = reply->ok && reply->status >= 200 && reply->status < 300;

	put_gauge(&body, "probe_duration_seconds",
		  "Returns how long the probe took to complete in seconds", reply->seconds);
	put_gauge(&body, "probe_http_status_code", "Response HTTP status code", reply->status);
	put_gauge(&body, "probe_success", "Displays whether or not the probe was a success", good);
	send_text(req, 200, &body);
	buf_done(&body);
}

static msec probe_deadline(const struct request *req)
{
	char text[32];
	double seconds = 1;

	if (request_header(req, "X-Prometheus-Scrape-Timeout-Seconds", text, sizeof(text)))
		num_parse_double(str_of(text), &seconds);
	return (msec)((seconds - probe_reserve_s) * 1000);
}

static void probe(struct exporter *exporter, struct request *req)
{
	struct client_ask ask = { .done = on_probed, .arg = req };
	struct buf body = { 0 };
	struct err err;
	char target[256];

	ask.url = target;
	ask.deadline = probe_deadline(req);
	if (request_param(req, "target", target, sizeof(target)) &&
	    client_ask(exporter->site.loop, &ask, &err))
		return;
	buf_text(&body, "Target parameter is missing\n");
	send_text(req, 400, &body);
	buf_done(&body);
}

static void on_counted(void *arg, const struct db_rows *rows)
{
	struct request *req = arg;
	struct buf body = { 0 };
	double connections = 0;

	put_gauge(&body, "pg_up", "Whether the last scrape of metrics from PostgreSQL was able to "
		  "connect to the server (1 for yes, 0 for no).", rows != NULL);
	if (rows && num_parse_double(str_of(db_cell(rows, 0, 0)), &connections))
		put_gauge(&body, "pg_stat_activity_count", "number of connections", connections);
	send_text(req, 200, &body);
	buf_done(&body);
}

static void on_request(void *arg, struct request *req)
{
	struct exporter *exporter = arg;
	struct buf body = { 0 };

	if (strcmp(req->path, "/probe") == 0) {
		probe(exporter, req);
	} else if (strcmp(req->path, "/metrics") == 0) {
		db_ask(exporter->db, "SELECT count(*) FROM pg_stat_activity", on_counted, req);
	} else {
		buf_text(&body, "404 page not found\n");
		send_text(req, 404, &body);
	}
	buf_done(&body);
}

void exporter_init(struct exporter *exporter, uv_loop_t *loop, struct db *db)
{
	exporter->db = db;
	site_init(&exporter->site, loop, on_request, exporter);
}
