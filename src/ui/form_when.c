#include "ui/form_when.h"

#include <stdio.h>

#include "base/num.h"

enum { GRACE = 5 * 1000 };		/* clocks of two hosts are never quite the same */
#define LONGEST (3660 * WHEN_DAY)	/* no sum of it and a present overflows */

static bool two_digits(struct str part, int64_t most, int64_t *out)
{
	return (part.len == 1 || part.len == 2) && num_parse_i64(part, out) && *out >= 0 && *out <= most;
}

/* "02:10", "02:10:30", with or without a Z: milliseconds of the day. */
static bool parse_clock(struct str text, msec *out)
{
	int64_t hour, minute, second = 0;
	struct str part;

	if (str_ends(text, "Z"))
		text.len--;
	if (!str_cut(&text, ':', &part) || !two_digits(part, 23, &hour))
		return false;
	if (!str_cut(&text, ':', &part) || part.len != 2 || !two_digits(part, 59, &minute))
		return false;
	if (text.len > 0 && (text.len != 2 || !two_digits(text, 59, &second)))
		return false;
	*out = hour * WHEN_HOUR + minute * WHEN_MINUTE + second * WHEN_SECOND;
	return true;
}

static bool refuse(struct str text, const char *examples, struct err *err)
{
	return err_set(err, ERR_INPUT, "'%.*s' is no time: %s", (int)(text.len < 40 ? text.len : 40),
		       text.p, examples);
}

static bool parse_length(struct str text, msec *out)
{
	struct err ignored = { 0 };

	return text.len > 0 && when_parse_duration(text, out, &ignored) && *out <= LONGEST;
}

bool form_past(struct str text, msec now, msec *out, struct err *err)
{
	msec length, clock;
	struct str bare = str_trim(text);

	*out = WHEN_NEVER;
	if (bare.len == 0 || str_eq(bare, "unknown"))
		return true;
	if (bare.p[0] == '-')
		bare = str_sub(bare.p + 1, bare.len - 1);
	if (parse_length(bare, &length)) {
		*out = now - length;
	} else if (parse_clock(bare, &clock)) {
		*out = now / WHEN_DAY * WHEN_DAY + clock;
		if (*out > now + GRACE)
			*out -= WHEN_DAY;
	} else if (!when_parse(bare, out)) {
		*out = WHEN_NEVER;
		return refuse(str_trim(text), "-5m, 02:10 or 2026-11-22T02:10:00Z (UTC)", err);
	}
	if (*out > now + GRACE)
		return err_set(err, ERR_INPUT, "'%.*s' has not come yet", (int)bare.len, bare.p);
	return true;
}

bool form_ahead(struct str text, msec now, msec *out, struct err *err)
{
	msec length, clock;
	struct str bare = str_trim(text);

	*out = WHEN_NEVER;
	if (bare.len == 0 || str_eq(bare, "none"))
		return true;
	if (parse_length(bare, &length)) {
		*out = now + length;
	} else if (parse_clock(bare, &clock)) {
		*out = now / WHEN_DAY * WHEN_DAY + clock;
		if (*out <= now)
			*out += WHEN_DAY;
	} else if (!when_parse(bare, out) && !when_parse_day(bare, out)) {
		*out = WHEN_NEVER;
		return refuse(bare, "15m, 14d, 02:30Z, 2026-11-22 or with a time", err);
	}
	if (*out <= now)
		return err_set(err, ERR_INPUT, "'%.*s' is over already", (int)bare.len, bare.p);
	return true;
}

bool form_backdate(struct str *text, msec now, msec *out, struct err *err)
{
	struct str word, rest = str_trim(*text);

	*out = WHEN_NEVER;
	if (rest.len == 0 || rest.p[0] != '@')
		return true;
	str_cut(&rest, ' ', &word);
	*text = str_trim(rest);
	if (word.len == 1)
		return err_set(err, ERR_INPUT, "after the @ comes a time: @-5m text");
	return form_past(str_sub(word.p + 1, word.len - 1), now, out, err);
}
