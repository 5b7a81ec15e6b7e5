/* paylog.c: see paylog.h. */
#include "lab/paylog.h"

#include <stdio.h>

#include "lab/ledger.h"

enum { TICK_MS = 250 };

static void put_head(struct buf *out, const char *level, const char *message,
		     const struct ledger_op *op)
{
	char hash[DIGEST_HEX];

	operation_hash(hash, op);
	buf_fmt(out, "{\"level\":\"%s\",\"message\":\"%s\",\"service\":\"future-backend\","
		"\"timestamp\":\"", level, message);
	api_put_now(out);
	buf_fmt(out, "\",\"hash\":\"%s\"", hash);
}

static void put_sent(struct buf *out, const struct ledger_op *op)
{
	put_head(out, "info", "payment.sent", op);
	buf_fmt(out, ",\"ledger\":%lld,\"amount\":\"12.5000000\",\"assetCode\":\"XLM\"}\n",
		(long long)op->ledger);
}

static void put_unsaved(struct buf *out, const struct ledger_op *op)
{
	put_head(out, "error", "db.transaction.save.failed", op);
	buf_text(out, ",\"error\":\"Timed out fetching a new connection from the pool\"}\n");
}

static void append(const char *path, const struct buf *lines)
{
	FILE *file = fopen(path, "ae");

	if (!file || fwrite(buf_cstr(lines), 1, lines->len, file) != lines->len)
		perror(path);
	if (file)
		fclose(file);
}

static void on_tick(uv_timer_t *timer)
{
	struct paylog *paylog = timer->data;
	struct ledger_op op = { .ledger = ledger_tip(api_now()) };
	struct buf lines = { 0 };

	if (paylog->api->shut)
		return;
	op.token = op.ledger << 32 | 1 << 12;
	if (op.ledger != paylog->ledger)
		put_sent(&lines, &op);
	paylog->ledger = op.ledger;
	if (paylog->failing) {
		op.token += (++paylog->unsaved % 1000 + 1) << 12;	/* none that was told before */
		put_unsaved(&lines, &op);
	}
	if (lines.len > 0)
		append(paylog->path, &lines);
	buf_done(&lines);
}

void paylog_start(struct paylog *paylog, uv_loop_t *loop, const char *path, const struct api *api)
{
	*paylog = (struct paylog){ .path = path, .api = api };
	uv_timer_init(loop, &paylog->timer);
	paylog->timer.data = paylog;
	uv_timer_start(&paylog->timer, on_tick, 0, TICK_MS);
}
