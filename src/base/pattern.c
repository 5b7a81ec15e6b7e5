#include "base/pattern.h"

#include <ctype.h>
#include <regex.h>
#include <string.h>

#include "base/mem.h"

struct pattern {
	regex_t compiled;
};

/* Past a bracket expression that begins at `at`; its end if it has none. */
static const char *past_bracket(const char *at)
{
	at += at[1] == '^' ? 2 : 1;
	if (*at == ']')
		at++;
	while (*at && *at != ']') {
		const char *inner = NULL;

		if (at[0] == '[' && (at[1] == ':' || at[1] == '.' || at[1] == '=')) {
			const char end[] = { at[1], ']', '\0' };

			inner = strstr(at + 2, end);
		}
		at = inner ? inner + 2 : at + 1;
	}
	return *at ? at + 1 : at;
}

/* The larger number of {m,n}, and past it. No number has more digits than can be multiplied. */
static const char *past_interval(const char *at, unsigned long *most)
{
	unsigned long number = 0;

	*most = 1;
	for (at++; isdigit((unsigned char)*at) || *at == ','; at++) {
		number = *at == ',' ? 0 : number * 10 + (unsigned long)(*at - '0');
		if (number > PATTERN_REPEATS)
			number = PATTERN_REPEATS + 1;
		*most = number > *most ? number : *most;
	}
	return at;
}

static bool is_bounded(const char *text, struct err *err)
{
	unsigned long repeats = 1, most;

	if (strlen(text) > PATTERN_LONGEST)
		return err_set(err, ERR_LIMIT, "it is longer than %d bytes", PATTERN_LONGEST);
	for (const char *at = text; *at;) {
		if (at[0] == '\\' && isdigit((unsigned char)at[1]))
			return err_set(err, ERR_LIMIT, "back-references are not accepted");
		if (*at == '[') {
			at = past_bracket(at);
		} else if (*at == '{') {
			at = past_interval(at, &most);
			repeats *= most;
			if (repeats > PATTERN_REPEATS)
				return err_set(err, ERR_LIMIT, "its repetitions multiply to more "
					       "than %d", PATTERN_REPEATS);
		} else {
			at += at[0] == '\\' && at[1] ? 2 : 1;
		}
	}
	return true;
}

static bool compile(regex_t *out, const char *text, struct err *err)
{
	char why[128];
	int failed;

	if (!is_bounded(text, err))
		return false;
	failed = regcomp(out, text, REG_EXTENDED | REG_NOSUB);
	if (!failed)
		return true;
	(void)regerror(failed, out, why, sizeof(why));
	why[0] = (char)tolower((unsigned char)why[0]);
	return err_set(err, ERR_INPUT, "%s", why);
}

struct pattern *pattern_new(const char *text, struct err *err)
{
	struct pattern *pattern = mem_new(sizeof(*pattern));

	if (compile(&pattern->compiled, text, err))
		return pattern;
	mem_free(pattern);
	return NULL;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	regfree(&pattern->compiled);
	mem_free(pattern);
}

bool pattern_check(const char *text, struct err *err)
{
	struct pattern *pattern = pattern_new(text, err);

	pattern_free(pattern);
	return pattern != NULL;
}

bool pattern_matches(const struct pattern *pattern, struct str bytes)
{
	regmatch_t whole = { 0, (regoff_t)bytes.len };

	return regexec(&pattern->compiled, bytes.len ? bytes.p : "", 1, &whole, REG_STARTEND) == 0;
}
