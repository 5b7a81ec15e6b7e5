#!/bin/sh
# Install what is missing, and only that. Usage: deps.sh GROUP...
# Nothing here is a server package: those come by `lab/lab`, unpacked under build/lab/pkg.
set -eu

packages_of() {
	case $1 in
	build) echo gcc make pkg-config libc6-dev libncurses-dev libcurl4-openssl-dev libjansson-dev \
		libpq-dev libyaml-dev libuv1-dev libunistring-dev libssl-dev \
		libhiredis-dev libjwt-dev libmd4c-dev ;;
	test) echo libcmocka-dev libvterm-dev procps util-linux mount e2fsprogs iproute2 fiu-utils \
		strace python3 python3-jsonschema ;;
	demo) echo procps util-linux iproute2 ;;
	check) echo clang clang-tidy cppcheck shellcheck ;;
	fuzz) echo clang libclang-rt-14-dev ;;
	bench) echo htop strace ;;
	docs) echo scdoc ;;
	*) echo "deps.sh: unknown group '$1'" >&2; exit 2 ;;
	esac
}

missing=
for group in "$@"; do
	for package in $(packages_of "$group"); do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing="$missing $package"
	done
done
[ -n "$missing" ] || exit 0

run=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "missing:$missing" >&2
		echo "deps.sh: neither root nor sudo: install them and run this again" >&2
		exit 1
	}
	run=sudo
fi
echo "installing:$missing" >&2
$run env DEBIAN_FRONTEND=noninteractive apt-get -qq update
# shellcheck disable=SC2086 # a list of names
$run env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing
