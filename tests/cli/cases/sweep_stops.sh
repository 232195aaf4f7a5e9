#!/usr/bin/env bash
# A sweep that is stopped, watched, or met by a second one; and one whose runs fail.
set -u
fail() { echo "$*"; cat err.txt; exit 1; }
cat >plan.yaml <<'END'
name: slow
scenario: scenarios/quickstart.yaml
set: {duration: 300 d}
policies: [always-local]
reps: 8
END

# Ctrl-C and SIGTERM: exit codes 130 and 75, and the same command goes on. A background process of a script ignores
# SIGINT unless it is told otherwise; env does.
for pair in INT:130 TERM:75 USR1:75; do
  signal=${pair%:*}
  env --default-signal=INT coldfleet sweep plan.yaml -o stopped -j 2 >out.txt 2>err.txt &
  pid=$!
  until [ -e stopped/running/local ]; do sleep 0.02; kill -0 "$pid" || fail 'it ended by itself'; done
  kill -s "$signal" "$pid"
  wait "$pid"
  code=$?
  [ "$code" = "${pair#*:}" ] || fail "SIG$signal: exit code $code"
  grep -q '^stopped: [0-9]* of [0-9]* runs of this round are done; the same command goes on' err.txt || fail "SIG$signal"
  [ ! -e stopped/running ] || fail "SIG$signal: a sign of life was left"
  ls stopped/shards/*-wal >/dev/null 2>&1 && fail "SIG$signal: a shard was left open"
done

# While it works: status sees it and looks into nobody's shard; a second sweep and a merge are refused.
# Its workers stand still meanwhile, so that it cannot end.
coldfleet sweep plan.yaml -o stopped -j 2 >out.txt 2>err.txt &
pid=$!
workers=
until [ "$(wc -w <<<"$workers")" = 2 ]; do
  kill -0 "$pid" || fail 'it ended by itself'
  workers=$(cat "/proc/$pid/task/$pid/children")
done
until [ -e stopped/running/local ]; do sleep 0.02; done
sleep 0.5 # to open their shards and begin a run
# shellcheck disable=SC2086 # a list
kill -STOP $workers
sleep 2.5 # the next sign of life
coldfleet status stopped >status.txt 2>err2.txt || fail 'status of a sweep at work'
grep -q "^  local on .*, process $pid: [0-9]* of [0-9]* runs, 2 workers$" status.txt || { cat status.txt; exit 1; }
coldfleet status stopped --json | grep -q "\"process\": $pid" || fail 'status --json'
coldfleet sweep plan.yaml -o stopped -q 2>err2.txt
code=$?
[ "$code" = 7 ] || fail "a second sweep: exit code $code"
grep -q "^error: stopped: another sweep or merge is at work there (process $pid on " err2.txt || fail 'a second sweep'
coldfleet merge stopped 2>err2.txt && fail 'a merge in the middle'

# A worker that crashes takes its run with it, and no other: exit code 5.
kill -SEGV "${workers%% *}"
# shellcheck disable=SC2086
kill -CONT $workers
wait "$pid"
code=$?
[ "$code" = 5 ] || fail "a crash: exit code $code"
grep -q '^1 run failed; `coldfleet status stopped` says why$' err.txt || fail 'a crash'
coldfleet status stopped >status.txt
grep -q '^  1 x its worker ' status.txt || { cat status.txt; exit 1; }
grep -q '^stage: all is run$' status.txt || { cat status.txt; exit 1; }
failed=$(coldfleet query stopped/results.db --format csv "SELECT count(*) FROM run WHERE status = 'failed'" | tail -n 1)
[ "$failed" = 1 ] || fail "$failed failed runs in the database"

# It stays failed until that is asked for; then the database is that of an undisturbed sweep.
coldfleet sweep plan.yaml -o stopped -q 2>err.txt
code=$?
[ "$code" = 5 ] || fail "again: exit code $code"
coldfleet sweep plan.yaml -o stopped -q --no-merge 2>err.txt
code=$?
[ "$code" = 5 ] || fail "again, without merging: exit code $code"
grep -q '^1 run failed; `coldfleet status stopped` says why$' err.txt || fail 'again, without merging'
coldfleet sweep plan.yaml -o stopped -q --retry-failed 2>err.txt || fail 'a retry'
coldfleet sweep plan.yaml -o calm -q || exit 1
cmp stopped/results.db calm/results.db || exit 1

# Shards that are gone when the runs have ended, here behind the back of the process that watches: it does not begin
# the same round for ever.
coldfleet sweep plan.yaml -o lost -j 2 -q 2>err.txt &
pid=$!
workers=
until [ "$(wc -w <<<"$workers")" = 2 ]; do
  kill -0 "$pid" || fail 'it ended by itself'
  workers=$(cat "/proc/$pid/task/$pid/children")
done
kill -STOP "$pid"
for worker in $workers; do
  until grep -q '^State:.Z' "/proc/$worker/status"; do sleep 0.02; done
done
rm lost/shards/*
kill -CONT "$pid"
wait "$pid"
code=$?
[ "$code" = 1 ] || fail "lost shards: exit code $code"
grep -q '^error: runs could not be recorded: 8 were tried, and lost/shards still has none of them' err.txt ||
  fail 'lost shards'

# A part whose run failed: it stays failed, without being run again, until the sweep is asked to retry.
part() { # EXPECTED_CODE EXPECTED_LINE
  coldfleet work parts --shard 1 >out.txt 2>err.txt
  code=$?
  [ "$code" = "$1" ] || fail "a part: exit code $code, not $1"
  grep -qx "$2" out.txt || { cat out.txt; fail "a part: not '$2'"; }
}
coldfleet sweep plan.yaml -o parts --launcher manual --shards 2 -q || exit 1
coldfleet work parts --shard 1 -q 2>err.txt &
pid=$!
worker=
until [ -n "$worker" ]; do
  kill -0 "$pid" || fail 'it ended by itself'
  worker=$(cat "/proc/$pid/task/$pid/children")
done
until [ -e parts/shards/part-1.db ]; do sleep 0.02; done
sleep 0.5 # to begin a run
kill -SEGV "$worker"
wait "$pid"
code=$?
[ "$code" = 5 ] || fail "a crash in a part: exit code $code"
part 5 'part 1 of 2: 0 runs done, 0 failed, 3 were done before, 1 had failed before'
coldfleet work parts --shard 2 -q || exit 1
coldfleet sweep plan.yaml -o parts --launcher manual --shards 1 --retry-failed -q || exit 1
part 0 'part 1 of 1: 1 runs done, 0 failed, 0 were done before'
coldfleet merge parts -q || exit 1
cmp parts/results.db calm/results.db || exit 1
