/*
 * interlock_fence.c: is the old primary fenced? Three who can tell: this console, the replica's
 * receiver, and the application. A server that hangs and still accepts connections is not fenced:
 * what it takes when it wakes is on a timeline that nobody follows.
 */
#include <stdio.h>
#include <string.h>

#include "core/interlock_promote.h"

/* Silence of a receiver that streams from which its primary counts as hung. Seconds. */
static const double silence = 15;

/* --- as this console sees it --- */

/*  How a node met our last question: what that proves, and what it leaves open. */
static const struct {
	const char *seen;
	enum lock_state state;
	const char *text;
} views[] = {
	{ "refused", LOCK_GREEN, "nothing listens there" },
	{ "silent", LOCK_BOUNDED, "it may still accept connections and is NOT fenced: what it takes "
	  "when it wakes is lost" },
	{ "dropped", LOCK_BOUNDED, "something listens there and is NOT fenced" },
	{ "unreachable", LOCK_BOUNDED, "that is our network or DNS; whether it lives is not known" },
	{ "error", LOCK_BOUNDED, "it lives and is NOT fenced" },
	{ "denied", LOCK_BLOCKED, "it lives, and whether it takes writes is not known" },
	{ "not asked", LOCK_BLOCKED, "nothing is known of it yet" },
};

enum { HEARD_TEXT = 64 };

static const char console_lock[] = "old primary fenced: console";

static void console_sees_answers(const struct scene *scene)
{
	char age[WHEN_TEXT];

	(void)node_age(scene->old, "age_s", age);
	if (node_is(scene->old, "writable", true))
		lock_add(scene->out, LOCK_BLOCKED, console_lock, "%s answered %s ago and takes writes: "
			 "two primaries would write", scene->was, age);
	else if (node_is(scene->old, "recovering", true))
		lock_add(scene->out, LOCK_GREEN, console_lock, "%s answered %s ago, is in recovery and "
			 "takes no writes", scene->was, age);
	else
		lock_add(scene->out, LOCK_BOUNDED, console_lock, "%s answered %s ago; it is read-only "
			 "by default, which any session can switch off: it is NOT fenced", scene->was,
			 age);
}

/* A console that was started after the outage began has never heard it. */
static const char *last_heard(const json_t *node, char out[HEARD_TEXT])
{
	char age[WHEN_TEXT];
	double seconds;

	if (node_number(node, "age_s", &seconds))
		(void)snprintf(out, HEARD_TEXT, "last heard %s ago", node_age(node, "age_s", age));
	else
		(void)str_put(out, HEARD_TEXT, "never heard by this console");
	return out;
}

static void fence_console(const struct scene *scene)
{
	const char *seen = node_text(scene->old, "seen");
	char age[WHEN_TEXT], heard[HEARD_TEXT];
	size_t i = 0;

	if (strcmp(seen, "answers") == 0) {
		console_sees_answers(scene);
		return;
	}
	while (i < ARRAY_LEN(views) && strcmp(seen, views[i].seen) != 0)
		i++;
	if (i < ARRAY_LEN(views))
		lock_add(scene->out, views[i].state, console_lock, "%s: %s %s ago, %s; %s",
			 scene->was, node_text(scene->old, "because")[0] ?
			 node_text(scene->old, "because") : seen,
			 node_age(scene->old, "asked_age_s", age),
			 last_heard(scene->old, heard), views[i].text);
	else
		lock_add(scene->out, LOCK_BLOCKED, console_lock, "nothing is known of %s", scene->was);
}

/* --- as the replica's receiver sees it --- */

static void fence_replica(const struct scene *scene)
{
	static const char name[] = "old primary fenced: replica";
	const char *receiver = node_text(scene->next, "receiver");
	char age[WHEN_TEXT];
	double heard;

	(void)node_age(scene->next, "message_age_s", age);
	if (strcmp(receiver, "none") == 0)
		lock_add(scene->out, LOCK_GREEN, name, "%s has no receiver: nothing comes from %s",
			 scene->name, scene->was);
	else if (strcmp(receiver, "hidden") == 0 || !receiver[0])
		lock_add(scene->out, LOCK_BLOCKED, name, "the receiver of %s is hidden from us",
			 scene->name);
	else if (!node_number(scene->next, "message_age_s", &heard))
		lock_add(scene->out, LOCK_BLOCKED, name, "the receiver of %s is %s and does not say "
			 "when it heard last", scene->name, receiver);
	else if (heard < silence)
		lock_add(scene->out, LOCK_BLOCKED, name, "the receiver of %s is %s and heard %s %s ago;"
			 " from %.0f s of silence it counts as hung", scene->name, receiver, scene->was,
			 age, silence);
	else
		lock_add(scene->out, LOCK_BOUNDED, name, "the receiver of %s is %s and silent for %s: "
			 "%s hangs and is NOT fenced", scene->name, receiver, age, scene->was);
}

/* --- as the application sees it --- */

static const char app_lock[] = "old primary fenced: application";

/* The primary answers: it says itself who writes there. */
static void fence_clients(const struct scene *scene)
{
	const json_t *clients = json_object_get(scene->source->fields, "clients");
	const json_t *hidden = json_object_get(scene->source->fields, "clients_unknown");
	struct buf who = { 0 };
	bool unknown = !json_is_array(clients);

	for (size_t i = 0; i < json_array_size(hidden); i++)
		unknown |= strcmp(json_string_value(json_array_get(hidden, i)), scene->was) == 0;
	for (size_t i = 0; i < json_array_size(clients); i++) {
		const json_t *client = json_array_get(clients, i);

		if (strcmp(node_text(client, "node"), scene->was) == 0 &&
		    node_is(client, "writing", true))
			buf_fmt(&who, "%s%s", who.len > 0 ? ", " : "", node_text(client, "application"));
	}
	if (who.len > 0)
		lock_add(scene->out, LOCK_BLOCKED, app_lock, "%s says that %s writes there", scene->was,
			 buf_cstr(&who));
	else if (unknown)
		lock_add(scene->out, LOCK_BLOCKED, app_lock, "who writes to %s is hidden from us: GRANT "
			 "pg_monitor TO %s", scene->was, node_text(scene->old, "user"));
	else
		lock_add(scene->out, LOCK_GREEN, app_lock, "%s says that nobody was seen writing there",
			 scene->was);
	buf_done(&who);
}

static bool holds(const int *all, size_t count, int index)
{
	for (size_t i = 0; i < count; i++)
		if (all[i] == index)
			return true;
	return false;
}

/* Does this component need one of those that the database source speaks for? */
static bool needs(const struct world *world, const struct component *component, int database)
{
	for (size_t i = 0; i < component->depends_count; i++) {
		int other = component->depends_on[i];

		if (other >= 0 && holds(world->components[other].sources,
					world->components[other].source_count, database))
			return true;
	}
	return false;
}

/* What the sources of those who need the database say: it works, it fails, or nothing of it. */
struct witness {
	struct buf works, fails, silent;
};

static void hear(const struct scene *scene, const struct source *source, struct witness *out)
{
	const char *database = json_text_at(source->fields, "database", "");
	bool current = !source->asking && source->state != STATE_STALE &&
		       source->state != STATE_UNKNOWN;
	bool suffers = source->consequence_of == (int)(scene->source - scene->world->sources);
	struct buf *to = &out->silent;
	char age[WHEN_TEXT] = "?";

	if (source->newest != WHEN_NEVER)
		when_format_age(age, scene->world->now - source->newest);
	if (current && strcmp(database, "ok") == 0)
		to = &out->works;
	else if (current && (suffers || source->state == STATE_DOWN ||
			     (database[0] && strcmp(database, "unknown") != 0)))
		to = &out->fails;
	buf_fmt(to, "%s%s is %s (%s ago)", to->len > 0 ? ", " : "", source->name,
		state_word(source->state), age);
}

static void hear_all(const struct scene *scene, struct witness *out)
{
	const struct world *world = scene->world;
	int database = (int)(scene->source - world->sources);

	for (size_t i = 0; i < world->component_count; i++) {
		const struct component *component = &world->components[i];

		if (!needs(world, component, database))
			continue;
		for (size_t s = 0; s < component->source_count; s++)
			if (component->sources[s] >= 0)
				hear(scene, &world->sources[component->sources[s]], out);
	}
}

/* One that says its database works talks to somebody whom we cannot see. */
static void fence_dependents(const struct scene *scene)
{
	struct witness heard = { .works = { 0 } };

	hear_all(scene, &heard);
	if (heard.works.len > 0)
		lock_add(scene->out, LOCK_BLOCKED, app_lock, "%s and says that its database works: %s "
			 "lives for it", buf_cstr(&heard.works), scene->was);
	else if (heard.fails.len > 0)
		lock_add(scene->out, LOCK_GREEN, app_lock, "whoever needs it fails: %s%s%s",
			 buf_cstr(&heard.fails), heard.silent.len > 0 ? "; no word from: " : "",
			 buf_cstr(&heard.silent));
	else if (heard.silent.len > 0)
		lock_add(scene->out, LOCK_BOUNDED, app_lock, "nobody says whether it still reaches %s: "
			 "%s", scene->was, buf_cstr(&heard.silent));
	else
		lock_add(scene->out, LOCK_BOUNDED, app_lock, "no component depends on %s in the "
			 "configuration: whether anybody still writes to %s is not seen",
			 scene->source->name, scene->was);
	buf_done(&heard.works);
	buf_done(&heard.fails);
	buf_done(&heard.silent);
}

void locks_fence(const struct scene *scene)
{
	fence_console(scene);
	fence_replica(scene);
	if (strcmp(node_text(scene->old, "seen"), "answers") == 0)
		fence_clients(scene);
	else
		fence_dependents(scene);
}
