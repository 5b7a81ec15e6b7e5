/*
 * cmd_runbook.h: what the verbs of runbooks share. Each is a body that is given a struct librarian:
 * the configuration is read, and the library when it is first asked for.
 */
#ifndef APP_CMD_RUNBOOK_H
#define APP_CMD_RUNBOOK_H

#include "app/commands.h"
#include "app/library.h"
#include "base/json.h"

struct librarian {
	const struct context *context;
	struct settings settings;
	struct library *library;	/* by librarian_library() */
	struct arena arena;		/* of what the body makes */
	msec now;
	int status;			/* when the body returns true */
};

typedef bool librarian_body(struct librarian *librarian, struct err *err);

/* Runs it and ends the program. */
int librarian_run(const struct context *context, librarian_body *body);

bool librarian_given(const struct librarian *librarian, enum option_id id);
/* NULL: not given. */
const char *librarian_flag(const struct librarian *librarian, enum option_id id);

/* The library that is configured; what cannot be read of it is told. NULL with err. */
const struct library *librarian_library(struct librarian *librarian, struct err *err);
/* Which of it has this id; SIZE_MAX with the nearest one in err. */
size_t librarian_find(struct librarian *librarian, const char *id, struct err *err);
/* One for a body of cmd_incident.h: context and settings are borrowed, librarian_return() gives
 * back the rest. */
struct work;
void librarian_borrow(struct librarian *librarian, const struct work *work);
void librarian_return(struct librarian *librarian);
/* The whole of a file, for names that are paths. */
bool librarian_file(const char *path, struct buf *out, struct err *err);
bool librarian_is_path(const char *word);			/* holds a slash, or ends in .md */
bool librarian_is_folder(const char *path);
/* "runbooks" of "runbooks/a.md", "." of "a.md". */
const char *librarian_folder(struct librarian *librarian, const char *path);

bool librarian_print(struct librarian *librarian, struct buf *text);
/* With "schema" and "at" in front; takes the reference. */
bool librarian_print_json(struct librarian *librarian, const char *schema, json_t *members);

/* The alert rules that --rules names, or that the configured Prometheus has; names are in
 * librarian->arena. cmd_runbook_rules.c */
struct match_alert;
bool rules_read(struct librarian *librarian, struct match_alert **out, size_t *count,
		struct err *err);

#endif
