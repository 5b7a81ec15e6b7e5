/* horizon_text.c: the bodies of the stand-in Horizon, indented as the real one does. */
#include "lab/horizon_inside.h"

static const char contract_argument[] =
	"AAAAEgAAAAE/shCbhi06UPVPmWTegytErYG19IoX1S16NHgNNXbKfw==";
static const char function_argument[] = "AAAADwAAAApicmlkZ2Vfb3V0AAA=";

static void put_time(struct buf *out, int64_t ledger)
{
	char text[WHEN_TEXT];

	when_format(text, ledger_closed_at(ledger));
	buf_text(out, text);
}

void horizon_put_root(const struct horizon *horizon, struct buf *out)
{
	long long last = (long long)horizon_latest(horizon);

	buf_fmt(out, "{\n  \"_links\": {\n    \"ledgers\": {\n      \"href\": "
		"\"http://127.0.0.1:%d/ledgers{?cursor,limit,order}\",\n"
		"      \"templated\": true\n    }\n  },\n", horizon->site.port);
	buf_text(out, "  \"horizon_version\": \"22.0.1-f3a6d1b6c7d84b22a0cf1c1e2dc0a7a9c3c7b5d4\",\n"
		 "  \"core_version\": \"stellar-core 22.1.0 (90b2780584c6390207bf09291212d606896ce9f8)\",\n");
	buf_fmt(out, "  \"ingest_latest_ledger\": %lld,\n  \"history_latest_ledger\": %lld,\n"
		"  \"history_latest_ledger_closed_at\": \"", last, last);
	put_time(out, horizon_latest(horizon));
	buf_fmt(out, "\",\n  \"history_elder_ledger\": %lld,\n  \"core_latest_ledger\": %lld,\n",
		(long long)horizon_elder(horizon), (long long)horizon_tip());
	buf_fmt(out, "  \"network_passphrase\": \"%s\",\n", horizon->pubnet ?
		"Public Global Stellar Network ; September 2015" : "Test SDF Network ; September 2015");
	buf_text(out, "  \"current_protocol_version\": 22,\n  \"supported_protocol_version\": 22,\n"
		 "  \"core_supported_protocol_version\": 22\n}");
}

void horizon_put_health(const struct horizon *horizon, struct buf *out)
{
	(void)horizon;
	buf_text(out, "{\n  \"database_connected\": true,\n  \"core_up\": true,\n"
		 "  \"core_synced\": true\n}");
}

static void put_fees(struct buf *out, const char *name, const char *const amounts[4])
{
	static const char *const ranks[] = {
		"p10", "p20", "p30", "p40", "p50", "p60", "p70", "p80", "p90", "p95",
	};

	buf_fmt(out, ",\n  \"%s\": {\n    \"max\": \"%s\",\n    \"min\": \"%s\",\n"
		"    \"mode\": \"%s\",\n", name, amounts[0], amounts[1], amounts[2]);
	for (size_t i = 0; i < ARRAY_LEN(ranks); i++)
		buf_fmt(out, "    \"%s\": \"%s\",\n", ranks[i], amounts[i < 5 ? 1 : 2]);
	buf_fmt(out, "    \"p99\": \"%s\"\n  }", amounts[3]);
}

void horizon_put_fee_stats(const struct horizon *horizon, struct buf *out)
{
	static const char *const charged[4] = { "500", "100", "100", "500" };
	static const char *const most[4] = { "15000", "100", "1000", "15000" };

	buf_fmt(out, "{\n  \"last_ledger\": \"%lld\",\n  \"last_ledger_base_fee\": \"100\",\n"
		"  \"ledger_capacity_usage\": \"0.16\"", (long long)horizon_latest(horizon));
	put_fees(out, "fee_charged", charged);
	put_fees(out, "max_fee", most);
	buf_text(out, "\n}");
}

/* How many transactions are in a ledger. Filtered ones were in it all the same. */
static void count_transactions(const struct horizon *horizon, int64_t ledger, int *good,
			       int *failed)
{
	struct ledger_op ops[LEDGER_OPS_MAX];

	*good = ledger_operations(ledger, horizon->quiet, ops);
	*failed = 0;
	for (size_t i = 0; i < horizon->book->count; i++) {
		const struct booked *item = &horizon->book->items[i];

		if (item->ledger == ledger)
			++*(item->op_code == 0 ? good : failed);
	}
}

void horizon_put_ledger(const struct horizon *horizon, struct buf *out, int64_t ledger)
{
	char hash[DIGEST_HEX], before[DIGEST_HEX];
	int64_t token = ledger << 32;
	int good, failed;

	count_transactions(horizon, ledger, &good, &failed);
	ledger_hash(hash, ledger);
	ledger_hash(before, ledger - 1);
	buf_fmt(out, "{\n  \"id\": \"%s\",\n  \"paging_token\": \"%lld\",\n  \"hash\": \"%s\",\n"
		"  \"prev_hash\": \"%s\",\n  \"sequence\": %lld,\n", hash,
		(long long)token, hash, before, (long long)ledger);
	buf_fmt(out, "  \"successful_transaction_count\": %d,\n"
		"  \"failed_transaction_count\": %d,\n  \"operation_count\": %d,\n"
		"  \"tx_set_operation_count\": %d,\n  \"closed_at\": \"", good, failed, good,
		good + failed);
	put_time(out, ledger);
	buf_text(out, "\",\n  \"total_coins\": \"50001806812.4466390\",\n"
		 "  \"fee_pool\": \"5423198.2049186\",\n  \"base_fee_in_stroops\": 100,\n"
		 "  \"base_reserve_in_stroops\": 5000000,\n  \"max_tx_set_size\": 1000,\n"
		 "  \"protocol_version\": 22\n}");
}

void horizon_put_operation(struct buf *out, const struct ledger_op *op)
{
	char hash[DIGEST_HEX];

	operation_hash(hash, op);
	buf_fmt(out, "{\n  \"id\": \"%lld\",\n  \"paging_token\": \"%lld\",\n"
		"  \"transaction_successful\": true,\n  \"source_account\": \"%s\",\n",
		(long long)op->token, (long long)op->token, op->contract ? LEDGER_SUBMITTER :
		LEDGER_PAYER);
	buf_fmt(out, "  \"type\": \"%s\",\n  \"type_i\": %d,\n  \"created_at\": \"",
		op->contract ? "invoke_host_function" : "payment", op->contract ? 24 : 1);
	put_time(out, op->ledger);
	buf_fmt(out, "\",\n  \"transaction_hash\": \"%s\",\n", hash);
	if (op->contract)
		buf_fmt(out, "  \"function\": \"HostFunctionTypeHostFunctionTypeInvokeContract\",\n"
			"  \"parameters\": [\n    {\n      \"value\": \"%s\",\n"
			"      \"type\": \"Address\"\n    },\n    {\n      \"value\": \"%s\",\n"
			"      \"type\": \"Sym\"\n    }\n  ],\n  \"address\": \"\",\n  \"salt\": \"\",\n"
			"  \"asset_balance_changes\": []\n}", contract_argument, function_argument);
	else
		buf_fmt(out, "  \"asset_type\": \"native\",\n  \"from\": \"%s\",\n  \"to\": \"%s\",\n"
			"  \"amount\": \"12.5000000\"\n}", LEDGER_PAYER, LEDGER_PAYEE);
}
