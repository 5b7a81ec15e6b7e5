/*
 * runbook_json.h: runbooks for scripts (formats.md 7.7). Pure. Every key is always there; what is
 * not given is null. Each function gives a new reference.
 */
#ifndef EXPORT_RUNBOOK_JSON_H
#define EXPORT_RUNBOOK_JSON_H

#include "base/json.h"
#include "runbook/runbook.h"

/* A row of `runbook list`: all but sections and problems. */
json_t *runbook_card_json(const struct card *card);
/* The whole, as `runbook show` gives it. */
json_t *runbook_json(const struct runbook *runbook, const struct troubles *troubles);
/* By place. With the path of each: for `runbook lint`. */
json_t *runbook_troubles_json(const struct troubles *troubles, bool with_path);

#endif
