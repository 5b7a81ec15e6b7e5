/*
 * aftermath.h: what becomes of an incident when it is over: its postmortem, who wrote what that no
 * instrument knows, and who signed it off. Part of the state of an incident.
 *
 *  (1) The postmortem is a draft from the resolution on, then in review, then published; back at
 *      any time, with a reason.
 *  (2) Publishing needs an action of type `alert` and one of type `test`, or for either the reason
 *      why there is none (S0-23, S0-24).
 *  (3) Signing off is for whoever has the seat of audit, and for nobody who had the command or did
 *      a step or a command of it.
 */
#ifndef CORE_AFTERMATH_H
#define CORE_AFTERMATH_H

#include "core/incident_parts.h"

/*  X(symbol, word) */
#define POSTMORTEM_STATUSES(X) \
	X(NONE, "none") X(DRAFT, "draft") X(REVIEW, "in review") X(PUBLISHED, "published")

enum postmortem_status {
#define X(sym, word) PAPER_##sym,
	POSTMORTEM_STATUSES(X)
#undef X
	PAPER_STATUS_COUNT
};

/*  X(symbol, key, heading, question): what only people know. The order is that of the document. */
#define POSTMORTEM_SECTIONS(X) \
	X(SUMMARY, "summary", "Summary", \
	  "What happened, in three sentences for somebody who was not there?") \
	X(IMPACT, "impact", "Impact", "Who felt what, for how long, and what did it cost them?") \
	X(HAPPENED, "what-happened", "What happened", "How did it unfold, beyond the timeline?") \
	X(DETECTION, "detection", "Detection", "How did we notice, and could we have noticed earlier?") \
	X(FACTORS, "contributing-factors", "Contributing factors", \
	  "Which conditions had to come together for it?") \
	X(SURPRISES, "surprises", "What surprised us", "What did we believe that was not so?") \
	X(RECOVERY, "resolution-and-recovery", "Resolution and recovery", \
	  "What ended it, and how do we know?") \
	X(WELL, "what-went-well", "What went well", "What should be done so again?") \
	X(BADLY, "what-did-not", "What did not go well", "What made it longer or worse?") \
	X(LUCK, "where-we-were-lucky", "Where we were lucky", "What could have made it much worse?")

enum postmortem_section {
#define X(sym, key, heading, question) SECTION_##sym,
	POSTMORTEM_SECTIONS(X)
#undef X
	SECTION_COUNT
};
const char *postmortem_section_key(enum postmortem_section section);
const char *postmortem_section_heading(enum postmortem_section section);
const char *postmortem_section_question(enum postmortem_section section);
bool postmortem_section_find(const char *key, enum postmortem_section *out);

/*  X(symbol, word): what keeps it from coming again */
#define ACTION_TYPES(X) X(ALERT, "alert") X(TEST, "test") X(FIX, "fix") X(PROCESS, "process")

enum action_type {
#define X(sym, word) ACTION_TYPE_##sym,
	ACTION_TYPES(X)
#undef X
	ACTION_TYPE_COUNT
};
const char *action_type_word(enum action_type type);
bool action_type_find(const char *word, enum action_type *out);

/*  X(symbol, words): what somebody had to do with it; whoever signs it off had nothing (3) */
#define PARTS_TAKEN(X) \
	X(DECLARED, "declared it") X(COMMAND, "had the command") X(SEVERITY, "set its severity") \
	X(STEP, "did a step") X(RUN, "ran a command") X(ACT, "acted on a transaction") \
	X(DRILL, "ran the drill")

enum part_taken {
#define X(sym, words) TOOK_##sym,
	PARTS_TAKEN(X)
#undef X
	PART_TAKEN_COUNT
};
const char *part_words(enum part_taken part);

struct hand {				/* somebody who took part */
	char who[OPERATOR_TEXT];
	unsigned parts;			/* 1 << TOOK_... */
};

struct postmortem_answer {
	char *text;			/* NULL: not yet */
	char by[OPERATOR_TEXT];
	msec at;
};

struct aftermath {
	enum postmortem_status status;
	char owner[OPERATOR_TEXT];	/* of the postmortem; "": the commander */
	msec status_at;
	struct postmortem_answer answers[SECTION_COUNT];
	char none[ACTION_TYPE_COUNT][BECAUSE_TEXT];	/* why there is no such action; "" */
	char signed_by[OPERATOR_TEXT];	/* "": nobody has */
	char signed_text[BECAUSE_TEXT];
	msec signed_at;
	char signed_sha256[65];		/* of what was signed; "" */
	char exported[65];		/* SHA-256 of the newest export that people read; "" */
	struct hand *hands;		/* who took part; grown with mem_grow() */
	size_t hand_count, hand_cap;
};

struct incident;
/* The first action of this type, done or not; NULL. And: there is neither one nor a reason why. */
const struct tracked *aftermath_action(const struct incident *incident, enum action_type type);
bool aftermath_lacks(const struct incident *incident, enum action_type type);
/* What somebody did, 1 << TOOK_...; 0: nothing. An undone event counts for nothing. */
unsigned aftermath_parts_of(const struct aftermath *aftermath, const char *who);
const char *postmortem_status_word(enum postmortem_status status);
bool postmortem_status_find(const char *word, enum postmortem_status *out);

#endif
