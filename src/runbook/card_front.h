/*
 * card_front.h: where the front matter of a Markdown file is. Private to runbook/.
 */
#ifndef RUNBOOK_CARD_FRONT_H
#define RUNBOOK_CARD_FRONT_H

#include <stdbool.h>

#include "base/str.h"

enum front_kind { FRONT_NONE, FRONT_YAML, FRONT_TOML };

struct front {
	enum front_kind kind;
	struct str text;	/* between its fences */
	size_t end;		/* offset of what follows it; a byte order mark is passed over too */
	unsigned line;		/* of the first line of its text */
	bool open;		/* it begins and never ends: there is none then */
};

/* `---` or `+++` alone in the first line, up to the same alone in a line (or `...`). */
void front_find(struct str bytes, struct front *out);

#endif
