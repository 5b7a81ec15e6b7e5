#include "app/recording.h"

#include <string.h>

#include "app/paths.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "core/recall.h"
#include "store/playback.h"
#include "store/recorder.h"

#define RETRY_AFTER (10 * WHEN_SECOND)

struct recording {
	struct recording_setup setup;
	char *dir, *shared;
	char estate[FLIGHT_ID];
	msec keep;
	int64_t size;
	struct recorder *recorder;

	bool following;
	size_t changes_seen;
	msec looked, minute;		/* wall times of the last look, and its minute */
	bool again;			/* what changed at `looked` was not all sampled */
	struct flight_line *line;	/* scratch */
	struct buf pending;
	unsigned long lost;		/* lines, since it was said last */

	uv_work_t writing, reading;
	bool busy, ended;		/* ended: freed when the jobs are */
	struct buf job;			/* what the worker writes */
	msec job_at;
	enum recorded result;
	struct err err;
	msec failed_at;			/* steady; WHEN_NEVER while all is well */
	char said[sizeof(((struct err *)NULL)->text)];
	loop_call *flushed;
	void *flushed_arg;

	struct recall *recall;		/* while it is being read */
	struct world *recall_into;
	struct playback playback;
	msec recall_now;
	loop_call *recalled;
	void *recalled_arg;
};

/* How often and with which key is asked makes no other estate. */
static const char *const beside_the_point[] = {
	".every", ".timeout", ".warn", ".bad", ".stale", "_env", "_file", "_command",
};

static bool decides(const char *key)
{
	static const char *const tops[] = { "sources.", "checks.", "transactions." };
	bool inside = false;

	for (size_t i = 0; i < ARRAY_LEN(tops); i++)
		inside = inside || str_starts(str_of(key), tops[i]);
	for (size_t i = 0; i < ARRAY_LEN(beside_the_point); i++)
		inside = inside && !str_ends(str_of(key), beside_the_point[i]);
	return inside;
}

static void put_estate(char out[FLIGHT_ID], const struct settings *settings)
{
	json_t *rows = settings_list(settings_table, settings->tree);
	char digest[DIGEST_HEX];
	struct buf text = { 0 };

	buf_text(&text, settings->environment);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *key = json_text_at(row, "key", "");

		if (decides(key))
			buf_fmt(&text, "\n%s=%s", key, json_text_at(row, "value", ""));
	}
	digest_sha256(digest, str_sub(text.data, text.len));
	(void)str_copy(out, FLIGHT_ID, str_sub(digest, FLIGHT_ID - 1));
	buf_done(&text);
	json_decref(rows);
}

static char *folder(const struct context *context, const struct settings *settings)
{
	struct buf path = { 0 };
	struct err err = { 0 };

	if (settings->recorder.dir)
		return mem_text(settings->recorder.dir);
	if (!paths_state(context, &path, &err)) {
		buf_done(&path);
		return NULL;
	}
	buf_text(&path, "/flight");
	return buf_take(&path);
}

static void say(struct recording *recording, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void say(struct recording *recording, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	if (!recording->ended)
		recording->setup.said(recording->setup.arg, buf_cstr(&text));
	buf_done(&text);
}

struct recording *recording_new(const struct recording_setup *setup)
{
	struct recording *recording = mem_new(sizeof(*recording));
	const struct recorder_settings *settings = &setup->settings->recorder;
	struct recorder_setup files;

	recording->setup = *setup;
	recording->dir = folder(setup->context, setup->settings);
	recording->shared = mem_text(settings->shared);
	recording->keep = settings->keep;
	recording->size = settings->megabytes * 1024 * 1024;
	recording->failed_at = WHEN_NEVER;
	recording->pending.max = RECORDING_PENDING;
	recording->line = mem_new(sizeof(*recording->line));
	put_estate(recording->estate, setup->settings);
	if (!recording->dir) {
		say(recording, "not recording: HOME is not set");
		return recording;
	}
	files = (struct recorder_setup){
		.dir = recording->dir, .shared = recording->shared, .estate = recording->estate,
		.environment = setup->settings->environment, .headless = setup->headless,
		.keep = recording->keep, .size = recording->size,
	};
	recording->recorder = recorder_new(&files);
	return recording;
}

static void free_all(struct recording *recording)
{
	recorder_free(recording->recorder);
	recall_free(recording->recall);
	buf_done(&recording->pending);
	buf_done(&recording->job);
	mem_free(recording->line);
	mem_free(recording->dir);
	mem_free(recording->shared);
	mem_free(recording);
}

void recording_free(struct recording *recording)
{
	if (!recording)
		return;
	recording->ended = true;
	if (!recording->busy && !recording->recall)
		free_all(recording);
}

const char *recording_dir(const struct recording *recording)
{
	return recording->dir ? recording->dir : "nowhere";
}

bool recording_suits(const struct recording *recording, const struct context *context,
		     const struct settings *settings)
{
	char *dir = folder(context, settings), estate[FLIGHT_ID];
	bool same = dir && recording->dir && strcmp(dir, recording->dir) == 0;

	put_estate(estate, settings);
	mem_free(dir);
	return same && strcmp(estate, recording->estate) == 0 &&
	       strcmp(settings->recorder.shared, recording->shared) == 0 &&
	       settings->recorder.keep == recording->keep &&
	       settings->recorder.megabytes * 1024 * 1024 == recording->size;
}

bool recording_claim(struct recording *recording, struct err *err)
{
	if (!recording->recorder)
		return err_set(err, ERR_IO, "no place for the record: HOME is not set");
	return recorder_claim(recording->recorder, err);
}

static void read_work(uv_work_t *work)
{
	struct recording *recording = work->data;
	const char *dirs[] = { recording->dir, recording->shared };

	/* The same folder twice would only be read twice. */
	if (dirs[0] && strcmp(dirs[0], dirs[1]) == 0)
		dirs[1] = NULL;
	playback_read(dirs, ARRAY_LEN(dirs), recording->estate, recording->recall,
		      recording->recall_now, &recording->playback);
}

static void on_read(uv_work_t *work, int status)
{
	struct recording *recording = work->data;
	const struct playback *found = &recording->playback;
	struct recall *recall = recording->recall;
	struct world *world = recording->recall_into;
	size_t unseen = world && recording->following ?
			world->change_count - recording->changes_seen : 0;

	(void)status;
	recording->recall = NULL;
	if (recording->ended || !world) {
		recall_free(recall);
		if (recording->ended && !recording->busy)
			free_all(recording);
		return;
	}
	if (found->torn[0])
		log_put(LOG_WARN, "flight record %s: its last line was cut off", found->torn);
	if (found->bad > 0)
		log_put(LOG_WARN, "flight record: %zu lines could not be read", found->bad);
	log_put(LOG_DEBUG, "flight record: %zu lines in %zu files", found->lines, found->segments);
	world_recall(world, recall);
	recording->changes_seen = world->change_count > unseen ? world->change_count - unseen : 0;
	recording->recalled(recording->recalled_arg);
}

void recording_recall(struct recording *recording, struct world *world, loop_call *done, void *arg)
{
	recording->recall_now = loop_now(recording->setup.loop).wall;
	recording->recall = recall_new(recording->recall_now);
	recording->recall_into = world;
	recording->recalled = done;
	recording->recalled_arg = arg;
	recording->reading.data = recording;
	uv_queue_work(loop_uv(recording->setup.loop), &recording->reading, read_work, on_read);
}

void recording_follow(struct recording *recording, struct world *world)
{
	msec now = loop_now(recording->setup.loop).wall;

	if (recording->recall_into != world)
		recording->recall_into = NULL;	/* its world is gone */
	recording->changes_seen = world->change_count;
	recording->following = true;
	recording->looked = WHEN_NEVER;
	recording->minute = now - now % WHEN_MINUTE;
}

static void write_work(uv_work_t *work)
{
	struct recording *recording = work->data;

	recording->result = recorder_append(recording->recorder,
					    str_sub(recording->job.data, recording->job.len),
					    recording->job_at, &recording->err);
}

static void start_writing(struct recording *recording);

static unsigned long count_lines(const struct buf *text)
{
	unsigned long lines = 0;

	for (size_t i = 0; i < text->len; i++)
		lines += text->data[i] == '\n';
	return lines;
}

/* Behind what could not be written comes what has been decided since. */
static void keep_for_later(struct recording *recording)
{
	struct buf both = { .max = RECORDING_PENDING };

	if (!buf_add(&both, recording->job.data, recording->job.len) ||
	    !buf_add(&both, recording->pending.data, recording->pending.len)) {
		recording->lost += count_lines(&recording->job);
		buf_done(&both);
		return;
	}
	buf_done(&recording->pending);
	recording->pending = both;
}

static void take_failure(struct recording *recording)
{
	recording->failed_at = loop_now(recording->setup.loop).steady;
	keep_for_later(recording);
	if (strcmp(recording->said, recording->err.text) == 0)
		return;
	str_put(recording->said, sizeof(recording->said), recording->err.text);
	log_put(LOG_WARN, "not recording: %s", recording->err.text);
	say(recording, "not recording: %s", recording->err.text);
}

static void take_success(struct recording *recording)
{
	if (recording->failed_at == WHEN_NEVER)
		return;
	recording->failed_at = WHEN_NEVER;
	recording->said[0] = '\0';
	log_put(LOG_INFO, "recording again, %lu lines were lost", recording->lost);
	say(recording, "recording again");
}

/* Once. */
static void tell_flushed(struct recording *recording)
{
	loop_call *done = recording->flushed;

	if (recording->busy || !done)
		return;
	recording->flushed = NULL;
	done(recording->flushed_arg);
}

static void on_written(uv_work_t *work, int status)
{
	struct recording *recording = work->data;

	(void)status;
	recording->busy = false;
	if (recording->ended) {
		if (!recording->recall)
			free_all(recording);
		return;
	}
	switch (recording->result) {
	case NOT_RECORDED:
		take_failure(recording);
		break;
	case RECORDED:
	case RECORDED_BY_OTHER:
		take_success(recording);
		break;
	}
	start_writing(recording);
	tell_flushed(recording);
}

static bool may_try(const struct recording *recording)
{
	return recording->failed_at == WHEN_NEVER ||
	       loop_now(recording->setup.loop).steady - recording->failed_at >= RETRY_AFTER;
}

static void start_writing(struct recording *recording)
{
	if (recording->busy || recording->pending.len == 0 || !recording->recorder ||
	    !may_try(recording))
		return;
	buf_done(&recording->job);
	recording->job = recording->pending;
	recording->pending = (struct buf){ .max = RECORDING_PENDING };
	recording->job_at = loop_now(recording->setup.loop).wall;
	recording->busy = true;
	recording->writing.data = recording;
	uv_queue_work(loop_uv(recording->setup.loop), &recording->writing, write_work, on_written);
}

static void put_line(struct recording *recording, msec now)
{
	struct buf text = { 0 }, clean = { 0 };

	recording->line->at = now;
	flight_encode(recording->line, &text);
	redact(&clean, str_sub(text.data, text.len));
	if (recording->setup.wrote)
		recording->setup.wrote(recording->setup.arg, str_sub(clean.data, clean.len));
	if (!buf_add(&recording->pending, clean.data, clean.len)) {
		recording->lost++;
		recording->pending.full = false;
	}
	buf_done(&text);
	buf_done(&clean);
}

static void put_change(struct recording *recording, const struct change *change)
{
	recording->line->kind = FLIGHT_CHANGE;
	recording->line->change = *change;
	put_line(recording, change->at);
}

static void put_changes(struct recording *recording, const struct world *world)
{
	size_t count = world->change_count - recording->changes_seen;

	for (size_t i = count; i > 0; i--) {
		const struct change *change = world_change(world, i - 1);

		if (change)
			put_change(recording, change);
		else
			recording->lost++;
	}
	recording->changes_seen = world->change_count;
}

static void put_lost(struct recording *recording, msec now)
{
	struct change change = { .at = now, .what = "recorder", .state = STATE_UNKNOWN };

	if (recording->lost == 0 || recording->failed_at != WHEN_NEVER)
		return;
	(void)snprintf(change.text, sizeof(change.text), "%lu lines of the record were lost",
		       recording->lost);
	recording->lost = 0;
	put_change(recording, &change);
}

static void show(const struct recording *recording, struct world *world)
{
	char text[BECAUSE_TEXT] = "";

	if (recording->said[0])
		(void)snprintf(text, sizeof(text), "not recording: %.200s", recording->said);
	if (strcmp(world->recorder, text) == 0)
		return;
	str_put(world->recorder, sizeof(world->recorder), text);
	world->version++;
}

/* What has changed since the last look. Two looks may fall into one millisecond: what the second
 * would find is left to the next one, and then told from that millisecond on. */
static void put_sample(struct recording *recording, const struct world *world, msec now, bool whole)
{
	msec since = recording->again ? recording->looked : recording->looked + 1;

	recording->again = !whole && now == recording->looked;
	if (recording->again)
		return;
	if (flight_sample(world, whole ? recording->minute : now, whole ? WHEN_NEVER : since,
			  recording->line))
		put_line(recording, now);
	recording->looked = now;
}

void recording_look(struct recording *recording, struct world *world, msec now)
{
	msec minute = now - now % WHEN_MINUTE;
	bool whole = minute != recording->minute;	/* a minute is over: sum it up */

	show(recording, world);
	if (!recording->following || !recording->recorder)
		return;
	put_changes(recording, world);
	put_lost(recording, now);
	put_sample(recording, world, now, whole);
	recording->minute = minute;
	start_writing(recording);
}

void recording_flush(struct recording *recording, loop_call *done, void *arg)
{
	recording->flushed = done;
	recording->flushed_arg = arg;
	recording->failed_at = WHEN_NEVER;
	start_writing(recording);
	tell_flushed(recording);
}
