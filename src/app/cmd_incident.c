/*
 * cmd_incident.c: see cmd_incident.h. Orders are decided and saved at once, without a loop; the
 * loop is there for what asks the world outside.
 */
#include "app/cmd_incident.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/fail.h"
#include "app/logfile.h"
#include "app/paths.h"
#include "app/policies.h"
#include "base/mem.h"
#include "base/secret.h"
#include "export/incident_json.h"
#include "export/updates.h"

#define DEFAULT_TIMEOUT (10 * WHEN_SECOND)

enum { STDIN_MAX = 64 * 1024 };

const char *work_flag(const struct work *work, enum option_id id)
{
	return work->context->options->value[id];
}

bool work_given(const struct work *work, enum option_id id)
{
	return work->context->options->given[id];
}

struct text_list work_flags(struct work *work, enum option_id id)
{
	const struct options *options = work->context->options;
	const char **items = arena_array(&work->arena, options->use_count + 1, sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; i < options->use_count; i++)
		if (options->uses[i].id == id)
			items[count++] = options->uses[i].value;
	return (struct text_list){ items, count };
}

/* "-5m" is before now, "15m" after it. */
static bool read_time(enum option_id id, const char *word, msec now, msec *out, struct err *err)
{
	bool before = word[0] == '-';
	struct err why = { 0 };
	msec span;

	if (when_parse(str_of(word), out) || (id == OPTION_DUE && when_parse_day(str_of(word), out)))
		return true;
	if (!when_parse_duration(str_of(word + before), &span, &why))
		return err_set(err, ERR_USAGE, "'%.40s' is no time: write 2026-11-22T02:14:07Z, or "
			       "%s", word, "-5m for five minutes ago, 15m for in fifteen minutes");
	*out = before ? now - span : now + span;
	return true;
}

bool work_time(const struct work *work, enum option_id id, msec *out, struct err *err)
{
	const char *word = work_flag(work, id);

	*out = WHEN_NEVER;
	return !word || read_time(id, word, work->now, out, err) ||
	       err_add(err, "--%s", option_rows[id].name);
}

static bool read_input(struct work *work, const char **out, struct err *err)
{
	struct buf text = { .max = STDIN_MAX };
	char chunk[4096];
	size_t got;

	while ((got = fread(chunk, 1, sizeof(chunk), stdin)) > 0)
		buf_add(&text, chunk, got);
	if (text.full)
		err_set(err, ERR_USAGE, "--text -: more than %d KiB", STDIN_MAX / 1024);
	else if (ferror(stdin))
		err_set(err, ERR_IO, "--text -: cannot read standard input");
	*out = arena_text(&work->arena, buf_cstr(&text), str_trim(str_of(buf_cstr(&text))).len);
	buf_done(&text);
	return err->kind == ERR_NONE;
}

bool work_text(struct work *work, const char **out, struct err *err)
{
	const char *word = work_flag(work, OPTION_TEXT);

	if (!word || !*word)
		return err_set(err, ERR_USAGE, "--text is missing: what shall it say?");
	if (!strcmp(word, "-"))
		return read_input(work, out, err);
	*out = word;
	return true;
}

bool work_word(const struct work *work, size_t index, const char *what, const char **out,
	       struct err *err)
{
	if (index >= work->context->word_count || !*work->context->words[index])
		return err_set(err, ERR_USAGE, "%s is missing", what);
	*out = work->context->words[index];
	return true;
}

/* --- the instruments ------------------------------------------------------------------------- */

static void on_asked(void *arg)
{
	struct work *work = arg;

	estate_settle(&work->estate);
	loop_stop(work->loop);
}

void work_ask(struct work *work)
{
	if (work_given(work, OPTION_NO_ASK) || work->settings.sources.count == 0)
		return;
	prober_once(work->estate.prober, loop_now(work->loop).steady + work->timeout, on_asked,
		    work);
	loop_run(work->loop);
	work->asked = true;
	if (!work->fixed)
		work->now = loop_now(work->loop).wall;
}

void work_figures(const struct work *work, struct snapshot *out)
{
	*out = (struct snapshot){ .at = work->now };
	if (work->asked)
		snapshot_take(work->estate.world, out);
}

void work_set_figures(struct work *work, struct event_data *data)
{
	struct snapshot figures;

	if (!work->asked)
		return;
	work_figures(work, &figures);
	EVENT_SET(*data, figures, snapshot_figures(&figures, &work->arena));
}

/* --- the incident ---------------------------------------------------------------------------- */

static void on_durable(void *arg, struct dossier *dossier, const struct event *event)
{
	struct work *work = arg;

	(void)dossier;
	if (work->recorded.id[0] || event->kind != work->recorded.kind)
		return;
	work->recorded = *event;
	event_data_copy(&work->recorded.data, &event->data, &work->arena);
}

static void on_said(void *arg, const char *sentence)
{
	struct work *work = arg;

	fprintf(work->context->err, "binnacle: %s\n", sentence);
}

bool work_open_folder(struct work *work, const struct shelved *shelved, bool create,
		      struct err *err)
{
	const struct dossier_setup setup = {
		.folder = shelved->folder, .create = create, .shared = shelved->shared,
		.who = { .operator = work->by, .host = work->host, .console = "command",
			 .tool_version = BINNACLE_VERSION },
		.policy = &work->policy, .durable = on_durable, .said = on_said, .arg = work,
	};

	work->shelved = *shelved;
	work->dossier = dossier_open(&setup, err);
	return work->dossier;
}

bool work_open(struct work *work, struct err *err)
{
	struct shelved shelved;
	const char *word = NULL;

	return work_word(work, 0, "the id of an incident", &word, err) &&
	       shelf_find(work->roots, word, &shelved, err) &&
	       work_open_folder(work, &shelved, false, err);
}

struct order work_order(const struct work *work, enum event_kind kind)
{
	return (struct order){ .kind = kind, .at = work->at, .src = SRC_HUMAN, .by = work->by };
}

bool work_submit(struct work *work, const struct order *order, struct err *err)
{
	char already[BECAUSE_TEXT];

	work->recorded = (struct event){ .kind = order->kind };
	if (!dossier_submit(work->dossier, order, work->now, already, err)) {
		if (err->kind == ERR_INPUT)	/* also of what is missing it is decide() that says no */
			err->kind = ERR_REFUSED;
		return false;
	}
	if (*already && order->src == SRC_HUMAN && !work_given(work, OPTION_QUIET))
		fprintf(work->context->err, "binnacle: %s\n", already);
	return true;
}

bool work_may_act(const struct work *work, const char *what, struct err *err)
{
	return !work->settings.read_only ||
	       err_set(err, ERR_REFUSED, "read-only: %s goes outside", what);
}

void work_clocks(const struct work *work, struct clocks_in *out)
{
	struct docket docket;

	dossier_docket(work->dossier, &docket);
	*out = (struct clocks_in){
		.incident = docket.incident, .policy = &work->policy, .world = work->estate.world,
		.origin = "", .operator = work->by, .wall = work->now,
	};
}

void work_brief(const struct work *work, struct buf *out)
{
	struct snapshot figures;
	struct clocks_in in;

	work_figures(work, &figures);
	work_clocks(work, &in);
	incident_brief(&in, dossier_history(work->dossier), &figures, out);
}

/* --- what is printed ------------------------------------------------------------------------- */

/* Nothing that is printed holds a secret, whoever wrote it down. */
bool work_print_text(struct work *work, struct buf *text, struct err *err)
{
	struct buf clean = { 0 };

	redact(&clean, str_sub(buf_cstr(text), text->len));
	buf_done(text);
	return verb_print(work->context, &clean) == EXIT_OK ||
	       err_set(err, ERR_IO, "what was asked for is done, and could not be printed");
}

bool work_print_json(struct work *work, json_t *root, struct err *err)
{
	struct buf text = { 0 };

	json_write(&text, root);
	buf_char(&text, '\n');
	json_decref(root);
	return work_print_text(work, &text, err);
}

bool work_print(struct work *work, struct err *err)
{
	struct incident_view view = { .history = dossier_history(work->dossier),
				      .folder = work->shelved.folder };
	struct docket docket;
	struct buf text = { 0 };
	json_t *root;

	work_clocks(work, &view.in);
	dossier_docket(work->dossier, &docket);
	view.degraded = docket.trouble;
	if (!work_given(work, OPTION_JSON)) {
		incident_line(&view, &text);
		return work_print_text(work, &text, err);
	}
	root = json_object();
	json_set_text(root, "schema", "binnacle.incident/1");
	json_set_time(root, "at", work->now);
	json_set_text(root, "id", docket.incident->id);
	json_set_text(root, "folder", work->shelved.folder);
	json_set(root, "state", incident_state_json(&view));
	return work_print_json(work, root, err);
}

/* --- beginning and end ----------------------------------------------------------------------- */

static bool find_roots(struct work *work, struct err *err)
{
	const struct share_settings *share = &work->settings.share;

	if (!paths_state(work->context, &work->state_root, err))
		return false;
	buf_text(&work->state_root, "/incidents");
	work->roots[0] = buf_cstr(&work->state_root);
	if (!share->dir)
		return true;
	if (!shelf_share(share->dir, share->group, err))
		return false;
	buf_text(&work->shared_root, share->dir);
	work->roots[1] = buf_cstr(&work->shared_root);
	return true;
}

void work_catch_up(struct work *work)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (!work->fixed)
		work->now = (msec)now.tv_sec * WHEN_SECOND + now.tv_nsec / 1000000;
}

static bool read_now(struct work *work, struct err *err)
{
	if (!context_now(work->context, &work->now, err))
		return false;
	work->fixed = work->now != WHEN_NEVER;
	work_catch_up(work);
	return work_time(work, OPTION_AT, &work->at, err);
}

static bool read_timeout(struct work *work, struct err *err)
{
	const char *word = work_flag(work, OPTION_TIMEOUT);

	work->timeout = DEFAULT_TIMEOUT;
	if (!word || when_parse_duration(str_of(word), &work->timeout, err))
		return true;
	err->kind = ERR_USAGE;
	return err_add(err, "--timeout");
}

static bool begin(struct work *work, struct err *err)
{
	if (!read_now(work, err) || !read_timeout(work, err) || !find_roots(work, err))
		return false;
	policy_make(&work->settings, &work->policy);
	work->by = work_flag(work, OPTION_BY);
	if (!work->by)
		work->by = work->settings.operator;
	if (!*work->by)
		return err_set(err, ERR_USAGE, "--by: who?");
	if (gethostname(work->host, sizeof(work->host)) != 0)
		str_put(work->host, sizeof(work->host), "unknown host");
	work->host[sizeof(work->host) - 1] = '\0';
	work->loop = loop_new(err);
	if (!work->loop)
		return false;
	if (work->fixed)
		loop_fix_wall(work->loop, work->now);
	return estate_open(&work->estate, work->loop, &work->settings, work->context, work->timeout,
			   err);
}

static void end(struct work *work)
{
	dossier_close(work->dossier);
	if (work->estate.world)
		estate_stop(&work->estate);
	logfile_end(work->context);
	if (fflush(work->context->out) != 0)
		work->status = EXIT_FAILED;
}

static bool open_log(const struct context *context, struct err *err)
{
	if (logfile_open(context, err))
		return true;
	if (err->kind == ERR_USAGE)
		return false;
	if (!context->options->given[OPTION_QUIET])
		fprintf(context->err, "binnacle: no log: %s\n", err->text);
	*err = (struct err){ 0 };
	return true;
}

int work_run(const struct context *context, work_body *body)
{
	struct work *work = mem_new(sizeof(*work));
	struct err err = { 0 };

	work->context = context;
	work->at = WHEN_NEVER;
	if (!open_log(context, &err))
		work->status = verb_fail(context, "BN-U004", &err);
	else if (!settings_load(context, &work->settings))
		work->status = settings_fail(context, &work->settings);
	else if (!begin(work, &err) || !body(work, &err))
		work->status = verb_fail(context, "BN-I001", &err);
	end(work);
	/* As in `status`: nothing that hangs may keep the end waiting. */
	_exit(work->status);
}
