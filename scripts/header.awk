# Prints build/<mode>/stages.h from pipeline/stages.tbl: the stages' names in order and the
# distinct top-level keys that they look at.  Usage: awk -f header.awk stages.tbl
BEGIN { FS = "|" }
/^[ \t]*(#|$)/ { next }
{
    gsub(/[ \t]/, "", $1)
    stages = stages (stages == "" ? "" : ", ") "\"" $1 "\""
    n = split($4, keys, " ")
    for (i = 1; i <= n; i++)
        if (!seen[keys[i]]++)
            sections = sections (sections == "" ? "" : ", ") "\"" keys[i] "\""
}
END {
    print "/* Made from pipeline/stages.tbl; edit that. */"
    print "#define STAGE_LIST " stages
    print "#define SECTION_LIST " sections
}
