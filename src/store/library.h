/*
 * library.h: folders of runbooks on disk: what is in them, their bytes, what was accepted of them.
 *
 *  (1) Read only: nothing of a library is ever written but by library_new_file().
 *  (2) What others could have written (group or world writable file or folder, another owner than
 *      root, us or the folder's) is shown and not run: `unsafe` says why. A FIFO, a device, a
 *      symlink out of the folder, a file over 256 KiB is not read at all.
 *  (3) Bytes are read once and stay in memory: what is shown is what runs. A file that changed is
 *      another entry with another SHA-256.
 *  (4) Ten thousand files are usable in 250 ms, and a full-text question is answered in 16 ms
 *      (performance.md R1): the bytes stay in memory, one after the other.
 */
#ifndef STORE_LIBRARY_H
#define STORE_LIBRARY_H

#include "runbook/card.h"

struct library;

struct shelf_mark {			/* of one entry */
	const char *unsafe;		/* why it is only shown; NULL */
	const char *folder;
};

/* Reads all *.md below the folders but hidden ones, README.md and glossary.md, at most 20,000. Any
 * thread; no clock. What cannot be read is a trouble. A folder that does not exist is one too. */
struct library *library_read(const char *const *folders, size_t count);
void library_free(struct library *library);		/* takes NULL */

size_t library_count(const struct library *library);
const struct card *library_cards(const struct library *library);	/* by title */
const struct shelf_mark *library_mark(const struct library *library, size_t index);
struct str library_bytes(const struct library *library, size_t index);
const struct troubles *library_troubles(const struct library *library);
size_t library_find(const struct library *library, const char *id);	/* SIZE_MAX */
/* Are all these words in it (ASCII case folded)? */
bool library_holds(const struct library *library, size_t index, const char *words);

/* Did anything in the folders change (names, sizes, times)? Cheap: for a look a second. */
bool library_stale(const struct library *library);

/* What this operator accepted: the bytes of the last accepted version of a runbook id, kept below
 * `state`. False: none was. */
bool trust_read(const char *state, const char *id, struct buf *out, struct err *err);
bool trust_write(const char *state, const char *id, struct str bytes, struct err *err);

/* A new runbook from the template: refused where a file of the name exists. path gets its name. */
bool library_new_file(const char *folder, const char *id, struct str text, struct buf *path,
		      struct err *err);

#endif
