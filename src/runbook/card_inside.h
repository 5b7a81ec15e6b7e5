/*
 * card_inside.h: what the files that read a front matter share. Private to runbook/.
 */
#ifndef RUNBOOK_CARD_INSIDE_H
#define RUNBOOK_CARD_INSIDE_H

#include "runbook/card.h"

struct card_reader {
	const char *path;
	struct arena *arena;
	struct troubles *troubles;	/* NULL: what is wrong is passed over in silence */
	unsigned above;			/* lines of the file before the first of the front matter */
};

typedef void card_key(struct card_reader *reader, const struct node *node, void *out);

struct card_row {
	const char *name;
	card_key *read;
	size_t offset;			/* into what is read */
};

/* Read each key of the map by its row, and say which has none. `under` is "" or " under params". */
void card_read_map(struct card_reader *reader, const struct node *map, const struct card_row *rows,
		   size_t count, const char *under, void *out);

void card_wrong(struct card_reader *reader, struct origin at, enum trouble_code code,
		const char *fix, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* "" after a complaint, and where nothing is written. */
const char *card_scalar(struct card_reader *reader, const struct node *node);

/* Of a map or list: how many; what is no such thing is a complaint and has none. */
size_t card_children(struct card_reader *reader, const struct node *node, enum node_kind kind);

/* Rows' readers of simple things. */
void card_text(struct card_reader *reader, const struct node *node, void *out);	/* const char * */
void card_texts(struct card_reader *reader, const struct node *node, void *out);
void card_duration(struct card_reader *reader, const struct node *node, void *out);

void card_params(struct card_reader *reader, const struct node *node, void *out); /* the card */

/* As base/when.h, and weeks: "13w". */
bool card_parse_duration(struct str text, msec *out, struct err *err);

/* All of the front matter that a tree holds. */
void card_read_keys(struct card_reader *reader, const struct node *root, struct card *out);

#endif
