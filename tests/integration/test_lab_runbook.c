/*
 * The commands of stuck-transaction-recovery, as they stand in the runbook, against the lab: what
 * its reader needs for the verdict is on the screen, for one transaction of each kind, and its list
 * of what is pending names the rows that the scenario made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "runbook/runbook.h"
#include "tests/lib/books.h"
#include "tests/lib/command.h"
#include "tests/lib/lab.h"

static const char path[] = "runbooks/stuck-transaction-recovery.md";

static struct runbook *book;
static struct buf bytes;
static json_t *listed;

static int set_up(void **unused)
{
	struct err err = { 0 };
	int status;

	assert_true(book_file(path, &bytes));
	book = runbook_read(path, str_sub(bytes.data, bytes.len), &err);
	assert_non_null(book);
	status = lab_up_chain(unused);
	if (status != 0)
		return status;
	lab_set("stuck-transactions");
	listed = lab_transactions();
	return 0;
}

static int tear_down(void **unused)
{
	int status = lab_down(unused);

	json_decref(listed);
	runbook_free(book);
	buf_done(&bytes);
	return status;
}

static const json_t *named(const char *name)
{
	return lab_named(listed, name);
}

static const struct fence *fence_of(const char *step, enum fence_lang lang)
{
	for (size_t i = 0; i < book->step_count; i++) {
		const struct step *at = &book->steps[i];

		for (size_t n = 0; strcmp(at->id, step) == 0 && n < at->fence_count; n++)
			if (at->fences[n].lang == lang && !at->fences[n].on[0])
				return &at->fences[n];
	}
	fail_msg("%s: no command at %s", path, step);
	return NULL;
}

/* What the walk hands to the command: the three facts of one transaction. */
static void run_evidence(const json_t *item, struct command *command)
{
	char horizon[160], hash[100], source[100], sequence[60], url[128];
	const char *const argv[] = { "env", horizon, hash, source, sequence, "sh", "-c",
				     fence_of("evidence", LANG_SH)->text, NULL };

	lab_variable("LAB_HORIZON1_URL", url, sizeof(url));
	snprintf(horizon, sizeof(horizon), "HORIZON_URL=%s", url);
	snprintf(hash, sizeof(hash), "TX_HASH=%s", json_text_at(item, "hash", ""));
	snprintf(source, sizeof(source), "SOURCE_ACCOUNT=%s", json_text_at(item, "source", ""));
	snprintf(sequence, sizeof(sequence), "TX_SEQUENCE=%s", json_text_at(item, "sequence", ""));
	command_run(command, argv, 60 * WHEN_SECOND);
	if (command->status != 0)
		fail_msg("exit %d: %s%s", command->status, buf_cstr(&command->out),
			 buf_cstr(&command->err));
}

/* It is the host's, as it is the operator's; the runbook says what is missing there. */
static bool has_tools(void)
{
	struct command command;
	bool has;

	command_run(&command, (const char *[]){ "sh", "-c", "command -v curl && command -v jq", NULL },
		    10 * WHEN_SECOND);
	has = command.status == 0;
	command_done(&command);
	return has;
}

static void the_evidence_shows_what_the_verdict_needs(void **unused)
{
	static const struct {
		const char *name;
		const char *shows[4];
	} cases[] = {
		{ "confirmed", { "\"successful\":true", "Latest-Ledger", "\"ledger\":" } },
		{ "failed", { "\"successful\":false", "Latest-Ledger", "\"result_xdr\":\"AAAA" } },
		{ "expired", { "\"status\":404", "\"sequence\":", "nobody is shown" } },
		{ "consumed", { "\"status\":404", "slot used: {", "\"successful\":true" } },
		{ "bumped-past", { "\"status\":404", "\"sequence_ledger\":", "nobody is shown" } },
		{ "account-gone", { "\"status\":404", "404 Not Found", "Latest-Ledger" } },
		{ "confirmed-in-fee-bump", { "\"successful\":true", "\"inner\":\"" } },
		{ "no-envelope", { "tip B:", "\"status\":404" } },
	};

	(void)unused;
	if (!has_tools()) {
		print_message("SKIPPED: curl or jq is missing, which the command needs\n");
		skip();
	}
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct command command;

		run_evidence(named(cases[i].name), &command);
		for (size_t n = 0; n < ARRAY_LEN(cases[i].shows) && cases[i].shows[n]; n++)
			if (!strstr(buf_cstr(&command.out), cases[i].shows[n]))
				fail_msg("%s: no %s in\n%s", cases[i].name, cases[i].shows[n],
					 buf_cstr(&command.out));
		command_done(&command);
	}
}

/* The server's own client, wherever the lab has it from. */
static void the_list_names_every_row_that_is_open(void **unused)
{
	const char *script = ". \"$1/run.env\" && . \"$1/lab.env\" && "
		"\"$PG/psql\" -XqAt -d \"$LAB_PRIMARY_DSN\" -c \"$2\"";
	const char *const argv[] = { "sh", "-euc", script, "list", lab_dir(),
				     fence_of("list", LANG_SQL)->text, NULL };
	struct command command;
	const json_t *item;
	size_t i, seen = 0;

	(void)unused;
	command_run(&command, argv, 30 * WHEN_SECOND);
	if (command.status != 0)
		fail_msg("exit %d: %s", command.status, buf_cstr(&command.err));
	json_array_foreach(listed, i, item) {
		const char *table = json_text_at(item, "table", "");

		if (strcmp(table, "bridge") != 0 && strcmp(table, "escrow") != 0)
			continue;
		if (!strstr(buf_cstr(&command.out), json_text_at(item, "hash", "?")))
			fail_msg("%s is not in\n%s", json_text_at(item, "name", ""),
				 buf_cstr(&command.out));
		seen++;
	}
	assert_int_equal(seen, 10);
	command_done(&command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_evidence_shows_what_the_verdict_needs),
		cmocka_unit_test(the_list_names_every_row_that_is_open),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
