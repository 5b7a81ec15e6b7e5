/*
 * tx_desk.c: see tx_desk.h. The caseload is made anew when anything has changed, at most once in a
 * look: the console looks before it sleeps and once a second.
 */
#include "app/tx_desk.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "app/paths.h"
#include "app/tx_desk_inside.h"
#include "app/tx_dismissed.h"
#include "base/log.h"
#include "base/mem.h"

enum { GROUPS_AHEAD = 48, GROUPS_A_SECOND = 4 };

void desk_say(struct tx_desk *desk, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	desk->setup.said(desk->setup.arg, buf_cstr(&text));
	buf_done(&text);
}

/* --- the caseload --- */

static bool find(void *arg, const char *id, const char *hash, struct tx_case *out)
{
	struct tx_desk *desk = arg;

	return tx_acts_case(desk->acts, id, hash, out);
}

static bool ready(void *arg, const char *id, const char *hash, enum tx_act act,
		  struct ready_act *out)
{
	struct tx_desk *desk = arg;

	return tx_acts_ready(desk->acts, id, hash, act, out);
}

static void make(struct tx_desk *desk)
{
	struct caseload *load = &desk->load;
	uint64_t version = load->version + 1;
	struct caseload kept = *load;

	*load = (struct caseload){ .total = -1, .version = version, .find = find, .ready = ready,
				   .arg = desk };
	load->growth_per_minute = caseload_growth_of(desk->setup.estate->world);
	memcpy(load->selected_id, kept.selected_id, sizeof(load->selected_id));
	memcpy(load->selected_hash, kept.selected_hash, sizeof(load->selected_hash));
	if (desk->pages)
		tx_pages_caseload(desk->pages, load);
	if (!load->trouble[0])
		(void)str_put(load->trouble, sizeof(load->trouble), desk->trouble);
	load->order = desk->order;
	load->grouped = desk->grouped;
	desk_put_lines(desk, load);
	if (desk->diagnoser)
		diagnoser_progress(desk->diagnoser, load);
	desk->dirty = false;
	desk->setup.changed(desk->setup.arg);
}

const struct caseload *tx_desk_caseload(const struct tx_desk *desk)
{
	return &desk->load;
}

/* --- what the parts tell --- */

static void on_changed(void *arg, const char *key, bool judged)
{
	struct tx_desk *desk = arg;

	desk->dirty = true;
	if (judged)
		desk_note(desk, key);
}

static void on_rows(void *arg)
{
	((struct tx_desk *)arg)->dirty = true;
}

static struct dossier *dossier_of(void *arg)
{
	struct tx_desk *desk = arg;

	return desk->setup.dossier ? desk->setup.dossier(desk->setup.arg) : NULL;
}

static bool is_open(void *arg, const struct dossier *dossier)
{
	struct tx_desk *desk = arg;

	return !desk->setup.is_open || desk->setup.is_open(desk->setup.arg, dossier);
}

static bool identity_of(void *arg, const char *hash, struct tx_identity *out)
{
	const struct tx_desk *desk = arg;

	for (size_t i = 0; i < desk->pasted_count; i++) {
		if (strcmp(desk->pasted[i].identity.hash, hash) == 0) {
			*out = desk->pasted[i].identity;
			return true;
		}
	}
	return false;
}

static void on_said(void *arg, const char *sentence)
{
	struct tx_desk *desk = arg;

	desk->setup.said(desk->setup.arg, sentence);
}

static void on_copy(void *arg, const char *text)
{
	struct tx_desk *desk = arg;

	desk->setup.copy(desk->setup.arg, text);
}

/* --- its life --- */

static void open_casebook(struct tx_desk *desk)
{
	struct buf dir = { 0 };
	char said[BECAUSE_TEXT] = "";
	struct err err = { 0 };

	if (paths_state(desk->setup.context, &dir, &err))
		desk->casebook = casebook_open(buf_cstr(&dir), said, &err);
	buf_done(&dir);
	if (!desk->casebook)
		log_put(LOG_WARN, "verdicts are not remembered: %s", err.text);
	else if (said[0])
		log_put(LOG_WARN, "%s", said);
}

/* Another configuration is another list. */
static void open_rows(struct tx_desk *desk)
{
	struct err err = { 0 };

	tx_pages_free(desk->pages);
	desk->pages = tx_pages_new(&(struct tx_pages_setup){
		.loop = desk->setup.loop, .settings = desk->setup.settings,
		.context = desk->setup.context, .changed = on_rows, .arg = desk }, &err);
	str_put(desk->trouble, sizeof(desk->trouble), desk->pages ? "" : err.text);
	desk->intent.pages = desk->pages;
	if (desk->pages && desk->order != TX_BY_VERDICT)
		tx_pages_order(desk->pages, desk->order);
	desk->read = false;
}

static void open_diagnoser(struct tx_desk *desk)
{
	struct err err = { 0 };

	desk->diagnoser = diagnoser_new(&(struct diagnoser_setup){
		.loop = desk->setup.loop, .settings = desk->setup.settings,
		.estate = desk->setup.estate, .errands = desk->errands, .casebook = desk->casebook,
		.changed = on_changed, .arg = desk }, &err);
	if (!desk->diagnoser)
		log_put(LOG_INFO, "%s", err.text);
	desk->intent.diagnoser = desk->diagnoser;
}

static void open_acts(struct tx_desk *desk)
{
	desk->acts = tx_acts_new(&(struct tx_acts_setup){
		.loop = desk->setup.loop, .context = desk->setup.context,
		.settings = desk->setup.settings, .estate = desk->setup.estate,
		.errands = desk->errands, .diagnoser = desk->diagnoser, .pages = desk->pages,
		.casebook = desk->casebook, .dossier = dossier_of, .is_open = is_open,
		.identity = identity_of, .said = on_said, .copy = on_copy, .arg = desk });
}

struct tx_desk *tx_desk_new(const struct tx_desk_setup *setup)
{
	struct tx_desk *desk = mem_new(sizeof(*desk));

	desk->setup = *setup;
	desk->errands = errands_new(setup->loop, setup->context->environment);
	open_casebook(desk);
	tx_dismissed_use(setup->settings, desk->casebook);
	desk->intent.casebook = desk->casebook;
	desk->intent.config = &setup->settings->transactions;
	open_rows(desk);
	open_diagnoser(desk);
	open_acts(desk);
	make(desk);
	setup->estate->world->cases = &desk->load;
	return desk;
}

void tx_desk_free(struct tx_desk *desk)
{
	if (!desk)
		return;
	tx_acts_free(desk->acts);
	diagnoser_free(desk->diagnoser);
	tx_pages_free(desk->pages);
	errands_free(desk->errands);
	tx_dismissed_use(desk->setup.settings, NULL);
	casebook_close(desk->casebook);
	for (size_t i = 0; i < desk->pasted_count; i++)
		mem_free(desk->pasted[i].identity.envelope);
	mem_free(desk->noted);
	mem_free(desk);
}

/* The old estate is gone already; the old settings go after this. What is under way borrows from
 * them, so the acts end first, and all else is begun anew. */
void tx_desk_replace(struct tx_desk *desk, const struct settings *settings, struct estate *estate)
{
	desk->setup.settings = settings;
	desk->setup.estate = estate;
	tx_dismissed_use(settings, desk->casebook);
	desk->intent.config = &settings->transactions;
	tx_acts_free(desk->acts);
	if (desk->diagnoser)
		diagnoser_replace(desk->diagnoser, settings, estate);
	else
		open_diagnoser(desk);
	errands_reset(desk->errands);
	open_rows(desk);
	open_acts(desk);
	make(desk);
	estate->world->cases = &desk->load;
}

/* --- looking --- */

/* The first page is read when the screens may want it, and again as the database goes on. */
static void look_at_rows(struct tx_desk *desk)
{
	if (!desk->pages || desk->load.paging)
		return;
	if (!desk->read)
		tx_pages_move(desk->pages, TX_FIRST);
	else if (++desk->seconds % TX_DESK_EVERY == 0)
		tx_pages_move(desk->pages, TX_AGAIN);
	desk->read = true;
}

/* A payment that is looked at may have another row by now. */
static void look_at_selected(struct tx_desk *desk)
{
	if (desk->pages)
		tx_pages_want_group(desk->pages, desk->load.selected_id, desk->load.selected_hash);
}

/* The rows of a payment come later than the order to ask about it. */
static void look_at_wishes(struct tx_desk *desk)
{
	size_t left = 0;

	for (size_t i = 0; i < desk->wish_count; i++) {
		const struct wish *wish = &desk->wishes[i];

		if (!tx_intent_ask_others(&desk->intent, wish->id, wish->hash, false))
			desk->wishes[left++] = *wish;
	}
	desk->wish_count = left;
}

/*
 * What may be done with a dead envelope is decided over its whole payment: the rows of it are read
 * ahead for those in sight, a few a second, so that the list says it without a key. The selected
 * one goes on to be read anew; room for it is left.
 */
static void read_groups_ahead(struct tx_desk *desk)
{
	size_t dead = 0, wanted = 0;

	for (size_t i = 0; desk->pages && i < desk->load.count && dead < GROUPS_AHEAD; i++) {
		const struct tx_line *line = &desk->load.lines[i], *rows;
		size_t count;
		bool complete;

		if (desk_rank(desk, line) > RANK_OVER)
			continue;
		dead++;
		if (tx_pages_group(desk->pages, line->id, line->hash, &rows, &count, &complete))
			continue;
		tx_pages_want_group(desk->pages, line->id, line->hash);
		if (++wanted == GROUPS_A_SECOND)
			return;
	}
}

void tx_desk_look(struct tx_desk *desk, bool second)
{
	struct now now = loop_now(desk->setup.loop);

	if (second) {
		if (desk->casebook && casebook_tick(desk->casebook))
			desk->dirty = true;
		if (desk->diagnoser)
			diagnoser_tick(desk->diagnoser, now.wall);
		look_at_rows(desk);
		look_at_selected(desk);
		read_groups_ahead(desk);
		desk_note_all(desk);
	}
	if (desk->dirty || second)
		look_at_wishes(desk);
	if (desk->dirty)
		make(desk);
}

void tx_desk_durable(struct tx_desk *desk, const struct event *event)
{
	tx_acts_durable(desk->acts, event);
	desk->dirty = true;
}
