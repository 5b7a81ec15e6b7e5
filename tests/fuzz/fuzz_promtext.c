/*
 * Whatever the bytes: a text is read whole or refused with a sentence, and what is visited lies
 * within it.
 */
#include <assert.h>
#include <stdint.h>

#include "backends/promtext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	struct str text;
	size_t samples;
};

static bool is_within(struct str part, struct str text)
{
	return part.len == 0 || (part.p >= text.p && part.p + part.len <= text.p + text.len);
}

static void visit(void *arg, const struct prom_sample *sample)
{
	struct walk *walk = arg;
	char value[8];

	walk->samples++;
	assert(sample->name.len > 0);
	assert(is_within(sample->name, walk->text) && is_within(sample->labels, walk->text));
	(void)promtext_label(sample, "a", value, sizeof(value));
	(void)promtext_label(sample, "no such label", value, sizeof(value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct walk walk = { .text = str_sub((const char *)data, size) };
	struct err err = { 0 };

	if (promtext_scan(walk.text, visit, &walk, &err))
		assert(walk.samples > 0);
	else
		assert(err.kind == ERR_INPUT && err.text[0]);
	return 0;
}
