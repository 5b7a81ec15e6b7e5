/*
 * bundle_check.c: is a bundle what it was? Everything in it is looked at as if somebody had made it
 * to harm whoever looks: paths are names, links are not followed, counts and sizes have limits.
 */
#include "app/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/bundle_inside.h"
#include "base/mem.h"
#include "base/scrub.h"

enum { SUMS_MAX = 4 * 1024 * 1024 };
#define JOURNAL_MAX ((int64_t)256 * 1024 * 1024)	/* that is read into memory to be checked */

struct checking {
	const char *folder;
	int dirfd;
	struct bundle_report *report;
	json_t *list;			/* bundle.json; NULL: it is none */
	char list_sha256[DIGEST_HEX];
	struct bundle_files files;
};

const char *bundle_fault_word(enum bundle_fault fault)
{
	static const char *const words[] = {
#define X(sym, word) [BUNDLE_##sym] = (word),
		BUNDLE_FAULTS(X)
#undef X
	};

	return words[fault];
}

static void find(struct checking *c, enum bundle_fault fault, const char *path, const char *why)
{
	struct bundle_report *report = c->report;
	struct bundle_finding *finding;

	report->damaged += fault != BUNDLE_REMARK;
	if (report->finding_count == BUNDLE_FINDINGS)
		return;
	finding = &report->findings[report->finding_count++];
	finding->fault = fault;
	scrub_put(finding->path, sizeof(finding->path), str_of(path));
	scrub_put(finding->why, sizeof(finding->why), str_of(why));
}

/* --- what bundle.json says --------------------------------------------------------------- */

static bool is_hash(const char *text)
{
	return strlen(text) == DIGEST_HEX - 1 &&
	       strspn(text, "0123456789abcdef") == DIGEST_HEX - 1;
}

static bool is_id(const char *text)
{
	return strlen(text) == INCIDENT_ID - 1 &&
	       strspn(text, "0123456789abcdefghijklmnopqrstuvwxyz") == INCIDENT_ID - 1;
}

/* One of `files`. A path that could lead anywhere is told and never opened. */
static void take_file(struct checking *c, const json_t *one)
{
	const char *path = json_text_at(one, "path", ""), *sha256 = json_text_at(one, "sha256", "");
	int64_t bytes = -1;

	if (!bundle_path_fits(path) || !strcmp(path, BUNDLE_LIST) || !strcmp(path, BUNDLE_SUMS))
		find(c, BUNDLE_CHANGED, BUNDLE_LIST,
		     "it names a file that no bundle can have; nothing was opened");
	else if (!is_hash(sha256) || !json_i64_at(one, "bytes", &bytes) || bytes < 0)
		find(c, BUNDLE_CHANGED, BUNDLE_LIST, "it has a file without its SHA-256 and size");
	else
		bundle_add(&c->files, path, sha256, bytes);
}

static void no_twins(struct checking *c)
{
	for (size_t i = 1; i < c->files.count; i++) {
		if (!strcmp(c->files.items[i - 1].path, c->files.items[i].path))
			find(c, BUNDLE_CHANGED, BUNDLE_LIST, "it has the same file twice");
	}
}

static void take_list(struct checking *c)
{
	const json_t *files = json_at(c->list, "files");
	struct bundle_report *report = c->report;
	const char *id = json_text_at(c->list, "id", "");

	if (strcmp(json_text_at(c->list, "schema", ""), "binnacle.bundle/1") != 0)
		find(c, BUNDLE_CHANGED, BUNDLE_LIST, "it is no binnacle.bundle/1");
	if (is_id(id))
		(void)str_put(report->id, sizeof(report->id), id);
	else
		find(c, BUNDLE_CHANGED, BUNDLE_LIST, "it names no incident");
	if (!when_parse(str_of(json_text_at(c->list, "made_at", "")), &report->made_at))
		find(c, BUNDLE_CHANGED, BUNDLE_LIST, "it does not say when it was made");
	(void)json_put_at(c->list, "tool_version", report->tool_version,
			  sizeof(report->tool_version));
	if (!json_is_array(files) || json_array_size(files) > BUNDLE_FILES) {
		find(c, BUNDLE_CHANGED, BUNDLE_LIST, "it has no list of files, or too many of them");
		return;
	}
	for (size_t i = 0; i < json_array_size(files); i++)
		take_file(c, json_array_get(files, i));
	bundle_sort(&c->files);
	no_twins(c);
}

/* False: there is no bundle here. */
static bool read_list(struct checking *c, struct err *err)
{
	struct buf text = { .max = JSON_MAX_PINNED + 16 * 1024 };
	struct err why = { 0 };

	if (!export_read(c->dirfd, BUNDLE_LIST, JSON_MAX_PINNED, &text, &why)) {
		bool none = why.kind == ERR_NOT_FOUND;

		buf_done(&text);
		if (none)
			return err_set(err, ERR_NOT_FOUND, "%s is no bundle: it has no %s", c->folder,
				       BUNDLE_LIST);
		find(c, BUNDLE_CHANGED, BUNDLE_LIST, why.text);
		return true;
	}
	digest_sha256(c->list_sha256, str_sub(buf_cstr(&text), text.len));
	c->list = json_read(str_sub(buf_cstr(&text), text.len), JSON_MAX_PINNED, &why);
	buf_done(&text);
	if (!c->list)
		find(c, BUNDLE_CHANGED, BUNDLE_LIST, why.text);
	else
		take_list(c);
	return true;
}

/* --- the files themselves ---------------------------------------------------------------- */

static void check_name(struct checking *c, const struct bundle_file *file)
{
	struct str path = str_of(file->path), folder;

	if (str_cut(&path, '/', &folder) && str_eq(folder, "evidence") &&
	    !str_eq(path, file->sha256))
		find(c, BUNDLE_CHANGED, file->path, "this evidence is not what its name says");
}

static void check_file(struct checking *c, struct bundle_file *file)
{
	struct err err = { 0 };
	char sha256[DIGEST_HEX];
	int64_t bytes;
	int fd = export_open(c->dirfd, file->path, &err);
	size_t before = c->report->damaged;

	if (fd < 0) {
		find(c, err.kind == ERR_NOT_FOUND ? BUNDLE_MISSING : BUNDLE_CHANGED, file->path,
		     err.kind == ERR_NOT_FOUND ? "it is not there" : err.text);
		return;
	}
	if (!bundle_digest(fd, sha256, &bytes, &err))
		find(c, BUNDLE_CHANGED, file->path, err.text);
	else if (strcmp(sha256, file->sha256) != 0 || bytes != file->bytes)
		find(c, BUNDLE_CHANGED, file->path, "it is not what it was when the bundle was made");
	else
		check_name(c, file);
	close(fd);
	file->sound = c->report->damaged == before;
	c->report->files += file->sound;
}

static bool is_ours(const char *name)
{
	return !strcmp(name, BUNDLE_LIST) || !strcmp(name, BUNDLE_SUMS);
}

static void look_for_extras(struct checking *c, int at, const char *folder);

static void judge_entry(struct checking *c, int own, const char *folder, const char *name)
{
	char path[NAME_MAX + BUNDLE_PATH];
	bool below = !*folder && (!strcmp(name, "evidence") || !strcmp(name, "runbooks"));

	(void)snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "", name);
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return;
	if (below)
		look_for_extras(c, own, name);
	else if (!bundle_find(&c->files, path) && !is_ours(path))
		find(c, BUNDLE_EXTRA, path, "no list of the bundle has it");
}

/* What lies in a folder and is in no list; below evidence/ and runbooks/ one folder deep. Which of
 * them are folders is found by opening them: not every file system tells it by the way. */
static void look_for_extras(struct checking *c, int at, const char *folder)
{
	int own = openat(at, *folder ? folder : ".",
			 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = own < 0 ? NULL : fdopendir(own);
	struct dirent *entry;

	if (own < 0 && (errno == ENOTDIR || errno == ELOOP)) {
		find(c, BUNDLE_EXTRA, folder, "no list of the bundle has it");
		return;
	}
	errno = dir ? 0 : errno;
	while (dir && (entry = readdir(dir))) {
		judge_entry(c, own, folder, entry->d_name);
		errno = 0;
	}
	if (errno)
		find(c, BUNDLE_CHANGED, *folder ? folder : ".", strerror(errno));
	if (dir)
		closedir(dir);
	else if (own >= 0)
		close(own);
}

static void check_sums(struct checking *c)
{
	struct buf is = { .max = SUMS_MAX + 16 * 1024 }, should = { 0 };
	struct err err = { 0 };
	char line[DIGEST_HEX + 32];

	(void)snprintf(line, sizeof(line), "%s  " BUNDLE_LIST "\n", c->list_sha256);
	bundle_sums(&c->files, c->list_sha256, &should);
	if (!export_read(c->dirfd, BUNDLE_SUMS, SUMS_MAX, &is, &err))
		find(c, err.kind == ERR_NOT_FOUND ? BUNDLE_MISSING : BUNDLE_CHANGED, BUNDLE_SUMS,
		     err.kind == ERR_NOT_FOUND ? "it is not there" : err.text);
	else if (!strstr(buf_cstr(&is), line))
		find(c, BUNDLE_CHANGED, BUNDLE_LIST, "its SHA-256 is not the one in " BUNDLE_SUMS);
	else if (is.len != should.len || memcmp(is.data, should.data, is.len) != 0)
		find(c, BUNDLE_CHANGED, BUNDLE_SUMS, "it does not list what " BUNDLE_LIST " lists");
	buf_done(&is);
	buf_done(&should);
}

/* --- the record --------------------------------------------------------------------------- */

static bool is_journal(const char *path)
{
	return str_starts(str_of(path), "journal.");
}

/* A file that would not fit into memory is not read. */
static bool journals_fit(struct checking *c)
{
	bool any = false;

	for (size_t i = 0; i < c->files.count; i++) {
		struct stat st;

		if (!is_journal(c->files.items[i].path))
			continue;
		any = true;
		if (fstatat(c->dirfd, c->files.items[i].path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_size > JOURNAL_MAX) {
			find(c, BUNDLE_BROKEN, c->files.items[i].path, "it is too large to be checked");
			return false;
		}
	}
	if (!any)
		find(c, BUNDLE_MISSING, "journal.*.jsonl", "there is no journal at all");
	return any;
}

static const json_t *origin_of(const struct checking *c, const char *file)
{
	const json_t *origins = json_at(c->list, "origins");
	struct str rest = str_of(file), part;

	(void)str_cut(&rest, '.', &part);
	(void)str_cut(&rest, '.', &part);
	for (size_t i = 0; i < json_array_size(origins); i++) {
		const json_t *one = json_array_get(origins, i);

		if (str_eq(part, json_text_at(one, "origin", "")))
			return one;
	}
	return NULL;
}

/* A chain may be whole and be another one, or a shorter one. */
static void check_head(struct checking *c, const struct journal_report *report)
{
	const json_t *origin = origin_of(c, report->file);
	int64_t seq = -1;

	(void)json_i64_at(origin, "seq", &seq);
	if (seq != (int64_t)report->events ||
	    strcmp(json_text_at(origin, "head", ""), report->events ? report->head : "") != 0)
		find(c, BUNDLE_BROKEN, report->file, "its head is not the one in " BUNDLE_LIST);
}

static bool check_journals(struct checking *c)
{
	size_t count = 0, damaged = 0, before = c->report->damaged;
	struct err err = { 0 };
	struct journal_report *reports = journal_verify(c->folder, &count, &damaged, &err);

	if (!reports)
		find(c, BUNDLE_BROKEN, "journal.*.jsonl", err.text);
	for (size_t i = 0; reports && i < count; i++) {
		char why[sizeof(reports[i].why) + 48];

		(void)snprintf(why, sizeof(why), "line %llu: %s",
			       (unsigned long long)reports[i].bad_line, reports[i].why);
		if (reports[i].bad_line || reports[i].why[0])
			find(c, BUNDLE_BROKEN, reports[i].file, why);
		else
			check_head(c, &reports[i]);
		c->report->events += reports[i].events;
	}
	c->report->journals = count;
	mem_free(reports);
	return c->report->damaged == before;
}

/* What the record names must be there, too. */
static void check_evidence(struct checking *c, const struct incident *incident)
{
	char path[BUNDLE_PATH];

	for (size_t i = 0; i < incident->evidence_count; i++) {
		(void)snprintf(path, sizeof(path), "evidence/%.64s", incident->evidence[i].sha256);
		if (!bundle_find(&c->files, path))
			find(c, BUNDLE_MISSING, path, "the record names it");
	}
}

/* Of a file that is damaged enough is said. */
static void check_export(struct checking *c, struct exporter *exporter,
			 enum postmortem_format format)
{
	const char *path = postmortem_file(format);
	const struct bundle_file *file = bundle_find(&c->files, path);
	bool ours = !strcmp(c->report->tool_version, BINNACLE_VERSION), same = false;
	struct err err = { 0 };

	if (file && !file->sound)
		return;
	if (!file)
		find(c, BUNDLE_MISSING, path, "no such export is in it");
	else if (!exporter_same(exporter, c->dirfd, format, &same, &err))
		find(c, BUNDLE_DIFFERS, path, err.text);
	else if (!same)
		find(c, ours ? BUNDLE_DIFFERS : BUNDLE_REMARK, path, ours ?
		     "the record gives another one" :
		     "this version writes another one from the record");
	c->report->exports += same;
}

static void check_exports(struct checking *c, const struct history *history)
{
	const struct exporter_setup setup = {
		.history = history, .journal = c->folder,
		.tool_version = c->report->tool_version, .exported_at = c->report->made_at };
	char remark[BECAUSE_TEXT];
	struct exporter *exporter = exporter_new(&setup, remark);

	if (remark[0])
		find(c, BUNDLE_REMARK, BUNDLE_LIST, remark);
	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++)
		check_export(c, exporter, (enum postmortem_format)i);
	exporter_free(exporter);
}

/* What a drill came to must be what its record says. */
static void check_report(struct checking *c, const struct incident *incident)
{
	const struct drill *drill = incident->drill;
	const struct bundle_file *file = bundle_find(&c->files, "dr_report.json");

	if (file && (!drill || strcmp(drill->report, file->sha256) != 0))
		find(c, BUNDLE_DIFFERS, file->path, "the record names another one");
}

static void check_record(struct checking *c)
{
	struct err err = { 0 };
	struct history *history;

	if (!c->report->id[0] || !journals_fit(c) || !check_journals(c))
		return;			/* what is made of a broken record proves nothing */
	history = bundle_history(c->folder, c->report->id, &err);
	if (!history) {
		find(c, BUNDLE_BROKEN, "journal.*.jsonl", err.text);
		return;
	}
	check_evidence(c, history_incident(history));
	check_report(c, history_incident(history));
	check_exports(c, history);
	history_free(history);
}

bool bundle_verify(const char *folder, struct bundle_report *out, struct err *err)
{
	struct checking c = { .folder = folder, .report = out };
	bool ok;

	*out = (struct bundle_report){ .made_at = WHEN_NEVER };
	c.dirfd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c.dirfd < 0)
		return err_set(err, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO,
			       "%s: %s", folder, strerror(errno));
	ok = read_list(&c, err);
	for (size_t i = 0; ok && i < c.files.count; i++)
		check_file(&c, &c.files.items[i]);
	if (ok) {
		look_for_extras(&c, c.dirfd, "");
		check_sums(&c);
		check_record(&c);
	}
	json_decref(c.list);
	mem_free(c.files.items);
	close(c.dirfd);
	return ok;
}
