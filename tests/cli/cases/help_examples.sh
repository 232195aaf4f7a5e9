#!/usr/bin/env bash
# Each command's page holds an example that runs, and so does the page of each part of one.
set -u
coldfleet run scenarios/quickstart.yaml -q || exit 1
count=0
try() { # COMMAND...
  example=$(coldfleet "$@" --help | sed -n '/^example:/{n;s/^  //;p;}')
  [ -n "$example" ] || { echo "$*: no example"; exit 1; }
  bash -c "$example" >out.txt 2>err.txt || { echo "$*: $example"; cat err.txt; exit 1; }
  [ -s out.txt ] || { echo "$*: $example prints nothing"; exit 1; }
  count=$((count + 1))
}
ln -s "$ROOT/tests" tests # the tables that verify reads
for command in $(coldfleet help --all | sed -n '/^Commands/,/^Start/s/^  \([a-z]*\) .*/\1/p'); do
  [ "$command" = report ] && [ ! -e "$ROOT/build/web/vega.min.js" ] && continue # a build without npm has none
  try "$command"
done
for part in $(coldfleet probe --help | sed -n 's/^  probe \([a-z]*\) .*/\1/p'); do try probe "$part"; done
[ "$count" -ge 20 ] || { echo "only $count commands and parts found"; exit 1; }
