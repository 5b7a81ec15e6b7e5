/*
 * lint_inside.h: what the rules of lint share. Private to runbook/.
 */
#ifndef RUNBOOK_LINT_INSIDE_H
#define RUNBOOK_LINT_INSIDE_H

#include "runbook/lint.h"

struct linter {
	const struct runbook *book;
	const struct lint *in;
	struct troubles *out;
	struct arena *arena;		/* of this one look */
};

struct words {			/* of the arena; each once */
	const char **items;
	size_t count, cap;
};

bool words_have(const struct words *words, struct str word);
void words_add(struct words *words, struct str word, struct arena *arena);

struct spot lint_at(const struct linter *linter, unsigned line);

void lint_links(struct linter *linter);		/* R016, R017 */
void lint_names(struct linter *linter);		/* R021 */
void lint_writes(struct linter *linter);	/* R022 */
void lint_secrets(struct linter *linter);	/* R023 */
void lint_words(struct linter *linter);		/* R025 */

/* The tree in the order of the file, from the root on; NULL: that was all. */
const struct block *block_after(const struct block *block);

/*
 * The commands of a shell text, those within $( ), ` ` and ( ) included, and the variables that it
 * expands. Not a shell: what it cannot follow it passes over. Words are as written but for quotes
 * around a whole one.
 */
enum { SHELL_WORDS = 64 };

struct shell_command {
	struct str words[SHELL_WORDS];	/* more are passed over */
	size_t count;
	struct str writes_to;		/* the file of a > that is neither a device nor a number */
	struct str input;		/* of a here-document */
};

struct shell_sink {
	void (*command)(void *arg, const struct shell_command *command);	/* NULL */
	/* guarded: ${NAME:-else} and the like, which say what happens without it. */
	void (*name)(void *arg, struct str name, bool guarded);			/* NULL */
	void *arg;
};

void shell_scan(struct str text, const struct shell_sink *sink);
bool shell_is_name(char c, bool first);

/* What a statement of SQL writes with: a word or a function; empty: it reads only. */
struct str sql_writes(struct str text);

#endif
