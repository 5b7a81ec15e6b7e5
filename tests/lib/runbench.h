/*
 * runbench.h: walks through runbooks at work, with real commands on a real disk: a folder of
 * runbooks, an incident, and consoles that share both.
 */
#ifndef LIB_RUNBENCH_H
#define LIB_RUNBENCH_H

#include "app/runs_inside.h"
#include "core/policy.h"

enum { STEPS = 60, CONSOLES = 2, RUNBENCH_SOURCES = 4 };

struct runbench_console {
	struct dossier *dossier;
	struct runs *runs;
	struct runbench *bench;
	size_t durable;
};

struct runbench {
	char root[64], folder[128], books[96], out[96], state[96];
	char home[96], state_dir[128], secret[64];
	const char *environment[6];
	struct loop *loop;
	struct context context;
	struct settings settings;
	const char *dirs[1];
	const struct source_config *sources[RUNBENCH_SOURCES];	/* before it opens */
	size_t source_count;
	const char *operators[CONSOLES];	/* "ana", unless said before it is joined */
	struct estate estate;
	struct policy policy;
	struct bookcase *bookcase;
	struct runbench_console consoles[CONSOLES];
	struct loop_timer turn;
	bool (*holds)(struct runbench *bench);
	msec deadline, tick;
	size_t kill_at;			/* a console kills itself at this durable event; 0: never */
	const char *durable;		/* a file that takes the id of each durable event; NULL */
	const char *runbook;		/* "many" */
	const char *type;		/* of the incident; NULL: outage */
	size_t step;			/* that runbench_has_ended() asks about */
	char said[4096];
};

/* For cmocka: a place with the runbook "many" of STEPS steps, each of which writes "sN $WORD" to
 * $OUT, and nothing opened. */
int runbench_set_up(void **state);
int runbench_tear_down(void **state);

void runbench_put(const char *path, const char *text);
/* Its parameters are OUT (bench->out), WORD and the secret TOKEN; `steps` begins in Resolution. */
void runbench_book(struct runbench *bench, const char *id, const char *steps);

void runbench_open(struct runbench *bench);
void runbench_join(struct runbench *bench, size_t index, bool create);
void runbench_close(struct runbench *bench);
/* "stand" or "db" (a postgres), the sources of the world: it is healthy and says this, for a
 * minute. The fields are taken. */
void runbench_say(struct runbench *bench, const char *source, json_t *fields);

/* Turn the loop, and look at the runs, until it holds; fails where that never comes. */
void runbench_wait(struct runbench *bench, bool (*holds)(struct runbench *bench), const char *what);
/* Declare the incident, begin bench->runbook; all consoles have taken it apart. */
void runbench_begin(struct runbench *bench);
bool runbench_is_walked(struct runbench *bench);
bool runbench_has_ended(struct runbench *bench);	/* the last command of bench->step */
bool runbench_is_read(struct runbench *bench);		/* the journal, after a restart */

const struct incident *runbench_incident(struct runbench *bench);
struct walk *runbench_walk(struct runbench *bench, size_t console);
const struct run_step *runbench_mark(struct runbench *bench, size_t step);
/* The box of the step's fence as that console shows it now, and the order to run it. */
struct run_order runbench_order(struct runbench *bench, size_t console, size_t step, size_t fence,
				struct ready *ready);
size_t runbench_lines(const char *path, const char *part);

#endif
