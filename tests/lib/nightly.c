#include "tests/lib/nightly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"

#define ID(n) "01KAMT00000000000000" "00" n
#define SIGNALS "5e1f7c0a3b2d4e6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7"
#define OUTPUT "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define BOOK "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"

struct told {
	const char *at, *rec;		/* of 2026-11-22; rec NULL: at once */
	size_t who;			/* 0 ana, 1 ben */
	enum event_src src;
	enum event_kind kind;
	const char *data;
};

#define FIGURE(name, unit, text, at) \
	"{\"name\":\"" name "\",\"unit\":\"" unit "\",\"text\":\"" text "\"," \
	"\"at\":\"2026-11-22T" at "Z\"}"
#define LABELS "[\"alertname=IndexerDown\",\"service=indexer\"]"
#define TERMS "\"values\":[\"sev1.update_every=900\",\"sev1.update_overdue=1800\"," \
	"\"sev1.postmortem=172800\",\"sev1.rca=259200\",\"sev2.update_every=900\"," \
	"\"sev2.update_overdue=1800\",\"sev2.postmortem=172800\",\"rto.indexer=7200\"," \
	"\"rpo.indexer=300\",\"zone=Africa/Lagos\"]"
#define JOINED(host, pid) \
	"{\"tool_version\":\"0.1.0\",\"host\":\"" host "\",\"console\":\"console\"," \
	"\"boot\":\"" host "-1\",\"boot_ms\":5000,\"pid\":" pid "}"

static const struct told outage[] = {
	{ "02:04:10", NULL, 0, SRC_HUMAN, EVENT_SESSION_JOINED, JOINED("ops-1", "4242") },
	{ "01:04:40", "02:04:11", 0, SRC_IMPORT, EVENT_FLIGHT_IMPORTED,
	  "{\"when\":\"2026-11-22T01:04:40Z\",\"until\":\"2026-11-22T02:04:40Z\",\"count\":61,"
	  "\"sha256\":\"" SIGNALS "\",\"text\":\"61 minutes of 2 signals\"}" },
	{ "02:02:10", "02:04:12", 0, SRC_SENSED, EVENT_ALERT_FIRING,
	  "{\"name\":\"IndexerDown\",\"fingerprint\":\"f00d\",\"labels\":" LABELS ","
	  "\"when\":\"2026-11-22T02:02:10Z\",\"severity\":1,\"text\":\"the indexer does not answer\"}" },
	{ "02:04:40", NULL, 0, SRC_HUMAN, EVENT_INCIDENT_DECLARED,
	  "{\"title\":\"Indexer down, payouts late\",\"severity\":2,\"type\":\"outage\","
	  "\"components\":[\"indexer\",\"api\"],\"impact_at\":\"2026-11-22T01:58:00Z\","
	  "\"environment\":\"prod\",\"operator\":\"ana\",\"rule\":\"indexer DOWN: SEV2\"," TERMS ","
	  "\"figures\":[" FIGURE("lag", "s", "402", "02:04:30") ","
	  FIGURE("at_risk", "USDC", "12400.5", "02:04:30") "]}" },
	{ "02:04:41", NULL, 0, SRC_HUMAN, EVENT_ROLE_TAKEN,
	  "{\"role\":\"commander\",\"who\":\"ana\"}" },
	{ "02:05:20", NULL, 0, SRC_HUMAN, EVENT_ALERT_ACKED,
	  "{\"name\":\"IndexerDown\",\"fingerprint\":\"f00d\",\"labels\":" LABELS "}" },
	{ "02:09:00", NULL, 0, SRC_HUMAN, EVENT_UPDATE_SENT,
	  "{\"type\":\"announce\",\"text\":\"Payouts are late since 01:58Z.\\nWe look for the cause.\","
	  "\"channels\":[\"status-page\"],\"next_at\":\"2026-11-22T02:24:00Z\",\"audience\":\"public\"}" },
	{ "02:09:01", NULL, 0, SRC_SENSED, EVENT_UPDATE_DELIVERED,
	  "{\"of\":\"" ID("0006") "\",\"channel\":\"status-page\",\"ok\":true,\"status\":200,"
	  "\"tries\":1,\"text\":\"ok\"}" },
	{ "02:10:00", NULL, 1, SRC_HUMAN, EVENT_SESSION_JOINED, JOINED("idx-1", "77") },
	{ "02:10:20", NULL, 1, SRC_HUMAN, EVENT_ROLE_TAKEN,
	  "{\"role\":\"indexer-operator\",\"who\":\"ben\"}" },
	{ "02:11:00", NULL, 0, SRC_HUMAN, EVENT_SEVERITY_SET,
	  "{\"old\":\"SEV2\",\"new\":\"SEV1\",\"reason\":\"payouts do not arrive\",\"figures\":["
	  FIGURE("lag", "s", "790", "02:10:55") "," FIGURE("at_risk", "USDC", "31990.25", "02:10:55")
	  "]}" },
	{ "02:12:00", NULL, 1, SRC_HUMAN, EVENT_RUN_STARTED,
	  "{\"runbook\":\"indexer-down\",\"title\":\"Indexer down\",\"sha256\":\"" BOOK "\","
	  "\"mode\":\"native\",\"blob\":\"0123456789abcdef0123456789abcdef01234567\","
	  "\"steps\":[\"look\",\"free-disk\",\"restart\",\"replay\",\"verify\",\"tell\"],"
	  "\"because\":\"for alert IndexerDown\","
	  "\"values\":[\"look=60\",\"free-disk=240\",\"restart=90\",\"replay=900\"]}" },
	{ "02:12:05", NULL, 1, SRC_HUMAN, EVENT_STEP_STARTED,
	  "{\"run\":\"" ID("0011") "\",\"step\":\"look\"}" },
	{ "02:13:30", NULL, 1, SRC_HUMAN, EVENT_STEP_DONE,
	  "{\"run\":\"" ID("0011") "\",\"step\":\"look\",\"text\":\"the disk of db-7 is full\"}" },
	{ "02:14:00", NULL, 1, SRC_HUMAN, EVENT_STEP_STARTED,
	  "{\"run\":\"" ID("0011") "\",\"step\":\"free-disk\"}" },
	{ "02:14:10", NULL, 1, SRC_HUMAN, EVENT_STEP_RUN_STARTED,
	  "{\"run\":\"" ID("0011") "\",\"step\":\"free-disk\",\"fence\":0,\"host\":\"idx-1\","
	  "\"text\":\"ssh db-7 sudo rm /var/lib/postgresql/old-wal/*\"}" },
	{ "02:16:40", NULL, 1, SRC_SENSED, EVENT_STEP_RUN_ENDED,
	  "{\"of\":\"" ID("0015") "\",\"how\":\"exited\",\"status\":0,\"ok\":true,\"took_ms\":150000,"
	  "\"sha256\":\"" OUTPUT "\",\"bytes\":812}" },
	{ "02:22:10", NULL, 1, SRC_HUMAN, EVENT_STEP_DONE,
	  "{\"run\":\"" ID("0011") "\",\"step\":\"free-disk\"}" },
	{ "02:22:30", NULL, 1, SRC_HUMAN, EVENT_STEP_STARTED,
	  "{\"run\":\"" ID("0011") "\",\"step\":\"restart\"}" },
	{ "02:23:20", NULL, 1, SRC_SENSED, EVENT_STEP_SENSED,
	  "{\"run\":\"" ID("0011") "\",\"step\":\"restart\",\"because\":\"indexer.state is ok\"}" },
	{ "02:24:00", NULL, 0, SRC_SENSED, EVENT_UPDATE_DUE,
	  "{\"when\":\"2026-11-22T02:24:00Z\",\"until\":\"2026-11-22T02:39:00Z\"}" },
	{ "02:25:00", NULL, 1, SRC_HUMAN, EVENT_STEP_SKIPPED,
	  "{\"run\":\"" ID("0011") "\",\"step\":\"replay\",\"reason\":\"it catches up by itself\"}" },
	{ "02:26:00", NULL, 0, SRC_HUMAN, EVENT_STATUS_SET,
	  "{\"old\":\"triage\",\"new\":\"identified\"}" },
	{ "02:39:00", NULL, 0, SRC_SENSED, EVENT_UPDATE_MISSED, "{\"when\":\"2026-11-22T02:24:00Z\"}" },
	{ "02:41:30", NULL, 0, SRC_HUMAN, EVENT_UPDATE_SENT,
	  "{\"type\":\"update\",\"text\":\"The disk of db-7 was full. ben made room.\","
	  "\"channels\":[\"ops\"],\"next_at\":\"2026-11-22T02:56:00Z\",\"audience\":\"internal\"}" },
	{ "02:20:00", "02:43:00", 0, SRC_HUMAN, EVENT_NOTE,
	  "{\"text\":\"payout cron paused by hand | *before* the restart\\n<see the wiki>\"}" },
	{ "02:44:00", NULL, 0, SRC_HUMAN, EVENT_PIN, "{\"of\":\"" ID("0013") "\",\"on\":true}" },
	{ "02:45:00", NULL, 0, SRC_HUMAN, EVENT_TICKET_SET,
	  "{\"url\":\"https://tickets.example/OPS-311\"}" },
	{ "02:48:00", NULL, 0, SRC_HUMAN, EVENT_STATUS_SET,
	  "{\"old\":\"identified\",\"new\":\"mitigated\"}" },
	{ "02:50:00", NULL, 0, SRC_SENSED, EVENT_ALERT_RESOLVED,
	  "{\"name\":\"IndexerDown\",\"fingerprint\":\"f00d\",\"labels\":" LABELS "}" },
	{ "02:51:00", NULL, 1, SRC_HUMAN, EVENT_STEP_OVERRIDDEN,
	  "{\"run\":\"" ID("0011") "\",\"step\":\"verify\",\"reason\":\"the probe is slow\"}" },
	{ "02:52:00", NULL, 1, SRC_HUMAN, EVENT_RUN_ENDED,
	  "{\"run\":\"" ID("0011") "\",\"text\":\"COMPLETE EXCEPT 1 OPEN\"}" },
	{ "03:06:00", NULL, 0, SRC_HUMAN, EVENT_STATUS_SET,
	  "{\"old\":\"mitigated\",\"new\":\"resolved\",\"text\":\"payouts were up to 50 minutes late\","
	  "\"figures\":[" FIGURE("lag", "s", "12", "03:05:55") ","
	  FIGURE("at_risk", "USDC", "0", "03:05:55") "]}" },
	{ "03:10:00", NULL, 0, SRC_HUMAN, EVENT_ACTION_ITEM,
	  "{\"type\":\"alert\",\"text\":\"alert at 80 % of the disk of db-7\",\"owner\":\"ben\","
	  "\"until\":\"2026-11-29T00:00:00Z\"}" },
	{ "03:11:00", NULL, 0, SRC_HUMAN, EVENT_ACTION_ITEM_NONE,
	  "{\"type\":\"test\",\"reason\":\"a full disk cannot be tested in CI\"}" },
	{ "03:12:00", NULL, 0, SRC_HUMAN, EVENT_POSTMORTEM_ANSWERED,
	  "{\"name\":\"impact\",\"text\":\"About 340 payouts were late.\\n\\n- none was lost\\n"
	  "- *nobody* was paid twice\"}" },
	{ "03:13:00", NULL, 0, SRC_HUMAN, EVENT_SIGNALS_RECORDED,
	  "{\"sha256\":\"" SIGNALS "\",\"when\":\"2026-11-22T01:04:00Z\","
	  "\"until\":\"2026-11-22T03:10:00Z\"}" },
};

static const struct told drill[] = {
	{ "10:00:00", NULL, 0, SRC_HUMAN, EVENT_SESSION_JOINED, JOINED("ops-1", "5150") },
	{ "10:00:10", NULL, 0, SRC_HUMAN, EVENT_INCIDENT_DECLARED,
	  "{\"title\":\"Restore drill\",\"severity\":3,\"type\":\"drill\",\"components\":[\"indexer\"],"
	  "\"environment\":\"drill\",\"operator\":\"ana\"}" },
	{ "10:00:11", NULL, 0, SRC_HUMAN, EVENT_DRILL_ANNOUNCED,
	  "{\"type\":\"restoration\",\"name\":\"indexer-db-restore\",\"environment\":\"drill\","
	  "\"target\":\"teachlink/dr-test\",\"when\":\"2026-11-22T10:00:00Z\","
	  "\"until\":\"2026-11-22T12:00:00Z\"}" },
	{ "10:30:00", NULL, 0, SRC_HUMAN, EVENT_STATUS_SET,
	  "{\"old\":\"triage\",\"new\":\"resolved\",\"text\":\"nobody: it was a drill\"}" },
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

static void tell(struct night *night, const struct told *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		night_add(night, &(struct night_event){
			.origin = steps[i].who, .at = time_of(steps[i].at),
			.rec = steps[i].rec ? time_of(steps[i].rec) : WHEN_NEVER,
			.src = steps[i].src, .kind = steps[i].kind, .data = steps[i].data });
	(void)history_fold(night->history);
}

/* A lag that grows from 01:58 to 02:23 and falls again, unknown for eleven minutes, and a rate of
 * errors beside it: every minute from 01:04 to 03:10. */
static void put_signals(struct buf *out, const char *name)
{
	json_t *key = json_stringn_nocheck(name, strlen(name));
	char *quoted = json_dumps(key, JSON_ENCODE_ANY);
	msec from = time_of("01:04:00");

	buf_fmt(out, "{\"schema\":\"binnacle.flight/1\",\"recorded\":{\"signals\":{%s:[",
		quoted ? quoted : "\"lag\"");
	free(quoted);
	json_decref(key);
	for (int i = 0; i <= 126; i++) {
		int lag = i < 54 ? 5 + i % 4 : i < 79 ? 6 + (i - 54) * 62 : 1556 - (i - 79) * 40;

		buf_fmt(out, "%s[%lld,\"ok\",", i ? "," : "", (long long)(from / 1000 + i * 60));
		buf_fmt(out, i >= 84 && i <= 94 ? "null]" : "%d]", lag > 6 ? lag : 6);
	}
	buf_text(out, "],\"error_rate\":[");
	for (int i = 0; i <= 126; i++)
		buf_fmt(out, "%s[%lld,\"ok\",%d.%d]", i ? "," : "",
			(long long)(from / 1000 + i * 60), i < 56 || i > 104 ? 0 : 4 + i % 5, i % 7);
	buf_text(out, "]}}}");
}

static char lag[] = "lag";

/* What the first signal is called is the argument; when a test named it, all evidence is of it. */
static bool evidence(void *arg, const char *sha256, struct buf *out)
{
	if (strcmp(sha256, SIGNALS) != 0 && arg == lag)
		return false;
	put_signals(out, arg);
	return true;
}

static int lagos(void *arg, msec at)
{
	(void)arg;
	(void)at;
	return 3600;
}

struct story *nightly_story(const struct history *history, bool public_)
{
	return nightly_named(history, public_, lag);
}

struct story *nightly_named(const struct history *history, bool public_, char *signal)
{
	struct story_in in = { .history = history, .tool_version = "0.1.0", .public_ = public_,
			       .exported_at = NIGHTLY_AT, .offset = lagos, .evidence = evidence,
			       .arg = signal };

	return story_new(&in);
}

void nightly_build(struct nightly *nightly, enum nightly_kind kind, bool public_)
{
	night_begin(&nightly->night, kind == NIGHTLY_OUTAGE ? "7k3f9q" : "d4r111");
	if (kind == NIGHTLY_OUTAGE)
		tell(&nightly->night, outage, ARRAY_LEN(outage));
	else
		tell(&nightly->night, drill, ARRAY_LEN(drill));
	nightly->story = nightly_story(nightly->night.history, public_);
}

void nightly_done(struct nightly *nightly)
{
	story_free(nightly->story);
	history_free(nightly->night.history);
	*nightly = (struct nightly){ 0 };
}

bool nightly_gather(void *arg, struct str bytes)
{
	return buf_add(arg, bytes.p, bytes.len);
}

void nightly_write(const struct story *story, enum postmortem_format format, struct str before,
		    struct buf *out)
{
	static postmortem_writer *const writers[] = {
		[POSTMORTEM_HTML] = postmortem_html, [POSTMORTEM_JSON] = postmortem_json,
		[POSTMORTEM_CSV] = postmortem_csv, [POSTMORTEM_TEXT] = postmortem_text,
	};
	struct pour pour;
	size_t kept;
	bool ok;

	pour_begin(&pour, nightly_gather, out);
	ok = format == POSTMORTEM_MD ? postmortem_markdown(story, before, &pour, &kept) :
	     writers[format](story, &pour);
	if (!pour_end(&pour) || !ok)
		abort();
}
