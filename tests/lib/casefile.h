/*
 * casefile.h: an incident on the disk for a test of the whole program: made and read beside the
 * console that works on it, as a second console or a verb would.
 */
#ifndef LIB_CASEFILE_H
#define LIB_CASEFILE_H

#include "app/dossier.h"
#include "tests/lib/rig.h"

struct casefile {
	char folder[512];
	char id[INCIDENT_ID];
	bool shared;		/* in a folder that is shared with a group */
};

/* In the state directory of the rig, by `ben`. They fail the test when they cannot. */
void casefile_declare(struct casefile *file, const struct rig *rig, const char *title,
		      unsigned severity);
void casefile_order(const struct casefile *file, struct order *order);
void casefile_note(const struct casefile *file, const char *text);
/* So many notes more, in few writes. */
void casefile_fill(const struct casefile *file, size_t notes);

/* The newest incident of the rig; false: there is none. */
bool casefile_find(struct casefile *file, const struct rig *rig);

/* Read now. The caller closes it with dossier_close(). */
struct dossier *casefile_read(const struct casefile *file);
size_t casefile_count(const struct casefile *file, enum event_kind kind);
/* How often the text stands in the lines of all files. */
size_t casefile_lines(const struct casefile *file, const char *text);

msec casefile_now(void);

#endif
