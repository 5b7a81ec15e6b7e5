/*
 * channels_send.c: the ways to deliver, one row for each kind of channel, and what an answer means.
 *
 * What was taken and answered strangely is not sent again: ten copies of one text in a channel are
 * worse than a doubt.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/channels_inside.h"
#include "app/clip.h"
#include "base/mem.h"

enum { HTTP_TIMEOUT = 408, HTTP_EARLY = 425, HTTP_TOO_MANY = 429 };

/* A file being written in a worker, or the clipboard being asked: nobody can stop them, so that
 * they only know a posting as long as it is there. */
struct loose {
	uv_work_t work;
	struct posting *posting;	/* NULL: it has gone */
	char *path;
	struct buf bytes;
	int failed;			/* errno */
	const char *because;		/* of our own; NULL */
};

/* Slack says ok; what is like it says {"ok": true} or {"success": true}. */
static bool says_ok(struct str body)
{
	static const char *const members[] = { "ok", "success" };
	json_t *root;
	bool ok = false;

	body = str_trim(body);
	if (str_eq(body, "ok"))
		return true;
	root = json_read(body, JSON_MAX_SMALL, NULL);
	for (size_t i = 0; root && i < ARRAY_LEN(members); i++)
		ok = ok || json_is_true(json_at(root, members[i]));
	json_decref(root);
	return ok;
}

static bool may_pass(int status)
{
	return status >= 500 || status == HTTP_TIMEOUT || status == HTTP_EARLY ||
	       status == HTTP_TOO_MANY;
}

static void say_status(const struct reply *reply, struct buf *room)
{
	struct str body = str_trim(reply->body);

	buf_fmt(room, "HTTP %d", reply->status);
	if (reply->status >= 300 && reply->status < 400)
		buf_text(room, ": a redirect, which is not followed");
	else if (body.len > 0)
		buf_fmt(room, ": %.*s", (int)body.len, body.p);
}

struct landing channels_judge(enum channel_kind kind, const struct reply *reply, struct buf *room)
{
	struct landing landing = { .status = reply->status };
	bool taken = reply->status >= 200 && reply->status < 300;

	if (reply->kind != REPLY_ANSWER) {
		landing.again = reply->kind != REPLY_TOO_LARGE;
		buf_text(room, reply->why);
	} else if (!taken) {
		landing.again = may_pass(reply->status);
		landing.wait = reply->retry_after > 0 ? reply->retry_after : 0;
		say_status(reply, room);
	} else if (kind == CHANNEL_SLACK && !says_ok(reply->body)) {
		buf_text(room, "it did not say ok, and is not asked again: ");
		say_status(reply, room);
	} else {
		landing.ok = true;
		if (str_trim(reply->body).len > 0)
			buf_add(room, reply->body.p, reply->body.len);
		else
			say_status(reply, room);
	}
	landing.text = str_sub(buf_cstr(room), room->len);
	return landing;
}

static void on_http(void *arg, const struct reply *reply)
{
	struct posting *posting = arg;
	struct buf room = { 0 };
	struct landing landing = channels_judge(posting->kind, reply, &room);

	posting->errand = NULL;
	posting_landed(posting, &landing);
	buf_done(&room);
}

static void by_http(struct posting *posting, const struct channel_settings *channel)
{
	struct channels *channels = posting->channels;
	struct buf body = { 0 };
	struct errand_plan plan = { .url = &channel->url, .access = &channel->access,
				    .timeout = channels->pace.timeout };

	if (channel->kind == CHANNEL_SLACK)
		letter_slack(&posting->letter, &body);
	else
		letter_webhook(&posting->letter, channel->audience, &body);
	plan.body = str_sub(buf_cstr(&body), body.len);
	posting->errand = errand_start(channels->errands, &plan, on_http, posting);
	buf_done(&body);
}

static void on_command(void *arg, const struct reply *reply)
{
	struct posting *posting = arg;
	struct str rest = str_trim(reply->body), line = str_of("");
	struct landing landing = { .again = reply->kind != REPLY_TOO_LARGE };

	posting->command = NULL;
	(void)str_cut(&rest, '\n', &line);
	if (reply->kind == REPLY_ANSWER) {
		landing.status = reply->status;
		landing.ok = reply->status == 0;
	}
	landing.text = *reply->why && !landing.ok ? str_of(reply->why) : line;
	if (!landing.text.len)
		landing.text = str_of(landing.ok ? "it ended well" : "it failed and did not say why");
	posting_landed(posting, &landing);
}

static void by_command(struct posting *posting, const struct channel_settings *channel)
{
	struct channels *channels = posting->channels;
	const struct command_plan plan = {
		.loop = channels->loop, .argv = &channel->command,
		.environment = channels->context->environment, .timeout = channels->pace.timeout,
		.input = str_of(posting->letter.text),
	};

	posting->command = command_start(&plan, on_command, posting);
}

static void free_loose(struct loose *loose)
{
	mem_free(loose->path);
	buf_done(&loose->bytes);
	mem_free(loose);
}

static struct loose *new_loose(struct posting *posting)
{
	struct loose *loose = mem_new(sizeof(*loose));

	loose->posting = posting;
	posting->loose = loose;
	return loose;
}

static void loose_landed(struct loose *loose, const struct landing *landing)
{
	struct posting *posting = loose->posting;

	if (posting) {
		posting->loose = NULL;
		posting_landed(posting, landing);
	}
	free_loose(loose);
}

/* Later it would take the place of what was copied since: so it is tried once. */
static void on_copied(void *arg, bool copied, const char *message)
{
	loose_landed(arg, &(struct landing){ .ok = copied, .text = str_of(message) });
}

static void by_clipboard(struct posting *posting, const struct channel_settings *channel)
{
	struct channels *channels = posting->channels;

	(void)channel;
	clip_copy(channels->loop, posting->letter.text, context_env(channels->context, "TMUX") != NULL,
		  on_copied, new_loose(posting));
}

/* In one write, so that blocks of several consoles do not mix. */
static void put_into(struct loose *loose, int fd)
{
	struct stat is;
	ssize_t written;

	if (fstat(fd, &is) != 0 || !S_ISREG(is.st_mode)) {
		loose->because = "it is no regular file";
		return;
	}
	written = write(fd, loose->bytes.data, loose->bytes.len);
	if (written < 0)
		loose->failed = errno;
	else if ((size_t)written < loose->bytes.len)
		loose->because = "not all of it could be written";
}

static void append(uv_work_t *work)
{
	struct loose *loose = work->data;
	int fd = open(loose->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		      S_IRUSR | S_IWUSR);

	if (fd < 0) {
		loose->failed = errno;
		return;
	}
	put_into(loose, fd);
	if (close(fd) != 0 && !loose->failed)
		loose->failed = errno;
}

static void on_appended(uv_work_t *work, int cancelled)
{
	struct loose *loose = work->data;
	struct buf room = { 0 };
	struct landing landing = { .ok = !loose->failed && !loose->because, .again = true };

	(void)cancelled;	/* nobody does */
	if (landing.ok)
		buf_fmt(&room, "appended to %s", loose->path);
	else
		buf_fmt(&room, "%s: %s", loose->path,
			loose->because ? loose->because : strerror(loose->failed));
	landing.text = str_sub(buf_cstr(&room), room.len);
	loose_landed(loose, &landing);
	buf_done(&room);
}

static void by_file(struct posting *posting, const struct channel_settings *channel)
{
	struct loose *loose = new_loose(posting);

	loose->path = mem_text(channel->file);
	letter_block(&posting->letter, &loose->bytes);
	loose->work.data = loose;
	if (uv_queue_work(loop_uv(posting->channels->loop), &loose->work, append, on_appended) != 0)
		loose_landed(loose, &(struct landing){ .again = true,
						       .text = str_of("no worker could be had") });
}

void posting_send(struct posting *posting, const struct channel_settings *channel)
{
	static void (*const ways[])(struct posting *, const struct channel_settings *) = {
		[CHANNEL_SLACK] = by_http, [CHANNEL_WEBHOOK] = by_http,
		[CHANNEL_COMMAND] = by_command, [CHANNEL_CLIPBOARD] = by_clipboard,
		[CHANNEL_FILE] = by_file,
	};

	posting->kind = (enum channel_kind)channel->kind;
	ways[channel->kind](posting, channel);
}

void posting_abandon(struct posting *posting)
{
	errand_cancel(posting->errand);
	if (posting->command)
		command_cancel(posting->command);
	if (posting->loose)
		posting->loose->posting = NULL;
}
