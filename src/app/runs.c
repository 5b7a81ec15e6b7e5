#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/paths.h"
#include "app/runs_inside.h"
#include "base/mem.h"

/* --- small words --- */

const struct incident *runs_incident(const struct runs *runs)
{
	return dossier_incident(runs->setup.dossier);
}

struct now runs_now(const struct runs *runs)
{
	return loop_now(runs->setup.loop);
}

void runs_say(struct runs *runs, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	if (!runs->closed)
		runs->setup.said(runs->setup.arg, buf_cstr(&text));
	buf_done(&text);
}

void runs_tell(struct runs *runs)
{
	runs->version++;
	if (!runs->closed)
		runs->setup.changed(runs->setup.arg);
}

uint64_t runs_version(const struct runs *runs)
{
	return runs->version;
}

bool runs_submit(struct runs *runs, struct order *order, struct err *err)
{
	char already[BECAUSE_TEXT];

	if (!order->by)
		order->by = runs->setup.operator;
	order->lost = runs->lost;
	return dossier_submit(runs->setup.dossier, order, runs_now(runs).wall, already, err);
}

struct walk *runs_walk(const struct runs *runs, const char *run)
{
	for (size_t i = 0; i < runs->count; i++) {
		if (strcmp(runs->walks[i]->event, run) == 0)
			return runs->walks[i];
	}
	return NULL;
}

const struct run *run_of_walk(const struct walk *walk)
{
	return incident_run(runs_incident(walk->owner), walk->event);
}

size_t step_of_walk(const struct walk *walk, const char *id)
{
	for (size_t i = 0; walk->runbook && i < walk->runbook->step_count; i++) {
		if (strcmp(walk->runbook->steps[i].id, id) == 0)
			return i;
	}
	return SIZE_MAX;
}

struct pane *runs_pane(struct runs *runs, const char *run)
{
	struct walk *walk = *run ? runs_walk(runs, run) : NULL;

	if (walk)
		return &walk->pane;
	runs->pane_used = true;
	return &runs->pane;
}

/* --- walks and the incident's runs --- */

static void add_walk(struct runs *runs, const struct run *run)
{
	struct walk *walk = mem_new(sizeof(*walk));

	str_put(walk->event, sizeof(walk->event), run->event);
	walk->owner = runs;
	runs->walks = mem_grow(runs->walks, &runs->cap, runs->count + 1, sizeof(struct walk *));
	runs->walks[runs->count++] = walk;
	walk_load(walk);
	runs->version++;
}

/* What runs shows itself there, also where the run was taken back meanwhile. */
static bool is_at_work(const struct runs *runs, const struct walk *walk)
{
	return runs->act.stage != ACT_NONE && strcmp(runs->act.run, walk->event) == 0;
}

/* A run that was taken back is no more; one that another console began is one of ours too. */
static void match_walks(struct runs *runs)
{
	const struct incident *incident = runs_incident(runs);
	size_t kept = 0;

	for (size_t i = 0; i < runs->count; i++) {
		if (run_of_walk(runs->walks[i]) || is_at_work(runs, runs->walks[i]))
			runs->walks[kept++] = runs->walks[i];
		else
			walk_free(runs->walks[i]);
	}
	runs->count = kept;
	for (size_t i = 0; i < incident->run_count; i++) {
		if (!runs_walk(runs, incident->runs[i].event))
			add_walk(runs, &incident->runs[i]);
	}
}

void runs_look(struct runs *runs, bool second)
{
	match_walks(runs);
	sense_lost(runs);
	begin_look(runs);
	for (size_t i = 0; i < runs->count; i++) {
		walk_load(runs->walks[i]);
		sense_look(runs->walks[i]);
	}
	if (second)
		check_look(runs);
	act_look(runs);
}

void runs_durable(struct runs *runs, const struct event *event)
{
	act_durable(runs, event);
	begin_look(runs);
}

bool runs_allow(struct runs *runs, struct order *order, struct err *err)
{
	struct walk *walk = order->data.has & F(run) ? runs_walk(runs, order->data.run) : NULL;

	order->lost = runs->lost;
	if (!walk || !walk->runbook || !run_of_walk(walk))
		return true;
	sense_make(walk);
	return checklist_allows(&walk->list, order, err);
}

/* --- what the screens see --- */

static void put_run(struct runs *runs, const struct run *run, struct docket *out)
{
	struct docket_run *docket = &out->runs[out->run_count];
	struct walk *walk = runs_walk(runs, run->event);
	const struct books *books = bookcase_books(runs->setup.bookcase);

	if (!walk || out->run_count == DOCKET_RUNS)
		return;
	out->run_count++;
	*docket = (struct docket_run){ .run = run, .ready = ready_fence, .arg = runs };
	docket->past = books->past(books->arg, run->runbook);
	docket->pane = walk->pane.lines ? &walk->pane : NULL;
	if (!walk->runbook) {
		docket->why = walk->why;
		return;
	}
	sense_make(walk);
	docket->runbook = walk->runbook;
	docket->list = &walk->list;
	docket->accepted = walk->accepted;
	docket->changes = walk->accepted || walk->changes.commands == 0 ? NULL : &walk->changes;
}

void runs_docket(struct runs *runs, struct docket *out)
{
	const struct incident *incident = runs_incident(runs);

	match_walks(runs);
	out->run_count = out->run = 0;
	for (size_t i = incident->run_count; i-- > 0;) {
		if (run_goes_on(&incident->runs[i]))
			put_run(runs, &incident->runs[i], out);
	}
	for (size_t i = incident->run_count; i-- > 0;) {
		if (!run_goes_on(&incident->runs[i]))
			put_run(runs, &incident->runs[i], out);
	}
	out->pane = runs->pane_used ? &runs->pane : NULL;
	out->ready = ready_free;
	out->arg = runs;
}

void runs_in_sight(struct runs *runs, const char *run, enum book_section section)
{
	str_put(runs->sight, sizeof(runs->sight), run);
	runs->section = section;
}

/* --- values --- */

void runs_value(struct runs *runs, const char *run, const char *name, const char *value)
{
	const struct walk *walk = runs_walk(runs, run);
	const struct param *param = walk && walk->runbook ?
				    values_param(&walk->runbook->card, name) : NULL;
	struct order order = { .kind = EVENT_INPUT_GIVEN, .at = WHEN_NEVER, .src = SRC_HUMAN };
	struct err err = { 0 };

	if (!param) {
		runs_say(runs, "the runbook has no parameter %s", name);
		return;
	}
	if (!param_fits(param, value, &err)) {
		runs_say(runs, "%s: %s", name, err.text);
		return;
	}
	EVENT_SET(order.data, run, run);
	EVENT_SET(order.data, name, name);
	if (param->type == PARAM_SECRET)
		vault_put(&runs->vault, run, name, value);
	else
		EVENT_SET(order.data, text, value);
	if (!runs_submit(runs, &order, &err))
		runs_say(runs, "%s", err.text);
}

void runs_accept(struct runs *runs, const char *run)
{
	struct walk *walk = runs_walk(runs, run);

	if (walk && walk->runbook)
		walk_accept(walk);
}

/* --- its life --- */

struct runs *runs_new(const struct runs_setup *setup)
{
	struct runs *runs = mem_new(sizeof(*runs));
	struct buf state = { 0 };
	struct err err = { 0 };

	runs->setup = *setup;
	runs->act.lock = -1;
	if (gethostname(runs->host, sizeof(runs->host) - 1) != 0)
		runs->host[0] = '\0';
	if (paths_state(setup->context, &state, &err))
		runs->state = buf_take(&state);
	buf_done(&state);
	return runs;
}

void runs_replace(struct runs *runs, const struct settings *settings, struct estate *estate)
{
	check_drop(runs);
	if (runs->act.source)
		act_drop(runs);
	runs->setup.settings = settings;
	runs->setup.estate = estate;
	runs->setup.operator = settings->operator;
	runs->setup.instruct = settings->runbooks.instruct;
	runs_tell(runs);
}

void runs_free(struct runs *runs)
{
	if (!runs)
		return;
	runs->closed = true;
	check_drop(runs);
	act_drop(runs);
	begin_done(runs);
	for (size_t i = 0; i < runs->count; i++)
		walk_free(runs->walks[i]);
	mem_free(runs->walks);
	pane_done(&runs->pane);
	vault_done(&runs->vault);
	arena_done(&runs->ready);
	mem_free(runs->state);
	mem_free(runs);
}
