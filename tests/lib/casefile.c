#include "tests/lib/casefile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "store/shelf.h"

enum { FILL_BATCH = 100 };

static const struct journal_who who = {
	.operator = "ben", .host = "other", .console = "command", .tool_version = "test",
};

msec casefile_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (msec)now.tv_sec * WHEN_SECOND + now.tv_nsec / 1000000;
}

static struct dossier *open_file(const struct casefile *file, bool create)
{
	static struct policy policy;
	struct dossier_setup setup = {
		.folder = file->folder, .create = create, .shared = file->shared, .who = who,
		.policy = &policy,
	};
	struct err err = { 0 };
	struct dossier *dossier;

	policy_default(&policy);
	dossier = dossier_open(&setup, &err);
	if (!dossier)
		fail_msg("%s", err.text);
	return dossier;
}

static void submit(struct dossier *dossier, struct order *order)
{
	char already[BECAUSE_TEXT];
	struct err err = { 0 };

	order->at = WHEN_NEVER;
	if (!order->by)
		order->by = who.operator;
	if (!dossier_submit(dossier, order, casefile_now(), already, &err))
		fail_msg("%s: %s", event_name(order->kind), err.text);
}

void casefile_declare(struct casefile *file, const struct rig *rig, const char *title,
		      unsigned severity)
{
	struct order order = { .kind = EVENT_INCIDENT_DECLARED };
	struct dossier *dossier;
	char name[128];

	file->shared = false;
	shelf_name(name, file->id, title, casefile_now());
	snprintf(file->folder, sizeof(file->folder), "%s/state/incidents/%s", rig_dir(rig), name);
	EVENT_SET(order.data, title, title);
	EVENT_SET(order.data, severity, severity);
	EVENT_SET(order.data, type, "outage");
	dossier = open_file(file, true);
	submit(dossier, &order);
	dossier_close(dossier);
}

void casefile_order(const struct casefile *file, struct order *order)
{
	struct dossier *dossier = open_file(file, false);

	submit(dossier, order);
	dossier_close(dossier);
}

void casefile_note(const struct casefile *file, const char *text)
{
	struct order order = { .kind = EVENT_NOTE };

	EVENT_SET(order.data, text, text);
	casefile_order(file, &order);
}

static void fill_batch(struct journal *journal, struct event *events, size_t first)
{
	char texts[FILL_BATCH][64];
	struct err err = { 0 };

	memset(events, 0, FILL_BATCH * sizeof(*events));
	for (size_t i = 0; i < FILL_BATCH; i++) {
		struct event *event = &events[i];

		snprintf(texts[i], sizeof(texts[i]), "looked at shard %zu of the archive",
			 first + i);
		event->kind = EVENT_NOTE;
		event->at = event->rec = casefile_now();
		str_put(event->by, sizeof(event->by), who.operator);
		EVENT_SET(event->data, text, texts[i]);
	}
	if (!journal_append(journal, events, FILL_BATCH, casefile_now(), &err))
		fail_msg("%s", err.text);
}

void casefile_fill(const struct casefile *file, size_t notes)
{
	struct err err = { 0 };
	struct journal *journal = journal_open(file->folder, false, false, &who, &err);
	struct event *events = mem_array(FILL_BATCH, sizeof(*events));

	if (!journal)
		fail_msg("%s", err.text);
	for (size_t done = 0; done < notes; done += FILL_BATCH)
		fill_batch(journal, events, done);
	mem_free(events);
	journal_close(journal);
}

bool casefile_find(struct casefile *file, const struct rig *rig)
{
	char root[512];
	const char *const roots[2] = { root, NULL };
	struct err err = { 0 };
	size_t count = 0;
	struct shelved *list;

	snprintf(root, sizeof(root), "%s/state/incidents", rig_dir(rig));
	list = shelf_list(roots, &count, &err);
	file->shared = false;
	if (count > 0) {
		memcpy(file->folder, list[0].folder, sizeof(file->folder));
		memcpy(file->id, list[0].id, sizeof(file->id));
	}
	mem_free(list);
	return count > 0;
}

struct dossier *casefile_read(const struct casefile *file)
{
	return open_file(file, false);
}

size_t casefile_count(const struct casefile *file, enum event_kind kind)
{
	struct dossier *dossier = open_file(file, false);
	const struct history *history = dossier_history(dossier);
	size_t count = 0;

	for (size_t i = 0; i < history_count(history); i++)
		count += history_record(history, i)->kind == kind;
	dossier_close(dossier);
	return count;
}

size_t casefile_lines(const struct casefile *file, const char *text)
{
	struct dossier *dossier = open_file(file, false);
	const struct history *history = dossier_history(dossier);
	size_t count = 0;

	for (size_t i = 0; i < history_count(history); i++)
		count += strstr(history_record(history, i)->line, text) != NULL;
	dossier_close(dossier);
	return count;
}
