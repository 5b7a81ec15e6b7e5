#include "tests/lib/incident_dump.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void head(struct buf *out, const struct incident *i)
{
	buf_fmt(out, "id %s title %s type %s env %s status %d by %s sev %u max %u by %s rule %s\n", i->id,
		i->title, i->type, i->environment, (int)i->status, i->status_by, i->severity,
		i->max_severity, i->severity_by, i->rule);
	buf_fmt(out, "declared %" PRId64 " %" PRId64 " sev_t %" PRId64 " in %" PRId64 " %" PRId64
		" %" PRId64 "\n", i->declared_at, i->declared_t, i->severity_t, i->sev_time[1],
		i->sev_time[2], i->sev_time[3]);
	for (size_t n = 0; n < i->component_count; n++)
		buf_fmt(out, "component %s\n", i->components[n]);
	buf_fmt(out, "reopened %u into %s reason %s summary %s ticket %s\n", i->reopened, i->into,
		i->reason, i->summary ? i->summary : "-", i->ticket);
	buf_fmt(out, "events %zu notes %zu unknown %zu imported %" PRId64 " exported %d last %s %" PRId64
		"\n", i->event_count, i->note_count, i->unknown_count, i->imported_from, i->exported,
		i->last_note, i->last_at);
	buf_fmt(out, "first minutes %d %s\n", i->first_minutes_answered, i->first_minutes);
	buf_fmt(out, "conflict %d %d %s\n", i->conflict.severity, i->conflict.status, i->conflict.text);
}

static void seats(struct buf *out, const struct incident *i)
{
	for (size_t n = 0; n < SEAT_COUNT; n++)
		buf_fmt(out, "seat %zu %s %" PRId64 " %" PRId64 "\n", n, i->seats[n].who,
			i->seats[n].at, i->seats[n].t);
	buf_fmt(out, "offer %s %s %s %s %" PRId64 " %" PRId64 "\n", i->offer.event, i->offer.from,
		i->offer.to, i->offer.card ? i->offer.card : "-", i->offer.at, i->offer.t);
	for (size_t n = 0; n < MILESTONE_COUNT; n++)
		buf_fmt(out, "milestone %zu %" PRId64 " %" PRId64 " %d %s %s\n", n, i->milestones[n].at,
			i->milestones[n].t, (int)i->milestones[n].src, i->milestones[n].reason,
			i->milestones[n].event);
}

static void cadence(struct buf *out, const struct cadence *c)
{
	buf_fmt(out, "cadence %" PRId64 " %u %" PRId64 " %d %" PRId64 " %" PRId64 " %" PRId64 " %s\n",
		c->base_t, c->severity, c->severity_t, c->announced, c->promised_at, c->promised_t,
		c->snoozed_t, c->snoozed_because);
	buf_fmt(out, "due %" PRId64 " %" PRId64 " %" PRId64 " %u %u %u %" PRId64 "\n", c->due_t,
		c->overdue_t, c->missed_t, c->due, c->late, c->missed, c->longest_gap);
}

static void snapshot(struct buf *out, const struct snapshot *s)
{
	buf_fmt(out, "snapshot %" PRId64 " %u\n", s->at, s->severity);
	for (size_t n = 0; n < s->count; n++)
		buf_fmt(out, "figure %s %s %s %s %d %" PRId64 "\n", s->figures[n].name,
			s->figures[n].unit, s->figures[n].text, s->figures[n].because,
			s->figures[n].known, s->figures[n].at);
}

static void sent(struct buf *out, const struct sent *s)
{
	buf_fmt(out, "sent %s %s %s %s %" PRId64 " %" PRId64 " %" PRId64 " %d %d %s\n", s->event, s->by,
		s->type, s->audience, s->at, s->t, s->next_at, s->by_hand, s->late,
		s->text ? s->text : "-");
	for (size_t n = 0; n < s->channel_count; n++)
		buf_fmt(out, "channel %s %d %d %" PRId64 " %" PRId64 " %s %" PRId64 "\n",
			s->channels[n].channel, s->channels[n].done, s->channels[n].ok,
			s->channels[n].status, s->channels[n].tries, s->channels[n].response,
			s->channels[n].at);
	if (s->figures)
		snapshot(out, s->figures);
}

static void tracked(struct buf *out, const char *list, const struct tracked *items, size_t count)
{
	for (size_t n = 0; n < count; n++)
		buf_fmt(out, "%s %u %s %s %s %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
			" %d %s %" PRId64 "\n", list, items[n].n, items[n].event, items[n].by,
			items[n].type, items[n].text, items[n].who, items[n].at, items[n].t,
			items[n].until, items[n].until_t, items[n].settled, items[n].outcome,
			items[n].settled_at);
}

static void alert(struct buf *out, const struct incident_alert *a)
{
	buf_fmt(out, "alert %s %s %d %u %" PRId64 " %" PRId64 " %" PRId64 " %d %s %" PRId64 "\n",
		a->name, a->fingerprint, a->firing, a->fired, a->since, a->resolved_at, a->t, a->acked,
		a->acked_by, a->acked_at);
	buf_fmt(out, "silence %d %s %s %s %" PRId64 " %" PRId64 "\n", (int)a->silence, a->silence_id,
		a->owner, a->silence_because, a->silence_until, a->silence_asked_t);
	for (size_t n = 0; n < a->label_count; n++)
		buf_fmt(out, "label %s\n", a->labels[n]);
}

static void writer(struct buf *out, const struct writer *w)
{
	buf_fmt(out, "writer %s %s %s %s %" PRIu64 " %s %" PRId64 " %" PRId64 " %" PRId64 "\n",
		w->origin, w->host, w->by, w->console, w->seq, w->head, w->joined_at, w->last_at,
		w->lost_at);
	buf_fmt(out, "clock %" PRId64 " %s %" PRId64 " %" PRId64 " %" PRIu64 "\n", w->stepped, w->boot,
		w->boot_ms, w->boot_wall, w->events);
}

static void others(struct buf *out, const struct incident *i)
{
	for (size_t n = 0; n < i->signal_count; n++)
		buf_fmt(out, "signal %s %s %d %s %" PRId64 "\n", i->signals[n].name, i->signals[n].type,
			(int)i->signals[n].state, i->signals[n].because, i->signals[n].at);
	for (size_t n = 0; n < i->evidence_count; n++)
		buf_fmt(out, "evidence %s %s %s %s %" PRId64 " %" PRId64 "\n", i->evidence[n].event,
			i->evidence[n].sha256, i->evidence[n].name, i->evidence[n].text,
			i->evidence[n].bytes, i->evidence[n].at);
	for (size_t n = 0; n < i->escalated_count; n++)
		buf_fmt(out, "escalated %s %s %s %" PRId64 " %d\n", i->escalated[n].who,
			i->escalated[n].text, i->escalated[n].by, i->escalated[n].at,
			i->escalated[n].reached);
}

static void attempt(struct buf *out, const struct attempt *a)
{
	buf_fmt(out, "attempt %s %s %s %s %s %zu %u %" PRId64 " %" PRId64 " %" PRId64 " %d %d %s %" PRId64
		" %d %d %s %s\n", a->event, a->origin, a->by, a->host, a->command, a->fence, a->round,
		a->at, a->t, a->took, a->interrupted, a->ended, a->how, a->exit, a->judged, a->well,
		a->output, a->answer);
}

static void run_step_dump(struct buf *out, const struct run_step *s)
{
	buf_fmt(out, "step %s %s %s %s %d %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d %u\n",
		s->id, step_mark_word(s->mark), s->event, s->by, (int)s->src, s->reason, s->option,
		s->at, s->t, s->until, s->started_t, s->early, s->round);
	buf_fmt(out, "claim %s %s %" PRId64 " running %s asked %s %s %s %zu %" PRId64 " confirmed %s\n",
		s->claimed_by, s->claim_origin, s->claimed_t, s->running, s->asked, s->asked_by,
		s->asked_digest, s->asked_fence, s->asked_t, s->confirmed_by);
	for (size_t n = 0; n < s->attempt_count; n++)
		attempt(out, &s->attempts[n]);
}

static void run(struct buf *out, const struct run *r)
{
	buf_fmt(out, "run %s %s %s %s %s %d %d %s %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
		" %s %u\n", r->event, r->runbook, r->title, r->sha256, r->blob, r->native, r->instruct,
		r->parent, r->by, r->because, r->at, r->t, r->ended_at, r->ended_t, r->words,
		r->unknown_steps);
	for (size_t n = 0; n < r->step_count; n++)
		run_step_dump(out, &r->steps[n]);
	for (size_t n = 0; n < r->value_count; n++)
		buf_fmt(out, "value %s %s %s\n", r->values[n].name,
			r->values[n].value ? r->values[n].value : "-", r->values[n].by);
}

static void tx(struct buf *out, const struct incident_tx *t)
{
	buf_fmt(out, "tx %s %s %d %d %d %s %s %s %s %" PRId64 " dismissed %d %s %s asked %s %s %s\n",
		t->hash, t->id, t->diagnosed, (int)t->verdict, (int)t->safe, t->because, t->row,
		t->sha256, t->by, t->at, t->dismissed, t->dismissed_reason, t->dismissed_by,
		t->asked_by, t->asked_how, t->asked_digest);
	for (size_t n = 0; n < t->deed_count; n++) {
		const struct tx_deed *d = &t->deeds[n];

		buf_fmt(out, "deed %s %s %s %s %s %s %s %s %" PRId64 " %" PRId64 " %d %d %d %d %s\n",
			d->event, d->origin, d->by, d->how, d->target, d->text, d->because, d->reason,
			d->at, d->ended_at, d->ended, d->interrupted, d->judged, d->well, d->outcome);
	}
}

void incident_dump(const struct incident *incident, struct buf *out)
{
	head(out, incident);
	seats(out, incident);
	cadence(out, &incident->cadence);
	for (size_t n = 0; n < incident->sent_count; n++)
		sent(out, &incident->sent[n]);
	tracked(out, "ask", incident->asks, incident->ask_count);
	tracked(out, "action", incident->actions, incident->action_count);
	tracked(out, "follow-up", incident->follow_ups, incident->follow_up_count);
	tracked(out, "deferred", incident->deferred, incident->deferred_count);
	for (size_t n = 0; n < incident->alert_count; n++)
		alert(out, &incident->alerts[n]);
	others(out, incident);
	for (size_t n = 0; n < incident->run_count; n++)
		run(out, &incident->runs[n]);
	for (size_t n = 0; n < incident->tx_count; n++)
		tx(out, &incident->txs[n]);
	buf_fmt(out, "by hand %u\n", incident->manual_commands);
	for (size_t n = 0; n < incident->snapshot_count; n++)
		snapshot(out, &incident->snapshots[n]);
	for (size_t n = 0; n < incident->writer_count; n++)
		writer(out, &incident->writers[n]);
}

void timeline_dump(const struct history *history, struct buf *out)
{
	for (size_t n = 0; n < history_count(history); n++) {
		const struct record *r = history_record(history, n);

		buf_fmt(out, "%s %s %" PRIu64 " %" PRId64 " %" PRId64 " %d %d %s pin %d undone %d "
			"repeat %d corrected %d backdated %d: %s\n", r->id, r->origin, r->seq, r->at, r->rec,
			(int)r->kind, (int)r->src, r->by, r->pinned, r->undone, r->repeat, r->corrected,
			r->backdated, r->sentence);
	}
}

void incident_digest(const struct incident *incident, char out[DIGEST_HEX])
{
	struct buf text = { 0 };

	incident_dump(incident, &text);
	digest_sha256(out, str_sub(text.data, text.len));
	buf_done(&text);
}

void expect_same_text(const struct buf *a, const struct buf *b, const char *what)
{
	struct str first = str_of(buf_cstr(a)), second = str_of(buf_cstr(b)), x, y;

	while (str_cut(&first, '\n', &x)) {
		if (!str_cut(&second, '\n', &y))
			y = str_of("nothing");
		if (x.len != y.len || memcmp(x.p, y.p, x.len) != 0)
			fail_msg("%s:\n  %.*s\n  %.*s", what, (int)x.len, x.p, (int)y.len, y.p);
	}
	if (second.len > 0)
		fail_msg("%s: one has more: %.*s", what, (int)second.len, second.p);
}
