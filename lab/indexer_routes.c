/* indexer_routes.c: the public routes of the stand-in indexer. */
#include "lab/indexer.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "lab/express.h"
#include "lab/later.h"

enum { CACHE_SECONDS = 60, SLUGGISH_MS = 2000 };

static const char dashboard_sql[] =
	"SELECT count(*), coalesce(sum(amount), 0), count(*) FILTER (WHERE status = 'completed'), "
	"(SELECT count(*) FROM escrows), (SELECT coalesce(sum(amount), 0) FROM escrows), "
	"(SELECT count(*) FROM escrows WHERE status = 'disputed') FROM bridge_transactions";

struct visit {
	struct indexer *indexer;
	struct request *req;
};

static void send_text(struct indexer *indexer, struct request *req, int status, const char *text)
{
	struct buf body = { 0 };

	buf_text(&body, text);
	indexer_send(indexer, req, status, EXPRESS_JSON, &body);
	buf_done(&body);
}

static void send_500(struct indexer *indexer, struct request *req)
{
	send_text(indexer, req, 500, "{\"statusCode\":500,\"message\":\"Internal server error\"}");
}

static void put_dashboard(const struct db_rows *rows, struct buf *out)
{
	int64_t total = 0, completed = 0, percent;

	num_parse_i64(str_of(db_cell(rows, 0, 0)), &total);
	num_parse_i64(str_of(db_cell(rows, 0, 2)), &completed);
	percent = total > 0 ? completed * 100 / total : 100;
	buf_fmt(out, "{\"bridgeHealthScore\":%lld,\"bridgeTotalVolume\":\"%s\","
		"\"bridgeTotalTransactions\":%lld,\"bridgeSuccessRate\":%lld,",
		(long long)(percent + 80 > 100 ? 100 : percent + 80), db_cell(rows, 0, 1),
		(long long)total, (long long)(total > 0 ? completed * 10000 / total : 10000));
	buf_fmt(out, "\"escrowTotalCount\":%s,\"escrowTotalVolume\":\"%s\","
		"\"escrowDisputeCount\":%s,\"escrowAvgResolutionTime\":0,", db_cell(rows, 0, 3),
		db_cell(rows, 0, 4), db_cell(rows, 0, 5));
	buf_fmt(out, "\"totalRewardsIssued\":\"0\",\"rewardClaimCount\":0,\"complianceReportCount\":0,"
		"\"auditRecordCount\":0,\"generatedAt\":\"%lld\"}", (long long)indexer_clock());
}

static void on_dashboard(void *arg, const struct db_rows *rows)
{
	struct visit *visit = arg;
	struct indexer *indexer = visit->indexer;

	if (rows && db_count(rows) == 1) {
		buf_clear(&indexer->dashboard);
		put_dashboard(rows, &indexer->dashboard);
		indexer->dashboard_at = uv_hrtime();
		indexer_send(indexer, visit->req, 200, EXPRESS_JSON, &indexer->dashboard);
	} else {
		send_500(indexer, visit->req);
	}
	mem_free(visit);
}

static void on_visit(void *arg)
{
	struct visit *visit = arg;
	struct indexer *indexer = visit->indexer;
	uint64_t age = uv_hrtime() - indexer->dashboard_at;

	if (indexer->dashboard_at > 0 && age < CACHE_SECONDS * (uint64_t)1000000000) {
		indexer->cache_hits++;
		indexer_send(indexer, visit->req, 200, EXPRESS_JSON, &indexer->dashboard);
		mem_free(visit);
		return;
	}
	indexer->cache_misses++;
	db_ask(indexer->db, dashboard_sql, on_dashboard, visit);
}

static void visit_dashboard(struct indexer *indexer, struct request *req)
{
	struct visit *visit;

	if (indexer->faults.failing && (indexer->visits++ & 1)) {
		send_500(indexer, req);
		return;
	}
	visit = mem_new(sizeof(*visit));
	*visit = (struct visit){ .indexer = indexer, .req = req };
	if (indexer->faults.sluggish)
		later(indexer->site.loop, SLUGGISH_MS, on_visit, visit);
	else
		on_visit(visit);
}

static void visit_metrics(struct indexer *indexer, struct request *req)
{
	struct buf body = { 0 };

	indexer_put_metrics(indexer, &body);
	indexer_send(indexer, req, 200, EXPRESS_PROMETHEUS, &body);
	buf_done(&body);
}

/* Rows as the real program's mapper writes them: big numbers are texts. */
static const char manifests_sql[] =
	"SELECT coalesce(json_agg(m), '[]') FROM (SELECT id, \"backupId\"::text, "
	"\"createdAt\"::text, \"createdBy\", \"integrityHash\", \"rtoTier\", "
	"\"encryptionRef\"::text, ledger::text, \"txHash\", \"indexedAt\" FROM backup_manifests "
	"ORDER BY backup_manifests.\"createdAt\" DESC LIMIT 100) AS m";
static const char verifications_sql[] =
	"SELECT coalesce(json_agg(v), '[]') FROM (SELECT id, \"backupId\"::text, "
	"\"verifiedAt\"::text, \"verifiedBy\", valid, ledger::text, \"txHash\", \"indexedAt\" "
	"FROM backup_verifications ORDER BY backup_verifications.\"verifiedAt\" DESC LIMIT 100) AS v";

#define RECOVERIES_SQL \
	"(SELECT coalesce(json_agg(r), '[]') FROM (SELECT id, \"recoveryId\"::text, " \
	"\"backupId\"::text, \"executedAt\"::text, \"executedBy\", \"recoveryDurationSecs\"::text, " \
	"success, ledger::text, \"txHash\", \"indexedAt\" FROM recovery_records " \
	"ORDER BY recovery_records.\"executedAt\" DESC LIMIT 100) AS r)"
static const char recoveries_sql[] = "SELECT " RECOVERIES_SQL;
static const char audit_sql[] =
	"SELECT json_build_object('backups', (SELECT coalesce(json_agg(m), '[]') FROM (SELECT id, "
	"\"backupId\"::text, \"createdAt\"::text, \"createdBy\", \"integrityHash\", \"rtoTier\", "
	"\"encryptionRef\"::text, ledger::text, \"txHash\", \"indexedAt\" FROM backup_manifests "
	"ORDER BY backup_manifests.\"createdAt\" DESC LIMIT 100) AS m), 'recoveries', "
	RECOVERIES_SQL ")";
/* No rows give zeros, as the real one does. */
static const char rto_sql[] =
	"SELECT json_build_object('avgDurationSecs', coalesce(avg(\"recoveryDurationSecs\") "
	"FILTER (WHERE success), 0)::bigint, 'successCount', count(*) FILTER (WHERE success), "
	"'totalCount', count(*)) FROM recovery_records";
static const char integrity_sql[] =
	"SELECT json_build_object('windowHours', 24, 'totalBackups', b, 'totalVerifications', v, "
	"'validVerifications', ok, 'invalidVerifications', v - ok, 'verificationSuccessRate', "
	"CASE WHEN v > 0 THEN ok * 100 / v ELSE 0 END, 'backupCoverageRate', "
	"CASE WHEN b > 0 THEN least(v * 100 / b, 100) ELSE 0 END) FROM "
	"(SELECT count(*) AS b FROM backup_manifests WHERE \"createdAt\" > "
	"extract(epoch FROM now()) - 86400) AS backups, "
	"(SELECT count(*) AS v, count(*) FILTER (WHERE valid) AS ok FROM backup_verifications "
	"WHERE \"verifiedAt\" > extract(epoch FROM now()) - 86400) AS verifications";

static void on_listing(void *arg, const struct db_rows *rows)
{
	struct visit *visit = arg;

	if (rows && db_count(rows) == 1)
		send_text(visit->indexer, visit->req, 200, db_cell(rows, 0, 0));
	else
		send_500(visit->indexer, visit->req);
	mem_free(visit);
}

static bool visit_listing(struct indexer *indexer, struct request *req)
{
	static const struct {
		const char *path, *sql;
	} listings[] = {
		{ "/backup/manifests", manifests_sql },
		{ "/backup/verifications", verifications_sql },
		{ "/backup/recoveries", recoveries_sql },
		{ "/backup/audit-trail", audit_sql },
		{ "/backup/rto-metrics", rto_sql },
		{ "/backup/integrity-metrics", integrity_sql },
	};

	for (size_t i = 0; i < ARRAY_LEN(listings); i++) {
		struct visit *visit;

		if (strcmp(req->path, listings[i].path) != 0)
			continue;
		visit = mem_new(sizeof(*visit));
		*visit = (struct visit){ .indexer = indexer, .req = req };
		db_ask(indexer->db, listings[i].sql, on_listing, visit);
		return true;
	}
	return false;
}

void indexer_on_request(void *arg, struct request *req)
{
	static const struct {
		const char *path;
		void (*visit)(struct indexer *indexer, struct request *req);
	} routes[] = {
		{ "/health", indexer_health },
		{ "/metrics", visit_metrics },
		{ "/metrics/json", indexer_health },
		{ "/analytics/dashboard", visit_dashboard },
	};
	struct indexer *indexer = arg;

	for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
		if (strcmp(req->path, routes[i].path) == 0) {
			routes[i].visit(indexer, req);
			return;
		}
	}
	if (strcmp(req->path, "/analytics/alerts/logs") == 0)
		send_text(indexer, req, 200, "[]");
	else if (!visit_listing(indexer, req))
		express_send_404(req);
}
