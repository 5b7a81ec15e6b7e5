#include "tests/lib/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stellar/base64.h"

enum { LINE_BYTES = 1024 * 1024 };

static char line[LINE_BYTES];

static const char *shared(void)
{
	const char *folder = getenv("BINNACLE_SHARED");

	return folder ? folder : "../shared";
}

/* JSON has no limit for an integer, its reader has: long ones are read as strings. */
static void quote_long_numbers(struct buf *out, const char *text)
{
	enum { LONG = 16 };
	bool quoted = false;

	while (*text) {
		size_t digits = quoted ? 0 : strspn(text, "-0123456789");
		size_t len = digits > 0 ? digits : *text == '\\' ? 2 : 1;

		if (*text == '"')
			quoted = !quoted;
		if (digits >= LONG)
			(void)buf_fmt(out, "\"%.*s\"", (int)digits, text);
		else
			(void)buf_add(out, text, len);
		text += len;
	}
}

static json_t *read_line(const char *path, size_t number)
{
	struct buf text = { 0 };
	struct err err = { 0 };
	json_t *vector;

	quote_long_numbers(&text, line);
	vector = json_read(str_of(buf_cstr(&text)), LINE_BYTES, &err);
	if (!vector)
		fail_msg("%s: line %zu: %s", path, number, err.text);
	buf_done(&text);
	return vector;
}

size_t vectors_at(const char *path, vectors_visit *visit, void *arg)
{
	FILE *file = fopen(path, "r");
	size_t count = 0;

	if (!file) {
		print_message("SKIPPED: no vectors at %s\n", path);
		return 0;
	}
	for (; fgets(line, sizeof(line), file); count++) {
		json_t *vector = read_line(path, count + 1);

		visit(arg, vector);
		json_decref(vector);
	}
	fclose(file);
	return count;
}

size_t vectors_shared(const char *name, vectors_visit *visit, void *arg)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/data/stellar/%s", shared(), name);
	return vectors_at(path, visit, arg);
}

size_t vectors_own(const char *name, vectors_visit *visit, void *arg)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "tests/lib/vectors/%s", name);
	return vectors_at(path, visit, arg);
}

json_t *vectors_document(const char *name)
{
	char path[512];
	json_t *document;

	(void)snprintf(path, sizeof(path), "%s/data/stellar/%s", shared(), name);
	document = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	if (!document)
		print_message("SKIPPED: no document at %s\n", path);
	return document;
}

struct str vectors_bytes(struct buf *room, const char *base64)
{
	struct err err = { 0 };

	if (!base64_read(str_of(base64), room, &err))
		fail_msg("%s: %s", base64, err.text);
	return str_sub(buf_cstr(room), room->len);
}
