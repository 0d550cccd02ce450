# For the golden cases of push, pull, status and gc: a project of one stage with a folder and a file, as if it had just
# been run and recorded, and a remote in a folder.

a=b026324c6904b2a9cb4b88d6d61c81d1 b=26ab0db90d72e28ad0ba1e22ee510510 count=6d7fce9fee471194aa8b5b6e47267f03
tree=$(printf '[{"md5": "%s", "relpath": "a"}, {"md5": "%s", "relpath": "sub/b"}]' $a $b | md5sum | cut -c1-32).dir

# key MD5: where an object stands, below the cache and below the remote
key() {
    echo "files/md5/$(echo "$1" | cut -c1-2)/$(echo "$1" | cut -c3-)"
}

# object MD5: from standard input into the cache
object() {
    mkdir -p ".dvc/cache/$(dirname "$(key "$1")")"
    cat >".dvc/cache/$(key "$1")" && chmod 444 ".dvc/cache/$(key "$1")"
}

# spoil FILE TEXT: other bytes in a read-only file
spoil() {
    chmod 644 "$1" && echo "$2" >"$1"
}

project() {
    mkdir -p .dvc/tmp tree/sub
    printf "[core]\n    remote = box\n['remote \"box\"']\n    url = ../box\n" >.dvc/config
    echo 1 >tree/a
    echo 2 >tree/sub/b
    echo 3 >count.txt
    object $a <tree/a
    object $b <tree/sub/b
    object $count <count.txt
    printf '[{"md5": "%s", "relpath": "a"}, {"md5": "%s", "relpath": "sub/b"}]' $a $b | object "$tree"
    cat >dvc.yaml <<'END'
stages:
  count:
    cmd: sh count.sh
    outs:
    - count.txt
    - tree
END
    cat >dvc.lock <<END
schema: '2.0'
stages:
  count:
    cmd: sh count.sh
    outs:
    - path: count.txt
      hash: md5
      md5: $count
      size: 2
    - path: tree
      hash: md5
      md5: $tree
      size: 4
      nfiles: 2
END
}
