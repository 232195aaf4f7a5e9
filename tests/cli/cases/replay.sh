#!/usr/bin/env bash
# A run comes out of its database alone: in an empty directory, without models/, whatever files the scenario was made from.
set -u
mkdir -p study/field/parts study/field/data study/common empty
here=$PWD
cat >study/common/weather.csv <<'END'
# latitude: 36.1 deg
# longitude: -79.95 deg
# altitude: 273 m
time_utc,ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms
END
for hour in $(seq 0 71); do
  day=$((1 + hour / 24)) h=$((hour % 24))
  if ((h >= 13 && h <= 21)); then sun=400,300,150; else sun=0,0,0; fi
  printf '2026-03-%02dT%02d:00Z,%s,%d,2\n' "$day" "$h" "$sun" "$((5 + h / 3))"
done >>study/common/weather.csv
printf 't_s,power_mw\n0,0.2\n3600,0.4\n7200,0.1\n' >study/field/data/trickle.csv
printf '0.02,-0.01\n-0.01,0.03\n' >study/field/parts/conductance.csv
printf '0.5\n40\n' >study/field/parts/capacity.csv
cat >study/field/parts/base.yaml <<'END'
include: thermal.yaml
fleet:
  sensors:
    harvesters:
      trickle: {kind: trace, file: ../data/trickle.csv, column: power_mw, repeat: true}
END
cat >study/field/parts/thermal.yaml <<'END'
fleet:
  sensors:
    thermal: {network: conductance.csv, capacity: capacity.csv, die: 0, case: 1}
END
sed -e 's/^name: quickstart/name: mixed\ninclude: parts\/base.yaml/' -e 's/^  climate: greensboro/  weather: {file: ..\/common\/weather.csv}/' \
    scenarios/quickstart.yaml >study/field/mixed.yaml

replays() { # DATABASE RUN
  (cd "$here/empty" && unset COLDFLEET_MODELS && coldfleet replay "$here/$1" --run "$2" >"$here/out.txt" 2>"$here/err.txt") ||
    { echo "$1, run $2: exit code $?"; cat out.txt err.txt; exit 1; }
  grep -q '^Digest [0-9a-f]\{32\}, as stored: the same run\.$' out.txt || { echo "$1, run $2:"; cat out.txt; exit 1; }
}

# The scenario named from its folder, from beside it and by its absolute path; a data file from a setting.
coldfleet run study/field/mixed.yaml -q -o beside.db --set 'fleet.sensors.harvesters.more={kind: trace, file: data/trickle.csv, column: power_mw}' ||
  exit 1
(cd study/field && COLDFLEET_MODELS="$here/models" coldfleet run mixed.yaml -q -o "$here/inside.db") || exit 1
coldfleet run "$here/study/field/mixed.yaml" -q -o absolute.db || exit 1
# Several scenarios in one file, replications, another seed.
coldfleet run scenarios/quickstart.yaml study/field/mixed.yaml -q -o both.db --reps 2 --seed 5 --set duration=6h || exit 1
mv study away
for database in beside inside absolute; do replays "$database.db" 2; done
for run in 1 4 5 8; do replays both.db "$run"; done
coldfleet query inside.db --format csv "SELECT path FROM input WHERE path NOT LIKE 'models/%' ORDER BY input_id" >paths.txt
printf '%s\n' path mixed.yaml parts/base.yaml parts/thermal.yaml ../common/weather.csv parts/../data/trickle.csv \
  parts/conductance.csv parts/capacity.csv | sort >wanted.txt
sort paths.txt | cmp - wanted.txt || { echo 'other inputs:'; cat paths.txt; exit 1; }

# -o: the same run with everything recorded, under the same number.
coldfleet replay both.db --run 6 -o full.db >out.txt || exit 1
for of in both full; do
  coldfleet query $of.db --format csv 'SELECT run_id, scenario, policy, rep, seed, hex(digest), events FROM run WHERE run_id=6' >$of.txt
done
cmp both.txt full.txt || exit 1
rows=$(coldfleet query full.db --format csv "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM node), (SELECT count(*) FROM decision) = (SELECT decisions FROM run), (SELECT count(*) FROM series), (SELECT count(*) FROM gauge), (SELECT value FROM meta WHERE key='finished')" | tail -n 1)
[ "$rows" = 1,10,1,6,1,yes ] || { echo "full.db: $rows"; exit 1; }
# And what was made by a replay can be replayed.
replays full.db 6
coldfleet replay both.db --run 6 -o full.db >out.txt 2>err.txt && { echo 'full.db was replaced without --force'; exit 1; }
coldfleet replay both.db --run 6 -o full.db --force >out.txt || exit 1

# A digest that is another is a defect, and the reason is said.
cp inside.db other.db
sqlite3 other.db "UPDATE run SET digest = x'00112233445566778899aabbccddeeff'"
coldfleet replay other.db --run 1 >out.txt 2>err.txt
[ $? = 1 ] || { echo 'another digest: no exit code 1'; exit 1; }
grep -q '^error: other.db: run 1 had the digest 00112233445566778899aabbccddeeff, and now has [0-9a-f]\{32\}$' err.txt || { cat err.txt; exit 1; }
grep -q 'as stored' out.txt && { echo 'another digest: it says that it is the same'; exit 1; }
sqlite3 other.db "UPDATE run SET math_id = '0123456789abcdef'"
coldfleet replay other.db --run 1 >out.txt 2>err.txt
grep -q 'the arithmetic differs (math_id 0123456789abcdef then, [0-9a-f]\{16\} now)' err.txt || { cat err.txt; exit 1; }
sqlite3 other.db "UPDATE run SET digest = NULL, status = 'unfinished'"
coldfleet replay other.db --run 1 >out.txt || { echo 'an unfinished run: not replayed'; exit 1; }
grep -q '^The run is unfinished in the database: there is no digest to compare with\.$' out.txt || { cat out.txt; exit 1; }
