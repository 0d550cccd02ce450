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
. "$root/tests/copies.sh"
only_milk || exit 3
cp "$root/tests/recipe.yaml" pipeline/milk.yaml
mkdir -p bin data/milk build/release && cp "$root/build/release/plan" build/release || exit 3
for file in precipitaciones banco_central precio_leche; do echo x >data/milk/$file.csv; done

cat >bin/stand-in <<'END'
#!/bin/sh
name=${0##*/}
artifacts=artifacts/milk reports=reports/milk
while [ $# -gt 0 ]; do
    case $1 in
    --in | --out) artifacts=$2; shift ;;
    --set) echo "$name $2" >>set ;;
    --reports) reports=$2; shift ;;
    esac
    shift
done
echo "$name" >>log
mkdir -p "$artifacts" "$reports"
writes=$(awk -F'|' -v name="$name" '$1 ~ "^" name " " { print $3 }' pipeline/stages.tbl)
for file in $writes; do
    case $file in
    */)
        mkdir -p "$artifacts/$file"
        [ "$name" != ingest ] || for source in rain bank price; do touch "$artifacts/$file$source.arrow"; done
        ;;
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
expect "train and on, when folds changed" "train evaluate register predict report"
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
expect "train and on, when its second output is missing" "train evaluate register predict report"
rm artifacts/milk/features.json
expect "features and on, when its third output is missing" "features $after_features"
rm reports/milk/report.json
expect "the report, when its second output is missing" "report"
rm artifacts/milk/raw/bank.arrow
expect "everything, when a table of a source is missing" "$stages"
expect "everything, when the folder of the sources is another" "$stages" DATA=data/../data/milk
expect "everything, when it is the first one again" "$stages"
expect "everything, into another folder" "$stages" OUT=elsewhere
expect "nothing, when the first folder comes again" ""
edit 's/^seed: .*/seed: 7   # lucky/'
expect "train and on, when the seed changed" "train evaluate register predict report"
edit 's/lucky/still lucky/'
expect "nothing, when a comment behind a value changed" ""

# A run with SET stands apart, and each stage sees all of it.
: >set
expect "everything, into build/try, with SET" "$stages" 'SET=train.folds=5 seed=9'
check() { # NAME COMMAND …: it succeeds
    name=$1; shift
    "$@" >out 2>&1 && { echo "ok make: $name"; return; }
    echo "not ok make: $name"; cat out; failed=1
}
says() { # TEXT COMMAND …: it fails, and says so
    text=$1; shift
    "$@" >said 2>&1 && { echo 'it succeeds'; return 1; }
    grep -qF -- "$text" said || { cat said; return 1; }
}
check "SET reaches the stages" sh -c 'test $(sort -u set | grep -c "train train.folds=5\|train seed=9") = 2'
expect "train and on, when one of them changed" "train evaluate register predict report" 'SET=train.folds=6 seed=9'
expect "nothing, when it is left out again" ""
check "SET that is no setting" says 'expected key=value' make train SET=folds
: >log
SET=train.folds=7 OUT=elsewhere2 DATA=nowhere REMOTE=x make train >out 2>&1
check "SET, OUT, DATA and REMOTE of the environment change nothing" sh -c '! test -s log && ! test -e elsewhere2'

# What make is told and does not know.
check "an unknown variable, with the nearest name" says "did you mean PIPELINE?" make train PIPLINE=milk
check "in lower case too" says "did you mean DATA?" make train data=x
check "an unknown target, with the nearest name" says "did you mean train?" make trian PIPELINE=milk
check "an unknown target that is near nothing" says "make help lists them" make all zebra
check "an unknown pipeline" says "no pipeline is called 'silk'" make train PIPELINE=silk
check "an unknown mode" says "not 'fast'" make train MODE=fast
for variable in CC=gcc CFLAGS=-g CPPFLAGS=-DX LDFLAGS=-g DESTDIR=/x PREFIX=/y JOBS=2 FUZZ_SECONDS=1 V=1 MODE=release; do
    check "${variable%%=*} is known" make -n graph "$variable"
done
for words in 'push DATA=x' 'all OUT=x' 'dvc.yaml SET=x=1' 'status PIPELINE=milk' 'train REMOTE=x' 'train FORCE=1'; do
    # shellcheck disable=SC2086
    check "make $words says that it changes nothing" says "changes nothing for 'make ${words% *}'" make $words
done

# clean.
check "make clean takes no pipeline" says 'artifacts/NAME/clean.arrow' make clean PIPELINE=milk
check "make clean goes alone" says 'make clean && make all' make clean all
check "and deletes nothing then" test -x bin/ingest
rm artifacts/milk/clean.arrow && : >log
check "the stage clean is reached by its file" make artifacts/milk/clean.arrow
check "and nothing else runs" test "$(cat log)" = clean
: >log
check "of any pipeline" make artifacts/milk_reference/clean.arrow
check "with the stages before it" test "$(echo $(cat log))" = 'ingest clean'
row() { # ROW: added to a table of its own
    rm -rf other && mkdir other && cp -R Makefile scripts pipeline bin build other && echo "$1" >>other/pipeline/stages.tbl
}
row 'test | clean.arrow | x.json | time | base'
check "a stage cannot take a target's name" says "stages.tbl:24: error: 'make test' does something else already" make -C other train
row 'count | clear.arrow | x.json | time | base'
check "nor read what nobody writes" says "no stage above 'count' writes 'clear.arrow'" make -C other train

# Names and contents decide which pipelines there are, not times.
for name in one two; do sed "s/^title: .*/title: $name/" pipeline/milk.yaml >pipeline/$name.yaml; done
check "a new pipeline is noticed" make train PIPELINE=two
touch -t 202001010000 pipeline/two.yaml
mv pipeline/one.yaml pipeline/three.yaml && touch -t 202001010000 pipeline/three.yaml
cp dvc.yaml before
mv pipeline/two.yaml pipeline/dry.yaml
check "a dry run knows it" make -n train PIPELINE=dry
mv pipeline/dry.yaml pipeline/two.yaml
check "and leaves dvc.yaml alone" cmp before dvc.yaml
check "one that was renamed and is old, too" make train PIPELINE=three
check "its old name is gone" says "no pipeline is called 'one'" make train PIPELINE=one
cp -p pipeline/two.yaml kept && sed 's|path: data/milk/precio|path: data/other/precio|' kept >pipeline/two.yaml
touch -r kept pipeline/two.yaml
check "other content at the same time is noticed" sh -c 'make -s dvc.yaml && grep -q "^        data: data$" dvc.yaml'
rm pipeline/three.yaml
check "one that is gone takes nothing with it" make -s train
check "nor is it in dvc.yaml" sh -c '! grep -q three dvc.yaml'
cp kept pipeline/two.yaml
check "make dvc.yaml does what it says" sh -c 'rm -f dvc.yaml && make -s dvc.yaml && grep -q two dvc.yaml'

# A file that is no pipeline harms nobody but itself.
printf 'title: [\n' >pipeline/broken.yaml
mkfifo pipeline/pipe.yaml && mkdir pipeline/folder.yaml && ln -s nowhere pipeline/link.yaml && ln -s /dev/zero pipeline/zero.yaml
check "others go on" timeout 20 make -s train
for bad in broken pipe folder link zero; do
    timeout 20 make -s train >said 2>&1
    check "$bad is mentioned once" test "$(grep -c "^pipeline/$bad.yaml" said)" = 1
    check "$bad fails when it is meant" says "no rules for $bad" timeout 20 make -s train PIPELINE=$bad
done
check "a broken one with its place" says 'pipeline/broken.yaml:2:1: ' make -s train PIPELINE=broken
: >log && rm -rf artifacts reports
check "all fails, for the broken one" says 'no rules for broken' timeout 20 make train PIPELINE=all
check "after each of the others ran" test "$(grep -c '^report$' log)" = 3
exit $failed
