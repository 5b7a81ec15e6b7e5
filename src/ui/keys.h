/*
 * keys.h: the one table of what an operator can do. Keymap, footer, help screen, palette, the
 * configuration's `ui.keys` and the documentation are read from it.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/prefs.h"

/* Where an action means something. */
enum {
	ON_ITEM = 1,	/* only with something under the cursor */
	ON_LIVE = 2,	/* refused while the picture is frozen */
	ON_DESK = 4,	/* only where incidents can be kept */
	ON_INCIDENT = 8,	/* only with one on the desk */
	ON_STEP = 16,	/* only with a step of a runbook under the cursor */
	ON_RUN = 32,	/* only while a runbook goes on */
	ON_TX = 64,	/* only with a transaction under the cursor, or a screen about one */
	ON_TXS = 128,	/* has its hint only where transactions are */
	ON_TABLE = 256,	/* only while a tabletop goes on */
};

/*  X(symbol, name, default keys, needs, footer word or "", help): the footer shows those with a
 *  word, from the first on, as many as fit; those about an incident only where there can be one */
#define ACTIONS(X) \
	X(OPEN, "open", "enter", ON_ITEM, "open", \
	  "open what is under the cursor; on a step: what its kind wants") \
	X(TICK, "done", "x", ON_ITEM | ON_LIVE | ON_INCIDENT | ON_STEP, "done", \
	  "tick the step under the cursor; twice counts once") \
	X(STEP, "step", "X", ON_ITEM | ON_LIVE | ON_INCIDENT | ON_STEP, "other", \
	  "the step: skip, override, put off, failed, once more; end the runbook") \
	X(DIAGNOSE, "diagnose", "d", ON_LIVE | ON_TXS, "diagnose", \
	  "ask the network what became of this transaction; without one: of what is pasted") \
	X(TX_ACTS, "tx-acts", "t", ON_LIVE | ON_TX | ON_TXS, "act", \
	  "what may be done about the transaction, and why the rest may not") \
	X(DIAGNOSE_ALL, "diagnose-all", "D", ON_LIVE | ON_TXS, "all", \
	  "diagnose all transactions that are listed; again: stop") \
	X(SORT, "sort", "s", ON_TXS, "sort", \
	  "sort the transactions, group them by payment") \
	X(POSTMORTEM, "postmortem", "W", ON_INCIDENT, "", \
	  "screen: the postmortem; there: what may be done about it") \
	X(INCIDENT, "incident", "i", ON_LIVE | ON_DESK, "incident", \
	  "declare an incident, or what to do in one") \
	X(MOMENT, "moment", "n", ON_LIVE | ON_INCIDENT | ON_TABLE, "next moment", \
	  "at a tabletop: show what happened next") \
	X(NOTE, "note", "m", ON_LIVE | ON_INCIDENT, "note", \
	  "a note into the timeline; @-5m first back-dates it") \
	X(UPDATE, "update", "p", ON_LIVE | ON_INCIDENT, "update", \
	  "write the update that is due, and send it") \
	X(FILTER, "filter", "/", 0, "filter", "show only rows that match: words, !word, state:down") \
	X(PALETTE, "palette", ": ctrl-p", 0, "command", "find a command by its name") \
	X(HELP, "help", "? f1", 0, "keys", "explain the selected row, and list the keys") \
	X(QUIT, "quit", "q", 0, "back", "back one level; on Now: quit") \
	X(NEXT_WRONG, "next-wrong", "e", 0, "wrong", "go to the next thing that is wrong") \
	X(ASK, "ask", "r", ON_LIVE, "ask all", "ask all sources now") \
	X(ACK, "ack", "a", ON_ITEM | ON_LIVE | ON_INCIDENT, "ack", \
	  "acknowledge the alert under the cursor") \
	X(COPY, "copy", "y", ON_ITEM, "copy", "copy the value under the cursor") \
	X(FREEZE, "freeze", "z", 0, "freeze", "hold the picture still; data keeps coming") \
	X(PRINT, "print", "P", 0, "print", "leave the screen and print this view as plain text") \
	X(BEGIN, "begin", "b", ON_ITEM | ON_LIVE | ON_DESK, "", \
	  "open the runbook for what is under the cursor; on its page: begin it") \
	X(COMMAND, "command", "!", ON_LIVE | ON_INCIDENT, "", \
	  "run a command: shown whole first, kept as evidence") \
	X(ACCEPT, "accept", "A", ON_LIVE | ON_INCIDENT | ON_RUN, "", \
	  "read the commands of the runbook, and let its checks run") \
	X(EVIDENCE, "evidence", "v", ON_ITEM | ON_INCIDENT, "", \
	  "view what the step's command printed, or a file of evidence") \
	X(OUTPUT, "output", "+", 0, "", "all that the command printed which runs, or ran last") \
	X(UNDO, "undo", "u", ON_LIVE | ON_INCIDENT, "", "take back the last thing that I entered") \
	X(EXPIRE, "silence.expire", "ctrl-x", ON_ITEM | ON_LIVE | ON_INCIDENT, "", \
	  "end the silence under the cursor") \
	X(SWITCH, "switch", "I", ON_INCIDENT, "", "the next open incident") \
	X(PREV_WRONG, "prev-wrong", "E", 0, "", "go to the previous thing that is wrong") \
	X(LINK, "link", "o", ON_ITEM, "", "open or show the link of what is under the cursor") \
	X(TIME, "time", "T", 0, "", "times in UTC, local time, or relative to now") \
	X(BACK, "back", "esc", 0, "", "back one level; clears a filter first") \
	X(UP, "up", "up k", 0, "", "move up") \
	X(DOWN, "down", "down j", 0, "", "move down") \
	X(PAGE_UP, "page-up", "pgup", 0, "", "a page up") \
	X(PAGE_DOWN, "page-down", "pgdn space", 0, "", "a page down") \
	X(HALF_UP, "half-page-up", "ctrl-u", 0, "", "half a page up") \
	X(HALF_DOWN, "half-page-down", "ctrl-f", 0, "", "half a page down") \
	X(TOP, "top", "home g", 0, "", "to the top") \
	X(BOTTOM, "bottom", "end G", 0, "", "to the bottom") \
	X(LEFT, "left", "left h", 0, "", "scroll to the left") \
	X(RIGHT, "right", "right l", 0, "", "scroll to the right") \
	X(NEXT_PART, "next-part", "tab", 0, "", "to the next part of the screen") \
	X(PREV_PART, "prev-part", "shift-tab", 0, "", "to the previous part of the screen") \
	X(NOW, "now", "1", 0, "", "screen: what is wrong now") \
	X(ALERTS, "alerts", "2", 0, "", "screen: alerts, live, silenced and pending") \
	X(TRANSACTIONS, "transactions", "3", 0, "", \
	  "screen: open transactions, their verdicts, the money at risk") \
	X(INCIDENT_SCREEN, "incident-screen", "4", 0, "", \
	  "screen: the incident, its seats, clocks and debts") \
	X(RUNBOOK, "runbook", "5", 0, "", \
	  "screen: the runbook that goes on, else the list; again: the list") \
	X(TIMELINE, "timeline", "6", 0, "", "screen: everything that happened, in order") \
	X(SOURCES, "sources", "7", 0, "", "screen: every source and what it was asked") \
	X(COMPONENTS, "components", "c", 0, "", "screen: the parts, their versions and deploys") \
	X(CONTACTS, "contacts", "C", 0, "", "screen: whom to call, and how") \
	X(DRILLS, "drills", "", 0, "", "screen: which drill is due, and what the last one came to") \
	X(TABLETOP, "tabletop", "", ON_INCIDENT | ON_TABLE, "", \
	  "screen: the incident that is talked through") \
	X(MESSAGES, "messages", "", 0, "", "screen: the messages of this session") \
	X(PREVIOUS, "previous", "-", 0, "", "the previous screen again") \
	X(MOUSE, "mouse", "M", 0, "", "mouse on or off for this session; Shift+drag selects text") \
	X(REDRAW, "redraw", "ctrl-l", 0, "", "paint everything again") \
	X(SUSPEND, "suspend", "ctrl-z", 0, "", "stop to the shell; fg returns") \
	X(CANCEL, "cancel", "ctrl-c", 0, "", "close a field; three times within 2 s quits")

enum action {
	ACTION_NONE,
#define X(sym, name, keys, needs, hint, help) ACTION_##sym,
	ACTIONS(X)
#undef X
	ACTION_COUNT
};

struct action_info {
	const char *name, *keys, *hint, *help;
	unsigned needs;
};

const struct action_info *action_info(enum action action);
enum action action_find(const char *name);		/* ACTION_NONE */

enum { KEYS_PER_ACTION = 4 };

struct keymap {
	uint32_t keys[ACTION_COUNT][KEYS_PER_ACTION];	/* KEYCODE_NONE ends */
};

/*
 * The default keys with the overrides on top. False when an override names no action or no key, or
 * takes a key that another action still has: then problems holds one sentence a line, that
 * override is left out, and the keymap is usable all the same.
 */
bool keymap_init(struct keymap *map, const struct key_override *overrides, size_t count,
		 struct buf *problems);
enum action keymap_find(const struct keymap *map, uint32_t code);
/* "j, down", or "" when it has none. */
void keymap_text(const struct keymap *map, enum action action, struct buf *out);

#endif
