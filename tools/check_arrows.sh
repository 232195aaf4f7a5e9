#!/usr/bin/env bash
# Every #include "room/file.h" below sim/ points downward:
#
#   cli > sweep, report > store > fleet > {engine, physics, cognition, network, kernel, config} > base
#
# The six in braces never include each other; a room above them may skip levels. Prints each violation; exit status 1.
set -euo pipefail
cd "$(dirname "$0")/.."
grep -rnE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' sim | awk -F: '
  BEGIN {
    level["cli"] = 6; level["sweep"] = level["report"] = 5; level["store"] = 4; level["fleet"] = 3; level["base"] = 1
    level["engine"] = level["physics"] = level["cognition"] = level["network"] = level["kernel"] = level["config"] = 2
  }
  {
    split($1, from, "/")
    text = $0
    sub(/^[^"]*"/, "", text)
    sub(/".*/, "", text)
    rooms = split(text, to, "/")
    if (!(from[2] in level)) { print $1 ":" $2 ": unknown room " from[2]; bad++; next }
    if (rooms != 2) { print $1 ":" $2 ": \"" text "\" is not written as room/file.h"; bad++; next }
    if (!(to[1] in level)) { print $1 ":" $2 ": unknown room " to[1]; bad++; next }
    if (to[1] != from[2] && level[to[1]] >= level[from[2]]) {
      print $1 ":" $2 ": " from[2] " must not include " to[1]; bad++
    }
    seen++
  }
  END {
    if (!seen) { print "no include was found: is this the right folder?"; bad++ }
    exit bad > 0
  }'
