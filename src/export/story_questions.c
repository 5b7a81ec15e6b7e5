/*
 * story_questions.c: what no one knows yet, one sentence each: what the record leaves open, and
 * what no instrument can tell.
 */
#include <stdarg.h>
#include <string.h>

#include "base/mem.h"
#include "export/story_inside.h"

void story_ask(struct story_build *build, const char *fmt, ...)
{
	struct story *story = build->story;
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	story->questions = mem_grow(story->questions, &build->question_cap,
				    story->question_count + 1, sizeof(*story->questions));
	story->questions[story->question_count++] =
		story_text(story, &story->arena, buf_cstr(&text), false, NULL);
	buf_done(&text);
}

static void ask_impact(struct story_build *build)
{
	const struct story_milestone *impact =
		&build->story->milestones[MILESTONE_IMPACT_STARTED];
	char at[WHEN_TEXT];

	if (impact->at == WHEN_NEVER) {
		story_ask(build, "When did users begin to feel it? The record does not say.");
	} else if (impact->source == STORY_ESTIMATE) {
		when_format(at, impact->at);
		story_ask(build, "Did users begin to feel it at %s? That is an estimate.", at);
	}
}

static void ask_attempt(struct story_build *build, const struct run_step *step,
			const struct attempt *attempt)
{
	char at[WHEN_TEXT];

	when_format(at, attempt->at);
	if (!attempt->ended || attempt->interrupted)
		story_ask(build, "What came of the command of step %s that was begun at %s by %s?",
			  step->id, at, attempt->by);
	else if (!attempt->judged && strcmp(attempt->how, "copied") == 0)
		story_ask(build, "Was the command of step %s that was copied at %s run elsewhere, "
			  "and did it work?", step->id, at);
	else if (!attempt->judged && strcmp(attempt->how, "not-run") != 0)
		story_ask(build, "Did the command of step %s at %s do what it should? Nobody "
			  "verified it.", step->id, at);
}

static void ask_runs(struct story_build *build)
{
	const struct incident *incident = build->story->incident;

	for (size_t i = 0; i < incident->run_count; i++) {
		const struct run *run = &incident->runs[i];

		for (size_t j = 0; j < run->step_count; j++) {
			for (size_t k = 0; k < run->steps[j].attempt_count; k++)
				ask_attempt(build, &run->steps[j], &run->steps[j].attempts[k]);
		}
	}
}

static void ask_deed(struct story_build *build, const char *name, const struct tx_deed *deed)
{
	char at[WHEN_TEXT];

	when_format(at, deed->at);
	if (!deed->judged)
		story_ask(build, "What came of %s of transaction %s, begun at %s by %s?", deed->how,
			  name, at, deed->by);
}

static void ask_txs(struct story_build *build)
{
	const struct incident *incident = build->story->incident;

	for (size_t i = 0; i < incident->tx_count; i++) {
		const struct incident_tx *tx = &incident->txs[i];
		const char *name = tx->hash[0] ? tx->hash : tx->id;

		if (!tx->dismissed && (!tx->diagnosed || verdict_fate(tx->verdict) == FATE_UNKNOWN))
			story_ask(build, "What became of transaction %s? There is no verdict.", name);
		for (size_t k = 0; k < tx->deed_count; k++)
			ask_deed(build, name, &tx->deeds[k]);
	}
}

static void ask_updates(struct story_build *build)
{
	const struct incident *incident = build->story->incident;

	for (size_t i = 0; i < incident->sent_count; i++) {
		const struct sent *sent = &incident->sent[i];
		char at[WHEN_TEXT];

		when_format(at, sent->at);
		for (size_t k = 0; k < sent->channel_count; k++) {
			if (!sent->channels[k].done)
				story_ask(build, "Did the update of %s reach %s?", at,
					  sent->channels[k].channel);
		}
	}
}

static void ask_silences(struct story_build *build)
{
	const struct incident *incident = build->story->incident;

	for (size_t i = 0; i < incident->alert_count; i++) {
		if (incident->alerts[i].silence == SILENCE_ASKED)
			story_ask(build, "Was the silence of %s ever set? It was asked for.",
				  incident->alerts[i].name);
	}
}

static void ask_money(struct story_build *build)
{
	const struct story *story = build->story;

	for (size_t i = 0; i < story->money_count; i++) {
		const struct story_money *money = &story->money[i];

		if (!money->before)
			story_ask(build, "How much %s was at risk at the declaration?", money->asset);
		if (!money->after)
			story_ask(build, "How much %s was at risk at the end?", money->asset);
	}
}

static void ask_sections(struct story_build *build)
{
	static const char *const questions[] = {
#define X(sym, key, heading, question) [SECTION_##sym] = heading ": " question,
		POSTMORTEM_SECTIONS(X)
#undef X
	};

	for (int i = 0; i < SECTION_COUNT; i++) {
		if (!build->story->incident->aftermath.answers[i].text)
			story_ask(build, "%s", questions[i]);
	}
}

static void ask_rest(struct story_build *build)
{
	const struct incident *incident = build->story->incident;

	if (incident->conflict.text[0])
		story_ask(build, "Which one counts? %s", incident->conflict.text);
	if (incident->unknown_count > 0)
		story_ask(build, "What do %zu events say that this version does not know?",
			  incident->unknown_count);
}

/* Everybody is told what people wrote, not what they do not know. */
void story_put_questions(struct story_build *build)
{
	if (build->story->in.public_) {
		build->story->question_count = 0;
		return;
	}
	ask_impact(build);
	ask_runs(build);
	ask_txs(build);
	ask_money(build);
	ask_updates(build);
	ask_silences(build);
	ask_rest(build);
	ask_sections(build);
}
