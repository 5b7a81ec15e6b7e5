#include "export/postmortem.h"

#include <string.h>

#include "base/attr.h"

static const struct {
	const char *word, *file;
} formats[] = {
#define X(sym, word, file) [POSTMORTEM_##sym] = { word, file },
	POSTMORTEM_FORMATS(X)
#undef X
};
_Static_assert(ARRAY_LEN(formats) == POSTMORTEM_FORMAT_COUNT, "every format has its file");

const char *postmortem_word(enum postmortem_format format)
{
	return formats[format].word;
}

const char *postmortem_file(enum postmortem_format format)
{
	return formats[format].file;
}

bool postmortem_find(const char *word, enum postmortem_format *out)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (strcmp(word, formats[i].word) != 0)
			continue;
		*out = (enum postmortem_format)i;
		return true;
	}
	return false;
}
