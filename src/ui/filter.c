#include "ui/filter.h"

#include <string.h>

/* A borrowed slice as a C string: words of a filter are short by construction. */
static const char *word_text(struct str word, char out[FILTER_TEXT])
{
	str_copy(out, FILTER_TEXT, word);
	return out;
}

static bool field_matches(struct str name, struct str value, struct str fields)
{
	char wanted[FILTER_TEXT], buffer[FILTER_TEXT];
	struct str line;

	word_text(str_eq(name, "sev") ? str_of("severity") : name, wanted);
	word_text(value, buffer);
	while (str_cut(&fields, '\n', &line)) {
		struct str rest = line, key;

		if (str_cut(&rest, ':', &key) && str_eq(key, wanted) && str_has_nocase(rest, buffer))
			return true;
	}
	return false;
}

/* "10:14" or "http://" is a word, "state:down" a field: the name is made of letters only. */
static bool is_field(struct str word, struct str *name, struct str *value)
{
	const char *colon = memchr(word.p, ':', word.len);
	size_t len = colon ? (size_t)(colon - word.p) : 0;

	for (size_t i = 0; i < len; i++)
		if (!((word.p[i] >= 'a' && word.p[i] <= 'z') || word.p[i] == '_'))
			return false;
	*name = str_sub(word.p, len);
	*value = str_sub(word.p + len + 1, word.len - len - (len > 0));
	return len > 0 && !str_starts(*value, "//");
}

static bool word_matches(struct str word, struct str row, struct str fields)
{
	struct str name, value;
	char buffer[FILTER_TEXT];

	if (is_field(word, &name, &value))
		return field_matches(name, value, fields);
	return str_has_nocase(row, word_text(word, buffer)) ||
	       str_has_nocase(fields, buffer);
}

bool filter_matches(const struct filter *filter, struct str row, struct str fields)
{
	struct str rest = str_of(filter->text), word;

	while (str_cut(&rest, ' ', &word)) {
		bool inverse = word.len > 1 && word.p[0] == '!';

		if (inverse)
			word = str_sub(word.p + 1, word.len - 1);
		if (word.len > 0 && word_matches(word, row, fields) == inverse)
			return false;
	}
	return true;
}
