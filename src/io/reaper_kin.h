/*
 * reaper_kin.h: all descendants of a process, as /proc has them, and signals to them. System calls
 * only: for use between fork and exec.
 *
 * One scan sees a moving picture. A process whose parent went while it ran is missed until it hangs
 * under its subreaper; so a scan is repeated until there is nobody left.
 */
#ifndef IO_REAPER_KIN_H
#define IO_REAPER_KIN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { KIN_MAX = 65536 };	/* processes of the host that one scan takes in */

struct kin_process {
	pid_t pid, parent;
	char state;		/* R S D T Z ... */
	bool ours;
};

struct kin {
	int proc;			/* /proc; -1: there is none */
	struct kin_process *all;	/* in ascending order of pid; KIN_MAX of them */
	size_t count;
};

bool kin_init(struct kin *kin);	/* never given back: the process ends */

/* Look again; how many descendants of root there are that have not ended. */
size_t kin_scan(struct kin *kin, pid_t root);

/* To each one of the last scan; how many got it that were not stopped. */
size_t kin_signal(const struct kin *kin, int signal);

/* pid, state and parent out of the text of /proc/PID/stat, whatever its name is. Pure. */
bool kin_parse(const char *text, size_t len, struct kin_process *out);

#endif
