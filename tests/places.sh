# Where a stage reads and writes, for the scripts that run the stages one by one; read by them with `.`, never run.

# at STAGE DATA ARTIFACTS REPORTS COMMAND …: the command, which ends in the stage, with those of --data, --in, --out and
# --reports behind it that the stage takes; DATA may be empty.  What the gate refuses is no failure of a script.
at() {
    case $1 in
    ingest) set -- "$@" ${2:+--data "$2"} --out "$3" ;;
    report) set -- "$@" --in "$3" --reports "$4" ;;
    register) set -- "$@" --exit-zero --in "$3" --out "$3" ;;
    *) set -- "$@" --in "$3" --out "$3" ;;
    esac
    shift 4
    "$@"
}
