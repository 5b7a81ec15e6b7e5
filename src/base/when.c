/*
 * Own calendar arithmetic: libc's depends on the time zone database and on static buffers. Days are
 * counted with years that begin in March, so that the leap day is the last one of its year.
 */
#include "base/when.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/scrub.h"

struct civil {
	int64_t year;
	unsigned month, day;	/* 1-12, 1-31 */
};

enum { DAYS_400Y = 146097, EPOCH_SHIFT = 719468 };	/* 0000-03-01 to 1970-01-01 */

static int64_t days_of(struct civil date)
{
	int64_t year = date.month <= 2 ? date.year - 1 : date.year;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t month = (date.month + 9) % 12;
	int64_t of_year = (153 * month + 2) / 5 + date.day - 1;
	return era * DAYS_400Y + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_SHIFT;
}

static struct civil civil_of(int64_t days)
{
	days += EPOCH_SHIFT;
	int64_t era = (days >= 0 ? days : days - (DAYS_400Y - 1)) / DAYS_400Y;
	int64_t day = days - era * DAYS_400Y;
	int64_t year = (day - day / 1460 + day / 36524 - day / (DAYS_400Y - 1)) / 365;
	day -= 365 * year + year / 4 - year / 100;
	int64_t month = (5 * day + 2) / 153;
	struct civil date = {
		.year = year + era * 400 + (month >= 10),
		.month = (unsigned)(month < 10 ? month + 3 : month - 9),
		.day = (unsigned)(day - (153 * month + 2) / 5 + 1),
	};
	return date;
}

static unsigned month_days(int64_t year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

static bool valid(struct civil date)
{
	return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
	       date.day <= month_days(date.year, date.month);
}

/* Floored division, so that times before the epoch have positive parts too. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
	return a % b + (a % b < 0 ? b : 0);
}

/* Reading: each take_ function cuts what it recognises off the front of *s. */

static bool take(struct str *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	*s = str_sub(s->p + 1, s->len - 1);
	return true;
}

static bool take_digits(struct str *s, size_t count, unsigned *out)
{
	unsigned value = 0;
	if (s->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		value = value * 10 + (unsigned)(s->p[i] - '0');
	}
	*s = str_sub(s->p + count, s->len - count);
	*out = value;
	return true;
}

static bool take_date(struct str *s, int64_t *days)
{
	unsigned year;
	struct civil date;
	if (!take_digits(s, 4, &year) || !take(s, '-') || !take_digits(s, 2, &date.month) ||
	    !take(s, '-') || !take_digits(s, 2, &date.day))
		return false;
	date.year = year;
	*days = days_of(date);
	return valid(date);
}

/* HH:MM:SS. A leap second (:60) counts as the first moment of the next minute, as POSIX has it. */
static bool take_clock(struct str *s, msec *of_day)
{
	unsigned hour, minute, second;
	if (!take_digits(s, 2, &hour) || !take(s, ':') || !take_digits(s, 2, &minute) ||
	    !take(s, ':') || !take_digits(s, 2, &second))
		return false;
	*of_day = hour * WHEN_HOUR + minute * WHEN_MINUTE + second * WHEN_SECOND;
	return hour <= 23 && minute <= 59 && second <= 60;
}

/* An optional fraction of any length, cut (not rounded) to milliseconds. */
static bool take_fraction(struct str *s, msec *ms)
{
	unsigned digit;
	msec scale = 100;
	*ms = 0;
	if (!take(s, '.'))
		return true;
	if (!take_digits(s, 1, &digit))
		return false;
	do {
		*ms += digit * scale;
		scale /= 10;
	} while (take_digits(s, 1, &digit));
	return true;
}

/* Z, +HH:MM or PostgreSQL's +HH. */
static bool take_offset(struct str *s, msec *offset)
{
	*offset = 0;
	if (take(s, 'Z') || take(s, 'z'))
		return true;
	bool west = take(s, '-');
	unsigned hours, minutes = 0;
	if ((!west && !take(s, '+')) || !take_digits(s, 2, &hours))
		return false;
	if (take(s, ':') && !take_digits(s, 2, &minutes))
		return false;
	*offset = (hours * WHEN_HOUR + minutes * WHEN_MINUTE) * (west ? -1 : 1);
	return hours <= 23 && minutes <= 59;
}

static bool parse(struct str s, bool need_offset, msec *out)
{
	int64_t days;
	msec of_day, ms, offset = 0;
	if (!take_date(&s, &days))
		return false;
	if (!take(&s, 'T') && !take(&s, 't') && !take(&s, ' '))
		return false;
	if (!take_clock(&s, &of_day) || !take_fraction(&s, &ms))
		return false;
	if ((need_offset || s.len > 0) && !take_offset(&s, &offset))
		return false;
	if (s.len > 0)
		return false;
	*out = days * WHEN_DAY + of_day + ms - offset;
	return true;
}

bool when_parse(struct str text, msec *out)
{
	return parse(text, true, out);
}

bool when_parse_local(struct str text, msec *out)
{
	return parse(text, false, out);
}

bool when_parse_day(struct str text, msec *out)
{
	char whole[] = "YYYY-MM-DDT23:59:59Z";

	if (text.len != strlen("YYYY-MM-DD"))
		return false;
	memcpy(whole, text.p, text.len);
	return when_parse(str_of(whole), out);
}

static bool take_month(struct str *s, unsigned *month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (unsigned i = 0; i < 12 && s->len >= 3; i++) {
		if (memcmp(s->p, names + i * (size_t)3, 3) == 0) {
			*s = str_sub(s->p + 3, s->len - 3);
			*month = i + 1;
			return true;
		}
	}
	return false;
}

/* The weekday is not checked: servers with a wrong one still know the time. */
bool when_parse_http(struct str text, msec *out)
{
	struct str day_name, s = text;
	struct civil date;
	unsigned year;
	msec of_day;
	if (!str_cut(&s, ',', &day_name) || day_name.len != 3 || !take(&s, ' '))
		return false;
	if (!take_digits(&s, 2, &date.day) || !take(&s, ' ') || !take_month(&s, &date.month) ||
	    !take(&s, ' ') || !take_digits(&s, 4, &year) || !take(&s, ' '))
		return false;
	date.year = year;
	if (!valid(date) || !take_clock(&s, &of_day) || !str_eq(s, " GMT"))
		return false;
	*out = days_of(date) * WHEN_DAY + of_day;
	return true;
}

void when_format(char out[WHEN_TEXT], msec at)
{
	struct civil date = civil_of(floor_div(at, WHEN_DAY));
	char clock[WHEN_TEXT], text[80];
	int ms = (int)floor_mod(at, WHEN_SECOND);
	when_format_clock(clock, at);
	int len = snprintf(text, sizeof(text), "%04lld-%02u-%02uT%s", (long long)date.year,
			   date.month, date.day, clock);
	if (ms)
		len += snprintf(text + len, sizeof(text) - (size_t)len, ".%03d", ms);
	snprintf(text + len, sizeof(text) - (size_t)len, "Z");
	str_put(out, WHEN_TEXT, text);	/* fits: 30 bytes for the farthest time there is */
}

void when_format_clock(char out[WHEN_TEXT], msec at)
{
	int seconds = (int)(floor_mod(at, WHEN_DAY) / WHEN_SECOND);
	snprintf(out, WHEN_TEXT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/* Largest first: a duration names each unit at most once, in this order. */
static const struct unit {
	const char *name;
	msec size;
} units[] = {
	{ "d", WHEN_DAY },
	{ "h", WHEN_HOUR },
	{ "m", WHEN_MINUTE },
	{ "s", WHEN_SECOND },
	{ "ms", 1 },
};

static bool refuse(struct err *err, struct str text, const char *why)
{
	char shown[64];
	scrub_put(shown, sizeof(shown), text);
	return err_set(err, ERR_INPUT, "\"%s\" is no duration: %s", shown, why);
}

static bool take_number(struct str *s, msec *out)
{
	unsigned digit;
	if (!take_digits(s, 1, &digit))
		return false;
	*out = digit;
	while (take_digits(s, 1, &digit)) {
		if (__builtin_mul_overflow(*out, 10, out) || __builtin_add_overflow(*out, digit, out))
			return false;
	}
	return true;
}

/* The unit at the front of *s: its letters up to the next digit. */
static const struct unit *take_unit(struct str *s)
{
	size_t len = 0;
	while (len < s->len && (s->p[len] < '0' || s->p[len] > '9'))
		len++;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (str_eq(str_sub(s->p, len), units[i].name)) {
			*s = str_sub(s->p + len, s->len - len);
			return &units[i];
		}
	}
	return NULL;
}

bool when_parse_duration(struct str text, msec *out, struct err *err)
{
	static const char expected[] = "write a number and a unit of ms, s, m, h or d, as in 1h30m";
	const struct unit *last = NULL;
	struct str rest = text;
	msec sum = 0;
	do {
		msec count;
		if (!take_number(&rest, &count))
			return refuse(err, text, expected);
		if (rest.len == 0)
			return refuse(err, text, "it has no unit, write for example 30s");
		const struct unit *unit = take_unit(&rest);
		if (!unit)
			return refuse(err, text, expected);
		if (last && unit <= last)
			return refuse(err, text, "each unit once, the largest first, as in 1h30m");
		if (__builtin_mul_overflow(count, unit->size, &count) ||
		    __builtin_add_overflow(sum, count, &sum))
			return refuse(err, text, "it is too long");
		last = unit;
	} while (rest.len > 0);
	*out = sum;
	return true;
}

void when_format_duration(char out[WHEN_TEXT], msec d)
{
	struct buf text = { .max = WHEN_TEXT - 1 };
	if (d < 0)
		buf_char(&text, '-');
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		/* Digit by digit with its own sign: -INT64_MIN does not exist. */
		msec count = d / units[i].size;
		d %= units[i].size;
		if (count != 0)
			buf_fmt(&text, "%lld%s", count < 0 ? -(long long)count : (long long)count,
				units[i].name);
	}
	str_put(out, WHEN_TEXT, text.len > 0 ? buf_cstr(&text) : "0s");
	buf_done(&text);
}

void when_format_age(char out[WHEN_TEXT], msec age)
{
	static const struct {
		msec below, unit;
		char name;
	} steps[] = {
		{ WHEN_MINUTE, WHEN_SECOND, 's' },
		{ WHEN_HOUR, WHEN_MINUTE, 'm' },
		{ WHEN_DAY, WHEN_HOUR, 'h' },
		{ 1000 * WHEN_DAY, WHEN_DAY, 'd' },
		{ 1000 * 365 * WHEN_DAY, 365 * WHEN_DAY, 'y' },
	};
	if (age < 0)
		age = 0;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		if (age < steps[i].below) {
			snprintf(out, WHEN_TEXT, "%d%c", (int)(age / steps[i].unit), steps[i].name);
			return;
		}
	}
	str_put(out, WHEN_TEXT, "999y");	/* no more than four cells, whatever the age */
}
