#!/bin/sh
# Holds our reading of DVC's configuration, the environment and AWS's files against DVC:  tests/interop/config.sh
#
# Builds config_probe.c and hands it to config.py with MinIO.  Prints `ok - …`, `not ok - …` or `skip - …: why`.
topic=config
. "$(dirname "$0")/lib.sh"
for tool in "$tools/minio" "$venv/dvc" "$venv/python"; do
    [ -x "$tool" ] || { skip all "no ${tool#"$root"/}; ./setup test makes it"; exit 0; }
done
object=build/release/tests/interop/config_probe.o
(cd "$root" && make -s $object build/release/libnightmill.a) >"$work/build" 2>&1 &&
    cc -o "$work/config_probe" "$root/$object" "$root/build/release/libnightmill.a" \
        -lcsv -ljansson -lyaml -lgsl -lgslcblas -lcurl -lcrypto -lexpat -lm -lpthread >>"$work/build" 2>&1 || {
    not_ok 'the probe does not build' "$work/build"
    exit 1
}
start_dvc
cd "$work" && "$venv/python" "$root/tests/interop/config.py" "$work/config_probe" "$tools/minio" "$dvc"
