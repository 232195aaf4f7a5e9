#!/usr/bin/env bash
# The runs of a merged, tuned sweep come out of its database alone: settings of the point, data files of an axis, tuned
# parameters.
set -u
mkdir -p study empty
here=$PWD
for name in dim bright; do
  sun=100,0,100
  [ $name = dim ] || sun=500,500,120
  {
    printf '# latitude: 36.1 deg\n# longitude: -79.95 deg\n# altitude: 273 m\ntime_utc,ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms\n'
    for hour in $(seq 0 47); do
      if ((hour % 24 >= 13 && hour % 24 <= 21)); then now=$sun; else now=0,0,0; fi
      printf '2026-03-%02dT%02d:00Z,%s,8,2\n' $((1 + hour / 24)) $((hour % 24)) "$now"
    done
  } >study/$name.csv
done
sed 's/^  climate: greensboro/  weather: {file: dim.csv}/' scenarios/small-capacitor.yaml >study/field.yaml
cat >study/plan.yaml <<'END'
name: skies
scenario: field.yaml
set: {duration: 1 d, assert: {}, fleet.sensors.count: 3}
axes:
  sky: {path: place.weather.file, values: [dim.csv, bright.csv]}
  farads: {path: fleet.sensors.storage.capacitance, values: [0.3 F, 0.6 F]}
reps: 2
tune:
  metric: loss
  budget: 4
  reps: 1
  seed: 1001
  policies:
    confidence-threshold:
      look_again_below: {from: 50 %, to: 99.9 %}
END
coldfleet sweep study/plan.yaml -o study/skies -q || { echo "sweep: exit code $?"; exit 1; }
cp study/skies/results.db study/skies/results.exec.db . && mv study away && mv away/skies/plan.db . || exit 1
runs=$(coldfleet query results.db --format csv 'SELECT run_id FROM run ORDER BY run_id' | tail -n +2)
[ "$(wc -w <<<"$runs")" = 16 ] || { echo "runs: $runs"; exit 1; }
cd empty || exit 1
for run in $runs; do
  coldfleet replay "$here/results.db" --run "$run" >out.txt 2>err.txt || { echo "run $run: exit code $?"; cat out.txt err.txt; exit 1; }
  grep -q ', as stored: the same run\.$' out.txt || { echo "run $run:"; cat out.txt; exit 1; }
done
# The skies differ, so the points do not say the same; a story is told of a sweep as well.
coldfleet replay "$here/results.db" --run 16 --node 2 --decisions | grep -q "^The story closes: " || { echo 'no story'; exit 1; }
# A frozen plan has no runs.
refused() { # DATABASE TEXT
  coldfleet replay "$here/$1" --run 1 >out.txt 2>err.txt
  [ $? = 2 ] || { echo "$1: exit code is not 2"; exit 1; }
  grep -q "$1: $2" err.txt || { echo "$1:"; cat err.txt; exit 1; }
}
refused plan.db 'is the plan of a sweep and has no runs'
refused results.exec.db 'says how runs were executed; the database beside it has the runs'
