#include "runbook/needs.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "runbook/lint_inside.h"

struct looking {
	struct needs *needs;
	struct arena *arena;
	const struct step *step;
	unsigned line;
	const char *source;
};

const char *need_word(enum need_kind kind)
{
	static const char *const words[] = {
#define X(sym, word) [NEED_##sym] = (word),
		NEEDS(X)
#undef X
	};

	return words[kind];
}

static bool in_list(struct str word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (word.len == strlen(list[i]) && strncasecmp(word.p, list[i], word.len) == 0)
			return true;
	return false;
}

static void add(struct looking *looking, enum need_kind kind, struct str what)
{
	struct needs *needs = looking->needs;
	struct need *old = needs->items;
	bool of_source = kind == NEED_METRIC || kind == NEED_TABLE;
	const char *source = of_source ? looking->source : "";

	for (size_t i = 0; i < needs->count; i++)
		if (old[i].kind == kind && str_eq(what, old[i].what) &&
		    strcmp(old[i].source, source) == 0)
			return;
	if (needs->count == needs->cap) {
		needs->cap = needs->cap ? needs->cap * 2 : 32;
		needs->items = arena_array(looking->arena, needs->cap, sizeof(*needs->items));
		if (needs->count)
			memcpy(needs->items, old, needs->count * sizeof(*old));
	}
	needs->items[needs->count++] = (struct need){
		.kind = kind, .what = arena_text(looking->arena, what.p, what.len),
		.source = source, .step = looking->step, .line = looking->line,
	};
}

/* --- shells ---------------------------------------------------------------------------------- */

/* What a shell does itself. */
static const char *const builtins[] = {
	"echo", "printf", "test", "[", "[[", "true", "false", "cd", "exit", "read", "export", "set",
	"local", "return", "eval", "command", ":", ".", "source", "exec", "trap", "wait", "shift",
	"unset", "type", "ulimit", "umask", "getopts", "declare", "readonly", "kill", "break",
	"continue", "case", "esac", "for", "in", "mapfile", "readarray", "typeset", "let", "hash",
};

static const char *const keywords[] = {
	"if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "time",
};

static bool is_tool(struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!isalnum((unsigned char)word.p[i]) && !strchr("._+-/", word.p[i]))
			return false;
	return word.len > 0 && isalpha((unsigned char)word.p[0]);
}

static bool assigns(struct str word)
{
	size_t i = 0;

	while (i < word.len && shell_is_name(word.p[i], i == 0))
		i++;
	return i > 0 && i < word.len && word.p[i] == '=';
}

static void see_command(void *arg, const struct shell_command *command)
{
	size_t at = 0;

	while (at < command->count && (assigns(command->words[at]) ||
	       in_list(command->words[at], keywords, ARRAY_LEN(keywords))))
		at++;
	if (at < command->count && is_tool(command->words[at]) &&
	    !in_list(command->words[at], builtins, ARRAY_LEN(builtins)))
		add(arg, NEED_TOOL, command->words[at]);
}

/* http://... and https://... as far as they are written out. */
static void see_addresses(struct looking *looking, struct str text)
{
	static const char *const schemes[] = {"http://", "https://"};

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		struct str rest = text;
		const char *at;

		while ((at = memmem(rest.p, rest.len, schemes[i], strlen(schemes[i])))) {
			size_t left = rest.len - (size_t)(at - rest.p), len = 0;

			while (len < left && !strchr(" \t\r\n\"'`<>|;)$", at[len]))
				len++;
			if (len > strlen(schemes[i]))
				add(looking, NEED_URL, str_sub(at, len));
			rest = str_sub(at + len, left - len);
		}
	}
}

/* --- PromQL and SQL: words, and what stands around them ------------------------------------- */

struct words_of {
	struct str text;
	size_t at;
};

/* The next word; *before is the sign in front of it, *after the one behind, blanks passed over. */
static struct str next_word(struct words_of *in, bool (*part)(char c), char *before, char *after)
{
	size_t from, end;

	while (in->at < in->text.len && !part(in->text.p[in->at])) {
		if (!isspace((unsigned char)in->text.p[in->at]))
			*before = in->text.p[in->at];
		in->at++;
	}
	from = end = in->at;
	while (end < in->text.len && part(in->text.p[end]))
		end++;
	in->at = end;
	while (end < in->text.len && isspace((unsigned char)in->text.p[end]))
		end++;
	*after = end < in->text.len ? in->text.p[end] : '\0';
	return str_sub(in->text.p + from, in->at - from);
}

static bool in_metric(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == ':';
}

static const char *const promql_words[] = {
	"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right",
	"offset", "bool", "inf", "nan", "start", "end", "sum", "avg", "min", "max", "count", "group",
	"stddev", "stdvar", "topk", "bottomk", "quantile", "count_values",
};

static const char *const promql_lists[] = {"by", "without", "on", "ignoring", "group_left",
					   "group_right"};

/* Quotes, {labels}, [ranges] and lists of labels are no metrics: they are made blank. */
static struct str blank_out(struct str text, struct arena *arena, const char *open,
			    const char *close)
{
	char *copy = arena_text(arena, text.p, text.len);
	char until = '\0';

	for (size_t i = 0; i < text.len; i++) {
		const char *kind = until || !copy[i] ? NULL : strchr(open, copy[i]);
		bool ends = until && copy[i] == until;

		if (kind)
			until = close[kind - open];
		if (kind || until)
			copy[i] = kind ? '{' : ' ';
		if (ends)
			until = '\0';
	}
	return str_sub(copy, text.len);
}

static void see_metrics(struct looking *looking, struct str text)
{
	struct words_of in = {blank_out(text, looking->arena, "\"'{[", "\"'}]"), 0};
	char before = '\0', after = '\0';
	struct str word;

	while ((word = next_word(&in, in_metric, &before, &after)).len) {
		bool list = in_list(word, promql_lists, ARRAY_LEN(promql_lists));

		if (list && after == '(') {
			while (in.at < in.text.len && in.text.p[in.at] != ')')
				in.at++;
		} else if (after != '(' && isalpha((unsigned char)word.p[0]) &&
			   !in_list(word, promql_words, ARRAY_LEN(promql_words))) {
			add(looking, NEED_METRIC, word);
		}
	}
}

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* extract(epoch FROM x) names no table. */
static const char *const from_functions[] = {"extract", "trim", "substring", "position", "overlay"};
static const char *const table_words[] = {"from", "join", "update", "into"};
static const char *const no_tables[] = {"select", "only", "lateral", "set", "where", "of", "nowait",
					"skip"};

static bool is_cte(struct str text, struct str name)
{
	struct words_of in = {text, 0};
	char before = '\0', after = '\0';
	struct str word, last = {"", 0};

	while ((word = next_word(&in, in_name, &before, &after)).len) {
		if (in_list(word, (const char *const[]){"as"}, 1) && after == '(' &&
		    last.len == name.len && memcmp(last.p, name.p, name.len) == 0)
			return true;
		last = word;
	}
	return false;
}

static void see_tables(struct looking *looking, struct str text)
{
	struct words_of in = {blank_out(text, looking->arena, "'", "'"), 0};
	char before = '\0', after = '\0';
	struct str word, last = {"", 0};
	bool within = false;

	while ((word = next_word(&in, in_name, &before, &after)).len) {
		bool wanted = in_list(last, table_words, ARRAY_LEN(table_words)) && !within &&
			      before != '(' && after != '(' && isalpha((unsigned char)word.p[0]);

		if (in_list(last, from_functions, ARRAY_LEN(from_functions)))
			within = true;
		else if (in_list(last, table_words, ARRAY_LEN(table_words)))
			within = false;
		if (wanted && !in_list(word, no_tables, ARRAY_LEN(no_tables)) &&
		    !is_cte(in.text, word))
			add(looking, NEED_TABLE, word);
		last = word;
		before = '\0';
	}
}

/* --- all together ---------------------------------------------------------------------------- */

static void see_fence(struct looking *looking, const struct fence *fence)
{
	struct str text = str_of(fence->text);

	looking->line = fence->line;
	looking->source = fence->source;
	if (fence->on[0])
		add(looking, NEED_HOST, str_of(fence->on));
	if (fence->source[0])
		add(looking, NEED_SOURCE, str_of(fence->source));
	see_addresses(looking, text);
	switch (fence->lang) {
	case LANG_SH:
	case LANG_BASH:
	case LANG_CONSOLE:
		shell_scan(text, &(struct shell_sink){.command = see_command, .arg = looking});
		break;
	case LANG_SQL:
		see_tables(looking, text);
		break;
	case LANG_PROMQL:
		see_metrics(looking, text);
		break;
	case LANG_HTTP:
	case LANG_TEXT:
		break;
	}
}

static void see_name(void *arg, const char *name)
{
	struct str text = str_of(name);
	bool alert = str_starts(text, "alert(") && str_ends(text, ")");

	if (alert)
		add(arg, NEED_ALERT, str_sub(text.p + 6, text.len - 7));
	else
		add(arg, NEED_DATUM, text);
}

static void see_step(struct looking *looking)
{
	const struct step *step = looking->step;

	looking->line = step->line;
	if (step->probe)
		expr_names(step->probe, see_name, looking);
	if (step->target[0])
		add(looking, NEED_DATUM, str_of(step->target));
	for (size_t i = 0; i < step->option_count; i++) {
		looking->line = step->options[i].line;
		if (step->options[i].probe)
			expr_names(step->options[i].probe, see_name, looking);
	}
	for (size_t i = 0; i < step->fence_count; i++)
		if (step->fences[i].runnable)
			see_fence(looking, &step->fences[i]);
}

void runbook_needs(const struct runbook *runbook, struct arena *arena, struct needs *out)
{
	struct looking looking = {.needs = out, .arena = arena, .source = ""};

	*out = (struct needs){0};
	for (size_t i = 0; i < runbook->step_count; i++) {
		looking.step = &runbook->steps[i];
		see_step(&looking);
	}
}
