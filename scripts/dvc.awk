# Makes dvc.yaml:  awk -f dvc.awk stages.tbl pipeline/NAME.yaml …
#
# One stage a row of the table and pipeline, `train@milk`; a pipeline whose file says `track: false` has none.  Stages
# depend on sources (src/, stages/NAME.c), not on what the compiler makes of them, so that dvc.lock is the same on every
# machine; that is why each command is preceded by `make`.  The files of the sources may be many and new ones arrive:
# ingest depends on their folder.
#
# DVC refuses a parameter that is not there.  Where pipelines differ in the keys that they have, the stage goes over a
# map instead of a list: a pipeline without the key names another one of its keys in its place.

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
    pipeline[++n_pipelines] = stem(FILENAME)
}
/^track:[ \t]*false([ \t]|$)/ { untracked[stem(FILENAME)] = 1 }
/^[A-Za-z_][A-Za-z0-9_-]*[ \t]*:([ \t]|$)/ {
    key = $0
    sub(/[ \t]*:.*/, "", key)
    has[stem(FILENAME), key] = 1
}
/(^|[ {,])path:/ { common(stem(FILENAME), value($0)) }

function word(s) { gsub(/[ \t]/, "", s); return s }
function stem(s) { sub(/.*\//, "", s); sub(/\.yaml$/, "", s); return s }

# Narrows the pipeline's data folder to what this path has in common with those before it.
function common(p, path,    folder, i, k, a, b, both) {
    folder = path ~ /\// ? path : "."
    sub(/\/[^\/]*$/, "", folder)
    if (!(p in data)) { data[p] = folder; return }
    k = split(data[p], a, "/")
    split(folder, b, "/")
    for (i = 1; i <= k && a[i] == b[i]; i++)
        both = both (i > 1 ? "/" : "") a[i]
    data[p] = both == "" ? "." : both
}

# The path of an artifact; WHO stands for the pipeline's name.
function artifact(name) {
    sub(/\/$/, "", name)
    return name ~ /^reports\// ? "reports/WHO" substr(name, 8) : "artifacts/WHO/" name
}

# Adds `- item` to a list that stays sorted.
function insert(list, count, item,    i) {
    for (i = count; i > 0 && list[i] > item; i--)
        list[i + 1] = list[i]
    list[i + 1] = item
    return count + 1
}

function print_list(key, list, count,    i) {
    if (count > 0) print margin key ":"
    for (i = 1; i <= count; i++)
        print margin "- " named(list[i])
}

function named(s) { gsub(/WHO/, who, s); return s }

# Another key of the pipeline's file, in place of one that it has not.
function other(p, list, count,    i) {
    for (i = 1; i <= count; i++)
        if (has[p, list[i]]) return list[i]
    return "ingest"
}

# The parameters: keys that every pipeline has as they are, the others by way of the map.
function print_params(list, count, lacking,    i) {
    print margin "params:\n" margin "- " named("pipeline/WHO.yaml:")
    for (i = 1; i <= count; i++)
        print margin "  - " (list[i] in lacking ? "${item." list[i] "}" : list[i])
}

# Opens the stage: the pipelines as a list, or as a map with what differs.
function print_head(i, list, count, lacking,    j, k, p, from) {
    from = " " reads[i] " " ~ / data / ? "data" : ""
    lacks = 0
    for (k in lacking) lacks++
    print "  " stage[i] ":"
    if (from == "" && !lacks) {
        printf "    matrix:\n      pipe:\n"
        for (j = 1; j <= n_pipelines; j++)
            if (!untracked[pipeline[j]]) print "      - " pipeline[j]
        margin = "    "
        who = "${item.pipe}"
        return
    }
    print "    foreach:"
    for (j = 1; j <= n_pipelines; j++) {
        p = pipeline[j]
        if (untracked[p]) continue
        print "      " p ":"
        if (from != "") print "        data: " data[p]
        for (k = 1; k <= count; k++)
            if (list[k] in lacking)
                print "        " list[k] ": " (has[p, list[k]] ? list[k] : other(p, list, count))
    }
    print "    do:"
    margin = "      "
    who = "${key}"
}

function print_stage(i,    k, count, part, list, lacking, deps, outs, metrics, n_deps, n_outs, n_metrics, j) {
    split("", lacking); split("", deps); split("", outs); split("", metrics); split("", list)
    count = split(keys[i], list, " ")
    for (k = 1; k <= count; k++)
        for (j = 1; j <= n_pipelines; j++)
            if (!untracked[pipeline[j]] && !has[pipeline[j], list[k]]) lacking[list[k]] = 1
    n_deps = insert(deps, 0, "src")
    n_deps = insert(deps, n_deps, "stages/" stage[i] ".c")
    k = split(reads[i], part, " ")
    for (j = 1; j <= k; j++)
        n_deps = insert(deps, n_deps, part[j] == "data" ? "${item.data}" : artifact(part[j]))
    k = split(writes[i], part, " ")
    for (j = 1; j <= k; j++)
        if (part[j] == "metrics.json") n_metrics = insert(metrics, n_metrics, artifact(part[j]))
        else n_outs = insert(outs, n_outs, artifact(part[j]))
    print_head(i, list, count, lacking)
    print margin "cmd:\n" margin "- make -s\n" margin "- bin/" stage[i] named(" pipeline/WHO.yaml")
    print_list("deps", deps, n_deps)
    print_params(list, count, lacking)
    print_list("outs", outs, n_outs)
    print_list("metrics", metrics, n_metrics)
}

# The value behind `path:`, plain or quoted, in block or flow style.
function value(s) {
    sub(/.*path:[ \t]*/, "", s)
    if (s ~ /^"/) { s = substr(s, 2); sub(/".*/, "", s) }
    else if (s ~ /^'/) { s = substr(s, 2); sub(/'.*/, "", s) }
    else sub(/[ \t]*([,}]|[ \t]#|$).*/, "", s)
    return s
}

END {
    print "# Made from pipeline/stages.tbl and pipeline/*.yaml by scripts/dvc.awk; `make` keeps it fresh."
    for (j = 1; j <= n_pipelines; j++) tracked += !untracked[pipeline[j]]
    if (!tracked) { print "stages: {}"; exit }
    print "stages:"
    for (i = 1; i <= n; i++)
        print_stage(i)
}
