/*
 * cmd_incident_bundle.c: everything of an incident in one folder. What the library does not have,
 * or what is missing beside the journal, is told and left out; a record that is damaged goes in as
 * it is.
 */
#include <stdio.h>
#include <unistd.h>

#include "app/bundle.h"
#include "app/cmd_incident_export.h"
#include "app/exporter_backfill.h"
#include "app/library.h"

static void on_said(void *arg, const char *sentence)
{
	const struct work *work = arg;

	fprintf(work->context->err, "binnacle: %s\n", sentence);
}

/* Without a library there is still an incident. */
static struct library *read_library(const struct work *work)
{
	struct err err = { 0 };
	struct library *library = NULL;

	if (dossier_incident(work->dossier)->run_count > 0)
		library = library_of(work->context, &work->settings, &err);
	if (err.kind != ERR_NONE)
		fprintf(work->context->err, "binnacle: no runbooks: %s\n", err.text);
	return library;
}

static bool record_bundle(struct work *work, const char *target, struct err *err)
{
	struct order order = work_order(work, EVENT_EXPORT_WRITTEN);
	struct buf list = { .max = JSON_MAX_PINNED };
	char sha256[DIGEST_HEX];
	int dirfd = export_folder(target, err);
	bool ok = dirfd >= 0 && export_read(dirfd, BUNDLE_LIST, JSON_MAX_PINNED, &list, err);

	digest_sha256(sha256, str_sub(buf_cstr(&list), list.len));
	EVENT_SET(order.data, format, "bundle");
	EVENT_SET(order.data, sha256, sha256);
	EVENT_SET(order.data, name, BUNDLE_LIST);
	ok = ok && work_submit(work, &order, err);
	if (dirfd >= 0)
		close(dirfd);
	buf_done(&list);
	return ok || err_add(err, "%s is made, and that is not on the record", target);
}

static bool print_bundle(struct work *work, const char *target, size_t files, struct err *err)
{
	struct buf text = { 0 };
	json_t *root;

	if (!work_given(work, OPTION_JSON)) {
		buf_fmt(&text, "%s\n", target);
		return work_print_text(work, &text, err);
	}
	root = json_object();
	json_set_text(root, "schema", "binnacle.bundle-made/1");
	json_set_text(root, "id", dossier_incident(work->dossier)->id);
	json_set_text(root, "folder", target);
	json_set_i64(root, "files", (int64_t)files);
	return work_print_json(work, root, err);
}

/* Where people write: the export beside which the bundle is made. */
static void put_written(const struct work *work, struct buf *out)
{
	char name[EXPORT_NAME];

	exporter_name(dossier_incident(work->dossier), name);
	buf_fmt(out, "%s/%s", work->settings.postmortem.dir, name);
}

static bool make(struct work *work, const char *target, size_t *files, struct err *err)
{
	struct buf written = { 0 };
	struct library *library;
	struct bundle_setup setup = { .id = dossier_incident(work->dossier)->id,
				      .journal = work->shelved.folder, .target = target };
	bool ok;

	if (!exporter_time(work->context, work->now, &setup.made_at, err))
		return false;
	put_written(work, &written);
	library = read_library(work);
	setup.written = buf_cstr(&written);
	setup.library = library;
	ok = bundle_write(&setup, on_said, work, files, err);
	library_free(library);
	buf_done(&written);
	return ok;
}

static bool run_bundle(struct work *work, struct err *err)
{
	struct buf target = { 0 };
	size_t files = 0;
	bool ok = work_open(work, err) && export_place(work, "-bundle", &target, err);

	if (ok && !work->settings.read_only)
		work_backfill(work);
	ok = ok && make(work, buf_cstr(&target), &files, err) &&
	     (work->settings.read_only || record_bundle(work, buf_cstr(&target), err)) &&
	     print_bundle(work, buf_cstr(&target), files, err);
	buf_done(&target);
	return ok;
}

int cmd_incident_bundle(const struct context *context)
{
	return work_run(context, run_bundle);
}
