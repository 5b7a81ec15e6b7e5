#include "tests/lib/managerserver.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
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

enum { LIMIT = 20000, PAUSE = 50, WORDS = 12 };

static const char templates[] = "usr/share/prometheus/alertmanager";

static bool has_templates(void)
{
	return access("/usr/share/prometheus/alertmanager/default.tmpl", R_OK) == 0;
}

static bool find(char *out, size_t size)
{
	static const char *const places[] = { "/usr/bin", "build/lab/pkg/usr/bin" };

	for (size_t i = 0; i < 2; i++) {
		snprintf(out, size, "%s/prometheus-alertmanager", places[i]);
		if (access(out, X_OK) == 0)
			return true;
	}
	return false;
}

bool managerserver_exists(void)
{
	char path[300];

	return find(path, sizeof(path)) && (has_templates() || geteuid() == 0);
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

static bool run(const char *script, const char *a, const char *b)
{
	const char *const argv[] = { "sh", "-ec", script, "sh", a, b, templates, NULL };
	struct command command = { 0 };
	bool ok;

	command_run(&command, argv, LIMIT);
	ok = command.status == 0;
	command_done(&command);
	return ok;
}

/* Debian's Alertmanager reads its templates from /usr/share/prometheus. An unpacked one finds them
 * in a root directory of its own, as the lab's does. */
static bool make_cell(const struct managerserver *server)
{
	return run("mkdir -p \"$2/$3\"; cp \"$1\" \"$2/\"; cp \"${1%/usr/bin/*}/$3/\"*.tmpl \"$2/$3/\"; "
		   "for l in $(ldd \"$1\" | grep -o '/[^ ]*'); do mkdir -p \"$2${l%/*}\"; "
		   "cp -L \"$l\" \"$2$l\"; done", server->program, server->dir);
}

static bool write_config(const struct managerserver *server, const char *hook)
{
	char path[340];
	FILE *file;

	snprintf(path, sizeof(path), "%s/alertmanager.yml", server->dir);
	file = fopen(path, "we");
	if (!file)
		return false;
	fprintf(file, "route: {receiver: hook, group_by: [alertname], group_wait: 100ms, "
		"group_interval: 200ms, repeat_interval: 1h}\n"
		"receivers:\n  - name: hook\n    webhook_configs:\n"
		"      - {url: \"%s\", send_resolved: true}\n", hook);
	return fclose(file) == 0;
}

/* In the child. It dies with us, so that a test that crashes leaves no server behind. */
static void become_server(const struct managerserver *server, bool in_cell)
{
	char listen_at[64], config[340], storage[340], log[340];
	const char *argv[WORDS] = { server->program, listen_at, config, storage,
				    "--cluster.listen-address=", "--log.level=warn", NULL };
	const char *where = in_cell ? "" : server->dir;
	int fd;

	snprintf(listen_at, sizeof(listen_at), "--web.listen-address=127.0.0.1:%u", server->port);
	snprintf(config, sizeof(config), "--config.file=%s/alertmanager.yml", where);
	snprintf(storage, sizeof(storage), "--storage.path=%s/data", where);
	snprintf(log, sizeof(log), "%s/log", server->dir);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0 && (dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0))
		_exit(127);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (in_cell && (chroot(server->dir) != 0 || chdir("/") != 0))
		_exit(126);
	if (in_cell)
		argv[0] = "/prometheus-alertmanager";
	execv(argv[0], (char **)(uintptr_t)argv);
	_exit(127);
}

static bool listens(const struct managerserver *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)server->port) };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int waited = 0; waited < LIMIT; waited += PAUSE) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		bool ok = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

		close(fd);
		if (ok)
			return true;
		if (waitpid(server->pid, NULL, WNOHANG) != 0)
			return false;
		poll(NULL, 0, PAUSE);
	}
	return false;
}

bool managerserver_start(struct managerserver *server, const char *hook, struct err *err)
{
	bool in_cell = !has_templates();
	char here[200];

	memset(server, 0, sizeof(*server));
	if (!getcwd(here, sizeof(here)) || !find(server->program, sizeof(server->program)))
		return err_set(err, ERR_IO, "no prometheus-alertmanager");
	mkdir("build", 0755);
	snprintf(server->dir, sizeof(server->dir), "%s/build/managerserver-XXXXXX", here);
	if (!mkdtemp(server->dir) || !write_config(server, hook) ||
	    (in_cell && !make_cell(server)))
		return err_set(err, ERR_IO, "cannot prepare a directory under build/");
	server->port = free_port();
	snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%u", server->port);
	server->pid = fork();
	if (server->pid == 0)
		become_server(server, in_cell);
	return listens(server) || err_set(err, ERR_IO, "it does not listen: see %s/log", server->dir);
}

void managerserver_kill(struct managerserver *server)
{
	if (server->pid <= 0)
		return;
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	server->pid = 0;
}

void managerserver_stop(struct managerserver *server)
{
	managerserver_kill(server);
	if (*server->dir)
		(void)run("rm -rf \"$2\"", "", server->dir);
	memset(server, 0, sizeof(*server));
}
