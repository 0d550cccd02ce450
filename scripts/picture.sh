#!/bin/sh
# Makes docs/report.png, the first screen of the report of the milk sample, with Chromium.  Usage: scripts/picture.sh [FILE]
cd "$(dirname "$0")/.." && make -s train >&2 || exit 3
exec chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=820,1150 \
    --screenshot="${1:-docs/report.png}" "file://$PWD/reports/milk/report.html"
