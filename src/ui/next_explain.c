/*
 * next_explain.c: why something is owed, since when, and what settles it; of a proposal, the rule.
 */
#include "ui/explain.h"
#include "ui/next.h"
#include "ui/say.h"

static bool is_proposed(const struct scene *scene, struct item item)
{
	return item_eq(item, next_declare()) && scene->world->desk &&
	       scene->world->desk->proposal.worth;
}

static bool name_owed(const struct scene *scene, struct item item, struct text *out)
{
	const struct owed *owed = next_owed(scene->world, item);

	if (owed)
		*out = text_fmt("%s of #%s", next_word(owed), owed->incident);
	else if (is_proposed(scene, item))
		*out = text_fmt("the proposal of an incident");
	return owed || is_proposed(scene, item);
}

static void put_components(const struct proposal *proposal, struct page *page)
{
	struct buf names = { 0 };

	for (size_t i = 0; i < proposal->component_count; i++)
		buf_fmt(&names, "%s%s", i ? ", " : "", proposal->components[i]);
	if (names.len > 0)
		explain_put(page, "affected", "%s", buf_cstr(&names));
	buf_done(&names);
}

static void build_proposal(const struct scene *scene, struct page *page)
{
	const struct proposal *proposal = &scene->world->desk->proposal;
	char at[SAY_TEXT];

	explain_put(page, "proposed", "SEV%u: %s", proposal->severity, proposal->title);
	if (proposal->rule[0])
		explain_put(page, "rule", "%s", proposal->rule);
	put_components(proposal, page);
	say_time(scene, proposal->impact_at, at);
	explain_put(page, "since", "%s", at);
	explain_put(page, "settles it", "Enter declares it, after it was shown once more");
}

static void build_due(const struct scene *scene, struct page *page, const struct owed *owed)
{
	char at[SAY_TEXT], due[WHEN_TEXT];

	if (owed->due_at == WHEN_NEVER)
		return;
	say_time(scene, owed->due_at, at);
	next_due(owed, scene->now, due);
	explain_put(page, "due", "%s, %s", at, due);
}

static void put_answer(const struct scene *scene, struct page *page, const struct owed *owed)
{
	const struct form_kind *form = next_form(owed, scene->world->desk);
	enum action action = action_find(owed_action(owed->kind));
	char key[KEY_NAME];

	key_text(key, scene->keymap->keys[action][0]);
	if (action == ACTION_ACK || action == ACTION_UPDATE)
		explain_put(page, "settles it", "%s: %s", key, action_info(action)->help);
	else
		explain_put(page, "settles it", "Enter: %s",
			    form ? form->title : action_info(next_screen(owed))->help);
}

static void build_owed(const struct scene *scene, struct page *page, struct item item)
{
	const struct owed *owed = next_owed(scene->world, item);
	const struct docket *docket = owed ? desk_find(scene->world->desk, owed->incident) : NULL;

	if (!owed) {
		build_proposal(scene, page);
		return;
	}
	explain_put(page, next_word(owed), "%s", owed->text);
	build_due(scene, page, owed);
	if (docket)
		explain_put(page, "incident", "SEV%u #%s %s", docket->incident->severity,
			    docket->incident->id, docket->incident->title);
	put_answer(scene, page, owed);
}

static void line_owed(const struct scene *scene, struct item item, struct buf *out)
{
	const struct owed *owed = next_owed(scene->world, item);
	char due[WHEN_TEXT];

	if (!owed) {
		buf_text(out, scene->world->desk->proposal.rule);
		return;
	}
	next_due(owed, scene->now, due);
	buf_fmt(out, "#%s %s %s", owed->incident, owed->text, due);
}

const struct explainer explain_owed = { name_owed, build_owed, line_owed };
