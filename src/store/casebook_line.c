/* casebook_line.c: a line of the casebook as JSON. */
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "store/casebook_inside.h"

static const char *const kind_words[] = {
	[CASE_VERDICT] = "verdict", [CASE_DISMISSAL] = "dismissed", [CASE_LEDGER] = "ledger",
};

enum { LINE_MOST = 8192 };

int casebook_compare(const struct casebook_item *a, const struct casebook_item *b)
{
	int order = (a->kind > b->kind) - (a->kind < b->kind);

	order = order ? order : strcmp(a->about, b->about);
	return order ? order : strcmp(a->network, b->network);
}

static bool read_kind(const json_t *root, enum casebook_kind *out)
{
	const char *word = json_text_at(root, "kind", "");

	for (size_t i = 0; i < ARRAY_LEN(kind_words); i++)
		if (strcmp(word, kind_words[i]) == 0) {
			*out = (enum casebook_kind)i;
			return true;
		}
	return false;
}

/* Only a final verdict is believed: a line that says otherwise was not written by us. */
static bool read_verdict(const json_t *root, struct casebook_item *out)
{
	const char *safe = json_text_at(root, "safe", "");
	enum fate fate;

	if (!verdict_find(json_text_at(root, "verdict", ""), &out->mark.verdict))
		return false;
	fate = verdict_fate(out->mark.verdict);
	out->mark.safe = strcmp(safe, safety_word(SAFE_YES)) == 0 ? SAFE_YES : SAFE_NO;
	return out->about[0] && (fate == FATE_CONFIRMED || fate == FATE_FAILED ||
				 (fate == FATE_DEAD && out->mark.safe == SAFE_YES));
}

static bool read_members(const json_t *root, struct casebook_item *out)
{
	const json_t *on = json_at(root, "on");

	(void)json_put_at(root, "network", out->network, sizeof(out->network));
	(void)json_put_at(root, "about", out->about, sizeof(out->about));
	(void)json_put_at(root, "hash", out->mark.hash, sizeof(out->mark.hash));
	(void)json_put_at(root, "id", out->mark.id, sizeof(out->mark.id));
	(void)json_put_at(root, "because", out->mark.because, sizeof(out->mark.because));
	(void)json_put_at(root, "by", out->mark.by, sizeof(out->mark.by));
	if (!when_parse(str_of(json_text_at(root, "at", "")), &out->mark.at))
		out->mark.at = WHEN_NEVER;
	out->taken_back = json_is_false(on);
	switch (out->kind) {
	case CASE_VERDICT:
		return read_verdict(root, out);
	case CASE_DISMISSAL:
		return out->about[0] != '\0';
	case CASE_LEDGER:
		return out->network[0] && json_i64_at(root, "ledger", &out->ledger) &&
		       out->ledger > 0;
	}
	return false;
}

bool casebook_item_read(struct str line, struct casebook_item *out)
{
	json_t *root = json_read(line, LINE_MOST, NULL);
	bool ok = root && read_kind(root, &out->kind) && read_members(root, out);

	json_decref(root);
	return ok;
}

void casebook_item_write(const struct casebook_item *item, struct buf *out)
{
	const struct tx_mark *mark = &item->mark;
	json_t *root = json_object();

	json_set_text(root, "kind", kind_words[item->kind]);
	if (item->network[0])
		json_set_text(root, "network", item->network);
	if (item->about[0])
		json_set_text(root, "about", item->about);
	if (item->kind == CASE_LEDGER) {
		json_set_i64(root, "ledger", item->ledger);
	} else {
		json_set_time(root, "at", mark->at);
		json_set_text(root, "hash", mark->hash);
		json_set_text(root, "id", mark->id);
		json_set_text(root, "because", mark->because);
		json_set_text(root, "by", mark->by);
	}
	if (item->kind == CASE_VERDICT) {
		json_set_text(root, "verdict", verdict_name(mark->verdict));
		json_set_text(root, "safe", safety_word(mark->safe));
	}
	if (item->kind == CASE_DISMISSAL)
		json_set_bool(root, "on", !item->taken_back);
	json_write(out, root);
	json_decref(root);
}
