/*
 * screen_transactions.c: what the platform believes to be pending, with what is true of it: what
 * was pasted, what waits, and apart from that what is too old to count and what was dismissed.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "ui/tx_proof.h"
#include "ui/tx_rows.h"
#include "ui/tx_say.h"

enum part { PART_PASTED, PART_OPEN, PART_OLD, PART_DISMISSED, PART_COUNT };

struct listed {
	struct tx_case is;		/* its proofs and members may be another's by now */
	enum part part;
	bool done;			/* it stands under its payment already */
};

struct listing {
	const struct scene *scene;
	struct page *page;
	const struct caseload *cases;
	struct listed *all;		/* each is asked for once: finding one is dear */
	size_t count;
	bool headed;			/* the names of the columns stand above */
};

static enum part part_of(const struct caseload *cases, size_t i, const struct tx_case *is)
{
	if (is->dismissed)
		return PART_DISMISSED;
	if (i < cases->pasted)
		return PART_PASTED;
	return cases->lines[i].band == TX_OLD ? PART_OLD : PART_OPEN;
}

static void put_line(struct listing *to, size_t i, int depth)
{
	row_case(to->scene, to->page, &to->all[i].is, depth);
	to->all[i].done = true;
}

static bool is_of(const struct listing *to, size_t i, size_t first)
{
	return !to->all[i].done && to->all[i].part == to->all[first].part &&
	       strcmp(to->cases->lines[i].intent, to->cases->lines[first].intent) == 0;
}

/* The decision first, then the envelopes that it is about. */
static void put_payment(struct listing *to, size_t first)
{
	const struct tx_line *line = &to->cases->lines[first];
	const struct tx_case *is = &to->all[first].is;
	char members[SAY_TEXT];
	size_t count = 0;

	for (size_t i = first; i < to->count; i++)
		count += is_of(to, i, first);
	if (!line->intent[0] || (count < 2 && is->member_count < 2)) {
		put_line(to, first, 0);
		return;
	}
	page_row(to->page, (struct row){ .kind = ROW_TITLE });
	tx_say_members(is, is->member_count > count + is->unread ? is->member_count :
		       count + is->unread, members);
	page_put(to->page, 1, to->page->cols - 2, ROLE_STRONG, "payment %s: %s%s%s", line->intent,
		 members, is->unread || !is->decision.because[0] ? "" : ": ",
		 is->unread ? "" : is->decision.because);
	for (size_t i = first; i < to->count; i++)
		if (is_of(to, i, first) || i == first)
			put_line(to, i, 1);
}

static void put_part(struct listing *to, enum part part)
{
	static const char *const titles[] = {
		[PART_PASTED] = "PASTED", [PART_OPEN] = "", [PART_OLD] = "OLD, NOT COUNTED ABOVE",
		[PART_DISMISSED] = "DISMISSED",
	};
	size_t count = 0;
	char right[TX_WORDS];

	for (size_t i = 0; i < to->count; i++)
		count += to->all[i].part == part;
	if (count == 0)
		return;
	(void)snprintf(right, sizeof(right), "%zu ", count);
	if (titles[part][0])
		page_title(to->page, titles[part], right);
	if (!to->headed)
		tx_rows_head(to->page);
	to->headed = true;
	for (size_t i = 0; i < to->count; i++) {
		if (to->all[i].part != part || to->all[i].done)
			continue;
		if (to->cases->grouped)
			put_payment(to, i);
		else
			put_line(to, i, 0);
	}
}

static void put_edge(struct page *page, const struct caseload *cases)
{
	page_row(page, (struct row){ .kind = ROW_TITLE });
	if (cases->paging)
		page_put(page, 1, page->cols, ROLE_DIM, "reading the next page");
	else if (cases->more_before || cases->more_after)
		page_put(page, 1, page->cols - 1, ROLE_DIM, "%s%s%s of these, %s",
			 cases->more_before ? "more before" : "",
			 cases->more_before && cases->more_after ? " and " : "",
			 cases->more_after ? "more after" : "", tx_order_help(cases->order));
	else if (cases->count > 0)
		page_put(page, 1, page->cols - 1, ROLE_DIM, "that is all, %s",
			 tx_order_help(cases->order));
	else if (cases->configured && !cases->trouble[0])
		page_put(page, 1, page->cols - 1, ROLE_PLAIN, "No transaction is open.");
}

static int last_item(const struct page *page)
{
	for (int i = page->count; i > 0; i--)
		if (page->rows[i - 1].kind == ROW_ITEM)
			return i - 1;
	return -1;
}

static void build(const struct scene *scene, struct page *page)
{
	const struct caseload *cases = scene->world->cases;
	struct listing to = { .scene = scene, .page = page, .cases = cases };

	if (!cases) {
		page_title(page, "TRANSACTIONS", "");
		tx_none(page);
		return;
	}
	tx_head(scene, page);
	to.all = mem_new((cases->count + 1) * sizeof(*to.all));
	for (to.count = 0; to.count < cases->count; to.count++) {
		tx_case_at(cases, to.count, &to.all[to.count].is);
		to.all[to.count].part = part_of(cases, to.count, &to.all[to.count].is);
	}
	for (int part = 0; part < PART_COUNT; part++)
		put_part(&to, (enum part)part);
	mem_free(to.all);
	put_edge(page, cases);
	if (scene->view->paged < 0)
		page->start = last_item(page);
}

/* "Tx:37", "Tx:?" while the database does not answer. */
static void count(const struct scene *scene, char *out, size_t size)
{
	const struct world *world = scene->world;

	if (world->tx_configured && !world->tx.known)
		str_put(out, size, ":?");
	else if (world->tx_configured && world->tx.stuck > 0)
		(void)snprintf(out, size, ":%ld", world->tx.stuck);
}

/* Why the selected one is what it is: nobody has to open it to know. */
static bool side(const struct scene *scene, struct page *page)
{
	const struct list *list = &scene->view->list;
	struct tx_ref ref;
	struct tx_case is;

	if (!scene->world->cases || !list->selected || list->row.target.kind != ITEM_TX ||
	    !tx_ref_of(scene, list->row.target, &ref) || !tx_case_of(scene->world, &ref, &is))
		return false;
	tx_proof_build(scene, page, &is);
	return true;
}

const struct screen screen_transactions = {
	.name = "transactions", .title = "Tx", .brief = "Tx", .tab = ACTION_TRANSACTIONS,
	.build = build, .side = side, .count = count,
};
