/*
 * form_menu.h: what can be done about the open incident, or about a step, behind one key. It lists
 * forms and opens them; it does nothing itself.
 */
#ifndef UI_FORM_MENU_H
#define UI_FORM_MENU_H

#include "ui/form.h"

enum menu_kind { MENU_INCIDENT, MENU_STEP, MENU_AFTER };

struct menu {
	enum menu_kind kind;
	char subject[FORM_SUBJECT];	/* of the forms that it opens; "" */
	char title[FORM_OPTION];	/* of what it is about; "": the incident */
	size_t at;
	msec since;		/* steady: when it appeared */
};

void menu_open(struct menu *menu, enum menu_kind kind, msec steady);
/* What was chosen, by its letter or by Enter: a form, or an action. Both none: nothing (yet). */
struct chosen {
	const struct form_kind *form;
	enum action action;
};
struct chosen menu_key(struct menu *menu, uint32_t code, msec steady);
void menu_draw(const struct menu *menu, const struct scene *scene, struct page *page,
	       struct surface *surface, struct area area);
/* Why what is selected cannot be done now, or how to choose. */
const char *menu_hint(const struct menu *menu, const struct scene *scene);

#endif
