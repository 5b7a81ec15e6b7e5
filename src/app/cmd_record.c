/*
 * cmd_record.c: the estate at work without a terminal: everything is asked as the console does, and
 * written down, until a signal ends it. What it has to say goes to standard error, one line each.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/fail.h"
#include "app/keeper.h"
#include "app/logfile.h"
#include "app/notify.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"

#define FLUSH_PATIENCE (2 * WHEN_SECOND)

enum { STREAM_PENDING = 256 * 1024, STREAM_CHUNK = 4096 };	/* a chunk: PIPE_BUF */

struct service {
	const struct context *context;
	struct loop *loop;
	struct keeper keeper;
	struct loop_timer second, watchdog, limit;
	msec watchdog_every;
	struct buf stream;		/* --json: what standard output has not taken yet */
	unsigned long dropped;		/* lines that it did not take in time */
	bool leaving;
	int status;
};

static void said(void *arg, const char *sentence)
{
	struct service *service = arg;

	if (!service->context->options->given[OPTION_QUIET])
		fprintf(service->context->err, "binnacle: %s\n", sentence);
}

static void replaced(void *arg)
{
	(void)arg;
}

static void stop(void *arg)
{
	struct service *service = arg;

	loop_stop(service->loop);
}

/* What was decided is written before the end, if the disk takes it within FLUSH_PATIENCE. */
static void leave(struct service *service, int status)
{
	if (service->leaving)
		return;
	service->leaving = true;
	service->status = status;
	notify_tell(service->context, "STOPPING=1");
	keeper_settle(&service->keeper);
	keeper_stop(&service->keeper);
	service->limit = (struct loop_timer){ .call = stop, .arg = service };
	loop_timer_set(service->loop, &service->limit,
		       loop_now(service->loop).steady + FLUSH_PATIENCE);
	recording_flush(service->keeper.recording, stop, service);
}

static bool takes_a_chunk(int fd)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };

	return poll(&out, 1, 0) > 0;
}

/* A reader that is slow never holds the recorder up: a pipe that is ready takes a whole chunk. */
static void stream(struct service *service)
{
	int fd = fileno(service->context->out);

	while (service->stream.len > 0 && takes_a_chunk(fd)) {
		size_t len = service->stream.len < STREAM_CHUNK ? service->stream.len : STREAM_CHUNK;
		ssize_t put = write(fd, service->stream.data, len);
		struct buf rest = { .max = STREAM_PENDING };

		if (put < 0) {
			fprintf(service->context->err, "binnacle: cannot write: %s\n",
				strerror(errno));
			buf_clear(&service->stream);
			leave(service, EXIT_FAILED);
			return;
		}
		buf_add(&rest, service->stream.data + put, service->stream.len - (size_t)put);
		buf_done(&service->stream);
		service->stream = rest;
	}
	if (service->dropped > 0 && service->stream.len == 0) {
		buf_fmt(&service->stream, "{\"kind\":\"dropped\",\"lines\":%lu}\n", service->dropped);
		service->dropped = 0;
	}
}

static void wrote(void *arg, struct str lines)
{
	struct service *service = arg;

	if (service->leaving || !buf_add(&service->stream, lines.p, lines.len)) {
		service->dropped++;
		service->stream.full = false;
	}
}

static void settle(struct service *service)
{
	log_now(loop_now(service->loop).wall);
	keeper_settle(&service->keeper);
	stream(service);
}

static void on_round(void *arg)
{
	struct service *service = arg;

	if (service->keeper.estate->marked && !service->leaving)
		settle(service);
}

static void on_second(void *arg)
{
	struct service *service = arg;
	msec now = loop_now(service->loop).steady;
	const char *lost = logfile_lost();

	if (service->leaving)
		return;
	settle(service);
	if (lost)
		said(service, lost);
	loop_timer_set(service->loop, &service->second,
		       now / WHEN_SECOND * WHEN_SECOND + WHEN_SECOND);
}

static void on_watchdog(void *arg)
{
	struct service *service = arg;

	notify_tell(service->context, "WATCHDOG=1");
	loop_timer_set(service->loop, &service->watchdog,
		       loop_now(service->loop).steady + service->watchdog_every);
}

static void on_signal(int signum, void *arg)
{
	struct service *service = arg;

	if (signum != SIGHUP)
		leave(service, EXIT_SIGNAL + signum);
	else if (!service->leaving)
		keeper_reload(&service->keeper);
}

static bool watch_signals(struct service *service, struct err *err)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		if (!loop_on_signal(service->loop, signals[i], on_signal, service, err))
			return false;
	}
	return true;
}

static bool open_service(struct service *service, struct settings *settings, struct err *err)
{
	bool json = service->context->options->given[OPTION_JSON];
	struct keeper_setup setup = {
		.context = service->context, .settings = settings, .headless = true,
		.said = said, .wrote = json ? wrote : NULL, .replaced = replaced, .arg = service,
	};
	msec fixed;

	if (settings->sources.count == 0)
		return err_set(err, ERR_CONFIG, "there is nothing to record: no source is configured "
			       "in %s", settings->files.main ? settings->files.main : "any file");
	if (!context_now(service->context, &fixed, err))
		return false;
	setup.loop = service->loop = loop_new(err);
	if (!service->loop)
		return false;
	if (fixed != WHEN_NEVER)
		loop_fix_wall(service->loop, fixed);
	return watch_signals(service, err) && keeper_open(&service->keeper, &setup, err);
}

static void start(struct service *service)
{
	const struct settings *settings = service->keeper.settings;
	struct buf line = { 0 };

	service->second = (struct loop_timer){ .call = on_second, .arg = service };
	service->watchdog = (struct loop_timer){ .call = on_watchdog, .arg = service };
	service->watchdog_every = notify_period(service->context);
	loop_on_round(service->loop, on_round, service);
	keeper_start(&service->keeper);
	on_second(service);
	if (service->watchdog_every != WHEN_NEVER)
		on_watchdog(service);
	buf_fmt(&line, "recording %s (%zu sources) into %s", settings->environment,
		settings->sources.count, recording_dir(service->keeper.recording));
	said(service, buf_cstr(&line));
	buf_done(&line);
	notify_tell(service->context, "READY=1");
}

static int run(const struct context *context, struct settings *settings)
{
	struct service *service = mem_new(sizeof(*service));
	struct err err = { 0 };

	service->context = context;
	buf_init(&service->stream, STREAM_PENDING);
	if (!open_service(service, settings, &err))
		return verb_fail(context, "BN-R001", &err);
	start(service);
	loop_run(service->loop);
	stream(service);
	return service->status;
}

int cmd_record(const struct context *context)
{
	struct settings settings;
	struct err err = { 0 };
	int status;

	if (!logfile_open(context, &err)) {
		if (err.kind == ERR_USAGE)
			return verb_fail(context, "BN-U004", &err);
		if (!context->options->given[OPTION_QUIET])
			fprintf(context->err, "binnacle: no log: %s\n", err.text);
	}
	if (settings_load(context, &settings))
		status = run(context, &settings);
	else
		status = settings_fail(context, &settings);
	logfile_end(context);
	/* As in `status`: nothing that hangs may keep the end waiting. */
	_exit(status);
}
