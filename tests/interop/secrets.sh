#!/bin/sh
# Where do the keys of a remote go?  Into signatures, nowhere else: a secret that is found again at sight is given in every way
# that there is, and looked for in everything that was written and in the command lines of all processes meanwhile; and
# in what a crash leaves.
topic=secrets
. "$(dirname "$0")/lib.sh"
need_tools
given_access=CANARYID$(random) given_secret=cAnArYsEcReT$(random)$(random)
canary_token=cAnArYtOkEn$(random)

# What is looked for, as it is and as others would write it; in a file, so that no command line holds it.
{
    for word in "$given_secret" "$canary_token"; do
        printf '%s\n' "$word"
        printf '%s' "$word" | base64 -w0 | cut -c1-36
        printf '%s' "$word" | od -An -v -tx1 | tr -d ' \n'
        echo
    done
} >"$work/canaries"

start_minio one
server=$endpoint
s3 make one/shelf >"$out" 2>&1 || { not_ok 'no bucket' "$out"; exit 1; }
start_proxy "$work/proxy"
rules '* * * delay 0.1'
make_project "$work/project" >"$out" 2>&1 || { not_ok 'no project' "$out"; exit 1; }
mkdir "$work/said"

# sample PID: the command lines of all processes, and the environment of that one, until it ends.
sample() {
    while kill -0 "$1" 2>/dev/null; do
        cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' >>"$work/said/cmdlines"
        [ -n "$by_environment" ] || cat "/proc/$1/environ" 2>/dev/null | tr '\0' '\n' >>"$work/said/environ"
        sleep 0.02
    done
}
# nowhere WHAT [FILE THAT MAY HOLD IT]: in nothing that was written, outside of the server's side.
nowhere() {
    grep -rlF -f "$work/canaries" --exclude-dir=one --exclude-dir=proxy --exclude=canaries "$work" "$home" 2>/dev/null | sort -u |
        grep -vxF -e "${2-/}" -e "${2-/}.bad" >"$work/found"
    if [ -s "$work/found" ]; then not_ok "$1: found in" "$work/found"; else ok "$1: nowhere"; fi
}
cases=0
# given WHAT FILE COMMAND …: pushes, asks and pulls with the keys as they are given now; FILE holds them.
given() {
    what=$1 file=$2
    cases=$((cases + 1))
    cd "$work/project" || exit 3
    for command in push status pull gc; do
        "$bin/$command" --verbose >"$work/said/$cases.$command.out" 2>"$work/said/$cases.$command.err" &
        pid_=$!
        sample $pid_
        wait $pid_
        status=$?
        [ $status = 0 ] || { not_ok "$what: bin/$command ends with $status" "$work/said/$cases.$command.err"; return; }
    done
    nowhere "$what" "$file"
}
place=0
next_place() { place=$((place + 1)) && cd "$work/project" && remote_is "s3://shelf/p$place" "$proxy" "$@"; }

by_environment=yes
export AWS_ACCESS_KEY_ID="$given_access" AWS_SECRET_ACCESS_KEY="$given_secret"
next_place
given 'keys in the environment' /
grep -qs -i 'authorization' "$proxied/heads" && ok 'the requests were signed' || not_ok 'no request was signed'
head -n 1 "$work/canaries" >"$work/canary" && ! grep -qF -f "$work/canary" "$proxied/heads" && ok 'and the secret is in no request' ||
    not_ok 'the secret is in a request'
rm "$work/canary"
[ -s "$work/said/cmdlines" ] && ok 'command lines were looked at' || not_ok 'no command line was looked at'
s3 copy one/shelf "$work/said/objects" >/dev/null 2>&1
[ -e "$work/said/objects/p1/nightmill/latest.json" ] || not_ok 'no objects to look at'
nowhere 'objects, the manifest among them' /
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
by_environment=

local_file=$work/project/.dvc/config.local
next_place
(umask 077 && printf "['remote \"store\"']\n    access_key_id = %s\n    secret_access_key = %s\n" "$given_access" "$given_secret" >"$local_file")
given 'keys in .dvc/config.local' "$local_file"
rm "$local_file"

mkdir -p "$home/.aws"
credentials=$home/.aws/credentials
(umask 077 && printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n[night]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
    nobody nothing "$given_access" "$given_secret" >"$credentials")
next_place "profile = night"
given 'keys in a profile' "$credentials"
! grep -qi warning "$work/said/$cases.push.err" && ok 'a file of keys for its owner alone: no warning' || not_ok 'a warning of a file of mode 600' "$work/said/$cases.push.err"
chmod 644 "$credentials"
"$bin/status" >"$out" 2>"$err"
status=$?
if [ $status = 0 ] && grep -qi 'warning' "$err" && grep -q 'credentials' "$err"; then
    ok 'a file of keys that others can read: a warning'
else
    not_ok "a file of keys that others can read: status $status" "$err"
fi
cp "$err" "$work/said/warning"
nowhere 'the warning' "$credentials"
rm "$credentials"

# What goes wrong is said without it.
by_environment=yes
# amiss WHAT STATUS COMMAND …
amiss() {
    what=$1 wanted=$2
    shift 2
    cases=$((cases + 1))
    "$@" >"$work/said/$cases.out" 2>"$work/said/$cases.err"
    status=$?
    err=$work/said/$cases.err
    case " $wanted " in
    *" $status "*) [ "$(grep -c 'error: ' "$err")" = 1 ] && nowhere "$what" "$local_file" || not_ok "$what: not one line of cause" "$err" ;;
    *) not_ok "$what: status $status" "$err" ;;
    esac
    err=$work/err
}
next_place
export AWS_ACCESS_KEY_ID="$given_access" AWS_SECRET_ACCESS_KEY="x$given_secret"
amiss 'a wrong secret' 3 "$bin/push" --verbose
export AWS_SECRET_ACCESS_KEY="$given_secret" AWS_SESSION_TOKEN="$canary_token"
next_place
amiss 'a token that the server does not know' 3 "$bin/push" --verbose
unset AWS_SESSION_TOKEN
remote_is "s3://shelf/p$place" 'http://192.0.2.1:9000'
from=$(date +%s%N)
amiss 'plain http to elsewhere' 2 "$bin/push" --verbose --timeout 20
took=$((($(date +%s%N) - from) / 1000000))
grep -q insecure-http "$work/said/$cases.err" && ok 'plain http to elsewhere: the option is named' || not_ok 'the option is not named' "$work/said/$cases.err"
if strace -f -qq -o "$work/trace" "$bin/push" --version >/dev/null 2>&1; then
    strace -f -qq -e trace=connect,sendto -o "$work/trace" "$bin/push" >"$out" 2>"$err"
    ! grep 192.0.2 "$work/trace" >"$work/check" && ok 'plain http to elsewhere: nobody is called' || not_ok 'somebody is called' "$work/check"
else
    [ $took -lt 5000 ] && ok 'plain http to elsewhere: refused at once' || not_ok "plain http to elsewhere: took $took ms"
fi
remote_is "s3://shelf/p$place" 'http://nowhere.invalid:9000'
amiss 'plain http where it is asked for goes on' 3 "$bin/push" --verbose --insecure-http --timeout 3
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
by_environment=
next_place
amiss 'no keys at all' 3 "$bin/push"
for line in "    secret_access_key $given_secret" "    secret_acces_key = $given_secret" "secret_access_key = '$given_secret" "    [$given_secret"; do
    (umask 077 && printf "['remote \"store\"']\n%s\n" "$line" >"$local_file")
    amiss 'a line of config.local that is wrong' '1 3' "$bin/push" --verbose
done
rm "$local_file"

# A crash: no core file, with limits that allow one; and for others the process is not to be read.
mkdir "$work/crash" && cp -R "$work/project" "$work/crash" && cp "$bin/push" "$work/crash" && cd "$work/crash/project" || exit 3
remote_is "s3://shelf/crash" "$proxy"
rules '* * * delay 5'
export AWS_ACCESS_KEY_ID="$given_access" AWS_SECRET_ACCESS_KEY="$given_secret"
other=
[ "$(id -u)" != 0 ] || ! setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null || other='setpriv --reuid=65534 --regid=65534 --clear-groups'
chmod 755 "$work" "$work/crash" "$home" && chmod -R a+rwX "$work/crash" "$home"
(ulimit -c unlimited 2>/dev/null; exec $other "$work/crash/push" --quiet >"$out" 2>"$err") &
pid_=$!
sleep 1
if kill -0 $pid_ 2>/dev/null; then
    grep 'Max core file size  *0 ' "/proc/$pid_/limits" >/dev/null && ok 'a crash: the limit of core files is 0' || not_ok 'a crash: core files are allowed' "/proc/$pid_/limits"
    if [ -z "$other" ]; then
        skip 'a crash: who may read the process' 'no other user here'
    elif [ "$(stat -c %u "/proc/$pid_/environ")" = 0 ]; then
        ok 'a crash: the process cannot be read by its own user'
    else
        not_ok 'a crash: the process is dumpable'
    fi
    kill -SEGV $pid_
else
    not_ok 'a crash: the push ended too early' "$err"
fi
{ wait $pid_; status=$?; } 2>/dev/null
[ $status = 139 ] && ok 'a crash: it died of the signal' || not_ok "a crash: status $status" "$err"
[ -z "$(find "$work/crash" -name 'core*' -type f)" ] && ok 'a crash: no core file' || not_ok 'a crash: a core file'
nowhere 'a crash' /
exit $failed
