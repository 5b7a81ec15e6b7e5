/* tools.c: see tools.h. */
#include "lab/tools.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "lab/client.h"

enum { PORTS_MAX = 32, PORT_FIRST = 10000, PORT_LAST = 31999, TRIES = 2000,
       PROMISED_S = 3600, ASK_AGAIN_MS = 100 };

/* A listening socket on a port of our choice, or -1. */
static int hold(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof(at)) == 0 &&
	    listen(fd, 1) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int random_port(void)
{
	unsigned int bits = 0;

	if (getrandom(&bits, sizeof(bits), 0) != (ssize_t)sizeof(bits))
		return 0;
	return PORT_FIRST + (int)(bits % (PORT_LAST - PORT_FIRST + 1));
}

/*
 * The directory in which labs promise ports to themselves, locked; or -1. Between the choice of a
 * port and the start of its server there are seconds, and several labs start at once.
 */
static int open_promises(void)
{
	char path[64];
	int dir;

	snprintf(path, sizeof(path), "/tmp/binnacle-lab-ports-%u", (unsigned)getuid());
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return -1;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir >= 0 && flock(dir, LOCK_EX) == 0)
		return dir;
	if (dir >= 0)
		close(dir);
	return -1;
}

/* False when the port was promised to somebody within the hour. */
static bool promise(int dir, int port)
{
	char name[16];
	struct stat st;
	int fd;

	snprintf(name, sizeof(name), "%d", port);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    time(NULL) - st.st_mtime < PROMISED_S)
		return false;
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	bool kept = futimens(fd, NULL) == 0;
	close(fd);
	return kept;
}

/*
 * Below the range from which the kernel takes the ports of outgoing connections: a scenario
 * closes its port for a while, and nobody else must get it in between.
 */
int tools_ports(int argc, char **argv)
{
	int64_t want = 0;
	int held = 0, promises;

	if (argc != 1 || !num_parse_i64(str_of(argv[0]), &want) || want < 1 || want > PORTS_MAX) {
		fprintf(stderr, "labserver: ports N, N from 1 to %d\n", PORTS_MAX);
		return 2;
	}
	promises = open_promises();
	if (promises < 0) {
		fprintf(stderr, "labserver: no port can be promised: %s\n", strerror(errno));
		return 1;
	}
	for (int tries = 0; held < want && tries < TRIES; tries++) {
		int port = random_port();

		/* Held until exit, so that none is told twice; the lock likewise. */
		if (hold(port) >= 0 && promise(promises, port)) {
			printf("%d\n", port);
			held++;
		}
	}
	return held == want ? 0 : 1;
}

struct wish {
	const char *url, *post, *match, *lack, *fails;
	struct buf full;	/* the URL with its query */
	msec timeout, within;
	uv_loop_t *loop;
	uv_timer_t again;
	uint64_t began;
	int status;
};

static void put_query(struct buf *out, const char *query)
{
	buf_text(out, "?query=");
	for (const char *c = query; *c; c++)
		buf_fmt(out, "%%%02X", (unsigned int)(unsigned char)*c);
}

static bool parse_seconds(const char *text, msec *out)
{
	double seconds;

	if (!num_parse_double(str_of(text), &seconds) || !(seconds >= 0 && seconds < 86400))
		return false;
	*out = (msec)(seconds * 1000);
	return true;
}

static bool parse_option(struct wish *wish, const char *name, const char *value)
{
	struct {
		const char *name;
		const char **to;
	} texts[] = {
		{ "--post", &wish->post }, { "--match", &wish->match }, { "--lack", &wish->lack },
		{ "--fails", &wish->fails },
	};

	if (strcmp(name, "--timeout") == 0)
		return parse_seconds(value, &wish->timeout);
	if (strcmp(name, "--within") == 0)
		return parse_seconds(value, &wish->within);
	if (strcmp(name, "--query") == 0) {
		put_query(&wish->full, value);
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (strcmp(name, texts[i].name) == 0) {
			*texts[i].to = value;
			return true;
		}
	}
	return false;
}

static bool holds(const struct wish *wish, const struct client_reply *reply)
{
	if (wish->fails)
		return !reply->ok && strcmp(reply->why, wish->fails) == 0;
	if (!reply->ok)
		return false;
	if (wish->match)
		return str_has(reply->body, wish->match);
	if (wish->lack)
		return reply->status == 200 && !str_has(reply->body, wish->lack);
	return reply->status == 200;
}

static void ask_again(struct wish *wish);

static void on_again(uv_timer_t *timer)
{
	ask_again(timer->data);
}

static void on_reply(void *arg, const struct client_reply *reply)
{
	struct wish *wish = arg;
	bool good = holds(wish, reply);
	bool asks_for_body = !wish->match && !wish->lack && !wish->fails;

	if (good && asks_for_body)
		fwrite(reply->body.p, 1, reply->body.len, stdout);
	if (good || (uv_hrtime() - wish->began) / 1000000 >= (uint64_t)wish->within) {
		wish->status = good ? 0 : 1;
		uv_close((uv_handle_t *)&wish->again, NULL);
		return;
	}
	uv_timer_start(&wish->again, on_again, ASK_AGAIN_MS, 0);
}

static void ask_again(struct wish *wish)
{
	struct err err;
	struct client_ask ask = {
		.url = buf_cstr(&wish->full), .body = wish->post, .deadline = wish->timeout,
		.done = on_reply, .arg = wish,
	};

	if (client_ask(wish->loop, &ask, &err))
		return;
	fprintf(stderr, "labserver: %s\n", err.text);
	wish->status = 2;
	uv_close((uv_handle_t *)&wish->again, NULL);
}

int tools_ask(int argc, char **argv)
{
	struct wish wish = { .timeout = 2 * WHEN_SECOND, .status = 1 };

	if (argc % 2 == 1)
		buf_text(&wish.full, argv[argc - 1]);
	for (int i = 0; i + 1 < argc; i += 2) {
		if (argc % 2 == 1 && parse_option(&wish, argv[i], argv[i + 1]))
			continue;
		fprintf(stderr, "labserver: ask [--option VALUE]... URL, not %s\n", argv[i]);
		return 2;
	}
	wish.loop = uv_default_loop();
	wish.began = uv_hrtime();
	uv_timer_init(wish.loop, &wish.again);
	wish.again.data = &wish;
	ask_again(&wish);
	uv_run(wish.loop, UV_RUN_DEFAULT);
	buf_done(&wish.full);
	return wish.status;
}
