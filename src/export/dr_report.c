/* dr_report.c: the report for scripts, key by key as the schema has it. */
#include "export/dr_report.h"

#include <stdio.h>
#include <string.h>

#include "base/scrub.h"
#include "export/dr_report_inside.h"

static const char *const prefixes[] = {
	[DRILL_VERIFICATION] = "verify", [DRILL_RESTORATION] = "restore", [DRILL_FULL] = "full-dr",
	[DRILL_TABLETOP] = "tabletop" };
_Static_assert(ARRAY_LEN(prefixes) == DRILL_TYPE_COUNT, "every type has the beginning of an id");

/* Of a runbook that there is none of: the hash of no bytes. */
#define NO_BYTES "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

void dr_report_id(const struct dr_report_in *in, char out[DR_REPORT_ID])
{
	const char *prefix = prefixes[in->drill->type];
	char at[WHEN_TEXT], digits[WHEN_TEXT];
	size_t n = 0;

	if (in->incident) {
		snprintf(out, DR_REPORT_ID, "%s-%s", prefix, in->incident->id);
		return;
	}
	when_format(at, in->verification ? in->verification->started / WHEN_SECOND * WHEN_SECOND : 0);
	for (const char *p = at; *p; p++)
		if ((*p >= '0' && *p <= '9') || *p == 'T')
			digits[n++] = *p == 'T' ? '-' : *p;
	digits[n] = '\0';
	snprintf(out, DR_REPORT_ID, "%s-%s", prefix, digits);
}

/* --- small ------------------------------------------------------------------------------------ */

static void set_text_or_none(json_t *object, const char *key, const char *text)
{
	json_set_text(object, key, text && *text ? text : NULL);
}

/* Whole seconds where it is so, else with its milliseconds. */
static void set_seconds(json_t *object, const char *key, msec span)
{
	if (span == WHEN_NEVER)
		json_set(object, key, json_null());
	else if (span % WHEN_SECOND == 0)
		json_set_i64(object, key, span / WHEN_SECOND);
	else
		json_set_number(object, key, (double)span / 1000.0);
}

static void set_tri(json_t *object, const char *key, enum tri tri)
{
	json_set(object, key, tri == TRI_UNKNOWN ? json_null() : json_boolean(tri == TRI_YES));
}

/* Three digits; what was not reached, or never asked, is "000". */
static void set_code(json_t *object, const char *key, const char *code)
{
	bool good = code && strlen(code) == 3 && strspn(code, "0123456789") == 3;

	json_set_text(object, key, good ? code : "000");
}

/* One of the words that the schema knows; what somebody else called it otherwise is the last. */
static const char *one_of(const char *const *words, const char *word)
{
	for (; words[1]; words++)
		if (word && !strcmp(words[0], word))
			break;
	return words[0];
}

static const char *const layers[] = { "persistence", "indexer", "api", "worker", "frontend",
				      "other", NULL };
static const char *const smoke_kinds[] = { "health", "read", "write", "synthetic-transaction",
					   "other", NULL };
static const char *const file_kinds[] = { "log", "verification-trace", "manifest", "screenshot",
					  "timeline", "other", NULL };
static const char *const tiers[] = { "critical", "high", "standard", "", NULL };

static void append_text(json_t *array, const char *text)
{
	struct buf clean = { 0 };

	scrub(&clean, str_of(text));
	json_array_append_new(array, json_stringn(buf_cstr(&clean), clean.len));
	buf_done(&clean);
}

/* --- what it was ------------------------------------------------------------------------------ */

static json_t *drill_json(const struct dr_figures *f)
{
	const struct drill *drill = f->in->drill;
	json_t *out = json_object();
	char id[DR_REPORT_ID];
	bool announced = drill->announced;

	dr_report_id(f->in, id);
	json_set_text(out, "id", id);
	json_set_text(out, "type", drill_type_word(drill->type));
	json_set_text(out, "scenario", drill_scenario_word(drill->scenario));
	json_set_text(out, "environment", drill->environment);
	json_set_bool(out, "production", false);	/* drill.h (1) */
	set_text_or_none(out, "image", drill->image);
	json_set_time(out, "announced_at", announced ? drill->announced_at : WHEN_NEVER);
	json_set_time(out, "window_start", announced ? drill->window_start : WHEN_NEVER);
	json_set_time(out, "window_end", announced ? drill->window_end : WHEN_NEVER);
	json_set_text(out, "runbook_id", drill->runbook);
	json_set_text(out, "runbook_sha256", *drill->runbook_sha256 ? drill->runbook_sha256 : NO_BYTES);
	json_set_text(out, "tool_version", f->in->tool_version);
	json_set_text(out, "host", f->in->host);
	return out;
}

static json_t *roles_json(const struct dr_figures *f)
{
	static const struct { const char *key; enum seat_name seat; } rows[] = {
		{ "infrastructure_engineer", SEAT_INFRASTRUCTURE },
		{ "indexer_operator", SEAT_INDEXER }, { "application_owner", SEAT_APPLICATION },
		{ "compliance_audit", SEAT_AUDIT },
	};
	const struct incident *incident = f->in->incident;
	json_t *out = json_object();

	json_set_text(out, "recovery_lead", incident ? incident->seats[SEAT_COMMANDER].who : "");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		set_text_or_none(out, rows[i].key,
				 incident ? incident->seats[rows[i].seat].who : NULL);
	return out;
}

static json_t *backup_json(const struct verification *verification)
{
	const struct verified_backup *b = verification ? verification->backup : NULL;
	json_t *out;

	if (!b)
		return json_null();
	out = json_object();
	if (b->manifest_id)
		json_set_text(out, "manifest_id", b->manifest_id);
	json_set_text(out, "backup_id", b->backup_id);
	json_set_text(out, "integrity_hash", b->integrity_hash);
	set_text_or_none(out, "rto_tier", one_of(tiers, b->rto_tier));
	json_set_time(out, "created_at", b->created);
	json_set_text(out, "created_by", b->created_by);
	json_set(out, "manifest_block", b->block < 0 ? json_null() : json_integer(b->block));
	json_set_text(out, "release_tag", b->release_tag);
	json_set_text(out, "ledger", b->ledger);
	json_set_text(out, "tx_hash", b->tx_hash);
	return out;
}

/* --- times ------------------------------------------------------------------------------------ */

static json_t *timing_json(const struct dr_figures *f)
{
	json_t *out = json_object();

	json_set_time(out, "detected_at", f->detected);
	json_set_time(out, "recovery_started_at", f->began);
	json_set_time(out, "recovery_ended_at", f->ended);
	set_seconds(out, "recovery_duration_seconds", f->took);
	return out;
}

static void set_objective(json_t *out, const char *prefix, const struct dr_objective *objective)
{
	char key[32];

	snprintf(key, sizeof(key), "%s_target_seconds", prefix);
	set_seconds(out, key, objective->target);
	snprintf(key, sizeof(key), "%s_achieved_seconds", prefix);
	set_seconds(out, key, objective->achieved);
	snprintf(key, sizeof(key), "%s_met", prefix);
	set_tri(out, key, objective->met);
}

static json_t *objectives_json(const struct dr_figures *f)
{
	json_t *out = json_object();

	set_objective(out, "rto", &f->rto);
	set_objective(out, "rpo", &f->rpo);
	return out;
}

static json_t *components_json(const struct dr_figures *f)
{
	json_t *out = json_array();

	for (size_t i = 0; i < f->component_count; i++) {
		const struct dr_component *c = &f->components[i];
		json_t *item = json_object();

		json_set_text(item, "name", c->name);
		json_set_text(item, "layer", one_of(layers, c->layer));
		json_set_i64(item, "restore_order", (int64_t)i + 1);
		json_set_time(item, "started_at", c->started);
		json_set_time(item, "ended_at", c->ended);
		set_seconds(item, "recovery_duration_seconds", c->took);
		json_set_bool(item, "success", c->success);
		set_seconds(item, "rto_target_seconds", c->target);
		set_tri(item, "rto_met", dr_met(c->since_start, c->target));
		json_set_text(item, "note", c->note);
		json_array_append_new(out, item);
	}
	return out;
}

/* --- what was verified ------------------------------------------------------------------------ */

static json_t *artifact_json(const struct verified_artifact *artifact)
{
	json_t *out = json_object();

	json_set_text(out, "path", artifact->path);
	json_set_text(out, "expected_sha256", artifact->expected);
	json_set_text(out, "actual_sha256", artifact->actual);
	if (artifact->bytes >= 0)
		json_set_i64(out, "bytes", artifact->bytes);
	json_set_bool(out, "match", artifact->match);
	return out;
}

static json_t *integrity_json(const struct verification *verification)
{
	json_t *out = json_object(), *list = json_array();
	size_t total = verification ? verification->artifact_count : 0, matched = 0;

	for (size_t i = 0; i < total; i++) {
		matched += verification->artifacts[i].match;
		json_array_append_new(list, artifact_json(&verification->artifacts[i]));
	}
	json_set_i64(out, "artifacts_total", (int64_t)total);
	json_set_i64(out, "artifacts_matched", (int64_t)matched);
	json_set(out, "pass_rate_percent", total == 0 ? json_null() :
		 json_real(100.0 * (double)matched / (double)total));
	json_set(out, "artifacts", list);
	return out;
}

static json_t *count_json(const struct verified_count *count)
{
	json_t *out = json_object();
	int64_t difference = 0;
	bool known = count->golden_known && count->restored_known &&
		     !__builtin_sub_overflow(count->restored, count->golden, &difference);

	json_set_text(out, "name", count->name);
	json_set(out, "golden", count->golden_known ? json_integer(count->golden) : json_null());
	json_set(out, "restored", count->restored_known ? json_integer(count->restored) : json_null());
	json_set(out, "difference", known ? json_integer(difference) : json_null());
	json_set_i64(out, "tolerance", count->tolerance < 0 ? 0 : count->tolerance);
	json_set_bool(out, "within_tolerance", count->within);
	return out;
}

static json_t *smoke_json(const struct verified_smoke *smoke)
{
	json_t *out = json_object();

	json_set_text(out, "name", smoke->name);
	json_set_text(out, "kind", one_of(smoke_kinds, smoke->kind));
	json_set_text(out, "target", smoke->target ? smoke->target : "");
	json_set_text(out, "status_code", smoke->status_code);
	json_set(out, "duration_ms", smoke->took < 0 ? json_null() : json_integer(smoke->took));
	set_tri(out, "pass", smoke->pass);
	json_set_text(out, "skipped_reason", smoke->skipped);
	json_set_time(out, "at", smoke->at);
	return out;
}

static void set_verified(json_t *root, const struct verification *verification)
{
	json_t *counts = json_array(), *smokes = json_array();

	for (size_t i = 0; verification && i < verification->count_count; i++)
		json_array_append_new(counts, count_json(&verification->counts[i]));
	for (size_t i = 0; verification && i < verification->smoke_count; i++)
		json_array_append_new(smokes, smoke_json(&verification->smokes[i]));
	json_set(root, "integrity", integrity_json(verification));
	json_set(root, "reconciliation", counts);
	json_set(root, "smoke_tests", smokes);
}

static json_t *chain_json(const struct verification *verification)
{
	const struct verified_chain *chain = verification ? verification->chain : NULL;
	json_t *out;

	if (!chain)
		return json_null();
	out = json_object();
	json_set_text(out, "recovery_id", chain->recovery_id ? chain->recovery_id : "");
	json_set_text(out, "backup_id", chain->backup_id ? chain->backup_id : "");
	json_set_text(out, "executed_by", chain->executed_by ? chain->executed_by : "");
	json_set_text(out, "recovery_duration_secs", chain->duration_secs ? chain->duration_secs : "");
	json_set_bool(out, "success", chain->success);
	json_set_text(out, "ledger", chain->ledger);
	json_set_text(out, "tx_hash", chain->tx_hash);
	json_set_bool(out, "indexed", chain->indexed);
	return out;
}

/* --- people ----------------------------------------------------------------------------------- */

static json_t *hands_json(const struct dr_figures *f)
{
	json_t *out = json_object(), *items = json_array();

	for (size_t i = 0; i < f->hand_count; i++) {
		const struct dr_hand *hand = &f->hands[i];
		json_t *item = json_object();

		json_set_time(item, "at", hand->at);
		json_set_text(item, "actor", hand->by);
		json_set_text(item, "step_id", hand->step);
		json_set_text(item, "what", hand->what);
		json_array_append_new(items, item);
	}
	json_set_i64(out, "count", (int64_t)f->hand_count);
	json_set(out, "items", items);
	return out;
}

static json_t *actions_json(const struct incident *incident)
{
	json_t *out = json_array();

	for (size_t i = 0; incident && i < incident->action_count; i++) {
		const struct tracked *action = &incident->actions[i];
		json_t *item = json_object();

		json_set_text(item, "title", action->text);
		set_text_or_none(item, "owner", action->who);
		json_set_time(item, "due", action->until);
		set_text_or_none(item, "ticket", incident->ticket);
		json_array_append_new(out, item);
	}
	return out;
}

static json_t *rollback_json(const struct dr_figures *f)
{
	const struct drill *drill = f->in->drill;
	bool done = f->in->incident && drill->rolled_back;
	json_t *out = json_object();

	json_set_bool(out, "performed", done);
	json_set_time(out, "at", done ? drill->rolled_back_at : WHEN_NEVER);
	set_text_or_none(out, "reason", done ? drill->rolled_back_because : NULL);
	return out;
}

static json_t *review_json(const struct dr_figures *f)
{
	const struct incident *incident = f->in->incident;
	const struct aftermath *after = incident ? &incident->aftermath : NULL;
	bool is_signed = after && *after->signed_by;
	json_t *out = json_object();

	json_set_time(out, "rca_due_at", f->end + (f->in->rca > 0 ? f->in->rca : DR_RCA));
	json_set_time(out, "postmortem_due_at",
		      f->in->postmortem > 0 ? f->end + f->in->postmortem : WHEN_NEVER);
	json_set_time(out, "reviewed_at", incident ? f->in->drill->reviewed_at : WHEN_NEVER);
	set_text_or_none(out, "signed_off_by", is_signed ? after->signed_by : NULL);
	json_set_time(out, "signed_off_at", is_signed ? after->signed_at : WHEN_NEVER);
	return out;
}

/* --- evidence --------------------------------------------------------------------------------- */

static void add_file(json_t *list, const struct verified_file *file)
{
	json_t *item = json_object();

	json_set_text(item, "kind", one_of(file_kinds, file->kind));
	json_set_text(item, "path", file->path);
	json_set_text(item, "sha256", file->sha256);
	if (file->bytes >= 0)
		json_set_i64(item, "bytes", file->bytes);
	json_set_time(item, "captured_at", file->captured);
	json_array_append_new(list, item);
}

static const char *kind_of(const struct dr_figures *f, const struct evidence *evidence)
{
	if (!strcmp(evidence->sha256, f->in->drill->verification))
		return "verification-trace";
	if (str_has(str_of(evidence->name), "manifest"))
		return "manifest";
	if (str_ends(str_of(evidence->name), ".log") || str_has(str_of(evidence->name), "output"))
		return "log";
	return "other";
}

/* What lay beside the journal when it ended: the report itself came after. */
static json_t *evidence_list(const struct dr_figures *f)
{
	const struct incident *incident = f->in->incident;
	const struct verification *verification = f->in->verification;
	json_t *out = json_array();
	char path[96];

	for (size_t i = 0; verification && i < verification->file_count; i++)
		add_file(out, &verification->files[i]);
	for (size_t i = 0; incident && i < incident->evidence_count; i++) {
		const struct evidence *e = &incident->evidence[i];

		if (e->at > f->end || !strcmp(e->name, DR_REPORT_FILE) ||
		    !strcmp(e->sha256, f->in->drill->report))
			continue;
		snprintf(path, sizeof(path), "evidence/%s", e->sha256);
		add_file(out, &(struct verified_file){ .kind = kind_of(f, e), .path = path,
						       .sha256 = e->sha256, .bytes = e->bytes,
						       .captured = e->at });
	}
	return out;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void set_outcome(json_t *root, const struct dr_figures *f)
{
	json_t *failures = json_array();

	for (size_t i = 0; i < f->failure_count; i++)
		append_text(failures, f->failures[i]);
	json_set_bool(root, "success", f->failure_count == 0);
	json_set(root, "failures", failures);
}

json_t *dr_report_json(const struct dr_report_in *in, bool *pass)
{
	const struct verification *verification = in->verification;
	struct dr_figures f;
	json_t *root = json_object();

	dr_figures_init(&f, in);
	*pass = f.failure_count == 0;
	json_set_text(root, "schema", "binnacle.dr_report/1");
	json_set_time(root, "start", f.start);
	json_set_time(root, "end", f.end);
	set_code(root, "health_status_code", verification ? verification->health_code : NULL);
	set_code(root, "indexer_status_code", verification ? verification->indexer_code : NULL);
	json_set_bool(root, "pass", *pass);
	json_set(root, "drill", drill_json(&f));
	json_set(root, "roles", roles_json(&f));
	json_set(root, "backup", backup_json(verification));
	json_set(root, "timing", timing_json(&f));
	json_set(root, "objectives", objectives_json(&f));
	json_set(root, "components", components_json(&f));
	set_verified(root, verification);
	json_set(root, "manual_interventions", hands_json(&f));
	set_outcome(root, &f);
	json_set(root, "rollback", rollback_json(&f));
	json_set(root, "corrective_actions", actions_json(in->incident));
	json_set(root, "evidence", evidence_list(&f));
	json_set(root, "on_chain", chain_json(verification));
	json_set(root, "review", review_json(&f));
	dr_figures_done(&f);
	return root;
}
