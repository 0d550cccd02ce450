# What scripts/rules.awk and scripts/dvc.awk share:  awk -f pipelines.awk -f ONE.awk stages.tbl pipeline/NAME.yaml …
#
# Fills   stage[i], reads[i], writes[i], keys[i]   the rows of the table, i from 1 to n
#         pipeline[j], file[j]                     the pipelines and their files, j from 1 to n_pipelines
#         has[p, key]                              the top-level keys of pipeline p's file
#         paths[p]                                 the patterns of its sources, with a blank before each
#         data[p]                                  the folder that holds them all
#         tracked[p]                               1 unless the file says `track: false` or the folder lies outside

BEGIN { FS = "|" }
/^[ \t]*(#|$)/ { next }

FILENAME ~ /\.tbl$/ {
    stage[++n] = word($1)
    reads[n] = $2
    writes[n] = $3
    keys[n] = $4
    next
}

FILENAME != last {
    last = FILENAME
    file[++n_pipelines] = FILENAME
    pipeline[n_pipelines] = p = stem(FILENAME)
    tracked[p] = 1
}
/^[A-Za-z_][A-Za-z0-9_-]*[ \t]*:([ \t]|$)/ {
    key = $0
    sub(/[ \t]*:.*/, "", key)
    has[p, key] = 1
}
/^track:[ \t]*false([ \t]|$)/ { tracked[p] = 0 }
/(^|[ {,])path:/ {
    path = value($0)
    paths[p] = paths[p] " " path
    where = folder(path)
    if (p in data) where = common(data[p], where)
    data[p] = where
    if (where ~ /^[\/.~]/ || where "/" ~ /\/\.\.?\//) tracked[p] = 0
}

function word(s) { gsub(/[ \t]/, "", s); return s }
function stem(s) { sub(/.*\//, "", s); sub(/\.yaml$/, "", s); return s }
function folder(path) { return sub(/\/[^\/]*$/, "", path) ? path : "." }

# The value behind `path:`, plain or quoted, in block or flow style.
function value(s) {
    sub(/.*path:[ \t]*/, "", s)
    if (s ~ /^"/) { s = substr(s, 2); sub(/".*/, "", s) }
    else if (s ~ /^'/) { s = substr(s, 2); sub(/'.*/, "", s) }
    else sub(/[ \t]*([,}]|[ \t]#|$).*/, "", s)
    return s
}

# The folder that two paths have in common.
function common(a, b,    i, k, x, y, both) {
    k = split(a, x, "/")
    split(b, y, "/")
    for (i = 1; i <= k && x[i] == y[i]; i++)
        both = both (i > 1 ? "/" : "") x[i]
    return both == "" ? "." : both
}
