# For the experiments in which clones share a remote, which fault/collect.sh and interop/collect.sh read with `.`: projects
# of a few objects without DVC, and what a reader who trusts the pointer finds in a remote, as files in a folder.

# record FOLDER NAME …: the clone's dvc.lock names these objects, whose bytes are their names.
record() {
    mkdir -p "$1/.dvc/tmp"
    printf 'stages:\n  x:\n    cmd: x\n    outs:\n' >"$1/dvc.yaml"
    printf "schema: '2.0'\nstages:\n  x:\n    cmd: x\n    outs:\n" >"$1/dvc.lock"
    place_=$1
    shift
    for name_; do
        sum_=$(echo "$name_" | md5sum | cut -c1-32)
        object_=$place_/.dvc/cache/files/md5/$(echo "$sum_" | cut -c1-2)/$(echo "$sum_" | cut -c3-)
        mkdir -p "${object_%/*}"
        [ -e "$object_" ] || { echo "$name_" >"$object_" && chmod 444 "$object_"; }
        printf '    - path: %s\n      hash: md5\n      md5: "%s"\n      size: %s\n' "$name_" "$sum_" "$((${#name_} + 1))" >>"$place_/dvc.lock"
        printf '    - %s\n' "$name_" >>"$place_/dvc.yaml"
    done
}

# keys_of FILE: the keys that a record of a remote names.
keys_of() { grep -o '"key": "[^"]*"' "$1" | cut -d'"' -f4; }

# whole BOX: the pointer leads to a manifest and to objects of the right bytes; says what does not.
whole() {
    [ -f "$1/nightmill/latest.json" ] || { echo "there is no pointer"; return 1; }
    manifest=$1/$(keys_of "$1/nightmill/latest.json")
    [ -f "$manifest" ] || { echo "the pointer names a manifest that is not there"; return 1; }
    for key_ in $(keys_of "$manifest"); do
        [ -f "$1/$key_" ] || { echo "$key_ is gone"; return 1; }
        case $key_ in files/md5/*) [ "$(md5sum <"$1/$key_" | cut -c1-32)" = "$(echo "${key_#files/md5/}" | tr -d /)" ] ||
            { echo "$key_ has other bytes"; return 1; } ;;
        esac
    done
}

# clean BOX: nothing is there but what the pointer leads to.
clean() {
    find "$1" -type f | sed "s|^$1/||" | sort >"$1.found"
    { echo nightmill/latest.json; keys_of "$1/nightmill/latest.json"; keys_of "$1/$(keys_of "$1/nightmill/latest.json")"; } | sort >"$1.wanted"
    diff "$1.wanted" "$1.found"
}

# good STATUS ERR: done, or refused for now with one cause.
good() { [ "$1" = 0 ] || { [ "$1" = 75 ] && [ "$(grep -c 'error: ' "$2")" = 1 ]; }; }
