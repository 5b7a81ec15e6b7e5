/*
 * runs_ready.c: the box: all that would run, and under which conditions. It is made anew for each
 * look and once more at the instant of the execution; its digest covers everything that a person
 * decides by.
 */
#include <string.h>

#include "app/drills.h"
#include "app/runs_inside.h"
#include "backends/postgres.h"
#include "base/scrub.h"

/* --- where it runs --- */

const struct source_config *ready_source(const struct runs *runs, const char *name)
{
	const struct settings *settings = runs->setup.settings;

	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (strcmp(source->name, name) == 0)
			return source;
	}
	return NULL;
}

static bool find_node(const struct source_config *source, const char *name, unsigned *out)
{
	const struct postgres_config *config = (const struct postgres_config *)source;

	for (unsigned i = 0; i <= config->replicas.count; i++) {
		if (strcmp(postgres_target_name(config, i), name) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

/* "primary" is the one that is it now, "target" the one that the interlock has sensed. */
static const char *node_meant(const struct runs *runs, const struct source_config *source,
			      const struct fence *fence, const struct interlock *interlock)
{
	const struct world *world = runs->setup.estate->world;
	int at = world_find_source(world, source->name);

	if (strcmp(fence->node, "target") == 0)
		return interlock ? interlock->node : "";
	if (strcmp(fence->node, "primary") == 0)
		return at < 0 ? "" : json_text_at(world->sources[at].fields, "primary", "");
	return fence->node;
}

bool ready_target(const struct runs *runs, const struct source_config *source,
		  const struct fence *fence, const struct interlock *interlock, unsigned *out,
		  struct err *err)
{
	const char *node;

	*out = 0;
	if (!fence->node[0])
		return true;
	if (strcmp(source->kind, "postgres") != 0)
		return err_set(err, ERR_INPUT, "%s has no nodes", source->name);
	node = node_meant(runs, source, fence, interlock);
	if (!*node)
		return err_set(err, ERR_NOT_FOUND, "which node of %s is the %s is not known now",
			       source->name, fence->node);
	return find_node(source, node, out) ||
	       err_set(err, ERR_NOT_FOUND, "%s has no node %s", source->name, node);
}

static bool is_here(const struct runs *runs, const char *on)
{
	const char *dot = strchr(runs->host, '.');
	size_t len = dot ? (size_t)(dot - runs->host) : strlen(runs->host);

	if (!*on || strcmp(on, "localhost") == 0 || strcmp(on, runs->host) == 0)
		return true;
	return strlen(on) == len && strncmp(on, runs->host, len) == 0;
}

/* --- making --- */

struct making {
	struct runs *runs;
	const struct run_place *place;
	const struct fence *fence;	/* NULL: of `!` */
	const struct step *step;
	const struct run_step *mark;
	const struct run *run;
	struct arena *arena;
	struct ready *out;
	struct values *values;
};

static void refuse(struct making *making, const char *why)
{
	if (!making->out->refusal)
		making->out->refusal = arena_text(making->arena, why, strlen(why));
}

static bool is_odd(struct str text)
{
	struct str line, part;

	while (str_cut(&text, '\n', &line)) {
		while (str_cut(&line, '\t', &part)) {
			if (!scrub_clean(part))
				return true;
		}
	}
	return false;
}

/* Values are part of what runs. */
static void put_odd(struct making *making)
{
	struct buf shown = { 0 };
	bool odd = is_odd(str_of(making->out->text));

	buf_text(&shown, making->out->text);
	for (size_t i = 0; making->out->values[i]; i++) {
		if (!is_odd(str_of(making->out->values[i])))
			continue;
		odd = true;
		buf_fmt(&shown, "\n%s", making->out->values[i]);
	}
	if (odd) {
		struct str rest = str_sub(buf_cstr(&shown), shown.len), line;
		struct buf clean = { 0 };

		while (str_cut(&rest, '\n', &line)) {
			scrub(&clean, line);
			buf_char(&clean, '\n');
		}
		making->out->odd = arena_text(making->arena, buf_cstr(&clean), clean.len);
		buf_done(&clean);
	}
	buf_done(&shown);
}

static unsigned care_of(const struct making *making)
{
	const struct settings *settings = making->runs->setup.settings;
	const struct fence *fence = making->fence;
	unsigned usual = settings->production ? 2 : 1;

	if (!fence)
		return usual;
	if (fence->check && !fence->write)
		return 0;
	if (making->step->danger == DANGER_CAUTION)
		return 3;
	if (making->step->danger == DANGER_WARNING)
		return 2;
	return fence_is_native(fence) && !fence->write ? 1 : usual;
}

static void put_care(struct making *making)
{
	struct ready *out = making->out;
	const struct settings *settings = making->runs->setup.settings;

	out->care = care_of(making);
	if (making->step && (making->step->interlock[0] || making->step->target[0]))
		interlock_make(making->step, making->runs->setup.estate->world, &out->interlock);
	if (out->care == 2 || out->odd || (out->care == 3 && !out->interlock.target[0]))
		out->word = settings->environment;
	out->two_person = making->step && (making->step->two_person ||
					   (out->care == 3 && settings->runbooks.two_person));
}

static void put_others(struct making *making)
{
	struct runs *runs = making->runs;
	struct docket docket;
	struct buf text = { 0 };
	msec wall = runs_now(runs).wall;
	char age[WHEN_TEXT];

	dossier_docket(runs->setup.dossier, &docket);
	for (size_t i = 0; i < docket.peer_count; i++) {
		const struct peer *peer = &docket.peers[i];

		if (peer->lost || wall - peer->heard < CONSOLE_QUIET)
			continue;
		when_format_age(age, wall - peer->heard);
		buf_fmt(&text, "%s%s's console on %s is silent for %s: it may act too",
			text.len ? "; " : "", peer->who[0] ? peer->who : "somebody", peer->host, age);
	}
	if (text.len > 0)
		making->out->others = arena_text(making->arena, buf_cstr(&text), text.len);
	buf_done(&text);
}

/* --- what forbids it --- */

static void check_place(struct making *making)
{
	struct runs *runs = making->runs;
	const struct fence *fence = making->fence;
	struct ready *out = making->out;
	unsigned target;
	struct err err = { 0 };

	if (!fence || !fence_is_native(fence)) {
		out->host = fence && fence->on[0] ? fence->on : runs->host;
		out->elsewhere = fence && !is_here(runs, fence->on);
		return;
	}
	out->host = fence->node[0] ? arena_fmt(making->arena, "%s, node %s", fence->source,
					       fence->node) : fence->source;
	if (!ready_source(runs, fence->source))
		refuse(making, arena_fmt(making->arena, "no source %s is configured", fence->source));
	else if (!ready_target(runs, ready_source(runs, fence->source), fence, &out->interlock,
			       &target, &err))
		refuse(making, err.text);
}

static void check_settings(struct making *making)
{
	const struct runs *runs = making->runs;
	const struct fence *fence = making->fence;
	struct err err = { 0 };

	if (!drills_fence_of(runs_incident(runs), runs->setup.settings, &err))
		refuse(making, err.text);
	if (making->run && making->run->instruct)
		refuse(making, "this run only instructs: do it by hand, and say what came of it");
	if (runs->setup.instruct)
		refuse(making, "runbooks.instruct: nothing is executed here");
	if (runs->setup.settings->read_only && !(fence && fence->check && fence_is_native(fence)))
		refuse(making, "read only: nothing is executed here");
	if (fence && fence->interactive && !runs->setup.terminal)
		refuse(making, "it wants a terminal, and there is none to lend");
	if (fence && !fence->runnable)
		refuse(making, fence->why_not);
	if (making->values->missing)
		refuse(making, making->values->missing);
}

static void check_interlock(struct making *making)
{
	const struct interlock *interlock = &making->out->interlock;

	for (size_t i = 0; i < interlock->count; i++) {
		if (interlock->locks[i].state == LOCK_BLOCKED)
			refuse(making, arena_fmt(making->arena, "blocked: %s: %s",
						 interlock->locks[i].name, interlock->locks[i].because));
	}
}

static void check_saving(struct making *making)
{
	struct docket docket;

	dossier_docket(making->runs->setup.dossier, &docket);
	if (docket.saving == SAVING_NOT_SAVED || docket.saving == SAVING_IN_MEMORY)
		refuse(making, "nothing can be saved: run it in another window, and note what came of it");
}

/* A guard that held long ago says nothing of now. */
static void check_guards(struct making *making)
{
	const struct step *step = making->step;
	const struct walk *walk = making->place->walk;
	msec steady = runs_now(making->runs).steady;

	for (size_t i = 0; i < making->place->fence; i++) {
		size_t slot = checklist_fence(step, i);
		const struct fence_sense *sense;

		if (slot == SIZE_MAX)
			continue;
		sense = &walk->senses[making->place->step].fences[slot];
		if (sense->at > 0 && steady - sense->at > 3 * checklist_every(step, &step->fences[i]))
			refuse(making, "the check before it is too old: keep its section in sight");
	}
}

/* What the rules would say to the order now, so that the box says it before anybody types. */
static void check_rules(struct making *making)
{
	struct runs *runs = making->runs;
	struct decision decision = { 0 };
	bool asks = making->out->two_person || making->mark->asked[0];
	struct order order = {
		.kind = asks ? EVENT_STEP_CONFIRM_ASKED : EVENT_STEP_RUN_STARTED,
		.at = WHEN_NEVER, .src = SRC_HUMAN, .by = runs->setup.operator, .lost = runs->lost,
	};
	struct err err = { 0 };

	EVENT_SET(order.data, run, making->run->event);
	EVENT_SET(order.data, step, making->step->id);
	EVENT_SET(order.data, fence, (int64_t)making->place->fence);
	if (asks)
		EVENT_SET(order.data, sha256, making->out->digest);
	else
		EVENT_SET(order.data, text, making->out->text);
	if (!checklist_allows(&making->place->walk->list, &order, &err) ||
	    !decide(runs_incident(runs), runs->setup.policy, &order, runs_now(runs).wall, &decision,
		    &err))
		refuse(making, err.text);
	decision_done(&decision);
}

/* --- the digest --- */

static void digest_add(struct buf *out, const char *text)
{
	buf_fmt(out, "%zu:%s\n", strlen(text), text);
}

static void digest_fence(struct buf *out, const struct fence *fence)
{
	digest_add(out, fence->word);
	digest_add(out, fence->source);
	digest_add(out, fence->node);
	digest_add(out, fence->on);
	digest_add(out, fence->cwd);
	digest_add(out, fence->expect);
	digest_add(out, fence->capture);
	buf_fmt(out, "%u %d %d %d %d %lld\n", (unsigned)fence->lang, fence->check, fence->write,
		fence->interactive, fence->exit, (long long)fence->timeout);
}

/* Words that change with every second (ages) are not in it; what they decide is. */
void digest_interlock(struct buf *out, const struct interlock *interlock)
{
	digest_add(out, interlock->target);
	digest_add(out, interlock->node);
	for (size_t i = 0; i < interlock->count; i++)
		buf_fmt(out, "%s %u\n", interlock->locks[i].name,
			(unsigned)interlock->locks[i].state);
}

/* Also what was run of the step so far: a box that was shown before it ran is another one after. */
static void put_digest(struct making *making)
{
	const struct ready *ready = making->out;
	struct buf all = { 0 };

	digest_add(&all, making->run ? making->run->event : "");
	digest_add(&all, making->step ? making->step->id : "");
	buf_fmt(&all, "%zu %zu %u\n", making->place->fence,
		making->mark ? making->mark->attempt_count : 0, making->mark ? making->mark->round : 0);
	digest_add(&all, ready->text);
	for (size_t i = 0; ready->values[i]; i++) {
		digest_add(&all, ready->values[i]);
		digest_add(&all, making->values->marks[i]);
	}
	if (making->fence)
		digest_fence(&all, making->fence);
	digest_add(&all, event_text(ready->host));
	buf_fmt(&all, "%d %u %d\n", ready->elsewhere, ready->care, ready->two_person);
	digest_add(&all, event_text(ready->word));
	digest_interlock(&all, &ready->interlock);
	digest_sha256(making->out->digest, str_sub(buf_cstr(&all), all.len));
	buf_done(&all);
}

/* --- the whole --- */

static bool find_place(struct making *making)
{
	const struct run_place *place = making->place;
	const struct walk *walk = place->walk;

	if (!walk)
		return place->text != NULL;
	making->run = run_of_walk(walk);
	if (!making->run || !walk->runbook || place->step >= walk->runbook->step_count)
		return false;
	making->step = &walk->runbook->steps[place->step];
	making->mark = run_step(making->run, making->step->id);
	if (!making->mark || place->fence >= making->step->fence_count)
		return false;
	making->fence = &making->step->fences[place->fence];
	return true;
}

static void put_values(struct making *making)
{
	const struct runs *runs = making->runs;
	const struct walk *walk = making->place->walk;
	const struct values_in in = {
		.context = runs->setup.context, .settings = runs->setup.settings,
		.world = runs->setup.estate->world, .incident = runs_incident(runs),
		.run = making->run, .card = walk ? &walk->runbook->card : NULL,
		.vault = &making->runs->vault, .text = making->out->text,
	};

	values_make(&in, making->arena, making->values);
	making->out->values = making->values->shown;
}

bool ready_make(struct runs *runs, const struct run_place *place, struct arena *arena,
		struct ready *out, struct values *values)
{
	struct making making = {
		.runs = runs, .place = place, .arena = arena, .out = out, .values = values,
	};

	*out = (struct ready){ .care = 0 };
	if (!find_place(&making))
		return false;
	out->fence = making.fence;
	out->step = making.step;
	out->text = making.fence ? making.fence->text :
		    arena_text(arena, event_text(place->text), strlen(event_text(place->text)));
	put_values(&making);
	put_odd(&making);
	put_care(&making);
	check_settings(&making);
	check_place(&making);
	put_digest(&making);
	if (out->care > 0 && !out->elsewhere)
		check_saving(&making);
	if (out->care > 0)
		check_interlock(&making);
	if (making.step && !making.fence->check) {
		sense_make(place->walk);
		check_guards(&making);
		check_rules(&making);
	}
	if (out->care == 3)
		put_others(&making);
	return true;
}

static bool show(struct runs *runs, const struct run_place *place, struct ready *out)
{
	struct values values;

	arena_done(&runs->ready);
	return ready_make(runs, place, &runs->ready, out, &values);
}

bool ready_fence(void *arg, const struct docket_run *run, size_t step, size_t fence,
		 struct ready *out)
{
	struct runs *runs = arg;
	const struct run_place place = {
		.walk = runs_walk(runs, run->run->event), .step = step, .fence = fence,
	};

	return place.walk && show(runs, &place, out);
}

bool ready_free(void *arg, const struct docket *docket, const char *text, struct ready *out)
{
	const struct run_place place = { .text = text };

	(void)docket;
	return show(arg, &place, out);
}
