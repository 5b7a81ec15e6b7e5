/*
 * screen_help.c: first why the selected row is what it is, then the keys of the screen under it,
 * from the table of actions; what cannot be done now says why. Enter does what it names.
 */
#include "ui/explain.h"
#include "ui/screen.h"

static void build_keys(const struct scene *scene, struct page *page)
{
	enum { NAME = 17, KEYS = 14 };

	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		const char *refusal = screen_refusal(scene, (enum action)i);
		struct item item = { ITEM_ACTION, (uint64_t)i };
		struct buf keys = { 0 };
		enum role role = refusal ? ROLE_DIM : ROLE_PLAIN;

		keymap_text(scene->keymap, (enum action)i, &keys);
		page_row(page, (struct row){ ROW_ITEM, item, item, false });
		page_field(page, "name", info->name);
		page_put(page, 1, KEYS, refusal ? ROLE_DIM : ROLE_KEY, "%s", buf_cstr(&keys));
		page_put(page, KEYS + 2, NAME, role, "%s", info->name);
		page_wrap(page, KEYS + NAME + 3, role, refusal ? refusal : info->help);
		buf_done(&keys);
	}
}

static void build(const struct scene *scene, struct page *page)
{
	struct text name;

	if (explain_name(scene, scene->view->subject, &name)) {
		page_title(page, "WHY", "");
		explain_build(scene, page, scene->view->subject);
	}
	page_title(page, "KEYS", scene->under ? scene->under->screen->title : "");
	build_keys(scene, page);
}

const struct screen screen_help = { .name = "help", .title = "Keys", .build = build };
