/* The kind `backup`: lists in every form, and what the newest backups are worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "backends/backup.h"
#include "backends/kinds.h"
#include "base/scrub.h"
#include "tests/lib/desk.h"
#include "tests/lib/hostile.h"

static struct desk desk;
static struct backup_config config;
static struct backup_component components[2];

static void open_with(const char *url)
{
	static const char *const words[] = { "list-backups" };

	components[0] = (struct backup_component){ .name = "database", .rpo = WHEN_HOUR,
						   .rto = 2 * WHEN_HOUR };
	components[1] = (struct backup_component){ .name = "artifacts", .match = "^artifacts/",
						   .rpo = WHEN_DAY };
	config = (struct backup_config){
		.source = { .name = "backup", .url = url, .every = 300000, .timeout = 10000 },
		.components = { components, 1 },
	};
	if (!url)
		config.command = (struct texts){ words, 1 };
	desk_open(&desk, &backup_backend, &config);
}

static int open_command(void **state)
{
	(void)state;
	open_with(NULL);
	return 0;
}

static int open_url(void **state)
{
	(void)state;
	open_with("http://127.0.0.1:3000");
	components[0].match = ".";
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

/* Everything here is read at DESK_START: 2026-11-22T01:37:21Z, epoch 1795311441. */
static void list(const char *body)
{
	struct reply reply = desk_reply(&desk, body);

	reply.status = config.source.url ? 200 : 0;
	desk_take(&desk, 0, &reply);
}

static const json_t *component(size_t i)
{
	desk_judge(&desk);
	return json_array_get(json_object_get(desk.report.fields, "components"), i);
}

/* What is listed: how many entries, and of the last one its name, time and verification. */
static const struct {
	const char *text;
	size_t count;
	const char *id, *at;
	enum verified verified;
	bool partial;
} lists[] = {
	{ "[]", 0, "", "", VERIFIED_UNSAID, false },
	{ "", 0, "", "", VERIFIED_UNSAID, false },
	{ "{\"manifests\":[]}", 0, "", "", VERIFIED_UNSAID, false },
	{ "[{\"backupId\":\"7\",\"createdAt\":\"1795308248\",\"rtoTier\":\"standard\"}]", 1, "7",
	  "2026-11-22T00:44:08Z", VERIFIED_UNSAID, false },
	{ "{\"backups\":[{\"id\":7,\"created_at\":\"2026-11-22T01:00:00Z\",\"verified\":true}]}", 1,
	  "7", "2026-11-22T01:00:00Z", VERIFIED_YES, false },
	{ "[{\"name\":\"db\",\"timestamp\":1795308248000,\"valid\":false}]", 1, "db",
	  "2026-11-22T00:44:08Z", VERIFIED_NO, false },
	{ "{\"key\":\"one\",\"time\":\"2026-11-22T01:00:00Z\",\"status\":\"verified\"}", 1, "one",
	  "2026-11-22T01:00:00Z", VERIFIED_YES, false },
	{ "{\"key\":\"one\",\"status\":\"failed\"}", 1, "one", "", VERIFIED_UNSAID, false },
	{ "{\"key\":\"one\",\"verification\":{\"valid\":true}}", 1, "one", "", VERIFIED_YES, false },
	{ "{\"key\":\"one\",\"verifiedAt\":null}", 1, "one", "", VERIFIED_NO, false },
	{ "{\"key\":\"a\"}\n{\"key\":\"b\",\"date\":\"2026-11-22T01:00:00Z\"}\n\n", 2, "b",
	  "2026-11-22T01:00:00Z", VERIFIED_UNSAID, false },
	{ "{\"IsTruncated\":true,\"Contents\":[{\"Key\":\"db/1.dump\",\"LastModified\":"
	  "\"2026-11-22T01:00:00+00:00\"}]}", 1, "db/1.dump", "2026-11-22T01:00:00Z",
	  VERIFIED_UNSAID, true },
	{ "2026-11-22 01:00:00       1234 backups/database/base 1.tar\n", 1,
	  "backups/database/base 1.tar", "2026-11-22T01:00:00Z", VERIFIED_UNSAID, false },
	{ "                           PRE manifests/\n2026-11-22 01:00:00 0 x\n\nTotal Objects: 1\n"
	  "   Total Size: 0\n", 1, "x", "2026-11-22T01:00:00Z", VERIFIED_UNSAID, false },
	{ "total 8\ndrwxr-xr-x 2 root root 4096 2026-11-22 01:00:00.000000000 +0000 dir\n"
	  "-rw-r--r-- 1 root root 1234 2026-11-22 02:00:00.123456789 +0100 a file\n", 1, "a file",
	  "2026-11-22T01:00:00.123Z", VERIFIED_UNSAID, false },
	{ "./database:\ntotal 4\n-rw-r--r-- 1 0 0 9 2026-11-22 01:00:00.0 +0000 base.tar\n", 1,
	  "base.tar", "2026-11-22T01:00:00Z", VERIFIED_UNSAID, false },
};

struct seen {
	char id[128], at[WHEN_TEXT];
	enum verified verified;
};

static void see(void *arg, const struct listed *entry)
{
	struct seen *seen = arg;

	(void)str_copy(seen->id, sizeof(seen->id), entry->id);
	seen->at[0] = '\0';
	if (entry->at != WHEN_NEVER)
		when_format(seen->at, entry->at);
	seen->verified = entry->verified;
}

static void lists_are_read_as_they_are_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct seen seen = { .verified = VERIFIED_UNSAID };
		struct listing listing;
		struct err err = { 0 };

		if (!backup_list_scan(str_of(lists[i].text), &listing, see, &seen, &err) ||
		    listing.count != lists[i].count || listing.partial != lists[i].partial ||
		    strcmp(seen.id, lists[i].id) != 0 || strcmp(seen.at, lists[i].at) != 0 ||
		    seen.verified != lists[i].verified)
			fail_msg("%s: %zu, \"%s\", \"%s\", %d: %s", lists[i].text, listing.count,
				 seen.id, seen.at, (int)seen.verified, err.text);
	}
}

static void what_is_no_list_is_refused_with_its_line(void **state)
{
	static const struct { const char *text, *why; } cases[] = {
		{ "An error occurred (AccessDenied)", "line 1 is neither JSON nor" },
		{ "2026-11-22 01:00:00 12 x\nsorry\n", "line 2 is neither" },
		{ "<html>", "line 1 is neither" }, { "[1]", "entry 1 is no manifest" },
		{ "[{\"a\":", "not JSON" }, { "{\"key\":\"a\"}\n{\"b\":\n", "line 2: not JSON" },
		{ "2026-11-22 01:00:00", "line 1" }, { "2026-11-22", "line 1" },
		{ "-rw-r--r-- 1 root", "line 1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct seen seen;
		struct listing listing;
		struct err err = { 0 };

		if (backup_list_scan(str_of(cases[i].text), &listing, see, &seen, &err) ||
		    !strstr(err.text, cases[i].why))
			fail_msg("%s: \"%s\"", cases[i].text, err.text);
	}
}

/* Lists of a command, and what is said of the component `database` with an RPO of 1 h. */
static const struct {
	const char *body;
	enum state state;
	const char *because;
} worth[] = {
	{ "[{\"component\":\"database\",\"createdAt\":\"2026-11-22T01:20:00Z\",\"verified\":true}]",
	  STATE_OK, "has a verified backup within its RPO" },
	{ "[{\"component\":\"database\",\"createdAt\":\"2026-11-22T00:20:00Z\",\"verified\":true}]",
	  STATE_BAD, "database: newest verified backup is 1h old, older than its RPO of 1h" },
	{ "[{\"component\":\"database\",\"createdAt\":\"2026-11-22T01:20:00Z\"}]",
	  STATE_WARN, "unverified" },
	{ "[{\"component\":\"database\",\"createdAt\":\"2026-11-21T01:20:00Z\"}]",
	  STATE_BAD, "newest backup is 1d old, older than its RPO of 1h" },
	/* A young one that is not verified does not stand for an old one that is. */
	{ "[{\"component\":\"database\",\"createdAt\":\"2026-11-22T01:30:00Z\",\"verified\":false},"
	  "{\"component\":\"database\",\"createdAt\":\"2026-11-20T01:20:00Z\",\"verified\":true}]",
	  STATE_BAD, "newest verified backup is 2d old" },
	{ "[{\"component\":\"database\",\"createdAt\":\"2026-11-22T01:30:00Z\",\"verified\":false}]",
	  STATE_BAD, "no verified backup, none of the newest 1 is" },
	{ "[]", STATE_BAD, "database: no backup" },
	{ "", STATE_BAD, "database: no backup" },
	{ "[{\"component\":\"other\",\"createdAt\":\"2026-11-22T01:20:00Z\",\"verified\":true}]",
	  STATE_BAD, "database: no backup" },
	{ "{\"IsTruncated\":true,\"Contents\":[]}", STATE_UNKNOWN, "no backup in the part" },
	{ "[{\"component\":\"database\",\"verified\":true}]", STATE_UNKNOWN, "says when it was made" },
	{ "[{\"component\":\"database\",\"createdAt\":\"soon\",\"verified\":true}]", STATE_UNKNOWN,
	  "says when it was made" },
	{ "[{\"component\":\"database\",\"createdAt\":\"2027-11-22T01:20:00Z\",\"verified\":true}]",
	  STATE_UNKNOWN, "dated in the future" },
	{ "[{\"component\":\"database\",\"createdAt\":\"2027-11-22T01:20:00Z\",\"verified\":true},"
	  "{\"component\":\"database\",\"createdAt\":\"2026-11-22T01:20:00Z\",\"verified\":true}]",
	  STATE_WARN, "a newer backup is dated in the future" },
	{ "[{\"component\":\"database\",\"createdAt\":\"2026-11-22T01:38:00Z\",\"verified\":true}]",
	  STATE_OK, "within its RPO" },
	{ "2026-11-22 01:20:00 5 backups/database/1.tar\n", STATE_WARN, "unverified" },
	{ "2026-11-20 01:20:00 5 backups/database/1.tar\n", STATE_BAD, "older than its RPO" },
	{ "fatal: no such bucket\n", STATE_UNKNOWN, "line 1 is neither" },
};

static void a_backup_is_worth_what_can_be_known_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(worth); i++) {
		open_with(NULL);
		list(worth[i].body);
		desk_judge(&desk);
		if (desk.report.state != worth[i].state ||
		    !strstr(desk.report.because, worth[i].because))
			fail_msg("%s: %s (%s)", worth[i].body, state_word(desk.report.state),
				 desk.report.because);
		desk_close(&desk);
	}
}

static void the_age_grows_until_it_is_over_the_rpo(void **state)
{
	(void)state;
	list("[{\"component\":\"database\",\"id\":\"m-7\",\"verified\":true,"
	     "\"createdAt\":\"2026-11-22T00:47:21Z\"}]");
	desk_expect(&desk, STATE_OK, "within its RPO");
	assert_int_equal(json_integer_value(json_object_get(component(0), "age_s")), 3000);
	assert_int_equal(json_integer_value(json_object_get(component(0), "rpo_s")), 3600);
	assert_int_equal(json_integer_value(json_object_get(component(0), "rto_s")), 7200);
	assert_true(json_is_true(json_object_get(component(0), "verified")));
	assert_string_equal(json_text_at(component(0), "manifest", ""), "m-7");
	assert_string_equal(json_text_at(component(0), "newest_at", ""), "2026-11-22T00:47:21Z");
	assert_int_equal(desk_reading(&desk, "backup database")->value, 3000);
	desk_wait(&desk, 11 * WHEN_MINUTE);
	desk_expect(&desk, STATE_BAD, "older than its RPO of 1h");
	assert_int_equal(desk_reading(&desk, "backup database")->state, STATE_BAD);
}

static void a_companion_or_a_name_can_show_that_an_object_was_verified(void **state)
{
	static const char body[] = "2026-11-22 01:20:00 5 database/1.tar\n"
				   "2026-11-22 01:30:00 5 database/2.tar\n"
				   "2026-11-22 01:25:00 5 database/1.tar.verified\n";
	static const char *const endings[] = { ".verified" };

	(void)state;
	list(body);
	desk_expect(&desk, STATE_WARN, "unverified");
	config.companions = (struct texts){ endings, 1 };
	list(body);
	desk_expect(&desk, STATE_OK, "within its RPO");
	assert_string_equal(json_text_at(component(0), "manifest", ""), "database/1.tar");
	config.companions.count = 0;
	config.verified_by = "2\\.tar$";
	list(body);
	desk_expect(&desk, STATE_OK, "within its RPO");
	assert_string_equal(json_text_at(component(0), "manifest", ""), "database/2.tar");
}

static void each_component_has_its_own_backups(void **state)
{
	(void)state;
	config.components.count = 2;
	list("2026-11-22 01:20:00 5 artifacts/a.json\n2026-11-20 01:20:00 5 database/1.tar\n");
	desk_expect(&desk, STATE_BAD, "database: newest backup is 2d old");
	assert_string_equal(json_text_at(component(0), "manifest", ""), "database/1.tar");
	assert_string_equal(json_text_at(component(1), "manifest", ""), "artifacts/a.json");
	assert_string_equal(json_text_at(component(1), "state", ""), "warn");
}

static void only_the_newest_are_kept_whatever_their_order(void **state)
{
	struct buf body = { 0 };

	(void)state;
	for (int i = 0; i < 500; i++)
		buf_fmt(&body, "2026-11-22 00:%02d:%02d 5 database/%d.tar\n", i * 7 % 60, i * 11 % 60,
			i);
	buf_text(&body, "2026-11-22 01:30:00 5 database/newest.tar\n");
	for (int i = 0; i < 500; i++)
		buf_fmt(&body, "2026-11-21 00:%02d:00 5 database/old-%d.tar\n", i % 60, i);
	list(buf_cstr(&body));
	assert_string_equal(json_text_at(component(0), "manifest", ""), "database/newest.tar");
	buf_done(&body);
}

static const char manifest[] =
	"[{\"id\":\"a49b\",\"backupId\":\"7\",\"createdAt\":\"1795309441\",\"integrityHash\":\"abab\","
	"\"rtoTier\":\"standard\",\"ledger\":\"1000020\"}]";

static void teachlink_lists_and_verifies_in_any_order(void **state)
{
	(void)state;
	assert_string_equal(desk_path(&desk, 0), "/backup/manifests");
	assert_string_equal(desk_path(&desk, 1), "/backup/verifications");
	desk_answer(&desk, 1, 200, "[]");
	desk_judge(&desk);
	assert_true(desk.report.asking);	/* for the list */
	list(manifest);
	desk_expect(&desk, STATE_BAD, "no verified backup");
}

static void teachlink_verifies_after_it_lists(void **state)
{
	(void)state;
	list(manifest);
	desk_expect(&desk, STATE_UNKNOWN, "nobody says whether it was verified");
	assert_true(desk.report.asking);	/* it may still come */
	desk_answer(&desk, 1, 200, "[{\"backupId\":\"7\",\"verifiedAt\":\"1795309500\",\"valid\":true}]");
	desk_expect(&desk, STATE_OK, "within its RPO");
	desk_answer(&desk, 1, 200, "[{\"backupId\":\"7\",\"verifiedAt\":\"1795309700\",\"valid\":false},"
		    "{\"backupId\":\"7\",\"verifiedAt\":\"1795309500\",\"valid\":true}]");
	desk_expect(&desk, STATE_BAD, "no verified backup");
	desk_answer(&desk, 1, 200, "[{\"backupId\":\"7\",\"valid\":true},"
		    "{\"backupId\":\"7\",\"valid\":false}]");
	desk_expect(&desk, STATE_BAD, "no verified backup");
	desk_answer(&desk, 1, 200, "[]");
	desk_expect(&desk, STATE_BAD, "no verified backup");
}

static void an_indexer_that_keeps_no_verifications_leaves_a_warning(void **state)
{
	(void)state;
	list(manifest);
	desk_answer(&desk, 1, 404, "{\"statusCode\":404}");
	desk_expect(&desk, STATE_WARN, "unverified");
	desk_answer(&desk, 1, 500, "{}");
	desk_expect(&desk, STATE_UNKNOWN, "nobody says whether it was verified");
	assert_false(desk.report.asking);
}

static void a_full_page_of_manifests_may_not_be_all(void **state)
{
	struct buf body = { 0 };

	(void)state;
	components[0].match = "nothing like it";
	for (int i = 0; i < 100; i++)
		buf_fmt(&body, "%c{\"backupId\":\"%d\",\"createdAt\":\"1795309441\"}", i ? ',' : '[', i);
	buf_text(&body, "]");
	list(buf_cstr(&body));
	desk_expect(&desk, STATE_UNKNOWN, "no backup in the part of the list");
	list("[]");
	desk_expect(&desk, STATE_BAD, "no backup");
	buf_done(&body);
}

static void a_list_that_cannot_be_had_says_nothing(void **state)
{
	struct reply reply;

	(void)state;
	list("[{\"component\":\"database\",\"createdAt\":\"2026-11-22T01:20:00Z\",\"verified\":true}]");
	reply = desk_reply(&desk, "");
	reply.status = 255;
	(void)str_put(reply.why, sizeof(reply.why), "Unable to locate credentials");
	desk_take(&desk, 0, &reply);
	desk_expect(&desk, STATE_UNKNOWN,
		    "the command ended with status 255: Unable to locate credentials");
	assert_false(desk_reading(&desk, "backup database")->known);
	desk_fail(&desk, 0, REPLY_NOT_RUN);
	desk_expect(&desk, STATE_UNKNOWN, "the test says so");
}

static void hostile_names_come_out_harmless(void **state)
{
	size_t count;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct buf body = { 0 };

		if (!all[i].utf8)
			continue;
		buf_text(&body, "[{\"component\":\"database\",\"verified\":true,\"createdAt\":\"1795309441\","
			 "\"backupId\":");
		hostile_json(&body, all[i].bytes);
		buf_text(&body, "}]");
		list(buf_cstr(&body));
		desk_judge(&desk);
		assert_true(scrub_clean(str_of(json_text_at(component(0), "manifest", ""))));
		buf_done(&body);
	}
}

#define COMMAND(name) cmocka_unit_test_setup_teardown(name, open_command, close_it)
#define URL(name) cmocka_unit_test_setup_teardown(name, open_url, close_it)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_read_as_they_are_written),
		cmocka_unit_test(what_is_no_list_is_refused_with_its_line),
		cmocka_unit_test(a_backup_is_worth_what_can_be_known_of_it),
		COMMAND(the_age_grows_until_it_is_over_the_rpo),
		COMMAND(a_companion_or_a_name_can_show_that_an_object_was_verified),
		COMMAND(each_component_has_its_own_backups),
		COMMAND(only_the_newest_are_kept_whatever_their_order),
		COMMAND(a_list_that_cannot_be_had_says_nothing),
		COMMAND(hostile_names_come_out_harmless),
		URL(teachlink_lists_and_verifies_in_any_order),
		URL(teachlink_verifies_after_it_lists),
		URL(an_indexer_that_keeps_no_verifications_leaves_a_warning),
		URL(a_full_page_of_manifests_may_not_be_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
