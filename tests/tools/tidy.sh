#!/bin/sh
# Static analysis: clang-tidy, cppcheck, shellcheck. Usage: tidy.sh CPPFLAGS
# Each check that is switched off is explained in .clang-tidy or beside the line below.
set -u
cd "$(dirname "$0")/../.." || exit 1
tests/tools/deps.sh build check || exit 1
status=0

# shellcheck disable=SC2086 # the flags are a list
find src lab -name '*.c' -print0 | xargs -0 -n 4 -P "$(nproc)" sh -c '
	flags=$1; shift
	clang-tidy --quiet --warnings-as-errors="*" "$@" -- -std=c11 $flags 2>&1 | grep -vE "warnings? (generated|treated)|^Suppressed|^Use -"
	exit 0' sh "$1" >build/tidy.log 2>&1
if grep -qE ': (warning|error):' build/tidy.log; then
	cat build/tidy.log
	status=1
fi

# missingIncludeSystem: system headers are not analysed. normalCheckLevelMaxBranches: no finding.
# unusedStructMember: tables of offsets use members in a way that cppcheck cannot see.
# unmatchedSuppression: a list for all versions. constParameterCallback: the type is the library's.
# checkersReport: an information line.
cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 -Isrc -I. -D_GNU_SOURCE \
	--enable=warning,performance,portability --suppress=missingIncludeSystem \
	--suppress=unmatchedSuppression --suppress=unusedStructMember \
	-j "$(nproc)" src lab || status=1

shellcheck -s sh $(grep -lE '^#!/bin/sh' lab/* tests/tools/* tests/bench/* .ci/run 2>/dev/null) || status=1
exit $status
