#!/bin/sh
# Run test programs one after the other and close with one line of counts.
# A program's own output is shown only when it fails (or with V=1). Exit 1 when any test failed.
set -u
passed=0 failed=0 skipped=0 programs=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for program in "$@"; do
	programs=$((programs + 1))
	start=$(date +%s)
	timeout "${TEST_TIMEOUT:-900}" "$program" >"$log" 2>&1 </dev/null
	status=$?
	ok=$(grep -c '^\[       OK \]' "$log")
	bad=$(grep '^\[  FAILED  \] [^0-9]*$' "$log" | sort -u | wc -l)
	skip=$(grep -c '^\[  SKIPPED \] [^0-9]*$' "$log")
	[ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
	passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
	printf '%-52s %4d ok %3d failed %3d skipped  %3d s\n' \
		"${program#build/}" "$ok" "$bad" "$skip" $(($(date +%s) - start))
	grep -a '^SKIPPED:' "$log"
	if [ "$status" != 0 ] || [ "$bad" -gt 0 ] || [ "${V:-0}" = 1 ]; then
		cat "$log"
		echo "$program: exit $status"
	fi
done
echo "$programs programs"
if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
