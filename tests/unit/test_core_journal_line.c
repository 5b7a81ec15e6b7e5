/* A line says again what was written, and nothing that was changed passes for one. */
#include "core/journal_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/pen.h"

enum { LINES = 50 };

/* A file of 50 lines: notes, and one of another kind here and there. Short, because the tests below
 * read all of it for each of its bits. */
static void write_file(struct pen *pen)
{
	pen_open(pen, 0xA11CE, "ana");
	for (int i = 0; i < LINES; i++) {
		struct event event = pen_event(pen, i % 12 == 0 ? EVENT_SEVERITY_SET + i / 12 : EVENT_NOTE);

		pen->now += 1234;
		if (event.kind == EVENT_NOTE)
			EVENT_SET(event.data, text, "lag \"falls\"");
		else
			pen_fill(&event.data, event.kind);
		pen_write(pen, &event);
	}
}

static void expect_same_data(const struct event_data *a, const struct event_data *b)
{
	struct buf first = { 0 }, second = { 0 };

	assert_int_equal(a->has, b->has);
	event_data_write(a, &first);
	event_data_write(b, &second);
	assert_string_equal(first.data, second.data);
	buf_done(&first);
	buf_done(&second);
}

static void every_kind_comes_back_as_it_was(void **state)
{
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana \"the night\" lovelace");
	for (int kind = EVENT_UNKNOWN + 1; kind < EVENT_KIND_COUNT; kind++) {
		struct event event = pen_event(&pen, (enum event_kind)kind), back;
		struct journal_line line;
		struct arena arena = { 0 };
		struct err err = { 0 };

		event.src = (enum event_src)(kind % 3);
		pen_fill(&event.data, event.kind);
		pen_write(&pen, &event);
		if (!journal_line_whole(pen_line(&pen), &line, &err) ||
		    !journal_line_event(&line, &arena, &back, &err))
			fail_msg("%s: %s", event_name(event.kind), err.text);
		assert_int_equal(back.kind, event.kind);
		assert_string_equal(back.id, event.id);
		assert_string_equal(back.by, event.by);
		assert_int_equal(back.src, event.src);
		assert_int_equal(back.at, event.at);
		assert_int_equal(back.rec, event.rec);
		assert_int_equal(back.seq, event.seq);
		assert_int_equal(hlc_compare(back.hlc, event.hlc), 0);
		expect_same_data(&back.data, &event.data);
		arena_done(&arena);
	}
	pen_close(&pen);
}

static void a_line_reads_byte_for_byte_as_the_contract_says(void **state)
{
	static const char expected[] =
		"{\"v\":1,\"id\":\"00000000000000010000000001\",\"seq\":1,\"origin\":\"0000000000000001\","
		"\"hlc\":\"1795312800000-0000\",\"at\":\"2026-11-22T02:00:00.000Z\","
		"\"rec\":\"2026-11-22T02:00:00.000Z\",\"by\":\"ana\",\"src\":\"human\",\"kind\":\"note\","
		"\"data\":{\"text\":\"restarted it\"},\"prev\":\"0000000000000000000000000000000000000000"
		"000000000000000000000000\"";
	char hash[DIGEST_HEX];
	struct buf whole = { 0 };
	struct event event;
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	event = pen_event(&pen, EVENT_NOTE);
	EVENT_SET(event.data, text, "restarted it");
	pen_write(&pen, &event);
	digest_sha256(hash, str_of(expected));
	buf_fmt(&whole, "%s,\"hash\":\"%s\"}\n", expected, hash);
	assert_string_equal(pen.lines.data, whole.data);
	buf_done(&whole);
	pen_close(&pen);
}

static void a_file_cut_anywhere_reads_as_its_first_lines(void **state)
{
	struct journal_report report;
	struct pen pen;
	size_t lines = 0;

	(void)state;
	write_file(&pen);
	for (size_t cut = 0; cut <= pen.lines.len; cut++) {
		bool at_end = cut == 0 || pen.lines.data[cut - 1] == '\n';

		lines += cut > 0 && at_end;
		assert_true(journal_scan(str_sub(pen.lines.data, cut), &report));
		assert_int_equal(report.events, lines);
		assert_int_equal(report.torn, !at_end);
	}
	assert_int_equal(lines, LINES);
	pen_close(&pen);
}

static void every_flipped_bit_is_found_in_its_line(void **state)
{
	struct journal_report report;
	struct pen pen;
	uint64_t line = 1;

	(void)state;
	write_file(&pen);
	for (size_t i = 0; i < pen.lines.len; i++) {
		bool feed = pen.lines.data[i] == '\n';

		for (int bit = 0; bit < 8; bit++) {
			pen.lines.data[i] = (char)(pen.lines.data[i] ^ 1 << bit);
			if (journal_scan(str_sub(pen.lines.data, pen.lines.len), &report) ||
			    report.bad_line != line || report.events != line - 1 || !report.why[0])
				fail_msg("byte %zu bit %d: line %d instead of %d", i, bit,
					 (int)report.bad_line, (int)line);
			pen.lines.data[i] = (char)(pen.lines.data[i] ^ 1 << bit);
		}
		line += feed;
	}
	assert_true(journal_scan(str_sub(pen.lines.data, pen.lines.len), &report));
	pen_close(&pen);
}

struct span {
	size_t from, len;	/* a line with its LF */
};

static void find_lines(struct str file, struct span lines[LINES])
{
	size_t from = 0;

	for (size_t n = 0; n < LINES; n++) {
		const char *feed = memchr(file.p + from, '\n', file.len - from);

		lines[n] = (struct span){ from, (size_t)(feed - file.p) + 1 - from };
		from += lines[n].len;
	}
}

/* The file with line `a` in the place of whatever `order` says. */
static uint64_t bad_line_of(const struct pen *pen, const struct span *lines, const size_t *order,
			    size_t count)
{
	struct journal_report report;
	struct buf file = { 0 };

	for (size_t i = 0; i < count; i++)
		buf_add(&file, pen->lines.data + lines[order[i]].from, lines[order[i]].len);
	(void)journal_scan(str_sub(file.data, file.len), &report);
	buf_done(&file);
	return report.bad_line;
}

static void deleted_swapped_and_doubled_lines_are_found(void **state)
{
	struct span lines[LINES];
	size_t order[LINES + 1];
	struct pen pen;

	(void)state;
	write_file(&pen);
	find_lines(str_sub(pen.lines.data, pen.lines.len), lines);
	for (size_t n = 0; n + 1 < LINES; n++) {
		for (size_t i = 0; i < LINES; i++)
			order[i] = i < n ? i : i + 1;		/* n is missing */
		assert_int_equal(bad_line_of(&pen, lines, order, LINES - 1), n + 1);
		for (size_t i = 0; i < LINES; i++)
			order[i] = i == n ? n + 1 : i == n + 1 ? n : i;
		assert_int_equal(bad_line_of(&pen, lines, order, LINES), n + 1);
		for (size_t i = 0; i <= LINES; i++)
			order[i] = i <= n ? i : i - 1;		/* n stands there twice */
		assert_int_equal(bad_line_of(&pen, lines, order, LINES + 1), n + 2);
	}
	pen_close(&pen);
}

static void a_line_of_another_console_does_not_follow(void **state)
{
	struct journal_chain chain = { 0 };
	struct pen ana, ben;
	struct journal_line line;
	struct event event;
	struct err err = { 0 };

	(void)state;
	pen_open(&ana, 1, "ana");
	pen_open(&ben, 2, "ben");
	event = pen_event(&ana, EVENT_SESSION_LOST);
	pen_write(&ana, &event);
	assert_true(journal_chain_take(&chain, pen_line(&ana), &line, &err));
	str_put(ben.chain.head, sizeof(ben.chain.head), ana.chain.head);
	ben.chain.seq = ana.chain.seq;
	event = pen_event(&ben, EVENT_SESSION_LOST);
	pen_write(&ben, &event);
	assert_false(journal_chain_take(&chain, pen_line(&ben), &line, &err));
	assert_string_equal(err.text, "it is of another origin, 0000000000000002");
	assert_int_equal(chain.seq, 1);
	pen_close(&ana);
	pen_close(&ben);
}

/* Forged with a right hash: the number or the hash before it alone does not make it the next. */
static void a_line_must_follow_by_number_and_by_hash(void **state)
{
	struct journal_chain chain = { 0 };
	struct journal_line line;
	struct err err = { 0 };
	struct event event;
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	event = pen_event(&pen, EVENT_NOTE);
	EVENT_SET(event.data, text, "x");
	pen_write(&pen, &event);
	assert_true(journal_chain_take(&chain, pen_line(&pen), &line, &err));
	pen.chain.seq = 6;
	pen_write(&pen, &event);
	assert_false(journal_chain_take(&chain, pen_line(&pen), &line, &err));
	assert_string_equal(err.text, "it does not follow line 1");
	pen.chain.seq = 1;
	pen_write(&pen, &event);	/* after the line that was refused */
	assert_false(journal_chain_take(&chain, pen_line(&pen), &line, &err));
	assert_string_equal(err.text, "it does not follow line 1");
	memset(&chain, 0, sizeof(chain));
	assert_false(journal_chain_take(&chain, pen_line(&pen), &line, &err));
	assert_string_equal(err.text, "it is not the first line of a file");
	pen_close(&pen);
}

/* One piece of a good line replaced by one that is none, of the same length. */
static void an_envelope_is_read_by_position(void **state)
{
	static const struct {
		const char *old, *new_, *why;
	} cases[] = {
		{ "{\"v\":1,", "{\"v\":0,", "it does not begin with a version" },
		{ "{\"v\":1,", "{\"w\":1,", "it does not begin with a version" },
		{ "\"id\":\"0", "\"id\":\"I", "its id is none" },
		{ "\"seq\":1", "\"seq\":0", "its number is none" },
		{ "\"origin\":\"0", "\"origin\":\"A", "its origin is none" },
		{ "-0000\"", "-00x0\"", "its hlc is none" },
		{ "\"at\":\"2026", "\"at\":\"2x26", "its times are none" },
		{ "-22T02:00:00.000Z\",\"by", "-32T02:00:00.000Z\",\"by", "its times are none" },
		{ "\"by\":\"ana\"", "\"by\":\"ana\\", "it does not say where it comes from" },
		{ "\"human\"", "\"robot\"", "it does not say where it comes from" },
		{ "\"data\":{", "\"data\":[", "its data is none" },
		{ "\"prev\":\"0", "\"prev\":\"F", "it does not end in its two hashes" },
		{ "\"}", "A}", "it does not end in its two hashes" },
	};
	struct event event;
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	event = pen_event(&pen, EVENT_NOTE);
	EVENT_SET(event.data, text, "x");
	pen_write(&pen, &event);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str good = pen_line(&pen);
		char *bad = mem_dup(good.p, good.len), *place;
		size_t len = strlen(cases[i].old);
		struct journal_line line;
		struct err err = { 0 };

		place = memmem(bad, good.len, cases[i].old, len);
		assert_non_null(place);
		if (i + 1 == ARRAY_LEN(cases))
			place = bad + good.len - len;		/* not that of data */
		memcpy(place, cases[i].new_, len);
		assert_false(journal_line_parse(str_sub(bad, good.len), &line, &err));
		assert_non_null(strstr(err.text, cases[i].why));
		mem_free(bad);
	}
	pen_close(&pen);
}

/* A line as another version may write it, with a right hash. */
static void seal(struct buf *out, const char *version, const char *kind, const char *data)
{
	char hash[DIGEST_HEX];

	buf_fmt(out, "{\"v\":%s,\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"seq\":1,"
		"\"origin\":\"00000000000000aa\",\"hlc\":\"1795312800000-0000\","
		"\"at\":\"2026-11-22T02:00:00.000Z\",\"rec\":\"2026-11-22T02:00:00.000Z\",\"by\":\"ana\","
		"\"src\":\"human\",\"kind\":\"%s\",\"data\":%s,\"prev\":\"%064d\"", version, kind, data, 0);
	digest_sha256(hash, str_sub(out->data, out->len));
	buf_fmt(out, ",\"hash\":\"%s\"}", hash);
}

static void what_is_not_known_here_is_kept_as_unknown(void **state)
{
	static const struct {
		const char *version, *kind, *data, *unknown;
	} cases[] = {
		{ "1", "moon.landed", "{\"text\":\"x\"}", "moon.landed" },
		{ "2", "note", "{\"text\":\"x\"}", "note" },
		{ "2", "note", "{\"text\":7}", "note" },
		{ "1", "moon.landed", "{\"severity\":\"not ours\"}", "moon.landed" },
		{ "1", "note", "{}", "note" },			/* without its text */
		{ "1", "note", "{\"text\":null}", "note" },
		{ "1", "unknown", "{}", "unknown" },
		{ "1", "a\\u001b[31m", "{}", "a^[[31m" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf text = { 0 };
		struct journal_line line;
		struct arena arena = { 0 };
		struct event event;
		struct err err = { 0 };

		seal(&text, cases[i].version, cases[i].kind, cases[i].data);
		assert_true(journal_line_whole(str_sub(text.data, text.len), &line, &err));
		assert_true(journal_line_event(&line, &arena, &event, &err));
		assert_int_equal(event.kind, EVENT_UNKNOWN);
		assert_string_equal(event.unknown, cases[i].unknown);
		arena_done(&arena);
		buf_done(&text);
	}
}

static void a_payload_that_is_none_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *kind, *data, *why;
	} cases[] = {
		{ "note", "{\"text\":7}", "data of a note: \"text\" is no text" },
		{ "milestone.set", "{\"when\":\"soon\"}", "data of a milestone.set: \"when\" is no time" },
		{ "pin", "{\"on\":\"yes\"}", "data of a pin: \"on\" is neither true nor false" },
		{ "note", "{\"components\":[1]}", "data of a note: \"components\" is no list of texts" },
		{ "note", "{\"bytes\":1.5}", "data of a note: \"bytes\" is no whole number" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf text = { 0 };
		struct journal_line line;
		struct arena arena = { 0 };
		struct event event;
		struct err err = { 0 };

		seal(&text, "1", cases[i].kind, cases[i].data);
		assert_true(journal_line_whole(str_sub(text.data, text.len), &line, &err));
		assert_false(journal_line_event(&line, &arena, &event, &err));
		assert_string_equal(err.text, cases[i].why);
		arena_done(&arena);
		buf_done(&text);
	}
}

static void hostile_text_is_harmless_once_it_is_read(void **state)
{
	struct buf text = { 0 };
	struct journal_line line;
	struct arena arena = { 0 };
	struct event event;
	struct err err = { 0 };

	(void)state;
	seal(&text, "1", "escalated",
	     "{\"who\":\"a\\u001b]0;x\\u0007\\nb\",\"text\":\"one\\n\\u202etwo\"}");
	assert_true(journal_line_whole(str_sub(text.data, text.len), &line, &err));
	assert_true(journal_line_event(&line, &arena, &event, &err));
	assert_string_equal(event.data.who, "a^[]0;x^G^Jb");
	assert_string_equal(event.data.text, "one\n<U+202E>two");	/* text has lines */
	arena_done(&arena);
	buf_done(&text);
}

static void what_no_line_can_say_is_not_written(void **state)
{
	char hash[DIGEST_HEX] = "", *text = mem_new(JOURNAL_LINE);
	struct buf out = { 0 };
	struct event good, bad;
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	good = pen_event(&pen, EVENT_NOTE);
	EVENT_SET(good.data, text, "x");
	pen_write(&pen, &good);
	assert_true(journal_line_write(&out, &good, "", hash));
	buf_clear(&out);
	buf_text(&out, "before");

	bad = good, bad.kind = EVENT_UNKNOWN;
	assert_false(journal_line_write(&out, &bad, "", hash));
	bad = good, bad.at = WHEN_NEVER;
	assert_false(journal_line_write(&out, &bad, "", hash));
	bad = good, bad.id[0] = '\0';
	assert_false(journal_line_write(&out, &bad, "", hash));
	bad = good, bad.hlc.ms = INT64_MAX;
	assert_false(journal_line_write(&out, &bad, "", hash));
	memset(text, 'x', JOURNAL_LINE - 1);
	bad = good, EVENT_SET(bad.data, text, text);
	assert_false(journal_line_write(&out, &bad, "", hash));
	assert_string_equal(out.data, "before");
	mem_free(text);
	buf_done(&out);
	pen_close(&pen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_comes_back_as_it_was),
		cmocka_unit_test(a_line_reads_byte_for_byte_as_the_contract_says),
		cmocka_unit_test(a_file_cut_anywhere_reads_as_its_first_lines),
		cmocka_unit_test(every_flipped_bit_is_found_in_its_line),
		cmocka_unit_test(deleted_swapped_and_doubled_lines_are_found),
		cmocka_unit_test(a_line_of_another_console_does_not_follow),
		cmocka_unit_test(a_line_must_follow_by_number_and_by_hash),
		cmocka_unit_test(an_envelope_is_read_by_position),
		cmocka_unit_test(what_is_not_known_here_is_kept_as_unknown),
		cmocka_unit_test(a_payload_that_is_none_is_refused_with_its_place),
		cmocka_unit_test(hostile_text_is_harmless_once_it_is_read),
		cmocka_unit_test(what_no_line_can_say_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
