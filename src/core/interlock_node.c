/* interlock_node.c: members of a node, as a source published them, and how they read. */
#include <stdio.h>

#include "base/num.h"
#include "core/interlock_promote.h"

const char *node_text(const json_t *node, const char *key)
{
	return node ? json_text_at(node, key, "") : "";
}

bool node_number(const json_t *node, const char *key, double *out)
{
	return node && json_double_at(node, key, out);
}

bool node_is(const json_t *node, const char *key, bool value)
{
	const json_t *member = node ? json_at(node, key) : NULL;

	return json_is_boolean(member) && json_is_true(member) == value;
}

const char *node_age(const json_t *node, const char *key, char out[WHEN_TEXT])
{
	double seconds;

	if (node_number(node, key, &seconds))
		when_format_age(out, (msec)(seconds * 1000));
	else
		(void)str_put(out, WHEN_TEXT, "?");
	return out;
}

const char *amount(double bytes, char out[AMOUNT_TEXT])
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	struct buf text = { 0 };
	size_t unit = 0;

	for (; bytes >= 1000 && unit + 1 < ARRAY_LEN(units); unit++)
		bytes /= 1000;
	num_put(&text, bytes, 1);
	(void)snprintf(out, AMOUNT_TEXT, "%.20s %s", buf_cstr(&text), units[unit]);
	buf_done(&text);
	return out;
}
