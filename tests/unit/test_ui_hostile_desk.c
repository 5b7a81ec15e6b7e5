/* Hostile text in every text of an incident and in everything that is typed: no control byte
 * reaches a cell or an order, and the frame of the picture stays as it is. */
#include "ui/form.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/scrub.h"
#include "tests/lib/desks.h"
#include "tests/lib/hostile.h"
#include "tests/lib/worlds.h"
#include "ui/shell_state.h"

enum { ROWS = 45, COLS = 140, STRIDE = 11 };

/* Every text of a desk that a screen or a form can reach: the place of one example. */
#define IN(member) { #member, offsetof(struct desks, member), sizeof(((struct desks *)0)->member) }
static const struct {
	const char *name;
	size_t offset, size;
} fields[] = {
	IN(incidents[0].title), IN(incidents[0].id), IN(incidents[0].type), IN(incidents[0].rule),
	IN(incidents[0].environment), IN(incidents[0].reason), IN(incidents[0].ticket),
	IN(incidents[0].seats[0].who), IN(incidents[0].offer.from), IN(incidents[0].offer.to),
	IN(incidents[0].conflict.text), IN(incidents[0].components[0]), IN(incidents[0].last_note),
	IN(incidents[1].title), IN(incidents[1].id),
	IN(desk.open[0].folder), IN(desk.open[0].trouble), IN(desk.open[0].peers[0].who),
	IN(desk.open[0].peers[0].host), IN(desk.owed[0].text), IN(desk.owed[0].subject),
	IN(desk.owed[0].incident), IN(desk.proposal.title), IN(desk.proposal.rule),
	IN(desk.proposal.components[0]), IN(desk.last),
};
#undef IN

static const struct {
	enum desks_kind desk;
	uint32_t keys[3];
} looks[] = {
	{ DESKS_TWO, { 0 } }, { DESKS_TWO, { 'i' } }, { DESKS_TWO, { 'm' } }, { DESKS_TWO, { 'p' } },
	{ DESKS_TWO, { 'i', 'g' } }, { DESKS_TWO, { 'i', 'r' } }, { DESKS_TWO, { 'i', 'h' } },
	{ DESKS_TWO, { 'q' } }, { DESKS_PROPOSED, { 'i' } }, { DESKS_QUIET, { 0 } },
};

static struct shell *shell;
static struct surface surface;

static void draw(const struct world *world, msec steady)
{
	surface_reset(&surface, ROWS, COLS);
	shell_draw(shell, world, &surface, (struct moment){ worlds_now(), steady });
}

static void check(const char *what)
{
	for (int y = 0; y < ROWS; y++)
		for (int x = 0; x < COLS; x++) {
			const struct cell *cell = surface_cell(&surface, x, y);

			if (!scrub_clean(str_sub(cell->bytes, cell->len)))
				fail_msg("%s: a control at %d,%d", what, x, y);
		}
	for (int i = 0; i < 9; i++)
		if (surface_cell(&surface, COLS - 9 + i, 0)->bytes[0] != " 02:14:07Z"[i + 1])
			fail_msg("%s: the clock was changed", what);
}

static void look(size_t which, size_t field, const struct hostile *payload)
{
	struct ui_prefs prefs = { .colour = true };
	struct world *world = worlds_db_hung();
	struct desks *desks = desks_new(looks[which].desk, world);
	char *at = (char *)desks + fields[field].offset;
	size_t room = fields[field].size - 1;
	msec steady = 1000;

	memset(at, 0, fields[field].size);
	memcpy(at, payload->bytes.p, payload->bytes.len < room ? payload->bytes.len : room);
	shell = shell_new(&prefs);
	draw(world, steady);
	for (size_t i = 0; i < ARRAY_LEN(looks[which].keys) && looks[which].keys[i]; i++) {
		struct input event = { .kind = INPUT_KEY, .code = looks[which].keys[i] };
		struct effect effect;

		steady += 1000;
		shell_event(shell, world, &event, (struct moment){ worlds_now(), steady }, &effect);
		draw(world, steady);
	}
	check(fields[field].name);
	shell_free(shell);
	desks_free(desks);
	world_free(world);
}

static void hostile_text_of_an_incident_stays_in_its_place(void **state)
{
	size_t count, tried = 0;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	surface_init(&surface, false);
	for (size_t field = 0; field < ARRAY_LEN(fields); field++)
		for (size_t i = field % STRIDE; i < count; i += STRIDE, tried++)
			look((field + i) % ARRAY_LEN(looks), field, &all[i]);
	surface_done(&surface);
	assert_true(tried > 1000);
}

static void orders_are_clean(struct form *form, const struct scene *scene)
{
	struct arena arena = { 0 };
	struct effect effect = { .kind = EFFECT_NONE };
	struct entry entry = { .scene = scene, .arena = &arena, .out = &effect };
	struct buf data = { 0 };

	if (form->kind->order(form, &entry) && effect.kind == EFFECT_ORDER)
		event_data_write(&effect.order.data, &data);
	for (size_t i = 0; i < data.len; i++)
		if ((unsigned char)data.data[i] < ' ')
			fail_msg("%s: a control in its order", form->kind->name);
	assert_null(strstr(buf_cstr(&data), "\\u001b"));
	buf_done(&data);
	arena_done(&arena);
}

static void try_form(const struct form_kind *kind, const struct world *world, struct page *page,
		     const struct hostile *payload)
{
	struct ui_prefs prefs = { .colour = true };
	struct scene scene = { .world = world, .prefs = &prefs, .now = worlds_now() };
	static struct form form;		/* too large for a stack */

	form_open(&form, kind, &scene, "f00d", 0);
	for (size_t i = 0; i < kind->count; i++) {
		form.at = i;
		if (kind->fields[i].kind != FIELD_CHOICE)
			form_paste(&form, payload->bytes);
	}
	for (int asking = kind->asks && kind->count > 0 ? 0 : kind->count == 0; asking < 2; asking++) {
		if (asking && !kind->asks)
			break;
		form.asking = asking;
		surface_reset(&surface, ROWS, COLS);
		form_draw(&form, &scene, page, &surface, surface_area(&surface));
		for (int y = 0; y < ROWS; y++)
			for (int x = 0; x < COLS; x++) {
				const struct cell *cell = surface_cell(&surface, x, y);

				if (!scrub_clean(str_sub(cell->bytes, cell->len)))
					fail_msg("%s: a control at %d,%d", kind->name, x, y);
			}
	}
	orders_are_clean(&form, &scene);
}

static void hostile_text_in_any_field_of_any_form_is_harmless(void **state)
{
	size_t count;
	const struct hostile *all = hostile_all(&count);
	struct world *world = worlds_db_hung();
	struct desks *desks = desks_new(DESKS_TWO, world);
	struct page page;

	(void)state;
	surface_init(&surface, false);
	page_init(&page);
	for (const struct form_kind *const *kind = form_kinds(); *kind; kind++)
		for (size_t i = 0; i < count; i += STRIDE)
			try_form(*kind, world, &page, &all[i]);
	page_done(&page);
	surface_done(&surface);
	desks_free(desks);
	world_free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_text_of_an_incident_stays_in_its_place),
		cmocka_unit_test(hostile_text_in_any_field_of_any_form_is_harmless),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
