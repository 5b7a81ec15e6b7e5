/* outcome.c: what an answer's outcome alone says, in one table. */
#include "backends/answer.h"

#include <stdio.h>

/* What an outcome that is no answer means, and how it is said when nobody knows it better. */
static const struct outcome {
	const char *text;	/* NULL: the sentence tells how long we waited */
	enum state state;
	bool detailed;		/* io's own sentence says more, as it names the thing */
} outcomes[] = {
	[REPLY_ANSWER] = { "the answer cannot be read", STATE_UNKNOWN, true },
	[REPLY_REFUSED] = { "connection refused", STATE_DOWN, false },
	[REPLY_RESET] = { "connection dropped before a full answer", STATE_DOWN, false },
	[REPLY_TIMEOUT] = { NULL, STATE_DOWN, false },
	[REPLY_NO_NAME] = { "our DNS does not resolve the name", STATE_UNKNOWN, true },
	[REPLY_NO_ROUTE] = { "our network has no route to it", STATE_UNKNOWN, true },
	[REPLY_TLS] = { "TLS was refused by us", STATE_UNKNOWN, true },
	[REPLY_TOO_LARGE] = { "the answer is larger than we accept", STATE_UNKNOWN, true },
	[REPLY_BAD_PROTOCOL] = { "the answer is not of this protocol", STATE_UNKNOWN, true },
	[REPLY_DENIED] = { "access denied", STATE_UNKNOWN, true },
	[REPLY_SQL_ERROR] = { "the server answers with an error", STATE_UNKNOWN, true },
	[REPLY_NO_SECRET] = { "no credential to ask with", STATE_UNKNOWN, true },
	[REPLY_NOT_RUN] = { "it cannot be read", STATE_UNKNOWN, true },
	[REPLY_HELD] = { "not asked", STATE_UNKNOWN, true },
};

/* A whole sentence of at most a line: cutting it is harmless. */
static void outcome_text(const struct outcome *outcome, msec waited, const char *why, char *out,
			 size_t size)
{
	const msec tenth = 100;
	msec tenths = (waited + tenth / 2) / tenth;

	if (!outcome->text)
		(void)snprintf(out, size, "no answer in %g s", (double)tenths / 10);
	else
		(void)snprintf(out, size, "%s%s%.150s", outcome->text,
			       outcome->detailed && why[0] ? ": " : "",
			       outcome->detailed ? why : "");
}

void outcome_error(const struct ask *ask, const struct reply *reply, char error[200])
{
	msec waited = reply->took > 0 ? reply->took : ask->timeout;

	outcome_text(&outcomes[reply->kind], waited, reply->why, error, 200);
}

static bool is_server_error(const struct ask_view *view)
{
	return view->kind == REPLY_ANSWER && view->status >= 500;
}

bool outcome_judge(const struct ask *ask, const struct ask_view *view, enum state *state,
		   char because[BECAUSE_TEXT])
{
	const struct outcome *outcome = &outcomes[view->kind];

	if (!view->answered || (view->kind == REPLY_ANSWER && view->good))
		return false;
	*state = is_server_error(view) ? STATE_DOWN : outcome->state;
	if (view->error[0])
		(void)str_put(because, BECAUSE_TEXT, view->error);
	else if (is_server_error(view))
		(void)snprintf(because, BECAUSE_TEXT, "answers %d", view->status);
	else
		outcome_text(outcome, ask->timeout, "", because, BECAUSE_TEXT);
	return true;
}
