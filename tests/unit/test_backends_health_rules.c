/* Another platform's health answers, judged by the configuration alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backends/health.h"
#include "backends/kinds.h"
#include "base/json.h"
#include "tests/lib/desk.h"

static struct desk desk;
static struct health_config config;

static void open_with(struct health_config with)
{
	config = with;
	config.source.name = "shop";
	config.source.url = "http://127.0.0.1:3001";
	desk_open(&desk, &health_backend, &config);
}

static int close_desk(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

static const json_t *field(const char *name)
{
	return json_object_get(desk.report.fields, name);
}

#define TEXTS(...) { (const char *const[]){ __VA_ARGS__ }, \
		     sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *) }

static struct health_rule rules[] = {
	{ "/status", "state", TEXTS("up"), TEXTS("busy", "slow"), TEXTS("down") },
	{ "/status", "db.connected", TEXTS("true"), { NULL, 0 }, TEXTS("false") },
	{ "/queue", "depth", TEXTS("0"), { NULL, 0 }, { NULL, 0 } },
};

static int open_rules(void **state)
{
	(void)state;
	open_with((struct health_config){ .rules = { rules, ARRAY_LEN(rules) } });
	return 0;
}

static size_t path(const char *path, unsigned index)
{
	return desk_ask(&desk, path, 0, index);
}

static void another_platform_is_asked_its_own_paths_only(void **state)
{
	(void)state;
	assert_int_equal(desk.probe.ask_count, 2);
	assert_string_equal(desk_path(&desk, path("/status", 0)), "/status");
	assert_string_equal(desk_path(&desk, path("/queue", 2)), "/queue");
}

static const struct {
	int status;
	const char *body;
	enum state state;
	const char *word;
} rule_cases[] = {
	{ 200, "{\"state\":\"up\",\"db\":{\"connected\":true}}", STATE_OK, "every field" },
	{ 200, "{\"state\":\"slow\",\"db\":{\"connected\":true}}", STATE_WARN, "state is 'slow'" },
	{ 200, "{\"state\":\"up\",\"db\":{\"connected\":false}}", STATE_BAD,
	  "db.connected is 'false'" },
	{ 200, "{\"state\":\"odd\",\"db\":{\"connected\":true}}", STATE_UNKNOWN, "'odd', which" },
	{ 200, "{\"state\":\"up\"}", STATE_UNKNOWN, "has no db.connected" },
	{ 200, "<html>", STATE_UNKNOWN, "HTML" },
	{ 503, "{\"state\":\"down\",\"db\":{\"connected\":true}}", STATE_BAD, "state is 'down'" },
	{ 503, "{\"state\":\"up\",\"db\":{\"connected\":true}}", STATE_BAD, "answers 503" },
	{ 503, "{\"error\":\"x\"}", STATE_DOWN, "answers 503" },
	{ 503, "<html>", STATE_DOWN, "503" },
	{ 404, "{}", STATE_UNKNOWN, "404" },
	{ 429, "{}", STATE_UNKNOWN, "429" },
	{ 302, "", STATE_UNKNOWN, "not followed" },
};

static void another_platform_is_judged_by_its_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rule_cases); i++) {
		(void)open_rules(NULL);
		desk_answer(&desk, path("/queue", 2), 200, "{\"depth\":0}");
		desk_answer(&desk, path("/status", 0), rule_cases[i].status, rule_cases[i].body);
		desk_expect(&desk, rule_cases[i].state, rule_cases[i].word);
		assert_int_equal(json_array_size(field("values")), 3);
		desk_close(&desk);
	}
}

static void a_path_that_has_not_answered_is_not_ok(void **state)
{
	(void)state;
	desk_answer(&desk, path("/queue", 2), 200, "{\"depth\":0}");
	desk_expect(&desk, STATE_UNKNOWN, "waiting for the answer of /status");
	desk_fail(&desk, path("/status", 0), REPLY_REFUSED);
	desk_expect(&desk, STATE_DOWN, "/status: connection refused");
}

static void a_rule_whose_path_is_not_allowed_is_unknown(void **state)
{
	static const char *const items[] = { "/queue" };

	(void)state;
	open_with((struct health_config){ .paths = { items, 1 },
					  .rules = { rules, ARRAY_LEN(rules) } });
	assert_int_equal(desk.probe.ask_count, 1);
	desk_answer(&desk, path("/queue", 2), 200, "{\"depth\":0}");
	desk_expect(&desk, STATE_UNKNOWN, "/status is not asked");
	desk_close(&desk);
}

#define RULES(name) cmocka_unit_test_setup_teardown(name, open_rules, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULES(another_platform_is_asked_its_own_paths_only),
		cmocka_unit_test(another_platform_is_judged_by_its_rules),
		RULES(a_path_that_has_not_answered_is_not_ok),
		cmocka_unit_test(a_rule_whose_path_is_not_allowed_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
