#include "tests/lib/verdicts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

bool evidence_try(const char *text, struct tx_evidence *out, struct err *err)
{
	struct buf json = { 0 };
	json_t *root;
	bool ok;

	for (; *text; text++)
		buf_char(&json, *text == '\'' ? '"' : *text);
	root = json_read(str_sub(buf_cstr(&json), json.len), JSON_MAX_SMALL, err);
	ok = root && evidence_read(root, out, err);
	json_decref(root);
	buf_done(&json);
	return ok;
}

void evidence_of(const char *text, struct tx_evidence *out)
{
	struct err err = { 0 };

	if (!evidence_try(text, out, &err))
		fail_msg("%s: %s", text, err.text);
}

struct verdict verdict_of(const char *text)
{
	struct tx_evidence evidence;
	struct verdict verdict;

	evidence_of(text, &evidence);
	verdict_reach(&evidence, &verdict);
	return verdict;
}
