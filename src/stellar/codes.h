/*
 * codes.h: the rows of the table of codes (result.h), for codes.c alone: those of operations fill a
 * file of their own.
 */
#ifndef STELLAR_CODES_H
#define STELLAR_CODES_H

#include "stellar/result.h"

/* What the code `number` of an operation of this kind is called and means. */
#define OP(of, number, name, horizon, means) \
	{ #of "ResultCode", (number), #name, (horizon), (means), false }

extern const struct code codes_operations[];
extern const size_t codes_operations_count;

#endif
