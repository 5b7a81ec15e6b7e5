#include "tests/lib/guided.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/wording.h"
#include "base/attr.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/scrub.h"
#include "tests/lib/guided_text.h"
#include "tests/lib/worlds.h"

static struct runbook *read_book(const char *path, const char *text)
{
	struct err err = { 0 };
	struct runbook *book = runbook_read(path, str_of(text), &err);

	if (!book)
		fail_msg("%s: %s", path, err.text);
	return book;
}

static struct runbook *read_long(void)
{
	struct buf text = { 0 };
	struct runbook *book;

	buf_text(&text, "---\nbinnacle: 1\nid: long\ntitle: Long\n---\n# Long\n\n## Resolution\n\n");
	for (int i = 1; i <= GUIDED_STEPS; i++)
		buf_fmt(&text, "%d. **Step %d of many.** Do it.\n", i, i);
	book = read_book("long.md", buf_cstr(&text));
	buf_done(&text);
	return book;
}

static bool holds(void *arg, size_t card, const char *words)
{
	const struct guided *guided = arg;

	return strstr(guided->books[card]->bytes.p, words) != NULL;
}

static const struct runbook *open_book(void *arg, size_t card, const char **why)
{
	*why = NULL;
	return ((struct guided *)arg)->books[card];
}

static const struct book_past *past_of(void *arg, const char *runbook)
{
	struct guided *guided = arg;

	return strcmp(runbook, guided->past.runbook) == 0 ? &guided->past : NULL;
}

static void make_past(struct guided *guided)
{
	struct past_run *run = &guided->past.runs[0];

	str_put(guided->past.runbook, BOOK_ID, "indexer-down");
	guided->past.run_count = guided->past.total = 1;
	str_put(run->incident, sizeof(run->incident), "4h2k8r");
	str_put(run->title, sizeof(run->title), "Indexer stands still");
	str_put(run->folder, sizeof(run->folder), "/var/lib/binnacle/incidents/2026-10-02-4h2k8r");
	str_put(run->type, sizeof(run->type), "outage");
	str_put(run->mended_by, sizeof(run->mended_by), "restart");
	str_put(run->words, sizeof(run->words), "COMPLETE");
	run->at = worlds_now() - 51 * WHEN_DAY;
	run->to_mitigate = 17 * WHEN_MINUTE;
	run->open_actions = 1;
}

static void make_library(struct guided *guided)
{
	static const char *const uncovered[] = { "HighMemory" };

	guided->books[0] = read_book("indexer-down.md", guided_indexer_down);
	guided->books[1] = read_book("first-10-minutes.md", guided_first_minutes);
	guided->books[2] = read_book("redis-degraded.md", guided_redis_degraded);
	for (size_t i = 0; i < GUIDED_BOOKS; i++)
		guided->cards[i] = guided->books[i]->card;
	guided->match = (struct book_match){ .kind = MATCH_ALERT, .what = "HealthcheckFailed",
					     .matches = 2 };
	guided->library = (struct books){
		.cards = guided->cards, .count = GUIDED_BOOKS, .matches = &guided->match,
		.match_count = 1, .holds = holds, .open = open_book, .past = past_of,
		.uncovered = uncovered, .uncovered_count = 1, .arg = guided, .version = 1,
	};
	make_past(guided);
}

static unsigned care_of(const struct step *step, const struct fence *fence)
{
	if (fence->check)
		return 0;
	return step->danger == DANGER_CAUTION ? 3 : step->danger == DANGER_WARNING ? 2 : 1;
}

static bool make_ready(void *arg, const struct docket_run *run, size_t step, size_t fence,
		       struct ready *out)
{
	static const char *const values[] = { "CONTAINER=indexer-1", NULL };
	struct guided *guided = arg;
	const struct step *is = &run->runbook->steps[step];

	if (fence >= is->fence_count)
		return false;
	*out = guided->box;
	out->fence = &is->fences[fence];
	out->step = is;
	out->text = out->text ? out->text : out->fence->text;
	out->values = values;
	out->host = out->host ? out->host : "ops-1";
	out->care = out->care ? out->care : care_of(is, out->fence);
	out->word = out->word ? out->word : "prod";
	(void)snprintf(out->digest, sizeof(out->digest), "%064u", guided->changed + 7);
	return true;
}

static bool make_command(void *arg, const struct docket *docket, const char *text,
			 struct ready *out)
{
	struct guided *guided = arg;

	(void)docket;
	*out = guided->box;
	out->text = text;
	out->host = "ops-1";
	out->care = out->care ? out->care : 2;
	out->word = "prod";
	(void)snprintf(out->digest, sizeof(out->digest), "%064u", guided->changed + 7);
	return true;
}

static bool read_evidence(void *arg, const char *incident, const char *sha256, struct str *out,
			  const char **why)
{
	const struct guided *guided = arg;

	(void)incident;
	(void)sha256;
	*why = guided->evidence ? NULL : "the file is not there";
	*out = str_of(guided->evidence ? guided->evidence : "");
	return guided->evidence != NULL;
}

static void begin(struct guided *guided, struct runbook *book)
{
	const char **ids = mem_new((book->step_count + 1) * sizeof(*ids));
	struct order order = ORDER(&guided->orders, RUN_STARTED);

	for (size_t i = 0; i < book->step_count; i++)
		ids[i] = book->steps[i].id;
	EVENT_SET(order.data, runbook, book->card.id);
	EVENT_SET(order.data, title, book->card.title);
	EVENT_SET(order.data, sha256, book->card.sha256);
	EVENT_SET(order.data, mode, "native");
	EVENT_SET(order.data, steps, ((struct text_list){ ids, book->step_count }));
	EVENT_SET(order.data, because, "for alert HealthcheckFailed");
	if (!orders_give(&guided->orders, &order))
		fail_msg("%s", guided->orders.said);
	mem_free(ids);
	guided->walked = book;
	guided->senses = mem_new((book->step_count + 1) * sizeof(*guided->senses));
}

static void put_on_desk(struct guided *guided)
{
	struct docket *docket = &guided->desk.open[0];

	guided->desk.count = 1;
	guided->desk.policy = &guided->orders.policy;
	guided->desk.wording = &wording;
	guided->desk.books = &guided->library;
	guided->desk.evidence = read_evidence;
	guided->desk.arg = guided;
	docket->incident = &guided->orders.incident;
	docket->saving = SAVING_SAVED;
	docket->ready = make_command;
	docket->arg = guided;
	str_put(docket->folder, sizeof(docket->folder), "/var/lib/binnacle/incidents/7k3f9q");
	guided->world->desk = &guided->desk;
}

void guided_look(struct guided *guided)
{
	struct docket *docket = &guided->desk.open[0];
	struct checklist_in in;

	guided->desk.version++;
	if (!guided->walked)
		return;
	guided->run = &guided->orders.incident.runs[0];
	in = (struct checklist_in){
		.incident = &guided->orders.incident, .run = guided->run, .runbook = guided->walked,
		.world = guided->world, .senses = guided->senses, .past = &guided->past,
		.t = guided->orders.now, .steady = guided->steady,
	};
	checklist_sense(&in, guided->senses);
	checklist_make(&guided->list, &in);
	docket->run_count = 1;
	docket->runs[0].run = guided->run;
	docket->runs[0].runbook = guided->walked;
	docket->runs[0].list = &guided->list;
	docket->runs[0].past = &guided->past;
	docket->runs[0].ready = make_ready;
	docket->runs[0].arg = guided;
}

static void do_step(struct guided *guided, const char *step)
{
	struct order order = ORDER(&guided->orders, STEP_DONE);

	EVENT_SET(order.data, run, guided->run->event);
	EVENT_SET(order.data, step, step);
	if (!orders_give(&guided->orders, &order))
		fail_msg("%s: %s", step, guided->orders.said);
	guided_look(guided);
}

static void give_value(struct guided *guided)
{
	struct order order = ORDER(&guided->orders, INPUT_GIVEN);

	EVENT_SET(order.data, run, guided->run->event);
	EVENT_SET(order.data, name, "CONTAINER");
	EVENT_SET(order.data, text, "indexer-1");
	if (!orders_give(&guided->orders, &order))
		fail_msg("%s", guided->orders.said);
}

/* As runbook/changes.h says them of a runbook that nobody has accepted yet. */
static void make_changes(struct guided *guided)
{
	struct changes *changes = &guided->changes;

	for (size_t i = 0; i < guided->walked->step_count; i++)
		for (size_t k = 0; k < guided->walked->steps[i].fence_count; k++) {
			const struct step *step = &guided->walked->steps[i];

			buf_fmt(&changes->text, "step %u, %s\n+%s", step->n, step->title,
				step->fences[k].text);
			changes->commands++;
		}
	guided->desk.open[0].runs[0].changes = changes;
}

struct guided *guided_new(enum guided_kind kind)
{
	struct guided *guided = mem_new(sizeof(*guided));

	guided->world = worlds_db_hung();
	orders_declared(&guided->orders, 1);
	guided->orders.now = worlds_now() - 5 * WHEN_MINUTE;
	guided->steady = 5000;
	make_library(guided);
	put_on_desk(guided);
	if (kind == GUIDED_LONG)
		begin(guided, read_long());
	else if (kind != GUIDED_LIBRARY)
		begin(guided, guided->books[0]);
	guided->orders.now = worlds_now();
	guided_look(guided);
	if (kind != GUIDED_NEW)
		guided->desk.open[0].runs[0].accepted = true;
	if (kind == GUIDED_WALK) {
		give_value(guided);
		do_step(guided, "announce");
	}
	if (kind == GUIDED_NEW)
		make_changes(guided);
	return guided;
}

void guided_free(struct guided *guided)
{
	if (!guided)
		return;
	if (guided->walked && guided->walked != guided->books[0])
		runbook_free(guided->walked);
	for (size_t i = 0; i < GUIDED_BOOKS; i++)
		runbook_free(guided->books[i]);
	buf_done(&guided->changes.text);
	checklist_done(&guided->list);
	mem_free(guided->senses);
	orders_close(&guided->orders);
	world_free(guided->world);
	mem_free(guided);
}

bool guided_take(struct guided *guided, const struct effect *effect)
{
	bool taken = effect->kind != EFFECT_ORDER || orders_give(&guided->orders, &effect->order);

	guided_look(guided);
	return taken;
}

const struct checklist_item *guided_item(const struct guided *guided, const char *step)
{
	for (size_t i = 0; i < guided->list.count; i++)
		if (strcmp(guided->list.items[i].step->id, step) == 0)
			return &guided->list.items[i];
	fail_msg("there is no step %s", step);
	return NULL;
}

void guided_print(struct guided *guided, const char *step, bool busy, const char *text)
{
	struct pane *pane = &guided->pane;
	struct str rest = str_of(text), line;

	*pane = (struct pane){ .busy = busy, .well = true, .lines = guided->lines };
	str_put(pane->run, sizeof(pane->run), guided->run->event);
	str_put(pane->step, sizeof(pane->step), step);
	str_put(pane->command, sizeof(pane->command), "docker logs --tail 60 \"$CONTAINER\"");
	str_put(pane->state, sizeof(pane->state), busy ? "running 4 s of 30" : "exit 0 in 1.2 s");
	while (pane->line_count < GUIDED_LINES && str_cut(&rest, '\n', &line))
		scrub_put(guided->lines[pane->line_count++], PANE_LINE, line);
	guided->desk.open[0].runs[0].pane = pane;
	guided->desk.version++;
}
