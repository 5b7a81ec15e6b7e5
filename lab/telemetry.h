/*
 * telemetry.h: the events that the bridge contract emits, as a stellar-rpc tells them. Pure: which
 * events a ledger holds follows from its number, as its operations do.
 *
 * topic[0] is the name of the event's struct in snake case, the value a map of its fields.
 */
#ifndef LAB_TELEMETRY_H
#define LAB_TELEMETRY_H

#include <jansson.h>

#include "lab/ledger.h"

#define TELEMETRY_CONTRACT "CA73EEE3QYWTUUHVJ6MWJXUDFNCK3ANV6SFBPVJNPI2HQDJVO3FH6ART"

enum { TELEMETRY_MAX = 3, TELEMETRY_ID = 48 };

struct telemetry {
	struct ledger_op op;	/* the call that emitted it */
	int index;		/* within that call */
};

/* The events of a ledger in order; how many. */
int telemetry_of(int64_t ledger, const struct quiet *quiet, struct telemetry out[TELEMETRY_MAX]);

/* "0000000468151439360-0000000001": the operation's token and the index. */
void telemetry_id(char out[TELEMETRY_ID], int64_t token, int64_t index);

json_t *telemetry_json(const struct telemetry *event);	/* a new reference */

/* A recovery that the contract was told of: RecoveryExecutedEvent. */
struct recovered {
	int64_t ledger;		/* 0: of none yet */
	int64_t recovery_id, backup_id, seconds;
	bool success;
};

void telemetry_recovery_op(const struct recovered *recovered, struct telemetry *out);
json_t *telemetry_recovery_json(const struct recovered *recovered);	/* a new reference */

#endif
