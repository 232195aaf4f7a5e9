#!/usr/bin/env bash
# Runs every benchmark under BUILD/tests/bench and shows what it prints (lines "name,value,unit") beside tests/golden/bench.csv
# (name,limit,unit,last): the limit that is promised and the last figure that was reviewed. A limit is an upper bound, or a
# lower one where it starts with ">". Speed never fails the build; a benchmark that fails or prints nothing does.
# YEAR=1 adds a whole year of 2,000 nodes and ten years of 1,000, which take some minutes.
# The figures stay in BUILD/bench.csv; UPDATE=1 also writes them as the last ones of tests/golden/bench.csv.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:?build folder}
now=$build/bench.csv
: >"$now"
bad=0
for source in tests/bench/*.c; do
  name=$(basename "$source" .c)
  [[ $name == *"${FILTER:-}"* ]] || continue
  echo "running $name ..." >&2
  args=()
  [[ $name == fleet && -n ${YEAR:-} ]] && args=(--year)
  if ! "$build/tests/bench/$name" "${args[@]}" >"$build/bench.$name.csv"; then
    echo "FAILED  $name" >&2
    bad=1
  elif ! grep -qE '^[^,]+,-?[0-9.e+-]+,' "$build/bench.$name.csv"; then
    echo "FAILED  $name printed no figure" >&2
    bad=1
  fi
  cat "$build/bench.$name.csv" >>"$now"
done
awk -F, -v filter="${FILTER:+1}" '
  FNR == 1 { file++ }
  file == 1 { if (FNR > 1) { limit[$1] = $2; last[$1] = $4; unit[$1] = $3 } next }
  file == 2 { if ($1 == "yardstick_chase") chase = $2; if ($1 == "yardstick_exp") one_exp = $2; next }
  NF >= 3 && $1 != "name" {
    if (!shown++) printf "%-30s %10s %10s %10s %8s %8s  %s\n", "benchmark", "now", "last", "limit", "/chase", "/exp", "unit"
    lower = sub(/^>/, "", limit[$1])
    verdict = limit[$1] == "" ? "" : (lower ? $2 + 0 >= limit[$1] + 0 : $2 + 0 <= limit[$1] + 0) ? "" : "  OVER THE LIMIT"
    if ($1 in unit && unit[$1] != $3) verdict = verdict "  (was in " unit[$1] ")"
    # Times are also shown as multiples of the yardsticks of this run: a dependent load that misses, and one exp.
    ns = $3 ~ /^ns/ ? $2 : $3 == "us" ? 1000 * $2 : ""
    printf "%-30s %10s %10s %10s %8s %8s  %s%s\n", $1, $2, last[$1] == "" ? "-" : last[$1], \
      limit[$1] == "" ? "-" : (lower ? ">= " : "") limit[$1], ns == "" || !chase ? "-" : sprintf("%.2f", ns / chase), \
      ns == "" || !one_exp ? "-" : sprintf("%.1f", ns / one_exp), $3, verdict
    seen[$1] = 1
  }
  END { for (name in limit) if (!filter && limit[name] != "" && !(name in seen)) print name " has a limit but was not measured" }
' tests/golden/bench.csv "$now" "$now"
if [[ -n ${UPDATE:-} && $bad == 0 ]]; then
  awk -F, -v OFS=, '
    FNR == 1 { file++ }
    file == 1 { now[$1] = $2; unit[$1] = $3; if (!($1 in at)) { at[$1] = ++count; name[count] = $1 } next }
    FNR == 1 { print; next }
    { if ($1 in now) { $4 = now[$1]; $3 = unit[$1] } print; kept[$1] = 1 }
    END { for (i = 1; i <= count; i++) if (!(name[i] in kept)) print name[i], "", unit[name[i]], now[name[i]] }
  ' "$now" tests/golden/bench.csv >"$build/bench.new.csv"
  mv "$build/bench.new.csv" tests/golden/bench.csv
  echo "tests/golden/bench.csv written"
fi
exit $bad
