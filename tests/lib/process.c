#include "tests/lib/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

enum { LINE = 4096 };

/* "Name:   123" of a /proc file, or -1. */
static long field(FILE *file, const char *name)
{
	char line[LINE];
	long value;
	size_t len = strlen(name);

	while (fgets(line, sizeof(line), file))
		if (strncmp(line, name, len) == 0 && sscanf(line + len, "%ld", &value) == 1)
			return value;
	return -1;
}

static bool thread_use(pid_t pid, const char *tid, struct process_use *use)
{
	char path[300];
	int64_t cpu = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", (int)pid, tid);
	FILE *file = fopen(path, "r");
	if (!file)
		return false;
	bool ok = fscanf(file, "%" SCNd64, &cpu) == 1;
	fclose(file);
	snprintf(path, sizeof(path), "/proc/%d/task/%s/status", (int)pid, tid);
	file = fopen(path, "r");
	if (!file)
		return false;
	long wakeups = field(file, "voluntary_ctxt_switches:");
	fclose(file);
	if (!ok || wakeups < 0)
		return false;
	use->cpu_ns += cpu;
	use->wakeups += wakeups;
	return true;
}

bool process_use(pid_t pid, struct process_use *use)
{
	char path[64];
	const struct dirent *entry;
	bool any = false;

	*use = (struct process_use){0};
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *tasks = opendir(path);
	if (!tasks)
		return false;
	while ((entry = readdir(tasks)))
		if (entry->d_name[0] != '.')
			any |= thread_use(pid, entry->d_name, use);
	closedir(tasks);
	return any;
}

bool process_memory(pid_t pid, struct process_memory *memory)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	FILE *file = fopen(path, "r");
	if (!file)
		return false;
	memory->rss_kb = field(file, "Rss:");
	memory->pss_kb = field(file, "Pss:");
	fclose(file);
	return memory->rss_kb > 0 && memory->pss_kb > 0;
}

static void evict(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
}

void process_evict_files(pid_t pid)
{
	char path[64], line[LINE], last[LINE] = "";

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	FILE *maps = fopen(path, "r");
	while (maps && fgets(line, sizeof(line), maps)) {
		char *file = strchr(line, '/');

		if (!file)
			continue;
		file[strcspn(file, "\n")] = '\0';
		if (strcmp(file, last) != 0)
			evict(file);
		str_put(last, sizeof(last), file);
	}
	if (maps)
		fclose(maps);
}
