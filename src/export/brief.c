/*
 * brief.c: the card: rows of a label and a text that is wrapped, each with its most lines, so that
 * all of them together never need more than BRIEF_LINES.
 */
#include "export/updates.h"

#include <string.h>

#include "base/utf8.h"
#include "export/updates_say.h"

enum { BRIEF_LINES = 23, BRIEF_COLUMNS = 78, LABEL = 10, OWED_LINES = 7 };

struct summary_card {
	const struct clocks_in *in;
	const struct incident *incident;
	struct buf *out;
	size_t lines;
};

/* Bytes that go on this line: whole words, unless a single word is too long for it. */
static size_t fitting(struct str text, size_t columns)
{
	size_t len = utf8_fit(text, columns), word = len;

	if (len == text.len)
		return len;
	while (word > 0 && text.p[word] != ' ')
		word--;
	return word > 0 ? word : len;
}

static void put_line(struct summary_card *card, const char *label, struct str text, bool cut)
{
	size_t len = cut ? utf8_fit(text, BRIEF_COLUMNS - LABEL - 1) : text.len;

	buf_fmt(card->out, "%-*s%.*s%s\n", LABEL, label, (int)len, text.p ? text.p : "",
		cut ? "~" : "");
	card->lines++;
}

/* At most `most` lines; what is cut ends in "~". Nothing is written of an empty text. */
static void put_row(struct summary_card *card, const char *label, const char *text, size_t most)
{
	struct str rest = str_trim(str_of(text));

	for (size_t line = 1; rest.len > 0 && line <= most; line++) {
		size_t len = fitting(rest, BRIEF_COLUMNS - LABEL);

		if (line == most && len < rest.len) {
			put_line(card, label, rest, true);
			return;
		}
		put_line(card, label, str_sub(rest.p, len), false);
		rest = str_trim(str_sub(rest.p + len, rest.len - len));
		label = "";
	}
}

static void put_head(struct summary_card *card)
{
	const struct incident *incident = card->incident;
	struct beginning began = incident_beginning(incident);
	struct buf text = { 0 };
	char sev[LABEL];

	(void)snprintf(sev, sizeof(sev), "SEV%u", incident->severity % 10);
	buf_fmt(&text, "#%s %s", incident->id, incident->title);
	put_row(card, sev, buf_cstr(&text), 1);
	buf_clear(&text);
	buf_fmt(&text, "%s, ", incident_status_word(incident->status));
	buf_text(&text, began.felt ? "users feel it since " : "noticed at ");
	buf_text(&text, began.estimate ? "about " : "");
	say_at(&text, began.at, card->in->wall);
	buf_text(&text, ", declared at ");
	say_at(&text, incident->declared_at, card->in->wall);
	put_row(card, incident->type, buf_cstr(&text), 2);
	buf_done(&text);
}

static void put_parts(struct summary_card *card)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < card->incident->component_count; i++)
		buf_fmt(&text, "%s%s", i ? ", " : "", card->incident->components[i]);
	put_row(card, "affected", buf_cstr(&text), 1);
	put_row(card, "ticket", card->incident->ticket, 1);
	buf_done(&text);
}

static void put_seats(struct summary_card *card)
{
	const struct incident *incident = card->incident;
	struct buf text = { 0 };

	for (int i = 0; i < SEAT_COUNT; i++)
		if (incident->seats[i].who[0])
			buf_fmt(&text, "%s%s %s", text.len ? ", " : "", seat_word((enum seat_name)i),
				incident->seats[i].who);
	if (!incident_commander(incident))
		buf_fmt(&text, "%snobody commands", text.len ? ", " : "");
	if (incident->offer.event[0])
		buf_fmt(&text, "; command is offered to %s", incident->offer.to);
	put_row(card, "who", buf_cstr(&text), 2);
	buf_done(&text);
}

/* Now against the declaration; and what people believe. */
static void put_figures(struct summary_card *card, const struct snapshot *figures)
{
	const struct incident *incident = card->incident;
	const struct snapshot *then = incident->snapshot_count ? &incident->snapshots[0] : NULL;
	const struct sent *last = incident->sent_count ?
				  &incident->sent[incident->sent_count - 1] : NULL;
	struct str saw = last ? users_saw(incident, last->audience) : str_of(NULL);
	struct buf text = { 0 };

	say_figures(&text, figures, then, card->in->wall);
	put_row(card, "now", buf_cstr(&text), 3);
	buf_clear(&text);
	if (last) {
		buf_fmt(&text, "%s at ", last->type);
		say_at(&text, last->at, card->in->wall);
		buf_fmt(&text, "%s%.*s", saw.len ? ": " : "", (int)saw.len, saw.p ? saw.p : "");
	}
	put_row(card, "told", last ? buf_cstr(&text) : "nobody yet", 2);
	buf_done(&text);
}

static void put_alerts(struct summary_card *card)
{
	const struct incident *incident = card->incident;
	struct buf text = { 0 };

	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct incident_alert *alert = &incident->alerts[i];

		if (!alert->firing)
			continue;
		buf_fmt(&text, "%s%s", text.len ? ", " : "", alert->name);
		if (alert->silence == SILENCE_IN_FORCE) {
			buf_text(&text, " (silent until ");
			say_at(&text, alert->silence_until, card->in->wall);
			buf_char(&text, ')');
		}
	}
	put_row(card, "alerts", buf_cstr(&text), 2);
	buf_done(&text);
}

/* `most` lines of `count` things: the last one counts those that do not fit. */
static bool put_more(struct summary_card *card, const char *label, size_t line, size_t most,
		     size_t count)
{
	char text[WHEN_TEXT];

	if (line + 1 < most || count <= most)
		return false;
	snprintf(text, sizeof(text), "and %zu more", count - line);
	put_row(card, label, text, 1);
	return true;
}

static void put_owed(struct summary_card *card)
{
	struct owed owed[OWED_MAX];
	size_t count = clocks_owed(card->in, owed, OWED_MAX);
	struct buf text = { 0 };

	for (size_t i = 0; i < count && i < OWED_LINES; i++) {
		const char *label = i ? "" : "owed";

		if (put_more(card, label, i, OWED_LINES, count))
			break;
		buf_clear(&text);
		buf_text(&text, owed[i].text);
		if (owed[i].due_at != WHEN_NEVER) {
			buf_fmt(&text, "; %s by ", owed[i].overdue ? "OVERDUE" : "due");
			if (owed[i].overdue)
				say_span(&text, card->in->wall - owed[i].due_at);
			else
				say_at(&text, owed[i].due_at, card->in->wall);
		}
		put_row(card, label, buf_cstr(&text), 1);
	}
	buf_done(&text);
}

static bool is_listed(const struct record *record)
{
	return !record->repeat && !record->undone && record->kind != EVENT_SESSION_JOINED &&
	       record->kind != EVENT_UPDATE_DUE && record->kind != EVENT_UPDATE_DELIVERED;
}

/* The last of the record, as many as there is room for, the newest last. */
static void put_record(struct summary_card *card, const struct history *history)
{
	size_t room = BRIEF_LINES - card->lines, from = history ? history_count(history) : 0;
	size_t count = from, found = 0;
	const char *label = "last";
	struct buf text = { 0 };

	for (; from > 0 && found < room; from--)
		found += is_listed(history_record(history, from - 1));
	for (size_t i = from; i < count; i++) {
		const struct record *record = history_record(history, i);

		if (!is_listed(record))
			continue;
		buf_clear(&text);
		say_at(&text, record->at, card->in->wall);
		buf_fmt(&text, " %s%s%s", record->src == SRC_HUMAN ? record->by : "",
			record->src == SRC_HUMAN ? ": " : "", record->sentence);
		put_row(card, label, buf_cstr(&text), 1);
		label = "";
	}
	buf_done(&text);
}

void incident_brief(const struct clocks_in *in, const struct history *history,
		    const struct snapshot *figures, struct buf *out)
{
	struct summary_card card = { in, in->incident, out, 0 };

	put_head(&card);
	put_parts(&card);
	put_seats(&card);
	put_figures(&card, figures);
	put_alerts(&card);
	put_owed(&card);
	put_record(&card, history);
}
