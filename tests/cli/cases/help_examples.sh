#!/usr/bin/env bash
# Each command's page holds an example that runs.
set -u
coldfleet run scenarios/quickstart.yaml -q || exit 1
count=0
for command in $(coldfleet help --all | sed -n '/^Commands/,/^Start/s/^  \([a-z]*\) .*/\1/p'); do
  example=$(coldfleet "$command" --help | sed -n '/^example:/{n;s/^  //;p;}')
  [ -n "$example" ] || { echo "$command: no example"; exit 1; }
  bash -c "$example" >out.txt 2>err.txt || { echo "$command: $example"; cat err.txt; exit 1; }
  [ -s out.txt ] || { echo "$command: $example prints nothing"; exit 1; }
  count=$((count + 1))
done
[ "$count" -ge 8 ] || { echo "only $count commands found"; exit 1; }
