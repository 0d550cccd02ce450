#!/bin/sh
# Finds out which of the wanted flags the compiler knows and writes DIR/flags.mk and DIR/version.h.
#
#     PROBE_CC=… PROBE_CPPFLAGS=… PROBE_CFLAGS=… PROBE_LDFLAGS=… probe.sh DIR MODE VERSION
#
# The Makefile calls it when one of them changes.  A flag that the compiler refuses, or only warns
# about, is left out: gcc 12 lacks some, clang 14 others.
set -eu
dir=$1 mode=$2 version=$3 cc=$PROBE_CC cppflags=$PROBE_CPPFLAGS cflags=$PROBE_CFLAGS ldflags=$PROBE_LDFLAGS

warnings='-Wall -Wextra -Wpedantic -Wformat=2 -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes
 -Wmissing-prototypes -Wvla -Wtrampolines -Wimplicit-fallthrough -Wbidi-chars=any -Werror=format-security
 -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion'
# Results depend on none of these but -ffp-contract=off: no fused multiply-add anywhere.
harden='-ffp-contract=off -fno-strict-aliasing -fno-delete-null-pointer-checks
 -fstack-clash-protection -fstack-protector-strong -fcf-protection=full
 -fstrict-flex-arrays=3 -fPIE'
link='-pie -Wl,-z,nodlopen -Wl,-z,noexecstack -Wl,-z,relro -Wl,-z,now -Wl,--as-needed
 -Wl,--no-copy-dt-needed-entries'
fortify='-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3'
sanitize='-fno-sanitize-recover=all -fno-omit-frame-pointer'
# What gives a meaning to overflow and to variables without a value is for those who run the program; where faults are
# looked for it would hide them.
mild='-fno-strict-overflow -ftrivial-auto-var-init=zero'
wild='-ftrivial-auto-var-init=pattern'
# What nobody debugs knows its functions and lines (-g1), as a report needs them.
case $mode in
release) kind="-O2 -g $fortify" harden="$harden $mild" ;;
clang)   kind="-O2 -g1 -Werror $fortify" harden="$harden $mild" ;;
asan)    harden="$harden $wild" kind="-O1 -g1 -Werror -fsanitize=address,undefined $sanitize" ;;
tsan)    kind="-O1 -g1 -fsanitize=thread $sanitize" ;;
fuzz)    kind="-O1 -g1 -fsanitize=fuzzer-no-link,address,undefined $sanitize" ;;
cov)     kind="-O0 -g --coverage" ;;
*)       echo "MODE is release, asan, cov, clang, fuzz or tsan, not '$mode'" >&2; exit 2 ;;
esac
command -v ${cc%% *} >/dev/null || { echo "no compiler '$cc' (./setup installs one)" >&2; exit 3; }

scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT
echo 'int main(void) { return 0; }' >"$scratch/a.c"
knows() { $cc -Werror "$@" -o "$scratch/a" "$scratch/a.c" 2>/dev/null; }
pick() { # HOW FLAG…: prints those that the compiler knows; usually it knows all
    how=$1 known=; shift
    if knows $how "$@"; then echo "$@"; return; fi
    for flag; do ! knows $how -Wformat "$flag" || known="$known $flag"; done
    echo $known
}
compile="-std=c11 -D_POSIX_C_SOURCE=200809L $(pick -c $warnings $harden) $kind"
link=$(pick '' $link)
# Of the time that building the tests takes a half is the linker's, and gold is three times as fast as the usual one.
quick=$(pick '' -fuse-ld=gold)
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

cat >"$scratch/flags.mk" <<END
COMPILE := $compile $cppflags $cflags
LINK := $link $ldflags
QUICK_LINK := $quick
JOBS := $jobs
END
quoted=$(printf '%s' "$compile $cppflags $cflags" | sed 's/[\\"]/\\&/g')
cat >"$scratch/version.h" <<END
#define NIGHTMILL_VERSION "$version"
#define NIGHTMILL_COMPILER "$($cc --version | sed -n 1p)"
#define NIGHTMILL_FLAGS "$quoted"
END
for file in version.h flags.mk; do # renamed within one file system, so that each is whole
    cp "$scratch/$file" "$dir/$file.$$" && mv "$dir/$file.$$" "$dir/$file"
done
