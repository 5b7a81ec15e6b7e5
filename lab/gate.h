/*
 * gate.h: who is let in: four verifiers of bearer tokens (HS256), each with its own list of
 * secrets, so that one of them may have forgotten the old secret while the others have not.
 *
 * The secrets stand in DIR/current and DIR/previous, one line each, made for one lab.
 */
#ifndef LAB_GATE_H
#define LAB_GATE_H

#include <stdbool.h>

#include "base/err.h"

/*  X(symbol, name) */
#define GATE_VERIFIERS(X) \
	X(ACCESS, "access") \
	X(MOBILE, "mobile") \
	X(WEBAUTHN, "webauthn") \
	X(WEBSOCKET, "websocket")

enum gate_verifier {
#define X(sym, name) GATE_##sym,
	GATE_VERIFIERS(X)
#undef X
	GATE_COUNT
};

enum { GATE_SECRET_MAX = 512 };

extern const char *const gate_names[GATE_COUNT];

struct gate {			/* zeroed: lets nobody in */
	char dir[256];
	bool forgot[GATE_COUNT];	/* rejects what the previous secret has signed */
};

/* The secrets are read from their files each time: a script may rotate them under way. */
bool gate_accepts(const struct gate *gate, enum gate_verifier verifier, const char *token);

/* labserver token SECRETFILE SECONDS: print a token that expires SECONDS from now (negative: that
 * has expired already), issued now, for the lab only. */
int gate_mint(int argc, char **argv);

#endif
