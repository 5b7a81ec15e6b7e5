/*
 * shelf.h: the folders of all incidents: `<root>/<utc date>-<slug>-<id>`, in the state directory
 * and in the shared one. May wait for the disk.
 */
#ifndef STORE_SHELF_H
#define STORE_SHELF_H

#include "core/incident_parts.h"
#include "base/err.h"

struct shelved {
	char id[INCIDENT_ID];
	char folder[512];		/* whole path */
	bool shared;
	msec touched;			/* the newest mtime of its journals */
};

/* All of them, the newest first; the caller frees with mem_free(). Roots that do not exist are
 * passed over, NULLs too; the second one is the shared one. */
struct shelved *shelf_list(const char *const roots[2], size_t *count, struct err *err);

/* By id (with or without `#`) or by the folder's name. ERR_NOT_FOUND names the nearest. */
bool shelf_find(const char *const roots[2], const char *word, struct shelved *out, struct err *err);

/* A name for a new one: the date, words of the title, six random characters. */
void shelf_name(char out[128], char id[INCIDENT_ID], const char *title, msec at);

/* The setgid root of a shared shelf: made with 2770 and the group when missing; refused when it is
 * not a folder of that group, or when others may write. */
bool shelf_share(const char *dir, const char *group, struct err *err);

#endif
