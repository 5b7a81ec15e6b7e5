/* fakechain_inside.h: what the files of fakechain share. */
#ifndef LIB_FAKECHAIN_INSIDE_H
#define LIB_FAKECHAIN_INSIDE_H

#include "tests/lib/fakechain.h"

void fake_u32(struct buf *out, uint32_t v);
void fake_u64(struct buf *out, uint64_t v);
void fake_key(struct buf *out, unsigned char source);
/* Each the caller's: mem_free(). */
char *fake_base64(const struct buf *bytes);
char *fake_result(const struct fake_tx *tx);
char *fake_entry(const struct fake_chain *chain, const struct fake_state *state);

#endif
