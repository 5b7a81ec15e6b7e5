/*
 * dns_wire.h: questions and answers of DNS as bytes (RFC 1035), for addresses only. Pure.
 */
#ifndef IO_DNS_WIRE_H
#define IO_DNS_WIRE_H

#include <stdint.h>

#include "io/resolve.h"

enum { DNS_QUERY_MAX = 512, DNS_A = 1, DNS_AAAA = 28 };

/* Write the query for host; its length, 0 when host is no name that DNS can carry. */
size_t dns_query(unsigned char out[DNS_QUERY_MAX], uint16_t id, const char *host, uint16_t type);

/* Append the addresses of an answer to ours. False when it is not whole or the server reports an
 * error: then out->error says which. An answer cut by the server still counts for what it holds. */
bool dns_answer(const unsigned char *bytes, size_t len, uint16_t type, struct addresses *out);

/* The id that an answer speaks to; false when it is no answer at all. */
bool dns_answer_id(const unsigned char *bytes, size_t len, uint16_t *id);

#endif
