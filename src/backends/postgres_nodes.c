/* postgres_nodes.c: which node is the primary now, which could become it, and what all say. */
#include "backends/postgres_nodes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"

static const struct pg_node *node_of(const struct look *look, unsigned target)
{
	const struct postgres_facts *facts = look->facts;

	return &facts->nodes[target];
}

static size_t nodes(const struct look *look)
{
	return postgres_target_count(look->config);
}

static const struct ask_view *view_of(const struct look *look, unsigned target)
{
	return &look->views[postgres_ask(look, PG_NODE, target)];
}

/* Did it ever say how it is? What it said then stays in the facts. */
static bool was_heard(const struct look *look, unsigned target)
{
	return view_of(look, target)->good_at > 0;
}

/* Silent nodes count too: a primary that hangs is still the one that is to be replaced. */
unsigned postgres_primary(const struct look *look)
{
	const struct pg_node *best = NULL;
	unsigned found = 0;

	for (unsigned target = 0; target < nodes(look); target++) {
		const struct pg_node *node = node_of(look, target);

		if (!was_heard(look, target) || node->in_recovery ||
		    (was_heard(look, 0) && !postgres_is_one_cluster(look, target)))
			continue;
		if (!best || node->timeline > best->timeline) {
			best = node;
			found = target;
		}
	}
	return found;
}

static bool could_follow(const struct look *look, unsigned target, unsigned primary)
{
	return target != primary && postgres_is_known(look, PG_NODE, target) &&
	       node_of(look, target)->in_recovery &&
	       (!was_heard(look, primary) ||
		strcmp(node_of(look, target)->system_id, node_of(look, primary)->system_id) == 0);
}

bool postgres_candidate(const struct look *look, unsigned *out)
{
	unsigned primary = postgres_primary(look);
	bool found = false;

	for (unsigned target = 0; target < nodes(look); target++) {
		if (!could_follow(look, target, primary))
			continue;
		if (found && !(node_of(look, target)->lsn > node_of(look, *out)->lsn))
			continue;
		*out = target;
		found = true;
	}
	return found;
}

/* Nothing listens where a connection is refused: nobody writes there at that moment. */
static bool may_be_written(const struct look *look, unsigned target)
{
	const struct ask_view *view = view_of(look, target);

	return !postgres_is_known(look, PG_NODE, target) &&
	       !(view->answered && view->kind == REPLY_REFUSED);
}

enum pg_split postgres_split(const struct look *look)
{
	unsigned primary = postgres_primary(look);
	bool doubt = false;

	for (unsigned target = 0; target < nodes(look); target++) {
		doubt |= may_be_written(look, target);
		if (target != primary && postgres_is_writable(look, target) &&
		    postgres_is_writable(look, primary) &&
		    strcmp(node_of(look, target)->system_id,
			   node_of(look, primary)->system_id) == 0)
			return PG_SPLIT_YES;
	}
	return doubt ? PG_SPLIT_UNKNOWN : PG_SPLIT_NO;
}

/* --- what is published --- */

/* How a node met our last question. */
static const char *const seen_words[] = {
	[REPLY_ANSWER] = "answers", [REPLY_REFUSED] = "refused", [REPLY_RESET] = "dropped",
	[REPLY_TIMEOUT] = "silent", [REPLY_NO_NAME] = "unreachable",
	[REPLY_NO_ROUTE] = "unreachable", [REPLY_TLS] = "denied", [REPLY_TOO_LARGE] = "error",
	[REPLY_BAD_PROTOCOL] = "error", [REPLY_DENIED] = "denied", [REPLY_SQL_ERROR] = "error",
	[REPLY_NO_SECRET] = "not asked", [REPLY_NOT_RUN] = "not asked", [REPLY_HELD] = "not asked",
};

static const char *seen_word(const struct look *look, unsigned target)
{
	const struct ask_view *view = view_of(look, target);

	if (!view->answered)
		return "not asked";
	if (view->good)
		return postgres_is_known(look, PG_NODE, target) ? "answers" : "not asked";
	return view->kind == REPLY_ANSWER ? "error" : seen_words[view->kind];
}

static void set_age(json_t *out, const char *key, const struct look *look, msec at)
{
	msec age = look->now > at ? look->now - at : 0;

	json_set_number(out, key, at > 0 ? (double)age / 1000 : (double)NAN);
}

/* As PostgreSQL writes a position: "0/57F0D20". */
static void set_position(json_t *out, const char *key, double position)
{
	char text[32];
	unsigned long long bytes = position >= 0 ? (unsigned long long)position : 0;

	(void)snprintf(text, sizeof(text), "%llX/%llX", bytes >> 32, bytes & 0xffffffff);
	json_set_text(out, key, position >= 0 ? text : NULL);
}

static const char *receiver_word(const struct pg_node *node)
{
	return !node->has_receiver ? "none" : node->receiver[0] ? node->receiver : "hidden";
}

static void set_replication(json_t *out, const struct look *look, unsigned target)
{
	const struct pg_node *node = node_of(look, target);
	bool heard = was_heard(look, target);
	double never = (double)NAN, since = 0;

	if (view_of(look, target)->good_at > 0 && look->now > view_of(look, target)->good_at)
		since = (double)(look->now - view_of(look, target)->good_at) / 1000;
	json_set_text(out, "receiver", heard ? receiver_word(node) : NULL);
	json_set_text(out, "sender", node->sender[0] ? node->sender : NULL);
	json_set_number(out, "message_age_s", heard ? node->message_age_s + since : never);
	set_age(out, "heard_primary_age_s", look, node->heard_at);
	json_set_time(out, "last_commit_at", heard && node->last_commit_s > 0 ?
		      (msec)(node->last_commit_s * 1000) : WHEN_NEVER);
	json_set(out, "paused", heard && node->pause_known ? json_boolean(node->paused) :
		 json_null());
}

static void set_positions(json_t *out, const struct pg_node *node, bool heard)
{
	double never = (double)NAN;

	set_position(out, "lsn", heard ? node->lsn : never);
	json_set_number(out, "lsn_bytes", heard ? node->lsn : never);
	set_position(out, "replay_lsn", heard ? node->replayed : never);
	json_set_number(out, "unreplayed_bytes", heard && node->in_recovery ?
			node->lsn - node->replayed : never);
}

/* What the primary said of this node when it last spoke: its row in pg_stat_replication. */
static void set_followed(json_t *out, const struct look *look, unsigned target)
{
	const struct postgres_facts *facts = look->facts;
	size_t ask = postgres_ask(look, PG_REPLICATION, 0), len;
	const struct pg_follower *found = NULL;

	for (size_t i = 0; i < facts->follower_count && !found; i++) {
		const struct pg_follower *follower = &facts->followers[i];

		len = strlen(follower->address);
		if (len > 0 && strncmp(node_of(look, target)->address, follower->address, len) == 0 &&
		    node_of(look, target)->address[len] == ':')
			found = follower;
	}
	json_set_text(out, "followed", found ? found->state : NULL);
	json_set_text(out, "followed_as", found ? found->name : NULL);
	set_age(out, "followed_age_s", look, found ? look->views[ask].good_at : 0);
}

static json_t *node_json(const struct look *look, unsigned target)
{
	const struct pg_node *node = node_of(look, target);
	bool heard = was_heard(look, target), known = postgres_is_known(look, PG_NODE, target);
	json_t *out = json_object();

	json_set_text(out, "name", postgres_target_name(look->config, target));
	json_set_text(out, "address", node->address[0] ? node->address : NULL);
	json_set_text(out, "seen", seen_word(look, target));
	json_set_text(out, "because", view_of(look, target)->error);
	set_age(out, "age_s", look, view_of(look, target)->good_at);
	set_age(out, "asked_age_s", look, view_of(look, target)->at);
	json_set(out, "recovering", heard ? json_boolean(node->in_recovery) : json_null());
	json_set(out, "writable", known ? json_boolean(postgres_is_writable(look, target)) :
		 json_null());
	if (heard && node->timeline > 0)
		json_set_i64(out, "timeline", node->timeline);
	else
		json_set(out, "timeline", json_null());
	json_set_text(out, "system_id", heard ? node->system_id : NULL);
	json_set_text(out, "user", heard ? node->user : NULL);
	set_positions(out, node, heard);
	set_replication(out, look, target);
	set_followed(out, look, target);
	return out;
}

json_t *postgres_nodes_json(const struct look *look)
{
	json_t *out = json_array();

	for (unsigned target = 0; target < nodes(look); target++)
		json_array_append_new(out, node_json(look, target));
	return out;
}

/* What is typed to confirm a promotion. */
static void set_target(json_t *out, const struct look *look)
{
	const struct pg_node *node;
	unsigned candidate = 0;
	char text[128];
	bool found = postgres_candidate(look, &candidate);

	node = node_of(look, candidate);
	(void)snprintf(text, sizeof(text), "%s timeline %lld", node->address,
		       (long long)node->timeline);
	found = found && node->address[0] && node->timeline > 0;
	json_set_text(out, "candidate", found ? postgres_target_name(look->config, candidate) : NULL);
	json_set_text(out, "target", found ? text : NULL);
	json_set_bool(out, "promotable", found);
}

struct missing {
	struct buf names;
	size_t count;
};

static void count_missing(void *arg, const char *name)
{
	struct missing *missing = arg;

	buf_fmt(&missing->names, "%s%s", missing->count++ > 0 ? ", " : "", name);
}

static void set_clients(json_t *out, const struct look *look)
{
	const struct postgres_config *config = look->config;
	struct missing missing = {.count = 0};
	bool known = postgres_clients_missing(look, count_missing, &missing);

	json_set_i64(out, "clients_expected", (int64_t)config->clients.count);
	if (known)
		json_set_i64(out, "clients_missing", (int64_t)missing.count);
	else
		json_set(out, "clients_missing", json_null());
	json_set_text(out, "clients_missing_names", known ? buf_cstr(&missing.names) : NULL);
	buf_done(&missing.names);
}

/* How many others stand well to the primary. A node that has not met its first question yet is
 * not one that does not follow: a console that starts would see what held regress. */
static json_t *followers_well(const struct look *look)
{
	char because[BECAUSE_TEXT];
	int64_t count = 0;

	for (unsigned target = 0; target < nodes(look); target++) {
		if (!view_of(look, target)->answered)
			return json_null();
		if (target != postgres_primary(look) &&
		    postgres_replica_state(look, target, because) == STATE_OK)
			count++;
	}
	return json_integer(count);
}

/* Does every node that answers let our login promote it? Negative while none answers. */
static int may_promote(const struct look *look)
{
	int all = -1;

	for (unsigned target = 0; target < nodes(look); target++)
		if (postgres_is_known(look, PG_NODE, target))
			all = all != 0 && node_of(look, target)->may_promote;
	return all;
}

void postgres_failover_fields(const struct look *look, json_t *out)
{
	enum pg_split split = postgres_split(look);
	int may = may_promote(look);
	unsigned primary = postgres_primary(look);

	json_set_text(out, "primary", was_heard(look, primary) ?
		      postgres_target_name(look->config, primary) : NULL);
	json_set(out, "split_brain", split == PG_SPLIT_UNKNOWN ? json_null() :
		 json_boolean(split == PG_SPLIT_YES));
	json_set(out, "failed_over", was_heard(look, primary) ? json_boolean(primary != 0) :
		 json_null());
	json_set(out, "may_promote", may < 0 ? json_null() : json_boolean(may > 0));
	json_set(out, "followers_well", followers_well(look));
	set_target(out, look);
	set_clients(out, look);
	json_set(out, "nodes", postgres_nodes_json(look));
}
