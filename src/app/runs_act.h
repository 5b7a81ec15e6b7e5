/*
 * runs_act.h: one fence: the box that shows it, the command that is about to run or runs, and what
 * its outcome means. Private to the files of the walks.
 */
#ifndef APP_RUNS_ACT_H
#define APP_RUNS_ACT_H

#include "app/runs_output.h"
#include "app/values.h"
#include "base/digest.h"
#include "io/fences.h"
#include "io/task.h"

struct runs;
struct walk;

enum act_stage { ACT_NONE, ACT_SAVING, ACT_RUNNING };

/* What one command is, apart from its run: copied, so that it stays as it was confirmed. */
struct act {
	enum act_stage stage;
	struct arena arena;
	char run[ULID_TEXT], step[RUN_STEP_ID];	/* "": of `!` */
	char event[ULID_TEXT];		/* of step.run_started, once it is durable */
	char digest[DIGEST_HEX];
	const struct fence *fence;	/* a copy */
	size_t fence_index;
	size_t attempts;		/* that the step had when it was confirmed */
	const char *text;
	const char *const *values, *const *environment;
	const struct source_config *source;	/* NULL: a shell */
	unsigned target;
	msec since;			/* steady, of the stage */
	struct task *task;
	struct fence_errand *errand;
	bool lent;			/* the terminal is its */
	bool answered, well;		/* it was run elsewhere, and went well */
	const char *said;		/* what came of that */
	char sensed[DIGEST_HEX];	/* of the interlock that it was confirmed by */
	int lock;			/* of the folder; -1 */
	unsigned interrupts;
	msec interrupted;		/* steady */
	struct catcher catcher;
	struct buf output;		/* raw, as far as it is kept */
};

/* A place in a runbook, or a command of `!` (walk NULL). */
struct run_place {
	struct walk *walk;
	size_t step, fence;
	const char *text;		/* of `!` */
};

/* runs_ready.c */
bool ready_make(struct runs *runs, const struct run_place *place, struct arena *arena,
		struct ready *out, struct values *values);
bool ready_fence(void *arg, const struct docket_run *run, size_t step, size_t fence,
		 struct ready *out);
bool ready_free(void *arg, const struct docket *docket, const char *text, struct ready *out);
const struct source_config *ready_source(const struct runs *runs, const char *name);
/* Which node of the source the fence is for; false: it is not known now. */
bool ready_target(const struct runs *runs, const struct source_config *source,
		  const struct fence *fence, const struct interlock *interlock, unsigned *out,
		  struct err *err);
void digest_interlock(struct buf *out, const struct interlock *interlock);
struct pane *runs_pane(struct runs *runs, const char *run);

/* runs_execute.c */
void act_clear(struct act *act);	/* its memory, and the lock */
void act_digest(char out[DIGEST_HEX], const struct interlock *interlock);
void act_place(struct order *order, const struct act *act);	/* run and step, where it has them */

/* runs_act.c */
void act_durable(struct runs *runs, const struct event *event);
void act_look(struct runs *runs);
void act_drop(struct runs *runs);	/* the program goes: it is ended, and that is recorded */

/* runs_task.c: one fence as a task or an errand */
bool fence_environment(const struct runs *runs, const char *const *values, struct arena *arena,
		       const char *const **out, struct err *err);
bool fence_is_native(const struct fence *fence);
const struct fence *fence_copy(const struct fence *fence, struct arena *arena);
/* Did it come out as the fence wants it? */
bool fence_judge_exit(const struct fence *fence, const struct task_end *end);
bool fence_judge_text(const struct fence *fence, struct str output);

#endif
