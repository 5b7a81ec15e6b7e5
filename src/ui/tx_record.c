#include "ui/tx_record.h"

#include <string.h>

#include "ui/say.h"
#include "ui/tx_say.h"

enum { AT = 9, BY = 10, UNDER = 13 };

const struct incident_tx *tx_record(const struct world *world, const struct tx_ref *ref)
{
	const struct desk *desk = world->desk;

	for (size_t n = 0; desk && n < desk->count; n++) {
		const struct docket *docket = &desk->open[(desk->current + n) % desk->count];
		const struct incident_tx *tx = incident_tx(docket->incident, ref->hash, ref->id);

		if (tx)
			return tx;
	}
	return NULL;
}

static enum role role_of(const struct tx_deed *deed)
{
	if (!deed->ended || deed->interrupted || !deed->judged)
		return ROLE_UNKNOWN;
	return deed->well ? ROLE_OK : ROLE_BAD;
}

static void put_deed(const struct scene *scene, struct page *page, const struct tx_deed *deed)
{
	char at[SAY_TEXT];
	int x;

	say_time(scene, deed->at, at);
	page_row(page, (struct row){ .kind = ROW_ITEM, .item = item_of_record(deed->event),
				     .target = item_of_record(deed->event),
				     .wrong = role_of(deed) != ROLE_OK });
	page_field(page, "name", deed->how);
	page_field(page, "who", deed->by);
	page_field(page, "state", tx_deed_word(deed));
	x = page_put(page, 1, page->cols, ROLE_DIM, "%-*s", AT, at) + 1;
	x = page_put(page, x, page->cols, ROLE_PLAIN, "%-*.*s", BY, BY, deed->by) + 1;
	x = page_put(page, x, page->cols, ROLE_STRONG, "%s", deed->how) + 1;
	page_put(page, x, page->cols - x - 1, role_of(deed), "%s", tx_deed_word(deed));
	if (deed->outcome[0]) {
		page_text(page);
		page_wrap(page, UNDER, ROLE_PLAIN, deed->outcome);
	}
	if (deed->reason[0]) {
		page_text(page);
		page_wrap(page, UNDER, ROLE_DIM, text_fmt("reason: %s", deed->reason).bytes);
	}
}

void tx_record_build(const struct scene *scene, struct page *page, const struct tx_ref *ref)
{
	const struct incident_tx *tx = tx_record(scene->world, ref);

	if (!tx || (tx->deed_count == 0 && !tx->asked_by[0]))
		return;
	page_title(page, "WHAT WAS DONE", "");
	for (size_t i = tx->deed_count; i > 0; i--)
		put_deed(scene, page, &tx->deeds[i - 1]);
	if (tx->asked_by[0]) {
		page_text(page);
		page_wrap(page, 1, ROLE_WARN, text_fmt("%s asked a second person for %s", tx->asked_by,
						       tx->asked_how).bytes);
	}
}

void tx_record_say(const struct world *world, const struct tx_ref *ref, struct buf *out)
{
	const struct incident_tx *tx = tx_record(world, ref);
	const struct tx_deed *open = tx ? tx_open_deed(tx) : NULL;
	const struct tx_deed *deed = open ? open : tx ? tx_last_deed(tx) : NULL;

	if (deed && !(deed->ended && deed->judged))
		buf_fmt(out, "%s of %s; ", tx_deed_word(deed), deed->how);
}

void tx_record_second(const struct world *world, const struct tx_ref *ref, enum tx_act act,
		      const char *digest, struct buf *out)
{
	const struct incident_tx *tx = tx_record(world, ref);

	if (!tx || !tx->asked_by[0] || strcmp(tx->asked_how, act_word(act)) != 0)
		return;
	if (strcmp(tx->asked_digest, digest) != 0)
		buf_fmt(out, "%s asked for another form of it: look at what has changed", tx->asked_by);
	else if (strcmp(tx->asked_by, world->operator) == 0)
		buf_text(out, "you asked for it: somebody else has to do the same");
	else
		buf_fmt(out, "%s asked for exactly this: doing it confirms it", tx->asked_by);
}
