/*
 * postgres_judge.c: what the nodes say of themselves, put together.
 *
 * The primary decides. Replicas can only make the source of a living primary worse: one that is
 * down or behind is a warning, one that takes writes beside the primary is split brain.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/postgres.h"
#include "base/num.h"

static const struct pg_node *node_of(const struct look *look, unsigned target)
{
	const struct postgres_facts *facts = look->facts;

	return &facts->nodes[target];
}

bool postgres_is_known(const struct look *look, enum pg_ask what, unsigned target)
{
	size_t ask = postgres_ask(look, what, target);

	return ask != SIZE_MAX && answer_is_current(look, ask);
}

static bool is_writable(const struct look *look, unsigned target)
{
	return postgres_is_known(look, PG_NODE, target) && !node_of(look, target)->in_recovery &&
	       !node_of(look, target)->read_only;
}

static bool is_one_cluster(const struct look *look, unsigned target)
{
	return strcmp(node_of(look, 0)->system_id, node_of(look, target)->system_id) == 0;
}

/* What a server that answers with an error has told us all the same. */
static bool judge_sqlstate(const struct ask_view *view, enum state *state,
			   char because[BECAUSE_TEXT])
{
	static const struct {
		const char *sqlstate;
		enum state state;
		const char *because;
	} known[] = {
		{"57P01", STATE_DOWN, "the server is shutting down"},
		{"57P02", STATE_DOWN, "the server has crashed and restarts"},
		{"57P03", STATE_DOWN, "the server does not accept connections yet"},
		{"53300", STATE_BAD, "no connection is left for us"},
		{"57014", STATE_DOWN, "no answer within the statement timeout"},
	};

	for (size_t i = 0; view->kind == REPLY_SQL_ERROR && i < ARRAY_LEN(known); i++)
		if (strcmp(view->sqlstate, known[i].sqlstate) == 0) {
			*state = known[i].state;
			str_put(because, BECAUSE_TEXT, known[i].because);
			return true;
		}
	return false;
}

/* Was the last answer to this ask none? Then state and because say what that means. */
static bool has_failed(const struct look *look, size_t ask, enum state *state,
		       char because[BECAUSE_TEXT])
{
	const struct ask_view *view = &look->views[ask];

	if (!view->answered || view->good)
		return false;
	return judge_sqlstate(view, state, because) ||
	       outcome_judge(&look->asks[ask], view, state, because);
}

/* A quantity of bytes for people, in powers of 1000. */
static const char *bytes_text(char out[32], double bytes)
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
		buf_fmt(why, "replay is paused, %s behind", bytes_text(bytes, node->lag_bytes));
		return STATE_WARN;
	}
	if (node->lag_bytes > (double)config->lag_bytes) {
		buf_fmt(why, "%s behind, limit %s", bytes_text(bytes, node->lag_bytes),
			bytes_text(limit, (double)config->lag_bytes));
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

/* Where a replica stands to the primary, when that can be seen. */
static enum state judge_kinship(const struct look *look, unsigned target, struct buf *why)
{
	const struct pg_node *node = node_of(look, target), *primary = node_of(look, 0);
	bool seen = postgres_is_known(look, PG_NODE, 0);

	if (!node->in_recovery && is_writable(look, 0) && is_one_cluster(look, target)) {
		buf_fmt(why, "takes writes beside the primary, on timeline %lld",
			(long long)node->timeline);
		return STATE_BAD;
	}
	if (!node->in_recovery) {
		buf_fmt(why, "is no replica: it takes writes on timeline %lld",
			(long long)node->timeline);
		return STATE_WARN;
	}
	if (seen && !is_one_cluster(look, target)) {
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

	if (has_failed(look, ask, &state, because))
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

/* The replica that takes writes, or 0. */
static unsigned other_writable(const struct look *look)
{
	for (unsigned target = 1; target < postgres_target_count(look->config); target++)
		if (is_writable(look, target))
			return target;
	return 0;
}

static void judge_writes(const struct look *look, struct report *out)
{
	const struct pg_node *primary = node_of(look, 0);
	unsigned other = other_writable(look);
	const char *name = postgres_target(look->config, other);

	if (primary->in_recovery)
		finding(out, STATE_BAD, "read-only: the configured primary is in recovery; %s%s",
			other ? "writes are taken by " : "nobody takes writes", other ? name : "");
	else if (primary->read_only)
		finding(out, STATE_BAD, "read-only: default_transaction_read_only is on%s%s",
			other ? "; writes are taken by " : "", other ? name : "");
	else if (other && is_one_cluster(look, other))
		finding(out, STATE_BAD, "two writable nodes of one cluster: primary on timeline "
			"%lld, %s on timeline %lld", (long long)primary->timeline, name,
			(long long)node_of(look, other)->timeline);
}

bool postgres_is_blocked(const struct postgres_config *config, const struct pg_wait *wait)
{
	return !(wait->waited_s * 1000 < (double)config->blocked);
}

static void judge_locks(const struct look *look, struct report *out)
{
	const struct postgres_facts *facts = look->facts;
	const struct pg_wait *longest = NULL;
	char age[WHEN_TEXT] = "a while";
	size_t count = 0;

	for (size_t i = 0; i < facts->wait_count; i++) {
		const struct pg_wait *wait = &facts->waits[i];

		if (!postgres_is_blocked(look->config, wait))
			continue;
		count++;
		if (!longest || wait->waited_s > longest->waited_s)
			longest = wait;
	}
	if (!longest)
		return;
	if (!isnan(longest->waited_s))
		age_text(age, longest->waited_s);
	finding(out, STATE_BAD, "blocked: %zu %s on locks, pid %lld on %s for %s, held by pid %s",
		count, count == 1 ? "session waits" : "sessions wait", (long long)longest->pid,
		longest->what, age, longest->blockers[0] ? longest->blockers : "?");
}

static void judge_replicas(const struct look *look, struct report *out)
{
	char because[BECAUSE_TEXT];

	for (unsigned target = 1; target < postgres_target_count(look->config); target++) {
		enum state state = postgres_replica_state(look, target, because);

		if (state == STATE_OK || !look->views[postgres_ask(look, PG_NODE, target)].answered)
			continue;
		finding(out, state == STATE_UNKNOWN ? STATE_UNKNOWN : STATE_WARN, "replica %s: %s",
			postgres_target(look->config, target), because);
	}
}

enum state postgres_follower_state(const struct postgres_config *config,
				   const struct pg_follower *follower)
{
	if (!follower->state[0])
		return STATE_UNKNOWN;
	return strcmp(follower->state, "streaming") != 0 ||
	       follower->lag_bytes > (double)config->lag_bytes ? STATE_WARN : STATE_OK;
}

/* What the primary sees of followers counts where no replica is configured to be asked itself. */
static void judge_followers(const struct look *look, struct report *out)
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
				follower->state, bytes_text(bytes, isnan(follower->lag_bytes) ? 0 :
							    follower->lag_bytes));
	}
}

static void judge_slots(const struct look *look, struct report *out)
{
	const struct postgres_facts *facts = look->facts;
	char bytes[32];

	for (size_t i = 0; i < facts->slot_count; i++) {
		const struct pg_slot *slot = &facts->slots[i];

		if (strcmp(slot->status, "lost") == 0)
			finding(out, STATE_WARN, "slot %s has lost WAL that its replica needs",
				slot->name);
		else if (!slot->active && slot->retained_bytes > 0)
			finding(out, STATE_WARN, "slot %s is not in use and holds back %s of WAL",
				slot->name, bytes_text(bytes, slot->retained_bytes));
	}
}

static void judge_room(const struct look *look, struct report *out)
{
	const struct postgres_config *config = look->config;
	const struct pg_node *node = node_of(look, 0);

	if (node->max_connections > 0 &&
	    node->connections * 100 >= node->max_connections * config->connections)
		finding(out, STATE_WARN, "%lld of %lld connections in use, limit %lld %%",
			(long long)node->connections, (long long)node->max_connections,
			(long long)config->connections);
	if (node->archive_fails)
		finding(out, STATE_WARN, "the last attempt to archive WAL failed");
}

/* A part that cannot be asked leaves the rest unproven. */
static void judge_gaps(const struct look *look, struct report *out)
{
	static const enum pg_ask parts[] = {PG_LOCKS, PG_REPLICATION};
	char because[BECAUSE_TEXT];
	enum state state;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		size_t ask = postgres_ask(look, parts[i], 0);

		if (has_failed(look, ask, &state, because))
			finding(out, STATE_UNKNOWN, "%s: %s", look->asks[ask].what, because);
	}
}

static void judge_primary(const struct look *look, struct report *out)
{
	const struct pg_node *node = node_of(look, 0);

	report_say(out, STATE_OK, "primary, writable, timeline %lld, %lld of %lld connections",
		   (long long)node->timeline, (long long)node->connections,
		   (long long)node->max_connections);
	judge_writes(look, out);
	if (postgres_is_known(look, PG_LOCKS, 0))
		judge_locks(look, out);
	judge_replicas(look, out);
	if (postgres_is_known(look, PG_REPLICATION, 0)) {
		if (postgres_target_count(look->config) == 1)
			judge_followers(look, out);
		judge_slots(look, out);
	}
	judge_room(look, out);
	judge_gaps(look, out);
}

static void lend_transactions(const struct look *look, struct report *out)
{
	struct postgres_facts *facts = look->facts;
	size_t ask = postgres_ask(look, PG_TRANSACTIONS, 0);

	if (ask == SIZE_MAX)
		return;
	tx_judge(&facts->tx, &look->views[ask], &facts->stuck);
	out->tx = &facts->tx.shown;
	out->readings = &facts->stuck;
	out->reading_count = look->views[ask].answered ? 1 : 0;
}

void postgres_judge(const struct look *look, struct report *out)
{
	char because[BECAUSE_TEXT];
	unsigned other;
	enum state state;

	out->asking = !look->views[0].answered;
	out->fields = postgres_fields(look);
	lend_transactions(look, out);
	if (out->asking)
		return;
	out->newest = look->views[0].at;
	if (!has_failed(look, 0, &state, because)) {
		judge_primary(look, out);
		return;
	}
	other = other_writable(look);
	report_say(out, state, "%s%s%s", because, other ? "; writes are taken by " : "",
		   other ? postgres_target(look->config, other) : "");
}
