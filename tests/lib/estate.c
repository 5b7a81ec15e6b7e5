#include "tests/lib/estate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"

enum { PATH = 256, FILLERS = 8, ENV = 4 };

struct estate {
	struct httpd *httpd;
	int trap;			/* the socket of REFUSED and DROPPED, or -1 */
	int fillers[FILLERS];		/* connections that fill the trap's queue */
	unsigned port;
	char dir[PATH], config[PATH + 16];
	char env_text[ENV][PATH + 32];
	const char *env[ENV + 1];
};

static const char *const names[ESTATE_SOURCES] = {
	"api1", "api2", "api3", "api4", "api5", "api6", "api7", "api8",
};

static const char *const paths[ESTATE_SOURCES] = {"/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8"};

const char *estate_fault_word(enum estate_fault fault)
{
	static const char *const words[] = {
#define X(sym, word, what) word,
		ESTATE_FAULTS(X)
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
static bool trap_open(struct estate *estate, struct err *err)
{
	struct sockaddr_in at = loopback(0);
	socklen_t len = sizeof(at);

	estate->trap = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (estate->trap < 0 || bind(estate->trap, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    getsockname(estate->trap, (struct sockaddr *)&at, &len) != 0)
		return err_set(err, ERR_IO, "estate: no port: %s", strerror(errno));
	estate->port = ntohs(at.sin_port);
	return true;
}

/* A full queue makes the kernel drop every further SYN, as a black hole does. */
static bool trap_fill(struct estate *estate, struct err *err)
{
	struct sockaddr_in at = loopback(estate->port);

	if (listen(estate->trap, 0) != 0)
		return err_set(err, ERR_IO, "estate: listen: %s", strerror(errno));
	for (size_t i = 0; i < FILLERS; i++) {
		estate->fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		connect(estate->fillers[i], (struct sockaddr *)&at, sizeof(at));
	}
	return true;
}

static bool endpoints_open(struct estate *estate, enum estate_fault fault, struct err *err)
{
	struct httpd_rule rules[ESTATE_SOURCES] = {0};

	for (size_t i = 0; i < ESTATE_SOURCES; i++) {
		rules[i].path = paths[i];
		rules[i].mode = fault == ESTATE_SILENT ? HTTPD_SILENT : HTTPD_NORMAL;
		rules[i].body = str_of("{\"status\":\"ok\"}");
	}
	estate->httpd = httpd_start(rules, ESTATE_SOURCES, err);
	if (!estate->httpd)
		return false;
	estate->port = httpd_port(estate->httpd);
	if (fault == ESTATE_REFUSED || fault == ESTATE_DROPPED)
		return trap_open(estate, err) && (fault == ESTATE_REFUSED || trap_fill(estate, err));
	return true;
}

bool estate_write_config(struct estate *estate, const char *yaml, struct err *err)
{
	int fd = open(estate->config, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t len = strlen(yaml);

	if (fd < 0)
		return err_set(err, ERR_IO, "%s: %s", estate->config, strerror(errno));
	bool ok = write(fd, yaml, len) == (ssize_t)len;
	if (close(fd) != 0 || !ok)
		return err_set(err, ERR_IO, "%s: not written", estate->config);
	return true;
}

static bool default_config(struct estate *estate, struct err *err)
{
	struct buf yaml = {0};

	buf_text(&yaml, "version: 1\noperator: tester\nenvironment: bench\nsources:\n");
	for (size_t i = 0; i < ESTATE_SOURCES; i++)
		buf_fmt(&yaml, "  %s: {kind: http, url: \"http://127.0.0.1:%u%s\", every: 5s, timeout: 4s}\n",
			names[i], estate->port, paths[i]);
	bool ok = estate_write_config(estate, buf_cstr(&yaml), err);
	buf_done(&yaml);
	return ok;
}

static bool home_make(struct estate *estate, struct err *err)
{
	static const struct { const char *name, *under; } places[ENV] = {
		{"HOME", ""}, {"BINNACLE_STATE_DIR", "/state"}, {"XDG_CONFIG_HOME", "/xdg"},
		{"XDG_CACHE_HOME", "/cache"},
	};
	char root[PATH / 2], relative[] = "build/estate-XXXXXX";

	if (!getcwd(root, sizeof(root)) || !mkdtemp(relative))
		return err_set(err, ERR_IO, "%s: %s", relative, strerror(errno));
	snprintf(estate->dir, sizeof(estate->dir), "%s/%s", root, relative);
	snprintf(estate->config, sizeof(estate->config), "%s/config.yaml", estate->dir);
	for (size_t i = 0; i < ENV; i++) {
		snprintf(estate->env_text[i], sizeof(estate->env_text[i]), "%s=%s%s", places[i].name,
			 estate->dir, places[i].under);
		estate->env[i] = estate->env_text[i];
	}
	return true;
}

struct estate *estate_new(enum estate_fault fault, struct err *err)
{
	struct estate *estate = mem_new(sizeof(*estate));

	estate->trap = -1;
	for (size_t i = 0; i < FILLERS; i++)
		estate->fillers[i] = -1;
	if (home_make(estate, err) && endpoints_open(estate, fault, err) && default_config(estate, err))
		return estate;
	estate_free(estate);
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

void estate_free(struct estate *estate)
{
	if (!estate)
		return;
	for (size_t i = 0; i < FILLERS; i++)
		if (estate->fillers[i] >= 0)
			close(estate->fillers[i]);
	if (estate->trap >= 0)
		close(estate->trap);
	httpd_stop(estate->httpd);
	remove_home(estate->dir);
	mem_free(estate);
}

const char *estate_dir(const struct estate *estate)
{
	return estate->dir;
}

const char *estate_config(const struct estate *estate)
{
	return estate->config;
}

const char *const *estate_env(const struct estate *estate)
{
	return estate->env;
}

const char *estate_source(size_t i)
{
	return i < ESTATE_SOURCES ? names[i] : "";
}

unsigned estate_port(const struct estate *estate)
{
	return estate->port;
}

struct httpd *estate_httpd(struct estate *estate)
{
	return estate->httpd;
}
