/*
 * Who takes part: consoles and their clocks, seats, the hand-over of command, who was called.
 *
 * The scale of an incident (incident.h (3)): a console that notices that its wall clock was set
 * says by how much. One that was not running then finds it out when it starts again: wall clock and
 * CLOCK_BOOTTIME of one start of a host differ by the same amount for ever, unless the wall clock
 * is set. So one console's word serves every other console of that host.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/incident_fold.h"

#define BOOT_MS_MAX ((msec)1000 * 365 * WHEN_DAY)	/* a host does not run for longer */
#define STEPPED_MAX ((msec)20000 * 365 * WHEN_DAY)	/* wider than all times that there are */
#define STEP_SEEN WHEN_SECOND				/* less is the reading of two clocks */

static size_t writer_place(const struct incident *incident, const char *origin)
{
	size_t from = 0, to = incident->writer_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(incident->writers[middle].origin, origin) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

struct writer *incident_writer(struct incident *incident, const char *origin)
{
	size_t place = writer_place(incident, origin), count = incident->writer_count;
	struct writer *writer;

	if (place < count && strcmp(incident->writers[place].origin, origin) == 0)
		return &incident->writers[place];
	incident->writers = mem_grow(incident->writers, &incident->writer_cap, count + 1,
				     sizeof(*writer));
	writer = &incident->writers[place];
	memmove(writer + 1, writer, (count - place) * sizeof(*writer));
	*writer = (struct writer){ .joined_at = WHEN_NEVER, .last_at = WHEN_NEVER,
				   .lost_at = WHEN_NEVER, .boot_wall = WHEN_NEVER };
	str_put(writer->origin, sizeof(writer->origin), origin);
	incident->writer_count++;
	return writer;
}

static msec within(msec value, msec most)
{
	return value > most ? most : value < -most ? -most : value;
}

static void set_forward(struct writer *writer, msec by)
{
	writer->stepped = within(writer->stepped + within(by, STEPPED_MAX), STEPPED_MAX);
}

static bool says_boot(const struct event_data *data)
{
	return data->has & F(boot) && data->has & F(boot_ms) && data->boot[0] && data->boot_ms >= 0 &&
	       data->boot_ms <= BOOT_MS_MAX;
}

/* A console of the same start of the same host, this one itself at best. */
static const struct writer *same_boot(const struct incident *incident, const struct writer *writer,
				      const char *boot)
{
	if (strcmp(writer->boot, boot) == 0)
		return writer;
	for (size_t i = 0; i < incident->writer_count; i++) {
		if (strcmp(incident->writers[i].boot, boot) == 0)
			return &incident->writers[i];
	}
	return NULL;
}

static void keep_boot(struct writer *writer, const struct event *event)
{
	put_line(writer->boot, sizeof(writer->boot), event->data.boot);
	writer->boot_ms = event->data.boot_ms;
	writer->boot_wall = event->rec;
}

/* The wall clock was set by as much as it has moved against the other since `known` spoke. What is
 * less than a second is kept for the next time. */
static void compare_clocks(struct writer *writer, const struct writer *known,
			   const struct event *event)
{
	msec moved = event->rec - event->data.boot_ms - (known->boot_wall - known->boot_ms);

	writer->stepped = known->stepped;
	if (llabs(moved) >= STEP_SEEN) {
		set_forward(writer, moved);
		keep_boot(writer, event);
	} else if (known != writer) {
		str_put(writer->boot, sizeof(writer->boot), known->boot);
		writer->boot_ms = known->boot_ms;
		writer->boot_wall = known->boot_wall;
	}
}

/* A step that the clocks show is counted by them: so it counts once when a console that has just
 * joined, and was noticed to be off, says it too. */
void writer_clock(struct incident *incident, struct writer *writer, const struct event *event)
{
	bool stepped = event->kind == EVENT_CLOCK_STEPPED;
	const struct writer *known = NULL;
	char boot[sizeof(writer->boot)];

	if (!stepped && event->kind != EVENT_SESSION_JOINED)
		return;
	if (says_boot(&event->data)) {
		put_line(boot, sizeof(boot), event->data.boot);
		known = same_boot(incident, writer, boot);
	}
	if (known) {
		compare_clocks(writer, known, event);
		return;
	}
	if (stepped)
		set_forward(writer, event->data.by_ms);
	if (says_boot(&event->data))
		keep_boot(writer, event);
}

/* writer_clock() has done it, before the event's own time was put on the scale. */
void fold_CLOCK_STEPPED(struct folding *f)
{
	(void)f;
}

void fold_SESSION_JOINED(struct folding *f)
{
	struct writer *writer = incident_writer(f->incident, f->event->origin);

	put_line(writer->host, sizeof(writer->host), f->data->host);
	put_line(writer->console, sizeof(writer->console), f->data->console);
	str_put(writer->by, sizeof(writer->by), f->event->by);
	writer->joined_at = f->event->at;
	writer->lost_at = WHEN_NEVER;
	run_interrupt(f);
	tx_interrupt(f);
}

void fold_SESSION_LOST(struct folding *f)
{
	incident_writer(f->incident, f->event->origin)->lost_at = f->event->at;
	run_interrupt(f);
	tx_interrupt(f);
}

static void sit(struct folding *f, enum seat_name name, const char *who)
{
	struct seat *seat = &f->incident->seats[name];

	put_line(seat->who, sizeof(seat->who), who);
	seat->at = f->event->at;
	seat->t = f->t;
}

static void withdraw_offer(struct incident *incident)
{
	mem_free(incident->offer.card);
	incident->offer = (struct offer){ .at = WHEN_NEVER, .t = WHEN_NEVER };
}

void fold_ROLE_TAKEN(struct folding *f)
{
	enum seat_name name;

	if (!seat_find(event_text(f->data->role), &name))
		return;
	sit(f, name, f->data->who);
	if (name == SEAT_COMMANDER)	/* whoever it was offered to: it is settled */
		withdraw_offer(f->incident);
}

/* Who leaves a seat that somebody else has taken meanwhile does not empty it. */
void fold_ROLE_RELEASED(struct folding *f)
{
	enum seat_name name;
	char who[OPERATOR_TEXT];

	if (!seat_find(event_text(f->data->role), &name))
		return;
	put_line(who, sizeof(who), f->data->who);
	if (!who[0] || strcmp(who, f->incident->seats[name].who) == 0)
		sit(f, name, "");
}

void fold_COMMAND_OFFERED(struct folding *f)
{
	struct offer *offer = &f->incident->offer;

	withdraw_offer(f->incident);
	str_put(offer->event, sizeof(offer->event), f->event->id);
	str_put(offer->from, sizeof(offer->from), f->event->by);
	put_line(offer->to, sizeof(offer->to), f->data->who);
	offer->card = mem_text(f->data->text);
	offer->at = f->event->at;
	offer->t = f->t;
}

static bool answers_offer(const struct folding *f)
{
	const struct offer *offer = &f->incident->offer;

	return offer->event[0] && strcmp(offer->event, event_text(f->data->of)) == 0;
}

void fold_COMMAND_ACCEPTED(struct folding *f)
{
	if (!answers_offer(f))
		return;
	sit(f, SEAT_COMMANDER, f->data->who ? f->data->who : f->incident->offer.to);
	withdraw_offer(f->incident);
}

void fold_COMMAND_DECLINED(struct folding *f)
{
	if (answers_offer(f))
		withdraw_offer(f->incident);
}

void fold_ESCALATED(struct folding *f)
{
	struct incident *incident = f->incident;
	struct escalated *called;

	incident->escalated = mem_grow(incident->escalated, &incident->escalated_cap,
				       incident->escalated_count + 1, sizeof(*called));
	called = &incident->escalated[incident->escalated_count++];
	*called = (struct escalated){ .at = f->event->at, .reached = f->data->ok };
	put_line(called->who, sizeof(called->who), f->data->who);
	put_line(called->text, sizeof(called->text), f->data->text);
	str_put(called->by, sizeof(called->by), f->event->by);
}
