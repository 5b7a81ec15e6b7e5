/*
 * decide_aftermath.c: what comes after an incident: the postmortem, what only people know, why
 * there is no action, and the sign-off, which is nobody's who had a hand in it (aftermath.h).
 */
#include <string.h>

#include "core/decide_inside.h"

/* One that was none, or that another one goes on for, has no end that could be written about. */
bool is_its_own(struct matter *m)
{
	if (m->incident->status == INCIDENT_CANCELLED || m->incident->status == INCIDENT_MERGED)
		return refuse_over(m);
	return true;
}

bool check_action_type(struct matter *m)
{
	enum action_type type;
	struct buf words = {0};

	if (action_type_find(m->data.type, &type))
		return true;
	for (type = 0; type < ACTION_TYPE_COUNT; type++)
		buf_fmt(&words, "%s%s", type == 0 ? "" : type + 1 < ACTION_TYPE_COUNT ? ", " : " or ",
			action_type_word(type));
	wrong(m, "an action's type is %s", buf_cstr(&words));
	buf_done(&words);
	return false;
}

static bool may_be_published(struct matter *m)
{
	static const enum action_type wanted[] = { ACTION_TYPE_ALERT, ACTION_TYPE_TEST };

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		if (aftermath_lacks(m->incident, wanted[i]))
			return refuse(m, "publishing needs an action of type %s, or the reason why there "
				      "is none", action_type_word(wanted[i]));
	return true;
}

static bool is_same_owner(const struct matter *m)
{
	return !m->data.who || strcmp(m->data.who, m->incident->aftermath.owner) == 0;
}

bool decide_postmortem(struct matter *m)
{
	enum postmortem_status now = m->incident->aftermath.status, status = now;

	if (incident_open(m->incident))
		return refuse(m, "the postmortem begins with the resolution: resolve it first");
	if (!is_its_own(m))
		return false;
	if (m->data.new_ && (!postmortem_status_find(m->data.new_, &status) || status == PAPER_NONE))
		return wrong(m, "a postmortem is draft, in review or published");
	if (!m->data.new_ && !m->data.who)
		return wrong(m, "postmortem.set needs new or who");
	if (status == now && is_same_owner(m))
		return already(m, "the postmortem is %s", postmortem_status_word(now));
	if (status < now && !has_reason(m))
		return refuse(m, "the postmortem is %s: to take it back needs a reason",
			      postmortem_status_word(now));
	if (status == PAPER_PUBLISHED && now != PAPER_PUBLISHED && !may_be_published(m))
		return false;
	EVENT_SET(m->data, new_, postmortem_status_word(status));
	EVENT_SET(m->data, old, postmortem_status_word(now));
	return accept(m);
}

bool is_not_published(struct matter *m)
{
	if (m->incident->aftermath.status != PAPER_PUBLISHED)
		return true;
	return refuse(m, "the postmortem is published: make it a draft again first, with a reason");
}

static bool no_such_section(struct matter *m)
{
	struct buf words = {0};

	for (enum postmortem_section section = 0; section < SECTION_COUNT; section++)
		buf_fmt(&words, "%s%s", section ? ", " : "", postmortem_section_key(section));
	wrong(m, "a section is one of %s", buf_cstr(&words));
	buf_done(&words);
	return false;
}

/* While it is not over, too: what somebody knows now is forgotten by then. */
bool decide_answer(struct matter *m)
{
	enum postmortem_section section;
	const char *text;

	if (!postmortem_section_find(m->data.name, &section))
		return no_such_section(m);
	text = m->incident->aftermath.answers[section].text;
	if (text && strcmp(text, m->data.text) == 0)
		return already(m, "that is what stands there");
	return is_its_own(m) && is_not_published(m) && accept(m);
}

bool decide_no_action(struct matter *m)
{
	const struct tracked *action;
	enum action_type type;

	if (!check_action_type(m) || !is_its_own(m))
		return false;
	(void)action_type_find(m->data.type, &type);
	action = aftermath_action(m->incident, type);
	if (action)
		return refuse(m, "there is one: action %u is of type %s", action->n,
			      action_type_word(type));
	if (strcmp(m->incident->aftermath.none[type], m->data.reason) == 0)
		return already(m, "that is the reason");
	return is_not_published(m) && accept(m);
}

/* --- signing off ---------------------------------------------------------------------------- */

static bool is_drill(const struct incident *incident)
{
	return strcmp(incident->type, "drill") == 0;
}

static bool is_over_and_seen(struct matter *m)
{
	const struct drill *drill = m->incident->drill;

	if (!is_drill(m->incident) && incident_open(m->incident))
		return refuse(m, "it is %s: it is signed off when it is resolved",
			      incident_status_word(m->incident->status));
	if (!is_its_own(m))
		return false;
	if (is_drill(m->incident) && !drill)
		return refuse(m, "no drill was announced here: there is nothing to sign off");
	if (drill && drill->reviewed_at == WHEN_NEVER)
		return refuse(m, "a drill is signed off after its review");
	return true;
}

static bool has_audit(struct matter *m)
{
	const char *holder = m->incident->seats[SEAT_AUDIT].who;

	if (m->order->src != SRC_HUMAN)
		return refuse(m, "a person signs it off");
	if (!holder[0])
		return refuse(m, "signing off is for the seat audit, which is empty");
	if (strcmp(holder, m->by) != 0)
		return refuse(m, "signing off is for the seat audit, which %s has", holder);
	return true;
}

/* "had the command, set its severity and did a step" */
static void say_parts(unsigned parts, struct buf *out)
{
	for (enum part_taken part = 0; part < PART_TAKEN_COUNT; part++) {
		unsigned bit = 1U << part;

		if (!(parts & bit))
			continue;
		if (out->len > 0)
			buf_text(out, parts >= bit * 2 ? ", " : " and ");
		buf_text(out, part_words(part));
	}
}

static bool had_no_hand(struct matter *m)
{
	unsigned parts = aftermath_parts_of(&m->incident->aftermath, m->by);
	struct buf words = {0};

	if (!parts)
		return true;
	say_parts(parts, &words);
	refuse(m, "whoever ran it does not sign it off: %s %s", m->by, buf_cstr(&words));
	buf_done(&words);
	return false;
}

/* What is signed is the report of a drill, else the newest export; where there is none, the record
 * itself. */
bool decide_sign_off(struct matter *m)
{
	const struct aftermath *aftermath = &m->incident->aftermath;
	const char *paper = m->incident->drill ? m->incident->drill->report : aftermath->exported;

	if (!check_sha256(m) || !is_over_and_seen(m))
		return false;
	if (aftermath->signed_by[0])
		return already(m, "it is signed off by %s", aftermath->signed_by);
	if (!m->data.sha256 && paper[0])
		EVENT_SET(m->data, sha256, paper);
	return has_audit(m) && had_no_hand(m) && accept(m);
}
