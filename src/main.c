/*
 * Binnacle: the console for the engineer who is woken because a Stellar platform is failing.
 *
 * This is the map of the source. Who may include whom stands in tests/tools/layers.sh.
 *
 * base/       words that everyone uses; no I/O, no clock
 *   attr err mem buf arena str    macros, errors, memory, text
 *   utf8 scrub outside            characters and cells; making outside bytes harmless
 *   when num pattern state datum  times, exact numbers, expressions, the six states, one value
 *   json digest                   jansson and libcrypto, within limits
 *   secret redact log             what cannot be printed; the redactor; the log ring
 * config/     YAML bytes -> settings, with line and column in every error
 *   file load                     which files, and whether they may be trusted
 *   tree merge                    the document and its origins; layers of documents
 *   setting value list secret     tables that read and check
 *   problem                       all that is wrong, each with a caret and a way out
 *   show schema manual            the same tables as what is in force, as schema, as man page
 * stellar/    what the ledger's own bytes mean; pure
 *   base64 strkey                 bytes in text; names of accounts and contracts
 *   xdr scval wide                a reader that cannot overrun; values of contracts, 256 bits
 *   network                       which chain: its passphrase
 *   envelope* skip* result* codes* entry    transactions, what became of them, accounts
 *   cancelling spot               what uses up a sequence number; a transaction in a pasted text
 *   evidence* verdict* intent*    what was observed; what follows; what may be done with a payment
 * runbook/    what a runbook says; pure
 *   markdown* expr* trouble*      Markdown with places; the language of checks; what is wrong
 *   card* runbook* native* plain* its front matter; its steps, strict and tolerant
 *   needs*                        what it relies on outside of itself
 *   lint* match* changes* body*   what else is wrong; which is for what; what is new; its text
 * core/       what is known, and what follows from it; pure
 *   report chain                  what one source says; the network behind the platform
 *   world parts                   everything known now, and what it is made of
 *   series datum                  the last hour of a value; SOURCE.FIELD
 *   refresh signal alert graph    staleness, thresholds, merged alerts, root causes
 *   component                     the parts of the platform, their versions and contacts
 *   flight_log recall             a line of the flight recorder; the past of the world
 *   event* say_event journal_line what happened; as a sentence; as a line with its hash
 *   history* incident*            all events of an incident in order; the state that follows
 *   decide* policy                an order becomes events or a refusal; what is configured of it
 *   clocks* propose* snapshot     what is owed; what to declare; the instruments at one moment
 *   terms aftermath* drill*       what was promised; what comes after; drills and when one is due
 *   afterword rehearsal           what is to be said of it; one that is talked through; for screens
 *   run* checklist* interlock*    walks through runbooks; what each item is now; what must be so
 *   past* books*                  earlier walks; the library, for screens
 *   tx_case caseload              a transaction that is asked about; all of them, for screens
 *   desk                          the incidents that a console works on, for screens
 *   internal                      what these share
 * export/     the world -> bytes; pure
 *   status status_json status_plain
 *   runbook_*                     runbooks, indexes and checks for people and scripts
 *   tx_*                          a diagnosis for people and scripts
 *   pour course moment* story*    an export in pieces; signals; the record event by event; what it
 *                                 comes to
 *   postmortem* timeline_* sheet* chart*    the same in each format
 *   stats dr_report* board*       all incidents together; drills, and when the next one is due
 *   updates* brief* incident_*    what is told to people; where it stands; the same for scripts
 * backends/   one file for each kind of source: settings, asks, decode, judge; no I/O
 *   ask reply backend kinds probe the question, the answer, the tables, one source at work
 *   budget                        how often one host may be asked, by all of them together
 *   answer outcome rows           what kinds do alike with an answer, and with none
 *   log* backup*                  patterns in a log, the times of its lines; ages of backups
 *   indexer* horizon* postgres* prometheus* alertmanager* grafana http dns
 *   health*                       a backend that reports on itself
 *   redis* jwt*
 *   stellar_rpc* headroom         the chain by its RPC; how far the indexer is from losing events
 *   inquiry*                      what to ask of one transaction, in the order that makes it proof
 *   tx_*                          pages of open rows, and what is written to one
 *   version                       which one runs, and who is on call, by commands
 *   alert_json promtext transactions queues   formats that more than one of them reads
 * store/      what is kept on disk
 *   recorder segment playback     the flight recorder: writing, its files, reading
 *   library* trust*               runbooks on disk; which of them were accepted
 *   casebook*                     final verdicts, dismissals, the highest ledger of each network
 *   journal* shelf evidence*      one incident's files; the folders of all; files beside a journal
 * io/         the only sockets and processes
 *   loop watch                    libuv, time, signals; a socket that a library owns
 *   errand                        one request beside the asking, with its account
 *   resolve dns*                  names to addresses, once; asking a name server itself
 *   http* pg* redis* token        libcurl, libpq, hiredis, libjwt
 *   child command secret_command  another program: its output, or the secret that it prints
 *   foreground                    another program that has our terminal until it ends
 *   task* reaper* fences*         commands of runbooks on a terminal of theirs; sql, promql, http
 *   typed                         lines from standard input
 *   follow* lines                 what grows: a file, or a command that goes on writing
 *   credentials                   secrets of sources
 *   prober* flight decoding outcome    does all the asking: when, one ask, its answer
 * ui/         the world -> cells, keys -> effects; pure but for term.c
 *   text say surface theme        sanitised text, how facts read, a grid of cells, their looks
 *   key keyseq keys edit          keys, bytes to keys, the table of actions, a line of input
 *   item* page rows* spark list filter what a screen builds, and the cursor on it
 *   prefs shell* acts palette     what the operator likes; the stack of screens; what keys do
 *   parts sightings               components, contacts, lines of logs: rows and explanations
 *   form* compose* next*          what is entered, and asked back; what is owed, as rows
 *   tx_*                          transactions: rows, proof, what may be done
 *   checklist* box* prose* pane*  runbooks: items, the box of care, text, output
 *   silent timeline*              alerts that are due and that nobody lists; the record, as rows
 *   after* drills*                sections of a postmortem; that it is a drill, and which is due
 *   layout chrome explain*        where things are; what is around them; why they are so
 *   screen*                       the screens
 *   term outlet squeeze           the one file that knows ncurses; its way to the terminal
 * app/        composition and the command line
 *   cli options verbs exits fail  argv -> verb -> exit status
 *   commands cmd_* example        the bodies of the verbs; what config init writes
 *   settings checks contracts references   the joined configuration, and what must fit in it
 *   objectives signal_names       rpo and rto of components; one teller for each signal
 *   prefs paths                   what the operator likes; where state lies
 *   estate keeper console*        the platform at work; for long; the interactive program
 *   recording reload notify       what is written down of it; a saved configuration; systemd
 *   incidents* dossier* session   the desk of the console; one open incident; where one was
 *   policies* channels* silencer*  what is configured of incidents; messages; silences
 *   library* runs* values*        the library; walks; values of parameters
 *   diagnoser* tx_*               inquiries at work; transactions: pages, acts, files, the desk
 *   walker*                       a walk line by line, without a screen
 *   handover*                     the terminal lent to a command
 *   importer* ticket sensing*     the hour before; a ticket; what instruments tell an incident
 *   wording                       the texts of export/ for the desk
 *   afterword outing              figures of what is over; verbs that a screen asks for
 *   exporter* bundle* zone        files of an incident; all of it to hand in; local time
 *   drills* recovery* rehearsal*  drills: their configuration, fence, calendar; what was recovered
 *   capture clip printout         standard error, clipboard and plain print beside a screen
 *   logfile crash                 what stays when the screen is gone
 */
#include "app/cli.h"

int main(int argc, char **argv, char **environ_)
{
	return cli_main(argc, argv, environ_);
}
