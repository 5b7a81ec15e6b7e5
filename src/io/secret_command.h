/*
 * secret_command.h: a secret that a command prints (bearer_command: ["pass", "show", "x"]).
 *
 * The command runs as child.h says. The first line of what it prints is the secret; more than
 * SECRET_COMMAND_MAX bytes, a status other than 0, or no end by the deadline is a failure, and then
 * its whole process group is killed. What it writes on its standard error goes to the log.
 */
#ifndef IO_SECRET_COMMAND_H
#define IO_SECRET_COMMAND_H

#include "config/setting.h"
#include "io/loop.h"

enum { SECRET_COMMAND_MAX = 8192 };

struct secret_command;

/* secret is the receiver's to free, NULL when it failed: then err says why. */
typedef void secret_command_done(void *arg, struct secret *secret, const struct err *err);

/* done comes once, from the loop, unless secret_command_cancel() comes first. */
struct secret_command *secret_command_start(struct loop *loop, const struct texts *argv,
					    const char *const *environment, msec timeout,
					    secret_command_done *done, void *arg);
void secret_command_cancel(struct secret_command *command);	/* kills it; done will not come */

#endif
