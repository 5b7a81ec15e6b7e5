/*
 * Whatever the bytes: a line is taken or refused with a sentence, what was read of a payload says
 * itself again, and the events of any lines, in whatever order they come, fold to one state and one
 * timeline. Every line of the input is tried as it is, and as the payload of a line with a right
 * hash, its kind and its console being chosen by its first bytes.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/incident_dump.h"
#include "tests/lib/pen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONSOLES = 3, LINES = 24 };

struct session {
	struct buf lines[CONSOLES];
	struct journal_chain chains[CONSOLES];
	msec now;
	unsigned ids;
};

/* A payload that was read is written, read and written again: the same. So it is when it was read
 * by the JSON library, which takes blanks, and not by the short way, which takes none. */
static void expect_data_comes_back(struct str json)
{
	struct buf first = { 0 }, second = { 0 }, blank = { 0 };
	struct arena arena = { 0 };
	struct event_data one, two;
	struct err err = { 0 };

	if (!event_data_read(json, &arena, &one, &err)) {
		assert(err.text[0]);
	} else {
		event_data_write(&one, &first);
		assert(event_data_read(str_sub(first.data, first.len), &arena, &two, &err));
		event_data_write(&two, &second);
		assert(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
	}
	buf_char(&blank, ' ');
	buf_add(&blank, json.p, json.len);
	assert(event_data_read(str_sub(blank.data, blank.len), &arena, &two, &err) == (first.len > 0));
	buf_clear(&second);
	if (first.len > 0)
		event_data_write(&two, &second);
	assert(first.len == second.len && memcmp(buf_cstr(&first), buf_cstr(&second), first.len) == 0);
	buf_done(&first);
	buf_done(&second);
	buf_done(&blank);
	arena_done(&arena);
}

static void expect_no_crash(struct str text)
{
	struct journal_report report;
	struct journal_line line;
	struct err err = { 0 };

	assert(journal_line_whole(text, &line, &err) || err.text[0]);
	(void)journal_line_parse(text, &line, &err);
	assert(journal_scan(text, &report) == (report.bad_line == 0));
}

/* "CK payload": the console and the kind, then what is in braces. */
static void write_payload(struct session *session, struct str text)
{
	unsigned console = (unsigned char)text.p[0] % CONSOLES;
	int kind = 1 + (unsigned char)text.p[1] % (EVENT_KIND_COUNT - 1);
	struct journal_chain *chain = &session->chains[console];
	struct event event = { .kind = (enum event_kind)kind, .by = "ana", .rec = session->now };
	struct arena arena = { 0 };

	session->now += (unsigned char)text.p[2] * WHEN_SECOND;
	event.at = session->now;
	event.src = (enum event_src)((unsigned char)text.p[1] % 3);
	snprintf(event.id, sizeof(event.id), "%026u", ++session->ids);
	snprintf(event.origin, sizeof(event.origin), "%016x", console);
	event.seq = chain->seq + 1;
	event.hlc = hlc_next(chain->hlc, session->now);
	if (event_data_read(str_sub(text.p + 3, text.len - 3), &arena, &event.data, NULL) &&
	    journal_line_write(&session->lines[console], &event, chain->head, chain->head)) {
		chain->seq = event.seq;
		chain->hlc = event.hlc;
	}
	arena_done(&arena);
}

/* The files in one order or in the other, folded at the end or now and then. */
static void take(struct history *history, const struct session *session, bool backwards)
{
	struct err err = { 0 };

	for (int i = 0; i < CONSOLES; i++) {
		const struct buf *file = &session->lines[backwards ? CONSOLES - 1 - i : i];
		struct str rest = str_sub(file->data, file->len), line;

		while (str_cut(&rest, '\n', &line)) {
			if (line.len > 0)
				assert(history_take(history, line, &err) || err.text[0]);
			if (backwards && line.len % 3 == 0)
				(void)history_fold(history);
		}
	}
	(void)history_fold(history);
}

static void expect_one_state(const struct session *session)
{
	struct history *one = history_new("7k3f9q"), *two = history_new("7k3f9q");
	struct buf first = { 0 }, second = { 0 };

	take(one, session, false);
	take(two, session, true);
	incident_dump(history_incident(one), &first);
	timeline_dump(one, &first);
	incident_dump(history_incident(two), &second);
	timeline_dump(two, &second);
	assert(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
	buf_done(&first);
	buf_done(&second);
	history_free(one);
	history_free(two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_sub((const char *)data, size), text;
	struct session session = { .now = PEN_START };
	int lines = 0;

	while (lines++ < LINES && str_cut(&rest, '\n', &text)) {
		expect_no_crash(text);
		expect_data_comes_back(text);
		if (text.len > 3)
			write_payload(&session, text);
	}
	expect_one_state(&session);
	for (int i = 0; i < CONSOLES; i++)
		buf_done(&session.lines[i]);
	return 0;
}
