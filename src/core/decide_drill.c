/*
 * decide_drill.c: a drill from its announcement to its review (drill.h).
 */
#include <ctype.h>
#include <string.h>

#include "core/decide_inside.h"

/* --- the announcement ----------------------------------------------------------------------- */

static bool is_any_of(struct str word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (word.len == strlen(words[i]) && str_has_nocase(word, words[i]))
			return true;
	return false;
}

/* "production", "eu-prod-1"; not "pre-production", "products". */
static bool is_production(const char *environment)
{
	static const char *const live[] = { "production", "prod", "prd" };
	static const char *const before[] = { "non", "not", "no", "pre" };
	bool negated = false;

	for (const char *at = environment; *at;) {
		struct str word = { at, 0 };

		while (isalpha((unsigned char)at[word.len]))
			word.len++;
		if (is_any_of(word, live, ARRAY_LEN(live)) && !negated)
			return true;
		if (word.len > 0)
			negated = is_any_of(word, before, ARRAY_LEN(before));
		at += word.len > 0 ? word.len : 1;
	}
	return false;
}

static bool check_practice(struct matter *m)
{
	if (!m->data.environment && m->incident->environment[0])
		EVENT_SET(m->data, environment, m->incident->environment);
	if (m->data.environment && is_production(m->data.environment))
		return refuse(m, "the environment %s is production, and a drill is never practised there",
			      m->data.environment);
	return true;
}

static bool check_length(struct matter *m, const char *what, const char *text)
{
	if (text && strlen(text) >= NAME_TEXT)
		return wrong(m, "%s is too long: at most %d bytes", what, NAME_TEXT - 1);
	return true;
}

static bool no_such_type(struct matter *m)
{
	struct buf words = {0};

	for (enum drill_type type = 0; type < DRILL_TYPE_COUNT; type++)
		buf_fmt(&words, "%s%s", type ? ", " : "", drill_type_word(type));
	wrong(m, "a drill's type is one of %s", buf_cstr(&words));
	buf_done(&words);
	return false;
}

static bool no_such_scenario(struct matter *m)
{
	struct buf words = {0};

	for (enum drill_scenario scenario = 0; scenario < DRILL_SCENARIO_COUNT; scenario++)
		buf_fmt(&words, "%s%s", scenario ? ", " : "", drill_scenario_word(scenario));
	wrong(m, "a drill's scenario is one of %s", buf_cstr(&words));
	buf_done(&words);
	return false;
}

static bool check_window(struct matter *m)
{
	if (!(m->data.has & F(when)))
		EVENT_SET(m->data, when, m->at);
	if (!(m->data.has & F(until)))
		return true;
	if (m->data.until <= m->data.when)
		return wrong(m, "the window ends before it begins");
	if (m->data.until <= m->now)
		return refuse(m, "the window has passed");
	return true;
}

static bool check_replay(struct matter *m, enum drill_type type)
{
	if (type != DRILL_TABLETOP)
		return m->data.of ? wrong(m, "only a tabletop replays an incident") : true;
	if (!m->data.of || !is_incident_id(m->data.of))
		return wrong(m, "a tabletop needs the id of the incident that it goes through");
	if (strcmp(m->data.of, m->incident->id) == 0)
		return refuse(m, "a tabletop cannot go through itself");
	return true;
}

static bool announced_already(struct matter *m, enum drill_type type, enum drill_scenario scenario)
{
	const struct drill *drill = m->incident->drill;

	if (drill->type == type && drill->scenario == scenario)
		return already(m, "the drill is announced");
	return refuse(m, "the drill is announced already, as %s, %s", drill_type_word(drill->type),
		      drill_scenario_word(drill->scenario));
}

bool decide_drill_announce(struct matter *m)
{
	enum drill_type type;
	enum drill_scenario scenario;

	if (strcmp(m->incident->type, "drill") != 0)
		return refuse(m, "it is of the type %s: only a drill is announced as one",
			      m->incident->type);
	if (!drill_type_find(m->data.type, &type))
		return no_such_type(m);
	if (!drill_scenario_find(m->data.name, &scenario))
		return no_such_scenario(m);
	if (m->incident->drill)
		return announced_already(m, type, scenario);
	return check_practice(m) && check_length(m, "the environment", m->data.environment) &&
	       check_length(m, "the image", m->data.target) &&
	       check_length(m, "the id of a runbook", m->data.runbook) && check_sha256(m) &&
	       check_window(m) && check_replay(m, type) && accept(m);
}

/* --- while it goes on ----------------------------------------------------------------------- */

static bool is_announced(struct matter *m)
{
	return m->incident->drill ? true : refuse(m, "no drill is announced here");
}

static bool goes_on(struct matter *m)
{
	if (!is_announced(m))
		return false;
	return m->incident->drill->finished ? refuse(m, "the drill is finished") : true;
}

bool decide_drill_hand(struct matter *m)
{
	if (m->data.run && !incident_run(m->incident, m->data.run)) {
		err_set(m->err, ERR_NOT_FOUND, "there is no such run of a runbook");
		return false;
	}
	return goes_on(m) && accept(m);
}

static const struct drill_component *component_of(const struct drill *drill, const char *name)
{
	for (size_t i = 0; i < drill->component_count; i++)
		if (strcmp(drill->components[i].name, name) == 0)
			return &drill->components[i];
	return NULL;
}

/* What failed may be begun again. */
bool decide_restoring(struct matter *m)
{
	const struct drill_component *component;

	if (!goes_on(m) || !check_length(m, "a component's name", m->data.name))
		return false;
	component = component_of(m->incident->drill, m->data.name);
	if (!component && m->incident->drill->component_count == DRILL_COMPONENTS)
		return refuse(m, "a drill restores %d components at most", DRILL_COMPONENTS);
	if (component && component->ended == WHEN_NEVER)
		return already(m, "the component %s is being restored", component->name);
	if (component && component->ok)
		return already(m, "the component %s is restored", component->name);
	return accept(m);
}

bool decide_restored(struct matter *m)
{
	const struct drill_component *component;

	if (!goes_on(m))
		return false;
	if (!(m->data.has & F(ok)))
		EVENT_SET(m->data, ok, true);
	component = component_of(m->incident->drill, m->data.name);
	if (!component)
		return refuse(m, "the restoration of %s has not begun", m->data.name);
	if (component->ended != WHEN_NEVER && component->ok == m->data.ok)
		return already(m, "the component %s is %s", component->name, component->ok ?
			       "restored" : "not restored");
	if (component->ended != WHEN_NEVER)
		return refuse(m, "the component %s is %s: begin its restoration again", component->name,
			      component->ok ? "restored" : "not restored");
	if (m->at < component->started)
		return refuse(m, "the component %s cannot be restored before its restoration begins",
			      component->name);
	return accept(m);
}

bool decide_drill_verified(struct matter *m)
{
	return goes_on(m) && check_sha256(m) && accept(m);
}

bool decide_rolled_back(struct matter *m)
{
	if (!goes_on(m))
		return false;
	if (m->incident->drill->rolled_back)
		return already(m, "it is rolled back: %s", m->incident->drill->rolled_back_because);
	return accept(m);
}

/* --- its end -------------------------------------------------------------------------------- */

/* Nothing has passed that nobody looked at; what is only talked through is passed by talking. */
static bool may_pass(struct matter *m)
{
	const struct drill *drill = m->incident->drill;

	if (drill->verified && !drill->verified_ok)
		return refuse(m, "a drill does not pass whose last verification did not");
	if (!drill->verified && drill->type != DRILL_TABLETOP)
		return refuse(m, "a drill passes only what was verified, and nothing was");
	return true;
}

bool decide_drill_finish(struct matter *m)
{
	const struct drill *drill = m->incident->drill;

	if (!is_announced(m) || !check_sha256(m))
		return false;
	if (drill->finished && drill->passed == m->data.ok)
		return already(m, "the drill is finished: it %s", drill->passed ? "passed" :
			       "did not pass");
	return goes_on(m) && (!m->data.ok || may_pass(m)) && accept(m);
}

bool decide_drill_review(struct matter *m)
{
	const struct drill *drill = m->incident->drill;

	if (!is_announced(m) || !is_its_own(m))
		return false;
	if (!drill->finished)
		return refuse(m, "a drill is reviewed when it is finished");
	if (drill->reviewed_at != WHEN_NEVER)
		return already(m, "the drill was reviewed by %s", drill->reviewed_by);
	return accept(m);
}
