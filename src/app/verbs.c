#include "app/verbs.h"

#include <string.h>

#include "app/commands.h"
#include "base/scrub.h"
#include "base/str.h"

#define BIT(sym) (1u << OPTION_##sym)

_Static_assert(OPTION_COUNT <= 32, "the bits of verb.options");

const struct verb verbs[] = {
	{ "tui", NULL, "", 0, 0, "the console (what `binnacle` alone does on a terminal)",
	  "  binnacle\n"
	  "  binnacle -c staging.yaml --read-only\n", cmd_tui },
	{ "status", NULL, "[NAME...]", OPTIONS_WORDS, BIT(CHECK) | BIT(WATCH),
	  "ask every source once and say how everything is",
	  "  binnacle status\n"
	  "  binnacle status --json | jq .state\n"
	  "  binnacle status --check indexer db && echo fine\n", cmd_status },
	{ "record", NULL, "", 0, 0, "the flight recorder without a terminal, until it is stopped",
	  "  binnacle record -c /etc/binnacle.yaml\n"
	  "  binnacle record --json | jq -c 'select(.kind == \"change\")'\n"
	  "  systemctl enable --now binnacle-record\n", cmd_record },
	{ "config", NULL, "", 0, BIT(ORIGIN), "show every value in force", 
	  "  binnacle config show --origin\n", cmd_config_show },
	{ "config", "show", "", 0, BIT(ORIGIN), "show every value in force",
	  "  binnacle config show --origin\n", cmd_config_show },
	{ "config", "check", "", 0, 0, "say everything that is wrong with the configuration",
	  "  binnacle config check -c new.yaml\n", cmd_config_check },
	{ "config", "path", "", 0, 0, "show which files make up the configuration",
	  "  $EDITOR \"$(binnacle config path | tail -n 1)\"\n", cmd_config_path },
	{ "config", "init", "", 0, 0, "write a commented example, once; never overwrites",
	  "  binnacle config init\n", cmd_config_init },
	{ "config", "schema", "", 0, 0, "a JSON Schema of the configuration, for an editor",
	  "  binnacle config schema --json > binnacle.schema.json\n", cmd_config_schema },
	{ "completion", NULL, "bash|zsh|fish", 1, 0, "a completion script for a shell",
	  "  binnacle completion bash > ~/.local/share/bash-completion/completions/binnacle\n",
	  cmd_completion },
	{ "help", NULL, "[TOPIC]", 2, 0, "help on a verb, or on exit-codes, keys, config",
	  "  binnacle help status\n"
	  "  binnacle help exit-codes\n", cmd_help },
	{ "version", NULL, "", 0, 0, "the version", "  binnacle version\n", cmd_version },
};

const size_t verb_count = ARRAY_LEN(verbs);

static const struct verb *look_up(const char *noun, const char *word)
{
	for (size_t i = 0; i < verb_count; i++) {
		const struct verb *verb = &verbs[i];

		if (strcmp(verb->noun, noun) != 0)
			continue;
		if (word ? verb->verb && strcmp(verb->verb, word) == 0 : !verb->verb)
			return verb;
	}
	return NULL;
}

static bool unknown(const char *what, const char *noun, const char *word, struct err *err)
{
	const char *names[32];
	const char *near;
	char shown[64];
	size_t n = 0;

	for (size_t i = 0; i < verb_count && n < ARRAY_LEN(names); i++) {
		if (noun && strcmp(verbs[i].noun, noun) == 0 && verbs[i].verb)
			names[n++] = verbs[i].verb;
		else if (!noun && !verbs[i].verb)
			names[n++] = verbs[i].noun;
	}
	scrub_put(shown, sizeof(shown), str_of(word));
	near = str_nearest(shown, names, n);
	if (near)
		return err_set(err, ERR_USAGE, "unknown %s '%s': did you mean '%s'?", what, shown, near);
	return err_set(err, ERR_USAGE, "unknown %s '%s'", what, shown);
}

static bool has_verbs(const char *noun)
{
	for (size_t i = 0; i < verb_count; i++) {
		if (strcmp(verbs[i].noun, noun) == 0 && verbs[i].verb)
			return true;
	}
	return false;
}

static bool fits(const struct verb *verb, const struct options *options, size_t words,
		 struct err *err)
{
	const char *sub = verb->verb ? verb->verb : "";

	for (int i = 0; i < OPTION_COUNT; i++) {
		if (options->given[i] && !option_rows[i].global && !(verb->options & (1u << i)))
			return err_set(err, ERR_USAGE, "flag '--%s' is not for '%s%s%s'",
				       option_rows[i].name, verb->noun, *sub ? " " : "", sub);
	}
	if (words > verb->max_words)
		return err_set(err, ERR_USAGE, "'%s%s%s' takes %s%zu argument%s", verb->noun,
			       *sub ? " " : "", sub, verb->max_words ? "at most " : "",
			       verb->max_words, verb->max_words == 1 ? "" : "s");
	return true;
}

const struct verb *verb_find(const struct options *options, size_t *used, struct err *err)
{
	const struct verb *verb;
	const char *noun = options->word_count ? options->words[0] : "tui";
	const char *word = options->word_count > 1 ? options->words[1] : NULL;

	*used = options->word_count ? 1 : 0;
	if (word && has_verbs(noun)) {
		verb = look_up(noun, word);
		if (!verb) {
			unknown("verb", noun, word, err);
			err_add(err, "%s", noun);
			return NULL;
		}
		*used = 2;
	} else {
		verb = look_up(noun, NULL);
		if (!verb) {
			unknown("verb", NULL, noun, err);
			return NULL;
		}
	}
	return fits(verb, options, options->word_count - *used, err) ? verb : NULL;
}

const char *context_env(const struct context *context, const char *name)
{
	size_t len = strlen(name);

	for (const char *const *line = context->environment; line && *line; line++) {
		if (strncmp(*line, name, len) == 0 && (*line)[len] == '=')
			return *line + len + 1;
	}
	return NULL;
}

bool context_now(const struct context *context, msec *out, struct err *err)
{
	const char *text = context_env(context, "BINNACLE_NOW");

	*out = WHEN_NEVER;
	if (!text || when_parse(str_of(text), out))
		return true;
	return err_set(err, ERR_USAGE, "BINNACLE_NOW: '%.40s' is no RFC 3339 time", text);
}
