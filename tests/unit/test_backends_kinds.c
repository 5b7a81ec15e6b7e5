/* The list of kinds, what an outcome means, and the small kinds: http, dns, grafana. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "backends/dns.h"
#include "backends/grafana.h"
#include "backends/http.h"
#include "backends/kinds.h"
#include "tests/lib/desk.h"

static struct desk desk;

static int close_desk(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

static const struct setting *find_setting(const struct setting *table, const char *key)
{
	for (; table->type != SETTING_END_MARK; table++)
		if (strcmp(table->key, key) == 0)
			return table;
	return NULL;
}

static void every_kind_is_found_by_its_name_and_is_complete(void **state)
{
	const char *const *kinds = backend_kinds();
	size_t count = 0;

	(void)state;
	for (; kinds[count]; count++) {
		const struct backend *backend = backend_find(kinds[count]);
		size_t size = 0;

		assert_non_null(backend);
		assert_string_equal(backend->kind, kinds[count]);
		assert_true(backend->asks && backend->prepare && backend->decode && backend->judge);
		assert_true(backend_settings(kinds[count], &size) == backend->settings);
		assert_true(size == backend->config_size && size >= sizeof(struct source_config));
		assert_true(backend->facts_size > 0);
		assert_non_null(find_setting(backend->settings, "every"));
		assert_non_null(find_setting(backend->settings, "timeout"));
	}
	assert_true(count >= 7);
	assert_null(backend_find("oracle"));
}

static void every_setting_says_what_it_is_for(void **state)
{
	(void)state;
	for (const char *const *kind = backend_kinds(); *kind; kind++) {
		const struct setting *table = backend_find(*kind)->settings;

		for (; table->type != SETTING_END_MARK; table++)
			if (!table->help || !str_ends(str_of(table->help), "."))
				fail_msg("%s.%s has no sentence of help", *kind, table->key);
	}
}

static void a_base_url_has_no_slash_at_its_end(void **state)
{
	static const char *const urls[] = { "http://a:1", "http://b:2/", "http://c/path//" };
	struct source_config several = { .urls = { urls, 3 } }, one = { .url = "http://d/" };

	(void)state;
	assert_int_equal(backend_url_count(&several), 3);
	assert_true(str_eq(backend_url(&several, 0), "http://a:1"));
	assert_true(str_eq(backend_url(&several, 1), "http://b:2"));
	assert_true(str_eq(backend_url(&several, 2), "http://c/path"));
	assert_true(str_eq(backend_url(&several, 3), ""));
	assert_int_equal(backend_url_count(&one), 1);
	assert_true(str_eq(backend_url(&one, 0), "http://d"));
	assert_int_equal(backend_url_count(&(struct source_config){ .url = NULL }), 0);
}

static void an_outcome_alone_decides_between_down_and_unknown(void **state)
{
	static const struct {
		enum reply_kind kind;
		int status;
		enum state state;
		const char *word;
	} cases[] = {
		{ REPLY_REFUSED, 0, STATE_DOWN, "connection refused" },
		{ REPLY_RESET, 0, STATE_DOWN, "dropped" },
		{ REPLY_TIMEOUT, 0, STATE_DOWN, "no answer in 2.5 s" },
		{ REPLY_NO_NAME, 0, STATE_UNKNOWN, "our DNS" },
		{ REPLY_NO_ROUTE, 0, STATE_UNKNOWN, "our network" },
		{ REPLY_TLS, 0, STATE_UNKNOWN, "TLS" },
		{ REPLY_TOO_LARGE, 0, STATE_UNKNOWN, "larger than we accept" },
		{ REPLY_BAD_PROTOCOL, 0, STATE_UNKNOWN, "protocol" },
		{ REPLY_DENIED, 0, STATE_UNKNOWN, "access denied" },
		{ REPLY_SQL_ERROR, 0, STATE_UNKNOWN, "error" },
		{ REPLY_NO_SECRET, 0, STATE_UNKNOWN, "no credential" },
		{ REPLY_ANSWER, 200, STATE_UNKNOWN, "cannot be read" },
		{ REPLY_ANSWER, 500, STATE_DOWN, "answers 500" },
		{ REPLY_ANSWER, 503, STATE_DOWN, "answers 503" },
	};
	const struct ask ask = { .timeout = 2500 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct ask_view view = { .answered = true, .kind = cases[i].kind,
					 .status = cases[i].status };
		char because[BECAUSE_TEXT];
		enum state is;

		assert_true(outcome_judge(&ask, &view, &is, because));
		assert_int_equal(is, cases[i].state);
		assert_non_null(strstr(because, cases[i].word));
	}
}

static void a_good_answer_or_none_yet_is_left_to_the_kind(void **state)
{
	const struct ask_view none = { .answered = false };
	const struct ask_view good = { .answered = true, .good = true, .kind = REPLY_ANSWER,
				       .status = 200 };
	char because[BECAUSE_TEXT];
	enum state is;

	(void)state;
	assert_false(outcome_judge(&(struct ask){ 0 }, &none, &is, because));
	assert_false(outcome_judge(&(struct ask){ 0 }, &good, &is, because));
}

static union {
	struct source_config source;
	struct http_config http;
	struct dns_config dns;
	struct grafana_config grafana;
} config;

static void open_kind(const struct backend *backend)
{
	memset(&config, 0, sizeof(config));
	assert_true(backend->config_size <= sizeof(config));
	config.source.name = "it";
	config.source.url = "http://127.0.0.1:1/base/";
	desk_open(&desk, backend, &config);
}

static void http_is_ok_when_it_answers_2xx(void **state)
{
	static const struct {
		int status;
		enum state state;
		const char *word;
	} cases[] = {
		{ 200, STATE_OK, "answers 200" }, { 204, STATE_OK, "answers 204" },
		{ 301, STATE_UNKNOWN, "redirects" }, { 404, STATE_UNKNOWN, "404" },
		{ 403, STATE_UNKNOWN, "403" }, { 429, STATE_UNKNOWN, "429" },
		{ 500, STATE_DOWN, "500" }, { 599, STATE_DOWN, "599" },
	};

	(void)state;
	open_kind(&http_backend);
	config.http.slow = 2000;
	assert_string_equal(desk_path(&desk, 0), "");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		desk_answer(&desk, 0, cases[i].status, "any text");
		desk_expect(&desk, cases[i].state, cases[i].word);
		assert_int_equal(json_number_value(json_object_get(desk.report.fields, "status_code")),
				 cases[i].status);
	}
	desk_fail(&desk, 0, REPLY_REFUSED);
	desk_expect(&desk, STATE_DOWN, "refused");
	assert_true(json_is_null(json_object_get(desk.report.fields, "status_code")));
	config.http.slow = 10;
	desk_answer(&desk, 0, 200, "");
	desk_expect(&desk, STATE_WARN, "slow: answered in 0.0 s");
}

static void dns_publishes_addresses_and_is_bad_when_the_name_does_not_resolve(void **state)
{
	static const char *const names[] = { "address" }, *const cells[] = { "10.0.0.1", "::1" };
	struct reply reply;

	(void)state;
	open_kind(&dns_backend);
	config.dns.host = "db.example";
	reply = desk_reply(&desk, NULL);
	reply.rows = (struct rows){ .columns = 1, .count = 2, .names = names, .cells = cells };
	desk_take(&desk, 0, &reply);
	desk_expect(&desk, STATE_OK, "db.example is 10.0.0.1 and others");
	assert_int_equal(json_array_size(json_object_get(desk.report.fields, "addresses")), 2);
	assert_int_equal(json_number_value(json_object_get(desk.report.fields, "took_ms")), 20);
	desk_fail(&desk, 0, REPLY_NO_NAME);
	desk_expect(&desk, STATE_BAD, "db.example does not resolve");
	assert_int_equal(json_array_size(json_object_get(desk.report.fields, "addresses")), 0);
	desk_fail(&desk, 0, REPLY_TIMEOUT);
	desk_expect(&desk, STATE_DOWN, "no answer");
	reply.rows.count = 0;
	desk_take(&desk, 0, &reply);
	desk_expect(&desk, STATE_BAD, "no address");
}

static void grafana_offers_links_and_tells_of_its_database(void **state)
{
	static const struct pair links[] = {
		{ "overview", "/d/abc", { 0 } }, { "other", "https://g.example/d/x", { 0 } },
	};
	const json_t *list;

	(void)state;
	open_kind(&grafana_backend);
	config.grafana.links = (struct pairs){ links, 2 };
	desk_answer(&desk, 0, 200, "{\"database\":\"ok\",\"version\":\"9.5\"}");
	desk_expect(&desk, STATE_OK, "version 9.5");
	list = json_object_get(desk.report.fields, "links");
	assert_string_equal(json_text_at(json_array_get(list, 0), "url", ""),
			    "http://127.0.0.1:1/base/d/abc");
	assert_string_equal(json_text_at(json_array_get(list, 1), "url", ""),
			    "https://g.example/d/x");
	desk_answer(&desk, 0, 200, "{\"database\":\"failing\"}");
	desk_expect(&desk, STATE_BAD, "failing");
	desk_answer(&desk, 0, 200, "{}");
	desk_expect(&desk, STATE_UNKNOWN, "is this a Grafana?");
	desk_answer(&desk, 0, 503, "{\"database\":\"failing\"}");
	desk_expect(&desk, STATE_DOWN, "503");
}

#define DESK(name) cmocka_unit_test_teardown(name, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_found_by_its_name_and_is_complete),
		cmocka_unit_test(every_setting_says_what_it_is_for),
		cmocka_unit_test(a_base_url_has_no_slash_at_its_end),
		cmocka_unit_test(an_outcome_alone_decides_between_down_and_unknown),
		cmocka_unit_test(a_good_answer_or_none_yet_is_left_to_the_kind),
		DESK(http_is_ok_when_it_answers_2xx),
		DESK(dns_publishes_addresses_and_is_bad_when_the_name_does_not_resolve),
		DESK(grafana_offers_links_and_tells_of_its_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
