/*
 * tx_row.h: a row of the platform's, from cells of text to what a list shows and an inquiry is
 * asked about. Pure, and the same whoever gave the cells: a database, a CSV file, a line of JSON.
 *
 *  (1) A cell that is longer than its column has room for was cut by whoever fetched it. Cut text
 *      is shown as such; a cut id, hash, envelope, number or key is none at all.
 *  (2) So is one that cannot be written down as it is (control bytes, a secret): what is shown is
 *      what is meant.
 *  (3) Source, sequence and validity come from the envelope where there is one: the columns name
 *      who pays, which need not be whose sequence number is used.
 *  (4) Ages are by the clock of whoever gave the row, never by ours.
 */
#ifndef BACKENDS_TX_ROW_H
#define BACKENDS_TX_ROW_H

#include "backends/transactions.h"
#include "core/tx_case.h"

/*  X(symbol, name of the column, most characters, how it is read: text, time, yes or no) */
#define TX_COLUMNS(X) \
	X(ID, "id", 255, TEXT) \
	X(HASH, "hash", 79, TEXT) \
	X(ENVELOPE, "envelope_xdr", TX_ENVELOPE_TEXT - 1, TEXT) \
	X(SOURCE, "source", 79, TEXT) \
	X(SEQUENCE, "sequence", 31, TEXT) \
	X(AMOUNT, "amount", 95, TEXT) \
	X(ASSET, "asset", 127, TEXT) \
	X(CREATED_AT, "created_at", 63, TIME) \
	X(STATUS, "status", 63, TEXT) \
	X(ATTEMPTS, "attempts", 15, TEXT) \
	X(LAST_ERROR, "last_error", 255, TEXT) \
	X(VALID_UNTIL, "valid_until", 63, TIME) \
	X(INTENT, "intent", 255, TEXT) \
	X(DESTINATION, "destination", 127, TEXT) \
	X(MEMO, "memo", 127, TEXT) \
	X(STUCK, "stuck", 7, BOOL)

enum tx_cell {
#define X(sym, name, most, how) CELL_##sym,
	TX_COLUMNS(X)
#undef X
	CELL_COUNT
};

struct tx_cells {
	const char *at[CELL_COUNT];	/* NULL: none */
	const char *now;	/* the clock that ages are measured by, with its zone */
	const char *local;	/* the same without a zone, as times without one are meant; NULL */
};

struct tx_record {
	struct tx_line line;
	char *envelope;			/* NULL */
	bool has_identity_sequence;	/* account and sequence say whose number is used, and which */
	int64_t created_at;		/* unix s; 0: not known */
	char destination[128], memo[128];
	/* Its place in each order; a key that was cut is no place. */
	char key_id[256], key_at[64], key_account[80];
	bool keyed;
};

const char *tx_cell_name(enum tx_cell cell);
size_t tx_cell_most(enum tx_cell cell);

/* Never fails: what cannot be used is left out. Fills all of *out; tx_record_done() after. */
void tx_record_read(const struct tx_config *config, const struct tx_cells *cells,
		    struct tx_record *out);
void tx_record_done(struct tx_record *record);
/* What an inquiry is asked about; the envelope stays the record's. */
void tx_record_identity(const struct tx_record *record, struct tx_identity *out);

/* Seconds since created_at; negative: it cannot be known. */
double tx_cells_age(const struct tx_cells *cells);
/* The time that is `age` ago, written as created_at is, so that it can be compared with it. */
bool tx_cells_time(const struct tx_cells *cells, msec age, char out[64]);
/* False: the age is not known and the row does not say it itself. */
bool tx_cells_band(const struct tx_config *config, const struct tx_cells *cells,
		   enum tx_band *out);
/* An exact decimal number; NULL: none, or none that can be added up. */
const char *tx_cells_amount(const struct tx_cells *cells);

const char *tx_band_word(enum tx_band band);	/* fresh late stuck cancellable */
bool tx_band_find(const char *word, enum tx_band *out);

#endif
