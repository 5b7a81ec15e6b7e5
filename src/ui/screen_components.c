/*
 * screen_components.c: the parts of the platform from those that people use down to what all the
 * others stand on, each with its state, version and deploy; and whom to call.
 */
#include <stdio.h>

#include "ui/parts.h"
#include "ui/screen.h"

enum { INDENT = 2, LEVELS = 4 };

/* How far below the users: one more than the lowest that depends on it. A circle stops growing. */
static void find_levels(const struct world *world, int level[WORLD_COMPONENTS])
{
	for (size_t i = 0; i < WORLD_COMPONENTS; i++)
		level[i] = 0;
	for (size_t round = 0; round < world->component_count; round++)
		for (size_t i = 0; i < world->component_count; i++) {
			const struct component *at = &world->components[i];

			for (size_t k = 0; k < at->depends_count; k++) {
				int below = at->depends_on[k];

				if (below >= 0 && level[below] <= level[i] && level[i] < LEVELS)
					level[below] = level[i] + 1;
			}
		}
}

static size_t count_wrong(const struct world *world)
{
	size_t count = 0;

	for (size_t i = 0; i < world->component_count; i++)
		count += world->components[i].state != STATE_OK &&
			 world->components[i].source_count > 0;
	return count;
}

static void build_components(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;
	int level[WORLD_COMPONENTS];
	char right[64];

	snprintf(right, sizeof(right), "%zu, %zu not ok ", world->component_count,
		 count_wrong(world));
	page_title(page, "COMPONENTS", right);
	find_levels(world, level);
	for (int depth = 0; depth <= LEVELS; depth++)
		for (size_t i = 0; i < world->component_count; i++)
			if (level[i] == depth)
				row_component(scene, page, i, depth * INDENT);
	if (world->component_count == 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_PLAIN,
			 "None are configured: 'components:' says what depends on what.");
	}
}

static void build_contacts(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;

	page_title(page, "CONTACTS", "");
	for (size_t i = 0; i < world->contact_count; i++)
		row_contact(scene, page, i);
	if (world->contact_count == 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_PLAIN,
			 "None are configured: 'contacts:' says whom to call.");
	}
}

static void build(const struct scene *scene, struct page *page)
{
	build_components(scene, page);
	build_contacts(scene, page);
}

const struct screen screen_components = {
	.name = "components", .title = "Components", .build = build,
};

const struct screen screen_contacts = {
	.name = "contacts", .title = "Contacts", .build = build_contacts,
};
