#!/usr/bin/env bash
# Runs what was built and counts: tools/check.sh BUILD [STAGE...]
#
# Stages, all by default: unit (every executable under BUILD/tests/unit, each under a time limit, JOBS at once), cli (transcripts),
# golden (digests of the shipped scenarios), structure (layering, symbols, words). The last line is "N passed, N failed";
# the exit status is 1 when something failed or nothing ran. FILTER keeps the unit tests whose name holds it;
# COLDFLEET_LONG=1 makes tests that know it take more trials; COLDFLEET_TEST_SECONDS is the limit (default 300).
set -euo pipefail
build=${1:?build folder}
shift
stages=("$@")
((${#stages[@]})) || stages=(structure unit cli golden)
logs=$build/tests/logs
limit=${COLDFLEET_TEST_SECONDS:-300}
passed=0 failed=0
mkdir -p "$logs"
rm -f "$logs"/*.log "$logs"/*.rc "$logs"/*.ms

count() { # LOG STATUS: adds what a runner's last "N passed, N failed" line says; one failure where there is none
  local line
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$1" | tail -n 1 || true)
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
    [[ $2 == 0 || ${BASH_REMATCH[2]} != 0 ]] || failed=$((failed + 1))
    [[ ${BASH_REMATCH[1]} != 0 || ${BASH_REMATCH[2]} != 0 ]] || failed=$((failed + 1))
  else
    failed=$((failed + 1))
  fi
}

runner() { # NAME COMMAND...: a script that ends with its own count
  local name=$1 rc=0
  shift
  if [[ ! -x $1 ]]; then
    echo "FAILED  $name: $1 is not there"
    failed=$((failed + 1))
    return
  fi
  "$@" >"$logs/$name.log" 2>&1 || rc=$?
  cat "$logs/$name.log"
  count "$logs/$name.log" "$rc"
}

one_unit() { # EXECUTABLE: run by xargs
  local name=${1##*/} rc=0 start=${EPOCHREALTIME//[.,]/}
  timeout --kill-after=5 "$limit" "$1" >"$logs/$name.log" 2>&1 || rc=$?
  echo "$rc" >"$logs/$name.rc"
  echo $(((${EPOCHREALTIME//[.,]/} - start) / 1000)) >"$logs/$name.ms"
}
export -f one_unit
export logs limit

units() {
  local executable name rc good bad note
  local -a all=()
  for executable in tests/unit/test_*.c; do
    name=${executable##*/}
    name=${name%.c}
    [[ $name == *"${FILTER:-}"* ]] && all+=("$build/tests/unit/$name")
  done
  ((${#all[@]})) || { echo "no unit test matches '${FILTER:-}'" && return; }
  # shellcheck disable=SC2016 # the child shell expands it
  printf '%s\0' "${all[@]}" | xargs -0 -P "${JOBS:-2}" -I '{}' bash -c 'one_unit "$1"' _ '{}'
  for executable in "${all[@]}"; do
    name=${executable##*/}
    rc=$(cat "$logs/$name.rc")
    good=$(sed -nE 's/^\[  PASSED  \] ([0-9]+) test.*/\1/p' "$logs/$name.log" | awk '{ n += $1 } END { print n + 0 }')
    bad=$(sed -nE 's/^\[  FAILED  \] (.*: )?([0-9]+) test\(s\).*/\2/p' "$logs/$name.log" | awk '{ n += $1 } END { print n + 0 }')
    note=
    case $rc in
      0) ((good + bad > 0)) || { bad=1 && note=' (ran no test)'; } ;;
      124 | 137) bad=$((bad + 1)) note=" (stopped after $limit s)" ;;
      *) ((bad > 0)) || { bad=1 && note=" (exit status $rc)"; } ;;
    esac
    passed=$((passed + good)) failed=$((failed + bad))
    if ((bad)); then
      printf 'FAILED  %-28s %3d passed, %d failed%s\n' "$name" "$good" "$bad" "$note"
      grep -vE '^\[( RUN      |       OK |==========)\]' "$logs/$name.log" | head -n 60 | sed 's/^/        /'
    else
      printf 'ok      %-28s %3d passed  %6d ms\n' "$name" "$good" "$(cat "$logs/$name.ms")"
    fi
  done
}

structure() {
  local script
  for script in arrows symbols words; do
    if "tools/check_$script.sh" "$build"; then
      echo "ok      check_$script"
      passed=$((passed + 1))
    else
      echo "FAILED  check_$script"
      failed=$((failed + 1))
    fi
  done
}

for stage in "${stages[@]}"; do
  case $stage in
    unit) units ;;
    cli) runner cli tests/cli/run.sh "$build/coldfleet" ;;
    golden) runner golden tests/golden/check.sh "$build/coldfleet" ;;
    structure) structure ;;
    *) echo "unknown stage $stage" >&2 && exit 2 ;;
  esac
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
