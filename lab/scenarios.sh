#!/bin/sh
# The scenarios: what each breaks, and how one sees that it is so everywhere. Sourced by lab/lab.
#
# A scenario NAME has begin_NAME (make it so; quick) and may have seen_NAME (wait until it is).
# Each is absolute: recover() mends what any other one broke before it begins.

: "${root:?is set by lab/lab}"

scenario_table() {
	cat <<-'END'
		healthy                 everything works
		quiet-chain             the chain goes on, nobody calls the contract
		indexer-down            the indexer's port is closed
		indexer-500-db          the database refuses the indexer, and only it
		indexer-stale           the indexer stopped taking events in, the contract is called
		indexer-frozen-gauge    as before, and the lag gauge still looks fine
		indexer-sentinel-lag    no event could ever be stored: lag is a sentinel, its gauge 0
		horizon-503             both Horizons answer 503
		horizon-429             both Horizons limit the rate
		horizon-html            both Horizons answer 200 with a sign-in page
		horizon-badjson         both Horizons answer 200 with half a JSON
		horizon-slow            both Horizons take 3 s
		horizon-hang            both Horizons accept and never answer
		horizon-ingest-stuck    both Horizons serve a ledger that does not move
		horizon-behind          the second Horizon is behind the first
		horizon-wrong-network   both Horizons serve another network
		rpc-down                the stellar-rpc's port is closed
		rpc-retention-edge      the indexer stopped, the stellar-rpc soon forgets what comes next
		rpc-lost-range          the indexer stopped, the stellar-rpc has forgotten what comes next
		db-down                 the primary is stopped
		db-hung                 the primary and its children are frozen
		db-readonly             the primary refuses writes
		db-locked               a session holds a lock that the indexer waits for
		replica-down            the replica is stopped
		replica-lag             the replica does not replay what it receives
		replica-diverged        the replica is on a timeline that forked off
		split-brain             the replica was promoted: two primaries
		db-failed-over          the primary is stopped, the replica was promoted, all have moved to it
		prometheus-down         Prometheus is stopped
		prometheus-restarted    Prometheus is back and has evaluated no rule yet
		prometheus-absent-series  the indexer's HTTP series are gone
		alertmanager-down       Alertmanager is stopped
		chat-down               Slack and the webhook answer 500
		chat-hung               Slack and the webhook take messages and never answer
		redis-down              Redis is stopped
		redis-noauth            Redis asks for a password that nobody was given
		redis-hung              Redis is frozen
		redis-degraded          Redis has filled more than 90 % of its memory
		api-circuit-open        the backend's circuit breaker is open, Horizon works
		api-ratelimited         the backend answers everything with 429
		jwt-old-rejected        the backend rejects what the secret before the last has signed
		jwt-expired             the canary token has expired
		log-errors              the backend logs payments that it sent and could not save
		backup-stale            the last backup is two days old
		errors-5xx              every second visitor gets a 500
		bad-deploy              a new version of the indexer gives every second visitor a 500
		latency-high            visitors wait two seconds
		stuck-transactions      transfers and escrows that nobody completes
	END
}

known() {
	if scenario_table | grep -q "^$1 "; then return 0; fi
	echo "lab: unknown scenario '$1': lab/lab scenarios lists them" >&2
	return 1
}

# --- how to change and how to see ---

fault() { # lines of `name value` for the stand-ins, in one stroke
	ask --timeout 5 --match "done" --post "$(printf '%s\n' "$@")" "$CONTROL" ||
		die "the stand-ins do not obey"
}

transactions() { # those that the platform has rows of, a JSON object on each line
	ask "$CONTROL/transactions" || die "the stand-ins do not list transactions"
}

see() { # what, arguments of ask...
	what=$1
	shift
	ask --within 60 "$@" || die "not in force after 60 s: $what"
}

prom_says() { # an expression that has a value
	! has prometheus || see "$1" --query "$1" --match '"value"' "$PROM/api/v1/query"
}

firing() { # alert...
	for alert in "$@"; do
		prom_says "ALERTS{alertname=\"$alert\",alertstate=\"firing\"}"
		! has alertmanager || ! has prometheus ||
			see "$alert in Alertmanager" --match "\"alertname\":\"$alert\"" "$AM/api/v2/alerts"
	done
}

sql_says() { # psql function and its words, query that gives t
	for _ in $(seq 300); do
		# shellcheck disable=SC2086 # a list of words
		[ "$($1 -c "$2" 2>/dev/null)" != t ] || return 0
		sleep 0.1
	done
	die "not in force after 30 s: $2"
}

errors_rate='100 * (sum(rate(teachlink_indexer_http_requests_total{status_code=~"5.."}[15s]))
	or 0 * sum(rate(teachlink_indexer_http_requests_total[15s])))
	/ sum(rate(teachlink_indexer_http_requests_total[15s]))'
latency='sum(rate(teachlink_indexer_http_request_duration_seconds_sum[15s]))
	/ sum(rate(teachlink_indexer_http_request_duration_seconds_count[15s]))'

# --- healthy ---

deploy() { # version of the indexer, as the configuration's version_command reads it
	echo "teachlink-indexer $1" >"$D/indexer.version.new"
	mv "$D/indexer.version.new" "$D/indexer.version"
}

recover() { # undo every scenario; each line is quick when there is nothing to undo
	fault 'horizon.mood well' 'horizon.stuck 0' 'horizon.behind 0' 'horizon.pubnet 0' \
		'contract.quiet 0' 'indexer.listening '"$(has indexer && echo 1 || echo 0)" \
		'indexer.frozen 0' 'indexer.misread 0' 'indexer.failing 0' 'indexer.sluggish 0' \
		'indexer.unmetered 0' 'indexer.stalled 0' 'rpc.kept 0' 'rpc.old 0' 'rpc.busy 0' \
		'rpc.listening '"$(has rpc && echo 1 || echo 0)" \
		'api.listening '"$(has api && echo 1 || echo 0)" \
		'api.throttled 0' 'api.breaker_open 0' 'jwt.old_rejected 0' 'log.failing 0' \
		'indexer.db 0' 'exporter.db 0' 'api.db 0' \
		'sink.status 0' 'sink.silent 0' 'tx.filtered 0' 'tx.limited 0' 'tx.disputed 0' \
		'tx.unanswered 0' 'tx.lag 0' 'tx.pruned 0' 'tx.race 0'
	deploy 1.0.0
	! has api || recover_backend
	! has alertmanager || [ -n "$(pid_of alertmanager)" ] || start_alertmanager
	! has prometheus || recover_prometheus
	! has db || recover_primary
	! has replica || recover_replica
	! has redis || recover_redis
}

# Whoever has promoted the replica may have made the old primary follow it: it is promoted in its
# turn, and the replica cloned anew. A base backup brought no slots along.
take_back_roles() {
	[ "$(sql -c 'SELECT pg_is_in_recovery()')" = t ] || return 0
	touch "$D/replica.foreign"
	stop replica INT
	sql -o /dev/null -c 'SELECT pg_promote(true, 30)' \
		-c "SELECT pg_create_physical_replication_slot('replica', true)
			WHERE NOT EXISTS (SELECT FROM pg_replication_slots)"
}

is_promoted() { # the replica, by whomever
	[ -n "$(pid_of replica)" ] && [ "$(replica_sql -c 'SELECT pg_is_in_recovery()')" = f ]
}

recover_prometheus() {
	pid=$(pid_of prometheus) || pid=
	if [ -n "$pid" ] && grep -q prometheus-idle "/proc/$pid/cmdline"; then
		stop prometheus
		pid=
	fi
	[ -n "$pid" ] || start_prometheus prometheus.yml
}

recover_primary() {
	thaw primary
	[ -n "$(pid_of primary)" ] || start_primary
	take_back_roles
	sql -o /dev/null -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = 'maintenance'" \
		-c 'ALTER SYSTEM RESET default_transaction_read_only' -c 'SELECT pg_reload_conf()' \
		-c 'ALTER ROLE teachlink LOGIN'
	seed
	stop locker
}

recover_replica() {
	if [ -e "$D/replica.foreign" ] || is_promoted; then
		clone_replica
	elif [ -z "$(pid_of replica)" ]; then
		start_replica
	else
		replica_sql -o /dev/null -c 'SELECT pg_wal_replay_resume()'
	fi
}

# The log is rotated, as a restart of the backend would do: what failed stands in the old file.
recover_backend() {
	make_canary 604800
	grep -qs save.failed "$D/log/api.jsonl" || return 0
	mv "$D/log/api.jsonl" "$D/log/api.jsonl.1"
	touch "$D/log/api.jsonl"
}

recover_redis() {
	thaw redis
	[ -n "$(pid_of redis)" ] || start_redis
	redis >/dev/null <<-'END'
		CONFIG SET requirepass ""
		DEL ballast
	END
}

wait_calm() { # everything works and everybody has seen it
	! has replica || sql_says sql "SELECT count(*) = 1 FROM pg_stat_replication
		WHERE state = 'streaming' AND pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) < 1e5"
	! has indexer || ! has db || ! has horizon ||
		see 'the indexer is well' --match '"status":"ok"' "$INDEXER/health"
	has prometheus || return 0
	prom_says 'min(up) == 1'
	if has indexer && has db && has horizon; then
		prom_says 'min(probe_success) == 1'
		prom_says "$errors_rate < 1"
		prom_says "$latency < 0.5"
	fi
	see 'no alert' --query 'ALERTS{alertname!="Watchdog"}' --lack '"value"' "$PROM/api/v1/query"
	has alertmanager || return 0
	firing Watchdog
	see 'no alert in Alertmanager' --lack '"TeachLink' "$AM/api/v2/alerts"
}

begin() { # scenario, after recover
	begin_"$(echo "$1" | tr - _)"
	echo "$1" >"$D/scenario"
}

enter() { # begin, and wait until it is in force
	begin "$1"
	seen_"$(echo "$1" | tr - _)"
}

begin_healthy() { :; }
seen_healthy() { :; }

# --- the indexer ---

begin_quiet_chain() { need indexer horizon && fault 'contract.quiet 30' 'indexer.rewind 30'; }
seen_quiet_chain() { firing TeachLinkIndexerStaleProcessing; }

begin_indexer_down() { need indexer && fault 'indexer.listening 0'; }
seen_indexer_down() {
	see 'the port is closed' --fails ECONNREFUSED "$INDEXER/health"
	firing TeachLinkIndexerDown TeachLinkIndexerHealthcheckFailed
}

begin_indexer_500_db() {
	need indexer db
	sql -o /dev/null -c 'ALTER ROLE teachlink NOLOGIN' \
		-c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'teachlink'"
}
seen_indexer_500_db() {
	see 'the bare 500' --match '"statusCode":500' "$INDEXER/health"
	firing TeachLinkIndexerHealthcheckFailed TeachLinkIndexerDatabaseUnavailable
}

begin_indexer_stale() { need indexer db && fault 'indexer.stalled 1' 'indexer.rewind 30'; }
seen_indexer_stale() { indexer_stands; }
indexer_stands() {
	see 'a lag in /health' --match '"indexerState":"degraded"' "$INDEXER/health"
	firing TeachLinkIndexerStaleProcessing
}

begin_indexer_frozen_gauge() {
	need indexer db
	fault 'indexer.stalled 1' 'indexer.frozen 1' 'indexer.rewind 30'
}
seen_indexer_frozen_gauge() {
	see 'a lag in /health' --match '"indexerState":"degraded"' "$INDEXER/health"
	prom_says 'teachlink_indexer_ledger_lag_seconds < 10
		and time() - teachlink_indexer_last_processed_timestamp_seconds > 30'
}

begin_indexer_sentinel_lag() { need indexer db && fault 'indexer.misread 1' 'indexer.forget 1'; }
seen_indexer_sentinel_lag() {
	see 'the sentinel' --match '"ledgerLagSeconds":21' "$INDEXER/health"
	prom_says 'teachlink_indexer_last_processed_timestamp_seconds == 0
		and teachlink_indexer_ledger_lag_seconds == 0'
}

begin_errors_5xx() { need indexer prometheus && fault 'indexer.failing 1'; }
seen_errors_5xx() {
	prom_says "$errors_rate > 30"
	firing TeachLinkIndexerHighHttpErrorRate
}

begin_bad_deploy() {
	begin_errors_5xx
	deploy 1.1.0
}
seen_bad_deploy() { seen_errors_5xx; }

begin_latency_high() { need indexer prometheus && fault 'indexer.sluggish 1'; }
seen_latency_high() {
	prom_says "$latency > 1.2"
	firing TeachLinkIndexerHighLatency
}

# --- Horizon ---

both() { # what, arguments of ask... but the URL
	see "$@" "$HORIZON1/"
	see "$@" "$HORIZON2/"
}

indexer_fires() { # alerts that need an indexer to notice
	! has indexer || ! has db || firing "$@"
}

begin_horizon_503() { need horizon && fault 'horizon.mood overloaded'; }
seen_horizon_503() {
	both '503' --match '"status": 503'
	indexer_fires TeachLinkIndexerHorizonUnavailable
}

begin_horizon_429() { need horizon && fault 'horizon.mood limited'; }
seen_horizon_429() {
	both '429' --match '"status": 429'
	indexer_fires TeachLinkIndexerHorizonUnavailable
}

begin_horizon_html() { need horizon && fault 'horizon.mood portal'; }
seen_horizon_html() { both 'a page' --match '<html>'; }

begin_horizon_badjson() { need horizon && fault 'horizon.mood torn'; }
seen_horizon_badjson() { both 'half a root' --lack 'core_supported_protocol_version'; }

begin_horizon_slow() { need horizon && fault 'horizon.mood slow'; }
seen_horizon_slow() {
	both 'late answers' --timeout 10 --match network_passphrase
	indexer_fires TeachLinkIndexerHealthcheckFailed
}

begin_horizon_hang() { need horizon && fault 'horizon.mood mute'; }
seen_horizon_hang() {
	both 'no answer' --timeout 1 --fails deadline
	indexer_fires TeachLinkIndexerHealthcheckFailed TeachLinkIndexerHorizonUnavailable
}

begin_horizon_ingest_stuck() {
	need horizon
	fault 'horizon.stuck 30' "indexer.rewind $(has indexer && has db && echo 30 || echo 0)"
}
seen_horizon_ingest_stuck() { indexer_fires TeachLinkIndexerStaleProcessing; }

begin_horizon_behind() { need horizon && fault 'horizon.behind 14'; }
seen_horizon_behind() { see 'the second Horizon answers' --match network_passphrase "$HORIZON2/"; }

begin_horizon_wrong_network() { need horizon && fault 'horizon.pubnet 1'; }
seen_horizon_wrong_network() { both 'another network' --match 'Public Global'; }

# --- stellar-rpc ---

begin_rpc_down() { need rpc && fault 'rpc.listening 0'; }
seen_rpc_down() { see 'the port is closed' --fails ECONNREFUSED "$RPC/"; }

# A stellar-rpc that was set up anew knows few ledgers: 100 minutes of them, or 40 seconds. The
# indexer stands at one that closed a minute ago.
begin_rpc_retention_edge() {
	need indexer db rpc
	fault 'indexer.stalled 1' 'indexer.rewind 30' 'rpc.kept 3000'
}
seen_rpc_retention_edge() { indexer_stands; }

begin_rpc_lost_range() {
	need indexer db rpc
	fault 'indexer.stalled 1' 'indexer.rewind 30' 'rpc.kept 20'
}
seen_rpc_lost_range() { indexer_stands; }

# --- databases ---

begin_db_down() { need db && stop primary INT; }
seen_db_down() { indexer_fires TeachLinkIndexerDatabaseUnavailable TeachLinkIndexerHealthcheckFailed; }

begin_db_hung() { need db && freeze primary; }
seen_db_hung() {
	indexer_fires TeachLinkIndexerHealthcheckFailed
	prom_says 'up{job="postgres-exporter"} == 0'
}

begin_db_readonly() {
	need db
	sql -o /dev/null -c 'ALTER SYSTEM SET default_transaction_read_only = on' \
		-c 'SELECT pg_reload_conf()'
}
seen_db_readonly() {
	sql_says sql "SELECT setting = 'on' FROM pg_file_settings
		WHERE name = 'default_transaction_read_only' AND applied"
}

begin_db_locked() {
	need db
	launch locker "$D" env PGPASSWORD="$PASSWORD" PGAPPNAME=maintenance "$PG/psql" -Xq \
		-h 127.0.0.1 -p "$PRIMARY_PORT" -U postgres -d teachlink -c 'BEGIN' \
		-c 'LOCK TABLE indexer_state IN ACCESS EXCLUSIVE MODE' -c 'SELECT pg_sleep(1e6)'
}
seen_db_locked() {
	sql_says sql "SELECT count(*) = 1 FROM pg_locks WHERE granted
		AND relation = 'indexer_state'::regclass AND mode = 'AccessExclusiveLock'"
	! has indexer || sql_says sql 'SELECT count(*) > 0 FROM pg_stat_activity
		WHERE cardinality(pg_blocking_pids(pid)) > 0'
	indexer_fires TeachLinkIndexerHealthcheckFailed
}

begin_replica_down() { need replica && stop replica INT; }
seen_replica_down() {
	sql_says sql "SELECT NOT active FROM pg_replication_slots WHERE slot_name = 'replica'"
}

# A replica that receives and does not replay: 24 MB, and growing with every event.
begin_replica_lag() {
	need replica
	replica_sql -o /dev/null -c 'SELECT pg_wal_replay_pause()'
	sql -o /dev/null -c "SELECT count(pg_logical_emit_message(true, 'load', repeat('x', 1048576)))
		FROM generate_series(1, 24)"
}
seen_replica_lag() {
	sql_says replica_sql "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(),
		pg_last_wal_replay_lsn()) > 2e7"
}

# The old replica writes on timeline 1 behind everybody's back while the primary is promoted to the
# next one: it comes back as a standby that cannot follow.
begin_replica_diverged() {
	need replica
	touch "$D/replica.foreign"
	stop replica INT
	rm "$D/replica/standby.signal"
	start_replica
	replica_sql -o /dev/null -c "SELECT pg_logical_emit_message(true, 'fork', repeat('x', 2000000))"
	stop replica INT
	touch "$D/replica/standby.signal" "$D/primary/standby.signal"
	own "$D/replica" "$D/primary"
	stop primary INT
	start_primary
	sql -o /dev/null -c 'SELECT pg_promote(true, 30)'
	start_replica
}
seen_replica_diverged() {
	sql_says replica_sql "SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver
		WHERE status = 'streaming')"
}

begin_split_brain() {
	need replica
	touch "$D/replica.foreign"
	replica_sql -o /dev/null -c 'SELECT pg_promote(true, 30)' -c 'CREATE TABLE kept_here (n int)'
}
seen_split_brain() { sql_says replica_sql 'SELECT NOT pg_is_in_recovery()'; }

begin_db_failed_over() {
	need replica
	touch "$D/replica.foreign"
	stop primary INT
	replica_sql -o /dev/null -c 'SELECT pg_promote(true, 30)'
	repoint "$REPLICA_PORT" indexer exporter api
}
seen_db_failed_over() {
	sql_says replica_sql 'SELECT NOT pg_is_in_recovery()'
	! has indexer || see 'the indexer is well' --match '"status":"ok"' "$INDEXER/health"
}

begin_stuck_transactions() {
	need db
	fault 'tx.filled 1'
	transactions >"$D/transactions.jsonl"
	LAB_TX=$D/transactions.jsonl sql -f "$root/lab/stuck.sql"
	LAB_TX=$D/transactions.jsonl future_sql -f "$root/lab/stuck-future.sql"
}
seen_stuck_transactions() { :; }

begin_backup_stale() {
	need indexer db
	sql -c 'UPDATE backup_manifests SET "createdAt" = "createdAt" - 172800' \
		-c 'UPDATE backup_verifications SET "verifiedAt" = "verifiedAt" - 172800'
}
seen_backup_stale() { :; }

# --- Prometheus and Alertmanager ---

begin_prometheus_down() { need prometheus && stop prometheus; }
seen_prometheus_down() {
	see 'the port is closed' --fails ECONNREFUSED "$PROM/-/ready"
	no_watchdog
}

no_watchdog() { # what was told to Alertmanager ends when nobody repeats it
	! has alertmanager || see 'no watchdog' --lack '"Watchdog"' "$AM/api/v2/alerts"
}

begin_prometheus_restarted() {
	need prometheus
	stop prometheus
	start_prometheus prometheus-idle.yml
}
seen_prometheus_restarted() {
	see 'rules not evaluated' --match '"health":"unknown"' "$PROM/api/v1/rules"
	prom_says 'min(up) == 1'
	no_watchdog
}

begin_prometheus_absent_series() { need indexer prometheus && fault 'indexer.unmetered 1'; }
seen_prometheus_absent_series() {
	prom_says 'absent(sum(rate(teachlink_indexer_http_requests_total[15s])))'
}

begin_alertmanager_down() { need alertmanager && stop alertmanager; }
seen_alertmanager_down() {
	see 'the port is closed' --fails ECONNREFUSED "$AM/-/ready"
	prom_says 'ALERTS{alertname="TeachLinkAlertmanagerDown",alertstate="firing"}'
}

# --- where messages go: what has come there is told by GET /received ---

begin_chat_down() { fault 'sink.status 500'; }
begin_chat_hung() { fault 'sink.silent 1'; }

# --- the backend: nobody looks, which would be one of the few requests that it may get ---

begin_api_circuit_open() { need api && fault 'api.breaker_open 1'; }
seen_api_circuit_open() { :; }

begin_api_ratelimited() { need api && fault 'api.throttled 1'; }
seen_api_ratelimited() { :; }

begin_jwt_old_rejected() { need api && fault 'jwt.old_rejected 1'; }
seen_jwt_old_rejected() { :; }

begin_jwt_expired() { need api && make_canary -60; }
seen_jwt_expired() { :; }

begin_log_errors() { need api && fault 'log.failing 1'; }
seen_log_errors() {
	for _ in $(seq 100); do
		[ "$(grep -c save.failed "$D/log/api.jsonl")" -le 12 ] || return 0
		sleep 0.1
	done
	die "no errors in $D/log/api.jsonl"
}

# --- Redis ---

begin_redis_down() { need redis && stop redis; }
seen_redis_down() { redis_says refused PING; }

# On a line of its own, not as an argument: the list of processes is for everybody.
begin_redis_noauth() {
	need redis
	printf '%s\n' "CONFIG SET requirepass $PASSWORD" 'CLIENT KILL TYPE normal' | redis >/dev/null
}
seen_redis_noauth() { redis_says NOAUTH PING; }

begin_redis_hung() { need redis && freeze redis; }
seen_redis_hung() { :; }

# Nothing is refused yet: 28 MB in one string beside the 1 MB of an empty server, of 31 MB.
begin_redis_degraded() { need redis && redis SETRANGE ballast 27000000 x >/dev/null; }
seen_redis_degraded() { redis_says used_memory_human:2 INFO memory; }
