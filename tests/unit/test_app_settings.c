/* test_app_settings.c: the whole configuration: what follows from it, and what does not fit. */
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

#include "app/commands.h"
#include "app/example.h"
#include "app/settings.h"
#include "backends/backup.h"
#include "backends/postgres.h"
#include "backends/prometheus.h"
#include "backends/stellar_rpc.h"

struct place {
	char root[64], home[96], file[96];
	const char *environment[5];
	struct options options;
	struct context context;
	struct settings settings;
	struct buf errors;
	char *out, *err;		/* what a verb wrote */
	size_t out_len, err_len;
};

static int place_new(void **state)
{
	struct place *p = test_calloc(1, sizeof(*p));

	snprintf(p->root, sizeof(p->root), "/tmp/binnacle-settings-XXXXXX");
	assert_non_null(mkdtemp(p->root));
	snprintf(p->home, sizeof(p->home), "HOME=%s", p->root);
	snprintf(p->file, sizeof(p->file), "%s/c.yaml", p->root);
	p->environment[0] = p->home;
	p->environment[1] = "XDG_CONFIG_DIRS=/nonexistent";
	p->environment[2] = "USER=ana";
	p->context = (struct context){ .options = &p->options, .environment = p->environment };
	*state = p;
	return 0;
}

static int place_done(void **state)
{
	struct place *p = *state;
	struct buf command = { 0 };

	settings_done(&p->settings);
	buf_fmt(&command, "rm -rf %s", p->root);
	assert_int_equal(system(buf_cstr(&command)), 0);
	buf_done(&command);
	buf_done(&p->errors);
	free(p->out);
	free(p->err);
	test_free(p);
	return 0;
}

static void put(struct place *p, const char *yaml)
{
	FILE *file = fopen(p->file, "w");

	assert_non_null(file);
	fputs(yaml, file);
	fclose(file);
	assert_int_equal(chmod(p->file, 0600), 0);
	p->options.given[OPTION_CONFIG] = true;
	p->options.value[OPTION_CONFIG] = p->file;
}

static bool load(struct place *p, const char *yaml)
{
	bool ok;

	if (yaml)
		put(p, yaml);
	settings_done(&p->settings);
	ok = settings_load(&p->context, &p->settings);
	buf_clear(&p->errors);
	problems_write(&p->settings.problems, &p->errors);
	return ok;
}

static const struct check_settings *check(const struct place *p, const char *name)
{
	const struct check_settings *checks = p->settings.checks.data;

	for (size_t i = 0; i < p->settings.checks.count; i++)
		if (!strcmp(checks[i].name, name))
			return &checks[i];
	fail_msg("no check %s", name);
	return NULL;
}

static const void *source(const struct place *p, const char *name)
{
	for (size_t i = 0; i < p->settings.sources.count; i++)
		if (!strcmp(settings_source(&p->settings, i)->name, name))
			return settings_source(&p->settings, i);
	fail_msg("no source %s", name);
	return NULL;
}

static void without_a_file_the_four_signals_exist_and_nothing_is_asked(void **state)
{
	static const char *const names[] = { "lag", "error_rate", "latency", "stuck" };
	struct place *p = *state;
	const struct check_settings *checks;

	assert_true(load(p, NULL));
	checks = p->settings.checks.data;
	assert_int_equal(p->settings.checks.count, 4);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_string_equal(checks[i].name, names[i]);
		assert_null(checks[i].query);
		assert_null(checks[i].source);
	}
	assert_string_equal(p->settings.operator, "ana");
	assert_string_equal(p->settings.environment, "default");
	assert_false(p->settings.production);
	assert_int_equal(p->settings.sources.count, 0);
	assert_null(p->settings.transactions_source);
}

static void the_shipped_example_is_clean_and_complete(void **state)
{
	struct place *p = *state;
	const struct prometheus_config *prometheus;
	const struct postgres_config *db;

	if (!load(p, example_yaml))
		fail_msg("%s", buf_cstr(&p->errors));
	assert_int_equal(p->settings.sources.count, 11);
	assert_true(p->settings.production);
	prometheus = source(p, "prometheus");
	assert_int_equal(prometheus->check_count, p->settings.checks.count - 2);
	assert_string_equal(prometheus->source.environment, "prod");
	db = source(p, "db");
	assert_int_equal(db->replicas.count, 1);
	assert_ptr_equal(db->transactions, &p->settings.transactions);
	assert_string_equal(p->settings.transactions_source, "db");
	assert_int_equal(p->settings.transactions.preset, TX_TEACHLINK_BRIDGE);
	assert_int_equal(p->settings.components.count, 12);
	assert_int_equal(p->settings.contacts.count, 3);
}

/* TeachLink's own queries hide failures; none of their mistakes may come back. */
static void no_query_of_ours_is_clamped_to_one(void **state)
{
	struct place *p = *state;
	const struct check_settings *checks;

	assert_true(load(p, example_yaml));
	checks = p->settings.checks.data;
	for (size_t i = 0; i < p->settings.checks.count; i++)
		if (checks[i].query && (strstr(checks[i].query, ", 1)") ||
					strstr(checks[i].query, "\n")))
			fail_msg("%s: %s", checks[i].name, checks[i].query);
}

static void a_prometheus_is_asked_for_error_rate_and_latency_by_itself(void **state)
{
	struct place *p = *state;
	const struct prometheus_config *prometheus;

	assert_true(load(p, "sources: {prom: {kind: prometheus, url: \"http://h\"}}\n"));
	prometheus = source(p, "prom");
	assert_int_equal(prometheus->check_count, 2);
	assert_string_equal(prometheus->checks[0].name, "error_rate");
	assert_non_null(strstr(prometheus->checks[0].query, " or 0 * sum("));
	assert_null(strstr(prometheus->checks[0].query, "clamp_min"));
	assert_string_equal(prometheus->checks[1].unit, "s");
	assert_string_equal(check(p, "latency")->source, "prom");
}

static void an_entry_changes_only_what_it_says_of_a_built_in_signal(void **state)
{
	struct place *p = *state;

	assert_true(load(p, "checks: {lag: {warn: \"> 60\", stale: 30s}}\n"));
	assert_int_equal(p->settings.checks.count, 4);
	assert_true(check(p, "lag")->warn.value > 59 && check(p, "lag")->warn.value < 61);
	assert_true(check(p, "lag")->bad.value > 899);
	assert_string_equal(check(p, "lag")->unit, "s");
	assert_int_equal(check(p, "lag")->stale, 30 * WHEN_SECOND);
}

static void flags_win_over_the_file(void **state)
{
	struct place *p = *state;

	p->options.given[OPTION_ENV] = p->options.given[OPTION_READ_ONLY] = true;
	p->options.given[OPTION_UTC] = true;
	p->options.value[OPTION_ENV] = "prod";
	assert_true(load(p, "environment: lab\nread_only: false\ntime: relative\n"
			    "environments: {prod: {production: true}, lab: {}}\n"));
	assert_string_equal(p->settings.environment, "prod");
	assert_true(p->settings.production);
	assert_true(p->settings.read_only);
	assert_int_equal(p->settings.time, 0);
	p->options.value[OPTION_ENV] = "prdo";
	assert_false(load(p, NULL));
	assert_string_equal(buf_cstr(&p->errors),
			    "error: flag --env: environment: there is no environment 'prdo'\n"
			    "   did you mean 'prod'?\n"
			    "   there are: prod, lab [BN-C008]\n"
			    "1 error in all\n");
}

static void what_does_not_fit_is_told_where_it_stands(void **state)
{
	static const char sources[] = "sources: {prom: {kind: prometheus, url: \"http://h\"}, "
				      "hz: {kind: horizon, url: \"http://h\"}}\n";
	static const struct { const char *yaml, *says; } rows[] = {
		{ "version: 2\n", "c.yaml:2:10: version 2 is of another program\n" },
		{ "ui: {theme: dark}\n", "c.yaml:2:13: ui.theme: there is no theme 'dark'\n" },
		{ "ui: {keys: {aks: f5}}\n",
		  "c.yaml:2:18: ui.keys: no action is named 'aks'; did you mean 'ask'?\n" },
		{ "ui: {keys: {ask: q}}\n",
		  "c.yaml:2:18: ui.keys.ask: 'q' is the key of 'quit' already\n" },
		{ "ui: {keys: {ask: hyper-q}}\n",
		  "c.yaml:2:18: ui.keys.ask: 'hyper-q' is no key\n" },
		{ "ui: {bell: [sometimes]}\n",
		  "c.yaml:2:13: ui.bell: 'sometimes' is not one of its choices\n" },
		{ "checks: {x: {warn: \"> 1\"}}\n", "c.yaml:2:10: checks.x has no query\n" },
		{ "checks: {x: {query: up, source: prmo}}\n",
		  "c.yaml:2:33: checks.x.source: there is no prometheus source 'prmo'\n" },
		{ "checks: {x: {query: up, source: hz}}\n",
		  "c.yaml:2:33: checks.x.source: there is no prometheus source 'hz'\n" },
		{ "checks: {lag: {warn: \"< 3\"}}\n",
		  "c.yaml:2:10: checks.lag: bad is not worse than warn\n" },
		{ "checks: {lag: {warn: \"> 1000\"}}\n",
		  "c.yaml:2:10: checks.lag: bad is not worse than warn\n" },
		{ "transactions: {preset: teachlink-bridge}\n",
		  "c.yaml:2:1: transactions.source: is required\n" },
		{ "transactions: {source: prom, preset: teachlink-bridge}\n",
		  "c.yaml:2:24: transactions.source: there is no postgres source 'prom'\n" },
		{ "components: {a: {depends_on: [b]}}\n",
		  "c.yaml:2:31: components.a.depends_on: there is no component 'b'\n" },
		{ "components: {a: {serves: b}}\n",
		  "c.yaml:2:26: components.a.serves: there is no component 'b'\n" },
		{ "components: {a: {sources: [pron]}}\n",
		  "c.yaml:2:28: components.a.sources: there is no source 'pron'\n" },
		{ "sharing: {dir: /x}\n", "c.yaml:2:1: unknown key 'sharing'\n" },
		{ "dirlls: {}\n", "c.yaml:2:1: unknown key 'dirlls'\n" },
	};
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf yaml = { 0 };

		buf_fmt(&yaml, "%s%s", sources, rows[i].yaml);
		assert_false(load(p, buf_cstr(&yaml)));
		assert_int_equal(p->settings.problems.count, 1);
		if (!strstr(buf_cstr(&p->errors), rows[i].says))
			fail_msg("wanted: %s\ngot: %s", rows[i].says, buf_cstr(&p->errors));
		buf_done(&yaml);
	}
}

static void sources_that_do_not_fit_are_told_where_they_stand(void **state)
{
	static const struct { const char *yaml, *says; } rows[] = {
		{ "sources: {hz: {kind: horizon}}\n",
		  "c.yaml:1:11: sources.hz: url or urls is required\n" },
		{ "sources: {hz: {kind: horizon, url: \"http://h\", urls: [\"http://h\"]}}\n",
		  "c.yaml:1:48: sources.hz: url and urls together\n" },
		{ "sources: {hz: {kind: horizon, urls: [\"http://h\", \"http://u:p@h\"]}}\n",
		  "c.yaml:1:50: sources.hz.urls: a user name or password in a URL\n" },
		{ "sources: {\"a.b\": {kind: horizon, url: \"http://h\"}}\n",
		  "c.yaml:1:11: the name of a source has another character than letters" },
		{ "sources: {r: {kind: rediss, url: \"http://h\"}}\n",
		  "c.yaml:1:21: sources.r: unknown kind 'rediss'\n" },
		{ "sources: {r: {kind: redis, url: \"http://h\"}}\n",
		  "c.yaml:1:33: sources.r.url: 'http://h' is no redis:// URL\n" },
		{ "sources: {r: {kind: redis}}\n", "write it like redis://host:port [" },
		{ "sources: {r: {kind: redis, url: \"redis://h:x\"}}\n",
		  "sources.r.url: 'redis://h:x' has no host, or a port that is none\n" },
		{ "sources: {r: {kind: redis, url: \"redis://:hunter2@h\"}}\n",
		  "sources.r.url: a user name or password in a URL\n" },
		{ "sources: {r: {kind: horizon, url: \"redis://h\"}}\n", "is no http:// or https:// URL" },
		{ "sources: {d: {kind: postgres, dsn: \"postgres://u:hunter2@h/d\"}}\n",
		  "c.yaml:1:31: sources.d.dsn: a secret is never written into this file\n" },
		{ "checks: {x: {query: up}}\n", "c.yaml:1:10: checks.x: source is required\n" },
	};
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_false(load(p, rows[i].yaml));
		assert_int_equal(p->settings.problems.count, 1);
		if (!strstr(buf_cstr(&p->errors), rows[i].says))
			fail_msg("wanted: %s\ngot: %s", rows[i].says, buf_cstr(&p->errors));
		assert_null(strstr(buf_cstr(&p->errors), "hunter2"));
	}
}

static void a_source_with_an_error_is_no_second_error_where_it_is_named(void **state)
{
	struct place *p = *state;

	assert_false(load(p, "sources: {x: {kind: sql},"
			     " prom: {kind: prometheus, url: \"h:9090\"}}\n"
			     "checks: {c: {query: up, source: prom}}\n"
			     "components: {a: {sources: [prom, x]}}\n"));
	assert_int_equal(p->settings.problems.count, 2);
}

static void keys_may_be_swapped(void **state)
{
	struct place *p = *state;

	if (!load(p, "ui: {keys: {ask: z, freeze: r, print: none}}\n"))
		fail_msg("%s", buf_cstr(&p->errors));
}

static int run(struct place *p, int (*verb)(const struct context *))
{
	int status;

	free(p->out);
	free(p->err);
	p->context.out = open_memstream(&p->out, &p->out_len);
	p->context.err = open_memstream(&p->err, &p->err_len);
	status = verb(&p->context);
	fclose(p->context.out);
	fclose(p->context.err);
	return status;
}

static void init_writes_the_example_once_and_for_its_owner_only(void **state)
{
	struct place *p = *state;
	struct buf path = { 0 };
	struct stat st;

	buf_fmt(&path, "%s/.config/binnacle/config.yaml", p->root);
	assert_int_equal(run(p, cmd_config_init), EXIT_OK);
	assert_int_equal(strncmp(p->out, buf_cstr(&path), path.len), 0);
	assert_int_equal(stat(buf_cstr(&path), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, strlen(example_yaml));
	assert_int_equal(run(p, cmd_config_check), EXIT_OK);
	assert_int_equal(chmod(buf_cstr(&path), 0400), 0);
	assert_int_equal(run(p, cmd_config_init), EXIT_FAILED);
	assert_non_null(strstr(p->err, "exists already: nothing was written"));
	assert_int_equal(stat(buf_cstr(&path), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0400);
	buf_done(&path);
}

static void check_exits_3_with_every_error_on_standard_error(void **state)
{
	struct place *p = *state;

	put(p, "version: 1\n");
	assert_int_equal(run(p, cmd_config_check), EXIT_OK);
	assert_non_null(strstr(p->out, "c.yaml: ok\n"));
	put(p, "version: one\nnope: 1\n");
	assert_int_equal(run(p, cmd_config_check), EXIT_CONFIG);
	assert_int_equal(p->out_len, 0);
	assert_non_null(strstr(p->err, "2 errors in all\n"));
	p->options.given[OPTION_JSON] = true;
	assert_int_equal(run(p, cmd_config_check), EXIT_CONFIG);
	assert_non_null(strstr(p->out, "\"BN-C003\""));
}

static void path_names_the_file_even_before_it_exists(void **state)
{
	struct place *p = *state;
	struct buf want = { 0 };

	buf_fmt(&want, "%s/.config/binnacle/config.yaml\n", p->root);
	assert_int_equal(run(p, cmd_config_path), EXIT_OK);
	assert_string_equal(p->out, buf_cstr(&want));
	assert_non_null(strstr(p->err, "config init"));
	buf_done(&want);
}

static void show_says_where_each_value_is_from_as_text_and_as_json(void **state)
{
	struct place *p = *state;
	struct err err;
	json_t *root;

	put(p, "time: local\n");
	p->options.given[OPTION_ORIGIN] = true;
	assert_int_equal(run(p, cmd_config_show), EXIT_OK);
	assert_non_null(strstr(p->out, "/c.yaml:1\n"));
	assert_non_null(strstr(p->out, "  built-in\n"));
	p->options.given[OPTION_JSON] = true;
	assert_int_equal(run(p, cmd_config_show), EXIT_OK);
	root = json_read(str_of(p->out), JSON_MAX_SMALL, &err);
	assert_non_null(root);
	assert_string_equal(json_text_at(root, "schema", ""), "binnacle.config/1");
	assert_true(json_array_size(json_at(root, "settings")) > 5);
	json_decref(root);
}

static void the_schema_is_json_with_every_kind_of_source(void **state)
{
	struct place *p = *state;
	struct err err;
	json_t *root;
	size_t kinds = 0;

	assert_int_equal(run(p, cmd_config_schema), EXIT_OK);
	root = json_read(str_of(p->out), JSON_MAX_SMALL, &err);
	assert_non_null(root);
	while (backend_kinds()[kinds])
		kinds++;
	assert_int_equal(json_array_size(json_at(root, "properties.sources.additionalProperties"
							".anyOf")), kinds);
	assert_non_null(strstr(p->out, "^https?://"));
	assert_non_null(strstr(p->out, "^redis://"));
	json_decref(root);
}

static void the_manual_explains_every_error_id(void **state)
{
	struct buf out = { 0 };

	(void)state;
	help_config_manual(&out);
	for (int i = 0; i < PROBLEM_ID_COUNT; i++)
		assert_non_null(strstr(buf_cstr(&out), problem_id_text((enum problem_id)i)));
	buf_done(&out);
}

#define C1 "CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O"
#define C2 "CA73EEE3QYWTUUHVJ6MWJXUDFNCK3ANV6SFBPVJNPI2HQDJVO3FH6ART"
#define SEED "SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKI"

static void contracts_of_components_are_followed_by_every_rpc(void **state)
{
	struct place *p = *state;
	const struct stellar_rpc_config *rpc;

	if (!load(p, "sources:\n"
		     "  indexer: {kind: indexer, url: 'http://127.0.0.1:1'}\n"
		     "  rpc: {kind: stellar-rpc, url: 'http://127.0.0.1:2', contract: " C1 ",\n"
		     "    cursor_from: indexer, headroom: {warn: 1d}}\n"
		     "  other: {kind: stellar-rpc, url: 'http://127.0.0.1:3'}\n"
		     "components:\n"
		     "  bridge: {contracts: [" C1 ", " C2 "]}\n"
		     "  escrow: {contracts: " C2 "}\n"))
		fail_msg("%s", buf_cstr(&p->errors));
	rpc = source(p, "rpc");
	assert_int_equal(rpc->contracts.count, 2);
	assert_string_equal(rpc->contracts.items[0], C1);
	assert_string_equal(rpc->contracts.items[1], C2);
	assert_int_equal(rpc->topics.count, 3);
	assert_int_equal(rpc->headroom.warn, WHEN_DAY);
	assert_int_equal(rpc->headroom.bad, 12 * WHEN_HOUR);
	rpc = source(p, "other");
	assert_int_equal(rpc->contracts.count, 2);
}

static void what_an_rpc_names_must_be_what_it_is_meant_for(void **state)
{
	static const struct {
		const char *rest, *word;
	} cases[] = {
		{ "contract: GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX}\n",
		  "sources.rpc.contract: account G... where contract C... is meant" },
		{ "contract: nonsense}\n", "sources.rpc.contract: not a Stellar address" },
		{ "contract: " SEED "}\n", "sources.rpc.contract: a secret seed" },
		{ "topics: [a b]}\n", "sources.rpc.topics: a topic is a symbol" },
		{ "topics: [a, b, c, d, e, f, g, h, i]}\n", "sources.rpc.topics: 9 topics, at most 8" },
		{ "headroom: {warn: 1h, bad: 2h}}\n", "sources.rpc.headroom: bad is not worse" },
		{ "cursor_from: rpc}\n", "there is no indexer source of this name" },
		{ "}\ncomponents:\n  bridge: {contracts: [" C1 ", " SEED "]}\n",
		  "components.bridge.contracts: a secret seed" },
		{ "}\ncomponents:\n  bridge: {contracts: " C1 "X}\n",
		  "components.bridge.contracts: not a Stellar address" },
	};
	struct place *p = *state;
	char yaml[1024];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		(void)snprintf(yaml, sizeof(yaml), "sources:\n  rpc: {kind: stellar-rpc, url: "
			       "'http://127.0.0.1:2', %s", cases[i].rest);
		assert_false(load(p, yaml));
		if (!strstr(buf_cstr(&p->errors), cases[i].word))
			fail_msg("no '%s' in:\n%s", cases[i].word, buf_cstr(&p->errors));
		assert_null(strstr(buf_cstr(&p->errors), "SAAACAQDAQ"));
		assert_int_equal(((const struct stellar_rpc_config *)source(p, "rpc"))->contracts.count,
				 i == 7 ? 1 : 0);
	}
}

static void a_mistyped_seed_is_not_shown_either(void **state)
{
	struct place *p = *state;

	assert_false(load(p, "sources:\n  rpc: {kind: stellar-rpc, url: 'http://127.0.0.1:2',\n"
			     "    contract: SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N}\n"));
	assert_non_null(strstr(buf_cstr(&p->errors), "a secret seed"));
	assert_null(strstr(buf_cstr(&p->errors), "AAACAQDAQ"));
}

static void more_contracts_than_a_server_takes_are_refused(void **state)
{
	struct place *p = *state;
	struct buf yaml = { 0 };

	(void)buf_text(&yaml, "sources:\n  rpc: {kind: stellar-rpc, url: 'http://127.0.0.1:2'}\n"
			      "components:\n");
	for (int i = 0; i < 26; i++)
		(void)buf_fmt(&yaml, "  c%d: {contracts: " C1 "}\n", i);
	assert_false(load(p, buf_cstr(&yaml)));
	assert_non_null(strstr(buf_cstr(&p->errors), "sources.rpc: more than 25 contracts"));
	buf_done(&yaml);
}

/* What is wrong with logs, backups and objectives, and where it stands. */
static const struct {
	const char *yaml, *says;
} unfit[] = {
	{ "sources:\n  l: {kind: log, file: /x, patterns: {p: {match: \"a(b\"}}}\n",
	  "c.yaml:2:50: sources.l.patterns.p.match: 'a(b' is no expression that can be used: "
	  "unmatched ( or \\(" },
	{ "sources:\n  l: {kind: log}\n", "c.yaml:2:3: sources.l: file or command is required" },
	{ "sources:\n  l: {kind: log, file: /x, command: [y]}\n",
	  "c.yaml:2:3: sources.l: file and command together" },
	{ "sources:\n  b: {kind: backup, command: [x], components: {db: {match: x}}}\n",
	  "c.yaml:2:48: sources.b.components.db has no rpo" },
	{ "sources:\n  b: {kind: backup, components: {db: {rpo: 1h}}}\n",
	  "c.yaml:2:3: sources.b: url or command is required" },
	{ "components: {db: {}}\nrpo: {db: 1}\n", "c.yaml:2:11: rpo.db: '1' is no duration" },
	{ "components: {db: {}}\nrto: {bd: 1h}\n", "c.yaml:2:11: rto: there is no component 'bd'" },
};

#define INDEXER "  i: {kind: indexer, url: 'http://127.0.0.1:1'}\n"
#define LOG "  l: {kind: log, file: /x, patterns: {"
#define PROM "  m: {kind: prometheus, url: 'http://127.0.0.1:1'}\n"

/* What would be read and never shown, and where it stands. */
static const struct {
	const char *yaml, *says;
} taken[] = {
	{ "sources:\n" LOG "lag: {match: a}}}\n",
	  "c.yaml:2:39: sources.l.patterns.lag: 'lag' is a signal that is built in" },
	{ "sources:\n" LOG "headroom: {match: a}}}\n",
	  "c.yaml:2:39: sources.l.patterns.headroom: 'headroom' is a signal that is built in" },
	{ "sources:\n" LOG "p: {match: a}}}\n  k: {kind: log, file: /y, patterns: {p: {match: b}}}\n",
	  "c.yaml:3:39: sources.k.patterns.p: sources.l has a signal of the name 'p'" },
	{ "sources:\n" PROM LOG "p: {match: a}}}\nchecks:\n  p: {query: up, source: m}\n",
	  "c.yaml:3:39: sources.l.patterns.p: checks.p has a signal of the name 'p'" },
	{ "sources:\n" PROM "checks:\n  headroom: {query: up, source: m}\n",
	  "c.yaml:4:3: checks.headroom: 'headroom' is a signal that is built in" },
	{ "sources:\n  a: {kind: backup, command: [x], components: {db: {rpo: 1h}}}\n"
	  "  b: {kind: backup, command: [y], components: {db: {rpo: 1h}}}\n",
	  "c.yaml:3:48: sources.b.components.db: sources.a has a signal of the name 'backup db'" },
	{ "sources:\n  d:\n    kind: postgres\n    dsn_env: D\n    queues:\n"
	  "    - {name: stuck, query: SELECT 1}\n",
	  "c.yaml:6:8: sources.d.queues: 'stuck' is a signal that is built in" },
	{ "sources:\n  d: {kind: postgres, dsn_env: D, presets: [future-queues]}\n"
	  "  e: {kind: postgres, dsn_env: E, presets: [future-queues]}\n",
	  "c.yaml:3:35: sources.e.presets: sources.d has a signal of the name 'webhooks overdue'" },
};

static void a_signal_has_one_teller_and_a_second_one_is_refused(void **state)
{
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		assert_false(load(p, taken[i].yaml));
		if (!strstr(buf_cstr(&p->errors), taken[i].says))
			fail_msg("%s\n%s", taken[i].yaml, buf_cstr(&p->errors));
	}
	if (!load(p, "sources:\n" INDEXER LOG "p: {match: a}, q: {match: b}}}\nchecks:\n"
		     "  lag: {warn: '> 20'}\n"))
		fail_msg("%s", buf_cstr(&p->errors));
}

/* `lead`, then one item more than `most`, with its number between before and after. */
static const struct {
	const char *lead, *before, *after;
	int most;
	const char *says;
} crowds[] = {
	{ "sources:\n  l:\n    kind: log\n    file: /x\n    patterns:\n", "      p",
	  ": {match: a}\n", 16, "c.yaml:22:7: sources.l.patterns: 17 entries, at most 16 are used" },
	{ "sources:\n  j:\n    kind: jwt\n    token_env: T\n    verifiers:\n",
	  "      - {name: v", ", url: 'http://127.0.0.1:1/v'}\n", 8,
	  "c.yaml:14:9: sources.j.verifiers: 9 entries, at most 8 are used" },
	{ "sources:\n  b:\n    kind: backup\n    command: [x]\n    components:\n",
	  "      c", ": {rpo: 1h}\n", 16,
	  "c.yaml:22:7: sources.b.components: 17 entries, at most 16 are used" },
	{ "sources:\n  m: {kind: prometheus, url: 'http://127.0.0.1:1'}\n"
	  "  n: {kind: prometheus, url: 'http://127.0.0.1:2'}\nchecks:\n",
	  "  c", ": {query: up, source: m}\n", 59, "c.yaml:64:3: more than 64 signals" },
};

static void more_than_can_be_used_is_refused_where_it_begins(void **state)
{
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(crowds); i++) {
		struct buf yaml = { 0 };

		(void)buf_text(&yaml, crowds[i].lead);
		for (int n = 0; n <= crowds[i].most; n++)
			(void)buf_fmt(&yaml, "%s%d%s", crowds[i].before, n, crowds[i].after);
		assert_false(load(p, buf_cstr(&yaml)));
		if (!strstr(buf_cstr(&p->errors), crowds[i].says))
			fail_msg("%s", buf_cstr(&p->errors));
		buf_done(&yaml);
	}
}


static void logs_and_backups_that_do_not_fit_are_told_where_they_stand(void **state)
{
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(unfit); i++) {
		assert_false(load(p, unfit[i].yaml));
		if (!strstr(buf_cstr(&p->errors), unfit[i].says))
			fail_msg("%s\n%s", unfit[i].yaml, buf_cstr(&p->errors));
	}
}

static void objectives_are_hung_onto_the_backups(void **state)
{
	struct place *p = *state;
	const struct backup_config *config;
	const struct backup_component *backups;

	assert_true(load(p, "sources:\n  b:\n    kind: backup\n    command: [x]\n"
			    "    components: {db: {}, files: {rpo: 2h}}\n"
			    "rpo: {db: 15m, files: 1h}\nrto: {db: 4h}\n"));
	config = source(p, "b");
	backups = config->components.data;
	assert_int_equal(backups[0].rpo, 15 * WHEN_MINUTE);
	assert_int_equal(backups[0].rto, 4 * WHEN_HOUR);
	assert_int_equal(backups[1].rpo, 2 * WHEN_HOUR);
	assert_int_equal(backups[1].rto, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, place_new, place_done)
	const struct CMUnitTest tests[] = {
		TEST(without_a_file_the_four_signals_exist_and_nothing_is_asked),
		TEST(the_shipped_example_is_clean_and_complete),
		TEST(contracts_of_components_are_followed_by_every_rpc),
		TEST(what_an_rpc_names_must_be_what_it_is_meant_for),
		TEST(a_mistyped_seed_is_not_shown_either),
		TEST(more_contracts_than_a_server_takes_are_refused),
		TEST(a_signal_has_one_teller_and_a_second_one_is_refused),
		TEST(more_than_can_be_used_is_refused_where_it_begins),
		TEST(logs_and_backups_that_do_not_fit_are_told_where_they_stand),
		TEST(objectives_are_hung_onto_the_backups),
		TEST(no_query_of_ours_is_clamped_to_one),
		TEST(a_prometheus_is_asked_for_error_rate_and_latency_by_itself),
		TEST(an_entry_changes_only_what_it_says_of_a_built_in_signal),
		TEST(flags_win_over_the_file),
		TEST(what_does_not_fit_is_told_where_it_stands),
		TEST(sources_that_do_not_fit_are_told_where_they_stand),
		TEST(a_source_with_an_error_is_no_second_error_where_it_is_named),
		TEST(keys_may_be_swapped),
		TEST(init_writes_the_example_once_and_for_its_owner_only),
		TEST(check_exits_3_with_every_error_on_standard_error),
		TEST(path_names_the_file_even_before_it_exists),
		TEST(show_says_where_each_value_is_from_as_text_and_as_json),
		TEST(the_schema_is_json_with_every_kind_of_source),
		TEST(the_manual_explains_every_error_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
