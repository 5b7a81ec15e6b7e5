/*
 * recovery_parts.c: artifacts, counts, smoke tests, and the rest of a verification; see recovery.h.
 */
#include "app/recovery.h"

#include <string.h>

#include "backends/stellar_rpc.h"
#include "base/json.h"

enum { WHY = 256 };

static msec timeout_of(const struct recovery *recovery)
{
	return recovery->ask.work->timeout;
}

/* A sentence that one of the judges wrote; drops it. */
static void fail_with(struct recovery *recovery, struct buf *sentence)
{
	recovery_fail(recovery, "%s", buf_cstr(sentence));
	buf_done(sentence);
}

/* --- artifacts ------------------------------------------------------------------------------- */

void recovery_artifacts(struct recovery *recovery)
{
	struct verification *out = &recovery->out;
	struct buf sentence = { 0 };
	struct err err = { 0 };

	if (!out->backup)
		return;
	if (!manifest_holds(&recovery->manifest))
		recovery_fail(recovery, "integrity: integrity_hash of the manifest is not that of "
			      "its artifacts");
	if (!artifacts_compare(recovery->set->artifacts, &recovery->manifest, 0, &recovery->arena,
			       &recovery->artifacts, &out->artifact_count, &err))
		recovery_fail(recovery, "integrity: %s", err.text);
	out->artifacts = arena_array(&recovery->arena, out->artifact_count + 1,
				     sizeof(*out->artifacts));
	for (size_t i = 0; i < out->artifact_count; i++) {
		out->artifacts[i] = recovery->artifacts[i].seen;
		if (recovery_artifact_failure(&recovery->artifacts[i], &sentence))
			fail_with(recovery, &sentence);
	}
}

/* --- counts ---------------------------------------------------------------------------------- */

/* Why a number could not be had is told besides. */
static void settle_count(struct recovery *recovery, struct verified_count *count,
			 const char *golden, const char *why)
{
	struct buf sentence = { 0 };

	if (!golden)
		golden = arena_fmt(&recovery->arena, "counts.%s", count->name);
	count->golden_known = recovery_golden(str_sub(buf_cstr(&recovery->golden),
						      recovery->golden.len), golden,
					      &count->golden);
	recovery_compare(count);
	if (!recovery_count_failure(count, &sentence))
		return;
	if (why[0] && count->golden_known)
		buf_fmt(&sentence, ": %s", why);
	fail_with(recovery, &sentence);
}

static void count_rows(struct recovery *recovery, const struct count_settings *set)
{
	struct verified_count *count = &recovery->out.counts[recovery->out.count_count++];
	struct recovery_answer answer = { 0 };

	*count = (struct verified_count){ .name = set->name, .tolerance = set->tolerance };
	recovery_sql(&recovery->ask, recovery->set->source, set->query, false,
		     timeout_of(recovery), &answer);
	count->restored_known = answer.well &&
		recovery_number(str_of(buf_cstr(&answer.body)), &count->restored);
	if (answer.well && !count->restored_known)
		str_put(answer.why, sizeof(answer.why), "it is no whole number");
	settle_count(recovery, count, set->golden, answer.why);
	recovery_answer_done(&answer);
}

static void reconcile(struct recovery *recovery, const struct reconcile_settings *set)
{
	struct verified_count *count = &recovery->out.counts[recovery->out.count_count++];
	struct recovery_answer answer = { 0 };

	*count = (struct verified_count){ .name = set->name, .tolerance = set->tolerance };
	recovery_url(&recovery->ask, set->url, NULL, timeout_of(recovery), &answer);
	count->restored_known = answer.well &&
		recovery_golden(str_sub(buf_cstr(&answer.body), answer.body.len), set->path,
				&count->restored);
	if (answer.well && !count->restored_known)
		str_put(answer.why, sizeof(answer.why), "the answer has no number there");
	settle_count(recovery, count, set->golden, answer.why);
	recovery_answer_done(&answer);
}

void recovery_counts(struct recovery *recovery)
{
	const struct recovery_settings *set = recovery->set;
	const struct reconcile_settings *urls = set->reconcile.data;
	const struct count_settings *queries = set->counts.data;

	recovery->out.counts = arena_array(&recovery->arena,
					   set->counts.count + set->reconcile.count + 1,
					   sizeof(*recovery->out.counts));
	for (size_t i = 0; i < set->counts.count; i++)
		count_rows(recovery, &queries[i]);
	for (size_t i = 0; i < set->reconcile.count; i++)
		reconcile(recovery, &urls[i]);
}

/* --- smoke tests ----------------------------------------------------------------------------- */

/* A question about how things are changes nothing; all else is thought to. */
static const char *skip_reason(const struct recovery *recovery, const struct smoke_settings *set)
{
	bool changes = set->kind == SMOKE_WRITE || set->kind == SMOKE_SYNTHETIC || set->body ||
		       set->command.count > 0;

	if (set->kind == SMOKE_WRITE && !recovery->armed)
		return "a write needs --armed";
	if (changes && recovery->ask.work->settings.read_only)
		return "read-only: nothing outside is changed";
	return NULL;
}

static void try_smoke(struct recovery *recovery, const struct smoke_settings *set,
		      struct recovery_answer *answer)
{
	msec timeout = timeout_of(recovery);

	if (set->url)
		recovery_url(&recovery->ask, set->url, set->body, timeout, answer);
	else if (set->query)
		recovery_sql(&recovery->ask, recovery->set->source, set->query,
			     set->kind == SMOKE_WRITE, timeout, answer);
	else
		recovery_command(&recovery->ask, &set->command, timeout, answer);
	if (answer->well && set->url &&
	    recovery_body_is_error(str_sub(buf_cstr(&answer->body), answer->body.len), answer->why,
				   sizeof(answer->why)))
		answer->well = false;
	if (answer->well && set->expect &&
	    !str_has(str_sub(buf_cstr(&answer->body), answer->body.len), set->expect)) {
		str_put(answer->why, sizeof(answer->why), "what it answers is not as expected");
		answer->well = false;
	}
}

static const char *target_of(struct recovery *recovery, const struct smoke_settings *set)
{
	const char *what = set->url ? set->url : set->query ? set->query : set->command.items[0];

	return recovery_text(recovery, str_of(what));
}

static void run_smoke(struct recovery *recovery, const struct smoke_settings *set)
{
	struct verified_smoke *smoke = &recovery->out.smokes[recovery->out.smoke_count++];
	struct recovery_answer answer = { 0 };

	*smoke = (struct verified_smoke){
		.name = set->name, .kind = recovery_smoke_word((enum recovery_smoke)set->kind),
		.target = target_of(recovery, set), .took = WHEN_NEVER, .at = WHEN_NEVER,
		.skipped = skip_reason(recovery, set),
	};
	if (smoke->skipped)
		return;
	try_smoke(recovery, set, &answer);
	smoke->pass = answer.well ? TRI_YES : TRI_NO;
	smoke->took = answer.took;
	smoke->at = answer.at;
	if (set->url)
		smoke->status_code = recovery_text(recovery, str_of(answer.code));
	if (!answer.well)
		recovery_fail(recovery, "smoke test %s: %s", set->name, answer.why);
	recovery_answer_done(&answer);
}

void recovery_smoke(struct recovery *recovery)
{
	const struct smoke_settings *smoke = recovery->set->smoke.data;
	size_t count = recovery->set->smoke.count;

	recovery->out.smokes = arena_array(&recovery->arena, count + 1,
					   sizeof(*recovery->out.smokes));
	for (size_t i = 0; i < count; i++)
		run_smoke(recovery, &smoke[i]);
}

/* --- newest data, release, chain ------------------------------------------------------------- */

static void ask_data_until(struct recovery *recovery)
{
	struct recovery_answer answer = { 0 };

	if (!recovery->set->data_until)
		return;
	recovery_sql(&recovery->ask, recovery->set->source, recovery->set->data_until, false,
		     timeout_of(recovery), &answer);
	if (!answer.well)
		recovery_fail(recovery, "data_until: %s", answer.why);
	else if (!recovery_time(str_of(buf_cstr(&answer.body)), &recovery->out.data_until))
		recovery_fail(recovery, "data_until: what came back is no time");
	recovery_answer_done(&answer);
}

static void ask_release(struct recovery *recovery)
{
	const char *wanted = recovery->manifest.backup.release_tag, *runs;
	struct recovery_answer answer = { 0 };
	struct str rest, line = { 0 };

	if (recovery->set->release_command.count == 0 || !recovery->out.backup)
		return;
	recovery_command(&recovery->ask, &recovery->set->release_command, timeout_of(recovery),
			 &answer);
	rest = str_trim(str_of(buf_cstr(&answer.body)));
	str_cut(&rest, '\n', &line);
	runs = recovery_text(recovery, str_trim(line));
	if (!answer.well)
		recovery_fail(recovery, "release: which one runs is not known: %s", answer.why);
	else if (!wanted)
		recovery_fail(recovery, "release: the manifest has no release_tag");
	else if (strcmp(runs, wanted) != 0)
		recovery_fail(recovery, "release: %s runs, the backup was made with %s", runs, wanted);
	recovery_answer_done(&answer);
}

/* The newest ledgers of the chain that one call looks through. */
static bool ask_emitted(struct recovery *recovery, const char *name, struct verified_chain *out)
{
	enum { LOOK_BACK = 9000 };
	static const char health[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getHealth\"}";
	const struct settings *settings = &recovery->ask.work->settings;
	const struct stellar_rpc_config *config = NULL;
	struct recovery_answer answer = { 0 };
	int64_t latest = 0, oldest = 1;
	struct buf ask = { 0 };
	bool found = false;

	for (size_t i = 0; i < settings->sources.count; i++)
		if (!strcmp(settings_source(settings, i)->name, name))
			config = (const void *)settings_source(settings, i);
	if (!config || !config->contract)
		return false;
	recovery_post(&recovery->ask, name, health, timeout_of(recovery), &answer);
	if (recovery_golden(str_of(buf_cstr(&answer.body)), "result.latestLedger", &latest)) {
		recovery_golden(str_of(buf_cstr(&answer.body)), "result.oldestLedger", &oldest);
		recovery_events_ask(&ask, config->contract,
				    latest - LOOK_BACK > oldest ? latest - LOOK_BACK : oldest);
		recovery_post(&recovery->ask, name, buf_cstr(&ask), timeout_of(recovery), &answer);
		found = recovery_emitted(str_of(buf_cstr(&answer.body)),
					 recovery->manifest.backup.backup_id, &recovery->arena, out);
	}
	buf_done(&ask);
	recovery_answer_done(&answer);
	return found;
}

static bool ask_listed(struct recovery *recovery, const char *url, struct verified_chain *out)
{
	struct recovery_answer answer = { 0 };
	bool found;

	recovery_url(&recovery->ask, url, NULL, timeout_of(recovery), &answer);
	found = answer.well && recovery_listed(str_of(buf_cstr(&answer.body)),
					       recovery->manifest.backup.backup_id,
					       &recovery->arena, out);
	recovery_answer_done(&answer);
	return found;
}

/* What the chain says counts; whether the indexer has it too is told besides. */
static void ask_chain(struct recovery *recovery)
{
	const struct on_chain_settings *set = &recovery->set->on_chain;
	struct verified_chain *chain = arena_new(&recovery->arena, sizeof(*chain)), listed;
	bool emitted = set->source && ask_emitted(recovery, set->source, chain);
	bool indexed = set->url && ask_listed(recovery, set->url, &listed);

	if (!emitted && indexed)
		*chain = listed;
	chain->indexed = indexed && !strcmp(chain->recovery_id, listed.recovery_id);
	if (emitted || indexed)
		recovery->out.chain = chain;
	if ((emitted || indexed) && !chain->success)
		recovery_fail(recovery, "on chain: recovery %s of backup %s did not succeed",
			      chain->recovery_id, chain->backup_id);
}

void recovery_rest(struct recovery *recovery)
{
	ask_data_until(recovery);
	ask_release(recovery);
	ask_chain(recovery);
}
