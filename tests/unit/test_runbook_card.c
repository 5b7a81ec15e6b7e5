#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "runbook/card.h"

struct reading {
	struct arena arena;
	struct troubles troubles;
	struct card card;
	struct buf said;
};

static void start(struct reading *r, const char *path, const char *text)
{
	*r = (struct reading){ 0 };
	r->troubles.arena = &r->arena;
	card_read(path, str_of(text), &r->arena, &r->card, &r->troubles);
	card_hash(&r->card, str_of(text));
	troubles_write(&r->troubles, &r->said);
}

static void done(struct reading *r)
{
	buf_done(&r->said);
	arena_done(&r->arena);
}

static const char whole[] =
	"---\n"
	"binnacle: 1\n"
	"id: db-failover\n"
	"title: Database failover\n"
	"summary: The primary is gone.\n"
	"severity: SEV1\n"
	"components: [db, api]\n"
	"alerts: [DbDown, {alertname: DbSlow, service: db, team: x}]\n"
	"owner: platform\n"
	"escalation:\n"
	"  - {to: on-call lead, after: 30m, via: pager}\n"
	"  - {to: leadership, after: 1h}\n"
	"rto: 30m\n"
	"rpo: 1m\n"
	"tags: [postgres]\n"
	"last_reviewed_on: 2026-10-01\n"
	"review_in: 13w\n"
	"reviewed_by: [ada]\n"
	"params:\n"
	"  DB_HOST: {type: string, from: \"env:DB_HOST\", pattern: \"[a-z0-9.-]+\", help: where}\n"
	"  MODE: {type: choice, choices: [fast, safe], default: safe, required: false}\n"
	"---\n"
	"# Not the title\n";

static void every_key_of_a_front_matter_is_read(void **state)
{
	struct reading r;
	const struct card *c = &r.card;

	(void)state;
	start(&r, "books/db-failover.md", whole);
	assert_string_equal(buf_cstr(&r.said), "");
	assert_true(c->native);
	assert_string_equal(c->stem, "db-failover");
	assert_string_equal(c->id, "db-failover");
	assert_string_equal(c->title, "Database failover");
	assert_string_equal(c->summary, "The primary is gone.");
	assert_string_equal(c->owner, "platform");
	assert_int_equal(c->severity, 1);
	assert_int_equal(c->components.count, 2);
	assert_string_equal(c->components.items[1], "api");
	assert_int_equal(c->alert_count, 2);
	assert_string_equal(c->alerts[0].name, "DbDown");
	assert_int_equal(c->alerts[0].labels.count, 0);
	assert_string_equal(c->alerts[1].name, "DbSlow");
	assert_int_equal(c->alerts[1].labels.count, 2);
	assert_string_equal(c->alerts[1].labels.items[0].name, "service");
	assert_string_equal(c->alerts[1].labels.items[0].value, "db");
	assert_int_equal(c->escalation_count, 2);
	assert_string_equal(c->escalations[0].to, "on-call lead");
	assert_string_equal(c->escalations[0].via, "pager");
	assert_int_equal(c->escalations[1].after, WHEN_HOUR);
	assert_string_equal(c->escalations[1].via, "");
	assert_int_equal(c->rto, 30 * WHEN_MINUTE);
	assert_int_equal(c->rpo, WHEN_MINUTE);
	assert_int_equal(c->tags.count, 1);
	assert_int_equal(c->reviewed_by.count, 1);
	assert_int_equal(c->review_in, 91 * WHEN_DAY);
	assert_int_equal(card_review_due(c), c->reviewed_at + 91 * WHEN_DAY);
	assert_int_equal(c->param_count, 2);
	assert_string_equal(c->params[0].name, "DB_HOST");
	assert_string_equal(c->params[0].from, "env:DB_HOST");
	assert_string_equal(c->params[0].help, "where");
	assert_true(c->params[0].required);
	assert_int_equal(c->params[0].line, 20);
	assert_int_equal(c->params[1].type, PARAM_CHOICE);
	assert_int_equal(c->params[1].choices.count, 2);
	assert_string_equal(c->params[1].def, "safe");
	assert_false(c->params[1].required);
	done(&r);
}

#define FRONT(text) "---\nbinnacle: 1\n" text "\n---\n"

static void what_is_wrong_is_said_with_its_place_and_a_way_out(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ FRONT("titel: x"), "b.md:3:1: warning: there is no key 'titel' [R004]\n"
		  "   did you mean 'title'?\n" },
		{ FRONT("escalation: [{to: a, afetr: 3m}]"),
		  "b.md:3:22: warning: there is no key 'afetr' under escalation [R004]\n"
		  "   did you mean 'after'?\n" },
		{ FRONT("escalation: [{after: 3m}]"),
		  "b.md:3:14: error: an escalation that does not say to whom [R013]\n"
		  "   write {to: NAME, after: 30m, via: pager}\n" },
		{ FRONT("params: {A: {typ: int}}"),
		  "b.md:3:14: warning: there is no key 'typ' under params [R004]\n"
		  "   did you mean 'type'?\n" },
		{ FRONT("params: {A: {type: strnig}}"),
		  "b.md:3:20: error: there is no type 'strnig' [R013]\n   did you mean 'string'?\n" },
		{ FRONT("params: {PATH: {type: string}}"),
		  "b.md:3:10: error: PATH means something to a shell: choose another name [R013]\n" },
		{ FRONT("params: {LD_PRELOAD: {type: string}}"), "b.md:3:10: error: LD_PRELOAD means "
		  "something to a shell: choose another name [R013]\n" },
		{ FRONT("params: {a-b: {type: string}}"), "b.md:3:10: error: 'a-b' is no name of a "
		  "variable: letters, digits and '_' make one [R013]\n" },
		{ FRONT("params: {A: {type: secret, default: hunter2}}"), "b.md:3:13: error: the secret "
		  "A has a default, which everybody can read [R023]\n   name a place: from: "
		  "\"env:NAME\"\n" },
		{ FRONT("params: {A: {type: int, default: x}}"),
		  "b.md:3:13: error: the default of A: it is no whole number [R013]\n" },
		{ FRONT("params: {A: {type: choice}}"), "b.md:3:13: error: A is a choice and has no "
		  "choices [R013]\n   write choices: [one, two]\n" },
		{ FRONT("params: {A: {from: \"vault:x\"}}"), "b.md:3:20: error: from: there is no such "
		  "place as 'vault:x' [R013]\n   it begins with one of: env:, config:, alert:, "
		  "selected:, incident:\n" },
		{ FRONT("params: {A: {pattern: \"(\"}}"), NULL },
		{ FRONT("params: {A: {required: maybe}}"), "b.md:3:24: error: required: true or false "
		  "is wanted, not 'maybe' [R013]\n" },
		{ FRONT("severity: SEV4"),
		  "b.md:3:11: error: severity: SEV1, SEV2 or SEV3 is wanted, not 'SEV4' [R013]\n" },
		{ FRONT("id: Db Failover"), "b.md:3:5: error: id: 1 to 64 of a-z, 0-9 and '-' is "
		  "wanted, not 'Db Failover' [R013]\n" },
		{ FRONT("rto: soon"), "b.md:3:6: error: rto: \"soon\" is no duration: write a number "
		  "and a unit of ms, s, m, h or d, as in 1h30m [R013]\n" },
		{ FRONT("last_reviewed_on: 1.2.2026"), "b.md:3:19: error: last_reviewed_on: a day as in "
		  "2026-11-22 is wanted, not '1.2.2026' [R013]\n" },
		{ FRONT("alerts: [{service: x}]"), "b.md:3:10: error: an alert without its name [R013]\n"
		  "   write {alertname: NAME, label: value}\n" },
		{ FRONT("title: [a, b]"), "b.md:3:8: error: title: one text is wanted, not [...] "
		  "[R013]\n" },
		{ FRONT("tags: {a: b}"), "b.md:3:7: error: tags: a list is wanted, not {...} [R013]\n" },
		{ "---\nbinnacle: 2\n---\n", "b.md:2:11: error: binnacle: 1, the only format there is "
		  "is wanted, not '2' [R013]\n" },
		{ FRONT("title: a: b"), NULL },
		{ FRONT("title: *x"), NULL },
		{ FRONT("title: x\ntitle: y"), "b.md:4:1: error: duplicate key 'title' [R003]\n"
		  "   it stands in line 2 already\n" },
		{ "---\nbinnacle: 1\ntitle: x\n\n# Steps\n", "b.md:1:1: error: the front matter is not "
		  "closed [R003]\n   end it with a line '---'\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reading r;

		start(&r, "b.md", cases[i].text);
		assert_true(r.card.native);
		assert_true(r.troubles.count > 0);
		if (cases[i].said)
			assert_string_equal(buf_cstr(&r.said), cases[i].said);
		assert_null(strstr(buf_cstr(&r.said), "hunter2"));
		done(&r);
	}
}

static void nothing_is_wrong_with_the_front_matter_of_others(void **state)
{
	static const struct {
		const char *path, *text, *title, *id;
	} cases[] = {
		{ "x/Kube Pod.md", "---\nlayout: page\ntitle: Pods\n---\n# T\n", "Pods", "Kube-Pod" },
		{ "x/a.md", "+++\ntitle = \"Hugo\"\nweight = 3\n+++\n# T\n", "Hugo", "a" },
		{ "x/a.md", "---\nweight: 3\n---\n# The `real` **T** #\n", "The real T", "a" },
		{ "x/a.md", "---\n{ not: yaml\n---\n# T\n", "T", "a" },
		{ "x/a.md", "---\n\ntext\n", "a", "a" },
		{ "x/a.md", "\xef\xbb\xbf# T <!-- hm -->\n", "T", "a" },
		{ "x/a.md", "Over\n====\n", "Over", "a" },
		{ "x/a.md", "```\n# no\n```\n# yes\n", "yes", "a" },
		{ "x/a.md", "## Symptoms\n", "a", "a" },
		{ "x/a.markdown", "", "a", "a" },
		{ "x/\x1b[2J.md", "", "^[[2J", "---2J" },
		{ "x/.md", "", ".md", ".md" },
		{ "", "", "", "runbook" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reading r;

		start(&r, cases[i].path, cases[i].text);
		assert_false(r.card.native);
		assert_int_equal(r.troubles.count, 0);
		assert_string_equal(r.card.title, cases[i].title);
		assert_string_equal(r.card.id, cases[i].id);
		assert_int_equal(card_review_due(&r.card), WHEN_NEVER);
		done(&r);
	}
}

static void a_value_fits_its_type_or_a_sentence_says_why(void **state)
{
	static const char *const words[] = { "fast", "safe" };
	static const struct param text = { .name = "A", .pattern = "", .required = true };
	static const struct param host = { .name = "A", .pattern = "[a-z]+", .required = true };
	static const struct param free_ = { .name = "A", .pattern = "" };
	static const struct param whole_ = { .type = PARAM_INT, .pattern = "", .required = true };
	static const struct param wait = { .type = PARAM_DURATION, .pattern = "", .required = true };
	static const struct param url = { .type = PARAM_URL, .pattern = "", .required = true };
	static const struct param mode = { .type = PARAM_CHOICE, .pattern = "", .required = true,
					   .choices = { words, 2 } };
	static const struct param secret = { .type = PARAM_SECRET, .pattern = "", .required = true };
	static const struct param account = { .type = PARAM_ACCOUNT, .pattern = "" };
	static const struct param hash = { .type = PARAM_TX_HASH, .pattern = "" };
	static const struct {
		const struct param *param;
		const char *value;
		bool fits;
	} cases[] = {
		{ &text, "a b; $(x)", true }, { &text, "", false }, { &text, "-rf", false },
		{ &text, "a\nb", false }, { &text, "\xe2\x80\xae", false }, { &text, "\xff", false },
		{ &free_, "", true }, { &host, "db", true }, { &host, "db;", false },
		{ &host, "a\nb", false }, { &whole_, "-3", true }, { &whole_, "3x", false },
		{ &whole_, "0x3", false }, { &wait, "10s", true }, { &wait, "10", false },
		{ &url, "https://a.b:1/c?d=e", true }, { &url, "http://h", true },
		{ &url, "javascript:x", false }, { &url, "https://", false },
		{ &url, "https:///x", false }, { &url, "https://a/$(id)", false },
		{ &url, "https://a/'x", false }, { &url, "file:///etc/passwd", false },
		{ &mode, "safe", true }, { &mode, "Safe", false }, { &secret, "a\nb\x1b", true },
		{ &account, "GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7", true },
		{ &account, "SAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7", false },
		{ &account, "GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN", false },
		{ &account, "GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN1", false },
		{ &hash, "0123456789abcdefABCDEF6789abcdef0123456789abcdef0123456789abcdef", true },
		{ &hash, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", false },
		{ &hash, "g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };
		bool fits = param_fits(cases[i].param, cases[i].value, &err);

		if (fits != cases[i].fits)
			fail_msg("'%s': %s", cases[i].value, err.text);
		assert_true(fits || *err.text);
	}
}

static void a_secret_that_does_not_fit_is_not_repeated(void **state)
{
	static const struct param secret = { .type = PARAM_SECRET, .pattern = "[0-9]+",
					     .required = true };
	struct err err = { 0 };

	(void)state;
	assert_false(param_fits(&secret, "hunter2", &err));
	assert_null(strstr(err.text, "hunter2"));
}

static void a_card_knows_the_bytes_of_its_file(void **state)
{
	struct reading r;

	(void)state;
	start(&r, "a.md", "hello\n");
	assert_string_equal(r.card.blob, "ce013625030ba8dba906f756967f9e9ca394464a");
	assert_string_equal(r.card.sha256,
			    "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
	done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_of_a_front_matter_is_read),
		cmocka_unit_test(what_is_wrong_is_said_with_its_place_and_a_way_out),
		cmocka_unit_test(nothing_is_wrong_with_the_front_matter_of_others),
		cmocka_unit_test(a_value_fits_its_type_or_a_sentence_says_why),
		cmocka_unit_test(a_secret_that_does_not_fit_is_not_repeated),
		cmocka_unit_test(a_card_knows_the_bytes_of_its_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
