/*
 * moment_public.c: what everybody may read. An event of a public kind is written anew from what it
 * says about users: what somebody gave as a reason, the rule behind it and the figures are not
 * theirs. An update is public when its audience is.
 */
#include <string.h>

#include "base/attr.h"
#include "export/moment_inside.h"

#define PUBLIC "public"

static const char *severity_words(struct making *making)
{
	const char *now = event_text(making->event->data.new_);
	unsigned severity;

	return !severity_find(now, &severity) ? "the severity changed" :
		arena_fmt(making->arena, "severity is now %s", now);
}

static const char *status_words(struct making *making)
{
	const struct event_data *data = &making->event->data;
	const char *impact = event_text(data->text);
	enum incident_status status;

	if (!incident_status_find(event_text(data->new_), &status))
		return "the status changed";
	return arena_fmt(making->arena, "status is now %s%s%s", event_text(data->new_),
			 impact[0] ? ": " : "", impact);
}

static msec milestone_at(const struct making *making, enum milestone_name name)
{
	const struct milestone *milestone = &making->story->incident->milestones[name];

	return strcmp(milestone->event, making->record->id) == 0 ? milestone->at :
		making->event->data.when;
}

static const char *milestone_words(struct making *making)
{
	enum milestone_name name;
	char at[WHEN_TEXT];

	if (!milestone_find(event_text(making->event->data.name), &name))
		return "";
	when_format(at, milestone_at(making, name));
	return arena_fmt(making->arena, "%s at %s", milestone_word(name), at);
}

static const char *words_of(struct making *making)
{
	enum event_kind kind = making->event->kind;

	if (kind == EVENT_SEVERITY_SET)
		return severity_words(making);
	if (kind == EVENT_STATUS_SET)
		return status_words(making);
	if (kind == EVENT_MILESTONE_SET)
		return milestone_words(making);
	if (kind == EVENT_UPDATE_SENT)
		return "an update was sent";
	return arena_fmt(making->arena, "declared as SEV%u", making->moment->severity);
}

/* Asked of every export, shown in that for everybody only. */
void moment_put_public(struct making *making)
{
	struct moment *moment = making->moment;
	const struct event_data *data = &making->event->data;
	bool update = making->event->kind == EVENT_UPDATE_SENT;

	if (update && strcmp(event_text(data->audience), PUBLIC) != 0)
		moment->public_ = false;
	if (!making->story->in.public_ || !moment->public_)
		return;
	moment->summary = making_text(making, words_of(making), false);
	moment->detail = update ? making_text(making, event_text(data->text), true) : NULL;
	moment->runbook = moment->runbook_sha256 = moment->step = moment->step_state = NULL;
	moment->evidence_count = 0;
	moment->source = moment->automatic ? "automatic" : "console";
	moment->name = moment->automatic ? moment_actor_word(moment->actor) : moment->name;
}
