#!/bin/sh
# Prints the reference page from what the executables say of themselves (docs/reference.md; `make reference`).
# The keys that every stage knows are printed once.
bin=${1:-bin}
common="keys of the pipeline's file that every stage knows"

part() { # STAGE yes|no: only the common keys, or all but them
    "$bin/$1" --explain | awk -v common="$common" -v wanted="$2" '
        $0 == common { inside = 1 }
        inside && /^$/ { inside = 0; if (wanted == "no") next }
        (inside ? "yes" : "no") == wanted'
}

cat <<END
# Reference

Made by \`make reference\` from the rows that parse the settings; a test fails when it is stale. The same text comes
from \`bin/STAGE --explain\`, the options of the command line from \`bin/STAGE --help\`.

## All stages

\`\`\`text
$(part ingest yes)
\`\`\`
END
for stage in $(awk -F'|' '/^[a-z]/ { print $1 }' pipeline/stages.tbl); do
    printf '\n## %s\n\n```text\n' "$stage"
    part "$stage" no
    echo '```'
done
