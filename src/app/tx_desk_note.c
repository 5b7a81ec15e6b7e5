/*
 * tx_desk_note.c: a verdict that was reached while an incident is open is an event of it, with its
 * diagnosis as evidence: once, and again when it is another one.
 */
#include <string.h>

#include "app/tx_desk_inside.h"
#include "base/digest.h"
#include "base/mem.h"
#include "core/incident.h"
#include "export/tx_diagnosis.h"

static struct noted *noted_of(struct tx_desk *desk, const char *incident,
			      const struct tx_line *line)
{
	for (size_t i = 0; i < desk->noted_count; i++) {
		struct noted *noted = &desk->noted[i];

		if (strcmp(noted->incident, incident) == 0 && strcmp(noted->hash, line->hash) == 0 &&
		    strcmp(noted->id, line->id) == 0)
			return noted;
	}
	return NULL;
}

static struct noted *add_noted(struct tx_desk *desk, const char *incident,
			       const struct tx_line *line)
{
	struct noted *noted;

	desk->noted = mem_grow(desk->noted, &desk->noted_cap, desk->noted_count + 1,
			       sizeof(*desk->noted));
	noted = &desk->noted[desk->noted_count++];
	str_put(noted->incident, sizeof(noted->incident), incident);
	str_put(noted->hash, sizeof(noted->hash), line->hash);
	str_put(noted->id, sizeof(noted->id), line->id);
	return noted;
}

static bool is_recorded(const struct incident *incident, const struct tx_case *tx)
{
	const struct incident_tx *known = incident_tx(incident, tx->line.hash, tx->line.id);

	return known && known->diagnosed && known->verdict == tx->verdict.kind &&
	       known->safe == tx->verdict.safe;
}

/* Once for each change: what is on its way to the disk is not recorded a second time. */
static bool is_new(struct tx_desk *desk, const struct incident *incident, const struct tx_case *tx)
{
	struct noted *noted = noted_of(desk, incident->id, &tx->line);

	if (noted && noted->verdict == tx->verdict.kind && noted->safe == tx->verdict.safe)
		return false;
	if (!noted)
		noted = add_noted(desk, incident->id, &tx->line);
	noted->verdict = tx->verdict.kind;
	noted->safe = tx->verdict.safe;
	return !is_recorded(incident, tx);
}

static void put_evidence(const struct tx_desk *desk, const struct tx_case *tx, struct buf *out)
{
	const struct tx_diagnosis diagnosis = {
		.input = tx->line.hash[0] ? tx->line.hash : tx->line.id, .tx = tx,
	};
	json_t *results = json_array(), *root;

	json_array_append_new(results, tx_diagnosis_json(&diagnosis));
	root = tx_diagnoses_json(results, loop_now(desk->setup.loop).wall);
	json_write(out, root);
	buf_char(out, '\n');
	json_decref(root);
}

static void record(struct tx_desk *desk, struct dossier *dossier, const struct tx_case *tx)
{
	msec now = loop_now(desk->setup.loop).wall;
	struct order order = { .kind = EVENT_TX_DIAGNOSED, .at = WHEN_NEVER, .src = SRC_SENSED,
			       .by = desk->setup.settings->operator };
	char sha256[DIGEST_HEX], already[BECAUSE_TEXT];
	struct buf bytes = { 0 };
	struct err err = { 0 };

	put_evidence(desk, tx, &bytes);
	digest_sha256(sha256, str_sub(buf_cstr(&bytes), bytes.len));
	if (tx->line.hash[0])
		EVENT_SET(order.data, hash, tx->line.hash);
	if (tx->line.id[0])
		EVENT_SET(order.data, id, tx->line.id);
	EVENT_SET(order.data, verdict, verdict_name(tx->verdict.kind));
	EVENT_SET(order.data, safe, safety_word(tx->verdict.safe));
	EVENT_SET(order.data, because, tx->verdict.because);
	EVENT_SET(order.data, how, tx->verdict.row);
	EVENT_SET(order.data, sha256, sha256);
	if (!dossier_evidence(dossier, str_sub(buf_cstr(&bytes), bytes.len), "diagnosis.json",
			      "diagnosis of a transaction, with its proof", order.by, now, &err) ||
	    !dossier_submit(dossier, &order, now, already, &err))
		desk_say(desk, "a verdict is not recorded: %s", err.text);
	buf_done(&bytes);
}

static void note(struct tx_desk *desk, const char *id, const char *hash)
{
	struct dossier *dossier = desk->setup.dossier ? desk->setup.dossier(desk->setup.arg) : NULL;
	const struct incident *incident = dossier ? dossier_incident(dossier) : NULL;
	struct tx_case *tx;

	if (!incident || incident->severity == 0 || incident_over(incident))
		return;
	tx = mem_new(sizeof(*tx));
	if (tx_intent_case(&desk->intent, id, hash, tx) && tx->judged &&
	    (tx->line.hash[0] || tx->line.id[0]) && is_new(desk, incident, tx))
		record(desk, dossier, tx);
	mem_free(tx);
}

/* The key of one without a hash is no name of a transaction: its row is. */
void desk_note(struct tx_desk *desk, const char *key)
{
	if (!strchr(key, ':'))
		note(desk, "", key);
}

void desk_note_all(struct tx_desk *desk)
{
	for (size_t i = 0; i < desk->load.count; i++)
		note(desk, desk->load.lines[i].id, desk->load.lines[i].hash);
}
