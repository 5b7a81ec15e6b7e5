/*
 * postgres_replica.c: how a replica stands to its primary, and what the primary sees of followers.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/postgres_nodes.h"
#include "base/num.h"

static const struct pg_node *node_of(const struct look *look, unsigned target)
{
	const struct postgres_facts *facts = look->facts;

	return &facts->nodes[target];
}

const char *postgres_bytes(char out[32], double bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	struct buf text = {0};
	size_t unit = 0;

	for (; bytes >= 1000 && unit + 1 < ARRAY_LEN(units); unit++)
		bytes /= 1000;
	num_put(&text, bytes, 1);
	(void)snprintf(out, 32, "%.20s %s", buf_cstr(&text), units[unit]);
	buf_done(&text);
	return out;
}

static const char *age_text(char out[WHEN_TEXT], double seconds)
{
	when_format_age(out, (msec)(seconds * 1000));
	return out;
}

/*
 * Has the primary been silent too long? Between idle servers nothing is sent until half of the
 * receiver's timeout has passed and it asks for a sign of life: that much silence is healthy.
 */
static bool is_cut_off(const struct postgres_config *config, const struct pg_node *node,
		       msec *limit)
{
	*limit = config->message_age + node->patience / 2;
	if (isnan(node->message_age_s))
		return true;
	return node->patience > 0 && node->message_age_s * 1000 > (double)*limit;
}

/* Why a replica's receiver proves nothing good, if it does not. */
static enum state judge_receiver(const struct postgres_config *config, const struct pg_node *node,
				 struct buf *why)
{
	char age[WHEN_TEXT] = "ever", most[WHEN_TEXT];
	msec limit;

	if (!node->has_receiver) {
		buf_text(why, "receives nothing from its primary");
		return STATE_STALE;
	}
	if (!node->receiver[0]) {
		buf_fmt(why, "its receiver is hidden from us: GRANT pg_monitor TO %s", node->user);
		return STATE_UNKNOWN;
	}
	if (strcmp(node->receiver, "streaming") != 0) {
		buf_fmt(why, "its receiver is %s, not streaming", node->receiver);
		return STATE_STALE;
	}
	if (is_cut_off(config, node, &limit)) {
		if (!isnan(node->message_age_s))
			age_text(age, node->message_age_s);
		when_format_age(most, limit);
		buf_fmt(why, "has heard nothing for %s, limit %s", age, most);
		return STATE_STALE;
	}
	return STATE_OK;
}

/*
 * Bytes first. Seconds count only when it was behind in the answer before as well: after an idle
 * hour the first record that is received and not yet replayed looks an hour old.
 */
static enum state judge_lag(const struct postgres_config *config, const struct pg_node *node,
			    struct buf *why)
{
	char bytes[32], limit[32], age[WHEN_TEXT];

	if (node->paused) {
		buf_fmt(why, "replay is paused, %s behind", postgres_bytes(bytes, node->lag_bytes));
		return STATE_WARN;
	}
	if (node->lag_bytes > (double)config->lag_bytes) {
		buf_fmt(why, "%s behind, limit %s", postgres_bytes(bytes, node->lag_bytes),
			postgres_bytes(limit, (double)config->lag_bytes));
		return STATE_WARN;
	}
	if (node->behind > 1 && node->lag_s * 1000 > (double)config->lag) {
		when_format_age(limit, config->lag);
		buf_fmt(why, "%s behind, limit %s", age_text(age, node->lag_s), limit);
		return STATE_WARN;
	}
	buf_text(why, "streaming");
	return STATE_OK;
}

static bool is_same_cluster(const struct pg_node *a, const struct pg_node *b)
{
	return strcmp(a->system_id, b->system_id) == 0;
}

/* Where a replica stands to the primary, when that can be seen. */
static enum state judge_kinship(const struct look *look, unsigned target, struct buf *why)
{
	unsigned first = postgres_primary(look);
	const struct pg_node *node = node_of(look, target), *primary = node_of(look, first);
	bool seen = postgres_is_known(look, PG_NODE, first);

	if (!node->in_recovery && postgres_is_writable(look, first) &&
	    is_same_cluster(node, primary)) {
		buf_fmt(why, "takes writes beside the primary, on timeline %lld",
			(long long)node->timeline);
		return STATE_BAD;
	}
	if (!node->in_recovery) {
		buf_fmt(why, "is no replica: it takes writes on timeline %lld",
			(long long)node->timeline);
		return STATE_WARN;
	}
	if (seen && !is_same_cluster(node, primary)) {
		buf_text(why, "belongs to another cluster: its system identifier differs");
		return STATE_WARN;
	}
	if (seen && !primary->in_recovery && primary->timeline > 0 && node->timeline > 0 &&
	    node->timeline != primary->timeline) {
		buf_fmt(why, "is on timeline %lld, the primary on %lld: they have diverged",
			(long long)node->timeline, (long long)primary->timeline);
		return STATE_WARN;
	}
	return STATE_OK;
}

enum state postgres_replica_state(const struct look *look, unsigned target,
				  char because[BECAUSE_TEXT])
{
	size_t ask = postgres_ask(look, PG_NODE, target);
	struct buf why = {0};
	enum state state;

	if (postgres_has_failed(look, ask, &state, because))
		return state;
	if (!answer_is_current(look, ask)) {
		str_put(because, BECAUSE_TEXT, "has not answered yet");
		return STATE_UNKNOWN;
	}
	state = judge_kinship(look, target, &why);
	if (state == STATE_OK)
		state = judge_receiver(look->config, node_of(look, target), &why);
	if (state == STATE_OK)
		state = judge_lag(look->config, node_of(look, target), &why);
	str_put(because, BECAUSE_TEXT, buf_cstr(&why));
	buf_done(&why);
	return state;
}

static void judge_replica(const struct look *look, unsigned target, struct report *out)
{
	char because[BECAUSE_TEXT];
	enum state state = postgres_replica_state(look, target, because);
	const char *name = postgres_target_name(look->config, target);
	struct buf who = {0};

	if (state == STATE_OK || !look->views[postgres_ask(look, PG_NODE, target)].answered)
		return;
	if (postgres_is_writable(look, target))
		postgres_say_clients(look, target, &who);
	if (target == 0)
		finding(out, state == STATE_UNKNOWN ? STATE_UNKNOWN : STATE_WARN,
			"%s is the primary now; the configured one: %s%s",
			postgres_target_name(look->config, postgres_primary(look)), because,
			buf_cstr(&who));
	else
		finding(out, state == STATE_UNKNOWN ? STATE_UNKNOWN : STATE_WARN, "%s%s: %s%s",
			str_has_nocase(str_of(name), "replica") ? "" : "replica ", name, because,
			buf_cstr(&who));
	buf_done(&who);
}

void postgres_judge_replicas(const struct look *look, struct report *out)
{
	for (unsigned target = 0; target < postgres_target_count(look->config); target++)
		if (target != postgres_primary(look))
			judge_replica(look, target, out);
}

enum state postgres_follower_state(const struct postgres_config *config,
				   const struct pg_follower *follower)
{
	if (!follower->state[0])
		return STATE_UNKNOWN;
	return strcmp(follower->state, "streaming") != 0 ||
	       follower->lag_bytes > (double)config->lag_bytes ? STATE_WARN : STATE_OK;
}

void postgres_judge_followers(const struct look *look, struct report *out)
{
	const struct postgres_facts *facts = look->facts;
	char bytes[32];

	for (size_t i = 0; i < facts->follower_count; i++) {
		const struct pg_follower *follower = &facts->followers[i];
		enum state state = postgres_follower_state(look->config, follower);

		if (state == STATE_UNKNOWN)
			finding(out, state, "follower %s is hidden from us: GRANT pg_monitor TO %s",
				follower->name, facts->nodes[0].user);
		else if (state == STATE_WARN)
			finding(out, state, "follower %s is %s, %s behind", follower->name,
				follower->state, postgres_bytes(bytes, isnan(follower->lag_bytes) ? 0 :
							    follower->lag_bytes));
	}
}
