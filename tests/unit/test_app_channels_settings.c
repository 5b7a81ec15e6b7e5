/* test_app_channels_settings.c: what `notify` and `ticket_command` take, and what they refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/settings.h"

static char path[64];
static const char *const environment[] = { "HOME=/nonexistent", "USER=ana",
					   "XDG_CONFIG_DIRS=/nonexistent", NULL };
static struct options options = { .given = { [OPTION_CONFIG] = true },
				  .value = { [OPTION_CONFIG] = path } };
static const struct context context = { .options = &options, .environment = environment };
static struct settings settings;
static struct buf errors;

static bool load(const char *yaml)
{
	bool ok;
	int fd;

	(void)snprintf(path, sizeof(path), "/tmp/binnacle-channels-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, yaml, strlen(yaml)), strlen(yaml));
	(void)close(fd);
	ok = settings_load(&context, &settings);
	buf_clear(&errors);
	problems_write(&settings.problems, &errors);
	(void)unlink(path);
	return ok;
}

static int unload(void **state)
{
	(void)state;
	settings_done(&settings);
	buf_done(&errors);
	return 0;
}

static void each_kind_is_read_with_what_it_needs(void **state)
{
	const struct channel_settings *all;

	(void)state;
	if (!load("notify:\n"
		  "  - {name: team, kind: slack, url_env: SLACK_URL}\n"
		  "  - {name: page, kind: webhook, url_file: /run/secrets/page, audience: public,\n"
		  "     ca_file: /etc/ca.pem, proxy: \"http://127.0.0.1:3128\"}\n"
		  "  - {name: mail, kind: command, command: [mail, -s, update, team], "
		  "audience: partners}\n"
		  "  - {name: paste, kind: clipboard}\n"
		  "  - {name: log, kind: file, file: /var/log/updates}\n"
		  "ticket_command: [make-ticket, --from, stdin]\n"))
		fail_msg("%s", buf_cstr(&errors));
	all = settings.notify.data;
	assert_int_equal(settings.notify.count, 5);
	assert_int_equal(all[0].kind, CHANNEL_SLACK);
	assert_string_equal(all[0].audience, "internal");
	assert_int_equal(all[0].url.from, SECRET_ENV);
	assert_int_equal(all[1].url.from, SECRET_FILE);
	assert_string_equal(all[1].audience, "public");
	assert_string_equal(all[1].access.ca_file, "/etc/ca.pem");
	assert_string_equal(all[1].access.proxy, "http://127.0.0.1:3128");
	assert_int_equal(all[2].kind, CHANNEL_COMMAND);
	assert_int_equal(all[2].command.count, 4);
	assert_string_equal(all[2].audience, "partners");
	assert_int_equal(all[3].kind, CHANNEL_CLIPBOARD);
	assert_string_equal(all[4].file, "/var/log/updates");
	assert_int_equal(settings.ticket_command.count, 3);
}

static void what_does_not_fit_is_refused_with_its_name(void **state)
{
	static const struct { const char *item, *says; } rows[] = {
		{ "{name: a, kind: slak, url_env: U}", "did you mean 'slack'?" },
		{ "{name: a, kind: slack}", "notify: a: url_env, url_file or url_command is required" },
		{ "{name: a, kind: webhook}", "notify: a: url_env, url_file or url_command is required" },
		{ "{name: a, kind: command}", "notify: a: command is required" },
		{ "{name: a, kind: file}", "notify: a: file is required" },
		{ "{kind: file}", "notify: channel 1: file is required" },
		{ "{kind: clipboard}", "notify.1.name: is required" },
		{ "{name: a}", "notify.1.kind: is required" },
		{ "{name: a, kind: clipboard, file: /x}", "notify: a: file means nothing to a clipboard" },
		{ "{name: a, kind: file, file: /x, url_env: U}",
		  "notify: a: url_env means nothing to a file" },
		{ "{name: a, kind: slack, url_env: U, command: [x]}",
		  "notify: a: command means nothing to a slack" },
		{ "{name: a, kind: clipboard}\n  - {name: a, kind: file, file: /x}",
		  "notify: the name a stands twice" },
		{ "5\n  - {name: a, kind: file}", "notify: a: file is required" },
	};
	char yaml[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		(void)snprintf(yaml, sizeof(yaml), "notify:\n  - %s\n", rows[i].item);
		if (load(yaml) || !strstr(buf_cstr(&errors), rows[i].says))
			fail_msg("%s: wanted \"%s\", got:\n%s", rows[i].item, rows[i].says,
				 buf_cstr(&errors));
		settings_done(&settings);
	}
}

static void a_url_in_the_file_is_refused_and_not_shown(void **state)
{
	(void)state;
	assert_false(load("notify:\n  - {name: a, kind: slack, "
			  "url: \"https://hooks.slack.com/services/T1/B2/qwertyuiop\"}\n"));
	assert_non_null(strstr(buf_cstr(&errors), "a secret is never written into this file"));
	assert_null(strstr(buf_cstr(&errors), "qwertyuiop"));
	assert_null(strstr(buf_cstr(&errors), "is required"));
}

static void sixteen_channels_are_the_most(void **state)
{
	struct buf yaml = { 0 };

	(void)state;
	buf_text(&yaml, "notify:\n");
	for (int i = 0; i < POLICY_CHANNELS; i++)
		buf_fmt(&yaml, "  - {name: c%d, kind: clipboard}\n", i);
	assert_true(load(buf_cstr(&yaml)));
	settings_done(&settings);
	buf_text(&yaml, "  - {name: last, kind: clipboard}\n");
	assert_false(load(buf_cstr(&yaml)));
	assert_non_null(strstr(buf_cstr(&errors), "17 entries, at most 16 are used"));
	buf_done(&yaml);
}

/* What stands in comments below the line of dashes, as if somebody had taken the signs away. */
static void uncomment(struct str text, struct buf *out)
{
	struct str line;
	bool below = false;

	while (str_cut(&text, '\n', &line)) {
		below = below || str_starts(line, "# --- Incidents.");
		if (below && (str_starts(line, "#   ") || (str_starts(line, "# ") && str_has(line, ": {")) ||
			      str_eq(line, "# notify:") || str_eq(line, "# severity:") ||
			      str_eq(line, "# variables:") ||
			      str_starts(line, "# ticket_command: ")))
			line = str_sub(line.p + 2, line.len - 2);
		buf_add(out, line.p, line.len);
		buf_char(out, '\n');
	}
}

static void what_the_examples_offer_in_comments_is_accepted(void **state)
{
	static const char *const names[] = { "teachlink", "both", "future", "harbor" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct buf yaml = { 0 };
		char file[64];
		static char bytes[65536];
		FILE *from;
		size_t len;

		(void)snprintf(file, sizeof(file), "config/%s.yaml", names[i]);
		from = fopen(file, "r");
		assert_non_null(from);
		len = fread(bytes, 1, sizeof(bytes), from);
		(void)fclose(from);
		uncomment(str_sub(bytes, len), &yaml);
		if (!load(buf_cstr(&yaml)))
			fail_msg("%s: %s", file, buf_cstr(&errors));
		assert_int_equal(settings.notify.count, 5);
		assert_int_equal(settings.ticket_command.count, 9);
		assert_int_equal(settings.severity[1].update_every, 15 * WHEN_MINUTE);
		settings_done(&settings);
		buf_done(&yaml);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_kind_is_read_with_what_it_needs, unload),
		cmocka_unit_test_teardown(what_does_not_fit_is_refused_with_its_name, unload),
		cmocka_unit_test_teardown(a_url_in_the_file_is_refused_and_not_shown, unload),
		cmocka_unit_test_teardown(what_the_examples_offer_in_comments_is_accepted, unload),
		cmocka_unit_test_teardown(sixteen_channels_are_the_most, unload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
