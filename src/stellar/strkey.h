/*
 * strkey.h: the names of accounts, contracts and the like as people write them (SEP-23): base32 of
 * a version byte, a payload and a CRC16. Read strictly: only the text that strkey_write() makes.
 *
 * A secret seed (S...) is refused. No sentence of this module repeats the text it was given, so
 * that a seed in the wrong place is not spread by the complaint about it.
 */
#ifndef STELLAR_STRKEY_H
#define STELLAR_STRKEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/*  X(symbol, version byte, least and most bytes of payload, what it is) */
#define STRKEY_KINDS(X) \
	X(ACCOUNT, 0x30, 32, 32, "account G...") \
	X(MUXED, 0x60, 40, 40, "muxed account M...")	/* key, then the id, big-endian */ \
	X(CONTRACT, 0x10, 32, 32, "contract C...") \
	X(PRE_AUTH, 0x98, 32, 32, "pre-authorized transaction T...") \
	X(HASH_X, 0xb8, 32, 32, "hash X...") \
	X(SIGNED_PAYLOAD, 0x78, 40, 100, "signed payload P...")	/* key, u32 length, padded bytes */ \
	X(POOL, 0x58, 32, 32, "liquidity pool L...") \
	X(BALANCE, 0x08, 33, 33, "claimable balance B...")	/* a type of 0, then the id */

enum strkey_kind {
#define X(sym, version, least, most, what) STRKEY_##sym,
	STRKEY_KINDS(X)
#undef X
	STRKEY_KIND_COUNT
};

enum { STRKEY_PAYLOAD = 100, STRKEY_TEXT = 168 };

struct strkey {
	enum strkey_kind kind;
	unsigned char payload[STRKEY_PAYLOAD];
	size_t len;
};

bool strkey_read(struct str text, struct strkey *out, struct err *err);
/* The same, and it must be of this kind: "not an account G...: ...". */
bool strkey_read_as(struct str text, enum strkey_kind kind, struct strkey *out, struct err *err);

/* len is at most STRKEY_PAYLOAD. */
void strkey_write(char out[STRKEY_TEXT], enum strkey_kind kind, const unsigned char *payload,
		  size_t len);

#endif
