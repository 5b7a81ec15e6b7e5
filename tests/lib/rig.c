#include "tests/lib/rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/canned.h"

enum { PATH = 256, FILLERS = 8, ENV = 4 };

struct rig {
	struct httpd *httpd;
	struct httpd *limited[2];	/* of kinds that limit what their host is asked; or NULL */
	int trap;			/* the socket of REFUSED, DROPPED and CROWD, or -1 */
	int fillers[FILLERS];		/* connections that fill the trap's queue */
	unsigned port, trap_port;
	char dir[PATH], config[PATH + 16];
	char env_text[ENV][PATH + 32];
	const char *env[ENV + 1];
};

static const char *const names[RIG_SOURCES] = {
	"api1", "api2", "api3", "api4", "api5", "api6", "api7", "api8",
};

static const char *const paths[RIG_SOURCES] = {"/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8"};

const char *rig_fault_word(enum rig_fault fault)
{
	static const char *const words[] = {
#define X(sym, word, what) word,
		RIG_FAULTS(X)
#undef X
	};

	return words[fault];
}

static struct sockaddr_in loopback(unsigned port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)port),
	};
}

/* A port of ours that refuses (bound, nobody listens). */
static bool trap_open(struct rig *rig, struct err *err)
{
	struct sockaddr_in at = loopback(0);
	socklen_t len = sizeof(at);

	rig->trap = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (rig->trap < 0 || bind(rig->trap, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    getsockname(rig->trap, (struct sockaddr *)&at, &len) != 0)
		return err_set(err, ERR_IO, "rig: no port: %s", strerror(errno));
	rig->trap_port = ntohs(at.sin_port);
	return true;
}

/* A full queue makes the kernel drop every further SYN, as a black hole does. */
static bool trap_fill(struct rig *rig, struct err *err)
{
	struct sockaddr_in at = loopback(rig->trap_port);

	if (listen(rig->trap, 0) != 0)
		return err_set(err, ERR_IO, "rig: listen: %s", strerror(errno));
	for (size_t i = 0; i < FILLERS; i++) {
		rig->fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		connect(rig->fillers[i], (struct sockaddr *)&at, sizeof(at));
	}
	return true;
}

static const enum httpd_mode lies[RIG_SOURCES] = {
	HTTPD_SILENT, HTTPD_SLOW_BODY, HTTPD_ENDLESS, HTTPD_CUT, HTTPD_BIG_HEADER, HTTPD_GARBAGE,
	HTTPD_RESET, HTTPD_INFORMATIONAL,
};

enum { CROWD_HUNG = 3, CROWD_QUEUE = 128 };	/* of the eight; two of the others hang as well */

static enum httpd_mode mode_of(enum rig_fault fault, size_t source)
{
	if (fault == RIG_CROWD)
		return source < CROWD_HUNG ? HTTPD_SILENT : HTTPD_NORMAL;
	if (fault == RIG_LYING)
		return lies[source];
	return fault == RIG_SILENT ? HTTPD_SILENT : HTTPD_NORMAL;
}

/* The other kinds are asked at the same server, and at a port that accepts and says nothing. */
static bool crowd_open(struct rig *rig, struct err *err)
{
	struct httpd_rule rules[CANNED_ANSWERS] = {0};

	for (size_t i = 0; i < CANNED_ANSWERS; i++) {
		rules[i].path = canned_answers[i].path;
		rules[i].body = str_of(canned_answers[i].body);
		httpd_set(rig->httpd, &rules[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(rig->limited); i++) {
		rig->limited[i] = httpd_start(rules, CANNED_ANSWERS, err);
		if (!rig->limited[i])
			return false;
	}
	if (!trap_open(rig, err))
		return false;
	if (listen(rig->trap, CROWD_QUEUE) != 0)
		return err_set(err, ERR_IO, "rig: listen: %s", strerror(errno));
	return true;
}

static bool endpoints_open(struct rig *rig, enum rig_fault fault, struct err *err)
{
	struct httpd_rule rules[RIG_SOURCES] = {0};

	for (size_t i = 0; i < RIG_SOURCES; i++) {
		rules[i].path = paths[i];
		rules[i].mode = mode_of(fault, i);
		rules[i].body = str_of("{\"status\":\"ok\"}");
	}
	rig->httpd = httpd_start(rules, RIG_SOURCES, err);
	if (!rig->httpd)
		return false;
	rig->port = httpd_port(rig->httpd);
	if (fault == RIG_CROWD)
		return crowd_open(rig, err);
	if (fault != RIG_REFUSED && fault != RIG_DROPPED)
		return true;
	if (!trap_open(rig, err))
		return false;
	rig->port = rig->trap_port;
	return fault == RIG_REFUSED || trap_fill(rig, err);
}

bool rig_write_config(struct rig *rig, const char *yaml, struct err *err)
{
	int fd = open(rig->config, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t len = strlen(yaml);

	if (fd < 0)
		return err_set(err, ERR_IO, "%s: %s", rig->config, strerror(errno));
	bool ok = write(fd, yaml, len) == (ssize_t)len;
	if (close(fd) != 0 || !ok)
		return err_set(err, ERR_IO, "%s: not written", rig->config);
	return true;
}

/* Twelve sources more, every kind among them, each at its own default period. */
static void add_crowd(const struct rig *rig, struct buf *yaml)
{
	const struct { const char *kind; const struct httpd *at; } kinds[] = {
		{"indexer", rig->httpd}, {"horizon", rig->limited[0]}, {"prometheus", rig->httpd},
		{"alertmanager", rig->httpd}, {"grafana", rig->httpd}, {"health", rig->limited[1]},
		{"stellar-rpc", rig->httpd},
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		buf_fmt(yaml, "  %s: {kind: %s, url: \"http://127.0.0.1:%u\"}\n", kinds[i].kind,
			kinds[i].kind, httpd_port(kinds[i].at));
	buf_fmt(yaml, "  jwt: {kind: jwt, token_env: HOME, verifiers: [{name: access, url: "
		"\"http://127.0.0.1:%u/ok\"}]}\n", httpd_port(rig->limited[1]));
	buf_fmt(yaml, "  redis: {kind: redis, url: \"redis://127.0.0.1:%u\"}\n", rig->trap_port);
	buf_fmt(yaml, "  db: {kind: postgres, dsn_file: %s/dsn}\n", rig->dir);
	buf_fmt(yaml, "  logs: {kind: log, file: %s/app.log, patterns: {failed: {match: failed}}}\n",
		rig->dir);
	buf_fmt(yaml, "  backup: {kind: backup, command: [echo, \"[]\"], components: {db: {rpo: 1h}}}\n");
}

/* What the sources of a crowd read: a DSN of the port that says nothing, and a log. */
static bool add_files(const struct rig *rig, struct err *err)
{
	static const char *const names_of[] = {"dsn", "app.log"};
	char text[128], path[PATH + 32];

	for (size_t i = 0; i < ARRAY_LEN(names_of); i++) {
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", rig->dir, names_of[i]);
		snprintf(text, sizeof(text), i == 0 ? "host=127.0.0.1 port=%u user=app dbname=app\n" :
						      "%u payments failed\n", rig->trap_port);
		file = fopen(path, "we");
		if (!file || fputs(text, file) < 0 || fchmod(fileno(file), 0600) != 0)
			return err_set(err, ERR_IO, "%s: not written", path);
		fclose(file);
	}
	return true;
}

static bool default_config(struct rig *rig, enum rig_fault fault, struct err *err)
{
	const char *pace = fault == RIG_LYING ? "every: 1s, timeout: 900ms" : "every: 5s, timeout: 4s";
	struct buf yaml = {0};

	buf_text(&yaml, "version: 1\noperator: tester\nenvironment: bench\nsources:\n");
	for (size_t i = 0; i < RIG_SOURCES; i++)
		buf_fmt(&yaml, "  %s: {kind: http, url: \"http://127.0.0.1:%u%s\", %s}\n", names[i],
			rig->port, paths[i], pace);
	if (fault == RIG_CROWD)
		add_crowd(rig, &yaml);
	bool ok = rig_write_config(rig, buf_cstr(&yaml), err);
	buf_done(&yaml);
	return ok;
}

static bool home_make(struct rig *rig, struct err *err)
{
	static const struct { const char *name, *under; } places[ENV] = {
		{"HOME", ""}, {"BINNACLE_STATE_DIR", "/state"}, {"XDG_CONFIG_HOME", "/xdg"},
		{"XDG_CACHE_HOME", "/cache"},
	};
	char root[PATH / 2], relative[] = "build/rig-XXXXXX";

	if (!getcwd(root, sizeof(root)) || !mkdtemp(relative))
		return err_set(err, ERR_IO, "%s: %s", relative, strerror(errno));
	snprintf(rig->dir, sizeof(rig->dir), "%s/%s", root, relative);
	snprintf(rig->config, sizeof(rig->config), "%s/config.yaml", rig->dir);
	for (size_t i = 0; i < ENV; i++) {
		snprintf(rig->env_text[i], sizeof(rig->env_text[i]), "%s=%s%s", places[i].name,
			 rig->dir, places[i].under);
		rig->env[i] = rig->env_text[i];
	}
	return true;
}

struct rig *rig_new(enum rig_fault fault, struct err *err)
{
	struct rig *rig = mem_new(sizeof(*rig));

	rig->trap = -1;
	for (size_t i = 0; i < FILLERS; i++)
		rig->fillers[i] = -1;
	if (home_make(rig, err) && endpoints_open(rig, fault, err) && default_config(rig, fault, err) &&
	    (fault != RIG_CROWD || add_files(rig, err)))
		return rig;
	rig_free(rig);
	return NULL;
}

/* The console may have made folders of its own: leave the walk to rm. */
static void remove_home(const char *dir)
{
	pid_t pid = dir[0] ? fork() : -1;

	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--", dir, (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

void rig_free(struct rig *rig)
{
	if (!rig)
		return;
	for (size_t i = 0; i < FILLERS; i++)
		if (rig->fillers[i] >= 0)
			close(rig->fillers[i]);
	if (rig->trap >= 0)
		close(rig->trap);
	httpd_stop(rig->httpd);
	httpd_stop(rig->limited[0]);
	httpd_stop(rig->limited[1]);
	remove_home(rig->dir);
	mem_free(rig);
}

const char *rig_dir(const struct rig *rig)
{
	return rig->dir;
}

const char *rig_config(const struct rig *rig)
{
	return rig->config;
}

const char *const *rig_env(const struct rig *rig)
{
	return rig->env;
}

const char *rig_source(size_t i)
{
	return i < RIG_SOURCES ? names[i] : "";
}

unsigned rig_port(const struct rig *rig)
{
	return rig->port;
}

struct httpd *rig_httpd(struct rig *rig)
{
	return rig->httpd;
}
