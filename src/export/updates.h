/*
 * updates.h: drafts of what is told to people, from the record and the instruments; and cards for
 * whoever takes over. Pure.
 *
 *  (1) No figure that is not fresh is written as a number: "not known since 02:09Z".
 *  (2) Nothing is stated that the console has not sensed or somebody has not recorded. What only a
 *      person can know stands as a question in brackets, which must be gone before it is sent.
 *  (3) For an audience of "public" only this goes in: what users see, since when, what was recorded
 *      as customer impact, the next update. No names, hosts, components, figures of money, notes.
 */
#ifndef EXPORT_UPDATES_H
#define EXPORT_UPDATES_H

#include "core/desk.h"

/*  X(symbol, word in update.sent's type) */
#define UPDATE_TYPES(X) X(ANNOUNCE, "announce") X(UPDATE, "update") X(RESOLUTION, "resolution")

enum update_type {
#define X(sym, word) UPDATE_TYPE_##sym,
	UPDATE_TYPES(X)
#undef X
	UPDATE_TYPE_COUNT
};
const char *update_type_word(enum update_type type);

struct update_in {
	const struct incident *incident;
	const struct history *history;	/* what was done since the last update; may be NULL */
	const struct snapshot *figures;	/* now */
	const char *audience;		/* "internal", "public", a name */
	const char *next_step;		/* what the operator says comes next; "" */
	msec next_at;			/* promised; WHEN_NEVER: none */
	msec wall;
};

/* Which one is owed now: announce until that was sent, resolution once it is resolved. */
enum update_type update_owed(const struct incident *incident);
void update_draft(const struct update_in *in, enum update_type type, struct buf *out);

/* Is a bracketed question left in it, or something that must not go to this audience? Then false
 * with a sentence. */
bool update_fit(const char *text, const char *audience, const struct incident *incident,
		struct err *err);

/* One plain, pasteable screen (78 columns, at most 23 lines) of where it stands: `incident brief`,
 * and the card of a hand-over. */
void incident_brief(const struct clocks_in *in, const struct history *history,
		    const struct snapshot *figures, struct buf *out);

#endif
