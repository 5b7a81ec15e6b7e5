/*
 * cmd_tx_watch.c: `tx watch`: one transaction until it is decided. On a terminal one line that
 * counts down; with --json an object for each verdict, a line each; else a line for each change.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/fail.h"
#include "app/tx_consult.h"
#include "base/mem.h"
#include "export/tx_diagnosis.h"

struct vigil {
	struct work *work;
	struct tx_consult consult;
	const char *input;
	struct tx_query query;
	struct loop_timer second, deadline;
	struct tx_tally tally;		/* of the last verdict */
	char last[VERDICT_TEXT];	/* that was printed */
	bool terminal, counting, watched, over;
	struct err err;
};

/* --- what is printed --- */

static void clear_count(struct vigil *vigil)
{
	if (vigil->counting)
		fputs("\r\033[K", vigil->work->context->err);
	vigil->counting = false;
}

/* "STILL PENDING, decidable in 01:09": of our own clock, and no evidence. */
static void count_down(struct vigil *vigil, const struct tx_case *tx)
{
	msec left = tx->verdict.decidable_at * WHEN_SECOND - loop_now(vigil->work->loop).wall;
	long seconds = left > 0 ? (long)(left / WHEN_SECOND) : 0;
	FILE *err = vigil->work->context->err;

	if (!vigil->terminal || !tx->judged)
		return;
	fprintf(err, "\r\033[K%s", verdict_words(tx->verdict.kind));
	if (tx->verdict.decidable_at > 0 && seconds > 0)
		fprintf(err, ", decidable in %02ld:%02ld", seconds / 60, seconds % 60);
	else if (tx->verdict.decidable_at > 0)
		fprintf(err, ", its time has passed: waiting for a ledger after it");
	if (tx->asking)
		fprintf(err, ", asking %u of %u", tx->asked, tx->of);
	fflush(err);
	vigil->counting = true;
}

static void print_change(struct vigil *vigil, const struct tx_case *tx)
{
	const struct tx_diagnosis result = { .input = vigil->input, .tx = tx };
	struct work *work = vigil->work;
	struct buf text = { 0 };
	char at[WHEN_TEXT];
	json_t *results;

	clear_count(vigil);
	if (work_given(work, OPTION_JSON)) {
		results = json_array();
		json_array_append_new(results, tx_diagnosis_json(&result));
		vigil->over = vigil->over || !work_print_json(work, tx_diagnoses_json(results,
						loop_now(work->loop).wall), &vigil->err);
		return;
	}
	when_format_clock(at, tx->judged_at);
	buf_fmt(&text, "%sZ %s: %s\n", at, verdict_name(tx->verdict.kind), tx->verdict.because);
	vigil->over = vigil->over || !work_print_text(work, &text, &vigil->err);
}

/* --- until it is decided --- */

/* What more asking will not change. */
static bool is_decided(const struct verdict *verdict)
{
	enum fate fate = verdict_fate(verdict->kind);

	return fate == FATE_CONFIRMED || fate == FATE_FAILED || fate == FATE_DEAD ||
	       verdict->kind == VERDICT_HASH_MISMATCH || verdict->kind == VERDICT_SOURCES_DISAGREE ||
	       verdict->kind == VERDICT_UNKNOWN_NO_IDENTITY;
}

static void stop(struct vigil *vigil)
{
	vigil->over = true;
	loop_stop(vigil->work->loop);
}

/* It is known to the diagnoser once the rows of its payment were read. */
static bool is_ended(struct vigil *vigil)
{
	bool ended = tx_query_advance(&vigil->consult, &vigil->query);

	if (vigil->query.err.kind != ERR_NONE && vigil->err.kind == ERR_NONE) {
		vigil->err = vigil->query.err;
		stop(vigil);
	}
	if (vigil->query.stage != TX_READS_ROWS && !vigil->watched) {
		diagnoser_watch(vigil->consult.diagnoser, vigil->query.key, true);
		vigil->watched = true;
	}
	return ended;
}

static void look(struct vigil *vigil)
{
	struct tx_case *tx = mem_new(sizeof(*tx));
	bool ended = !vigil->over && is_ended(vigil);

	if (!vigil->over && tx_query_case(&vigil->consult, &vigil->query, tx)) {
		if (tx->judged && ended) {
			vigil->tally = (struct tx_tally){ .count = 0 };
			tx_tally_add(&vigil->tally, tx);
			if (strcmp(vigil->last, verdict_name(tx->verdict.kind)) != 0)
				print_change(vigil, tx);
			str_put(vigil->last, sizeof(vigil->last), verdict_name(tx->verdict.kind));
		}
		if (vigil->over || (tx->judged && ended && is_decided(&tx->verdict)))
			stop(vigil);
		else
			count_down(vigil, tx);
	}
	mem_free(tx);
}

static void on_changed(void *arg)
{
	look(arg);
}

static void on_second(void *arg)
{
	struct vigil *vigil = arg;
	struct loop *loop = vigil->work->loop;

	look(vigil);
	loop_timer_set(loop, &vigil->second, loop_now(loop).steady + WHEN_SECOND);
}

static void on_deadline(void *arg)
{
	stop(arg);
}

/* --- the verb --- */

static bool begin(struct vigil *vigil, struct err *err)
{
	if (!tx_query_read(&vigil->query, vigil->input, err))
		return false;
	if (tx_query_begin(&vigil->consult, &vigil->query))
		return true;
	*err = vigil->query.err;
	return false;
}

static void wait(struct vigil *vigil)
{
	struct work *work = vigil->work;
	msec now = loop_now(work->loop).steady;

	vigil->second = (struct loop_timer){ .call = on_second, .arg = vigil };
	vigil->deadline = (struct loop_timer){ .call = on_deadline, .arg = vigil };
	loop_timer_set(work->loop, &vigil->second, now + WHEN_SECOND);
	if (work_given(work, OPTION_TIMEOUT))
		loop_timer_set(work->loop, &vigil->deadline, now + work->timeout);
	loop_run(work->loop);
	loop_timer_stop(work->loop, &vigil->second);
	loop_timer_stop(work->loop, &vigil->deadline);
	clear_count(vigil);
}

static bool watch(struct work *work, struct err *err)
{
	struct vigil vigil = { .work = work };
	bool ok;

	vigil.terminal = isatty(fileno(work->context->err)) && !work_given(work, OPTION_QUIET) &&
			 !work_given(work, OPTION_JSON) && !work_given(work, OPTION_PLAIN);
	ok = work_word(work, 0, "the hash or the envelope of a transaction", &vigil.input, err) &&
	     tx_consult_open(&vigil.consult, work, on_changed, &vigil, err) && begin(&vigil, err);
	if (ok) {
		wait(&vigil);
		work->status = vigil.tally.any ? tx_tally_status(&vigil.tally) : EXIT_NO_ANSWER;
		ok = vigil.err.kind == ERR_NONE;
		*err = vigil.err;
	}
	tx_consult_close(&vigil.consult);
	mem_free(vigil.query.identity.envelope);
	return ok;
}

int cmd_tx_watch(const struct context *context)
{
	return work_run(context, watch);
}
