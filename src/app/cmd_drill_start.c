/*
 * cmd_drill_start.c: a drill begins: the fence, the incident, its announcement on the record, whose
 * it is, and then to people. What could be wrong is said before there is anything on the disk.
 */
#include <stdio.h>
#include <string.h>

#include "app/cmd_drill.h"
#include "app/cmd_runbook.h"
#include "app/drills.h"

#define USUAL_WINDOW (2 * WHEN_HOUR)
#define USUAL_SEVERITY 3	/* it owes no updates every quarter of an hour */

struct start {
	struct work *work;
	enum drill_type type;
	enum drill_scenario scenario;
	const char *runbook, *sha256;	/* ""; none */
	const char *replays;		/* NULL */
	unsigned severity;
	msec begin, end;
};

/* --- what was asked for ----------------------------------------------------------------------- */

static bool no_such_word(const char *flag, const char *word, const char *const *words,
			 size_t count, struct err *err)
{
	struct buf known = { 0 };

	for (size_t i = 0; i < count; i++)
		buf_fmt(&known, "%s%s", i ? ", " : "", words[i]);
	if (word)
		err_set(err, ERR_USAGE, "--%s: '%.40s' is none of %s", flag, word, buf_cstr(&known));
	else
		err_set(err, ERR_USAGE, "--%s is missing: %s", flag, buf_cstr(&known));
	buf_done(&known);
	return false;
}

static bool read_type(struct start *start, struct err *err)
{
	const char *word = work_flag(start->work, OPTION_TYPE), *words[DRILL_TYPE_COUNT];

	if (word && drill_type_find(word, &start->type))
		return true;
	for (int i = 0; i < DRILL_TYPE_COUNT; i++)
		words[i] = drill_type_word((enum drill_type)i);
	return no_such_word("type", word, words, DRILL_TYPE_COUNT, err);
}

static const struct drill_type_settings *configured(const struct start *start)
{
	return &start->work->settings.drills.types[start->type];
}

static bool read_scenario(struct start *start, struct err *err)
{
	const char *word = work_flag(start->work, OPTION_SCENARIO), *words[DRILL_SCENARIO_COUNT];

	start->scenario = (enum drill_scenario)configured(start)->scenario;
	if (word ? drill_scenario_find(word, &start->scenario) :
		   start->scenario != SCENARIO_OTHER)
		return true;
	for (int i = 0; i < DRILL_SCENARIO_COUNT; i++)
		words[i] = drill_scenario_word((enum drill_scenario)i);
	return no_such_word("scenario", word, words, DRILL_SCENARIO_COUNT, err);
}

static bool read_severity(struct start *start, struct err *err)
{
	const char *word = work_flag(start->work, OPTION_SEV);

	start->severity = USUAL_SEVERITY;
	return !word || severity_find(word, &start->severity) ||
	       err_set(err, ERR_USAGE, "--sev: '%.20s' is no severity: 1, 2 or 3", word);
}

/* --at is when it begins, which may be tomorrow; the record of it is made now. */
static bool read_window(struct start *start, struct err *err)
{
	struct work *work = start->work;
	const char *word = work_flag(work, OPTION_WINDOW);
	msec window = USUAL_WINDOW;

	if (word && !when_parse_duration(str_of(word), &window, err)) {
		err->kind = ERR_USAGE;
		return err_add(err, "--window");
	}
	if (window <= 0)
		return err_set(err, ERR_USAGE, "--window: a drill takes some time, as 2h");
	start->begin = work->at == WHEN_NEVER ? work->now : work->at;
	start->end = start->begin + window;
	if (work->at > work->now)
		work->at = WHEN_NEVER;
	return start->end > work->now ||
	       err_set(err, ERR_USAGE, "--at: the window of the drill is over");
}

static bool read_replay(struct start *start, struct err *err)
{
	struct work *work = start->work;
	const char *word = work_flag(work, OPTION_REPLAY);
	bool tabletop = start->type == DRILL_TABLETOP;
	struct shelved shelved;

	if (!word)
		return !tabletop || err_set(err, ERR_USAGE, "--replay is missing: the id of the "
					    "incident that the tabletop goes through");
	if (!tabletop)
		return err_set(err, ERR_USAGE, "--replay is for --type tabletop");
	if (!shelf_find(work->roots, word, &shelved, err))
		return err_add(err, "--replay");
	start->replays = arena_text(&work->arena, shelved.id, strlen(shelved.id));
	return true;
}

/* One that was named must be there; that of a scenario is followed where there is one. */
static bool read_runbook(struct start *start, struct err *err)
{
	struct work *work = start->work;
	const char *named = work_flag(work, OPTION_RUNBOOK), *id = named;
	struct librarian librarian;
	struct err why = { 0 };
	size_t index;

	start->runbook = start->sha256 = "";
	if (!id)
		id = configured(start)->runbook ? configured(start)->runbook :
						  drill_scenario_runbook(start->scenario);
	if (!*id || (!named && start->type == DRILL_TABLETOP))
		return true;
	librarian_borrow(&librarian, work);
	index = librarian_find(&librarian, id, &why);
	if (index != SIZE_MAX) {
		struct str bytes = library_bytes(librarian.library, index);
		char sha256[DIGEST_HEX];

		digest_sha256(sha256, bytes);
		start->sha256 = arena_text(&work->arena, sha256, strlen(sha256));
		start->runbook = arena_text(&work->arena, id, strlen(id));
	}
	librarian_return(&librarian);
	if (index == SIZE_MAX && (named || configured(start)->runbook)) {
		*err = why;
		return err_add(err, named ? "--runbook" : "drills.types");
	}
	if (index == SIZE_MAX && !work_given(work, OPTION_QUIET))
		fprintf(work->context->err, "binnacle: no runbook is followed: %s\n", why.text);
	return true;
}

/* --- on the record ---------------------------------------------------------------------------- */

static bool declare(struct start *start, struct err *err)
{
	struct work *work = start->work;
	const char *title = work_flag(work, OPTION_TITLE);
	struct text_list components = work_flags(work, OPTION_COMPONENT);
	struct order order = work_order(work, EVENT_INCIDENT_DECLARED);
	struct event_data *data = &order.data;

	EVENT_SET(*data, title, title ? title : arena_fmt(&work->arena, "Drill: %s",
							  drill_scenario_word(start->scenario)));
	EVENT_SET(*data, severity, start->severity);
	EVENT_SET(*data, type, "drill");
	EVENT_SET(*data, environment, work->settings.environment);
	EVENT_SET(*data, operator, work->by);
	if (components.count > 0)
		EVENT_SET(*data, components, components);
	return work_declare(work, &order, err);
}

/* "source=db": what it may touch, by name. */
static struct text_list targets(const struct start *start)
{
	struct work *work = start->work;
	const struct settings *settings = &work->settings;
	const char **items = arena_array(&work->arena, settings->sources.count + 1, sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; i < settings->sources.count; i++)
		if (drills_may_touch(settings, settings_source(settings, i)))
			items[count++] = arena_fmt(&work->arena, "source=%s",
						   settings_source(settings, i)->name);
	return (struct text_list){ items, count };
}

static bool announce(struct start *start, struct err *err)
{
	struct work *work = start->work;
	const char *image = work->settings.drills.image;
	struct order order = work_order(work, EVENT_DRILL_ANNOUNCED);
	struct event_data *data = &order.data;
	struct text_list values = targets(start);

	EVENT_SET(*data, type, drill_type_word(start->type));
	EVENT_SET(*data, name, drill_scenario_word(start->scenario));
	EVENT_SET(*data, environment, work->settings.environment);
	EVENT_SET(*data, when, start->begin);
	EVENT_SET(*data, until, start->end);
	if (image)
		EVENT_SET(*data, target, image);
	if (*start->runbook) {
		EVENT_SET(*data, runbook, start->runbook);
		EVENT_SET(*data, sha256, start->sha256);
	}
	if (start->replays)
		EVENT_SET(*data, of, start->replays);
	if (values.count > 0)
		EVENT_SET(*data, values, values);
	return work_submit(work, &order, err);
}

static bool take_lead(struct start *start, struct err *err)
{
	struct order order = work_order(start->work, EVENT_ROLE_TAKEN);

	EVENT_SET(order.data, role, seat_word(SEAT_COMMANDER));
	EVENT_SET(order.data, who, start->work->by);
	return work_submit(start->work, &order, err);
}

/* --- to people -------------------------------------------------------------------------------- */

static void put_time(struct buf *out, msec at)
{
	char text[WHEN_TEXT];

	when_format(text, at / WHEN_MINUTE * WHEN_MINUTE);
	buf_fmt(out, "%.16sZ", text);
}

static void put_objectives(const struct incident *incident, struct buf *out)
{
	for (size_t i = 0; i < incident->terms.component_count; i++) {
		const struct terms_component *c = &incident->terms.components[i];
		char rto[WHEN_TEXT], rpo[WHEN_TEXT];

		when_format_duration(rto, c->rto);
		when_format_duration(rpo, c->rpo);
		buf_fmt(out, "Target for %s: %s%s%s%s%s\n", c->name, c->rto > 0 ? "back within " : "",
			c->rto > 0 ? rto : "", c->rto > 0 && c->rpo > 0 ? ", " : "",
			c->rpo > 0 ? "data lost at most " : "", c->rpo > 0 ? rpo : "");
	}
}

static const char *announcement(const struct start *start)
{
	struct work *work = start->work;
	struct text_list sources = targets(start);
	struct buf out = { 0 };
	const char *text;

	buf_fmt(&out, "DRILL, not an incident: %s, %s, from ", drill_type_word(start->type),
		drill_scenario_word(start->scenario));
	put_time(&out, start->begin);
	buf_text(&out, " to ");
	put_time(&out, start->end);
	buf_fmt(&out, ".\nEnvironment: %s, which is not production.\n", work->settings.environment);
	if (work->settings.drills.image)
		buf_fmt(&out, "Image: %s.\n", work->settings.drills.image);
	buf_text(&out, "Touches only: ");
	for (size_t i = 0; i < sources.count; i++)
		buf_fmt(&out, "%s%s", i ? ", " : "", strchr(sources.items[i], '=') + 1);
	buf_fmt(&out, "%s.\nLed by %s.\n", sources.count ? "" : "nothing", work->by);
	put_objectives(dossier_incident(work->dossier), &out);
	text = arena_text(&work->arena, buf_cstr(&out), str_trim(str_of(buf_cstr(&out))).len);
	buf_done(&out);
	return text;
}

static bool tell(struct start *start, struct err *err)
{
	struct work *work = start->work;
	const struct texts *channels = &work->settings.drills.announce;
	const struct text_list list = { channels->items, channels->count };

	if (channels->count == 0 && !work_given(work, OPTION_NO_SEND)) {
		if (!work_given(work, OPTION_QUIET))
			fprintf(work->context->err, "binnacle: drills.announce is not set: nobody was "
						    "told of the drill\n");
		return true;
	}
	return work_announce(work, &list, announcement(start), err) ||
	       err_add(err, "the drill #%s is open, and was not announced", work->shelved.id);
}

static bool run_start(struct work *work, struct err *err)
{
	struct start start = { .work = work };

	return drills_fence(&work->settings, err) && read_type(&start, err) &&
	       read_scenario(&start, err) && read_severity(&start, err) &&
	       read_window(&start, err) && read_replay(&start, err) && read_runbook(&start, err) &&
	       declare(&start, err) && announce(&start, err) && take_lead(&start, err) &&
	       tell(&start, err) && work_print(work, err);
}

int cmd_drill_start(const struct context *context)
{
	return work_run(context, run_start);
}
