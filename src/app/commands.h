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
int cmd_incident_list(const struct context *context);
int cmd_incident_open(const struct context *context);
int cmd_incident_show(const struct context *context);
int cmd_incident_brief(const struct context *context);
int cmd_incident_note(const struct context *context);
int cmd_incident_update(const struct context *context);
int cmd_incident_sev(const struct context *context);
int cmd_incident_status(const struct context *context);
int cmd_incident_role(const struct context *context);
int cmd_incident_handover(const struct context *context);
int cmd_incident_ask(const struct context *context);
int cmd_incident_action(const struct context *context);
int cmd_incident_follow_up(const struct context *context);
int cmd_incident_deferred(const struct context *context);
int cmd_incident_ticket(const struct context *context);
int cmd_incident_mitigate(const struct context *context);
int cmd_incident_resolve(const struct context *context);
int cmd_incident_close(const struct context *context);
int cmd_incident_cancel(const struct context *context);
int cmd_incident_merge(const struct context *context);
int cmd_incident_reopen(const struct context *context);
int cmd_incident_verify(const struct context *context);
int cmd_incident_postmortem(const struct context *context);
int cmd_incident_signoff(const struct context *context);
int cmd_incident_export(const struct context *context);
int cmd_incident_bundle(const struct context *context);
int cmd_incident_stats(const struct context *context);
int cmd_verify(const struct context *context);
int cmd_alert_list(const struct context *context);
int cmd_alert_ack(const struct context *context);
int cmd_alert_silence(const struct context *context);
int cmd_alert_expire(const struct context *context);
int cmd_runbook_list(const struct context *context);
int cmd_runbook_show(const struct context *context);
int cmd_runbook_lint(const struct context *context);
int cmd_runbook_index(const struct context *context);
int cmd_runbook_coverage(const struct context *context);
int cmd_runbook_run(const struct context *context);
int cmd_runbook_check(const struct context *context);
int cmd_runbook_new(const struct context *context);
int cmd_tx_diagnose(const struct context *context);
int cmd_tx_watch(const struct context *context);
int cmd_tx_decode(const struct context *context);
int cmd_tx_list(const struct context *context);
int cmd_tx(const struct context *context);
int cmd_tx_verdict(const struct context *context);
int cmd_tx_dismiss(const struct context *context);
int cmd_drill_verify(const struct context *context);
int cmd_drill_start(const struct context *context);
int cmd_drill_finish(const struct context *context);
int cmd_drill_review(const struct context *context);
int cmd_drill_signoff(const struct context *context);
int cmd_drill_report(const struct context *context);
int cmd_drill_list(const struct context *context);
int cmd_drill_due(const struct context *context);
int cmd_drill_intervene(const struct context *context);
int cmd_drill_restoring(const struct context *context);
int cmd_drill_restored(const struct context *context);
int cmd_drill_replay(const struct context *context);
int cmd_drill_rollback(const struct context *context);
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
/* The words and the rules of lint in binnacle-runbooks(5), from the tables of runbook/. */
void help_runbooks_manual(struct buf *out);

#endif
