#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/incidents_inside.h"

#define STEP (1 * WHEN_SECOND)		/* of the wall clock; less is adjusting, not setting */
#define READING ((msec)100)		/* two clocks are not read in one instant */

/* --- the wall clock --- */

void duty_boot(struct incidents *incidents)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text));

	if (fd >= 0)
		close(fd);
	(void)str_copy(incidents->boot, sizeof(incidents->boot),
		       str_trim(str_sub(text, got > 0 ? (size_t)got : 0)));
}

static void tell_step(struct slot *slot, msec by)
{
	struct incidents *incidents = slot->owner;
	struct order order = { .kind = EVENT_CLOCK_STEPPED, .at = WHEN_NEVER, .src = SRC_SENSED };

	EVENT_SET(order.data, by_ms, by);
	EVENT_SET(order.data, boot, incidents->boot);
	EVENT_SET(order.data, boot_ms, loop_now(incidents->setup.loop).steady);
	slot->stepping += by;
	slot_submit(slot, &order);
}

void duty_clock(struct incidents *incidents)
{
	struct now now = loop_now(incidents->setup.loop);
	msec offset = now.wall - now.steady, by = offset - incidents->clock_offset;
	char duration[WHEN_TEXT];

	incidents->clock_offset = offset;
	by = (by + (by < 0 ? -READING : READING) / 2) / READING * READING;
	if (incidents->clock_stands || (by <= STEP && by >= -STEP))
		return;
	when_format_duration(duration, by < 0 ? -by : by);
	incidents_say(incidents, "the clock of this host was set %s by %s",
		      by < 0 ? "back" : "forward", duration);
	for (size_t i = 0; i < incidents->count; i++)
		tell_step(incidents->slots[i], by);
}

/* The last console of this host that spoke in this incident since the host was started. */
static const struct writer *last_here(const struct incidents *incidents,
				      const struct incident *incident)
{
	const struct writer *last = NULL;

	for (size_t i = 0; i < incident->writer_count; i++) {
		const struct writer *writer = &incident->writers[i];

		if (strcmp(writer->boot, incidents->boot) == 0 &&
		    (!last || writer->boot_ms > last->boot_ms))
			last = writer;
	}
	return last;
}

/* Whose clock ours goes with. Before there is a file of ours: the last console of this host. */
const char *duty_origin(const struct slot *slot)
{
	const char *origin = dossier_origin(slot->dossier);
	const struct writer *last;

	if (*origin)
		return origin;
	last = last_here(slot->owner, dossier_incident(slot->dossier));
	return last ? last->origin : "";
}

/* --- what falls due --- */

static void tell_when(struct slot *slot, enum event_kind kind, msec when)
{
	struct order order = { .kind = kind, .at = WHEN_NEVER, .src = SRC_SENSED };

	EVENT_SET(order.data, when, when);
	slot_submit(slot, &order);
}

/* A prompt that was never answered is missed when the next one falls due. */
static void look_at_updates(struct slot *slot)
{
	struct clocks_in in = slot_clocks(slot);
	const struct cadence *cadence = &in.incident->cadence;
	msec when = clocks_update_due(&in), t;

	if (when == WHEN_NEVER || when == slot->due_told)
		return;
	slot->due_told = when;
	t = incident_scale(in.incident, in.origin, in.wall);
	if (cadence->due_t != WHEN_NEVER && cadence->due_t > cadence->base_t)
		tell_when(slot, EVENT_UPDATE_MISSED, cadence->due_t + (in.wall - t));
	tell_when(slot, EVENT_UPDATE_DUE, when);
}

/* Held for so long by the clock that nobody sets; after a start it is watched anew. */
static bool has_held(struct slot *slot, msec since)
{
	struct incidents *incidents = slot->owner;
	msec steady = loop_now(incidents->setup.loop).steady;

	if (slot->good_since != since)
		slot->good_from = steady;
	slot->good_since = since;
	return since != WHEN_NEVER && steady - slot->good_from >= incidents->policy.recovery_hold;
}

static void look_at_recovery(struct slot *slot)
{
	struct incidents *incidents = slot->owner;
	const struct incident *incident = dossier_incident(slot->dossier);
	const struct milestone *known = &incident->milestones[MILESTONE_RECOVERED];
	msec since = sensing_recovered(incident, incidents->estate->world);
	struct order order = { .kind = EVENT_MILESTONE_SET, .at = WHEN_NEVER, .src = SRC_SENSED };

	if (!has_held(slot, since) || since == slot->recovered_told || known->at >= since)
		return;
	slot->recovered_told = since;
	EVENT_SET(order.data, name, milestone_word(MILESTONE_RECOVERED));
	EVENT_SET(order.data, when, since);
	slot_submit(slot, &order);
}

static void tell_sensed(void *arg, const struct order *order)
{
	struct order ours = *order;

	slot_submit(arg, &ours);
}

void duty_look(struct slot *slot, bool second)
{
	const struct incident *incident = dossier_incident(slot->dossier);

	if (incident->severity == 0)
		return;
	/* Joining says what the host's clocks show: a step while no console ran is found by it. */
	if (!slot->entered && !*dossier_origin(slot->dossier))
		dossier_join(slot->dossier);
	slot->entered = true;
	if (second)
		effects_silences(slot);
	if (!incident_open(incident))
		return;
	sensing_look(slot->sensing, incident, slot->owner->estate->world, tell_sensed, slot);
	if (!second)
		return;
	look_at_updates(slot);
	look_at_recovery(slot);
}
