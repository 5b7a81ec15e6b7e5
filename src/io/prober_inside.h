/*
 * prober_inside.h: what the prober consists of, for its own files alone: prober.c, and
 * prober_once.c for the one-shot mode, prober_pass.c for what others send.
 */
#ifndef IO_PROBER_INSIDE_H
#define IO_PROBER_INSIDE_H

#include "io/decoding.h"
#include "io/flight.h"
#include "io/prober.h"

enum mode { IDLE, STANDING, ONCE };

/* Where an ask is within prober_once(). */
enum turn { TO_ASK, ASKED, NOT_NEEDED, DONE };

struct slot {			/* an ask of a source */
	struct source *source;
	size_t ask;
	struct flight *flight;	/* NULL: not under way */
	enum turn turn;
	bool offered;		/* once is enough in one round */
};

struct source {
	struct prober *prober;
	struct probe probe;
	struct decoding decoding;
	struct database *databases;	/* by target */
	size_t database_count;
	struct follower *follows[PROBE_ASKS];	/* by ask */
	struct slot slots[PROBE_ASKS];
};

struct prober {
	struct prober_setup setup;
	struct loop *loop;
	struct resolver *resolver;
	struct http *http;
	struct credentials *credentials;
	struct source *sources;
	struct probe **probes;		/* theirs, in the same order */
	size_t count;
	struct budget *hosts;
	size_t host_count;
	enum mode mode;
	struct loop_timer tick;
	msec once_deadline;
	size_t once_shift;		/* which of several asks of one name goes first */
	loop_call *once_done;
	void *once_arg;
	struct prober_pass *passes;	/* that are out, in the order in which they were wanted */
	struct loop_timer pass;
};

void prober_tick_next_round(struct prober *prober);
void prober_tick_once(struct prober *prober);
/* Grant what has room, and look again when more has. */
void prober_serve(struct prober *prober);
void prober_drop_passes(struct prober *prober);
/* Would it be started now? */
bool prober_needs(const struct slot *slot);
/* Start it; false when the kind does not need it now. */
bool prober_ask(struct slot *slot);

#endif
