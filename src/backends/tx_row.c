#include "backends/tx_row.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/outside.h"

/* An epoch beyond this is in milliseconds: as seconds it would lie in the year 5138. */
static const double epoch_ms = 1e11;
/* Beyond these no double tells one second from the next, and no clock gets there. */
static const double epoch_most = 1e15;

static const struct {
	const char *name;
	size_t most;
} columns[] = {
#define X(sym, name, most, how) [CELL_##sym] = { name, most },
	TX_COLUMNS(X)
#undef X
};

static const char *const band_words[] = {
	[TX_FRESH] = "fresh", [TX_LATE] = "late", [TX_STUCK] = "stuck", [TX_OLD] = "cancellable",
};

const char *tx_cell_name(enum tx_cell cell)
{
	return columns[cell].name;
}

size_t tx_cell_most(enum tx_cell cell)
{
	return columns[cell].most;
}

const char *tx_band_word(enum tx_band band)
{
	return band_words[band];
}

bool tx_band_find(const char *word, enum tx_band *out)
{
	for (size_t i = 0; i < ARRAY_LEN(band_words); i++) {
		if (strcmp(band_words[i], word) != 0)
			continue;
		*out = (enum tx_band)i;
		return true;
	}
	return false;
}

/* --- times --- */

/* Seconds from a time of the row to the present, both by the same clock. */
static bool seconds_since(const struct tx_cells *cells, enum tx_cell column, double *out)
{
	struct str at = str_of(cells->at[column]);
	double epoch;
	msec now, then;

	if (at.len == 0 || at.len > columns[column].most)
		return false;
	if (num_parse_double(at, &epoch)) {
		if (!when_parse(str_of(cells->now), &now) || !(epoch < epoch_most) ||
		    !(epoch > -epoch_most))
			return false;
		*out = (double)now / 1000 - (epoch > epoch_ms ? epoch / 1000 : epoch);
		return true;
	}
	if (!(when_parse(at, &then) && when_parse(str_of(cells->now), &now)) &&
	    !(when_parse_local(at, &then) && when_parse_local(str_of(cells->local), &now)))
		return false;
	*out = (double)(now - then) / 1000;
	return true;
}

double tx_cells_age(const struct tx_cells *cells)
{
	double age;

	if (!seconds_since(cells, CELL_CREATED_AT, &age))
		return -1;
	return age > 0 ? age : 0;
}

bool tx_cells_band(const struct tx_config *config, const struct tx_cells *cells, enum tx_band *out)
{
	double age = tx_cells_age(cells) * 1000;
	const char *stuck = cells->at[CELL_STUCK];

	if (stuck)
		*out = strcmp(stuck, "t") == 0 || strcmp(stuck, "true") == 0 ? TX_STUCK : TX_FRESH;
	else if (age < 0)
		return false;
	else
		*out = age >= (double)config->cancellable ? TX_OLD :
		       age >= (double)config->stuck ? TX_STUCK :
		       age >= (double)config->late ? TX_LATE : TX_FRESH;
	return true;
}

bool tx_cells_time(const struct tx_cells *cells, msec age, char out[64])
{
	struct str at = str_of(cells->at[CELL_CREATED_AT]);
	char text[WHEN_TEXT];
	double epoch;
	msec now, then;

	if (!when_parse(str_of(cells->now), &now))
		return false;
	if (num_parse_double(at, &epoch))
		return snprintf(out, 64, "%lld", (long long)(now - age) /
				(epoch > epoch_ms ? 1 : 1000)) > 0;
	if (!when_parse(at, &then) && !when_parse_local(str_of(cells->local), &now))
		return false;
	/* One without a zone is written without one. */
	when_format(text, now - age);
	if (!when_parse(at, &then))
		text[strlen(text) - 1] = '\0';
	return str_put(out, 64, text);
}

/* Unix seconds of a time of the row; 0: not known, or beyond what is sensible. */
static int64_t unix_of(const struct tx_cells *cells, enum tx_cell column)
{
	double since;
	msec now;

	if (!seconds_since(cells, column, &since) || !when_parse(str_of(cells->now), &now))
		return 0;
	since = (double)now / 1000 - since;
	return since > 0 && since < epoch_most ? (int64_t)since : 0;
}

/* --- cells --- */

/* The text of a cell that counts only when it is whole and can be written down as it is. */
static bool put_exact(char *out, size_t size, const struct tx_cells *cells, enum tx_cell column)
{
	struct str text = str_of(cells->at[column]);

	out[0] = '\0';
	if (text.len == 0 || text.len > columns[column].most || text.len >= size)
		return false;
	if (outside_put(out, size, text) && strcmp(out, text.p) == 0)
		return true;
	out[0] = '\0';
	return false;
}

static void put_shown(char *out, size_t size, const struct tx_cells *cells, enum tx_cell column)
{
	outside_put(out, size, str_of(cells->at[column]));
}

/* 64 hex digits, in small letters; "" when it is no hash. */
static void put_hash(char out[TX_HASH_TEXT], const struct tx_cells *cells)
{
	struct str text = str_trim(str_of(cells->at[CELL_HASH]));

	out[0] = '\0';
	if (text.len != TX_HASH_TEXT - 1)
		return;
	for (size_t i = 0; i < text.len; i++)
		if (!isxdigit((unsigned char)text.p[i]))
			return;
	for (size_t i = 0; i < text.len; i++)
		out[i] = (char)tolower((unsigned char)text.p[i]);
	out[text.len] = '\0';
}

const char *tx_cells_amount(const struct tx_cells *cells)
{
	struct str text = str_of(cells->at[CELL_AMOUNT]);
	char sum[NUM_DECIMAL_TEXT] = "";

	if (text.len == 0 || text.len > columns[CELL_AMOUNT].most || !num_decimal_add(sum, text))
		return NULL;
	return text.p;
}

/*
 * What the row was when it was shown. Each cell with whether it is there, so that no two rows read
 * alike; `stuck` is not of the row but of the moment.
 */
static void put_digest(char out[DIGEST_HEX], const struct tx_cells *cells)
{
	struct str parts[2 * CELL_COUNT];
	size_t count = 0;

	for (size_t i = 0; i < CELL_COUNT; i++) {
		const char *cell = cells->at[i];

		if (i == CELL_STUCK)
			continue;
		parts[count++] = str_sub(cell ? "\1" : "\0", 1);
		parts[count++] = str_sub(cell ? cell : "", cell ? strlen(cell) + 1 : 0);
	}
	digest_sha256_parts(out, parts, count);
}

/* What stands for a key where the platform has none: who pays whom what. */
static void put_likeness(char *out, size_t size, const struct tx_cells *cells)
{
	static const enum tx_cell of[] = { CELL_SOURCE, CELL_DESTINATION, CELL_ASSET, CELL_AMOUNT,
					   CELL_MEMO };
	struct str parts[2 * ARRAY_LEN(of)];
	char hex[DIGEST_HEX];

	if (!cells->at[CELL_SOURCE] || !cells->at[CELL_DESTINATION] || !cells->at[CELL_AMOUNT])
		return;
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		parts[2 * i] = str_of(cells->at[of[i]]);
		parts[2 * i + 1] = str_sub("\0", 1);
	}
	digest_sha256_parts(hex, parts, ARRAY_LEN(parts));
	hex[16] = '\0';
	str_put(out, size, "like ");
	str_put(out + 5, size - 5, hex);
}

static bool put_number(int64_t *out, const struct tx_cells *cells, enum tx_cell column)
{
	struct str text = str_of(cells->at[column]);

	return text.len <= columns[column].most && num_parse_i64(str_trim(text), out);
}

/* --- the whole row --- */

static void read_envelope(const struct tx_cells *cells, struct tx_record *out)
{
	struct str text = str_trim(str_of(cells->at[CELL_ENVELOPE]));
	struct envelope *envelope;
	struct err err = { 0 };

	if (text.len == 0 || text.len > columns[CELL_ENVELOPE].most)
		return;
	out->envelope = mem_new(text.len + 1);
	memcpy(out->envelope, text.p, text.len);
	envelope = mem_new(sizeof(*envelope));
	if (envelope_read_base64(text, envelope, &err)) {
		out->line.has_envelope = true;
		out->line.has_sequence = out->has_identity_sequence = true;
		out->line.sequence = envelope->sequence;
		out->line.valid_until = (int64_t)(envelope->max_time > INT64_MAX ? 0 :
						  envelope->max_time);
		out->line.valid_before = envelope->max_ledger;
		str_put(out->line.account, sizeof(out->line.account), envelope->source_account);
	}
	mem_free(envelope);
}

static void read_columns(const struct tx_config *config, const struct tx_cells *cells,
			 struct tx_record *out)
{
	struct tx_line *line = &out->line;
	int64_t attempts;

	line->attempts = put_number(&attempts, cells, CELL_ATTEMPTS) && attempts >= 0 ?
			 (long)attempts : -1;
	line->has_sequence = put_number(&line->sequence, cells, CELL_SEQUENCE);
	line->valid_until = unix_of(cells, CELL_VALID_UNTIL);
	put_exact(line->id, sizeof(line->id), cells, CELL_ID);
	put_hash(line->hash, cells);
	out->has_identity_sequence = put_exact(line->account, sizeof(line->account), cells,
					       CELL_SOURCE) && line->has_sequence;
	put_shown(line->amount, sizeof(line->amount), cells, CELL_AMOUNT);
	put_shown(line->asset, sizeof(line->asset), cells, CELL_ASSET);
	if (!line->asset[0] && line->amount[0])
		str_put(line->asset, sizeof(line->asset), config->asset);
	put_shown(line->status, sizeof(line->status), cells, CELL_STATUS);
	put_shown(line->last_error, sizeof(line->last_error), cells, CELL_LAST_ERROR);
	put_shown(out->destination, sizeof(out->destination), cells, CELL_DESTINATION);
	put_shown(out->memo, sizeof(out->memo), cells, CELL_MEMO);
	if (!put_exact(line->intent, sizeof(line->intent), cells, CELL_INTENT))
		put_likeness(line->intent, sizeof(line->intent), cells);
}

static void read_keys(const struct tx_cells *cells, struct tx_record *out)
{
	struct str id = str_of(cells->at[CELL_ID]), at = str_of(cells->at[CELL_CREATED_AT]);
	struct str account = str_of(cells->at[CELL_SOURCE]);

	if (account.len <= columns[CELL_SOURCE].most)
		str_copy(out->key_account, sizeof(out->key_account), account);
	out->keyed = id.len > 0 && id.len <= columns[CELL_ID].most && at.len > 0 &&
		     at.len <= columns[CELL_CREATED_AT].most &&
		     str_copy(out->key_id, sizeof(out->key_id), id) &&
		     str_copy(out->key_at, sizeof(out->key_at), at);
}

void tx_record_read(const struct tx_config *config, const struct tx_cells *cells,
		    struct tx_record *out)
{
	memset(out, 0, sizeof(*out));
	read_columns(config, cells, out);
	read_envelope(cells, out);
	read_keys(cells, out);
	out->line.age_s = tx_cells_age(cells);
	out->created_at = unix_of(cells, CELL_CREATED_AT);
	/* One of unknown age is not called fresh. */
	if (!tx_cells_band(config, cells, &out->line.band))
		out->line.band = TX_LATE;
	put_digest(out->line.sha256, cells);
}

void tx_record_done(struct tx_record *record)
{
	mem_free(record->envelope);
	record->envelope = NULL;
}

void tx_record_identity(const struct tx_record *record, struct tx_identity *out)
{
	memset(out, 0, sizeof(*out));
	str_put(out->hash, sizeof(out->hash), record->line.hash);
	out->envelope = record->envelope;
	if (!record->has_identity_sequence)
		return;
	str_put(out->account, sizeof(out->account), record->line.account);
	out->has_sequence = true;
	out->sequence = record->line.sequence;
}
