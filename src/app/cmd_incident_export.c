#include "app/cmd_incident_export.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/exporter_backfill.h"

/* --- what the others share ------------------------------------------------------------------- */

bool export_place(struct work *work, const char *suffix, struct buf *out, struct err *err)
{
	const char *given = work_flag(work, OPTION_OUT);
	char name[EXPORT_NAME];

	if (given && !*given)
		return err_set(err, ERR_USAGE, "--out: the name of a folder is missing");
	if (given && work->settings.read_only)
		return err_set(err, ERR_REFUSED, "read-only: nothing is written outside of %s",
			       work->settings.postmortem.dir);
	exporter_name(dossier_incident(work->dossier), name);
	if (given)
		buf_text(out, given);
	else
		buf_fmt(out, "%s/%s%s", work->settings.postmortem.dir, name, suffix);
	return true;
}

struct exporter *export_story(struct work *work, bool public_, struct err *err)
{
	struct exporter_setup setup = {
		.history = dossier_history(work->dossier), .journal = work->shelved.folder,
		.tool_version = BINNACLE_VERSION, .public_ = public_,
	};
	char remark[BECAUSE_TEXT];
	struct exporter *exporter;

	if (!exporter_time(work->context, work->now, &setup.exported_at, err))
		return NULL;
	exporter = exporter_new(&setup, remark);
	if (remark[0])
		fprintf(work->context->err, "binnacle: %s\n", remark);
	return exporter;
}

/* What people had edited was left alone: that must not go unseen. */
static void say_kept(const struct work *work, const struct exported *file)
{
	if (file->kept > 0)
		fprintf(work->context->err, "binnacle: %s: %zu of its blocks had been edited: they "
			"stay as they are, and the new ones stand beside them\n",
			postmortem_file(file->format), file->kept);
}

static bool write_files(struct export_work *export, const bool formats[POSTMORTEM_FORMAT_COUNT],
			bool public_, struct err *err)
{
	struct exporter *exporter = export_story(export->work, public_, err);
	bool ok = exporter != NULL;

	for (int i = 0; ok && i < POSTMORTEM_FORMAT_COUNT; i++) {
		struct exported *file = &export->files[export->count];

		if (!formats[i])
			continue;
		ok = exporter_write(exporter, export->dirfd, (enum postmortem_format)i, file, err);
		if (!ok)
			err_add(err, "%s", buf_cstr(&export->folder));
		else
			say_kept(export->work, file);
		export->count += ok;
	}
	exporter_free(exporter);
	return ok;
}

static bool record_files(struct export_work *export, struct err *err)
{
	struct work *work = export->work;
	bool ok = true;

	for (size_t i = 0; ok && i < export->count; i++) {
		const struct exported *file = &export->files[i];
		struct order order = work_order(work, EVENT_EXPORT_WRITTEN);

		EVENT_SET(order.data, format, postmortem_word(file->format));
		EVENT_SET(order.data, sha256, file->sha256);
		EVENT_SET(order.data, name, postmortem_file(file->format));
		ok = work_submit(work, &order, err);
	}
	return ok || err_add(err, "the files are written, and that is not on the record");
}

bool export_formats(struct export_work *export, const bool formats[POSTMORTEM_FORMAT_COUNT],
		    bool public_, struct err *err)
{
	struct work *work = export->work;
	struct err second = { 0 };
	bool ok;

	export->dirfd = export_folder(buf_cstr(&export->folder), err);
	ok = export->dirfd >= 0 && write_files(export, formats, public_, err);
	/* What was written before the disk was full is on the record too. */
	if (!work->settings.read_only && !record_files(export, ok ? err : &second))
		ok = false;
	return ok;
}

void export_done(struct export_work *export)
{
	if (export->dirfd >= 0)
		close(export->dirfd);
	buf_done(&export->folder);
}

/* --- export ----------------------------------------------------------------------------------- */

static bool read_formats(struct work *work, bool formats[POSTMORTEM_FORMAT_COUNT], struct err *err)
{
	struct text_list words = work_flags(work, OPTION_FORMAT);
	enum postmortem_format format;

	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++)
		formats[i] = words.count == 0;
	for (size_t i = 0; i < words.count; i++) {
		if (!postmortem_find(words.items[i], &format))
			return err_set(err, ERR_USAGE, "--format: '%.20s' is none of md, html, json, "
				       "csv, text", words.items[i]);
		formats[format] = true;
	}
	return true;
}

static json_t *file_json(const struct export_work *export, const struct exported *file)
{
	json_t *one = json_object();
	struct buf path = { 0 };

	buf_fmt(&path, "%s/%s", buf_cstr(&export->folder), postmortem_file(file->format));
	json_set_text(one, "format", postmortem_word(file->format));
	json_set_text(one, "path", buf_cstr(&path));
	json_set_text(one, "sha256", file->sha256);
	json_set_i64(one, "kept", (int64_t)file->kept);
	buf_done(&path);
	return one;
}

static bool print_files(const struct export_work *export, struct err *err)
{
	struct work *work = export->work;
	json_t *root = json_object(), *files = json_array();
	struct buf text = { 0 };

	json_set_text(root, "schema", "binnacle.export/1");
	json_set_text(root, "id", dossier_incident(work->dossier)->id);
	json_set_text(root, "folder", buf_cstr(&export->folder));
	for (size_t i = 0; i < export->count; i++) {
		json_array_append_new(files, file_json(export, &export->files[i]));
		buf_fmt(&text, "%s/%s\n", buf_cstr(&export->folder),
			postmortem_file(export->files[i].format));
	}
	json_set(root, "files", files);
	if (work_given(work, OPTION_JSON)) {
		buf_done(&text);
		return work_print_json(work, root, err);
	}
	json_decref(root);
	return work_print_text(work, &text, err);
}

static bool run_export(struct work *work, struct err *err)
{
	struct export_work export = { .work = work, .dirfd = -1 };
	bool formats[POSTMORTEM_FORMAT_COUNT], public_ = work_given(work, OPTION_PUBLIC);
	bool ok = read_formats(work, formats, err) && work_open(work, err) &&
		  export_place(work, public_ ? "-public" : "", &export.folder, err);

	if (ok && !work->settings.read_only)
		work_backfill(work);
	ok = ok && export_formats(&export, formats, public_, err) && print_files(&export, err);
	export_done(&export);
	return ok;
}

int cmd_incident_export(const struct context *context)
{
	return work_run(context, run_export);
}
