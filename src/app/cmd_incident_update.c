/*
 * cmd_incident_update.c: telling people. The update is on the record before it goes anywhere; then
 * it is sent, and what became of it in each channel is recorded too. What has no answer when
 * --timeout is over is recorded as failed and is owed.
 */
#include <stdio.h>
#include <string.h>

#include "app/channels.h"
#include "app/cmd_incident.h"
#include "export/updates.h"

struct way {				/* one channel of this update */
	const struct channel *channel;
	bool final, ok;
	int64_t status, tries;
	char text[BECAUSE_TEXT];
};

struct telling {
	struct work *work;
	struct order order;
	enum update_type type;
	struct way ways[SENT_CHANNELS];
	size_t count;
	struct channels *channels;
	struct loop_timer patience;
};

static bool find_type(const struct work *work, enum update_type *out, struct err *err)
{
	const char *word = work_flag(work, OPTION_TYPE);

	*out = update_owed(dossier_incident(work->dossier));
	if (!word)
		return true;
	for (int type = 0; type < UPDATE_TYPE_COUNT; type++) {
		*out = (enum update_type)type;
		if (!strcmp(word, update_type_word(*out)))
			return true;
	}
	return err_set(err, ERR_USAGE, "--type: '%.20s' is none of announce, update, resolution", word);
}

static bool add_way(struct telling *telling, const struct channel *channel, struct err *err)
{
	for (size_t i = 0; i < telling->count; i++)
		if (telling->ways[i].channel == channel)
			return true;
	if (telling->count == SENT_CHANNELS)
		return err_set(err, ERR_USAGE, "more than %d channels", SENT_CHANNELS);
	telling->ways[telling->count++] = (struct way){ .channel = channel };
	return true;
}

static bool add_named(struct telling *telling, const char *name, struct err *err)
{
	const struct policy *policy = &telling->work->policy;
	const char *known[POLICY_CHANNELS], *near;

	for (size_t i = 0; i < policy->channel_count; i++) {
		known[i] = policy->channels[i].name;
		if (!strcmp(known[i], name))
			return add_way(telling, &policy->channels[i], err);
	}
	near = str_nearest(name, known, policy->channel_count);
	return err_set(err, ERR_USAGE, "--channel: there is no channel '%.60s'%s%s%s", name,
		       near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool add_all_named(struct telling *telling, const struct text_list *named, struct err *err)
{
	for (size_t i = 0; i < named->count; i++)
		if (!add_named(telling, named->items[i], err))
			return false;
	return true;
}

/* Those that are named, else all for inside: nothing goes to the public by default. */
static bool choose_ways(struct telling *telling, struct err *err)
{
	struct text_list named = work_flags(telling->work, OPTION_CHANNEL);
	const struct policy *policy = &telling->work->policy;

	if (!add_all_named(telling, &named, err))
		return false;
	for (size_t i = 0; named.count == 0 && i < policy->channel_count; i++)
		if (!strcmp(policy->channels[i].audience, "internal") &&
		    !add_way(telling, &policy->channels[i], err))
			return false;
	return true;
}

/* A text for several audiences must be fit for all: "public" is the strictest. */
static const char *audience_of(const struct telling *telling)
{
	for (size_t i = 0; i < telling->count; i++)
		if (!strcmp(telling->ways[i].channel->audience, "public"))
			return "public";
	return telling->count > 0 ? telling->ways[0].channel->audience : "internal";
}

static bool print_draft(struct telling *telling, msec next_at, struct err *err)
{
	struct work *work = telling->work;
	struct snapshot figures;
	const struct update_in in = {
		.incident = dossier_incident(work->dossier),
		.history = dossier_history(work->dossier), .figures = &figures,
		.audience = audience_of(telling), .next_step = "", .next_at = next_at,
		.wall = work->now,
	};
	struct buf text = { 0 };
	json_t *root;

	work_figures(work, &figures);
	update_draft(&in, telling->type, &text);
	if (!work_given(work, OPTION_JSON))
		return work_print_text(work, &text, err);
	root = json_object();
	json_set_text(root, "schema", "binnacle.draft/1");
	json_set_text(root, "type", update_type_word(telling->type));
	json_set_text(root, "audience", in.audience);
	json_set(root, "text", json_stringn(buf_cstr(&text), text.len));
	buf_done(&text);
	return work_print_json(work, root, err);
}

/* --- sending ---------------------------------------------------------------------------------- */

static void stop_waiting(void *arg)
{
	struct telling *telling = arg;

	loop_stop(telling->work->loop);
}

static void on_delivered(void *arg, const struct delivered *what)
{
	struct telling *telling = arg;

	for (size_t i = 0; i < telling->count; i++) {
		struct way *way = &telling->ways[i];

		if (strcmp(way->channel->name, what->channel) != 0)
			continue;
		way->final = what->final;
		way->ok = what->ok;
		way->status = what->status;
		way->tries = what->tries;
		str_put(way->text, sizeof(way->text), what->text);
	}
	for (size_t i = 0; i < telling->count; i++)
		if (!telling->ways[i].final)
			return;
	loop_stop(telling->work->loop);
}

static void wait_for_outcomes(struct telling *telling, const struct event *update)
{
	struct work *work = telling->work;
	const struct channels_setup setup = {
		.loop = work->loop, .context = work->context, .settings = &work->settings,
		.delivered = on_delivered, .arg = telling,
	};

	telling->channels = channels_new(&setup);
	telling->patience = (struct loop_timer){ .call = stop_waiting, .arg = telling };
	loop_timer_set(work->loop, &telling->patience,
		       loop_now(work->loop).steady + work->timeout);
	channels_send(telling->channels, dossier_incident(work->dossier), update);
	loop_run(work->loop);
	loop_timer_stop(work->loop, &telling->patience);
	channels_free(telling->channels);
	if (!work->fixed)
		work->now = loop_now(work->loop).wall;
}

static bool record_outcome(struct work *work, const struct way *way, const char *update,
			   struct err *err)
{
	struct order order = { .kind = EVENT_UPDATE_DELIVERED, .at = WHEN_NEVER, .src = SRC_SENSED };
	const char *name = way->channel->name;
	bool ok = way->final && way->ok;
	const char *text = way->text[0] || ok ? way->text : "no answer in time";

	EVENT_SET(order.data, of, update);
	EVENT_SET(order.data, channel, name);
	EVENT_SET(order.data, ok, ok);
	EVENT_SET(order.data, tries, way->tries);
	if (way->status)
		EVENT_SET(order.data, status, way->status);
	if (*text)
		EVENT_SET(order.data, text, text);
	if (!ok) {
		fprintf(work->context->err, "binnacle: not delivered to %s: %s\n", name, text);
		work->status = EXIT_FAILED;
	}
	return work_submit(work, &order, err) || err_add(err, "what became of it in %s", name);
}

static bool carry(struct telling *telling, struct err *err)
{
	struct work *work = telling->work;
	const struct event update = work->recorded;

	wait_for_outcomes(telling, &update);
	for (size_t i = 0; i < telling->count; i++)
		if (!record_outcome(work, &telling->ways[i], update.id, err))
			return false;
	return true;
}

/* --- the verb --------------------------------------------------------------------------------- */

static bool may_send(const struct telling *telling, const char *text, struct err *err)
{
	const struct work *work = telling->work;
	bool by_hand = work_given(work, OPTION_NO_SEND);

	if (!update_fit(text, audience_of(telling), dossier_incident(work->dossier), err))
		return false;
	if (by_hand)
		return true;
	if (telling->count == 0)
		return err_set(err, ERR_REFUSED, "no channel for inside is configured: post it yourself "
			       "and give --no-send, or name a --channel");
	return work_may_act(work, "an update", err);
}

static void fill_update(struct telling *telling, const char *text, msec next_at)
{
	struct work *work = telling->work;
	const char **names = arena_array(&work->arena, SENT_CHANNELS, sizeof(*names));
	struct event_data *data = &telling->order.data;

	for (size_t i = 0; i < telling->count; i++)
		names[i] = telling->ways[i].channel->name;
	EVENT_SET(*data, type, update_type_word(telling->type));
	EVENT_SET(*data, text, text);
	EVENT_SET(*data, audience, audience_of(telling));
	if (next_at != WHEN_NEVER)
		EVENT_SET(*data, next_at, next_at);
	if (work_given(work, OPTION_NO_SEND))
		EVENT_SET(*data, by_hand, true);
	else
		EVENT_SET(*data, channels, (struct text_list){ names, telling->count });
	work_set_figures(work, data);
}

static bool run_update(struct work *work, struct err *err)
{
	struct telling telling = { .work = work };
	const char *text;
	msec next_at;

	if (!work_time(work, OPTION_NEXT, &next_at, err) || !work_open(work, err) ||
	    !find_type(work, &telling.type, err) || !choose_ways(&telling, err))
		return false;
	telling.order = work_order(work, EVENT_UPDATE_SENT);
	if (work_given(work, OPTION_DRAFT)) {
		work_ask(work);
		return print_draft(&telling, next_at, err);
	}
	if (!work_text(work, &text, err) || !may_send(&telling, text, err))
		return false;
	work_ask(work);
	fill_update(&telling, text, next_at);
	return work_submit(work, &telling.order, err) &&
	       (work_given(work, OPTION_NO_SEND) || carry(&telling, err)) && work_print(work, err);
}

bool work_announce(struct work *work, const struct text_list *channels, const char *text,
		   struct err *err)
{
	struct telling telling = { .work = work, .type = UPDATE_TYPE_ANNOUNCE };

	if (!add_all_named(&telling, channels, err) || !may_send(&telling, text, err))
		return false;
	telling.order = work_order(work, EVENT_UPDATE_SENT);
	fill_update(&telling, text, WHEN_NEVER);
	return work_submit(work, &telling.order, err) &&
	       (work_given(work, OPTION_NO_SEND) || carry(&telling, err));
}

int cmd_incident_update(const struct context *context)
{
	return work_run(context, run_update);
}
