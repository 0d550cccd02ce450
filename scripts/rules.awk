# Makes the Make rules of the pipelines:  awk -f pipelines.awk -f rules.awk stages.tbl pipeline/NAME.yaml …
#
# Each stage waits for its executable, for what it reads, and for the stage before it, so that dvc.lock has one order.
#
# Where artifacts are tracked, `track --stale` names the stages that dvc.lock does not know as they are, whatever their
# times, and lets the others look new; `track --run` runs a stage only if its digests say so.  Where the first could not
# tell (it may be older than its source), every stage is asked by the second, which says why.  Elsewhere (DATA, OUT,
# another MODE) times decide: a stage also waits for a small file that holds the keys of the pipeline's file that it
# looks at (scripts/keys.awk rewrites it only when they change), ingest for the list of its files, since a removed one
# leaves nothing newer behind, and for their folder, since a file moved in may be old.

# The path of an artifact, with the pipeline's name or with % for any.
function artifact(name, p) {
    if (name ~ /^reports\//) return "$(REPORTS)/" p substr(name, 8)
    return "$(ARTIFACTS)/" p "/" name
}

# Folders are left out: a file of the same stage stands for them.
function artifacts(names, p,    i, k, part, out) {
    k = split(names, part, " ")
    for (i = 1; i <= k; i++)
        if (part[i] !~ /\/$/) out = out " " artifact(part[i], p)
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
# also when there was nothing to do (but not to `make -q`, for which a recipe would be something to do).  `make clean`
# cleans, as everywhere.
function goal(name, results,    first) {
    split(results, first, " ")
    print ".PHONY: " name
    print name ": $(foreach p,$(pipelines)," artifacts(results, "$p") ")"
    print "ifeq ($(asked),)"
    print "\t$(foreach p,$(pipelines),$(info $p: " artifact(first[1], "$p") "))"
    print "\t@:\nendif"
}

# Which of --in, --out and --reports a stage takes.
function folders_of(i,    names) {
    names = reads[i]
    sub(/(^| )data( |$)/, " ", names)
    return (names ~ /[^ ]/ ? "in " : "") (writes[i] ~ /(^| )reports\// ? "reports" : "out")
}

# Where the sources' files and their folders are: files, folders.
function locate(p,    i, k, path, where) {
    files = folders = ""
    k = split(paths[p], path, " ")
    for (i = 1; i <= k; i++) {
        where = "$(or $(DATA)," folder(path[i]) ")"
        sub(/.*\//, "", path[i])
        files = files " " where "/" path[i]
        if (index(folders " ", " " where " ") == 0)
            folders = folders " " where
    }
}

# The files that say what the stages were made from, where times decide.
function stamps(file, p, keys, found) {
    print "files_" p " := $(wildcard" files ")"
    print "ifeq ($(tracked_" p "),)"
    print "ifneq ($(file <" keys "files)," found ")\n" keys "files: FORCE\nendif"
    print "endif"
    print keys "files: ; @mkdir -p $(@D) && echo '" found "' >$@"
    print keys "all: " file " pipeline/stages.tbl scripts/keys.awk"
    print "\t@mkdir -p $(@D) && awk -v dir=$(@D) -f scripts/keys.awk pipeline/stages.tbl " file
}

function rule(i, file, p, keys, found,    data) {
    data = reads[i] ~ /(^| )data( |$)/
    print keys stage[i] ": " keys "all ;"
    printf "%s &: $(BIN)/%s", substr(artifacts(writes[i], p), 2), stage[i]
    printf "$(if $(filter %s,$(stale_%s)), FORCE)", stage[i], p
    printf "$(if $(tracked_%s),, %s%s%s)", p, keys, stage[i],
        data ? " " keys "files " found " $(wildcard" folders ")" : ""
    print inputs(reads[i], p) " | $(if $(tracked_" p "),$(BIN)/track)" (i > 1 ? artifacts(writes[i - 1], p) : "")
    if (tracked[p])
        print "ifneq ($(tracked_" p "),)\n\t@$(BIN)/track " file " --run " stage[i] "$(silent)\nelse"
    printf "\t$(BIN)/%s %s%s$(call folders,%s,%s)\n", stage[i], file, data ? "$(if $(DATA), --data $(DATA))" : "", p, folders_of(i)
    if (tracked[p])
        print "endif"
}

function rules(file,    p, i, keys, found) {
    p = stem(file)
    locate(p)
    keys = "$(ARTIFACTS)/" p "/.make/"
    found = "$(files_" p ")"
    print "\n# " p
    if (tracked[p]) {
        print "tracked_" p " := $(tracked)"
        print "ifneq ($(and $(tracked),$(filter " p ",$(pipelines)),$(asks),$(wildcard $(BIN)/track)),)"
        print "stale_" p " := $(shell $(BIN)/track " file " --stale$(dry) 2>/dev/null || echo" every ")\nendif"
    }
    stamps(file, p, keys, found)
    for (i = 1; i <= n; i++)
        rule(i, file, p, keys, found)
}

END {
    for (i = 1; i <= n; i++) {
        every = every " " stage[i]
        k = split(writes[i], part, " ")
        for (j = 1; j <= k; j++)
            siblings[part[j]] = writes[i]
    }
    print "# Made from pipeline/stages.tbl and pipeline/*.yaml by scripts/rules.awk."
    printf "asks := $(filter train"
    for (i = 1; i <= n; i++)
        if (stage[i] != "clean") printf " %s", stage[i]
    print " $(ARTIFACTS)/% $(REPORTS)/%,$(goals))"
    for (i = 1; i <= n; i++) {
        if (stage[i] != "clean" && stage[i] != "train")
            goal(stage[i], writes[i])
        if (stage[i] == "report")
            goal("train", writes[i])
    }
    for (i = 1; i <= n_pipelines; i++)
        rules(file[i])
}
