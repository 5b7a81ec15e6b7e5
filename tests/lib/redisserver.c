#include "tests/lib/redisserver.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "tests/lib/command.h"

enum { LIMIT = 10000, PAUSE = 20, OPTIONS = 24, LINE = 512 };

static bool find_on_path(char *out, size_t size)
{
	struct str rest = str_of(getenv("PATH")), dir;
	bool found = false;

	while (!found && str_cut(&rest, ':', &dir)) {
		struct buf path = { 0 };

		buf_add(&path, dir.p, dir.len);
		buf_text(&path, "/redis-server");
		found = access(buf_cstr(&path), X_OK) == 0 && str_put(out, size, buf_cstr(&path));
		buf_done(&path);
	}
	return found;
}

/* What lab/lab unpacked finds its libraries there too. */
static bool find_unpacked(char *out, size_t size)
{
	char here[256], libraries[600];

	if (!getcwd(here, sizeof(here)))
		return false;
	snprintf(out, size, "build/lab/pkg/usr/bin/redis-server");
	snprintf(libraries, sizeof(libraries), "%s/build/lab/pkg/usr/lib/x86_64-linux-gnu:"
		 "%s/build/lab/pkg/lib/x86_64-linux-gnu", here, here);
	return access(out, X_OK) == 0 && setenv("LD_LIBRARY_PATH", libraries, 1) == 0;
}

static bool find(char *out, size_t size)
{
	return find_on_path(out, size) || find_unpacked(out, size);
}

bool redisserver_exists(void)
{
	char path[256];

	return find(path, sizeof(path));
}

static unsigned free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&address, len) == 0)
		getsockname(fd, (struct sockaddr *)&address, &len);
	close(fd);
	return ntohs(address.sin_port);
}

/* In the child. It dies with us, so that a test that crashes leaves no server behind. */
static void become_server(const struct redisserver *server, const char *const *options)
{
	char port[16];
	const char *argv[OPTIONS] = {
		server->program, "--port", port, "--bind", "127.0.0.1", "--dir", server->dir, "--save",
		"", "--appendonly", "no", "--logfile", "log",
	};
	size_t count = 13;

	snprintf(port, sizeof(port), "%u", server->port);
	while (*options && count < OPTIONS - 1)
		argv[count++] = *options++;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execv(server->program, (char **)(uintptr_t)argv);
	_exit(127);
}

static bool answers(const struct redisserver *server)
{
	for (int waited = 0; waited < LIMIT; waited += PAUSE) {
		if (*redisserver_say(server, "PING"))
			return true;
		if (waitpid(server->pid, NULL, WNOHANG) != 0)
			return false;
		poll(NULL, 0, PAUSE);
	}
	return false;
}

bool redisserver_start(struct redisserver *server, const char *const *options, struct err *err)
{
	memset(server, 0, sizeof(*server));
	if (!find(server->program, sizeof(server->program)))
		return err_set(err, ERR_IO, "no redis-server");
	mkdir("build", 0755);
	str_put(server->dir, sizeof(server->dir), "build/redisserver-XXXXXX");
	if (!mkdtemp(server->dir))
		return err_set(err, ERR_IO, "cannot make a directory under build/");
	server->port = free_port();
	snprintf(server->url, sizeof(server->url), "redis://127.0.0.1:%u/0", server->port);
	server->pid = fork();
	if (server->pid == 0)
		become_server(server, options);
	return answers(server) || err_set(err, ERR_IO, "it does not answer: see %s/log", server->dir);
}

void redisserver_signal(const struct redisserver *server, int signum)
{
	if (server->pid > 0)
		kill(server->pid, signum);
}

void redisserver_stop(struct redisserver *server)
{
	const char *const remove[] = { "rm", "-rf", server->dir, NULL };
	struct command command = { 0 };

	if (server->pid > 0) {
		kill(server->pid, SIGKILL);
		waitpid(server->pid, NULL, 0);
	}
	if (*server->dir) {
		command_run(&command, remove, LIMIT);
		command_done(&command);
	}
	memset(server, 0, sizeof(*server));
}

int redisserver_connect(const struct redisserver *server)
{
	const struct timeval limit = { .tv_sec = LIMIT / 1000 };
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)server->port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

const char *redisserver_say(const struct redisserver *server, const char *command)
{
	static char line[LINE];
	int fd = redisserver_connect(server);
	size_t len = 0;

	line[0] = '\0';
	if (fd < 0)
		return line;
	dprintf(fd, "%s\r\n", command);
	while (len < LINE - 1 && recv(fd, line + len, 1, 0) == 1 && line[len] != '\n')
		len++;
	line[len] = '\0';
	close(fd);
	return line;
}
