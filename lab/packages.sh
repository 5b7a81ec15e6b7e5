#!/bin/sh
# Where the servers of the lab come from. Sourced by lab/lab; sets PG, PROMETHEUS, ALERTMANAGER,
# REDIS and, for unpacked ones, LD_LIBRARY_PATH.
#
# Servers that are installed are used. Others are downloaded as Debian packages and only unpacked
# under build/lab/pkg: nothing is installed, so no unit is enabled and no port is taken.

: "${root:?is set by lab/lab}"

pkg=$root/build/lab/pkg
architecture=$(uname -m)

fetch() { # package...: download and unpack those that are not there yet
	mkdir -p "$pkg/deb"
	for package in "$@"; do
		[ ! -e "$pkg/deb/$package.done" ] || continue
		echo "lab: fetching $package (unpacked under build/lab/pkg, not installed)" >&2
		(cd "$pkg/deb" && apt-get -qq -o APT::Sandbox::User="$(id -un)" download "$package") ||
			refresh_lists "$package" || die "cannot download the package $package"
		dpkg-deb -x "$(find "$pkg/deb" -name "${package}_*.deb")" "$pkg"
		rm -f "$pkg/deb/${package}"_*.deb
		touch "$pkg/deb/$package.done"
	done
}

refresh_lists() { # a fresh system has no lists of packages yet
	if [ "$(id -u)" = 0 ]; then
		apt-get -qq update
	else
		sudo apt-get -qq update
	fi
	(cd "$pkg/deb" && apt-get -qq -o APT::Sandbox::User="$(id -un)" download "$1")
}

package_of() { # shared library -> the Debian package that holds it
	case $1 in
	libicu*) echo libicu72 ;;
	libxml2*) echo libxml2 ;;
	libldap-2.5* | liblber*) echo libldap-2.5-0 ;;
	libsasl2*) echo libsasl2-2 ;;
	liblz4*) echo liblz4-1 ;;
	libzstd*) echo libzstd1 ;;
	liblzma*) echo liblzma5 ;;
	libpam*) echo libpam0g ;;
	libaudit*) echo libaudit1 ;;
	libcap-ng*) echo libcap-ng0 ;;
	libcap*) echo libcap2 ;;
	libselinux*) echo libselinux1 ;;
	libpcre2*) echo libpcre2-8-0 ;;
	libgssapi*) echo libgssapi-krb5-2 ;;
	libkrb5support*) echo libkrb5support0 ;;
	libkrb5*) echo libkrb5-3 ;;
	libk5crypto*) echo libk5crypto3 ;;
	libcom_err*) echo libcom-err2 ;;
	libkeyutils*) echo libkeyutils1 ;;
	libsystemd*) echo libsystemd0 ;;
	libgcrypt*) echo libgcrypt20 ;;
	libgpg-error*) echo libgpg-error0 ;;
	libuuid*) echo libuuid1 ;;
	libreadline*) echo libreadline8 ;;
	libtinfo*) echo libtinfo6 ;;
	libssl* | libcrypto*) echo libssl3 ;;
	libpq*) echo libpq5 ;;
	libstdc++*) echo libstdc++6 ;;
	libatomic*) echo libatomic1 ;;
	libjemalloc*) echo libjemalloc2 ;;
	liblzf*) echo liblzf1 ;;
	*) die "nothing known about the library $1" ;;
	esac
}

use_unpacked_libraries() {
	LD_LIBRARY_PATH=$pkg/usr/lib/$architecture-linux-gnu:$pkg/lib/$architecture-linux-gnu
	export LD_LIBRARY_PATH
}

fetch_libraries() { # binary...: until none misses a library
	use_unpacked_libraries
	for _ in 1 2 3 4 5 6; do
		missing=$(ldd "$@" 2>/dev/null | sed -n 's/^[[:space:]]*\([^ ]*\) => not found$/\1/p' | sort -u)
		[ -n "$missing" ] || return 0
		for library in $missing; do
			fetch "$(package_of "$library")"
		done
	done
	die "still missing: $missing"
}

find_postgres() {
	PG=/usr/lib/postgresql/15/bin
	if [ -z "${LAB_UNPACK:-}" ] && [ -x $PG/postgres ] && [ -x $PG/psql ]; then
		return
	fi
	PG=$pkg/usr/lib/postgresql/15/bin
	[ -e "$pkg/deb/postgres.complete" ] || {
		fetch postgresql-15 postgresql-client-15
		fetch_libraries "$PG/postgres" "$PG/initdb" "$PG/psql" "$PG/pg_basebackup"
		touch "$pkg/deb/postgres.complete"
	}
	use_unpacked_libraries
}

find_go_server() { # program, package -> its path
	if [ -z "${LAB_UNPACK:-}" ] && command -v "$1"; then
		return
	fi
	fetch "$2"
	echo "$pkg/usr/bin/$1"
}

find_redis() { # the folder of redis-server and redis-cli
	REDIS=/usr/bin
	if [ -z "${LAB_UNPACK:-}" ] && [ -x $REDIS/redis-server ] && [ -x $REDIS/redis-cli ]; then
		return
	fi
	REDIS=$pkg/usr/bin
	[ -e "$pkg/deb/redis.complete" ] || {
		fetch redis-server redis-tools
		fetch_libraries "$REDIS/redis-server" "$REDIS/redis-cli"
		touch "$pkg/deb/redis.complete"
	}
	use_unpacked_libraries
}

# LAB_UNPACK=1 leaves installed servers alone, to try what a bare system does.
find_servers() {
	mkdir -p "$pkg"
	exec 8>"$pkg/lock"
	flock 8
	find_postgres
	PROMETHEUS=$(find_go_server prometheus prometheus)
	ALERTMANAGER=$(find_go_server prometheus-alertmanager prometheus-alertmanager)
	find_redis
	exec 8>&-
	export PG PROMETHEUS ALERTMANAGER REDIS
}
