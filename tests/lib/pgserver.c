#include "tests/lib/pgserver.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/command.h"

enum { LIMIT = 60000 };

/* What lab/lab unpacked finds its libraries there too. */
static void use_unpacked_libraries(void)
{
	char here[256], path[600];

	if (!getcwd(here, sizeof(here)))
		return;
	snprintf(path, sizeof(path), "%s/build/lab/pkg/usr/lib/x86_64-linux-gnu:"
		 "%s/build/lab/pkg/lib/x86_64-linux-gnu", here, here);
	setenv("LD_LIBRARY_PATH", path, 1);
}

bool pgserver_exists(struct pgserver *server)
{
	static const char *const places[] = {
		"/usr/lib/postgresql/15/bin", "build/lab/pkg/usr/lib/postgresql/15/bin",
	};
	char path[256];

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		snprintf(path, sizeof(path), "%s/initdb", places[i]);
		if (access(path, X_OK) != 0)
			continue;
		if (i > 0)
			use_unpacked_libraries();
		return str_put(server->bin, sizeof(server->bin), places[i]);
	}
	return false;
}

/* Run one of its programs; PostgreSQL refuses root, so root becomes somebody for it. */
static bool run(const struct pgserver *server, const char *program, const char *const *args,
		struct err *err)
{
	static const char *const nobody[] = { "unshare", "--user", "--map-user=65534",
					      "--map-group=65534" };
	const char *argv[32];
	char path[256];
	size_t count = 0;
	struct command command = { 0 };
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", server->bin, program);
	for (size_t i = 0; geteuid() == 0 && i < ARRAY_LEN(nobody); i++)
		argv[count++] = nobody[i];
	argv[count++] = path;
	while (*args && count < ARRAY_LEN(argv) - 1)
		argv[count++] = *args++;
	argv[count] = NULL;
	command_run(&command, argv, LIMIT);
	ok = command.status == 0;
	if (!ok)
		err_set(err, ERR_IO, "%s: exit %d: %.200s", program, command.status,
			buf_cstr(&command.err));
	command_done(&command);
	return ok;
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

static bool append(const struct pgserver *server, const char *name, const char *mode,
		   const char *text, struct err *err)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", server->dir, name);
	file = fopen(path, mode);
	if (!file || fputs(text, file) < 0 || fclose(file) != 0)
		return err_set(err, ERR_IO, "cannot write %s", path);
	return true;
}

static bool configure(const struct pgserver *server, struct err *err)
{
	char text[512];

	snprintf(text, sizeof(text), "listen_addresses = '127.0.0.1'\nport = %u\nfsync = off\n"
		 "unix_socket_directories = ''\nshared_buffers = 16MB\nmax_connections = 20\n"
		 "password_encryption = 'scram-sha-256'\n", server->port);
	return append(server, "postgresql.conf", "a", text, err) &&
	       append(server, "pg_hba.conf", "w", "host all guarded 127.0.0.1/32 scram-sha-256\n"
		      "host all all 127.0.0.1/32 trust\n", err);
}

static bool launch(struct pgserver *server, struct err *err)
{
	char log[256], path[256], line[32] = "";
	const char *const start[] = { "-D", server->dir, "-l", log, "-w", "-t", "50", "start", NULL };
	FILE *file;

	snprintf(log, sizeof(log), "%s/log", server->dir);
	if (!run(server, "pg_ctl", start, err))
		return false;
	snprintf(path, sizeof(path), "%s/postmaster.pid", server->dir);
	file = fopen(path, "r");
	if (!file || !fgets(line, sizeof(line), file))
		err_set(err, ERR_IO, "no pid in %s", path);
	else
		server->postmaster = (pid_t)strtol(line, NULL, 10);
	if (file)
		fclose(file);
	return server->postmaster > 0;
}

static bool make_role(const struct pgserver *server, struct err *err)
{
	const char *const args[] = { "-qX", server->dsn, "-c", "CREATE ROLE guarded LOGIN PASSWORD '"
				     PGSERVER_PASSWORD "'", NULL };

	return run(server, "psql", args, err);
}

bool pgserver_start(struct pgserver *server, struct err *err)
{
	const char *const init[] = { "-D", server->dir, "-U", "admin", "-A", "trust", "-N", "-E",
				     "UTF8", "--locale=C", NULL };

	mkdir("build", 0755);
	str_put(server->dir, sizeof(server->dir), "build/pgserver-XXXXXX");
	if (!mkdtemp(server->dir))
		return err_set(err, ERR_IO, "cannot make a directory under build/");
	server->port = free_port();
	snprintf(server->dsn, sizeof(server->dsn), "host=127.0.0.1 port=%u user=admin dbname=postgres",
		 server->port);
	return run(server, "initdb", init, err) && configure(server, err) && launch(server, err) &&
	       make_role(server, err);
}

static void halt(struct pgserver *server)
{
	const char *const stop[] = { "-D", server->dir, "-m", "immediate", "-w", "stop", NULL };

	if (server->postmaster <= 0)
		return;
	pgserver_signal(server, SIGCONT);
	(void)run(server, "pg_ctl", stop, NULL);
	server->postmaster = 0;
}

bool pgserver_restart(struct pgserver *server, struct err *err)
{
	halt(server);
	return launch(server, err);
}

void pgserver_stop(struct pgserver *server)
{
	const char *const remove[] = { "rm", "-rf", server->dir, NULL };
	struct command command = { 0 };

	halt(server);
	if (!*server->dir)
		return;
	command_run(&command, remove, LIMIT);
	command_done(&command);
}

static pid_t parent_of(pid_t pid)
{
	char path[64], text[512] = "";
	const char *at;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	at = fgets(text, sizeof(text), file) ? strrchr(text, ')') : NULL;
	fclose(file);
	return at && strlen(at) > 4 ? (pid_t)strtol(at + 4, NULL, 10) : 0;
}

void pgserver_signal_postmaster(const struct pgserver *server, int signum)
{
	if (server->postmaster > 0)
		kill(server->postmaster, signum);
}

void pgserver_signal(const struct pgserver *server, int signum)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	pgserver_signal_postmaster(server, signum);
	while (proc && (entry = readdir(proc))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0 && server->postmaster > 0 && parent_of(pid) == server->postmaster)
			kill(pid, signum);
	}
	if (proc)
		closedir(proc);
}
