#include "ui/parts.h"

#include <stdio.h>
#include <string.h>

#include "ui/explain.h"
#include "ui/layout.h"
#include "ui/say.h"

/* A deploy this old explains no failure by itself any more. */
static const msec lately = 24 * WHEN_HOUR;

/* One that nobody watches fails with what it stands on. */
static bool fails(const struct component *component)
{
	return component->source_count > 0 ? component->state != STATE_OK : component->hit_by >= 0;
}

static void put_names(const struct world *world, const int *list, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] >= 0)
			buf_fmt(out, "%s%s", i ? ", " : "", world->components[list[i]].name);
}

static bool depends_on(const struct component *component, int other)
{
	for (size_t i = 0; i < component->depends_count; i++)
		if (component->depends_on[i] == other)
			return true;
	return false;
}

/* All that depend on it, over any number of steps. */
static void put_dependents(const struct world *world, size_t index, struct buf *out)
{
	bool hit[WORLD_COMPONENTS] = { false };
	bool grew = true;

	hit[index] = true;
	while (grew) {
		grew = false;
		for (size_t i = 0; i < world->component_count; i++)
			for (size_t k = 0; k < world->component_count && !hit[i]; k++)
				if (hit[k] && depends_on(&world->components[i], (int)k))
					grew = hit[i] = true;
	}
	for (size_t i = 0; i < world->component_count; i++)
		if (hit[i] && i != index)
			buf_fmt(out, "%s%s", out->len ? ", " : "", world->components[i].name);
}

void say_contact(const struct contact *contact, struct buf *out)
{
	buf_fmt(out, "%s: %s", contact->who, contact->reach);
	if (contact->for_what[0])
		buf_fmt(out, ", for %s", contact->for_what);
	if (contact->has_rota)
		buf_fmt(out, "; on call: %s", contact->on_call[0] ? contact->on_call : "not known");
}

void say_deploy(const struct scene *scene, int source, struct buf *out)
{
	for (size_t i = 0; i < scene->world->component_count; i++) {
		const struct component *at = &scene->world->components[i];
		char age[SAY_TEXT];

		if (!component_has_source(at, source) || at->deployed_at == WHEN_NEVER ||
		    scene->now - at->deployed_at > lately)
			continue;
		say_age(scene, at->deployed_at, age);
		buf_fmt(out, "deployed %s ago", age);
		return;
	}
}

/* "hit by db; needs database, ledger", the failure first; what still works may be hit. */
static void put_relations(const struct world *world, const struct component *is, struct buf *out)
{
	bool works = is->source_count > 0 && is->state == STATE_OK;

	if (is->hit_by >= 0)
		buf_fmt(out, "%shit by %s", works ? "may be " : "", world->sources[is->hit_by].name);
	if (is->depends_count > 0)
		buf_fmt(out, "%sneeds ", out->len ? "; " : "");
	put_names(world, is->depends_on, is->depends_count, out);
	if (is->source_count == 0)
		buf_fmt(out, "%sno source", out->len ? "; " : "");
}

void row_component(const struct scene *scene, struct page *page, size_t index, int level)
{
	enum { NAME = 20, NAME_WIDE = 30, STATE = 7, VERSION = 12, VERSION_WIDE = 24, DEPLOY = 9 };
	const struct component *is = &scene->world->components[index];
	struct item item = item_of_component(scene->world, index);
	bool wide = page->cols >= 2 * LAYOUT_COLS + VERSION;
	int name = wide ? NAME_WIDE : page->cols / 4 < NAME ? page->cols / 4 : NAME, x = name + 2;
	int version = wide ? VERSION_WIDE : VERSION;
	char age[SAY_TEXT] = "";
	struct buf relations = { 0 };

	page_row(page, (struct row){ ROW_ITEM, item, item, fails(is) });
	page_field(page, "name", is->name);
	page_field(page, "state", state_word(is->state));
	page_field(page, "version", is->version);
	page_put(page, 1 + level, name - level, ROLE_PLAIN, "%s", is->name);
	if (is->source_count > 0)
		page_put(page, x, STATE, role_of_state(is->state), "%-5s%c", state_label(is->state),
			 state_mark(is->state));
	else
		page_put(page, x, STATE, ROLE_DIM, "-");
	x += STATE;
	page_put(page, x, version, is->version[0] ? ROLE_PLAIN : ROLE_DIM, "%s",
		 is->version[0] ? is->version : "-");
	x += version + 1;
	if (is->deployed_at != WHEN_NEVER)
		say_age(scene, is->deployed_at, age);
	page_put(page, x, DEPLOY, ROLE_PLAIN, "%s%s", age, age[0] ? " ago" : "");
	put_relations(scene->world, is, &relations);
	page_put(page, x + DEPLOY, page->cols, ROLE_PLAIN, "%s", buf_cstr(&relations));
	buf_done(&relations);
}

void row_contact(const struct scene *scene, struct page *page, size_t index)
{
	const struct contact *contact = &scene->world->contacts[index];
	struct item item = item_of_contact(index);
	int indent = page->cols < 2 * LAYOUT_COLS ? page->cols / 3 : 26;
	struct buf text = { 0 };

	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "name", contact->who);
	page_field(page, "on_call", contact->on_call);
	page_put(page, 1, indent - 2, ROLE_STRONG, "%s", contact->who);
	buf_text(&text, contact->reach);
	if (contact->for_what[0])
		buf_fmt(&text, ", for %s", contact->for_what);
	page_wrap(page, indent, ROLE_PLAIN, buf_cstr(&text));
	buf_clear(&text);
	if (contact->has_rota)
		buf_fmt(&text, "on call: %s", contact->on_call[0] ? contact->on_call : "not known");
	if (contact->component_count > 0)
		buf_text(&text, text.len ? "; of " : "of ");
	put_names(scene->world, contact->components, contact->component_count, &text);
	if (text.len > 0) {
		page_text(page);
		page_wrap(page, indent, ROLE_DIM, buf_cstr(&text));
	}
	buf_done(&text);
}

static void put_version(const struct scene *scene, struct page *page, const struct component *is)
{
	char age[SAY_TEXT], at[SAY_TEXT];

	say_age(scene, is->version_at, age);
	if (is->version[0])
		explain_put(page, "version", "%s, seen %s ago", is->version, age);
	else if (is->version_source >= 0)
		explain_put(page, "version", "not known: %s has not told it",
			    scene->world->sources[is->version_source].name);
	if (is->deployed_at == WHEN_NEVER)
		return;
	say_age(scene, is->deployed_at, age);
	say_time(scene, is->deployed_at, at);
	explain_put(page, "deployed", "%s ago, at %s; was %s", age, at, is->version_before);
}

static void put_list(struct page *page, const char *label, struct buf *names)
{
	if (names->len > 0)
		explain_put(page, label, "%s", buf_cstr(names));
	buf_done(names);
}

static void put_objectives(struct page *page, const struct component *component)
{
	char text[WHEN_TEXT];

	when_format_duration(text, component->rpo);
	if (component->rpo > 0)
		explain_put(page, "rpo", "%s: how old its newest verified backup may be", text);
	when_format_duration(text, component->rto);
	if (component->rto > 0)
		explain_put(page, "rto", "%s: how long its recovery may take", text);
}

void explain_part(const struct scene *scene, struct page *page, size_t component)
{
	const struct world *world = scene->world;
	const struct component *is = &world->components[component];
	struct buf needs = { 0 }, serves = { 0 }, hits = { 0 }, contact = { 0 };

	put_version(scene, page, is);
	put_objectives(page, is);
	put_names(world, is->depends_on, is->depends_count, &needs);
	put_names(world, is->serves, is->serves_count, &serves);
	put_dependents(world, component, &hits);
	put_list(page, "depends on", &needs);
	put_list(page, "serves", &serves);
	put_list(page, fails(is) ? "hits" : "would hit", &hits);
	for (size_t i = 0; i < world->contact_count && fails(is); i++) {
		if (!contact_is_for(&world->contacts[i], (int)component))
			continue;
		say_contact(&world->contacts[i], &contact);
		put_list(page, "reach", &contact);
	}
}

void explain_component(const struct scene *scene, struct page *page, size_t component)
{
	const struct world *world = scene->world;
	const struct component *is = &world->components[component];
	const struct source *root = is->hit_by < 0 ? NULL : &world->sources[is->hit_by];

	if (is->source_count > 0)
		explain_put(page, "state", "%s: the worst of its sources", state_label(is->state));
	else
		explain_put(page, "state", "not known: no source watches it, only its neighbours show "
			    "how it is");
	if (root)
		explain_put(page, "hit by", "%s %s: %s", root->name, state_label(root->state),
			    root->because);
	explain_part(scene, page, component);
}

void explain_contact(struct page *page, const struct contact *contact)
{
	explain_put(page, "reach", "%s", contact->reach);
	if (contact->for_what[0])
		explain_put(page, "for", "%s", contact->for_what);
	if (contact->has_rota)
		explain_put(page, "on call", "%s", contact->on_call[0] ? contact->on_call :
			    "not known: its command has not answered, or failed");
}
