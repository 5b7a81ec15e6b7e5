/*
 * prober_pass.c: leave for what others send to the hosts that we ask. A pass that waits is served
 * before any ask is started, so that neither starves: asks are many and for ever, passes are few.
 */
#include "io/prober_inside.h"

#include <assert.h>
#include <string.h>

static struct budget *host_of(const struct prober *prober, struct str url)
{
	char origin[BUDGET_ORIGIN];

	budget_origin(url, origin);
	for (size_t i = 0; i < prober->host_count; i++)
		if (strcmp(prober->hosts[i].origin, origin) == 0)
			return &prober->hosts[i];
	return NULL;
}

static msec free_at(const struct budget *host, msec now)
{
	return host ? budget_free_at(host, now) : now;
}

msec prober_pass_at(const struct prober *prober, struct str url, char why[BUDGET_TEXT])
{
	const struct budget *host = host_of(prober, url);
	msec now = loop_now(prober->loop).steady, at = free_at(host, now);

	why[0] = '\0';
	if (at != now)
		budget_say(host, now, why);
	return at;
}

void prober_pass_want(struct prober *prober, struct prober_pass *pass, struct str url)
{
	struct prober_pass **end = &prober->passes;

	assert(!pass->prober);
	while (*end)
		end = &(*end)->next;
	*end = pass;
	pass->next = NULL;
	pass->prober = prober;
	pass->host = host_of(prober, url);
	pass->is_granted = false;
	loop_timer_set(prober->loop, &prober->pass, 0);
}

static void take_off(struct prober *prober, struct prober_pass *pass)
{
	struct prober_pass **at = &prober->passes;

	while (*at && *at != pass)
		at = &(*at)->next;
	if (*at)
		*at = pass->next;
	pass->prober = NULL;
}

void prober_pass_back(struct prober_pass *pass, const struct reply *reply)
{
	struct prober *prober = pass->prober;
	msec now;

	if (!prober)
		return;
	now = loop_now(prober->loop).steady;
	take_off(prober, pass);
	if (!pass->is_granted || !pass->host)
		return;
	if (reply && (reply->kind == REPLY_NO_SECRET || reply->kind == REPLY_NO_NAME))
		budget_unsent(pass->host, pass->place);
	else
		budget_end(pass->host, pass->place, now);
	if (reply)
		budget_heed(pass->host, reply, now);
	prober_tick_next_round(prober);
}

/* The first that has room now; *wake is when to look again. */
static struct prober_pass *next_of(const struct prober *prober, msec now, msec *wake)
{
	*wake = WHEN_NEVER;
	for (struct prober_pass *pass = prober->passes; pass; pass = pass->next) {
		msec at = pass->is_granted ? WHEN_NEVER : free_at(pass->host, now);

		if (at == WHEN_NEVER)
			continue;
		if (at <= now)
			return pass;
		if (*wake == WHEN_NEVER || at < *wake)
			*wake = at;
	}
	return NULL;
}

void prober_serve(struct prober *prober)
{
	msec now = loop_now(prober->loop).steady, wake;
	struct prober_pass *pass;

	while ((pass = next_of(prober, now, &wake))) {
		pass->is_granted = true;
		if (pass->host)
			pass->place = budget_start(pass->host, now);
		pass->granted(pass->arg);
	}
	if (wake != WHEN_NEVER)
		loop_timer_set(prober->loop, &prober->pass, wake);
}

void prober_drop_passes(struct prober *prober)
{
	loop_timer_stop(prober->loop, &prober->pass);
	while (prober->passes)
		take_off(prober, prober->passes);
}
