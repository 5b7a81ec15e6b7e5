/*
 * lint.c: the rules about a runbook as a whole: its template, its review, whose alerts it claims,
 * whether its decisions, dangers and escalations are complete. The other files have one rule each.
 */
#include "runbook/lint.h"

#include <string.h>
#include <strings.h>

#include "runbook/lint_inside.h"

struct spot lint_at(const struct linter *linter, unsigned line)
{
	return (struct spot){.path = linter->book->card.path, .line = line};
}

bool words_have(const struct words *words, struct str word)
{
	for (size_t i = 0; i < words->count; i++)
		if (str_eq(word, words->items[i]))
			return true;
	return false;
}

void words_add(struct words *words, struct str word, struct arena *arena)
{
	const char **old = words->items;

	if (words->count == words->cap) {
		words->cap = words->cap ? words->cap * 2 : 16;
		words->items = arena_array(arena, words->cap, sizeof(*words->items));
		if (words->count)
			memcpy(words->items, old, words->count * sizeof(*old));
	}
	words->items[words->count++] = arena_text(arena, word.p, word.len);
}

const struct block *block_after(const struct block *block)
{
	if (block->first)
		return block->first;
	while (block && !block->next)
		block = block->parent;
	return block ? block->next : NULL;
}

/* The line of a key at the top of the front matter; 0: it does not stand there. */
static unsigned key_line(const struct linter *linter, const char *key)
{
	struct str rest = linter->book->doc.front, line;
	size_t len = strlen(key);

	for (unsigned n = linter->book->doc.front_line; str_cut(&rest, '\n', &line); n++)
		if (str_starts(line, key) && line.len > len && line.p[len] == ':')
			return n;
	return 0;
}

static void lint_sections(struct linter *linter)
{
	const struct runbook *book = linter->book;
	bool seen[SECTION_OTHER] = {false};
	enum book_section furthest = SECTION_OVERVIEW;

	for (size_t i = 0; i < book->heading_count; i++) {
		const struct heading *heading = &book->headings[i];

		if (heading->level != 2 || heading->section == SECTION_OTHER)
			continue;
		seen[heading->section] = true;
		if (heading->section < furthest)
			trouble_add(linter->out, TROUBLE_R006, lint_at(linter, heading->line), "",
				    "\"%s\" stands after \"%s\"", section_heading(heading->section),
				    section_heading(furthest));
		else
			furthest = heading->section;
	}
	for (size_t i = 0; i < SECTION_OTHER; i++)
		if (!seen[i])
			trouble_add(linter->out, TROUBLE_R005, lint_at(linter, 0), "",
				    "the section \"%s\" is missing",
				    section_heading((enum book_section)i));
}

static void lint_review(struct linter *linter)
{
	const struct card *card = &linter->book->card;
	msec due = card_review_due(card);
	char day[WHEN_TEXT];

	if (card->reviewed_by.count == 0 || due == WHEN_NEVER) {
		trouble_add(linter->out, TROUBLE_R007, lint_at(linter, key_line(linter,
			    card->reviewed_by.count ? "last_reviewed_on" : "reviewed_by")),
			    "who knows the system reads it, and writes name and day into "
			    "reviewed_by and last_reviewed_on", "nobody has reviewed it");
	} else if (due <= linter->in->now) {
		when_format(day, due);
		trouble_add(linter->out, TROUBLE_R007,
			    lint_at(linter, key_line(linter, "last_reviewed_on")), "",
			    "its review was due on %.10s", day);
	}
}

static void lint_id(struct linter *linter)
{
	const struct card *card = &linter->book->card;

	if (strcmp(card->id, card->stem) != 0)
		trouble_add(linter->out, TROUBLE_R008, lint_at(linter, key_line(linter, "id")),
			    arena_fmt(linter->arena, "write id: %s, or rename the file", card->stem),
			    "its id is %s, and its file is %s.md", card->id, card->stem);
}

static bool same_labels(const struct pairs *a, const struct pairs *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		bool found = false;

		for (size_t j = 0; j < b->count && !found; j++)
			found = strcmp(a->items[i].name, b->items[j].name) == 0 &&
				strcmp(a->items[i].value, b->items[j].value) == 0;
		if (!found)
			return false;
	}
	return true;
}

static bool claims(const struct card *card, const struct book_alert *alert)
{
	for (size_t i = 0; i < card->alert_count; i++)
		if (strcmp(card->alerts[i].name, alert->name) == 0 &&
		    same_labels(&card->alerts[i].labels, &alert->labels))
			return true;
	return false;
}

static bool has_text(const struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcasecmp(texts->items[i], text) == 0)
			return true;
	return false;
}

static const char *did_you_mean(struct linter *linter, const char *word, const struct texts *names)
{
	const char *nearest = str_nearest(word, names->items, names->count);

	return nearest ? arena_fmt(linter->arena, "did you mean %s?", nearest) : "";
}

static void lint_alert(struct linter *linter, const struct book_alert *alert, struct spot at)
{
	const struct lint *in = linter->in;
	const char *path = linter->book->card.path;

	for (size_t i = 0; i < in->other_count; i++)
		if (strcmp(in->others[i].path, path) != 0 && claims(&in->others[i], alert))
			trouble_add(linter->out, TROUBLE_R009, at, "",
				    "the alert %s is claimed by %s as well", alert->name,
				    in->others[i].path);
	if (in->rules.count && !has_text(&in->rules, alert->name))
		trouble_add(linter->out, TROUBLE_R009, at,
			    did_you_mean(linter, alert->name, &in->rules),
			    "no rule makes the alert %s", alert->name);
}

static void lint_contact(struct linter *linter, const char *to, struct spot at)
{
	const struct texts *contacts = &linter->in->contacts;

	if (!to[0])
		trouble_add(linter->out, TROUBLE_R024, at, "write to: and a name",
			    "an escalation names nobody");
	else if (contacts->count && !has_text(contacts, to))
		trouble_add(linter->out, TROUBLE_R024, at, did_you_mean(linter, to, contacts),
			    "%s is no contact of the configuration", to);
}

static void lint_front(struct linter *linter)
{
	const struct card *card = &linter->book->card;

	for (size_t i = 0; i < card->alert_count; i++)
		lint_alert(linter, &card->alerts[i], lint_at(linter, key_line(linter, "alerts")));
	for (size_t i = 0; i < card->escalation_count; i++)
		lint_contact(linter, card->escalations[i].to,
			     lint_at(linter, key_line(linter, "escalation")));
	for (size_t i = 0; i < linter->book->step_count; i++)
		if (linter->book->steps[i].kind == STEP_ESCALATE)
			lint_contact(linter, linter->book->steps[i].to,
				     lint_at(linter, linter->book->steps[i].line));
}

static void lint_fence(struct linter *linter, const struct step *step, const struct fence *fence)
{
	const struct lint *in = linter->in;
	bool shell = fence->lang == LANG_SH || fence->lang == LANG_BASH ||
		     fence->lang == LANG_CONSOLE;
	struct spot at = lint_at(linter, fence->line);
	struct err err = {0};

	if (fence->placeholders.count)
		trouble_add(linter->out, TROUBLE_R020, at,
			    "declare a parameter, and use it as \"$NAME\"",
			    "a command of step %u holds the placeholder %s: it is only shown",
			    step->n, fence->placeholders.items[0]);
	else if (shell && fence->runnable && in->parses &&
		 !in->parses(in->arg, fence->lang, str_of(fence->text), &err))
		trouble_add(linter->out, TROUBLE_R015, at, "",
			    "the shell cannot read a command of step %u: %s", step->n, err.text);
}

static void lint_step(struct linter *linter, const struct step *step)
{
	struct spot at = lint_at(linter, step->line);

	if (step->kind == STEP_DECISION && step->option_count < 2)
		trouble_add(linter->out, TROUBLE_R018, at,
			    "its options are the bullets below it, each in bold",
			    "the decision of step %u has %s", step->n,
			    step->option_count ? "one option only" : "no options");
	if (step->danger == DANGER_CAUTION && !step->rollback[0] &&
	    step->rollback_fence == SIZE_MAX)
		trouble_add(linter->out, TROUBLE_R019, at,
			    "write a line that begins with **Rollback:**",
			    "step %u is a CAUTION and does not say how it is taken back", step->n);
	for (size_t i = 0; i < step->fence_count; i++)
		lint_fence(linter, step, &step->fences[i]);
}

void runbook_lint(const struct runbook *runbook, const struct lint *lint, struct troubles *out)
{
	struct arena arena = {0};
	struct linter linter = {runbook, lint, out, &arena};

	if (runbook->card.native) {
		lint_sections(&linter);
		lint_review(&linter);
		lint_id(&linter);
		lint_front(&linter);
		lint_names(&linter);
		lint_words(&linter);
	}
	for (size_t i = 0; i < runbook->step_count; i++)
		lint_step(&linter, &runbook->steps[i]);
	lint_links(&linter);
	lint_writes(&linter);
	lint_secrets(&linter);
	arena_done(&arena);
}
