#include "runbook/card_front.h"

static bool is_end(struct str line, enum front_kind kind)
{
	if (kind == FRONT_TOML)
		return str_eq(line, "+++");
	return str_eq(line, "---") || str_eq(line, "...");
}

/* Blanks after a fence do no harm; blanks before it make it none. */
static struct str fence_of(struct str line)
{
	while (line.len > 0 && (line.p[line.len - 1] == ' ' || line.p[line.len - 1] == '\t' ||
				line.p[line.len - 1] == '\r'))
		line.len--;
	return line;
}

static enum front_kind kind_of(struct str line)
{
	line = fence_of(line);
	if (str_eq(line, "+++"))
		return FRONT_TOML;
	return str_eq(line, "---") ? FRONT_YAML : FRONT_NONE;
}

void front_find(struct str bytes, struct front *out)
{
	struct str rest = bytes, line;
	enum front_kind kind;
	const char *start;

	*out = (struct front){ .text = str_of("") };
	if (str_starts(rest, "\xef\xbb\xbf"))
		rest = str_sub(rest.p + 3, rest.len - 3);
	out->end = (size_t)(bytes.len - rest.len);
	if (!str_cut(&rest, '\n', &line) || (kind = kind_of(line)) == FRONT_NONE)
		return;
	start = rest.p;
	while (str_cut(&rest, '\n', &line)) {
		if (!is_end(fence_of(line), kind))
			continue;
		out->kind = kind;
		out->text = str_sub(start, (size_t)(line.p - start));
		out->end = bytes.len - rest.len;
		out->line = 2;
		return;
	}
	out->open = true;
}
