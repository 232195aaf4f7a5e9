#!/usr/bin/env bash
# A run of one node and the probe walk alike: the same network, the same temperatures to 1e-12.
set -u
# 298 K: the air of a scenario is kept in single precision, which holds it exactly.
sed -e 's/^  climate:.*/  indoors: 298 K/' -e '/^  horizon/d' -e 's/count: 4/count: 1/' -e 's/sample_every: 2 s .*/sample_every: 30 d/' -e 's/deadline: 24 h/deadline: 60 d/' \
  -e 's/fleet_every: 15 min/fleet_every: 7 min/' -e 's/duration: 2 d/duration: 5 h/' -e '/^assert/,$d' \
  "$ROOT/scenarios/hot-module.yaml" >one.yaml
coldfleet run one.yaml --models "$ROOT/models" -q -o one.db || exit 1
value() { # PATH: its number, which these models give in SI units
  coldfleet show one.yaml --models "$ROOT/models" --explain "fleet.modules.$1" | sed -n '1s/.* = \([-0-9.e+]*\) .*/\1/p'
}
watts=$(value device.sleep_power)
die=$(value device.die_heat_capacity)
between=$(value device.die_to_case)
box=$(value enclosure.heat_capacity)
out=$(value enclosure.to_air)
if [ -z "$watts" ] || [ -z "$die" ] || [ -z "$between" ] || [ -z "$box" ] || [ -z "$out" ]; then
  coldfleet show one.yaml --models "$ROOT/models" --explain fleet.modules.device.sleep_power
  echo "values could not be read: '$watts' '$die' '$between' '$box' '$out'"
  exit 1
fi
inverse() { awk -v x="$1" 'BEGIN { printf "%.17g", 1 / x }'; }
printf 'net,n,kind,i,j,value\na,2,C,0,,%s\na,2,C,1,,%s\na,2,g,0,1,%s\na,2,g_amb,1,,%s\na,2,P,0,,%s\na,2,T0,0,,24.85\na,2,T0,1,,24.85\n' \
  "$die" "$box" "$(inverse "$between")" "$(inverse "$out")" "$watts" >network.csv
coldfleet query one.db --format csv "SELECT 'a' AS net, 0 AS node, t_s FROM series WHERE run_id=1 ORDER BY t_s" >at.csv || exit 1
coldfleet probe thermal --network network.csv --at at.csv --ambient 298K >probe.csv || exit 1
coldfleet query one.db --format csv "SELECT temp_mean_degc FROM series WHERE run_id=1 ORDER BY t_s" >run.csv || exit 1
paste -d, probe.csv run.csv | awk -F, '
  NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
  { rows++; off = $column["T_C"] - $column["temp_mean_degc"]; if (off < 0) off = -off; if (off > worst) worst = off
    if ($column["T_C"] > highest) highest = $column["T_C"] }
  END { printf "%d rows, to %.3f degC, at most %.2g K apart\n", rows, highest, worst; exit !(rows > 30 && highest > 30 && worst <= 1e-12 * 300) }'
