/*
 * The fold of what comes after: the postmortem and its answers, who signed, and who had a hand in
 * the incident, which decides who may.
 */
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/incident_fold.h"

/* Of an incident that goes on there is none, whatever a console wrote that had not seen it. */
void fold_POSTMORTEM_SET(struct folding *f)
{
	struct aftermath *aftermath = &f->incident->aftermath;
	enum postmortem_status status;

	if (f->data->has & F(who))
		put_line(aftermath->owner, sizeof(aftermath->owner), f->data->who);
	if (incident_open(f->incident) || !postmortem_status_find(f->data->new_, &status))
		return;
	if (aftermath->status != status)
		aftermath->status_at = f->event->at;
	aftermath->status = status;
}

void fold_POSTMORTEM_ANSWERED(struct folding *f)
{
	struct postmortem_answer *answer;
	enum postmortem_section section;

	if (!postmortem_section_find(f->data->name, &section))
		return;
	answer = &f->incident->aftermath.answers[section];
	mem_free(answer->text);
	answer->text = mem_text(event_text(f->data->text));
	answer->at = f->event->at;
	put_line(answer->by, sizeof(answer->by), f->event->by);
}

void fold_ACTION_ITEM_NONE(struct folding *f)
{
	enum action_type type;

	if (action_type_find(f->data->type, &type))
		put_line(f->incident->aftermath.none[type], BECAUSE_TEXT, f->data->reason);
}

/* The first one counts until it is reopened. */
void fold_SIGNED_OFF(struct folding *f)
{
	struct aftermath *aftermath = &f->incident->aftermath;

	f->repeat = aftermath->signed_by[0] != '\0';
	if (f->repeat || (incident_open(f->incident) && !f->incident->drill))
		return;
	put_line(aftermath->signed_by, sizeof(aftermath->signed_by), f->event->by);
	put_line(aftermath->signed_text, sizeof(aftermath->signed_text), f->data->text);
	put_line(aftermath->signed_sha256, sizeof(aftermath->signed_sha256), f->data->sha256);
	aftermath->signed_at = f->event->at;
}

void aftermath_resolved(struct folding *f)
{
	struct aftermath *aftermath = &f->incident->aftermath;

	if (f->incident->status != INCIDENT_RESOLVED || aftermath->status != PAPER_NONE)
		return;
	aftermath->status = PAPER_DRAFT;
	aftermath->status_at = f->event->at;
}

/* What people wrote stays; what it was signed for is another matter now. */
void aftermath_reopened(struct incident *incident)
{
	struct aftermath *aftermath = &incident->aftermath;

	aftermath->status = PAPER_NONE;
	aftermath->status_at = WHEN_NEVER;
	aftermath->signed_by[0] = aftermath->signed_text[0] = aftermath->signed_sha256[0] = '\0';
	aftermath->signed_at = WHEN_NEVER;
	aftermath->exported[0] = '\0';
}

/* --- who took part -------------------------------------------------------------------------- */

static void take_part(struct aftermath *aftermath, const char *who, enum part_taken part)
{
	char name[OPERATOR_TEXT];
	size_t at = 0;

	put_line(name, sizeof(name), who);
	if (!name[0])
		return;
	while (at < aftermath->hand_count && strcmp(aftermath->hands[at].who, name) != 0)
		at++;
	if (at == aftermath->hand_count) {
		aftermath->hands = mem_grow(aftermath->hands, &aftermath->hand_cap, at + 1,
					    sizeof(*aftermath->hands));
		aftermath->hands[at] = (struct hand){ .parts = 0 };
		(void)str_put(aftermath->hands[at].who, OPERATOR_TEXT, name);
		aftermath->hand_count++;
	}
	aftermath->hands[at].parts |= 1U << part;
}

/*  What somebody who writes it has done. */
static const struct {
	enum event_kind kind;
	enum part_taken part;
} deeds[] = {
	{ EVENT_INCIDENT_DECLARED, TOOK_DECLARED }, { EVENT_SEVERITY_SET, TOOK_SEVERITY },
	{ EVENT_RUN_STARTED, TOOK_STEP }, { EVENT_STEP_STARTED, TOOK_STEP },
	{ EVENT_STEP_DONE, TOOK_STEP }, { EVENT_STEP_SKIPPED, TOOK_STEP },
	{ EVENT_STEP_OVERRIDDEN, TOOK_STEP }, { EVENT_STEP_DEFERRED, TOOK_STEP },
	{ EVENT_STEP_REPEATED, TOOK_STEP }, { EVENT_STEP_FAILED, TOOK_STEP },
	{ EVENT_STEP_CONFIRMED, TOOK_STEP }, { EVENT_DECISION_TAKEN, TOOK_STEP },
	{ EVENT_STEP_RUN_STARTED, TOOK_RUN }, { EVENT_TX_ACT_ASKED, TOOK_ACT },
	{ EVENT_TX_ACT_STARTED, TOOK_ACT }, { EVENT_DRILL_ANNOUNCED, TOOK_DRILL },
	{ EVENT_DRILL_INTERVENED, TOOK_DRILL }, { EVENT_COMPONENT_RESTORING, TOOK_DRILL },
	{ EVENT_COMPONENT_RESTORED, TOOK_DRILL }, { EVENT_DRILL_VERIFIED, TOOK_DRILL },
	{ EVENT_DRILL_ROLLED_BACK, TOOK_DRILL }, { EVENT_DRILL_FINISHED, TOOK_DRILL },
};

static bool takes_command(const struct folding *f)
{
	return f->event->kind == EVENT_COMMAND_ACCEPTED ||
	       (f->event->kind == EVENT_ROLE_TAKEN &&
		strcmp(event_text(f->data->role), seat_word(SEAT_COMMANDER)) == 0);
}

/* A step may be somebody else's than whose console it was ticked at. */
void aftermath_hand(struct folding *f)
{
	struct aftermath *aftermath = &f->incident->aftermath;

	if (takes_command(f))
		take_part(aftermath, f->incident->seats[SEAT_COMMANDER].who, TOOK_COMMAND);
	if (f->event->src != SRC_HUMAN)
		return;
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++)
		if (deeds[i].kind == f->event->kind)
			take_part(aftermath, f->event->by, deeds[i].part);
	if (f->event->kind == EVENT_STEP_DONE)
		take_part(aftermath, f->data->who, TOOK_STEP);
}
