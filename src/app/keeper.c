#include "app/keeper.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "core/recall.h"

struct retired {
	struct settings *settings;
	struct retired *next;
};

static msec wall(const struct keeper *keeper)
{
	return loop_now(keeper->setup.loop).wall;
}

static void on_saved(void *arg)
{
	keeper_reload(arg);
}

static struct recording *new_recording(struct keeper *keeper, const struct settings *settings)
{
	struct recording_setup setup = {
		.loop = keeper->setup.loop, .context = keeper->setup.context, .settings = settings,
		.headless = keeper->setup.headless, .said = keeper->setup.said,
		.wrote = keeper->setup.wrote, .arg = keeper->setup.arg,
	};

	return recording_new(&setup);
}

bool keeper_open(struct keeper *keeper, const struct keeper_setup *setup, struct err *err)
{
	*keeper = (struct keeper){ .setup = *setup, .settings = setup->settings };
	keeper->estate = mem_new(sizeof(*keeper->estate));
	if (!estate_open(keeper->estate, setup->loop, setup->settings, setup->context, 0, err)) {
		mem_free(keeper->estate);
		keeper->estate = NULL;
		return false;
	}
	keeper->recording = new_recording(keeper, setup->settings);
	if (setup->headless && !recording_claim(keeper->recording, err)) {
		if (err->kind == ERR_REFUSED)
			return false;
		setup->said(setup->arg, err->text);	/* it is tried again with each line */
	}
	return true;
}

static void begin(void *arg)
{
	struct keeper *keeper = arg;

	if (keeper->started)
		return;
	keeper->started = true;
	loop_timer_stop(keeper->setup.loop, &keeper->patience);
	recording_follow(keeper->recording, keeper->estate->world);
	prober_start(keeper->estate->prober);
}

void keeper_start(struct keeper *keeper)
{
	keeper->patience = (struct loop_timer){ .call = begin, .arg = keeper };
	loop_timer_set(keeper->setup.loop, &keeper->patience,
		       loop_now(keeper->setup.loop).steady + RECALL_PATIENCE);
	keeper->watch = config_watch_new(keeper->setup.loop, keeper->settings, on_saved, keeper);
	recording_recall(keeper->recording, keeper->estate->world, begin, keeper);
}

/* What a worker is reading stays until it has read it. */
static void free_retired(struct keeper *keeper)
{
	while (keeper->retired && loop_jobs(keeper->setup.loop) == 0) {
		struct retired *first = keeper->retired;

		keeper->retired = first->next;
		settings_done(first->settings);
		mem_free(first->settings);
		mem_free(first);
	}
}

static void write_down(struct keeper *keeper)
{
	recording_look(keeper->recording, keeper->estate->world, wall(keeper));
	free_retired(keeper);
}

bool keeper_settle(struct keeper *keeper)
{
	bool changed = estate_settle(keeper->estate);

	write_down(keeper);
	return changed;
}

bool keeper_catch_up(struct keeper *keeper)
{
	bool changed = estate_catch_up(keeper->estate);

	write_down(keeper);
	return changed;
}

static void retire(struct keeper *keeper, const struct settings *settings)
{
	struct retired *retired;

	if (settings == keeper->setup.settings)
		return;
	retired = mem_new(sizeof(*retired));
	/* Ours: only the first ones are not. */
	retired->settings = (struct settings *)(uintptr_t)settings;
	retired->next = keeper->retired;
	keeper->retired = retired;
}

static void refuse(struct keeper *keeper, const char *why)
{
	struct world *world = keeper->estate->world;
	struct buf text = { 0 };

	buf_fmt(&text, "configuration not reloaded: %s", why);
	str_put(keeper->refused, sizeof(keeper->refused), buf_cstr(&text));
	str_put(world->refused, sizeof(world->refused), buf_cstr(&text));
	world->version++;
	log_put(LOG_WARN, "%s", buf_cstr(&text));
	keeper->setup.said(keeper->setup.arg, buf_cstr(&text));
	buf_done(&text);
}

/* The recording goes on where it writes the same; else another one begins. */
static void record_anew(struct keeper *keeper, const struct settings *fresh)
{
	struct err err = { 0 };

	if (recording_suits(keeper->recording, keeper->setup.context, fresh))
		return;
	recording_free(keeper->recording);
	keeper->recording = new_recording(keeper, fresh);
	if (keeper->setup.headless && !recording_claim(keeper->recording, &err))
		keeper->setup.said(keeper->setup.arg, err.text);
}

static void say_differences(struct keeper *keeper, const struct buf *lines, size_t count)
{
	struct str rest = str_sub(buf_cstr(lines), lines->len), line;
	struct buf text = { 0 };

	(void)str_cut(&rest, '\n', &line);
	buf_fmt(&text, "configuration reloaded: %.*s", (int)line.len, line.p);
	if (count > 1)
		buf_fmt(&text, " (and %zu more: the timeline)", count - 1);
	keeper->setup.said(keeper->setup.arg, buf_cstr(&text));
	rest = str_sub(buf_cstr(lines), lines->len);
	while (str_cut(&rest, '\n', &line)) {
		buf_clear(&text);
		buf_fmt(&text, "reloaded: %.*s", (int)line.len, line.p);
		log_put(LOG_INFO, "configuration %s", buf_cstr(&text));
		world_note(keeper->estate->world, "configuration", STATE_OK, buf_cstr(&text));
	}
	buf_done(&text);
}

static void inherit(struct keeper *keeper, struct estate *fresh)
{
	struct recall *recall = recall_new(wall(keeper));
	struct world *world = fresh->world;

	recall_world(recall, keeper->estate->world);
	world_recall(world, recall);
	world->started = keeper->estate->world->started;
	world->version += keeper->estate->world->version;
	recording_look(keeper->recording, keeper->estate->world, wall(keeper));
}

static void replace(struct keeper *keeper, struct estate *fresh, struct settings *settings)
{
	struct estate *old = keeper->estate;

	inherit(keeper, fresh);
	record_anew(keeper, settings);
	keeper->estate = fresh;
	recording_follow(keeper->recording, fresh->world);
	estate_close(old);
	mem_free(old);
	retire(keeper, keeper->settings);
	keeper->settings = settings;
	config_watch_free(keeper->watch);
	keeper->watch = config_watch_new(keeper->setup.loop, settings, on_saved, keeper);
	if (keeper->started)
		prober_start(fresh->prober);
	keeper->setup.replaced(keeper->setup.arg);
}

static void take_over(struct keeper *keeper, struct settings *settings, const struct buf *lines,
		      size_t count)
{
	struct estate *fresh = mem_new(sizeof(*fresh));
	struct err err = { 0 };

	if (!estate_open(fresh, keeper->setup.loop, settings, keeper->setup.context, 0, &err)) {
		mem_free(fresh);
		refuse(keeper, err.text);
		settings_done(settings);
		mem_free(settings);
		return;
	}
	keeper->refused[0] = '\0';
	replace(keeper, fresh, settings);
	say_differences(keeper, lines, count);
}

void keeper_reload(struct keeper *keeper)
{
	struct settings *fresh = mem_new(sizeof(*fresh));
	struct buf text = { 0 };
	bool good = settings_load(keeper->setup.context, fresh);
	size_t count = good ? reload_differences(keeper->settings, fresh, &text) : 0;

	if (good && count > 0) {
		take_over(keeper, fresh, &text, count);
		buf_done(&text);
		return;
	}
	if (!good) {
		reload_problem(fresh, &text);
		refuse(keeper, buf_cstr(&text));
	} else if (keeper->refused[0]) {		/* mended by taking the change back */
		keeper->refused[0] = keeper->estate->world->refused[0] = '\0';
		keeper->estate->world->version++;
		keeper->setup.said(keeper->setup.arg, "configuration: as it was");
	}
	settings_done(fresh);
	mem_free(fresh);
	buf_done(&text);
}

void keeper_stop(struct keeper *keeper)
{
	loop_timer_stop(keeper->setup.loop, &keeper->patience);
	if (keeper->estate)
		estate_stop(keeper->estate);
}

void keeper_close(struct keeper *keeper)
{
	keeper_stop(keeper);
	config_watch_free(keeper->watch);
	recording_free(keeper->recording);
	if (keeper->estate)
		estate_close(keeper->estate);
	mem_free(keeper->estate);
	retire(keeper, keeper->settings);
	keeper->estate = NULL;
	keeper->recording = NULL;
	keeper->watch = NULL;
}
