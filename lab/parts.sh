#!/bin/sh
# Starting and stopping the parts of one lab. Sourced by lab/lab; D is the lab's directory.
#
# Every process has its working directory inside D. That is how a process is known to be ours,
# whatever happened to the pids file and whoever got a number again.

: "${root:?is set by lab/lab}"

ours() { # pid: is it alive and of this lab?
	where=$(readlink "/proc/$1/cwd" 2>/dev/null) || return 1
	case $where in "$D" | "$D"/*) return 0 ;; esac
	return 1
}

strays() { # all processes of this lab
	for where in /proc/[0-9]*/cwd; do
		pid=${where#/proc/}
		pid=${pid%/cwd}
		ours "$pid" || continue
		case $(readlink "/proc/$pid/exe") in
		*/postgres | */psql | */prometheus | */prometheus-alertmanager | */labserver | \
			*/redis-server | */redis-check-rdb) echo "$pid" ;;
		esac
	done
}

pid_of() { # part -> its pid, when it is alive
	pid=$(sed -n "s/^\([0-9]*\) $1\$/\1/p" "$D/pids" 2>/dev/null)
	[ -n "$pid" ] && ours "$pid" && echo "$pid"
}

has() { # was this part wanted?
	case " $PARTS " in *" $1 "*) return 0 ;; esac
	return 1
}

need() { # part...: or the scenario makes no sense here
	for part in "$@"; do
		has "$part" || die "this lab was brought up without $part"
	done
}

forget() { # part
	[ ! -e "$D/pids" ] || sed "/ $1\$/d" "$D/pids" >"$D/pids.new"
	[ ! -e "$D/pids.new" ] || mv "$D/pids.new" "$D/pids"
}

# The working directory is changed before the fork: a child that has not run yet is already known to
# be ours, however busy the machine is.
launch() { # part, working directory, command...: in a session of its own, so that no Ctrl-C hits it
	part=$1
	where=$2
	shift 2
	forget "$part"
	(
		cd "$where" || exit
		# Not the lock of lab/lab set either: the server would hold it for its life.
		setsid "$@" </dev/null >>"$D/log/$part.log" 2>&1 7>&- &
		echo "$! $part" >>"$D/pids"
	) || die "$part: no directory $where"
}

# Why something did not start stands in its log; whoever sees only our words must see that too.
fails_to_start() { # part
	tail -n 5 "$D/log/$1.log" >&2
	echo "lab: its process: $(ps -o pid=,stat=,args= -p "$(sed -n "s/ $1\$//p" "$D/pids")" 2>&1)" >&2
	die "$1 does not start: see $D/log/$1.log"
}

gone_within() { # tenths of a second, pid...
	left=$1
	shift
	while :; do
		alive=
		for pid in "$@"; do
			if ours "$pid"; then alive=1; fi
		done
		[ -n "$alive" ] || return 0
		[ "$left" -gt 0 ] || return 1
		left=$((left - 1))
		sleep 0.1
	done
}

tell() { # signal, pid...: one that went away in between does not matter
	signal=$1
	shift
	kill -s "$signal" -- "$@" 2>/dev/null || true
}

children_of() { pgrep -P "$1" || true; }

stop() { # part [signal]: politely, then for good
	pid=$(pid_of "$1") || return 0
	family="$pid $(children_of "$pid")"
	# shellcheck disable=SC2086 # a list of pids, here and below
	tell CONT $family
	tell "${2:-TERM}" "$pid"
	# shellcheck disable=SC2086
	gone_within 50 "$pid" || tell KILL $family
	# shellcheck disable=SC2086
	gone_within 50 $family || die "$1 cannot be stopped"
	forget "$1"
}

freeze() { # part: the parent first, so that no child is made behind our back
	pid=$(pid_of "$1") || die "$1 does not run"
	tell STOP "$pid"
	# shellcheck disable=SC2046 # a list of pids
	tell STOP $(children_of "$pid")
}

thaw() {
	pid=$(pid_of "$1") || return 0
	# shellcheck disable=SC2046 # a list of pids
	tell CONT $(children_of "$pid") "$pid"
}

ask() { "$LABSERVER" ask "$@"; }

# PostgreSQL refuses to run as root. A user namespace of its own needs no account and no chown;
# where that is denied (a container), give up the user but keep the right to cross directories.
# AS is the words to put before a command. LAB_SETPRIV=1 tries the second way.
choose_user() {
	AS=
	[ "$(id -u)" = 0 ] || return 0
	AS="unshare --user --map-user=65534 --map-group=65534"	# initdb wants an id that has a name
	# shellcheck disable=SC2086 # a list of words, here and below
	[ -n "${LAB_SETPRIV:-}" ] || ! $AS true 2>/dev/null || return 0
	AS="setpriv --reuid=65534 --regid=65534 --clear-groups"
	AS="$AS --inh-caps=+dac_override --ambient-caps=+dac_override"
}

own() { # directory...: give it to whom AS runs as
	case $AS in setpriv*) chown -R 65534:65534 "$@" ;; esac
}

# It is given up when it was not seen for a second: on a machine with many times more to do than it
# can, one look has been known to miss a server that lived.
start_postgres() { # part, data directory, port
	rm -f "$2/postmaster.pid"
	# shellcheck disable=SC2086
	launch "$1" "$2" $AS "$PG/postgres" -D "$2" -p "$3" -c "cluster_name=$1"
	unseen=0
	for _ in $(seq 600); do
		case $(sed -n 8p "$2/postmaster.pid" 2>/dev/null) in
		ready* | standby*) return 0 ;;
		esac
		if [ -n "$(pid_of "$1")" ]; then unseen=0; else unseen=$((unseen + 1)); fi
		[ "$unseen" -lt 20 ] || break
		sleep 0.05
	done
	fails_to_start "$1"
}

sql_at() { # port, psql's arguments...: as the superuser, one value a line
	port=$1
	shift
	PGPASSWORD=$PASSWORD PGCONNECT_TIMEOUT=5 PGOPTIONS='-c default_transaction_read_only=off' \
		"$PG/psql" -XqAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$port" -U postgres "$@"
}

sql() { sql_at "$PRIMARY_PORT" -d teachlink "$@"; }
future_sql() { sql_at "$PRIMARY_PORT" -d future "$@"; }
replica_sql() { sql_at "$REPLICA_PORT" -d teachlink "$@"; }

# A cluster with the schema, made once and copied for each lab. The replica starts as a cold copy
# of the same bytes, which is what a base backup is.
make_template() {
	template=$root/build/lab/template${AS:+-${AS%% *}}
	exec 9>"$root/build/lab/template.lock"
	flock 9
	want=$(cat "$root/lab/"schema*.sql "$root/lab/postgresql.conf" | sha256sum)
	if [ "$(cat "$template/made" 2>/dev/null)" != "$want" ]; then
		(build_template 9>&-) || exit
		echo "$want" >"$template/made"
	fi
	exec 9>&-
}

build_template() {
	rm -rf "$template"
	mkdir -m 700 "$template" "$template/data" "$template/log"
	od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$template/password"
	own "$template"
	# shellcheck disable=SC2086
	(cd "$template" && $AS "$PG/initdb" -D "$template/data" -U postgres -E UTF8 --locale=C \
		-A scram-sha-256 --pwfile="$template/password" --no-sync --wal-segsize=1 \
		--no-instructions) >"$template/log/initdb.log" 2>&1 ||
		die "initdb failed: see $template/log/initdb.log"
	cat "$root/lab/postgresql.conf" >>"$template/data/postgresql.conf"
	[ ! -e /usr/share/zoneinfo/America/New_York ] ||
		echo "timezone = 'America/New_York'" >>"$template/data/postgresql.conf"
	load_template
}

load_template() { # with a server of its own for a moment
	D=$template
	PASSWORD=$(cat "$template/password")
	port=$("$LABSERVER" ports 1) || die "no free port"
	start_postgres template "$D/data" "$port"
	for name in teachlink future; do
		sql_at "$port" -d postgres -c "CREATE DATABASE $name" || die "no database can be made"
	done
	load_schema teachlink schema.sql
	load_schema future schema-future.sql
	stop template INT
}

load_schema() { # database, file
	sql_at "$port" -d "$1" -v "password=$PASSWORD" -f "$root/lab/$2" >/dev/null ||
		die "the schema of $1 cannot be loaded"
}

copy_cluster() { # data directory
	cp -a --reflink=auto "$template/data" "$1"
}

follow_primary() { # make the replica's data directory that of a standby
	rm -rf "$D/replica/pg_replslot/"*
	cat >>"$D/replica/postgresql.auto.conf" <<-END
		primary_conninfo = 'host=127.0.0.1 port=$PRIMARY_PORT user=repl password=$PASSWORD sslmode=disable application_name=replica'
		primary_slot_name = 'replica'
	END
	touch "$D/replica/standby.signal"
	own "$D/replica"
}

# What an operator does on the host of an application: another connection string, and a restart.
repoint() { # port, part...
	port=$1
	shift
	for part in "$@"; do
		fault "$part.db $port"
	done
}

# The old primary as a replica of the new one, whatever it had written: a base backup.
rejoin_primary() {
	stop primary INT
	rm -rf "$D/primary"
	mkdir -m 700 "$D/primary"
	own "$D/primary"
	# shellcheck disable=SC2086
	(cd "$D/primary" && PGPASSWORD=$PASSWORD $AS "$PG/pg_basebackup" -h 127.0.0.1 \
		-p "$REPLICA_PORT" -U repl -D "$D/primary" -c fast -X stream --no-sync) \
		>>"$D/log/primary.log" 2>&1 || die "it cannot be cloned: see $D/log/primary.log"
	cat >"$D/primary/postgresql.auto.conf" <<-END
		primary_conninfo = 'host=127.0.0.1 port=$REPLICA_PORT user=repl password=$PASSWORD sslmode=disable application_name=primary'
	END
	touch "$D/primary/standby.signal"
	own "$D/primary"
	start_primary
}

start_primary() { start_postgres primary "$D/primary" "$PRIMARY_PORT"; }
start_replica() { start_postgres replica "$D/replica" "$REPLICA_PORT"; }

clone_replica() { # anew from the primary, whatever became of it
	stop replica INT
	rm -rf "$D/replica" "$D/replica.foreign"
	mkdir -m 700 "$D/replica"
	own "$D/replica"
	# shellcheck disable=SC2086
	(cd "$D/replica" && PGPASSWORD=$PASSWORD $AS "$PG/pg_basebackup" -h 127.0.0.1 \
		-p "$PRIMARY_PORT" -U repl -D "$D/replica" -c fast -X stream --no-sync) \
		>>"$D/log/replica.log" 2>&1 || die "the replica cannot be cloned: see $D/log/replica.log"
	rm -f "$D/replica/postgresql.auto.conf"
	follow_primary
	start_replica
}

start_prometheus() { # configuration
	launch prometheus "$D" "$PROMETHEUS" --config.file="$D/$1" \
		--web.listen-address="127.0.0.1:$PROMETHEUS_PORT" --storage.tsdb.path="$D/tsdb" \
		--storage.tsdb.retention.time=1d --rules.alert.resend-delay=1s --log.level=warn
}

# Debian's Alertmanager reads its templates from /usr/share/prometheus. An unpacked one finds them
# in a cell: a root directory of its own inside D, which needs no mount and, for root, no namespace.
make_cell() {
	cell=$D/alertmanager/cell
	share=usr/share/prometheus/alertmanager
	mkdir -p "$cell/$share"
	cp -l "$ALERTMANAGER" "$cell/" 2>/dev/null || cp "$ALERTMANAGER" "$cell/"
	cp "${ALERTMANAGER%/usr/bin/*}/$share/"*.tmpl "$cell/$share/"
	cp "$D/alertmanager.yml" "$cell/"
	for library in $(ldd "$ALERTMANAGER" | grep -o '/[^ ]*'); do
		mkdir -p "$cell${library%/*}"
		cp -L "$library" "$cell$library"
	done
}

start_alertmanager() {
	set -- --cluster.listen-address= --web.listen-address="127.0.0.1:$ALERTMANAGER_PORT" \
		--log.level=warn
	if [ -e /usr/share/prometheus/alertmanager/default.tmpl ]; then
		launch alertmanager "$D" "$ALERTMANAGER" --config.file="$D/alertmanager.yml" \
			--storage.path="$D/alertmanager" "$@"
		return
	fi
	make_cell
	inside="/usr/sbin/chroot $cell"
	[ "$(id -u)" = 0 ] || inside="unshare --user --map-root-user $inside"
	# shellcheck disable=SC2086 # a list of words
	launch alertmanager "$D" $inside /prometheus-alertmanager --config.file=/alertmanager.yml \
		--storage.path=/data "$@"
}

# Whoever asks needs no password while all is well; `lab` is for us, whatever is done to the others.
start_redis() {
	mkdir -p "$D/redis"
	launch redis "$D/redis" "$REDIS/redis-server" "$D/redis.conf"
	redis_says PONG PING
}

redis() { # command...: as our own user; a line from stdin each when none is given
	REDISCLI_AUTH=$PASSWORD "$REDIS/redis-cli" --user lab -p "$REDIS_PORT" "$@"
}

redis_says() { # words of the answer, command...: without a password, as the platform asks
	words=$1
	shift
	for _ in $(seq 200); do
		case $("$REDIS/redis-cli" -p "$REDIS_PORT" "$@" 2>&1) in *"$words"*) return 0 ;; esac
		sleep 0.05
	done
	die "Redis does not say $words: see $D/log/redis.log"
}

# The secrets of the backend were rotated once: the canary was got before that.
make_secrets() {
	mkdir -m 700 "$D/jwt"
	for name in current previous; do
		od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$D/jwt/$name"
	done
	make_canary 604800
}

make_canary() { # seconds that it has to live
	(umask 077 && "$LABSERVER" token "$D/jwt/previous" "$1" >"$D/jwt/canary.new") ||
		die "no token can be made"
	mv "$D/jwt/canary.new" "$D/jwt/canary"
}

start_standin() { # `held`: the indexer waits until it is told to go on
	set -- "indexer_held=$([ "${1:-}" = held ] && echo 1 || echo 0)" \
		"sink=$SINK_PORT" "control=$CONTROL_PORT" "exporter=$EXPORTER_PORT" \
		"indexer_dsn=$D/dsn/indexer" "exporter_dsn=$D/dsn/exporter"
	if has indexer; then set -- "$@" "indexer=$INDEXER_PORT"; fi
	if has horizon; then set -- "$@" "horizon1=$HORIZON1_PORT" "horizon2=$HORIZON2_PORT"; fi
	if has api; then
		set -- "$@" "api=$API_PORT" "api_dsn=$D/dsn/future" "jwt_dir=$D/jwt" \
			"api_log=$D/log/api.jsonl"
		if has redis; then set -- "$@" "redis=$REDIS_PORT"; fi
	fi
	if has rpc; then set -- "$@" "rpc=$RPC_PORT"; fi
	launch standin "$D" "$LABSERVER" serve "$@"
}
