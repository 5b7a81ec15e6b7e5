/*
 * spot.h: the transaction in what a tired person pastes: a hash, an envelope, a line of a log, the
 * URL of an explorer or of Horizon. A secret seed in it is refused and never repeated.
 */
#ifndef STELLAR_SPOT_H
#define STELLAR_SPOT_H

#include "base/buf.h"
#include "stellar/envelope.h"

enum spotted { SPOT_NOTHING, SPOT_HASH, SPOT_ENVELOPE, SPOT_ACCOUNT };

/* hash: lower-case, of SPOT_HASH; account: G..., of SPOT_ACCOUNT (an explorer's page, a bare one).
 * The base64 of an envelope is appended to `envelope`: a URL may have encoded it, a terminal may
 * have broken it into lines. An envelope goes before a hash, a hash before an account; of several
 * different ones the answer is SPOT_NOTHING with err "holds 3 hashes: paste one of them". */
enum spotted spot(struct str text, char hash[TX_HASH_TEXT], struct buf *envelope,
		  char account[ACCOUNT_TEXT], struct err *err);

#endif
