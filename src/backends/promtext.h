/*
 * promtext.h: the text that /metrics serves (Prometheus exposition format 0.0.4), sample by sample.
 *
 * As strict as Prometheus itself: one line that is none refuses the whole text, with its number, as
 * half a scrape would be taken for a whole one. Comments are skipped, timestamps are checked and
 * dropped. Pure, and bounded by the text that it is given; nothing is copied.
 */
#ifndef BACKENDS_PROMTEXT_H
#define BACKENDS_PROMTEXT_H

#include "base/err.h"
#include "base/str.h"

struct prom_sample {		/* borrowed from the text */
	struct str name;
	struct str labels;	/* what stands between the braces; empty without */
	double value;		/* may be NaN or infinite */
};

typedef void prom_visit(void *arg, const struct prom_sample *sample);

/* False when a line is no sample, or when there is none at all. */
bool promtext_scan(struct str text, prom_visit *visit, void *arg, struct err *err);

/* The unescaped value of a label, cut when it does not fit; false when there is no such label. */
bool promtext_label(const struct prom_sample *sample, const char *name, char *value, size_t size);

#endif
