/*
 * fuzz_yaml.c: any bytes as a configuration. Reading them ends, what is shown of them drives no
 * terminal, and a tree merged with itself reads as it did.
 */
#include <assert.h>
#include <stdint.h>

#include "base/scrub.h"
#include "tests/lib/config_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_harmless(const struct buf *text)
{
	struct str rest = str_sub(buf_cstr(text), text->len), line;

	while (str_cut(&rest, '\n', &line))
		assert(scrub_clean(line));
}

static size_t read_tree(const struct node *tree, struct arena *arena, struct problems *problems)
{
	struct sample sample;
	size_t before = problems->count;

	settings_read(sample_table, tree, &sample, arena, problems);
	return problems->count - before;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { NULL };
	struct problems problems = { .arena = &arena };
	struct buf out = { 0 };
	struct node *tree;
	size_t wrong;

	tree_parse("c.yaml", str_sub((const char *)data, size), &arena, &tree, &problems);
	wrong = read_tree(tree, &arena, &problems);
	assert(read_tree(tree_merge(&arena, tree, tree), &arena, &problems) == wrong);
	problems_write(&problems, &out);
	must_be_harmless(&out);
	buf_clear(&out);
	settings_show(sample_table, tree, true, &out);
	must_be_harmless(&out);
	buf_done(&out);
	arena_done(&arena);
	return 0;
}
