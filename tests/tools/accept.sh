#!/bin/sh
# One line for each claim that the issue says must hold, with its evidence: PASS, FAILED, or SKIPPED
# with the reason. Usage: accept.sh BUILD_DIR. What failed leaves its output in BUILD_DIR/accept/.
# ACCEPT_QUICK=1 leaves out what takes many minutes (the lab's scenarios, the demo, sanitizers,
# fuzzing, static analysis), and says so.
set -u
build=$1
out=$build/accept
quick=${ACCEPT_QUICK:-0}
verdicts=
mkdir -p "$out"

line() { # verdict claim evidence
	verdicts="$verdicts $1"
	printf '%-7s  %s: %s\n' "$1" "$2" "$3"
}

counts() { # the logs of cmocka programs -> "12 tests passed, 0 failed, 1 skipped"
	awk '/^\[       OK \]/ { ok++ } /^\[  FAILED  \] [^0-9]*$/ { bad++ } /^SKIPPED/ { skipped++ }
		END { printf "%d tests passed, %d failed, %d skipped", ok, bad, skipped }' "$@"
}

# A claim that test programs prove: all must be there and end well.
proved_by() { # claim program...
	claim=$1
	shift
	log=$out/$(echo "$1" | tr / _).log
	: >"$log"
	for program in "$@"; do
		if [ ! -x "$build/tests/$program" ]; then
			line SKIPPED "$claim" "there is no tests/$program"
			return
		fi
		if ! timeout 2400 "$build/tests/$program" >>"$log" 2>&1 </dev/null; then
			line FAILED "$claim" "tests/$program, see $log"
			return
		fi
	done
	case $(counts "$log") in
	0\ *) line SKIPPED "$claim" "$(grep -a -m 1 '^SKIPPED' "$log" || echo 'nothing was run')" ;;
	*) line PASS "$claim" "$(counts "$log") ($*)" ;;
	esac
}

# A claim that a command proves by its exit status and what it says.
exits() { # claim status text command...
	claim=$1 want=$2 text=$3
	shift 3
	"$@" >"$out/exits.log" 2>&1 </dev/null
	got=$?
	if [ "$got" = "$want" ] && grep -aq -- "$text" "$out/exits.log"; then
		line PASS "$claim" "exit $got, says \"$text\""
	else
		line FAILED "$claim" "exit $got instead of $want: $(head -c 200 "$out/exits.log" | tr '\n' ' ')"
	fi
}

# What a run of the demo must not change on this host.
footprint() {
	find /etc/systemd /lib/systemd/system -newer "$out/stamp" 2>/dev/null
	ss -Hltn 'sport = :5432 or sport = :6379 or sport = :9090 or sport = :9093' 2>/dev/null
	git status --porcelain
}

demo_leaves_no_trace() {
	claim='the demo plays its phases and leaves the host as it was'
	if [ ! -x lab/demo ] || [ "$quick" = 1 ]; then
		line SKIPPED "$claim" "$([ "$quick" = 1 ] && echo ACCEPT_QUICK || echo 'no lab/demo')"
		return
	fi
	touch "$out/stamp"
	footprint >"$out/before"
	if ! timeout 900 lab/demo >"$out/demo.log" 2>&1 </dev/null; then
		line FAILED "$claim" "lab/demo, see $out/demo.log"
		return
	fi
	footprint >"$out/after"
	if cmp -s "$out/before" "$out/after"; then
		line PASS "$claim" "no unit file, no listener on 5432 6379 9090 9093, git status as before"
	else
		line FAILED "$claim" "changed: $(diff "$out/before" "$out/after" | tr '\n' ' ')"
	fi
}

gates_hold() {
	claim='gates K1 to K4, X1, I1, I2, M1: twenty sources, and sources that lie, among them'
	if tests/bench/run.sh "$build" >"$out/bench.log" 2>&1; then
		line PASS "$claim" "$(grep -c 'goal met' "$out/bench.log") goals met, $(
			grep -c 'within twice' "$out/bench.log") within twice, see $out/bench.log"
	else
		line FAILED "$claim" "$(grep -a -m 3 -E 'FAILED|NOT MEASURED|usage|ttybench:' "$out/bench.log" |
			tr -s ' \n' ' '), see $out/bench.log"
	fi
}

slow() { # claim make-target...
	claim=$1
	shift
	if [ "$quick" = 1 ]; then
		line SKIPPED "$claim" ACCEPT_QUICK
	elif make --no-print-directory "$@" >"$out/slow.log" 2>&1; then
		line PASS "$claim" "make $*: $(tail -n 1 "$out/slow.log")"
	else
		cp "$out/slow.log" "$out/$(echo "$*" | tr ' =' '__').log"
		line FAILED "$claim" "make $*: $(tail -n 1 "$out/slow.log")"
	fi
}

mkdir -p "$out/config"
printf 'version: 1\nsources:\n  a: {kind: http, url: "http://127.0.0.1:1/", timeuot: 5s}\n  b: {kind: htp}\n' \
	>"$out/config/broken.yaml"
printf 'version: 1\nsources:\n  a: {kind: http, url: "http://127.0.0.1:1/", every: 1s, timeout: 500ms}\n' \
	>"$out/config/dead.yaml"
chmod 600 "$out"/config/*.yaml

demo_leaves_no_trace
if [ "$quick" = 1 ]; then
	line SKIPPED 'every scenario of this estate is judged as it is' ACCEPT_QUICK
else
	proved_by 'every scenario of this estate is judged as it is' integration/test_scenarios
fi
proved_by 'recorded answers of the real systems are judged as they are' unit/test_captures \
	unit/test_captures_pgrepl
proved_by 'sources that die, hang or lie cost no loop gap of 100 ms' e2e/test_tui_faults
gates_hold
proved_by 'budgets, the allow-list and no redirect, counted from outside' integration/test_outside \
	unit/test_backends_budget unit/test_io_prober_budget
proved_by 'twelve secrets are nowhere, in no encoding' e2e/test_secrets
proved_by 'what was recorded outlives its writer, and one records for all' integration/test_record
proved_by 'a third platform by configuration alone' unit/test_app_examples
proved_by 'hostile text draws nothing but text' e2e/test_tui_hostile unit/test_base_scrub
proved_by 'poor, resized, stopped, stalled and lost terminals' e2e/test_tui_terminal
proved_by 'keys do what the table says, a paste never acts' e2e/test_tui_keys
proved_by 'what changes on the screen never changes what a key acts on' e2e/test_tui_aim
proved_by 'no acknowledged event is lost: bytes cut or flipped, 1,000 kills, 50 plug-pulls' \
	integration/test_journal
proved_by 'a kill, a second console, a set clock and a full disk lose nothing of an incident' \
	e2e/test_incident_console
proved_by 'keys pressed blindly around a due instant send nothing and keep the note' \
	e2e/test_incident_hammer
proved_by 'two users and one shared folder: both see every line, a kill loses none' \
	e2e/test_incident_users
proved_by 'random orders and any order of arrival fold to one state, undo restores' \
	unit/test_core_decide_random unit/test_core_history
proved_by 'an outage of the lab is walked by keys, from its declaration to its postmortem' \
	e2e/test_incident_walk
proved_by 'a second terminal works the same incident' e2e/test_incident_cli
proved_by 'Prometheus and Alertmanager are asked for the past, silenced and let out' \
	integration/test_importer integration/test_silencer
proved_by 'each transaction of the lab gets its verdict from any servers, and is in the rows' \
	integration/test_lab_verdicts integration/test_lab_diagnosed
proved_by 'stuck payments are recovered by keys, and no act is offered that could pay twice' \
	e2e/test_tx_walks
proved_by 'the secrets of an incident are nowhere' e2e/test_secrets_incident
proved_by 'a failover is walked by keys: the real replica is promoted, split brain is caught' \
	e2e/test_runbook_failover
proved_by 'four runbooks are walked, every sensed step ticks, regresses and ticks again' \
	e2e/test_runbook_walks
proved_by 'interlocks rest on what servers say' unit/test_core_interlock \
	unit/test_captures_interlock integration/test_failover
proved_by 'any Markdown loads within its limits, and nothing runs that is left to be filled in' \
	unit/test_runbook_hostile unit/test_runbook_plain unit/test_runbook_injection
proved_by 'values of commands are data: 230 combinations, no side effect' integration/test_task_values
proved_by 'commands end, with all that they began, and inherit nothing' integration/test_task_ends \
	integration/test_task_races
proved_by 'what runs is what was shown, once, and a kill -9 resumes right' integration/test_runs
proved_by 'the shipped runbooks are lint-clean and serve every demand' unit/test_runbooks_library \
	unit/test_runbooks_demands
proved_by 'envelopes, results, codes and accounts are read right, and bad ones refused' \
	unit/test_stellar_envelope unit/test_stellar_envelope_vectors unit/test_stellar_envelope_twin \
	unit/test_stellar_result unit/test_stellar_entry unit/test_stellar_skip
exits 'a broken configuration: all errors with place and suggestion' 3 "did you mean 'timeout'" \
	"${BINNACLE:-$build/binnacle}" config check -c "$out/config/broken.yaml"
exits 'an unknown verb is refused with a suggestion' 2 status "${BINNACLE:-$build/binnacle}" statsu
exits 'an unknown flag is refused with a suggestion' 2 json "${BINNACLE:-$build/binnacle}" status --jsn
exits 'a source that cannot be reached is a row, never an exit' 0 refused \
	"${BINNACLE:-$build/binnacle}" status -c "$out/config/dead.yaml"
slow 'unit tests pass under the sanitizers' SAN=1 unit
slow 'fuzz targets find nothing' fuzz
slow 'the official SDK reads the same in thousands of random transactions' differential
slow 'include law, banned calls and static analysis' check

passed=$(echo "$verdicts" | tr ' ' '\n' | grep -c PASS)
failed=$(echo "$verdicts" | tr ' ' '\n' | grep -c FAILED)
skipped=$(echo "$verdicts" | tr ' ' '\n' | grep -c SKIPPED)
echo "$passed claims hold, $failed do not, $skipped skipped"
[ "$failed" = 0 ]
