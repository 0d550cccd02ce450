# What the scripts share that try push, pull, status, gc and track against real programs; read by them with `.`.
#
# It makes $work, a folder of its own, and puts the executables there, so that a build beside the tests changes nothing.
# start_minio and start_versitygw start a server on a free loopback port with its own folder and a random secret;
# whatever was started is ended by its process id when the script ends.  Without what ./setup test installs a script
# prints skips.  The scripts set $topic, the word before their test names, and read this file from the folder beside.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
self=tests/$(basename "$(cd "$(dirname "$0")" && pwd)")/${0##*/}
bin=${BIN:-$root/bin} tools=$root/.tools/bin venv=$root/.venv/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/interop.XXXXXX") || exit 3
started=
trap 'end_all' EXIT
trap 'exit 130' HUP INT TERM PIPE
failed=0 err=$work/err out=$work/out

ok() { echo "ok - $topic: $1"; }
skip() { echo "skip - $topic: $1: $2"; }

# not_ok WHAT [FILE …]: the files are shown below the line.
not_ok() {
    echo "not ok - $topic: $1"
    shift
    for file_ in "$@"; do
        [ ! -s "$file_" ] || tail -n 30 "$file_" | sed 's/^/  /'
    done
    failed=1
}

# check NAME COMMAND …: the command must succeed.
check() {
    name_=$1
    shift
    if "$@" >"$work/check" 2>&1; then ok "$name_"; else not_ok "$name_" "$work/check"; fi
}

# need_tools: ends the script with a skip where ./setup test has not been.
need_tools() {
    for tool_ in "$tools/minio" "$venv/dvc" "$venv/python"; do
        [ -x "$tool_" ] || { skip all "no ${tool_#"$root"/}; ./setup test makes it"; exit 0; }
    done
    for tool_ in track push pull status gc; do
        [ -x "$bin/$tool_" ] || { not_ok "no bin/$tool_"; exit 1; }
    done
    start_dvc
}

# start_dvc: DVC, held ready by dvc_server.py; $dvc is a command that runs it there.
dvc=$work/dvc
start_dvc() {
    "$venv/python" "$root/tests/interop/dvc_server.py" "$work/dvc.socket" >"$work/dvc.log" 2>&1 &
    started="$started $!"
    printf '#!/bin/sh\nexec %s -SE %s %s "$@"\n' "$venv/python" "$root/tests/interop/dvc_server.py" "$work/dvc.socket" >"$dvc"
    chmod +x "$dvc"
    wait_=0
    until grep -qs '^ready' "$work/dvc.log"; do
        sleep 0.05
        wait_=$((wait_ + 1))
        [ $wait_ -lt 600 ] || { not_ok 'DVC does not start' "$work/dvc.log"; exit 1; }
    done
}
dvc() { "$dvc" "$@"; }

end_all() {
    for pid_ in $started; do kill "$pid_" 2>/dev/null; done
    for pid_ in $started; do wait "$pid_" 2>/dev/null; done
    chmod -R u+w "$work" 2>/dev/null
    rm -rf "$work"
}

random() { od -An -N12 -tx1 /dev/urandom | tr -d ' \n'; }
free_port() { "$venv/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# answers URL: somebody speaks HTTP there, with whatever status.
answers() { curl_ready=$("$venv/python" - "$1" 2>/dev/null <<'END'
import ssl, sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(sys.argv[1], timeout=2, context=ssl._create_unverified_context())
except urllib.error.HTTPError:
    pass
print("ready")
END
) && [ "$curl_ready" = ready ]; }

# serve NAME SCHEME COMMAND …: starts a server; @PORT@ in its arguments becomes a free port.  Sets $port, $endpoint, $pid.
serve() {
    name_=$1 scheme_=$2
    shift 2
    for attempt_ in 1 2 3; do
        port=$(free_port)
        endpoint=$scheme_://127.0.0.1:$port
        "$venv/python" - "$port" "$@" >"$work/$name_.log" 2>&1 <<'END' &
import os, sys
arguments = [a.replace("@PORT@", sys.argv[1]) for a in sys.argv[2:]]
os.execv(arguments[0], arguments)
END
        pid=$!
        started="$started $pid"
        wait_=0
        while [ $wait_ -lt 100 ] && kill -0 "$pid" 2>/dev/null; do
            ! answers "$endpoint/" || return 0
            sleep 0.1
            wait_=$((wait_ + 1))
        done
        kill "$pid" 2>/dev/null
    done
    not_ok "$name_ does not start" "$work/$name_.log"
    exit 1
}

# start_minio NAME [SCHEME [OPTIONS]]: sets also $access and $secret, unless $given_access and $given_secret say them; s3
# knows the server as NAME.
start_minio() {
    server_=$1 scheme=${2-http}
    [ $# -lt 2 ] && shift || shift 2
    access=${given_access-user$(random)} secret=${given_secret-$(random)$(random)}
    mkdir -p "$work/$server_"
    MINIO_ROOT_USER=$access MINIO_ROOT_PASSWORD=$secret MINIO_BROWSER=off MINIO_UPDATE=off MINIO_CALLHOME_ENABLE=off \
        serve "$server_" "$scheme" "$tools/minio" server --address 127.0.0.1:@PORT@ --quiet "$@" "$work/$server_"
    hosts="$hosts export S3_$server_=$scheme://$access:$secret@127.0.0.1:$port;"
}
start_versitygw() {
    server_=$1
    access=user$(random) secret=$(random)$(random)
    mkdir -p "$work/$server_" "$work/meta.$server_"
    ROOT_ACCESS_KEY_ID=$access ROOT_SECRET_ACCESS_KEY=$secret \
        serve "$server_" http "$tools/versitygw" --port 127.0.0.1:@PORT@ --quiet posix --sidecar "$work/meta.$server_" "$work/$server_"
    hosts="$hosts export S3_$server_=http://$access:$secret@127.0.0.1:$port;"
}

# The programs of others, with nothing of the user's own: no configuration, no keys, no cache of theirs.
home=$work/home
mkdir -p "$home"
export HOME="$home" XDG_CONFIG_HOME="$home/.config" XDG_CACHE_HOME="$home/.cache" DVC_NO_ANALYTICS=1 DVC_SITE_CACHE_DIR="$home/site"
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost
for name_ in $(env | sed -n 's/^\(AWS_[A-Z_0-9]*\|DVC_STAGE\|DVC_ROOT\|MAKEFLAGS\|MAKELEVEL\|MFLAGS\)=.*/\1/p'); do unset "$name_"; done
export AWS_EC2_METADATA_DISABLED=true
hosts= # what s3 knows of the servers; nobody else's environment has it
s3() { (eval "$hosts" && exec "$venv/python" "$root/tests/interop/s3.py" "$@"); }

# remote_is URL [ENDPOINT [MORE LINES]]: the remote of the project in the working folder.
remote_is() {
    {
        printf '[core]\n    remote = store\n    analytics = false\n    check_update = false\n'
        printf '%s\n' "['remote \"store\"']" "    url = $1"
        [ -z "${2-}" ] || printf '    endpointurl = %s\n' "$2"
        [ $# -lt 3 ] || printf '    %s\n' "$3"
    } >.dvc/config
}

# keys_in_env: the executables and DVC find the keys of the last server there.
keys_in_env() { export AWS_ACCESS_KEY_ID="$access" AWS_SECRET_ACCESS_KEY="$secret"; }

# one_cause [STATUS]: $err holds one line of cause and at most one hint, nothing else; with status 1 there may be a line for each
# thing that is wrong.
one_cause() {
    awk -v many="$([ "${1-}" = 1 ] && echo 1)" '/^  hint: / { hints++; next } /error: / { causes++; next } /warning: / { next } { others++ }
        END { exit !(causes >= 1 && (many || (causes == 1 && hints <= 1)) && !others) }' "$err"
}

# start_proxy FOLDER: proxy.py in front of the last server; sets $proxy to its address.  rules [LINE …] says what it does
# from now on and empties its log, $proxied/log.
start_proxy() {
    proxied=$1
    mkdir -p "$proxied"
    "$venv/python" "$root/tests/interop/proxy.py" "$proxied" "$port" >"$proxied/output" 2>&1 &
    started="$started $!"
    wait_=0
    until [ -s "$proxied/port" ]; do
        sleep 0.1
        wait_=$((wait_ + 1))
        [ $wait_ -lt 100 ] || { not_ok 'the proxy does not start' "$proxied/output"; exit 1; }
    done
    proxy=http://127.0.0.1:$(cat "$proxied/port")
    rules
}
rules() {
    : >"$proxied/rules.new"
    for rule_ in "$@"; do printf '%s\n' "$rule_" >>"$proxied/rules.new"; done
    rm -f "$proxied/log"
    mv "$proxied/rules.new" "$proxied/rules"
}

# start_reader ENDPOINT BUCKET: reader.py; then `reads PREFIX` sets $verdict.
start_reader() {
    mkfifo "$work/ask" "$work/told"
    "$venv/python" "$root/tests/interop/reader.py" "$1" "$2" <"$work/ask" >"$work/told" 2>"$work/reader.err" &
    started="$started $!"
    exec 8>"$work/ask" 9<"$work/told"
}
reads() {
    verdict='no answer'
    echo "$1" >&8
    read -r verdict <&9
}

# make_project FOLDER: a project of two stages that DVC alone has made and run: a folder of files with names that hurt,
# and a file with what was counted.
make_project() {
    mkdir -p "$1/source" && cd "$1" || exit 3
    for name_ in plain 'a b' 'c+d=e&f' '100%25' "it's" 'say "hi"' 'back\slash' 'ñandú' '🥛' '~tilde' '#hash' ';' '[x]' -dash sub-b \
        "$(printf 'tab\there')" '{}' '*' '$HOME' 'a,b' 'a:b'; do
        echo "$name_" >"source/$name_"
    done
    mkdir -p source/sub/deep
    echo a >source/sub/a
    echo b >source/sub/deep/b
    : >source/empty
    echo twice >source/one
    echo twice >source/two
    printf 'seed: 1\n' >params.yaml
    cat >dvc.yaml <<'END'
stages:
  copy:
    cmd: cp -R source tree
    deps: [source]
    outs: [tree]
  count:
    cmd: ls -R tree | cat - params.yaml >count.txt
    deps: [tree]
    params: [seed]
    outs: [count.txt]
END
    git init -q . && dvc init -q && remote_is ../store && dvc repro -q && git add -A && git commit -qm one
}
