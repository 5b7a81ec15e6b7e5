/*
 * cmd_incident_export.h: what export, bundle and --edit share: where files of an incident go, and
 * what is written down of it.
 *
 * With --read-only an export is written where the configuration says and nowhere else; nothing is
 * asked, and nothing is put on the record.
 */
#ifndef APP_CMD_INCIDENT_EXPORT_H
#define APP_CMD_INCIDENT_EXPORT_H

#include "app/cmd_incident.h"
#include "app/exporter.h"

struct export_work {
	struct work *work;
	struct buf folder;		/* as it is printed */
	int dirfd;			/* of it; -1 */
	struct exported files[POSTMORTEM_FORMAT_COUNT];
	size_t count;
};

/* The folder of --out, or the incident's own below postmortem.dir, with this behind its name. */
bool export_place(struct work *work, const char *suffix, struct buf *out, struct err *err);
/* The incident that is open, with what is known of its time. */
struct exporter *export_story(struct work *work, bool public_, struct err *err);
/* Write these formats of the open incident, and put that on its record. */
bool export_formats(struct export_work *export, const bool formats[POSTMORTEM_FORMAT_COUNT],
		    bool public_, struct err *err);
void export_done(struct export_work *export);

#endif
