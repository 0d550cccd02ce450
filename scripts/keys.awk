# Writes for each stage the part of a pipeline's file that the stage looks at:
#
#     awk -v dir=DIR -f keys.awk stages.tbl pipeline/NAME.yaml
#
# DIR/STAGE gets the text of the top-level keys of the stage's row, without whole-line comments; it is
# rewritten only when that differs from what stands there, so that Make sees a change only where there is
# one.  DIR/all is written always, last.  Where text cannot be divided by key (anchors, a flow mapping as the
# whole document), each stage gets all of it.

/^[ \t]*#/ && FILENAME ~ /\.tbl$/ { next }

FILENAME ~ /\.tbl$/ {
    if (split($0, cell, "|") < 4) next
    gsub(/[ \t]/, "", cell[1])
    stage[++n] = cell[1]
    keys[n] = cell[4]
    next
}

{ whole = whole $0 "\n" }
/(^|[ \t{,:[-])[&*][A-Za-z0-9_]/ { indivisible = 1 }
/^(---|\.\.\.|%|#|$)/ { next }
/^[A-Za-z_][A-Za-z0-9_-]*[ \t]*:([ \t]|$)/ {
    key = $0
    sub(/[ \t]*:.*/, "", key)
    literal = 0
}
/^[^ \t#A-Za-z_]/ { indivisible = 1 }
/[|>][-+0-9]*[ \t]*$/ { literal = 1 }
/^[ \t]*#/ && !literal { next }
{ text[key] = text[key] $0 "\n" }

function stored(path,    line, all) {
    while ((getline line <path) > 0)
        all = all line "\n"
    close(path)
    return all
}

END {
    for (i = 1; i <= n; i++) {
        wanted = ""
        k = split(keys[i], name, " ")
        for (j = 1; j <= k; j++)
            wanted = wanted text[name[j]]
        if (indivisible)
            wanted = whole
        path = dir "/" stage[i]
        if (wanted != stored(path) || system("test -e " path))
            printf "%s", wanted >path
        close(path)
    }
    printf "" >(dir "/all")
}
