/* A Markdown export written again over a file that people wrote in since. */
#include "tests/lib/nightly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "export/sheet_split.h"

/* One event more than the recorded outage: every block of facts and timeline is another. */
struct two {
	struct nightly was, is;
	struct buf file;		/* of the first */
};

static int build(void **state)
{
	struct two *two = calloc(1, sizeof(*two));
	struct night_event note = { .at = NIGHTLY_AT, .rec = WHEN_NEVER, .kind = EVENT_NOTE,
				    .data = "{\"text\":\"one thing more\"}" };

	nightly_build(&two->was, NIGHTLY_OUTAGE, false);
	nightly_build(&two->is, NIGHTLY_OUTAGE, false);
	night_tell(&two->is.night, &note);
	story_free(two->is.story);
	two->is.story = nightly_story(two->is.night.history, false);
	nightly_write(two->was.story, POSTMORTEM_MD, str_of(""), &two->file);
	*state = two;
	return 0;
}

static int drop(void **state)
{
	struct two *two = *state;

	nightly_done(&two->was);
	nightly_done(&two->is);
	buf_done(&two->file);
	free(two);
	return 0;
}

static struct str text_of(const struct buf *buf)
{
	return str_sub(buf_cstr(buf), buf->len);
}

/* The file with every `from` as `to`. */
static struct buf changed(const struct buf *file, const char *from, const char *to)
{
	struct buf out = { 0 };
	const char *at = buf_cstr(file), *next;

	for (; (next = strstr(at, from)); at = next + strlen(from)) {
		buf_add(&out, at, (size_t)(next - at));
		buf_text(&out, to);
	}
	buf_text(&out, at);
	return out;
}

static struct buf written(const struct story *story, const struct buf *before)
{
	struct buf out = { 0 };

	nightly_write(story, POSTMORTEM_MD, text_of(before), &out);
	return out;
}

static size_t times(const struct buf *text, const char *part)
{
	size_t count = 0;

	for (const char *at = buf_cstr(text); (at = strstr(at, part)); at += strlen(part))
		count++;
	return count;
}

static void the_same_record_written_again_changes_no_byte(void **state)
{
	struct two *two = *state;
	struct buf again = written(two->was.story, &two->file);

	assert_string_equal(buf_cstr(&again), buf_cstr(&two->file));
	buf_done(&again);
}

static void a_block_as_we_wrote_it_gives_way_to_the_new_one(void **state)
{
	struct two *two = *state;
	struct buf fresh = { 0 }, again = written(two->is.story, &two->file);

	nightly_write(two->is.story, POSTMORTEM_MD, str_of(""), &fresh);
	assert_string_equal(buf_cstr(&again), buf_cstr(&fresh));
	assert_int_equal(times(&again, "one thing more"), 1);
	buf_done(&fresh);
	buf_done(&again);
}

static void a_file_with_other_ends_of_lines_keeps_them(void **state)
{
	struct two *two = *state;
	struct buf dos = changed(&two->file, "\n", "\r\n"), again = written(two->is.story, &dos);
	struct buf fresh = { 0 }, wants;

	nightly_write(two->is.story, POSTMORTEM_MD, str_of(""), &fresh);
	wants = changed(&fresh, "\n", "\r\n");
	assert_string_equal(buf_cstr(&again), buf_cstr(&wants));
	buf_done(&dos);
	buf_done(&again);
	buf_done(&fresh);
	buf_done(&wants);
}

static void an_edited_block_stays_and_the_new_one_stands_after_it_once(void **state)
{
	struct two *two = *state;
	struct buf edited = changed(&two->file, "| ana is commander |", "| ana took it, sleepy |");
	struct buf again = written(two->is.story, &edited), third = written(two->is.story, &again);
	const char *mine = strstr(buf_cstr(&again), "sleepy");

	assert_non_null(mine);
	assert_non_null(strstr(mine, "one thing more"));
	assert_int_equal(times(&again, "<!-- binnacle:begin timeline "), 2);
	assert_string_equal(buf_cstr(&third), buf_cstr(&again));
	buf_done(&edited);
	buf_done(&again);
	buf_done(&third);
}

static void the_caller_hears_how_many_blocks_were_edited(void **state)
{
	struct two *two = *state;
	struct buf edited = changed(&two->file, "| ana is commander |", "| ana, sleepy |");
	struct buf both = changed(&edited, "## Action items", "## Actions!"), out = { 0 };
	struct pour pour;
	size_t kept = 99;

	pour_begin(&pour, nightly_gather, &out);
	assert_true(postmortem_markdown(two->is.story, text_of(&both), &pour, &kept));
	assert_true(pour_end(&pour));
	assert_int_equal(kept, 2);
	buf_done(&edited);
	buf_done(&both);
	buf_done(&out);
}

/* From the begin of a block to the end of it. */
static struct buf without(const struct buf *file, const char *name)
{
	char begin[64], end[64];
	struct buf out = { 0 };
	const char *from, *to;

	(void)snprintf(begin, sizeof(begin), "<!-- binnacle:begin %s ", name);
	(void)snprintf(end, sizeof(end), "<!-- binnacle:end %s -->", name);
	from = strstr(buf_cstr(file), begin);
	to = strstr(buf_cstr(file), end);
	assert_true(from && to);
	buf_add(&out, file->data, (size_t)(from - file->data));
	buf_text(&out, to + strlen(end));
	return out;
}

static void a_block_that_was_taken_out_stays_out_and_the_facts_say_so(void **state)
{
	struct two *two = *state;
	struct buf less = without(&two->file, "metrics"), least = without(&less, "actions");
	struct buf again = written(two->is.story, &least);

	assert_int_equal(times(&again, "binnacle:begin metrics"), 0);
	assert_int_equal(times(&again, "| Left out of this file | metrics, actions |"), 1);
	buf_done(&less);
	buf_done(&least);
	buf_done(&again);
}

static void a_block_in_a_fence_is_the_text_of_people(void **state)
{
	static const char quoted[] = "```text\n<!-- binnacle:begin facts sha256=0 -->\nx\n"
		"<!-- binnacle:end facts -->\n```\n\n## Summary";
	struct two *two = *state;
	struct buf edited = changed(&two->file, "## Summary", quoted);
	struct buf again = written(two->is.story, &edited);

	assert_int_equal(times(&again, quoted), 1);
	assert_int_equal(times(&again, "<!-- binnacle:begin facts "), 2);
	buf_done(&edited);
	buf_done(&again);
}

static void a_fence_that_is_never_closed_hides_nothing(void **state)
{
	struct two *two = *state;
	struct buf edited = changed(&two->file, "## Summary", "```\n## Summary");
	struct buf again = written(two->is.story, &edited);

	assert_int_equal(times(&again, "one thing more"), 1);
	buf_done(&edited);
	buf_done(&again);
}

static void edited_front_matter_stays_and_ours_follows_the_record(void **state)
{
	struct two *two = *state;
	struct night_event set = { .at = NIGHTLY_AT, .rec = WHEN_NEVER,
				   .kind = EVENT_POSTMORTEM_SET,
				   .data = "{\"new\":\"in review\",\"old\":\"draft\"}" };
	struct buf edited = changed(&two->file, "owner: \"ana\"", "owner: \"zoe\""), ours, theirs;
	struct nightly nightly;

	nightly_build(&nightly, NIGHTLY_OUTAGE, false);
	night_tell(&nightly.night, &set);
	story_free(nightly.story);
	nightly.story = nightly_story(nightly.night.history, false);
	ours = written(nightly.story, &two->file);
	theirs = written(nightly.story, &edited);
	assert_int_equal(times(&ours, "\nstatus: in review\n"), 1);
	assert_int_equal(times(&theirs, "\nstatus: draft\nowner: \"zoe\"\n"), 1);
	buf_done(&edited);
	buf_done(&ours);
	buf_done(&theirs);
	nightly_done(&nightly);
}

static void answers_are_what_people_wrote_and_not_our_questions(void **state)
{
	struct two *two = *state;
	struct buf one = changed(&two->file, "> What ended it, and how do we know?",
				 "We made *room* on the disk.\n\n- `df` said so\n");
	struct buf both = changed(&one, "> What should be done so again?",
				  "> What should be done so again?\n\nPausing &lt;cron&gt; \\# 1.");
	const char *answers[SECTION_COUNT];
	struct arena arena = { 0 };

	postmortem_answers(text_of(&both), &arena, answers);
	assert_null(answers[SECTION_SUMMARY]);
	assert_null(answers[SECTION_LUCK]);
	assert_string_equal(answers[SECTION_IMPACT], "About 340 payouts were late.\n\n"
			    "- none was lost\n- *nobody* was paid twice");
	assert_string_equal(answers[SECTION_RECOVERY],
			    "We made *room* on the disk.\n\n- `df` said so");
	assert_string_equal(answers[SECTION_WELL], "Pausing <cron> # 1.");
	arena_done(&arena);
	buf_done(&one);
	buf_done(&both);
}

static void an_answer_on_record_takes_the_place_of_a_question_only(void **state)
{
	struct two *two = *state;
	struct night_event answer = { .at = NIGHTLY_AT, .rec = WHEN_NEVER,
				      .kind = EVENT_POSTMORTEM_ANSWERED,
				      .data = "{\"name\":\"summary\",\"text\":\"# A full disk.\"}" };
	struct buf mine = changed(&two->file, "> What happened, in three", "Mine. In three");
	struct buf answered, kept;

	night_tell(&two->is.night, &answer);
	story_free(two->is.story);
	two->is.story = nightly_story(two->is.night.history, false);
	answered = written(two->is.story, &two->file);
	kept = written(two->is.story, &mine);
	assert_int_equal(times(&answered, "## Summary\n\n\\# A full disk.\n\n## Impact"), 1);
	assert_int_equal(times(&kept, "Mine. In three"), 1);
	assert_int_equal(times(&kept, "\n\\# A full disk."), 0);
	buf_done(&mine);
	buf_done(&answered);
	buf_done(&kept);
}

static void lengthen(struct nightly *nightly, size_t notes)
{
	struct night_event note = { .at = NIGHTLY_AT, .rec = WHEN_NEVER, .kind = EVENT_NOTE,
				    .data = "{\"text\":\"again\"}" };

	for (size_t i = 0; i < notes; i++)
		night_add(&nightly->night, &note);
	(void)history_fold(nightly->night.history);
	story_free(nightly->story);
	nightly->story = nightly_story(nightly->night.history, false);
}

static void a_long_timeline_grows_by_parts_and_one_taken_out_stays_out(void **state)
{
	struct two *two = *state;
	struct buf fresh = { 0 }, less, again;
	const char *third, *fourth;

	lengthen(&two->is, 2500);
	nightly_write(two->is.story, POSTMORTEM_MD, str_of(""), &fresh);
	assert_int_equal(times(&fresh, " of=3 -->"), 3);
	less = without(&fresh, "timeline-2");
	lengthen(&two->is, 1000);
	again = written(two->is.story, &less);
	third = strstr(buf_cstr(&again), "<!-- binnacle:begin timeline-3 ");
	fourth = strstr(buf_cstr(&again), "<!-- binnacle:begin timeline-4 ");
	assert_true(third && fourth && third < fourth);
	assert_int_equal(times(&again, "<!-- binnacle:begin timeline-2 "), 0);
	assert_int_equal(times(&again, "| Left out of this file | timeline-2 |"), 1);
	buf_done(&fresh);
	buf_done(&less);
	buf_done(&again);
}

static void a_long_timeline_is_folded_in_html_and_loses_no_event(void **state)
{
	struct two *two = *state;
	struct buf page = { 0 };

	lengthen(&two->is, 2500);
	nightly_write(two->is.story, POSTMORTEM_HTML, str_of(""), &page);
	assert_int_equal(times(&page, "<details"), 3);
	assert_int_equal(times(&page, "<details open>"), 1);
	assert_int_equal(times(&page, "<td>again</td>"), 2500);
	buf_done(&page);
}

/* --- any edits ------------------------------------------------------------------------- */

static unsigned dice;

static unsigned roll(unsigned sides)
{
	dice = dice * 1664525u + 1013904223u;
	return (dice >> 8) % sides;
}

/* Where a line begins, somewhere in the file. */
static size_t some_line(struct str file)
{
	size_t at = roll((unsigned)file.len + 1);

	while (at > 0 && file.p[at - 1] != '\n')
		at--;
	return at;
}

/* Of people: a line put in, a stretch taken out, a stretch moved, a byte changed. */
static struct buf edit(struct str file)
{
	static const char *const lines[] = {
		"a word of mine\n", "\n", "```\n", "~~~~\n", "# mine\n", "## Impact\n", "---\n",
		"<!-- mine -->\n", "<!-- binnacle:end timeline -->\n", "no end of line",
		"<!-- binnacle:begin facts sha256=00 -->\n", "> What happened?\r\n", "\xFF\xFE\n",
	};
	struct buf out = { 0 };
	size_t a = some_line(file), b = some_line(file), c = a < b ? a : b, d = a < b ? b : a;
	unsigned what = roll(4);

	buf_add(&out, file.p, c);
	if (what == 0)
		buf_text(&out, lines[roll(ARRAY_LEN(lines))]);
	if (what == 1 && d - c > 200)
		c += 200;
	else if (what == 1)
		c = d;
	if (what == 2) {
		buf_add(&out, file.p + d, file.len - d);
		buf_add(&out, file.p + c, d - c);
		return out;
	}
	if (what == 3 && c < file.len) {
		buf_char(&out, (char)('a' + roll(26)));
		c++;
	}
	buf_add(&out, file.p + c, file.len - c);
	return out;
}

/* Every piece that is not ours stands in the new file, in the old order. */
static void assert_kept(struct str before, struct str after)
{
	struct pieces pieces = { 0 };
	const char *at = after.p;

	sheet_split(before, &pieces);
	for (size_t i = 0; i < pieces.count; i++) {
		const struct piece *piece = &pieces.items[i];
		bool theirs = piece->kind == PIECE_HUMAN ||
			(piece->kind == PIECE_BLOCK && (!piece->ours || !piece->intact)) ||
			(piece->kind == PIECE_FRONT && !piece->intact);
		const char *found;

		if (!theirs)
			continue;
		found = memmem(at, after.len - (size_t)(at - after.p), piece->bytes.p,
			       piece->bytes.len);
		assert_non_null(found);
		at = found + piece->bytes.len;
	}
	pieces_done(&pieces);
}

static void whatever_people_edit_their_bytes_stay_and_copies_do_not_pile_up(void **state)
{
	struct two *two = *state;

	for (unsigned seed = 1; seed <= 300; seed++) {
		struct buf file = { 0 };
		struct buf again, third;

		buf_add(&file, two->file.data, two->file.len);
		dice = seed;
		for (unsigned i = 0; i <= seed % 5; i++) {
			struct buf next = edit(text_of(&file));

			buf_done(&file);
			file = next;
		}
		again = written(two->is.story, &file);
		assert_kept(text_of(&file), text_of(&again));
		third = written(two->is.story, &again);
		assert_int_equal(third.len, again.len);
		assert_memory_equal(buf_cstr(&third), buf_cstr(&again), again.len);
		buf_done(&file);
		buf_done(&again);
		buf_done(&third);
	}
}

#define GIVEN(test) cmocka_unit_test_setup_teardown(test, build, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		GIVEN(the_same_record_written_again_changes_no_byte),
		GIVEN(a_block_as_we_wrote_it_gives_way_to_the_new_one),
		GIVEN(a_file_with_other_ends_of_lines_keeps_them),
		GIVEN(an_edited_block_stays_and_the_new_one_stands_after_it_once),
		GIVEN(the_caller_hears_how_many_blocks_were_edited),
		GIVEN(a_block_that_was_taken_out_stays_out_and_the_facts_say_so),
		GIVEN(a_block_in_a_fence_is_the_text_of_people),
		GIVEN(a_fence_that_is_never_closed_hides_nothing),
		GIVEN(edited_front_matter_stays_and_ours_follows_the_record),
		GIVEN(answers_are_what_people_wrote_and_not_our_questions),
		GIVEN(an_answer_on_record_takes_the_place_of_a_question_only),
		GIVEN(a_long_timeline_grows_by_parts_and_one_taken_out_stays_out),
		GIVEN(a_long_timeline_is_folded_in_html_and_loses_no_event),
		GIVEN(whatever_people_edit_their_bytes_stay_and_copies_do_not_pile_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
