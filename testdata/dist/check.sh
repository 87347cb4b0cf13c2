#!/usr/bin/env bash
# Checks the release that make dist has made in the folder that is named: that another clone
# of the commit, built from nothing, gives the same bytes, and that what is in it can be
# installed, run and removed. It changes nothing on the machine.
#
#	testdata/dist/check.sh FOLDER
set -euo pipefail
dist=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# No grep below ends before its input does: the program before it would fail.
fail() {
	echo "check: $*" >&2
	exit 1
}

echo '--- the same again, for one platform, in another folder, without a cache'
git clone -q . "$work/clone"
make -s -C "$work/clone" dist PLATFORMS=linux/amd64 DISTFLAGS=-rebuild DIST="$work/again" >/dev/null
for file in "$work/again"/*linux-amd64*; do
	cmp "$file" "$dist/${file##*/}"
	echo "the same bytes: ${file##*/}, $(stat -c %s "$file")"
done
same=$(comm -12 <(tar -tf "$work/again"/*-image.tar | sort) <(tar -tf "$dist"/*-image.tar | sort) | grep -c 'blobs/sha256/.')
((same == 3)) || fail "of layer, configuration and manifest of the image, $same are the same"
(cd "$dist" && sha256sum --check SHA256SUMS)

echo '--- an archive'
archive=$(echo "$dist"/*-linux-amd64.tar.gz)
tar -tvf "$archive"
mkdir "$work/archive"
tar -xf "$archive" -C "$work/archive" --strip-components 1
for file in batchreport LICENSES.txt README.md CHANGELOG.md completions/batchreport.bash completions/_batchreport \
	completions/batchreport.fish completions/batchreport.ps1 man/man1/batchreport-convert.1 man/man7/batchreport-columns.7; do
	test -s "$work/archive/$file" || fail "the archive has no $file"
done
head -1 "$work/archive/batchreport" | grep ELF >/dev/null || fail 'the archive has no program for Linux'
! ldd "$work/archive/batchreport" >/dev/null 2>&1 || fail 'the program is linked to libraries'
"$work/archive/batchreport" version
"$work/archive/batchreport" convert --quiet --columns key,error_code testdata/reports/seed - | grep '"error_code":"PermanentFailure"' >/dev/null
qemu-aarch64 "$(echo "$dist"/built/linux-arm64/batchreport)" version

echo '--- the package of Debian, in a root of its own'
root=$work/root
mkdir -p "$root/var/lib/dpkg"
touch "$root/var/lib/dpkg/status"
debian() { dpkg --root="$root" --log=/dev/null --force-not-root --force-script-chrootless --path-include='/usr/share/*' "$@"; }
debian --install "$(echo "$dist"/*-linux-amd64.deb)" >/dev/null
debian --listfiles batchreport | grep /usr/bin/batchreport >/dev/null
"$root/usr/bin/batchreport" version >/dev/null
man -M "$root/usr/share/man" batchreport-convert | grep -e '--sort-by COLUMNS' >/dev/null || fail 'man does not find batchreport-convert'
man -M "$root/usr/share/man" 7 batchreport-columns | grep error_code >/dev/null || fail 'man does not find batchreport-columns'
bash -c 'source "$1/usr/share/bash-completion/completions/batchreport" && complete -p batchreport' - "$root"
zsh -fc 'autoload -Uz compinit && fpath=("$1/usr/share/zsh/vendor-completions" $fpath) && compinit -u -D && (( $+_comps[batchreport] ))' - "$root" || fail 'zsh does not find the completion'
fish --no-config -c 'source $argv[1]/usr/share/fish/vendor_completions.d/batchreport.fish; complete -c batchreport' "$root"
debian --purge batchreport >/dev/null
left=$(find "$root/usr" -type f 2>/dev/null || true)
test -z "$left" || fail "removing the package leaves $left"

echo '--- the package of Red Hat'
rpm -K "$dist"/*-linux-amd64.rpm
rpm -qlp "$dist"/*-linux-amd64.rpm | grep /usr/share/man/man1/batchreport-convert.1.gz >/dev/null
rpm -qp --qf '%{NAME} %{VERSION}-%{RELEASE} %{ARCH}: %{LICENSE}\n' "$dist"/*.rpm

echo '--- the image'
go -C testdata/tools/image test . -count 1 -v -image "$(echo "$dist"/*-image.tar)"
echo 'all is there'
