/* runbook.c: bytes in, one tree out; then numbers and ids, which are there whatever was read. */
#include "runbook/runbook.h"

#include <string.h>

#include "base/mem.h"
#include "runbook/runbook_inside.h"

enum { SLUG = 40 };

static const struct { const char *heading; bool steps; } sections[] = {
#define X(sym, heading, steps) [SECTION_##sym] = { heading, steps },
	BOOK_SECTIONS(X)
#undef X
};

static const char *const kinds[] = {
#define X(sym, word) [STEP_##sym] = (word),
	STEP_KINDS(X)
#undef X
};

static const char *const dangers[] = {
#define X(sym, word) [DANGER_##sym] = (word),
	DANGERS(X)
#undef X
};

static const char *const langs[] = {
	[LANG_TEXT] = "text", [LANG_SH] = "sh", [LANG_BASH] = "bash", [LANG_CONSOLE] = "console",
	[LANG_SQL] = "sql", [LANG_PROMQL] = "promql", [LANG_HTTP] = "http",
};

const char *step_kind_word(enum step_kind kind)
{
	return kinds[kind];
}

const char *danger_word(enum danger danger)
{
	return dangers[danger];
}

const char *section_heading(enum book_section section)
{
	return sections[section].heading;
}

bool section_has_steps(enum book_section section)
{
	return sections[section].steps;
}

const char *fence_lang_word(enum fence_lang lang)
{
	return langs[lang];
}

bool runbook_is_name(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';

		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return text.len > 0 && text.len < BOOK_ID;
}

bool runbook_is_id(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!text.p[i] || !strchr("abcdefghijklmnopqrstuvwxyz0123456789-", text.p[i]))
			return false;
	return text.len > 0 && text.len < BOOK_ID;
}

const char *runbook_slug(const char *title, struct arena *arena)
{
	char slug[SLUG + 1] = "";
	size_t len = 0;

	for (const char *c = title; *c && len < SLUG; c++) {
		if ((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9'))
			slug[len++] = *c;
		else if (*c >= 'A' && *c <= 'Z')
			slug[len++] = (char)(*c - 'A' + 'a');
		else if (*c != '\'' && len > 0 && slug[len - 1] != '-')
			slug[len++] = '-';
	}
	while (len > 0 && slug[len - 1] == '-')
		len--;
	return arena_text(arena, slug, len);
}

void reading_trouble(struct reading *reading, enum trouble_code code, struct spot at,
		     const char *fix, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	if (!reading->troubles)
		return;
	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	trouble_add(reading->troubles, code, at, fix, "%s", buf_cstr(&text));
	buf_done(&text);
}

static void index_lines(struct reading *reading)
{
	struct str rest = reading->book->bytes, line;
	size_t cap = 0;

	while (str_cut(&rest, '\n', &line)) {
		reading->lines = mem_grow(reading->lines, &cap, reading->line_count + 1,
					  sizeof(*reading->lines));
		reading->lines[reading->line_count++] =
			(uint32_t)(line.p - reading->book->bytes.p);
	}
}

struct spot reading_spot(const struct reading *reading, unsigned line, const char *word)
{
	struct str rest = reading->book->bytes, text;
	struct spot at = { reading->path, line, 1 };
	const char *found;

	if (line == 0 || line > reading->line_count)
		return at;
	rest = str_sub(rest.p + reading->lines[line - 1], rest.len - reading->lines[line - 1]);
	if (!str_cut(&rest, '\n', &text))
		return at;
	found = memmem(text.p, text.len, word, strlen(word));
	for (const char *c = text.p; found && c < found; c++)
		at.column += ((unsigned char)*c & 0xc0) != 0x80;
	return at;
}

void reading_heading(struct reading *reading, enum book_section section, const struct block *block)
{
	const char *text = markdown_plain(block, reading->arena);

	reading->headings = mem_grow(reading->headings, &reading->heading_cap,
				     reading->heading_count + 1, sizeof(*reading->headings));
	reading->headings[reading->heading_count++] = (struct heading){
		.section = section, .level = block->level, .line = block->line, .text = text,
		.anchor = markdown_anchor(text, reading->arena), .block = block,
	};
}

void reading_no_heading(struct reading *reading)
{
	struct runbook *book = reading->book;
	struct block *block = arena_new(reading->arena, sizeof(*block));

	if (reading->heading_count > 0)
		return;
	*block = (struct block){ .kind = BLOCK_HEADING, .level = 2, .info = "", .column = 1,
				 .line = book->doc.root->line, .end_line = book->doc.root->line,
				 .next = book->doc.root->first, .parent = book->doc.root };
	reading_heading(reading, SECTION_OTHER, block);
	reading->headings[0].text = book->card.title;
	reading->headings[0].anchor = markdown_anchor(book->card.title, reading->arena);
}

/* Ids, hashed, each with the number that the next one of its name gets: thousands of steps may have
 * one title. */
struct names {
	struct name {
		const char *id;
		unsigned next;
	} *slots;
	size_t size;			/* a power of two, never half full */
};

static struct name *slot_of(struct names *names, const char *id)
{
	size_t hash = 1469598103934665603U;

	for (const char *c = id; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 1099511628211U;
	for (size_t i = hash & (names->size - 1);; i = (i + 1) & (names->size - 1))
		if (!names->slots[i].id || strcmp(names->slots[i].id, id) == 0)
			return &names->slots[i];
}

static const char *take_name(struct names *names, const char *id, struct arena *arena)
{
	struct name *first = slot_of(names, id), *slot = first;

	while (slot->id)
		slot = slot_of(names, id = arena_fmt(arena, "%.*s-%u", BOOK_ID - 8, first->id,
						     first->next++));
	*slot = (struct name){ id, 2 };
	return id;
}

/* Ids that were given count first; what is made of a title gives way to them. */
static void name_steps(struct reading *reading)
{
	struct names names = { .size = 16 };

	while (names.size < 2 * reading->step_count + 2)
		names.size *= 2;
	names.slots = mem_array(names.size, sizeof(*names.slots));
	for (size_t i = 0; i < reading->step_count; i++) {
		struct step *step = &reading->steps[i];

		if (!*step->id)
			continue;
		if (slot_of(&names, step->id)->id)
			reading_trouble(reading, TROUBLE_R010,
					reading_spot(reading, step->line, step->id),
					"give one of them another id", "two steps are called '%s'",
					step->id);
		step->id = take_name(&names, step->id, reading->arena);
	}
	for (size_t i = 0; i < reading->step_count; i++) {
		struct step *step = &reading->steps[i];
		const char *slug = *step->id ? "" : runbook_slug(step->title, reading->arena);

		if (!*step->id)
			step->id = take_name(&names, *slug ? slug : "step", reading->arena);
	}
	mem_free(names.slots);
}

static void *keep(struct arena *arena, const void *items, size_t count, size_t size)
{
	void *kept = arena_array(arena, count + 1, size);

	if (count > 0)
		memcpy(kept, items, count * size);
	return kept;
}

static void finish(struct reading *reading)
{
	struct runbook *book = reading->book;

	for (size_t i = 0; i < reading->step_count; i++)
		reading->steps[i].n = (unsigned)i + 1;
	name_steps(reading);
	book->steps = keep(&book->arena, reading->steps, reading->step_count,
			   sizeof(*reading->steps));
	book->step_count = reading->step_count;
	book->headings = keep(&book->arena, reading->headings, reading->heading_count,
			      sizeof(*reading->headings));
	book->heading_count = reading->heading_count;
	mem_free(reading->steps);
	mem_free(reading->headings);
	mem_free(reading->lines);
}

static void report_cut(struct runbook *book)
{
	if (book->doc.cut)
		trouble_add(&book->troubles, TROUBLE_R002, (struct spot){ book->card.path, 0, 0 },
			    "split it into several runbooks",
			    "it is too complex: not all of it is shown");
}

struct runbook *runbook_read(const char *path, struct str bytes, struct err *err)
{
	struct runbook *book = mem_new(sizeof(*book));
	struct reading reading = { .book = book, .arena = &book->arena };

	book->troubles.arena = &book->arena;
	if (!markdown_parse(bytes, &book->arena, &book->doc, err)) {
		err_add(err, "%s", path);
		runbook_free(book);
		return NULL;
	}
	book->bytes = str_sub(arena_text(&book->arena, bytes.p, bytes.len), bytes.len);
	card_read(path, book->bytes, &book->arena, &book->card, &book->troubles);
	card_hash(&book->card, book->bytes);
	report_cut(book);
	reading.path = book->card.path;
	index_lines(&reading);
	if (book->card.native) {
		reading.troubles = &book->troubles;
		native_read(&reading);
	} else {
		plain_read(&reading);
	}
	finish(&reading);
	return book;
}

void runbook_free(struct runbook *runbook)
{
	if (!runbook)
		return;
	arena_done(&runbook->arena);
	mem_free(runbook);
}

const struct step *runbook_step(const struct runbook *runbook, const char *id)
{
	for (size_t i = 0; i < runbook->step_count; i++)
		if (strcmp(runbook->steps[i].id, id) == 0)
			return &runbook->steps[i];
	return NULL;
}
