# What the pages docs/adding-*.md tell to write, for the scripts that follow them; read by them with `.`, never run.

# apply FILE: writes the page's blocks into the working folder: ```c PATH and ```yaml PATH are files, ```row PATH is added
# to one.
apply() {
    awk '
        /^```(c|yaml|row) / { path = $2; row = /^```row/; if (!row) printf "" >path; next }
        /^```/ { if (path) close(path); path = ""; next }
        path { if (row) print >>path; else print >path }' "$1"
}
