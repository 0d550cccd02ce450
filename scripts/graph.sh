#!/bin/sh
# Draws the flow from pipeline/stages.tbl: one line a stage, what it reads on the left, what it writes on the
# right; then the pipelines that go through it.
awk -F'|' '
    function tidy(s) { gsub(/^ +| +$/, "", s); gsub(/ +/, " ", s); return s }
    /^[a-z]/ {
        name[++n] = tidy($1)
        reads[n] = tidy($2)
        writes[n] = tidy($3)
        keys[n] = tidy($4)
        width = length(name[n]) > width ? length(name[n]) : width
    }
    END {
        for (i = 1; i <= n; i++) {
            printf "%-" width "s  reads   %s\n", name[i], reads[i]
            printf "%-" width "s  writes  %s\n", i < n ? "  |" : "", writes[i]
            printf "%-" width "s  keys    %s\n", i < n ? "  v" : "", keys[i]
        }
    }' "$1"
shift
echo
for yaml; do
    name=${yaml##*/}
    printf 'pipeline %-16s %s\n' "${name%.yaml}" "$(sed -n 's/^title: *//p' "$yaml")"
done
