/*
 * Hostile text in every string that a backend sends. The fields are not listed here: each canned
 * answer is walked, and every string and key in it is a field. In one round every field holds
 * another payload of the corpus; after as many rounds as there are steps, each field has met every
 * class. The oracle is the raw byte stream, and the frame around the rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "tests/lib/canned.h"
#include "tests/lib/console.h"
#include "tests/lib/hostile.h"

static const char *const kinds[] = {"indexer", "horizon", "prometheus", "alertmanager", "grafana"};

struct stage {
	struct rig *rig;
	struct httpd *horizon;		/* of its own: this kind limits what its host is asked */
	struct screen *screen;
	char *bodies[CANNED_ANSWERS];	/* the mutated texts now served */
	const struct hostile *corpus;
	size_t corpus_count, next;
	struct buf metrics[2];
	size_t turn;
};

static struct str next_payload(struct stage *stage)
{
	do
		stage->next = (stage->next + 1) % stage->corpus_count;
	while (!stage->corpus[stage->next].utf8 || stage->corpus[stage->next].bytes.len > 4096);
	return stage->corpus[stage->next].bytes;
}

static json_t *next_text(void *arg)
{
	struct str payload = next_payload(arg);

	return json_stringn(payload.p, payload.len);
}

/* Keys stay, but each object gets a second member whose key is hostile too. */
static void add_keys(struct stage *stage, json_t *root)
{
	struct buf key = {0};
	json_t *value;
	size_t i;

	if (json_is_array(root)) {
		json_array_foreach(root, i, value)
			add_keys(stage, value);
	} else if (json_is_object(root)) {
		const char *name;

		json_object_foreach(root, name, value)
			add_keys(stage, value);
		struct str payload = next_payload(stage);
		buf_add(&key, payload.p, payload.len);
		json_object_set_new(root, buf_cstr(&key), json_string(HOSTILE_MARK));
		buf_done(&key);
	}
}

static void put_rule(struct stage *stage, const struct httpd_rule *rule)
{
	httpd_set(rig_httpd(stage->rig), rule);
	httpd_set(stage->horizon, rule);
}

/* Prometheus text: a payload in a comment, in a label and in a name. */
static void serve_metrics(struct stage *stage)
{
	struct httpd_rule rule = {.path = "/metrics", .type = "text/plain"};
	struct str payloads[] = {next_payload(stage), next_payload(stage), next_payload(stage)};

	buf_clear(&stage->metrics[stage->turn]);
	buf_fmt(&stage->metrics[stage->turn],
		"# HELP teachlink_indexer_errors_total %s\nteachlink_indexer_errors_total 1\n"
		"teachlink_indexer_last_processed_timestamp_seconds 1795311440\n"
		"teachlink_indexer_dependency_up{dependency=\"%s\"} 1\n%s 1\n",
		payloads[0].p, payloads[1].p, payloads[2].p);
	rule.body = str_sub(stage->metrics[stage->turn].data, stage->metrics[stage->turn].len);
	put_rule(stage, &rule);
	stage->turn = !stage->turn;	/* the text before may still be on its way */
}

static void serve(struct stage *stage, size_t answer, bool all)
{
	json_t *from = json_loads(canned_answers[answer].body, JSON_DECODE_ANY, NULL);
	struct httpd_rule rule = {.path = canned_answers[answer].path};

	assert_non_null(from);
	json_t *to = canned_change(from, all, next_text, stage);
	add_keys(stage, to);
	char *text = json_dumps(to, JSON_COMPACT);
	rule.body = str_of(text);
	put_rule(stage, &rule);
	free(stage->bodies[answer]);
	stage->bodies[answer] = text;
	json_decref(from);
	json_decref(to);
}

static void write_config(struct stage *stage)
{
	struct buf yaml = {0};
	struct err err = {0};
	unsigned port = rig_port(stage->rig);

	/* its own bell is off, so that any BEL on the wire is a foreign one */
	buf_text(&yaml, "version: 1\noperator: tester\nenvironment: stage\nui: {bell: []}\nsources:\n");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		buf_fmt(&yaml, "  %s: {kind: %s, url: \"http://127.0.0.1:%u\", every: 60s}\n", kinds[i],
			kinds[i], strcmp(kinds[i], "horizon") == 0 ? httpd_port(stage->horizon) : port);
	buf_fmt(&yaml, "  steady: {kind: http, url: \"http://127.0.0.1:%u/ok\", every: 60s}\n", port);
	if (!rig_write_config(stage->rig, buf_cstr(&yaml), &err))
		fail_msg("%s", err.text);
	buf_done(&yaml);
}

static int set_up(void **state)
{
	static struct stage stage;
	struct err err = {0};

	stage = (struct stage){0};
	stage.corpus = hostile_all(&stage.corpus_count);
	stage.rig = rig_new(RIG_HEALTHY, &err);
	if (!stage.rig)
		fail_msg("%s", err.text);
	stage.horizon = httpd_start(NULL, 0, &err);
	if (!stage.horizon)
		fail_msg("%s", err.text);
	write_config(&stage);
	for (size_t i = 0; i < CANNED_ANSWERS; i++) {
		struct httpd_rule rule = {.path = canned_answers[i].path, .body = str_of(canned_answers[i].body)};

		put_rule(&stage, &rule);
	}
	stage.screen = console_start(&(struct console_setup){
		.rig = stage.rig, .rows = 50, .cols = 160, .awaits = "steady",
	});
	*state = &stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;

	screen_free(stage->screen);
	rig_free(stage->rig);
	httpd_stop(stage->horizon);
	for (size_t i = 0; i < CANNED_ANSWERS; i++)
		free(stage->bodies[i]);
	buf_done(&stage->metrics[0]);
	buf_done(&stage->metrics[1]);
	return 0;
}

/* Ask everything anew and let the answers come in. */
static void ask_again(struct stage *stage)
{
	struct httpd *httpd = rig_httpd(stage->rig);
	size_t before = httpd_requests(httpd, "/api/v2/alerts");
	nsec deadline = nsec_now() + CONSOLE_PATIENCE * NSEC_PER_MSEC;

	assert_true(screen_key(stage->screen, "r"));
	while (httpd_requests(httpd, "/api/v2/alerts") == before && nsec_now() < deadline)
		screen_pump(stage->screen, 10);
	screen_settle(stage->screen, 150, CONSOLE_PATIENCE);
}

static void check_wire(struct stage *stage)
{
	const struct wire *wire = screen_wire(stage->screen);

	if (wire->foreign)
		console_fail(stage->screen, wire->foreign_text);
	assert_int_equal(wire->bells, 0);
	assert_null(strstr(wire->title, HOSTILE_MARK));
}

/* Nothing that came from a source may stand where the frame is. */
static void check_frame(struct stage *stage, const char *tab)
{
	struct screen *screen = stage->screen;

	if (!screen_row_has(screen, 0, "STAGE") || !screen_row_has(screen, 1, tab) ||
	    !screen_row_has(screen, 49, "keys"))
		console_fail(screen, "the frame was written over");
	if (screen_row_has(screen, 0, HOSTILE_MARK) || screen_row_has(screen, 1, HOSTILE_MARK) ||
	    screen_row_has(screen, 49, HOSTILE_MARK))
		console_fail(screen, "foreign text in the frame");
}

static bool visit_screens(struct stage *stage)
{
	static const struct { const char *key, *tab; } visits[] = {
		{"1", "[1 Now"}, {"G", "[1 Now"}, {"g", "[1 Now"}, {"7", "[7 Sources"}, {"G", "[7 Sources"},
	};
	bool marked = false;

	for (size_t i = 0; i < ARRAY_LEN(visits); i++) {
		assert_true(screen_key(stage->screen, visits[i].key));
		if (!screen_wait_text(stage->screen, visits[i].tab, CONSOLE_PATIENCE))
			console_fail(stage->screen, "a key did not reach its screen");
		screen_settle(stage->screen, 100, CONSOLE_PATIENCE);
		check_frame(stage, visits[i].tab);
		check_wire(stage);
		marked = marked || screen_find(stage->screen, HOSTILE_MARK, NULL);
	}
	/* the explanation of what is selected, and its details */
	assert_true(screen_key(stage->screen, "?"));
	screen_settle(stage->screen, 100, CONSOLE_PATIENCE);
	assert_true(screen_key(stage->screen, "Esc"));
	screen_settle(stage->screen, 100, CONSOLE_PATIENCE);
	assert_true(screen_key(stage->screen, "Enter"));
	screen_settle(stage->screen, 100, CONSOLE_PATIENCE);
	check_wire(stage);
	assert_true(screen_key(stage->screen, "Esc"));
	screen_settle(stage->screen, 100, CONSOLE_PATIENCE);
	return marked;
}

static void hostile_answers_draw_nothing_but_text(void **state)
{
	enum { ROUNDS = 24 };
	struct stage *stage = *state;
	size_t marked = 0;

	for (size_t round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < CANNED_ANSWERS; i++)
			serve(stage, i, round % 4 == 3);
		serve_metrics(stage);
		ask_again(stage);
		marked += visit_screens(stage);
	}
	/* the payloads did reach the screen, or all of this has shown nothing */
	assert_true(marked > ROUNDS / 2);
	if (!screen_find(stage->screen, "steady", NULL))
		console_fail(stage->screen, "a source that did nothing has vanished");
}

/* Bytes that are no JSON at all: what a decoder says of them must be harmless too. */
static void hostile_bodies_draw_nothing_but_text(void **state)
{
	enum { STEP = 12 };
	struct stage *stage = *state;

	for (size_t at = 0; at < stage->corpus_count; at += STEP) {
		for (size_t i = 0; i < CANNED_ANSWERS - 1; i++) {
			struct httpd_rule rule = {.path = canned_answers[i].path};

			rule.body = stage->corpus[(at + i) % stage->corpus_count].bytes;
			put_rule(stage, &rule);
		}
		ask_again(stage);
		check_frame(stage, "[1 Now");
		check_wire(stage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hostile_answers_draw_nothing_but_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hostile_bodies_draw_nothing_but_text, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
