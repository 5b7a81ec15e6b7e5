#include "backends/log_time.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/num.h"

enum { TIME_TEXT = 48, LINE_MOST = 16 * 1024 };

static bool parse(const char *text, struct line_time *out)
{
	out->zoned = when_parse(str_of(text), &out->at);
	return (out->zoned || when_parse_local(str_of(text), &out->at)) && out->at > 0;
}

static bool is_offset(const char *text)
{
	for (size_t i = 1; i < 5; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return text[0] == '+' || text[0] == '-';
}

/* " +0000" becomes "+00:00"; what is no offset of that form stays. */
static void spread_offset(char text[TIME_TEXT])
{
	size_t len = strlen(text);
	char *sign = text + len - 5, offset[7];

	if (len < 6 || len + 2 > TIME_TEXT || !is_offset(sign) || !strchr(text, ':'))
		return;
	(void)snprintf(offset, sizeof(offset), "%.3s:%.2s", sign, sign + 3);
	if (sign[-1] == ' ')
		sign--;
	memcpy(sign, offset, sizeof(offset));
}

/* The forms that base/when does not read: a comma before the fraction, "+0000". */
bool log_time_text(struct str words, struct line_time *out)
{
	char text[TIME_TEXT];
	char *comma;

	while (words.len > 0 && strchr("]),:;", words.p[words.len - 1]))
		words.len--;
	if (words.len == 0 || !str_copy(text, sizeof(text), words))
		return false;
	comma = strchr(text, ',');
	if (comma)
		*comma = '.';
	spread_offset(text);
	return parse(text, out);
}

/* The first `count` words of the line; shorter when it has fewer. */
static struct str words_of(struct str line, size_t count)
{
	size_t len = 0;

	while (len < line.len && len < TIME_TEXT) {
		if (line.p[len] == ' ' && --count == 0)
			break;
		len++;
	}
	return str_sub(line.p, len);
}

static bool says_utc(struct str rest)
{
	rest = str_trim(rest);
	return str_starts(rest, "UTC") || str_starts(rest, "GMT");
}

static bool iso_prefix(struct str line, struct line_time *out)
{
	enum { DATE = 10 };
	struct str words = words_of(line, 1);

	if (words.len < DATE || !isdigit((unsigned char)line.p[0]))
		return false;
	if (words.len == DATE)
		words = words_of(line, 2);
	if (!log_time_text(words, out))
		return false;
	if (!out->zoned)
		out->zoned = says_utc(str_sub(line.p + words.len, line.len - words.len));
	return true;
}

static bool month_of(struct str line, unsigned *month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (*month = 1; *month <= 12 && line.len >= 3; ++*month) {
		if (memcmp(line.p, names + (*month - 1) * (size_t)3, 3) == 0)
			return true;
	}
	return false;
}

/* "Nov  2 01:37:21": without a year, so a line that seems to come from the future is a year old. */
static bool syslog_prefix(struct str line, msec read, struct line_time *out)
{
	enum { PREFIX = 15, YEAR = 4 };
	char now[WHEN_TEXT], text[TIME_TEXT];
	unsigned month;
	int64_t year;

	when_format(now, read);
	if (line.len < PREFIX || !month_of(line, &month) ||
	    !num_parse_i64(str_sub(now, YEAR), &year))
		return false;
	for (int64_t back = 0; back <= 1; back++) {
		(void)snprintf(text, sizeof(text), "%04lld-%02u-%c%cT%.8s", (long long)(year - back),
			       month, line.p[4] == ' ' ? '0' : line.p[4], line.p[5], line.p + 7);
		if (parse(text, out) && out->at <= read + WHEN_DAY)
			return true;
	}
	return false;
}

/* "<34>1 " of RFC 5424, "<34>" of RFC 3164, and a bracket. */
static struct str past_marks(struct str line)
{
	const char *end = line.len > 0 && line.p[0] == '<' ? memchr(line.p, '>', line.len) : NULL;

	if (end && end - line.p <= 4) {
		line = str_sub(end + 1, line.len - (size_t)(end + 1 - line.p));
		if (str_starts(line, "1 "))
			line = str_sub(line.p + 2, line.len - 2);
	}
	if (line.len > 0 && (line.p[0] == '[' || line.p[0] == '('))
		line = str_sub(line.p + 1, line.len - 1);
	return line;
}

/* Whatever the unit, the present has the size of one of them only. */
static bool epoch(double number, struct line_time *out)
{
	static const struct { double below, per_ms; } units[] = {
		{ 1e8, 0 }, { 1e11, 1e-3 }, { 1e14, 1 }, { 1e17, 1e3 }, { 9e18, 1e6 },
	};

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (!(number < units[i].below))
			continue;
		out->zoned = true;
		out->at = i ? (msec)(number / units[i].per_ms) : 0;
		return i > 0;
	}
	return false;
}

bool log_time_of(const json_t *value, struct line_time *out)
{
	double number;

	if (json_is_number(value))
		return epoch(json_number_value(value), out);
	if (!json_is_string(value))
		return false;
	if (num_parse_double(str_of(json_string_value(value)), &number))
		return epoch(number, out);
	return log_time_text(str_of(json_string_value(value)), out);
}

static bool json_time(struct str line, struct line_time *out)
{
	static const char *const members[] = { "timestamp", "@timestamp", "time", "ts" };
	json_t *root = json_read(line, LINE_MOST, NULL);
	bool found = false;

	for (size_t i = 0; root && !found && i < ARRAY_LEN(members); i++)
		found = log_time_of(json_object_get(root, members[i]), out);
	json_decref(root);
	return found;
}

bool log_time(struct str line, msec read, struct line_time *out)
{
	line = str_trim(line);
	if (str_starts(line, "{"))
		return json_time(line, out);
	line = past_marks(line);
	return iso_prefix(line, out) || syslog_prefix(line, read, out);
}

bool log_hash(struct str line, char out[LOG_HASH])
{
	size_t run = 0;

	for (size_t i = 0; i <= line.len; i++) {
		if (i < line.len && isxdigit((unsigned char)line.p[i])) {
			run++;
			continue;
		}
		if (run == LOG_HASH - 1) {
			for (size_t k = 0; k < run; k++)
				out[k] = (char)tolower((unsigned char)line.p[i - run + k]);
			out[run] = '\0';
			return true;
		}
		run = 0;
	}
	return false;
}
