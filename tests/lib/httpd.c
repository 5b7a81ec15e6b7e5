#include "tests/lib/httpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/httpd_answer.h"
#include "tests/lib/pty.h"

/*
 * A connection reads a request, gets the bytes of its rule's answer into `answer.out`, and sends
 * them: all at once, or one byte per SLOW_STEP. What follows the last byte is `answer.after`.
 */
enum {
	MAX_RULES = 64,
	MAX_CONNECTIONS = 128,
	MAX_REQUEST = 16 * 1024,
	MAX_LOG = 1024,
	MAX_SENT = 256 * 1024 * 1024,
};

#define SLOW_STEP ((msec)50)
#define LONGEST_LIFE (10 * WHEN_MINUTE)

struct connection {
	int fd;			/* -1: free */
	char request[MAX_REQUEST + 1];
	size_t got;
	bool answering;
	struct answer answer;
	size_t sent, total;
	nsec due;		/* nothing is sent before */
	nsec opened;
};

struct seen {
	char path[128];
	size_t count;
	char head[MAX_REQUEST + 1];
};

struct httpd {
	pthread_t thread;
	pthread_mutex_t lock;
	int listener;
	int wake[2];
	unsigned port;
	struct httpd_rule rules[MAX_RULES];
	size_t rule_count;
	struct seen seen[MAX_RULES];
	size_t seen_count, requests, accepted;
	struct httpd_request log[MAX_LOG];	/* of the first ones */
	struct connection connections[MAX_CONNECTIONS];
};

static const struct httpd_rule not_found = {
	.path = "", .mode = HTTPD_NORMAL, .status = 404, .type = "text/plain",
	.body = {"no such path\n", 13},
};

static struct httpd_rule *rule_at(struct httpd *httpd, const char *path)
{
	for (size_t i = 0; i < httpd->rule_count; i++)
		if (strcmp(httpd->rules[i].path, path) == 0)
			return &httpd->rules[i];
	return NULL;
}

static struct seen *seen_at(struct httpd *httpd, const char *path)
{
	for (size_t i = 0; i < httpd->seen_count; i++)
		if (strcmp(httpd->seen[i].path, path) == 0)
			return &httpd->seen[i];
	return NULL;
}

static void log_request(struct httpd_request *entry, const char *head)
{
	entry->at = nsec_now() / NSEC_PER_MSEC;
	str_copy(entry->line, sizeof(entry->line), str_sub(head, strcspn(head, "\r\n")));
}

static void note_request(struct httpd *httpd, const char *path, const char *head, size_t len)
{
	struct seen *seen = seen_at(httpd, path);

	if (httpd->requests < MAX_LOG)
		log_request(&httpd->log[httpd->requests], head);
	httpd->requests++;
	if (!seen && httpd->seen_count < MAX_RULES) {
		seen = &httpd->seen[httpd->seen_count++];
		str_put(seen->path, sizeof(seen->path), path);
	}
	if (!seen)
		return;
	seen->count++;
	memcpy(seen->head, head, len);
	seen->head[len] = '\0';
}

/* --- connections ------------------------------------------------------------------------------ */

static void connection_close(struct connection *c)
{
	close(c->fd);
	buf_done(&c->answer.out);
	c->fd = -1;
	c->got = 0;
	c->answering = false;
}

static void connection_reset(struct connection *c)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	connection_close(c);
}

static void accept_one(struct httpd *httpd)
{
	struct connection *c = NULL;
	int fd = accept4(httpd->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	for (size_t i = 0; i < MAX_CONNECTIONS && !c; i++)
		if (httpd->connections[i].fd < 0)
			c = &httpd->connections[i];
	if (!c) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	httpd->accepted++;
	c->fd = fd;
	c->got = 0;
	c->total = 0;
	c->answering = false;
	c->opened = nsec_now();
}

/* Of the whole request, its body included; 0: not all of it has come. */
static size_t request_length(const char *request, size_t got)
{
	static const char field[] = "\r\nContent-Length:";
	const char *end = strstr(request, "\r\n\r\n");
	const char *length = end ? strcasestr(request, field) : NULL;
	size_t total;

	if (!end)
		return 0;
	total = (size_t)(end - request) + 4;
	if (length && length < end)
		total += strtoul(length + strlen(field), NULL, 10);
	return got >= total ? total : 0;
}

/* "GET /path?query HTTP/1.1": the path alone. */
static void request_path(const char *request, char *path, size_t size)
{
	const char *from = strchr(request, ' ');

	from = from ? from + 1 : "";
	str_copy(path, size, str_sub(from, strcspn(from, " ?\r\n")));
}

static void begin_answer(struct httpd *httpd, struct connection *c, size_t len)
{
	char path[128];
	const struct httpd_rule *rule;

	request_path(c->request, path, sizeof(path));
	note_request(httpd, path, c->request, len);
	rule = rule_at(httpd, path);
	if (!rule)
		rule = &not_found;
	c->got = 0;	/* pipelining is not for us */
	c->sent = 0;
	c->answering = true;
	c->due = nsec_now() + rule->delay * NSEC_PER_MSEC;
	answer_make(&c->answer, rule);
}

static void connection_read(struct httpd *httpd, struct connection *c)
{
	ssize_t got = recv(c->fd, c->request + c->got, MAX_REQUEST - c->got, 0);

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
		connection_close(c);
		return;
	}
	if (got < 0)
		return;
	c->got += (size_t)got;
	c->request[c->got] = '\0';
	size_t len = request_length(c->request, c->got);
	if (len && !c->answering)
		begin_answer(httpd, c, len);
	else if (c->got == MAX_REQUEST)
		connection_close(c);
}

static void answer_done(struct connection *c)
{
	switch (c->answer.after) {
	case AFTER_KEEP:
		c->answering = false;
		break;
	case AFTER_CLOSE:
		connection_close(c);
		break;
	case AFTER_RESET:
		connection_reset(c);
		break;
	case AFTER_SHUTDOWN:
		shutdown(c->fd, SHUT_WR);
		c->answer.after = AFTER_HOLD;
		break;
	case AFTER_HOLD:
		break;
	case AFTER_REFILL:
		c->sent = 0;
		break;
	}
}

static void connection_write(struct connection *c, nsec now)
{
	size_t rest = c->answer.out.len - c->sent;
	bool slow = c->sent >= c->answer.slow_from;

	if (now < c->due)
		return;
	if (!slow && c->answer.slow_from < c->answer.out.len)
		rest = c->answer.slow_from - c->sent;
	if (slow && rest > 1)
		rest = 1;
	if (rest > 0) {
		ssize_t sent = send(c->fd, c->answer.out.data + c->sent, rest, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN) {
			connection_close(c);
			return;
		}
		c->sent += sent > 0 ? (size_t)sent : 0;
		c->total += sent > 0 ? (size_t)sent : 0;
		if (slow)
			c->due = now + SLOW_STEP * NSEC_PER_MSEC;
	}
	if (c->total > MAX_SENT)
		connection_close(c);
	else if (c->sent == c->answer.out.len)
		answer_done(c);
}

static bool wants_to_write(const struct connection *c)
{
	return c->answering && (c->sent < c->answer.out.len || c->answer.after != AFTER_HOLD);
}

/* --- the thread ------------------------------------------------------------------------------- */

static int prepare(struct httpd *httpd, struct pollfd *fds, nsec now)
{
	msec wait = 1000;

	fds[0] = (struct pollfd){.fd = httpd->wake[0], .events = POLLIN};
	fds[1] = (struct pollfd){.fd = httpd->listener, .events = POLLIN};
	for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
		struct connection *c = &httpd->connections[i];

		fds[2 + i] = (struct pollfd){.fd = c->fd, .events = POLLIN};
		if (c->fd < 0 || !wants_to_write(c))
			continue;
		if (c->due <= now) {
			fds[2 + i].events |= POLLOUT;
		} else {
			msec ahead = (c->due - now) / NSEC_PER_MSEC + 1;

			wait = ahead < wait ? ahead : wait;
		}
	}
	return (int)wait;
}

static void serve(struct httpd *httpd, const struct pollfd *fds, nsec now)
{
	if (fds[1].revents)
		accept_one(httpd);
	for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
		struct connection *c = &httpd->connections[i];

		if (c->fd < 0 || c->fd != fds[2 + i].fd)
			continue;
		if (fds[2 + i].revents & (POLLIN | POLLHUP | POLLERR))
			connection_read(httpd, c);
		if (c->fd >= 0 && wants_to_write(c))
			connection_write(c, now);
		if (c->fd >= 0 && now - c->opened > LONGEST_LIFE * NSEC_PER_MSEC)
			connection_close(c);
	}
}

static void *run(void *arg)
{
	struct httpd *httpd = arg;
	struct pollfd fds[MAX_CONNECTIONS + 2];

	for (;;) {
		pthread_mutex_lock(&httpd->lock);
		int wait = prepare(httpd, fds, nsec_now());
		pthread_mutex_unlock(&httpd->lock);
		poll(fds, ARRAY_LEN(fds), wait);
		if (fds[0].revents)
			return NULL;
		pthread_mutex_lock(&httpd->lock);
		serve(httpd, fds, nsec_now());
		pthread_mutex_unlock(&httpd->lock);
	}
}

/* --- for the test ----------------------------------------------------------------------------- */

static bool listen_somewhere(struct httpd *httpd, struct err *err)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);

	httpd->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (httpd->listener < 0 || bind(httpd->listener, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(httpd->listener, MAX_CONNECTIONS) != 0 ||
	    getsockname(httpd->listener, (struct sockaddr *)&at, &len) != 0)
		return err_set(err, ERR_IO, "httpd: cannot listen: %s", strerror(errno));
	httpd->port = ntohs(at.sin_port);
	return true;
}

struct httpd *httpd_start(const struct httpd_rule *rules, size_t count, struct err *err)
{
	struct httpd *httpd = mem_new(sizeof(*httpd));

	for (size_t i = 0; i < MAX_CONNECTIONS; i++)
		httpd->connections[i].fd = -1;
	pthread_mutex_init(&httpd->lock, NULL);
	for (size_t i = 0; i < count; i++)
		httpd_set(httpd, &rules[i]);
	if (listen_somewhere(httpd, err)) {
		if (pipe2(httpd->wake, O_CLOEXEC) == 0 &&
		    pthread_create(&httpd->thread, NULL, run, httpd) == 0)
			return httpd;
		err_set(err, ERR_IO, "httpd: cannot start its thread");
	}
	if (httpd->listener >= 0)
		close(httpd->listener);
	mem_free(httpd);
	return NULL;
}

void httpd_stop(struct httpd *httpd)
{
	if (!httpd)
		return;
	close(httpd->wake[1]);
	pthread_join(httpd->thread, NULL);
	for (size_t i = 0; i < MAX_CONNECTIONS; i++)
		if (httpd->connections[i].fd >= 0)
			connection_close(&httpd->connections[i]);
	for (size_t i = 0; i < MAX_CONNECTIONS; i++)
		buf_done(&httpd->connections[i].answer.out);
	close(httpd->wake[0]);
	close(httpd->listener);
	pthread_mutex_destroy(&httpd->lock);
	mem_free(httpd);
}

void httpd_set(struct httpd *httpd, const struct httpd_rule *rule)
{
	pthread_mutex_lock(&httpd->lock);
	struct httpd_rule *place = rule_at(httpd, rule->path);
	if (!place && httpd->rule_count < MAX_RULES)
		place = &httpd->rules[httpd->rule_count++];
	if (place)
		*place = *rule;
	pthread_mutex_unlock(&httpd->lock);
}

unsigned httpd_port(const struct httpd *httpd)
{
	return httpd->port;
}

void httpd_url(const struct httpd *httpd, const char *path, char *url, size_t size)
{
	snprintf(url, size, "http://127.0.0.1:%u%s", httpd->port, path);
}

size_t httpd_requests(struct httpd *httpd, const char *path)
{
	pthread_mutex_lock(&httpd->lock);
	const struct seen *seen = path ? seen_at(httpd, path) : NULL;
	size_t count = path ? (seen ? seen->count : 0) : httpd->requests;
	pthread_mutex_unlock(&httpd->lock);
	return count;
}

size_t httpd_log(struct httpd *httpd, struct httpd_request *out, size_t max)
{
	pthread_mutex_lock(&httpd->lock);
	size_t count = httpd->requests < MAX_LOG ? httpd->requests : MAX_LOG;
	count = count < max ? count : max;
	memcpy(out, httpd->log, count * sizeof(*out));
	pthread_mutex_unlock(&httpd->lock);
	return count;
}

size_t httpd_connections(struct httpd *httpd)
{
	pthread_mutex_lock(&httpd->lock);
	size_t count = httpd->accepted;
	pthread_mutex_unlock(&httpd->lock);
	return count;
}

void httpd_last_head(struct httpd *httpd, const char *path, struct buf *head)
{
	pthread_mutex_lock(&httpd->lock);
	const struct seen *seen = seen_at(httpd, path);
	if (seen)
		buf_text(head, seen->head);
	pthread_mutex_unlock(&httpd->lock);
}
