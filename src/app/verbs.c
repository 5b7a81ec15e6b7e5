#include "app/verbs.h"

#include <string.h>

#include "app/commands.h"
#include "base/scrub.h"
#include "base/str.h"

#define BIT(sym) OPTION_BIT(OPTION_##sym)

_Static_assert(OPTION_COUNT <= 64, "the bits of verb.options");

/* What every verb that writes into an incident takes. */
#define WRITES (BIT(AT) | BIT(BY))
/* What is to be done: added, done. */
#define TRACKS (WRITES | BIT(TEXT) | BIT(OWNER) | BIT(DUE))

/* What a list of runbooks can be cut down by. */
#define LISTS (BIT(FAIL_EMPTY) | BIT(SEV) | BIT(COMPONENT) | BIT(TAG))

const struct verb verbs[] = {
	{ "tui", NULL, "", 0, 0, "the console (what `binnacle` alone does on a terminal)",
	  "  binnacle\n"
	  "  binnacle -c staging.yaml --read-only\n", cmd_tui },
	{ "status", NULL, "[NAME...]", OPTIONS_WORDS, BIT(CHECK) | BIT(WATCH),
	  "ask every source once and say how everything is",
	  "  binnacle status\n"
	  "  binnacle status --json | jq .state\n"
	  "  binnacle status --check indexer db && echo fine\n", cmd_status },
	{ "record", NULL, "", 0, 0, "the flight recorder without a terminal, until it is stopped",
	  "  binnacle record -c /etc/binnacle.yaml\n"
	  "  binnacle record --json | jq -c 'select(.kind == \"change\")'\n"
	  "  systemctl enable --now binnacle-record\n", cmd_record },
	{ "incident", NULL, "", 0, BIT(FAIL_EMPTY), "list all incidents, the newest first",
	  "  binnacle incident\n", cmd_incident_list },
	{ "incident", "list", "", 0, BIT(FAIL_EMPTY), "list all incidents, the newest first",
	  "  binnacle incident list --json | jq -r '.incidents[] | select(.status != \"closed\").id'\n",
	  cmd_incident_list },
	{ "incident", "open", "", 0,
	  WRITES | BIT(TITLE) | BIT(SEV) | BIT(COMPONENT) | BIT(TYPE) | BIT(IMPACT_START) |
	  BIT(REASON) | BIT(NO_ASK),
	  "declare an incident; title and severity are proposed when they are left out",
	  "  binnacle incident open --title 'Indexer down' --sev 1 --component indexer\n"
	  "  binnacle incident open --sev 2 --type recovery --impact-start -20m --title 'db lost'\n"
	  "  id=$(binnacle incident open --json | jq -r .id)\n", cmd_incident_open },
	{ "incident", "show", "ID", 1, 0, "everything that is recorded of an incident",
	  "  binnacle incident show 7k3f9q\n"
	  "  binnacle incident show 7k3f9q --json | jq .state.clocks\n", cmd_incident_show },
	{ "incident", "brief", "ID", 1, BIT(NO_ASK), "where it stands, on one screen to paste",
	  "  binnacle incident brief 7k3f9q\n", cmd_incident_brief },
	{ "incident", "note", "ID TEXT...", OPTIONS_WORDS, WRITES, "write down what happened",
	  "  binnacle incident note 7k3f9q restarted the indexer\n"
	  "  binnacle incident note 7k3f9q --at -5m 'paused the payout cron'\n", cmd_incident_note },
	{ "incident", "update", "ID", 1,
	  WRITES | BIT(TEXT) | BIT(NEXT) | BIT(CHANNEL) | BIT(NO_SEND) | BIT(DRAFT) | BIT(TYPE) |
	  BIT(NO_ASK),
	  "tell people: to the channels for inside, unless others are named",
	  "  binnacle incident update 7k3f9q --draft >text; $EDITOR text\n"
	  "  binnacle incident update 7k3f9q --text - --next 15m <text\n"
	  "  binnacle incident update 7k3f9q --type resolution --channel status-page --text 'Over.'\n"
	  "  binnacle incident update 7k3f9q --no-send --text 'posted in the chat by hand'\n",
	  cmd_incident_update },
	{ "incident", "sev", "ID N", 2, WRITES | BIT(REASON) | BIT(NO_ASK),
	  "set the severity; a lower one needs a reason",
	  "  binnacle incident sev 7k3f9q 2 --reason 'payments flow again'\n", cmd_incident_sev },
	{ "incident", "status", "ID investigating|identified|monitoring", 2, WRITES | BIT(REASON),
	  "say how far it is", "  binnacle incident status 7k3f9q identified\n",
	  cmd_incident_status },
	{ "incident", "role", "ID ROLE NAME|-", 3, WRITES, "give a seat to somebody, or empty it",
	  "  binnacle incident role 7k3f9q comms ben\n"
	  "  binnacle incident role 7k3f9q scribe -\n", cmd_incident_role },
	{ "incident", "handover", "ID [TO]", 2,
	  WRITES | BIT(ACCEPT) | BIT(DECLINE) | BIT(REASON) | BIT(NO_ASK),
	  "offer the command to somebody, who accepts it or does not",
	  "  binnacle incident handover 7k3f9q ben\n"
	  "  binnacle incident handover 7k3f9q --accept --by ben\n", cmd_incident_handover },
	{ "incident", "ask", "ID add|done [N]", 3, TRACKS, "ask somebody for something, with a deadline",
	  "  binnacle incident ask 7k3f9q add --owner bo --text 'check the WAL archive' --due 5m\n"
	  "  binnacle incident ask 7k3f9q done 1 --text 'it is complete'\n", cmd_incident_ask },
	{ "incident", "action", "ID add|done [N]", 3, TRACKS | BIT(TYPE) | BIT(NONE) | BIT(REASON),
	  "what is to be done after it, so that it does not come again",
	  "  binnacle incident action 7k3f9q add --type alert --text 'alert on WAL age' --owner bo "
	  "--due 72h\n"
	  "  binnacle incident action 7k3f9q add --type test --none --reason 'a disk broke'\n"
	  "  binnacle incident action 7k3f9q done 1\n", cmd_incident_action },
	{ "incident", "follow-up", "ID add|done [N]", 3, TRACKS,
	  "what was done by hand and must be undone before it closes",
	  "  binnacle incident follow-up 7k3f9q add --text 'payout cron is paused'\n"
	  "  binnacle incident follow-up 7k3f9q done 1 --text 'it runs again'\n",
	  cmd_incident_follow_up },
	{ "incident", "deferred", "ID add|done [N]", 3, TRACKS,
	  "what was put off and must be settled before it closes",
	  "  binnacle incident deferred 7k3f9q done 1\n", cmd_incident_deferred },
	{ "incident", "ticket", "ID", 1, WRITES | BIT(URL),
	  "make its ticket by ticket_command, or write down where it is",
	  "  binnacle incident ticket 7k3f9q --url https://tickets.example/42\n",
	  cmd_incident_ticket },
	{ "incident", "mitigate", "ID", 1, WRITES, "users feel it no more",
	  "  binnacle incident mitigate 7k3f9q --at -3m\n", cmd_incident_mitigate },
	{ "incident", "resolve", "ID", 1, WRITES | BIT(SUMMARY) | BIT(REASON),
	  "mended and verified; the summary is what it meant for customers",
	  "  binnacle incident resolve 7k3f9q --summary 'Payments were up to 20 min late.'\n",
	  cmd_incident_resolve },
	{ "incident", "close", "ID", 1, WRITES | BIT(REASON), "nothing is left to do in it",
	  "  binnacle incident close 7k3f9q\n", cmd_incident_close },
	{ "incident", "cancel", "ID", 1, WRITES | BIT(REASON), "it was none",
	  "  binnacle incident cancel 7k3f9q --reason 'a test of the pager'\n",
	  cmd_incident_cancel },
	{ "incident", "merge", "ID INTO", 2, WRITES | BIT(REASON), "another incident goes on for it",
	  "  binnacle incident merge 9p2m4x 7k3f9q\n", cmd_incident_merge },
	{ "incident", "reopen", "ID", 1, WRITES | BIT(REASON), "it is not over after all",
	  "  binnacle incident reopen 7k3f9q --reason 'payments hang again'\n",
	  cmd_incident_reopen },
	{ "incident", "postmortem", "ID [draft|review|publish|answer [SECTION]]", 3,
	  WRITES | BIT(TEXT) | BIT(OWNER) | BIT(REASON) | BIT(EDIT),
	  "how far its postmortem is, and what only people know",
	  "  binnacle incident postmortem 7k3f9q\n"
	  "  binnacle incident postmortem 7k3f9q answer surprises --text 'the standby was cold'\n"
	  "  binnacle incident postmortem 7k3f9q --edit\n"
	  "  binnacle incident postmortem 7k3f9q review --owner ben\n"
	  "  binnacle incident postmortem 7k3f9q publish\n", cmd_incident_postmortem },
	{ "incident", "signoff", "ID", 1, WRITES | BIT(TEXT),
	  "sign it off: for the seat audit, and for nobody who ran it",
	  "  binnacle incident role 7k3f9q audit dora\n"
	  "  binnacle incident signoff 7k3f9q --by dora --text 'as described'\n",
	  cmd_incident_signoff },
	{ "incident", "verify", "ID", 1, 0, "check every line of its record against the chain of hashes",
	  "  binnacle incident verify 7k3f9q || echo damaged\n", cmd_incident_verify },
	{ "drill", NULL, "", 0, BIT(FAIL_EMPTY), "list all drills, the newest first",
	  "  binnacle drill\n", cmd_drill_list },
	{ "drill", "list", "", 0, BIT(FAIL_EMPTY), "list all drills, the newest first",
	  "  binnacle drill list --json | jq -r '.drills[] | select(.pass == false).id'\n",
	  cmd_drill_list },
	{ "drill", "due", "", 0, BIT(CHECK), "when the next one of each type is due, by the reports",
	  "  binnacle drill due\n"
	  "  binnacle drill due --check || echo 'a drill is due'\n", cmd_drill_due },
	{ "drill", "start", "", 0,
	  WRITES | BIT(TYPE) | BIT(SCENARIO) | BIT(RUNBOOK) | BIT(WINDOW) | BIT(REPLAY) | BIT(TITLE) |
	  BIT(SEV) | BIT(COMPONENT) | BIT(NO_SEND),
	  "begin a drill and announce it; refused where something real can be reached",
	  "  binnacle drill start --type restoration --scenario indexer-db-restore --window 2h\n"
	  "  binnacle drill start --type full-dr --scenario data-corruption --at 2026-11-30T09:00:00Z\n"
	  "  binnacle drill start --type tabletop --scenario third-party-outage --replay 7k3f9q\n",
	  cmd_drill_start },
	{ "drill", "restoring", "ID COMPONENT", 2, WRITES, "the restoration of a component begins",
	  "  binnacle drill restoring 7k3f9q indexer-db\n", cmd_drill_restoring },
	{ "drill", "restored", "ID COMPONENT", 2, WRITES | BIT(REASON),
	  "and ends; with --reason it did not work",
	  "  binnacle drill restored 7k3f9q indexer-db\n"
	  "  binnacle drill restored 7k3f9q indexer --reason 'no WAL of the last hour'\n",
	  cmd_drill_restored },
	{ "drill", "intervene", "ID TEXT...", OPTIONS_WORDS, WRITES,
	  "count what was done by hand and should have gone by itself",
	  "  binnacle drill intervene 7k3f9q restarted pg_restore with more memory\n",
	  cmd_drill_intervene },
	{ "drill", "rollback", "ID", 1, WRITES | BIT(REASON), "what was begun was taken back",
	  "  binnacle drill rollback 7k3f9q --reason 'validation failed; environment reset'\n",
	  cmd_drill_rollback },
	{ "drill", "verify", "[ID]", 1, WRITES | BIT(TYPE) | BIT(ARMED),
	  "verify what was recovered: artifacts, counts, smoke tests; of a drill into its record",
	  "  binnacle drill verify 7k3f9q --armed\n"
	  "  binnacle drill verify --type backup-verification || echo 'look at the report'\n",
	  cmd_drill_verify },
	{ "drill", "replay", "ID", 1, WRITES, "go through the incident of a tabletop, its future hidden",
	  "  binnacle drill replay 7k3f9q\n", cmd_drill_replay },
	{ "drill", "finish", "ID", 1, WRITES | BIT(SUMMARY) | BIT(REASON),
	  "end a drill and write its report; exit 30 when it did not pass",
	  "  binnacle drill finish 7k3f9q || echo 'it did not pass'\n", cmd_drill_finish },
	{ "drill", "report", "ID", 1, 0, "the report of a drill, anew from its record",
	  "  binnacle drill report 7k3f9q --json | jq .failures\n", cmd_drill_report },
	{ "drill", "review", "ID", 1, WRITES | BIT(TEXT),
	  "record that people have gone through it; needs an action, or why there is none",
	  "  binnacle drill review 7k3f9q --text 'restore with -j4; see actions'\n", cmd_drill_review },
	{ "drill", "signoff", "ID", 1, WRITES | BIT(TEXT),
	  "sign it off: for the seat of audit, and for nobody who ran it",
	  "  binnacle drill signoff 7k3f9q --by eva\n", cmd_drill_signoff },
	{ "incident", "export", "ID", 1, BIT(FORMAT) | BIT(OUT) | BIT(PUBLIC) | BIT(NO_ASK) | BIT(BY),
	  "write it up: Markdown, HTML, JSON, CSV, text; what people wrote there stays",
	  "  binnacle incident export 7k3f9q\n"
	  "  binnacle incident export 7k3f9q --format md --format html --out review\n"
	  "  binnacle incident export 7k3f9q --public --format html\n"
	  "  binnacle incident export 7k3f9q --json | jq -r '.files[].sha256'\n",
	  cmd_incident_export },
	{ "incident", "bundle", "ID", 1, BIT(OUT) | BIT(NO_ASK) | BIT(BY),
	  "all of it in one folder: journals, evidence, runbooks, exports, and their SHA-256",
	  "  binnacle incident bundle 7k3f9q\n"
	  "  binnacle verify \"$(binnacle incident bundle 7k3f9q --out handed-in)\"\n",
	  cmd_incident_bundle },
	{ "incident", "stats", "", 0, BIT(FAIL_EMPTY),
	  "all incidents together: times by severity, component and runbook",
	  "  binnacle incident stats\n"
	  "  binnacle incident stats --json | jq .\n", cmd_incident_stats },
	{ "verify", NULL, "BUNDLE", 1, 0, "check a bundle: nothing missing, added or changed; asks nobody",
	  "  binnacle verify postmortems/2026-11-22-7k3f9q-bundle || echo damaged\n"
	  "  binnacle verify handed-in --json | jq '.findings[]'\n", cmd_verify },
	{ "alert", NULL, "", 0, BIT(FAIL_EMPTY), "list the alerts", "  binnacle alert\n",
	  cmd_alert_list },
	{ "alert", "list", "", 0, BIT(FAIL_EMPTY), "list the alerts",
	  "  binnacle alert list --json | jq -r '.alerts[].name'\n", cmd_alert_list },
	{ "alert", "ack", "NAME|FINGERPRINT", 1, WRITES | BIT(INCIDENT),
	  "record that somebody has seen an alert of an incident",
	  "  binnacle alert ack TeachLinkIndexerDown --by ana\n", cmd_alert_ack },
	{ "alert", "silence", "NAME|FINGERPRINT", 1, WRITES | BIT(INCIDENT) | BIT(FOR) | BIT(REASON),
	  "silence just this alert in Alertmanager for a short time",
	  "  binnacle alert silence TeachLinkIndexerDown --for 15m --reason 'being mended'\n",
	  cmd_alert_silence },
	{ "alert", "expire", "NAME|FINGERPRINT", 1, WRITES | BIT(INCIDENT),
	  "end the silence of an alert",
	  "  binnacle alert expire TeachLinkIndexerDown\n", cmd_alert_expire },
	{ "runbook", NULL, "", 0, LISTS, "list the runbooks", "  binnacle runbook\n",
	  cmd_runbook_list },
	{ "runbook", "list", "", 0, LISTS, "list the runbooks, and whether somebody reviewed them",
	  "  binnacle runbook list --component indexer --sev 1\n"
	  "  binnacle runbook list --json | jq -r '.runbooks[] | select(.reviewed_by == null).id'\n",
	  cmd_runbook_list },
	{ "runbook", "show", "ID|FILE", 1, 0, "a runbook as plain text, 80 columns wide",
	  "  binnacle runbook show indexer-down | less\n"
	  "  binnacle runbook show indexer-down --json | jq '.sections[].steps[].title'\n",
	  cmd_runbook_show },
	{ "runbook", "lint", "[FILE|FOLDER|ID...]", OPTIONS_WORDS, BIT(RULES),
	  "say what is wrong with runbooks, each by its line; warnings alone exit 0",
	  "  binnacle runbook lint runbooks/\n"
	  "  binnacle runbook lint runbooks/ --rules alerts.yml\n"
	  "  binnacle runbook lint --json | jq '.problems[] | select(.level == \"error\")'\n",
	  cmd_runbook_lint },
	{ "runbook", "index", "[FOLDER]", 1, BIT(CHECK) | BIT(TOPIC) | BIT(URL),
	  "write README.md of a folder of runbooks, one line for each",
	  "  binnacle runbook index runbooks\n"
	  "  binnacle runbook index --check runbooks || echo 'write it again'\n"
	  "  binnacle runbook index --topic --url https://git.example/runbooks runbooks\n",
	  cmd_runbook_index },
	{ "runbook", "coverage", "", 0, BIT(CHECK) | BIT(RULES),
	  "which alert rules have no runbook, and which runbooks no alert",
	  "  binnacle runbook coverage\n"
	  "  binnacle runbook coverage --check --rules alerts.yml\n", cmd_runbook_coverage },
	{ "runbook", "run", "ID", 1, BIT(INCIDENT) | BIT(INSTRUCT) | BIT(DRY_RUN),
	  "walk a runbook line by line: for a script, a serial line, a screen reader",
	  "  binnacle runbook run db-failover --dry-run\n"
	  "  binnacle runbook run db-failover --incident 7k3f9q\n"
	  "  printf 'l\\nq\\n' | binnacle runbook run indexer-down\n", cmd_runbook_run },
	{ "runbook", "check", "ID", 1, BIT(NO_ASK) | BIT(RULES),
	  "is it still true here: which checks hold, and what it needs and is not there",
	  "  binnacle runbook check indexer-down\n"
	  "  binnacle runbook check indexer-down --json | jq '.needs[] | select(.is == \"missing\")'\n",
	  cmd_runbook_check },
	{ "runbook", "new", "ID [FOLDER]", 2, BIT(TITLE), "make a runbook from the template",
	  "  $EDITOR \"$(binnacle runbook new cache-full --title 'Cache is full')\"\n",
	  cmd_runbook_new },
	{ "tx", NULL, "", 0, 0, "transactions that a platform believes to be pending: what to ask",
	  "  binnacle tx\n", cmd_tx },
	{ "tx", "list", "", 0, BIT(FROM) | BIT(ALL) | BIT(BAND) | BIT(FAIL_EMPTY),
	  "list the rows that the platform believes to be open, the oldest first",
	  "  binnacle tx list --band stuck\n"
	  "  binnacle tx list --all --json | jq -r '.rows[].hash'\n"
	  "  binnacle tx list --from export.csv\n", cmd_tx_list },
	{ "tx", "diagnose", "HASH|ENVELOPE|TEXT...|ACCOUNT|-", OPTIONS_WORDS,
	  BIT(FROM) | BIT(SINCE),
	  "say what became of transactions and what may be done, with the proof",
	  "  binnacle tx diagnose 8f414a0e5c5bb1fa2f0e3f4cb2b1a1b9f2a9d6a3a9d2c1b0f8e7d6c5b4a3c902\n"
	  "  binnacle tx diagnose \"$HASH\" --json | jq -r '.results[].verdict'\n"
	  "  psql -Atc 'SELECT tx_hash FROM payments' | binnacle tx diagnose - || echo not all done\n"
	  "  binnacle tx diagnose --from export.csv\n"
	  "  binnacle tx diagnose GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB --since 2h\n",
	  cmd_tx_diagnose },
	{ "tx", "watch", "HASH|ENVELOPE", 1, 0, "ask about one transaction until it is decided",
	  "  binnacle tx watch \"$HASH\" && echo paid\n"
	  "  binnacle tx watch \"$HASH\" --json --timeout 10m | jq -r '.results[].verdict'\n",
	  cmd_tx_watch },
	{ "tx", "decode", "XDR...|-", OPTIONS_WORDS, BIT(NETWORK),
	  "say what a transaction envelope holds, and its hash; asks nothing",
	  "  binnacle tx decode AAAAAgAAAAB... --network testnet\n"
	  "  psql -Atc 'SELECT envelope_xdr FROM payments' | binnacle tx decode - --json\n",
	  cmd_tx_decode },
	{ "tx", "verdict", "", 0, BIT(EVIDENCE),
	  "what follows from evidence, one JSON object a line; asks nobody",
	  "  binnacle tx verdict --evidence - <evidence.jsonl\n"
	  "  binnacle tx verdict --evidence night.jsonl | jq -r .verdict | sort | uniq -c\n",
	  cmd_tx_verdict },
	{ "tx", "dismiss", "HASH", 1, BIT(BY) | BIT(REASON) | BIT(RESTORE) | BIT(INCIDENT),
	  "take a transaction out of the headline, on the record; or put it back",
	  "  binnacle tx dismiss 8f41...9c02 --reason 'paid back by hand, ticket 7'\n"
	  "  binnacle tx dismiss 8f41...9c02 --restore\n", cmd_tx_dismiss },
	{ "config", NULL, "", 0, BIT(ORIGIN), "show every value in force", 
	  "  binnacle config show --origin\n", cmd_config_show },
	{ "config", "show", "", 0, BIT(ORIGIN), "show every value in force",
	  "  binnacle config show --origin\n", cmd_config_show },
	{ "config", "check", "", 0, 0, "say everything that is wrong with the configuration",
	  "  binnacle config check -c new.yaml\n", cmd_config_check },
	{ "config", "path", "", 0, 0, "show which files make up the configuration",
	  "  $EDITOR \"$(binnacle config path | tail -n 1)\"\n", cmd_config_path },
	{ "config", "init", "", 0, 0, "write a commented example, once; never overwrites",
	  "  binnacle config init\n", cmd_config_init },
	{ "config", "schema", "", 0, 0, "a JSON Schema of the configuration, for an editor",
	  "  binnacle config schema --json > binnacle.schema.json\n", cmd_config_schema },
	{ "completion", NULL, "bash|zsh|fish", 1, 0, "a completion script for a shell",
	  "  binnacle completion bash > ~/.local/share/bash-completion/completions/binnacle\n",
	  cmd_completion },
	{ "help", NULL, "[TOPIC]", 2, 0, "help on a verb, or on exit-codes, keys, config",
	  "  binnacle help status\n"
	  "  binnacle help exit-codes\n", cmd_help },
	{ "version", NULL, "", 0, 0, "the version", "  binnacle version\n", cmd_version },
};

const size_t verb_count = ARRAY_LEN(verbs);

static const struct verb *look_up(const char *noun, const char *word)
{
	for (size_t i = 0; i < verb_count; i++) {
		const struct verb *verb = &verbs[i];

		if (strcmp(verb->noun, noun) != 0)
			continue;
		if (word ? verb->verb && strcmp(verb->verb, word) == 0 : !verb->verb)
			return verb;
	}
	return NULL;
}

static bool unknown(const char *what, const char *noun, const char *word, struct err *err)
{
	const char *names[32];
	const char *near;
	char shown[64];
	size_t n = 0;

	for (size_t i = 0; i < verb_count && n < ARRAY_LEN(names); i++) {
		if (noun && strcmp(verbs[i].noun, noun) == 0 && verbs[i].verb)
			names[n++] = verbs[i].verb;
		else if (!noun && !verbs[i].verb)
			names[n++] = verbs[i].noun;
	}
	scrub_put(shown, sizeof(shown), str_of(word));
	near = str_nearest(shown, names, n);
	if (near)
		return err_set(err, ERR_USAGE, "unknown %s '%s': did you mean '%s'?", what, shown, near);
	return err_set(err, ERR_USAGE, "unknown %s '%s'", what, shown);
}

static bool has_verbs(const char *noun)
{
	for (size_t i = 0; i < verb_count; i++) {
		if (strcmp(verbs[i].noun, noun) == 0 && verbs[i].verb)
			return true;
	}
	return false;
}

static bool fits(const struct verb *verb, const struct options *options, size_t words,
		 struct err *err)
{
	const char *sub = verb->verb ? verb->verb : "";

	for (int i = 0; i < OPTION_COUNT; i++) {
		if (options->given[i] && !option_rows[i].global && !(verb->options & OPTION_BIT(i)))
			return err_set(err, ERR_USAGE, "flag '--%s' is not for '%s%s%s'",
				       option_rows[i].name, verb->noun, *sub ? " " : "", sub);
	}
	if (words > verb->max_words)
		return err_set(err, ERR_USAGE, "'%s%s%s' takes %s%zu argument%s", verb->noun,
			       *sub ? " " : "", sub, verb->max_words ? "at most " : "",
			       verb->max_words, verb->max_words == 1 ? "" : "s");
	return true;
}

const struct verb *verb_find(const struct options *options, size_t *used, struct err *err)
{
	const struct verb *verb;
	const char *noun = options->word_count ? options->words[0] : "tui";
	const char *word = options->word_count > 1 ? options->words[1] : NULL;

	*used = options->word_count ? 1 : 0;
	if (word && has_verbs(noun)) {
		verb = look_up(noun, word);
		if (!verb) {
			unknown("verb", noun, word, err);
			err_add(err, "%s", noun);
			return NULL;
		}
		*used = 2;
	} else {
		verb = look_up(noun, NULL);
		if (!verb) {
			unknown("verb", NULL, noun, err);
			return NULL;
		}
	}
	return fits(verb, options, options->word_count - *used, err) ? verb : NULL;
}

const char *context_env(const struct context *context, const char *name)
{
	size_t len = strlen(name);

	for (const char *const *line = context->environment; line && *line; line++) {
		if (strncmp(*line, name, len) == 0 && (*line)[len] == '=')
			return *line + len + 1;
	}
	return NULL;
}

bool context_now(const struct context *context, msec *out, struct err *err)
{
	const char *text = context_env(context, "BINNACLE_NOW");

	*out = WHEN_NEVER;
	if (!text || when_parse(str_of(text), out))
		return true;
	return err_set(err, ERR_USAGE, "BINNACLE_NOW: '%.40s' is no RFC 3339 time", text);
}
