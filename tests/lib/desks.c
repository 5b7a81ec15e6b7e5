#include "tests/lib/desks.h"

#include <string.h>

#include "app/wording.h"
#include "base/attr.h"
#include "base/mem.h"
#include "base/str.h"
#include "tests/lib/worlds.h"

#define PUT(field, text) str_put((field), sizeof(field), (text))

enum { RUNNING = 1052 };		/* s since the declaration of the first */

static const char *const names[] = {
#define X(sym, name) [DESKS_##sym] = name,
	DESKS(X)
#undef X
};

const char *desks_name(enum desks_kind kind)
{
	return names[kind];
}

static void set_policy(struct policy *policy)
{
	const struct sev_policy strict = { 15 * WHEN_MINUTE, 30 * WHEN_MINUTE, 48 * WHEN_HOUR,
					   72 * WHEN_HOUR, 5 * WHEN_MINUTE };

	policy->sev[1] = policy->sev[2] = strict;
	policy->sev[3] = (struct sev_policy){ .postmortem = 48 * WHEN_HOUR, .rca = 72 * WHEN_HOUR };
	policy->channels[0] = (struct channel){ "ops", CHANNEL_SLACK, "internal",
						"hooks.slack.example" };
	policy->channels[1] = (struct channel){ "status-page", CHANNEL_WEBHOOK, "public",
						"status.example" };
	policy->channel_count = 2;
	policy->recovery_hold = RECOVERY_HOLD;
	policy->silence_for = 15 * WHEN_MINUTE;
}

static void take_seat(struct incident *incident, enum seat_name seat, const char *who, msec at)
{
	PUT(incident->seats[seat].who, who);
	incident->seats[seat].at = incident->seats[seat].t = at;
}

/* As the fold leaves a declared incident. */
static void declare(struct incident *incident, const char *id, const char *title,
		    unsigned severity, msec at)
{
	PUT(incident->id, id);
	PUT(incident->title, title);
	PUT(incident->type, "outage");
	PUT(incident->environment, "prod");
	incident->status = INCIDENT_INVESTIGATING;
	incident->severity = incident->max_severity = severity;
	incident->declared_at = incident->declared_t = incident->severity_t = at;
	incident->imported_from = WHEN_NEVER;
	for (int i = 0; i < MILESTONE_COUNT; i++)
		incident->milestones[i].at = incident->milestones[i].t = WHEN_NEVER;
	incident->milestones[MILESTONE_DECLARED].at = at;
	incident->milestones[MILESTONE_DECLARED].t = at;
	incident->cadence = (struct cadence){ .base_t = at, .promised_at = WHEN_NEVER,
					      .promised_t = WHEN_NEVER, .snoozed_t = WHEN_NEVER,
					      .due_t = WHEN_NEVER };
	incident->offer.at = incident->offer.t = WHEN_NEVER;
	take_seat(incident, SEAT_COMMANDER, "ana", at);
}

struct owed *desks_owe(struct desks *desks, enum owed_kind kind, const char *text, msec due_at)
{
	struct owed *owed = &desks->desk.owed[desks->desk.owed_count++];

	*owed = (struct owed){ .kind = kind, .due_t = due_at, .due_at = due_at };
	PUT(owed->incident, desks->incidents[0].id);
	PUT(owed->text, text);
	owed->prompt = due_at != WHEN_NEVER && due_at <= worlds_now();
	owed->overdue = owed->prompt;
	return owed;
}

static void propose_sev1(struct proposal *proposal)
{
	*proposal = (struct proposal){ .worth = true, .severity = 1, .component_count = 2,
				       .impact_at = worlds_now() - 20 * WHEN_MINUTE,
				       .detected_at = worlds_now() - 12 * WHEN_MINUTE };
	PUT(proposal->rule, "payments stuck 37: SEV1, payments/escrow/bridge stuck");
	PUT(proposal->title, "HealthcheckFailed: indexer");
	PUT(proposal->components[0], "indexer");
	PUT(proposal->components[1], "db");
}

static void open_docket(struct desks *desks, size_t index)
{
	struct docket *docket = &desks->desk.open[desks->desk.count++];

	*docket = (struct docket){ .incident = &desks->incidents[index],
				   .history = desks->histories[index], .saving = SAVING_SAVED };
	PUT(docket->origin, "00112233aabbccdd");
	PUT(docket->folder, "/var/lib/binnacle/incidents/2026-11-22-indexer-down-7k3f9q");
}

static struct incident_alert *fire(struct incident *incident, const char *name, msec since)
{
	struct incident_alert *alert;

	incident->alerts = mem_grow(incident->alerts, &incident->alert_cap, incident->alert_count + 1,
				    sizeof(*incident->alerts));
	alert = &incident->alerts[incident->alert_count++];
	*alert = (struct incident_alert){ .firing = true, .fired = 1, .since = since,
					  .resolved_at = WHEN_NEVER, .acked_at = WHEN_NEVER,
					  .silence_until = WHEN_NEVER, .silence_asked_t = WHEN_NEVER };
	PUT(alert->name, name);
	PUT(alert->fingerprint, "f00d");
	return alert;
}

static void open_first(struct desks *desks)
{
	msec at = worlds_now() - RUNNING * WHEN_SECOND;

	declare(&desks->incidents[0], "7k3f9q", "Indexer down", 1, at);
	fire(&desks->incidents[0], "HealthcheckFailed", at);
	desks->incidents[0].cadence.announced = true;
	open_docket(desks, 0);
	PUT(desks->desk.open[0].peers[0].who, "ben");
	PUT(desks->desk.open[0].peers[0].host, "idx-1");
	PUT(desks->desk.open[0].peers[0].origin, "ffeeddccbbaa9988");
	desks->desk.open[0].peers[0].heard = worlds_now() - WHEN_SECOND;
	desks->desk.open[0].peer_count = 1;
}

static void owe_update(struct desks *desks, msec due_at)
{
	desks_owe(desks, OWED_UPDATE, "update for SEV1, every 15m", due_at);
}

static void owe_rest(struct desks *desks)
{
	struct owed *owed = desks_owe(desks, OWED_ACK, "HealthcheckFailed is not acknowledged",
				      worlds_now() + 30 * WHEN_SECOND);

	PUT(owed->subject, "f00d");
	desks_owe(desks, OWED_FIRST_MINUTES, "ten minutes are over: mitigating, or call somebody?",
		  worlds_now() - 7 * WHEN_MINUTE);
	desks_owe(desks, OWED_TICKET, "no ticket yet", WHEN_NEVER);
}

static void resolve(struct desks *desks)
{
	struct incident *incident = &desks->incidents[0];
	msec at = worlds_now() - 13 * WHEN_MINUTE;

	incident->status = INCIDENT_RESOLVED;
	incident->summary = mem_text("payments were late for 20 minutes");
	incident->milestones[MILESTONE_RESOLVED].at = at;
	incident->milestones[MILESTONE_RESOLVED].t = at;
	desks_owe(desks, OWED_POSTMORTEM, "postmortem", at + 48 * WHEN_HOUR);
	desks_owe(desks, OWED_RCA, "root cause analysis", at + 72 * WHEN_HOUR);
}

static void open_second(struct desks *desks)
{
	struct owed *owed;

	declare(&desks->incidents[1], "9p2m4x", "Horizon slow", 2, worlds_now() - 5 * WHEN_MINUTE);
	open_docket(desks, 1);
	owed = desks_owe(desks, OWED_ANNOUNCE, "announce SEV2: Horizon slow",
			 worlds_now() - 5 * WHEN_MINUTE);
	PUT(owed->incident, "9p2m4x");
}

static void fill(struct desks *desks, enum desks_kind kind)
{
	msec now = worlds_now();

	switch (kind) {
	case DESKS_QUIET:
		PUT(desks->desk.last, "#4h2k8r closed 3d ago; its postmortem is done");
		break;
	case DESKS_CLOSED:
		PUT(desks->desk.last, "#4h2k8r closed 3m ago; its postmortem is due in 47h");
		desks->desk.last_owes = true;
		break;
	case DESKS_PROPOSED:
		propose_sev1(&desks->desk.proposal);
		break;
	case DESKS_OPEN:
		open_first(desks);
		owe_update(desks, now + 252 * WHEN_SECOND);
		owe_rest(desks);
		break;
	case DESKS_DUE:
		open_first(desks);
		owe_update(desks, now - 100 * WHEN_SECOND);
		owe_rest(desks);
		break;
	case DESKS_TWO:
		open_first(desks);
		owe_update(desks, now + 252 * WHEN_SECOND);
		open_second(desks);
		break;
	case DESKS_RESOLVED:
		open_first(desks);
		desks->incidents[0].alerts[0].firing = false;
		resolve(desks);
		break;
	case DESKS_COUNT:
		break;
	}
}

struct desks *desks_new(enum desks_kind kind, struct world *world)
{
	struct desks *desks = mem_new(sizeof(*desks));

	set_policy(&desks->policy);
	desks->desk.policy = &desks->policy;
	desks->desk.wording = &wording;
	desks->desk.version = 1;
	fill(desks, kind);
	world->desk = &desks->desk;
	return desks;
}

void desks_free(struct desks *desks)
{
	if (!desks)
		return;
	for (size_t i = 0; i < ARRAY_LEN(desks->incidents); i++) {
		mem_free(desks->incidents[i].alerts);
		mem_free(desks->incidents[i].summary);
	}
	mem_free(desks);
}
