/*
 * tx_diagnosis.h: the diagnosis of a transaction with its proof: for scripts and for the journal's
 * evidence (binnacle.diagnosis/1, formats.md 7.8), and for people. Pure.
 */
#ifndef EXPORT_TX_DIAGNOSIS_H
#define EXPORT_TX_DIAGNOSIS_H

#include "base/buf.h"
#include "base/json.h"
#include "core/tx_case.h"

struct tx_diagnosis {			/* borrowed */
	const char *input;		/* what was asked about, as it was given */
	const struct tx_case *tx;	/* NULL: it could not be asked about, */
	const char *error;		/* because of this */
};

/* One of `results`: every key is always there, what is not known is null. A new reference. */
json_t *tx_diagnosis_json(const struct tx_diagnosis *diagnosis);
/* {"schema", "at", "results"}: takes the reference to the array. */
json_t *tx_diagnoses_json(json_t *results, msec at);
/* The verdict first; then what it rests on, and what may be done. */
void tx_diagnosis_text(const struct tx_diagnosis *diagnosis, struct buf *out);

#endif
