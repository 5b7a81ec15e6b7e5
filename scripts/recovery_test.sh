#!/bin/sh
# Verify what was recovered: binnacle drill verify, with the exit status of the script that runbooks
# know: 0 it passed, 2 it did not. Other failures keep their own status, but for wrong usage, which
# is 64 here, as 2 means that it did not pass. BINNACLE names another program than the one in PATH.
set -u

root=$(cd "$(dirname "$0")/.." && pwd -P)
binnacle=${BINNACLE:-}
[ -n "$binnacle" ] || binnacle=$(command -v binnacle) || binnacle=$root/build/rel/binnacle

# It prints where the report is as its last line.
"$binnacle" drill verify "$@"
status=$?
case $status in
2) exit 64 ;;
30) exit 2 ;;
*) exit $status ;;
esac
