/* test_app_channels.c: what goes into a channel, byte for byte, and when it is tried again. */
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

#include "app/channels_inside.h"
#include "io/outcome.h"
#include "tests/lib/canary.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pump.h"

enum { LIMIT = 20000, TOLD = 64 };

static const msec quick[] = { 1 };
static const struct channels_pace pace = { quick, ARRAY_LEN(quick), 4, 2000 };

struct told {
	char incident[INCIDENT_ID], event[ULID_TEXT], channel[NAME_TEXT], text[BECAUSE_TEXT];
	bool ok, final;
	int64_t status, tries;
};

struct place {
	char dir[64], file[96], hook[160], page[160];
	const char *environment[6];
	struct options options;
	struct context context;
	struct settings settings;
	struct loop *loop;
	struct httpd *httpd;
	struct channels *channels;
	struct told told[TOLD];
	int count, finals;
};

static void on_delivered(void *arg, const struct delivered *what)
{
	struct place *p = arg;
	struct told *told = &p->told[p->count];

	assert_true(p->count < TOLD);
	(void)str_put(told->incident, sizeof(told->incident), what->incident);
	(void)str_put(told->event, sizeof(told->event), what->event);
	(void)str_put(told->channel, sizeof(told->channel), what->channel);
	(void)str_put(told->text, sizeof(told->text), what->text);
	told->ok = what->ok;
	told->final = what->final;
	told->status = what->status;
	told->tries = what->tries;
	p->count++;
	p->finals += what->final;
}

static int setup(void **state)
{
	static struct place place;
	struct place *p = &place;
	const struct httpd_rule rules[] = {
		{ .path = "/hook/a1b2c3d4e5", .body = str_of("ok"), .type = "text/html" },
		{ .path = "/page", .status = 202 },
	};
	struct err err = { 0 };

	*p = (struct place){ .count = 0 };
	(void)snprintf(p->dir, sizeof(p->dir), "/tmp/binnacle-channels-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	p->loop = loop_new(&err);
	p->httpd = httpd_start(rules, ARRAY_LEN(rules), &err);
	assert_true(p->loop && p->httpd);
	(void)snprintf(p->hook, sizeof(p->hook), "HOOK=http://127.0.0.1:%u/hook/a1b2c3d4e5",
		       httpd_port(p->httpd));
	(void)snprintf(p->page, sizeof(p->page), "PAGE=http://127.0.0.1:%u/page",
		       httpd_port(p->httpd));
	p->environment[0] = p->hook;
	p->environment[1] = p->page;
	p->environment[2] = "PATH=/usr/bin:/bin";
	p->environment[3] = "USER=ana";
	p->environment[4] = "XDG_CONFIG_DIRS=/nonexistent";
	p->context = (struct context){ .options = &p->options, .environment = p->environment };
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	struct buf command = { 0 };

	channels_free(p->channels);
	loop_free(p->loop);
	httpd_stop(p->httpd);
	settings_done(&p->settings);
	buf_fmt(&command, "rm -rf %s", p->dir);
	assert_int_equal(system(buf_cstr(&command)), 0);
	buf_done(&command);
	return 0;
}

static void load(struct place *p, struct settings *settings, const char *yaml)
{
	struct buf errors = { 0 };
	FILE *file;

	(void)snprintf(p->file, sizeof(p->file), "%s/c.yaml", p->dir);
	file = fopen(p->file, "w");
	assert_non_null(file);
	(void)fputs(yaml, file);
	(void)fclose(file);
	assert_int_equal(chmod(p->file, 0600), 0);
	p->options.given[OPTION_CONFIG] = true;
	p->options.value[OPTION_CONFIG] = p->file;
	if (!settings_load(&p->context, settings)) {
		problems_write(&settings->problems, &errors);
		fail_msg("%s", buf_cstr(&errors));
	}
}

static void open_channels(struct place *p, const char *yaml)
{
	const struct channels_setup plan = { p->loop, &p->context, &p->settings, on_delivered, p };

	load(p, &p->settings, yaml);
	p->channels = channels_new(&plan);
	channels_set_pace(p->channels, &pace);
}

static const char text[] = "SEV1: \"payments\" stuck <37>\nNext: failover & check";

static void send_to(struct place *p, const char *const *names, size_t count)
{
	struct incident incident = { .id = "7k3f9q", .title = "Payments stuck", .severity = 1,
				     .status = INCIDENT_INVESTIGATING };
	struct event update = { .id = "01JD0000000000000000000000", .at = 1795314847000,
				.kind = EVENT_UPDATE_SENT };

	EVENT_SET(update.data, type, "update");
	EVENT_SET(update.data, text, text);
	EVENT_SET(update.data, channels, (struct text_list){ names, count });
	EVENT_SET(update.data, next_at, 1795315747000);
	channels_send(p->channels, &incident, &update);
}

static void send_one(struct place *p, const char *name)
{
	send_to(p, &name, 1);
	assert_int_equal(p->count, 0);
	assert_true(pump(p->loop, &p->finals, 1, LIMIT));
	assert_int_equal(channels_in_flight(p->channels), 0);
}

static struct letter a_letter(void)
{
	static char words[] = "one & <!channel>\n\"two\"";

	return (struct letter){ .incident = "7k3f9q", .event = "01JD0000000000000000000000",
				.title = "Payments stuck", .type = "announce", .severity = 1,
				.status = INCIDENT_TRIAGE, .text = words,
				.next_at = WHEN_NEVER, .at = 1795314847000 };
}

static void each_body_is_what_it_should_be_byte_for_byte(void **state)
{
	struct letter letter = a_letter();
	struct buf out = { 0 };

	(void)state;
	letter_slack(&letter, &out);
	assert_string_equal(buf_cstr(&out), "{\"text\":\"one &amp; &lt;!channel&gt;\\n\\\"two\\\"\"}");
	buf_clear(&out);
	letter_webhook(&letter, "internal", &out);
	assert_string_equal(buf_cstr(&out),
			    "{\"schema\":\"binnacle.update/1\",\"id\":\"01JD0000000000000000000000\","
			    "\"incident\":\"7k3f9q\",\"title\":\"Payments stuck\",\"severity\":\"SEV1\","
			    "\"status\":\"triage\",\"type\":\"announce\","
			    "\"text\":\"one & <!channel>\\n\\\"two\\\"\",\"next_update_at\":null,"
			    "\"at\":\"2026-11-22T02:34:07Z\"}");
	buf_clear(&out);
	letter_block(&letter, &out);
	assert_string_equal(buf_cstr(&out), "2026-11-22T02:34:07Z #7k3f9q announce\n"
			    "one & <!channel>\n\"two\"\n\n");
	buf_done(&out);
}

static void the_public_learns_nothing_of_an_incident_but_its_id(void **state)
{
	struct letter letter = a_letter();
	struct buf out = { 0 };

	(void)state;
	letter.next_at = letter.at + WHEN_HOUR;
	letter_webhook(&letter, "public", &out);
	assert_non_null(strstr(buf_cstr(&out), "\"incident\":\"7k3f9q\",\"title\":null,"
			       "\"severity\":null,\"status\":null,\"type\":\"announce\""));
	assert_non_null(strstr(buf_cstr(&out), "\"next_update_at\":\"2026-11-22T03:34:07Z\""));
	assert_null(strstr(buf_cstr(&out), "Payments"));
	buf_done(&out);
}

static void a_text_leaves_in_lines_harmless_and_without_secrets(void **state)
{
	struct secret *secret = secret_new(str_of("canary-s3cret"));
	struct buf out = { 0 };

	(void)state;
	letter_text(str_of("one\033[31m\n\ntwo canary-s3cret\n"), &out);
	assert_string_equal(buf_cstr(&out), "one^[[31m\n\ntwo [redacted]");
	buf_done(&out);
	secret_free(secret);
}

static void the_waits_grow_to_two_minutes_and_stay(void **state)
{
	static const msec wanted[] = { 5, 15, 45, 120, 120, 120 };
	static const msec usual[] = { 5000, 15000, 45000, 120000 };
	const struct channels_pace four = { usual, ARRAY_LEN(usual), 10, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		assert_int_equal(channels_delay(&four, (int64_t)i + 1), wanted[i] * WHEN_SECOND);
}

/* What answers mean: ok, and whether trying again may help. */
static void an_answer_is_judged_by_what_it_says(void **state)
{
	static const struct {
		enum channel_kind kind;
		enum reply_kind reply;
		int status;
		const char *body;
		bool ok, again;
		const char *says;
	} rows[] = {
		{ CHANNEL_SLACK, REPLY_ANSWER, 200, "ok", true, false, "ok" },
		{ CHANNEL_SLACK, REPLY_ANSWER, 200, "ok\n", true, false, "ok" },
		{ CHANNEL_SLACK, REPLY_ANSWER, 200, "{\"ok\":true}", true, false, "true" },
		{ CHANNEL_SLACK, REPLY_ANSWER, 200, "{\"success\": true}", true, false, "true" },
		{ CHANNEL_SLACK, REPLY_ANSWER, 200, "{\"ok\":false}", false, false, "did not say ok" },
		{ CHANNEL_SLACK, REPLY_ANSWER, 200, "<html>log in", false, false, "<html>log in" },
		{ CHANNEL_SLACK, REPLY_ANSWER, 403, "invalid_token", false, false,
		  "HTTP 403: invalid_token" },
		{ CHANNEL_SLACK, REPLY_ANSWER, 404, "", false, false, "HTTP 404" },
		{ CHANNEL_SLACK, REPLY_ANSWER, 429, "", false, true, "HTTP 429" },
		{ CHANNEL_SLACK, REPLY_ANSWER, 408, "", false, true, "HTTP 408" },
		{ CHANNEL_SLACK, REPLY_ANSWER, 500, "oops", false, true, "HTTP 500: oops" },
		{ CHANNEL_WEBHOOK, REPLY_ANSWER, 200, "<html>", true, false, "<html>" },
		{ CHANNEL_WEBHOOK, REPLY_ANSWER, 204, "", true, false, "HTTP 204" },
		{ CHANNEL_WEBHOOK, REPLY_ANSWER, 302, "go away", false, false, "not followed" },
		{ CHANNEL_WEBHOOK, REPLY_REFUSED, 0, "", false, true, "refused by it" },
		{ CHANNEL_WEBHOOK, REPLY_TOO_LARGE, 200, "", false, false, "refused by it" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf room = { 0 };
		struct reply reply;
		struct landing is;

		reply_init(&reply);
		reply.kind = rows[i].reply;
		reply.status = rows[i].status;
		reply.body = str_of(rows[i].body);
		if (reply.kind != REPLY_ANSWER)
			(void)str_put(reply.why, sizeof(reply.why), "refused by it");
		is = channels_judge(rows[i].kind, &reply, &room);
		if (is.ok != rows[i].ok || is.again != rows[i].again ||
		    !strstr(buf_cstr(&room), rows[i].says))
			fail_msg("row %zu: ok %d, again %d, \"%s\"", i, is.ok, is.again,
				 buf_cstr(&room));
		buf_done(&room);
	}
}

static void who_asks_for_patience_gets_it(void **state)
{
	struct buf room = { 0 };
	struct reply reply;

	(void)state;
	reply_init(&reply);
	reply.kind = REPLY_ANSWER;
	reply.status = 429;
	assert_int_equal(channels_judge(CHANNEL_SLACK, &reply, &room).wait, 0);
	reply.retry_after = 90 * WHEN_SECOND;
	assert_int_equal(channels_judge(CHANNEL_SLACK, &reply, &room).wait, 90 * WHEN_SECOND);
	buf_done(&room);
}

/* Later it would take the place of what was copied since. */
static void the_clipboard_is_tried_once(void **state)
{
	struct place *p = *state;

	open_channels(p, "notify:\n  - {name: paste, kind: clipboard}\n");
	send_one(p, "paste");
	assert_int_equal(p->count, 1);
	assert_false(p->told[0].ok);
	assert_int_equal(p->told[0].tries, 1);
	assert_non_null(strstr(p->told[0].text, "not copied"));
}

static void it_is_posted_once_and_the_answer_is_told(void **state)
{
	struct place *p = *state;
	struct buf head = { 0 };

	open_channels(p, "notify:\n  - {name: team, kind: slack, url_env: HOOK}\n");
	send_one(p, "team");
	assert_int_equal(p->count, 1);
	assert_string_equal(p->told[0].incident, "7k3f9q");
	assert_string_equal(p->told[0].event, "01JD0000000000000000000000");
	assert_string_equal(p->told[0].channel, "team");
	assert_string_equal(p->told[0].text, "ok");
	assert_true(p->told[0].ok && p->told[0].final);
	assert_int_equal(p->told[0].status, 200);
	assert_int_equal(p->told[0].tries, 1);
	assert_int_equal(httpd_requests(p->httpd, NULL), 1);
	httpd_last_head(p->httpd, "/hook/a1b2c3d4e5", &head);
	assert_non_null(strstr(buf_cstr(&head), "{\"text\":\"SEV1: \\\"payments\\\" stuck &lt;37&gt;"
			       "\\nNext: failover &amp; check\"}"));
	buf_done(&head);
}

static void what_fails_is_tried_again_until_it_is_taken(void **state)
{
	struct place *p = *state;
	struct httpd_rule page = { .path = "/page", .status = 503, .body = str_of("later") };

	open_channels(p, "notify:\n  - {name: page, kind: webhook, url_env: PAGE}\n");
	httpd_set(p->httpd, &page);
	send_to(p, (const char *const[]){ "page" }, 1);
	assert_true(pump(p->loop, &p->count, 2, LIMIT));
	page.status = 202;
	page.body = str_of(NULL);
	httpd_set(p->httpd, &page);
	assert_true(pump(p->loop, &p->finals, 1, LIMIT));
	for (int i = 0; i < p->count - 1; i++) {
		assert_false(p->told[i].ok || p->told[i].final);
		assert_string_equal(p->told[i].text, "HTTP 503: later");
		assert_int_equal(p->told[i].tries, i + 1);
	}
	assert_true(p->told[p->count - 1].ok);
	assert_string_equal(p->told[p->count - 1].text, "HTTP 202");
}

static void after_the_last_try_it_is_given_up_and_said(void **state)
{
	struct place *p = *state;
	const struct httpd_rule page = { .path = "/page", .mode = HTTPD_RESET };

	open_channels(p, "notify:\n  - {name: page, kind: webhook, url_env: PAGE}\n");
	httpd_set(p->httpd, &page);
	send_one(p, "page");
	assert_int_equal(p->count, 4);
	assert_int_equal(httpd_requests(p->httpd, "/page"), 4);
	for (int i = 0; i < 4; i++) {
		assert_false(p->told[i].ok);
		assert_int_equal(p->told[i].final, i == 3);
	}
}

static void a_redirect_is_not_followed(void **state)
{
	struct place *p = *state;
	const struct httpd_rule page = { .path = "/page", .mode = HTTPD_REDIRECT,
					 .headers = "Location: /hook/a1b2c3d4e5\r\n" };

	open_channels(p, "notify:\n  - {name: page, kind: webhook, url_env: PAGE}\n");
	httpd_set(p->httpd, &page);
	send_one(p, "page");
	assert_int_equal(p->count, 1);
	assert_string_equal(p->told[0].text, "HTTP 302: a redirect, which is not followed");
	assert_int_equal(httpd_requests(p->httpd, NULL), 1);
}

static void a_channel_that_hangs_blocks_no_other(void **state)
{
	static const char *const names[] = { "page", "team", "none" };
	struct place *p = *state;
	const struct httpd_rule page = { .path = "/page", .mode = HTTPD_SILENT };

	open_channels(p, "notify:\n  - {name: page, kind: webhook, url_env: PAGE}\n"
			 "  - {name: team, kind: slack, url_env: HOOK}\n");
	httpd_set(p->httpd, &page);
	send_to(p, names, ARRAY_LEN(names));
	assert_true(pump(p->loop, &p->finals, 2, LIMIT));
	assert_int_equal(p->count, 2);		/* page is still waited for */
	for (int i = 0; i < 2; i++) {
		bool team = strcmp(p->told[i].channel, "team") == 0;

		assert_int_equal(p->told[i].ok, team);
		if (!team)
			assert_string_equal(p->told[i].text, "no channel of this name is configured");
	}
	assert_int_equal(channels_in_flight(p->channels), 1);
}

static void read_file(const char *path, char *out, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t len;

	assert_non_null(file);
	len = fread(out, 1, size - 1, file);
	out[len] = '\0';
	(void)fclose(file);
}

static void a_command_reads_the_text_and_no_shell_reads_its_words(void **state)
{
	struct place *p = *state;
	struct buf yaml = { 0 };
	char path[96], got[256];

	(void)snprintf(path, sizeof(path), "%s/got", p->dir);
	buf_fmt(&yaml, "notify:\n  - {name: good, kind: command, command: [tee, %s]}\n"
		"  - {name: bad, kind: command, command: [ls, \"$(id);/nonexistent\"]}\n", path);
	open_channels(p, buf_cstr(&yaml));
	send_one(p, "good");
	assert_true(p->told[0].ok);
	assert_string_equal(p->told[0].text, "SEV1: \"payments\" stuck <37>");
	read_file(path, got, sizeof(got));
	assert_string_equal(got, text);
	p->count = p->finals = 0;
	send_one(p, "bad");
	assert_int_equal(p->count, 4);
	assert_false(p->told[3].ok);
	assert_int_equal(p->told[3].status, 2);
	assert_non_null(strstr(p->told[3].text, "$(id);/nonexistent"));
	buf_done(&yaml);
}

static void a_file_gets_a_block_for_each_update_and_is_ours_alone(void **state)
{
	struct place *p = *state;
	struct buf yaml = { 0 };
	char path[96], got[512];
	struct stat is;
	const char *block = "2026-11-22T02:34:07Z #7k3f9q update\n"
			    "SEV1: \"payments\" stuck <37>\nNext: failover & check\n\n";

	(void)snprintf(path, sizeof(path), "%s/updates", p->dir);
	buf_fmt(&yaml, "notify:\n  - {name: log, kind: file, file: %s}\n", path);
	open_channels(p, buf_cstr(&yaml));
	send_one(p, "log");
	assert_true(p->told[0].ok);
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(is.st_mode & 0777, 0600);
	p->count = p->finals = 0;
	send_one(p, "log");
	read_file(path, got, sizeof(got));
	assert_int_equal(strlen(got), 2 * strlen(block));
	assert_memory_equal(got, block, strlen(block));
	assert_string_equal(got + strlen(block), block);
	buf_done(&yaml);
}

/* A FIFO that nobody reads would wait for ever, a link may lead anywhere. */
static void what_is_no_regular_file_is_refused_and_waits_for_nothing(void **state)
{
	struct place *p = *state;
	struct buf yaml = { 0 };
	char fifo[96], link[96], target[96];

	(void)snprintf(fifo, sizeof(fifo), "%s/fifo", p->dir);
	(void)snprintf(link, sizeof(link), "%s/link", p->dir);
	(void)snprintf(target, sizeof(target), "%s/target", p->dir);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(symlink(target, link), 0);
	buf_fmt(&yaml, "notify:\n  - {name: fifo, kind: file, file: %s}\n"
		"  - {name: link, kind: file, file: %s}\n"
		"  - {name: gone, kind: file, file: %s/no/such}\n", fifo, link, p->dir);
	open_channels(p, buf_cstr(&yaml));
	send_to(p, (const char *const[]){ "fifo", "link", "gone" }, 3);
	assert_true(pump(p->loop, &p->finals, 3, LIMIT));
	for (int i = 0; i < p->count; i++)
		assert_false(p->told[i].ok);
	assert_int_equal(access(target, F_OK), -1);
	buf_done(&yaml);
}

static void where_nothing_may_change_nothing_is_sent(void **state)
{
	struct place *p = *state;

	open_channels(p, "read_only: true\nnotify:\n  - {name: team, kind: slack, url_env: HOOK}\n");
	send_one(p, "team");
	assert_false(p->told[0].ok);
	assert_string_equal(p->told[0].text, "read-only: nothing is sent");
	assert_int_equal(httpd_requests(p->httpd, NULL), 0);
}

static void what_was_cancelled_by_quitting_has_no_outcome(void **state)
{
	struct place *p = *state;
	const struct httpd_rule page = { .path = "/page", .mode = HTTPD_SILENT };
	struct buf yaml = { 0 };

	buf_fmt(&yaml, "notify:\n  - {name: page, kind: webhook, url_env: PAGE}\n"
		"  - {name: slow, kind: command, command: [sleep, \"60\"]}\n"
		"  - {name: log, kind: file, file: %s/log}\n", p->dir);
	open_channels(p, buf_cstr(&yaml));
	httpd_set(p->httpd, &page);
	send_to(p, (const char *const[]){ "page", "slow", "log" }, 3);
	assert_false(pump(p->loop, &p->finals, 2, 20));
	channels_free(p->channels);
	p->channels = NULL;
	p->count = 0;
	assert_false(pump(p->loop, &p->count, 1, 50));
	buf_done(&yaml);
}

static void a_saved_configuration_counts_from_the_next_try_on(void **state)
{
	struct place *p = *state;
	const struct httpd_rule page = { .path = "/page", .status = 500 };
	struct settings saved;

	open_channels(p, "notify:\n  - {name: it, kind: webhook, url_env: PAGE}\n");
	httpd_set(p->httpd, &page);
	send_to(p, (const char *const[]){ "it" }, 1);
	assert_true(pump(p->loop, &p->count, 1, LIMIT));
	load(p, &saved, "notify:\n  - {name: it, kind: slack, url_env: HOOK}\n");
	channels_settings(p->channels, &saved);
	settings_done(&p->settings);
	p->settings = saved;
	assert_true(pump(p->loop, &p->finals, 1, LIMIT));
	assert_true(p->told[p->count - 1].ok);
	assert_int_equal(httpd_requests(p->httpd, "/hook/a1b2c3d4e5"), 1);
}

/* The URL is a canary; the server answers with it, whole and in parts, in every encoding. */
static void nothing_of_a_url_is_told_whatever_the_answer_says(void **state)
{
	static const char *const names[CANARIES] = { "token", "b", "c", "d", "e", "f", "g", "h", "i",
						     "j", "k", "l" };
	static const int statuses[] = { 200, 404, 500 };
	struct place *p = *state;
	struct canaries canaries;
	struct buf body = { 0 };
	char path[128];
	const char *how;

	canaries_make(&canaries, names, 0);
	(void)snprintf(path, sizeof(path), "/services/T00/%s", canaries.all[0].text);
	(void)snprintf(p->hook, sizeof(p->hook), "HOOK=http://127.0.0.1:%u%s",
		       httpd_port(p->httpd), path);
	canary_echo(&body, &canaries.all[0]);
	buf_fmt(&body, " nothing at %s", path);
	open_channels(p, "notify:\n  - {name: team, kind: slack, url_env: HOOK}\n");
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		const struct httpd_rule rule = { .path = path, .status = statuses[i],
						 .body = str_sub(buf_cstr(&body), body.len) };

		httpd_set(p->httpd, &rule);
		p->count = p->finals = 0;
		send_one(p, "team");
		assert_true(httpd_requests(p->httpd, path) > i);
		for (int k = 0; k < p->count; k++) {
			assert_non_null(strstr(p->told[k].text, "[redacted]"));
			if (canaries_find(&canaries, str_of(p->told[k].text), &how))
				fail_msg("%d: %s: %s", statuses[i], how, p->told[k].text);
		}
	}
	buf_done(&body);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_body_is_what_it_should_be_byte_for_byte),
		cmocka_unit_test(the_public_learns_nothing_of_an_incident_but_its_id),
		cmocka_unit_test(a_text_leaves_in_lines_harmless_and_without_secrets),
		cmocka_unit_test(the_waits_grow_to_two_minutes_and_stay),
		cmocka_unit_test(an_answer_is_judged_by_what_it_says),
		cmocka_unit_test(who_asks_for_patience_gets_it),
		T(the_clipboard_is_tried_once),
		T(it_is_posted_once_and_the_answer_is_told),
		T(what_fails_is_tried_again_until_it_is_taken),
		T(after_the_last_try_it_is_given_up_and_said),
		T(a_redirect_is_not_followed),
		T(a_channel_that_hangs_blocks_no_other),
		T(a_command_reads_the_text_and_no_shell_reads_its_words),
		T(a_file_gets_a_block_for_each_update_and_is_ours_alone),
		T(what_is_no_regular_file_is_refused_and_waits_for_nothing),
		T(where_nothing_may_change_nothing_is_sent),
		T(what_was_cancelled_by_quitting_has_no_outcome),
		T(a_saved_configuration_counts_from_the_next_try_on),
		T(nothing_of_a_url_is_told_whatever_the_answer_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
