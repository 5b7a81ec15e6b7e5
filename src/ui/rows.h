/*
 * rows.h: one row for each kind of thing, the same on every screen that lists it. Each begins an
 * item row of its own on the page and fills the fields that the filter knows.
 */
#ifndef UI_ROWS_H
#define UI_ROWS_H

#include "ui/screen.h"

void row_source(const struct scene *scene, struct page *page, size_t index);
/* One question: when it was answered well, how long it took, when it is tried again; then rows for
 * the error and for what it blinds while it fails. */
void row_ask(const struct scene *scene, struct page *page, size_t source, size_t ask);
/* Is it due, and kept back for long enough to be worth a word? */
bool row_is_held(const struct scene *scene, const struct ask_status *ask);
void row_signal(const struct scene *scene, struct page *page, size_t index);
void row_tx(const struct scene *scene, struct page *page, const struct tx_row *tx);
void row_change(const struct scene *scene, struct page *page, const struct change *change,
		struct item item);

void row_took(msec took, char *out, size_t size);
void row_short_hash(const char *hash, char *out, size_t size);

/* What is wrong with this program itself, above everything else: a saved configuration that is not
 * in force, a record that cannot be written. */
void rows_notices(const struct scene *scene, struct page *page);

#endif
