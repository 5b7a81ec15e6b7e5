/* drills_board.c: see drills_board.h. What the files say is export/board's to judge. */
#include "app/drills_board.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/scrub.h"
#include "export/board.h"

enum { REPORT_MAX = 8 * 1024 * 1024, NAMED = 3, NAME_MOST = 256 };

void board_plan(const struct settings *settings, struct board_plan *out)
{
	const struct drills_settings *drills = &settings->drills;

	*out = (struct board_plan){ 0 };
	str_put(out->folder, sizeof(out->folder), drills->reports);
	for (size_t i = 0; i < DRILL_TYPE_COUNT; i++) {
		const struct drill_type_settings *type = &drills->types[i];
		enum drill_scenario scenario = (enum drill_scenario)type->scenario;

		out->every[i] = type->every;
		if (scenario == SCENARIO_OTHER)
			continue;
		str_put(out->scenarios[i], NAME_TEXT, drill_scenario_word(scenario));
		str_put(out->runbooks[i], NAME_TEXT,
			type->runbook ? type->runbook : drill_scenario_runbook(scenario));
	}
}

/* --- files ------------------------------------------------------------------------------------ */

struct names {
	char (*items)[NAME_MOST];
	size_t count, cap;
};

/* YYYY-MM-DD-<id>.json */
static bool is_report(const char *name)
{
	static const char shape[] = "dddd-dd-dd-";
	size_t len = strlen(name);

	if (len < sizeof(shape) + 5 || len >= NAME_MOST || strcmp(name + len - 5, ".json") != 0)
		return false;
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? name[i] < '0' || name[i] > '9' : name[i] != shape[i])
			return false;
	return true;
}

static int newest_first(const void *a, const void *b)
{
	return strcmp(b, a);
}

static bool list_names(const char *folder, struct names *names, struct err *err)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	if (!dir && errno == ENOENT)
		return true;
	if (!dir)
		return err_set(err, ERR_IO, "cannot read %s: %s", folder, strerror(errno));
	while ((entry = readdir(dir))) {
		if (!is_report(entry->d_name))
			continue;
		names->items = mem_grow(names->items, &names->cap, names->count + 1,
					sizeof(*names->items));
		str_put(names->items[names->count++], NAME_MOST, entry->d_name);
	}
	closedir(dir);
	if (names->count > 0)
		qsort(names->items, names->count, sizeof(*names->items), newest_first);
	if (names->count > BOARD_REPORTS)
		names->count = BOARD_REPORTS;
	return true;
}

static bool read_all(int fd, struct buf *out, struct err *err)
{
	char chunk[8192];
	ssize_t got;

	do {
		got = read(fd, chunk, sizeof(chunk));
		if (got > 0)
			buf_add(out, chunk, (size_t)got);
	} while ((got > 0 && !out->full) || (got < 0 && errno == EINTR));
	if (got < 0)
		return err_set(err, ERR_IO, "%s", strerror(errno));
	return !out->full || err_set(err, ERR_LIMIT, "more than %d MiB", REPORT_MAX >> 20);
}

/* A regular file, and no other: a pipe would keep us waiting. */
static bool read_report(const char *folder, const char *name, struct dr_glance *out,
			struct err *err)
{
	struct buf path = { 0 }, bytes = { .max = REPORT_MAX };
	struct stat st;
	bool ok = false;
	int fd;

	buf_fmt(&path, "%s/%s", folder, name);
	fd = open(buf_cstr(&path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	buf_done(&path);
	if (fd < 0 || fstat(fd, &st) != 0)
		err_set(err, ERR_IO, "%s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		err_set(err, ERR_INPUT, "no regular file");
	else
		ok = read_all(fd, &bytes, err) &&
		     dr_glance_read(str_sub(buf_cstr(&bytes), bytes.len), out, err);
	if (fd >= 0)
		close(fd);
	buf_done(&bytes);
	return ok;
}

static void name_broken(struct buf *out, size_t broken, const char *name, const struct err *why)
{
	if (broken > NAMED)
		return;
	buf_text(out, broken > 1 ? "; " : "");
	scrub(out, str_of(name));
	buf_fmt(out, ": %s", why->text);
}

static void put_trouble(struct drill_board *out, size_t broken, const struct buf *text)
{
	struct buf all = { 0 };

	out->trouble[0] = '\0';
	if (broken == 0)
		return;
	buf_fmt(&all, "%zu report%s cannot be read: %s%s", broken, broken > 1 ? "s" : "",
		buf_cstr(text), broken > NAMED ? "; and more" : "");
	(void)scrub_put(out->trouble, sizeof(out->trouble), str_sub(buf_cstr(&all), all.len));
	buf_done(&all);
}

static void name_rows(const struct board_plan *plan, struct drill_board *out)
{
	for (size_t i = 0; i < out->count; i++) {
		struct drill_due *row = &out->rows[i];

		str_put(row->scenario, sizeof(row->scenario), plan->scenarios[row->type]);
		str_put(row->runbook, sizeof(row->runbook), plan->runbooks[row->type]);
	}
}

bool board_read(const struct board_plan *plan, msec now, struct drill_board *out, struct err *err)
{
	struct names names = { 0 };
	struct board_in in = { .now = now };
	struct dr_glance *glances = NULL;
	struct buf text = { 0 };
	size_t broken = 0;

	*out = (struct drill_board){ 0 };
	str_put(out->folder, sizeof(out->folder), plan->folder);
	if (!list_names(plan->folder, &names, err)) {
		mem_free(names.items);
		return false;
	}
	memcpy(in.every, plan->every, sizeof(in.every));
	glances = mem_array(names.count + 1, sizeof(*glances));
	for (size_t i = 0; i < names.count; i++) {
		struct err why = { 0 };

		if (read_report(plan->folder, names.items[i], &glances[in.count], &why))
			in.count++;
		else
			name_broken(&text, ++broken, names.items[i], &why);
	}
	in.reports = glances;
	board_make(&in, out);
	put_trouble(out, broken, &text);
	name_rows(plan, out);
	buf_done(&text);
	mem_free(glances);
	mem_free(names.items);
	return true;
}
