/* redis_judge.c: what the replies of Redis mean, and what is published of them (formats.md 7.3). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/redis.h"

static bool is_primary(const struct redis_info *info)
{
	return strcmp(info->role, "master") == 0;
}

static bool is_replica(const struct redis_info *info)
{
	return strcmp(info->role, "slave") == 0;
}

/* Without the buffers that Redis itself leaves out when it compares with maxmemory; -1: there is
 * no limit, or it is not known. */
static long long percent_used(const struct redis_info *info)
{
	const double most = 1e6;
	double uncounted = info->uncounted > 0 ? (double)info->uncounted : 0;
	double counted = (double)info->used_memory - uncounted;

	if (info->used_memory < 0 || info->max_memory <= 0)
		return -1;
	return counted > 0 ? (long long)fmin(most, 100 * counted / (double)info->max_memory) : 0;
}

static const char *primary_of(const struct redis_info *info, char out[96])
{
	if (info->master[0] && info->master_port >= 0)
		(void)snprintf(out, 96, "%s:%lld", info->master, (long long)info->master_port);
	else
		(void)str_put(out, 96, "its primary");
	return out;
}

static void say_how_it_is(const struct redis_info *info, struct report *out)
{
	long long percent = percent_used(info);
	char memory[64] = "no limit of memory", primary[96];

	if (percent >= 0)
		(void)snprintf(memory, sizeof(memory), "%lld %% of its memory in use", percent);
	if (is_replica(info))
		report_say(out, STATE_OK, "replica of %s, last word %lld s ago, %s",
			   primary_of(info, primary), (long long)info->last_io_s, memory);
	else
		report_say(out, STATE_OK, "primary, %s", memory);
}

static void judge_role(const struct redis_config *config, const struct redis_info *info,
		       struct report *out)
{
	char primary[96];

	if (config->role == REDIS_PRIMARY && is_replica(info))
		finding(out, STATE_BAD, "read-only: a replica of %s where the primary should be",
			primary_of(info, primary));
	if (config->role == REDIS_REPLICA && is_primary(info))
		finding(out, STATE_BAD, "a primary where a replica should be: it follows nobody");
}

static void judge_link(const struct redis_config *config, const struct redis_info *info,
		       struct report *out)
{
	bool down = strcmp(info->link, "down") == 0;
	char primary[96], since[64] = "";

	if (info->link_down_s >= 0)
		(void)snprintf(since, sizeof(since), " for %lld s", (long long)info->link_down_s);
	if (down && info->syncing > 0)
		finding(out, STATE_WARN, "copies all data from %s: what it has is old",
			primary_of(info, primary));
	else if (down)
		finding(out, STATE_WARN, "the link to %s is down%s: what it has is old",
			primary_of(info, primary), since);
	else if (info->last_io_s > config->silence / WHEN_SECOND)
		finding(out, STATE_STALE, "no word from %s for %lld s, though the link is up: "
			"the primary hangs", primary_of(info, primary), (long long)info->last_io_s);
}

/* A replica takes what its primary sends, whatever its own limit. */
static void judge_memory(const struct redis_config *config, const struct redis_facts *facts,
			 struct report *out)
{
	const struct redis_info *info = &facts->info;
	long long percent = percent_used(info);

	if (percent >= 100 && is_primary(info) && strcmp(info->policy, "noeviction") == 0)
		finding(out, STATE_BAD, "out of memory: writes refused, %lld %% of maxmemory in"
			" use and nothing may be evicted", percent);
	else if (percent >= config->memory)
		finding(out, STATE_WARN, "%lld %% of its memory in use, limit %lld %%", percent,
			(long long)config->memory);
	if (facts->evicted > 0)
		finding(out, STATE_WARN, "evicts keys to make room: %lld since the last answer",
			(long long)facts->evicted);
}

/* PING would have been refused if writes were. */
static void judge_disk(const struct redis_info *info, struct report *out)
{
	if (strcmp(info->bgsave, "err") == 0)
		finding(out, STATE_WARN, "the last snapshot to disk failed");
	if (strcmp(info->aof, "err") == 0)
		finding(out, STATE_WARN, "the append-only file cannot be written");
	if (info->loading > 0)
		finding(out, STATE_WARN, "loading its data");
}

/* No conclusion without what it rests on. */
static void judge_gaps(const struct redis_info *info, struct report *out)
{
	bool follows = is_replica(info), linked = strcmp(info->link, "up") == 0;
	const struct {
		const char *key;
		bool missing;
	} needed[] = {
		{ "role", !is_primary(info) && !follows },
		{ "used_memory", info->used_memory < 0 },
		{ "maxmemory", info->max_memory < 0 },
		{ "maxmemory_policy", info->max_memory > 0 && !info->policy[0] },
		{ "master_link_status", follows && !linked && strcmp(info->link, "down") != 0 },
		{ "master_last_io_seconds_ago", follows && linked && info->last_io_s < 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (needed[i].missing)
			finding(out, STATE_UNKNOWN, "INFO does not tell %s", needed[i].key);
}

static void judge_info(const struct look *look, struct report *out)
{
	const struct redis_facts *facts = look->facts;

	say_how_it_is(&facts->info, out);
	judge_role(look->config, &facts->info, out);
	judge_memory(look->config, facts, out);
	if (is_replica(&facts->info))
		judge_link(look->config, &facts->info, out);
	judge_disk(&facts->info, out);
	if (facts->open)
		finding(out, STATE_WARN, "lets in whoever comes: a password is configured here, and"
			" it wants none");
	judge_gaps(&facts->info, out);
}

static void set_known(json_t *out, const char *key, int64_t value)
{
	answer_set_count(out, key, value < 0 ? (double)NAN : (double)value);
}

static void publish(const struct look *look, struct report *out)
{
	static const struct redis_info nothing = {
		.used_memory = -1, .max_memory = -1, .evicted_keys = -1, .connected_clients = -1,
		.connected_replicas = -1, .last_io_s = -1,
	};
	const struct redis_facts *facts = look->facts;
	bool known = facts->has_info && answer_is_current(look, 0);
	const struct redis_info *info = known ? &facts->info : &nothing;
	bool replica = is_replica(info);

	out->fields = json_object();
	json_set_text(out->fields, "role",
		      replica ? "replica" : is_primary(info) ? "primary" : NULL);
	json_set_text(out->fields, "link", replica && info->link[0] ? info->link : NULL);
	set_known(out->fields, "last_io_s", replica ? info->last_io_s : -1);
	set_known(out->fields, "used_memory", info->used_memory);
	set_known(out->fields, "max_memory", info->max_memory);
	set_known(out->fields, "evicted_keys", info->evicted_keys);
	set_known(out->fields, "connected_clients", info->connected_clients);
	set_known(out->fields, "connected_replicas", info->connected_replicas);
	json_set_text(out->fields, "version", info->version[0] ? info->version : NULL);
}

void redis_judge(const struct look *look, struct report *out)
{
	const struct redis_facts *facts = look->facts;
	const char *text = redis_error_text(facts->error);
	char because[BECAUSE_TEXT];
	enum state state;

	publish(look, out);
	if (outcome_judge(look->asks, look->views, &state, because)) {
		report_say(out, state, "%s", because);
		return;
	}
	if (!look->views->answered)
		return;
	report_say(out, STATE_OK, "answers");
	if (facts->has_info)
		judge_info(look, out);
	if (facts->error != REDIS_NO_ERROR)
		finding(out, redis_error_state(facts->error), "%s", text);
}
