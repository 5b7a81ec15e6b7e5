#include "tests/lib/lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/str.h"
#include "base/when.h"
#include "tests/lib/command.h"

enum { DIR_TEXT = 256, PATH_TEXT = 512, URL_TEXT = 128 };

static char dir[DIR_TEXT];

int lab_up(void **unused)
{
	struct command up;

	(void)unused;
	command_run(&up, (const char *[]){ "lab/lab", "up", NULL }, 300 * WHEN_SECOND);
	if (up.status != 0)
		print_message("lab up: exit %d\n%s%s", up.status, buf_cstr(&up.out),
			      buf_cstr(&up.err));
	assert_true(str_copy(dir, sizeof(dir), str_trim(str_sub(buf_cstr(&up.out), up.out.len))));
	command_done(&up);
	return up.status;
}

int lab_down(void **unused)
{
	struct command down;

	(void)unused;
	command_run(&down, (const char *[]){ "lab/lab", "down", "--dir", dir, NULL },
		    60 * WHEN_SECOND);
	command_done(&down);
	return down.status;
}

const char *lab_dir(void)
{
	return dir;
}

void lab_set(const char *scenario)
{
	struct command set;

	command_run(&set, (const char *[]){ "lab/lab", "set", scenario, "--dir", dir, NULL },
		    120 * WHEN_SECOND);
	if (set.status != 0)
		fail_msg("lab set %s: exit %d\n%s", scenario, set.status, buf_cstr(&set.err));
	command_done(&set);
}

void lab_read(const char *name, struct buf *out)
{
	char path[PATH_TEXT], bytes[4096];
	size_t got;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	in = fopen(path, "r");
	if (!in)
		fail_msg("%s: it cannot be read", path);
	while ((got = fread(bytes, 1, sizeof(bytes), in)) > 0)
		buf_add(out, bytes, got);
	fclose(in);
}

void lab_variable(const char *name, char *out, size_t size)
{
	struct buf env = { 0 };
	const char *at;

	lab_read("lab.env", &env);
	at = strstr(buf_cstr(&env), name);
	if (!at)
		fail_msg("lab.env has no %s", name);
	at += strlen(name) + 2;		/* ='...' */
	assert_true(str_copy(out, size, str_sub(at, strcspn(at, "'"))));
	buf_done(&env);
}

static int dial(const char *url)
{
	/* For a server that does not close. */
	const struct timeval patience = { .tv_sec = 2 };
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_port = htons((uint16_t)strtoul(strrchr(url, ':') + 1, NULL, 10));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	return fd;
}

bool lab_answers(const char *variable, const char *path, const char *text)
{
	char url[URL_TEXT], bytes[4096];
	struct buf request = { 0 }, answer = { 0 };
	ssize_t got;
	bool found;
	int fd;

	lab_variable(variable, url, sizeof(url));
	fd = dial(url);
	buf_fmt(&request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);
	assert_int_equal(write(fd, buf_cstr(&request), request.len), (ssize_t)request.len);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(&answer, bytes, (size_t)got);
	close(fd);
	found = strstr(buf_cstr(&answer), text) != NULL;
	buf_done(&request);
	buf_done(&answer);
	return found;
}
