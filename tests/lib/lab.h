/*
 * lab.h: the lab for a test: started with all its servers, put into a scenario, asked over HTTP.
 * One lab for a program; what does not succeed fails the test.
 */
#ifndef LIB_LAB_H
#define LIB_LAB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* For a group of tests: they return the exit status of lab/lab. */
int lab_up(void **unused);
int lab_down(void **unused);

const char *lab_dir(void);
void lab_set(const char *scenario);

/* The value of a variable in lab.env. */
void lab_variable(const char *name, char *out, size_t size);

/* Append a file of the lab's directory. */
void lab_read(const char *name, struct buf *out);

/* Does a GET of this path, at the URL that the variable holds, give this text somewhere? */
bool lab_answers(const char *variable, const char *path, const char *text);

#endif
