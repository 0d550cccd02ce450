#!/bin/sh
# Fills in what scripts/nightmill.in leaves open:  PREFIX=DIR install.sh VERSION <nightmill.in
#
# PREFIX becomes a text in single quotes of the shell, whatever it holds.
version=$1 exec awk '
    BEGIN { prefix = ENVIRON["PREFIX"]; quote = "\047" }
    function put(line, mark, text,    at) {
        at = index(line, mark)
        return at ? substr(line, 1, at - 1) text substr(line, at + length(mark)) : line
    }
    function escaped(s,    out, i) {
        while ((i = index(s, quote)) > 0) {
            out = out substr(s, 1, i) "\\" quote quote
            s = substr(s, i + 1)
        }
        return out s
    }
    { print put(put($0, "@PREFIX@", escaped(prefix)), "@VERSION@", ENVIRON["version"]) }'
