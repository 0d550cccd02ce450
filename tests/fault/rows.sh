#!/bin/sh
# Many rows in little memory: ingest, clean and features of 2,400 series of 500 steps, 1.2 million rows, in any order, under a
# limit of the memory that is a process's own (mapped files do not count): a byte held of each row would show.  The table is
# the same whatever the order of the rows was.
#
#   tests/fault/rows.sh
. "$(dirname "$0")/lib.sh"
again=$self
own() { # MIB STAGE ORDER: runs it with so much memory of its own
    in="--in $work/$3"
    [ "$2" != ingest ] || in=
    (ulimit -d $(($1 * 1024)) && exec "$work/bin/$2" "$work/rows.yaml" $in --out "$work/$3" --quiet) >"$out" 2>"$err"
}
(ulimit -d 8192 && exec "$work/bin/ingest" --version) >"$out" 2>"$err" ||
    { skip all 'executables do not begin under a limit of 8 MiB: a sanitizer, or no such limit'; exit 0; }

table() { # ORDER: the same rows; 700,001 has no divisor in common with their number
    awk -v order="$1" 'BEGIN {
        series = 2400; steps = 500; n = series * steps; print "item,t,y,x"
        for (i = 0; i < n; i++) {
            at = order == "shuffled" ? i * 700001 % n : i
            g = order == "time" ? at % series : int(at / steps); s = order == "time" ? int(at / series) : at % steps
            printf "i%04d,2001-01-%02d %02d:00,%d.%d,%d\n", g, 1 + int(s / 24), s % 24, g % 90 + 10, (g + s) % 10, s % 7 + 1
        }
    }' >"$work/$1.csv"
    sed "s|CSV|$work/$1.csv|" >"$work/rows.yaml" <<'END'
group: item
time: {column: hour, step: hour}
target: y
ingest:
  sources:
    - {name: rows, path: CSV, time: {column: t, format: "%Y-%m-%d %H:%M"}, columns: [{match: item, kind: text}, {match: y, kind: real}, {match: x, kind: real}]}
clean: {duplicates: first, gaps: keep}
features: [{rolling: [mean, std], window: 3}, {lag: [1, 12], of: y}]
END
}

for order in group time shuffled; do
    before=$failures clean=12
    [ $order = group ] || clean=64
    table $order
    own 12 ingest $order || fault "$order: ingest does not do with 12 MiB" "$again" "$err"
    own $clean clean $order || fault "$order: clean does not do with $clean MiB" "$again" "$err"
    cmp -s "$work/$order/clean.arrow" "$work/group/clean.arrow" || fault "$order: another table than series by series" "$again"
    own 24 features $order || fault "$order: features does not do with 24 MiB" "$again" "$err"
    rm -f "$work/$order.csv" "$work/$order"/features.arrow
    passed "1.2 million rows by $order: ingest in 12 MiB, clean in $clean, features in 24" $before
done
before=$failures
own 20 clean shuffled && fault 'the limit of memory does not hold' "$again"
[ "$(grep -c 'out of memory' "$err")" = 1 ] || fault 'no word of the limit' "$again" "$err"
passed 'less than that is out of memory' $before
exit $failed
