/*
 * Bytes of others as a transaction's result: every code that is read has its name and its words,
 * and what is said of it fits and is harmless.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/scrub.h"
#include "stellar/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct tx_result result;

static void expect_sound(void)
{
	const struct code *code = result_code(&result);
	char text[512];

	assert(code && code->name[0] && code->means[0]);
	assert(result.op_count <= ENVELOPE_OPS && (result.op_count == 0 || result.has_ops));
	assert(result.fee_bump == (strlen(result.inner_hash) == TX_HASH_TEXT - 1));
	for (size_t i = 0; i < result.op_count; i++)
		assert(op_result_code(&result.ops[i])->means[0]);
	result_say(&result, text, sizeof(text));
	assert(text[0] && strlen(text) < sizeof(text) - 1 && scrub_clean(str_of(text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_sub((const char *)data, size);
	struct err err = { 0 };

	if (!result_read(bytes, &result, &err)) {
		assert(err.text[0] && result.op_count == 0 && result.code == 0);
		return 0;
	}
	expect_sound();
	assert(!result_read(str_sub(bytes.p, size - 4), &result, NULL));
	return 0;
}
