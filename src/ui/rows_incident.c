#include "ui/rows_incident.h"

#include <stdio.h>
#include <string.h>

#include "ui/explain.h"
#include "ui/rows_alerts.h"
#include "ui/say.h"

enum { NARROW = 60, WIDE = 94 };

static const msec peer_silent = 15 * WHEN_SECOND;

void say_elapsed(msec span, char out[WHEN_TEXT])
{
	msec unit = span >= WHEN_DAY ? WHEN_HOUR : span >= WHEN_MINUTE ? WHEN_MINUTE : WHEN_SECOND;

	span = span < 0 ? 0 : span;
	when_format_duration(out, span - span % unit);
}

/* "ops ok, status-page FAILED 500, page on its way" */
static void say_deliveries(const struct sent *sent, struct buf *out)
{
	for (size_t i = 0; i < sent->channel_count; i++) {
		const struct delivery *to = &sent->channels[i];

		buf_fmt(out, "%s%s %s", i ? ", " : "", to->channel,
			!to->done ? "on its way" : to->ok ? "ok" : "FAILED");
		if (to->done && !to->ok && to->status != 0)
			buf_fmt(out, " %lld", (long long)to->status);
	}
	if (sent->channel_count == 0)
		buf_text(out, sent->by_hand ? "by hand" : "no channel");
}

static bool has_failed(const struct sent *sent)
{
	for (size_t i = 0; i < sent->channel_count; i++)
		if (sent->channels[i].done && !sent->channels[i].ok)
			return true;
	return false;
}

static void row_sent(const struct scene *scene, struct page *page, const struct sent *sent)
{
	struct item item = item_of_sent(sent);
	struct str rest = str_of(sent->text), line = { 0 };
	struct buf deliveries = { 0 };
	char at[SAY_TEXT];
	int x;

	say_deliveries(sent, &deliveries);
	say_time(scene, sent->at, at);
	page_row(page, (struct row){ ROW_ITEM, item, item, has_failed(sent) });
	page_field(page, "name", sent->type);
	page_field(page, "who", sent->by);
	page_field(page, "text", sent->text ? sent->text : "");
	x = page_put(page, 1, page->cols, ROLE_DIM, "%-9s ", at);
	x = page_put(page, x, page->cols, ROLE_PLAIN, "%-8s %s: ", sent->type, sent->by);
	x = page_put(page, x, page->cols, has_failed(sent) ? ROLE_BAD : ROLE_PLAIN, "%s",
		     buf_cstr(&deliveries));
	if (sent->late)
		x = page_put(page, x, page->cols, ROLE_WARN, " late");
	if (str_cut(&rest, '\n', &line))
		page_put(page, x + 2, page->cols, ROLE_DIM, "%.*s%s", (int)line.len, line.p,
			 rest.len ? " ..." : "");
	buf_done(&deliveries);
}

void rows_updates(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	char right[96], until[SAY_TEXT];

	(void)snprintf(right, sizeof(right), "%zu sent, %u late, %u missed ", in->sent_count,
		       in->cadence.late, in->cadence.missed);
	page_title(page, "UPDATES", right);
	if (in->cadence.snoozed_t != WHEN_NEVER) {
		say_time(scene, in->cadence.snoozed_t, until);
		page_text(page);
		page_put(page, 1, page->cols, ROLE_WARN, "put off to %s: %s", until,
			 in->cadence.snoozed_because);
	}
	for (size_t i = in->sent_count; i > 0; i--)
		row_sent(scene, page, &in->sent[i - 1]);
	if (in->sent_count == 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_STRONG, "Nobody was told yet: p writes the announcement.");
	}
}

static void put_fired_end(const struct scene *scene, struct page *page, int x,
			  const struct incident_alert *is)
{
	char at[SAY_TEXT];

	say_clock(scene, is->acked_at, at);
	if (is->acked)
		x = page_put(page, x, page->cols, ROLE_PLAIN, "acked by %s %s", is->acked_by, at);
	else if (is->firing)
		x = page_put(page, x, page->cols, ROLE_STRONG, "not acked");
	say_clock(scene, is->silence_until, at);
	if (is->silence == SILENCE_IN_FORCE)
		page_put(page, x + 1, page->cols, ROLE_WARN, "silent until %s", at);
	else if (is->silence == SILENCE_ASKED)
		page_put(page, x + 1, page->cols, ROLE_UNKNOWN, "a silence was asked for: no answer");
	else if (is->silence == SILENCE_FAILED)
		page_put(page, x + 1, page->cols, ROLE_WARN, "no silence: %s", is->silence_because);
	else if (is->fired > 1)
		page_put(page, x + 1, page->cols, ROLE_DIM, "fired %u times", is->fired);
}

static void row_fired(const struct scene *scene, struct page *page, const struct incident_alert *is)
{
	enum { STATE = 8, AGE = 4 };
	struct item item = item_of_fired(is);
	int name = page->cols < NARROW ? 18 : page->cols < WIDE ? 28 : 36, x = name + 2;
	char age[SAY_TEXT];

	page_row(page, (struct row){ ROW_ITEM, item, item, is->firing });
	page_field(page, "name", is->name);
	page_field(page, "state", is->firing ? "firing" : "resolved");
	page_field(page, "acked", is->acked ? "yes" : "no");
	put_alert_name(page, 1, name, is->name);
	page_put(page, x, STATE, is->firing ? ROLE_BAD : ROLE_DIM, "%s",
		 is->firing ? "firing" : "resolved");
	say_age(scene, is->firing ? is->since : is->resolved_at, age);
	page_put_right(page, x + STATE + 1, AGE, ROLE_PLAIN, "%s", age);
	put_fired_end(scene, page, x + STATE + AGE + 3, is);
}

void rows_fired(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	size_t firing = 0;
	char right[64];

	for (size_t i = 0; i < in->alert_count; i++)
		firing += in->alerts[i].firing;
	if (in->alert_count == 0)
		return;
	(void)snprintf(right, sizeof(right), "%zu of %zu fire ", firing, in->alert_count);
	page_title(page, "ALERTS IN IT", right);
	for (size_t i = 0; i < in->alert_count; i++)
		if (in->alerts[i].firing)
			row_fired(scene, page, &in->alerts[i]);
	for (size_t i = 0; i < in->alert_count; i++)
		if (!in->alerts[i].firing)
			row_fired(scene, page, &in->alerts[i]);
}

static void row_seat(const struct scene *scene, struct page *page, const struct incident *in,
		     enum seat_name name)
{
	const struct seat *seat = &in->seats[name];
	struct item item = item_of_seat(in, name);
	int x = page->cols < NARROW ? 20 : 30;
	char since[SAY_TEXT];

	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "name", seat_word(name));
	page_field(page, "who", seat->who);
	page_put(page, 1, x - 2, seat->who[0] ? ROLE_PLAIN : ROLE_DIM, "%s", seat_title(name));
	if (!seat->who[0]) {
		page_put(page, x, page->cols, ROLE_DIM, "empty");
		return;
	}
	say_time(scene, seat->at, since);
	x = page_put(page, x, page->cols, ROLE_STRONG, "%s", seat->who);
	page_put(page, x + 1, page->cols, ROLE_PLAIN, "since %s", since);
}

void rows_seats(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	size_t taken = 0;
	char right[64];

	for (int seat = 0; seat < SEAT_COUNT; seat++)
		taken += in->seats[seat].who[0] != '\0';
	(void)snprintf(right, sizeof(right), "%zu of %d taken ", taken, SEAT_COUNT);
	page_title(page, "SEATS", right);
	for (int seat = 0; seat < SEAT_COUNT; seat++)
		row_seat(scene, page, in, (enum seat_name)seat);
}

/* "due 02:20, in 5m", "OVERDUE 3m", or when it was settled. */
static void put_due(const struct scene *scene, struct page *page, int x, int w,
		    const struct tracked *is, msec scale)
{
	char at[SAY_TEXT], span[WHEN_TEXT];

	if (is->settled) {
		say_clock(scene, is->settled_at, at);
		page_put_right(page, x, w, ROLE_DIM, "done %s", at);
	} else if (is->until == WHEN_NEVER) {
		page_put_right(page, x, w, ROLE_PLAIN, "open");
	} else if (is->until_t <= scale) {
		say_elapsed(scale - is->until_t, span);
		page_put_right(page, x, w, ROLE_BAD, "OVERDUE %s", span);
	} else {
		say_elapsed(is->until_t - scale, span);
		page_put_right(page, x, w, ROLE_PLAIN, "due in %s", span);
	}
}

void row_tracked(const struct scene *scene, struct page *page, const struct tracked *is,
		 msec scale)
{
	enum { DUE = 14 };
	struct item item = item_of_tracked(is);
	bool overdue = !is->settled && is->until != WHEN_NEVER && is->until_t <= scale;
	int right = page->cols - DUE - 1, x;

	page_row(page, (struct row){ ROW_ITEM, item, item, overdue });
	page_field(page, "name", is->type);
	page_field(page, "who", is->who);
	page_field(page, "state", is->settled ? "done" : "open");
	page_field(page, "text", is->text);
	x = page_put(page, 1, page->cols, is->settled ? ROLE_DIM : ROLE_PLAIN, "[%c] %u",
		     is->settled ? 'x' : ' ', is->n) + 1;
	if (is->type[0])
		x = page_put(page, x, right - x, ROLE_DIM, "%s", is->type) + 1;
	if (is->who[0])
		x = page_put(page, x, right - x, ROLE_PLAIN, "%s:", is->who) + 1;
	page_put(page, x, right - x - 1, is->settled ? ROLE_DIM : ROLE_PLAIN, "%s%s%s", is->text,
		 is->settled && is->outcome[0] ? " - " : "", is->settled ? is->outcome : "");
	put_due(scene, page, right, DUE, is, scale);
}

static void rows_tracked(const struct scene *scene, struct page *page, const char *title,
			 const struct tracked *list, size_t count, msec scale)
{
	size_t open = 0;
	char right[64];

	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		open += !list[i].settled;
	(void)snprintf(right, sizeof(right), "%zu open, %zu done ", open, count - open);
	page_title(page, title, right);
	for (size_t i = 0; i < count; i++)
		if (!list[i].settled)
			row_tracked(scene, page, &list[i], scale);
	for (size_t i = 0; i < count; i++)
		if (list[i].settled)
			row_tracked(scene, page, &list[i], scale);
}

void rows_work(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	msec scale = incident_scale(in, docket->origin, scene->now);

	rows_tracked(scene, page, "ASKED", in->asks, in->ask_count, scale);
	rows_tracked(scene, page, "FOLLOW-UPS, to be undone before it closes", in->follow_ups,
		     in->follow_up_count, scale);
	rows_tracked(scene, page, "PUT OFF, to be settled before it closes", in->deferred,
		     in->deferred_count, scale);
	rows_tracked(scene, page, "ACTION ITEMS", in->actions, in->action_count, scale);
}

void rows_evidence(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	char right[64], at[SAY_TEXT];

	if (in->evidence_count == 0)
		return;
	(void)snprintf(right, sizeof(right), "%zu ", in->evidence_count);
	page_title(page, "EVIDENCE", right);
	for (size_t i = 0; i < in->evidence_count; i++) {
		const struct evidence *is = &in->evidence[i];
		struct item item = item_of_evidence(is);
		int x;

		say_time(scene, is->at, at);
		page_row(page, (struct row){ ROW_ITEM, item, item, false });
		page_field(page, "name", is->name);
		x = page_put(page, 1, page->cols, ROLE_DIM, "%-9s ", at);
		x = page_put(page, x, page->cols, ROLE_PLAIN, "%s", is->name);
		page_put(page, x + 2, page->cols, ROLE_DIM, "%lld bytes  %s", (long long)is->bytes,
			 is->text);
	}
}

static void put_peer(const struct scene *scene, struct page *page, const struct peer *peer)
{
	bool silent = scene->now - peer->heard > peer_silent;
	char at[SAY_TEXT], age[SAY_TEXT];

	say_time(scene, peer->heard, at);
	say_age(scene, peer->heard, age);
	if (peer->lost)
		explain_put(page, "console", "%s on %s has gone, last heard %s", peer->who, peer->host, at);
	else
		explain_put(page, "console", "%s on %s %s %s%s", peer->who, peer->host,
			    silent ? "silent since" : "heard", silent ? at : age,
			    silent ? "" : " ago");
}

static void put_saving(struct page *page, const struct docket *docket)
{
	char waiting[48] = "";

	if (docket->waiting > 0)
		(void)snprintf(waiting, sizeof(waiting), ", %zu events wait", docket->waiting);
	explain_put(page, "journal", "%s%s%s%s", saving_word(docket->saving), waiting,
		    docket->trouble[0] ? ": " : "", docket->trouble);
	explain_put(page, "folder", "%s", docket->folder);
	if (docket->incident->unknown_count > 0)
		explain_put(page, "unknown", "%zu events are of a newer version: kept as they are, "
			    "without effect", docket->incident->unknown_count);
}

void rows_record(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;

	page_title(page, "RECORD", "");
	explain_put(page, "ticket", "%s", in->ticket[0] ? in->ticket : "none yet; i sets it");
	for (size_t i = 0; i < in->escalated_count; i++) {
		char at[SAY_TEXT];

		say_time(scene, in->escalated[i].at, at);
		explain_put(page, "called", "%s %s by %s, %s%s%s", at, in->escalated[i].who,
			    in->escalated[i].by, in->escalated[i].reached ? "reached" : "not reached",
			    in->escalated[i].text[0] ? ": " : "", in->escalated[i].text);
	}
	for (size_t i = 0; i < docket->peer_count; i++)
		put_peer(scene, page, &docket->peers[i]);
	put_saving(page, docket);
}
