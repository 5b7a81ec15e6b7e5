/*
 * terms.h: what was promised when an incident was declared: intervals, deadlines, targets, zone.
 * It stands in incident.declared as values ("sev1.update_every=900", "rto.indexer=7200",
 * "zone=Europe/Berlin"; times in whole seconds), so that what is written afterwards is measured
 * against what held then, on any machine.
 */
#ifndef CORE_TERMS_H
#define CORE_TERMS_H

#include "core/event_fields.h"
#include "core/policy.h"

enum { TERMS_COMPONENTS = 32, TERMS_ZONE = 64 };

struct terms_component {
	char name[NAME_TEXT];
	msec rto, rpo;			/* 0: none */
};

struct terms {
	bool known;			/* it was recorded at all */
	struct sev_policy sev[4];	/* 0: none */
	struct terms_component components[TERMS_COMPONENTS];
	size_t component_count;
	char zone[TERMS_ZONE];		/* "UTC" */
};

/* What is not understood is passed over. */
void terms_read(struct terms *out, const char *const *values, size_t count);
/* The values of a policy and of the components' targets; texts live in the arena. */
struct text_list terms_values(const struct policy *policy, struct arena *arena);

#endif
