#!/usr/bin/env bash
# Runs every fuzzer under BUILD/tests/fuzz for FUZZ_SECONDS (default 20) each, from the seeds in tests/fuzz/seeds/NAME and the shipped
# scenarios, with what was found kept in BUILD/corpus. Ends with "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:?build folder}
passed=0 failed=0
for source in tests/fuzz/fuzz_*.c; do
  name=$(basename "$source" .c)
  mkdir -p "$build/corpus/$name"
  seeds=("$build/corpus/$name" scenarios)
  [[ ! -d tests/fuzz/seeds/$name ]] || seeds+=("tests/fuzz/seeds/$name")
  if "$build/tests/fuzz/$name" -max_total_time="${FUZZ_SECONDS:-20}" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$build/$name." -print_final_stats=1 "${seeds[@]}" >"$build/$name.log" 2>&1; then
    printf 'ok      %-16s %s executions\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log")"
    passed=$((passed + 1))
  else
    printf 'FAILED  %s\n' "$name"
    tail -n 40 "$build/$name.log"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
