#include "export/runbook_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { TOPIC = 250 };

/*  X(symbol, tag that puts a runbook here; "": see group_of, heading) */
#define INDEX_GROUPS(X) \
	X(START, "start-here", "Start here") \
	X(ALERT, "", "An alert fires") \
	X(FAILURE, "", "Something fails, and no alert says so") \
	X(PATTERN, "mitigation-pattern", "Mitigation patterns") \
	X(RECOVERY, "disaster-recovery", "Disaster recovery") \
	X(PLAIN, "", "Without front matter")

enum group {
#define X(sym, tag, heading) GROUP_##sym,
	INDEX_GROUPS(X)
#undef X
	GROUP_COUNT
};

static const struct {
	const char *tag, *heading;
} groups[] = {
#define X(sym, tag, heading) [GROUP_##sym] = {tag, heading},
	INDEX_GROUPS(X)
#undef X
};

static bool has_tag(const struct card *card, const char *tag)
{
	for (size_t i = 0; i < card->tags.count; i++)
		if (strcmp(card->tags.items[i], tag) == 0)
			return true;
	return false;
}

/* By tag; else by what tells the operator that it is wanted. */
static enum group group_of(const struct card *card)
{
	for (size_t i = 0; i < GROUP_COUNT; i++)
		if (groups[i].tag[0] && has_tag(card, groups[i].tag))
			return (enum group)i;
	if (!card->native)
		return GROUP_PLAIN;
	return card->alert_count ? GROUP_ALERT : GROUP_FAILURE;
}

static bool is_listed(const struct card *card, const char *folder)
{
	size_t len = strlen(folder);

	while (len > 0 && folder[len - 1] == '/')
		len--;
	return strncmp(card->path, folder, len) == 0 && card->path[len] == '/' &&
	       !strchr(card->path + len + 1, '/');
}

static int by_title(const void *left, const void *right)
{
	const struct card *a = *(const struct card *const *)left;
	const struct card *b = *(const struct card *const *)right;
	int order = strcmp(a->title, b->title);

	return order ? order : strcmp(a->path, b->path);
}

static void put_text(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("[]\\<>`", *text))
			buf_char(out, '\\');
		buf_char(out, *text);
	}
}

static void put_line(struct buf *out, const struct card *card)
{
	buf_text(out, "- [");
	put_text(out, card->title);
	buf_fmt(out, "](%s.md)", card->stem);
	if (card->summary[0]) {
		buf_text(out, " - ");
		put_text(out, card->summary);
	}
	buf_char(out, '\n');
}

static void put_group(struct buf *out, const struct card *const *cards, size_t count,
		      enum group group)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (group_of(cards[i]) != group)
			continue;
		if (!any)
			buf_fmt(out, "\n## %s\n\n", groups[group].heading);
		any = true;
		put_line(out, cards[i]);
	}
}

void runbook_index(const struct index_in *in, struct buf *out)
{
	const struct card **listed = mem_array(in->count + 1, sizeof(const struct card *));
	size_t count = 0;

	for (size_t i = 0; i < in->count; i++)
		if (is_listed(&in->cards[i], in->folder))
			listed[count++] = &in->cards[i];
	qsort(listed, count, sizeof(const struct card *), by_title);
	buf_text(out, "# Runbooks\n\n"
		      "One line for each, written by `binnacle runbook index`.");
	if (in->glossary)
		buf_text(out, " Words that need explaining are in the [glossary](glossary.md).");
	buf_char(out, '\n');
	for (size_t i = 0; i < GROUP_COUNT; i++)
		put_group(out, listed, count, (enum group)i);
	mem_free(listed);
}

void runbook_topic(const struct card *cards, size_t count, const char *url, struct buf *out)
{
	const struct card *start = NULL;
	struct buf line = {.max = TOPIC - 1};
	size_t native = 0;

	for (size_t i = 0; i < count; i++) {
		const struct card *one = &cards[i];

		native += one->native;
		if (group_of(one) == GROUP_START && (!start || by_title(&one, &start) < 0))
			start = one;
	}
	buf_fmt(&line, "On call? Runbooks: %s", url);
	if (start)
		buf_fmt(&line, " | begin with \"%s\"", start->title);
	buf_fmt(&line, " | %zu of them: binnacle runbook list", native);
	buf_fmt(out, "%s\n", buf_cstr(&line));
	buf_done(&line);
}
