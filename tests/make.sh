#!/bin/sh
# Which stages does `make train` run again?  The rules of pipeline/stages.tbl are held against stand-ins for the
# stages, which write their names into a log and touch what their row says they write.
#
# Prints "ok NAME" or "not ok NAME" a case, as the other parts of tests/run do.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 3
cp -R "$root/Makefile" "$root/scripts" "$root/pipeline" .
mkdir bin data data/milk
for file in precipitaciones banco_central precio_leche; do echo x >data/milk/$file.csv; done

cat >bin/stand-in <<'END'
#!/bin/sh
name=${0##*/}
artifacts=artifacts/milk reports=reports/milk
while [ $# -gt 0 ]; do
    case $1 in
    --in | --out) artifacts=$2; shift ;;
    --reports) reports=$2; shift ;;
    esac
    shift
done
echo "$name" >>log
mkdir -p "$artifacts" "$reports"
writes=$(awk -F'|' -v name="$name" '$1 ~ "^" name " " { print $3 }' pipeline/stages.tbl)
for file in $writes; do
    case $file in
    */) mkdir -p "$artifacts/$file" ;;
    reports/*) touch "$reports/${file#reports/}" ;;
    *) touch "$artifacts/$file" ;;
    esac
done
END
chmod +x bin/stand-in
stages=$(awk -F'|' '/^[a-z]/ { gsub(/ /, "", $1); print $1 }' pipeline/stages.tbl)
for stage in $stages; do cp bin/stand-in bin/$stage; done

# expect NAME "STAGES" [MAKE ARGUMENTS]: these stages run, no other, and then none.
failed=0
expect() {
    name=$1 wanted=$2; shift 2
    : >log
    make ${1+"$@"} train >out 2>&1 || echo failed >>log
    found=$(sort log | tr '\n' ' ')
    wanted=$(for stage in $wanted; do echo "$stage"; done | sort | tr '\n' ' ')
    : >log
    make ${1+"$@"} train >>out 2>&1
    if [ "$found" != "$wanted" ]; then
        echo "not ok make: $name: expected '$wanted', found '$found'"; cat out; failed=1
    elif [ -s log ]; then
        echo "not ok make: $name: a second run did $(sort log | tr '\n' ' ')"; cat out; failed=1
    elif ! tail -n 1 out | grep -q 'milk: .*reports/milk/report.html$'; then
        echo "not ok make: $name: the report's path is not the last line"; cat out; failed=1
    else
        echo "ok make: $name"
    fi
}
edit() { sed "$1" pipeline/milk.yaml >new.yaml && mv new.yaml pipeline/milk.yaml; }

after_ingest=$(printf '%s\n' $stages | grep -v '^ingest$')
after_features=$(printf '%s\n' $stages | grep -v -e '^ingest$' -e '^clean$' -e '^features$')
expect "everything, when there is nothing" "$stages"
expect "nothing, when nothing changed" ""
edit 's/^# Monthly/# A monthly/'
expect "nothing, when a comment changed" ""
touch pipeline/milk.yaml
expect "nothing, when the pipeline's file was only touched" ""
edit 's/folds: 3/folds: 4/'
expect "train and on, when folds changed" "train evaluate predict report"
edit 's/^title: /title: The /'
expect "the report, when the title changed" "report"
edit 's/join: inner/join: left/'
expect "clean and on, when the join changed" "$after_ingest"
touch bin/features
expect "features and on, when its executable changed" "features $after_features"
touch data/milk/banco_central.csv
expect "everything, when a source changed" "$stages"
cp data/milk/precio_leche.csv data/milk/precio_leche_new.csv
expect "everything, when a file arrived" "$stages"
rm data/milk/precio_leche_new.csv
expect "everything, when a file went away" "$stages"
echo y >old && touch -t 202001010000 old && mv old data/milk/precio_leche.csv
expect "everything, when an old file was moved in" "$stages"
rm artifacts/milk/search.csv
expect "train and on, when its second output is missing" "train evaluate predict report"
rm artifacts/milk/features.json
expect "features and on, when its third output is missing" "features $after_features"
rm reports/milk/report.json
expect "the report, when its second output is missing" "report"
expect "everything, when the folder of the sources is another" "$stages" DATA=data/../data/milk
expect "everything, when it is the first one again" "$stages"
expect "everything, into another folder" "$stages" OUT=elsewhere
expect "nothing, when the first folder comes again" ""
edit 's/^seed: .*/seed: \&s 7/'
expect "everything, when an anchor may tie keys together" "$stages"
exit $failed
