/*
 * incident_lists.h: the lists in the state of an incident, each a new reference to an array.
 */
#ifndef EXPORT_INCIDENT_LISTS_H
#define EXPORT_INCIDENT_LISTS_H

#include "core/incident.h"

void set_text_or_null(json_t *object, const char *key, const char *text);	/* "" is null */

json_t *messages_json(const struct incident *incident);
json_t *tracked_json(const struct tracked *items, size_t count);
json_t *alerts_json(const struct incident *incident);
json_t *signals_json(const struct incident *incident);
json_t *evidence_json(const struct incident *incident);
json_t *escalated_json(const struct incident *incident);
json_t *runs_json(const struct incident *incident);	/* incident_runs.c */
json_t *run_json(const struct run *run);
json_t *txs_json(const struct incident *incident);	/* incident_txs.c */
/* incident_end.c */
json_t *terms_json(const struct incident *incident);	/* null: they were not recorded */
json_t *drill_json(const struct incident *incident);	/* null: none was announced */

#endif
