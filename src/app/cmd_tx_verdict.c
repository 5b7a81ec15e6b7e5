/*
 * cmd_tx_verdict.c: `tx verdict`: the decision table on evidence that somebody has gathered, one
 * JSON object a line. It asks nobody and knows no present.
 */
#include <errno.h>
#include <string.h>

#include "app/cmd_tx.h"
#include "app/commands.h"
#include "app/fail.h"
#include "base/json.h"
#include "base/mem.h"
#include "stellar/verdict.h"

static const char error_id[] = "BN-X001";

struct judging {
	const struct context *context;
	FILE *in;
	struct buf line;
	struct tx_evidence evidence;
	size_t number;
	bool bad;
};

/* The last second that has an RFC 3339 form. */
#define LAST_SECOND INT64_C(253402300799)

static void set_safety(json_t *object, enum safety safe)
{
	if (safe == SAFE_CONFIRM)
		json_set_text(object, "safe_to_cancel", safety_word(safe));
	else
		json_set_bool(object, "safe_to_cancel", safe == SAFE_YES);
}

/* A bound that lies beyond the year 9999 is none. */
static void set_decidable(json_t *object, const struct verdict *verdict)
{
	bool when = verdict->decidable_at > 0 && verdict->decidable_at <= LAST_SECOND;

	json_set_time(object, "decidable_at",
		      when ? verdict->decidable_at * WHEN_SECOND : WHEN_NEVER);
	json_set(object, "decidable_ledger", verdict->decidable_ledger ?
		 json_integer(verdict->decidable_ledger) : json_null());
}

static json_t *verdict_json(const struct verdict *verdict)
{
	json_t *object = json_object();

	json_set_text(object, "verdict", verdict_name(verdict->kind));
	json_set_text(object, "because", verdict->because);
	set_safety(object, verdict->safe);
	json_set_text(object, "row", verdict->row);
	json_set_text(object, "next", verdict->next);
	set_decidable(object, verdict);
	json_set_bool(object, "final", verdict->final);
	json_set(object, "ledger", verdict->ledger ? json_integer(verdict->ledger) : json_null());
	json_set_text(object, "by", *verdict->by ? verdict->by : NULL);
	return object;
}

static json_t *judge(struct judging *judging, struct err *err)
{
	struct verdict verdict;
	json_t *json;
	bool ok;

	if (judging->line.full) {
		err_set(err, ERR_LIMIT, "longer than %d KiB", TX_LINE_MAX / 1024);
		return NULL;
	}
	json = json_read(str_sub(judging->line.data, judging->line.len), TX_LINE_MAX, err);
	ok = json && evidence_read(json, &judging->evidence, err);
	json_decref(json);
	if (!ok)
		return NULL;
	verdict_reach(&judging->evidence, &verdict);
	return verdict_json(&verdict);
}

/* Each line is answered before the next is read: it may be a pipe that goes on. */
static int answer_line(struct judging *judging)
{
	struct buf answer = { 0 };
	struct err err = { 0 };
	json_t *object = judge(judging, &err);

	if (object) {
		json_write(&answer, object);
		buf_char(&answer, '\n');
		json_decref(object);
	} else {
		tx_line_error(&answer, error_id, &err, judging->number);
		judging->bad = true;
	}
	return verb_print(judging->context, &answer);
}

static int judge_all(struct judging *judging)
{
	int status = EXIT_OK;

	while (status == EXIT_OK && tx_line(judging->in, &judging->line)) {
		judging->number++;
		if (str_trim(str_sub(judging->line.data, judging->line.len)).len)
			status = answer_line(judging);
	}
	if (ferror(judging->in)) {
		struct err err = { 0 };

		err_set(&err, ERR_IO, "--evidence: cannot be read: %s", strerror(errno));
		return verb_fail(judging->context, error_id, &err);
	}
	return judging->bad ? EXIT_FAILED : status;
}

static FILE *open_evidence(const char *name, struct err *err)
{
	FILE *in = strcmp(name, "-") != 0 ? fopen(name, "re") : stdin;

	if (!in)
		err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "--evidence: %s: %s", name,
			strerror(errno));
	return in;
}

int cmd_tx_verdict(const struct context *context)
{
	const char *name = context->options->value[OPTION_EVIDENCE];
	struct judging *judging;
	struct err err = { 0 };
	FILE *in = NULL;
	int status;

	if (!name || !*name)
		err_set(&err, ERR_USAGE, "--evidence is missing: a file of JSON lines, or - for "
			"standard input");
	else
		in = open_evidence(name, &err);
	if (!in)
		return verb_fail(context, error_id, &err);
	judging = mem_new(sizeof(*judging));
	judging->context = context;
	judging->in = in;
	status = judge_all(judging);
	buf_done(&judging->line);
	mem_free(judging);
	if (in != stdin)
		(void)fclose(in);
	return status;
}
