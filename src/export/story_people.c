/*
 * story_people.c: texts as they may be shown, and how people are called.
 *
 * For the public everybody who is named in the record by a seat, a signature or a call is called by
 * the first seat that he had, else "responder", and hosts are "[host]", wherever their names stand
 * as words of their own.
 */
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "core/event_text.h"
#include "export/story_inside.h"
#include "export/updates.h"

#define NOBODY_SPECIAL "responder"
#define SOME_HOST "[host]"
#define HIDDEN "[redacted]"

enum { SHORTEST_NAME = 2 };		/* a single letter stands in too many words */

struct alias {
	const char *name, *instead;
	size_t len;
};

struct story_names {
	struct alias *items;
	size_t count, cap;
};

static struct alias *find(const struct story_names *names, const char *name)
{
	for (size_t i = 0; names && i < names->count; i++) {
		if (strcmp(names->items[i].name, name) == 0)
			return &names->items[i];
	}
	return NULL;
}

static void call(struct story *story, const char *name, const char *instead)
{
	struct story_names *names = story->names;
	size_t len = strlen(name);

	if (len < SHORTEST_NAME || find(names, name))
		return;
	names->items = mem_grow(names->items, &names->cap, names->count + 1, sizeof(*names->items));
	names->items[names->count++] = (struct alias){ arena_text(&story->arena, name, len), instead,
						       len };
}

static void call_seated(struct story *story, const struct event *event)
{
	enum seat_name seat;

	if (!seat_find(event_text(event->data.role), &seat))
		return;
	call(story, event_text(event->data.who), seat_word(seat));
}

static void call_event(struct story *story, const struct event *event)
{
	if (event->kind == EVENT_ROLE_TAKEN)
		call_seated(story, event);
	if (event->kind == EVENT_COMMAND_ACCEPTED && event->data.who)
		call(story, event->data.who, seat_word(SEAT_COMMANDER));
}

static bool names_somebody(enum event_kind kind)
{
	return kind == EVENT_ROLE_TAKEN || kind == EVENT_COMMAND_ACCEPTED ||
	       kind == EVENT_SESSION_JOINED || kind == EVENT_STEP_RUN_STARTED ||
	       kind == EVENT_ESCALATED || kind == EVENT_COMMAND_OFFERED;
}

/* Seats first: whoever has one is called by it, whatever else he is called in. */
static void call_seats(struct story *story)
{
	for (size_t i = 0; i < history_count(story->in.history); i++) {
		const struct record *record = history_record(story->in.history, i);
		struct arena arena = { 0 };
		struct event event;

		if ((record->kind == EVENT_ROLE_TAKEN || record->kind == EVENT_COMMAND_ACCEPTED) &&
		    story_event(record, &arena, &event))
			call_event(story, &event);
		arena_done(&arena);
	}
}

static void call_others(struct story *story)
{
	const char *last = "";

	for (size_t i = 0; i < history_count(story->in.history); i++) {
		const struct record *record = history_record(story->in.history, i);
		struct arena arena = { 0 };
		struct event event;

		if (strcmp(last, record->by) != 0)
			call(story, record->by, NOBODY_SPECIAL);
		last = record->by;
		if (names_somebody(record->kind) && story_event(record, &arena, &event)) {
			call(story, event_text(event.data.who), NOBODY_SPECIAL);
			call(story, event_text(event.data.host), SOME_HOST);
		}
		arena_done(&arena);
	}
}

void story_put_people(struct story *story)
{
	if (!story->in.public_)
		return;
	story->names = mem_new(sizeof(*story->names));
	call_seats(story);
	call_others(story);
}

void story_people_free(struct story *story)
{
	if (story->names)
		mem_free(story->names->items);
	mem_free(story->names);
}

const char *story_name(const struct story *story, const char *who)
{
	const struct alias *alias = find(story->names, who);

	if (!story->in.public_ || !who[0])
		return who;
	return alias ? alias->instead : NOBODY_SPECIAL;
}

/* A letter, a digit, or a byte of one that is not ASCII. */
static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (unsigned char)c >= 0x80;
}

static const struct alias *alias_at(const struct story_names *names, const char *text,
				    const char *at)
{
	if (at > text && in_word(at[-1]))
		return NULL;
	for (size_t i = 0; i < names->count; i++) {
		const struct alias *alias = &names->items[i];

		if (strncmp(at, alias->name, alias->len) == 0 && !in_word(at[alias->len]))
			return alias;
	}
	return NULL;
}

static const char *without_names(const struct story *story, struct arena *arena, const char *text)
{
	struct buf out = { 0 };
	const char *copy, *at = text;

	while (*at) {
		const struct alias *alias = alias_at(story->names, text, at);

		if (alias)
			buf_text(&out, alias->instead);
		else
			buf_char(&out, *at);
		at += alias ? alias->len : 1;
	}
	copy = arena_text(arena, buf_cstr(&out), out.len);
	buf_done(&out);
	return copy;
}

static char *one_line(struct arena *arena, const char *text)
{
	char *line = arena_text(arena, text, strlen(text));

	for (char *c = line; *c; c++) {
		if (*c == '\n')
			*c = ' ';
	}
	return line;
}

const char *story_text(const struct story *story, struct arena *arena, const char *text, bool lines,
		       bool *hidden)
{
	struct buf open = { 0 };
	const char *clean;

	redact(&open, str_of(text));
	clean = clean_text(arena, str_sub(buf_cstr(&open), open.len), true);
	buf_done(&open);
	if (!lines && strchr(clean, '\n'))
		clean = one_line(arena, clean);
	if (hidden && strstr(clean, HIDDEN))
		*hidden = true;
	return story->names ? without_names(story, arena, clean) : clean;
}

const char *story_type(const struct story *story, const char *type)
{
	enum action_type action;
	bool known = !story->in.public_ || action_type_find(type, &action);

	for (int i = 0; !known && i < UPDATE_TYPE_COUNT; i++)
		known = strcmp(type, update_type_word((enum update_type)i)) == 0;
	return known ? type : "other";
}
