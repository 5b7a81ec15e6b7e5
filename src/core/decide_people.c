/*
 * decide_people.c: seats, command, and what people ask of each other.
 *
 * Command is handed over with two hands: offered by who has it, taken by whom it was offered to.
 * Only an empty seat is taken directly. Somebody who is out of reach is released from the seat,
 * which is on the record.
 */
#include <string.h>

#include "base/num.h"
#include "core/decide_inside.h"

static bool same(const char *a, const char *b)
{
	return strcmp(event_text(a), event_text(b)) == 0;
}

static bool find_seat(struct matter *m, enum seat_name *out)
{
	struct buf words = {0};

	if (seat_find(m->data.role, out))
		return true;
	for (enum seat_name seat = 0; seat < SEAT_COUNT; seat++)
		buf_fmt(&words, "%s%s", seat ? ", " : "", seat_word(seat));
	wrong(m, "a seat is one of %s", buf_cstr(&words));
	buf_done(&words);
	return false;
}

static const char *commander(const struct matter *m)
{
	return m->incident->seats[SEAT_COMMANDER].who;
}

bool decide_take_seat(struct matter *m)
{
	enum seat_name seat;
	const char *holder;

	if (!find_seat(m, &seat))
		return false;
	if (incident_over(m->incident) &&
	    (seat != SEAT_AUDIT || m->incident->status != INCIDENT_CLOSED))	/* who signs it off */
		return refuse_over(m);
	if (!m->data.who)
		EVENT_SET(m->data, who, m->by);
	if (is_blank(m->data.who))
		return wrong(m, "a seat needs a name");
	holder = m->incident->seats[seat].who;
	if (same(holder, m->data.who))
		return already(m, "the seat %s is held by %s", seat_word(seat), holder);
	if (seat == SEAT_COMMANDER && holder[0])
		return refuse(m, "command is held by %s: it is offered and accepted, not taken", holder);
	EVENT_SET(m->data, role, seat_word(seat));
	return accept(m);
}

bool decide_release_seat(struct matter *m)
{
	enum seat_name seat;

	if (!find_seat(m, &seat))
		return false;
	if (!m->incident->seats[seat].who[0])
		return already(m, "the seat %s is empty", seat_word(seat));
	EVENT_SET(m->data, role, seat_word(seat));
	EVENT_SET(m->data, who, m->incident->seats[seat].who);
	return accept(m);
}

bool decide_offer(struct matter *m)
{
	const struct offer *offer = &m->incident->offer;

	if (!commander(m)[0])
		return refuse(m, "nobody has command: the seat is taken, not offered");
	if (!same(commander(m), m->by))
		return refuse(m, "command is held by %s, and only who has it can offer it",
			      commander(m));
	if (same(m->data.who, commander(m)))
		return already(m, "command is held by %s", commander(m));
	if (offer->event[0] && same(offer->to, m->data.who) && same(offer->from, m->by))
		return already(m, "command is offered to %s", offer->to);
	return accept(m);
}

/* The offer that waits, if it is the one that is meant and still holds. */
static bool must_be_offered(struct matter *m)
{
	const struct offer *offer = &m->incident->offer;

	if (!offer->event[0])
		return refuse(m, "no offer of command waits for an answer");
	if (m->data.of && !same(m->data.of, offer->event))
		return refuse(m, "that offer of command was withdrawn");
	if (!same(offer->from, commander(m)))
		return refuse(m, "the offer of command is void: who made it has it no more");
	if (!same(offer->to, m->by))
		return refuse(m, "command is offered to %s, who answers for themselves", offer->to);
	EVENT_SET(m->data, of, offer->event);
	return true;
}

bool decide_accept(struct matter *m)
{
	if (!m->incident->offer.event[0] && m->by[0] && same(commander(m), m->by))
		return already(m, "command is held by %s", commander(m));
	if (!must_be_offered(m))
		return false;
	EVENT_SET(m->data, who, m->incident->offer.to);
	return accept(m);
}

bool decide_decline(struct matter *m)
{
	return must_be_offered(m) && accept(m);
}

/* --- asks, actions, follow-ups, deferred items ---------------------------------------------- */

const struct tracked *tracked_find(const struct tracked *items, size_t count, const char *of)
{
	uint64_t n;

	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].event, of) == 0 ||
		    (num_parse_u64(str_of(of), &n) && n == items[i].n))
			return &items[i];
	return NULL;
}

/* A deadline is still to come. Where none is given, none is kept. */
static bool check_until(struct matter *m)
{
	if (m->data.has & F(until) && m->data.until <= m->now)
		return refuse(m, "the time that is set for it has passed");
	return true;
}

static bool settle(struct matter *m, const struct tracked *items, size_t count, const char *noun)
{
	const struct tracked *item = tracked_find(items, count, m->data.of);

	if (!item) {
		err_set(m->err, ERR_NOT_FOUND, "there is no such %s", noun);
		return false;
	}
	if (item->settled)
		return already(m, "%s %u is settled: %s", noun, item->n, item->outcome);
	EVENT_SET(m->data, of, item->event);
	return accept(m);
}

bool decide_ask(struct matter *m)
{
	return check_until(m) && accept(m);
}

bool decide_ask_end(struct matter *m)
{
	return settle(m, m->incident->asks, m->incident->ask_count, "ask");
}

/* Actions outlive the close: what shall not happen again is thought of and done after it, too. */
bool decide_action(struct matter *m)
{
	return check_action_type(m) && is_its_own(m) && check_until(m) && accept(m);
}

bool decide_action_done(struct matter *m)
{
	if (m->incident->status == INCIDENT_CANCELLED || m->incident->status == INCIDENT_MERGED)
		return refuse(m, "it is %s: reopen it first",
			      incident_status_word(m->incident->status));
	return settle(m, m->incident->actions, m->incident->action_count, "action");
}

bool decide_follow_up(struct matter *m)
{
	return check_until(m) && accept(m);
}

bool decide_follow_up_end(struct matter *m)
{
	return settle(m, m->incident->follow_ups, m->incident->follow_up_count, "follow-up");
}

/* It comes back: so it needs somebody and a time. */
bool decide_defer(struct matter *m)
{
	if (!m->data.owner)
		EVENT_SET(m->data, owner, m->by);
	if (is_blank(m->data.owner))
		return wrong(m, "what is put off needs an owner");
	if (!(m->data.has & F(until)))
		return wrong(m, "what is put off needs a time when it comes back");
	return check_until(m) && accept(m);
}

bool decide_defer_end(struct matter *m)
{
	return settle(m, m->incident->deferred, m->incident->deferred_count, "deferred item");
}

/* --- and the rest --------------------------------------------------------------------------- */

bool decide_ticket(struct matter *m)
{
	if (strlen(m->data.url) >= sizeof(m->incident->ticket))
		return wrong(m, "the address of the ticket is too long: at most %zu bytes",
			     sizeof(m->incident->ticket) - 1);
	if (same(m->data.url, m->incident->ticket))
		return already(m, "that is its ticket");
	return accept(m);
}

/* Unless it is said that nobody answered, somebody did. */
bool decide_escalated(struct matter *m)
{
	if (!(m->data.has & F(ok)))
		EVENT_SET(m->data, ok, true);
	return accept(m);
}

bool decide_checkpoint(struct matter *m)
{
	if (!same(m->data.name, "first_minutes"))
		return wrong(m, "the only checkpoint is first_minutes");
	if (m->incident->first_minutes_answered)
		return already(m, "it was answered: %s", m->incident->first_minutes);
	return accept(m);
}
