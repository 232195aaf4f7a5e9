#!/usr/bin/env bash
# kill -9 at any moment leaves a database that opens, is sound, and does not say that it is finished.
set -u
killed=0
for delay in 0.05 0.1 0.2 0.35 0.6 1; do
  rm -rf out
  coldfleet run scenarios/agriculture.yaml -q --set duration=60d -j 2 &
  pid=$!
  sleep "$delay"
  kill -9 "$pid" 2>/dev/null && killed=$((killed + 1))
  wait "$pid" 2>/dev/null
  [ -e out/agriculture.db ] || continue # it was killed before the file had its name
  state=$(coldfleet query out/agriculture.db --format csv "SELECT value FROM meta WHERE key='finished'" | tail -n 1)
  [ "$state" = no ] || { echo "after $delay s: finished is '$state'"; exit 1; }
  done_runs=$(coldfleet query out/agriculture.db --format csv "SELECT count(*) FROM run WHERE status='done'" | tail -n 1)
  [ "$done_runs" -lt 4 ] || { echo "after $delay s: $done_runs runs are done"; exit 1; }
  if command -v sqlite3 >/dev/null; then
    sound=$(sqlite3 out/agriculture.db 'PRAGMA integrity_check')
    [ "$sound" = ok ] || { echo "after $delay s: $sound"; exit 1; }
  fi
  # And the next default run takes its place.
  coldfleet run scenarios/agriculture.yaml -q --set duration=1h || { echo "after $delay s: cannot run again"; exit 1; }
done
[ "$killed" -gt 0 ] || { echo "no run lived long enough to be killed"; exit 1; }
