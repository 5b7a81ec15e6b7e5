#include "tests/lib/pen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

void pen_open(struct pen *pen, unsigned console, const char *by)
{
	*pen = (struct pen){ .now = PEN_START };
	snprintf(pen->chain.origin, sizeof(pen->chain.origin), "%016x", console);
	str_put(pen->by, sizeof(pen->by), by);
}

void pen_close(struct pen *pen)
{
	buf_done(&pen->lines);
}

struct event pen_event(const struct pen *pen, enum event_kind kind)
{
	struct event event = { .kind = kind, .at = pen->now, .rec = pen->now };

	str_put(event.by, sizeof(event.by), pen->by);
	return event;
}

const char *pen_write(struct pen *pen, struct event *event)
{
	struct journal_chain *chain = &pen->chain;

	if (!event->id[0])
		snprintf(event->id, sizeof(event->id), "0%.15s%010u", chain->origin + 1, ++pen->ids);
	for (char *c = event->id; *c; c++)
		*c = *c >= 'a' && *c <= 'f' ? (char)(*c - 'a' + 'A') : *c;
	str_put(event->origin, sizeof(event->origin), chain->origin);
	chain->hlc = event->hlc = hlc_next(chain->hlc, pen->now);
	event->seq = ++chain->seq;
	event->rec = pen->now;
	if (!journal_line_write(&pen->lines, event, chain->head, chain->head))
		fail_msg("no line can be made of a %s", event_name(event->kind));
	pen->last = *event;
	memset(&pen->last.data, 0, sizeof(pen->last.data));
	return pen->last.id;
}

void pen_see(struct pen *pen, const struct pen *other)
{
	(void)hlc_follow(&pen->chain.hlc, other->chain.hlc, pen->now);
}

struct str pen_line(const struct pen *pen)
{
	size_t end = pen->lines.len - 1, from = end;

	while (from > 0 && pen->lines.data[from - 1] != '\n')
		from--;
	return str_sub(pen->lines.data + from, end - from);
}

static const char *const texts[FIELD_COUNT] = {
	[FIELD_title] = "Indexer down", [FIELD_type] = "outage", [FIELD_old] = "SEV2",
	[FIELD_new_] = "SEV1", [FIELD_role] = "commander", [FIELD_who] = "ben",
	[FIELD_of] = "01ARZ3NDEKTSV4RRFFQ69G5FAV", [FIELD_name] = "detected",
	[FIELD_channel] = "slack", [FIELD_audience] = "internal", [FIELD_fingerprint] = "a1b2c3d4",
	[FIELD_url] = "https://tickets.example/7", [FIELD_text] = "two\nlines, \"quoted\" \\ here",
	[FIELD_into] = "7k3f9q", [FIELD_format] = "md", [FIELD_boot] = "boot-1",
};

static const struct figure figures[] = {
	{ "error_rate", "%", "7.1", true, PEN_START, "" },
	{ "lag", "s", "", false, PEN_START - WHEN_HOUR, "prometheus does not answer" },
};

static const char *const names[] = { "indexer", "db=\"primary\"" };

static const char *text_of(enum event_field field)
{
	return texts[field] ? texts[field] : "a \"text\" of its own: \xC3\xA4\xC3\xB6";
}

#define FILL_TEXT(field) text_of(field)
#define FILL_INT(field) (2 + (int64_t)(field))
#define FILL_TIME(field) (PEN_START - WHEN_MINUTE * (int)(field))
#define FILL_BOOL(field) ((field) % 2 == 0)
#define FILL_TEXTS(field) ((struct text_list){ names, ARRAY_LEN(names) })
#define FILL_FIGURES(field) ((struct figure_list){ figures, ARRAY_LEN(figures) })

void pen_fill(struct event_data *data, enum event_kind kind)
{
	uint64_t has = event_must(kind) | event_may(kind);

#define X(member, key, type, help) \
	if (has & F(member)) \
		EVENT_SET(*data, member, FILL_##type(FIELD_##member));
	EVENT_FIELDS(X)
#undef X
	if (has & F(severity))
		data->severity = 2;
}
