/*
 * cmd_incident_edit.c: the postmortem in the editor of whoever writes it: exported into its folder,
 * edited there, read back. The record is closed meanwhile: an evening is long, and others write.
 *
 * An answer goes on the record when it was written now, or stands in the file and nowhere else. One
 * that was left as it was does not overwrite what others have answered since.
 */
#include "app/cmd_incident_edit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/cmd_incident_export.h"
#include "export/incident_json.h"
#include "io/foreground.h"

enum { NOT_FOUND = 127 };		/* as a shell says it */

struct editing {
	struct work *work;
	struct export_work export;
	struct buf path;		/* of postmortem.md, as it is printed */
	const char *before[SECTION_COUNT], *after[SECTION_COUNT];
	bool written[SECTION_COUNT];	/* is on the record now */
	struct err refused;		/* the first that could not be */
};

static bool read_answers(struct editing *editing, const char *answers[SECTION_COUNT],
			 struct err *err)
{
	struct buf text = { .max = EXPORT_BEFORE_MAX + 16 * 1024 };
	bool ok = export_read(editing->export.dirfd, postmortem_file(POSTMORTEM_MD),
			      EXPORT_BEFORE_MAX, &text, err);

	if (ok)
		postmortem_answers(str_sub(buf_cstr(&text), text.len), &editing->work->arena,
				   answers);
	buf_done(&text);
	return ok;
}

/* That it was written to be edited is no export: nobody was given it. */
static bool write_out(struct editing *editing, struct err *err)
{
	struct export_work *export = &editing->export;
	struct exporter *exporter;
	struct exported file;
	bool ok;

	if (!export_place(editing->work, "", &export->folder, err))
		return false;
	buf_fmt(&editing->path, "%s/%s", buf_cstr(&export->folder), postmortem_file(POSTMORTEM_MD));
	export->dirfd = export_folder(buf_cstr(&export->folder), err);
	if (export->dirfd < 0)
		return false;
	exporter = export_story(editing->work, false, err);
	ok = exporter && exporter_write(exporter, export->dirfd, POSTMORTEM_MD, &file, err);
	exporter_free(exporter);
	if (!ok)
		err_add(err, "%s", buf_cstr(&export->folder));
	return ok && read_answers(editing, editing->before, err);
}

/* --- the editor ------------------------------------------------------------------------------ */

static const char *editor_of(const struct context *context)
{
	static const char *const names[] = { "VISUAL", "EDITOR" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *editor = context_env(context, names[i]);

		if (editor && *editor)
			return editor;
	}
	return "vi";
}

/* It may have words of its own, as "code --wait" has. */
static bool run_editor(struct editing *editing, struct err *err)
{
	const struct context *context = editing->work->context;
	const char *editor = editor_of(context), *path = buf_cstr(&editing->path);
	int status = 0;

	fflush(context->out);
	if (!foreground_run(arena_fmt(&editing->work->arena, "%s \"$1\"", editor), path,
			    context->environment, &status, err))
		return false;
	if (status == NOT_FOUND)
		return err_set(err, ERR_IO, "the editor '%.60s' was not found: set EDITOR; nothing is "
			       "put on the record", editor);
	return status == 0 ||
	       err_set(err, ERR_IO, "the editor '%.40s' failed (%d): nothing is put on the record; "
		       "what was written is in %.200s", editor, status, path);
}

/* --- back into the record -------------------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void say(const struct editing *editing, enum postmortem_section section, const char *words)
{
	fprintf(editing->work->context->err, "binnacle: %s: %s\n", postmortem_section_key(section),
		words);
}

/* Is it to go on the record? What stays different is said. */
static bool is_answer(const struct editing *editing, enum postmortem_section section)
{
	const char *after = editing->after[section], *before = editing->before[section];
	const char *on_record =
		dossier_incident(editing->work->dossier)->aftermath.answers[section].text;

	if (same(after, on_record))
		return false;
	if (after && (!on_record || !same(after, before)))
		return true;
	if (after)
		say(editing, section, "the record has another answer, which stands");
	else if (before)
		say(editing, section, "it is no longer in the file, and the record keeps its answer");
	return false;
}

static bool submit(struct editing *editing, enum postmortem_section section)
{
	struct order order = work_order(editing->work, EVENT_POSTMORTEM_ANSWERED);
	struct err err = { 0 };

	EVENT_SET(order.data, name, postmortem_section_key(section));
	EVENT_SET(order.data, text, editing->after[section]);
	if (work_submit(editing->work, &order, &err))
		return true;
	say(editing, section, err.text);
	if (editing->refused.kind == ERR_NONE)
		editing->refused = err;
	return false;
}

static bool take_back(struct editing *editing, struct err *err)
{
	struct work *work = editing->work;

	if (!read_answers(editing, editing->after, err) || !work_open(work, err)) {
		err->kind = ERR_IO;		/* not the incident is what is missing */
		return err_add(err, "nothing is put on the record");
	}
	for (enum postmortem_section i = 0; i < SECTION_COUNT; i++)
		editing->written[i] = is_answer(editing, i) && submit(editing, i);
	return true;
}

static bool print_answers(struct editing *editing, struct err *err)
{
	struct work *work = editing->work;
	json_t *root = json_object(), *answered = json_array();
	struct buf text = { 0 };

	json_set_text(root, "schema", "binnacle.postmortem-edit/1");
	json_set_text(root, "id", work->shelved.id);
	json_set_text(root, "path", buf_cstr(&editing->path));
	for (enum postmortem_section i = 0; i < SECTION_COUNT; i++) {
		if (!editing->written[i])
			continue;
		json_array_append_new(answered, json_string(postmortem_section_key(i)));
		buf_fmt(&text, "%s is on the record\n", postmortem_section_key(i));
	}
	json_set(root, "answered", answered);
	if (work_given(work, OPTION_JSON)) {
		buf_done(&text);
		return work_print_json(work, root, err);
	}
	json_decref(root);
	if (text.len == 0 && editing->refused.kind == ERR_NONE)
		buf_text(&text, "nothing new: the record stays as it is\n");
	return work_print_text(work, &text, err);
}

/* What would be refused in the end is refused before anybody writes. */
static bool may_edit(struct work *work, struct err *err)
{
	const struct incident *incident = dossier_incident(work->dossier);

	if (work->settings.read_only)
		return err_set(err, ERR_REFUSED, "read-only: what is written could not be put on the "
			       "record");
	if (incident->aftermath.status == PAPER_PUBLISHED)
		return err_set(err, ERR_REFUSED, "the postmortem is published: make it a draft again "
			       "first, with a reason");
	return true;
}

static bool edit(struct editing *editing, struct err *err)
{
	struct work *work = editing->work;

	if (!work_open(work, err) || !may_edit(work, err) || !write_out(editing, err))
		return false;
	dossier_close(work->dossier);
	work->dossier = NULL;
	if (!run_editor(editing, err))
		return false;
	work_catch_up(work);
	if (!take_back(editing, err) || !print_answers(editing, err))
		return false;
	*err = editing->refused;
	return err->kind == ERR_NONE;
}

bool work_edit(struct work *work, struct err *err)
{
	struct editing editing = { .work = work, .export = { .work = work, .dirfd = -1 } };
	bool ok;

	if (work->context->word_count > 1 || work_given(work, OPTION_OWNER) ||
	    work_given(work, OPTION_REASON) || work_given(work, OPTION_TEXT))
		return err_set(err, ERR_USAGE, "--edit takes nothing but the id of an incident");
	if (work_given(work, OPTION_NO_INPUT))
		return err_set(err, ERR_USAGE, "--edit asks for everything, and --no-input for nothing");
	ok = edit(&editing, err);
	export_done(&editing.export);
	buf_done(&editing.path);
	return ok;
}
