/* process.h: what a running process uses, read from /proc: its own threads, not its children. */
#ifndef LIB_PROCESS_H
#define LIB_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process_use {
	int64_t cpu_ns;		/* on a CPU, all threads (schedstat) */
	int64_t wakeups;	/* voluntary context switches, all threads */
};

struct process_memory {
	long rss_kb, pss_kb;
};

bool process_use(pid_t pid, struct process_use *use);
bool process_memory(pid_t pid, struct process_memory *memory);

/* Ask the kernel to forget the cached pages of every file that the process has mapped, so that the
 * next start reads them from the disk. Pages that others have mapped stay. Needs no rights. */
void process_evict_files(pid_t pid);

#endif
