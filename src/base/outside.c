#include "base/outside.h"

#include "base/scrub.h"
#include "base/secret.h"

void outside(struct buf *out, struct str bytes)
{
	struct buf open = { 0 };

	redact(&open, bytes);
	scrub(out, str_sub(buf_cstr(&open), open.len));
	buf_done(&open);
}

bool outside_put(char *dst, size_t size, struct str bytes)
{
	struct buf open = { 0 };
	bool whole;

	redact(&open, bytes);
	whole = scrub_put(dst, size, str_sub(buf_cstr(&open), open.len));
	buf_done(&open);
	return whole;
}
