/*
 * sheet_sections.h: what the machine says of an incident, in sections that are the same in Markdown
 * and in HTML. A section that is long comes in parts, so that each of them is small: part k has the
 * things from k * most on.
 */
#ifndef EXPORT_SHEET_SECTIONS_H
#define EXPORT_SHEET_SECTIONS_H

#include "export/sheet.h"

/*  X(symbol, name of its block, heading, how many things are in a part) */
#define SHEET_SECTIONS(X) \
	X(FACTS, "facts", "Facts", 1) X(METRICS, "metrics", "Times and targets", 1) \
	X(TIMELINE, "timeline", "Timeline", 1000) X(SIGNALS, "signals", "Signals", 1) \
	X(RUNS, "runbook-runs", "Runbooks", 4) X(UPDATES, "updates", "Updates", 1) \
	X(ACTIONS, "actions", "Action items", 1000) X(MESSAGES, "messages", "Messages sent", 200) \
	X(QUESTIONS, "questions", "What nobody knows yet", 1000)

enum sheet_section {
#define X(sym, name, heading, most) SHEET_##sym,
	SHEET_SECTIONS(X)
#undef X
	SHEET_SECTION_COUNT
};

const char *sheet_section_name(enum sheet_section section);
const char *sheet_section_heading(enum sheet_section section);
bool sheet_section_find(struct str name, enum sheet_section *out);
size_t sheet_section_parts(enum sheet_section section, const struct story *story);	/* 1 or more */
size_t sheet_section_most(enum sheet_section section);	/* things in a part */
/* One part, without the heading. */
void sheet_section_write(enum sheet_section section, struct sheet *sheet, size_t part);

/* The things of the section from `from` up to `to`; said by sheet_sections.c. */
typedef void sheet_writer(struct sheet *sheet, size_t from, size_t to);
sheet_writer sheet_write_facts, sheet_write_metrics, sheet_write_timeline, sheet_write_signals,
	sheet_write_runs, sheet_write_updates, sheet_write_actions, sheet_write_messages,
	sheet_write_questions;

#endif
