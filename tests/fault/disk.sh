#!/bin/sh
# What the disk may do: be full, be broken, be somebody else's.  Status 3, one line of cause, no temporary file, old
# artifacts whole; and exit 0 means on disk: the order of the calls is read from a trace.
#
#   tests/fault/disk.sh [order|inject|any|full|limits|stdout|denied [STAGE [CALL ERROR N]]]
#
# QUICK=1: one stage; EVERY=1: no call is left out.
. "$(dirname "$0")/lib.sh"
every=${EVERY:-3} part=${1-} only=${3-} error=${4-} n=${5-}
[ -z "${2-}" ] || stages=$2

wants() { [ "${part:-$1}" = "$1" ]; }

# gone_wrong WHAT REPEAT: what holds after every fault that the stage has noticed.
gone_wrong() {
    [ $status = 3 ] || { fault "$1: status $status instead of 3" "$2" "$err"; return 1; }
    one_cause || { fault "$1: $causes causes, $hints hints, $others other lines" "$2" "$err"; return 1; }
    ! temporaries || { fault "$1: ${left##*/} is left" "$2"; return 1; }
}

# old_whole WHAT REPEAT
old_whole() {
    sums
    [ "$found" = "$old_sums" ] || { fault "$1: the old artifacts changed" "$2"; return 1; }
}

# says TEXT WHAT REPEAT
says() { grep -qF -- "$1" "$err" || { fault "$2: no word of '$1'" "$3" "$err"; return 1; }; }

# order FILE: reads a trace.  Each line that comes out is a promise broken: a rename before the fsync of that very
# file, in the end a folder without fsync behind its last change, a target written in place.
order() {
    awk '
        function at(fd, path) {
            if (path ~ /^\// || fd == "" || !(fd in name)) return path
            return path == "." ? name[fd] : name[fd] "/" path
        }
        function folder(path) { return path ~ /\// ? substr(path, 1, match(path, "/[^/]*$") - 1) : "." }
        { sub(/^[0-9]+ +/, "") }
        !/^[a-z_0-9]+\(.* = 0$|^[a-z_0-9]+\(.* = [0-9]+$|^exit_group/ { next }
        { call = $0; sub(/\(.*/, "", call); fd = $0; sub(/^[^(]*\(/, "", fd); sub(/[^0-9].*/, "", fd) }
        { split($0, quoted, "\""); second = quoted[3]; gsub(/[^0-9]/, "", second); result = $0; sub(/.* = /, "", result) }
        call ~ /^openat/ {
            path = at(fd, quoted[2])
            name[result] = path
            if (/O_WRONLY|O_RDWR/ && path != "/dev/null") {
                if (!/O_EXCL/ || path !~ /\.tmp$/) print path " is opened for writing"
                unsynced[path] = 1
            }
        }
        call == "fcntl" && /F_DUPFD/ { name[result] = name[fd] }
        call == "write" && (fd in name) { unsynced[name[fd]] = 1 }
        call == "fchmod" { unsynced[name[fd]] = 1 }
        call == "fsync" { delete unsynced[name[fd]] }
        call == "close" { delete name[fd] }
        call ~ /^mkdir/ { unsynced[folder(at(fd, quoted[2]))] = 1 }
        call ~ /^rename/ {
            from = at(fd, quoted[2]); to = at(second, quoted[4])
            if (from in unsynced) print to " is renamed before its fsync"
            unsynced[folder(to)] = 1
            renames++
            last = to
        }
        call == "exit_group" {
            for (path in unsynced) print path " has no fsync before exit"
            if (!renames) print "nothing is renamed"
            print "last " last
        }' "$1"
}

# ordered WHAT STAGE: the trace in $work/trace keeps the promises.
ordered() {
    order "$work/trace" >"$work/order"
    last=$(sed -n 's/^last //p' "$work/order")
    sed -i '/^last /d' "$work/order"
    [ "${last##*/}" = "$awaited" ] ||
        echo "$awaited is what later stages wait for, but ${last##*/} is renamed last" >>"$work/order"
    [ ! -s "$work/order" ] || fault "$1" "$self order $2" "$work/order"
}

order_part() {
    for stage in $stages; do
        before=$failures
        prepare $stage
        trace "$work/trace" $stage || fault "$stage: fails under strace" "$self order $stage" "$err"
        ordered "$stage: in a folder with old artifacts" $stage
        # The oracle has to see what it is there for: the first fsync is a file's, the last one a folder's.
        for missing in first last; do
            awk -v which=$missing '
                { line[NR] = $0 }
                /^([0-9]+ +)?fsync/ && !(which == "first" && at) { at = NR }
                END { for (i = 1; i <= NR; i++) if (i != at) print line[i] }' "$work/trace" >"$work/doctored"
            order "$work/doctored" | grep -q fsync || fault "$stage: the $missing fsync is not missed" "$self order $stage"
        done
        # A folder of its own for the outputs, which does not exist yet: ingest alone reads nothing from there.
        if [ $stage = ingest ]; then
            strace -f -o "$work/trace" "$work/bin/ingest" "$pipeline" --data "$data" --out "$work/a/b/c" --quiet >"$out" 2>"$err" ||
                fault 'ingest: fails under strace' "$self order ingest" "$err"
            ordered 'ingest: in a folder that it makes' ingest
        fi
        passed "$stage: fsync of each file before its rename, of each folder before exit 0" $before
    done
}

# A fault in one call.  What was noticed gives status 3; what a stage can do without (listing a folder to sweep it)
# may give 0, with all outputs new.
inject_one() { # STAGE CALL ERROR N KIND
    again="$self inject $1 $2 $3 $4" what="$1: $3 in $2 $4"
    restore
    hurt "$2:error=$3:when=$4" "$1"
    cases=$((cases + 1))
    sums
    if [ $status = 0 ]; then
        case $2.$5 in
        close.temporary | write.* | fsync.* | rename*.* | fchmod.*) fault "$what: status 0" "$again" ;;
        *) [ "$found" = "$new_sums" ] || fault "$what: status 0 without the new artifacts" "$again" ;;
        esac
        ! temporaries || fault "$what: ${left##*/} is left" "$again"
        return
    fi
    gone_wrong "$what" "$again" || return
    whole || { fault "$what: neither old nor new: $broken" "$again"; return; }
    case $2.$5 in
    rename*.* | fsync.folder | close.*) ;;
    *) old_whole "$what" "$again" || return ;;
    esac
    # Where nothing was renamed the old files were whole; where something was, the next run settles it.
    [ "$found" = "$old_sums" ] && [ $((cases % 8)) != 0 ] || clean_after "$1" "$what" "$again"
}

inject_part() {
    for stage in $stages; do
        before=$failures cases=0
        prepare $stage
        trace "$work/trace" $stage
        points "$work/trace" >"$work/points"
        while read -r call number kind <&3; do
            case $call in
            write | fsync | rename*) errors='ENOSPC EIO' ;;
            close | fchmod) errors=EIO ;;
            openat* | mkdir*) errors=EMFILE ;;
            *) continue ;;
            esac
            [ "${only:-$call}" = "$call" ] && [ "${n:-$number}" = "$number" ] || continue
            for name in ${error:-$errors}; do inject_one $stage $call $name $number $kind; done
        done 3<"$work/points"

        # From the N-th on every write fails, also the one of the message; and the removal of what is unfinished fails.
        if [ -z "$only" ]; then
            write=$(awk '$1 == "write" { print $2; exit }' "$work/points")
            restore
            hurt "write:error=ENOSPC:when=$write+" $stage
            sums
            [ $status = 3 ] && [ "$found" = "$old_sums" ] && ! temporaries ||
                fault "$stage: ENOSPC in all writes: status $status" "$self inject $stage" "$err"
            restore
            { at $stage "$data" "$run" "$run" strace -f -qq -o /dev/null -e trace=write,unlink,unlinkat \
                -e inject="write:error=ENOSPC:when=$write" -e inject=unlink,unlinkat:error=EIO "$work/bin/$stage" \
                "$pipeline" --quiet >"$out" 2>"$err"; status=$?; } 2>/dev/null
            sums
            [ $status = 3 ] && [ "$found" = "$old_sums" ] ||
                fault "$stage: ENOSPC, then EIO in unlink: status $status" "$self inject $stage" "$err"
            clean_after $stage "$stage: ENOSPC, then EIO in unlink" "$self inject $stage"
        fi
        passed "$stage: $cases errors in open, write, fsync, fchmod, close and rename" $before
    done
}

# The remaining system calls, from the reading of the pipeline's file on: nothing but 0 with all outputs, 1 for what
# looks like a missing input, or 3.
any_part() {
    for stage in $stages; do
        before=$failures cases=0
        prepare $stage
        trace "$work/trace" $stage
        points "$work/trace" all | grep -v -e '^exit' -e '^write ' -e '^fsync ' -e '^rename' -e '^getpid' -e '^munmap' -e '^rt_sig' -e '^brk' -e '^sysinfo' -e '^madvise' -e '^futex' >"$work/points"
        seen=0
        while read -r call number kind <&3; do
            seen=$((seen + 1))
            [ -n "$only" ] || [ $((seen % every)) = 0 ] || continue
            [ "${only:-$call}" = "$call" ] && [ "${n:-$number}" = "$number" ] || continue
            inject_any $stage $call ${error:-EIO} $number
        done 3<"$work/points"
        passed "$stage: $cases errors in other calls, reading included" $before
    done
}

inject_any() { # STAGE CALL ERROR N
    again="$self any $1 $2 $3 $4" what="$1: $3 in $2 $4"
    [ "$2" != mmap ] || set -- "$1" "$2" ENOMEM "$4"
    restore
    hurt "$2:error=$3:when=$4" "$1"
    cases=$((cases + 1))
    sums
    ! temporaries || { fault "$what: ${left##*/} is left" "$again"; return; }
    if [ $status = 0 ]; then
        [ "$found" = "$new_sums" ] || fault "$what: status 0 without the new artifacts" "$again"
        return
    fi
    gone_wrong "$what" "$again" && { whole || fault "$what: neither old nor new: $broken" "$again"; }
}

# full_inside: what needs mounts.  Each stage on a tmpfs that holds its new inputs and its old outputs and has no room
# left; ingest, which needs nothing there, also on small ones and on one without inodes.
full_inside() {
    small=$work/small
    mkdir "$small"
    trap 'umount "$small" 2>/dev/null; rm -rf "$work"' EXIT
    for stage in $stages; do
        again="$self full $stage" before=$failures
        prepare $stage
        mount -t tmpfs -o size=4m none "$small"
        cp -R "$run/." "$small"
        run=$small
        dd if=/dev/zero of="$small/filler" bs=4096 2>/dev/null
        on_small "$stage on a full disk" "$again" && old_whole "$stage on a full disk" "$again"
        rm "$small/filler"
        clean_after $stage "$stage on a full disk" "$again"
        umount "$small"
        run=$work/run
        passed "$stage: a full disk" $before
    done
    stage=ingest again="$self full ingest" before=$failures
    for size in size=16k size=48k size=64k size=64k,nr_inodes=2 size=64k,nr_inodes=4; do
        mount -t tmpfs -o "$size" none "$small"
        run=$small
        on_small "ingest on a tmpfs with $size" "$again"
        umount "$small"
    done
    run=$work/run
    passed 'ingest: tmpfs of 16, 48 and 64 KiB, and with few inodes' $before
}
on_small() {
    start $stage >"$out" 2>"$err"
    status=$?
    gone_wrong "$1" "$2" && says 'No space left on device' "$1" "$2"
}

full_part() {
    flags=-m
    [ "$(id -u)" = 0 ] || flags=-rm
    if ! unshare $flags sh -c 'mount -t tmpfs -o size=16k none "$1"' sh "$work/old" 2>/dev/null; then
        skip 'full disks' 'no mount name space here'
        return
    fi
    BIN=$work/bin unshare $flags sh "$0" full_inside "$stages" || failed=1
}

# limits: on the size of files and on the number of descriptors.  The message comes through a pipe, since the first one
# holds for every file.
limits_part() {
    for stage in $stages; do
        again="$self limits $stage" before=$failures
        prepare $stage
        for limit in fsize=0 fsize=1000 nofile=4 nofile=5 nofile=6; do
            what="$stage: prlimit --$limit"
            restore
            (at $stage "$data" "$run" "$run" prlimit --$limit "$work/bin/$stage" "$pipeline" --quiet \
                2>&1 >/dev/null; echo $? >"$work/status") 2>/dev/null | cat >"$err"
            read -r status <"$work/status"
            sums
            if [ $status = 0 ]; then
                [ $limit != fsize=0 ] && [ "$found" = "$new_sums" ] || fault "$what: status 0" "$again" "$err"
            else
                gone_wrong "$what" "$again" && old_whole "$what" "$again"
            fi
        done
        passed "$stage: limits on files and descriptors" $before
    done
}

# to_full WHAT COMMAND …: status 3 and one line when standard output goes to a full device.
to_full() {
    what=$1
    shift
    "$@" >/dev/full 2>"$err"
    status=$?
    gone_wrong "$what >/dev/full" "$self stdout" && says 'No space left on device' "$what >/dev/full" "$self stdout"
}

stdout_part() {
    [ -c /dev/full ] || { skip 'a full standard output' 'no /dev/full'; return; }
    before=$failures
    prepare report
    for stage in $all_stages show; do
        to_full "$stage --help" "$work/bin/$stage" --help
        to_full "$stage --version" "$work/bin/$stage" --version
        to_full "$stage --explain" "$work/bin/$stage" --explain
    done
    for file in features.arrow model.json search.csv; do to_full "show $file" "$work/bin/show" "$run/$file"; done
    passed 'show, --help, --version, --explain: /dev/full' $before
    before=$failures
    "$work/bin/report" "$pipeline" --in "$run" --reports "$run" >/dev/full 2>"$err"
    status=$?
    if [ $status != 0 ] || [ -s "$out" ]; then
        gone_wrong 'report >/dev/full' "$self stdout" && old_whole 'report >/dev/full' "$self stdout"
    fi
    passed 'report: /dev/full' $before
}

# as_other COMMAND …: as somebody who may not write here.
as_other() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

denied_part() {
    if [ "$(id -u)" = 0 ] && ! as_other "$work/bin/show" --version >/dev/null 2>&1; then
        skip 'an unwritable folder' 'no other user here'
        return
    fi
    for stage in $stages; do
        again="$self denied $stage" before=$failures
        prepare $stage
        chmod -R a+rX,u+w "$run" "$data"
        what="$stage: unwritable folder"
        chmod a-w "$run" "$run/raw"
        at $stage "$data" "$run" "$run" as_other "$work/bin/$stage" "$pipeline" --quiet >"$out" 2>"$err"
        status=$?
        chmod u+w "$run" "$run/raw"
        gone_wrong "$what" "$again" && says "$run" "$what" "$again" && says 'Permission denied' "$what" "$again" &&
            old_whole "$what" "$again"

        # A folder stands where the awaited artifact belongs.
        what="$stage: a folder in the artifact's place"
        rm "$run/$awaited"
        mkdir "$run/$awaited"
        start $stage >"$out" 2>"$err"
        status=$?
        gone_wrong "$what" "$again" && says "$run/$awaited" "$what" "$again"
        rmdir "$run/$awaited"
        passed "$stage: may not write, says where" $before
    done
    # A source that cannot be read must not be passed over in silence; a later file of a source gives a warning.
    before=$failures what='ingest: a dangling link among the sources' again="$self denied"
    prepare ingest
    ln -s "$work/nowhere.csv" "$data/precio_leche_2.csv"
    start ingest >"$out" 2>"$err"
    status=$?
    rm "$data/precio_leche_2.csv"
    says precio_leche_2.csv "$what" "$again" && says 'link to something' "$what" "$again"
    [ $status != 0 ] || grep -q '^precio_leche_2.csv' "$run/rejects.csv" || fault "$what: not among the rejects" "$again"
    passed "$what" $before
    before=$failures what='ingest: --out below a regular file' again="$self denied"
    echo here >"$work/file"
    for below in "$work/file" "$work/file/x" "$work/file/x/y"; do
        "$work/bin/ingest" "$pipeline" --data "$data" --out "$below" --quiet >"$out" 2>"$err"
        status=$?
        gone_wrong "$what" "$again" && says "$work/file" "$what" "$again"
    done
    [ "$(cat "$work/file")" = here ] || fault "$what: the file changed" "$again"
    passed "$what" $before
}

chains
case $part in
full_inside) full_inside; exit $failed ;;
'' | order | inject | any) need_strace ;;
esac
for name in order inject any full limits stdout denied; do
    ! wants $name || ${name}_part
done
exit $failed
