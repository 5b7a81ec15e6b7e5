/* Which runbook an alert or a failing component is for, and which of several first. */
#include "runbook/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

#define PAIRS(...) {(const struct pair[]){__VA_ARGS__}, \
		    ARRAY_LEN(((const struct pair[]){__VA_ARGS__}))}
#define TEXTS(...) {(const char *const[]){__VA_ARGS__}, \
		    ARRAY_LEN(((const char *const[]){__VA_ARGS__}))}

enum { BY_ALERT, BY_LABEL, INDEXER, DB, PLAIN, URGENT, CARDS };

static const struct book_alert stale[] = {{.name = "Stale"}};
static const struct book_alert stale_of_db[] = {
	{.name = "Stale", .labels = PAIRS({.name = "service", .value = "db"},
					  {.name = "env", .value = "prod"})},
	{.name = "Locked"},
};

static const struct card cards[CARDS] = {
	[BY_ALERT] = {.id = "stale", .stem = "stale", .title = "Stale data", .alerts = stale,
		      .alert_count = 1},
	[BY_LABEL] = {.id = "db-stale", .stem = "db-stale", .title = "Stale database",
		      .alerts = stale_of_db, .alert_count = 2},
	[INDEXER] = {.id = "teachlink-indexer-down", .stem = "indexer_down",
		     .title = "Indexer: down!", .components = TEXTS("indexer")},
	[DB] = {.id = "db-failover", .stem = "db-failover", .title = "Database failover",
		.components = TEXTS("Postgres", "indexer")},
	[PLAIN] = {.id = "notes", .stem = "Notes", .title = "Notes", .components = TEXTS("api")},
	[URGENT] = {.id = "api", .stem = "api-down", .title = "API", .severity = 1,
		    .components = TEXTS("api")},
};

/* "alert stale" in the order of out. */
static const char *matched(const struct match_in *in, size_t max, struct buf *out)
{
	struct book_match found[CARDS];
	size_t count = runbook_match(in, found, max);

	buf_clear(out);
	for (size_t i = 0; i < count; i++)
		buf_fmt(out, "%s%s %s %s", i ? ", " : "", cards[found[i].card].id,
			match_words(found[i].kind), found[i].what);
	return buf_cstr(out);
}

static void an_alert_finds_its_runbook(void **state)
{
	const struct {
		struct match_alert alert;
		const char *found;
	} cases[] = {
		{{.name = "Stale"}, "stale for alert Stale"},
		{{.name = "stale"}, "stale called like alert stale"},
		{{.name = "Stale", .labels = PAIRS({.name = "service", .value = "db"})},
		 "stale for alert Stale"},
		{{.name = "Stale", .labels = PAIRS({.name = "env", .value = "prod"},
						   {.name = "service", .value = "db"})},
		 "db-stale for alert Stale, stale for alert Stale"},
		{{.name = "Locked"}, "db-stale for alert Locked"},
		{{.name = "TeachLinkIndexerDown"},
		 "teachlink-indexer-down called like alert TeachLinkIndexerDown"},
		{{.name = "IndexerDown"}, "teachlink-indexer-down called like alert IndexerDown"},
		{{.name = "IndexerDownAgain"}, ""},
		{{.name = "Indexer"}, ""},
		{{.name = "--"}, ""},
		{{.name = ""}, ""},
		{{.name = "X", .annotations = PAIRS({.name = "runbook_url",
			.value = "https://wiki.example/run/DB-Failover.md?plain=1#top"})},
		 "db-failover named by alert X"},
		{{.name = "X", .annotations = PAIRS({.name = "runbook_url",
			.value = "https://wiki.example/db-failover.html"})},
		 "db-failover named by alert X"},
		{{.name = "X", .annotations = PAIRS({.name = "runbook", .value = "db-failover"})},
		 "db-failover named by alert X"},
		{{.name = "X", .annotations = PAIRS({.name = "runbook_url",
			.value = "https://wiki.example/db-failover/"})},
		 "db-failover named by alert X"},
		{{.name = "X", .annotations = PAIRS({.name = "runbook_url",
			.value = "https://wiki.example/all#indexer-down"})},
		 "teachlink-indexer-down named by alert X"},
		{{.name = "X", .annotations = PAIRS({.name = "runbook_url",
			.value = "https://wiki.example/all.md#Notes"})},
		 "notes named by alert X"},
		{{.name = "X", .annotations = PAIRS({.name = "runbook_url",
			.value = "https://wiki.example/db-failover/x"})}, ""},
		{{.name = "X", .annotations = PAIRS({.name = "runbook_url", .value = "#"})}, ""},
		{{.name = "X", .annotations = PAIRS({.name = "runbook_url", .value = ""})}, ""},
		{{.name = "X", .annotations = PAIRS({.name = "summary", .value = "db-failover"})}, ""},
		{{.name = "X", .labels = PAIRS({.name = "service", .value = "postgres"})},
		 "db-failover for component postgres"},
		{{.name = "X", .labels = PAIRS({.name = "job", .value = "postgres"})}, ""},
	};
	struct buf found = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct match_in in = {cards, CARDS, &cases[i].alert, 1, {0}};

		assert_string_equal(matched(&in, CARDS, &found), cases[i].found);
	}
	buf_done(&found);
}

static void the_best_reason_stands_first(void **state)
{
	const struct match_alert alerts[] = {
		{.name = "Locked"},
		{.name = "IndexerDown", .labels = PAIRS({.name = "service", .value = "indexer"})},
		{.name = "X", .annotations = PAIRS({.name = "runbook_url", .value = "notes"})},
	};
	static const char *const unwell[] = {"api", "postgres"};
	struct match_in in = {cards, CARDS, alerts, ARRAY_LEN(alerts), {unwell, 2}};
	struct buf found = {0};

	(void)state;
	assert_string_equal(matched(&in, CARDS, &found),
			    "db-stale for alert Locked, notes named by alert X, "
			    "teachlink-indexer-down called like alert IndexerDown, "
			    "db-failover for component indexer, api for component api");
	assert_string_equal(matched(&in, 2, &found),
			    "db-stale for alert Locked, notes named by alert X");
	assert_string_equal(matched(&in, 0, &found), "");
	buf_done(&found);
}

static void all_that_it_is_for_is_counted(void **state)
{
	static const struct match_alert alerts[] = {{.name = "Stale"}, {.name = "Quiet"}};
	static const char *const unwell[] = {"indexer", "postgres"};
	struct match_in in = {cards, CARDS, alerts, ARRAY_LEN(alerts), {unwell, 2}};
	struct book_match found[CARDS];

	(void)state;
	assert_int_equal(runbook_match(&in, found, CARDS), 3);
	assert_int_equal(found[0].card, BY_ALERT);
	assert_int_equal(found[0].matches, 1);
	assert_int_equal(found[1].card, DB);
	assert_int_equal(found[1].matches, 2);
	assert_int_equal(found[2].card, INDEXER);
	assert_int_equal(found[2].matches, 1);
}

static void of_equals_the_more_severe_is_first_and_one_without_a_severity_last(void **state)
{
	static const char *const unwell[] = {"api"};
	struct match_in in = {cards, CARDS, NULL, 0, {unwell, 1}};
	struct buf found = {0};

	(void)state;
	assert_string_equal(matched(&in, CARDS, &found),
			    "api for component api, notes for component api");
	buf_done(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alert_finds_its_runbook),
		cmocka_unit_test(the_best_reason_stands_first),
		cmocka_unit_test(all_that_it_is_for_is_counted),
		cmocka_unit_test(of_equals_the_more_severe_is_first_and_one_without_a_severity_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
