/* Evidence: files beside a journal that are what their name says. */
#include "store/journal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/journals.h"

static void path_of(const struct journals *place, const char *sha256, char out[256])
{
	snprintf(out, 256, "%s/evidence/%s", place->dir, sha256);
}

static void evidence_is_named_by_its_hash_and_read_back(void **state)
{
	static const struct str cases[] = { { "", 0 }, { "a\0b\n\xff", 5 }, { "the same", 8 } };
	struct journals *place = *state;
	struct journal *journal = journals_open(place, "ana", NULL);
	struct buf back = { 0 };
	struct err err = { 0 };
	char sha256[DIGEST_HEX], expected[DIGEST_HEX];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (int again = 0; again < 2; again++)
			assert_true(journal_evidence(journal, cases[i], sha256, &err));
		digest_sha256(expected, cases[i]);
		assert_string_equal(sha256, expected);
		assert_true(journal_evidence_read(place->dir, sha256, &back, &err));
		assert_int_equal(back.len, cases[i].len);
		assert_memory_equal(buf_cstr(&back), cases[i].p, back.len);
	}
	buf_done(&back);
	journal_close(journal);
}

static void evidence_has_a_size_that_it_may_have(void **state)
{
	struct journals *place = *state;
	struct journal *journal = journals_open(place, "ana", NULL);
	char *bytes = mem_new(EVIDENCE_MAX + 1), sha256[DIGEST_HEX];
	struct buf back = { 0 };
	struct err err = { 0 };

	assert_true(journal_evidence(journal, str_sub(bytes, EVIDENCE_MAX), sha256, &err));
	assert_true(journal_evidence_read(place->dir, sha256, &back, &err));
	assert_int_equal(back.len, EVIDENCE_MAX);
	assert_false(journal_evidence(journal, str_sub(bytes, EVIDENCE_MAX + 1), sha256, &err));
	assert_int_equal(err.kind, ERR_LIMIT);
	buf_done(&back);
	mem_free(bytes);
	journal_close(journal);
}

static void what_is_not_what_its_name_says_is_refused_and_mended(void **state)
{
	struct journals *place = *state;
	struct journal *journal = journals_open(place, "ana", NULL);
	struct buf back = { 0 };
	struct err err = { 0 };
	char sha256[DIGEST_HEX], path[256];

	assert_true(journal_evidence(journal, str_of("what was seen"), sha256, &err));
	path_of(place, sha256, path);
	journals_write(path, str_of("what was seem"), O_TRUNC);
	assert_false(journal_evidence_read(place->dir, sha256, &back, &err));
	assert_non_null(strstr(err.text, "is not what its name says"));
	assert_int_equal(back.len, 0);
	assert_true(journal_evidence(journal, str_of("what was seen"), sha256, &err));
	assert_true(journal_evidence_read(place->dir, sha256, &back, &err));
	buf_done(&back);
	journal_close(journal);
}

static void odd_things_in_the_place_of_evidence_are_refused(void **state)
{
	struct journals *place = *state;
	struct journal *journal = journals_open(place, "ana", NULL);
	struct buf back = { 0 };
	struct err err = { 0 };
	char sha256[DIGEST_HEX], path[256], other[300];

	assert_true(journal_evidence(journal, str_of("what was seen"), sha256, &err));
	path_of(place, sha256, path);
	snprintf(other, sizeof(other), "%s/elsewhere", place->root);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_false(journal_evidence_read(place->dir, sha256, &back, &err));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_false(journal_evidence_read(place->dir, sha256, &back, &err));
	assert_non_null(strstr(err.text, "is a FIFO"));
	buf_done(&back);
	journal_close(journal);
}

static void only_a_hash_is_a_name(void **state)
{
	static const char *const names[] = {
		"", "../../../../etc/passwd", ".", "e3b0c442",
		"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/",
	};
	struct journals *place = *state;
	struct buf back = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct err err = { 0 };

		assert_false(journal_evidence_read(place->root, names[i], &back, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
	buf_done(&back);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, journals_build, journals_drop)
	const struct CMUnitTest tests[] = {
		T(evidence_is_named_by_its_hash_and_read_back),
		T(evidence_has_a_size_that_it_may_have),
		T(what_is_not_what_its_name_says_is_refused_and_mended),
		T(odd_things_in_the_place_of_evidence_are_refused),
		T(only_a_hash_is_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
