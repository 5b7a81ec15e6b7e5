/*
 * intent.c: what may be done with a payment, over all its envelopes. Everything is forbidden until
 * each of them is known to be harmless; what is not known counts as harmful.
 */
#include "stellar/intent.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"

enum standing {
	STANDING_UNKNOWN,
	STANDING_LIVE,
	STANDING_PAID,		/* by itself, or by what used its sequence number */
	STANDING_OVER		/* it never paid, and never will */
};

/* What the verdict and the comparison with the consumer say together. */
static enum standing consumed_standing(const struct intent_member *member)
{
	switch (member->consumer) {
	case TWIN_SAME:
		return STANDING_PAID;
	case TWIN_OTHER:
		return STANDING_OVER;
	case TWIN_UNKNOWN:	/* of row 10 there is none to compare: "confirm" has been said */
		return member->safe == SAFE_CONFIRM && !member->consumer_known ? STANDING_OVER :
										 STANDING_UNKNOWN;
	}
	return STANDING_UNKNOWN;
}

static enum standing standing_of(const struct intent_member *member)
{
	if (!member->judged)
		return STANDING_UNKNOWN;
	switch (verdict_fate(member->verdict)) {
	case FATE_UNKNOWN:
		return STANDING_UNKNOWN;
	case FATE_LIVE:
		return STANDING_LIVE;
	case FATE_CONFIRMED:
		return STANDING_PAID;
	case FATE_FAILED:
	case FATE_DEAD:
		if (member->safe == SAFE_NO)
			return STANDING_UNKNOWN;
		return member->verdict == VERDICT_DEAD_SEQ_CONSUMED ? consumed_standing(member) :
								      STANDING_OVER;
	}
	return STANDING_UNKNOWN;
}

struct group {
	const struct intent_member *self;
	enum standing standing;			/* of it */
	bool paid, live, unknown;		/* one of the others is */
	bool doubt;				/* something rests on an assumption */
	size_t others;
};

/* Two rows of one envelope are one envelope: as long as the same is known of both. */
static bool is_other(const struct intent_member *self, const struct intent_member *member)
{
	return member != self && (!*self->hash || strcmp(self->hash, member->hash) != 0 ||
				  member->judged != self->judged || member->verdict != self->verdict);
}

static void add_other(struct group *group, const struct intent_member *member)
{
	enum standing standing = standing_of(member);

	group->others++;
	group->paid = group->paid || standing == STANDING_PAID;
	group->live = group->live || standing == STANDING_LIVE;
	group->unknown = group->unknown || standing == STANDING_UNKNOWN;
	group->doubt = group->doubt || (standing == STANDING_OVER && member->safe != SAFE_YES);
}

static struct group group_of(const struct intent *intent, size_t member)
{
	const struct intent_member *self = &intent->members[member];
	struct group group = { .self = self, .standing = standing_of(self) };

	group.doubt = !intent->complete ||
		      (group.standing == STANDING_OVER && self->safe != SAFE_YES);
	for (size_t i = 0; i < intent->count; i++)
		if (is_other(self, &intent->members[i]))
			add_other(&group, &intent->members[i]);
	return group;
}

/* Why nothing new may come of this payment, whatever is known of the member itself; or NULL. */
static const char *blocked(const struct group *group)
{
	if (group->paid)
		return "another envelope paid it";
	if (group->unknown)
		return "of another envelope of this payment it is not known whether it pays";
	if (group->live)
		return "another envelope of this payment can still land";
	return NULL;
}

/* The same for what needs the member to be over. */
static const char *not_over(const struct group *group)
{
	switch (group->standing) {
	case STANDING_UNKNOWN:
		return "it is not known whether it pays";
	case STANDING_LIVE:
		return "it can still land";
	case STANDING_PAID:
		return "it was paid";
	case STANDING_OVER:
		return blocked(group);
	}
	return "it is not known whether it pays";
}

static bool is_confirmed(const struct group *group)
{
	return group->self->judged && verdict_fate(group->self->verdict) == FATE_CONFIRMED;
}

static const char *mark_done(const struct group *group)
{
	if (is_confirmed(group))
		return NULL;
	return group->standing == STANDING_PAID ? "another transaction paid it: mark by that one" :
						  "it is not confirmed";
}

static const char *mark_failed(const struct group *group)
{
	if (!group->self->judged || verdict_fate(group->self->verdict) != FATE_FAILED)
		return "it did not fail on the ledger";
	return not_over(group);
}

static const char *mark_cancelled(const struct group *group)
{
	if (group->self->judged && verdict_fate(group->self->verdict) == FATE_FAILED)
		return "it failed on the ledger: mark it failed";
	return not_over(group);
}

static const char *not_live(const struct group *group)
{
	if (group->standing != STANDING_LIVE)
		return group->standing == STANDING_UNKNOWN ? "it is not known whether it can land" :
							     "it cannot land any more";
	if (!group->self->has_envelope)
		return "its envelope is not known";
	return blocked(group);
}

static const char *resubmit(const struct group *group)
{
	const char *why = not_live(group);

	if (why)
		return why;
	return group->self->verdict == VERDICT_LIVE_MAY_STILL_LAND ? NULL :
	       "it would be refused now: it waits for a number before it, or for its time";
}

static const char *dismiss(const struct group *group)
{
	(void)group;
	return NULL;
}

/* NULL: it is allowed. */
static const char *(*const reasons[])(const struct group *group) = {
	[ACT_MARK_DONE] = mark_done,
	[ACT_MARK_FAILED] = mark_failed,
	[ACT_MARK_CANCELLED] = mark_cancelled,
	[ACT_RESUBMIT] = resubmit,
	[ACT_CANCEL] = not_live,
	[ACT_REBUILD] = not_over,
	[ACT_DISMISS] = dismiss,
};
_Static_assert(ARRAY_LEN(reasons) == ACT_COUNT, "every act has what forbids it");

static const char *because_over(const struct intent *intent, const struct group *group)
{
	if (blocked(group))
		return blocked(group);
	if (!intent->complete)
		return "every known envelope of this payment is dead or failed; there may be others";
	return group->doubt ? "every envelope of this payment is dead or failed, one on an assumption" :
			      "every envelope of this payment is dead or failed";
}

static const char *because_live(const struct intent *intent, const struct group *group)
{
	if (blocked(group))
		return blocked(group);
	if (!intent->complete)
		return "no other known envelope of this payment can land; there may be others";
	return group->doubt ? "no other envelope of this payment can land, one on an assumption" :
			      "it is the only envelope of this payment that can land";
}

static const char *because_of(const struct intent *intent, const struct group *group)
{
	if (intent->hash_is == HASH_IS_INITIATION)
		return "its hash only shows that it was started: nothing is done to the row";
	switch (group->standing) {
	case STANDING_UNKNOWN:
		return "it is not known whether it pays: nothing is done";
	case STANDING_LIVE:
		return because_live(intent, group);
	case STANDING_PAID:
		if (!is_confirmed(group))
			return "its sequence number was used by the same payment: it was paid";
		if (group->paid)
			return "it is confirmed, and so is another envelope of this payment: paid twice";
		return group->live || group->unknown ?
		       "it is confirmed, but another envelope of this payment may still pay" :
		       "it is confirmed: the payment was made";
	case STANDING_OVER:
		return because_over(intent, group);
	}
	return "";
}

static const char *why_not(const struct intent *intent, const struct group *group, enum tx_act act)
{
	if (intent->hash_is == HASH_IS_INITIATION && act != ACT_DISMISS)
		return "its hash only shows that it was started, not what became of it";
	return reasons[act](group);
}

void intent_decide(const struct intent *intent, size_t member, struct decision_of_intent *out)
{
	struct group group;

	assert(member < intent->count);
	group = group_of(intent, member);
	*out = (struct decision_of_intent){ 0 };
	/* A confirmed payment needs no proof of the others to be called done, unless it is there
	 * twice: then a person looks. */
	out->confirm = is_confirmed(&group) ? group.paid : group.doubt;
	for (int act = 0; act < ACT_COUNT; act++) {
		out->why_not[act] = why_not(intent, &group, (enum tx_act)act);
		out->allowed[act] = !out->why_not[act];
	}
	snprintf(out->because, sizeof(out->because), "%s", because_of(intent, &group));
}

static const struct act_row {
	const char *word;
	unsigned care;
} acts[] = {
#define X(sym, word, care, help) [ACT_##sym] = { word, care },
	ACTS(X)
#undef X
};

const char *act_word(enum tx_act act)
{
	return acts[act].word;
}

unsigned act_care(enum tx_act act)
{
	return acts[act].care;
}

bool act_find(const char *word, enum tx_act *out)
{
	for (int act = 0; act < ACT_COUNT; act++)
		if (!strcmp(acts[act].word, word)) {
			*out = (enum tx_act)act;
			return true;
		}
	return false;
}
