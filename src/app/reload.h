/*
 * reload.h: the configuration read anew: noticing that its files were saved, and saying what is
 * different.
 */
#ifndef APP_RELOAD_H
#define APP_RELOAD_H

#include "app/settings.h"
#include "io/loop.h"

struct config_watch;

/* call comes from the loop, a moment after a file of these settings was changed, made, replaced or
 * removed, whatever the editor did. The folders that exist are watched; SIGHUP is for others. */
struct config_watch *config_watch_new(struct loop *loop, const struct settings *settings,
				      loop_call *call, void *arg);
void config_watch_free(struct config_watch *watch);	/* takes NULL */

enum { RELOAD_LINES = 12 };

/* One line for each difference, "sources.db.every 10s -> 5s", RELOAD_LINES and a count of the rest;
 * returns how many differ. */
size_t reload_differences(const struct settings *old, const struct settings *fresh,
			  struct buf *lines);

/* The first problem as one sentence: "config.yaml:2: unknown key 'timeuot' under sources". */
void reload_problem(const struct settings *settings, struct buf *out);

#endif
