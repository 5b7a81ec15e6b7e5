#include "core/event.h"

#include <string.h>

static const struct {
	const char *key, *type, *help;
} fields[] = {
#define X(member, key, type, help) [FIELD_##member] = { key, TYPE_##type, help },
#define TYPE_TEXT "text"
#define TYPE_INT "whole number"
#define TYPE_TIME "time"
#define TYPE_BOOL "true or false"
#define TYPE_TEXTS "list of texts"
#define TYPE_FIGURES "list of figures"
	EVENT_FIELDS(X)
#undef X
};

static const char head[] =
	"<!-- Made from src/core/event_kinds.h; makes it anew:\n"
	"     BINNACLE_REGENERATE=1 build/rel/tests/unit/test_core_event -->\n"
	"# The journal of an incident\n"
	"\n"
	"An incident is a folder. In it, each console that took part has one file of its own,\n"
	"`journal.<origin>.jsonl`, to which lines are only ever added. One line is one event:\n"
	"\n"
	"```\n"
	"{\"v\":1,\"id\":ULID,\"seq\":N,\"origin\":HEX16,\"hlc\":\"MS13-COUNTER4\",\n"
	" \"at\":T,\"rec\":T,\"by\":NAME,\"src\":\"human|sensed|import\",\"kind\":K,\n"
	" \"data\":{...},\"prev\":HEX64,\"hash\":HEX64}\n"
	"```\n"
	"\n"
	"on one line, without a blank outside strings, its members in this order. T is a time as\n"
	"`2026-11-22T02:14:07.000Z`: `at` is when it happened, `rec` when it was recorded. `hash` is\n"
	"the SHA-256 of the line's bytes from `{` up to and without `,\"hash\":`, `prev` the hash of\n"
	"the line before in the same file (64 zeros in its first), so that a line that was changed,\n"
	"taken out, added or moved shows. `seq` counts from 1 in each file. Lines that are missing at\n"
	"the very end do not show in the file: its last hash, as `incident verify` told it before, does.\n"
	"\n"
	"The state of an incident follows from the lines of all its files, in the order of `hlc`,\n"
	"`origin`, `seq`; an `id` counts once. Nothing is ever deleted: a correction and an undo are\n"
	"events. Kinds and members that a version does not know are kept as they are, shown as unknown,\n"
	"and have no effect.\n"
	"\n"
	"## Kinds\n"
	"\n"
	"| kind | must have | may have | what it says |\n"
	"|---|---|---|---|\n";

static void put_members(struct buf *out, uint64_t set)
{
	bool first = true;

	for (int field = 0; field < FIELD_COUNT; field++) {
		if (!(set & (uint64_t)1 << field))
			continue;
		buf_fmt(out, "%s`%s`", first ? "" : " ", fields[field].key);
		first = false;
	}
}

static void put_kind(struct buf *out, enum event_kind kind)
{
	buf_fmt(out, "| `%s` | ", event_name(kind));
	put_members(out, event_must(kind));
	buf_text(out, " | ");
	put_members(out, event_may(kind));
	buf_fmt(out, " | %s |\n", event_help(kind));
}

void event_manual(struct buf *out)
{
	buf_text(out, head);
	for (int kind = EVENT_UNKNOWN + 1; kind < EVENT_KIND_COUNT; kind++)
		put_kind(out, (enum event_kind)kind);
	buf_text(out, "\n## Members of data\n\n| member | type | what it says |\n|---|---|---|\n");
	for (int field = 0; field < FIELD_COUNT; field++)
		buf_fmt(out, "| `%s` | %s | %s |\n", fields[field].key, fields[field].type,
			fields[field].help);
	buf_text(out, "\nA figure is `{\"name\",\"unit\",\"text\",\"at\"}` when an instrument knew it,\n"
		      "and `{\"name\",\"unit\",\"because\",\"at\"}` when it did not: why, and when it last\n"
		      "did.\n");
}
