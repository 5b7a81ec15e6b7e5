/*
 * Two ways to come to lines, one way to answer: whichever has something calls answer(), and the
 * timer does so when the time is up.
 */
#include "io/follow.h"

#include <string.h>

#include "base/mem.h"
#include "io/child.h"
#include "io/follow_file.h"
#include "io/outcome.h"

static const msec settle = 500;		/* a command just started writes what it has */
static const msec breath = 100;		/* what writes too much is not listened to for so long */
static const msec first_wait = WHEN_SECOND, longest_wait = WHEN_MINUTE;

/* A file's reader lives as long as its worker, which may be longer than the follow. */
struct reader {
	struct follower *owner;		/* NULL: gone */
	uv_work_t work;
	bool busy, ready;		/* in the worker; read, and not yet answered */
	struct follow_file file;
	struct follow_read read;
};

struct feed {				/* of a command */
	struct child *child;		/* NULL: not started yet, or ended */
	struct lines lines;
	struct buf kept;
	uint64_t lost;
	bool begun, fresh;		/* ever started; started since the last answer */
	msec started, start_at, wait;	/* steady; not to be started before */
	struct loop_timer resume;
	char why[CHILD_SAID];		/* it ended */
};

struct follower {
	struct follow_plan plan;
	struct reader *reader;		/* NULL: a command */
	struct feed feed;
	follow_done *done;		/* NULL: nobody asks */
	void *arg;
	msec asked, timeout;		/* steady; duration */
	struct loop_timer timer;
};

static void answer(struct follower *follow, struct reply *reply)
{
	struct now now = loop_now(follow->plan.loop);
	follow_done *done = follow->done;

	loop_timer_stop(follow->plan.loop, &follow->timer);
	follow->done = NULL;
	reply->at = now.wall;
	reply->took = now.steady - follow->asked;
	done(follow->arg, reply);
}

static void free_reader(struct reader *reader)
{
	follow_file_done(&reader->file);
	buf_done(&reader->read.lines);
	mem_free(reader);
}

static void answer_read(struct follower *follow)
{
	struct follow_read read = follow->reader->read;
	struct reply reply;

	follow->reader->ready = false;
	memset(&follow->reader->read, 0, sizeof(follow->reader->read));
	reply_init(&reply);
	reply.body = str_sub(buf_cstr(&read.lines), read.lines.len);
	reply.follow = read.follow;
	reply.more = read.more;
	reply.lost = read.lost;
	if (read.failed)
		reply_fail(&reply, REPLY_NOT_RUN, "%s", read.why);
	answer(follow, &reply);
	buf_done(&read.lines);
}

/* In the worker: touches nothing but the reader's file and what it read. */
static void work(uv_work_t *request)
{
	struct reader *reader = request->data;

	follow_file_read(&reader->file, &reader->read);
}

static void on_worked(uv_work_t *request, int status)
{
	struct reader *reader = request->data;

	(void)status;
	reader->busy = false;
	reader->ready = true;
	if (!reader->owner)
		free_reader(reader);
	else if (reader->owner->done)
		answer_read(reader->owner);
}

static void ask_file(struct follower *follow)
{
	struct reader *reader = follow->reader;

	if (reader->busy)
		return;
	if (reader->ready) {
		loop_timer_set(follow->plan.loop, &follow->timer, 0);
		return;
	}
	reader->busy = true;
	reader->work.data = reader;
	uv_queue_work(loop_uv(follow->plan.loop), &reader->work, work, on_worked);
}

static void file_is_late(struct follower *follow)
{
	char waited[WHEN_TEXT];
	struct reply reply;

	when_format_duration(waited, follow->timeout);
	reply_init(&reply);
	reply_fail(&reply, REPLY_TIMEOUT, "reading %s did not end in %s", follow->plan.file, waited);
	answer(follow, &reply);
}

/* The oldest half goes, up to the end of a line. */
static void make_room(struct feed *feed)
{
	size_t half = feed->kept.len / 2;
	const char *end = memchr(feed->kept.data + half, '\n', feed->kept.len - half);
	size_t drop = (size_t)(end - feed->kept.data) + 1;

	feed->lost += drop;
	memmove(feed->kept.data, feed->kept.data + drop, feed->kept.len - drop);
	buf_cut(&feed->kept, feed->kept.len - drop);
}

static void on_output(void *arg, struct str bytes)
{
	struct follower *follow = arg;
	struct feed *feed = &follow->feed;

	lines_take(&feed->lines, bytes, &feed->kept);
	if (feed->kept.len < FOLLOW_KEPT)
		return;
	make_room(feed);
	child_pause(feed->child);
	loop_timer_set(follow->plan.loop, &feed->resume,
		       loop_now(follow->plan.loop).steady + breath);
}

static void on_resume(void *arg)
{
	struct follower *follow = arg;

	if (follow->feed.child)
		child_resume(follow->feed.child);
}

static void say_end(struct feed *feed)
{
	const struct child_state *child = child_state(feed->child);
	const char *name = child_name(feed->child);
	char said[CHILD_SAID];
	struct buf why = { .max = sizeof(feed->why) };

	child_said(feed->child, said);
	if (child->not_run)
		buf_fmt(&why, "%.60s: %s", name, uv_strerror(child->not_run));
	else if (child->signal)
		buf_fmt(&why, "%.60s was ended by signal %d", name, child->signal);
	else
		buf_fmt(&why, "%.60s ended with status %d", name, (int)child->status);
	if (said[0])
		buf_fmt(&why, ": %.100s", said);
	(void)str_put(feed->why, sizeof(feed->why), buf_cstr(&why));
	buf_done(&why);
}

static void answer_kept(struct follower *follow);

static void on_changed(void *arg)
{
	struct follower *follow = arg;
	struct feed *feed = &follow->feed;
	const struct child_state *child = child_state(feed->child);
	msec now = loop_now(follow->plan.loop).steady;

	if (!child->exited)
		return;
	if (!child->closed || !child->said_all) {
		child_resume(feed->child);
		child_kill(feed->child);
		return;
	}
	say_end(feed);
	lines_end(&feed->lines, &feed->kept);
	child_drop(feed->child);
	feed->child = NULL;
	if (now - feed->started >= longest_wait || feed->wait == 0)
		feed->wait = first_wait;
	else
		feed->wait = feed->wait < longest_wait / 2 ? 2 * feed->wait : longest_wait;
	feed->start_at = now + feed->wait;
	if (follow->done)
		answer_kept(follow);
}

static void start_command(struct follower *follow)
{
	struct child_watcher watcher = { on_output, on_changed, follow };
	struct feed *feed = &follow->feed;

	feed->started = loop_now(follow->plan.loop).steady;
	feed->fresh = true;
	feed->child = child_start(follow->plan.loop, follow->plan.argv, follow->plan.environment,
				  str_of(NULL), &watcher);
}

/* As many whole lines as an answer may hold. */
static size_t portion(const struct buf *kept)
{
	const char *end;

	if (kept->len <= FOLLOW_ANSWER)
		return kept->len;
	end = memrchr(kept->data, '\n', FOLLOW_ANSWER);
	return (size_t)(end - kept->data) + 1;
}

static void answer_kept(struct follower *follow)
{
	struct feed *feed = &follow->feed;
	size_t len = portion(&feed->kept);
	char *body = mem_dup(buf_cstr(&feed->kept), len + 1);
	struct reply reply;

	reply_init(&reply);
	reply.body = str_sub(body, len);
	reply.more = len < feed->kept.len;
	reply.lost = feed->lost;
	if (feed->fresh)
		reply.follow = feed->begun ? FOLLOW_RESTARTED : FOLLOW_BEGUN;
	if (!feed->child && len == 0)
		reply_fail(&reply, REPLY_NOT_RUN, "%s", feed->why);
	else
		feed->fresh = false, feed->begun = true;
	if (len > 0) {
		memmove(feed->kept.data, feed->kept.data + len, feed->kept.len - len);
		buf_cut(&feed->kept, feed->kept.len - len);
	}
	feed->lost = 0;
	answer(follow, &reply);
	mem_free(body);
}

static void ask_command(struct follower *follow)
{
	struct feed *feed = &follow->feed;
	msec now = loop_now(follow->plan.loop).steady, at = now;

	if (!feed->child && feed->kept.len == 0 && now >= feed->start_at)
		start_command(follow);
	if (feed->fresh && feed->child)
		at = feed->started + (settle < follow->timeout / 2 ? settle : follow->timeout / 2);
	loop_timer_set(follow->plan.loop, &follow->timer, at);
}

static void on_timer(void *arg)
{
	struct follower *follow = arg;

	if (!follow->reader)
		answer_kept(follow);
	else if (follow->reader->ready)
		answer_read(follow);
	else
		file_is_late(follow);
}

struct follower *follow_new(const struct follow_plan *plan)
{
	struct follower *follow = mem_new(sizeof(*follow));

	follow->plan = *plan;
	follow->timer.call = on_timer;
	follow->timer.arg = follow;
	follow->feed.resume.call = on_resume;
	follow->feed.resume.arg = follow;
	if (plan->file) {
		follow->reader = mem_new(sizeof(*follow->reader));
		follow->reader->owner = follow;
		follow_file_init(&follow->reader->file, plan->file);
	}
	return follow;
}

void follow_free(struct follower *follow)
{
	if (!follow)
		return;
	follow_cancel(follow);
	loop_timer_stop(follow->plan.loop, &follow->feed.resume);
	child_drop(follow->feed.child);
	lines_done(&follow->feed.lines);
	buf_done(&follow->feed.kept);
	if (follow->reader && follow->reader->busy)
		follow->reader->owner = NULL;
	else if (follow->reader)
		free_reader(follow->reader);
	mem_free(follow);
}

void follow_ask(struct follower *follow, msec timeout, follow_done *done, void *arg)
{
	follow->done = done;
	follow->arg = arg;
	follow->asked = loop_now(follow->plan.loop).steady;
	follow->timeout = timeout;
	if (follow->reader) {
		loop_timer_set(follow->plan.loop, &follow->timer, follow->asked + timeout);
		ask_file(follow);
	} else {
		ask_command(follow);
	}
}

void follow_cancel(struct follower *follow)
{
	loop_timer_stop(follow->plan.loop, &follow->timer);
	follow->done = NULL;
}
