/* What was asked of procedures, and the step that does it: nothing of it may get lost. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "runbook/runbook.h"

enum { TEXT = 256 * 1024 };

/* id of the demand; runbook; id of the step; words of the step or of its section, as a reader finds
 * them. */
static const struct {
	const char *id, *book, *step, *words;
} asked[] = {
	/* The first ten minutes, and the three patterns. */
	{"S0-9", "first-10-minutes", "part", "Which alert"},
	{"S0-10", "first-10-minutes", "reach", "**error rate**"},
	{"S0-11", "first-10-minutes", "ready", "/health"},
	{"S0-12", "first-10-minutes", "indexer", "restart it"},
	{"S0-12", "indexer-down", "end-alerts", "absent(alert(TeachLinkIndexerDown))"},
	{"S0-13", "first-10-minutes", "database", "db-failover.md"},
	{"S0-14", "first-10-minutes", "horizon", "horizon-outage.md"},
	{"S0-14", "horizon-outage", "dns-route", "getent"},
	{"S0-15", "first-10-minutes", "ten", "Ten minutes are over"},
	{"S0-16", "reduce-load", "jobs", "can wait"},
	{"S0-16", "reduce-load", "backoff", "back-off"},
	{"S0-16", "reduce-load", "shed", "at the edge"},
	{"S0-17", "restore-service", "restart", "docker compose restart"},
	{"S0-17", "restore-service", "rollback", "Roll back"},
	{"S0-17", "restore-service", "fix", "Hotfix"},
	{"S0-18", "protect-integrity", "pause", "Pause payments"},
	{"S0-19", "first-10-minutes", "declare", "symptom"},
	{"S0-20", "horizon-outage", "updates", "every=15m"},
	{"S0-21", "first-10-minutes", "over", "Impact on customers"},
	{"S0-22", "first-10-minutes", "postmortem", "due=48h"},
	{"S0-23", "first-10-minutes", "alert-earlier", "type alert"},
	{"S0-24", "first-10-minutes", "regression-test", "type test"},
	/* Recovery: corruption, partial loss, full loss, secrets, third party. */
	{"S1-11", "dr-data-corruption", "announce", "integrity check"},
	{"S1-12", "dr-data-corruption", "isolate", "Isolate"},
	{"S1-12", "dr-data-corruption", "fallback", "read-only"},
	{"S1-13", "dr-data-corruption", "manifest", "last good"},
	{"S1-13", "dr-data-corruption", "fetch", "backups/artifacts/$MANIFEST_ID"},
	{"S1-13", "dr-data-corruption", "hash", "integrity_hash"},
	{"S1-14", "dr-data-corruption", "verify", "data_integrity_verify"},
	{"S1-14", "dr-data-corruption", "smoke", "Smoke tests"},
	{"S1-15", "dr-data-corruption", "replay", "since the backup"},
	{"S1-15", "dr-data-corruption", "record", "corrective actions"},
	{"S1-16", "dr-partial-data-loss", "what", "Metrics of the indexer are missing"},
	{"S1-17", "dr-partial-data-loss", "restore", "restore_tool"},
	{"S1-18", "dr-partial-data-loss", "wal", "Replay the WAL"},
	{"S1-18", "dr-partial-data-loss", "replay", "indexer_replay --from"},
	{"S1-19", "dr-partial-data-loss", "counts", "golden manifest"},
	{"S1-20", "dr-full-environment-loss", "failover", "secondary region"},
	{"S1-20", "dr-full-environment-loss", "provision",
	 "infrastructure/runbooks/provision_cluster.md"},
	{"S1-21", "dr-full-environment-loss", "volumes", "volumes"},
	{"S1-22", "dr-full-environment-loss", "release", "The release that made the backup"},
	{"S1-23", "dr-full-environment-loss", "smoke", "smoke tests"},
	{"S1-23", "dr-full-environment-loss", "synthetic", "Synthetic transactions"},
	{"S1-24", "dr-secrets-compromise", "rotate", "Rotate"},
	{"S1-25", "dr-secrets-compromise", "revoke", "Revoke"},
	{"S1-26", "dr-secrets-compromise", "manifests", "Manifests that refer to secrets"},
	{"S1-27", "dr-secrets-compromise", "redeploy", "Redeploy"},
	{"S1-28", "dr-secrets-compromise", "stopped", "access has stopped"},
	{"S1-28", "dr-secrets-compromise", "verification", "verification keys"},
	{"S1-29", "dr-third-party-outage", "target", "alternative replication target"},
	{"S1-29", "dr-third-party-outage", "switch", "Switch"},
	{"S1-30", "dr-third-party-outage", "read", "A read works"},
	{"S1-30", "dr-third-party-outage", "write", "A write works"},
	/* The restore test. */
	{"S1-31", "restore-test", "tools", "verification key"},
	{"S1-32", "restore-test", "provision", "teachlink/dr-test"},
	{"S1-33", "restore-test", "fetch", "manifests/$MANIFEST_ID.json"},
	{"S1-34", "restore-test", "hashes", "sha256sum"},
	{"S1-35", "restore-test", "restore",
	 "restore_tool --manifest ./manifest.json --target ./restore"},
	{"S1-36", "restore-test", "replay", "indexer_replay --from"},
	{"S1-37", "restore-test", "suite", "scripts/recovery_test.sh"},
	{"S1-38", "restore-test", "report", "RecoveryExecutedEvent"},
	{"S1-39", "restore-test", "hashes", "**every** one"},
	{"S1-40", "restore-test", "suite", "a sample write"},
	{"S1-41", "restore-test", "counts", "Within the tolerance"},
	{"S1-42", "restore-test", "revert", "Throw the test environment away"},
	{"S1-62", "restore-test", "announce", "isolated test environment"},
	{"S1-65", "restore-test", "review", "Review"},
	{"S1-70", "restore-test", "report", "backups/recovery_reports"},
	{"S1-72", "restore-test", "times", "Times per component"},
	/* Services come back in one order. */
	{"S1-43", "service-restoration", "stakeholders", "rota"},
	{"S1-44", "service-restoration", "record", "target RTO and RPO"},
	{"S1-45", "service-restoration", "traffic-off", "DNS"},
	{"S1-46", "service-restoration", "monitoring", "Metrics and logs"},
	{"S1-47", "service-restoration", "objects", "object store"},
	{"S1-48", "service-restoration", "database", "the stream replayed"},
	{"S1-49", "service-restoration", "start-indexer", "First the indexer"},
	{"S1-50", "service-restoration", "start-api", "Then the API"},
	{"S1-51", "service-restoration", "workers", "Then workers"},
	{"S1-52", "service-restoration", "frontend", "Open the frontend"},
	{"S1-53", "service-restoration", "smoke", "synthetic transactions"},
	{"S1-54", "service-restoration", "integrity", "golden manifest"},
	{"S1-55", "service-restoration", "scale", "Scale"},
	{"S1-56", "service-restoration", "fixes", "Hotfixes"},
	{"S1-57", "service-restoration", "close", "RTO and RPO reached"},
	{"S1-76", "service-restoration", "rca", "due=72h"},
	/* The four of the payments platform. */
	{"S2-17", "horizon-outage", "what", "5xx"},
	{"S2-17", "horizon-outage", "switch", "BACKUP_HORIZON_URL"},
	{"S2-17", "horizon-outage", "updates", "do not send a payment a second time"},
	{"S2-19", "jwt-secret-rotation", "keep-old", "JWT_SECRET_PREVIOUS"},
	{"S2-19", "jwt-secret-rotation", "no-cut", "jwt.state == ok"},
	{"S2-19", "jwt-secret-rotation", "longest", "Seven days"},
	{"S2-19", "jwt-secret-rotation", "cut-over", "Ends every session"},
	{"S2-20", "stuck-transaction-recovery", "list", "pending"},
	{"S2-20", "stuck-transaction-recovery", "evidence", "broadcast"},
	{"S2-20", "stuck-transaction-recovery", "cancel", "use up its slot"},
	{"S2-34", "restore-test", "tools", "command -v"},
};

static size_t load(const char *book, char *path, size_t size, char *out)
{
	ssize_t got;
	int fd;

	snprintf(path, size, "runbooks/%s.md", book);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	got = read(fd, out, TEXT);
	close(fd);
	assert_in_range(got, 1, TEXT - 1);
	out[got] = '\0';
	return (size_t)got;
}

/* Blanks and breaks of lines are alike, for text is filled. */
static bool holds(const char *text, const char *words)
{
	for (; *text; text++) {
		const char *t = text, *w = words;

		while (*w && *t && (*w == *t || (*w == ' ' && *t == '\n'))) {
			w++;
			if (*t++ == '\n')
				while (*t == ' ' || *t == '>')
					t++;
		}
		if (!*w)
			return true;
	}
	return false;
}

static void each_demand_has_its_step(void **state)
{
	static char text[TEXT + 1];
	char path[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		size_t len = load(asked[i].book, path, sizeof(path), text);
		struct err err = {0};
		struct runbook *book = runbook_read(path, str_sub(text, len), &err);

		assert_non_null(book);
		if (!runbook_step(book, asked[i].step))
			fail_msg("%s: %s has no step %s", asked[i].id, path, asked[i].step);
		if (!holds(text, asked[i].words))
			fail_msg("%s: %s does not say \"%s\"", asked[i].id, path, asked[i].words);
		runbook_free(book);
	}
}

/* Stores, then indexer, API, workers and the public: and each but the first is sensed before. */
static void services_come_back_in_one_order(void **state)
{
	static const char *const order[] = {
		"traffic-off", "objects", "database", "start-indexer", "indexer", "start-api", "api",
		"workers", "saved", "smoke", "frontend",
	};
	static char text[TEXT + 1];
	char path[128];
	size_t len = load("service-restoration", path, sizeof(path), text);
	struct err err = {0};
	struct runbook *book = runbook_read(path, str_sub(text, len), &err);
	unsigned before = 0;

	(void)state;
	assert_non_null(book);
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		const struct step *step = runbook_step(book, order[i]);

		assert_non_null(step);
		assert_true(step->ordered && step->n > before);
		before = step->n;
	}
	assert_non_null(runbook_step(book, "indexer")->probe);
	assert_non_null(runbook_step(book, "api")->probe);
	runbook_free(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_demand_has_its_step),
		cmocka_unit_test(services_come_back_in_one_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
