#include "core/event.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"

enum { HLC_COUNTER_MAX = 9999 };

static const struct {
	const char *name;
	size_t len;
	uint64_t must, may;
	const char *help;
} kinds[] = {
	[EVENT_UNKNOWN] = { "unknown", 0, 0, 0, "a kind that this version does not know" },
#define X(sym, name, must, may, help) [EVENT_##sym] = { name, sizeof(name) - 1, must, may, help },
	EVENT_KINDS(X)
#undef X
};
_Static_assert(ARRAY_LEN(kinds) == EVENT_KIND_COUNT, "every kind has its row");

static const char *const src_words[] = {
	[SRC_HUMAN] = "human", [SRC_SENSED] = "sensed", [SRC_IMPORT] = "import",
};

const char *event_name(enum event_kind kind)
{
	return kinds[kind].name;
}

/* EVENT_UNKNOWN has length 0 here and is never found: "unknown" in a file is a kind like any other
 * that we do not know. */
enum event_kind event_find(struct str name)
{
	for (int kind = EVENT_UNKNOWN + 1; kind < EVENT_KIND_COUNT; kind++) {
		if (kinds[kind].len == name.len && memcmp(kinds[kind].name, name.p, name.len) == 0)
			return (enum event_kind)kind;
	}
	return EVENT_UNKNOWN;
}

const char *event_help(enum event_kind kind)
{
	return kinds[kind].help;
}

uint64_t event_must(enum event_kind kind)
{
	return kinds[kind].must;
}

uint64_t event_may(enum event_kind kind)
{
	return kinds[kind].may;
}

const char *event_src_word(enum event_src src)
{
	return src_words[src];
}

bool event_src_find(struct str word, enum event_src *out)
{
	for (size_t i = 0; i < ARRAY_LEN(src_words); i++) {
		if (str_eq(word, src_words[i])) {
			*out = (enum event_src)i;
			return true;
		}
	}
	return false;
}

int hlc_compare(struct hlc a, struct hlc b)
{
	if (a.ms != b.ms)
		return a.ms < b.ms ? -1 : 1;
	return (a.counter > b.counter) - (a.counter < b.counter);
}

struct hlc hlc_next(struct hlc last, msec now)
{
	if (now > last.ms)
		return (struct hlc){ .ms = now };
	if (last.counter < HLC_COUNTER_MAX)
		return (struct hlc){ last.ms, last.counter + 1 };
	return (struct hlc){ .ms = last.ms + 1 };
}

bool hlc_follow(struct hlc *last, struct hlc remote, msec now)
{
	if (remote.ms > now + HLC_AHEAD)
		return false;
	if (hlc_compare(*last, remote) < 0)
		*last = remote;
	return true;
}
