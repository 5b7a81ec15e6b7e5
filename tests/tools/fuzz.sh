#!/bin/sh
# Run every tests/fuzz/fuzz_NAME.c with libFuzzer for FUZZ_SECONDS (20), seeded from
# tests/fuzz/seeds/NAME. Usage: fuzz.sh CPPFLAGS LDLIBS. A failing input stays in build/fuzz/.
set -u
cd "$(dirname "$0")/../.." || exit 1
tests/tools/deps.sh build test fuzz || exit 1
out=build/fuzz
libs="$2 -lcmocka -lvterm -lutil"
# Without the Makefile's warning flags: some are gcc's alone, and gcc is the gate. The texts in its
# CPPFLAGS lost their double quotes on the way.
flags="-std=c11 -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined
	-fno-sanitize-recover=undefined $(printf '%s' "$1" | tr "'" '"')"
mkdir -p $out/obj

if [ ! -e $out/lib.a ] || [ -n "$(find src tests/lib -name '*.[ch]' -newer $out/lib.a)" ]; then
	rm -f $out/lib.a $out/obj/*.o
	# shellcheck disable=SC2016 # the inner shell expands them
	find src/*/ tests/lib -name '*.c' -print0 | xargs -0 -n 1 -P "$(nproc)" sh -c '
		clang $1 -fsanitize=fuzzer-no-link -c "$2" -o "$0/$(echo "$2" | tr / _).o" || exit 255
	' $out/obj "$flags" || exit 1
	ar rcs $out/lib.a $out/obj/*.o || exit 1
fi

status=0
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	corpus=$out/corpus/$name
	mkdir -p "$corpus"
	# shellcheck disable=SC2086 # flags and libs are lists
	clang $flags -fsanitize=fuzzer "$source" $out/lib.a $libs -o "$out/$name" || { status=1; continue; }
	set -- "$corpus"
	[ -d "tests/fuzz/seeds/$name" ] && set -- "$@" "tests/fuzz/seeds/$name"
	if "$out/$name" -max_total_time="${FUZZ_SECONDS:-20}" -max_len=65536 -timeout=10 \
		-artifact_prefix="$out/$name-" "$@" >"$out/$name.log" 2>&1; then
		echo "fuzz $name: $(grep -E '^Done|DONE' "$out/$name.log" | tail -n 1)"
	else
		status=1
		echo "fuzz $name: FAILED, see $out/$name.log"
		tail -n 40 "$out/$name.log"
	fi
done
exit $status
