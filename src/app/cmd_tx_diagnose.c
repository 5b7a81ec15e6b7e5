/*
 * cmd_tx_diagnose.c: `tx diagnose`: what became of transactions, with the proof. What is given is a
 * hash, an envelope, or any text that holds one; all are asked about side by side, and printed in
 * the order in which they were given.
 */
#include <stdio.h>
#include <string.h>

#include "app/tx_consult.h"
#include "base/mem.h"
#include "export/tx_diagnosis.h"
#include "stellar/spot.h"

enum {
	AT_ONCE = 32,			/* that are asked about side by side */
	INPUTS = 10000, INPUT_BYTES = 16 * 1024 * 1024,
};

enum stage { TO_ASK, ASKED, DONE };

struct input {
	char *text;			/* as it was given */
	struct tx_identity identity;	/* its envelope is ours */
	char key[DIAGNOSER_KEY];
	enum stage stage;
	json_t *json;			/* what came of it, in one of both forms */
	struct buf plain;
};

struct diagnosis {
	struct work *work;
	struct tx_consult consult;
	struct input *inputs;
	size_t count, cap;
	struct loop_timer deadline;
	struct tx_tally tally;
};

/* --- what is given --- */

static struct input *add(struct diagnosis *diagnosis, struct str text)
{
	struct input *input;

	diagnosis->inputs = mem_grow(diagnosis->inputs, &diagnosis->cap, diagnosis->count + 1,
				     sizeof(*diagnosis->inputs));
	input = &diagnosis->inputs[diagnosis->count++];
	*input = (struct input){ .text = mem_array(text.len + 1, 1) };
	memcpy(input->text, text.p, text.len);
	return input;
}

static void write_result(struct diagnosis *diagnosis, struct input *input,
			 const struct tx_case *tx, const char *error)
{
	const struct tx_diagnosis result = { .input = input->text, .tx = tx, .error = error };

	if (work_given(diagnosis->work, OPTION_JSON))
		input->json = tx_diagnosis_json(&result);
	else
		tx_diagnosis_text(&result, &input->plain);
	input->stage = DONE;
	if (tx)
		tx_tally_add(&diagnosis->tally, tx);
	else
		tx_tally_unknown(&diagnosis->tally);
}

static bool understand(struct input *input, struct err *err)
{
	struct buf envelope = { 0 };
	char account[ACCOUNT_TEXT];
	enum spotted spotted = spot(str_of(input->text), input->identity.hash, &envelope, account,
				    err);

	if (spotted == SPOT_ENVELOPE)
		input->identity.envelope = mem_text(buf_cstr(&envelope));
	buf_done(&envelope);
	if (spotted == SPOT_NOTHING && err->kind == ERR_NONE)
		err_set(err, ERR_USAGE, "'%.80s' holds no transaction: give its hash (64 hex digits), its "
			"envelope, or a text with one of them", input->text);
	return spotted == SPOT_HASH || spotted == SPOT_ENVELOPE;
}

static bool read_words(struct diagnosis *diagnosis, struct err *err)
{
	const struct context *context = diagnosis->work->context;

	for (size_t i = 0; i < context->word_count; i++) {
		struct input *input = add(diagnosis, str_trim(str_of(context->words[i])));

		if (!understand(input, err)) {
			err->kind = ERR_USAGE;
			return false;
		}
	}
	return diagnosis->count > 0 ||
	       err_set(err, ERR_USAGE, "diagnose what? Give a hash, an envelope, or - to read one a "
		       "line from standard input");
}

/* One that holds nothing is a result of its own: the others are asked about all the same. */
static void read_line(struct diagnosis *diagnosis, struct str line)
{
	struct err err = { 0 };
	struct input *input;

	if (line.len == 0)
		return;
	input = add(diagnosis, line);
	if (!understand(input, &err))
		write_result(diagnosis, input, NULL, err.text);
}

static bool read_lines(struct diagnosis *diagnosis, FILE *in, struct err *err)
{
	struct buf text = { .max = INPUT_BYTES };
	char chunk[4096];
	struct str rest, line;
	size_t got;

	while ((got = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_add(&text, chunk, got);
	rest = str_sub(buf_cstr(&text), text.len);
	while (!text.full && diagnosis->count <= INPUTS && str_cut(&rest, '\n', &line))
		read_line(diagnosis, str_trim(line));
	if (ferror(in))
		err_set(err, ERR_IO, "standard input cannot be read");
	else if (text.full || diagnosis->count > INPUTS)
		err_set(err, ERR_LIMIT, "more than %d lines, or %d MiB: diagnose them in parts", INPUTS,
			INPUT_BYTES >> 20);
	buf_done(&text);
	return err->kind == ERR_NONE;
}

static bool read_inputs(struct diagnosis *diagnosis, struct err *err)
{
	const struct context *context = diagnosis->work->context;

	if (context->word_count == 1 && strcmp(context->words[0], "-") == 0)
		return read_lines(diagnosis, stdin, err);
	return read_words(diagnosis, err);
}

/* --- asking --- */

static void finish(struct diagnosis *diagnosis, struct input *input)
{
	struct tx_case *tx = mem_new(sizeof(*tx));

	if (tx_intent_case(&diagnosis->consult.intent, "", input->key, tx)) {
		if (!tx->judged && tx->trouble[0])
			str_put(tx->verdict.because, sizeof(tx->verdict.because), tx->trouble);
		write_result(diagnosis, input, tx, NULL);
	} else {
		write_result(diagnosis, input, NULL, "it was forgotten");
	}
	mem_free(tx);
}

static bool is_asking(struct diagnosis *diagnosis, const struct input *input)
{
	struct tx_case tx = { .judged = false };

	return diagnoser_case(diagnosis->consult.diagnoser, input->key, &tx) && tx.asking;
}

static void ask(struct diagnosis *diagnosis, struct input *input)
{
	struct err err = { 0 };

	input->stage = ASKED;
	if (!diagnoser_ask(diagnosis->consult.diagnoser, &input->identity, 0, false, input->key, &err))
		write_result(diagnosis, input, NULL, err.text);
}

/* What has ended is written down, and the next ones begin. */
static void go_on(struct diagnosis *diagnosis)
{
	size_t asking = 0, open = 0;

	for (size_t i = 0; i < diagnosis->count; i++) {
		struct input *input = &diagnosis->inputs[i];

		if (input->stage == ASKED && !is_asking(diagnosis, input))
			finish(diagnosis, input);
		if (input->stage == TO_ASK && asking < AT_ONCE)
			ask(diagnosis, input);
		asking += input->stage == ASKED;
		open += input->stage != DONE;
	}
	if (open == 0)
		loop_stop(diagnosis->work->loop);
}

static void on_changed(void *arg, const char *key, bool judged)
{
	struct diagnosis *diagnosis = arg;
	struct tx_case tx = { .judged = false };

	(void)judged;
	if (diagnoser_case(diagnosis->consult.diagnoser, key, &tx) && !tx.asking)
		go_on(diagnosis);
}

/* What is known by now stands. */
static void on_deadline(void *arg)
{
	struct diagnosis *diagnosis = arg;

	for (size_t i = 0; i < diagnosis->count; i++) {
		struct input *input = &diagnosis->inputs[i];

		if (input->stage == TO_ASK)
			write_result(diagnosis, input, NULL, "not asked about in time");
		else if (input->stage == ASKED)
			finish(diagnosis, input);
	}
	loop_stop(diagnosis->work->loop);
}

static void run(struct diagnosis *diagnosis)
{
	struct work *work = diagnosis->work;

	diagnosis->deadline = (struct loop_timer){ .call = on_deadline, .arg = diagnosis };
	if (work_given(work, OPTION_TIMEOUT))
		loop_timer_set(work->loop, &diagnosis->deadline,
			       loop_now(work->loop).steady + work->timeout);
	go_on(diagnosis);
	for (size_t i = 0; i < diagnosis->count; i++) {
		if (diagnosis->inputs[i].stage != DONE) {
			loop_run(work->loop);
			break;
		}
	}
	loop_timer_stop(work->loop, &diagnosis->deadline);
}

/* --- what is printed --- */

static json_t *error_json(void)
{
	json_t *error = json_object();

	json_set_text(error, "id", "BN-X004");
	json_set_text(error, "message", "no source has answered");
	return error;
}

static bool print(struct diagnosis *diagnosis, struct err *err)
{
	struct work *work = diagnosis->work;
	json_t *results = json_array(), *root;
	struct buf text = { 0 };

	work->status = tx_tally_status(&diagnosis->tally);
	if (work->status == EXIT_NO_ANSWER)
		fprintf(work->context->err, "binnacle: no source has answered: nothing is known\n");
	for (size_t i = 0; i < diagnosis->count; i++) {
		struct input *input = &diagnosis->inputs[i];

		if (input->json)
			json_array_append(results, input->json);
		buf_add(&text, buf_cstr(&input->plain), input->plain.len);
	}
	if (!work_given(work, OPTION_JSON)) {
		json_decref(results);
		return work_print_text(work, &text, err);
	}
	buf_done(&text);
	root = tx_diagnoses_json(results, loop_now(work->loop).wall);
	if (work->status == EXIT_NO_ANSWER)
		json_set(root, "error", error_json());
	return work_print_json(work, root, err);
}

static void drop(struct diagnosis *diagnosis)
{
	tx_consult_close(&diagnosis->consult);
	for (size_t i = 0; i < diagnosis->count; i++) {
		mem_free(diagnosis->inputs[i].text);
		mem_free(diagnosis->inputs[i].identity.envelope);
		json_decref(diagnosis->inputs[i].json);
		buf_done(&diagnosis->inputs[i].plain);
	}
	mem_free(diagnosis->inputs);
}

static bool diagnose(struct work *work, struct err *err)
{
	struct diagnosis diagnosis = { .work = work };
	bool ok = read_inputs(&diagnosis, err) &&
		  tx_consult_open(&diagnosis.consult, work, on_changed, &diagnosis, err);

	if (ok) {
		run(&diagnosis);
		ok = print(&diagnosis, err);
	}
	drop(&diagnosis);
	return ok;
}

int cmd_tx_diagnose(const struct context *context)
{
	return work_run(context, diagnose);
}
