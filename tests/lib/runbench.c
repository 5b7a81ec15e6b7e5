#include "tests/lib/runbench.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

#define PATIENCE (30 * WHEN_SECOND)

/* --- a place with a runbook --- */

void runbench_put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

void runbench_book(struct runbench *bench, const char *id, const char *steps)
{
	struct buf text = { 0 };
	char path[160];

	buf_fmt(&text, "---\nbinnacle: 1\nid: %s\ntitle: Book %s\nparams:\n"
		"  OUT: {type: string, default: %s}\n  WORD: {type: string, default: hello}\n"
		"  TOKEN: {type: secret, from: \"env:TEST_TOKEN\", required: false}\n"
		"---\n# Book %s\n\n## Resolution\n\n%s", id, id, bench->out, id, steps);
	snprintf(path, sizeof(path), "%s/%s.md", bench->books, id);
	runbench_put(path, buf_cstr(&text));
	buf_done(&text);
}

static void put_many(struct runbench *bench)
{
	struct buf text = { 0 };

	for (int i = 1; i <= STEPS; i++)
		buf_fmt(&text, "%d. **Step %d** <!-- step id=s%d -->\n\n    ```sh\n"
			"    echo \"s%d $WORD\" >>\"$OUT\"\n    ```\n\n", i, i, i, i);
	runbench_book(bench, "many", buf_cstr(&text));
	buf_done(&text);
}

int runbench_set_up(void **state)
{
	struct runbench *bench = mem_new(sizeof(*bench));

	(void)umask(022);
	snprintf(bench->root, sizeof(bench->root), "/tmp/binnacle-runs-XXXXXX");
	assert_non_null(mkdtemp(bench->root));
	snprintf(bench->folder, sizeof(bench->folder), "%s/2026-11-22-runs-7k3f9q", bench->root);
	snprintf(bench->books, sizeof(bench->books), "%s/books", bench->root);
	snprintf(bench->out, sizeof(bench->out), "%s/out", bench->root);
	assert_int_equal(mkdir(bench->books, 0755), 0);
	snprintf(bench->home, sizeof(bench->home), "HOME=%s", bench->root);
	snprintf(bench->state_dir, sizeof(bench->state_dir), "BINNACLE_STATE_DIR=%s/state",
		 bench->root);
	snprintf(bench->secret, sizeof(bench->secret), "TEST_TOKEN=tok-1234567890-abcdef");
	bench->environment[0] = bench->home;
	bench->environment[1] = bench->state_dir;
	bench->environment[2] = bench->secret;
	bench->environment[3] = "PATH=/usr/bin:/bin";
	bench->runbook = "many";
	bench->operators[0] = bench->operators[1] = "ana";
	put_many(bench);
	*state = bench;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

/* --- consoles --- */

void runbench_say(struct runbench *bench, const char *source, json_t *fields)
{
	struct world *world = bench->estate.world;
	msec wall = loop_now(bench->loop).wall;
	struct report report = { .state = STATE_OK, .newest = wall, .fields = fields };

	str_put(report.because, sizeof(report.because), "answers");
	world_report(world, world_find_source(world, source), &report, wall);
	world_refresh(world, wall);
}

static void note_durable(const struct runbench *bench, const struct event *event)
{
	FILE *file = bench->durable ? fopen(bench->durable, "a") : NULL;

	if (!file)
		return;
	fprintf(file, "%s\n", event->id);
	fclose(file);
}

static void on_durable(void *arg, struct dossier *dossier, const struct event *event)
{
	struct runbench_console *console = arg;

	(void)dossier;
	note_durable(console->bench, event);
	if (++console->durable == console->bench->kill_at)
		(void)kill(getpid(), SIGKILL);
	if (console->runs)
		runs_durable(console->runs, event);
}

static void on_dossier(void *arg, struct dossier *dossier)
{
	(void)arg, (void)dossier;
}

static void on_said(void *arg, const char *sentence)
{
	struct runbench_console *console = arg;
	struct runbench *bench = console->bench;
	size_t len = strlen(bench->said);

	snprintf(bench->said + len, sizeof(bench->said) - len, "%s\n", sentence);	/* may be cut */
}

static void on_changed(void *arg)
{
	(void)arg;
}

static void add_source(struct runbench *bench, int at, const char *name, const char *kind)
{
	struct world *world = bench->estate.world;

	world_add_source(world, name, kind, WHEN_MINUTE);
	world_add_component(world, name);
	world->components[at].sources[0] = at;
	world->components[at].source_count = 1;
}

void runbench_open(struct runbench *bench)
{
	struct err err = { 0 };

	bench->loop = loop_new(&err);
	assert_non_null(bench->loop);
	bench->context.environment = bench->environment;
	bench->dirs[0] = bench->books;
	bench->settings.operator = "ana";
	bench->settings.environment = "test";
	bench->settings.runbooks.dirs = (struct texts){ bench->dirs, 1 };
	bench->settings.sources = (struct items){ bench->sources, bench->source_count };
	policy_default(&bench->policy);
	bench->estate.world = world_new(loop_now(bench->loop).wall);
	add_source(bench, 0, "stand", "http");
	add_source(bench, 1, "db", "postgres");
	bench->bookcase = bookcase_new(bench->loop, &bench->context, &bench->settings, on_changed,
				       bench);
}

void runbench_join(struct runbench *bench, size_t index, bool create)
{
	struct runbench_console *console = &bench->consoles[index];
	const struct dossier_setup setup = {
		.loop = bench->loop, .folder = bench->folder, .create = create,
		.who = { .operator = bench->operators[index], .host = "ops1", .console = "console",
			 .tool_version = "0" },
		.policy = &bench->policy, .durable = on_durable, .changed = on_dossier,
		.said = (void (*)(void *, const char *))on_said, .arg = console,
	};
	struct runs_setup walks = {
		.loop = bench->loop, .context = &bench->context, .settings = &bench->settings,
		.estate = &bench->estate, .bookcase = bench->bookcase, .policy = &bench->policy,
		.operator = bench->operators[index], .instruct = bench->settings.runbooks.instruct,
		.changed = on_changed, .said = on_said, .arg = console,
	};
	struct err err = { 0 };

	console->bench = bench;
	console->dossier = dossier_open(&setup, &err);
	if (!console->dossier)
		fail_msg("%s", err.text);
	walks.dossier = console->dossier;
	console->runs = runs_new(&walks);
	dossier_join(console->dossier);
}

void runbench_close(struct runbench *bench)
{
	for (size_t i = 0; i < CONSOLES; i++) {
		runs_free(bench->consoles[i].runs);
		dossier_close(bench->consoles[i].dossier);
		bench->consoles[i] = (struct runbench_console){ .bench = bench };
	}
	bookcase_free(bench->bookcase);
	world_free(bench->estate.world);
	if (bench->loop)
		loop_free(bench->loop);
	bench->bookcase = NULL;
	bench->estate.world = NULL;
	bench->loop = NULL;
}

int runbench_tear_down(void **state)
{
	struct runbench *bench = *state;

	runbench_close(bench);
	nftw(bench->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	mem_free(bench);
	return 0;
}

/* --- turning the loop until something holds --- */

static void turn(void *arg)
{
	struct runbench *bench = arg;
	struct now now = loop_now(bench->loop);
	bool ticks = now.steady >= bench->tick;

	bookcase_look(bench->bookcase, bench->estate.world);
	if (ticks)
		bench->tick = now.steady + WHEN_SECOND;
	for (size_t i = 0; i < CONSOLES; i++) {
		if (!bench->consoles[i].runs)
			continue;
		if (ticks)
			dossier_tick(bench->consoles[i].dossier, now.wall);
		runs_look(bench->consoles[i].runs, true);
	}
	if (bench->holds(bench) || now.steady > bench->deadline) {
		loop_stop(bench->loop);
		return;
	}
	loop_timer_set(bench->loop, &bench->turn, now.steady + 5);
}

void runbench_wait(struct runbench *bench, bool (*holds)(struct runbench *bench), const char *what)
{
	bench->holds = holds;
	bench->turn = (struct loop_timer){ .call = turn, .arg = bench };
	bench->deadline = loop_now(bench->loop).steady + PATIENCE;
	loop_timer_set(bench->loop, &bench->turn, 0);
	loop_run(bench->loop);
	if (!holds(bench))
		fail_msg("never came: %s; said: %s", what, bench->said);
}

const struct incident *runbench_incident(struct runbench *bench)
{
	return dossier_incident(bench->consoles[0].dossier);
}

static bool has_library(struct runbench *bench)
{
	return bookcase_books(bench->bookcase)->count > 0;
}

static bool is_declared(struct runbench *bench)
{
	return runbench_incident(bench)->severity > 0;
}

static void declare(struct runbench *bench)
{
	struct order order = { .kind = EVENT_INCIDENT_DECLARED, .at = WHEN_NEVER, .src = SRC_HUMAN,
			       .by = "ana" };
	char already[BECAUSE_TEXT];
	struct err err = { 0 };

	EVENT_SET(order.data, title, "Runs");
	EVENT_SET(order.data, severity, 2);
	EVENT_SET(order.data, type, bench->type ? bench->type : "outage");
	assert_true(dossier_submit(bench->consoles[0].dossier, &order,
				   loop_now(bench->loop).wall, already, &err));
	runbench_wait(bench, is_declared, "the declaration");
}

/* Every console has taken the run apart. */
bool runbench_is_walked(struct runbench *bench)
{
	for (size_t i = 0; i < CONSOLES; i++) {
		const struct runs *runs = bench->consoles[i].runs;

		if (runs && (runs->count == 0 || !runs->walks[runs->count - 1]->runbook))
			return false;
	}
	return true;
}

void runbench_begin(struct runbench *bench)
{
	runbench_wait(bench, has_library, "the library");
	declare(bench);
	runs_begin(bench->consoles[0].runs, bench->runbook, "for alert X", "");
	runbench_wait(bench, runbench_is_walked, "the run");
}

struct walk *runbench_walk(struct runbench *bench, size_t console)
{
	const struct runs *runs = bench->consoles[console].runs;

	return runs->walks[runs->count - 1];
}

struct run_order runbench_order(struct runbench *bench, size_t console, size_t step, size_t fence,
				struct ready *ready)
{
	struct runs *runs = bench->consoles[console].runs;
	struct walk *walk = runbench_walk(bench, console);
	const struct docket_run docket = {
		.run = incident_run(runs_incident(runs), walk->event),
	};

	if (!ready_fence(runs, &docket, step, fence, ready))
		fail_msg("no box for step %zu of %zu", step, walk->runbook->step_count);
	return (struct run_order){ .run = walk->event, .step = walk->runbook->steps[step].id,
				   .fence = fence, .digest = ready->digest, .text = "", .target = "", .reason = "" };
}

const struct run_step *runbench_mark(struct runbench *bench, size_t step)
{
	return &runbench_incident(bench)->runs[0].steps[step];
}

bool runbench_has_ended(struct runbench *bench)
{
	const struct run_step *mark = runbench_mark(bench, bench->step);

	return mark->attempt_count > 0 && mark->attempts[mark->attempt_count - 1].ended &&
	       !runs_busy(bench->consoles[0].runs) && dossier_idle(bench->consoles[0].dossier);
}

size_t runbench_lines(const char *path, const char *part)
{
	char line[256];
	size_t count = 0;
	FILE *file = fopen(path, "r");

	while (file && fgets(line, sizeof(line), file))
		count += strstr(line, part) != NULL;
	if (file)
		fclose(file);
	return count;
}

bool runbench_is_read(struct runbench *bench)
{
	return dossier_idle(bench->consoles[0].dossier) &&
	       dossier_origin(bench->consoles[0].dossier)[0];
}
