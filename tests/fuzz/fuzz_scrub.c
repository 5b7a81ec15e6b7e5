/*
 * Whatever the bytes: a scrubbed text is valid UTF-8 without a control, scrubbing it again changes
 * nothing, a cut one is clean too, and what measures, cuts and redacts texts survives them.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/scrub.h"
#include "base/secret.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_harmless(struct str text)
{
	uint32_t cp;
	for (size_t i = 0, len; i < text.len; i += len) {
		len = utf8_next(str_sub(text.p + i, text.len - i), &cp);
		assert(len > 0 && cp >= ' ' && (cp < 0x7F || cp > 0x9F));
	}
	assert(scrub_clean(text));
}

static void expect_whole_clusters(struct str text)
{
	size_t at = 0, cells = 0;
	while (at < text.len) {
		size_t len = utf8_cluster(str_sub(text.p + at, text.len - at));
		assert(len > 0 && len <= text.len - at);
		cells += utf8_width(str_sub(text.p + at, len));
		at += len;
	}
	assert(cells == utf8_width(text));
	assert(utf8_fit(text, cells) == text.len);
	size_t fit = utf8_fit(text, cells / 2);
	assert(utf8_width(str_sub(text.p, fit)) <= cells / 2);
}

static void expect_cut_clean(struct str bytes)
{
	char field[24];
	scrub_put(field, 1 + bytes.len % sizeof(field), bytes);
	expect_harmless(str_of(field));
}

static bool has_byte_of(struct str text, const char *bytes)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] && strchr(bytes, text.p[i]))
			return true;
	}
	return false;
}

/* The start of the input is a secret, the rest the text around it. A secret that shares a byte with
 * the marker may come to stand again where the two touch. */
static void expect_secret_hidden(struct str bytes)
{
	static const char marker[] = "[redacted]";
	struct buf text = { 0 }, clean = { 0 };
	struct str name = str_sub(bytes.p, bytes.len < 64 ? bytes.len / 2 : 32);
	struct str rest = str_sub(bytes.p + name.len, bytes.len - name.len);
	struct secret *secret = secret_new(name);
	buf_add(&text, rest.p, rest.len);
	buf_add(&text, name.p, name.len);
	buf_add(&text, rest.p, rest.len);
	redact(&clean, str_sub(text.data, text.len));
	if (name.len >= 4) {
		assert(memmem(clean.data, clean.len, marker, strlen(marker)));
		assert(has_byte_of(name, marker) ||
		       !memmem(clean.data, clean.len, name.p, name.len));
	}
	secret_free(secret);
	buf_done(&text);
	buf_done(&clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_sub((const char *)data, size);
	struct buf once = { 0 };
	scrub(&once, bytes);
	struct str text = str_sub(buf_cstr(&once), once.len);
	expect_harmless(text);
	expect_whole_clusters(text);
	expect_cut_clean(bytes);
	if (size > 0)
		expect_secret_hidden(bytes);
	(void)utf8_width(bytes);
	buf_done(&once);
	return 0;
}
