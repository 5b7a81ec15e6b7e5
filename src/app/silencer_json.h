/*
 * silencer_json.h: what Alertmanager reads and says of a silence. Pure.
 */
#ifndef APP_SILENCER_JSON_H
#define APP_SILENCER_JSON_H

#include "base/json.h"
#include "core/incident.h"

enum { SILENCE_ID = 64 };

struct silence {
	char incident[INCIDENT_ID], name[128], author[OPERATOR_TEXT];	/* name: of the alert */
	char id[SILENCE_ID];		/* "" for a new one */
	msec from, until;
};

/* The path that lists all alerts of this name, whatever their state. */
void silence_alerts_path(const char *name, struct buf *out);

/* The labels of the alert with this fingerprint in that list, borrowed; NULL: it is not there. */
const json_t *silence_labels(const json_t *alerts, const char *fingerprint);

/* A silence with one exact matcher for each of the labels. */
void silence_body(const struct silence *silence, const json_t *labels, struct buf *out);

/* Is it made of what ids are made of, so that it may become a part of a path? */
bool silence_is_id(const char *id);

#endif
