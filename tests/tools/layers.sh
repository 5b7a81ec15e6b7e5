#!/bin/sh
# The include law: which folder may include which, and which files may touch which library.
# Prints every breach as file:line and exits 1 when there is one.
set -u
cd "$(dirname "$0")/../.." || exit 1
status=0
breach() { echo "$1"; status=1; }

may() { # folder -> the folders that it may include besides itself
	case $1 in
	base) echo ;;
	config) echo base ;;
	stellar) echo base ;;
	runbook) echo base config ;;
	core) echo base stellar runbook ;;
	export) echo base stellar runbook core ;;
	backends) echo base config stellar core ;;
	store) echo base runbook core ;;
	io) echo base config runbook core backends store ;;
	ui) echo base runbook core stellar ;;
	app) echo base config stellar runbook core export backends store io ui ;;
	*) echo "layers.sh: no law for src/$1" >&2 ;;
	esac
}

for dir in src/*/; do
	folder=$(basename "$dir")
	allowed=" $folder $(may "$folder") "
	# shellcheck disable=SC2013 # words are meant: none of them holds a blank
	for line in $(grep -nH '^#[ 	]*include "' "$dir"*.[ch] 2>/dev/null |
		sed 's/^\([^:]*:[0-9]*\):.*"\(.*\)".*/\1=\2/'); do
		place=${line%%=*} target=${line#*=}
		case "$allowed" in
		*" ${target%%/*} "*) ;;
		*) breach "$place: src/$folder may not include $target" ;;
		esac
	done
done

only() { # library pattern, then the files that may include it
	pattern=$1
	shift
	# shellcheck disable=SC2013 # as above
	for hit in $(grep -rnE "^#[ 	]*include <$pattern" src --include='*.[ch]' | sed 's/:#.*//;s/ .*//'); do
		file=${hit%%:*} good=0
		for allowed in "$@"; do
			# shellcheck disable=SC2254 # patterns are meant
			case "$file" in $allowed) good=1 ;; esac
		done
		[ "$good" = 1 ] || breach "$hit: may not include <$pattern>"
	done
}
only '(ncurses|curses)' src/ui/term.c
only '(uv\.h|curl/|libpq-fe|hiredis/|jwt\.h)' 'src/io/*' 'src/app/*'
only 'yaml\.h' 'src/config/*'
only 'md4c\.h' src/runbook/markdown.c
only 'openssl/' src/base/digest.c src/base/secret.c
only 'uni(str|width|gbrk|name|ctype|case|norm|types)' src/base/utf8.c src/base/scrub.c

# Banned calls (style rule 14), and secrets opened outside io/.
banned='strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|atoi|atol|atof|gets|localtime|gmtime|ctime|asctime|system|popen|alloca|initscr|tmpnam|mktemp'
hits=$(grep -nE "(^|[^a-zA-Z0-9_])($banned)[ ]?\(" -r src --include='*.[ch]') && breach "$hits"
hits=$(grep -nE '(^|[^a-zA-Z0-9_])(malloc|calloc|realloc|strdup|strndup|asprintf|free)[ ]?\(' -r src --include='*.[ch]' |
	grep -v '^src/base/') && breach "$hits"
hits=$(grep -nE 'secret_reveal[ ]?\(' -r src --include='*.[ch]' | grep -vE '^src/(base/secret|io/)') && breach "$hits"

hits=$(grep -nE '(^|[^a-z_])scrub(_put)?[ ]?\(' src/backends/*.[ch]) &&
	breach "$hits: text of a source goes through base/outside.h"

# The map in src/main.c names every file; a name with * stands for all that begin with it.
for dir in src/*/; do
	folder=$(basename "$dir")
	words=$(sed -n "/^ \* $folder\//,/^ \* [a-z]*\/ \|^ \*\/\$/p" src/main.c |
		sed '1d;$d;s/^ \*//' | tr '*' '+')
	for file in "$dir"*.[ch]; do
		name=${file##*/} found=0
		name=${name%.*}
		for word in $words; do
			case "$word" in
			*+) case "$name" in "${word%+}"*) found=1 ;; esac ;;
			"$name") found=1 ;;
			esac
		done
		[ "$found" = 1 ] || breach "$file: not on the map in src/main.c"
	done
done

# Sizes (style): a .c file up to 600 lines, a header up to 150.
for file in src/*/*.c src/*/*.h; do
	lines=$(wc -l <"$file")
	case $file in *.h) most=150 ;; *) most=600 ;; esac
	[ "$lines" -le "$most" ] || breach "$file: $lines lines, at most $most"
done
long=$(grep -nE '^.{101,}$' -r src tests lab --include='*.[ch]' | cut -d: -f1,2)
[ -z "$long" ] || breach "over 100 columns: $long"
exit $status
