#include "ui/explain.h"

#include <stdarg.h>

#include "ui/explain_incident.h"
#include "ui/explain_world.h"
#include "ui/next.h"
#include "ui/parts.h"
#include "ui/say.h"
#include "ui/sightings.h"

enum { INDENT = 12 };

void explain_put(struct page *page, const char *label, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	page_text(page);
	page_put(page, 1, INDENT - 2, ROLE_DIM, "%s", label);
	page_wrap(page, INDENT, ROLE_PLAIN, buf_cstr(&text));
	buf_done(&text);
}

/* A question is explained as its source. */
static int source_of(const struct scene *scene, struct item item)
{
	size_t ask;
	int index = item_source(scene->world, item);

	return index >= 0 ? index : item_ask(scene->world, item, &ask);
}

static bool name_source(const struct scene *scene, struct item item, struct text *out)
{
	int index = source_of(scene, item);

	if (index >= 0)
		*out = text_fmt("%s", scene->world->sources[index].name);
	return index >= 0;
}

static void build_source(const struct scene *scene, struct page *page, struct item item)
{
	explain_source(scene, page, (size_t)source_of(scene, item));
}

static void line_source(const struct scene *scene, struct item item, struct buf *out)
{
	const struct source *source = &scene->world->sources[source_of(scene, item)];

	buf_fmt(out, "%s %s: %s", source->name, state_label(source->state), source->because);
}

static bool name_signal(const struct scene *scene, struct item item, struct text *out)
{
	int index = item_signal(scene->world, item);

	if (index >= 0)
		*out = text_fmt("%s", scene->world->signals[index].name);
	return index >= 0;
}

static void build_signal(const struct scene *scene, struct page *page, struct item item)
{
	explain_signal(scene, page, (size_t)item_signal(scene->world, item));
}

static void line_signal(const struct scene *scene, struct item item, struct buf *out)
{
	const struct signal *signal = &scene->world->signals[item_signal(scene->world, item)];
	char value[SAY_TEXT];

	say_value(signal, value);
	buf_fmt(out, "%s %s: %s, %s", signal->name, state_label(signal->state), value,
		signal->because);
}

static bool name_alert(const struct scene *scene, struct item item, struct text *out)
{
	const struct alert *alert = item_alert(scene->world, item);

	if (alert)
		*out = text_fmt("alert %s", alert->name);
	return alert != NULL;
}

static void build_alert(const struct scene *scene, struct page *page, struct item item)
{
	explain_alert(scene, page, item_alert(scene->world, item));
}

static void line_alert(const struct scene *scene, struct item item, struct buf *out)
{
	const struct alert *alert = item_alert(scene->world, item);

	buf_fmt(out, "%s %s: %s", alert->name, alert_state_word(alert->state), alert->summary);
}

static bool name_alerts(const struct scene *scene, struct item item, struct text *out)
{
	(void)scene;
	(void)item;
	*out = text_fmt("alerts");
	return true;
}

static void build_alerts(const struct scene *scene, struct page *page, struct item item)
{
	(void)item;
	explain_trust(scene, page);
}

static void line_alerts(const struct scene *scene, struct item item, struct buf *out)
{
	(void)item;
	buf_text(out, scene->world->alerts_because);
}

static bool name_fired(const struct scene *scene, struct item item, struct text *out)
{
	const struct docket *docket;
	const struct incident_alert *known = item_fired(scene->world, item, &docket);

	if (known)
		*out = text_fmt("alert %s in #%s", known->name, docket->incident->id);
	return known != NULL;
}

static void build_fired(const struct scene *scene, struct page *page, struct item item)
{
	const struct docket *docket;

	explain_fired(scene, page, item_fired(scene->world, item, &docket));
}

static void line_fired(const struct scene *scene, struct item item, struct buf *out)
{
	const struct docket *docket;
	const struct incident_alert *known = item_fired(scene->world, item, &docket);

	buf_fmt(out, "%s %s", known->name, known->firing ? "firing" : "resolved");
}

static bool name_txs(const struct scene *scene, struct item item, struct text *out)
{
	(void)scene;
	(void)item;
	*out = text_fmt("transactions");
	return true;
}

static void build_txs(const struct scene *scene, struct page *page, struct item item)
{
	(void)item;
	explain_txs(scene, page);
}

static void line_txs(const struct scene *scene, struct item item, struct buf *out)
{
	(void)item;
	say_at_risk(&scene->world->tx, out);
}

static bool name_change(const struct scene *scene, struct item item, struct text *out)
{
	const struct change *change = item_change(scene->world, item);

	if (change)
		*out = text_fmt("change of %s", change->what);
	return change != NULL;
}

static void build_change(const struct scene *scene, struct page *page, struct item item)
{
	explain_change(scene, page, item_change(scene->world, item));
}

static void line_change(const struct scene *scene, struct item item, struct buf *out)
{
	const struct change *change = item_change(scene->world, item);

	buf_fmt(out, "%s %s", change->what, change->text);
}

static bool name_component(const struct scene *scene, struct item item, struct text *out)
{
	int index = item_component(scene->world, item);

	if (index >= 0)
		*out = text_fmt("component %s", scene->world->components[index].name);
	return index >= 0;
}

static void build_component(const struct scene *scene, struct page *page, struct item item)
{
	explain_component(scene, page, (size_t)item_component(scene->world, item));
}

static void line_component(const struct scene *scene, struct item item, struct buf *out)
{
	const struct component *is = &scene->world->components[item_component(scene->world, item)];

	buf_fmt(out, "%s %s %s", is->name, state_label(is->state), is->version);
}

static bool name_contact(const struct scene *scene, struct item item, struct text *out)
{
	const struct contact *contact = item_contact(scene->world, item);

	if (contact)
		*out = text_fmt("%s", contact->who);
	return contact != NULL;
}

static void build_contact(const struct scene *scene, struct page *page, struct item item)
{
	explain_contact(page, item_contact(scene->world, item));
}

static void line_contact(const struct scene *scene, struct item item, struct buf *out)
{
	say_contact(item_contact(scene->world, item), out);
}

static bool name_sighting(const struct scene *scene, struct item item, struct text *out)
{
	size_t of;
	const struct sighting *sighting = item_sighting(scene->world, item, &of);

	if (sighting)
		*out = text_fmt("line of %s", scene->world->sources[of].name);
	return sighting != NULL;
}

static void build_sighting(const struct scene *scene, struct page *page, struct item item)
{
	size_t of;

	sighting_explain(scene, page, item_sighting(scene->world, item, &of));
}

static void line_sighting(const struct scene *scene, struct item item, struct buf *out)
{
	size_t of;
	const struct sighting *sighting = item_sighting(scene->world, item, &of);

	buf_text(out, sighting->hash[0] ? sighting->hash : sighting->text);
}

static const struct explainer
	by_source = { name_source, build_source, line_source },
	by_signal = { name_signal, build_signal, line_signal },
	by_alert = { name_alert, build_alert, line_alert },
	by_alerts = { name_alerts, build_alerts, line_alerts },
	by_fired = { name_fired, build_fired, line_fired },
	by_txs = { name_txs, build_txs, line_txs },
	by_change = { name_change, build_change, line_change },
	by_component = { name_component, build_component, line_component },
	by_contact = { name_contact, build_contact, line_contact },
	by_sighting = { name_sighting, build_sighting, line_sighting };

/* A kind that is not here explains nothing: a row of NEXT opens its target. */
static const struct explainer *const explainers[ITEM_KINDS] = {
	[ITEM_SOURCE] = &by_source, [ITEM_ASK] = &by_source, [ITEM_SIGNAL] = &by_signal,
	[ITEM_ALERT] = &by_alert, [ITEM_ALERTS] = &by_alerts, [ITEM_FIRED] = &by_fired,
	[ITEM_TX] = &explain_transaction, [ITEM_TXS] = &by_txs, [ITEM_CHANGE] = &by_change,
	[ITEM_COMPONENT] = &by_component, [ITEM_CONTACT] = &by_contact,
	[ITEM_TX_MEMBER] = &explain_tx_member, [ITEM_TX_ACT] = &explain_tx_act,
	[ITEM_TX_VALUE] = &explain_tx_part, [ITEM_TX_PROOF] = &explain_tx_part,
	[ITEM_SIGHTING] = &by_sighting, [ITEM_RECORD] = &explain_record,
	[ITEM_SEAT] = &explain_seat, [ITEM_TRACKED] = &explain_tracked, [ITEM_SENT] = &explain_sent,
	[ITEM_EVIDENCE] = &explain_evidence, [ITEM_OWED] = &explain_owed,
	[ITEM_BOOK] = &explain_book, [ITEM_RUN] = &explain_walk, [ITEM_STEP] = &explain_step,
	[ITEM_FENCE] = &explain_step, [ITEM_PAST_RUN] = &explain_past,
	[ITEM_SECTION] = &explain_section, [ITEM_LACK] = &explain_lack,
	[ITEM_EXPORTED] = &explain_exported, [ITEM_DRILL] = &explain_drill,
};

bool explain_name(const struct scene *scene, struct item item, struct text *out)
{
	const struct explainer *by = explainers[item.kind];

	return by && by->name(scene, item, out);
}

bool explain_build(const struct scene *scene, struct page *page, struct item item)
{
	struct text name;

	if (!explain_name(scene, item, &name))
		return false;
	explainers[item.kind]->build(scene, page, item);
	return true;
}

void explain_line(const struct scene *scene, struct item item, struct buf *out)
{
	struct text name;

	if (explain_name(scene, item, &name))
		explainers[item.kind]->line(scene, item, out);
}
