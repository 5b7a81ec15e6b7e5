/* test_config_setting.c: trees read by tables, and every sentence that says what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/config_sample.h"

static void nothing_written_gives_every_default(void **state)
{
	struct arena arena = { NULL };
	struct buf out = { 0 };
	struct sample s;

	(void)state;
	memset(&s, 0xff, sizeof(s));
	assert_true(sample_read("", &s, &arena, &out));
	assert_string_equal(buf_cstr(&out), "");
	assert_int_equal(s.version, 1);
	assert_null(s.operator);
	assert_false(s.read_only);
	assert_null(s.home);
	assert_int_equal(s.ui.theme, 0);
	assert_true(s.ui.ratio > 0.49 && s.ui.ratio < 0.51);
	assert_int_equal(s.ui.bell.count, 2);
	assert_string_equal(s.ui.bell.items[1], "alert");
	assert_int_equal(s.ui.keys.count, 0);
	assert_int_equal(s.limit.side, THRESHOLD_NONE);
	assert_int_equal(s.sources.count, 0);
	assert_int_equal(s.zones.count, 0);
	buf_done(&out);
	arena_done(&arena);
}

static void every_type_is_read(void **state)
{
	static const char yaml[] =
		"version: 2\n"
		"operator: ana\n"
		"read_only: on\n"
		"home: ~/runbooks\n"
		"ui: {theme: mono, ratio: 0.25, bell: down, keys: {note: m, \"a.b\": none}}\n"
		"limit: \">= 3\"\n"
		"limit2: x\n";
	struct arena arena = { NULL };
	struct buf out = { 0 };
	struct sample s;

	(void)state;
	assert_false(sample_read(yaml, &s, &arena, &out));
	assert_int_equal(s.version, 2);
	assert_string_equal(s.operator, "ana");
	assert_true(s.read_only);
	assert_string_equal(s.home, "/home/ana/runbooks");
	assert_int_equal(s.ui.theme, 1);
	assert_true(s.ui.ratio > 0.24 && s.ui.ratio < 0.26);
	assert_int_equal(s.ui.bell.count, 1);
	assert_string_equal(s.ui.bell.items[0], "down");
	assert_int_equal(s.ui.keys.count, 2);
	assert_string_equal(s.ui.keys.items[1].name, "a.b");
	assert_string_equal(s.ui.keys.items[1].value, "none");
	assert_int_equal(s.ui.keys.items[1].at.line, 5);
	assert_int_equal(s.limit.side, THRESHOLD_NONE);
	buf_done(&out);
	arena_done(&arena);
}

static void sources_are_read_by_the_table_of_their_kind(void **state)
{
	static const char yaml[] =
		"sources:\n"
		"  api: {kind: web, url: \"https://h.example:8443/x\", password_file: ~/pw}\n"
		"  db:\n"
		"    kind: sql\n"
		"    dsn_command: [pass, show, x]\n"
		"    replicas: [{name: one, url: \"http://[::1]:80\"}, {name: two}]\n"
		"zones: {prod: {production: yes}, lab: {}, empty: }\n";
	struct arena arena = { NULL };
	struct buf out = { 0 };
	struct sample s;
	struct sample_source **sources;
	struct sample_replica *replicas;
	struct sample_zone *zones;

	(void)state;
	assert_true(sample_read(yaml, &s, &arena, &out));
	assert_string_equal(buf_cstr(&out), "");
	assert_int_equal(s.sources.count, 2);
	sources = s.sources.data;
	assert_string_equal(sources[0]->name, "api");
	assert_string_equal(sources[0]->kind, "web");
	assert_string_equal(sources[0]->url, "https://h.example:8443/x");
	assert_int_equal(sources[0]->every, 10 * WHEN_SECOND);
	assert_int_equal(sources[0]->password.from, SECRET_FILE);
	assert_string_equal(sources[0]->password.name, "/home/ana/pw");
	assert_int_equal(sources[0]->password.at.line, 2);
	assert_int_equal(sources[1]->dsn.from, SECRET_COMMAND);
	assert_int_equal(sources[1]->dsn.argv.count, 3);
	assert_string_equal(sources[1]->dsn.argv.items[2], "x");
	assert_int_equal(sources[1]->replicas.count, 2);
	replicas = sources[1]->replicas.data;
	assert_string_equal(replicas[0].url, "http://[::1]:80");
	assert_null(replicas[1].url);
	assert_int_equal(s.zones.count, 3);
	zones = s.zones.data;
	assert_string_equal(zones[0].name, "prod");
	assert_true(zones[0].production);
	assert_false(zones[1].production);
	buf_done(&out);
	arena_done(&arena);
}

/* One line of YAML and the whole text of its error. */
static void what_is_wrong_is_said_with_line_caret_and_way_out(void **state)
{
	static const struct { const char *yaml, *error; } rows[] = {
		{ "operater: ana\n",
		  "error: c.yaml:1:1: unknown key 'operater'\n"
		  "    1 | operater: ana\n"
		  "      | ^^^^^^^^ did you mean 'operator'?\n"
		  "   known keys: version, operator, read_only, home, ui, limit, sources, zones "
		  "[BN-C003]\n" },
		{ "ui: {them: mono}\n",
		  "error: c.yaml:1:6: unknown key 'them' under ui\n"
		  "    1 | ui: {them: mono}\n"
		  "      |      ^^^^ did you mean 'theme'?\n"
		  "   known keys: theme, ratio, bell, keys [BN-C003]\n" },
		{ "sources: {a: {kind: web, url: \"http://h\", retries: 3}}\n",
		  "error: c.yaml:1:43: unknown key 'retries' under sources.a\n"
		  "    1 | sources: {a: {kind: web, url: \"http://h\", retries: 3}}\n"
		  "      |                                           ^^^^^^^\n"
		  "   known keys: kind, url, every, password_env, password_file, password_command "
		  "[BN-C003]\n" },
		{ "version: one\n",
		  "error: c.yaml:1:10: version: 'one' is no whole number\n"
		  "    1 | version: one\n"
		  "      |          ^^^ write it like 42 [BN-C004]\n" },
		{ "version: 3\n",
		  "error: c.yaml:1:10: version: '3' is out of range\n"
		  "    1 | version: 3\n"
		  "      |          ^ from 1 to 2 [BN-C004]\n" },
		{ "ui: {ratio: 1.5}\n",
		  "error: c.yaml:1:13: ui.ratio: '1.5' is out of range\n"
		  "    1 | ui: {ratio: 1.5}\n"
		  "      |             ^^^ from 0 to 1 [BN-C004]\n" },
		{ "ui: {ratio: NaN}\n",
		  "error: c.yaml:1:13: ui.ratio: 'NaN' is no number\n"
		  "    1 | ui: {ratio: NaN}\n"
		  "      |             ^^^ write it like 0.5 [BN-C004]\n" },
		{ "read_only: \"maybe\"\n",
		  "error: c.yaml:1:12: read_only: 'maybe' is neither true nor false\n"
		  "    1 | read_only: \"maybe\"\n"
		  "      |            ^^^^^^^ write it like true or false [BN-C004]\n" },
		{ "version: off\n",
		  "error: c.yaml:1:10: version: 'off' is no whole number\n"
		  "    1 | version: off\n"
		  "      |          ^^^ write it like 42 [BN-C004]\n" },
		{ "operator:\n",
		  "error: c.yaml:1:10: operator: has no value\n"
		  "    1 | operator:\n"
		  "      |          ^ leave the key out to get the default [BN-C004]\n" },
		{ "operator: null\n",
		  "error: c.yaml:1:11: operator: has no value\n"
		  "    1 | operator: null\n"
		  "      |           ^^^^ leave the key out to get the default [BN-C004]\n" },
		{ "operator: [a]\n",
		  "error: c.yaml:1:11: operator: a text is wanted, not a list\n"
		  "    1 | operator: [a]\n"
		  "      |           ^ write it like a word [BN-C004]\n" },
		{ "ui: mono\n",
		  "error: c.yaml:1:5: ui: a map of settings is wanted\n"
		  "    1 | ui: mono\n"
		  "      |     ^^^^ write it like {key: value} [BN-C004]\n" },
		{ "ui: {theme: mone}\n",
		  "error: c.yaml:1:13: ui.theme: 'mone' is not one of its choices\n"
		  "    1 | ui: {theme: mone}\n"
		  "      |             ^^^^ did you mean 'mono'?\n"
		  "   choices: default, mono [BN-C004]\n" },
		{ "ui: {bell: [down, sun]}\n",
		  "error: c.yaml:1:19: ui.bell: 'sun' is not one of its choices\n"
		  "    1 | ui: {bell: [down, sun]}\n"
		  "      |                   ^^^\n"
		  "   choices: down, alert [BN-C004]\n" },
		{ "ui: {bell: {a: 1}}\n",
		  "error: c.yaml:1:12: ui.bell: a list of texts is wanted, not a map\n"
		  "    1 | ui: {bell: {a: 1}}\n"
		  "      |            ^ write it like [one, two] [BN-C004]\n" },
		{ "ui: {keys: {note: [m]}}\n",
		  "error: c.yaml:1:19: ui.keys.note: a text is wanted, not a list\n"
		  "    1 | ui: {keys: {note: [m]}}\n"
		  "      |                   ^ write it like a word [BN-C004]\n" },
		{ "limit: 300\n",
		  "error: c.yaml:1:8: limit: '300' does not say above or below\n"
		  "    1 | limit: 300\n"
		  "      |        ^^^ write it like \"> 300\" or \"< 5\" [BN-C004]\n" },
		{ "limit: \"> much\"\n",
		  "error: c.yaml:1:8: limit: '> much' has no number\n"
		  "    1 | limit: \"> much\"\n"
		  "      |        ^^^^^^^^ write it like \"> 300\" or \"< 5\" [BN-C004]\n" },
		{ "sources: {a: {kind: web, url: \"http://h\", every: 10}}\n",
		  "error: c.yaml:1:50: sources.a.every: '10' has no unit\n"
		  "    1 | sources: {a: {kind: web, url: \"http://h\", every: 10}}\n"
		  "      |                                                  ^^ 10s, 10m or 10h? "
		  "[BN-C004]\n" },
		{ "sources: {a: {kind: web, url: \"http://h\", every: soon}}\n",
		  "error: c.yaml:1:50: sources.a.every: 'soon' is no duration\n"
		  "    1 | sources: {a: {kind: web, url: \"http://h\", every: soon}}\n"
		  "      |                                                  ^^^^ write it like "
		  "250ms, 10s, 1h30m or 7d [BN-C004]\n" },
		{ "sources: {a: {kind: web, url: \"http://h\", every: 10ms}}\n",
		  "error: c.yaml:1:50: sources.a.every: '10ms' is out of range\n"
		  "    1 | sources: {a: {kind: web, url: \"http://h\", every: 10ms}}\n"
		  "      |                                                  ^^^^ from 1s to 1h "
		  "[BN-C004]\n" },
		{ "sources: {a: {kind: web}}\n",
		  "error: c.yaml:1:11: sources.a.url: is required\n"
		  "    1 | sources: {a: {kind: web}}\n"
		  "      |           ^ write it like https://host:port/path [BN-C007]\n" },
		{ "sources: {a: {kind: wbe, url: \"http://h\"}}\n",
		  "error: c.yaml:1:21: sources.a: unknown kind 'wbe'\n"
		  "    1 | sources: {a: {kind: wbe, url: \"http://h\"}}\n"
		  "      |                     ^^^ did you mean 'web'?\n"
		  "   choices: web, sql [BN-C004]\n" },
		{ "sources: {a: {url: \"http://h\"}}\n",
		  "error: c.yaml:1:11: sources.a: kind is required\n"
		  "    1 | sources: {a: {url: \"http://h\"}}\n"
		  "      |           ^\n"
		  "   choices: web, sql [BN-C007]\n" },
		{ "sources: {a: 3}\n",
		  "error: c.yaml:1:14: sources.a: a map of settings is wanted\n"
		  "    1 | sources: {a: 3}\n"
		  "      |              ^ [BN-C004]\n" },
		{ "sources: {a: {kind: sql}}\n",
		  "error: c.yaml:1:11: sources.a.dsn: is required\n"
		  "    1 | sources: {a: {kind: sql}}\n"
		  "      |           ^ give dsn_env, dsn_file or dsn_command [BN-C007]\n" },
		{ "sources: {a: {kind: sql, dsn_env: A, dsn_file: /b}}\n",
		  "error: c.yaml:1:38: sources.a.dsn: the same secret a second time\n"
		  "    1 | sources: {a: {kind: sql, dsn_env: A, dsn_file: /b}}\n"
		  "      |                                      ^^^^^^^^ keep one of dsn_env, "
		  "dsn_file or dsn_command [BN-C006]\n" },
		{ "sources: {a: {kind: sql, dsn_command: pass show x}}\n",
		  "error: c.yaml:1:39: sources.a.dsn_command: a command is a list of its words\n"
		  "    1 | sources: {a: {kind: sql, dsn_command: pass show x}}\n"
		  "      |                                       ^^^^^^^^^^^ write it like "
		  "[pass, show, name] [BN-C004]\n" },
		{ "sources: {a: {kind: sql, dsn_env: A, replicas: [{url: \"http://h\"}]}}\n",
		  "error: c.yaml:1:49: sources.a.replicas.1.name: is required\n"
		  "    1 | sources: {a: {kind: sql, dsn_env: A, replicas: [{url: \"http://h\"}]}}\n"
		  "      |                                                 ^ write it like a word "
		  "[BN-C007]\n" },
		{ "- a\n",
		  "error: c.yaml:1:1: the configuration must be a map of settings\n"
		  "    1 | - a\n"
		  "      | ^ write it like version: 1 [BN-C004]\n" },
		{ "hello\n",
		  "error: c.yaml:1:1: the configuration must be a map of settings\n"
		  "    1 | hello\n"
		  "      | ^^^^^ write it like version: 1 [BN-C004]\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena arena = { NULL };
		struct buf out = { 0 }, want = { 0 };
		struct sample s;

		buf_fmt(&want, "%s1 error in all\n", rows[i].error);
		assert_false(sample_read(rows[i].yaml, &s, &arena, &out));
		assert_string_equal(buf_cstr(&out), buf_cstr(&want));
		buf_done(&out);
		buf_done(&want);
		arena_done(&arena);
	}
}

static void urls_are_http_with_a_host_and_nobody_s_name(void **state)
{
	static const struct { const char *url; bool good; } rows[] = {
		{ "http://h", true }, { "https://h.example/", true },
		{ "http://10.0.0.1:9090", true },
		{ "http://h:80/a?b=c", true }, { "http://[2001:db8::1]/x", true },
		{ "http://h?x", true },
		{ "h:9090", false }, { "ftp://h", false }, { "http://", false },
		{ "http://:80", false },
		{ "http:///x", false }, { "http://h:0", false }, { "http://h:65536", false },
		{ "http://h:8x", false }, { "http://h:", false }, { "http://[::1", false },
		{ "http://[]", false }, { "http://[::1]x", false }, { "http://h/#f", false },
		{ "http://h h", false }, { "file:///etc/passwd", false }, { "http://u@h", false },
		{ "HTTP://h", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena arena = { NULL };
		struct buf yaml = { 0 }, out = { 0 };
		struct sample s;

		buf_fmt(&yaml, "sources: {a: {kind: web, url: \"%s\"}}\n", rows[i].url);
		if (sample_read(buf_cstr(&yaml), &s, &arena, &out) != rows[i].good)
			fail_msg("%s: %s", rows[i].url, buf_cstr(&out));
		buf_done(&yaml);
		buf_done(&out);
		arena_done(&arena);
	}
}

static void truth_is_written_as_yaml_1_1_has_it(void **state)
{
	static const struct { const char *word; bool truth; } rows[] = {
		{ "true", true }, { "yes", true }, { "on", true }, { "True", true }, { "ON", true },
		{ "\"yes\"", true }, { "false", false }, { "no", false }, { "off", false },
		{ "Off", false }, { "NO", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena arena = { NULL };
		struct buf yaml = { 0 }, out = { 0 };
		struct sample s;

		buf_fmt(&yaml, "read_only: %s\n", rows[i].word);
		assert_true(sample_read(buf_cstr(&yaml), &s, &arena, &out));
		assert_int_equal(s.read_only, rows[i].truth);
		buf_done(&yaml);
		buf_done(&out);
		arena_done(&arena);
	}
}

static void thresholds_say_a_side_and_a_number(void **state)
{
	static const struct { const char *text; enum threshold_side side; double value; } rows[] = {
		{ "> 300", THRESHOLD_ABOVE, 300 }, { ">300", THRESHOLD_ABOVE, 300 },
		{ " < -0.5 ", THRESHOLD_BELOW, -0.5 }, { "> 1e3", THRESHOLD_ABOVE, 1000 },
		{ ">= 3", THRESHOLD_NONE, 0 }, { "> NaN", THRESHOLD_NONE, 0 },
		{ "> 5s", THRESHOLD_NONE, 0 }, { ">", THRESHOLD_NONE, 0 },
		{ "= 3", THRESHOLD_NONE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena arena = { NULL };
		struct buf yaml = { 0 }, out = { 0 };
		struct sample s;

		buf_fmt(&yaml, "limit: \"%s\"\n", rows[i].text);
		assert_int_equal(sample_read(buf_cstr(&yaml), &s, &arena, &out),
				 rows[i].side != THRESHOLD_NONE);
		assert_int_equal(s.limit.side, rows[i].side);
		assert_true(s.limit.value >= rows[i].value && s.limit.value <= rows[i].value);
		buf_done(&yaml);
		buf_done(&out);
		arena_done(&arena);
	}
}

static void all_errors_are_told_at_once_and_the_rest_is_in_force(void **state)
{
	static const char yaml[] =
		"version: 9\n"
		"operator: ana\n"
		"read_olny: yes\n"
		"ui: {theme: dark, ratio: x}\n"
		"sources:\n"
		"  api: {kind: web, url: \"http://h\", every: 5}\n"
		"  db: {kind: redis}\n"
		"  ok: {kind: web, url: \"http://h\"}\n";
	struct arena arena = { NULL };
	struct buf out = { 0 };
	struct sample s;
	struct sample_source **sources;

	(void)state;
	assert_false(sample_read(yaml, &s, &arena, &out));
	assert_non_null(strstr(buf_cstr(&out), "\n6 errors in all\n"));
	assert_non_null(strstr(buf_cstr(&out), "c.yaml:1:10: "));
	assert_non_null(strstr(buf_cstr(&out), "c.yaml:3:1: "));
	assert_non_null(strstr(buf_cstr(&out), "c.yaml:4:13: "));
	assert_non_null(strstr(buf_cstr(&out), "c.yaml:4:26: "));
	assert_non_null(strstr(buf_cstr(&out), "c.yaml:6:44: "));
	assert_non_null(strstr(buf_cstr(&out), "c.yaml:7:14: "));
	assert_int_equal(s.version, 1);
	assert_string_equal(s.operator, "ana");
	assert_int_equal(s.ui.theme, 0);
	assert_int_equal(s.sources.count, 2);
	sources = s.sources.data;
	assert_int_equal(sources[0]->every, 10 * WHEN_SECOND);
	assert_string_equal(sources[1]->name, "ok");
	buf_done(&out);
	arena_done(&arena);
}

static void errors_are_told_in_the_order_of_the_lines(void **state)
{
	struct arena arena = { NULL };
	struct problems problems = { .arena = &arena };
	static const struct { const char *file; unsigned line, column; } rows[] = {
		{ "b", 7, 1 }, { "a", 2, 5 }, { "b", 3, 1 }, { NULL, 0, 0 }, { "a", 2, 1 },
		{ "b", 9, 1 }, { "a", 4, 1 },
	};
	static const char want[] = "b3 b7 b9 a2 a2 a4 - ";
	struct buf got = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		problems_add(&problems, &(struct complaint){
			.at = { rows[i].file, rows[i].line, rows[i].column }, .text = "x" });
	for (const struct problem *p = problems.first; p; p = p->next)
		if (p->at.file)
			buf_fmt(&got, "%s%u ", p->at.file, p->at.line);
		else
			buf_text(&got, "- ");
	assert_string_equal(buf_cstr(&got), want);
	assert_int_equal(problems.first->next->next->next->at.column, 1);
	buf_done(&got);
	arena_done(&arena);
}

static void a_missing_file_requires_nothing(void **state)
{
	struct arena arena = { NULL };
	struct problems problems = { .arena = &arena };
	struct sample_replica replica;
	const struct setting *required = NULL;

	(void)state;
	for (const struct setting *s = sample_table; s->type != SETTING_END_MARK; s++) {
		size_t size;

		if (s->variant)
			required = s->variant("sql", &size);
	}
	assert_non_null(required);
	for (; required->type != SETTING_END_MARK; required++)
		if (required->sub)
			assert_true(settings_read(required->sub, NULL, &replica, &arena,
						  &problems));
	assert_int_equal(problems.count, 0);
	assert_null(replica.name);
	arena_done(&arena);
}

/* Places where somebody might write a secret, well or badly. CANARY must be seen nowhere. */
static void what_may_be_a_secret_is_never_shown(void **state)
{
	static const char *const rows[] = {
		"sources: {a: {kind: sql, dsn: CANARY}}\n",
		"sources: {a: {kind: sql, dsn: CANARY, bogus: 1, replicas: [{}]}}\n",
		"sources:\n  a:\n    kind: sql\n    dsn: \"CANARY\n      CANARY\"\n    bogus: 1\n",
		"sources: {a: {kind: sql, \"dsn\": \"CANARY\"}}\n",
		"sources: {a: {kind: sql, dsn: \"x\n      CANARY\", bogus: 1}}\n",
		"sources: {a: {kind: sql, bogus: 1, dsn: {a: x,\n  b: CANARY}, more: 1}}\n",
		"sources:\n  a:\n    kind: sql\n    dsn: |\n      CANARY\n    bogus: 1\n",
		"sources: {a: {kind: sql, dsn: [CANARY, CANARY]}}\n",
		"sources: {a: {kind: sql, dsn: {user: CANARY}}}\n",
		"sources: {a: {kind: sql, dsm: CANARY}}\n",
		"sources: {a: {kind: web, url: \"http://h\", passwrod: CANARY}}\n",
		"sources: {a: {kind: web, url: \"http://h\", token: CANARY}}\n",
		"sources: {a: {kind: web, url: \"http://u:CANARY@h\"}}\n",
		"sources: {a: {kind: web, url: \"http://CANARY@h\", nope: 1}}\n",
		"sources: {a: {kind: web, url: \"http//u:CANARY@h\"}}\n",
		"sources: {a: {kind: web, url: \"http://h:CAN/ARY@x\"}}\n",
		"sources: {a: {kind: web, url: \"u:CANARY@h\"}}\n",
		"password: CANARY: CANARY\n",
		"password:CANARY\nx: y: z\n",
		"  \"api_key\" : \"CANARY\" x\n",
		"dsn: \"CANARY\n",
		"dsn: 'postgres://u:CANARY@h/d\n",
		"sources: {a: {kind: sql, dsn: \"host=x password=CANARY\" }, b: }}\n",
		"sources: {a: {kind: sql, dsn: &a CANARY}}\n",
		"a: {dsn: CANARY, dsn: CANARY}\n",
		"sources: {a: {kind: sql, dsn: CANARY, dsn_env: X}}\n",
		"operator: [\"postgresql://ana:CANARY@h/d\"]\n",
		"version: \"postgresql://ana:CANARY@h/d\"\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena arena = { NULL };
		struct buf out = { 0 };
		struct sample s;

		assert_false(sample_read(rows[i], &s, &arena, &out));
		if (strstr(buf_cstr(&out), "CAN") || strstr(buf_cstr(&out), "ARY"))
			fail_msg("%s shows:\n%s", rows[i], buf_cstr(&out));
		buf_done(&out);
		arena_done(&arena);
	}
}

static void a_bare_secret_is_refused_with_the_way_out(void **state)
{
	static const char want[] =
		"error: c.yaml:1:26: sources.a.dsn: a secret is never written into this file\n"
		"    1 | sources: {a: {kind: sql, dsn: [redacted]\n"
		"      |                          ^^^ use dsn_env, dsn_file or dsn_command "
		"[BN-C006]\n"
		"1 error in all\n";
	struct arena arena = { NULL };
	struct buf out = { 0 };
	struct sample s;

	(void)state;
	assert_false(sample_read("sources: {a: {kind: sql, dsn: hunter2}}\n", &s, &arena, &out));
	assert_string_equal(buf_cstr(&out), want);
	buf_done(&out);
	arena_done(&arena);
}

static void hostile_text_is_quoted_harmlessly(void **state)
{
	static const char *const rows[] = {
		"operater\xc2\x9b: 1\n",
		"version: \"\\u202e1\"\n",
		"version: x\x1b[31m\n",
		"ui: {theme: \"%n%s`{b}\"}\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena arena = { NULL };
		struct buf out = { 0 };
		struct sample s;

		assert_false(sample_read(rows[i], &s, &arena, &out));
		for (size_t c = 0; c < out.len; c++)
			assert_true(out.data[c] == '\n' ||
				    (out.data[c] >= ' ' && out.data[c] < 0x7f));
		buf_done(&out);
		arena_done(&arena);
	}
}

static void the_caret_stands_under_wide_and_long_lines(void **state)
{
	static const char wide[] = "ui: {\xe6\xbc\xa2\xe5\xad\x97: 1, them: x}\n";
	static const char want[] = "      |      ^^^^\n";
	struct arena arena = { NULL };
	struct buf yaml = { 0 }, out = { 0 };
	struct sample s;

	(void)state;
	assert_false(sample_read(wide, &s, &arena, &out));
	assert_non_null(strstr(buf_cstr(&out), want));
	assert_non_null(strstr(buf_cstr(&out), "      |               ^^^^ did you mean 'theme'?"));
	buf_clear(&out);
	buf_text(&yaml, "ui: {theme: mono, bell: [");
	for (int i = 0; i < 200; i++)
		buf_text(&yaml, "down, ");
	buf_text(&yaml, "sun]}\n");
	assert_false(sample_read(buf_cstr(&yaml), &s, &arena, &out));
	assert_true(out.len < 600);
	assert_non_null(strstr(buf_cstr(&out), "down, sun]}\n      | "));
	buf_done(&yaml);
	buf_done(&out);
	arena_done(&arena);
}

static void many_unknown_keys_stay_cheap_and_are_all_counted(void **state)
{
	struct arena arena = { NULL };
	struct buf yaml = { 0 }, out = { 0 };
	struct sample s;

	(void)state;
	buf_text(&yaml, "ui:\n");
	for (int i = 0; i < 500; i++)
		buf_fmt(&yaml, "  k%d: 1\n", i);
	assert_false(sample_read(buf_cstr(&yaml), &s, &arena, &out));
	assert_non_null(strstr(buf_cstr(&out),
			       "\n500 errors in all, the first 100 of them shown\n"));
	buf_done(&yaml);
	buf_done(&out);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_written_gives_every_default),
		cmocka_unit_test(every_type_is_read),
		cmocka_unit_test(sources_are_read_by_the_table_of_their_kind),
		cmocka_unit_test(what_is_wrong_is_said_with_line_caret_and_way_out),
		cmocka_unit_test(urls_are_http_with_a_host_and_nobody_s_name),
		cmocka_unit_test(truth_is_written_as_yaml_1_1_has_it),
		cmocka_unit_test(thresholds_say_a_side_and_a_number),
		cmocka_unit_test(all_errors_are_told_at_once_and_the_rest_is_in_force),
		cmocka_unit_test(errors_are_told_in_the_order_of_the_lines),
		cmocka_unit_test(a_missing_file_requires_nothing),
		cmocka_unit_test(what_may_be_a_secret_is_never_shown),
		cmocka_unit_test(a_bare_secret_is_refused_with_the_way_out),
		cmocka_unit_test(hostile_text_is_quoted_harmlessly),
		cmocka_unit_test(the_caret_stands_under_wide_and_long_lines),
		cmocka_unit_test(many_unknown_keys_stay_cheap_and_are_all_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
