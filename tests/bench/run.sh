#!/bin/sh
# Measure the journal beside a bare disk, a large library, a long runbook, transactions beside plain
# digests, the list of open ones, exports, then the console beside htop and two floors, in turns.
# Usage: run.sh BUILD_DIR
# Environment: BINNACLE (the console), BENCH_ROUNDS, BENCH_STARTS, BENCH_KEYS, BENCH_IDLE (seconds).
set -eu
build=$1
here=$(dirname "$0")
"$here/../tools/deps.sh" bench
echo "$(uname -m), $(nproc) CPUs, load $(cut -d' ' -f1-3 /proc/loadavg), $(htop --version | head -n 1)"
status=0
"$build/tests/bench/journalbench" || status=1
"$build/tests/bench/librarybench" || status=1
"$build/tests/bench/walkbench" || status=1
"$build/tests/bench/txbench" || status=1
"$build/tests/bench/rowsbench" || status=1
"$build/tests/bench/exportbench" || status=1
"$build/tests/bench/ttybench" suite \
	--console "${BINNACLE:-$build/binnacle}" \
	--floor "$build/tests/bench/floor" --floor-all "$build/tests/bench/floor_all" \
	--rounds "${BENCH_ROUNDS:-5}" --starts "${BENCH_STARTS:-11}" \
	--keys "${BENCH_KEYS:-60}" --idle "${BENCH_IDLE:-20}" || status=1
exit $status
