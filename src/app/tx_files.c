/*
 * tx_files.c: one row at a time, whatever the size of the file: the bytes of a row are gathered in
 * one buffer, and its cells point into it.
 */
#include "app/tx_files.h"

#include <string.h>

#include "base/json.h"
#include "base/scrub.h"

enum { FIELDS = 256 };

struct scan {
	FILE *in;
	const struct tx_file *file;
	struct buf bytes;		/* of the row, each field terminated */
	size_t starts[FIELDS];		/* where each field begins in it */
	bool given[FIELDS];		/* not empty, or in quotes */
	size_t count;
	size_t line, began;		/* line now; that the row began on */
	char now[WHEN_TEXT];
	int column_of[FIELDS];		/* of the CSV; -1: nothing of ours */
	size_t columns;
	bool stopped;
};

enum got { GOT_ROW, GOT_BAD, GOT_END };

static void bad(struct scan *scan, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void bad(struct scan *scan, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	scan->file->bad(scan->file->arg, scan->began, buf_cstr(&text));
	buf_done(&text);
}

static int next_char(struct scan *scan)
{
	int c = getc_unlocked(scan->in);

	scan->line += c == '\n';
	return c;
}

/* --- CSV --- */

static void start_field(struct scan *scan)
{
	if (scan->count < FIELDS) {
		scan->starts[scan->count] = scan->bytes.len;
		scan->given[scan->count] = false;
	}
}

static void end_field(struct scan *scan)
{
	if (scan->count < FIELDS)
		scan->given[scan->count] = scan->given[scan->count] ||
						 scan->bytes.len > scan->starts[scan->count];
	scan->count++;
	buf_char(&scan->bytes, '\0');
}

/* The inside of quotes, up to the closing one; what comes after it is returned. */
static int quoted(struct scan *scan)
{
	int c;

	if (scan->count < FIELDS)
		scan->given[scan->count] = true;
	while ((c = next_char(scan)) != EOF) {
		if (c != '"') {
			buf_char(&scan->bytes, (char)c);
			continue;
		}
		c = next_char(scan);
		if (c != '"')
			return c;
		buf_char(&scan->bytes, '"');
	}
	return EOF - 1;
}

static enum got judge_row(struct scan *scan, bool open)
{
	if (open) {
		bad(scan, "a quote is never closed");
		return GOT_BAD;
	}
	if (scan->bytes.full) {
		bad(scan, "the row has more than %d bytes", TX_FILE_ROW);
		return GOT_BAD;
	}
	if (scan->count > FIELDS) {
		bad(scan, "the row has more than %d fields", FIELDS);
		return GOT_BAD;
	}
	return GOT_ROW;
}

/* One record of a CSV. A blank line is none. */
static enum got read_fields(struct scan *scan)
{
	bool open = false;
	int c;

	do {
		scan->began = scan->line;
		c = next_char(scan);
	} while (c == '\n' || c == '\r');
	if (c == EOF)
		return GOT_END;
	buf_clear(&scan->bytes);
	scan->count = 0;
	start_field(scan);
	for (bool first = true; c != EOF && c != '\n'; c = open ? EOF : c) {
		if (c == '"' && first) {
			c = quoted(scan);
			open = c == EOF - 1;
			first = false;
			continue;
		}
		if (c == ',') {
			end_field(scan);
			start_field(scan);
		} else if (c != '\r') {
			buf_char(&scan->bytes, (char)c);
		}
		first = c == ',';
		c = next_char(scan);
	}
	end_field(scan);
	return judge_row(scan, open);
}

static int cell_named(const char *name)
{
	for (int i = 0; i < CELL_COUNT; i++)
		if (strcmp(tx_cell_name((enum tx_cell)i), name) == 0)
			return i;
	return -1;
}

static bool identifies(int cell)
{
	return cell == CELL_HASH || cell == CELL_ENVELOPE || cell == CELL_ID ||
	       cell == CELL_SEQUENCE;
}

static bool read_header(struct scan *scan, struct err *err)
{
	bool known = false;

	if (read_fields(scan) != GOT_ROW)
		return err_set(err, ERR_INPUT, "line 1: there is no header that names the columns");
	scan->columns = scan->count;
	for (size_t i = 0; i < scan->count; i++) {
		struct str name = str_trim(str_of(scan->bytes.data + scan->starts[i]));
		char text[64];

		/* Excel begins a file with a mark. */
		if (i == 0 && str_starts(name, "\xef\xbb\xbf"))
			name = str_sub(name.p + 3, name.len - 3);
		str_copy(text, sizeof(text), name);
		scan->column_of[i] = cell_named(text);
		known = known || identifies(scan->column_of[i]);
	}
	return known || err_set(err, ERR_INPUT, "line 1: no column is called hash, envelope_xdr, id or "
				"sequence");
}

/* --- rows --- */

static bool has_identity(const struct tx_record *row)
{
	return row->line.hash[0] || row->envelope || row->line.id[0] ||
	       row->has_identity_sequence;
}

/* Cells that are there and say something else than they should. */
static bool is_sound(struct scan *scan, const struct tx_cells *cells,
		     const struct tx_record *row)
{
	if (cells->at[CELL_HASH] && !row->line.hash[0])
		bad(scan, "the hash is not 64 hex digits");
	else if (cells->at[CELL_ENVELOPE] && !row->line.has_envelope)
		bad(scan, "the envelope cannot be read (`binnacle tx decode` says where)");
	else if (!has_identity(row))
		bad(scan, "no hash, no envelope, no id, and no source with its sequence");
	else
		return true;
	return false;
}

static void give(struct scan *scan, struct tx_cells *cells)
{
	struct tx_record row;

	cells->now = scan->now;
	tx_record_read(scan->file->config, cells, &row);
	if (is_sound(scan, cells, &row))
		scan->stopped = !scan->file->row(scan->file->arg, &row);
	tx_record_done(&row);
}

static void give_fields(struct scan *scan)
{
	struct tx_cells cells = { .now = NULL };

	if (scan->count != scan->columns) {
		bad(scan, "%zu fields, and the header names %zu", scan->count, scan->columns);
		return;
	}
	for (size_t i = 0; i < scan->count; i++) {
		const char *text = scan->bytes.data + scan->starts[i];

		if (scan->column_of[i] >= 0 && scan->given[i] && *text)
			cells.at[scan->column_of[i]] = text;
	}
	give(scan, &cells);
}

static bool read_csv(struct scan *scan, struct err *err)
{
	enum got got;

	if (!read_header(scan, err))
		return false;
	while (!scan->stopped && (got = read_fields(scan)) != GOT_END)
		if (got == GOT_ROW)
			give_fields(scan);
	return true;
}

/* --- JSON lines --- */

static bool read_line(struct scan *scan)
{
	int c;

	scan->began = scan->line;
	buf_clear(&scan->bytes);
	while ((c = next_char(scan)) != EOF && c != '\n')
		buf_char(&scan->bytes, (char)c);
	return c != EOF || scan->bytes.len > 0;
}

/* The member as text, kept in `kept`; false: it is a list or an object. */
static bool put_member(const json_t *object, enum tx_cell cell, struct buf *kept, size_t *start)
{
	const json_t *value = json_object_get(object, tx_cell_name(cell));

	*start = kept->len;
	if (json_is_string(value))
		buf_add(kept, json_string_value(value), json_string_length(value));
	else if (json_is_integer(value))
		buf_fmt(kept, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_number(value) || json_is_boolean(value))
		json_write(kept, value);
	else if (value && !json_is_null(value))
		return false;
	buf_char(kept, '\0');
	return true;
}

static void give_object(struct scan *scan, const json_t *object)
{
	struct tx_cells cells = { .now = NULL };
	size_t starts[CELL_COUNT];
	struct buf kept = { 0 };

	for (size_t i = 0; i < CELL_COUNT; i++) {
		if (put_member(object, (enum tx_cell)i, &kept, &starts[i]))
			continue;
		bad(scan, "%s is neither text nor number", tx_cell_name((enum tx_cell)i));
		buf_done(&kept);
		return;
	}
	for (size_t i = 0; i < CELL_COUNT; i++)
		cells.at[i] = kept.data[starts[i]] ? kept.data + starts[i] : NULL;
	give(scan, &cells);
	buf_done(&kept);
}

static void read_object(struct scan *scan)
{
	struct str text = str_trim(str_sub(buf_cstr(&scan->bytes), scan->bytes.len));
	struct err err = { 0 };
	json_t *object;

	if (text.len == 0)
		return;
	if (scan->bytes.full) {
		bad(scan, "the row has more than %d bytes", TX_FILE_ROW);
		return;
	}
	object = json_read(text, TX_FILE_ROW, &err);
	if (!object)
		bad(scan, "%s", err.text);
	else if (!json_is_object(object))
		bad(scan, "not a JSON object");
	else
		give_object(scan, object);
	json_decref(object);
}

/* --- the file --- */

bool tx_file_read(FILE *in, const char *name, const struct tx_file *file, struct err *err)
{
	struct scan scan = { .in = in, .file = file, .line = 1, .began = 1 };
	bool ok = true;
	int c;

	buf_init(&scan.bytes, TX_FILE_ROW);
	when_format(scan.now, file->now);
	do
		c = next_char(&scan);
	while (c == '\n' || c == '\r' || c == ' ');
	if (c != EOF) {
		ungetc(c, in);
		scan.line -= c == '\n';
	}
	if (c == '{')
		while (!scan.stopped && read_line(&scan))
			read_object(&scan);
	else if (c != EOF)
		ok = read_csv(&scan, err);
	if (ok && ferror(in))
		ok = err_set(err, ERR_IO, "it cannot be read to its end");
	buf_done(&scan.bytes);
	return ok || err_add(err, "%s", name);
}
