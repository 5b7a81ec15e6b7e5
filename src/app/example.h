/*
 * example.h: the commented configuration that `config init` writes: the bytes of
 * config/teachlink.yaml, taken into the program when it was built.
 */
#ifndef APP_EXAMPLE_H
#define APP_EXAMPLE_H

extern const char example_yaml[];	/* terminated */

#endif
