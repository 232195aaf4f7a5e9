#!/usr/bin/env bash
# The merged database is the same to the byte: one process or two, 1, 7 or 100 parts in any order, killed or not.
set -u
fail() { echo "$*"; exit 1; }
cat >plan.yaml <<'END'
name: bytes
scenario: scenarios/quickstart.yaml
set: {duration: 6 d}
axes:
  count: {path: fleet.sensors.count, values: [5, 10, 15]}
  sun: {path: fleet.sensors.harvesters.panel.area, values: [2 cm2, 4 cm2]}
reps: 5
END
coldfleet sweep plan.yaml -o one -j 1 -q || fail 'one process'
coldfleet sweep plan.yaml -o two -j 2 -q || fail 'two processes'
cmp one/results.db two/results.db || exit 1
runs=$(coldfleet query one/results.db --format csv 'SELECT count(*) FROM run' | tail -n 1)
[ "$runs" = 60 ] || fail "$runs runs instead of 60"

for parts in 1 7 100; do
  coldfleet sweep plan.yaml -o "parts$parts" --launcher manual --shards "$parts" -q || fail "$parts parts: freeze"
  for part in $(seq "$parts" | shuf --random-source=<(yes "$parts")); do
    coldfleet work "parts$parts" --shard "$part" --shards "$parts" -q || fail "part $part of $parts"
  done
  coldfleet merge "parts$parts" -o "parts$parts.db" -q || fail "$parts parts: merge"
  cmp one/results.db "parts$parts.db" || exit 1
done

# kill -9 of everything at any instant, and on from there.
kills=0 most=6
[ -z "${COLDFLEET_LONG:-}" ] || most=200
for round in $(seq 1 "$most"); do
  [ -e killed/results.db ] && rm -rf killed
  coldfleet sweep plan.yaml -o killed -j 2 -q &
  pid=$!
  sleep "0.$(printf '%02d' $((round * 37 % 60 + 3)))"
  kill -9 "$pid" 2>/dev/null && kills=$((kills + 1))
  wait "$pid" 2>/dev/null
  if [ "$((round % 3))" = 0 ]; then
    coldfleet sweep plan.yaml -o killed -j 2 -q || fail "round $round: cannot go on"
    cmp one/results.db killed/results.db || fail "round $round"
  fi
done
coldfleet sweep plan.yaml -o killed -j 2 -q || fail 'cannot go on'
cmp one/results.db killed/results.db || exit 1
[ "$kills" -gt 2 ] || fail "only $kills sweeps lived long enough to be killed"

# Both workers of a sweep: each run at hand is tried once more.
rm -rf killed
coldfleet sweep plan.yaml -o killed -j 2 -q &
pid=$!
workers=
while kill -0 "$pid" 2>/dev/null && [ "$(wc -w <<<"$workers")" -lt 2 ]; do
  workers=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
done
# shellcheck disable=SC2086 # a list
kill -9 $workers || fail 'no worker was killed'
wait "$pid" || fail "a sweep whose workers were killed: exit code $?"
cmp one/results.db killed/results.db || exit 1
