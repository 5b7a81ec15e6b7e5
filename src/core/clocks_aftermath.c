/*
 * clocks_aftermath.c: what is owed once it is over: the postmortem, what is missing in it, the root
 * cause; and what a drill still needs.
 */
#include <stdio.h>
#include <string.h>

#include "core/clocks_inside.h"

/* By the worst that it was, from the resolution on. WHEN_NEVER: nothing is owed. */
static msec resolved_t(const struct incident *incident)
{
	bool after = incident->status == INCIDENT_RESOLVED || incident->status == INCIDENT_CLOSED;

	return after ? incident->milestones[MILESTONE_RESOLVED].t : WHEN_NEVER;
}

static const struct sev_policy *worst_policy(const struct sheet *sheet)
{
	return sev_policy_of(sheet->in->policy, sheet->incident->max_severity);
}

/* "48h", as everybody calls it, not "2d". */
static const char *hours_text(char out[WHEN_TEXT], msec within)
{
	if (within % WHEN_HOUR == 0)
		(void)snprintf(out, WHEN_TEXT, "%lldh", (long long)(within / WHEN_HOUR));
	else
		when_format_duration(out, within);
	return out;
}

void owe_postmortem(struct sheet *sheet)
{
	msec from = resolved_t(sheet->incident), within = worst_policy(sheet)->postmortem;
	struct claim claim = claim_due(OWED_POSTMORTEM, from + within);
	char text[WHEN_TEXT];

	if (from == WHEN_NEVER || within <= 0 || sheet->incident->exported)
		return;
	owe(sheet, &claim, "postmortem of SEV%u, within %s of the resolution",
	    sheet->incident->max_severity, hours_text(text, within));
}

static bool owes_rca(const struct incident *incident)
{
	return strcmp(incident->type, "recovery") == 0 || strcmp(incident->type, "drill") == 0;
}

void owe_rca(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	msec from = resolved_t(incident), within = worst_policy(sheet)->rca;
	struct claim claim = claim_due(OWED_RCA, from + within);
	char text[WHEN_TEXT];

	if (from == WHEN_NEVER || within <= 0 || !owes_rca(incident) ||
	    incident->aftermath.status == PAPER_PUBLISHED)
		return;
	owe(sheet, &claim, "root cause analysis of a %s, within %s of the resolution",
	    incident->type, hours_text(text, within));
}

/* "4 questions open, no action of type test"; false: nothing is missing. */
static bool say_missing(const struct incident *incident, char *out, size_t size)
{
	static const enum action_type wanted[] = { ACTION_TYPE_ALERT, ACTION_TYPE_TEST };
	struct buf text = {0};
	size_t open = 0;

	for (size_t i = 0; i < SECTION_COUNT; i++)
		open += !incident->aftermath.answers[i].text;
	if (open > 0)
		buf_fmt(&text, "%zu question%s open", open, open == 1 ? "" : "s");
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		if (aftermath_lacks(incident, wanted[i]))
			buf_fmt(&text, "%sno action of type %s", text.len ? ", " : "",
				action_type_word(wanted[i]));
	(void)str_put(out, size, buf_cstr(&text));
	buf_done(&text);
	return out[0] != '\0';
}

/* By when it is due is said by the postmortem's own row. */
void owe_paper(struct sheet *sheet)
{
	const struct aftermath *aftermath = &sheet->incident->aftermath;
	struct claim claim = claim_now(sheet, OWED_PAPER);
	char missing[OWED_TEXT];

	if (resolved_t(sheet->incident) == WHEN_NEVER || worst_policy(sheet)->postmortem <= 0 ||
	    (aftermath->status != PAPER_DRAFT && aftermath->status != PAPER_REVIEW))
		return;
	claim.subject = aftermath->owner;
	if (say_missing(sheet->incident, missing, sizeof(missing)))
		owe(sheet, &claim, "postmortem %s: %s", postmortem_status_word(aftermath->status),
		    missing);
}

/* --- drills --------------------------------------------------------------------------------- */

/* NULL: it is none, or not for this one to go on with. */
static const struct drill *drill_of(const struct sheet *sheet)
{
	enum incident_status status = sheet->incident->status;
	bool its_own = status != INCIDENT_CANCELLED && status != INCIDENT_MERGED;

	return its_own ? sheet->incident->drill : NULL;
}

void owe_drill_window(struct sheet *sheet)
{
	const struct drill *drill = drill_of(sheet);
	struct claim claim;

	if (!drill || drill->finished || drill->window_end_t == WHEN_NEVER)
		return;
	claim = claim_due(OWED_DRILL_WINDOW, drill->window_end_t);
	claim.subject = drill_scenario_word(drill->scenario);
	owe(sheet, &claim, "the window of the drill, %s, ends: finish it",
	    drill_scenario_word(drill->scenario));
}

void owe_drill_review(struct sheet *sheet)
{
	const struct drill *drill = drill_of(sheet);
	struct claim claim = claim_now(sheet, OWED_DRILL_REVIEW);

	if (drill && drill->finished && drill->reviewed_at == WHEN_NEVER)
		owe(sheet, &claim, "the drill %s: review it",
		    drill->passed ? "passed" : "did not pass");
}

void owe_sign_off(struct sheet *sheet)
{
	const struct drill *drill = drill_of(sheet);
	const char *holder = sheet->incident->seats[SEAT_AUDIT].who;
	struct claim claim = claim_now(sheet, OWED_SIGN_OFF);

	if (!drill || drill->reviewed_at == WHEN_NEVER || sheet->incident->aftermath.signed_by[0])
		return;
	claim.subject = holder;
	owe(sheet, &claim, "the drill is reviewed: %s signs it off",
	    holder[0] ? holder : "the seat audit");
}
