/*
 * cmd_incident_acts.c: the verbs that are one order each. A row says which; what the words and
 * flags mean for it is its own function.
 */
#include <stdio.h>
#include <string.h>

#include "app/cmd_incident.h"

typedef bool fill_order(struct work *work, struct order *order, struct err *err);

/* Open, fill, decide, save, print. */
static bool run_act(struct work *work, enum event_kind kind, fill_order *fill, struct err *err)
{
	struct order order = work_order(work, kind);

	return work_open(work, err) && fill(work, &order, err) && work_submit(work, &order, err) &&
	       work_print(work, err);
}

static void set_reason(const struct work *work, struct order *order)
{
	const char *reason = work_flag(work, OPTION_REASON);

	if (reason)
		EVENT_SET(order->data, reason, reason);
}

#define ACT(verb, kind) \
	static bool run_##verb(struct work *work, struct err *err) \
	{ \
		return run_act(work, kind, fill_##verb, err); \
	} \
	int cmd_incident_##verb(const struct context *context) \
	{ \
		return work_run(context, run_##verb); \
	}

/* All words behind the id are the text. */
static bool fill_note(struct work *work, struct order *order, struct err *err)
{
	const struct context *context = work->context;
	struct buf text = { 0 };

	for (size_t i = 1; i < context->word_count; i++)
		buf_fmt(&text, "%s%s", i > 1 ? " " : "", context->words[i]);
	if (str_trim(str_of(buf_cstr(&text))).len == 0) {
		buf_done(&text);
		return err_set(err, ERR_USAGE, "the text of the note is missing");
	}
	EVENT_SET(order->data, text, arena_text(&work->arena, text.data, text.len));
	buf_done(&text);
	return true;
}
ACT(note, EVENT_NOTE)

static bool fill_sev(struct work *work, struct order *order, struct err *err)
{
	const char *word;
	unsigned severity;

	if (!work_word(work, 1, "the severity (1, 2 or 3)", &word, err))
		return false;
	if (!severity_find(word, &severity))
		return err_set(err, ERR_USAGE, "'%.20s' is no severity: 1, 2 or 3", word);
	work_ask(work);
	EVENT_SET(order->data, new_, arena_fmt(&work->arena, "SEV%u", severity));
	work_set_figures(work, &order->data);
	set_reason(work, order);
	return true;
}
ACT(sev, EVENT_SEVERITY_SET)

static bool set_status(struct work *work, struct order *order, enum incident_status status)
{
	EVENT_SET(order->data, new_, incident_status_word(status));
	set_reason(work, order);
	return true;
}

static bool fill_status(struct work *work, struct order *order, struct err *err)
{
	enum incident_status status;
	const char *word;

	if (!work_word(work, 1, "the status (investigating, identified or monitoring)", &word, err))
		return false;
	if (!incident_status_find(word, &status) || status < INCIDENT_INVESTIGATING ||
	    status > INCIDENT_MONITORING)
		return err_set(err, ERR_USAGE, "'%.20s' is none of investigating, identified, "
			       "monitoring; the others have verbs of their own", word);
	return set_status(work, order, status);
}
ACT(status, EVENT_STATUS_SET)

static bool fill_mitigate(struct work *work, struct order *order, struct err *err)
{
	(void)err;
	return set_status(work, order, INCIDENT_MITIGATED);
}
ACT(mitigate, EVENT_STATUS_SET)

static bool fill_resolve(struct work *work, struct order *order, struct err *err)
{
	const char *summary = work_flag(work, OPTION_SUMMARY);

	(void)err;
	if (summary)
		EVENT_SET(order->data, text, summary);
	return set_status(work, order, INCIDENT_RESOLVED);
}
ACT(resolve, EVENT_STATUS_SET)

static bool fill_close(struct work *work, struct order *order, struct err *err)
{
	(void)err;
	return set_status(work, order, INCIDENT_CLOSED);
}
ACT(close, EVENT_STATUS_SET)

static bool fill_cancel(struct work *work, struct order *order, struct err *err)
{
	(void)err;
	return set_status(work, order, INCIDENT_CANCELLED);
}
ACT(cancel, EVENT_STATUS_SET)

static bool fill_reopen(struct work *work, struct order *order, struct err *err)
{
	(void)err;
	return set_status(work, order, INCIDENT_REOPENED);
}
ACT(reopen, EVENT_STATUS_SET)

/* The one that goes on must exist, and cannot be this one. */
static bool fill_merge(struct work *work, struct order *order, struct err *err)
{
	struct shelved into;
	const char *word;

	if (!work_word(work, 1, "the id of the incident that goes on", &word, err) ||
	    !shelf_find(work->roots, word, &into, err))
		return false;
	EVENT_SET(order->data, into, arena_text(&work->arena, into.id, strlen(into.id)));
	return set_status(work, order, INCIDENT_MERGED);
}
ACT(merge, EVENT_STATUS_SET)

static bool fill_role(struct work *work, struct order *order, struct err *err)
{
	const char *role, *who;
	enum seat_name seat;
	struct buf known = { 0 };

	if (!work_word(work, 1, "the role", &role, err) ||
	    !work_word(work, 2, "the name, or - for nobody,", &who, err))
		return false;
	if (!seat_find(role, &seat)) {
		for (int i = 0; i < SEAT_COUNT; i++)
			buf_fmt(&known, "%s%s", i ? ", " : "", seat_word((enum seat_name)i));
		err_set(err, ERR_USAGE, "'%.20s' is no role: %s", role, buf_cstr(&known));
		buf_done(&known);
		return false;
	}
	EVENT_SET(order->data, role, role);
	if (!strcmp(who, "-"))
		order->kind = EVENT_ROLE_RELEASED;
	else
		EVENT_SET(order->data, who, who);
	return true;
}
ACT(role, EVENT_ROLE_TAKEN)

/* An offer carries the card, so that whoever takes it knows what they take. */
static bool fill_offer(struct work *work, struct order *order, struct err *err)
{
	struct buf card = { 0 };
	const char *to;

	if (!work_word(work, 1, "the name of who shall take command", &to, err))
		return false;
	work_ask(work);
	work_brief(work, &card);
	EVENT_SET(order->data, who, to);
	EVENT_SET(order->data, text, arena_text(&work->arena, buf_cstr(&card), card.len));
	buf_done(&card);
	return true;
}

static bool fill_handover(struct work *work, struct order *order, struct err *err)
{
	const struct offer *offer = &dossier_incident(work->dossier)->offer;
	bool accept = work_given(work, OPTION_ACCEPT), decline = work_given(work, OPTION_DECLINE);

	if (accept && decline)
		return err_set(err, ERR_USAGE, "--accept and --decline together");
	if (!accept && !decline)
		return fill_offer(work, order, err);
	if (work->context->word_count > 1)
		return err_set(err, ERR_USAGE, "--%s takes no name: --by says who", accept ? "accept" :
			       "decline");
	if (!offer->event[0])
		return err_set(err, ERR_REFUSED, "no command is offered");
	order->kind = accept ? EVENT_COMMAND_ACCEPTED : EVENT_COMMAND_DECLINED;
	EVENT_SET(order->data, of, offer->event);
	if (accept)
		EVENT_SET(order->data, who, work->by);
	set_reason(work, order);
	return true;
}
ACT(handover, EVENT_COMMAND_OFFERED)
