/*
 * cmd_tx_decode.c: `tx decode`: what an envelope says, and its hash on a network. Nothing is asked:
 * it works without a configuration and without a network.
 */
#include <stdio.h>
#include <string.h>

#include "app/cmd_tx.h"
#include "app/commands.h"
#include "app/fail.h"
#include "app/tx_network.h"
#include "base/json.h"
#include "base/mem.h"
#include "export/tx_envelope.h"
#include "stellar/base64.h"
#include "stellar/network.h"

static const char error_id[] = "BN-T001";

struct decoding {
	const struct context *context;
	const char *passphrase;
	struct envelope *envelope;
	struct buf xdr;
	bool json, bad;
};

static bool decode(struct decoding *work, struct str text, struct buf *out, struct err *err)
{
	char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];
	struct tx_envelope tx = { work->envelope, hash, inner, work->passphrase };
	struct str bytes;

	buf_clear(&work->xdr);
	if (!base64_read(text, &work->xdr, err))
		return false;
	bytes = str_sub(buf_cstr(&work->xdr), work->xdr.len);
	if (!envelope_read(bytes, work->envelope, err))
		return false;
	envelope_hash(work->envelope, bytes, work->passphrase, hash, inner);
	(work->json ? tx_envelope_json : tx_envelope_text)(&tx, out);
	return true;
}

/* A bad one among many is an object, or a line of its own on standard error; the rest goes on. */
static void decode_line(struct decoding *work, struct str line, size_t n, struct buf *out)
{
	struct err err = { 0 };

	if (decode(work, line, out, &err))
		return;
	work->bad = true;
	if (work->json) {
		tx_line_error(out, error_id, &err, n);
	} else {
		fprintf(work->context->err, "binnacle: line %zu: %s\n", n, err.text);
	}
}

/* One envelope a line, each answered before the next is read: it may be a pipe that goes on. */
static int decode_lines(struct decoding *work)
{
	struct buf line = { 0 };
	int status = EXIT_OK;

	for (size_t n = 1; status == EXIT_OK && tx_line(stdin, &line); n++) {
		struct buf out = { 0 };

		decode_line(work, str_trim(str_sub(buf_cstr(&line), line.len)), n, &out);
		status = verb_print(work->context, &out);
	}
	buf_done(&line);
	if (status == EXIT_OK && ferror(stdin)) {
		struct err err = { 0 };

		err_set(&err, ERR_IO, "standard input cannot be read");
		return verb_fail(work->context, error_id, &err);
	}
	return status == EXIT_OK && work->bad ? EXIT_FAILED : status;
}

static int decode_words(struct decoding *work)
{
	const struct context *context = work->context;
	struct buf out = { 0 };
	struct err err = { 0 };

	for (size_t i = 0; i < context->word_count; i++) {
		if (i > 0 && !work->json)
			buf_char(&out, '\n');
		if (!decode(work, str_trim(str_of(context->words[i])), &out, &err)) {
			buf_done(&out);
			return verb_fail(context, error_id, &err);
		}
	}
	return verb_print(context, &out);
}

/* A flag needs no configuration, and a broken one does not stop it. */
static int with_network(struct decoding *work, int (*run)(struct decoding *work))
{
	const char *flag = work->context->options->value[OPTION_NETWORK];
	struct settings settings;
	int status;

	if (flag) {
		work->passphrase = network_passphrase(flag);
		return run(work);
	}
	if (!settings_load(work->context, &settings)) {
		status = settings_fail(work->context, &settings);
	} else {
		work->passphrase = tx_network(&settings);
		status = run(work);
	}
	settings_done(&settings);
	return status;
}

int cmd_tx_decode(const struct context *context)
{
	struct decoding work = { .context = context, .json = context->options->given[OPTION_JSON] };
	struct err err = { 0 };
	int status;

	if (context->word_count == 0) {
		err_set(&err, ERR_USAGE, "decode what? An envelope in base64, or - to read one a line"
			" from standard input");
		return verb_fail(context, error_id, &err);
	}
	work.envelope = mem_new(sizeof(*work.envelope));
	status = with_network(&work, strcmp(context->words[0], "-") == 0 ? decode_lines :
			      decode_words);
	mem_free(work.envelope);
	buf_done(&work.xdr);
	return status;
}
