#!/bin/sh
# Everything at once on one project, with SIGKILL now and then; see soak.py.  In a folder and on MinIO.
#
#   tests/interop/soak.sh [folder|MinIO [SEED]]        SOAK_SECONDS: of each, 30 when it is not set
topic=soak
. "$(dirname "$0")/lib.sh"
need_tools
seconds=${SOAK_SECONDS:-30}

soak() { # NAME KIND [SEED]
    mkdir "$work/$1"
    "$venv/python" "$root/tests/interop/soak.py" "$root" "$work/$1" "$2" "$seconds" ${3-} || {
        failed=1
        tail -n 60 "$work/$1/log" | sed 's/^/    /'
    }
    [ -z "${SOAK_LOG-}" ] || cp "$work/$1/log" "$SOAK_LOG.$1"
}

case ${1-folder} in folder) soak folder folder ${2-} ;; esac
case ${1-MinIO} in
MinIO)
    start_minio soak
    keys_in_env
    s3 make soak/soak >"$out" 2>&1 || not_ok 'no bucket' "$out"
    soak MinIO "$endpoint" ${2-}
    ;;
esac
exit $failed
