/* outcome.c: what an answer's outcome alone says, in one table. */
#include "backends/answer.h"

#include <stdio.h>

/* What an outcome that is no answer means, and how it is said when nobody knows it better. */
static const struct outcome {
	enum state state;
	const char *text;	/* NULL: the sentence is made from the ask */
	bool detailed;		/* io's own sentence says more, as it names the thing */
} outcomes[] = {
	[REPLY_ANSWER] = { STATE_UNKNOWN, "the answer cannot be read", true },
	[REPLY_REFUSED] = { STATE_DOWN, "connection refused", false },
	[REPLY_RESET] = { STATE_DOWN, "connection dropped before a full answer", false },
	[REPLY_TIMEOUT] = { STATE_DOWN, NULL, false },
	[REPLY_NO_NAME] = { STATE_UNKNOWN, "our DNS does not resolve the name", true },
	[REPLY_NO_ROUTE] = { STATE_UNKNOWN, "our network has no route to it", true },
	[REPLY_TLS] = { STATE_UNKNOWN, "TLS was refused by us", true },
	[REPLY_TOO_LARGE] = { STATE_UNKNOWN, "the answer is larger than we accept", true },
	[REPLY_BAD_PROTOCOL] = { STATE_UNKNOWN, "the answer is not of this protocol", true },
	[REPLY_DENIED] = { STATE_UNKNOWN, "access denied", true },
	[REPLY_SQL_ERROR] = { STATE_UNKNOWN, "the server answers with an error", true },
	[REPLY_NO_SECRET] = { STATE_UNKNOWN, "no credential to ask with", true },
};

/* A whole sentence of at most a line: cutting it is harmless. */
static void outcome_text(const struct ask *ask, const struct outcome *outcome, const char *why,
			 char *out, size_t size)
{
	if (!outcome->text)
		(void)snprintf(out, size, "no answer in %g s", (double)ask->timeout / 1000);
	else
		(void)snprintf(out, size, "%s%s%.150s", outcome->text,
			       outcome->detailed && why[0] ? ": " : "",
			       outcome->detailed ? why : "");
}

void outcome_error(const struct ask *ask, const struct reply *reply, char error[200])
{
	outcome_text(ask, &outcomes[reply->kind], reply->why, error, 200);
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
		outcome_text(ask, outcome, "", because, BECAUSE_TEXT);
	return true;
}
