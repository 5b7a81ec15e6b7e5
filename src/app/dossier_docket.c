#include <string.h>

#include "app/dossier_inside.h"

static enum saving saving_of(const struct dossier *dossier, size_t waiting)
{
	if (dossier->in_memory)
		return SAVING_IN_MEMORY;
	if (dossier->refused || dossier->evidence_refused || dossier->waited >= TICKS_TO_DOUBT)
		return SAVING_NOT_SAVED;
	if (waiting > 0)
		return SAVING_SAVING;
	return dossier->degraded[0] ? SAVING_DEGRADED : SAVING_SAVED;
}

static const char *trouble_of(const struct dossier *dossier)
{
	if (dossier->refused || dossier->evidence_refused)
		return dossier->trouble;
	if (dossier->waited >= TICKS_TO_DOUBT)
		return "the disk does not answer";
	return dossier->damaged > 0 ? dossier->damage : dossier->degraded;
}

static void put_peer(const struct incident *incident, const struct journal_peer *file,
		     struct peer *out)
{
	str_put(out->origin, sizeof(out->origin), file->origin);
	out->heard = file->touched;
	for (size_t i = 0; i < incident->writer_count; i++) {
		const struct writer *writer = &incident->writers[i];

		if (strcmp(writer->origin, file->origin) != 0)
			continue;
		str_put(out->who, sizeof(out->who), writer->by);
		str_put(out->host, sizeof(out->host), writer->host);
		out->lost = writer->lost_at != WHEN_NEVER && writer->lost_at >= writer->last_at;
	}
}

void dossier_docket(const struct dossier *dossier, struct docket *out)
{
	*out = (struct docket){
		.incident = dossier_incident(dossier), .history = dossier->history,
		.waiting = dossier->batch.count + dossier->orders.count + dossier->evidence.count,
	};
	out->saving = saving_of(dossier, out->waiting);
	str_put(out->folder, sizeof(out->folder), dossier->folder);
	str_put(out->origin, sizeof(out->origin), dossier->origin);
	str_put(out->trouble, sizeof(out->trouble), trouble_of(dossier));
	for (size_t i = 0; i < dossier->peer_count; i++) {
		if (!dossier->peers[i].ours)
			put_peer(out->incident, &dossier->peers[i], &out->peers[out->peer_count++]);
	}
}
