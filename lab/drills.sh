#!/bin/sh
# Drills of recovery: each takes a backup, really destroys, restores, and has it verified. Sourced by
# lab/lab, which sets D (the lab's directory) and what runs in it.
#
# What a backup is: artifacts (a base backup with the WAL that it needs, the table of escrows, the
# release) with a manifest of their hashes, in a primary and a secondary store; the WAL after it is
# archived as it is written. The last confirmed block is the last ledger that both Horizons know.

: "${root:?is set by lab/lab}" "${drill=}" "${fail=}"

drill_table() {
	cat <<-'END'
		restore                  the database server and all its files are lost
		data-corruption          a table cannot be read any more
		partial-data-loss        half of the transfers and the indexer's place are gone
		full-environment-loss    every server is lost
		key-secrets-compromise   the password of the indexer's role is known outside
		third-party-outage       the primary artifact store is unreachable
	END
}

drill_failures() {
	cat <<-'END'
		corrupt-artifact         one byte of an artifact is another one
		missing-row              a row does not come back
		wrong-release            another release is deployed than the backup was made with
		unreachable-secondary    the secondary store is unreachable too
		write-refused            the restored database takes no write
	END
}

drill_known() { # function that lists them, word, what it is
	if "$1" | grep -q "^$2 "; then return 0; fi
	echo "lab: unknown $3 '$2':" >&2
	"$1" >&2
	return 1
}

failing() { [ "$fail" = "$1" ]; }

# --- the backup ---

primary_sql_says() { sql_says sql "$1"; }

archive_to() { # store: a segment is there as a whole or not at all
	kept=$1/wal/%f
	keep="test ! -f $kept && cp %p $kept.part && mv $kept.part $kept"
	mkdir -p "$1/wal"
	own "$1/wal"
	sql -o /dev/null -c "ALTER SYSTEM SET archive_command = '$keep'" -c 'SELECT pg_reload_conf()'
}

archive_wal() { # from now on, every second at the latest
	archive_to "$store"
	sql -c "ALTER SYSTEM SET archive_mode = on" -c "ALTER SYSTEM SET archive_timeout = 1"
	has replica || sql -o /dev/null -c "SELECT pg_drop_replication_slot(slot_name)
		FROM pg_replication_slots"	# nobody follows, and it would keep WAL for ever
	stop primary INT
	start_primary
	see 'the indexer is well' --match '"status":"ok"' "$INDEXER/health"
}

number_of() { # URL, key: a number in what it answers, as text or not
	ask "$1" 2>/dev/null | grep -o "\"$2\": *\"*[0-9]*" | head -n 1 | grep -o '[0-9]*$'
}

# Both Horizons know it, and so the network has agreed on it.
confirmed_ledger() {
	one=$(number_of "$HORIZON1/" history_latest_ledger)
	two=$(number_of "$HORIZON2/" history_latest_ledger)
	if [ -z "$one" ] || [ -z "$two" ]; then die "the Horizons do not say where the network is"; fi
	if [ "$one" -lt "$two" ]; then echo "$one"; else echo "$two"; fi
}

state_ledger() { sql -c 'SELECT "lastProcessedLedger" FROM indexer_state'; }

sum_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

take_backup() {
	artifacts=$store/artifacts/$manifest_id
	mkdir -p "$artifacts/base" "$store/manifests"
	own "$artifacts/base"
	manifest_block=$(state_ledger)
	# shellcheck disable=SC2086 # a list of words
	(cd "$artifacts/base" && PGPASSWORD=$PASSWORD $AS "$PG/pg_basebackup" -h 127.0.0.1 \
		-p "$PRIMARY_PORT" -U repl -D "$artifacts/base" -F tar -X fetch -c fast --no-sync \
		--no-manifest) >>"$D/log/drill.log" 2>&1 || die "no base backup: see $D/log/drill.log"
	sql -c 'COPY escrows TO STDOUT' >"$artifacts/escrows.copy"
	cp "$D/indexer.version" "$artifacts/release"
	write_manifest
	cp -a "$store/artifacts" "$store/manifests" "$secondary/"
}

write_manifest() {
	lines='' sums=''
	for name in base/base.tar escrows.copy release; do
		sum=$(sum_of "$artifacts/$name")
		sums="$sums$sum  $name
"
		lines="$lines${lines:+,
  }{\"path\": \"$name\", \"sha256\": \"$sum\", \"bytes\": $(wc -c <"$artifacts/$name")}"
	done
	cat >"$store/manifests/$manifest_id.json" <<-END
		{"manifest_id": "$manifest_id", "backup_id": "$backup_id", "rto_tier": "critical",
		 "integrity_hash": "$(printf %s "$sums" | sha256sum | cut -d ' ' -f 1)",
		 "created_at": "$(date -u +%Y-%m-%dT%H:%M:%SZ)", "created_by": "lab",
		 "manifest_block": $manifest_block, "release_tag": "$(cat "$artifacts/release")",
		 "artifacts": [$lines]}
	END
}

# What must be there again, counted while all was well: everything up to the confirmed block.
write_golden() {
	confirmed=$(confirmed_ledger)
	for _ in $(seq 100); do
		[ "$(state_ledger)" -lt "$confirmed" ] || break
		sleep 0.1
	done
	sql -c "SELECT json_build_object('counts', json_build_object(
		'transfers', (SELECT count(*) FROM bridge_transactions WHERE ledger <= $confirmed),
		'escrows', (SELECT count(*) FROM escrows),
		'escrowed', (SELECT sum(amount) FROM escrows)))" >"$D/drill/golden.json"
}

make_probe() { # where the sample write goes; restored with everything else
	sql -c 'CREATE TABLE IF NOT EXISTS recovery_probe (written timestamptz DEFAULT now())' \
		-c 'GRANT SELECT, INSERT, DELETE ON recovery_probe TO binnacle'
}

# --- the configuration of the drill ---

source_names() {
	sed -n '/^sources:/,/^[a-z]/s/^  \([a-z0-9_-]*\):.*/\1/p' "$D/config.yaml" | paste -sd, -
}

drill_config() { # again when the ledger that came back is known
	{
		sed 's/^environment: .*/environment: dr-test/' "$D/config.yaml"
		cat <<-END
			environments: {dr-test: {production: false}}
			rto: {database: 2h, indexer: 2h}
			drills:
			  sources: [$(source_names)]
			  reports: ${reports:-$D/backups/recovery_reports}
			  image: teachlink/dr-test
			recovery:
			  manifest: $used/manifests/$manifest_id.json
			  artifacts: $used/artifacts/$manifest_id
			  golden: $D/drill/golden.json
			  source: db
			  data_until: >-
			    SELECT max("timestamp") FROM bridge_transactions WHERE ledger <= $came_back
			  release_command: [cat, $D/indexer.version]
			  components:
			    - {name: database, layer: persistence, source: db, within: $within}
			    - {name: indexer, layer: indexer, url: "$INDEXER/health", within: $within}
			  counts:
			    - name: transfers
			      query: SELECT count(*) FROM bridge_transactions WHERE ledger <= $confirmed
			    - {name: escrows, query: SELECT count(*) FROM escrows}
			    - {name: escrowed, query: SELECT sum(amount)::bigint FROM escrows}
			  reconcile:
			    - name: escrows that the API counts
			      url: "$INDEXER/analytics/dashboard"
			      path: escrowTotalCount
			      golden: counts.escrows
			  smoke:
			    - {name: indexer health, kind: health, url: "$INDEXER/health", expect: '"status":"ok"'}
			    - {name: sample read, kind: read, query: SELECT "escrowId" FROM escrows ORDER BY 1 LIMIT 1}
			    - {name: sample write, kind: write, query: INSERT INTO recovery_probe DEFAULT VALUES}
			    - name: an event from the chain to the API
			      kind: synthetic-transaction
			      command: [sh, $D/drill/event.sh]
			$(scenario_smoke)
			  on_chain: {source: rpc, url: "$INDEXER/backup/recoveries"}
		END
	} >"$D/drill/config.yaml"
}

# An event of the chain must come all the way through: the ledger that the API tells moves on.
write_event_script() {
	cat >"$D/drill/event.sh" <<-END
		before=\$("$LABSERVER" ask "$INDEXER/health" | grep -o 'lastProcessedLedger":"[0-9]*')
		for _ in \$(seq 80); do
			now=\$("$LABSERVER" ask "$INDEXER/health" | grep -o 'lastProcessedLedger":"[0-9]*')
			[ -z "\$now" ] || [ "\$now" = "\$before" ] || exit 0
			sleep 0.1
		done
		echo "no event came through" >&2
		exit 1
	END
}

# --- restoring ---

binnacle() { "$BINNACLE" -c "$D/drill/config.yaml" "$@"; }

restoring() { binnacle drill restoring "$id" "$1" >>"$D/log/drill.log"; }
is_back() { # component: or it is not, where the database did not come up
	[ -n "$(pid_of primary)" ] || set -- "$1" --reason 'there was nothing to restore it from'
	binnacle drill restored "$id" "$@" >>"$D/log/drill.log"
}

fit() { # artifact: is it what the manifest says?
	grep -q "\"path\": \"$1\", \"sha256\": \"$(sum_of "$used/artifacts/$manifest_id/$1")\"" \
		"$used/manifests/$manifest_id.json"
}

lose_primary() { # the server and all its files, without a goodbye
	stop primary KILL
	remove_segments
	rm -rf "$D/primary"
}

# The base backup, then all WAL that was archived. Nothing is loaded that is not as it was.
restore_primary() { # "wal", or "backup" for no WAL beyond the backup's own
	if ! fit base/base.tar; then
		echo "drill: base.tar is not what the manifest says: it is not restored" >&2
		return 0
	fi
	mkdir -m 700 "$D/primary"
	tar --no-same-owner -xf "$used/artifacts/$manifest_id/base/base.tar" -C "$D/primary"
	echo "restore_command = 'cp $store/wal/%f %p'" >>"$D/primary/postgresql.auto.conf"
	[ "$1" = wal ] || cat >>"$D/primary/postgresql.auto.conf" <<-END
		recovery_target = 'immediate'
		recovery_target_action = 'promote'
	END
	touch "$D/primary/recovery.signal"
	own "$D/primary"
	start_primary
	primary_sql_says 'SELECT NOT pg_is_in_recovery()'
	sql -c "ALTER SYSTEM RESET recovery_target" -c "ALTER SYSTEM RESET recovery_target_action"
	back_to_confirmed
}

# What came back of blocks that the network has not agreed on is not ours to keep.
back_to_confirmed() {
	sql -c "DELETE FROM bridge_transactions WHERE ledger > $confirmed" \
		-c "UPDATE indexer_state SET \"lastProcessedLedger\" =
			least(\"lastProcessedLedger\", $confirmed)"
	came_back=$(state_ledger)
}

stop_indexer() { fault 'indexer.listening 0' 'indexer.stalled 1'; }

# The tagged release; then it reads what follows its place in the database from the chain.
start_indexer() {
	if failing wrong-release; then
		deploy 9.9.9
	elif ! cp "$used/artifacts/$manifest_id/release" "$D/indexer.version" 2>/dev/null; then
		echo "drill: no store has the release: what runs is left as it is" >&2
	fi
	fault 'indexer.stalled 0' 'indexer.listening 1'
}

seen_indexer() {
	[ -n "$(pid_of primary)" ] || return 0
	see 'the indexer is well' --match '"status":"ok"' "$INDEXER/health"
	primary_sql_says "SELECT \"lastProcessedLedger\" >= $confirmed FROM indexer_state"
}

restore_replica() {
	has replica && [ -n "$(pid_of primary)" ] || return 0
	sql -o /dev/null -c "SELECT pg_create_physical_replication_slot('replica', true)
		WHERE NOT EXISTS (SELECT FROM pg_replication_slots)"
	clone_replica
}

# --- the scenarios: destroy_, restore_, and smoke_ for what it tries besides ---

destroy_restore() { lose_primary; }
restore_restore() {
	restoring database
	restore_primary wal
	is_back database
	restore_indexer
}

restore_indexer() {
	restoring indexer
	start_indexer
	seen_indexer
	is_back indexer
}

# The first page of the table's file is noise, as a disk leaves it.
destroy_data_corruption() {
	file=$(sql -c 'CHECKPOINT' -c "SELECT pg_relation_filepath('escrows')")
	stop primary KILL
	dd if=/dev/urandom of="$D/primary/$file" bs=8192 count=1 conv=notrunc 2>/dev/null
	start_primary
	if sql -c 'SELECT count(*) FROM escrows' >/dev/null 2>&1; then die "the table still reads"; fi
}
restore_data_corruption() {
	restoring database
	if fit escrows.copy; then
		sql -c 'TRUNCATE escrows' -c 'COPY escrows FROM STDIN' \
			<"$used/artifacts/$manifest_id/escrows.copy"
	else
		echo "drill: escrows.copy is not what the manifest says: it is not loaded" >&2
	fi
	came_back=$(state_ledger)
	is_back database
	restore_indexer
}

destroy_partial_data_loss() {
	sql -c 'DELETE FROM bridge_transactions WHERE nonce % 2 = 0' \
		-c 'UPDATE indexer_state SET "lastProcessedLedger" = 1, "lastProcessedTimestamp" = NULL'
}
# The full backup without the WAL after it, which has the loss: what came since is on the chain.
restore_partial_data_loss() {
	restoring database
	lose_primary
	restore_primary backup
	is_back database
	restore_indexer
}

destroy_full_environment_loss() {
	stop standin KILL
	! has redis || stop redis KILL
	! has replica || stop replica KILL
	lose_primary
	rm -rf "$D/redis" "$D/replica"
}
restore_full_environment_loss() {
	restoring database
	restore_primary wal
	is_back database
	! has redis || start_redis
	start_standin held
	see "the stand-ins answer" --match "done" --post "" "$CONTROL"
	restore_indexer
}

destroy_key_secrets_compromise() { # it is known outside: whoever has it gets in
	known=$(cat "$D/dsn/indexer")
	echo "$known" >"$D/drill/known"
	"$PG/psql" -XqAt -c 'SELECT 1' "$known" >/dev/null || die "the old password does not get in"
}
restore_key_secrets_compromise() {
	restoring database
	fresh=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
	sql -o /dev/null -c "ALTER ROLE teachlink PASSWORD '$fresh'" \
		-c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'teachlink'"
	(umask 077 && sed "s/password=[^ ]*/password=$fresh/" "$D/drill/known" >"$D/dsn/indexer")
	came_back=$(state_ledger)
	is_back database
	restoring indexer
	stop standin TERM
	start_standin held
	see "the stand-ins answer" --match "done" --post "" "$CONTROL"
	start_indexer
	seen_indexer
	is_back indexer
}
smoke_key_secrets_compromise() {
	cat >"$D/drill/refused.sh" <<-END
		if "$PG/psql" -XqAt -c 'SELECT 1' "\$(cat "$D/drill/known")" >/dev/null 2>&1; then
			echo "the old password still gets in" >&2
			exit 1
		fi
	END
	echo "    - {name: the old password is refused, kind: other, command: [sh, $D/drill/refused.sh]}"
}

destroy_third_party_outage() {
	mv "$store" "$store.unreachable"
	! failing unreachable-secondary || mv "$secondary" "$secondary.unreachable"
}
# What the server could not archive meanwhile goes there too.
archive_elsewhere() {
	archive_to "$secondary"
	primary_sql_says 'SELECT last_archived_time > last_failed_time OR last_failed_time IS NULL
		FROM pg_stat_archiver'
}
restore_third_party_outage() {
	restoring database
	used=$secondary
	[ ! -d "$secondary" ] || archive_elsewhere
	came_back=$(state_ledger)
	is_back database
	restore_indexer
}
smoke_third_party_outage() { # read and write against the store that is used now
	cat >"$D/drill/store.sh" <<-END
		sha256sum "$used/artifacts/$manifest_id/release" >/dev/null &&
			echo probe >"$used/probe" && grep -q probe "$used/probe" && rm "$used/probe"
	END
	echo "    - {name: read and write in the store, kind: write, command: [sh, $D/drill/store.sh]}"
}

scenario_smoke() {
	case $drill in
	key-secrets-compromise) smoke_key_secrets_compromise ;;
	third-party-outage) smoke_third_party_outage ;;
	esac
}

# --- one drill ---

in_words() { echo "$drill" | tr - _; }

scenario_of() { [ "$drill" = restore ] && echo indexer-db-restore || echo "$drill"; }
type_of() { [ "$drill" = full-environment-loss ] && echo full-dr || echo restoration; }

corrupt_artifact() { # the one that this drill restores from; its length stays
	case $drill in
	restore | partial-data-loss | full-environment-loss) name=base/base.tar ;;
	*) name=escrows.copy ;;
	esac
	printf '#' | dd of="$used/artifacts/$manifest_id/$name" bs=1 seek=100 conv=notrunc 2>/dev/null
}

break_what_came_back() {
	[ -n "$(pid_of primary)" ] || return 0
	case $fail in
	missing-row) sql -c 'DELETE FROM escrows WHERE "escrowId" = 3' ;;
	write-refused) sql -c 'REVOKE INSERT ON recovery_probe FROM binnacle' ;;
	esac
}

tell_the_chain() { # the contract, and through the indexer its table
	[ -n "$(pid_of primary)" ] || return 0
	took=$(($(date +%s) - lost_at))
	! has rpc || fault "recovery.backup $backup_id" "recovery.executed $took"
	sql -c "INSERT INTO recovery_records (\"recoveryId\", \"backupId\", \"executedAt\",
		\"executedBy\", \"recoveryDurationSecs\", success, ledger, \"txHash\")
		VALUES (1, $backup_id, extract(epoch FROM now())::bigint,
		'GCPUGIQ4IK3WFJ5ABKLR27HLW4QOTZBIKZSOZ7RFJCHSWMW37SF2XF3J', $took, true,
		$(confirmed_ledger), encode(sha256('recovery'), 'hex'))"
}

prepare_drill() {
	BINNACLE=${BINNACLE:-$root/build/rel/binnacle}
	BINNACLE_STATE_DIR=$D/state
	export BINNACLE_STATE_DIR
	store=$D/store secondary=$D/secondary used=$D/store within=10s came_back=0
	backup_id=13 manifest_id=$(date -u +%Y-%m-%dT%H)
	rm -rf "$D/drill" "$store"* "$secondary"*
	mkdir -p "$D/drill" "$store" "$secondary"
	: >"$D/log/drill.log"
	! failing corrupt-artifact || within=1s
}

start_drill() {
	id=$(binnacle drill start --type "$(type_of)" --scenario "$(scenario_of)" --window 1h --json |
		grep -o '"id": *"[^"]*"' | head -n 1 | cut -d '"' -f 4)
	[ -n "$id" ] || die "the drill cannot be started"
	echo "drill $drill: $id"
}

finish_drill() { # exits as the drill ended
	drill_config
	verified=0
	binnacle drill verify "$id" --armed --timeout 10s || verified=$?
	case $verified in 0 | 30) ;; *) die "drill verify failed" ;; esac
	binnacle drill finish "$id" || verified=$?
	return "$verified"
}

run_drill() {
	prepare_drill
	make_probe
	archive_wal
	take_backup
	write_event_script
	sleep 2		# something comes after the backup, which only the WAL has
	write_golden
	drill_config
	start_drill
	! failing corrupt-artifact || corrupt_artifact
	lost_at=$(date +%s)
	stop_indexer
	destroy_"$(in_words)"
	restore_"$(in_words)"
	restore_replica
	break_what_came_back
	tell_the_chain
	finish_drill
}

cmd_drill() {
	drill_known drill_table "$drill" drill || exit 5
	[ -z "$fail" ] || drill_known drill_failures "$fail" failure || exit 5
	if [ "$fail" = unreachable-secondary ] && [ "$drill" != third-party-outage ]; then
		echo "lab: no other drill than third-party-outage needs the secondary store" >&2
		exit 2
	fi
	[ -n "$dir" ] || own_lab
	open_lab
	need db indexer horizon
	run_drill
}

own_lab() { # which goes with the drill; its report stays
	dir=$("$root/lab/lab" up --only db indexer horizon rpc) || exit 1
	reports=$root/build/lab/recovery_reports
	trap '"$root/lab/lab" down --dir "$dir" >/dev/null' EXIT
	trap 'exit 130' INT TERM HUP
}
