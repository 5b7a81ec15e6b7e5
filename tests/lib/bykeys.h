/*
 * bykeys.h: a runbook walked by keys: the console on a terminal, the file of its incident beside.
 * One walk at a time. Whatever does not come fails the test with what the screen shows.
 */
#ifndef LIB_BYKEYS_H
#define LIB_BYKEYS_H

#include "runbook/runbook.h"
#include "tests/lib/casefile.h"
#include "tests/lib/screen.h"

struct bykeys {
	struct screen *screen;
	struct casefile file;		/* of the incident, once it is declared */
	struct runbook *book;		/* the bytes that the console reads, too */
	char home[300], state[340], config[300];
};

/* The console of these folders, and the runbook of this file. */
void bykeys_start(struct bykeys *walk, const char *book);
void bykeys_end(struct bykeys *walk);

void bykeys_press(struct bykeys *walk, const char *key);
void bykeys_type(struct bykeys *walk, const char *text);
/* What just came is deaf, so that what was typed ahead answers nothing: until it is not. */
void bykeys_rest(struct bykeys *walk);

void bykeys_must_show(struct bykeys *walk, const char *text);
void bykeys_must_record(struct bykeys *walk, enum event_kind kind, size_t count);
/* Every one of these steps, by the fold of what is on the disk; NULL ends, or `max`. */
void bykeys_must_become(struct bykeys *walk, const char *const *steps, size_t max,
			enum step_mark mark);
/* Now, without waiting: the first of them that has another mark; NULL: none. */
const char *bykeys_other_than(struct bykeys *walk, const char *const *steps, size_t max,
			      enum step_mark mark);

void bykeys_declare(struct bykeys *walk);
/* What no instrument proposes. */
void bykeys_declare_unasked(struct bykeys *walk, const char *title);
void bykeys_begin(struct bykeys *walk);		/* and its commands are accepted */
void bykeys_choose(struct bykeys *walk, const char *step, const char *key, const char *option);
/* The value that an input asks for; then it is ticked. */
void bykeys_answer(struct bykeys *walk, const char *step, const char *value);
void bykeys_reopen(struct bykeys *walk, const char *step);
void bykeys_tick(struct bykeys *walk, const char *step);
void bykeys_skip(struct bykeys *walk, const char *step, const char *why);
/* Its command, through its box; what it printed is kept, and shown when it is asked for. */
void bykeys_run(struct bykeys *walk, const char *step, const char *prints);
/* `!`: a command of one's own, through the same box. */
void bykeys_run_own(struct bykeys *walk, const char *command, const char *prints);
/* It belongs on another host: it is shown, and what came of it there is told. */
void bykeys_run_elsewhere(struct bykeys *walk, const char *step, const char *host);
void bykeys_end_run(struct bykeys *walk);
void bykeys_resolve(struct bykeys *walk, const char *summary);

#endif
