/*
 * cmd_tx_list.c: `tx list`: the rows that a platform believes to be open, out of its database or
 * out of a file, printed as they come: a million of them are never held.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/fail.h"
#include "app/tx_files.h"
#include "app/tx_pages.h"
#include "base/json.h"
#include "base/outside.h"
#include "base/secret.h"

#define DEFAULT_TIMEOUT (10 * WHEN_SECOND)
#define COUNT_PATIENCE (2 * WHEN_SECOND)

static const char error_id[] = "BN-T002";

struct listing {
	const struct context *context;
	const struct settings *settings;
	struct loop *loop;
	struct tx_pages *pages;
	struct loop_timer patience;
	bool json, all, over;
	bool banded;			/* only those of `band` */
	enum tx_band band;
	const char *from;		/* NULL: the database */
	msec now;
	size_t printed, bad;
	bool more;			/* than was printed */
	struct caseload last;
	bool awaiting;			/* a window that was asked for */
	char first[65];			/* of the window that was printed last */
	struct buf text;
	int status;
};

static bool is_given(const struct listing *listing, enum option_id id)
{
	return listing->context->options->given[id];
}

/* --- rows --- */

static json_t *row_json(const struct tx_line *line)
{
	json_t *row = json_object();
	char number[24];

	json_set_text(row, "id", line->id[0] ? line->id : NULL);
	json_set_text(row, "hash", line->hash[0] ? line->hash : NULL);
	json_set_text(row, "account", line->account[0] ? line->account : NULL);
	snprintf(number, sizeof(number), "%lld", (long long)line->sequence);
	json_set_text(row, "sequence", line->has_sequence ? number : NULL);
	json_set_bool(row, "envelope", line->has_envelope);
	json_set_time(row, "valid_until", line->valid_until > 0 && line->valid_until < INT64_MAX / 1000 ?
		      line->valid_until * 1000 : WHEN_NEVER);
	json_set_text(row, "amount", line->amount[0] ? line->amount : NULL);
	json_set_text(row, "asset", line->asset[0] ? line->asset : NULL);
	json_set_text(row, "status", line->status[0] ? line->status : NULL);
	json_set_text(row, "intent", line->intent[0] ? line->intent : NULL);
	json_set(row, "age_s", line->age_s < 0 ? json_null() : json_real(line->age_s));
	json_set_text(row, "band", tx_band_word(line->band));
	json_set(row, "attempts", line->attempts < 0 ? json_null() : json_integer(line->attempts));
	json_set_text(row, "last_error", line->last_error[0] ? line->last_error : NULL);
	json_set_text(row, "sha256", line->sha256);
	return row;
}

static void put_plain(struct listing *listing, const struct tx_line *line)
{
	char age[WHEN_TEXT] = "-";

	if (line->age_s >= 0)
		when_format_age(age, (msec)(line->age_s * 1000));
	buf_fmt(&listing->text, "%-11s %5s  %-64s  %s %s  %s  %s  %s\n", tx_band_word(line->band), age,
		line->hash[0] ? line->hash : "-", line->amount[0] ? line->amount : "-",
		line->asset[0] ? line->asset : "-", line->status[0] ? line->status : "-",
		line->id[0] ? line->id : "-", line->account[0] ? line->account : "-");
}

static void put_row(struct listing *listing, const struct tx_line *line)
{
	json_t *row;

	if (listing->banded && line->band != listing->band)
		return;
	if (!listing->json) {
		put_plain(listing, line);
	} else {
		row = row_json(line);
		buf_text(&listing->text, listing->printed ? ",\n" : "\n");
		json_write(&listing->text, row);
		json_decref(row);
	}
	listing->printed++;
}

/* False: nobody reads it any more. */
static bool flush(struct listing *listing)
{
	struct buf clean = { 0 };

	redact(&clean, str_sub(buf_cstr(&listing->text), listing->text.len));
	buf_clear(&listing->text);
	listing->status = verb_print(listing->context, &clean);
	return listing->status == EXIT_OK;
}

static void put_head(struct listing *listing)
{
	char at[WHEN_TEXT];

	if (!listing->json)
		return;
	when_format(at, listing->now);
	buf_fmt(&listing->text, "{\"schema\":\"binnacle.transactions/1\",\"at\":\"%s\",\"rows\":[", at);
}

/* After the rows, because only then it is known. */
static void put_tail(struct listing *listing)
{
	const struct caseload *last = &listing->last;
	json_t *tail;
	struct buf text = { 0 };

	if (!listing->json)
		return;
	tail = json_object();
	json_set(tail, "total", listing->from || last->total < 0 ? json_null() :
		 json_integer(last->total));
	json_set_bool(tail, "total_bounded", last->total_bounded);
	json_set_bool(tail, "more", listing->more);
	json_set(tail, "bad_lines", json_integer((json_int_t)listing->bad));
	json_set_text(tail, "missing_index", last->index[0] ? last->index : NULL);
	json_write(&text, tail);
	buf_fmt(&listing->text, "\n],%s\n", buf_cstr(&text) + 1);
	buf_done(&text);
	json_decref(tail);
}

/* --- out of a file --- */

static bool on_row(void *arg, const struct tx_record *row)
{
	struct listing *listing = arg;

	put_row(listing, &row->line);
	return listing->text.len < 65536 || flush(listing);
}

static void on_bad(void *arg, size_t line, const char *sentence)
{
	struct listing *listing = arg;
	char text[BECAUSE_TEXT];

	listing->bad++;
	outside_put(text, sizeof(text), str_of(sentence));
	fprintf(listing->context->err, "binnacle: %s: line %zu: %s\n", listing->from, line, text);
}

static bool list_file(struct listing *listing, struct err *err)
{
	struct tx_file file = { .config = &listing->settings->transactions, .now = listing->now,
				.row = on_row, .bad = on_bad, .arg = listing };
	bool standard = strcmp(listing->from, "-") == 0;
	FILE *in = standard ? stdin : fopen(listing->from, "re");
	bool ok;

	if (!in)
		return err_set(err, ERR_NOT_FOUND, "%s cannot be opened", listing->from);
	put_head(listing);
	ok = tx_file_read(in, standard ? "standard input" : listing->from, &file, err);
	if (!standard)
		fclose(in);
	if (ok)
		put_tail(listing);
	ok = ok && (flush(listing) || true);
	if (ok && listing->bad && listing->status == EXIT_OK)
		listing->status = EXIT_FAILED;
	return ok;
}

/* --- out of the database --- */

static void end(void *arg)
{
	struct listing *listing = arg;

	listing->over = true;
	loop_stop(listing->loop);
}

static void on_patience(void *arg)
{
	struct listing *listing = arg;

	str_put(listing->last.trouble, sizeof(listing->last.trouble), "no answer in time");
	end(listing);
}

/* A window that did not move, because the rows after it are gone, is not printed twice. */
static void put_window(struct listing *listing)
{
	const struct caseload *now = &listing->last;

	if (now->count == 0 || strcmp(listing->first, now->lines[0].sha256) == 0)
		return;
	str_put(listing->first, sizeof(listing->first), now->lines[0].sha256);
	for (size_t i = 0; i < now->count; i++)
		put_row(listing, &now->lines[i]);
}

static void on_changed(void *arg)
{
	struct listing *listing = arg;
	struct caseload *now = &listing->last;

	if (!listing->pages || listing->over)
		return;
	tx_pages_caseload(listing->pages, now);
	if (now->paging)
		return;
	if (now->trouble[0]) {
		end(listing);
		return;
	}
	if (listing->awaiting) {
		listing->awaiting = false;
		put_window(listing);
		listing->more = now->more_after;
		if (!flush(listing)) {
			end(listing);
		} else if (listing->all && now->more_after) {
			listing->awaiting = true;
			tx_pages_move(listing->pages, TX_NEXT);
			return;
		}
		/* The count may come after the rows, or never. */
		listing->patience.call = end;
		loop_timer_set(listing->loop, &listing->patience,
			       loop_now(listing->loop).steady + COUNT_PATIENCE);
	}
	if (now->total >= 0)
		end(listing);
}

static bool list_database(struct listing *listing, msec timeout, struct err *err)
{
	struct tx_pages_setup setup = { .loop = listing->loop, .settings = listing->settings,
					.context = listing->context, .changed = on_changed,
					.arg = listing };

	listing->pages = tx_pages_new(&setup, err);
	if (!listing->pages)
		return false;
	listing->patience = (struct loop_timer){ .call = on_patience, .arg = listing };
	loop_timer_set(listing->loop, &listing->patience, loop_now(listing->loop).steady + timeout);
	put_head(listing);
	listing->awaiting = true;
	tx_pages_move(listing->pages, TX_FIRST);
	loop_run(listing->loop);
	loop_timer_stop(listing->loop, &listing->patience);
	if (listing->last.trouble[0] && listing->printed == 0)
		err_set(err, ERR_IO, "%s: %s", listing->settings->transactions_source,
			listing->last.trouble);
	else
		put_tail(listing);
	if (listing->last.trouble[0] && listing->printed > 0) {
		fprintf(listing->context->err, "binnacle: the list ends here: %s\n",
			listing->last.trouble);
		listing->more = true;
	}
	if (err->kind == ERR_NONE && flush(listing) && listing->last.trouble[0])
		listing->status = EXIT_FAILED;
	tx_pages_free(listing->pages);
	return err->kind == ERR_NONE;
}

/* --- the verb --- */

static bool read_flags(struct listing *listing, msec *timeout, struct err *err)
{
	const struct options *options = listing->context->options;
	const char *band = options->value[OPTION_BAND], *wait = options->value[OPTION_TIMEOUT];

	listing->json = is_given(listing, OPTION_JSON);
	listing->all = is_given(listing, OPTION_ALL);
	listing->from = options->value[OPTION_FROM];
	listing->banded = band != NULL;
	*timeout = DEFAULT_TIMEOUT;
	if (band && !tx_band_find(band, &listing->band))
		return err_set(err, ERR_USAGE, "--band '%.40s': fresh, late, stuck or cancellable", band);
	if (wait && !when_parse_duration(str_of(wait), timeout, err)) {
		err->kind = ERR_USAGE;
		return err_add(err, "--timeout");
	}
	if (listing->from && listing->all)
		return err_set(err, ERR_USAGE, "a file is always listed whole: --all is for a database");
	return true;
}

/* What there is more of, for a person. */
static void say_more(const struct listing *listing)
{
	FILE *err = listing->context->err;

	if (is_given(listing, OPTION_QUIET))
		return;
	if (listing->more && !listing->all)
		fprintf(err, "binnacle: there are more: --all lists them\n");
	if (listing->last.index[0])
		fprintf(err, "binnacle: an index is missing: %s\n", listing->last.index);
}

static int run(struct listing *listing, msec timeout)
{
	struct err err = { 0 };
	msec fixed;
	bool ok;

	if (!context_now(listing->context, &fixed, &err))
		return verb_fail(listing->context, "BN-U003", &err);
	listing->loop = loop_new(&err);
	if (!listing->loop)
		return verb_fail(listing->context, error_id, &err);
	if (fixed != WHEN_NEVER)
		loop_fix_wall(listing->loop, fixed);
	listing->now = loop_now(listing->loop).wall;
	ok = listing->from ? list_file(listing, &err) : list_database(listing, timeout, &err);
	loop_free(listing->loop);
	buf_done(&listing->text);
	if (!ok)
		return verb_fail(listing->context, error_id, &err);
	say_more(listing);
	if (listing->status == EXIT_OK && listing->printed == 0 && is_given(listing, OPTION_FAIL_EMPTY))
		return EXIT_NOT_FOUND;
	return listing->status;
}

int cmd_tx_list(const struct context *context)
{
	struct listing listing = { .context = context };
	struct settings settings;
	struct err err = { 0 };
	msec timeout;
	int status;

	if (!read_flags(&listing, &timeout, &err))
		return verb_fail(context, error_id, &err);
	if (settings_load(context, &settings)) {
		listing.settings = &settings;
		status = run(&listing, timeout);
	} else {
		status = settings_fail(context, &settings);
	}
	settings_done(&settings);
	return status;
}
