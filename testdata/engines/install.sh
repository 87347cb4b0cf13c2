#!/bin/bash
# install.sh PROGRAM:PACKAGE... installs the Debian packages of the programs that are missing.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
missing=() root=()
for each; do
	command -v "${each%:*}" >/dev/null || missing+=("${each#*:}")
done
if ((${#missing[@]})); then
	[ "$(id -u)" = 0 ] || root=(sudo)
	"${root[@]}" apt-get update -q
	"${root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
fi
