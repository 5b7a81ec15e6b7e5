/*
 * commands.h: the bodies of the verbs. Each returns an exit status of exits.h.
 */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

#include "app/verbs.h"

int cmd_tui(const struct context *context);
int cmd_status(const struct context *context);
int cmd_record(const struct context *context);
int cmd_help(const struct context *context);
int cmd_version(const struct context *context);
int cmd_completion(const struct context *context);
int cmd_config_show(const struct context *context);
int cmd_config_check(const struct context *context);
int cmd_config_path(const struct context *context);
int cmd_config_init(const struct context *context);
int cmd_config_schema(const struct context *context);

/* The help of one verb, or of the whole program when verb is NULL. */
void help_write(const struct verb *verb, struct buf *out);
/* The chapter of scdoc text that the tables give: synopsis, flags, exit status. */
void help_manual(struct buf *out);
/* The keys of the console, from the table of ui/keys.h. */
void help_keys(struct buf *out);
/* The reference chapter of binnacle-config(5), from the settings tables. */
void help_config_manual(struct buf *out);

#endif
