/*
 * `tx decode`: each exit status, one answer for each line, the network from flag, configuration or
 * default, and no need of anything but the envelope.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "tests/lib/command.h"

enum { LIMIT = 60000 };

/* BUMP_SEQUENCE, made by the official SDK, and its hash on three networks. */
#define ENVELOPE \
	"AAAAAgAAAAAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwAAAGQAAAABAAAAAwAAAAEAAAAAAAAAAAAA" \
	"AABqsTuAAAAAAAAAAAEAAAAAAAAACwAAAAEAAAADAAAAAAAAAAA="
static const char on_testnet[] = "bc4c44e575db73c149c4130d5ce2ab5b6c9d29921475f7905a9cd824612ae739";

static struct command command;
static char home[64], config[96];

static void write_config(const char *text)
{
	FILE *file = fopen(config, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* With this on standard input; the words are of a shell. */
static int decode(const char *input, const char *words)
{
	char line[4096];
	const char *argv[] = { "sh", "-c", line, NULL };

	command_done(&command);
	(void)snprintf(line, sizeof(line), "printf '%s' | HOME=%s BINNACLE_CONFIG=%s '%s' tx decode %s",
		       input, home, config, command_binnacle(), words);
	command_run(&command, argv, LIMIT);
	return command.status;
}

static const char *text_at(const char *line, const char *path)
{
	static json_t *root;
	size_t len = strcspn(line, "\n");

	json_decref(root);
	root = json_read(str_sub(line, len), JSON_MAX_SMALL, NULL);
	assert_non_null(root);
	return json_text_at(root, path, "");
}

static int set_up(void **state)
{
	(void)state;
	strcpy(home, "/tmp/binnacle-decode-XXXXXX");
	assert_non_null(mkdtemp(home));
	(void)snprintf(config, sizeof(config), "%s/config.yaml", home);
	write_config("version: 1\n");
	return 0;
}

static int tear_down(void **state)
{
	const char *const argv[] = { "rm", "-r", home, NULL };

	(void)state;
	command_done(&command);
	command_run(&command, argv, LIMIT);
	return command.status;
}

static void the_network_is_the_flags_then_the_configurations_then_public(void **state)
{
	char on_public[80];

	(void)state;
	assert_int_equal(decode("", "--json " ENVELOPE), 0);
	(void)snprintf(on_public, sizeof(on_public), "%s", text_at(buf_cstr(&command.out), "hash"));
	assert_string_not_equal(on_public, on_testnet);
	write_config("version: 1\nsources:\n  h: {kind: horizon, url: 'http://127.0.0.1:1', "
		     "network: testnet}\n");
	assert_int_equal(decode("", "--json " ENVELOPE), 0);
	assert_string_equal(text_at(buf_cstr(&command.out), "hash"), on_testnet);
	assert_int_equal(decode("", "--json --network public " ENVELOPE), 0);
	assert_string_equal(text_at(buf_cstr(&command.out), "hash"), on_public);
	assert_int_equal(decode("", "--json --network 'Test SDF Network ; September 2015' " ENVELOPE), 0);
	assert_string_equal(text_at(buf_cstr(&command.out), "hash"), on_testnet);
}

static void a_broken_configuration_stops_it_only_where_it_is_needed(void **state)
{
	(void)state;
	write_config("version: 1\nsourcs: {}\n");
	assert_int_equal(decode("", "--json " ENVELOPE), 3);
	assert_int_equal(decode("", "--json --network testnet " ENVELOPE), 0);
	assert_string_equal(text_at(buf_cstr(&command.out), "hash"), on_testnet);
}

static void each_line_has_its_answer_and_a_bad_one_its_number(void **state)
{
	const char *line;

	(void)state;
	write_config("version: 1\n");
	assert_int_equal(decode(ENVELOPE "\\nnonsense\\n\\n" ENVELOPE, "- --json --network testnet"), 1);
	line = buf_cstr(&command.out);
	assert_string_equal(text_at(line, "hash"), on_testnet);
	line = strchr(line, '\n') + 1;
	assert_string_equal(text_at(line, "error.id"), "BN-T001");
	assert_non_null(strstr(line, "\"line\":2"));
	line = strchr(line, '\n') + 1;
	assert_non_null(strstr(line, "\"line\":3"));
	line = strchr(line, '\n') + 1;
	assert_string_equal(text_at(line, "hash"), on_testnet);
	assert_int_equal(decode(ENVELOPE "\\n", "- --network testnet"), 0);
	assert_int_equal(decode("", "-"), 0);
	assert_int_equal(command.out.len, 0);
}

static void wrong_use_and_wrong_bytes_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(decode("", ""), 2);
	assert_non_null(strstr(buf_cstr(&command.err), "decode what?"));
	assert_int_equal(decode("", "AAAA"), 1);
	assert_non_null(strstr(buf_cstr(&command.err), "it ends in the middle"));
	assert_int_equal(decode("", "--json AAAA"), 1);
	assert_string_equal(text_at(buf_cstr(&command.out), "error.id"), "BN-T001");
	/* A seed in the wrong place is not repeated. */
	assert_int_equal(decode("", "SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKI"), 1);
	assert_null(strstr(buf_cstr(&command.err), "SAAA"));
}

static void a_line_longer_than_any_envelope_costs_itself_only(void **state)
{
	(void)state;
	assert_int_equal(decode("%2000000d\\n" ENVELOPE "\\n' 1 '", "- --json --network testnet"), 1);
	assert_string_equal(text_at(strchr(buf_cstr(&command.out), '\n') + 1, "hash"), on_testnet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_network_is_the_flags_then_the_configurations_then_public),
		cmocka_unit_test(a_broken_configuration_stops_it_only_where_it_is_needed),
		cmocka_unit_test(each_line_has_its_answer_and_a_bad_one_its_number),
		cmocka_unit_test(wrong_use_and_wrong_bytes_are_told_apart),
		cmocka_unit_test(a_line_longer_than_any_envelope_costs_itself_only),
	};

	return cmocka_run_group_tests_name("tx decode", tests, set_up, tear_down);
}
