#!/bin/sh
# Runs the commands of README.md and of the pages under docs/ as they stand there, in order, in a fresh clone; then once
# more with the newer data of data/milk_new dropped in beside the old, and then `make golden`, which must not notice.
#
# A block that is indented or fenced as `sh` and begins with one of our commands runs as a whole, by `sh -e`.  Of what stands
# in a sentence a command runs that has nothing to be filled in.  Each page finds a remote in a folder (~/shelf) and a home
# folder with CSV files in ~/milk.  The first command builds everything, but what the tree has compiled of the same text is not
# compiled again (tests/help/cc); a clone, and who says `make clean`, get what that one built.  Prints `ok - …`, `not ok - …` or `skip - …: why`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/docs.XXXXXX") || exit 3
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
failed=0
pages="README.md data/README.md pipeline/README.md docs/formats.md docs/remote.md docs/adding-a-stage.md docs/adding-a-step.md docs/adding-a-pipeline.md $(cd "$root" && ls docs/*.md)"
words='(\./setup|make|git|dvc|nightmill|bin/[a-z]+|cat|cp|mkdir|printf)'

. "$root/tests/pages.sh"
. "$root/tests/copies.sh"

# The hook of each clone: the executables as if they had just been built there.
built_at_clone() {
    mkdir -p "$work/template/hooks" && export GIT_TEMPLATE_DIR="$work/template" || exit 3
    cat >"$work/template/hooks/post-checkout" <<END
#!/bin/sh
[ ! -e build ] && [ -d "$work/kept" ] || exit 0
cp -R "$work/kept/." . && sleep 0.01 && touch bin && find build bin -exec touch -r bin {} +
END
    chmod +x "$work/template/hooks/post-checkout"
}
# once: what the working folder has built is kept; from then on it gets that back where it has lost it.
once() {
    [ -d "$work/kept" ] || [ ! -x bin/train ] || (root=$PWD && copy_built "$work/kept") || exit 3
    [ -d build ] || cp -a "$work/kept/." . || exit 3
}

# why COMMAND: why it is not run here; fails when there is no reason.
why() {
    case $1 in
    *'make test'* | *'./setup test'*) echo 'it is what runs this' ;;
    *'make check'*) echo 'a part of its own' ;;
    *'make bench'* | *tests/bench/run* | *'./setup bench'* | *'make memcheck'* | *'make fuzz'*) echo 'takes many minutes' ;;
    'make golden') echo 'it runs below' ;;
    'make clean') [ "$when" = 'a fresh clone' ] || { echo 'new data mean nothing to it' && return; }; return 1 ;;
    *dvc\ *) [ ! -x "$root/.venv/bin/dvc" ] && echo 'no DVC in .venv; ./setup test makes it' ;;
    *) return 1 ;;
    esac
}

# blocks PAGE FOLDER: each block of commands into a file of its own there; their order is that of their names.
blocks() {
    awk -v to="$2" -v words="^$words( |\$)" '
        function flush() {
            if (text ~ words) { name = sprintf("%s/%03d", to, NR); printf "%s", text >name; close(name) }
            text = ""
        }
        /^```/ { fenced = !fenced; sh = fenced && /^```sh/; flush(); next }
        fenced { if (sh) text = text $0 "\n"; next }
        /^    / { text = text substr($0, 5) "\n"; next }
        { flush() }
        END { flush() }' "$root/$1"
}

# sentences PAGE: the commands between backquotes, each once; what was decided and measured tells of former ones.
sentences() {
    case $1 in docs/decisions.md | docs/performance.md) return ;; esac
    awk '/^```/ { fenced = !fenced } !fenced' "$root/$1" | grep -oE '`[^`]+`' | tr -d '`' |
        grep -E '^(make|dvc (repro|status|commit|push|pull)$|bin/[a-z]+ .)' | grep -vE '[A-Z]{2,}$|[A-Z]{2,} |\b[A-Z]\b|=DIR|…|\.\.\.|<|\*' | awk '!seen[$0]++'
}

fresh_remote() {
    git checkout -q "$first" -- .dvc/config
    printf "[core]\n    remote = shelf\n['remote \"shelf\"']\n    url = $HOME/shelf\n" >.dvc/config.local
}

# leave_out PAGE FILE: takes the lines away that are not run here.
leave_out() {
    : >"$work/left"
    while IFS= read -r line; do
        if reason=$(why "$line") && [ -n "$reason" ]; then
            skipped="$skipped
$1: $(echo "$line" | sed 's/  *#.*//'): $reason"
        else
            printf '%s\n' "$line" >>"$work/left"
        fi
    done <"$2"
    cp "$work/left" "$2"
}

# run PAGE FILE
run() {
    leave_out "$1" "$2"
    [ -s "$2" ] || return
    name="$when: $1: $(sed 's/  *#.*//; 1q' "$2")"
    if timeout 600 sh -ex "$2" >"$work/out" 2>&1 </dev/null; then
        echo "ok - docs: $name"
        once
    else
        echo "not ok - docs: $name: status $?"
        tail -n 30 "$work/out" | sed 's/^/  /'
        failed=1
    fi
}

follow() { # PAGE
    rm -rf "$work/blocks" && mkdir "$work/blocks"
    fresh_remote
    apply "$root/$1"
    blocks "$1" "$work/blocks"
    for block in "$work/blocks"/*; do
        [ ! -e "$block" ] || run "$1" "$block"
    done
    fresh_remote
    sentences "$1" >"$work/sentences"
    while read -r command <&3; do
        echo "$command" >"$work/command"
        run "$1" "$work/command"
    done 3<"$work/sentences"
}

follow_all() { # WHEN
    when=$1 done_=
    for page in $pages; do
        case " $done_ " in *" $page "*) continue ;; esac
        done_="$done_ $page"
        follow "$page"
    done
}

export HOME="$work/home" GIT_CONFIG_NOSYSTEM=1 DVC_NO_ANALYTICS=1 DVC_SITE_CACHE_DIR="$work/site" LC_ALL=C.UTF-8 CC="$root/tests/help/cc"
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost
[ ! -d "$root/.venv/bin" ] || PATH=$root/.venv/bin:$PATH
mkdir "$HOME" && cp -R "$root/data/milk" "$HOME/milk"
built_at_clone
skipped=
(cd "$root" && git ls-files -co --exclude-standard | tar -cf - -T -) >"$work/tree.tar"
mkdir "$work/nightmill" && cd "$work/nightmill" && tar -xf "$work/tree.tar" && only_pages || exit 3
git init -q . && git add -A && git commit -qm 'the tree' && first=$(git rev-parse HEAD) || exit 3

follow_all 'a fresh clone'
git reset -q --hard "$first" && git clean -fdq && make -s all >"$work/out" 2>&1
rm -rf "$HOME" && mkdir "$HOME" && cp -R "$root/data/milk" "$HOME/milk"
cp data/milk_new/*.csv data/milk
pages="README.md data/README.md docs/formats.md docs/registry.md docs/adding-a-pipeline.md" # those whose commands meet the data
follow_all 'with new data'
git reset -q --hard "$first" && make -s all >"$work/out" 2>&1
if make golden >"$work/out" 2>&1 && [ -z "$(git status --porcelain tests/cli)" ]; then
    echo 'ok - docs: make golden: the golden cases do not notice new data'
else
    echo 'not ok - docs: make golden: the golden cases notice new data'
    { git diff tests/cli; grep -A20 '^not ok' "$work/out"; } | sed 's/^/  /' | head -n 60
    failed=1
fi
echo "$skipped" | sed '/^$/d' | sort -u | sed 's/^/  not run here: /'
exit $failed
