/*
 * cli.h: from the command line to an exit status.
 */
#ifndef APP_CLI_H
#define APP_CLI_H

int cli_main(int argc, char **argv, char **environment);

#endif
