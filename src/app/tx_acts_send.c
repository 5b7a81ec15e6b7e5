/*
 * tx_acts_send.c: what leaves the house. The SQL goes as psql would send it, each statement by
 * itself, by the login that may write; the envelope goes to one endpoint.
 */
#include <stdio.h>
#include <string.h>

#include "app/tx_acts_inside.h"
#include "base/outside.h"

#define WRITE_TIMEOUT (10 * WHEN_SECOND)
#define SEND_TIMEOUT (35 * WHEN_SECOND)	/* /transactions waits 30 s for the ledger */

/* --- SQL ------------------------------------------------------------------------------------ */

/* The last line says what happened: "COMMIT", or the server's own sentence. */
static void last_line(struct str text, char out[BECAUSE_TEXT])
{
	struct str line, last = { 0 };

	while (str_cut(&text, '\n', &line)) {
		line = str_trim(line);
		if (line.len > 0 && !str_starts(line, "CONTEXT:"))
			last = line;
	}
	if (str_starts(last, "ERROR:"))
		last = str_trim(str_sub(last.p + strlen("ERROR:"), last.len - strlen("ERROR:")));
	(void)outside_put(out, BECAUSE_TEXT, last);
}

static void on_answer(void *arg, const struct fence_answer *answer)
{
	struct tx_acts *acts = arg;
	struct deed_end end = { .known = true };
	char said[BECAUSE_TEXT];

	acts->deed.sql = NULL;
	last_line(answer->text, said);
	if (answer->ran)
		end.known = tx_mark_outcome(answer->text, &end.done);
	end.says = end.done ? "committed: one row is changed" : said;
	deed_finish(acts, &end);
}

void deed_write(struct tx_acts *acts)
{
	struct deed *deed = &acts->deed;
	struct fence_plan plan = {
		.loop = acts->setup.loop, .environment = acts->setup.context->environment,
		.fence = &deed->fence, .source = &deed->config.source, .timeout = WRITE_TIMEOUT,
	};
	static const char *const none[] = { NULL };

	deed->fence = (struct fence){
		.lang = LANG_SQL, .word = "sql", .text = deed->text, .expected = "", .runnable = true,
		.why_not = "", .write = true, .source = deed->config.source.name, .node = "", .on = "",
		.expect = "", .capture = "", .cwd = "", .name = "",
	};
	plan.values = none;
	deed->sql = fences_start(&plan, on_answer, acts);
}

/* --- the envelope --------------------------------------------------------------------------- */

static void on_sent(void *arg, const struct reply *reply);

static void send_by(struct tx_acts *acts, enum tx_way way)
{
	struct deed *deed = &acts->deed;
	struct tx_sending sending;
	struct errand_plan plan = { .source = deed->source, .timeout = SEND_TIMEOUT,
				    .max_body = JSON_MAX_PINNED };

	deed->way = way;
	tx_sending_make(way, deed->envelope, &sending);
	plan.path = sending.path;
	plan.type = sending.type;
	plan.body = str_sub(buf_cstr(&sending.body), sending.body.len);
	deed->errand = errand_start(acts->setup.errands, &plan, on_sent, acts);
	buf_done(&sending.body);
}

static void on_sent(void *arg, const struct reply *reply)
{
	struct tx_acts *acts = arg;
	struct tx_sent sent;

	acts->deed.errand = NULL;
	tx_sent_read(acts->deed.way, reply, &sent);
	if (sent.what == SENT_NO_SUCH_WAY) {
		send_by(acts, TX_BY_HORIZON);
		return;
	}
	deed_finish(acts, &(struct deed_end){ .known = sent.what != SENT_UNKNOWN,
					      .done = sent.what == SENT_TAKEN, .says = sent.says,
					      .status = reply->kind == REPLY_ANSWER ?
							reply->status : 0 });
}

void deed_send(struct tx_acts *acts)
{
	send_by(acts, acts->deed.way);
}

void deed_cancel(struct deed *deed)
{
	fences_cancel(deed->sql);
	errand_cancel(deed->errand);
	deed->sql = NULL;
	deed->errand = NULL;
}
