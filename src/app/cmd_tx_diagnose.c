/*
 * cmd_tx_diagnose.c: `tx diagnose`: what became of transactions, with the proof. What is given is a
 * hash, an envelope, any text that holds one, rows of a file, or an account; all are asked about
 * side by side, and printed in the order in which they were given, each as soon as it is decided.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/tx_consult.h"
#include "app/tx_given.h"
#include "base/mem.h"
#include "export/tx_diagnosis.h"

enum {
	AT_ONCE = 16,			/* that are asked about side by side */
	AHEAD = 64,			/* of the first that is not decided: what is held back */
};

enum stage { TO_ASK, ASKED, DONE };

#define SAY_EVERY (5 * WHEN_SECOND)	/* where no terminal shows how far it is */

struct input {
	const struct tx_given *given;
	struct tx_query query;
	enum stage stage;
	json_t *json;			/* what came of it, in one of both forms */
	struct buf plain;
};

struct diagnosis {
	struct work *work;
	struct tx_consult consult;
	struct tx_givens givens;
	struct input *inputs;		/* of each of them */
	size_t count, decided;
	size_t printed;			/* all before it are decided, and printed unless it is JSON */
	struct loop_timer deadline, second;
	msec begun, said;		/* steady */
	bool terminal, counting;	/* standard error is one, and shows how far it is */
	struct tx_tally tally;
	struct err err;			/* nobody reads what is printed */
};

/* --- what is given --- */

static void write_result(struct diagnosis *diagnosis, struct input *input,
			 const struct tx_case *tx, const char *error)
{
	const struct tx_diagnosis result = { .input = input->given->text, .tx = tx, .error = error };

	if (work_given(diagnosis->work, OPTION_JSON))
		input->json = tx_diagnosis_json(&result);
	else
		tx_diagnosis_text(&result, &input->plain);
	input->stage = DONE;
	diagnosis->decided++;
	if (tx)
		tx_tally_add(&diagnosis->tally, tx);
	else
		tx_tally_unknown(&diagnosis->tally);
}

static void take_givens(struct diagnosis *diagnosis)
{
	diagnosis->count = diagnosis->givens.count;
	diagnosis->inputs = mem_array(diagnosis->count + 1, sizeof(*diagnosis->inputs));
	for (size_t i = 0; i < diagnosis->count; i++) {
		const struct tx_given *given = &diagnosis->givens.at[i];
		struct input *input = &diagnosis->inputs[i];

		*input = (struct input){ .given = given };
		input->query.identity = given->identity;
		input->query.created_at = given->created_at;
		input->query.of_list = given->of_list;
		if (given->error[0])
			write_result(diagnosis, input, NULL, given->error);
	}
}

/* An account is asked about first. */
static bool collect(struct diagnosis *diagnosis, struct err *err)
{
	if (diagnosis->givens.account[0] &&
	    !tx_given_ask(diagnosis->work, diagnosis->consult.errands, &diagnosis->givens, err))
		return false;
	take_givens(diagnosis);
	return true;
}

/* --- what is printed --- */

static void clear_count(struct diagnosis *diagnosis)
{
	if (diagnosis->counting)
		fputs("\r\033[K", diagnosis->work->context->err);
	diagnosis->counting = false;
}

/* In the order in which they were given, as soon as nothing before them is open. */
static void print_decided(struct diagnosis *diagnosis)
{
	while (diagnosis->printed < diagnosis->count &&
	       diagnosis->inputs[diagnosis->printed].stage == DONE) {
		struct input *input = &diagnosis->inputs[diagnosis->printed++];

		if (input->plain.len == 0 || diagnosis->err.kind != ERR_NONE)
			continue;
		clear_count(diagnosis);
		if (work_print_text(diagnosis->work, &input->plain, &diagnosis->err))
			(void)fflush(diagnosis->work->context->out);
	}
}

/* By the pace so far; nothing before the first is decided. */
static void put_time_left(const struct diagnosis *diagnosis, msec now, struct buf *out)
{
	msec taken = now - diagnosis->begun;
	msec left = taken / (msec)(diagnosis->decided ? diagnosis->decided : 1) *
		    (msec)(diagnosis->count - diagnosis->decided);

	if (diagnosis->decided == 0)
		return;
	if (left < WHEN_MINUTE)
		buf_text(out, ", less than a minute left");
	else
		buf_fmt(out, ", %lld min left", (long long)((left + WHEN_MINUTE / 2) / WHEN_MINUTE));
}

/* "12 of 40, 3 min left" */
static void say_how_far(struct diagnosis *diagnosis)
{
	msec now = loop_now(diagnosis->work->loop).steady;
	FILE *err = diagnosis->work->context->err;
	struct buf text = { 0 };

	if (diagnosis->count < 2 || work_given(diagnosis->work, OPTION_QUIET) ||
	    (!diagnosis->terminal && (!work_given(diagnosis->work, OPTION_VERBOSE) ||
				      now - diagnosis->said < SAY_EVERY)))
		return;
	diagnosis->said = now;
	buf_fmt(&text, "%zu of %zu", diagnosis->decided, diagnosis->count);
	put_time_left(diagnosis, now, &text);
	if (diagnosis->terminal)
		fprintf(err, "\r\033[K%s", buf_cstr(&text));
	else
		fprintf(err, "binnacle: %s\n", buf_cstr(&text));
	fflush(err);
	diagnosis->counting = diagnosis->terminal;
	buf_done(&text);
}

/* --- asking --- */

static void finish(struct diagnosis *diagnosis, struct input *input)
{
	struct tx_case *tx = mem_new(sizeof(*tx));

	if (input->query.err.kind != ERR_NONE)
		write_result(diagnosis, input, NULL, input->query.err.text);
	else if (tx_query_case(&diagnosis->consult, &input->query, tx))
		write_result(diagnosis, input, tx, NULL);
	else
		write_result(diagnosis, input, NULL, "it was not asked about");
	mem_free(tx);
}

static void ask(struct diagnosis *diagnosis, struct input *input)
{
	input->stage = ASKED;
	if (!tx_query_begin(&diagnosis->consult, &input->query))
		finish(diagnosis, input);
}

/* What has ended is written down, and the next ones begin. */
static void go_on(void *arg)
{
	struct diagnosis *diagnosis = arg;
	size_t asking = 0, end = diagnosis->printed + AHEAD;

	for (size_t i = diagnosis->printed; i < diagnosis->count && i < end; i++) {
		struct input *input = &diagnosis->inputs[i];

		if (input->stage == TO_ASK && asking < AT_ONCE)
			ask(diagnosis, input);
		if (input->stage == ASKED && tx_query_advance(&diagnosis->consult, &input->query))
			finish(diagnosis, input);
		asking += input->stage == ASKED;
	}
	print_decided(diagnosis);
	if (diagnosis->decided == diagnosis->count || diagnosis->err.kind != ERR_NONE)
		loop_stop(diagnosis->work->loop);
}

/* Room may have come without a change. */
static void on_second(void *arg)
{
	struct diagnosis *diagnosis = arg;
	struct loop *loop = diagnosis->work->loop;

	go_on(diagnosis);
	say_how_far(diagnosis);
	loop_timer_set(loop, &diagnosis->second, loop_now(loop).steady + WHEN_SECOND);
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
	FILE *err = work->context->err;

	diagnosis->deadline = (struct loop_timer){ .call = on_deadline, .arg = diagnosis };
	diagnosis->second = (struct loop_timer){ .call = on_second, .arg = diagnosis };
	diagnosis->begun = diagnosis->said = loop_now(work->loop).steady;
	diagnosis->terminal = isatty(fileno(err)) && !work_given(work, OPTION_PLAIN);
	if (work_given(work, OPTION_TIMEOUT))
		loop_timer_set(work->loop, &diagnosis->deadline, diagnosis->begun + work->timeout);
	loop_timer_set(work->loop, &diagnosis->second, 0);
	loop_run(work->loop);
	loop_timer_stop(work->loop, &diagnosis->deadline);
	loop_timer_stop(work->loop, &diagnosis->second);
	print_decided(diagnosis);
	clear_count(diagnosis);
}

/* --- the end --- */

static json_t *error_json(void)
{
	json_t *error = json_object();

	json_set_text(error, "id", "BN-X004");
	json_set_text(error, "message", "no source has answered");
	return error;
}

/* With --json all of them are one object, at the end. */
static bool print_json(struct diagnosis *diagnosis, struct err *err)
{
	struct work *work = diagnosis->work;
	json_t *results = json_array(), *root;

	for (size_t i = 0; i < diagnosis->count; i++)
		if (diagnosis->inputs[i].json)
			json_array_append(results, diagnosis->inputs[i].json);
	root = tx_diagnoses_json(results, loop_now(work->loop).wall);
	if (work->status == EXIT_NO_ANSWER)
		json_set(root, "error", error_json());
	return work_print_json(work, root, err);
}

static bool conclude(struct diagnosis *diagnosis, struct err *err)
{
	struct work *work = diagnosis->work;

	work->status = tx_tally_status(&diagnosis->tally);
	if (work->status == EXIT_NO_ANSWER)
		fprintf(work->context->err, "binnacle: no source has answered: nothing is known\n");
	*err = diagnosis->err;
	return err->kind == ERR_NONE &&
	       (!work_given(work, OPTION_JSON) || print_json(diagnosis, err));
}

static void drop(struct diagnosis *diagnosis)
{
	tx_consult_close(&diagnosis->consult);
	for (size_t i = 0; i < diagnosis->count; i++) {
		json_decref(diagnosis->inputs[i].json);
		buf_done(&diagnosis->inputs[i].plain);
	}
	mem_free(diagnosis->inputs);
	tx_given_done(&diagnosis->givens);
}

static bool diagnose(struct work *work, struct err *err)
{
	struct diagnosis diagnosis = { .work = work };
	bool ok = tx_given_read(work, &diagnosis.givens, err) &&
		  tx_consult_open(&diagnosis.consult, work, go_on, &diagnosis, err) &&
		  collect(&diagnosis, err);

	if (ok) {
		run(&diagnosis);
		ok = conclude(&diagnosis, err);
	}
	drop(&diagnosis);
	return ok;
}

int cmd_tx_diagnose(const struct context *context)
{
	return work_run(context, diagnose);
}
