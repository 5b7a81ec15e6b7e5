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

#include "base/json.h"
#include "base/str.h"
#include "base/when.h"
#include "tests/lib/command.h"

enum { DIR_TEXT = 256, PATH_TEXT = 512, URL_TEXT = 128 };

static char dir[DIR_TEXT];

static int up_with(const char *const *argv)
{
	struct command up;

	command_run(&up, argv, 300 * WHEN_SECOND);
	if (up.status != 0)
		print_message("lab up: exit %d\n%s%s", up.status, buf_cstr(&up.out),
			      buf_cstr(&up.err));
	assert_true(str_copy(dir, sizeof(dir), str_trim(str_sub(buf_cstr(&up.out), up.out.len))));
	command_done(&up);
	return up.status;
}

int lab_up(void **unused)
{
	(void)unused;
	return up_with((const char *[]){ "lab/lab", "up", NULL });
}

int lab_up_chain(void **unused)
{
	(void)unused;
	return up_with((const char *[]){ "lab/lab", "up", "--only", "db", "horizon", "rpc", NULL });
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

static void run(const char *const *argv)
{
	struct command command;

	command_run(&command, argv, 120 * WHEN_SECOND);
	if (command.status != 0)
		fail_msg("lab %s %s: exit %d\n%s", argv[1], argv[2], command.status,
			 buf_cstr(&command.err));
	command_done(&command);
}

void lab_set(const char *scenario)
{
	run((const char *[]){ "lab/lab", "set", scenario, "--dir", dir, NULL });
}

void lab_fault(const char *name, const char *value)
{
	run((const char *[]){ "lab/lab", "fault", name, value, "--dir", dir, NULL });
}

json_t *lab_transactions(void)
{
	struct command command;
	json_t *all = json_array();
	struct str rest, line;

	command_run(&command, (const char *[]){ "lab/lab", "tx", "--dir", dir, NULL },
		    60 * WHEN_SECOND);
	assert_int_equal(command.status, 0);
	rest = str_sub(buf_cstr(&command.out), command.out.len);
	while (str_cut(&rest, '\n', &line)) {
		json_t *item = line.len > 0 ? json_read(line, JSON_MAX_SMALL, NULL) : NULL;

		assert_true(line.len == 0 || item);
		if (item)
			json_array_append_new(all, item);
	}
	command_done(&command);
	return all;
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

static int dial(const char *url, time_t seconds)
{
	const struct timeval patience = { .tv_sec = seconds };
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_port = htons((uint16_t)strtoul(strrchr(url, ':') + 1, NULL, 10));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	return fd;
}

const json_t *lab_named(const json_t *list, const char *name)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) {
		if (strcmp(json_text_at(item, "name", ""), name) == 0)
			return item;
	}
	fail_msg("the lab lists no transaction %s", name);
	return NULL;
}

/* The whole answer, its head first; what came in time of a server that does not close. */
static void exchange(const char *variable, const struct buf *request, time_t seconds,
		     struct buf *answer)
{
	char url[URL_TEXT], bytes[4096];
	ssize_t got;
	int fd;

	lab_variable(variable, url, sizeof(url));
	fd = dial(url, seconds);
	assert_int_equal(write(fd, buf_cstr(request), request->len), (ssize_t)request->len);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(answer, bytes, (size_t)got);
	close(fd);
}

void lab_ask(const char *variable, const char *path, const char *type, const char *body,
	     struct lab_reply *out)
{
	struct buf request = { 0 }, answer = { 0 };
	const char *end;

	buf_fmt(&request, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n",
		body ? "POST" : "GET", path);
	if (body)
		buf_fmt(&request, "Content-Type: %s\r\nContent-Length: %zu\r\n", type, strlen(body));
	buf_fmt(&request, "\r\n%s", body ? body : "");
	exchange(variable, &request, 40, &answer);	/* longer than a submission takes */
	end = strstr(buf_cstr(&answer), "\r\n\r\n");
	if (!end)
		fail_msg("no answer to %s", path);
	*out = (struct lab_reply){ .status = (int)strtol(buf_cstr(&answer) + 9, NULL, 10) };
	buf_add(&out->head, answer.data, (size_t)(end + 2 - answer.data));
	buf_text(&out->body, end + 4);
	out->json = json_read(str_of(end + 4), JSON_MAX_PINNED, NULL);
	buf_done(&request);
	buf_done(&answer);
}

void lab_reply_done(struct lab_reply *reply)
{
	buf_done(&reply->head);
	buf_done(&reply->body);
	json_decref(reply->json);
}

bool lab_answers(const char *variable, const char *path, const char *text)
{
	struct buf request = { 0 }, answer = { 0 };
	bool found;

	buf_fmt(&request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);
	exchange(variable, &request, 2, &answer);
	found = strstr(buf_cstr(&answer), text) != NULL;
	buf_done(&request);
	buf_done(&answer);
	return found;
}
