/*
 * decide_status.c: from one status to another.
 *
 *	triage, reopened -> investigating, identified, monitoring, mitigated, to and fro
 *	any of these -> resolved (with the customer impact), cancelled (with a reason), merged (into)
 *	resolved -> closed (when all is settled)
 *	resolved, closed, cancelled, merged -> reopened (with a reason)
 */
#include <ctype.h>
#include <string.h>

#include "core/decide_inside.h"

static bool set(struct matter *m, enum incident_status status)
{
	EVENT_SET(m->data, new_, incident_status_word(status));
	EVENT_SET(m->data, old, incident_status_word(m->incident->status));
	return accept(m);
}

/* Only what is open goes on to these. */
static bool must_be_open(struct matter *m)
{
	if (incident_open(m->incident))
		return true;
	return refuse(m, "it is %s: reopen it first", incident_status_word(m->incident->status));
}

static bool to_triage(struct matter *m, enum incident_status status)
{
	(void)status;
	return refuse(m, "triage is where an incident begins: say investigating");
}

static bool to_reopened(struct matter *m, enum incident_status status)
{
	if (incident_open(m->incident))
		return already(m, "it is open: %s", incident_status_word(m->incident->status));
	if (!has_reason(m))
		return refuse(m, "reopening needs a reason");
	return set(m, status);
}

static bool to_work(struct matter *m, enum incident_status status)
{
	return must_be_open(m) && set(m, status);
}

static bool is_after_what_came_before(struct matter *m, enum milestone_name name)
{
	return happens_now(m) || fits_milestones(m, name, m->at);
}

static bool to_mitigated(struct matter *m, enum incident_status status)
{
	return must_be_open(m) && is_after_what_came_before(m, MILESTONE_MITIGATED) &&
	       set(m, status);
}

/* "a; b; c" of lines. */
static void join(const struct buf *lines, struct buf *out)
{
	struct str rest = str_of(buf_cstr(lines)), line;

	while (str_cut(&rest, '\n', &line) && line.len > 0)
		buf_fmt(out, "%s%.*s", out->len ? "; " : "", (int)line.len, line.p);
}

static bool refuse_rest(struct matter *m, enum remains which, const char *what)
{
	struct buf lines = {0}, rest = {0};

	remains_list(m->incident, which, &lines);
	join(&lines, &rest);
	refuse(m, "%s (%s)", what, buf_cstr(&rest));
	buf_done(&lines);
	buf_done(&rest);
	return false;
}

static bool something_remains(const struct incident *incident, enum remains which)
{
	struct buf rest = {0};
	size_t count = remains_list(incident, which, &rest);

	buf_done(&rest);
	return count > 0;
}

static bool to_resolved(struct matter *m, enum incident_status status)
{
	if (!must_be_open(m) || !is_after_what_came_before(m, MILESTONE_RESOLVED))
		return false;
	if (!has_text(m))
		return refuse(m, "a resolution needs the customer impact in words");
	if (!has_reason(m) && something_remains(m->incident, REMAINS_RESOLVE))
		return refuse_rest(m, REMAINS_RESOLVE, "a reason is needed, because something remains");
	return set(m, status);
}

static bool to_closed(struct matter *m, enum incident_status status)
{
	if (incident_open(m->incident))
		return refuse(m, "it is %s: resolve it first",
			      incident_status_word(m->incident->status));
	if (m->incident->status != INCIDENT_RESOLVED)
		return refuse(m, "it is %s, which is over too",
			      incident_status_word(m->incident->status));
	if (something_remains(m->incident, REMAINS_CLOSE))
		return refuse_rest(m, REMAINS_CLOSE, "it cannot be closed yet: settle what remains");
	return is_after_what_came_before(m, MILESTONE_CLOSED) && set(m, status);
}

static bool to_cancelled(struct matter *m, enum incident_status status)
{
	if (!must_be_open(m))
		return false;
	if (!has_reason(m))
		return refuse(m, "cancelling needs a reason");
	return set(m, status);
}

bool is_incident_id(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]))
			return false;
	return len == INCIDENT_ID - 1;
}

static bool to_merged(struct matter *m, enum incident_status status)
{
	if (!must_be_open(m))
		return false;
	if (is_blank(m->data.into) || !is_incident_id(m->data.into))
		return wrong(m, "merging needs the id of the incident that goes on");
	if (strcmp(m->data.into, m->incident->id) == 0)
		return refuse(m, "an incident cannot be merged into itself");
	return set(m, status);
}

static bool (*const to[])(struct matter *m, enum incident_status status) = {
	[INCIDENT_TRIAGE] = to_triage,
	[INCIDENT_REOPENED] = to_reopened,
	[INCIDENT_INVESTIGATING] = to_work,
	[INCIDENT_IDENTIFIED] = to_work,
	[INCIDENT_MONITORING] = to_work,
	[INCIDENT_MITIGATED] = to_mitigated,
	[INCIDENT_RESOLVED] = to_resolved,
	[INCIDENT_CLOSED] = to_closed,
	[INCIDENT_CANCELLED] = to_cancelled,
	[INCIDENT_MERGED] = to_merged,
};
_Static_assert(ARRAY_LEN(to) == INCIDENT_STATUS_COUNT, "every status has its way in");

/* Where two consoles differed, choosing what it is settles it. */
bool decide_status(struct matter *m)
{
	enum incident_status status;

	if (!incident_status_find(m->data.new_, &status))
		return wrong(m, "there is no such status");
	if (status == m->incident->status && !m->incident->conflict.status)
		return already(m, "it is %s already", incident_status_word(status));
	if (!happens_now(m) && m->at < m->incident->declared_at)
		return refuse(m, "before the declaration it had no status");
	return to[status](m, status);
}
