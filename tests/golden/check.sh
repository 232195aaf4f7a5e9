#!/usr/bin/env bash
# Golden digests: tests/golden/check.sh PROGRAM [NAME...] runs every scenario that ships (or those named), for its golden
# duration, and compares each run's digest, event count and math_id with tests/golden/digests.csv. Ends with
# "N passed, N failed".
#
# UPDATE=1 writes the file anew instead: durations stay, a scenario without rows gets GOLDEN_DURATION (default "1 d").
# COLDFLEET_LONG=1 repeats everything on 1, 2 and 7 threads and with recording off.
set -euo pipefail
program=$(realpath "${1:?program}")
shift
names=("$@")
cd "$(dirname "$0")/../.."
golden=tests/golden/digests.csv
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0
ways=('')
[[ -z ${COLDFLEET_LONG:-} ]] || ways=('--threads 1' '--threads 2' '--threads 7' '--set record.nodes=false')

fail() {
  echo "FAILED  golden $1"
  failed=$((failed + 1))
}

# Runs one scenario and prints "scenario,duration,policy,events,digest,math_id" per run, in order.
rows() { # FILE DURATION OPTION...
  local file=$1 duration=$2 name rc=0
  shift 2
  name=$(basename "$file" .yaml)
  rm -f "$scratch/$name.db"
  "$program" run "$file" --set "duration=$duration" -q -o "$scratch/$name.db" "$@" >"$scratch/log" 2>&1 || rc=$?
  if ((rc != 0 && rc != 4)); then # 4: an assertion that wants the whole duration; the runs themselves are good
    sed 's/^/        /' "$scratch/log" >&2
    return 1
  fi
  sqlite3 -bail -csv "$scratch/$name.db" \
    "SELECT '$name', '$duration', policy, events, lower(hex(digest)), math_id FROM run ORDER BY run_id" |
    tr -d '\r"'
}

duration_of() { # NAME
  [[ -e $golden ]] && awk -F, -v name="$1" '$1 == name { print $2; exit }' "$golden"
}

wanted() { ((${#names[@]} == 0)) || [[ " ${names[*]} " == *" $1 "* ]]; }

shopt -s nullglob
if [[ -n ${UPDATE:-} ]]; then
  {
    echo scenario,duration,policy,events,digest,math_id
    for file in scenarios/*.yaml; do
      duration=$(duration_of "$(basename "$file" .yaml)")
      rows "$file" "${duration:-${GOLDEN_DURATION:-1 d}}"
    done
  } >"$scratch/new.csv"
  mv "$scratch/new.csv" "$golden"
  awk -F, 'NR > 1 && $4 > 2000000 { print "warning: " $1 " (" $3 ") takes " $4 " events; at most 2,000,000 are wanted" }' "$golden"
  echo "$golden written; say why in CHANGELOG.md"
  exit 0
fi

for file in scenarios/*.yaml; do
  name=$(basename "$file" .yaml)
  wanted "$name" || continue
  duration=$(duration_of "$name")
  if [[ -z $duration ]]; then
    fail "$name: no row in $golden (make golden adds it)"
    continue
  fi
  grep "^$name," "$golden" >"$scratch/want" || true
  for way in "${ways[@]}"; do
    # shellcheck disable=SC2086 # a way is options
    if ! rows "$file" "$duration" $way >"$scratch/got"; then
      fail "$name${way:+ $way}: the run failed"
    elif cmp -s "$scratch/want" "$scratch/got"; then
      passed=$((passed + $(wc -l <"$scratch/got")))
      echo "ok      golden $name${way:+ $way}, $duration: $(wc -l <"$scratch/got") runs"
    elif [[ $(cut -d, -f6 "$scratch/want" | sort -u) != $(cut -d, -f6 "$scratch/got" | sort -u) ]]; then
      fail "$name${way:+ $way}: other arithmetic (math_id $(cut -d, -f6 "$scratch/got" | head -n 1)): digests cannot be compared"
    else
      fail "$name${way:+ $way}"
      diff "$scratch/want" "$scratch/got" | grep '^[<>]' | sed 's/^</        want/; s/^>/        got /'
    fi
  done
done
while IFS=, read -r name _; do
  [[ -e scenarios/$name.yaml ]] || fail "$name has a golden digest but no scenario"
done < <(tail -n +2 "$golden" 2>/dev/null | cut -d, -f1 | sort -u)
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
