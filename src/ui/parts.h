/*
 * parts.h: the parts of the platform and the people for them, as rows and as explanations. What has
 * changed lately stands beside what fails, on every screen.
 */
#ifndef UI_PARTS_H
#define UI_PARTS_H

#include "ui/screen.h"

/* One component, indented by its level below those that depend on it. */
void row_component(const struct scene *scene, struct page *page, size_t index, int level);
/* Who, how, what for; a text row, and who is on call. */
void row_contact(const struct scene *scene, struct page *page, size_t index);

/* "deployed 12m ago" of the component that this source watches, when it was lately; else "". */
void say_deploy(const struct scene *scene, int source, struct buf *out);

/* Version, deploy, what it depends on, what it hits, and while it fails whom to call. */
void explain_part(const struct scene *scene, struct page *page, size_t component);
void explain_component(const struct scene *scene, struct page *page, size_t component);
void explain_contact(struct page *page, const struct contact *contact);

/* "database team: +49 30 1234, for failover; on call: ana" */
void say_contact(const struct contact *contact, struct buf *out);

#endif
