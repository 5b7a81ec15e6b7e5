#include "base/num.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits(struct str s, size_t from)
{
	size_t i = from;
	while (i < s.len && digit(s.p[i]))
		i++;
	return i - from;
}

bool num_parse_u64(struct str text, uint64_t *out)
{
	uint64_t value = 0;
	if (text.len == 0 || digits(text, 0) != text.len)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(text.p[i] - '0'), &value))
			return false;
	}
	*out = value;
	return true;
}

bool num_parse_i64(struct str text, int64_t *out)
{
	bool negative = str_starts(text, "-");
	uint64_t size;
	if (!num_parse_u64(negative ? str_sub(text.p + 1, text.len - 1) : text, &size))
		return false;
	if (size > (uint64_t)INT64_MAX + negative)
		return false;
	/* -size without ever forming the positive 2^63. */
	*out = negative ? (size ? -(int64_t)(size - 1) - 1 : 0) : (int64_t)size;
	return true;
}

/* The C locale: its object is static in glibc, so that this neither allocates nor fails. */
static locale_t plain(void)
{
	return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* [+-] digits [. digits] [e [+-] digits], with a digit on at least one side of the point. */
static bool is_decimal(struct str s)
{
	size_t i = s.len > 0 && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0;
	size_t whole = digits(s, i), part = 0;
	i += whole;
	if (i < s.len && s.p[i] == '.') {
		part = digits(s, i + 1);
		i += 1 + part;
	}
	if (whole + part == 0)
		return false;
	if (i < s.len && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		if (i < s.len && (s.p[i] == '-' || s.p[i] == '+'))
			i++;
		size_t power = digits(s, i);
		if (power == 0)
			return false;
		i += power;
	}
	return i == s.len;
}

bool num_parse_double(struct str text, double *out)
{
	static const struct {
		const char *word;
		double value;
	} words[] = {
		{ "NaN", (double)NAN },
		{ "Inf", HUGE_VAL },
		{ "+Inf", HUGE_VAL },
		{ "-Inf", -HUGE_VAL },
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_eq(text, words[i].word)) {
			*out = words[i].value;
			return true;
		}
	}
	char copy[400];	/* the longest double that Prometheus writes has 309 digits */
	if (!is_decimal(text) || !str_copy(copy, sizeof(copy), text))
		return false;
	double value = strtod_l(copy, NULL, plain());
	if (isinf(value))
		return false;
	*out = value;
	return true;
}

/*
 * Amounts. A decimal is held as digits around a fixed point: PLACES before it, PLACES after it,
 * most significant first, with one more place in front for the carry.
 */
enum { PLACES = 80, DIGITS = 1 + 2 * PLACES };

struct decimal {
	bool negative;
	signed char digit[DIGITS];
};

static bool decimal_read(struct decimal *d, struct str s)
{
	*d = (struct decimal){ .negative = str_starts(s, "-") };
	size_t start = d->negative;
	size_t whole = digits(s, start), point = start + whole, part = 0;
	if (point < s.len && s.p[point] == '.') {
		part = digits(s, point + 1);
		if (part == 0 || point + 1 + part != s.len)
			return false;
	} else if (point != s.len) {
		return false;
	}
	if (whole == 0 || whole > PLACES || part > PLACES)
		return false;
	for (size_t i = 0; i < whole; i++)
		d->digit[1 + PLACES - whole + i] = (signed char)(s.p[start + i] - '0');
	for (size_t i = 0; i < part; i++)
		d->digit[1 + PLACES + i] = (signed char)(s.p[point + 1 + i] - '0');
	return true;
}

/* a += sign * b, digit by digit from the right. The result may borrow from nowhere: then it is
 * negative, every digit is as in ten's complement, and false is returned. */
static bool magnitude_add(struct decimal *a, const struct decimal *b, int sign)
{
	int carry = 0;
	for (size_t i = DIGITS; i-- > 0;) {
		int sum = a->digit[i] + sign * b->digit[i] + carry;
		carry = sum > 9 ? 1 : sum < 0 ? -1 : 0;
		a->digit[i] = (signed char)(sum - 10 * carry);
	}
	return carry == 0;
}

static bool decimal_add(struct decimal *a, const struct decimal *b)
{
	if (a->negative == b->negative)
		return magnitude_add(a, b, 1);
	if (magnitude_add(a, b, -1))
		return true;
	/* |b| was the larger: take the complement's complement and b's sign. */
	struct decimal zero = { .negative = b->negative };
	(void)magnitude_add(&zero, a, -1);	/* borrows by design */
	*a = zero;
	return true;
}

static bool decimal_write(char out[NUM_DECIMAL_TEXT], const struct decimal *d)
{
	size_t first = 0, end = DIGITS, len = 0;
	while (first < PLACES && d->digit[first] == 0)
		first++;
	while (end > 1 + PLACES && d->digit[end - 1] == 0)
		end--;
	if (end - first > PLACES)
		return false;
	bool zero = end == 1 + PLACES && first == PLACES && d->digit[first] == 0;
	if (d->negative && !zero)
		out[len++] = '-';
	for (size_t i = first; i < end; i++) {
		if (i == 1 + PLACES)
			out[len++] = '.';
		out[len++] = (char)('0' + d->digit[i]);
	}
	out[len] = '\0';
	return true;
}

bool num_decimal_add(char sum[NUM_DECIMAL_TEXT], struct str term)
{
	struct decimal a, b;
	struct str old = str_of(sum);
	if (!decimal_read(&a, old.len ? old : str_of("0")) || !decimal_read(&b, term))
		return false;
	return decimal_add(&a, &b) && decimal_write(sum, &a);
}

void num_put(struct buf *out, double value, int digits_after)
{
	char text[400];	/* the largest double has 309 digits */
	if (digits_after < 0)
		digits_after = 0;
	if (digits_after > 17)
		digits_after = 17;	/* a double knows no more */
	locale_t before = uselocale(plain());
	int len = snprintf(text, sizeof(text), "%.*f", digits_after, value);
	uselocale(before);
	if (isfinite(value) && strchr(text, '.')) {
		while (text[len - 1] == '0')
			len--;
		if (text[len - 1] == '.')
			len--;
	}
	text[len] = '\0';
	if (isnan(value))
		buf_text(out, "NaN");
	else
		buf_text(out, strcmp(text, "-0") == 0 ? "0" : text);
}
