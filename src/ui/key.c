#include "ui/key.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"

static const char *const names[] = {
#define X(sym, name) [KEYCODE_##sym - KEYCODE_BASE] = (name),
	KEY_NAMES(X)
#undef X
};

/* The three controls that have keys and codes of their own. */
static bool is_own_key(char letter)
{
	return letter == 'i' || letter == 'm' || letter == 'j' || letter == 'h';
}

static bool parse_ctrl(struct str name, uint32_t *code)
{
	char letter;

	if (name.len != 6 || !str_starts(name, "ctrl-"))
		return false;
	letter = name.p[5];
	if (letter < 'a' || letter > 'z' || is_own_key(letter))
		return false;
	*code = KEYCODE_CTRL(letter);
	return true;
}

bool key_parse(struct str name, uint32_t *code)
{
	uint32_t cp = 0;
	size_t len = utf8_next(name, &cp);

	for (size_t i = 1; i < ARRAY_LEN(names); i++)
		if (str_eq(name, names[i])) {
			*code = KEYCODE_BASE + (uint32_t)i;
			return true;
		}
	if (str_eq(name, "space")) {
		*code = ' ';
		return true;
	}
	if (len > 0 && len == name.len && cp > ' ' && cp != 0x7f) {
		*code = cp;
		return true;
	}
	return parse_ctrl(name, code);
}

void key_text(char out[KEY_NAME], uint32_t code)
{
	if (code > KEYCODE_BASE && code < KEYCODE_LAST)
		str_put(out, KEY_NAME, names[code - KEYCODE_BASE]);
	else if (code == ' ')
		str_put(out, KEY_NAME, "space");
	else if (code >= 1 && code <= 26)
		snprintf(out, KEY_NAME, "ctrl-%c", (char)('a' + code - 1));
	else if (code > ' ' && code < 0x7f)
		snprintf(out, KEY_NAME, "%c", (char)code);
	else
		snprintf(out, KEY_NAME, "U+%04X", (unsigned)code);
}
