/*
 * decide_state.c: what an incident is: its declaration, title, components, severity.
 */
#include <string.h>

#include "base/attr.h"
#include "core/decide_inside.h"

static const char *const types[] = { "outage", "recovery", "drill" };

static bool check_title(struct matter *m)
{
	if (strlen(m->data.title) >= TITLE_MAX)
		return wrong(m, "the title is too long: at most %d bytes", TITLE_MAX - 1);
	return true;
}

static bool check_components(struct matter *m)
{
	const struct text_list *list = &m->data.components;

	if (list->count > INCIDENT_COMPONENTS)
		return wrong(m, "there are too many components: at most %d", INCIDENT_COMPONENTS);
	for (size_t i = 0; i < list->count; i++)
		if (strlen(list->items[i]) >= NAME_TEXT)
			return wrong(m, "a component's name is too long: at most %d bytes",
				     NAME_TEXT - 1);
	return true;
}

bool decide_declare(struct matter *m)
{
	if (m->data.severity < 1 || m->data.severity > 3)
		return wrong(m, "a severity is 1, 2 or 3");
	if (!m->data.type)
		EVENT_SET(m->data, type, types[0]);
	if (!is_one_of(m->data.type, types, ARRAY_LEN(types)))
		return wrong(m, "an incident's type is outage, recovery or drill");
	if (m->data.has & F(impact_at) && m->data.impact_at > m->at + DECIDE_GRACE)
		return refuse(m, "an impact cannot begin after the declaration");
	if (!m->data.operator && m->by[0])
		EVENT_SET(m->data, operator, m->by);
	m->data.has &= ~F(values);	/* what is promised is nobody's to say but the policy's */
	m->data.values = (struct text_list){ 0 };
	if (m->policy->has_terms)
		EVENT_SET(m->data, values, terms_values(m->policy, &m->out->arena));
	return check_title(m) && check_components(m) && accept(m);
}

bool decide_rename(struct matter *m)
{
	if (!check_title(m))
		return false;
	if (strcmp(m->data.title, m->incident->title) == 0)
		return already(m, "that is its title");
	EVENT_SET(m->data, old, m->incident->title);
	return accept(m);
}

static bool is_affected(const struct incident *incident, const char *name)
{
	for (size_t i = 0; i < incident->component_count; i++)
		if (strcmp(incident->components[i], name) == 0)
			return true;
	return false;
}

bool decide_components(struct matter *m)
{
	const struct text_list *list = &m->data.components;
	bool same = list->count == m->incident->component_count;

	if (!check_components(m))
		return false;
	for (size_t i = 0; same && i < list->count; i++)
		same = is_affected(m->incident, list->items[i]);
	return same ? already(m, "those are its components") : accept(m);
}

static const char *severity_word(unsigned severity)
{
	static const char *const words[] = { "", "SEV1", "SEV2", "SEV3" };

	return words[severity < ARRAY_LEN(words) ? severity : 0];
}

/* Where two consoles differed, choosing what it is settles it. */
bool decide_severity(struct matter *m)
{
	unsigned old = m->incident->severity, severity;

	if (!severity_find(m->data.new_, &severity))
		return wrong(m, "a severity is SEV1, SEV2 or SEV3");
	if (severity == old && !m->incident->conflict.severity)
		return already(m, "it is %s already", severity_word(old));
	if (!happens_now(m) && m->at < m->incident->declared_at)
		return refuse(m, "before the declaration it had no severity");
	if (severity > old && !has_reason(m))
		return refuse(m, "a lower severity needs a reason");
	EVENT_SET(m->data, new_, severity_word(severity));
	EVENT_SET(m->data, old, severity_word(old));
	return accept(m);
}
