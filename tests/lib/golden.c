#include "tests/lib/golden.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { MAX_GOLDEN = 1024 * 1024, SHOWN = 12 };

static bool read_all(const char *path, struct buf *out)
{
	char chunk[4096];
	size_t got;
	FILE *file = fopen(path, "rb");

	if (!file)
		return false;
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_add(out, chunk, got);
	bool ok = !ferror(file);
	fclose(file);
	return ok;
}

static bool write_all(const char *path, struct str text)
{
	FILE *file = fopen(path, "wb");

	if (!file)
		return false;
	bool ok = fwrite(text.p, 1, text.len, file) == text.len;
	return fclose(file) == 0 && ok;
}

/* Cells before the first difference of two lines. */
static size_t first_difference(struct str a, struct str b)
{
	size_t at = 0;

	while (at < a.len && at < b.len && a.p[at] == b.p[at])
		at++;
	while (at > 0 && at < a.len && ((unsigned char)a.p[at] & 0xc0) == 0x80)
		at--;
	return utf8_width(str_sub(a.p, at));
}

static void print_difference(size_t number, bool wanted, struct str want, bool got, struct str is)
{
	if (wanted)
		fprintf(stderr, "%4zu -|%.*s|\n", number, (int)want.len, want.p);
	if (got)
		fprintf(stderr, "%4zu +|%.*s|\n", number, (int)is.len, is.p);
	if (wanted && got)
		fprintf(stderr, "       %*s^\n", (int)first_difference(want, is), "");
}

static void explain(const char *path, struct str want, struct str is)
{
	size_t number = 0, differing = 0;

	fprintf(stderr, "%s differs (- the file, + now; UPDATE_GOLDEN=1 rewrites it):\n", path);
	for (;;) {
		struct str a = {"", 0}, b = {"", 0};
		bool wanted = str_cut(&want, '\n', &a);
		bool got = str_cut(&is, '\n', &b);

		number++;
		if (!wanted && !got)
			break;
		if (wanted == got && a.len == b.len && memcmp(a.p, b.p, a.len) == 0)
			continue;
		if (differing++ < SHOWN)
			print_difference(number, wanted, a, got, b);
	}
	if (differing > SHOWN)
		fprintf(stderr, "     and %zu more lines\n", differing - SHOWN);
}

bool golden_same(const char *name, struct str text)
{
	char path[512];
	struct buf want = {0};
	const char *update = getenv("UPDATE_GOLDEN");
	bool same = false;

	snprintf(path, sizeof(path), "tests/golden/%s", name);
	buf_init(&want, MAX_GOLDEN);
	if (update && *update) {
		same = write_all(path, text);
		if (!same)
			fprintf(stderr, "%s: cannot be written\n", path);
	} else if (!read_all(path, &want)) {
		fprintf(stderr, "%s: cannot be read; the text is:\n%.*s", path, (int)text.len, text.p);
	} else {
		same = want.len == text.len && memcmp(want.data, text.p, text.len) == 0;
		if (!same)
			explain(path, str_sub(want.data, want.len), text);
	}
	buf_done(&want);
	return same;
}

bool golden_screen(const char *name, const struct screen *screen)
{
	struct buf text = {0};

	screen_text(screen, &text);
	bool same = golden_same(name, str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
	return same;
}
