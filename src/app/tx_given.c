#include "app/tx_given.h"

#include <stdio.h>
#include <string.h>

#include "app/tx_files.h"
#include "base/mem.h"
#include "base/outside.h"
#include "stellar/spot.h"

enum { INPUTS = 10000, INPUT_BYTES = 16 * 1024 * 1024 };

static struct tx_given *add(struct tx_givens *givens, struct str text)
{
	struct tx_given *given;

	givens->at = mem_grow(givens->at, &givens->cap, givens->count + 1, sizeof(*givens->at));
	given = &givens->at[givens->count++];
	*given = (struct tx_given){ .text = mem_array(text.len + 1, 1) };
	memcpy(given->text, text.p, text.len);
	return given;
}

void tx_given_done(struct tx_givens *givens)
{
	for (size_t i = 0; i < givens->count; i++) {
		mem_free(givens->at[i].text);
		mem_free(givens->at[i].identity.envelope);
	}
	mem_free(givens->at);
	*givens = (struct tx_givens){ .count = 0 };
}

/* --- words --- */

static enum spotted understand(struct tx_given *given, char account[ACCOUNT_TEXT],
			       struct err *err)
{
	struct buf envelope = { 0 };
	struct err why = { 0 };
	enum spotted spotted = spot(str_of(given->text), given->identity.hash, &envelope, account,
				    &why);

	if (spotted == SPOT_ENVELOPE)
		given->identity.envelope = mem_text(buf_cstr(&envelope));
	buf_done(&envelope);
	if (spotted == SPOT_NOTHING)
		err_set(err, ERR_USAGE, "the text %s", why.text);
	return spotted;
}

static bool read_word(struct tx_givens *givens, const char *word, bool alone, struct err *err)
{
	struct tx_given *given = add(givens, str_trim(str_of(word)));
	char account[ACCOUNT_TEXT];
	enum spotted spotted = understand(given, account, err);

	if (spotted == SPOT_ACCOUNT && !alone)
		return err_set(err, ERR_USAGE, "%s is an account, which is asked about alone", account);
	if (spotted == SPOT_ACCOUNT) {
		(void)str_put(givens->account, sizeof(givens->account), account);
		mem_free(given->text);
		givens->count = 0;
	}
	return spotted != SPOT_NOTHING;
}

static bool read_words(const struct context *context, struct tx_givens *givens, struct err *err)
{
	if (context->word_count == 0)
		return err_set(err, ERR_USAGE, "diagnose what? Give a hash, an envelope, an account, or - "
			       "to read one a line from standard input");
	for (size_t i = 0; i < context->word_count; i++)
		if (!read_word(givens, context->words[i], context->word_count == 1, err))
			return false;
	return true;
}

/* --- lines --- */

static void read_line(struct tx_givens *givens, struct str line)
{
	char account[ACCOUNT_TEXT];
	struct err err = { 0 };
	struct tx_given *given;
	enum spotted spotted;

	if (line.len == 0)
		return;
	given = add(givens, line);
	spotted = understand(given, account, &err);
	if (spotted == SPOT_ACCOUNT)
		err_set(&err, ERR_USAGE, "it is an account, which is asked about alone");
	if (err.kind != ERR_NONE)
		(void)str_put(given->error, sizeof(given->error), err.text);
}

static bool read_lines(struct tx_givens *givens, FILE *in, struct err *err)
{
	struct buf text = { .max = INPUT_BYTES };
	char chunk[4096];
	struct str rest, line;
	size_t got;

	while ((got = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_add(&text, chunk, got);
	rest = str_sub(buf_cstr(&text), text.len);
	while (!text.full && givens->count <= INPUTS && str_cut(&rest, '\n', &line))
		read_line(givens, str_trim(line));
	if (ferror(in))
		err_set(err, ERR_IO, "standard input cannot be read");
	else if (text.full || givens->count > INPUTS)
		err_set(err, ERR_LIMIT, "more than %d lines, or %d MiB: diagnose them in parts", INPUTS,
			INPUT_BYTES >> 20);
	buf_done(&text);
	return err->kind == ERR_NONE;
}

/* --- rows --- */

static bool on_row(void *arg, const struct tx_record *row)
{
	struct tx_givens *givens = arg;
	struct tx_given *given;

	given = add(givens, str_of(row->line.hash[0] ? row->line.hash : row->line.id));
	tx_record_identity(row, &given->identity);
	given->identity.envelope = row->envelope ? mem_text(row->envelope) : NULL;
	given->created_at = row->created_at;
	given->of_list = true;
	return givens->count <= INPUTS;
}

static void on_bad(void *arg, size_t line, const char *sentence)
{
	struct tx_givens *givens = arg;
	char name[32];
	struct tx_given *given;

	if (givens->count > INPUTS)
		return;
	(void)snprintf(name, sizeof(name), "line %zu", line);
	given = add(givens, str_of(name));
	(void)outside_put(given->error, sizeof(given->error), str_of(sentence));
}

static bool read_file(const struct work *work, const char *from, struct tx_givens *givens,
		      struct err *err)
{
	const struct tx_file file = {
		.config = &work->settings.transactions, .now = work->now, .row = on_row,
		.bad = on_bad, .arg = givens,
	};
	bool standard = strcmp(from, "-") == 0, ok;
	FILE *in = standard ? stdin : fopen(from, "re");

	if (!in)
		return err_set(err, ERR_NOT_FOUND, "%s cannot be opened", from);
	ok = tx_file_read(in, standard ? "standard input" : from, &file, err);
	if (!standard)
		(void)fclose(in);
	if (ok && givens->count > INPUTS)
		ok = err_set(err, ERR_LIMIT, "more than %d rows: diagnose them in parts", INPUTS);
	return ok;
}

bool tx_given_read(struct work *work, struct tx_givens *out, struct err *err)
{
	const struct context *context = work->context;
	const char *from = work_flag(work, OPTION_FROM);
	bool ok;

	*out = (struct tx_givens){ .count = 0 };
	if (from && context->word_count > 0)
		return err_set(err, ERR_USAGE, "--from gives the transactions: '%.40s' is one too many",
			       context->words[0]);
	if (from)
		ok = read_file(work, from, out, err);
	else if (context->word_count == 1 && strcmp(context->words[0], "-") == 0)
		ok = read_lines(out, stdin, err);
	else
		ok = read_words(context, out, err);
	if (ok && !out->account[0] && work_given(work, OPTION_SINCE))
		ok = err_set(err, ERR_USAGE, "--since is for the transactions of an account");
	return ok;
}
