/*
 * rows_after.h: what is known of an incident afterwards, as titled groups of rows: what keeps it
 * from coming again, what nobody knows yet, times with both their ends, how updates and runbooks
 * were kept to, what was exported.
 */
#ifndef UI_ROWS_AFTER_H
#define UI_ROWS_AFTER_H

#include "ui/screen.h"

void rows_actions(const struct scene *scene, struct page *page, const struct docket *docket);
void rows_unknown(struct page *page, const struct docket *docket);
void rows_facts(const struct scene *scene, struct page *page, const struct docket *docket);
void rows_exported(const struct scene *scene, struct page *page, const struct docket *docket);

/* Must there be an action of this type, and is there neither one nor a reason why not? */
bool action_lacks(const struct incident *incident, enum action_type type);
struct item item_of_lack(const struct incident *incident, enum action_type type);
bool item_lack(const struct world *world, struct item item, enum action_type *type);
/* The path of a file that was exported; NULL. */
const char *item_exported(const struct world *world, struct item item);

#endif
