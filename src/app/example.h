/*
 * example.h: files that are taken into the program when it is built: the commented configuration
 * that `config init` writes, config/teachlink.yaml, and the template of `runbook new`,
 * config/runbook.md, in which @ID@ and @TITLE@ are filled in.
 */
#ifndef APP_EXAMPLE_H
#define APP_EXAMPLE_H

extern const char example_yaml[], example_runbook[];	/* terminated */

#endif
