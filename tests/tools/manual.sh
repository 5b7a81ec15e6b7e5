#!/bin/sh
# Build the man pages: hand-written frames with the chapters that the program's own tables give.
# Usage: manual.sh BINNACLE DIR
set -eu
binnacle=$1 dir=$2
mkdir -p "$dir"
{
	cat docs/binnacle.1.scd
	"$binnacle" help manual
	printf '\n# KEYS\n\nIn the console:\n\n```\n'
	"$binnacle" help keys
	printf '```\n'
	cat docs/binnacle.1.end.scd
} | scdoc >"$dir/binnacle.1"
{
	cat docs/binnacle-config.5.scd
	"$binnacle" help config-manual
	cat docs/binnacle-config.5.end.scd
} | scdoc >"$dir/binnacle-config.5"
{
	cat docs/binnacle-runbooks.5.scd
	"$binnacle" help runbooks-manual
	cat docs/binnacle-runbooks.5.end.scd
} | scdoc >"$dir/binnacle-runbooks.5"
