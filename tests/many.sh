# A project of many small pipelines, p0000, p0001, …: copies of one tiny pipeline, each with rows of its own, tracked.  Read
# with `.` by tests that need it; $root is the tree.
#
#   many_project FOLDER N

. "$root/tests/copies.sh"

many_project() {
    mkdir -p "$1/pipeline" "$1/.dvc" "$1/data" || return
    cp -a "$root/Makefile" "$root/scripts" "$root/src" "$root/stages" "$1" || return
    copy_built "$1" || return
    cp -p "$root/pipeline/stages.tbl" "$1/pipeline" && cp -p "$root/.dvc/config" "$1/.dvc" || return
    awk -v n="$2" -v folder="$1" 'BEGIN {
        for (i = 0; i < n; i++) {
            name = sprintf("p%04d", i)
            system("mkdir " folder "/data/" name)
            rows = folder "/data/" name "/rows.csv"
            print "month,x,y" >rows
            for (k = 0; k < 36; k++)
                printf "%d-%02d-01,%d,%d\n", 2020 + int(k / 12), k % 12 + 1, (k * 7 + i) % 23, (k * 5 + 3 * i) % 31 >rows
            close(rows)
            yaml = folder "/pipeline/" name ".yaml"
            print "title: Pipeline " name >yaml
            print "task: regression\ntime: {column: month, step: month}\ntarget: y\nseed: " i >yaml
            print "ingest:\n  sources:\n    - name: rows\n      path: data/" name "/rows.csv" >yaml
            print "      time: {column: month, format: \"%Y-%m-%d\"}\n      columns: [{match: \"*\", kind: real}]" >yaml
            print "features: [{rolling: [mean, last], window: 3, of: \"*\", shift: 1}]" >yaml
            print "train:\n  folds: 2\n  steps: [{scale: {}}, {ridge: {alpha: [1, 0.1]}}]" >yaml
            close(yaml)
        }
    }'
}
