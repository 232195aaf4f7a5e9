#!/usr/bin/env bash
# Completion in bash, as readline would ask for it.
set -u
mkdir -p out && touch out/a.db out/notes.txt
script=$(coldfleet completion bash) || exit 1
eval "$script"
failed=0

# What is offered when the cursor stands behind the last word.
offers() { # WORD...
  COMP_WORDS=(coldfleet "$@") COMP_CWORD=$#
  COMPREPLY=()
  _coldfleet
  printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
}
expect() { # OFFERS WORD...
  local wanted=$1 got
  shift
  got=$(offers "$@")
  [ "${got% }" = "$wanted" ] && return
  printf 'coldfleet %s\n  offers %s\n  not    %s\n' "$*" "${got% }" "$wanted"
  failed=1
}
expect_among() { # OFFER WORD...
  local wanted=$1 got
  shift
  got=$(offers "$@")
  case " $got" in *" $wanted "*) return ;; esac
  printf 'coldfleet %s\n  offers %s\n  without %s\n' "$*" "$got" "$wanted"
  failed=1
}

expect 'query' qu
expect '--version' --v
for command in $(coldfleet help --all | sed -n '/^Commands/,/^Start/s/^  \([a-z]*\) .*/\1/p'); do
  expect_among "$command" "${command:0:1}"
  expect_among '--help' "$command" --h
done
expect '--format' query --fo
expect 'csv' query --format c
expect 'csv json md table' query --format =
expect 'json' query --format = js
expect 'md table' verify -f ''
expect 'haydavies' probe pv --model h
expect 'pv' probe p
expect 'out/a.db' query out/a
expect 'out' query ou
expect 'scenarios/quickstart.yaml' run scenarios/q
expect 'coldest' query out/a.db --saved cold
expect 'fleet.sensors.count=' run scenarios/quickstart.yaml --set fleet.sensors.cou
expect 'fleet.sensors.count' show scenarios/quickstart.yaml --explain fleet.sensors.cou
expect 'seed=' run --set se
expect '' run --set fleet.
expect '' run scenarios/quickstart.yaml --set seed = 1
expect 'models' run --models mod
expect '' run --threads ''
expect 'device' schema dev
expect 'doctor' help doc
expect 'scenario' man sce
expect_among 'zsh' completion ''
exit $failed
