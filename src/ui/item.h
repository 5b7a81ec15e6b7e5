/*
 * item.h: the identity of a thing on the screen. It follows the thing, not its position, so that a
 * cursor that holds one survives any re-sorting.
 */
#ifndef UI_ITEM_H
#define UI_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/desk.h"
#include "core/world.h"

enum item_kind {
	ITEM_NONE,
	ITEM_SOURCE, ITEM_ASK, ITEM_SIGNAL, ITEM_ALERT, ITEM_ALERTS, ITEM_TX, ITEM_TXS, ITEM_CHANGE,
	ITEM_NEXT, ITEM_FINE, ITEM_ACTION, ITEM_COMPONENT, ITEM_CONTACT,
	ITEM_SIGHTING, ITEM_TX_MEMBER, ITEM_TX_ACT, ITEM_TX_VALUE, ITEM_TX_PROOF,
	ITEM_OWED, ITEM_RECORD, ITEM_SEAT, ITEM_TRACKED, ITEM_SENT, ITEM_EVIDENCE, ITEM_FIRED,
	ITEM_BOOK, ITEM_RUN, ITEM_STEP, ITEM_FENCE, ITEM_PAST_RUN,
	ITEM_SECTION, ITEM_LACK, ITEM_EXPORTED, ITEM_DRILL, ITEM_MOMENT,
	ITEM_KINDS
};

struct item {
	enum item_kind kind;
	uint64_t key;		/* of the name; of name and labels; the number of a change, a contact */
};

uint64_t item_hash(const char *text);
bool item_eq(struct item a, struct item b);

struct item item_of_source(const struct world *world, size_t index);
struct item item_of_ask(const struct world *world, size_t source, size_t ask);
struct item item_of_signal(const struct world *world, size_t index);
struct item item_of_alert(const struct alert *alert);
struct item item_of_tx(const struct tx_row *row);
struct item item_of_component(const struct world *world, size_t index);
struct item item_of_contact(size_t index);
struct item item_of_sighting(const struct world *world, size_t source, size_t index);
struct item item_of_change(const struct world *world, size_t newest_first);
/* Of an incident: what an event made is known by that event, in whichever incident it is. */
struct item item_of_record(const char event[ULID_TEXT]);
struct item item_of_seat(const struct incident *incident, enum seat_name seat);
struct item item_of_tracked(const struct tracked *tracked);
struct item item_of_sent(const struct sent *sent);
struct item item_of_evidence(const struct evidence *evidence);
struct item item_of_fired(const struct incident_alert *alert);
struct item item_of_book(const struct card *card);
struct item item_of_run(const struct run *run);
struct item item_of_step(const struct run *run, const struct step *step);
struct item item_of_fence(const struct run *run, const struct step *step, size_t fence);
struct item item_of_past_run(const struct past_run *past);

/* Where it is now: an index into the world's own list, or -1 when it is no longer there. An ask
 * gives its source's index and *ask. */
int item_source(const struct world *world, struct item item);
int item_ask(const struct world *world, struct item item, size_t *ask);
int item_signal(const struct world *world, struct item item);
int item_component(const struct world *world, struct item item);
const struct contact *item_contact(const struct world *world, struct item item);
const struct alert *item_alert(const struct world *world, struct item item);
const struct tx_row *item_tx(const struct world *world, struct item item);
const struct change *item_change(const struct world *world, struct item item);
const struct sighting *item_sighting(const struct world *world, struct item item, size_t *source);
/* The incidents on the desk are searched, the current one first; *docket is where it was found. */
const struct record *item_record(const struct world *world, struct item item,
				 const struct docket **docket);
const struct seat *item_seat(const struct world *world, struct item item,
			     const struct docket **docket, enum seat_name *name);
const struct tracked *item_tracked(const struct world *world, struct item item,
				   const struct docket **docket);
const struct sent *item_sent(const struct world *world, struct item item,
			     const struct docket **docket);
const struct evidence *item_evidence(const struct world *world, struct item item,
				     const struct docket **docket);

struct step_place {
	const struct docket *docket;
	const struct docket_run *run;
	const struct checklist_item *item;
	size_t fence;			/* SIZE_MAX: the step itself */
};
const struct card *item_book(const struct world *world, struct item item, size_t *index);
const struct docket_run *item_run(const struct world *world, struct item item,
				  const struct docket **docket);
/* Of a step or one of its fences. */
bool item_step(const struct world *world, struct item item, struct step_place *out);
const struct past_run *item_past_run(const struct world *world, struct item item);

const struct incident_alert *item_fired(const struct world *world, struct item item,
					const struct docket **docket);

#endif
