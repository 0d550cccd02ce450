# For the golden cases: a finished run of the sample to spoil, and the proof that a failure leaves it whole.

root=$ROOT
. "$ROOT/tests/data.sh"

# start STAGE …: copies the sample and its pipeline here and runs these stages.
start() {
    cp "$ROOT/tests/recipe.yaml" milk.yaml
    sample_data data
    for stage; do
        case $stage in
        ingest) own='--data data' ;;
        register) own=--exit-zero ;;
        *) own= ;;
        esac
        "$stage" milk.yaml $own --quiet || exit 99
    done
}

sums() {
    find artifacts reports -type f 2>/dev/null | sort | xargs -r cksum
}

# fails COMMAND …: runs it, shows that no artifact changed, and ends with its status.
fails() {
    before=$(sums)
    "$@"
    status=$?
    [ "$(sums)" = "$before" ] && echo "the old artifacts are whole" || echo "AN ARTIFACT CHANGED"
    exit $status
}

# spoil FILE SED-SCRIPT
spoil() {
    sed "$2" "$1" >spoilt && ! cmp -s spoilt "$1" && mv spoilt "$1" || exit 98
}
