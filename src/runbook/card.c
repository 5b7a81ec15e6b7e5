/*
 * card.c: the card of one file. Its front matter is YAML, held to the rules where it says
 * `binnacle: 1`; other people's front matter (Jekyll, Hugo) is read for what it happens to share,
 * and nothing of it is wrong.
 */
#include "runbook/card.h"

#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "base/scrub.h"
#include "runbook/card_front.h"
#include "runbook/card_inside.h"

enum { REVIEW_DAYS = 91, TITLE = 200 };

static const char *stem_of(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t len = strlen(name);
	char shown[256];

	if (len > 3 && strcasecmp(name + len - 3, ".md") == 0)
		len -= 3;
	else if (len > 9 && strcasecmp(name + len - 9, ".markdown") == 0)
		len -= 9;
	scrub_put(shown, sizeof(shown), str_sub(name, len));
	return arena_text(arena, shown, strlen(shown));
}

/* Of any file name something that can stand in an order: what is no letter, digit, '.', '_' or '-'
 * becomes '-'. */
static const char *id_of(const char *stem, struct arena *arena)
{
	char *id = arena_text(arena, stem, strnlen(stem, BOOK_ID - 1));

	for (char *c = id; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *c))
			*c = '-';
	return *id ? id : "runbook";
}

/* The text of `# heading` as a title: without closing marks, comments and emphasis. */
static const char *title_of(struct str line, struct arena *arena)
{
	struct buf plain = { 0 };
	char shown[TITLE];
	const char *comment = memmem(line.p, line.len, "<!--", 4);

	if (comment)
		line.len = (size_t)(comment - line.p);
	line = str_trim(line);
	while (str_ends(line, "#"))
		line.len--;
	line = str_trim(line);
	for (size_t i = 0; i < line.len; i++)
		if (!strchr("`*", line.p[i]))
			buf_char(&plain, line.p[i]);
	scrub_put(shown, sizeof(shown), str_sub(buf_cstr(&plain), plain.len));
	buf_done(&plain);
	return arena_text(arena, shown, strlen(shown));
}

static bool is_fence(struct str line)
{
	line = str_trim(line);
	return str_starts(line, "```") || str_starts(line, "~~~");
}

/* A line of `=` makes the line above it a heading. */
static bool underlines(struct str line)
{
	line = str_trim(line);
	for (size_t i = 0; i < line.len; i++)
		if (line.p[i] != '=')
			return false;
	return line.len > 0;
}

/* The first heading of the first level; "" where there is none. */
static const char *heading_of(struct str body, struct arena *arena)
{
	struct str line, before = { 0 };
	bool fenced = false;

	while (str_cut(&body, '\n', &line)) {
		if (is_fence(line))
			fenced = !fenced;
		else if (!fenced && str_starts(line, "# "))
			return title_of(str_sub(line.p + 2, line.len - 2), arena);
		else if (!fenced && before.len > 0 && underlines(line))
			return title_of(before, arena);
		before = str_trim(line);
	}
	return "";
}

/* Hugo: of its TOML only `title = "..."` is of use here. */
static void read_toml(struct str front, struct card *out, struct arena *arena)
{
	struct str line, name;

	while (str_cut(&front, '\n', &line)) {
		if (!str_cut(&line, '=', &name) || !str_eq(str_trim(name), "title"))
			continue;
		line = str_trim(line);
		if (line.len >= 2 && strchr("\"'", line.p[0]) && line.p[line.len - 1] == line.p[0])
			out->title = title_of(str_sub(line.p + 1, line.len - 2), arena);
		return;
	}
}

/* Does a line say so? Also of a front matter that is no YAML. */
static bool says_native(struct str front)
{
	struct str line;

	while (str_cut(&front, '\n', &line))
		if (str_starts(line, "binnacle:"))
			return true;
	return false;
}

static void read_yaml(const char *path, const struct front *front, struct arena *arena,
		      struct card *out, struct troubles *troubles)
{
	struct problems problems = { .arena = arena };
	struct card_reader reader = { path, arena, out->native ? troubles : NULL,
				      front->line - 1 };
	struct node *root;
	bool ok = tree_parse(path, front->text, arena, &root, &problems);

	for (const struct problem *p = problems.first; p; p = p->next)
		card_wrong(&reader, p->at, TROUBLE_R003, p->hint, "%s", p->text);
	if (ok && root)
		card_read_keys(&reader, root, out);
}

static void read_front(const char *path, const struct front *front, struct arena *arena,
		       struct card *out, struct troubles *troubles)
{
	if (front->kind == FRONT_TOML) {
		read_toml(front->text, out, arena);
		return;
	}
	out->native = says_native(front->text);
	read_yaml(path, front, arena, out, troubles);
}

/* Where a front matter has no end, what was meant to be one is the first lines. */
static void read_open(const char *path, struct str bytes, struct card *out,
		      struct troubles *troubles)
{
	const char *blank = memmem(bytes.p, bytes.len, "\n\n", 2);

	out->native = says_native(str_sub(bytes.p, blank ? (size_t)(blank - bytes.p) : bytes.len));
	if (out->native)
		trouble_add(troubles, TROUBLE_R003, (struct spot){ path, 1, 1 },
			    "end it with a line '---'", "the front matter is not closed");
}

void card_hash(struct card *card, struct str bytes)
{
	digest_sha256(card->sha256, bytes);
	digest_blob(card->blob, bytes);
}

void card_read(const char *path, struct str bytes, struct arena *arena, struct card *out,
	       struct troubles *troubles)
{
	struct front front;

	if (bytes.len == 0)
		bytes = str_of("");
	*out = (struct card){ .title = "", .summary = "", .owner = "", .id = "",
			      .reviewed_at = WHEN_NEVER, .review_in = REVIEW_DAYS * WHEN_DAY };
	out->path = arena_text(arena, path, strlen(path));
	out->stem = stem_of(path, arena);
	front_find(bytes, &front);
	if (front.open)
		read_open(out->path, bytes, out, troubles);
	else if (front.kind != FRONT_NONE)
		read_front(out->path, &front, arena, out, troubles);
	if (!*out->id)
		out->id = id_of(out->stem, arena);
	if (!*out->title)
		out->title = heading_of(str_sub(bytes.p + front.end, bytes.len - front.end), arena);
	if (!*out->title)
		out->title = out->stem;
}

msec card_review_due(const struct card *card)
{
	if (card->reviewed_at == WHEN_NEVER || card->reviewed_by.count == 0)
		return WHEN_NEVER;
	return card->reviewed_at + card->review_in;
}
