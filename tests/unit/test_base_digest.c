#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/attr.h"
#include "base/digest.h"

static void sha256_gives_the_published_vectors(void **state)
{
	(void)state;
	static const struct {
		const char *text, *sum;
	} cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char sum[DIGEST_HEX];
		digest_sha256(sum, str_of(cases[i].text));
		assert_string_equal(sum, cases[i].sum);
	}
	char none[DIGEST_HEX];
	digest_sha256(none, (struct str){ 0 });
	assert_string_equal(none, cases[0].sum);
}

static void parts_are_summed_as_if_they_were_one(void **state)
{
	const struct str parts[] = { str_of("a"), { 0 }, str_of("bc") };
	unsigned char raw[DIGEST_RAW];
	char sum[DIGEST_HEX], whole[DIGEST_HEX];

	(void)state;
	digest_sha256(whole, str_of("abc"));
	digest_sha256_parts(sum, parts, ARRAY_LEN(parts));
	assert_string_equal(sum, whole);
	digest_sha256_raw(raw, parts, ARRAY_LEN(parts));
	assert_int_equal(raw[0], 0xba);
	assert_int_equal(raw[DIGEST_RAW - 1], 0xad);
}

static void pieces_are_summed_as_if_they_were_one(void **state)
{
	struct digest *digest = digest_begin();
	char sum[DIGEST_HEX], whole[DIGEST_HEX];

	(void)state;
	digest_sha256(whole, str_of("abc"));
	digest_feed(digest, str_of("ab"));
	digest_feed(digest, (struct str){ 0 });
	digest_feed(digest, str_of("c"));
	digest_end(digest, sum);
	assert_string_equal(sum, whole);
	digest_end(digest_begin(), NULL);
}

static void a_blob_is_called_what_git_calls_it(void **state)
{
	(void)state;
	static const struct {
		const char *text, *sum;
	} cases[] = {
		{ "", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391" },
		{ "hello\n", "ce013625030ba8dba906f756967f9e9ca394464a" },
		{ "what is up, doc?", "bd9dbf5aae1a3862dd1526723246b20206e5fc37" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char sum[DIGEST_BLOB];
		digest_blob(sum, str_of(cases[i].text));
		assert_string_equal(sum, cases[i].sum);
	}
	char none[DIGEST_BLOB];
	digest_blob(none, (struct str){ 0 });
	assert_string_equal(none, cases[0].sum);
}

static void base64_gives_the_published_vectors(void **state)
{
	(void)state;
	static const struct {
		const char *text, *base64;
	} cases[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xFB\xFF\xBF", "+/+/" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char out[16];
		assert_int_equal(digest_base64(out, sizeof(out), str_of(cases[i].text)),
				 strlen(cases[i].base64));
		assert_string_equal(out, cases[i].base64);
	}
}

static void a_text_that_does_not_fit_is_empty_and_terminated(void **state)
{
	(void)state;
	char out[9] = "before";
	assert_int_equal(digest_base64(out, 8, str_of("foobar")), 0);
	assert_string_equal(out, "");
	assert_int_equal(digest_base64(out, 9, str_of("foobar")), 8);
	assert_int_equal(digest_base64(out, 0, str_of("foobar")), 0);
	assert_string_equal(out, "Zm9vYmFy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_gives_the_published_vectors),
		cmocka_unit_test(parts_are_summed_as_if_they_were_one),
		cmocka_unit_test(pieces_are_summed_as_if_they_were_one),
		cmocka_unit_test(a_blob_is_called_what_git_calls_it),
		cmocka_unit_test(base64_gives_the_published_vectors),
		cmocka_unit_test(a_text_that_does_not_fit_is_empty_and_terminated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
