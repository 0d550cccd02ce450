# Makes dvc.yaml:  awk -f pipelines.awk -f dvc.awk stages.tbl pipeline/NAME.yaml …
#
# One stage a row of the table and tracked pipeline, `train@milk`.  Stages depend on sources (src/, stages/NAME.c), not on what the compiler makes of them, so that dvc.lock is the same on every
# machine; that is why each command is preceded by `make`.  The files of the sources may be many and new ones arrive:
# ingest depends on their folder.
#
# DVC refuses a parameter that is not there.  Where pipelines differ in the keys that they have, the stage goes over a
# map instead of a list: a pipeline without the key names another one of its keys in its place.

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
            if (tracked[pipeline[j]]) print "      - " pipeline[j]
        margin = "    "
        who = "${item.pipe}"
        return
    }
    print "    foreach:"
    for (j = 1; j <= n_pipelines; j++) {
        p = pipeline[j]
        if (!tracked[p]) continue
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
            if (tracked[pipeline[j]] && !has[pipeline[j], list[k]]) lacking[list[k]] = 1
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

END {
    print "# Made from pipeline/stages.tbl and pipeline/*.yaml by scripts/dvc.awk; `make` keeps it fresh."
    for (j = 1; j <= n_pipelines; j++) some += tracked[pipeline[j]]
    if (!some) { print "stages: {}"; exit }
    print "stages:"
    for (i = 1; i <= n; i++)
        print_stage(i)
}
