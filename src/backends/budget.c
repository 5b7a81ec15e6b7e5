#include "backends/budget.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The longest that a host can silence us for. */
static const msec pause_cap = 10 * WHEN_MINUTE;
/* Where it says that nothing remains, and not for how long. */
static const msec pause_unsaid = WHEN_MINUTE;
static const long little = 20;
static const int too_many_requests = 429;
/* Our clock is read once in a round of the loop, and the host has one of its own. */
static const msec slack = 100;

static msec later(msec a, msec b)
{
	return a > b ? a : b;
}

static void lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

static bool has_port(struct str host)
{
	const char *colon = memrchr(host.p, ':', host.len);

	return colon && !memchr(colon, ']', host.len - (size_t)(colon - host.p));
}

void budget_origin(struct str url, char out[BUDGET_ORIGIN])
{
	const char *mark = url.len > 0 ? memmem(url.p, url.len, "://", 3) : NULL;
	struct str scheme = str_sub(url.p, mark ? (size_t)(mark - url.p) : 0), rest = url;
	struct str host = str_of("");
	struct buf text = { .max = BUDGET_ORIGIN - 1 };

	if (mark)
		rest = str_sub(mark + 3, url.len - scheme.len - 3);
	(void)str_cut(&rest, '/', &host);
	(void)buf_add(&text, scheme.p, scheme.len);
	(void)buf_text(&text, "://");
	(void)buf_add(&text, host.p, host.len);
	if (mark && !has_port(host))
		(void)buf_text(&text, scheme.len == strlen("https") ? ":443" : ":80");
	(void)str_put(out, BUDGET_ORIGIN, buf_cstr(&text));
	buf_done(&text);
	lower(out);
}

void budget_allow(struct budget *budget, struct budget_rule rule)
{
	if (rule.most == 0)
		return;
	assert(rule.most <= BUDGET_PLACES && rule.window > 0);
	for (size_t i = 0; i < budget->rule_count; i++)
		if (budget->rules[i].most == rule.most && budget->rules[i].window == rule.window)
			return;
	assert(budget->rule_count < BUDGET_RULES);
	budget->rules[budget->rule_count++] = rule;
}

static bool counts(const struct budget_place *place, msec window, msec now)
{
	return place->taken && (place->end == WHEN_NEVER || now < place->end + window + slack);
}

static msec room_at(const struct budget *budget, const struct budget_rule *rule, msec now)
{
	msec first = WHEN_NEVER;
	unsigned taken = 0;

	for (size_t i = 0; i < BUDGET_PLACES; i++) {
		const struct budget_place *place = &budget->places[i];
		msec again = place->end + rule->window + slack;

		if (!counts(place, rule->window, now))
			continue;
		taken++;
		if (place->end != WHEN_NEVER && (first == WHEN_NEVER || again < first))
			first = again;
	}
	return taken < rule->most ? now : first;
}

static bool is_paced(const struct budget *budget, msec now)
{
	return budget->gap > 0 && now < budget->paced_until && now < budget->last_start + budget->gap;
}

msec budget_free_at(const struct budget *budget, msec now)
{
	msec at = later(now, budget->closed_until);

	if (is_paced(budget, now))
		at = later(at, budget->last_start + budget->gap);
	for (size_t i = 0; i < budget->rule_count; i++) {
		msec room = room_at(budget, &budget->rules[i], now);

		if (room == WHEN_NEVER)
			return WHEN_NEVER;
		at = later(at, room);
	}
	return at;
}

static msec longest_window(const struct budget *budget)
{
	msec longest = 0;

	for (size_t i = 0; i < budget->rule_count; i++)
		longest = later(longest, budget->rules[i].window);
	return longest;
}

/* There always is a place: the rule of the longest window counts all that cannot be used again. */
size_t budget_start(struct budget *budget, msec now)
{
	msec window = longest_window(budget);
	size_t place = 0;

	budget->last_start = now;
	if (budget->rule_count == 0)
		return 0;
	while (place < BUDGET_PLACES && counts(&budget->places[place], window, now))
		place++;
	assert(place < BUDGET_PLACES);
	budget->places[place] = (struct budget_place){ .taken = true, .end = WHEN_NEVER };
	return place;
}

void budget_end(struct budget *budget, size_t place, msec now)
{
	if (budget->rule_count > 0)
		budget->places[place].end = now;
}

void budget_unsent(struct budget *budget, size_t place)
{
	budget->places[place].taken = false;
}

static msec pause_of(const struct reply *reply)
{
	bool refused = reply->status == too_many_requests;
	bool used_up = reply->rate_remaining == 0;
	msec pause = refused || used_up ? reply->rate_reset : WHEN_NEVER;

	if (refused)
		pause = later(pause, reply->retry_after);
	if (used_up && pause == WHEN_NEVER)
		pause = pause_unsaid;
	return pause < pause_cap ? later(pause, 0) : pause_cap;
}

void budget_heed(struct budget *budget, const struct reply *reply, msec now)
{
	msec pause = pause_of(reply), reset = reply->rate_reset;

	if (reply->kind != REPLY_ANSWER)
		return;
	budget->gap = 0;
	if (pause > 0) {
		budget->closed_until = later(budget->closed_until, now + pause);
	} else if (reply->rate_remaining > 0 && reply->rate_remaining < little && reset > 0) {
		reset = reset < pause_cap ? reset : pause_cap;
		budget->gap = reset / (reply->rate_remaining + 1);
		budget->paced_until = now + reset;
	}
	budget->pause = now < budget->closed_until ? budget->closed_until - now : budget->gap;
}

static long whole_seconds(msec time)
{
	return (long)((time + WHEN_SECOND - 1) / WHEN_SECOND);
}

void budget_say(const struct budget *budget, msec now, char out[BUDGET_TEXT])
{
	const char *mark = strstr(budget->origin, "://"), *host = mark ? mark + 3 : budget->origin;

	out[0] = '\0';
	for (size_t i = 0; i < budget->rule_count; i++)
		if (room_at(budget, &budget->rules[i], now) != now)
			(void)snprintf(out, BUDGET_TEXT, "at most %u requests in %ld s to %.100s",
				       budget->rules[i].most,
				       whole_seconds(budget->rules[i].window), host);
	if (now < budget->closed_until)
		(void)snprintf(out, BUDGET_TEXT, "%.100s wants to be left alone for another %ld s",
			       host, whole_seconds(budget->closed_until - now));
	else if (is_paced(budget, now))
		(void)snprintf(out, BUDGET_TEXT, "%.100s allows one request in %ld s for now", host,
			       whole_seconds(budget->gap));
}
