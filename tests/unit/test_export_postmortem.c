/* A recorded incident in every format, byte for byte, and what must hold of all of them. */
#include "tests/lib/nightly.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/golden.h"

static const struct {
	const char *name;
	enum nightly_kind kind;
	bool public_;
} exports[] = {
	{ "outage", NIGHTLY_OUTAGE, false },
	{ "outage-public", NIGHTLY_OUTAGE, true },
	{ "drill", NIGHTLY_DRILL, false },
};

static void the_recorded_incident_reads_as_it_always_did(void **state)
{
	bool same = true;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(exports); i++) {
		struct nightly nightly;

		nightly_build(&nightly, exports[i].kind, exports[i].public_);
		for (int k = 0; k < POSTMORTEM_FORMAT_COUNT; k++) {
			enum postmortem_format format = (enum postmortem_format)k;
			struct buf out = { 0 };
			char name[96];

			nightly_write(nightly.story, format, str_of(""), &out);
			(void)snprintf(name, sizeof(name), "record-%s-%s", exports[i].name,
				       postmortem_file(format));
			same &= golden_same(name, str_sub(out.data, out.len));
			buf_done(&out);
		}
		nightly_done(&nightly);
	}
	assert_true(same);
}

static bool has_word(struct str text, const char *word)
{
	const char *end = text.p + text.len;
	size_t len = strlen(word);

	for (const char *at = text.p; (at = memmem(at, (size_t)(end - at), word, len)); at++) {
		if ((at == text.p || !isalnum((unsigned char)at[-1])) &&
		    (at + len == end || !isalnum((unsigned char)at[len])))
			return true;
	}
	return false;
}

static size_t words_in(const struct story *story, enum postmortem_format format,
		       const char *const *words, size_t count)
{
	struct buf out = { 0 };
	size_t found = 0;

	nightly_write(story, format, str_of(""), &out);
	for (size_t i = 0; i < count; i++) {
		bool has = has_word(str_sub(buf_cstr(&out), out.len), words[i]);

		if (has)
			print_message("%s: %s\n", postmortem_file(format), words[i]);
		found += has;
	}
	buf_done(&out);
	return found;
}

/* Of people, hosts, components, commands, steps, notes and tickets: all are for the house. */
static const char *const inside[] = {
	"indexer, api",
	"ana", "ben", "ops-1", "idx-1", "db-7", "ssh", "sudo", "old-wal", "cron", "OPS-311",
	"free-disk", "catches", "probe",
};

static void the_public_reads_no_name_no_host_and_no_command_in_any_format(void **state)
{
	struct nightly all, public_;

	(void)state;
	nightly_build(&all, NIGHTLY_OUTAGE, false);
	nightly_build(&public_, NIGHTLY_OUTAGE, true);
	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++) {
		enum postmortem_format format = (enum postmortem_format)i;

		assert_int_equal(words_in(public_.story, format, inside, ARRAY_LEN(inside)), 0);
	}
	assert_int_equal(words_in(all.story, POSTMORTEM_MD, inside, ARRAY_LEN(inside)),
			 ARRAY_LEN(inside));
	nightly_done(&all);
	nightly_done(&public_);
}

static void a_drill_has_its_watermark_and_an_outage_has_none(void **state)
{
	static const char *const mark[] = { "DRILL - not production" };
	struct nightly drill, outage;

	(void)state;
	nightly_build(&drill, NIGHTLY_DRILL, false);
	nightly_build(&outage, NIGHTLY_OUTAGE, false);
	assert_int_equal(words_in(drill.story, POSTMORTEM_MD, mark, 1), 1);
	assert_int_equal(words_in(drill.story, POSTMORTEM_HTML, mark, 1), 1);
	assert_int_equal(words_in(drill.story, POSTMORTEM_TEXT, mark, 1), 1);
	assert_int_equal(words_in(drill.story, POSTMORTEM_JSON, mark, 1), 1);
	assert_int_equal(words_in(outage.story, POSTMORTEM_JSON, mark, 1), 0);
	assert_int_equal(words_in(outage.story, POSTMORTEM_TEXT, mark, 1), 0);
	assert_int_equal(words_in(outage.story, POSTMORTEM_MD, mark, 1), 0);
	assert_int_equal(words_in(outage.story, POSTMORTEM_HTML, mark, 1), 0);
	nightly_done(&drill);
	nightly_done(&outage);
}

static void two_exports_are_the_same_to_the_byte(void **state)
{
	struct nightly first, second;

	(void)state;
	nightly_build(&first, NIGHTLY_OUTAGE, false);
	nightly_build(&second, NIGHTLY_OUTAGE, false);
	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++) {
		struct buf a = { 0 }, b = { 0 };

		nightly_write(first.story, (enum postmortem_format)i, str_of(""), &a);
		nightly_write(second.story, (enum postmortem_format)i, str_of(""), &b);
		assert_string_equal(buf_cstr(&a), buf_cstr(&b));
		buf_done(&a);
		buf_done(&b);
	}
	nightly_done(&first);
	nightly_done(&second);
}

static bool full_disk(void *arg, struct str bytes)
{
	size_t *calls = arg;

	(void)bytes;
	(*calls)++;
	return false;
}

static void a_full_disk_is_reported_and_asked_no_more(void **state)
{
	struct nightly nightly;
	size_t kept;

	(void)state;
	nightly_build(&nightly, NIGHTLY_OUTAGE, false);
	for (int i = 0; i < 2; i++) {
		struct pour pour;
		size_t calls = 0;
		bool ok;

		pour_begin(&pour, full_disk, &calls);
		ok = i ? postmortem_html(nightly.story, &pour) :
			 postmortem_markdown(nightly.story, str_of(""), &pour, &kept);
		ok = pour_end(&pour) && ok;
		assert_false(ok);
		assert_int_equal(calls, 1);
	}
	nightly_done(&nightly);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_recorded_incident_reads_as_it_always_did),
		cmocka_unit_test(the_public_reads_no_name_no_host_and_no_command_in_any_format),
		cmocka_unit_test(a_drill_has_its_watermark_and_an_outage_has_none),
		cmocka_unit_test(two_exports_are_the_same_to_the_byte),
		cmocka_unit_test(a_full_disk_is_reported_and_asked_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
