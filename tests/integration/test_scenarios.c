/*
 * Every scenario of the lab, told right by `binnacle status --json` (formats.md 7.2): the judged
 * source has the state and the word, and nothing that is not known is ok. Real PostgreSQL,
 * Redis, Prometheus and Alertmanager. The scenarios wait for rules far more than they compute, so
 * that several labs share them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "tests/lib/command.h"

enum { LABS = 3 };

enum what { SOURCE, SIGNAL };

struct expectation {
	const char *scenario;
	enum what what;
	const char *name, *state, *word;	/* word in `because`; NULL: any */
	const char *root;			/* consequence_of; NULL: not asked */
};

/* formats.md 7.2, line by line. */
static const struct expectation expectations[] = {
	{ "healthy", SOURCE, "indexer", "ok", NULL, NULL },
	{ "healthy", SOURCE, "horizon", "ok", NULL, NULL },
	{ "healthy", SOURCE, "db", "ok", NULL, NULL },
	{ "healthy", SOURCE, "prometheus", "ok", NULL, NULL },
	{ "healthy", SOURCE, "alertmanager", "ok", NULL, NULL },
	{ "healthy", SOURCE, "redis", "ok", NULL, NULL },
	{ "healthy", SOURCE, "api", "ok", NULL, NULL },
	{ "healthy", SOURCE, "rpc", "ok", "headroom", NULL },
	{ "healthy", SOURCE, "jwt", "ok", "accepted", NULL },
	{ "healthy", SOURCE, "backup", "ok", NULL, NULL },
	{ "healthy", SOURCE, "logs", "ok", NULL, NULL },
	{ "healthy", SIGNAL, "headroom", "ok", NULL, NULL },
	{ "healthy", SIGNAL, "unsaved", "ok", NULL, NULL },
	{ "healthy", SIGNAL, "lag", "ok", NULL, NULL },
	{ "healthy", SIGNAL, "error_rate", "ok", NULL, NULL },
	{ "healthy", SIGNAL, "latency", "ok", NULL, NULL },
	{ "healthy", SIGNAL, "stuck", "ok", NULL, NULL },
	{ "quiet-chain", SOURCE, "indexer", "ok", "quiet", NULL },
	{ "indexer-down", SOURCE, "indexer", "down", "refused", NULL },
	{ "indexer-down", SOURCE, "backup", "down", NULL, "indexer" },
	{ "indexer-down", SIGNAL, "headroom", "unknown", "no cursor: indexer", "indexer" },
	{ "indexer-500-db", SOURCE, "indexer", "down", "500", NULL },
	{ "indexer-stale", SOURCE, "indexer", "stale", NULL, NULL },
	{ "indexer-frozen-gauge", SOURCE, "indexer", "stale", "gauge", NULL },
	{ "indexer-sentinel-lag", SOURCE, "indexer", "unknown", "never", NULL },
	{ "horizon-503", SOURCE, "horizon", "down", "503", NULL },
	{ "horizon-503", SOURCE, "indexer", "bad", "horizon", "horizon" },
	{ "horizon-429", SOURCE, "horizon", "warn", "429", NULL },
	{ "horizon-html", SOURCE, "horizon", "unknown", NULL, NULL },
	{ "horizon-badjson", SOURCE, "horizon", "unknown", NULL, NULL },
	{ "horizon-slow", SOURCE, "horizon", "warn", "3", NULL },
	{ "horizon-hang", SOURCE, "horizon", "down", "no answer", NULL },
	{ "horizon-ingest-stuck", SOURCE, "horizon", "stale", "ledger", NULL },
	{ "horizon-behind", SOURCE, "horizon", "warn", "behind", NULL },
	{ "horizon-wrong-network", SOURCE, "horizon", "unknown", "passphrase", NULL },
	{ "rpc-down", SOURCE, "rpc", "down", "refused", NULL },
	{ "rpc-down", SIGNAL, "headroom", "unknown", NULL, NULL },
	{ "rpc-retention-edge", SOURCE, "rpc", "bad", "headroom", NULL },
	{ "rpc-retention-edge", SIGNAL, "headroom", "bad", "loss in", NULL },
	{ "rpc-lost-range", SOURCE, "rpc", "bad", "headroom lost", NULL },
	{ "db-down", SOURCE, "db", "down", "refused", NULL },
	{ "db-down", SOURCE, "indexer", "down", NULL, "db" },
	{ "db-down", SOURCE, "api", "bad", "database", "db" },
	{ "db-hung", SOURCE, "api", "bad", "database", "db" },
	{ "db-hung", SOURCE, "db", "down", "no answer", NULL },
	{ "db-hung", SOURCE, "indexer", "down", NULL, "db" },
	{ "db-hung", SIGNAL, "headroom", "unknown", "no cursor: indexer", "db" },
	{ "db-readonly", SOURCE, "db", "bad", "read-only", NULL },
	{ "db-locked", SOURCE, "db", "bad", "blocked", NULL },
	{ "db-locked", SOURCE, "indexer", "down", NULL, "db" },
	{ "replica-down", SOURCE, "db", "warn", NULL, NULL },
	{ "replica-lag", SOURCE, "db", "warn", NULL, NULL },
	{ "replica-diverged", SOURCE, "db", "warn", "timeline", NULL },
	{ "split-brain", SOURCE, "db", "bad", "two writable", NULL },
	{ "db-failed-over", SOURCE, "db", "warn", "replica is the primary now", NULL },
	{ "db-failed-over", SOURCE, "indexer", "ok", NULL, NULL },
	{ "redis-down", SOURCE, "redis", "down", "refused", NULL },
	{ "redis-noauth", SOURCE, "redis", "unknown", "NOAUTH", NULL },
	{ "redis-hung", SOURCE, "redis", "down", "no answer", NULL },
	{ "redis-degraded", SOURCE, "redis", "warn", "memory", NULL },
	{ "api-circuit-open", SOURCE, "api", "warn", "breaker", NULL },
	{ "api-circuit-open", SOURCE, "horizon", "ok", NULL, NULL },
	{ "api-ratelimited", SOURCE, "api", "unknown", "429", NULL },
	{ "jwt-old-rejected", SOURCE, "jwt", "bad", "rejected", NULL },
	{ "jwt-expired", SOURCE, "jwt", "unknown", "EXPIRED", NULL },
	{ "backup-stale", SOURCE, "backup", "bad", "RPO", NULL },
	{ "log-errors", SOURCE, "logs", "bad", "unsaved", NULL },
	{ "log-errors", SIGNAL, "unsaved", "bad", NULL, NULL },
	{ "prometheus-down", SOURCE, "prometheus", "down", NULL, NULL },
	{ "prometheus-down", SIGNAL, "error_rate", "unknown", NULL, NULL },
	{ "prometheus-down", SIGNAL, "latency", "unknown", NULL, NULL },
	{ "prometheus-restarted", SOURCE, "prometheus", "unknown", "not evaluated", NULL },
	{ "prometheus-absent-series", SIGNAL, "error_rate", "unknown", "absent", NULL },
	{ "alertmanager-down", SOURCE, "alertmanager", "down", NULL, NULL },
	{ "errors-5xx", SIGNAL, "error_rate", "bad", NULL, NULL },
	{ "bad-deploy", SIGNAL, "error_rate", "bad", NULL, NULL },
	{ "bad-deploy", SOURCE, "versions", "ok", NULL, NULL },
	{ "latency-high", SIGNAL, "latency", "bad", NULL, NULL },
	{ "stuck-transactions", SIGNAL, "stuck", "bad", NULL, NULL },
};

static char lab_dir[512], config[600];

static json_t *status(void)
{
	struct command command;
	struct err err = { 0 };
	json_t *root;

	command_run(&command, (const char *[]){ command_binnacle(), "status", "--json", "-c", config,
						NULL }, 30 * WHEN_SECOND);
	root = json_read(str_sub(buf_cstr(&command.out), command.out.len), JSON_MAX_PINNED, &err);
	if (!root)
		print_message("status: exit %d, %s\n%s%s", command.status, err.text,
			      buf_cstr(&command.out), buf_cstr(&command.err));
	command_done(&command);
	return root;
}

static const json_t *find(const json_t *root, const char *list, const char *name)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_at(root, list), i, item) {
		if (strcmp(json_text_at(item, "name", ""), name) == 0)
			return item;
	}
	return NULL;
}

static bool holds(const json_t *root, const struct expectation *want)
{
	const json_t *item = find(root, want->what == SOURCE ? "sources" : "signals", want->name);

	return item && strcmp(json_text_at(item, "state", ""), want->state) == 0 &&
	       (!want->word || strstr(json_text_at(item, "because", ""), want->word)) &&
	       (!want->root || strcmp(json_text_at(item, "consequence_of", ""), want->root) == 0);
}

static size_t count_wrong(const char *scenario, const json_t *root, bool say)
{
	size_t wrong = 0;

	for (size_t i = 0; i < ARRAY_LEN(expectations); i++) {
		const struct expectation *want = &expectations[i];
		const json_t *item;

		if (strcmp(want->scenario, scenario) != 0 || holds(root, want))
			continue;
		wrong++;
		item = find(root, want->what == SOURCE ? "sources" : "signals", want->name);
		if (say)
			print_message("%s: %s is %s (%s; of %s), wanted %s \"%s\" of %s\n", scenario,
				      want->name, json_text_at(item, "state", "absent"),
				      json_text_at(item, "because", ""),
				      json_text_at(item, "consequence_of", "none"), want->state,
				      want->word ? want->word : "", want->root ? want->root : "any");
	}
	return wrong;
}

/* A row that is ok must have an answer behind it, younger than three periods. A signal that carries
 * no time of its own is as old as its source. */
static void nothing_unknown_is_ok(const json_t *root)
{
	static const char *const lists[] = { "sources", "signals" };
	const json_t *item;
	size_t i;

	for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
		json_array_foreach(json_at(root, lists[l]), i, item) {
			const json_t *source = find(root, "sources", json_text_at(item, "source", ""));
			int64_t age;

			if (strcmp(json_text_at(item, "state", ""), "ok") != 0)
				continue;
			assert_true(json_i64_at(item, "age_ms", &age) ||
				    json_i64_at(source, "age_ms", &age));
			assert_true(age < 30000);
		}
	}
}

/* Between two looks, so that nobody is asked more than a console would ask. */
static const struct timespec pause_between = { .tv_nsec = 500 * 1000 * 1000 };

/* Two periods of the slowest source: what is not told right by then is a failure. */
enum { TRIES_FOR_MS = 20000 };

static msec steady(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (msec)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void a_scenario_is_told_right(void **state)
{
	const char *scenario = *state;
	struct command set;
	msec end;
	bool right = false;

	command_run(&set, (const char *[]){ "lab/lab", "set", scenario, "--dir", lab_dir, NULL },
		    120 * WHEN_SECOND);
	if (set.status != 0)
		print_message("%s%s", buf_cstr(&set.out), buf_cstr(&set.err));
	assert_int_equal(set.status, 0);
	command_done(&set);
	end = steady() + TRIES_FOR_MS;
	while (!right) {
		bool last = steady() >= end;
		json_t *root = status();

		assert_non_null(root);
		right = count_wrong(scenario, root, last) == 0;
		nothing_unknown_is_ok(root);
		json_decref(root);
		assert_true(right || !last);
		if (!right)
			nanosleep(&pause_between, NULL);
	}
}

static int lab_up(void **state)
{
	struct command up;
	struct str line;

	(void)state;
	command_run(&up, (const char *[]){ "lab/lab", "up", NULL }, 300 * WHEN_SECOND);
	line = str_trim(str_sub(buf_cstr(&up.out), up.out.len));
	if (up.status != 0)
		print_message("lab up: exit %d\n%s%s", up.status, buf_cstr(&up.out), buf_cstr(&up.err));
	str_copy(lab_dir, sizeof(lab_dir), line);
	snprintf(config, sizeof(config), "%s/config.yaml", lab_dir);
	command_done(&up);
	return up.status;
}

static int lab_down(void **state)
{
	struct command down;

	(void)state;
	command_run(&down, (const char *[]){ "lab/lab", "down", "--dir", lab_dir, NULL },
		    60 * WHEN_SECOND);
	command_done(&down);
	return down.status;
}

struct share {
	const char *only;	/* NULL: every LABS-th scenario from `first` on */
	size_t first;
};

static bool is_repeated(size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (strcmp(expectations[i].scenario, expectations[row].scenario) == 0)
			return true;
	return false;
}

static int run_share(const struct share *share)
{
	static char names[ARRAY_LEN(expectations)][40];	/* cmocka wants what it may write to */
	struct CMUnitTest tests[ARRAY_LEN(expectations)];
	size_t n = 0, scenarios = 0;

	memset(tests, 0, sizeof(tests));
	for (size_t i = 0; i < ARRAY_LEN(expectations); i++) {
		const char *scenario = expectations[i].scenario;

		if (is_repeated(i))
			continue;
		if (share->only ? strcmp(share->only, scenario) != 0 :
				  scenarios++ % LABS != share->first)
			continue;
		tests[n].name = scenario;
		tests[n].test_func = a_scenario_is_told_right;
		str_put(names[n], sizeof(names[n]), scenario);
		tests[n].initial_state = names[n];
		n++;
	}
	return _cmocka_run_group_tests("scenarios", tests, n, lab_up, lab_down);
}

/* In a process of its own, with a lab of its own; what it says is kept for the end. */
static pid_t begin_share(size_t first, FILE *said)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (dup2(fileno(said), STDOUT_FILENO) < 0 || dup2(fileno(said), STDERR_FILENO) < 0)
		_exit(1);
	exit(run_share(&(struct share){ .first = first }));
}

static void repeat(FILE *said)
{
	char text[4096];
	size_t len;

	rewind(said);
	while ((len = fread(text, 1, sizeof(text), said)) > 0)
		fwrite(text, 1, len, stdout);
	fclose(said);
}

/* With a name on the command line only that scenario: a quick look while working on one. */
int main(int argc, char **argv)
{
	FILE *said[LABS];
	pid_t pids[LABS];
	int failed = 0;

	if (argc > 1)
		return run_share(&(struct share){ .only = argv[1] });
	for (size_t i = 0; i < LABS; i++) {
		said[i] = tmpfile();
		pids[i] = said[i] ? begin_share(i, said[i]) : -1;
	}
	for (size_t i = 0; i < LABS; i++) {
		int status = 1;

		failed += pids[i] < 0 || waitpid(pids[i], &status, 0) < 0 || status != 0;
		if (said[i])
			repeat(said[i]);
	}
	return failed;
}
