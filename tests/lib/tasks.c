#include "tests/lib/tasks.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/reaper_kin.h"
#include "tests/lib/pump.h"

enum { LIMIT = 300000, ENVIRONMENT = 256 * 1024, STEP = 10 };

static const char *marker(void)
{
	static char text[40];

	if (!text[0])
		snprintf(text, sizeof(text), "TASKS_MARKER=%d", (int)getpid());
	return text;
}

static void on_output(void *arg, struct str bytes)
{
	struct tasks_got *got = arg;

	got->outputs++;
	(void)buf_add(&got->live, bytes.p, bytes.len);
}

static void on_ended(void *arg, const struct task_end *end)
{
	struct tasks_got *got = arg;

	got->ends++;
	got->kind = end->kind;
	got->status = end->status;
	got->bytes = end->bytes;
	got->leftovers = end->leftovers;
	(void)buf_add(&got->output, end->output.p, end->output.len);
	(void)str_put(got->why, sizeof(got->why), end->why);
}

struct task_plan tasks_plan(struct loop *loop, const char *text, struct tasks_got *got)
{
	static const char *environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin", NULL, NULL };

	environment[1] = marker();
	return (struct task_plan){
		.loop = loop, .shell = "bash", .text = str_of(text), .environment = environment,
		.output = on_output, .ended = on_ended, .arg = got,
	};
}

bool tasks_run(const struct task_plan *plan, struct tasks_got *got)
{
	int before = got->ends;

	(void)task_start(plan);
	return got->ends == before && pump(plan->loop, &got->ends, before + 1, LIMIT);
}

void tasks_done(struct tasks_got *got)
{
	buf_done(&got->live);
	buf_done(&got->output);
	memset(got, 0, sizeof(*got));
}

static bool is_marked(const char *pid)
{
	static char text[ENVIRONMENT];
	char path[300];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/environ", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text));
	close(fd);
	return len > 0 && memmem(text, (size_t)len, marker(), strlen(marker()) + 1);
}

static bool is_our_zombie(const char *pid)
{
	struct kin_process process;
	char path[300], text[512];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text));
	close(fd);
	return len > 0 && kin_parse(text, (size_t)len, &process) && process.state == 'Z' &&
	       process.parent == getpid();
}

size_t tasks_alive(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	size_t count = 0;

	while (proc && (entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			count += is_marked(entry->d_name) || is_our_zombie(entry->d_name);
	if (proc)
		closedir(proc);
	return count;
}

bool tasks_all_gone(struct loop *loop)
{
	const int never = 0;

	for (int waited = 0; waited < LIMIT; waited += STEP) {
		if (tasks_alive() == 0)
			return true;
		(void)pump(loop, &never, 1, STEP);
	}
	return false;
}
