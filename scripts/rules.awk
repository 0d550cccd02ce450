# Makes the Make rules of the pipelines:  awk -f rules.awk stages.tbl pipeline/NAME.yaml …
#
# Each stage waits for its executable, for what it reads, and for a small file that holds the keys of the
# pipeline's file that the stage looks at (scripts/keys.awk rewrites it only when they change): a changed
# parameter reruns the stages that it reaches and no other.  The files of the sources are found by the `path:`
# patterns of the pipeline's file.  Their list is kept as well, since a removed file leaves nothing newer
# behind, and so is the folder, since a file moved in may be old.

BEGIN { FS = "|" }
/^[ \t]*(#|$)/ { next }

FILENAME ~ /\.tbl$/ {
    stage[++n] = word($1)
    reads[n] = $2
    writes[n] = $3
    k = split($3, part, " ")
    for (i = 1; i <= k; i++)
        siblings[part[i]] = $3
    next
}

FILENAME != last {
    last = FILENAME
    pipeline[++n_pipelines] = stem(FILENAME)
}

/(^|[ {,])path:/ {
    path = value($0)
    folder = path ~ /\// ? path : "."
    sub(/\/[^\/]*$/, "", folder)
    sub(/.*\//, "", path)
    where = "$(or $(DATA)," folder ")"
    files[last] = files[last] " " where "/" path
    if (index(folders[last] " ", " " where " ") == 0)
        folders[last] = folders[last] " " where
}

function word(s) { gsub(/[ \t]/, "", s); return s }
function stem(s) { sub(/.*\//, "", s); sub(/\.yaml$/, "", s); return s }

# The value behind `path:`, plain or quoted, in block or flow style.
function value(s) {
    sub(/.*path:[ \t]*/, "", s)
    if (s ~ /^"/) { s = substr(s, 2); sub(/".*/, "", s) }
    else if (s ~ /^'/) { s = substr(s, 2); sub(/'.*/, "", s) }
    else sub(/[ \t]*([,}]|[ \t]#|$).*/, "", s)
    return s
}

# The path of an artifact, with the pipeline's name or with % for any.
function artifact(name, p) {
    if (name ~ /^reports\//) return "$(REPORTS)/" p substr(name, 8)
    return "$(ARTIFACTS)/" p "/" name
}

function artifacts(names, p,    i, k, part, out) {
    k = split(names, part, " ")
    for (i = 1; i <= k; i++)
        out = out " " artifact(part[i], p)
    return out
}

# What a stage reads, and what is written together with it: were a sibling missing, the stage that makes both
# would run, and whatever reads one of them has to wait for that.
function inputs(names, p,    i, k, part, out, seen) {
    k = split(names, part, " ")
    for (i = 1; i <= k; i++)
        if (part[i] != "data" && !seen[siblings[part[i]]]++)
            out = out artifacts(siblings[part[i]], p)
    return out
}

# `make STAGE` brings the pipelines up to that stage, `make train` up to the report; both say where the result is,
# also when there was nothing to do.  `make clean` cleans, as everywhere.
function goal(name, results,    first) {
    split(results, first, " ")
    print ".PHONY: " name
    print name ": $(foreach p,$(pipelines)," artifacts(results, "$p") ")"
    print "\t$(foreach p,$(pipelines),$(info $p: " artifact(first[1], "$p") "))"
    print "\t@:"
}

function rules(file,    p, i, keys, found) {
    p = stem(file)
    keys = "$(ARTIFACTS)/" p "/.make/"
    print "\n# " p
    found = "$(files_" p ")"
    print "files_" p " := $(wildcard" files[file] ")"
    print "ifneq ($(file <" keys "files)," found ")\n" keys "files: FORCE\nendif"
    print keys "files: ; @mkdir -p $(@D) && echo '" found "' >$@"
    print keys "all: " file " pipeline/stages.tbl scripts/keys.awk"
    print "\t@mkdir -p $(@D) && awk -v dir=$(@D) -f scripts/keys.awk pipeline/stages.tbl " file
    for (i = 1; i <= n; i++) {
        print keys stage[i] ": " keys "all ;"
        printf "%s &: $(BIN)/%s %s%s", substr(artifacts(writes[i], p), 2), stage[i], keys, stage[i]
        if (reads[i] ~ /(^| )data( |$)/)
            printf " %sfiles %s $(wildcard%s)", keys, found, folders[file]
        print inputs(reads[i], p)
        printf "\t$(BIN)/%s %s", stage[i], file
        if (reads[i] ~ /(^| )data( |$)/)
            printf "$(if $(DATA), --data $(DATA))"
        print "$(call folders," p ")"
    }
}

END {
    print "# Made from pipeline/stages.tbl and pipeline/*.yaml by scripts/rules.awk."
    for (i = 1; i <= n; i++) {
        if (stage[i] != "clean" && stage[i] != "train")
            goal(stage[i], writes[i])
        if (stage[i] == "report")
            goal("train", writes[i])
    }
    for (i = 2; i < ARGC; i++)
        rules(ARGV[i])
}
