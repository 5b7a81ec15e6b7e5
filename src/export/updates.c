/*
 * updates.c: a draft is a list of parts, one list for each type and for inside and outside. A part
 * writes its line, or nothing where nothing is known and nobody need be asked.
 */
#include "export/updates.h"

#include <string.h>

#include "export/updates_say.h"

enum { PARTS = 8, RECORD_LINES = 5 };

static const char *const words[] = {
#define X(sym, word) [UPDATE_TYPE_##sym] = (word),
	UPDATE_TYPES(X)
#undef X
};

const char *update_type_word(enum update_type type)
{
	return words[type];
}

enum update_type update_owed(const struct incident *incident)
{
	if (!incident_open(incident))
		return UPDATE_TYPE_RESOLUTION;
	return incident->cadence.announced ? UPDATE_TYPE_UPDATE : UPDATE_TYPE_ANNOUNCE;
}

struct writing {
	const struct update_in *in;
	const struct incident *incident;
	enum update_type type;
	const struct sent *last;	/* to the same audience; NULL */
};

typedef void draft_part(const struct writing *writing, struct buf *out);

static bool is_drill(const struct writing *writing)
{
	return !strcmp(writing->incident->type, "drill");
}

static void put_head(const struct writing *writing, struct buf *out)
{
	static const char *const says[] = { [UPDATE_TYPE_ANNOUNCE] = "", [UPDATE_TYPE_UPDATE] = " update",
					    [UPDATE_TYPE_RESOLUTION] = " resolved" };
	const struct incident *incident = writing->incident;

	buf_fmt(out, "%sSEV%u%s: %s\n", is_drill(writing) ? "DRILL " : "", incident->severity,
		says[writing->type], incident->title);
}

static void put_beginning(const struct writing *writing, struct buf *out)
{
	struct beginning began = incident_beginning(writing->incident);

	buf_text(out, began.felt ? "since " : "noticed at ");
	if (began.estimate)
		buf_text(out, "about ");
	say_at(out, began.at, writing->in->wall);
}

static void put_since(const struct writing *writing, struct buf *out)
{
	const struct incident *incident = writing->incident;
	size_t at = out->len;

	if (writing->type == UPDATE_TYPE_UPDATE)
		buf_fmt(out, "%s, ", incident_status_word(incident->status));
	put_beginning(writing, out);
	if (out->len > at)
		out->data[at] = (char)(out->data[at] - 'a' + 'A');
	for (size_t i = 0; i < incident->component_count; i++)
		buf_fmt(out, "%s%s", i ? ", " : ". Affected: ", incident->components[i]);
	buf_text(out, ".\n");
}

/* What people were told last holds until users feel it no more; then they are asked about again. */
static void put_users(const struct writing *writing, struct buf *out)
{
	struct str saw = users_saw(writing->incident, writing->in->audience);

	if (saw.len > 0 && incident_end(writing->incident) == WHEN_NEVER)
		buf_fmt(out, USERS_SEE "%.*s\n", (int)saw.len, saw.p);
	else
		buf_text(out, USERS_SEE "[what do users see now?]\n");
}

static void put_figures(const struct writing *writing, struct buf *out)
{
	const struct snapshot *before = writing->last ? writing->last->figures : NULL;
	struct buf line = { 0 };

	if (say_figures(&line, writing->in->figures, before, writing->in->wall)) {
		buf_text(out, before ? "Since the last update (" : "Now: ");
		if (before) {
			say_at(out, writing->last->at, writing->in->wall);
			buf_text(out, "): ");
		}
		buf_fmt(out, "%s.\n", buf_cstr(&line));
	}
	buf_done(&line);
}

/* What a person did or saw, as it is on the record; figures and alerts speak for themselves. */
static bool is_step(const struct record *record)
{
	static const enum event_kind kinds[] = {
		EVENT_NOTE, EVENT_STATUS_SET, EVENT_SEVERITY_SET, EVENT_TIMER_ENDED,
		EVENT_FOLLOW_UP_ADDED, EVENT_FOLLOW_UP_SETTLED, EVENT_COMMAND_ACCEPTED,
		EVENT_ESCALATED, EVENT_CHECKPOINT_ANSWERED,
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (record->kind == kinds[i])
			return record->src == SRC_HUMAN && !record->undone && !record->repeat;
	return false;
}

static void put_record(const struct writing *writing, struct buf *out)
{
	const struct history *history = writing->in->history;
	size_t count = history ? history_count(history) : 0, from = count, found = 0;
	msec since = writing->last ? writing->last->at : writing->incident->declared_at;

	for (; from > 0 && found < RECORD_LINES; from--) {
		const struct record *record = history_record(history, from - 1);

		found += is_step(record) && record->rec > since;
	}
	if (found > 0)
		buf_text(out, "Done:\n");
	for (size_t i = from; i < count && found > 0; i++) {
		const struct record *record = history_record(history, i);

		if (!is_step(record) || record->rec <= since)
			continue;
		buf_text(out, "- ");
		say_at(out, record->at, writing->in->wall);
		buf_fmt(out, " %s\n", record->sentence);
	}
}

static void put_next_step(const struct writing *writing, struct buf *out)
{
	const char *step = event_text(writing->in->next_step);

	buf_fmt(out, "Next: %s\n", *step ? step : "[what comes next?]");
}

static void put_next_update(const struct writing *writing, struct buf *out)
{
	if (writing->in->next_at == WHEN_NEVER)
		return;
	buf_text(out, "Next update by ");
	say_at(out, writing->in->next_at, writing->in->wall);
	buf_text(out, ".\n");
}

static void put_lead(const struct writing *writing, struct buf *out)
{
	const struct seat *seat = incident_commander(writing->incident);

	if (seat)
		buf_fmt(out, "Lead: %s.\n", seat->who);
}

static void put_ticket(const struct writing *writing, struct buf *out)
{
	if (writing->incident->ticket[0])
		buf_fmt(out, "Ticket: %s\n", writing->incident->ticket);
}

/* "01:55Z to 02:41Z (46m)": no span where the ends are the wrong way round. */
static void put_span(const struct writing *writing, struct buf *out)
{
	struct beginning began = incident_beginning(writing->incident);
	msec end = incident_end(writing->incident), wall = writing->in->wall;

	say_at(out, began.at, wall);
	if (end == WHEN_NEVER)
		return;
	buf_text(out, " to ");
	say_at(out, end, wall);
	if (end >= began.at) {
		buf_text(out, " (");
		say_span(out, end - began.at);
		buf_char(out, ')');
	}
}

static void put_duration(const struct writing *writing, struct buf *out)
{
	struct beginning began = incident_beginning(writing->incident);

	buf_text(out, !began.felt ? "Noticed at " : began.estimate ? "From about " : "From ");
	put_span(writing, out);
	buf_text(out, ".\n");
}

static void put_impact(const struct writing *writing, struct buf *out)
{
	const char *summary = writing->incident->summary;

	buf_fmt(out, "Customer impact: %s\n",
		summary && *summary ? summary : "[what did it mean for customers?]");
}

static void put_users_saw(const struct writing *writing, struct buf *out)
{
	struct str saw = users_saw(writing->incident, writing->in->audience);

	if (saw.len > 0)
		buf_fmt(out, "Users saw: %.*s\n", (int)saw.len, saw.p);
}

static void put_public_drill(const struct writing *writing, struct buf *out)
{
	if (is_drill(writing))
		buf_text(out, "This is a drill.\n");
}

static void put_public_head(const struct writing *writing, struct buf *out)
{
	struct beginning began = incident_beginning(writing->incident);

	buf_text(out, writing->type == UPDATE_TYPE_ANNOUNCE ? "We are looking into a problem " :
		 "We are still working on the problem ");
	buf_text(out, !began.felt ? "that we noticed at " : began.estimate ?
		 "that began at about " : "that began at ");
	say_at(out, began.at, writing->in->wall);
	buf_text(out, ".\n");
}

static void put_public_end(const struct writing *writing, struct buf *out)
{
	buf_text(out, "The problem is resolved: ");
	put_span(writing, out);
	buf_text(out, ".\n");
}

static draft_part *const internal_parts[UPDATE_TYPE_COUNT][PARTS] = {
	[UPDATE_TYPE_ANNOUNCE] = { put_head, put_since, put_users, put_figures, put_lead, put_ticket,
				   put_next_update },
	[UPDATE_TYPE_UPDATE] = { put_head, put_since, put_users, put_figures, put_record,
				 put_next_step, put_next_update },
	[UPDATE_TYPE_RESOLUTION] = { put_head, put_duration, put_impact, put_users_saw, put_figures,
				     put_record, put_ticket },
};

static draft_part *const public_parts[UPDATE_TYPE_COUNT][PARTS] = {
	[UPDATE_TYPE_ANNOUNCE] = { put_public_drill, put_public_head, put_users, put_next_update },
	[UPDATE_TYPE_UPDATE] = { put_public_drill, put_public_head, put_users, put_next_update },
	[UPDATE_TYPE_RESOLUTION] = { put_public_drill, put_public_end, put_impact, put_users_saw },
};

void update_draft(const struct update_in *in, enum update_type type, struct buf *out)
{
	const struct writing writing = { in, in->incident, type, last_sent(in->incident, in->audience) };
	draft_part *const *parts =
		(!strcmp(in->audience, "public") ? public_parts : internal_parts)[type];

	for (size_t i = 0; i < PARTS && parts[i]; i++)
		parts[i](&writing, out);
}
