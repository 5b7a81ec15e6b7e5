/*
 * event_fields.h: the members that the payload of an event may have, and their JSON form.
 */
#ifndef CORE_EVENT_FIELDS_H
#define CORE_EVENT_FIELDS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "core/report.h"

/* A number as an instrument gave it, or since when it has not been known. */
struct figure {
	const char *name;	/* a signal; "at_risk" for money */
	const char *unit;	/* "s", "%", an asset */
	const char *text;	/* exact, as people read it: "7.1", "12400.00" */
	bool known;
	msec at;		/* known: of the sample; else the last time that it was known */
	const char *because;	/* not known: why; "" */
};

struct figure_list {
	const struct figure *items;
	size_t count;
};

struct text_list {
	const char *const *items;
	size_t count;
};

/*  X(member, JSON key, type, help): TEXT, INT, TIME (RFC 3339 in JSON), BOOL, TEXTS, FIGURES */
#define EVENT_FIELDS(X) \
	X(title, "title", TEXT, "what is wrong, in one line") \
	X(severity, "severity", INT, "1 to 3; of an alert: what its label says stands in labels") \
	X(type, "type", TEXT, "outage, recovery, drill; alert, test, process, fix; " \
	  "announce, update, resolution; source, signal; of a drill") \
	X(components, "components", TEXTS, "names of components") \
	X(impact_at, "impact_at", TIME, "when users began to feel it, as far as is known") \
	X(environment, "environment", TEXT, "as configured") \
	X(operator, "operator", TEXT, "who declared it") \
	X(reason, "reason", TEXT, "why") \
	X(rule, "rule", TEXT, "the rule that proposed it") \
	X(figures, "figures", FIGURES, "what the instruments said") \
	X(old, "old", TEXT, "before") \
	X(new_, "new", TEXT, "after") \
	X(text, "text", TEXT, "what was written or answered") \
	X(into, "into", TEXT, "the incident that goes on") \
	X(role, "role", TEXT, "a seat") \
	X(who, "who", TEXT, "a person or a team") \
	X(owner, "owner", TEXT, "who is to do it") \
	X(of, "of", TEXT, "the id of the event that it is about") \
	X(on, "on", BOOL, "true unless it says false") \
	X(name, "name", TEXT, "of a milestone, alert, signal, source, file, checkpoint, " \
	  "section, scenario, component") \
	X(when, "when", TIME, "the instant or the beginning that it names") \
	X(until, "until", TIME, "the end or the deadline that it names") \
	X(next_at, "next_at", TIME, "the next update that was promised") \
	X(channels, "channels", TEXTS, "names of channels") \
	X(channel, "channel", TEXT, "one of them") \
	X(audience, "audience", TEXT, "who reads it") \
	X(by_hand, "by_hand", BOOL, "not sent by this program") \
	X(ok, "ok", BOOL, "did it work?") \
	X(status, "status", INT, "of HTTP, or the exit status of a command") \
	X(tries, "tries", INT, "how often it was tried") \
	X(fingerprint, "fingerprint", TEXT, "of an alert: the same labels, the same fingerprint") \
	X(labels, "labels", TEXTS, "name=value, sorted") \
	X(id, "id", TEXT, "of a silence; of a row of the platform's") \
	X(url, "url", TEXT, "where it is") \
	X(because, "because", TEXT, "the sentence of a state") \
	X(sha256, "sha256", TEXT, "of a file of evidence, which is its name; of what was shown to run") \
	X(bytes, "bytes", INT, "its size") \
	X(count, "count", INT, "how many") \
	X(format, "format", TEXT, "of an export") \
	X(by_ms, "by_ms", INT, "how far forward, in ms") \
	X(boot, "boot", TEXT, "which start of the host") \
	X(boot_ms, "boot_ms", INT, "its clock since then (CLOCK_BOOTTIME), in ms") \
	X(tool_version, "tool_version", TEXT, "of this program") \
	X(host, "host", TEXT, "its host") \
	X(console, "console", TEXT, "console, command or record") \
	X(pid, "pid", INT, "its process") \
	X(run, "run", TEXT, "the id of the run.started that it belongs to") \
	X(runbook, "runbook", TEXT, "the id of a runbook") \
	X(blob, "blob", TEXT, "the id that git gives a file of these bytes") \
	X(mode, "mode", TEXT, "native, plain; instruct: nothing is executed") \
	X(steps, "steps", TEXTS, "the ids of all steps, in the order of the runbook") \
	X(step, "step", TEXT, "the id of a step") \
	X(option, "option", TEXT, "what was decided for") \
	X(early, "early", BOOL, "before steps that come first in its list") \
	X(fence, "fence", INT, "which of the step's commands, from 0") \
	X(took_ms, "took_ms", INT, "how long it took, in ms") \
	X(how, "how", TEXT, "exited, signalled, timeout, killed, not-run, copied; an act; " \
	  "a row of the table of verdicts") \
	X(target, "target", TEXT, "what it is done to, as it was sensed and typed") \
	X(values, "values", TEXTS, "NAME=value of the variables of a command, no secrets; of " \
	  "what was promised; of usual times, in seconds") \
	X(hash, "hash", TEXT, "of a transaction, as the platform recorded it") \
	X(verdict, "verdict", TEXT, "CONFIRMED, DEAD_EXPIRED ...") \
	X(safe, "safe", TEXT, "true, false, confirm: to cancel it or to build the payment again")

enum event_field {
#define X(member, key, type, help) FIELD_##member,
	EVENT_FIELDS(X)
#undef X
	FIELD_COUNT
};
_Static_assert(FIELD_COUNT <= 64, "the bits of event_data.has");

#define F(member) ((uint64_t)1 << FIELD_##member)

#define FIELD_TYPE_TEXT const char *
#define FIELD_TYPE_INT int64_t
#define FIELD_TYPE_TIME msec
#define FIELD_TYPE_BOOL bool
#define FIELD_TYPE_TEXTS struct text_list
#define FIELD_TYPE_FIGURES struct figure_list

/* A member that is not there is NULL, 0, false or empty: ask `has` where it matters.
 * Set members with the functions below, so that `has` is right. */
struct event_data {
	uint64_t has;
#define X(member, key, type, help) FIELD_TYPE_##type member;
	EVENT_FIELDS(X)
#undef X
};

/* data.has |= F(member), data.member = value: EVENT_SET(data, title, "Indexer down") */
#define EVENT_SET(data, field, ...) \
	((data).has |= F(field), (data).field = (__VA_ARGS__))

enum event_field event_field_find(struct str key);	/* FIELD_COUNT: there is none */
static inline const char *event_text(const char *text) { return text ? text : ""; }

/* The payload as one JSON object without a blank, members in the order of the table. A time that is
 * WHEN_NEVER is null, and so not there when it is read. Texts are scrubbed here and there; `text`
 * alone may have several lines and keeps its line feeds. */
void event_data_write(const struct event_data *data, struct buf *out);

/* False: no object, or a member of the wrong type. Members that we do not know are passed over.
 * Texts live in the arena. */
bool event_data_read(struct str json, struct arena *arena, struct event_data *out, struct err *err);

/* A deep copy into the arena. */
void event_data_copy(struct event_data *out, const struct event_data *from, struct arena *arena);

#endif
