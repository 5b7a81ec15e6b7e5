/*
 * cmd_incident.h: what the verbs of incidents share. Each is a body that is given a struct work:
 * configuration, folders, time and operator are read, an incident is opened and written to by the
 * functions below, and its new state is printed. A body that returns false has failed with err.
 */
#ifndef APP_CMD_INCIDENT_H
#define APP_CMD_INCIDENT_H

#include "app/commands.h"
#include "app/dossier.h"
#include "app/estate.h"
#include "core/policy.h"

struct work {
	const struct context *context;
	struct settings settings;
	struct policy policy;
	struct loop *loop;
	struct estate estate;		/* nothing is asked before work_ask() */
	bool asked;
	struct buf state_root, shared_root;
	const char *roots[2];		/* of shelf.h; NULL where there is none */
	char host[NAME_TEXT];
	const char *by;			/* never NULL */
	msec now, timeout;
	bool fixed;			/* the time stands still (BINNACLE_NOW) */
	msec at;			/* --at; WHEN_NEVER: now */

	struct dossier *dossier;	/* of the incident that is open; NULL */
	struct shelved shelved;
	struct event recorded;		/* what became of the last order; its id is "" when nothing */
	struct arena arena;		/* of what orders borrow */
	int status;			/* when the body returns true */
};

typedef bool work_body(struct work *work, struct err *err);

/* Runs it and ends the program. */
int work_run(const struct context *context, work_body *body);

const char *work_flag(const struct work *work, enum option_id id);	/* NULL: not given */
bool work_given(const struct work *work, enum option_id id);
/* The values of a flag that may be given several times. */
struct text_list work_flags(struct work *work, enum option_id id);
/* A time of the past ("-5m", RFC 3339) or of the future ("15m"): WHEN_NEVER when not given. */
bool work_time(const struct work *work, enum option_id id, msec *out, struct err *err);
/* A person took their time: it is later now. */
void work_catch_up(struct work *work);
/* --text; "-" reads standard input. Required. */
bool work_text(struct work *work, const char **out, struct err *err);
/* The argument at `index`, "an incident" when it is missing. */
bool work_word(const struct work *work, size_t index, const char *what, const char **out,
	       struct err *err);

/* Ask every source once, within --timeout, unless --no-ask or none is configured. */
void work_ask(struct work *work);
/* The instruments; zeroed when nothing was asked. */
void work_figures(const struct work *work, struct snapshot *out);
void work_set_figures(struct work *work, struct event_data *data);

/* Put the hour before this time on the record of the incident that is open; a failure is said. */
void work_import(struct work *work, msec until);

/* The incident that the first argument names, or this folder. */
bool work_open(struct work *work, struct err *err);
bool work_open_folder(struct work *work, const struct shelved *shelved, bool create,
		      struct err *err);

struct order work_order(const struct work *work, enum event_kind kind);
/* Decide and write it down. What is so already is no failure, and told to a person. */
bool work_submit(struct work *work, const struct order *order, struct err *err);

/* Tell the beginning in these channels, on the record; --no-send: a person has. What is not
 * delivered is said, and makes the status EXIT_FAILED. */
bool work_announce(struct work *work, const struct text_list *channels, const char *text,
		   struct err *err);

/* A folder for what begins with this order, which decide() takes; then the order, written down. */
bool work_declare(struct work *work, const struct order *order, struct err *err);

/* Where it goes outside. */
bool work_may_act(const struct work *work, const char *what, struct err *err);

/* The card, with the instruments as far as they were asked. */
void work_brief(const struct work *work, struct buf *out);
void work_clocks(const struct work *work, struct clocks_in *out);
/* The new state: one object with --json, else a line and what is owed. */
bool work_print(struct work *work, struct err *err);
bool work_print_text(struct work *work, struct buf *text, struct err *err);
bool work_print_json(struct work *work, json_t *root, struct err *err);	/* takes the reference */

#endif
