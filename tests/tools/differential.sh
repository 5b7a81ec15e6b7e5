#!/bin/sh
# Compare what is read here with what the official SDK reads, over random transactions, results and
# account entries. Usage: differential.sh BUILD_DIR
# Environment: DIFFERENTIAL_SEED (the day of the year), DIFFERENTIAL_COUNT (4000 envelopes).
# The SDK comes from the npm registry into build/differential. Without node nothing is compared.
set -eu
cd "$(dirname "$0")/../.."
build=$1
out=build/differential
sdk=@stellar/stellar-sdk@15.1.0
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	echo "differential: SKIPPED: needs node and npm"
	exit 0
fi
mkdir -p $out
if [ ! -d $out/node_modules/@stellar/stellar-sdk ]; then
	echo '{"private":true}' >$out/package.json
	# Scripts of packages are not run: nothing here needs them.
	npm install --prefix $out --ignore-scripts --no-audit --no-fund $sdk >$out/npm.log 2>&1 || {
		tail -n 5 $out/npm.log
		echo "differential: FAILED: npm could not install $sdk"
		exit 1
	}
fi
seed=${DIFFERENTIAL_SEED:-$(date -u +%j | sed 's/^0*//')}
count=${DIFFERENTIAL_COUNT:-4000}
echo "differential: seed $seed"
NODE_PATH=$out/node_modules node tests/differential/generate.js "$seed" "$count" "$count" \
	$((count / 4)) >$out/lines.jsonl
"$build/tests/differential/compare" $out/lines.jsonl
NODE_PATH=$out/node_modules node tests/differential/cli.js $out/lines.jsonl "$build/binnacle"
