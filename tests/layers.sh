#!/bin/sh
# The layers: base < data < learn < ship, and plan beside them, on base alone: make builds it before anything else.  A file
# includes its own layer and those below it; stages include any layer and no other stage; nothing in the library prints to
# stderr or exits but the skeleton.  Prints `ok - …` lines.
set -u
cd "$(dirname "$0")/.." || exit 3
failed=0

check() { # NAME LINES: none may be left
    if [ -z "$2" ]; then
        echo "ok - layers: $1"
    else
        echo "not ok - layers: $1"
        printf '%s\n' "$2" | sed 's/^/  /'
        failed=1
    fi
}

above() { # LAYER WORDS: includes of layers above it
    grep -nE "^#include \"($2)/" "src/$1"/*.[ch]
}

check "base knows nothing of data" "$(above base 'data|learn|ship|plan')"
check "plan knows base only" "$(above plan 'data|learn|ship')"
check "data knows nothing of models" "$(above data 'learn|ship|plan')"
check "learn knows nothing of the world outside" "$(above learn 'ship|plan')"
check "nobody but a stage knows plan" "$(above ship 'plan')"
check "stages do not know each other" "$(grep -nE '^#include "[^/]*"' stages/*.c)"
check "includes name their layer" "$(grep -nE '^#include "' src/*/*.[ch] stages/*.c | grep -vE '"((base|data|learn|plan|ship)/[a-z_0-9.]+|version\.h|stages\.h)"')"
check "a stage file exports nothing but main" "$(for f in stages/*.c; do grep -nE '^(const |struct |enum status |int |void )[a-z_ *]*\(' "$f" | grep -v 'int main' | sed "s#^#$f:#"; done)"
check "the library does not exit" "$(grep -nE '(^|[^_a-z])_?exit\(' src/*/*.c | grep -vE 'src/(base/(arena|stage|temporary|publish)|ship/dvc_command)\.c')"
exit $failed
