/*
 * runbook_index.h: the README.md of a folder of runbooks, and the line for a chat topic. Pure, and
 * the same for the same runbooks whatever their order.
 */
#ifndef EXPORT_RUNBOOK_INDEX_H
#define EXPORT_RUNBOOK_INDEX_H

#include "runbook/card.h"

/* Those of this folder (not below it), grouped. */
struct index_in {
	const struct card *cards;
	size_t count;
	const char *folder;
	bool glossary;			/* a glossary.md stands there */
};
void runbook_index(const struct index_in *in, struct buf *out);
/* One line, at most 250 bytes (what chats take): url where the index is read. */
void runbook_topic(const struct card *cards, size_t count, const char *url, struct buf *out);

#endif
