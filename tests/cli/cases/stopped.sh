#!/usr/bin/env bash
# Ctrl-C and SIGTERM stop in good order: exit codes 130 and 75, what was done is saved, the database opens.
set -u
for pair in INT:130 TERM:75 USR1:75; do
  signal=${pair%:*}
  # A background process of a script ignores SIGINT unless it is told otherwise; env does.
  env --default-signal=INT coldfleet run scenarios/agriculture.yaml --set duration=300d -o "$signal.db" -j 1 >out.txt 2>err.txt &
  pid=$!
  sleep 0.5
  kill -s "$signal" "$pid"
  wait "$pid"
  code=$?
  [ "$code" = "${pair#*:}" ] || { echo "SIG$signal: exit code $code"; cat err.txt; exit 1; }
  grep -q '^stopped: [0-3] of 4 runs are done and saved in' err.txt || { echo "SIG$signal:"; cat err.txt; exit 1; }
  state=$(coldfleet query "$signal.db" --format csv "SELECT count(*) FROM run WHERE status='done'" | tail -n 1) || exit 1
  [ "$state" -lt 4 ] || { echo "SIG$signal: all runs are done"; exit 1; }
  [ ! -e "$signal.db-wal" ] || { echo "SIG$signal: a -wal file was left"; exit 1; }
done
