/*
 * screen_evidence.c: what a command printed, as it was kept: the bytes that the record names by
 * their SHA-256.
 */
#include <string.h>

#include "ui/checklist_rows.h"
#include "ui/explain.h"
#include "ui/prose.h"
#include "ui/say.h"

enum { SHOWN = 64 * 1024 };		/* bytes; the file has the rest */

struct wanted {
	const struct docket *docket;
	const char *sha256, *name;
};

static bool find(const struct scene *scene, struct item item, struct wanted *out)
{
	const struct evidence *evidence = item_evidence(scene->world, item, &out->docket);
	struct step_place place;
	const struct attempt *last;

	if (evidence) {
		out->sha256 = evidence->sha256;
		out->name = evidence->name;
		return true;
	}
	if (!item_step(scene->world, item, &place))
		return false;
	last = run_last_attempt(place.item->mark);
	out->docket = place.docket;
	out->sha256 = last ? last->output : "";
	out->name = last && last->command ? last->command : "";
	return out->sha256[0] != '\0';
}

static void put_bytes(struct page *page, struct str bytes)
{
	size_t shown = bytes.len < SHOWN ? bytes.len : SHOWN;

	prose_literal(page, 1, ROLE_PLAIN, bytes.p, shown);
	if (bytes.len == 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_DIM, "It printed nothing.");
	} else if (shown < bytes.len) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_STRONG, "%zu more bytes are in the file",
			 bytes.len - shown);
	}
}

static void build(const struct scene *scene, struct page *page)
{
	const struct desk *desk = scene->world->desk;
	struct wanted wanted = { 0 };
	struct str bytes = { 0 };
	const char *why = NULL;

	page_title(page, "EVIDENCE", "");
	if (!desk || !find(scene, scene->view->subject, &wanted)) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_STRONG, "It is no longer there. Esc goes back.");
		return;
	}
	explain_put(page, "SHA-256", "%s", wanted.sha256);
	explain_put(page, "of", "%s", "");
	prose_literal(page, 3, ROLE_KEY, wanted.name, strlen(wanted.name));
	page_title(page, "WHAT IT PRINTED", "");
	if (desk->evidence && desk->evidence(desk->arg, wanted.docket->incident->id, wanted.sha256,
					     &bytes, &why)) {
		put_bytes(page, bytes);
		return;
	}
	page_text(page);
	page_wrap(page, 1, ROLE_STRONG, why ? why : desk->evidence ? "It is being read." :
		  "No evidence is kept here.");
}

const struct screen screen_evidence = { .name = "evidence", .title = "Evidence", .build = build };
