/*
 * cmd_drill_verify.c: what was recovered, verified. Of a drill it becomes evidence in its journal;
 * without one it is a report of its own, so that a timer needs no person.
 */
#include <stdio.h>
#include <string.h>

#include "app/cmd_incident.h"
#include "app/drills.h"
#include "app/recovery.h"
#include "app/recovery_report.h"
#include "base/secret.h"

struct verifying {
	struct work *work;
	struct recovery recovery;
	struct err lost;		/* why a component is not on the record */
};

static void set_now(struct work *work)
{
	if (!work->fixed)
		work->now = loop_now(work->loop).wall;
}

static void note(struct verifying *verifying, const struct order *order)
{
	struct err err = { 0 };

	set_now(verifying->work);
	if (!work_submit(verifying->work, order, &err) && verifying->lost.kind == ERR_NONE)
		verifying->lost = err;
}

static void on_restoring(void *arg, const struct verified_component *component)
{
	struct verifying *verifying = arg;
	struct order order = work_order(verifying->work, EVENT_COMPONENT_RESTORING);

	order.src = SRC_SENSED;
	EVENT_SET(order.data, name, component->name);
	note(verifying, &order);
}

static void on_restored(void *arg, const struct verified_component *component)
{
	struct verifying *verifying = arg;
	struct order order = work_order(verifying->work, EVENT_COMPONENT_RESTORED);

	order.src = SRC_SENSED;
	EVENT_SET(order.data, name, component->name);
	EVENT_SET(order.data, ok, component->success);
	if (component->note[0])
		EVENT_SET(order.data, text, component->note);
	note(verifying, &order);
}

static bool find_type(const struct work *work, enum drill_type *out, struct err *err)
{
	const char *word = work_flag(work, OPTION_TYPE);

	*out = DRILL_VERIFICATION;
	return !word || drill_type_find(word, out) ||
	       err_set(err, ERR_USAGE, "--type: '%.40s' is none of backup-verification, "
		       "restoration, full-dr, tabletop", word);
}

/* The drill that the first argument names must be under way. */
static bool open_drill(struct verifying *verifying, struct err *err)
{
	struct work *work = verifying->work;
	const struct drill *drill;

	if (work->context->word_count == 0)
		return true;
	if (work_given(work, OPTION_TYPE))
		return err_set(err, ERR_USAGE, "--type is for a verification without a drill");
	if (!work_open(work, err))
		return false;
	drill = dossier_incident(work->dossier)->drill;
	if (!drill || !drill->announced)
		return err_set(err, ERR_REFUSED, "%s is no drill that was announced",
			       dossier_incident(work->dossier)->id);
	if (drill->finished)
		return err_set(err, ERR_REFUSED, "the drill is finished");
	verifying->recovery.drill = memcpy(arena_new(&work->arena, sizeof(*drill)), drill,
					   sizeof(*drill));
	verifying->recovery.restoring = on_restoring;
	verifying->recovery.restored = on_restored;
	verifying->recovery.arg = verifying;
	return true;
}

/* The first failures, as much as a line of the record holds. */
static const char *in_short(struct verifying *verifying)
{
	const struct verification *found = &verifying->recovery.out;
	struct buf text = { 0 };
	char cut[BECAUSE_TEXT];

	for (size_t i = 0; i < found->failure_count; i++)
		buf_fmt(&text, "%s%s", i ? "; " : "", found->failures[i]);
	str_copy(cut, sizeof(cut), str_of(buf_cstr(&text)));
	buf_done(&text);
	return arena_text(&verifying->work->arena, cut, strlen(cut));
}

static bool keep(struct verifying *verifying, struct err *err)
{
	struct work *work = verifying->work;
	struct order order = work_order(work, EVENT_DRILL_VERIFIED);
	json_t *root = verification_json(&verifying->recovery.out);
	struct buf text = { 0 }, clean = { 0 };
	char *sha256 = arena_new(&work->arena, DIGEST_HEX);
	bool ok;

	json_write(&text, root);
	json_decref(root);
	redact(&clean, str_sub(buf_cstr(&text), text.len));
	digest_sha256(sha256, str_sub(buf_cstr(&clean), clean.len));
	set_now(work);
	EVENT_SET(order.data, ok, verifying->recovery.out.failure_count == 0);
	EVENT_SET(order.data, sha256, sha256);
	if (verifying->recovery.out.failure_count > 0)
		EVENT_SET(order.data, text, in_short(verifying));
	ok = dossier_evidence(work->dossier, str_sub(buf_cstr(&clean), clean.len),
			      "verification.json", "what drill verify found", work->by, work->now,
			      err) && work_submit(work, &order, err);
	buf_done(&text);
	buf_done(&clean);
	return ok;
}

static bool print(struct verifying *verifying, bool pass, const char *report, struct err *err)
{
	struct work *work = verifying->work;
	struct buf text = { 0 };
	json_t *root;

	if (!work_given(work, OPTION_JSON)) {
		recovery_plain(&verifying->recovery, &text);
		if (report)
			buf_fmt(&text, "report: %s\n", report);
		return work_print_text(work, &text, err);
	}
	root = json_object();
	json_set_text(root, "schema", "binnacle.drill_verify/1");
	json_set_bool(root, "pass", pass);
	json_set_text(root, "id", work->dossier ? dossier_incident(work->dossier)->id : NULL);
	json_set_text(root, "report", report);
	json_set(root, "verification", verification_json(&verifying->recovery.out));
	return work_print_json(work, root, err);
}

static bool settle(struct verifying *verifying, enum drill_type type, struct err *err)
{
	struct work *work = verifying->work;
	bool pass = verifying->recovery.out.failure_count == 0, ok;
	struct buf path = { 0 };

	if (verifying->lost.kind != ERR_NONE) {
		*err = verifying->lost;
		return err_add(err, "not everything is on the record");
	}
	if (work->dossier)
		ok = keep(verifying, err);
	else
		ok = recovery_report(work, &verifying->recovery.out, type, &path, &pass, err);
	ok = ok && print(verifying, pass, path.len ? buf_cstr(&path) : NULL, err);
	work->status = pass ? EXIT_OK : EXIT_NOT_PASSED;
	buf_done(&path);
	return ok;
}

static bool run_verify(struct work *work, struct err *err)
{
	struct verifying verifying = { .work = work, .recovery = { .ask = { .work = work } } };
	enum drill_type type;
	bool ok;

	verifying.recovery.armed = work_given(work, OPTION_ARMED);
	ok = find_type(work, &type, err) && drills_fence(&work->settings, err) &&
	     open_drill(&verifying, err) && recovery_verify(&verifying.recovery, err) &&
	     settle(&verifying, type, err);
	recovery_done(&verifying.recovery);
	return ok;
}

int cmd_drill_verify(const struct context *context)
{
	return work_run(context, run_verify);
}
