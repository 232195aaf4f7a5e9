#!/usr/bin/env bash
# The questions that people ask, as they would type them: each gives rows on a sweep that recorded everything, in the
# program and, where they are there, in the sqlite3 shell and in Python.
set -eu
cat >plan.yaml <<'YAML'
name: questions
scenario: scenarios/small-capacitor.yaml
set: {fleet.sensors.count: 6, duration: 2 d}
record: {fleet_every: 1 h, nodes: true, decisions: all, power_events: true}
axes:
  storage_f: {path: fleet.sensors.storage.capacitance, values: [0.05 F, 0.47 F]}
reps: 2
YAML
coldfleet sweep plan.yaml -o study -q >/dev/null 2>&1
db=study/results.db
baseline=$(coldfleet query "$db" 'SELECT policy FROM run LIMIT 1' --format csv | tail -n 1)
down=$(coldfleet query "$db" 'SELECT run_id FROM run ORDER BY down_frac DESC LIMIT 1' --format csv | tail -n 1)
count=0
ask() { # QUESTION SQL
  local rows
  rows=$(coldfleet query "$db" "$2" --format csv | wc -l)
  if [ "$rows" -lt 2 ]; then
    echo "no answer to: $1"
    exit 1
  fi
  sqlite3 -readonly "$db" "$2" >/dev/null
  printf '%s\n' "$2" >>questions.sql
  count=$((count + 1))
}
ask 'where did the joules go' "SELECT account, sum(energy_j)/3600 AS wh FROM ledger WHERE run_id=4 AND tier='node' GROUP BY 1 ORDER BY 2 DESC"
ask 'which nodes die, and why those' "SELECT site_id, node_id, down_s/3600 AS down_h, brownouts, harvest_factor FROM node WHERE run_id=$down ORDER BY down_s DESC LIMIT 10"
ask 'when' "SELECT policy, CAST(hour_local AS INT) AS hour, count(*) AS n FROM power_event JOIN run USING(run_id) WHERE kind='brown-out' GROUP BY 1,2"
ask 'smallest capacitor by policy' "SELECT policy, min(storage_f) FROM run JOIN points USING(point_id) WHERE down_frac<=0.5 GROUP BY policy"
ask 'does it beat the strongest rival' "SELECT policy, loss_diff, ci95_lo, ci95_hi, pairs FROM v_against WHERE baseline='$baseline' ORDER BY loss_diff"
ask 'where should a decision end' "SELECT policy, tier, sum(d.energy_j+hub_share_j)/sum(correct AND on_time) AS j_per_good_answer FROM decision d JOIN run USING(run_id) GROUP BY 1,2"
ask 'what must I defend' "SELECT path, value, unit, low, high, flips_at, source FROM constant WHERE run_id=4 AND (status='A' OR flips_at BETWEEN low AND high)"
ask 'whose degrees' "SELECT account, rise_k FROM ledger WHERE run_id=4 AND grp='sensors' AND rise_k>0 ORDER BY rise_k DESC"
ask 'how cold is the thought' "SELECT policy, nats_gained/used_j AS nats_per_j, tokens*3600.0/used_j AS tokens_per_wh, per, times_ktln2 FROM run JOIN v_landauer USING(run_id) ORDER BY 2 DESC"
ask 'one decision: who really pays' "SELECT * FROM v_decision_cost WHERE run_id=4 LIMIT 3"
[ "$count" = 10 ]
# every view can be read whole
coldfleet query "$db" "SELECT name FROM sqlite_schema WHERE type='view'" --format csv | tail -n +2 >views.txt
while read -r view; do coldfleet query "$db" "SELECT count(*) FROM $view" >/dev/null; done <views.txt
if command -v python3 >/dev/null && python3 -c 'import sqlite3' 2>/dev/null; then
  python3 - "$db" <<'PYTHON'
import sqlite3, sys
database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for question in open("questions.sql"):
    assert database.execute(question).fetchall(), question
for view in open("views.txt"):
    database.execute(f"SELECT * FROM {view}").fetchall()
try:
    import pandas
except ImportError:
    sys.exit(0)
frame = pandas.read_sql("SELECT * FROM run JOIN points USING (point_id)", database)
assert len(frame) > 0 and frame["loss"].dtype == float and "storage_f" in frame
PYTHON
fi
