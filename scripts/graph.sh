#!/bin/sh
# Draws the flow from pipeline/stages.tbl: one line a stage, what it reads on the left, what it writes on the
# right; then the pipelines that go through it.  `graph.sh help`: only names.
#
# Names of files stay words of the shell here; one that cannot be a pipeline's is left out (make says why).
names() {
    for file in pipeline/*.yaml; do
        name=${file##*/} name=${name%.yaml}
        case $name in '' | *[!A-Za-z0-9._-]*) continue ;; esac
        [ ! -f "$file" ] || echo "$name"
    done
}
if [ "${1-}" = help ]; then
    echo 'Stages:'
    awk -F'|' '/^[a-z]/ { print "  " $1 "writes" $3 }' pipeline/stages.tbl
    echo 'Pipelines:' $(names)
    exit
fi
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
    }' pipeline/stages.tbl
echo
for name in $(names); do
    printf 'pipeline %-16s %s\n' "$name" "$(sed -n 's/^title: *//p' "pipeline/$name.yaml" | LC_ALL=C tr -d '\001-\037\177')"
done
