/*
 * interlock_promote.c: is this replica the one, and what is lost if it is promoted now?
 *
 * Read from what a postgres source publishes as `nodes` and `candidate`. What is told with an age
 * was said that long ago. A replica without a receiver has no lag of 0: it has none at all, and
 * what bounds the loss is when it last heard its primary, else its last replayed commit.
 */
#include "core/interlock_promote.h"

#include <stdio.h>
#include <string.h>

#include "core/internal.h"

/* What is received and not replayed is replayed before the promotion: up to so much is a moment. */
static const double moment_bytes = 16777216;

static const json_t *node_named(const json_t *nodes, const char *name)
{
	for (size_t i = 0; i < json_array_size(nodes); i++)
		if (name[0] && strcmp(node_text(json_array_get(nodes, i), "name"), name) == 0)
			return json_array_get(nodes, i);
	return NULL;
}

/* --- the locks, in the order in which one asks --- */

static void lock_answers(const struct scene *scene)
{
	static const char name[] = "replica answers";
	const json_t *next = scene->next;
	char age[WHEN_TEXT];

	if (strcmp(node_text(next, "seen"), "answers") != 0)
		lock_add(scene->out, LOCK_BLOCKED, name, "%s: %s", scene->name,
			 node_text(next, "because")[0] ? node_text(next, "because") :
			 "has not answered yet");
	else if (!node_is(next, "recovering", true))
		lock_add(scene->out, LOCK_BLOCKED, name, "%s is no replica: it is out of recovery, on "
			 "timeline %.0f", scene->name, json_number_value(json_at(next, "timeline")));
	else if (!scene->out->target[0])
		lock_add(scene->out, LOCK_BLOCKED, name, "%s does not say its address and timeline: "
			 "reach it over TCP, as a role with pg_monitor", scene->name);
	else
		lock_add(scene->out, LOCK_GREEN, name, "%s says it is %s, in recovery, %s ago",
			 scene->name, scene->out->target, node_age(next, "age_s", age));
}

static void lock_cluster(const struct scene *scene)
{
	static const char name[] = "same cluster";
	const char *ours = node_text(scene->next, "system_id");
	const char *theirs = node_text(scene->old, "system_id");
	char age[WHEN_TEXT];

	if (!ours[0])
		lock_add(scene->out, LOCK_BLOCKED, name, "%s hides its system identifier", scene->name);
	else if (!theirs[0])
		lock_add(scene->out, LOCK_BOUNDED, name, "%s was never heard by this console: its "
			 "system identifier cannot be compared with %s of %s", scene->was, ours,
			 scene->name);
	else if (strcmp(ours, theirs) != 0)
		lock_add(scene->out, LOCK_BLOCKED, name, "%s has system identifier %s, %s has %s: two "
			 "clusters", scene->was, theirs, scene->name, ours);
	else
		lock_add(scene->out, LOCK_GREEN, name, "both say system identifier %s, %s %s ago", ours,
			 scene->was, node_age(scene->old, "age_s", age));
}

/* What the primary itself said of this replica, where it did. */
static void say_followed(const struct scene *scene, char out[100])
{
	const char *state = node_text(scene->next, "followed");
	char age[WHEN_TEXT];

	out[0] = '\0';
	if (state[0])
		(void)snprintf(out, 100, "; %.30s lists it as %.15s, %s ago", scene->was, state,
			       node_age(scene->next, "followed_age_s", age));
}

static void lock_stream(const struct scene *scene)
{
	static const char name[] = "it streams, or streamed";
	const json_t *next = scene->next;
	const char *receiver = node_text(next, "receiver"), *sender = node_text(next, "sender");
	char age[WHEN_TEXT], followed[100];
	double heard;

	say_followed(scene, followed);
	if (strcmp(receiver, "hidden") == 0)
		lock_add(scene->out, LOCK_BLOCKED, name, "its receiver is hidden from us: GRANT "
			 "pg_monitor TO %s", node_text(next, "user"));
	else if (strcmp(receiver, "streaming") == 0)
		lock_add(scene->out, LOCK_GREEN, name, "its receiver streams from %s, last message %s "
			 "ago%s", sender[0] ? sender : "its primary",
			 node_age(next, "message_age_s", age), followed);
	else if (strcmp(receiver, "none") != 0)
		lock_add(scene->out, LOCK_BLOCKED, name, "its receiver is %s, not streaming, on timeline"
			 " %.0f: it may have diverged%s", receiver[0] ? receiver : "not known",
			 json_number_value(json_at(next, "timeline")), followed);
	else if (node_number(next, "heard_primary_age_s", &heard))
		lock_add(scene->out, LOCK_GREEN, name, "it streamed until %s ago%s",
			 node_age(next, "heard_primary_age_s", age), followed);
	else
		lock_add(scene->out, LOCK_BOUNDED, name, "it receives nothing, and this console never "
			 "saw it stream%s", followed);
}

static void lock_replayed(const struct scene *scene)
{
	static const char name[] = "replayed what it received";
	const char *lsn = node_text(scene->next, "lsn");
	char text[AMOUNT_TEXT];
	double left;

	if (!node_number(scene->next, "unreplayed_bytes", &left))
		lock_add(scene->out, LOCK_BLOCKED, name, "%s does not say how far it has replayed",
			 scene->name);
	else if (left <= 0)
		lock_add(scene->out, LOCK_GREEN, name, "all, up to %s", lsn);
	else if (left <= moment_bytes)
		lock_add(scene->out, LOCK_GREEN, name, "%s of what it received up to %s is left",
			 amount(left, text), lsn);
	else
		lock_add(scene->out, LOCK_BOUNDED, name, "%s of what it received up to %s is left: it "
			 "replays that first, and takes no writes until then", amount(left, text), lsn);
}

static void lock_paused(const struct scene *scene)
{
	static const char name[] = "replay is not paused";

	if (node_is(scene->next, "paused", true))
		lock_add(scene->out, LOCK_BLOCKED, name, "%s says that its replay is paused: SELECT "
			 "pg_wal_replay_resume() on it", scene->name);
	else if (node_is(scene->next, "paused", false))
		lock_add(scene->out, LOCK_GREEN, name, "%s says so", scene->name);
	else
		lock_add(scene->out, LOCK_BLOCKED, name, "%s does not say whether its replay is paused",
			 scene->name);
}

static void say_loss(const struct scene *scene, const char *name)
{
	lock_add(scene->out, LOCK_BOUNDED, name, "%s", scene->out->loss);
}

/* The primary cannot be asked: what the replica holds, and when it last heard of more. */
static void lock_loss_unseen(const struct scene *scene, const char *name)
{
	const char *commit = node_text(scene->next, "last_commit_at");
	const char *lsn = node_text(scene->next, "lsn");
	char age[WHEN_TEXT];
	double seconds;

	if (!lsn[0])
		lock_add(scene->out, LOCK_BLOCKED, name, "%s does not say what it holds", scene->name);
	else if (node_number(scene->next, "heard_primary_age_s", &seconds))
		(void)snprintf(scene->out->loss, BECAUSE_TEXT, "%s holds all up to %s and last heard "
			       "%s %s ago; later commits may be lost", scene->name, lsn, scene->was,
			       node_age(scene->next, "heard_primary_age_s", age));
	else if (commit[0])
		(void)snprintf(scene->out->loss, BECAUSE_TEXT, "%s holds all up to %s, its last commit "
			       "is of %s; later ones may be lost", scene->name, lsn, commit);
	else
		lock_add(scene->out, LOCK_BLOCKED, name, "%s holds all up to %s; nothing says when that "
			 "was: what is lost has no bound", scene->name, lsn);
	if (scene->out->loss[0])
		say_loss(scene, name);
}

static void lock_loss(const struct scene *scene)
{
	static const char name[] = "nothing is lost";
	double written, held;
	char text[AMOUNT_TEXT];

	if (strcmp(node_text(scene->old, "seen"), "answers") != 0 ||
	    !node_number(scene->old, "lsn_bytes", &written) ||
	    !node_number(scene->next, "lsn_bytes", &held)) {
		lock_loss_unseen(scene, name);
		return;
	}
	if (held >= written) {
		lock_add(scene->out, LOCK_GREEN, name, "%s holds all that %s has written, up to %s",
			 scene->name, scene->was, node_text(scene->old, "lsn"));
		return;
	}
	(void)snprintf(scene->out->loss, BECAUSE_TEXT, "%s lacks %s of what %s has written up to %s; "
		       "they are lost if it is promoted now", scene->name,
		       amount(written - held, text), scene->was, node_text(scene->old, "lsn"));
	say_loss(scene, name);
}

/* A timeline above its own was made by a promotion that it was not part of. */
static void lock_timeline(const struct scene *scene)
{
	static const char name[] = "no newer timeline";
	double own, other;
	struct buf all = { 0 };

	if (!node_number(scene->next, "timeline", &own)) {
		lock_add(scene->out, LOCK_BLOCKED, name, "%s does not say its timeline", scene->name);
		return;
	}
	for (size_t i = 0; i < json_array_size(scene->nodes); i++) {
		const json_t *node = json_array_get(scene->nodes, i);

		if (!node_number(node, "timeline", &other))
			continue;
		if (other > own) {
			lock_add(scene->out, LOCK_BLOCKED, name, "%s is on timeline %.0f, %s on %.0f: "
				 "one was promoted before", node_text(node, "name"), other, scene->name,
				 own);
			buf_done(&all);
			return;
		}
		buf_fmt(&all, "%s%s %.0f", all.len > 0 ? ", " : "", node_text(node, "name"), other);
	}
	lock_add(scene->out, LOCK_GREEN, name, "as last heard: %s", buf_cstr(&all));
	buf_done(&all);
}

/* Who else could be promoted: one that holds more, or that may. */
static void lock_first(const struct scene *scene)
{
	static const char name[] = "no replica is ahead of it";
	char text[AMOUNT_TEXT];
	double own = 0, other;
	size_t rivals = 0;

	(void)node_number(scene->next, "lsn_bytes", &own);
	for (size_t i = 0; i < json_array_size(scene->nodes); i++) {
		const json_t *node = json_array_get(scene->nodes, i);

		if (node == scene->next || node == scene->old)
			continue;
		rivals++;
		if (strcmp(node_text(node, "seen"), "answers") != 0) {
			lock_add(scene->out, LOCK_BOUNDED, name, "%s cannot be asked (%s): it may hold "
				 "more", node_text(node, "name"), node_text(node, "because"));
			return;
		}
		if (node_number(node, "lsn_bytes", &other) && other > own) {
			lock_add(scene->out, LOCK_BLOCKED, name, "%s holds %s more, up to %s: promote "
				 "that one", node_text(node, "name"), amount(other - own, text),
				 node_text(node, "lsn"));
			return;
		}
	}
	lock_add(scene->out, LOCK_GREEN, name, rivals ? "%s holds as much as any other" :
		 "%s is the only one", scene->name);
}

/* --- the set --- */

/* The source that the step means: the one its target begins with, else the only one with nodes. */
static const struct source *find_source(const struct step *step, const struct world *world,
					const char **field)
{
	const struct source *found = NULL;

	*field = "";
	if (step->target[0])
		return datum_source(world, step->target, field);
	for (size_t i = 0; i < world->source_count; i++) {
		if (!json_is_array(json_object_get(world->sources[i].fields, "nodes")))
			continue;
		if (found)
			return NULL;
		found = &world->sources[i];
	}
	return found;
}

/* "target" means the candidate that the source names, "nodes.NAME.target" that node. */
static const char *wanted(const struct source *source, const char *field, char out[NAME_TEXT])
{
	struct str name = str_of(field);

	if (!str_starts(name, "nodes.") || !str_ends(name, ".target"))
		return json_text_at(source->fields, "candidate", "");
	(void)str_copy(out, NAME_TEXT, str_sub(name.p + strlen("nodes."), name.len -
					       strlen("nodes.") - strlen(".target")));
	return out;
}

static void set_target(struct scene *scene)
{
	const char *address = node_text(scene->next, "address");
	double timeline;

	if (!address[0] || !node_number(scene->next, "timeline", &timeline) ||
	    !node_is(scene->next, "recovering", true))
		return;
	(void)snprintf(scene->out->target, sizeof(scene->out->target), "%s timeline %lld", address,
		       (long long)timeline);
	(void)str_put(scene->out->node, sizeof(scene->out->node), scene->name);
}

/* Why there is nobody to promote, node by node. */
static void say_nobody(const struct scene *scene)
{
	struct buf why = { 0 };

	for (size_t i = 0; i < json_array_size(scene->nodes); i++) {
		const json_t *node = json_array_get(scene->nodes, i);

		if (node != scene->old)
			buf_fmt(&why, "; %s: %s", node_text(node, "name"),
				node_is(node, "recovering", false) ? "takes writes itself" :
				node_text(node, "because")[0] ? node_text(node, "because") :
				node_text(node, "seen"));
	}
	lock_add(scene->out, LOCK_BLOCKED, "replica answers", "no replica of %s can be promoted%s",
		 scene->source->name, buf_cstr(&why));
	buf_done(&why);
}

static void look_at_nodes(struct scene *scene)
{
	lock_answers(scene);
	lock_cluster(scene);
	lock_stream(scene);
	lock_replayed(scene);
	lock_paused(scene);
	lock_loss(scene);
	locks_fence(scene);
	lock_timeline(scene);
	lock_first(scene);
}

void interlock_promote(const struct step *step, const struct world *world, struct interlock *out)
{
	char name[NAME_TEXT];
	const char *field;
	struct scene scene = { .world = world, .out = out };

	scene.source = find_source(step, world, &field);
	scene.nodes = scene.source ? json_object_get(scene.source->fields, "nodes") : NULL;
	if (!json_is_array(scene.nodes)) {
		lock_add(out, LOCK_BLOCKED, "replica answers", "no database has been heard%s%s",
			 step->target[0] ? " as " : "", step->target);
		return;
	}
	if (scene.source->state == STATE_STALE) {
		lock_add(out, LOCK_BLOCKED, "replica answers", "%s is stale: %s", scene.source->name,
			 scene.source->because);
		return;
	}
	scene.name = wanted(scene.source, field, name);
	scene.next = node_named(scene.nodes, scene.name);
	scene.old = node_named(scene.nodes, json_text_at(scene.source->fields, "primary", ""));
	if (!scene.old && json_array_get(scene.nodes, 0) != scene.next)
		scene.old = json_array_get(scene.nodes, 0);
	scene.was = scene.old ? node_text(scene.old, "name") : "the primary";
	if (!scene.next) {
		say_nobody(&scene);
		return;
	}
	set_target(&scene);
	look_at_nodes(&scene);
}
