/*
 * script.h: the program as a script uses it: in a home of its own, verb by verb, with its exit
 * status and what it prints. One script at a time. Whatever is not as wanted fails the test.
 */
#ifndef LIB_SCRIPT_H
#define LIB_SCRIPT_H

#include <jansson.h>

#include "tests/lib/command.h"

/* The last one; at the beginning of each test its configuration is `operator: ana` and its time
 * 2026-11-22T02:00:00Z. */
extern struct command script_command;
extern char script_home[64];

int script_setup(void **state), script_teardown(void **state);

/* The configuration from now on: `yaml`, and exports below HOME/papers. */
void script_configure(const char *yaml);
void script_at(const char *time);

void script_expect(int status, const char *const *words);
/* Anything else, as sh says it, in the home. */
void script_sh(int status, const char *text);
#define RUN(status, ...) script_expect(status, (const char *const[]){ __VA_ARGS__, NULL })

void script_prints(const char *text);
void script_prints_exactly(const char *text);
void script_complains(const char *sentence);
void script_says_nothing(void);		/* on standard error */
const json_t *script_said(void);	/* what it printed, as JSON; until the next one */

/* Of a path below the home: of a ring of few. */
const char *script_path(const char *name);
void script_put(const char *name, const char *text, int mode);
bool script_has(const char *name);
int script_mode(const char *name);
/* All of it; the caller drops it. */
void script_read(const char *name, struct buf *out);
void script_holds(const char *name, const char *text);
void script_lacks(const char *name, const char *text);

#endif
