/*
 * pour.h: how an export of any size leaves in pieces: a writer adds to `text` and calls pour_some()
 * after each thing; what has gathered is handed on in chunks, so that memory does not grow with the
 * record.
 */
#ifndef EXPORT_POUR_H
#define EXPORT_POUR_H

#include "base/buf.h"
#include "base/str.h"

/* False: it cannot take more (a full disk); nothing is given to it after that. */
typedef bool pour_into(void *arg, struct str bytes);

struct pour {
	struct buf text;
	pour_into *into;
	void *arg;
	bool failed;			/* it said no once */
};

void pour_begin(struct pour *pour, pour_into *into, void *arg);
/* Hands on what has gathered when that is worth it. False: the writer may stop. */
bool pour_some(struct pour *pour);
/* Hands on the rest and frees. False: not all of it was taken. */
bool pour_end(struct pour *pour);

#endif
