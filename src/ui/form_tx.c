/*
 * form_tx.c: what is asked about transactions: which one, from a pasted text; and in which order
 * they stand.
 */

#include "core/caseload.h"
#include "stellar/spot.h"
#include "ui/form_parts.h"

static const char *unless_nobody(const struct scene *scene, const struct docket *docket)
{
	(void)docket;
	return scene->world->cases ? NULL : "nobody looks after transactions here";
}

/* What was pasted may hold a seed: it is kept nowhere. */
static void fill_diagnose(struct form *form, const struct scene *scene)
{
	(void)scene;
	form->secret = true;
}

static enum spotted look(struct str text, struct err *err)
{
	char hash[TX_HASH_TEXT], account[ACCOUNT_TEXT];
	struct buf envelope = { 0 };
	enum spotted found = spot(text, hash, &envelope, account, err);

	buf_done(&envelope);
	if (found == SPOT_NOTHING) {
		struct text why = text_fmt("%s", err->text);

		err_set(err, err->kind, "the text %s", why.bytes);
	}
	return found;
}

bool form_names_tx(struct str text)
{
	struct err err = { .kind = ERR_NONE };

	return look(text, &err) != SPOT_NOTHING;
}

/* A seed does not even stay in the field. */
static bool takes_paste(struct str text, struct err *err)
{
	return look(text, err) != SPOT_NOTHING || err->kind != ERR_REFUSED;
}

/* What it is, before Enter. A text that holds nothing, or too much, says so itself. */
static void tell_diagnose(const struct form *form, const struct scene *scene, struct buf *out)
{
	static const char *const words[] = {
		[SPOT_HASH] = "That is a hash.", [SPOT_ENVELOPE] = "That is an envelope.",
		[SPOT_ACCOUNT] = "That is an account, no transaction: Enter says how to ask about it.",
	};
	struct str text = form_value(form, "text");
	struct err err = { .kind = ERR_NONE };
	enum spotted found;

	(void)scene;
	if (text.len == 0)
		return;
	found = look(text, &err);
	buf_text(out, found == SPOT_NOTHING ? err.text : words[found]);
}

static bool order_diagnose(const struct form *form, struct entry *entry)
{
	struct str text = form_value(form, "text");

	if (!form_needs(form, entry, "text", "which one? Paste a hash, an envelope, a line or a URL"))
		return false;
	if (look(text, &entry->err) == SPOT_NOTHING)
		return form_wrong(entry, "text");
	entry->out->kind = EFFECT_DIAGNOSE;
	if (!str_copy(entry->out->text, sizeof(entry->out->text), text))
		return err_set(&entry->err, ERR_INPUT, "the text is too long: paste the transaction alone");
	return true;
}

const struct form_kind form_diagnose = {
	.name = "diagnose", .title = "DIAGNOSE", .care = CARE_ENTER, .without_desk = true,
	.one_text = true, .takes = takes_paste, .does = "Enter asks the network",
	.fields = { { "text", "paste it", "a hash, an envelope, a line of a log, the URL of an explorer",
		      FIELD_LINES, NULL } },
	.count = 1, .refusal = unless_nobody, .fill = fill_diagnose, .tells = tell_diagnose,
	.order = order_diagnose,
};

/* --- the order ------------------------------------------------------------------------------ */

static bool option_order(const struct form *form, const struct scene *scene, size_t index,
			 char out[FORM_OPTION])
{
	(void)form;
	(void)scene;
	return index < TX_ORDER_COUNT && form_word(tx_order_help((enum tx_order)index), out);
}

static bool option_group(const struct form *form, const struct scene *scene, size_t index,
			 char out[FORM_OPTION])
{
	(void)form;
	(void)scene;
	return index < 2 && form_word(index ? "grouped by payment" : "one by one", out);
}

static void fill_sort(struct form *form, const struct scene *scene)
{
	const struct caseload *cases = scene->world->cases;

	form_choose(form, scene, "group", cases && cases->grouped);
	form_choose(form, scene, "order", cases ? (size_t)cases->order : 0);
}

/* An effect carries one word. */
static bool order_sort(const struct form *form, struct entry *entry)
{
	const struct caseload *cases = entry->scene->world->cases;
	bool grouped = form_chosen(form, entry->scene, "group") == 1, resorted;
	size_t order = form_chosen(form, entry->scene, "order");

	if (!cases)
		return err_set(&entry->err, ERR_REFUSED, "nobody looks after transactions any more");
	resorted = order < TX_ORDER_COUNT && (enum tx_order)order != cases->order;
	if (resorted && grouped != cases->grouped)
		return err_set(&entry->err, ERR_INPUT, "change one of the two, Enter, then the other");
	entry->out->kind = EFFECT_TX_PAGE;
	if (resorted)
		str_put(entry->out->text, sizeof(entry->out->text), tx_order_word((enum tx_order)order));
	else
		str_put(entry->out->text, sizeof(entry->out->text), grouped ? "grouped" : "single");
	return true;
}

const struct form_kind form_sort = {
	.name = "sort", .title = "SORT", .care = CARE_ENTER, .always = true, .without_desk = true,
	.does = "Enter sorts",
	.fields = {
		{ "order", "order", "arrows or the first letters", FIELD_CHOICE, option_order },
		{ "group", "and", "the envelopes of one payment together, or not", FIELD_CHOICE,
		  option_group },
	},
	.count = 2, .refusal = unless_nobody, .fill = fill_sort, .order = order_sort,
};
