/*
 * explain_after.c: sections of a postmortem, types of actions and exported files, explained.
 */
#include "ui/after.h"
#include "ui/explain.h"
#include "ui/explain_incident.h"
#include "ui/rows_after.h"

static void put_lines(struct page *page, const char *text)
{
	struct str rest = str_of(text), line;

	while (str_cut(&rest, '\n', &line)) {
		page_text(page);
		page_wrap(page, 1, ROLE_PLAIN, text_of(line).bytes);
	}
}

static const struct postmortem_answer *answer_of(const struct scene *scene,
						 enum postmortem_section section)
{
	return &desk_current(scene->world->desk)->incident->aftermath.answers[section];
}

static bool name_section(const struct scene *scene, struct item item, struct text *out)
{
	enum postmortem_section section;

	if (!item_section(scene->world, item, &section))
		return false;
	*out = text_fmt("section: %s", postmortem_section_heading(section));
	return true;
}

static void build_section(const struct scene *scene, struct page *page, struct item item)
{
	enum postmortem_section section = SECTION_SUMMARY;
	const struct postmortem_answer *answer;
	char at[WHEN_TEXT];

	(void)item_section(scene->world, item, &section);
	answer = answer_of(scene, section);
	explain_put(page, "asks", "%s", postmortem_section_question(section));
	if (!answer->text) {
		explain_put(page, "answer", "nobody has written it; Enter does");
		return;
	}
	when_format(at, answer->at);
	explain_put(page, "by", "%s, %s", answer->by, at);
	put_lines(page, answer->text);
}

static void line_section(const struct scene *scene, struct item item, struct buf *out)
{
	enum postmortem_section section = SECTION_SUMMARY;
	const struct postmortem_answer *answer;

	(void)item_section(scene->world, item, &section);
	answer = answer_of(scene, section);
	buf_text(out, answer->text ? answer->text : postmortem_section_question(section));
}

const struct explainer explain_section = { name_section, build_section, line_section };

static bool name_lack(const struct scene *scene, struct item item, struct text *out)
{
	enum action_type type;

	if (!item_lack(scene->world, item, &type))
		return false;
	*out = text_fmt("actions of type %s", action_type_word(type));
	return true;
}

static void build_lack(const struct scene *scene, struct page *page, struct item item)
{
	const struct incident *in = desk_current(scene->world->desk)->incident;
	enum action_type type = ACTION_TYPE_ALERT;

	(void)item_lack(scene->world, item, &type);
	explain_put(page, "rule", "a postmortem is published with an action of type alert and one of "
		    "type test, or with the reason why there is none");
	if (in->aftermath.none[type][0])
		explain_put(page, "none", "because: %s", in->aftermath.none[type]);
	else
		explain_put(page, "now", "there is none of type %s, and no reason", action_type_word(type));
}

static void line_lack(const struct scene *scene, struct item item, struct buf *out)
{
	const struct incident *in = desk_current(scene->world->desk)->incident;
	enum action_type type = ACTION_TYPE_ALERT;

	(void)item_lack(scene->world, item, &type);
	buf_fmt(out, "%s: %s", action_type_word(type), in->aftermath.none[type][0] ?
		in->aftermath.none[type] : "missing");
}

const struct explainer explain_lack = { name_lack, build_lack, line_lack };

static bool name_exported(const struct scene *scene, struct item item, struct text *out)
{
	const char *path = item_exported(scene->world, item);

	if (path)
		*out = text_fmt("file %s", path);
	return path != NULL;
}

static void build_exported(const struct scene *scene, struct page *page, struct item item)
{
	explain_put(page, "file", "%s", item_exported(scene->world, item));
}

static void line_exported(const struct scene *scene, struct item item, struct buf *out)
{
	buf_text(out, item_exported(scene->world, item));
}

const struct explainer explain_exported = { name_exported, build_exported, line_exported };
