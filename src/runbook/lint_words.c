/*
 * lint_words.c: R025, an abbreviation that neither its first use nor the glossary explains.
 *
 * Only abbreviations are asked about: which other words of a text a reader does not know, no rule
 * can tell. Explained is "write-ahead log (WAL)" and "WAL (write-ahead log)".
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "runbook/lint_inside.h"

enum { SHORTEST = 2, LONGEST = 6 };

/* What everybody on call knows, and words that are merely loud. */
static const char *const known[] = {
	"API", "CLI", "CPU", "DNS", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON", "OK", "OS", "RAM",
	"SQL", "SSH", "TCP", "TLS", "UDP", "URL", "UTC", "GET", "PUT", "POST", "HEAD", "SEV", "CSV",
	"WARN", "BAD", "DOWN", "STALE", "AND", "OR", "NOT", "DO", "NO", "YES", "ALL", "ONE", "ONLY",
	"NEVER", "NOTE", "TODO", "IF", "IS", "THE", "ON", "OFF", "NULL", "ERROR", "INFO", "SELECT",
	"UPDATE", "DELETE", "INSERT", "PING", "PONG", "CAUSE", "ISO", "UUID",
	"XML", "YAML", "PDF", "AM", "PM", "EOF",
};

static bool is_known(const struct linter *linter, struct str word)
{
	const struct texts *terms = &linter->in->terms;

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_eq(word, known[i]))
			return true;
	for (size_t i = 0; i < terms->count; i++)
		if (word.len == strlen(terms->items[i]) &&
		    strncasecmp(word.p, terms->items[i], word.len) == 0)
			return true;
	return false;
}

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

/* Capitals and digits, at least two capitals; the s of a plural does not count. */
static bool is_abbreviation(struct str *word)
{
	size_t capitals = 0;

	if (word->len > SHORTEST && word->p[word->len - 1] == 's')
		word->len--;
	for (size_t i = 0; i < word->len; i++) {
		if (!isupper((unsigned char)word->p[i]) && !isdigit((unsigned char)word->p[i]))
			return false;
		capitals += isupper((unsigned char)word->p[i]) != 0;
	}
	return capitals >= SHORTEST && word->len <= LONGEST &&
	       isupper((unsigned char)word->p[0]) && isupper((unsigned char)word->p[1]);
}

/* "(WAL)" behind its words, or "WAL (" before them. */
static bool is_explained(struct str text, struct str word)
{
	const char *end = text.p + text.len, *behind = word.p + word.len;

	if (behind < end && *behind == 's')
		behind++;
	if (word.p > text.p && word.p[-1] == '(')
		return true;
	return end - behind >= 2 && behind[0] == ' ' && behind[1] == '(';
}

struct reading {
	struct linter *linter;
	struct words seen;
};

static void read_run(struct reading *reading, const struct run_of_text *run)
{
	struct str text = str_of(run->text), word;

	for (size_t at = 0, end; at < text.len; at = end + 1) {
		end = at;
		while (end < text.len && in_name(text.p[end]))
			end++;
		word = str_sub(text.p + at, end - at);
		if (!is_abbreviation(&word) || is_known(reading->linter, word) ||
		    words_have(&reading->seen, word))
			continue;
		words_add(&reading->seen, word, reading->linter->arena);
		if (is_explained(text, word))
			continue;
		trouble_add(reading->linter->out, TROUBLE_R025,
			    lint_at(reading->linter, run->line),
			    "say what it means in brackets, or put it in glossary.md",
			    "nobody explains %.*s", (int)word.len, word.p);
	}
}

void lint_words(struct linter *linter)
{
	struct reading reading = {.linter = linter};

	if (linter->in->terms.count == 0)
		return;
	for (const struct block *b = linter->book->doc.root; b; b = block_after(b))
		for (const struct run_of_text *run = b->runs; run; run = run->next)
			if (run->kind == RUN_TEXT || run->kind == RUN_STRONG ||
			    run->kind == RUN_EMPHASIS)
				read_run(&reading, run);
}

/* "**WAL**: ...", "## WAL", "**retention window (RPC)**": what is in brackets is one as well. */
static void add_terms(struct words *to, struct str text, struct arena *arena)
{
	struct str part;

	while (str_cut(&text, '(', &part)) {
		part = str_trim(part);
		while (part.len && strchr("):.,", part.p[part.len - 1]))
			part.len--;
		if (part.len && !words_have(to, part))
			words_add(to, part, arena);
	}
}

struct texts lint_terms(const struct markdown *glossary, struct arena *arena)
{
	struct words terms = {0};

	for (const struct block *b = glossary->root; b; b = block_after(b)) {
		if (b->kind == BLOCK_HEADING)
			add_terms(&terms, str_of(markdown_plain(b, arena)), arena);
		else if (b->runs && b->runs->kind == RUN_STRONG)
			add_terms(&terms, str_of(b->runs->text), arena);
	}
	return (struct texts){terms.items, terms.count};
}
