#!/bin/sh
# What networks and servers do to push, pull and status: through proxy.py in front of MinIO, and without it where a wrong
# name or a wrong key is enough.
#
# Each case has a place of its own on the server, which holds the first version of a small project; the second one is
# pushed, pulled or compared through the fault.  It ends in success, or with the awaited status and one line of cause,
# within its time limit; a reader that trusts manifests sees the old version or the new one; no request is made more often
# than it should; and then a plain push completes.  The cases run side by side, since most of their time is waiting.
#
#   tests/interop/faults.sh [PATTERN]      only the cases whose names fit
topic=faults
. "$(dirname "$0")/lib.sh"
need_tools
only=${1-}
slack=6 # seconds, for a busy machine
mkdir "$work/case"

start_minio one
keys_in_env
server=$endpoint
s3 make one/shelf >"$out" 2>&1 || { not_ok 'no bucket' "$out"; exit 1; }
start_proxy "$work/proxy"
start_reader "$server" shelf

# The two versions, and one with a file that goes in parts.
make_project "$work/v1" >"$out" 2>&1 || { not_ok 'no project' "$out"; exit 1; }
cp -R "$work/v1" "$work/v2" && cd "$work/v2" || exit 3
for name in 'a b' plain new newer; do echo "$name, the second" >"source/$name"; done
dvc repro -q >"$out" 2>&1 || { not_ok 'no second version' "$out"; exit 1; }
cp -R "$work/v2" "$work/large" && cd "$work/large" || exit 3
head -c 70000000 /dev/urandom >source/large && dvc repro -q >"$out" 2>&1 || { not_ok 'no large version' "$out"; exit 1; }
lock() { sha256sum "$work/$1/dvc.lock" | cut -d' ' -f1; }
old=$(lock v1) new=$(lock v2) large=$(lock large)

# fault NAME VERSION EXPECTED TEXT REPEATS COMMAND RULE …: a case.  EXPECTED are the statuses that are right; TEXT stands in
# the cause; REPEATS is how often one request may be made, `-` for what the policy allows; `@` in a rule is the case's
# place.  The variables at, with (words for env), and limit change one case.
cases=0 at= with= limit=
: >"$work/all_rules"
fault() {
    case $1 in *"$only"*) ;; *) at= with= limit=; return ;; esac
    cases=$((cases + 1))
    dir=$work/case/$cases
    mkdir "$dir"
    printf '%s\n' "$1" >"$dir/name"
    echo "$2" >"$dir/version"
    echo "$3" >"$dir/expected"
    echo "$4" >"$dir/text"
    [ "$5" = - ] && echo 5 >"$dir/repeats" || echo "$5" >"$dir/repeats"
    echo "$6" >"$dir/command"
    echo "${limit:-25}" >"$dir/limit"
    echo "$with" >"$dir/with"
    echo "${at:-s3://shelf/c$cases $proxy}" >"$dir/at"
    shift 6
    for rule in "$@"; do echo "$rule" | sed "s|@|/shelf/c$cases/|; s|&|*prefix=c$cases%2[Ff]*|" >>"$work/all_rules"; done
    at= with= limit=
}

# What is lost on the way is sent again.
fault 'push: reset before a body' v2 0 '' 2 push 'PUT @files/md5/* 1 reset-before'
fault 'push: reset in a body' v2 0 '' 2 push 'PUT @files/md5/* 1 reset-body'
fault 'push: reset after a body, the answer lost' v2 0 '' 2 push 'PUT @files/md5/* 1 reset-after'
fault 'push: four requests reset' v2 0 '' - push 'PUT @files/md5/* 1-4 reset-after'
fault 'push: 500 twice' v2 0 '' 3 'push --jobs 1' 'PUT @files/md5/* 1-2 status 500 InternalError'
fault 'push: 503 SlowDown' v2 0 '' 2 push 'PUT @files/md5/* 1 status 503 SlowDown'
fault 'push: 503 SlowDown with Retry-After' v2 0 '' 2 push 'PUT @files/md5/* 1 status 503 SlowDown 2'
fault 'push: 429' v2 0 '' 2 push 'PUT @files/md5/* 1 status 429 TooManyRequests'
fault 'push: 503 in the listing' v2 0 '' 2 push 'GET & 1 status 503 SlowDown'
fault 'push: the listing breaks off' v2 0 '' 2 push 'GET & 1 cut'
fault 'push: the listing is half as long' v2 '0 3' '' 5 push 'GET & 1 short'
fault 'push: a wrong ETag once' v2 0 '' 2 push 'PUT @files/md5/* 1 etag 0123456789abcdef0123456789abcdef'
fault 'push: the manifest is refused once' v2 0 '' 2 push 'PUT @nightmill/manifests/* 1 status 500 InternalError'
fault 'push: the answer to the pointer is lost' v2 0 '' 2 push 'PUT @nightmill/latest.json 1 reset-after'
fault 'push: 503 at the pointer' v2 0 '' 2 push 'PUT @nightmill/latest.json 1 status 503 SlowDown'
fault 'push: the clock is ten minutes off' v2 0 '' 2 push 'PUT @* * skewed 600' 'GET @* * skewed 600' 'HEAD @* * skewed 600' \
    'GET & * skewed 600'
limit=5 fault 'push: a server that hangs once' v2 '0 3' '' 2 push 'PUT @files/md5/* 1 hang'

# What stays so ends in one line.
limit=5 fault 'push: 500 for ever' v2 3 '' - push 'PUT @files/md5/* * status 500 InternalError'
limit=60 fault 'push: five attempts' v2 3 '' - 'push --jobs 1' 'PUT @files/md5/* * status 503 SlowDown'
limit=4 fault 'push: reset for ever' v2 3 '' - push '* @* * reset-before' 'GET & * reset-before'
limit=4 fault 'push: a server that hangs' v2 3 '' - push 'PUT @files/md5/* * hang'
limit=4 fault 'push: a listing that hangs' v2 3 '' - push 'GET & * hang'
fault 'push: a wrong ETag for ever' v2 '1 3' '' - push 'PUT @files/md5/* * etag 0123456789abcdef0123456789abcdef'
fault 'push: a wrong ETag for ever, and no right to delete' v2 3 'other bytes' - push \
    'PUT @files/md5/* * etag 0123456789abcdef0123456789abcdef' 'DELETE @* * status 403 AccessDenied'
fault 'push: the clock is off for ever' v2 3 clock 2 push 'PUT @* * status 403 RequestTimeTooSkewed' 'GET & * status 403 RequestTimeTooSkewed'
fault 'push: an expired token' v2 3 expired 1 push 'PUT @* * status 400 ExpiredToken'
fault 'push: denied' v2 3 denied 1 push 'PUT @* * status 403 AccessDenied'
limit=5 fault 'push: the manifest fails for ever' v2 3 '' - push 'PUT @nightmill/manifests/* * status 500 InternalError'
fault 'push: the right to delete is missing' v2 0 '' - push 'DELETE @nightmill/notices/* * status 403 AccessDenied'
limit=5 fault 'push: the notice cannot be written' v2 3 '' - push 'PUT @nightmill/notices/* * status 500 InternalError'
limit=5 fault 'push: the pointer fails for ever' v2 3 '' - push 'PUT @nightmill/latest.json * status 500 InternalError'
limit=2 fault 'push: Retry-After is longer than the limit' v2 3 '' 2 push 'PUT @files/md5/* * status 503 SlowDown 3600'

# Parts.
fault 'parts: one is reset in its body' large 0 '' 2 push 'PUT @*partNumber=2* 1 reset-body'
fault 'parts: completion answers 200 with an error' large 0 '' - push 'POST @*uploadId* 1 complete-error'
limit=30 fault 'parts: completion fails for ever' large 3 '' - push 'POST @*uploadId* * complete-error'
fault 'parts: blanks before the answer of the completion' large 0 '' 2 push 'POST @*uploadId* 1 blanks 5 0.1'
limit=60 fault 'parts: a blank now and then for half a minute' large 0 '' 2 push 'POST @*uploadId* 1 blanks 4 7'
fault 'parts: blanks before an error under 200' large 0 '' - push 'POST @*uploadId* 1 blanks 3 0.1 InternalError'
fault 'parts: a completion that answers nothing but blanks' large 0 '' 2 push 'POST @*uploadId* 1 only-blanks 3 0.1'
fault 'parts: 500 for one' large 0 '' 2 push 'PUT @*partNumber=3* 1 status 500 InternalError'

# Pull and status.
fault 'pull: reset before the answer' v1 0 '' 2 pull 'GET @files/md5/* 1 reset-after'
fault 'pull: 503 SlowDown' v1 0 '' 2 pull 'GET @files/md5/* 1 status 503 SlowDown'
fault 'pull: a truncated body with status 200' v1 0 '' 2 pull 'GET @files/md5/* 1 cut'
fault 'pull: half a body as if it were all' v1 '0 1' '' 5 pull 'GET @files/md5/* 1 short'
fault 'pull: half of each body as if it were all' v1 '1 3' '' 5 pull 'GET @files/md5/* * short'
fault 'pull: wrong bytes of the right length' v1 1 expected 5 pull 'GET @files/md5/* * flip'
limit=4 fault 'pull: truncated bodies for ever' v1 3 '' - pull 'GET @files/md5/* * cut'
limit=4 fault 'pull: a server that hangs' v1 3 '' - pull 'GET @files/md5/* * hang'
limit=4 fault 'status: a server that hangs' v2 3 '' - status 'GET & * hang'
fault 'status: denied' v2 3 denied 1 status 'GET & * status 403 AccessDenied'

# Without the proxy.
at="s3://nowhere-at-all/x $server" fault 'a missing bucket' v2 3 nowhere-at-all - push
at="s3://Not_A_Bucket/x $server" fault 'a bucket with an impossible name' v2 '1 3' '' - push
with="AWS_SECRET_ACCESS_KEY=wrong$(random)" at="s3://shelf/x $server" fault 'a wrong secret' v2 3 secret - push
with="AWS_ACCESS_KEY_ID=nobody$(random)" at="s3://shelf/x $server" fault 'an unknown key id' v2 3 '' - push
limit=4 at="s3://shelf/x http://127.0.0.1:1" fault 'nobody listens' v2 3 '' - push
limit=4 at="s3://shelf/x http://nowhere.invalid" with= fault 'plain http to elsewhere' v2 2 insecure-http - push
limit=4 at="s3://shelf/x https://nowhere.invalid" fault 'a host without address' v2 3 nowhere.invalid - push

# run N: a case; leaves status, seconds, err and out.
run() {
    dir=$work/case/$1
    version=$(cat "$dir/version") command=$(cat "$dir/command") limit=$(cat "$dir/limit")
    cp -R "$work/$version" "$dir/project" && cd "$dir/project" || exit 3
    remote_is $(cat "$dir/at")
    case $command in pull*) rm -rf .dvc/cache tree count.txt ;; esac
    from=$(date +%s%N)
    # shellcheck disable=SC2046
    env $(cat "$dir/with") timeout -s KILL $((limit + 30)) "$bin"/$command --timeout "$limit" >"$dir/out" 2>"$dir/err"
    echo $? >"$dir/status"
    echo $((($(date +%s%N) - from) / 1000000)) >"$dir/milliseconds"
}

# longest_first: the numbers of the cases; those that end in an error wait longest.
longest_first() { (cd "$work/case" && grep -L '^0' */expected; cd "$work/case" && grep -l '^0' */expected) | sed 's|/.*||'; }

# The first version goes to each place, then the cases run, some at a time.
cd "$work/v1" || exit 3
i=0
while [ $i -lt $cases ]; do
    i=$((i + 1))
    remote_is "s3://shelf/c$i" "$server"
    "$bin/push" --quiet >"$out" 2>"$err" || { not_ok 'a plain push' "$err"; exit 1; }
done
reads c1
[ "${verdict% *}" = "whole $old" ] && ok 'a plain push is whole' || { not_ok "a plain push: $verdict"; exit 1; }
rm -f "$proxied/log"
mv "$work/all_rules" "$proxied/rules"
mkfifo "$work/free" && exec 7<>"$work/free"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do echo >&7; done
jobs=
for i in $(longest_first); do
    read -r _ <&7
    { run "$i"; echo >&7; } &
    jobs="$jobs $!"
done
for job in $jobs; do wait "$job"; done

# plainly COMMAND: past the proxy.
plainly() { remote_is "s3://shelf/c${dir##*/}" "$server" && "$bin/$1" --quiet >"$dir/out2" 2>"$dir/err2"; }

# judge N: what came of it.
judge() {
    dir=$work/case/$1
    name=$(cat "$dir/name") version=$(cat "$dir/version") expected=$(cat "$dir/expected") text=$(cat "$dir/text")
    status=$(cat "$dir/status") limit=$(cat "$dir/limit") command=$(cat "$dir/command") err=$dir/err
    case " $expected " in
    *" $status "*) ;;
    *) not_ok "$name: status $status, expected $expected" "$err"; return ;;
    esac
    [ "$(cat "$dir/milliseconds")" -le $(((limit + slack) * 1000)) ] || { not_ok "$name: took $(cat "$dir/milliseconds") ms, limit $limit s" "$err"; return; }
    if [ "$status" != 0 ]; then
        one_cause "$status" || { not_ok "$name: not one line of cause" "$err"; return; }
        grep -qi -- "$text" "$err" || { not_ok "$name: the cause does not say '$text'" "$err"; return; }
    fi
    worst=$(awk -v place="/shelf/c$1/" -v prefix="prefix=c$1%" '$1 == ">" && (index($5, place) == 1 || index($5, prefix)) { n[$4 " " $5]++ }
        END { for (k in n) if (n[k] > m) { m = n[k]; what = k } print m + 0, what }' "$proxied/log")
    [ "${worst%% *}" -le "$(cat "$dir/repeats")" ] || { not_ok "$name: made ${worst%% *} times: ${worst#* }" "$err"; return; }
    reads "c$1"
    eval "whole=\$$(case $version in v1) echo old ;; v2) echo new ;; *) echo large ;; esac)"
    case "${verdict% *}" in
    "whole $old") [ "$status" != 0 ] || [ "${command%% *}" != push ] || { not_ok "$name: status 0, and a reader sees the old"; return; } ;;
    "whole $whole") ;;
    *) not_ok "$name: a reader sees: $verdict" "$err"; return ;;
    esac
    case $command in
    pull*) judge_pull "$1" ;;
    *) after "$1" ;;
    esac
}

# judge_pull: all files, or none of what should not be there.
judge_pull() {
    cd "$dir/project" || exit 3
    if [ "$status" = 0 ]; then
        diff -r tree "$work/v1/tree" >"$out" 2>&1 && cmp count.txt "$work/v1/count.txt" >>"$out" 2>&1 || { not_ok "$name: other files" "$out"; return; }
    elif [ -e tree ] && ! diff -r tree "$work/v1/tree" | awk '!/^Only in .*v1\// { exit 1 }'; then
        not_ok "$name: something landed that was never pushed" "$err"
        return
    fi
    [ -z "$(find .dvc/cache -path '*/tmp/*' -type f 2>/dev/null)" ] || { not_ok "$name: something is left in the cache's tmp"; return; }
    plainly pull && diff -r tree "$work/v1/tree" >"$out" 2>&1 || { not_ok "$name: a plain pull does not repair it" "$dir/err2" "$out"; return; }
    ok "$name${TIMES:+, $(cat "$dir/milliseconds") ms, status $status}"
}
after() {
    cd "$dir/project" || exit 3
    plainly push || { not_ok "$name: a plain push fails" "$dir/err2"; return; }
    reads "c$1"
    [ "${verdict% *}" = "whole $whole" ] || { not_ok "$name: after a plain push a reader sees: $verdict"; return; }
    ok "$name${TIMES:+, $(cat "$dir/milliseconds") ms, status $status}"
}
i=0
while [ $i -lt $cases ]; do
    i=$((i + 1))
    judge $i
done

# What only the log shows.
number_of() { grep -lFx "$1" "$work"/case/*/name 2>/dev/null | sed 's|.*/case/\([0-9]*\)/name|\1|'; }
n=$(number_of 'push: five attempts')
if [ -n "$n" ]; then
    attempts=$(awk -v place="/shelf/c$n/files" '$1 == ">" && $4 == "PUT" && index($5, place) == 1 { n[$5]++ } END { for (k in n) if (n[k] > m) m = n[k]; print m + 0 }' "$proxied/log")
    [ "$attempts" = 5 ] && ok 'five attempts, not more and not less' || not_ok "five attempts: there were $attempts"
fi
n=$(number_of 'push: 503 SlowDown with Retry-After')
if [ -n "$n" ]; then
    check 'Retry-After is waited for' awk -v place="/shelf/c$n/files" '
        $1 == "<" && $6 == 503 && index($5, place) == 1 { told[$5] = $3 }
        $1 == ">" && ($5 in told) { if ($3 - told[$5] >= 1.95) good = 1; else print "sent again after", $3 - told[$5], "s" }
        END { exit !good }' "$proxied/log"
fi
n=$(number_of 'push: 503 SlowDown')
if [ -n "$n" ]; then
    check 'children before their folder, then dvc.lock, manifest, pointer; the notice aside' awk -v place="/shelf/c$n/" '
        function rank(k) { return k ~ /latest/ ? 4 : k ~ /manifests/ ? 3 : k ~ /nightmill/ ? 2 : k ~ /\.dir$/ ? 1 : 0 }
        index($5, place) != 1 || $4 != "PUT" || index($5, "/notices/") { next }
        $1 == ">" { r = rank($5); for (i = 0; i < r; i++) if (open[i] > 0) { print $5, "before", i, "was done"; bad = 1 }
                    for (i = r + 1; i <= 4; i++) if (seen[i] && r < 2) { print $5, "too late"; bad = 1 }
                    if (!($5 in started)) { open[r]++; started[$5] = 1 } seen[r] = 1 }
        $1 == "<" && $6 == 200 { open[rank($5)]-- }
        END { exit bad || !seen[0] || !seen[1] || !seen[2] || !seen[3] || !seen[4] }' "$proxied/log"
fi
s3 uploads one/shelf >"$out" 2>&1
[ ! -s "$out" ] && ok 'parts: no upload is left behind' || not_ok 'parts: uploads are left behind' "$out"

# A machine without libcurl: the same executable, with another name in it.
sed 's/libcurl\.so\.4/libcurl.so.0/' "$bin/push" >"$work/push" && chmod +x "$work/push"
err=$work/err
"$work/push" --quiet >"$out" 2>"$err"
status=$?
if [ $status = 3 ] && one_cause && grep -q 'libcurl4' "$err"; then ok 'without libcurl it is said what to install'; else not_ok "without libcurl: status $status" "$err"; fi

# A certificate that nobody knows, and the same with its authority named.
if [ -z "$only" ]; then
    mkdir -p "$work/certs"
    "$venv/python" - "$work/certs" <<'END'
import datetime, ipaddress, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
now = datetime.datetime.now(datetime.timezone.utc)
day = datetime.timedelta(days=1)
cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256()))
open(sys.argv[1] + "/public.crt", "wb").write(cert.public_bytes(serialization.Encoding.PEM))
open(sys.argv[1] + "/private.key", "wb").write(key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()))
END
    start_minio tls https --certs-dir "$work/certs"
    keys_in_env
    s3 make tls/shelf >"$out" 2>&1 || not_ok 'tls: no bucket' "$out"
    cp -R "$work/v2" "$work/tls_project" && cd "$work/tls_project" || exit 3
    err=$work/err
    remote_is s3://shelf/x "$endpoint"
    "$bin/push" --quiet --timeout 10 >"$out" 2>"$err"
    status=$?
    if [ $status = 3 ] && one_cause && grep -qi certificate "$err"; then ok 'tls: an unknown certificate is refused'; else not_ok "tls: an unknown certificate: status $status" "$err"; fi
    remote_is s3://shelf/x "$endpoint" "ssl_verify = $work/certs/public.crt"
    check 'tls: with its authority in ssl_verify the push goes through' "$bin/push" --quiet
    check 'tls: and DVC finds it there' sh -c '"$0" status -c | tee "$1" && grep -q "in sync" "$1"' "$dvc" "$out"
    remote_is s3://shelf/x "$endpoint" 'ssl_verify = false'
    "$bin/push" --quiet >"$out" 2>"$err"
    status=$?
    if [ $status = 1 ] && one_cause; then ok 'tls: nobody may switch verification off'; else not_ok "tls: ssl_verify = false: status $status" "$err"; fi
fi
exit $failed
