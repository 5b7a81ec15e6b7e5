/* The oracles here encode on their own: a mistake of secret.c must not excuse itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/secret.h"

#define CANARY "c4n/ry+?&~ \"\\\n\xC3\xA9\xF0\x9F\x94\x91 end"

static char *redacted(const char *text)
{
	struct buf out = { 0 };
	redact(&out, str_of(text));
	return buf_take(&out);
}

static void expect(const char *text, const char *expected)
{
	char *clean = redacted(text);
	assert_string_equal(clean, expected);
	mem_free(clean);
}

/* In the middle of a text, at its start and at its end. */
static void expect_hidden(const char *written)
{
	struct buf text = { 0 };
	expect(written, "[redacted]");
	buf_fmt(&text, "before <%s> after", written);
	expect(buf_cstr(&text), "before <[redacted]> after");
	buf_done(&text);
}

static void base64_of(struct buf *out, const char *bytes, size_t len, const char *last_two)
{
	char alphabet[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	memcpy(alphabet + 62, last_two, 2);
	for (size_t bit = 0; bit < len * 8; bit += 6) {
		unsigned value = 0;
		for (size_t i = bit; i < bit + 6; i++) {
			unsigned byte = i / 8 < len ? (unsigned char)bytes[i / 8] : 0;
			value = value * 2 + (byte >> (7 - i % 8) & 1);
		}
		buf_char(out, alphabet[value]);
	}
}

static void a_secret_is_reached_only_by_its_name_and_shown_as_its_sum(void **state)
{
	(void)state;
	struct secret *secret = secret_new(str_of("abc"));
	assert_string_equal(secret_reveal(secret), "abc");
	assert_string_equal(secret_label(secret), "sha256:ba7816bf");
	secret_free(secret);
	assert_string_equal(secret_reveal(NULL), "");
	assert_string_equal(secret_label(NULL), "");
	secret_free(NULL);
}

static void without_secrets_a_text_is_copied(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "plain", "50% of a:b \\ c", "password", "eyJ", "S", "://",
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		expect(texts[i], texts[i]);
}

static void a_known_secret_is_hidden_raw_wherever_it_stands(void **state)
{
	(void)state;
	struct secret *secret = secret_new(str_of("hunter2!"));
	expect_hidden("hunter2!");
	expect("hunter2!hunter2! hunter2", "[redacted] hunter2");
	expect("hhunter2!hunter", "h[redacted]hunter");
	secret_free(secret);
	expect("hunter2!", "hunter2!");
}

static void hex_is_hidden_in_both_cases(void **state)
{
	(void)state;
	struct secret *secret = secret_new(str_of("z\xFFJk~"));
	expect_hidden("7aff4a6b7e");
	expect_hidden("7AFF4A6B7E");
	expect_hidden("7aFf4A6b7E");
	expect("7aff4a6b7", "7aff4a6b7");
	secret_free(secret);
}

static void url_escapes_are_hidden_in_every_spelling(void **state)
{
	(void)state;
	struct secret *secret = secret_new(str_of("a b/c+d%e"));
	static const char *const spellings[] = {
		"a b/c+d%e", "a%20b%2Fc%2Bd%25e", "a%20b%2fc%2bd%25e", "a%20b/c+d%25e", "a+b%2Fc%2Bd%25e",
		"%61%20%62%2f%63%2b%64%25%65", "a b%2Fc+d%e",
	};
	for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
		expect_hidden(spellings[i]);
	secret_free(secret);
}

static void json_escapes_are_hidden_in_every_spelling(void **state)
{
	(void)state;
	struct secret *secret = secret_new(str_of(CANARY));
	static const char *const spellings[] = {
		"c4n/ry+?&~ \\\"\\\\\\n\xC3\xA9\xF0\x9F\x94\x91 end",
		"c4n\\/ry+?&~ \\\"\\\\\\n\\u00e9\\ud83d\\udd11 end",
		"\\u0063\\u0034n\\u002Fry+?\\u0026~ \\u0022\\u005C\\u000a\\u00E9\\uD83D\\uDD11 end",
	};
	for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
		expect_hidden(spellings[i]);
	json_t *value = json_string(CANARY);
	char *written = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	expect(written, "\"[redacted]\"");
	free(written);
	json_decref(value);
	secret_free(secret);
}

static void a_scrubbed_secret_is_hidden_too(void **state)
{
	(void)state;
	struct secret *secret = secret_new(str_of("-----BEGIN\nMIIE\n-----END"));
	expect_hidden("-----BEGIN^JMIIE^J-----END");
	expect_hidden("-----BEGIN\nMIIE\n-----END");
	secret_free(secret);
}

/* Of a base64 text only the characters that hold nothing but the secret's bits must go; the one at
 * either end shares its bits with the neighbours. */
static void base64_is_hidden_in_each_phase_and_alphabet(void **state)
{
	(void)state;
	static const char *const secrets[] = { "hunter2!", "\xFB\xFF\xBF\xFE?>x", "abcd", CANARY };
	static const char *const alphabets[] = { "+/", "-_" };
	static const char *const befores[] = { "", "u", "us", "use", "user:" };
	static const char *const afters[] = { "", "@", "@h", "@ho" };
	for (size_t n = 0; n < ARRAY_LEN(secrets) * ARRAY_LEN(alphabets); n++) {
		struct secret *secret = secret_new(str_of(secrets[n / 2]));
		for (size_t k = 0; k < ARRAY_LEN(befores) * ARRAY_LEN(afters); k++) {
			const char *before = befores[k / 4], *after = afters[k % 4];
			size_t skip = strlen(before), len = strlen(secrets[n / 2]);
			struct buf plain = { 0 }, text = { 0 }, expected = { 0 };
			buf_fmt(&plain, "%s%s%s", before, secrets[n / 2], after);
			base64_of(&text, plain.data, plain.len, alphabets[n % 2]);
			size_t first = (skip * 8 + 5) / 6, last = (skip + len) * 8 / 6;
			buf_add(&expected, text.data, first);
			buf_text(&expected, "[redacted]");
			buf_add(&expected, text.data + last, text.len - last);
			expect(buf_cstr(&text), buf_cstr(&expected));
			buf_done(&plain);
			buf_done(&text);
			buf_done(&expected);
		}
		secret_free(secret);
	}
}

static void a_basic_authorisation_header_in_a_url_is_hidden(void **state)
{
	(void)state;
	struct secret *secret = secret_new(str_of("\xFB\xFF\xBF\xFB\xFF\xBF"));
	expect_hidden("+/+/+/+/");
	expect_hidden("%2B%2F%2b%2f-_+/");
	secret_free(secret);
}

static void very_short_secrets_do_not_mangle_every_text(void **state)
{
	(void)state;
	struct secret *none = secret_new(str_of("")), *three = secret_new(str_of("lag"));
	struct secret *four = secret_new(str_of("lagg"));
	expect("lag 4 s", "lag 4 s");
	expect("lagg 4 s", "[redacted] 4 s");
	secret_free(four);
	secret_free(three);
	secret_free(none);
}

static void of_overlapping_secrets_nothing_shows(void **state)
{
	(void)state;
	struct secret *a = secret_new(str_of("abcdef")), *b = secret_new(str_of("defghi"));
	struct secret *c = secret_new(str_of("abcdefghij"));
	expect("<abcdefghi>", "<[redacted]>");
	expect("<abcdefghij>", "<[redacted]>");
	secret_free(c);
	expect("<abcdefghij>", "<[redacted]j>");
	secret_free(a);
	expect("<abcdefghij>", "<abc[redacted]j>");
	secret_free(b);
	expect("<abcdefghij>", "<abcdefghij>");
}

static void the_same_secret_twice_is_known_until_both_are_gone(void **state)
{
	(void)state;
	struct secret *a = secret_new(str_of("twofold")), *b = secret_new(str_of("twofold"));
	secret_free(a);
	expect("a twofold b", "a [redacted] b");
	secret_free(b);
	expect("a twofold b", "a twofold b");
}

struct shape_case {
	const char *text, *expected;
};

static void expect_all(const struct shape_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect(cases[i].text, cases[i].expected);
}

#define BASE32_55 "BCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWX"
_Static_assert(sizeof(BASE32_55) == 56, "a seed without its S");

static void stellar_seeds_are_hidden_and_accounts_are_not(void **state)
{
	(void)state;
	static const struct shape_case cases[] = {
		{ "S" BASE32_55, "[redacted]" },
		{ "seed=S" BASE32_55 ";", "seed=[redacted];" },
		{ "\"S" BASE32_55 "\"", "\"[redacted]\"" },
		{ "G" BASE32_55, "G" BASE32_55 },
		{ "S" BASE32_55 "A", "S" BASE32_55 "A" },
		{ "MABCDEFGHIJKLS" BASE32_55, "MABCDEFGHIJKLS" BASE32_55 },
		{ "SHORT", "SHORT" },
	};
	expect_all(cases, ARRAY_LEN(cases));
}

static void web_tokens_are_hidden(void **state)
{
	(void)state;
	static const struct shape_case cases[] = {
		{ "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln-_A", "Bearer [redacted]" },
		{ "t=eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.&x", "t=[redacted]&x" },
		{ "eyJh.eyJi.c.d.e f", "[redacted] f" },
		{ "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9" },
		{ "eyJhbGci.eyJzdWIi", "eyJhbGci.eyJzdWIi" },
		{ "eyJ... and so on", "eyJ... and so on" },
	};
	expect_all(cases, ARRAY_LEN(cases));
}

static void passwords_in_urls_are_hidden_and_ports_are_not(void **state)
{
	(void)state;
	static const struct shape_case cases[] = {
		{ "postgres://u:p@h:5432/db", "postgres://u:[redacted]@h:5432/db" },
		{ "redis://:pw@h", "redis://:[redacted]@h" },
		{ "amqp://u:a:b@c@h/x", "amqp://u:[redacted]@h/x" },
		{ "postgresql://u:s3cr%ZZet@h/d", "postgresql://u:[redacted]@h/d" },
		{ "postgres://u:p/w?x@h/db", "postgres://u:[redacted]@h/db" },
		{ "postgres://u:p@[::1/db", "postgres://u:[redacted]@[::1/db" },
		{ "\"http://u:p@h/\",\"b\"", "\"http://u:[redacted]@h/\",\"b\"" },
		{ "http://u:p@h http://v:q@i", "http://u:[redacted]@h http://v:[redacted]@i" },
		{ "http://h:8080/users/x@y", "http://h:8080/users/x@y" },
		{ "http://h/a:b@c", "http://h/a:b@c" },
		{ "http://u:p@h/path@x", "http://u:[redacted]@h/path@x" },
		{ "http://h:80 a@b", "http://h:80 a@b" },
		{ "http://user@h/", "http://user@h/" },
		{ "http://[::1]:80/x", "http://[::1]:80/x" },
		{ "u:p@h", "u:p@h" },
	};
	expect_all(cases, ARRAY_LEN(cases));
}

static void passwords_in_connection_strings_are_hidden(void **state)
{
	(void)state;
	static const struct shape_case cases[] = {
		{ "host=h password=p4ss user=u", "host=h password=[redacted] user=u" },
		{ "PGPASSWORD=p4ss psql", "PGPASSWORD=[redacted] psql" },
		{ "password = p4ss dbname=d", "password = [redacted] dbname=d" },
		{ "password='it\\'s a b' user=u", "password=[redacted] user=u" },
		{ "password=a\\ b user=u", "password=[redacted] user=u" },
		{ "password=a\\\"b user=u", "password=[redacted] user=u" },
		{ "{\"x\":\"password=a\\\\\"}", "{\"x\":\"password=[redacted]\"}" },
		{ "password='open", "password=[redacted]" },
		{ "sslpassword=x", "sslpassword=[redacted]" },
		{ "https://h/?password=x&y=z", "https://h/?password=[redacted]" },
		{ "wrong password: try again", "wrong password: try again" },
		{ "password=", "password=" },
	};
	expect_all(cases, ARRAY_LEN(cases));
}

/* A hostile text in one member must not swallow the rest of a JSON that is redacted as a whole. */
static void redacted_json_is_json_still(void **state)
{
	(void)state;
	static const char *const hostile[] = {
		"password=", "password='", "password=\"", "password=\\", "password='a\"b' c", "password=\\\"",
		"http://u:p\"@h", "http://u:", "eyJa.eyJb.", "password= \t", "://:@", "a\\password=b\\",
	};
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		json_t *object = json_pack("{s:s,s:s,s:s}", "before", "it's", "evil", hostile[i], "after",
					   "'@here");
		char *text = json_dumps(object, JSON_COMPACT), *clean = redacted(text);
		json_t *back = json_loads(clean, 0, NULL);
		if (!back)
			fail_msg("%s became %s", text, clean);
		assert_string_equal(json_string_value(json_object_get(back, "after")), "'@here");
		json_decref(back);
		json_decref(object);
		mem_free(clean);
		free(text);
	}
}

/* Shapes that begin at every byte and never end: the work must stay bounded, or this never ends. */
static void texts_made_of_beginnings_are_redacted_all_the_same(void **state)
{
	(void)state;
	static const char *const beginnings[] = {
		"eyJ", "eyJa.", "://", "://a:", "password=", "passwordpassword =", "S", "%", "\\u", "://u:p/",
	};
	for (size_t i = 0; i < ARRAY_LEN(beginnings); i++) {
		struct buf text = { 0 }, out = { 0 };
		while (text.len < 256 * 1024)
			buf_text(&text, beginnings[i]);
		buf_text(&text, " http://u:pass@host");
		redact(&out, str_sub(text.data, text.len));
		assert_null(strstr(buf_cstr(&out), "pass@"));
		buf_done(&text);
		buf_done(&out);
	}
}

/* libpq cannot take it apart, so nobody else will. */
static void the_password_in_a_malformed_dsn_is_hidden_by_itself(void **state)
{
	static const char *const dsns[] = {
		"host=db user=app password='hunter2hunter2 dbname=x", "password=hunter2hunter2 host",
		"postgresql://app:hunter2hunter2@[::1/db",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dsns); i++) {
		struct secret *secret = secret_new(str_of(dsns[i]));
		struct buf out = { 0 };

		redact(&out, str_of("it says hunter2hunter2 aloud"));
		assert_string_equal(buf_cstr(&out), "it says [redacted] aloud");
		buf_done(&out);
		secret_free(secret);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_password_in_a_malformed_dsn_is_hidden_by_itself),
		cmocka_unit_test(a_secret_is_reached_only_by_its_name_and_shown_as_its_sum),
		cmocka_unit_test(without_secrets_a_text_is_copied),
		cmocka_unit_test(a_known_secret_is_hidden_raw_wherever_it_stands),
		cmocka_unit_test(hex_is_hidden_in_both_cases),
		cmocka_unit_test(url_escapes_are_hidden_in_every_spelling),
		cmocka_unit_test(json_escapes_are_hidden_in_every_spelling),
		cmocka_unit_test(a_scrubbed_secret_is_hidden_too),
		cmocka_unit_test(base64_is_hidden_in_each_phase_and_alphabet),
		cmocka_unit_test(a_basic_authorisation_header_in_a_url_is_hidden),
		cmocka_unit_test(very_short_secrets_do_not_mangle_every_text),
		cmocka_unit_test(of_overlapping_secrets_nothing_shows),
		cmocka_unit_test(the_same_secret_twice_is_known_until_both_are_gone),
		cmocka_unit_test(stellar_seeds_are_hidden_and_accounts_are_not),
		cmocka_unit_test(web_tokens_are_hidden),
		cmocka_unit_test(passwords_in_urls_are_hidden_and_ports_are_not),
		cmocka_unit_test(passwords_in_connection_strings_are_hidden),
		cmocka_unit_test(redacted_json_is_json_still),
		cmocka_unit_test(texts_made_of_beginnings_are_redacted_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
