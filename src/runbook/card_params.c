/*
 * card_params.c: what a runbook asks for, and which values it takes. A value reaches a command only
 * as a variable of its environment, so a name must not be one that changes what a shell does, and a
 * value must be what it looks like.
 */
#include "runbook/card_inside.h"

#include <string.h>

#include "base/num.h"
#include "base/pattern.h"
#include "base/scrub.h"

enum { LONGEST = 4096, LONGEST_SECRET = 65536, ACCOUNT = 56, TX_HASH = 64 };

static const char *const types[] = {
#define X(sym, word) [PARAM_##sym] = (word),
	PARAM_TYPES(X)
#undef X
};

static const char *const froms[] = { "env:", "config:", "alert:", "selected:", "incident:" };

/* Variables by which a shell, or what it starts, is told to do something else. */
static const char *const reserved[] = {
	"PATH", "HOME", "SHELL", "TERM", "USER", "PWD", "OLDPWD", "IFS", "ENV", "CDPATH", "PS1",
	"PS2", "PS4", "SHELLOPTS", "BASHOPTS", "PROMPT_COMMAND", "FPATH", "GLOBIGNORE", "EDITOR",
	"PAGER", "LC_ALL", "LANG", "TMPDIR", "PYTHONPATH", "PERL5LIB", "NODE_OPTIONS",
};

static bool is_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';

		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return name.len > 0 && name.len < BOOK_ID;
}

static bool is_reserved(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (strcmp(reserved[i], name) == 0)
			return true;
	return str_starts(str_of(name), "LD_") || str_starts(str_of(name), "BASH_");
}

static void read_type(struct card_reader *reader, const struct node *node, void *out)
{
	const char *text = card_scalar(reader, node), *fix;

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (strcmp(types[i], text) == 0) {
			*(enum param_type *)out = (enum param_type)i;
			return;
		}
	fix = problems_nearest(reader->arena, text, types, ARRAY_LEN(types));
	card_wrong(reader, node->at, TROUBLE_R013,
		   fix ? fix : problems_list(reader->arena, "types: ", types, ARRAY_LEN(types)),
		   "there is no type %s", problems_quote(reader->arena, text));
}

static void read_from(struct card_reader *reader, const struct node *node, void *out)
{
	const char *text = card_scalar(reader, node);

	for (size_t i = 0; i < ARRAY_LEN(froms); i++)
		if (str_starts(str_of(text), froms[i]) && text[strlen(froms[i])]) {
			*(const char **)out = text;
			return;
		}
	if (*text)
		card_wrong(reader, node->at, TROUBLE_R013,
			   problems_list(reader->arena, "it begins with one of: ", froms,
					 ARRAY_LEN(froms)),
			   "from: there is no such place as %s",
			   problems_quote(reader->arena, text));
}

static void read_required(struct card_reader *reader, const struct node *node, void *out)
{
	const char *text = card_scalar(reader, node);

	*(bool *)out = strcmp(text, "false") != 0;
	if (strcmp(text, "false") != 0 && strcmp(text, "true") != 0)
		card_wrong(reader, node->at, TROUBLE_R013, "",
			   "required: true or false is wanted, not %s",
			   problems_quote(reader->arena, text));
}

/* A value is the whole of what the pattern says, not something that holds it. */
static const char *whole_pattern(struct arena *arena, const char *pattern)
{
	return arena_fmt(arena, "^(%s)$", pattern);
}

static void read_pattern(struct card_reader *reader, const struct node *node, void *out)
{
	const char *text = card_scalar(reader, node);
	struct err err;

	if (*text && pattern_check(whole_pattern(reader->arena, text), &err))
		*(const char **)out = text;
	else if (*text)
		card_wrong(reader, node->at, TROUBLE_R013, "", "pattern: %s", err.text);
}

static const struct card_row rows[] = {
	{ "type", read_type, offsetof(struct param, type) },
	{ "from", read_from, offsetof(struct param, from) },
	{ "default", card_text, offsetof(struct param, def) },
	{ "required", read_required, offsetof(struct param, required) },
	{ "choices", card_texts, offsetof(struct param, choices) },
	{ "pattern", read_pattern, offsetof(struct param, pattern) },
	{ "help", card_text, offsetof(struct param, help) },
};

/* What holds of the keys together. */
static void check(struct card_reader *reader, const struct node *node, struct param *param)
{
	struct err err;

	if (param->type == PARAM_CHOICE && param->choices.count == 0)
		card_wrong(reader, node->at, TROUBLE_R013, "write choices: [one, two]",
			   "%s is a choice and has no choices", param->name);
	if (!*param->def)
		return;
	if (param->type == PARAM_SECRET)
		card_wrong(reader, node->at, TROUBLE_R023, "name a place: from: \"env:NAME\"",
			   "the secret %s has a default, which everybody can read", param->name);
	else if (!param_fits(param, param->def, &err))
		card_wrong(reader, node->at, TROUBLE_R013, "", "the default of %s: %s",
			   param->name, err.text);
	else
		return;
	param->def = "";
}

static bool read_param(struct card_reader *reader, const struct node *node, struct param *out)
{
	*out = (struct param){ .name = node->key, .from = "", .def = "", .pattern = "",
			       .help = "", .required = true,
			       .line = node->key_at.line + reader->above };
	if (!is_name(str_of(node->key)) || is_reserved(node->key)) {
		card_wrong(reader, node->key_at, TROUBLE_R013, "",
			   is_reserved(node->key) ?
			   "%s means something to a shell: choose another name" :
			   "%s is no name of a variable: letters, digits and '_' make one",
			   is_reserved(node->key) ? node->key :
			   problems_quote(reader->arena, node->key));
		return false;
	}
	if (node->kind != NODE_SCALAR || *node->text) {
		if (card_children(reader, node, NODE_MAP) > 0)
			card_read_map(reader, node, rows, ARRAY_LEN(rows), " under params", out);
	}
	check(reader, node, out);
	return true;
}

void card_params(struct card_reader *reader, const struct node *node, void *out)
{
	struct card *card = out;
	size_t count = card_children(reader, node, NODE_MAP);
	struct param *params = arena_array(reader->arena, count + 1, sizeof(*params));

	card->params = params;
	for (const struct node *one = count > 0 ? node->first : NULL; one; one = one->next)
		card->param_count += read_param(reader, one, &params[card->param_count]);
}

/* Does all of it consist of these? */
static bool is_made_of(struct str text, const char *set)
{
	for (size_t i = 0; i < text.len; i++)
		if (!text.p[i] || !strchr(set, text.p[i]))
			return false;
	return true;
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool fits_string(const struct param *param, struct str value, struct err *err)
{
	if (str_starts(value, "-") && !*param->pattern)
		return err_set(err, ERR_INPUT, "it begins with '-': a command would take it for "
			       "an option");
	return true;
}

static bool fits_int(const struct param *param, struct str value, struct err *err)
{
	int64_t number;

	(void)param;
	return num_parse_i64(value, &number) || err_set(err, ERR_INPUT, "it is no whole number");
}

static bool fits_duration(const struct param *param, struct str value, struct err *err)
{
	msec duration;

	(void)param;
	return when_parse_duration(value, &duration, err);
}

static bool fits_url(const struct param *param, struct str value, struct err *err)
{
	size_t scheme = str_starts(value, "https://") ? 8 : str_starts(value, "http://") ? 7 : 0;

	(void)param;
	if (scheme == 0 || value.len == scheme || value.p[scheme] == '/')
		return err_set(err, ERR_INPUT, "it is no URL: https://host:port/path is wanted");
	if (!is_made_of(value, LOWER UPPER DIGITS "-._~:/?#[]@!&()*+,;=%"))
		return err_set(err, ERR_INPUT, "it holds a character that no URL holds");
	return true;
}

static bool fits_choice(const struct param *param, struct str value, struct err *err)
{
	struct buf all = { .max = 300 };

	for (size_t i = 0; i < param->choices.count; i++)
		if (str_eq(value, param->choices.items[i]))
			return true;
	for (size_t i = 0; i < param->choices.count; i++)
		buf_fmt(&all, "%s%s", i ? ", " : "", param->choices.items[i]);
	err_set(err, ERR_INPUT, "it is none of: %s", buf_cstr(&all));
	buf_done(&all);
	return false;
}

static bool fits_secret(const struct param *param, struct str value, struct err *err)
{
	(void)param, (void)value, (void)err;
	return true;
}

/* Its check sum is stellar/strkey.h's to prove, which is not known here. */
static bool fits_account(const struct param *param, struct str value, struct err *err)
{
	(void)param;
	if (str_starts(value, "S") && value.len == ACCOUNT)
		return err_set(err, ERR_REFUSED, "it looks like a secret seed: it is never needed "
			       "here");
	return (value.len == ACCOUNT && str_starts(value, "G") && is_made_of(value, UPPER "234567")) ||
	       err_set(err, ERR_INPUT, "it is no account: G and 55 of A-Z and 2-7 are wanted");
}

static bool fits_tx_hash(const struct param *param, struct str value, struct err *err)
{
	(void)param;
	return (value.len == TX_HASH && is_made_of(value, DIGITS "abcdefABCDEF")) ||
	       err_set(err, ERR_INPUT, "it is no hash of a transaction: 64 of 0-9 and a-f are "
		       "wanted");
}

typedef bool fits(const struct param *param, struct str value, struct err *err);

static fits *const fitting[] = {
	[PARAM_STRING] = fits_string, [PARAM_INT] = fits_int, [PARAM_DURATION] = fits_duration,
	[PARAM_URL] = fits_url, [PARAM_CHOICE] = fits_choice, [PARAM_SECRET] = fits_secret,
	[PARAM_ACCOUNT] = fits_account, [PARAM_TX_HASH] = fits_tx_hash,
};
_Static_assert(ARRAY_LEN(fitting) == ARRAY_LEN(types), "every type knows its values");

static bool fits_pattern(const struct param *param, struct str value, struct err *err)
{
	struct arena arena = { 0 };
	struct pattern *pattern = pattern_new(whole_pattern(&arena, param->pattern), err);
	bool ok = pattern && pattern_matches(pattern, value);

	if (pattern && !ok)
		err_set(err, ERR_INPUT, "it is not of the form %s", param->pattern);
	pattern_free(pattern);
	arena_done(&arena);
	return ok;
}

bool param_fits(const struct param *param, const char *value, struct err *err)
{
	struct str text = str_of(value);
	bool secret = param->type == PARAM_SECRET;

	if (text.len == 0)
		return !param->required || err_set(err, ERR_INPUT, "it needs a value");
	if (text.len > (secret ? (size_t)LONGEST_SECRET : (size_t)LONGEST))
		return err_set(err, ERR_LIMIT, "it is longer than %d bytes",
			       secret ? LONGEST_SECRET : LONGEST);
	if (!secret && !scrub_clean(text))
		return err_set(err, ERR_INPUT, "it holds characters that cannot be seen");
	return fitting[param->type](param, text, err) &&
	       (!*param->pattern || fits_pattern(param, text, err));
}
