/*
 * cmd_status.c: ask everything once, say how it is, and leave with a status that a script can use.
 * A source that cannot be read is a row, never an exit.
 */
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/estate.h"
#include "app/fail.h"
#include "app/logfile.h"
#include "app/recording.h"
#include "app/tx_dismissed.h"
#include "base/log.h"
#include "base/secret.h"
#include "export/status.h"

#define DEFAULT_TIMEOUT (10 * WHEN_SECOND)
#define WATCH_EVERY (2 * WHEN_SECOND)

struct once {
	const struct context *context;
	struct estate estate;
	struct loop *loop;
	struct loop_timer again, patience;
	struct recording *recording;	/* only read */
	bool asked;
	struct status_filter filter;
	msec timeout;
	int status;
};

static int check_status(enum state worst)
{
	switch (worst) {
	case STATE_OK:
		return EXIT_OK;
	case STATE_WARN:
		return EXIT_WARN;
	case STATE_BAD:
	case STATE_DOWN:
		return EXIT_BAD;
	case STATE_STALE:
	case STATE_UNKNOWN:
	case STATE_COUNT:
		return EXIT_UNKNOWN;
	}
	return EXIT_UNKNOWN;
}

static void print(struct once *run)
{
	struct buf text = { 0 }, clean = { 0 };

	if (run->context->options->given[OPTION_JSON]) {
		json_t *root = status_json(run->estate.world, &run->filter);

		json_write(&text, root);
		buf_char(&text, '\n');
		json_decref(root);
	} else {
		status_plain(run->estate.world, &run->filter, &text);
		if (run->context->options->given[OPTION_WATCH])
			buf_char(&text, '\n');
	}
	redact(&clean, str_sub(text.data, text.len));
	run->status = verb_print(run->context, &clean);
	buf_done(&text);
}

static void ask(void *arg);

static void on_done(void *arg)
{
	struct once *run = arg;

	estate_settle(&run->estate);
	print(run);
	if (run->status == EXIT_OK && run->context->options->given[OPTION_CHECK])
		run->status = check_status(status_worst(run->estate.world, &run->filter));
	if (!run->context->options->given[OPTION_WATCH] || run->status == EXIT_FAILED) {
		loop_stop(run->loop);
		return;
	}
	run->again = (struct loop_timer){ .call = ask, .arg = run };
	loop_timer_set(run->loop, &run->again, loop_now(run->loop).steady + WATCH_EVERY);
}

static void ask(void *arg)
{
	struct once *run = arg;

	prober_once(run->estate.prober, loop_now(run->loop).steady + run->timeout, on_done, run);
}

/* It is shown all the same; the log says why there is no past. */
static void on_said(void *arg, const char *sentence)
{
	(void)arg;
	log_put(LOG_DEBUG, "%s", sentence);
}

static void begin(void *arg)
{
	struct once *run = arg;

	if (run->asked)
		return;
	run->asked = true;
	loop_timer_stop(run->loop, &run->patience);
	ask(run);
}

/* Since when things are as they are was recorded, perhaps: a moment is given to that. */
static void recall(struct once *run, const struct settings *settings)
{
	struct recording_setup setup = { .loop = run->loop, .context = run->context,
					 .settings = settings, .said = on_said };

	log_now(loop_now(run->loop).wall);
	run->recording = recording_new(&setup);
	run->patience = (struct loop_timer){ .call = begin, .arg = run };
	loop_timer_set(run->loop, &run->patience, loop_now(run->loop).steady + RECALL_PATIENCE);
	recording_recall(run->recording, run->estate.world, begin, run);
}

/* A name on the command line must name a source or a signal. */
static bool names_exist(const struct once *run, struct err *err)
{
	const struct world *world = run->estate.world;
	const char *known[WORLD_SOURCES + WORLD_SIGNALS];
	size_t n = 0;

	for (size_t i = 0; i < world->source_count; i++)
		known[n++] = world->sources[i].name;
	for (size_t i = 0; i < world->signal_count; i++)
		known[n++] = world->signals[i].name;
	for (size_t i = 0; i < run->filter.count; i++) {
		const char *name = run->filter.names[i];
		const char *near = str_nearest(name, known, n);

		if (world_find_source(world, name) >= 0 || world_find_signal(world, name) >= 0)
			continue;
		if (near)
			return err_set(err, ERR_NOT_FOUND,
				       "no source or signal '%.60s': did you mean '%s'?", name, near);
		return err_set(err, ERR_NOT_FOUND, "no source or signal '%.60s'", name);
	}
	return true;
}

static bool read_timeout(const struct context *context, msec *out, struct err *err)
{
	const char *word = context->options->value[OPTION_TIMEOUT];

	*out = DEFAULT_TIMEOUT;
	if (!word)
		return true;
	if (!when_parse_duration(str_of(word), out, err)) {
		err->kind = ERR_USAGE;
		return err_add(err, "--timeout");
	}
	return true;
}

/* What the default cannot hold would be missing each time. */
static void say_when_short(const struct once *run)
{
	const struct options *options = run->context->options;
	char why[BUDGET_TEXT], time[WHEN_TEXT], most[WHEN_TEXT];
	msec wanted = prober_once_time(run->estate.prober, why);

	if (wanted <= run->timeout || options->given[OPTION_TIMEOUT] || options->given[OPTION_QUIET])
		return;
	when_format_duration(time, wanted);
	when_format_duration(most, run->timeout);
	fprintf(run->context->err, "binnacle: %s: not all of them are sent within %s; --timeout %s "
				   "sends all\n", why, most, time);
}

static int run_status(struct once *run, const struct settings *settings)
{
	struct casebook *casebook = NULL;
	struct err err = { 0 };
	msec fixed;

	if (!read_timeout(run->context, &run->timeout, &err) ||
	    !context_now(run->context, &fixed, &err))
		return verb_fail(run->context, "BN-U003", &err);
	run->loop = loop_new(&err);
	if (!run->loop)
		return verb_fail(run->context, "BN-S001", &err);
	if (fixed != WHEN_NEVER)
		loop_fix_wall(run->loop, fixed);
	casebook = tx_dismissed_open(run->context, settings);
	if (!estate_open(&run->estate, run->loop, settings, run->context, run->timeout, &err) ||
	    !names_exist(run, &err)) {
		run->status = verb_fail(run->context, "BN-S002", &err);
	} else {
		say_when_short(run);
		recall(run, settings);
		loop_run(run->loop);
	}
	estate_stop(&run->estate);
	tx_dismissed_use(settings, NULL);
	casebook_close(casebook);
	return run->status;
}

static void say_when_empty(const struct context *context, const struct settings *settings)
{
	if (settings->sources.count == 0 && !context->options->given[OPTION_QUIET])
		fprintf(context->err, "binnacle: no source is configured: 'binnacle config init' "
				      "writes a commented example to %s\n", settings->files.main);
}

int cmd_status(const struct context *context)
{
	struct settings settings;
	struct once run = { .context = context, .filter = { context->words, context->word_count } };
	struct err err = { 0 };

	if (!logfile_open(context, &err)) {
		if (err.kind == ERR_USAGE)
			return verb_fail(context, "BN-U004", &err);
		if (!context->options->given[OPTION_QUIET])
			fprintf(context->err, "binnacle: no log: %s\n", err.text);
	}
	if (settings_load(context, &settings)) {
		say_when_empty(context, &settings);
		run.status = run_status(&run, &settings);
	} else {
		run.status = settings_fail(context, &settings);
	}
	logfile_end(context);
	if (fflush(context->out) != 0)
		run.status = EXIT_FAILED;
	/* loop_free() would wait for a name that is still being looked up as long as its name
	 * server likes. What there was to say has been printed. */
	_exit(run.status);
}
