/*
 * bundle.c: making one. It is made under another name beside its own, and gets its own when all of
 * it is on the disk.
 */
#include "app/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/bundle_inside.h"
#include "app/paths.h"
#include "base/mem.h"

struct bundling {
	const struct bundle_setup *setup;
	bundle_said *said;
	void *arg;
	struct buf temp;		/* the folder while it is made */
	int dirfd;
	bool appeared;			/* under its own name */
	struct bundle_files files;
	struct history *history;	/* of the journals that were copied */
	struct journal_report *reports;
	size_t report_count;
};

static void say(const struct bundling *b, const char *what, const char *why)
{
	struct buf text = { 0 };

	buf_fmt(&text, "%s: %s", what, why);
	b->said(b->arg, buf_cstr(&text));
	buf_done(&text);
}

/* --- copies ----------------------------------------------------------------------------------- */

static bool pump(int from, struct export_file *to, struct err *err)
{
	char chunk[8 * 1024];
	ssize_t got;

	do {
		got = read(from, chunk, sizeof(chunk));
		if (got > 0 && !export_put(to, str_sub(chunk, (size_t)got)))
			return true;		/* export_end() tells */
	} while (got > 0 || (got < 0 && errno == EINTR));
	return got == 0 || err_set(err, ERR_IO, "cannot read %s: %s", to->name, strerror(errno));
}

static void note_file(struct bundling *b, const char *folder, const char *name, const char *sha256,
		      int64_t bytes)
{
	char path[BUNDLE_PATH];

	(void)snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "", name);
	bundle_add(&b->files, path, sha256, bytes);
}

/* Byte for byte, from one folder into one of the bundle. */
static bool copy(struct bundling *b, int from, int to, const char *folder, const char *name,
		 struct err *err)
{
	struct export_file file;
	char sha256[DIGEST_HEX];
	int fd = export_open(from, name, err);
	bool ok = fd >= 0 && export_begin(&file, to, name, err);

	if (ok && !pump(fd, &file, err)) {
		export_drop(&file);
		ok = false;
	}
	ok = ok && export_end(&file, sha256, err);
	if (ok)
		note_file(b, folder, name, sha256, file.bytes);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool put_bytes(struct bundling *b, int to, const char *folder, const char *name,
		      struct str bytes, struct err *err)
{
	char sha256[DIGEST_HEX];

	if (!export_bytes(to, name, bytes, sha256, err))
		return false;
	note_file(b, folder, name, sha256, (int64_t)bytes.len);
	return true;
}

static int make_folder(struct bundling *b, const char *name, struct err *err)
{
	int fd = -1;

	if (mkdirat(b->dirfd, name, 0700) == 0 || errno == EEXIST)
		fd = openat(b->dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		err_set(err, ERR_IO, "cannot make the folder %s: %s", name, strerror(errno));
	return fd;
}

/* --- what goes into it ------------------------------------------------------------------------ */

static bool copy_journals(struct bundling *b, int from, struct err *err)
{
	size_t count = 0, damaged = 0;
	struct journal_report *there = journal_verify(b->setup->journal, &count, &damaged, err);
	bool ok = there != NULL;

	for (size_t i = 0; ok && i < count; i++)
		ok = copy(b, from, b->dirfd, "", there[i].file, err);
	mem_free(there);
	if (!ok)
		return false;
	/* What counts is what was copied: the others may have gone on since. */
	b->reports = journal_verify(buf_cstr(&b->temp), &b->report_count, &damaged, err);
	for (size_t i = 0; b->reports && i < b->report_count; i++) {
		if (b->reports[i].bad_line)
			say(b, b->reports[i].file, b->reports[i].why);
	}
	b->history = b->reports ? bundle_history(buf_cstr(&b->temp), b->setup->id, err) : NULL;
	return b->history;
}

static bool is_evidence(const char *name)
{
	return strlen(name) == DIGEST_HEX - 1 &&
	       strspn(name, "0123456789abcdef") == DIGEST_HEX - 1;
}

static bool copy_all(struct bundling *b, DIR *dir, int to, struct err *err)
{
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		if (is_evidence(entry->d_name) &&
		    !copy(b, dirfd(dir), to, "evidence", entry->d_name, err))
			return false;
	}
	return true;
}

static bool copy_evidence(struct bundling *b, int from, struct err *err)
{
	int fd = openat(from, "evidence", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int to;
	bool ok;

	if (!dir && errno == ENOENT)
		return true;
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return err_set(err, ERR_IO, "cannot read the evidence: %s", strerror(errno));
	}
	to = make_folder(b, "evidence", err);
	ok = to >= 0 && copy_all(b, dir, to, err);
	if (to >= 0)
		close(to);
	closedir(dir);
	return ok;
}

/* What the record names and is not there is told: verifying would tell it later. */
static void look_for_evidence(struct bundling *b)
{
	const struct incident *incident = history_incident(b->history);
	char path[BUNDLE_PATH];

	bundle_sort(&b->files);
	for (size_t i = 0; i < incident->evidence_count; i++) {
		(void)snprintf(path, sizeof(path), "evidence/%s", incident->evidence[i].sha256);
		if (!bundle_find(&b->files, path))
			say(b, path, "the record names it, and it is not there");
	}
}

/* The cards of a library have no digest: it takes all the bytes. */
static bool is_version(const struct library *library, size_t i, const struct run *run)
{
	char sha256[DIGEST_HEX];

	if (strcmp(library_cards(library)[i].id, run->runbook) != 0)
		return false;
	digest_sha256(sha256, library_bytes(library, i));
	return strcmp(sha256, run->sha256) == 0;
}

static bool put_runbook(struct bundling *b, int to, const struct run *run, struct err *err)
{
	char name[EXPORT_NAME], path[BUNDLE_PATH];
	size_t count = b->setup->library ? library_count(b->setup->library) : 0;

	(void)snprintf(name, sizeof(name), "%.64s.%.12s.md", run->runbook, run->sha256);
	(void)snprintf(path, sizeof(path), "runbooks/%s", name);
	if (!bundle_path_fits(path))
		return true;		/* no id that a library could have */
	for (size_t i = 0; i < b->files.count; i++) {
		if (!strcmp(b->files.items[i].path, path))
			return true;	/* walked twice */
	}
	for (size_t i = 0; i < count; i++) {
		if (is_version(b->setup->library, i, run))
			return put_bytes(b, to, "runbooks", name,
					 library_bytes(b->setup->library, i), err);
	}
	say(b, run->runbook, "the library does not have the version that was walked");
	return true;
}

static bool put_runbooks(struct bundling *b, struct err *err)
{
	const struct incident *incident = history_incident(b->history);
	bool ok = true;
	int to;

	if (incident->run_count == 0)
		return true;
	to = make_folder(b, "runbooks", err);
	for (size_t i = 0; to >= 0 && ok && i < incident->run_count; i++)
		ok = put_runbook(b, to, &incident->runs[i], err);
	if (to >= 0)
		close(to);
	return ok && to >= 0;
}

/* What a drill came to stands in its evidence; here it has a name of its own. */
static bool put_report(struct bundling *b, struct err *err)
{
	const struct drill *drill = history_incident(b->history)->drill;
	struct buf report = { 0 };
	bool ok = true;

	if (drill && drill->report[0] &&
	    journal_evidence_read(b->setup->journal, drill->report, &report, NULL))
		ok = put_bytes(b, b->dirfd, "", "dr_report.json",
			       str_sub(buf_cstr(&report), report.len), err);
	buf_done(&report);
	return ok;
}

/* What people wrote so far is where the export goes on from. */
static bool put_written(struct bundling *b, struct err *err)
{
	const char *name = postmortem_file(POSTMORTEM_MD);
	int from = b->setup->written ? open(b->setup->written,
					    O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	struct buf text = { .max = EXPORT_BEFORE_MAX + 16 * 1024 };
	struct err why = { 0 };
	char sha256[DIGEST_HEX];
	bool ok = true;

	if (from >= 0 && export_read(from, name, EXPORT_BEFORE_MAX, &text, &why))
		ok = export_bytes(b->dirfd, name, str_sub(buf_cstr(&text), text.len), sha256, err);
	else if (why.kind != ERR_NONE && why.kind != ERR_NOT_FOUND)
		say(b, b->setup->written, why.text);
	if (from >= 0)
		close(from);
	buf_done(&text);
	return ok;
}

static bool put_exports(struct bundling *b, struct err *err)
{
	const struct exporter_setup setup = {
		.history = b->history, .journal = buf_cstr(&b->temp),
		.tool_version = BINNACLE_VERSION, .exported_at = b->setup->made_at };
	char remark[BECAUSE_TEXT];
	struct exporter *exporter = exporter_new(&setup, remark);
	bool ok = put_written(b, err);

	if (remark[0])
		b->said(b->arg, remark);
	for (int i = 0; ok && i < POSTMORTEM_FORMAT_COUNT; i++) {
		enum postmortem_format format = (enum postmortem_format)i;
		struct exported file;

		ok = exporter_write(exporter, b->dirfd, format, &file, err);
		if (ok)
			note_file(b, "", postmortem_file(format), file.sha256, file.bytes);
	}
	exporter_free(exporter);
	return ok;
}

/* --- the two lists ---------------------------------------------------------------------------- */

static json_t *origins_json(const struct bundling *b)
{
	json_t *all = json_array();

	for (size_t i = 0; i < b->report_count; i++) {
		const struct journal_report *report = &b->reports[i];
		char origin[ORIGIN_TEXT];
		json_t *one = json_object();

		/* journal.<origin>.jsonl */
		(void)str_copy(origin, sizeof(origin), str_sub(report->file + strlen("journal."),
							       ORIGIN_TEXT - 1));
		json_set_text(one, "origin", origin);
		json_set_i64(one, "seq", (int64_t)report->events);
		json_set_text(one, "head", report->events > 0 ? report->head : NULL);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *files_json(const struct bundling *b)
{
	json_t *all = json_array();

	for (size_t i = 0; i < b->files.count; i++) {
		const struct bundle_file *file = &b->files.items[i];
		json_t *one = json_object();

		json_set_text(one, "path", file->path);
		json_set_text(one, "sha256", file->sha256);
		json_set_i64(one, "bytes", file->bytes);
		json_array_append_new(all, one);
	}
	return all;
}

static bool put_lists(struct bundling *b, struct err *err)
{
	json_t *root = json_object();
	struct buf text = { 0 }, sums = { 0 };
	char sha256[DIGEST_HEX], ignored[DIGEST_HEX];
	bool ok;

	bundle_sort(&b->files);
	json_set_text(root, "schema", "binnacle.bundle/1");
	json_set_text(root, "id", b->setup->id);
	json_set_time(root, "made_at", b->setup->made_at);
	json_set_text(root, "tool_version", BINNACLE_VERSION);
	json_set(root, "origins", origins_json(b));
	json_set(root, "files", files_json(b));
	json_write(&text, root);
	buf_char(&text, '\n');
	json_decref(root);
	ok = export_bytes(b->dirfd, BUNDLE_LIST, str_sub(buf_cstr(&text), text.len), sha256, err);
	if (ok)
		bundle_sums(&b->files, sha256, &sums);
	ok = ok && export_bytes(b->dirfd, BUNDLE_SUMS, str_sub(buf_cstr(&sums), sums.len), ignored,
				err);
	buf_done(&text);
	buf_done(&sums);
	return ok;
}

/* --- the folder ------------------------------------------------------------------------------- */

static bool fill(struct bundling *b, struct err *err)
{
	int from = open(b->setup->journal, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = from >= 0 || err_set(err, ERR_IO, "cannot open %s: %s", b->setup->journal,
				       strerror(errno));

	ok = ok && copy_journals(b, from, err) && copy_evidence(b, from, err);
	if (from >= 0)
		close(from);
	if (!ok)
		return false;
	look_for_evidence(b);
	return put_runbooks(b, err) && put_report(b, err) && put_exports(b, err) &&
	       put_lists(b, err);
}

/* What was made so far: files that we know, then the folders. */
static void remove_temp(const struct bundling *b)
{
	static const char *const others[] = { BUNDLE_LIST, BUNDLE_SUMS, "postmortem.md" };

	for (size_t i = 0; i < b->files.count; i++)
		(void)unlinkat(b->dirfd, b->files.items[i].path, 0);
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		(void)unlinkat(b->dirfd, others[i], 0);
	(void)unlinkat(b->dirfd, "evidence", AT_REMOVEDIR);
	(void)unlinkat(b->dirfd, "runbooks", AT_REMOVEDIR);
	(void)rmdir(buf_cstr(&b->temp));
}

static bool make_temp(struct bundling *b, struct err *err)
{
	const char *target = b->setup->target, *slash = strrchr(target, '/');
	struct buf parent = { 0 };
	struct stat st;
	bool ok = true;

	if (lstat(target, &st) == 0)
		return err_set(err, ERR_REFUSED, "%s is there already, and no bundle is ever changed: "
			       "move it away, or name another folder by --out", target);
	if (slash && slash != target) {
		buf_add(&parent, target, (size_t)(slash - target));
		ok = paths_make(parent.data, err);
	}
	buf_done(&parent);
	if (!ok)
		return false;
	buf_fmt(&b->temp, "%s.XXXXXX", target);
	if (!mkdtemp(b->temp.data))		/* 0700 */
		return err_set(err, ERR_IO, "cannot make %s: %s", target, strerror(errno));
	b->dirfd = open(buf_cstr(&b->temp), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return b->dirfd >= 0 ||
	       err_set(err, ERR_IO, "cannot open %s: %s", buf_cstr(&b->temp), strerror(errno));
}

/* From the renaming on it is a bundle, and stays. */
static bool appear(struct bundling *b, struct err *err)
{
	int parent = openat(b->dirfd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = parent >= 0 && fsync(b->dirfd) == 0;

	if (ok) {
		b->appeared = renameat2(AT_FDCWD, buf_cstr(&b->temp), AT_FDCWD, b->setup->target,
					RENAME_NOREPLACE) == 0;
		ok = b->appeared && fsync(parent) == 0;
	}
	if (!ok)
		err_set(err, ERR_IO, "cannot make %s: %s", b->setup->target, strerror(errno));
	if (parent >= 0)
		close(parent);
	return ok;
}

bool bundle_write(const struct bundle_setup *setup, bundle_said *said, void *arg,
		  size_t *files, struct err *err)
{
	struct bundling b = { .setup = setup, .said = said, .arg = arg, .dirfd = -1 };
	bool ok = make_temp(&b, err) && fill(&b, err) && appear(&b, err);

	if (!ok && b.dirfd >= 0 && !b.appeared) {
		remove_temp(&b);
		err_add(err, "no bundle is made");
	}
	*files = b.files.count;
	if (b.dirfd >= 0)
		close(b.dirfd);
	history_free(b.history);
	mem_free(b.reports);
	mem_free(b.files.items);
	buf_done(&b.temp);
	return ok;
}
