#!/usr/bin/env bash
# Everything that reads the code without running it: tools/lint.sh BUILD. Exit status 1 when anything was found.
# LINT_SKIP="tidy cppcheck" leaves steps out. clang-tidy is the slow one; the checks are in .clang-tidy.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:?build folder}
jobs=${JOBS:-2}
bad=()
mapfile -d '' -t c_files < <(find sim tests -name '*.[ch]' -print0 | sort -z)
mapfile -d '' -t sources < <(find sim -name '*.c' -print0 | sort -z)
mapfile -t scripts < <(grep -rlE '^#!.*\b(ba)?sh\b' tools .ci tests --include='*' | sort)

step() { # NAME COMMAND...
  local name=$1 start=$SECONDS
  shift
  [[ " ${LINT_SKIP:-} " == *" $name "* ]] && return
  if "$@"; then
    printf 'ok      %-12s %4d s\n' "$name" $((SECONDS - start))
  else
    printf 'FAILED  %-12s %4d s\n' "$name" $((SECONDS - start))
    bad+=("$name")
  fi
}

tidy() {
  printf '%s\0' "${sources[@]}" | xargs -0 -P "$jobs" -I '{}' \
    clang-tidy --quiet --warnings-as-errors='*' '{}' -- -std=c17 -Isim -D_GNU_SOURCE -mavx 2>&1 |
    { grep -vE '^[0-9]+ warnings? (generated|treated)|^Suppressed |^Use -header-filter' || true; } >"$build/tidy.log"
  cat "$build/tidy.log"
  [[ ! -s $build/tidy.log ]]
}

step format clang-format --dry-run -Werror "${c_files[@]}"
step arrows tools/check_arrows.sh
step symbols tools/check_symbols.sh "$build"
step words tools/check_words.sh
step shellcheck shellcheck --severity=warning "${scripts[@]}"
step cppcheck cppcheck --quiet --std=c11 --language=c -j "$jobs" --enable=warning,performance,portability --inline-suppr \
  --suppressions-list=tools/cppcheck.txt --error-exitcode=1 -Isim -D_GNU_SOURCE --max-configs=2 sim
step tidy tidy
if ((${#bad[@]})); then
  echo "lint: ${bad[*]}"
  exit 1
fi
