/*
 * redis_reply.h: bytes of RESP2 (the protocol of Redis) -> one row of text for each reply. Pure.
 *
 *  (1) hiredis reads the protocol; its reply objects are never made: "*2147483647" would make it
 *      allocate, and walk through, 16 GB.
 *  (2) A cell is the sign of its type and the text: "+PONG", "-NOAUTH ...", ":7", "$# Server...";
 *      "*N" for an array, whose members are dropped; NULL for nil.
 *  (3) Bounded: no more replies than were asked for, no more bytes than `max`.
 */
#ifndef IO_REDIS_REPLY_H
#define IO_REDIS_REPLY_H

#include <hiredis/read.h>

#include "backends/reply.h"
#include "base/buf.h"

enum { REDIS_ROWS = 8 };

struct redis_cells {
	redisReader *reader;
	struct buf text;
	size_t starts[REDIS_ROWS];	/* of each cell in text; SIZE_MAX: nil */
	size_t count;			/* also of one that is not whole yet */
	size_t whole, wanted;
	size_t bytes, max;
	bool binary;			/* a NUL came where text is wanted */
	const char *pointers[REDIS_ROWS];	/* made by redis_cells_view() */
};

enum redis_fed {
	REDIS_UNFINISHED,
	REDIS_COMPLETE,		/* every reply is there */
	REDIS_GARBAGE,		/* this is no RESP, or not in text */
	REDIS_TOO_LARGE,
};

/* cells must not move afterwards. wanted: at most REDIS_ROWS replies. */
void redis_cells_init(struct redis_cells *cells, size_t wanted, size_t max);
void redis_cells_done(struct redis_cells *cells);	/* takes a zeroed one */

/* Not after anything but REDIS_UNFINISHED. What follows the last reply is not looked at. */
enum redis_fed redis_cells_feed(struct redis_cells *cells, const char *bytes, size_t len);

/* Is the last reply an error? What closes the connection after it has said why. */
bool redis_cells_end_in_error(const struct redis_cells *cells);

/* One column, "reply". Borrowed from cells until they change. */
struct rows redis_cells_view(struct redis_cells *cells);

/* The command's words, parted by single blanks, as bytes to be sent; then a password's. */
void redis_put_command(struct buf *out, const char *command);
void redis_put_auth(struct buf *out, const char *user, const char *password);

#endif
