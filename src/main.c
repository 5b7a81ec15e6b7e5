/*
 * Binnacle: the console for the engineer who is woken because a Stellar platform is failing.
 *
 * This is the map of the source. Who may include whom stands in tests/tools/layers.sh.
 *
 * base/       words that everyone uses; no I/O, no clock
 *   attr err mem buf arena str    macros, errors, memory, text
 *   utf8 scrub                    characters and cells; making outside bytes harmless
 *   when num state datum          times, exact numbers, the six states, one live value
 *   json digest                   jansson and libcrypto, within limits
 *   secret log                    what cannot be printed; the redactor; the log ring
 * config/     YAML bytes -> settings, with line and column in every error
 *   tree merge                    the document and its origins; layers of documents
 *   setting value problem         tables that read, check, document; errors with a caret
 *   load                          which files, and whether they may be trusted
 * core/       what is known, and what follows from it; pure
 *   report chain                  what one source says; the network behind the platform
 *   world series                  everything known now; the last hour of it
 *   signal alert graph refresh    thresholds, merged alerts, root causes, staleness
 * export/     the world -> bytes; pure
 *   status status_json status_plain
 * backends/   one file for each kind of source: settings, asks, decode, judge; no I/O
 *   ask reply backend probe       the question, the answer, the table, one source at work
 *   indexer horizon postgres transactions prometheus promtext alertmanager grafana http dns
 * io/         the only sockets and processes
 *   loop resolve                  libuv, time, signals; names to addresses, once
 *   http pg secret_command        libcurl, libpq, a command that prints a secret
 *   prober                        does all the asking
 * ui/         the world -> cells, keys -> effects; pure but for term.c
 *   text surface theme            sanitised text, a grid of cells, what roles look like
 *   key keyseq keys item          keys, bytes to keys, the table of actions, identity of a row
 *   prefs shell screen_*          what the operator likes; the stack of screens; the screens
 *   term                          the one file that knows ncurses
 * app/        composition and the command line
 *   cli options verbs exits fail  argv -> verb -> exit status
 *   settings prefs paths          the joined configuration
 *   estate console                the platform at work; the interactive program
 *   cmd_*                         the bodies of the verbs
 *   capture clip printout logfile crash
 */
#include "app/cli.h"

int main(int argc, char **argv, char **environ_)
{
	return cli_main(argc, argv, environ_);
}
