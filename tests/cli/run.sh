#!/usr/bin/env bash
# Runs the tests of the command line.
#
#   tests/cli/run.sh PROGRAM [FILTER]
#
# tests/cli/cases/*.t are transcripts, tests/cli/cases/*.sh scripts (exit code 0 passed, 77 skipped, else failed),
# tests/cli/bad/*.yaml scenarios with one error each, tests/cli/bad-plans/*.yaml plans with one. FILTER is a part of a file's name. Each test has a scratch
# directory of its own, in which scenarios/, models/ and analysis/ are links to the repository's. The last line is
# "N passed, N failed" (and how many were skipped).
#
# A transcript is made of
#   # a comment
#   $ a command line (bash), which is expected to
#   ? 3              exit with this code (0 unless said)
#   > this line on stdout
#   ! this line on stderr
# In an expected line <#> stands for a number, <...> for anything; runs of blanks are as good as one, and none at the
# ends counts. A line that is only <...> stands for any number of lines. A stream for which nothing is expected must be empty.
# A bad scenario or plan begins with "# expect: LINE:COLUMN: text"; `validate` must exit with 3 and name exactly that place and
# text in its first error.
set -u

[ $# -ge 1 ] || { echo "usage: $0 PROGRAM [FILTER]" >&2; exit 2; }
program=$(realpath "$1") || exit 2
filter=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$here/../.." && pwd)
export ROOT LC_ALL=C NO_COLOR=1
unset COLDFLEET_MODELS COLDFLEET_QUERIES
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/coldfleet"
export PATH="$work/bin:$PATH"
passed=0 failed=0 skipped=0
limit=120 # seconds for a script; those that know COLDFLEET_LONG take longer with it
[ -z "${COLDFLEET_LONG:-}" ] || limit=1800

fail() { # NAME TEXT
  failed=$((failed + 1))
  printf 'FAILED %s\n%s\n' "$1" "$2"
}

scratch() { # makes and enters a scratch directory
  local dir
  dir=$(mktemp -d "$work/scratch.XXXXXX") || exit 1
  ln -s "$ROOT/scenarios" "$ROOT/models" "$ROOT/analysis" "$dir/"
  cd "$dir" || exit 1
}

# The expected line as an extended regular expression.
pattern() {
  # shellcheck disable=SC2016 # a dollar sign, not a variable
  sed -e 's/[][\.*^$(){}+?|/]/\\&/g' \
      -e 's/<#>/[-+]?[0-9][0-9,]*(\\.[0-9]+)?(e[-+]?[0-9]+)?/g' \
      -e 's/<\\\.\\\.\\\.>/.*/g' \
      <<<"$1"
}

squeeze() { sed -e 's/[[:blank:]][[:blank:]]*/ /g' -e 's/^ //' -e 's/ $//' "$1"; }

# matches EXPECTED ACTUAL: both are files. Says what differs.
matches() {
  local -a want got
  mapfile -t want < <(squeeze "$1")
  mapfile -t got < <(squeeze "$2")
  local i=0 k=0 skip=0
  while [ "$i" -lt ${#want[@]} ]; do
    if [ "${want[i]}" = '<...>' ]; then
      skip=1
      i=$((i + 1))
      continue
    fi
    local regex found=0
    regex="^$(pattern "${want[i]}")\$"
    while [ "$k" -lt ${#got[@]} ]; do
      k=$((k + 1))
      if [[ ${got[k - 1]} =~ $regex ]]; then found=1; break; fi
      [ "$skip" = 1 ] || break
    done
    if [ "$found" = 0 ]; then
      echo "  expected: ${want[i]}"
      if [ "$skip" = 1 ]; then echo "  not found"; elif [ ${#got[@]} -eq 0 ]; then echo "  but nothing was printed"; else echo "  printed:  ${got[k - 1]}"; fi
      return 1
    fi
    skip=0
    i=$((i + 1))
  done
  if [ "$skip" = 0 ] && [ "$k" -lt ${#got[@]} ]; then
    echo "  not expected: ${got[k]}"
    return 1
  fi
}

# Runs one command of a transcript and compares with want.out and want.err.
check_command() { # LINE COMMAND CODE
  local out=$work/out err=$work/err code problem
  bash -c "$2" >"$out" 2>"$err" </dev/null
  code=$?
  problem=
  [ "$code" = "$3" ] || problem+="  exit code $code, expected $3"$'\n'
  problem+=$(matches "$work/want.out" "$out" || echo "  (stdout)")
  problem+=$(matches "$work/want.err" "$err" || echo "  (stderr)")
  [ -n "$problem" ] || return 0
  echo "  line $1: \$ $2"
  echo "$problem"
  echo "  stderr was: $(head -c 600 "$err")"
  return 1
}

run_transcript() {
  local line number=0 command='' at=0 code=0 problem=''
  local transcript=$1
  scratch
  : >"$work/want.out"
  : >"$work/want.err"
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    case $line in
      '$ '*)
        if [ -n "$command" ]; then problem+=$(check_command "$at" "$command" "$code"); fi
        command=${line#\$ } at=$number code=0
        : >"$work/want.out"
        : >"$work/want.err"
        ;;
      '? '*) code=${line#\? } ;;
      '> '* | '>') line=${line#>}; printf '%s\n' "${line# }" >>"$work/want.out" ;;
      '! '* | '!') line=${line#!}; printf '%s\n' "${line# }" >>"$work/want.err" ;;
      '#'* | '') ;;
      *) problem+="  line $number is not part of a transcript: $line" ;;
    esac
  done <"$transcript"
  if [ -n "$command" ]; then problem+=$(check_command "$at" "$command" "$code"); else problem+='  no command in it'; fi
  if [ -n "$problem" ]; then fail "$(basename "$transcript")" "$problem"; else passed=$((passed + 1)); fi
}

run_script() {
  local text code
  scratch
  text=$(timeout "$limit" bash "$1" 2>&1 </dev/null)
  code=$?
  case $code in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)); echo "skipped $(basename "$1"): $text" ;;
    *) fail "$(basename "$1")" "$text" ;;
  esac
}

run_bad() {
  local name expect text code first
  name=$(basename "$1")
  expect=$(sed -n '1s/^# expect: //p' "$1")
  if [ -z "$expect" ]; then fail "$name" "  its first line says nothing of what to expect"; return; fi
  text=$(cd "$(dirname "$1")" && coldfleet validate --models "$ROOT/models" "$name" 2>&1 >/dev/null)
  code=$?
  first=$(head -n 1 <<<"$text")
  # shellcheck disable=SC2295 # the text is matched literally
  if [ "$code" = 3 ] && [[ $first == "$name:${expect%%: *}: error: "*"${expect#*: }"* ]]; then
    passed=$((passed + 1))
  else
    fail "$name" "  expected ($code): $expect"$'\n'"  printed:  $first"
  fi
}

shopt -s nullglob
for test in "$here"/cases/*.t "$here"/cases/*.sh "$here"/bad/*.yaml "$here"/bad-plans/*.yaml; do
  [[ $(basename "$test") == *"$filter"* ]] || continue
  case $test in
    *.t) run_transcript "$test" ;;
    *.sh) run_script "$test" ;;
    *.yaml) run_bad "$test" ;;
  esac
  cd "$work" || exit 1
done
if [ "$skipped" -gt 0 ]; then more=", $skipped skipped"; else more=; fi
echo "$passed passed, $failed failed$more"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
