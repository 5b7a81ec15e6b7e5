/*
 * cmd_tx_dismiss.c: a transaction out of the headline, with a reason, and in it again. It is kept
 * in the casebook, for every console of this state directory; where an incident is open, it is on
 * its record too. Nothing leaves the house, so a read-only console may.
 */
#include <string.h>

#include "app/cmd_incident.h"
#include "app/paths.h"
#include "base/mem.h"
#include "store/casebook.h"

static bool read_hash(const struct work *work, char hash[TX_HASH_TEXT], struct err *err)
{
	const char *word;
	size_t len;

	if (!work_word(work, 0, "the hash of a transaction", &word, err))
		return false;
	len = strspn(word, "0123456789abcdefABCDEF");
	if (len != TX_HASH_TEXT - 1 || word[len])
		return err_set(err, ERR_USAGE, "'%.80s' is no hash of a transaction: it has 64 hexadecimal "
			       "digits", word);
	for (size_t i = 0; i <= len; i++)
		hash[i] = word[i] >= 'A' && word[i] <= 'F' ? (char)(word[i] - 'A' + 'a') : word[i];
	return true;
}

static struct casebook *open_casebook(struct work *work, struct err *err)
{
	struct casebook *book = NULL;
	char said[BECAUSE_TEXT] = "";
	struct buf dir = { 0 };

	if (paths_state(work->context, &dir, err) && paths_make(dir.data, err))
		book = casebook_open(buf_cstr(&dir), said, err);
	if (said[0])
		fprintf(work->context->err, "binnacle: %s\n", said);
	buf_done(&dir);
	return book;
}

/* --- the record ------------------------------------------------------------------------------ */

static bool is_open(struct work *work, const struct shelved *shelved)
{
	struct err err = { 0 };
	bool open;

	if (!work_open_folder(work, shelved, false, &err)) {
		fprintf(work->context->err, "binnacle: %s: %s\n", shelved->folder, err.text);
		return false;
	}
	open = incident_open(dossier_incident(work->dossier));
	dossier_close(work->dossier);
	work->dossier = NULL;
	return open;
}

/* How many are open; of a single one *out is its folder. */
static size_t find_open(struct work *work, struct shelved *out)
{
	struct err err = { 0 };
	size_t count = 0, open = 0;
	struct shelved *all = shelf_list(work->roots, &count, &err);

	for (size_t i = 0; all && i < count; i++) {
		if (!is_open(work, &all[i]))
			continue;
		*out = all[i];
		open++;
	}
	mem_free(all);
	return open;
}

/* The incident on whose record it belongs is opened; none is no failure. */
static bool open_incident(struct work *work, struct err *err)
{
	const char *named = work_flag(work, OPTION_INCIDENT);
	struct shelved shelved;
	size_t open;

	if (named)
		return shelf_find(work->roots, named, &shelved, err) &&
		       work_open_folder(work, &shelved, false, err);
	open = find_open(work, &shelved);
	if (open > 1)
		fprintf(work->context->err, "binnacle: %zu incidents are open: on the record of none "
			"without --incident\n", open);
	return open != 1 || work_open_folder(work, &shelved, false, err);
}

/* --- the verb -------------------------------------------------------------------------------- */

struct dismissal {
	char hash[TX_HASH_TEXT];
	const char *reason;		/* NULL: it is taken back */
};

static bool check(const struct work *work, const struct casebook *book,
		  const struct dismissal *what, struct err *err)
{
	if (!work_given(work, OPTION_RESTORE) && str_trim(str_of(what->reason)).len == 0)
		return err_set(err, ERR_REFUSED, "a dismissal needs a reason: --reason TEXT");
	if (work_given(work, OPTION_RESTORE) && what->reason)
		return err_set(err, ERR_USAGE, "--restore takes no --reason");
	if (!what->reason && !casebook_dismissed(book, "", what->hash))
		return err_set(err, ERR_NOT_FOUND, "%s is not dismissed", what->hash);
	return true;
}

static bool record(struct work *work, const struct dismissal *what, struct err *err)
{
	struct order order = work_order(work, what->reason ? EVENT_TX_DISMISSED : EVENT_TX_RESTORED);

	if (!work->dossier)
		return true;
	EVENT_SET(order.data, hash, what->hash);
	if (what->reason)
		EVENT_SET(order.data, reason, what->reason);
	return work_submit(work, &order, err);
}

static bool print(struct work *work, const struct dismissal *what, struct err *err)
{
	const char *incident = work->dossier ? dossier_incident(work->dossier)->id : NULL;
	struct buf text = { 0 };
	json_t *root;

	if (!work_given(work, OPTION_JSON)) {
		buf_fmt(&text, "%s %s%s%s%s%s\n", what->hash, what->reason ? "dismissed" : "restored",
			what->reason ? ": " : "", what->reason ? what->reason : "",
			incident ? ", on the record of #" : "", incident ? incident : "");
		return work_print_text(work, &text, err);
	}
	root = json_object();
	json_set_text(root, "schema", "binnacle.dismissal/1");
	json_set_time(root, "at", work->now);
	json_set_text(root, "hash", what->hash);
	json_set_bool(root, "dismissed", what->reason != NULL);
	json_set_text(root, "reason", what->reason);
	json_set_text(root, "incident", incident);
	return work_print_json(work, root, err);
}

static bool run_dismiss(struct work *work, struct err *err)
{
	struct dismissal what = { .reason = work_flag(work, OPTION_REASON) };
	struct casebook *book;
	bool ok;

	if (!read_hash(work, what.hash, err))
		return false;
	book = open_casebook(work, err);
	ok = book && check(work, book, &what, err) && open_incident(work, err) &&
	     casebook_dismiss(book, "", what.hash, what.reason, work->by, work->now, err) &&
	     record(work, &what, err) && print(work, &what, err);
	casebook_close(book);
	return ok;
}

int cmd_tx_dismiss(const struct context *context)
{
	return work_run(context, run_dismiss);
}
