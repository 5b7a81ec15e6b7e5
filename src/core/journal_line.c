/*
 * Reading goes from both ends: the envelope before `data` piece by piece, what follows it has a
 * fixed length. What lies between is `data`, whatever is in it; the hash says whether it is whole.
 */
#include "core/journal_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/num.h"
#include "base/scrub.h"
#include "core/event_text.h"

#define NO_PREV "0000000000000000000000000000000000000000000000000000000000000000"

enum {
	HEX = DIGEST_HEX - 1, ULID = ULID_TEXT - 1, ORIGIN = ORIGIN_TEXT - 1,
	HLC_MS = 13, HLC_COUNTER = 4,
	SEAL = sizeof(",\"hash\":\"\"}") - 1 + HEX,		/* what the hash does not cover */
	TAIL = sizeof(",\"prev\":\"\"") - 1 + HEX + SEAL,
};

#define HLC_MS_MAX ((msec)9999999999999)

/* Each take_ function cuts what it recognises off the front of *s. */

static bool take(struct str *s, const char *literal)
{
	size_t len = strlen(literal);

	if (s->len < len || memcmp(s->p, literal, len) != 0)
		return false;
	*s = str_sub(s->p + len, s->len - len);
	return true;
}

static bool take_bytes(struct str *s, size_t len, struct str *out)
{
	if (s->len < len)
		return false;
	*out = str_sub(s->p, len);
	*s = str_sub(s->p + len, s->len - len);
	return true;
}

/* Without a branch: whether a digit of a hash is a letter is what no processor can foretell. */
static bool within(char c, char first, char last)
{
	return (unsigned char)(c - first) <= (unsigned char)(last - first);
}

static bool is_digit(char c)
{
	return within(c, '0', '9');
}

static bool is_hex_digit(char c)
{
	return within(c, '0', '9') | within(c, 'a', 'f');
}

/* Crockford's base32: no I, L, O, U. */
static bool is_ulid_digit(char c)
{
	return within(c, '0', '9') |
	       (within(c, 'A', 'Z') & (c != 'I') & (c != 'L') & (c != 'O') & (c != 'U'));
}

static bool only(struct str text, bool (*fits)(char c))
{
	bool all = true;

	for (size_t i = 0; i < text.len; i++)
		all &= fits(text.p[i]);
	return all;
}

/* A whole number from 1 without leading zeros. */
static bool take_count(struct str *s, uint64_t *out)
{
	size_t len = 0;
	struct str digits;

	while (len < s->len && is_digit(s->p[len]))
		len++;
	return take_bytes(s, len, &digits) && len > 0 && digits.p[0] != '0' &&
	       num_parse_u64(digits, out);
}

/* What stands between quotes, escapes and all, with its last quote cut off. */
static bool take_string(struct str *s, struct str *out)
{
	size_t len = 0;

	while (len < s->len && s->p[len] != '"' && (unsigned char)s->p[len] >= ' ')
		len += s->p[len] == '\\' ? 2 : 1;
	return len < s->len && take_bytes(s, len, out) && take(s, "\"");
}

static bool take_stamp(struct str *s, msec *out)
{
	struct str text;

	return take_bytes(s, STAMP_LEN, &text) && stamp_read(text, out);
}

static bool take_hlc(struct str *s, struct hlc *out)
{
	struct str ms, counter;
	uint64_t number;

	if (!take_bytes(s, HLC_MS, &ms) || !take(s, "-") || !take_bytes(s, HLC_COUNTER, &counter) ||
	    !only(ms, is_digit) || !only(counter, is_digit) || !num_parse_i64(ms, &out->ms) ||
	    !num_parse_u64(counter, &number))
		return false;
	out->counter = (unsigned)number;
	return true;
}

static bool take_src(struct str *s, enum event_src *out)
{
	struct str word;

	return take_string(s, &word) && event_src_find(word, out);
}

static bool take_version(struct str *s, int *out)
{
	uint64_t number;

	if (!take_count(s, &number) || number > INT32_MAX)
		return false;
	*out = (int)number;
	return true;
}

static const char *parse_who(struct str *s, struct journal_line *out)
{
	if (!take(s, "{\"v\":") || !take_version(s, &out->version))
		return "it does not begin with a version";
	if (!take(s, ",\"id\":\"") || !take_bytes(s, ULID, &out->id) || !only(out->id, is_ulid_digit))
		return "its id is none";
	if (!take(s, "\",\"seq\":") || !take_count(s, &out->seq))
		return "its number is none";
	if (!take(s, ",\"origin\":\"") || !take_bytes(s, ORIGIN, &out->origin) ||
	    !only(out->origin, is_hex_digit))
		return "its origin is none";
	return NULL;
}

static const char *parse_what(struct str *s, struct journal_line *out)
{
	if (!take(s, "\",\"hlc\":\"") || !take_hlc(s, &out->hlc))
		return "its hlc is none";
	if (!take(s, "\",\"at\":\"") || !take_stamp(s, &out->at) ||
	    !take(s, "\",\"rec\":\"") || !take_stamp(s, &out->rec))
		return "its times are none";
	if (!take(s, "\",\"by\":\"") || !take_string(s, &out->by))
		return "it does not say who wrote it";
	if (!take(s, ",\"src\":\"") || !take_src(s, &out->src))
		return "it does not say where it comes from";
	if (!take(s, ",\"kind\":\"") || !take_string(s, &out->kind) || out->kind.len == 0)
		return "it does not say what it is";
	return NULL;
}

static const char *parse_tail(struct str s, struct journal_line *out)
{
	if (!take(&s, ",\"prev\":\"") || !take_bytes(&s, HEX, &out->prev) ||
	    !only(out->prev, is_hex_digit) || !take(&s, "\",\"hash\":\"") ||
	    !take_bytes(&s, HEX, &out->hash) || !only(out->hash, is_hex_digit) || !take(&s, "\"}"))
		return "it does not end in its two hashes";
	return NULL;
}

/* NULL, or what is wrong. */
static const char *parse(struct str text, struct journal_line *out)
{
	struct str s = text;
	const char *why;

	if (text.len >= JOURNAL_LINE)
		return "it is too long";
	if (text.len < TAIL || memchr(text.p, '\n', text.len))
		return "it is not whole";
	why = parse_tail(str_sub(text.p + text.len - TAIL, TAIL), out);
	s.len -= TAIL;
	if (!why)
		why = parse_who(&s, out);
	if (!why)
		why = parse_what(&s, out);
	if (why)
		return why;
	if (!take(&s, ",\"data\":") || s.len < 2 || s.p[0] != '{' || s.p[s.len - 1] != '}')
		return "its data is none";
	out->data = s;
	return NULL;
}

bool journal_line_parse(struct str text, struct journal_line *out, struct err *err)
{
	const char *why;

	memset(out, 0, sizeof(*out));
	why = parse(text, out);
	return why ? err_set(err, ERR_INPUT, "no journal line: %s", why) : true;
}

/* A string of the envelope into a field. Only what has an escape needs the library. */
static void put_string(char *dst, size_t size, struct str quoted)
{
	json_t *value = NULL;

	if (quoted.len > 0 && memchr(quoted.p, '\\', quoted.len)) {
		struct buf text = { 0 };

		buf_fmt(&text, "\"%.*s\"", (int)quoted.len, quoted.p);
		value = json_read(str_sub(buf_cstr(&text), text.len), JOURNAL_LINE, NULL);
		buf_done(&text);
	}
	if (json_is_string(value))
		quoted = str_sub(json_string_value(value), json_string_length(value));
	scrub_put(dst, size, quoted);
	json_decref(value);
}

static bool is_known(const struct journal_line *line, const struct event *event)
{
	return line->version == EVENT_VERSION && event->kind != EVENT_UNKNOWN &&
	       (event->data.has & event_must(event->kind)) == event_must(event->kind);
}

bool journal_line_event(const struct journal_line *line, struct arena *arena, struct event *out,
			struct err *err)
{
	memset(out, 0, sizeof(*out));
	str_copy(out->id, sizeof(out->id), line->id);
	str_copy(out->origin, sizeof(out->origin), line->origin);
	put_string(out->by, sizeof(out->by), line->by);
	out->seq = line->seq;
	out->hlc = line->hlc;
	out->at = line->at;
	out->rec = line->rec;
	out->src = line->src;
	out->kind = event_find(line->kind);
	if (!event_data_read(line->data, arena, &out->data, err)) {
		if (line->version == EVENT_VERSION && out->kind != EVENT_UNKNOWN)
			return err_add(err, "data of a %s", event_name(out->kind));
		memset(&out->data, 0, sizeof(out->data));
	}
	if (!is_known(line, out)) {
		put_string(out->unknown, sizeof(out->unknown), line->kind);
		out->kind = EVENT_UNKNOWN;
	}
	return true;
}

static void write_envelope(struct buf *out, const struct event *event)
{
	buf_fmt(out, "{\"v\":%d,\"id\":\"%s\",\"seq\":%" PRIu64 ",\"origin\":\"%s\"", EVENT_VERSION,
		event->id, event->seq, event->origin);
	buf_fmt(out, ",\"hlc\":\"%013lld-%04u\",\"at\":\"", (long long)event->hlc.ms,
		event->hlc.counter);
	stamp_write(out, event->at);
	buf_text(out, "\",\"rec\":\"");
	stamp_write(out, event->rec);
	buf_text(out, "\",\"by\":");
	quote_text(out, str_of(event->by), false);
	buf_fmt(out, ",\"src\":\"%s\",\"kind\":\"%s\",\"data\":", event_src_word(event->src),
		event_name(event->kind));
}

bool journal_line_write(struct buf *out, const struct event *event, const char *prev,
			char hash[DIGEST_HEX])
{
	size_t from = out->len;
	struct journal_line line;

	if (event->kind == EVENT_UNKNOWN || !stamp_fits(event->at) || !stamp_fits(event->rec))
		return false;
	write_envelope(out, event);
	event_data_write(&event->data, out);
	buf_fmt(out, ",\"prev\":\"%s\"", prev && prev[0] ? prev : NO_PREV);
	if (!out->full)
		digest_sha256(hash, str_sub(out->data + from, out->len - from));
	buf_fmt(out, ",\"hash\":\"%s\"}", hash);
	/* What cannot be read again must not be taken for saved. */
	if (!out->full && journal_line_parse(str_sub(out->data + from, out->len - from), &line, NULL) &&
	    buf_char(out, '\n'))
		return true;
	buf_cut(out, from);
	return false;
}

static bool hash_fits(struct str text, const struct journal_line *line)
{
	char hash[DIGEST_HEX];

	digest_sha256(hash, str_sub(text.p, text.len - SEAL));
	return str_eq(line->hash, hash);
}

bool journal_line_whole(struct str text, struct journal_line *out, struct err *err)
{
	if (!journal_line_parse(text, out, err))
		return false;
	return hash_fits(text, out) ||
	       err_set(err, ERR_INPUT, "its hash is another: the line was changed");
}

bool journal_chain_take(struct journal_chain *chain, struct str text, struct journal_line *out,
			struct err *err)
{
	const char *prev = chain->seq > 0 ? chain->head : NO_PREV;

	if (!journal_line_whole(text, out, err))
		return false;
	if (chain->seq > 0 && !str_eq(out->origin, chain->origin))
		return err_set(err, ERR_INPUT, "it is of another origin, %.*s", (int)out->origin.len,
			       out->origin.p);
	if (out->seq != chain->seq + 1 || !str_eq(out->prev, prev))
		return chain->seq > 0
			? err_set(err, ERR_INPUT, "it does not follow line %" PRIu64, chain->seq)
			: err_set(err, ERR_INPUT, "it is not the first line of a file");
	str_copy(chain->origin, sizeof(chain->origin), out->origin);
	str_copy(chain->head, sizeof(chain->head), out->hash);
	chain->seq = out->seq;
	chain->hlc = out->hlc;
	return true;
}

/* The bytes after the last LF. A write that was cut short leaves the beginning of a line, maybe
 * zeros after it; a whole line with anything else behind it had its LF changed. */
static bool tail_is_torn(struct journal_chain *chain, struct str tail)
{
	size_t most = tail.len;
	struct journal_line line;

	if (tail.len < 2 || tail.p[tail.len - 1] == '\0')
		return true;
	return !journal_chain_take(chain, str_sub(tail.p, most - 1), &line, NULL);
}

static bool scan_bad(struct journal_report *out, const char *why)
{
	out->bad_line = out->events + 1;
	str_put(out->why, sizeof(out->why), why);
	return false;
}

bool journal_scan(struct str bytes, struct journal_report *out)
{
	struct journal_chain chain = { 0 };
	struct journal_line line;
	struct err err = { 0 };
	const char *feed;

	*out = (struct journal_report){ 0 };
	while (bytes.len > 0 && (feed = memchr(bytes.p, '\n', bytes.len))) {
		size_t len = (size_t)(feed - bytes.p);

		if (!journal_chain_take(&chain, str_sub(bytes.p, len), &line, &err))
			return scan_bad(out, err.text);
		bytes = str_sub(feed + 1, bytes.len - len - 1);
		out->events++;
		str_put(out->head, sizeof(out->head), chain.head);
	}
	out->torn = bytes.len > 0;
	if (out->torn && !tail_is_torn(&chain, bytes))
		return scan_bad(out, "a whole line without its line feed");
	return true;
}
