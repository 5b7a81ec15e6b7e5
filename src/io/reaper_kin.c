#include "io/reaper_kin.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STAT_TEXT = 512, ENTRIES = 8192, NAME = 16, PASSES = 8 };

struct entry {				/* of getdents64: readdir() allocates */
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

bool kin_init(struct kin *kin)
{
	void *room = mmap(NULL, KIN_MAX * sizeof(*kin->all), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	kin->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	kin->all = room == MAP_FAILED ? NULL : room;
	kin->count = 0;
	return kin->all && kin->proc >= 0;
}

static const char *number(const char *at, const char *end, pid_t *out)
{
	int64_t value = 0;

	if (at == end || *at < '0' || *at > '9')
		return NULL;
	for (; at < end && *at >= '0' && *at <= '9'; at++) {
		value = value * 10 + (*at - '0');
		if (value > INT32_MAX)
			return NULL;
	}
	*out = (pid_t)value;
	return at;
}

/* "PID (NAME) S PPID ...", where a name may hold anything, ") S 1" too: the last parenthesis
 * counts, for only numbers follow it. */
bool kin_parse(const char *text, size_t len, struct kin_process *out)
{
	const char *end = text + len, *close = memrchr(text, ')', len);

	if (!close || end - close < 5 || close[1] != ' ' || close[3] != ' ')
		return false;
	out->state = close[2];
	out->ours = false;
	return number(text, end, &out->pid) && number(close + 4, end, &out->parent);
}

static bool read_process(const struct kin *kin, const char *pid, struct kin_process *out)
{
	char path[NAME + sizeof("/stat")], text[STAT_TEXT];
	size_t len = strlen(pid);
	ssize_t got;
	int fd;

	if (len > NAME)
		return false;
	memcpy(mempcpy(path, pid, len), "/stat", sizeof("/stat"));
	fd = openat(kin->proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text, sizeof(text));
	close(fd);
	return got > 0 && kin_parse(text, (size_t)got, out);
}

static void add_entries(struct kin *kin, const char *bytes, size_t len)
{
	const struct entry *entry;

	for (size_t at = 0; at < len; at += entry->length) {
		entry = (const void *)(bytes + at);
		if (entry->name[0] >= '1' && entry->name[0] <= '9' && kin->count < KIN_MAX &&
		    read_process(kin, entry->name, &kin->all[kin->count]))
			kin->count++;
	}
}

/* The kernel lists processes in ascending order. */
static const struct kin_process *find(const struct kin *kin, pid_t pid)
{
	size_t low = 0, high = kin->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (kin->all[middle].pid == pid)
			return &kin->all[middle];
		if (kin->all[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* A child has a higher number than its parent until the numbers begin anew, so that one pass is
 * nearly always enough; who is missed is found by the next scan. */
static void mark(struct kin *kin, pid_t root)
{
	bool changed = true;

	for (size_t pass = 0; changed && pass < PASSES; pass++) {
		changed = false;
		for (size_t i = 0; i < kin->count; i++) {
			struct kin_process *process = &kin->all[i];
			const struct kin_process *parent;

			if (process->ours)
				continue;
			parent = find(kin, process->parent);
			process->ours = process->parent == root || (parent && parent->ours);
			changed = changed || process->ours;
		}
	}
}

size_t kin_scan(struct kin *kin, pid_t root)
{
	_Alignas(struct entry) char bytes[ENTRIES];
	size_t living = 0;
	ssize_t got;

	kin->count = 0;
	if (kin->proc < 0 || !kin->all || lseek(kin->proc, 0, SEEK_SET) != 0)
		return 0;
	while ((got = syscall(SYS_getdents64, kin->proc, bytes, sizeof(bytes))) > 0)
		add_entries(kin, bytes, (size_t)got);
	mark(kin, root);
	for (size_t i = 0; i < kin->count; i++)
		living += kin->all[i].ours && kin->all[i].state != 'Z';
	return living;
}

size_t kin_signal(const struct kin *kin, int signal)
{
	size_t running = 0;

	for (size_t i = 0; i < kin->count; i++) {
		const struct kin_process *process = &kin->all[i];

		if (process->ours && process->state != 'Z' && kill(process->pid, signal) == 0)
			running += process->state != 'T';
	}
	return running;
}
