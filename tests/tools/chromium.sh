#!/bin/sh
# Open exports in a headless Chromium: charts must be there, and the console must be silent, which
# under the policy of the file means no script and no request. Usage: chromium.sh FILE.html...
set -u
browser=
for name in chromium chromium-browser google-chrome; do
	command -v "$name" >/dev/null && browser=$name && break
done
if [ -z "$browser" ]; then
	echo "SKIPPED: no chromium here (apt-get install chromium)"
	exit 0
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

open_page() { # file -> what the page became in $dir/dom, what the console said in $dir/said
	timeout 60 "$browser" --headless=new --no-sandbox --disable-gpu --user-data-dir="$dir/profile" \
		--disable-background-networking --disable-component-update --disable-sync --no-first-run \
		--host-resolver-rules='MAP * ~NOTFOUND' --enable-logging=stderr --dump-dom "file://$1" \
		>"$dir/dom" 2>"$dir/err" || return 1
	grep 'CONSOLE' "$dir/err" >"$dir/said"
	return 0
}

# A page that does what ours must not: when the console is silent about it, this proves nothing.
cat >"$dir/bad.html" <<'EOF'
<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<script>1</script><img src="http://evil.example/x.png">
EOF
open_page "$dir/bad.html" || { echo "chromium.sh: $browser does not run"; exit 1; }
[ "$(grep -c . "$dir/said")" -ge 2 ] ||
	{ echo "chromium.sh: $browser said nothing about a script and a request"; exit 1; }

status=0
for file in "$@"; do
	case $file in /*) path=$file ;; *) path=$PWD/$file ;; esac
	if ! open_page "$path"; then
		echo "$file: cannot be opened"
		status=1
		continue
	fi
	charts=$(grep -c '<svg' "$dir/dom")
	said=$(grep -c . "$dir/said")
	echo "$file: $charts charts, $said words of the console"
	cat "$dir/said"
	[ "$charts" -ge 1 ] && [ "$said" = 0 ] || status=1
done
exit $status
