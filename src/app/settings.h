/*
 * settings.h: the whole configuration as one struct, read once by the root table that joins the
 * tables of all modules. Everything lives in the arena of struct settings; texts are borrowed from
 * it for the life of the program. Sources point back into the struct: it stays where it was loaded.
 */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include "app/channels_settings.h"
#include "app/drills_settings.h"
#include "app/exporter_settings.h"
#include "app/library_settings.h"
#include "app/recovery_settings.h"
#include "app/verbs.h"
#include "backends/backend.h"
#include "backends/transactions.h"
#include "config/load.h"

struct check_settings {			/* checks.NAME */
	const char *name;
	const char *query;		/* NULL: only the limits of a built-in signal */
	const char *source;		/* the prometheus source that answers it; NULL without a query */
	const char *unit;
	struct threshold warn, bad;
	bool own_limit;			/* they are the operator's, not the built-in ones */
	msec stale;
};

struct component_settings {		/* components.NAME: the graph of S0-25, S0-26 */
	const char *name;
	struct texts depends_on, serves, sources;
	struct texts contracts;		/* C...; hung on the stellar-rpc sources */
	struct texts version_command;	/* empty: none */
	const char *version_source, *version_field;	/* NULL: none */
};

struct contact_settings {		/* an item of contacts */
	const char *who, *reach, *for_what;
	struct texts components, rota_command;
	msec after;			/* called so long after a declaration; 0: never */
	int64_t severity;		/* for incidents of this one and worse */
};

struct severity_settings {		/* severity.sev1; 0: none */
	msec update_every, update_overdue, postmortem, rca, ack;
	struct texts rules;		/* names that propose it */
};

struct share_settings {
	const char *dir, *group;	/* both or none */
};

struct incident_settings {
	msec recovery_hold, silence_for;
};

struct environment_settings {		/* environments.NAME */
	const char *name;
	bool production;
};

struct recorder_settings {
	const char *dir;		/* NULL: in the state directory */
	const char *shared;
	msec keep;
	int64_t megabytes;
};

struct ui_settings {
	const char *theme;
	int frame;			/* 0 ascii, 1 unicode */
	int motion;			/* one choice so far: nothing to decide */
	bool mouse;
	struct texts bell;
	struct pairs keys;		/* action -> key names */
};

struct settings {
	struct arena arena;
	struct problems problems;	/* all that is wrong; what is right is in force */
	struct config_files files;
	struct node *tree;

	int64_t version;
	const char *operator;		/* never NULL */
	const char *environment;
	struct items environments;	/* struct environment_settings */
	bool production;		/* what environments says of this one */
	bool read_only;
	int time;			/* enum time_mode */
	struct ui_settings ui;
	struct items sources;		/* array of pointers to the kinds' own structs */
	struct items checks;		/* struct check_settings: the built-in ones first, completed */
	struct items components;	/* struct component_settings */
	struct pairs rpo, rto;		/* durations by component: objectives.h */
	struct items contacts;		/* struct contact_settings */
	struct items notify;		/* struct channel_settings */
	struct texts ticket_command;	/* empty: none */
	size_t version_commands;	/* version_command and rota_command together */
	struct recorder_settings recorder;
	struct severity_settings severity[4];	/* [0] unused */
	struct share_settings share;
	struct incident_settings incidents;
	struct postmortem_settings postmortem;
	struct runbook_settings runbooks;
	struct drills_settings drills;
	struct pairs variables;		/* for params of runbooks: from: "config:variables.NAME" */
	struct tx_config transactions;	/* hung on its postgres source */
	const char *transactions_source;	/* NULL: no transactions configured */
	struct recovery_settings recovery;
};

extern const struct setting settings_table[];

/* Read what is configured, with flags and environment on top. False when anything is wrong: then
 * settings->problems says all of it, and settings is usable all the same. Cross references (a
 * check's source, a component's sources, key names) are checked here too. */
bool settings_load(const struct context *context, struct settings *settings);
void settings_done(struct settings *settings);

/* The source that is made of all version_command and rota_command, if there is any. */
#define VERSIONS_SOURCE "versions"

/* What a source's config struct begins with. */
const struct source_config *settings_source(const struct settings *settings, size_t index);

#endif
