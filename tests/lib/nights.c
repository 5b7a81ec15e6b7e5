#include "tests/lib/nights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/str.h"
#include "tests/lib/worlds.h"

#define PUT(field, text) str_put((field), sizeof(field), (text))
#define ID(n) "01KAMT00000000000000" "00" n
#define SHA "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static const char *const names[] = {
#define X(sym, name) [NIGHTS_##sym] = name,
	NIGHTS(X)
#undef X
};

/* At a time of this night, by whom, from whom, what. `rec` "" is at once. */
struct night_step {
	const char *at, *rec;
	size_t origin;
	enum event_src src;
	enum event_kind kind;
	const char *data;
};

#define FIGURE(name, unit, text, at) \
	"{\"name\":\"" name "\",\"unit\":\"" unit "\",\"text\":\"" text "\",\"at\":\"2026-11-22T" at "Z\"}"
#define LABELS "[\"alertname=HealthcheckFailed\",\"service=indexer\"]"

static const struct night_step open_steps[] = {
	{ "01:56:30", "", 0, SRC_HUMAN, EVENT_SESSION_JOINED,
	  "{\"tool_version\":\"1.0\",\"host\":\"ops-1\",\"console\":\"console\",\"boot\":\"b1\","
	  "\"boot_ms\":5000,\"pid\":4242}" },
	{ "00:56:35", "01:56:31", 0, SRC_IMPORT, EVENT_FLIGHT_IMPORTED,
	  "{\"when\":\"2026-11-22T00:56:35Z\",\"until\":\"2026-11-22T01:56:35Z\",\"count\":2}" },
	{ "01:10:00", "01:56:32", 0, SRC_IMPORT, EVENT_RECORDING_GAP,
	  "{\"when\":\"2026-11-22T01:10:00Z\",\"until\":\"2026-11-22T01:20:00Z\","
	  "\"reason\":\"no console was open\"}" },
	{ "01:48:10", "01:56:33", 0, SRC_IMPORT, EVENT_SIGNAL_CHANGED,
	  "{\"name\":\"lag\",\"type\":\"signal\",\"old\":\"ok\",\"new\":\"warn\","
	  "\"because\":\"412 s, limit 300 s\"}" },
	{ "01:55:40", "01:56:34", 0, SRC_SENSED, EVENT_ALERT_FIRING,
	  "{\"name\":\"HealthcheckFailed\",\"fingerprint\":\"f00d\",\"labels\":" LABELS ","
	  "\"when\":\"2026-11-22T01:55:40Z\",\"severity\":1,\"text\":\"the probe fails\"}" },
	{ "01:56:35", "", 0, SRC_HUMAN, EVENT_INCIDENT_DECLARED,
	  "{\"title\":\"Indexer down\",\"severity\":2,\"type\":\"outage\","
	  "\"components\":[\"indexer\",\"db\"],\"impact_at\":\"2026-11-22T01:50:00Z\","
	  "\"environment\":\"prod\",\"operator\":\"ana\",\"rule\":\"indexer DOWN: SEV2, degraded\","
	  "\"figures\":["
	  FIGURE("error_rate", "%", "7.1", "01:56:30") ","
	  FIGURE("lag", "s", "1240", "01:56:30") ","
	  FIGURE("stuck", "", "37", "01:56:30") "]}" },
	{ "01:56:36", "", 0, SRC_HUMAN, EVENT_ROLE_TAKEN,
	  "{\"role\":\"commander\",\"who\":\"ana\"}" },
	{ "01:58:02", "", 0, SRC_HUMAN, EVENT_UPDATE_SENT,
	  "{\"type\":\"announce\",\"text\":\"Payments are late since 01:50Z.\\nWe look for the cause.\","
	  "\"channels\":[\"ops\",\"status-page\"],\"next_at\":\"2026-11-22T02:12:00Z\","
	  "\"audience\":\"internal\"}" },
	{ "01:58:03", "", 0, SRC_SENSED, EVENT_UPDATE_DELIVERED,
	  "{\"of\":\"" ID("0007") "\",\"channel\":\"ops\",\"ok\":true,\"status\":200,\"tries\":1,"
	  "\"text\":\"ok\"}" },
	{ "01:58:33", "", 0, SRC_SENSED, EVENT_UPDATE_DELIVERED,
	  "{\"of\":\"" ID("0007") "\",\"channel\":\"status-page\",\"ok\":false,\"status\":500,"
	  "\"tries\":5,\"text\":\"internal error\"}" },
	{ "02:01:00", "", 0, SRC_HUMAN, EVENT_SEVERITY_SET,
	  "{\"old\":\"SEV2\",\"new\":\"SEV1\",\"reason\":\"payments do not arrive\",\"figures\":["
	  FIGURE("error_rate", "%", "9.8", "02:00:55") ","
	  FIGURE("lag", "s", "1505", "02:00:55") ","
	  "{\"name\":\"stuck\",\"unit\":\"\",\"at\":\"2026-11-22T01:59:10Z\","
	  "\"because\":\"db hangs\"}]}" },
	{ "02:01:58", "", 0, SRC_HUMAN, EVENT_NOTE,
	  "{\"text\":\"payout cron paused by hand\"}" },
	{ "02:02:00", "", 0, SRC_HUMAN, EVENT_FOLLOW_UP_ADDED,
	  "{\"text\":\"resume the payout cron\",\"who\":\"ana\"}" },
	{ "02:02:30", "", 1, SRC_HUMAN, EVENT_SESSION_JOINED,
	  "{\"tool_version\":\"1.0\",\"host\":\"idx-1\",\"console\":\"console\",\"boot\":\"b2\","
	  "\"boot_ms\":9000,\"pid\":77}" },
	{ "02:02:40", "", 1, SRC_HUMAN, EVENT_ROLE_TAKEN,
	  "{\"role\":\"indexer-operator\",\"who\":\"ben\"}" },
	{ "02:03:10", "", 1, SRC_HUMAN, EVENT_ALERT_ACKED,
	  "{\"name\":\"HealthcheckFailed\",\"fingerprint\":\"f00d\",\"labels\":" LABELS "}" },
	{ "02:03:20", "", 1, SRC_HUMAN, EVENT_ALERT_SILENCE_ASKED,
	  "{\"name\":\"HealthcheckFailed\",\"fingerprint\":\"f00d\",\"labels\":" LABELS ","
	  "\"until\":\"2026-11-22T02:18:20Z\",\"reason\":\"known\"}" },
	{ "02:03:21", "", 1, SRC_SENSED, EVENT_ALERT_SILENCED,
	  "{\"fingerprint\":\"f00d\",\"id\":\"5e11\",\"until\":\"2026-11-22T02:18:20Z\","
	  "\"name\":\"HealthcheckFailed\"}" },
	{ "02:05:00", "", 0, SRC_HUMAN, EVENT_TIMER_STARTED,
	  "{\"text\":\"check the WAL archive\",\"until\":\"2026-11-22T02:10:00Z\",\"who\":\"ben\"}" },
	{ "02:06:00", "", 0, SRC_SENSED, EVENT_ALERT_FIRING,
	  "{\"name\":\"IndexerHighLag\",\"fingerprint\":\"beef\","
	  "\"labels\":[\"alertname=IndexerHighLag\"],"
	  "\"when\":\"2026-11-22T02:05:55Z\",\"severity\":2}" },
	{ "02:06:01", "", 1, SRC_SENSED, EVENT_ALERT_FIRING,
	  "{\"name\":\"IndexerHighLag\",\"fingerprint\":\"beef\","
	  "\"labels\":[\"alertname=IndexerHighLag\"],"
	  "\"when\":\"2026-11-22T02:05:55Z\",\"severity\":2}" },
	{ "02:07:30", "", 0, SRC_HUMAN, EVENT_STATUS_SET,
	  "{\"old\":\"triage\",\"new\":\"identified\"}" },
	{ "02:08:00", "", 0, SRC_HUMAN, EVENT_NOTE, "{\"text\":\"the disk of db is ful\"}" },
	{ "02:08:20", "", 0, SRC_HUMAN, EVENT_CORRECTION,
	  "{\"of\":\"" ID("0022") "\",\"text\":\"the disk of db is full\"}" },
	{ "02:08:40", "", 0, SRC_HUMAN, EVENT_NOTE, "{\"text\":\"restarted redis\"}" },
	{ "02:08:50", "", 0, SRC_HUMAN, EVENT_UNDO, "{\"of\":\"" ID("0024") "\"}" },
	{ "02:09:01", "", 0, SRC_SENSED, EVENT_SIGNAL_CHANGED,
	  "{\"name\":\"redis\",\"type\":\"source\",\"old\":\"ok\",\"new\":\"down\","
	  "\"because\":\"connection refused\"}" },
	{ "02:04:00", "02:10:20", 0, SRC_HUMAN, EVENT_NOTE,
	  "{\"text\":\"restarted the indexer once, no effect\"}" },
	{ "02:10:30", "", 0, SRC_HUMAN, EVENT_PIN, "{\"of\":\"" ID("0011") "\",\"on\":true}" },
	{ "02:11:00", "", 0, SRC_HUMAN, EVENT_EVIDENCE_ADDED,
	  "{\"sha256\":\"" SHA "\",\"bytes\":4096,\"name\":\"pg.log\",\"text\":\"the last hour\"}" },
	{ "02:11:10", "", 0, SRC_HUMAN, EVENT_DEFERRED_ADDED,
	  "{\"text\":\"raise the disk alert\",\"owner\":\"ben\"}" },
	{ "02:11:20", "", 0, SRC_HUMAN, EVENT_ACTION_ITEM,
	  "{\"type\":\"alert\",\"text\":\"alert on disk at 80 %\",\"owner\":\"ben\","
	  "\"until\":\"2026-11-29T00:00:00Z\"}" },
	{ "02:11:30", "", 0, SRC_HUMAN, EVENT_ESCALATED,
	  "{\"who\":\"database team\",\"text\":\"they join in 5 min\",\"ok\":true}" },
	{ "02:12:10", "", 0, SRC_HUMAN, EVENT_UPDATE_SENT,
	  "{\"type\":\"update\",\"text\":\"The disk of the database is full. We make room.\","
	  "\"channels\":[\"ops\"],\"next_at\":\"2026-11-22T02:26:00Z\",\"audience\":\"internal\"}" },
	{ "02:13:00", "", 0, SRC_HUMAN, EVENT_COMMAND_OFFERED,
	  "{\"who\":\"ben\",\"text\":\"SEV1 Indexer down\\nThe disk of db is full.\"}" },
};

static const struct night_step second_steps[] = {
	{ "02:09:00", "", 0, SRC_HUMAN, EVENT_SESSION_JOINED,
	  "{\"tool_version\":\"1.0\",\"host\":\"ops-1\",\"console\":\"console\",\"boot\":\"b1\","
	  "\"boot_ms\":5000,\"pid\":4242}" },
	{ "02:09:07", "", 0, SRC_HUMAN, EVENT_INCIDENT_DECLARED,
	  "{\"title\":\"Horizon slow\",\"severity\":2,\"type\":\"outage\"}" },
};

static const struct night_step resolved_steps[] = {
	{ "02:13:10", "", 1, SRC_HUMAN, EVENT_COMMAND_DECLINED,
	  "{\"of\":\"" ID("0034") "\",\"reason\":\"in a train\"}" },
	{ "02:13:20", "", 0, SRC_HUMAN, EVENT_STATUS_SET,
	  "{\"old\":\"identified\",\"new\":\"mitigated\"}" },
	{ "02:13:30", "", 1, SRC_SENSED, EVENT_ALERT_RESOLVED,
	  "{\"name\":\"HealthcheckFailed\",\"fingerprint\":\"f00d\",\"labels\":" LABELS "}" },
	{ "02:13:40", "", 0, SRC_HUMAN, EVENT_STATUS_SET,
	  "{\"old\":\"mitigated\",\"new\":\"resolved\",\"text\":\"payments were late for 20 minutes\"}" },
};

static msec time_of(const char *clock)
{
	char text[WHEN_TEXT];
	msec at;

	(void)snprintf(text, sizeof(text), "2026-11-22T%sZ", clock);
	if (!when_parse(str_of(text), &at))
		abort();
	return at;
}

void night_id(size_t n, char out[ULID_TEXT])
{
	(void)snprintf(out, ULID_TEXT, "01KAMT00000000000000%06zu", n % 1000000);
}

void night_begin(struct night *night, const char *incident)
{
	*night = (struct night){ .history = history_new(incident) };
	PUT(night->origins[0].origin, "00112233aabbccdd");
	PUT(night->origins[1].origin, "ffeeddccbbaa9988");
	for (size_t i = 0; i < ARRAY_LEN(night->origins); i++)
		memset(night->origins[i].head, '0', sizeof(night->origins[i].head) - 1);
}

void night_add(struct night *night, const struct night_event *from)
{
	struct night_origin *origin = &night->origins[from->origin];
	struct event event = { .seq = ++origin->seq, .at = from->at,
			       .rec = from->rec == WHEN_NEVER ? from->at : from->rec,
			       .src = from->src, .kind = from->kind };
	struct arena arena = { 0 };
	struct buf line = { 0 };
	struct err err = { 0 };

	event.hlc.ms = event.rec;
	event.hlc.counter = (unsigned)(night->told % 10000);
	night_id(night->told++, event.id);
	PUT(event.origin, origin->origin);
	PUT(event.by, from->origin == 0 ? "ana" : "ben");
	if (!event_data_read(str_of(from->data), &arena, &event.data, &err) ||
	    !journal_line_write(&line, &event, origin->head, origin->head) ||
	    !history_take(night->history, str_sub(line.data, line.len - 1), &err)) {
		(void)fprintf(stderr, "event %zu: %s\n", night->told - 1, err.text);
		abort();
	}
	buf_done(&line);
	arena_done(&arena);
}

void night_tell(struct night *night, const struct night_event *event)
{
	night_add(night, event);
	(void)history_fold(night->history);
}

static void tell(struct night *night, const struct night_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		night_add(night, &(struct night_event){
			.origin = steps[i].origin, .at = time_of(steps[i].at),
			.rec = steps[i].rec[0] ? time_of(steps[i].rec) : WHEN_NEVER,
			.src = steps[i].src, .kind = steps[i].kind, .data = steps[i].data });
	(void)history_fold(night->history);
}

static struct figure_copy *measure(struct snapshot *now, const char *name, const char *unit,
				   const char *text)
{
	struct figure_copy *figure = &now->figures[now->count++];

	*figure = (struct figure_copy){ .known = true, .at = worlds_now() - WHEN_SECOND };
	PUT(figure->name, name);
	PUT(figure->unit, unit);
	PUT(figure->text, text);
	return figure;
}

static void measure_all(struct snapshot *now, bool known)
{
	now->at = worlds_now();
	measure(now, "error_rate", "%", "0.4");
	measure(now, "lag", "s", "35");
	measure(now, "latency", "s", "0.31")->known = false;
	measure(now, "stuck", "", "3");
	measure(now, "at_risk", "USDC", "12400.0000001");
	for (size_t i = 0; i < now->count && !known; i++) {
		now->figures[i].known = false;
		now->figures[i].at = time_of("02:09:01");
	}
	now->figures[2].at = time_of("02:09:01");
}

static struct owed *owe(struct nights *nights, enum owed_kind kind, const char *text, msec due_at)
{
	struct owed *owed = &nights->desk.owed[nights->desk.owed_count++];

	*owed = (struct owed){ .kind = kind, .due_t = due_at, .due_at = due_at };
	PUT(owed->incident, nights->desk.open[0].incident->id);
	PUT(owed->text, text);
	owed->prompt = owed->overdue = due_at != WHEN_NEVER && due_at <= worlds_now();
	return owed;
}

static struct docket *open_night(struct nights *nights, const char *id, const char *folder,
				 const struct night_step *steps, size_t count)
{
	struct night *night = &nights->nights[nights->count++];
	struct docket *docket = &nights->desk.open[nights->desk.count++];

	night_begin(night, id);
	tell(night, steps, count);
	*docket = (struct docket){ .incident = history_incident(night->history),
				   .history = night->history, .saving = SAVING_SAVED };
	PUT(docket->origin, night->origins[0].origin);
	PUT(docket->folder, folder);
	return docket;
}

static struct docket *open_first(struct nights *nights)
{
	struct docket *docket = open_night(nights, "7k3f9q",
		"/var/lib/binnacle/incidents/2026-11-22-indexer-down-7k3f9q", open_steps,
		ARRAY_LEN(open_steps));
	struct peer *peer = &docket->peers[docket->peer_count++];

	PUT(peer->who, "ben");
	PUT(peer->host, "idx-1");
	PUT(peer->origin, "ffeeddccbbaa9988");
	peer->heard = worlds_now() - 2 * WHEN_MINUTE;
	measure_all(&nights->desk.figures, true);
	owe(nights, OWED_TIMER, "ben: check the WAL archive", time_of("02:10:00"));
	owe(nights, OWED_UPDATE, "update for SEV1, promised 02:26Z", time_of("02:26:00"));
	owe(nights, OWED_TICKET, "no ticket yet", WHEN_NEVER);
	return docket;
}

static void make(struct nights *nights, enum nights_kind kind)
{
	struct docket *docket;

	if (kind == NIGHTS_NONE) {
		PUT(nights->desk.last, "#4h2k8r closed 3d ago; its postmortem is done");
		return;
	}
	docket = open_first(nights);
	switch (kind) {
	case NIGHTS_NONE:
	case NIGHTS_OPEN:
	case NIGHTS_COUNT:
		break;
	case NIGHTS_TWO:
		(void)open_night(nights, "9p2m4x",
				 "/var/lib/binnacle/incidents/2026-11-22-horizon-slow-9p2m4x",
				 second_steps, ARRAY_LEN(second_steps));
		break;
	case NIGHTS_RESOLVED:
		tell(&nights->nights[0], resolved_steps, ARRAY_LEN(resolved_steps));
		nights->desk.owed_count = 0;
		owe(nights, OWED_POSTMORTEM, "postmortem", time_of("02:13:40") + 48 * WHEN_HOUR);
		owe(nights, OWED_RCA, "root cause analysis", time_of("02:13:40") + 72 * WHEN_HOUR);
		break;
	case NIGHTS_UNSAVED:
		docket->saving = SAVING_NOT_SAVED;
		docket->waiting = 3;
		PUT(docket->trouble, "no space left on device");
		break;
	case NIGHTS_UNKNOWN:
		nights->desk.figures = (struct snapshot){ 0 };
		measure_all(&nights->desk.figures, false);
		break;
	}
}

const char *nights_name(enum nights_kind kind)
{
	return names[kind];
}

struct nights *nights_new(enum nights_kind kind, struct world *world)
{
	struct nights *nights = mem_new(sizeof(*nights));

	nights->policy.recovery_hold = RECOVERY_HOLD;
	nights->desk.policy = &nights->policy;
	nights->desk.version = 1;
	make(nights, kind);
	world->desk = &nights->desk;
	return nights;
}

void nights_free(struct nights *nights)
{
	for (size_t i = 0; nights && i < nights->count; i++)
		history_free(nights->nights[i].history);
	mem_free(nights);
}
