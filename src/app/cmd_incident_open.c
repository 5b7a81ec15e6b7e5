/*
 * cmd_incident_open.c: an incident begins. What is not said on the command line is what the
 * instruments propose; the alerts that fire become its first events after the declaration.
 */
#include <stdio.h>
#include <string.h>

#include "app/cmd_incident.h"
#include "app/paths.h"
#include "app/sensing.h"
#include "base/mem.h"

struct opening {
	struct order order;
	struct proposal proposal;	/* zeroed when nothing was asked */
};

static bool fill_type(struct work *work, struct opening *opening, struct err *err)
{
	static const char *const types[] = { "outage", "recovery", "drill" };
	const char *type = work_flag(work, OPTION_TYPE);

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (type && strcmp(types[i], type) != 0)
			continue;
		EVENT_SET(opening->order.data, type, types[i]);
		return true;
	}
	return err_set(err, ERR_USAGE, "--type: '%.20s' is none of outage, recovery, drill", type);
}

static bool fill_severity(struct work *work, struct opening *opening, struct err *err)
{
	const char *word = work_flag(work, OPTION_SEV);
	unsigned severity = opening->proposal.severity;

	if (word && !severity_find(word, &severity))
		return err_set(err, ERR_USAGE, "--sev: '%.20s' is no severity: 1, 2 or 3", word);
	if (severity == 0)
		return err_set(err, ERR_USAGE, "--sev is missing: 1, 2 or 3 (nothing was asked that "
			       "could propose one)");
	EVENT_SET(opening->order.data, severity, severity);
	if (opening->proposal.rule[0] && severity == opening->proposal.severity)
		EVENT_SET(opening->order.data, rule, opening->proposal.rule);
	return true;
}

static bool fill_title(struct work *work, struct opening *opening, struct err *err)
{
	const char *title = work_flag(work, OPTION_TITLE);

	if (!title)
		title = opening->proposal.title;
	if (str_trim(str_of(title)).len == 0)
		return err_set(err, ERR_USAGE, "--title is missing: what is wrong, in one line?");
	EVENT_SET(opening->order.data, title, title);
	return true;
}

static void fill_components(struct work *work, struct opening *opening)
{
	const struct proposal *proposal = &opening->proposal;
	struct text_list list = work_flags(work, OPTION_COMPONENT);
	const char **items = arena_array(&work->arena, INCIDENT_COMPONENTS, sizeof(*items));

	for (size_t i = 0; list.count == 0 && i < proposal->component_count; i++)
		items[i] = proposal->components[i];
	if (list.count == 0)
		list = (struct text_list){ items, proposal->component_count };
	if (list.count > 0)
		EVENT_SET(opening->order.data, components, list);
}

/* A name that is configured otherwise would be watched by nobody. */
static bool components_exist(const struct work *work, const struct opening *opening,
			     struct err *err)
{
	const struct world *world = work->estate.world;
	const struct text_list *list = &opening->order.data.components;
	const char *known[WORLD_COMPONENTS];

	for (size_t i = 0; i < world->component_count; i++)
		known[i] = world->components[i].name;
	for (size_t i = 0; i < list->count && world->component_count > 0; i++) {
		const char *near = str_nearest(list->items[i], known, world->component_count);

		if (world_find_component(world, list->items[i]) >= 0)
			continue;
		return err_set(err, ERR_USAGE, "--component: there is no component '%.60s'%s%s%s",
			       list->items[i], near ? ": did you mean '" : "", near ? near : "",
			       near ? "'?" : "");
	}
	return true;
}

static bool fill_opening(struct work *work, struct opening *opening, struct err *err)
{
	const char *reason = work_flag(work, OPTION_REASON);
	struct event_data *data = &opening->order.data;
	msec impact;

	if (!work_time(work, OPTION_IMPACT_START, &impact, err) || !fill_type(work, opening, err))
		return false;
	work_ask(work);
	if (work->asked)
		propose(work->estate.world, &work->policy, &opening->proposal);
	if (!fill_severity(work, opening, err) || !fill_title(work, opening, err))
		return false;
	fill_components(work, opening);
	if (impact == WHEN_NEVER && work->asked)
		impact = opening->proposal.impact_at;
	if (impact != WHEN_NEVER)
		EVENT_SET(*data, impact_at, impact);
	if (reason)
		EVENT_SET(*data, reason, reason);
	EVENT_SET(*data, environment, work->settings.environment);
	EVENT_SET(*data, operator, work->by);
	work_set_figures(work, data);
	return components_exist(work, opening, err);
}

/* Refused before there is a folder for it. */
static bool may_open(const struct work *work, const struct order *order, struct err *err)
{
	struct decision decision = { 0 };
	struct incident *none = mem_new(sizeof(*none));
	bool ok;

	incident_init(none);
	ok = decide(none, &work->policy, order, work->now, &decision, err);
	decision_done(&decision);
	incident_done(none);
	mem_free(none);
	if (!ok && err->kind == ERR_INPUT)
		err->kind = ERR_REFUSED;
	return ok;
}

static bool make_folder(struct work *work, const struct order *order, struct err *err)
{
	struct shelved shelved = { .shared = work->roots[1] != NULL };
	const char *root = work->roots[shelved.shared ? 1 : 0];
	char name[128];
	int len;

	if (!shelved.shared && !paths_make(work->state_root.data, err))
		return false;
	shelf_name(name, shelved.id, order->data.title,
		   work->at != WHEN_NEVER ? work->at : work->now);
	len = snprintf(shelved.folder, sizeof(shelved.folder), "%s/%s", root, name);
	if (len < 0 || (size_t)len >= sizeof(shelved.folder))
		return err_set(err, ERR_LIMIT, "%s: the path is too long", root);
	return work_open_folder(work, &shelved, true, err);
}

bool work_declare(struct work *work, const struct order *order, struct err *err)
{
	return may_open(work, order, err) && make_folder(work, order, err) &&
	       work_submit(work, order, err);
}

struct sensed {
	struct work *work;
	struct order *orders;
	size_t count, cap;
};

/* Kept until the looking is over: what is recorded changes the state that is looked at. */
static void keep(void *arg, const struct order *order)
{
	struct sensed *sensed = arg;
	struct order *kept;

	sensed->orders = mem_grow(sensed->orders, &sensed->cap, sensed->count + 1, sizeof(*kept));
	kept = &sensed->orders[sensed->count++];
	*kept = *order;
	event_data_copy(&kept->data, &order->data, &sensed->work->arena);
}

/* What is wrong now, told as a console would. */
static bool record_sensed(struct work *work, struct err *err)
{
	struct sensed sensed = { .work = work };
	struct sensing *sensing;
	bool ok = true;

	if (!work->asked)
		return true;
	sensing = sensing_new();
	sensing_look(sensing, dossier_incident(work->dossier), work->estate.world, keep, &sensed);
	sensing_free(sensing);
	for (size_t i = 0; ok && i < sensed.count; i++)
		ok = work_submit(work, &sensed.orders[i], err);
	mem_free(sensed.orders);
	return ok ||
	       err_add(err, "the incident is open, what the instruments say is not recorded");
}

static bool run_open(struct work *work, struct err *err)
{
	struct opening opening = { .order = work_order(work, EVENT_INCIDENT_DECLARED) };

	if (!fill_opening(work, &opening, err) || !work_declare(work, &opening.order, err) ||
	    !record_sensed(work, err))
		return false;
	if (work->asked)
		work_import(work, dossier_incident(work->dossier)->declared_at);
	return work_print(work, err);
}

int cmd_incident_open(const struct context *context)
{
	return work_run(context, run_open);
}
