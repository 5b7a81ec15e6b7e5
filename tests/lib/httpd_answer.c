#include "tests/lib/httpd_answer.h"

#include <stdint.h>

enum { BIG_FIELD = 2 * 1024 * 1024, MANY_FIELDS = 200 * 1000, CUT_PART = 2, ROUND = 64 * 1024 };

static void put_head(struct answer *a, const struct httpd_rule *rule, long length)
{
	int status = rule->status ? rule->status : rule->mode == HTTPD_REDIRECT ? 302 : 200;

	buf_fmt(&a->out, "HTTP/1.1 %d Answer\r\nContent-Type: %s\r\n", status,
		rule->type ? rule->type : "application/json");
	if (length >= 0)
		buf_fmt(&a->out, "Content-Length: %ld\r\n", length);
	else
		buf_text(&a->out, "Connection: close\r\n");
	buf_fmt(&a->out, "%s\r\n", rule->headers ? rule->headers : "");
}

static void put_whole(struct answer *a, const struct httpd_rule *rule, long length)
{
	put_head(a, rule, length);
	buf_add(&a->out, rule->body.p, rule->body.len);
}

static void answer_normal(struct answer *a, const struct httpd_rule *rule)
{
	put_whole(a, rule, (long)rule->body.len);
}

static void answer_silent(struct answer *a, const struct httpd_rule *rule)
{
	(void)rule;
	a->after = AFTER_HOLD;
}

static void answer_slow_header(struct answer *a, const struct httpd_rule *rule)
{
	answer_normal(a, rule);
	a->slow_from = 0;
}

static void answer_slow_body(struct answer *a, const struct httpd_rule *rule)
{
	put_head(a, rule, (long)rule->body.len);
	a->slow_from = a->out.len;
	buf_add(&a->out, rule->body.p, rule->body.len);
}

static void answer_endless(struct answer *a, const struct httpd_rule *rule)
{
	put_head(a, rule, -1);
	while (a->out.len < ROUND)
		buf_add(&a->out, rule->body.len ? rule->body.p : " ", rule->body.len ? rule->body.len : 1);
	a->after = AFTER_REFILL;
}

static void answer_short_body(struct answer *a, const struct httpd_rule *rule)
{
	put_whole(a, rule, (long)rule->body.len + 100);
	a->after = AFTER_CLOSE;
}

static void answer_long_body(struct answer *a, const struct httpd_rule *rule)
{
	put_whole(a, rule, (long)(rule->body.len / CUT_PART));
	a->after = AFTER_CLOSE;
}

static void answer_cut(struct answer *a, const struct httpd_rule *rule)
{
	put_head(a, rule, -1);
	buf_add(&a->out, rule->body.p, rule->body.len / CUT_PART);
	a->after = AFTER_CLOSE;
}

static void answer_empty(struct answer *a, const struct httpd_rule *rule)
{
	(void)rule;
	a->after = AFTER_CLOSE;
}

static void answer_reset(struct answer *a, const struct httpd_rule *rule)
{
	(void)rule;
	a->after = AFTER_RESET;
}

static void answer_half_open(struct answer *a, const struct httpd_rule *rule)
{
	answer_short_body(a, rule);
	a->after = AFTER_SHUTDOWN;
}

static void answer_big_header(struct answer *a, const struct httpd_rule *rule)
{
	buf_text(&a->out, "HTTP/1.1 200 OK\r\nX-Big: ");
	for (size_t i = 0; i < BIG_FIELD; i += 64)
		buf_text(&a->out, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	buf_fmt(&a->out, "\r\nContent-Length: %zu\r\n\r\n", rule->body.len);
	buf_add(&a->out, rule->body.p, rule->body.len);
	a->after = AFTER_CLOSE;
}

static void answer_many_headers(struct answer *a, const struct httpd_rule *rule)
{
	buf_text(&a->out, "HTTP/1.1 200 OK\r\n");
	for (size_t i = 0; i < MANY_FIELDS; i++)
		buf_fmt(&a->out, "X-%zu: y\r\n", i);
	buf_fmt(&a->out, "Content-Length: %zu\r\n\r\n", rule->body.len);
	buf_add(&a->out, rule->body.p, rule->body.len);
	a->after = AFTER_CLOSE;
}

static void answer_informational(struct answer *a, const struct httpd_rule *rule)
{
	(void)rule;
	while (a->out.len < ROUND)
		buf_text(&a->out, "HTTP/1.1 100 Continue\r\n\r\n");
	a->after = AFTER_REFILL;
}

static void answer_no_status(struct answer *a, const struct httpd_rule *rule)
{
	buf_add(&a->out, rule->body.p, rule->body.len);
	a->after = AFTER_CLOSE;
}

static void answer_garbage(struct answer *a, const struct httpd_rule *rule)
{
	(void)rule;
	for (unsigned i = 0; i < 4096; i++)
		buf_char(&a->out, (char)(i * 7 + i / 256));
	a->after = AFTER_CLOSE;
}

static const char gzip_head[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03";

/* About 1 MB of zeros in 1 kB: the first bits are "last block, fixed codes, literal 0", then pairs
 * of codes for length 258 (11000101) and distance 1 (00000), least significant bit first. */
static void answer_gzip(struct answer *a, const struct httpd_rule *rule)
{
	enum { PAIRS = 4000, HEAD_BITS = 11, PAIR_BITS = 13 };
	static const char head[] = "11000110000";
	static const char pair[] = "1100010100000";
	struct buf packed = {0};
	unsigned byte = 0, bits = 0;

	buf_add(&packed, gzip_head, sizeof(gzip_head) - 1);
	for (size_t i = 0; i < HEAD_BITS + (size_t)PAIRS * PAIR_BITS; i++) {
		char bit = i < HEAD_BITS ? head[i] : pair[(i - HEAD_BITS) % PAIR_BITS];

		byte |= (unsigned)(bit == '1') << bits;
		if (++bits == 8) {
			buf_char(&packed, (char)byte);
			byte = bits = 0;
		}
	}
	buf_fmt(&a->out, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Encoding: gzip\r\n"
		"Content-Length: %zu\r\n\r\n", rule->type ? rule->type : "application/json", packed.len);
	buf_add(&a->out, packed.data, packed.len);
	buf_done(&packed);
}

static void answer_redirect(struct answer *a, const struct httpd_rule *rule)
{
	put_whole(a, rule, (long)rule->body.len);
}

typedef void answer_fn(struct answer *a, const struct httpd_rule *rule);

static answer_fn *const answers[HTTPD_MODE_COUNT] = {
	[HTTPD_NORMAL] = answer_normal,
	[HTTPD_SILENT] = answer_silent,
	[HTTPD_SLOW_HEADER] = answer_slow_header,
	[HTTPD_SLOW_BODY] = answer_slow_body,
	[HTTPD_ENDLESS] = answer_endless,
	[HTTPD_SHORT_BODY] = answer_short_body,
	[HTTPD_LONG_BODY] = answer_long_body,
	[HTTPD_CUT] = answer_cut,
	[HTTPD_EMPTY] = answer_empty,
	[HTTPD_RESET] = answer_reset,
	[HTTPD_HALF_OPEN] = answer_half_open,
	[HTTPD_BIG_HEADER] = answer_big_header,
	[HTTPD_MANY_HEADERS] = answer_many_headers,
	[HTTPD_INFORMATIONAL] = answer_informational,
	[HTTPD_NO_STATUS] = answer_no_status,
	[HTTPD_GARBAGE] = answer_garbage,
	[HTTPD_GZIP] = answer_gzip,
	[HTTPD_REDIRECT] = answer_redirect,
};

void answer_make(struct answer *a, const struct httpd_rule *rule)
{
	buf_clear(&a->out);
	a->slow_from = SIZE_MAX;
	a->after = AFTER_KEEP;
	answers[rule->mode](a, rule);
}
