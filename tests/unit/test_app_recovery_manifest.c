/* test_app_recovery_manifest.c: what a manifest says, and what is refused of it. */
#include "app/recovery_manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static struct arena arena;

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void all_of_a_manifest_is_read(void **state)
{
	struct manifest manifest;
	struct err err = { 0 };

	(void)state;
	assert_true(manifest_read(str_of("{\"manifest_id\": \"m1\", \"backup_id\": 1182, "
		"\"integrity_hash\": \"" A "\", \"rto_tier\": \"critical\", "
		"\"created_at\": \"2026-11-21T08:00:02Z\", \"created_by\": \"GB\", "
		"\"manifest_block\": 54211873, \"release_tag\": \"v1\", \"ledger\": \"7\", "
		"\"artifacts\": [{\"path\": \"db/base.tar\", \"sha256\": \"" B "\", \"bytes\": 9}, "
		"{\"name\": \"wal\", \"integrity_hash\": \"" A "\"}]}"), &arena, &manifest, &err));
	assert_string_equal(manifest.backup.manifest_id, "m1");
	assert_string_equal(manifest.backup.backup_id, "1182");
	assert_string_equal(manifest.backup.integrity_hash, A);
	assert_string_equal(manifest.backup.rto_tier, "critical");
	assert_string_equal(manifest.backup.created_by, "GB");
	assert_string_equal(manifest.backup.release_tag, "v1");
	assert_string_equal(manifest.backup.ledger, "7");
	assert_null(manifest.backup.tx_hash);
	assert_int_equal(manifest.backup.created, 1795248002000);
	assert_int_equal(manifest.backup.block, 54211873);
	assert_int_equal(manifest.count, 2);
	assert_string_equal(manifest.artifacts[0].path, "db/base.tar");
	assert_int_equal(manifest.artifacts[0].bytes, 9);
	assert_string_equal(manifest.artifacts[1].path, "wal");
	assert_string_equal(manifest.artifacts[1].sha256, A);
	assert_int_equal(manifest.artifacts[1].bytes, -1);
}

static void what_is_no_manifest_is_refused_in_a_sentence(void **state)
{
	static const struct {
		const char *json, *why;
	} cases[] = {
		{ "", "not JSON" },
		{ "[]", "manifest_id is missing" },
		{ "{\"id\": \"\", \"artifacts\": []}", "manifest_id is missing" },
		{ "{\"id\": \"m\"}", "artifacts is missing" },
		{ "{\"id\": \"m\", \"artifacts\": {}}", "artifacts is missing" },
		{ "{\"id\": \"m\", \"artifacts\": [7]}", "artifact 1: path" },
		{ "{\"id\": \"m\", \"artifacts\": [{\"path\": \"a\"}]}", "artifact 1: sha256" },
		{ "{\"id\": \"m\", \"artifacts\": [{\"path\": \"a\", \"sha256\": \"ABC\"}]}",
		  "artifact 1: sha256" },
		{ "{\"id\": \"m\", \"artifacts\": [{\"path\": \"a\", \"sha256\": \"" A "\", "
		  "\"bytes\": -1}]}", "bytes is no size" },
		{ "{\"id\": \"m\", \"artifacts\": [{\"path\": \"../a\", \"sha256\": \"" A "\"}]}",
		  "lead nowhere outside" },
		{ "{\"id\": \"m\", \"artifacts\": [{\"path\": \"a\", \"sha256\": \"" A "\"}, "
		  "{\"path\": \"a\", \"sha256\": \"" B "\"}]}", "artifact 2: its path is there twice" },
		{ "{\"id\": \"m\", \"created_at\": \"soon\", \"artifacts\": []}", "created_at" },
		{ "{\"id\": \"m\", \"integrity_hash\": \"x\", \"artifacts\": []}", "integrity_hash" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct manifest manifest;
		struct err err = { 0 };

		assert_false(manifest_read(str_of(cases[i].json), &arena, &manifest, &err));
		if (!strstr(err.text, cases[i].why))
			fail_msg("%s: %s", cases[i].json, err.text);
	}
}

static void a_path_leads_nowhere_outside(void **state)
{
	static const struct {
		const char *path;
		bool safe;
	} cases[] = {
		{ "a", true }, { "a/b.c", true }, { "a/..b", true }, { "", false }, { "/a", false },
		{ "..", false }, { "a/../b", false }, { "a/./b", false }, { "a//b", false },
		{ "a/", false }, { "a\nb", false }, { "a\\..\\b", false }, { ".", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(manifest_path_is_safe(cases[i].path), cases[i].safe);
}

static void the_integrity_hash_is_of_the_lines_of_sha256sum(void **state)
{
	struct manifest_artifact artifacts[] = { { "a", A, 1 }, { "b", B, 1 } };
	struct manifest manifest = { .artifacts = artifacts, .count = 2 };
	char lines[DIGEST_HEX], found[DIGEST_HEX];

	(void)state;
	digest_sha256(lines, str_of(A "  a\n" B "  b\n"));
	manifest_digest(&manifest, found);
	assert_string_equal(found, lines);
	assert_true(manifest_holds(&manifest));
	manifest.backup.integrity_hash = lines;
	assert_true(manifest_holds(&manifest));
	manifest.backup.integrity_hash = A;
	assert_false(manifest_holds(&manifest));
	manifest.count = 1;
	assert_true(manifest_holds(&manifest));
	manifest.backup.integrity_hash = B;
	assert_false(manifest_holds(&manifest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_a_manifest_is_read),
		cmocka_unit_test(what_is_no_manifest_is_refused_in_a_sentence),
		cmocka_unit_test(a_path_leads_nowhere_outside),
		cmocka_unit_test(the_integrity_hash_is_of_the_lines_of_sha256sum),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
