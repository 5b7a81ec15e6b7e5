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
#include "backends/postgres_nodes.h"

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

bool postgres_is_writable(const struct look *look, unsigned target)
{
	return postgres_is_known(look, PG_NODE, target) && !node_of(look, target)->in_recovery &&
	       !node_of(look, target)->read_only;
}

bool postgres_is_one_cluster(const struct look *look, unsigned target)
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

bool postgres_has_failed(const struct look *look, size_t ask, enum state *state,
			 char because[BECAUSE_TEXT])
{
	const struct ask_view *view = &look->views[ask];

	if (!view->answered || view->good)
		return false;
	return judge_sqlstate(view, state, because) ||
	       outcome_judge(&look->asks[ask], view, state, because);
}

/* The replica that takes writes, or 0. */
static unsigned other_writable(const struct look *look)
{
	for (unsigned target = 1; target < postgres_target_count(look->config); target++)
		if (postgres_is_writable(look, target))
			return target;
	return 0;
}

static void judge_writes(const struct look *look, struct report *out)
{
	const struct pg_node *primary = node_of(look, 0);
	unsigned other = other_writable(look);
	const char *name = postgres_target_name(look->config, other);
	struct buf who = {0};

	if (other)
		postgres_say_clients(look, other, &who);
	if (primary->in_recovery || primary->read_only)
		postgres_say_sessions(look, 0, &who);
	else if (other)
		postgres_say_clients(look, 0, &who);
	if (primary->in_recovery)
		finding(out, STATE_BAD, "read-only: the configured primary is in recovery; %s%s%s",
			other ? "writes are taken by " : "nobody takes writes", other ? name : "",
			buf_cstr(&who));
	else if (primary->read_only)
		finding(out, STATE_BAD, "read-only: default_transaction_read_only is on%s%s%s",
			other ? "; writes are taken by " : "", other ? name : "", buf_cstr(&who));
	else if (other && postgres_is_one_cluster(look, other))
		finding(out, STATE_BAD, "two writable nodes of one cluster: primary on timeline "
			"%lld, %s on timeline %lld%s", (long long)primary->timeline, name,
			(long long)node_of(look, other)->timeline, buf_cstr(&who));
	buf_done(&who);
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
		when_format_age(age, (msec)(longest->waited_s * 1000));
	finding(out, STATE_BAD, "blocked: %zu %s on locks, pid %lld on %s for %s, held by pid %s",
		count, count == 1 ? "session waits" : "sessions wait", (long long)longest->pid,
		longest->what, age, longest->blockers[0] ? longest->blockers : "?");
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
				slot->name, postgres_bytes(bytes, slot->retained_bytes));
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

/* The first time that a part gets no answer in time while the node itself is being asked: that
 * answer says whether the server hangs. */
static bool is_node_asked(const struct look *look, size_t part)
{
	const struct ask_view *node = &look->views[0], *view = &look->views[part];

	return view->kind == REPLY_TIMEOUT && view->failures == 1 &&
	       node->started_at != WHEN_NEVER && node->started_at <= view->at;
}

/* A part that cannot be asked leaves the rest unproven. */
static void judge_gaps(const struct look *look, struct report *out)
{
	static const enum pg_ask parts[] = {PG_LOCKS, PG_REPLICATION, PG_CLIENTS};
	char because[BECAUSE_TEXT];
	enum state state;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		size_t ask = postgres_ask(look, parts[i], 0);

		if (postgres_has_failed(look, ask, &state, because) && !is_node_asked(look, ask))
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
	postgres_judge_replicas(look, out);
	if (postgres_is_known(look, PG_REPLICATION, 0)) {
		if (postgres_target_count(look->config) == 1)
			postgres_judge_followers(look, out);
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
	tx_judge(&facts->tx, &look->views[ask], &facts->readings[0]);
	out->tx = &facts->tx.shown;
	out->reading_count = look->views[ask].answered ? 1 : 0;
}

static void lend_queues(const struct look *look, struct report *out)
{
	const struct postgres_config *config = look->config;
	struct postgres_facts *facts = look->facts;
	struct queue queues[QUEUES];

	queues_list(&config->queues, queues);
	for (size_t i = 0; i < look->ask_count; i++) {
		unsigned queue = look->asks[i].index - PG_QUEUE;

		if (look->asks[i].index >= PG_QUEUE && look->views[i].answered)
			queue_judge(&queues[queue], &facts->queues[queue], &look->views[i],
				    &facts->readings[out->reading_count++]);
	}
	out->readings = facts->readings;
}

static void add_name(void *arg, const char *name)
{
	struct buf *names = arg;

	buf_fmt(names, "%s%s", names->len > 0 ? ", " : "", name);
}

/* A client that did not come along cannot write: that is broken, whatever the servers say. Who is
 * connected to the old primary may only read there, or may not know yet. */
static void judge_clients(const struct look *look, unsigned primary, struct report *out)
{
	const char *name = postgres_target_name(look->config, primary);
	struct buf names = {0}, who = {0};

	if (postgres_is_known(look, PG_NODE, 0))
		postgres_say_sessions(look, 0, &who);
	if (postgres_clients_missing(look, add_name, &names) && names.len > 0)
		finding(out, STATE_BAD, "%s is the primary now, and is not used by %s%s", name,
			buf_cstr(&names), buf_cstr(&who));
	else if (who.len > 0)
		finding(out, STATE_WARN, "%s is the primary now%s", name, buf_cstr(&who));
	buf_done(&names);
	buf_done(&who);
}

/* Another node than the configured one has become the primary. What becomes of the configured one
 * counts as it does of any replica. */
static void judge_failed_over(const struct look *look, unsigned primary, struct report *out)
{
	const struct pg_node *node = node_of(look, primary);
	struct buf who = {0};

	postgres_say_clients(look, primary, &who);
	out->newest = look->views[postgres_ask(look, PG_NODE, primary)].at;
	report_say(out, STATE_OK, "%s is the primary now, writable, timeline %lld, %lld of %lld "
		   "connections%s", postgres_target_name(look->config, primary),
		   (long long)node->timeline, (long long)node->connections,
		   (long long)node->max_connections, buf_cstr(&who));
	buf_done(&who);
	if (postgres_is_writable(look, 0))
		judge_writes(look, out);
	judge_clients(look, primary, out);
	postgres_judge_replicas(look, out);
}

void postgres_judge(const struct look *look, struct report *out)
{
	unsigned other, primary = postgres_primary(look);
	char because[BECAUSE_TEXT];
	struct buf who = {0};
	enum state state;

	out->asking = !look->views[0].answered;
	out->fields = postgres_fields(look);
	lend_transactions(look, out);
	lend_queues(look, out);
	if (out->asking)
		return;
	out->newest = look->views[0].at;
	if (primary != 0 && postgres_is_writable(look, primary)) {
		judge_failed_over(look, primary, out);
		return;
	}
	if (!postgres_has_failed(look, 0, &state, because)) {
		judge_primary(look, out);
		return;
	}
	other = other_writable(look);
	if (other)
		postgres_say_clients(look, other, &who);
	report_say(out, state, "%s%s%s%s", because, other ? "; writes are taken by " : "",
		   other ? postgres_target_name(look->config, other) : "", buf_cstr(&who));
	buf_done(&who);
}
