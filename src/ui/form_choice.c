/*
 * form_choice.c: keys in a field that is a choice: arrows, the number of an option, or its letters.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "ui/form.h"

/* How many there are to choose from, where the cursor is. */
static size_t options(const struct form *form, const struct scene *scene)
{
	const struct field *field = &form->kind->fields[form->at];
	size_t count = 0;
	char text[FORM_OPTION];

	while (count < FORM_OPTIONS && field->option(form, scene, count, text))
		count++;
	return count;
}

/* The next one, from `first` on and round, that has this letter after the same `typed` ones. */
static bool choose_next(struct form *form, const struct scene *scene, size_t first, size_t typed,
			uint32_t code)
{
	const struct field *field = &form->kind->fields[form->at];
	size_t count = options(form, scene);
	char text[FORM_OPTION];

	for (size_t i = 0; i < count; i++)
		if (field->option(form, scene, (first + i) % count, text) &&
		    strncasecmp(text, form->values[form->at].text, typed) == 0 &&
		    tolower((unsigned char)text[typed]) == tolower((int)code)) {
			form_choose(form, scene, field->name, (first + i) % count);
			form->typed = typed + 1;
			return true;
		}
	return false;
}

/* By its number, or the next one whose text begins with the letter; who types a whole word gets
 * it, and not what its last letter begins. */
static bool choose_by_letter(struct form *form, const struct scene *scene, uint32_t code)
{
	const struct field *field = &form->kind->fields[form->at];
	size_t now = form_chosen(form, scene, field->name);

	if (code >= '1' && code < '1' + options(form, scene)) {
		form_choose(form, scene, field->name, code - '1');
		form->typed = 0;
		return true;
	}
	if (code >= 0x80)
		return false;
	if (form->typed > 0 && choose_next(form, scene, now, form->typed, code))
		return true;
	return isalpha((int)code) && choose_next(form, scene, now + 1, 0, code);
}

static void step_choice(struct form *form, const struct scene *scene, int step)
{
	const struct field *field = &form->kind->fields[form->at];
	size_t now = form_chosen(form, scene, field->name), count = options(form, scene);

	if (count > 0)
		form_choose(form, scene, field->name,
			    (now + count + (size_t)(step + (int)count)) % count);
}

bool form_choice_key(struct form *form, const struct scene *scene, uint32_t code)
{
	if (code != KEYCODE_LEFT && code != KEYCODE_RIGHT && code != ' ')
		return choose_by_letter(form, scene, code);
	form->typed = 0;
	step_choice(form, scene, code == KEYCODE_LEFT ? -1 : 1);
	return true;
}
