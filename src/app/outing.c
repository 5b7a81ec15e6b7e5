#include "app/outing.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/outside.h"

#define PATIENCE (5 * WHEN_MINUTE)
#define PATIENCE_OF_A_WRITER WHEN_DAY

enum { ENVIRONMENT = 256, WORDS = 320 };

struct outing_work {
	struct outing_plan plan;
	struct task *task;
	struct outing outing;
	bool interactive, lent;
};

/* The words are ours; what comes from elsewhere goes by the environment, never into them. */
static const struct {
	const char *verb, *words, *done;
	bool interactive;
} verbs_of[] = {
	{ "export", "incident export \"$BINNACLE_OUTING\" --json --quiet", "exported", false },
	{ "bundle", "incident bundle \"$BINNACLE_OUTING\" --json --quiet", "bundled", false },
	{ "edit", "incident postmortem \"$BINNACLE_OUTING\" --edit", "what was written is in the record",
	  true },
};

/* --- what it said ---------------------------------------------------------------------------- */

static void add_path(struct outing *outing, const char *path)
{
	if (path && outing->path_count < AFTERWORD_PATHS)
		(void)outside_put(outing->paths[outing->path_count++], sizeof(outing->paths[0]),
				  str_of(path));
}

/* False: the line is none of ours. */
static bool read_files(struct str line, struct outing *outing)
{
	struct err ignored = { 0 };
	json_t *root = str_starts(line, "{") ? json_read(line, JSON_MAX_SMALL, &ignored) : NULL;
	json_t *files = json_object_get(root, "files");
	bool ours = json_is_object(root);

	add_path(outing, json_string_value(json_object_get(root, "folder")));
	for (size_t i = 0; i < json_array_size(files); i++)
		add_path(outing, json_string_value(json_object_get(json_array_get(files, i), "path")));
	json_decref(root);
	return ours;
}

/* Its words are in the last line that is no JSON. */
void outing_read(struct str printed, bool well, struct outing *outing)
{
	struct str line, said = str_of("");

	outing->busy = false;
	outing->ok = well;
	while (str_cut(&printed, '\n', &line)) {
		line = str_trim(line);
		if (line.len > 0 && !read_files(line, outing))
			said = line;
	}
	outing->said[0] = '\0';
	if (!well && said.len == 0)
		said = str_of("it ended without a word");
	if (said.len > 0)
		(void)outside_put(outing->said, sizeof(outing->said), said);
}

static const char *done_word(const char *verb)
{
	for (size_t i = 0; i < ARRAY_LEN(verbs_of); i++)
		if (strcmp(verbs_of[i].verb, verb) == 0)
			return verbs_of[i].done;
	return verb;
}

static void on_ended(void *arg, const struct task_end *end)
{
	struct outing_work *work = arg;
	struct outing *outing = &work->outing;
	bool well = end->kind == TASK_EXITED && end->status == 0;

	work->task = NULL;
	/* What an editor drew says nothing; how it failed is said behind it. */
	outing_read(work->interactive && well ? str_of("") : end->output, well, outing);
	if (end->kind != TASK_EXITED)
		(void)snprintf(outing->said, sizeof(outing->said), "%s: %s%s%.150s", outing->verb,
			       task_end_word(end->kind), end->why && end->why[0] ? ": " : "",
			       end->why ? end->why : "");
	else if (well)
		(void)snprintf(outing->said, sizeof(outing->said), "%s", done_word(outing->verb));
	if (work->lent && work->plan.terminal_back)
		work->plan.terminal_back(work->plan.terminal_arg);
	work->plan.done(work->plan.arg, outing);
}

static void on_output(void *arg, struct str bytes)
{
	struct outing_work *work = arg;

	if (work->lent && work->plan.terminal)
		work->plan.terminal(work->plan.terminal_arg, bytes);
}

/* --- its beginning --------------------------------------------------------------------------- */

/* /proc/PID/exe, and not a path: it is this program also when its file was replaced. */
static void put_words(const struct outing_work *work, size_t verb, char out[WORDS])
{
	const struct options *options = work->plan.context->options;

	(void)snprintf(out, WORDS, "exec /proc/%ld/exe %s%s%s", (long)getpid(), verbs_of[verb].words,
		       options->value[OPTION_CONFIG] ? " --config \"$BINNACLE_OUTING_CONFIG\"" : "",
		       options->value[OPTION_ENV] ? " --env \"$BINNACLE_OUTING_ENV\"" : "");
}

static const char *pair(struct arena *arena, const char *name, const char *value)
{
	struct buf text = { 0 };
	const char *out;

	buf_fmt(&text, "%s=%s", name, value);
	out = arena_text(arena, buf_cstr(&text), text.len);
	buf_done(&text);
	return out;
}

static const char *const *environment_of(const struct outing_work *work, struct arena *arena)
{
	const struct context *context = work->plan.context;
	const char **out = arena_array(arena, ENVIRONMENT, sizeof(*out));
	size_t count = 0;

	out[count++] = pair(arena, "BINNACLE_OUTING", work->plan.incident);
	if (context->options->value[OPTION_CONFIG])
		out[count++] = pair(arena, "BINNACLE_OUTING_CONFIG", context->options->value[OPTION_CONFIG]);
	if (context->options->value[OPTION_ENV])
		out[count++] = pair(arena, "BINNACLE_OUTING_ENV", context->options->value[OPTION_ENV]);
	for (size_t i = 0; context->environment[i] && count + 1 < ENVIRONMENT; i++)
		out[count++] = context->environment[i];
	out[count] = NULL;
	return out;
}

static void start(struct outing_work *work, size_t verb)
{
	char words[WORDS];
	struct arena arena = { 0 };
	struct task_plan plan = {
		.loop = work->plan.loop, .shell = "sh", .environment = environment_of(work, &arena),
		.timeout = verbs_of[verb].interactive ? PATIENCE_OF_A_WRITER : PATIENCE,
		.interactive = verbs_of[verb].interactive, .output = on_output, .ended = on_ended,
		.arg = work,
	};

	put_words(work, verb, words);
	plan.text = str_of(words);
	work->task = task_start(&plan);
	arena_done(&arena);
}

struct outing_work *outing_start(const struct outing_plan *plan, struct outing *outing,
				 struct err *err)
{
	struct outing_work *work;
	size_t verb = 0;

	while (verb < ARRAY_LEN(verbs_of) && strcmp(verbs_of[verb].verb, plan->verb) != 0)
		verb++;
	if (verb == ARRAY_LEN(verbs_of)) {
		err_set(err, ERR_INPUT, "nothing is known of '%s'", plan->verb);
		return NULL;
	}
	*outing = (struct outing){ .verb = verbs_of[verb].verb, .busy = true };
	work = mem_new(sizeof(*work));
	work->plan = *plan;
	work->outing = *outing;
	work->interactive = verbs_of[verb].interactive;
	start(work, verb);
	return work;
}

struct task *outing_wants_terminal(struct outing_work *work)
{
	if (!work->interactive || work->lent || !work->task)
		return NULL;
	work->lent = true;
	return work->task;
}

void outing_stop(struct outing_work *work)
{
	if (!work)
		return;
	task_drop(work->task);
	mem_free(work);
}
