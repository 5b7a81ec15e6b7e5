/*
 * token.h: what a bearer token says of itself, when it is a JWT. It is read without a key: this
 * proves nothing of its signature, and only of a token that we were given to send is it asked.
 */
#ifndef IO_TOKEN_H
#define IO_TOKEN_H

#include "backends/reply.h"
#include "base/secret.h"

/* Fill the token's fields of the reply; they stay as they are when it is no JWT. */
void token_describe(const struct secret *secret, struct reply *reply);

#endif
