/* runbook_fence.c: a code block as something that can be run, or not, and why not. */
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "base/pattern.h"
#include "runbook/runbook_inside.h"

static const struct { const char *word; enum fence_lang lang; } words[] = {
	{ "sh", LANG_SH }, { "shell", LANG_SH }, { "bash", LANG_BASH },
	{ "console", LANG_CONSOLE }, { "shell-session", LANG_CONSOLE },
	{ "shellsession", LANG_CONSOLE }, { "terminal", LANG_CONSOLE },
	{ "sql", LANG_SQL }, { "psql", LANG_SQL }, { "promql", LANG_PROMQL }, { "http", LANG_HTTP },
};

/* What a line begins with that is a command, where no language is named. */
static const char *const commands[] = {
	"kubectl", "docker", "curl", "psql", "systemctl", "journalctl", "redis-cli", "ssh", "sudo",
	"cat", "grep", "tail", "ls", "cd", "echo", "export", "helm", "aws", "gcloud", "git", "make",
	"npm", "dig", "ping", "pg_ctl", "stellar", "jq", "wget", "df", "ps", "kill", "rm", "mv",
};

static enum fence_lang lang_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcasecmp(words[i].word, word) == 0)
			return words[i].lang;
	return LANG_TEXT;
}

static bool is_shell(enum fence_lang lang)
{
	return lang == LANG_SH || lang == LANG_BASH || lang == LANG_CONSOLE;
}

/* "sh {check every=15s}" -> "sh", and what is between the braces; "sh{...}" too. */
static struct str word_of(const char *info, struct str *attributes)
{
	struct str whole = str_of(info);
	size_t len = strcspn(info, " \t{");

	*attributes = str_trim(str_sub(info + len, whole.len - len));
	return str_sub(info, len);
}

bool fence_is_output(const struct block *block)
{
	struct str attributes;

	return block->kind == BLOCK_FENCE && str_eq(word_of(block->info, &attributes), "output");
}

/* Lines that begin with a prompt are commands; the lines after one that ends in a backslash are
 * part of it. All others are what the command printed. */
static void split_console(struct str text, struct buf *run, struct buf *printed)
{
	struct str line;
	bool more = false;

	while (str_cut(&text, '\n', &line)) {
		struct str bare = line;

		while (bare.len > 0 && (bare.p[0] == ' ' || bare.p[0] == '\t'))
			bare = str_sub(bare.p + 1, bare.len - 1);
		if (!more && !str_starts(bare, "$ ")) {
			buf_add(printed, line.p, line.len);
			buf_char(printed, '\n');
			continue;
		}
		if (!more || str_starts(bare, "> "))
			line = str_sub(bare.p + 2, bare.len - 2);
		buf_add(run, line.p, line.len);
		buf_char(run, '\n');
		more = str_ends(line, "\\");
	}
}

static bool has_prompt(struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line))
		if (str_trim(line).len > 0)
			return str_starts(str_trim(line), "$ ");
	return false;
}

static bool has_command(struct str text)
{
	struct str first, line = { 0 };

	while (line.len == 0 && str_cut(&text, '\n', &line))
		line = str_trim(line);
	if (!str_cut(&line, ' ', &first))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (str_eq(first, commands[i]))
			return true;
	return false;
}

static void read_console(struct reading *reading, struct fence *out, struct str text)
{
	struct buf run = { 0 }, printed = { 0 };

	split_console(text, &run, &printed);
	out->lang = LANG_CONSOLE;
	out->text = arena_text(reading->arena, buf_cstr(&run), run.len);
	out->expected = arena_text(reading->arena, buf_cstr(&printed), printed.len);
	buf_done(&run);
	buf_done(&printed);
}

enum attr_type { ATTR_FLAG, ATTR_DURATION, ATTR_TEXT, ATTR_NAME, ATTR_PATTERN, ATTR_EXIT };

static const struct { const char *name; enum attr_type type; size_t offset; } keys[] = {
	{ "check", ATTR_FLAG, offsetof(struct fence, check) },
	{ "write", ATTR_FLAG, offsetof(struct fence, write) },
	{ "interactive", ATTR_FLAG, offsetof(struct fence, interactive) },
	{ "background", ATTR_FLAG, offsetof(struct fence, background) },
	{ "norun", ATTR_FLAG, offsetof(struct fence, norun) },
	{ "every", ATTR_DURATION, offsetof(struct fence, every) },
	{ "for", ATTR_DURATION, offsetof(struct fence, hold) },
	{ "timeout", ATTR_DURATION, offsetof(struct fence, timeout) },
	{ "exit", ATTR_EXIT, offsetof(struct fence, exit) },
	{ "source", ATTR_TEXT, offsetof(struct fence, source) },
	{ "node", ATTR_TEXT, offsetof(struct fence, node) },
	{ "on", ATTR_TEXT, offsetof(struct fence, on) },
	{ "expect", ATTR_PATTERN, offsetof(struct fence, expect) },
	{ "capture", ATTR_NAME, offsetof(struct fence, capture) },
	{ "cwd", ATTR_TEXT, offsetof(struct fence, cwd) },
	{ "name", ATTR_TEXT, offsetof(struct fence, name) },
};

static void wrong(struct attrs *attrs, const struct attr *attr, const char *want)
{
	reading_trouble(attrs->reading, TROUBLE_R013, attr->at, "", "%s: %s", attr->key, want);
}

static void read_exit(struct attrs *attrs, const struct attr *attr, int *out)
{
	int64_t code;

	if (attr->value && num_parse_i64(str_of(attr->value), &code) && code >= 0 && code <= 255)
		*out = (int)code;
	else
		wrong(attrs, attr, "a number from 0 to 255 is wanted");
}

static void read_attr(struct attrs *attrs, const struct attr *attr, enum attr_type type, void *out)
{
	struct err err;

	switch (type) {
	case ATTR_FLAG:
		*(bool *)out = attrs_flag(attrs, attr);
		return;
	case ATTR_DURATION:
		attrs_duration(attrs, attr, out);
		return;
	case ATTR_EXIT:
		read_exit(attrs, attr, out);
		return;
	case ATTR_NAME:
	case ATTR_PATTERN:
	case ATTR_TEXT:
		break;
	}
	if (!attr->value || !*attr->value)
		wrong(attrs, attr, "it needs a value");
	else if (type == ATTR_NAME && !runbook_is_name(str_of(attr->value)))
		wrong(attrs, attr, "a name of a variable is wanted: letters, digits and '_'");
	else if (type == ATTR_PATTERN && !pattern_check(attr->value, &err))
		wrong(attrs, attr, err.text);
	else
		*(const char **)out = attr->value;
}

static void read_attrs(struct reading *reading, struct str text, struct fence *out)
{
	struct attrs attrs = { .reading = reading, .rest = text, .line = out->line };
	const char *names[ARRAY_LEN(keys)];
	struct attr attr;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		names[i] = keys[i].name;
	while (attrs_next(&attrs, &attr)) {
		size_t i = 0;

		while (i < ARRAY_LEN(keys) && strcmp(keys[i].name, attr.key) != 0)
			i++;
		if (i < ARRAY_LEN(keys))
			read_attr(&attrs, &attr, keys[i].type, (char *)out + keys[i].offset);
		else
			attrs_unknown(&attrs, &attr, "attribute", names, ARRAY_LEN(names));
	}
}

/* What stands after the language: {...}, or words of others, which say nothing to us. */
static void read_info(struct reading *reading, const struct block *block, struct fence *out)
{
	struct str attributes, word = word_of(block->info, &attributes);

	out->word = arena_text(reading->arena, word.p, word.len);
	out->lang = lang_of(out->word);
	if (!str_starts(attributes, "{"))
		return;
	if (str_ends(attributes, "}")) {
		read_attrs(reading, str_sub(attributes.p + 1, attributes.len - 2), out);
		return;
	}
	out->norun = true;
	out->why_not = "its attributes are not closed";
	reading_trouble(reading, TROUBLE_R011, reading_spot(reading, block->line, "{"),
			"end them with '}'", "the attributes of this fence are not closed");
}

/* The first reason for which it is not to be run; "" where there is none. */
static const char *why_not(const struct block *block, const struct fence *fence,
			   struct arena *arena)
{
	if (fence->lang == LANG_TEXT)
		return *fence->word ? "it is no command" : "it names no language, as sh does";
	if (!block->closed)
		return "it is not closed, so where it ends is not known";
	if (fence->norun)
		return *fence->why_not ? fence->why_not : "it says norun";
	if (memchr(block->text, '\0', block->length))
		return "it holds a zero byte";
	if (str_trim(str_of(fence->text)).len == 0)
		return fence->lang == LANG_CONSOLE ? "no line of it begins with '$ '" :
						     "it is empty";
	if (fence->placeholders.count > 0)
		return arena_fmt(arena, "a placeholder is left: %s", fence->placeholders.items[0]);
	return "";
}

/* Without a language prompts tell that it is a console; commands alone are a guess, and nothing
 * runs on a guess. */
static void guess(const struct reading *reading, const struct block *block, struct fence *out)
{
	struct str text = str_sub(block->text, block->length);

	if (*out->word || reading->book->card.native)
		return;
	if (has_prompt(text)) {
		out->lang = LANG_CONSOLE;
	} else if (has_command(text)) {
		out->lang = LANG_SH;
		out->norun = true;
		out->why_not = "it names no language: write sh after its fence";
	}
}

void fence_read(struct reading *reading, const struct block *block, struct fence *out)
{
	const struct card *card = &reading->book->card;
	struct str text = str_sub(block->text, block->length);

	*out = (struct fence){ .expected = "", .why_not = "", .source = "", .node = "", .on = "",
			       .expect = "", .capture = "", .cwd = "", .name = "",
			       .line = block->line };
	out->text = block->text;
	read_info(reading, block, out);
	out->check = out->check && card->native;
	guess(reading, block, out);
	if (out->lang == LANG_CONSOLE || (is_shell(out->lang) && has_prompt(text)))
		read_console(reading, out, text);
	out->placeholders = fence_placeholders(str_of(out->text), is_shell(out->lang), card->params,
					       card->native ? SIZE_MAX : card->param_count,
					       reading->arena);
	out->why_not = why_not(block, out, reading->arena);
	out->runnable = !*out->why_not;
}
