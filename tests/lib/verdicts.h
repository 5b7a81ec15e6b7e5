/*
 * verdicts.h: evidence written down by hand for tests: JSON with ' for ", so that a row of a table
 * is one string.
 */
#ifndef LIB_VERDICTS_H
#define LIB_VERDICTS_H

#include "stellar/verdict.h"

/* Fails the test when it is no evidence. */
void evidence_of(const char *text, struct tx_evidence *out);
/* The same, but it may be refused. */
bool evidence_try(const char *text, struct tx_evidence *out, struct err *err);
struct verdict verdict_of(const char *text);

/* T has number 100 and may land until 2000. */
#define TX "'tx':{'seq':100,'max_time':2000},'db_hash':'T','hashes':['T']"

#endif
