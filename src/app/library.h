/*
 * library.h: the library at work: read in a worker, read again when a file changes, matched to what
 * fails, with what earlier incidents tell. Screens get a struct books.
 *
 *  (1) The first frame does not wait for it. (2) A file that changed is seen within a second.
 */
#ifndef APP_LIBRARY_H
#define APP_LIBRARY_H

#include "app/estate.h"
#include "core/books.h"
#include "store/library.h"

struct bookcase;

struct bookcase *bookcase_new(struct loop *loop, const struct context *context,
			      const struct settings *settings, void (*changed)(void *arg), void *arg);
void bookcase_free(struct bookcase *bookcase);		/* takes NULL */
void bookcase_settings(struct bookcase *bookcase, const struct settings *settings);
void bookcase_look(struct bookcase *bookcase, const struct world *world);	/* once a second */
const struct books *bookcase_books(const struct bookcase *bookcase);
/* What earlier incidents tell is being read for the first time, and will be known in a moment. */
bool bookcase_recalls(const struct bookcase *bookcase);
/* The bytes of one, by id, and where they stand; empty: there is none. unsafe: why it is only
 * shown, or NULL. Borrowed until the next change. */
struct str bookcase_bytes(const struct bookcase *bookcase, const char *id, const char **path,
			  const char **unsafe);

/* Make a new one from the template. `told` hears of it from the loop, once: its path, or why there
 * is none. Not after bookcase_free(). */
typedef void bookcase_made(void *arg, bool made, const char *text);
void bookcase_make(struct bookcase *bookcase, const char *id, bookcase_made *told, void *arg);

/* For verbs, at once: the folders that the configuration names (runbooks.dirs), in order. */
bool library_folders(const struct context *context, const struct settings *settings,
		     struct texts *out, struct arena *arena, struct err *err);
struct library *library_of(const struct context *context, const struct settings *settings,
			   struct err *err);
/* In the first of the folders that is there. title NULL: made of the id. path gets the file's. */
bool library_make(const struct texts *folders, const char *id, const char *title, struct buf *path,
		  struct err *err);

#endif
