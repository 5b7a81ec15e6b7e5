/*
 * box.h: the box in front of a command: all that would run and where, whole, and the answer that
 * its level of care wants (ux.md).
 *
 *  (1) What it shows is struct ready, and the order carries the digest of what it showed. When
 *      anything of it is another at the next look, the box is shown anew, empty, and says so.
 *  (2) No answer is taken before the last line was in sight, nor within FORM_DEAF of what appears;
 *      a key that is dropped prolongs that.
 *  (3) L1: `Y` acts, every other key is no. L2: the word is typed. L3: the target that was sensed,
 *      or the word where nothing can be sensed; and a reason where that, or an interlock, is
 *      bounded. Odd characters want the word whatever the level. A paste is never an answer.
 *      What is done about a transaction wants a reason where its proof stands on an assumption.
 *  (4) What belongs on another host is shown and copied; then it is asked what came of it.
 */
#ifndef UI_BOX_H
#define UI_BOX_H

#include "ui/edit.h"
#include "ui/form.h"

enum { BOX_COMMAND = EDIT_TEXT };

enum box_field { BOX_TYPED, BOX_REASON, BOX_FIELDS };

struct box {
	char incident[INCIDENT_ID];
	char run[ULID_TEXT], step[RUN_STEP_ID];	/* "": a command of one's own */
	size_t fence;
	char command[BOX_COMMAND];		/* of one's own */
	bool about_tx;				/* `act` on the transaction `tx`, and none of these */
	enum tx_act act;
	struct tx_ref tx;
	struct edit fields[BOX_FIELDS];
	enum box_field at;
	char digest[65];			/* of what the last picture showed */
	bool shown, changed, seen;		/* seen: its last line was in sight */
	msec since;				/* steady: when what is shown appeared */
	int top, most;				/* rows scrolled away; as far as it goes */
};

enum box_answer {
	BOX_STAYS, BOX_CLOSED,
	BOX_ACTS,				/* entry->out is the effect */
	BOX_ELSEWHERE,				/* ask what came of it there */
};

/* What would run, now. False: it is not there any more. */
bool box_ready(const struct box *box, const struct scene *scene, struct ready *out);
/* How many fields it wants, and which: 0 of L0 and L1 without a reason. */
bool box_wants_word(const struct ready *ready), box_wants_reason(const struct ready *ready);
enum box_field box_first(const struct ready *ready);	/* of one that wants any */
/* The text that has to be typed. */
const char *box_word(const struct ready *ready);
/* Does the first console wait for a second person, or is this the second? */
enum box_second { SECOND_NONE, SECOND_ASK, SECOND_WAITS, SECOND_CONFIRMS, SECOND_THERE };
enum box_second box_second(const struct box *box, const struct scene *scene,
			   const struct ready *ready);

void box_open(struct box *box, msec steady);
enum box_answer box_key(struct box *box, struct entry *entry, uint32_t code);
/* Over the whole area; takes note of what was in sight. */
void box_draw(struct box *box, const struct scene *scene, struct page *page,
	      struct surface *surface, struct area area, msec steady);
void box_hint(const struct box *box, const struct scene *scene, char out[MESSAGE_TEXT]);
void box_keys(const struct box *box, const struct scene *scene, char out[MESSAGE_TEXT]);

#endif
