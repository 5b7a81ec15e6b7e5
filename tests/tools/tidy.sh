#!/bin/sh
# Static analysis: clang-tidy, cppcheck, shellcheck. Usage: tidy.sh CPPFLAGS
# Each check that is switched off is explained in .clang-tidy or beside the line below.
set -u
cd "$(dirname "$0")/../.." || exit 1
tests/tools/deps.sh build check || exit 1
status=0

# The version and the prefix are quoted texts, which do not survive a second shell.
flags=$(printf '%s' "$1" | sed 's/-DBINNACLE_[A-Z]*=[^ ]*//g')
mkdir -p build
{
	printf '%s\n' -std=c11 '-DBINNACLE_VERSION="x"' '-DBINNACLE_PREFIX="x"'
	# Relative to the file that they stand in, which is not where the sources are.
	printf '%s\n' "$flags" | tr -s ' ' '\n' | sed "s|^-I\([^/]\)|-I$PWD/\1|"
} >build/compile_flags.txt
find src lab -name '*.c' -print0 |
	xargs -0 -n 4 -P "$(nproc)" clang-tidy --quiet -p build '--warnings-as-errors=*' \
		>build/tidy.log 2>/dev/null
if grep -qE ': (warning|error):' build/tidy.log; then
	grep -vE '^Suppressed|^Use -|warnings? (generated|treated)' build/tidy.log
	status=1
fi

# missingIncludeSystem: system headers are not analysed. unusedStructMember: tables of offsets use
# members in a way that cppcheck cannot see. unmatchedSuppression: one list for all versions.
# internalAstError: cppcheck 2.10 cannot parse a compound literal behind "?".
cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 -Isrc -I. -D_GNU_SOURCE \
	'-DBINNACLE_VERSION="x"' '-DBINNACLE_PREFIX="x"' \
	'-Djson_array_foreach(a,i,v)=for(i=0;(v=json_array_get(a,i));i++)' \
	'-Djson_object_foreach(o,k,v)=for(k="";(v=json_object_get(o,k));)' \
	--enable=warning,portability --suppress=missingIncludeSystem \
	--suppress=unmatchedSuppression --suppress=unusedStructMember \
	--suppress=internalAstError -j "$(nproc)" src lab || status=1

find lab tests/tools tests/bench .ci -type f -print0 | xargs -0 grep -lE '^#!/bin/(ba)?sh|^#!/usr/bin/env bash' |
	xargs shellcheck || status=1
exit $status
