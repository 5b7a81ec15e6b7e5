/*
 * lab.h: the lab for a test: started with all its servers, put into a scenario, asked over HTTP.
 * One lab for a program; what does not succeed fails the test.
 */
#ifndef LIB_LAB_H
#define LIB_LAB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* For a group of tests: they return the exit status of lab/lab. */
int lab_up(void **unused);
int lab_up_chain(void **unused);	/* only the database, the Horizons and the stellar-rpc */
int lab_down(void **unused);

const char *lab_dir(void);
void lab_set(const char *scenario);
void lab_fault(const char *name, const char *value);	/* one switch, see lab/estate.h */

/* The value of a variable in lab.env. */
void lab_variable(const char *name, char *out, size_t size);

/* Append a file of the lab's directory. */
void lab_read(const char *name, struct buf *out);

/* All transactions that the platform has rows of, an array of the objects of `lab/lab tx`. */
json_t *lab_transactions(void);

/* One of them; a name that is not in it fails the test. */
const json_t *lab_named(const json_t *list, const char *name);

struct lab_reply {
	int status;
	struct buf head, body;
	json_t *json;		/* of the body; NULL: it is none */
};

/* One request at the URL that the variable holds, and its answer; body NULL: a GET, else a POST of
 * this type. An answer that does not come fails the test. */
void lab_ask(const char *variable, const char *path, const char *type, const char *body,
	     struct lab_reply *out);
void lab_reply_done(struct lab_reply *reply);

/* Does a GET of this path, at the URL that the variable holds, give this text somewhere? */
bool lab_answers(const char *variable, const char *path, const char *text);

#endif
