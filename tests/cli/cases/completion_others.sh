#!/usr/bin/env bash
# Completion in fish as its user would ask for it, and in zsh as far as loading goes; as far as they are here.
set -u
ran=0 failed=0
expect() { # WHERE WANTED GOT
  [ "$2" = "$3" ] && return
  printf '%s:\n  offers %s\n  not    %s\n' "$1" "$3" "$2"
  failed=1
}

if command -v fish >/dev/null; then
  ran=1
  coldfleet completion fish >coldfleet.fish
  export HOME=$PWD XDG_CONFIG_HOME=$PWD/config XDG_DATA_HOME=$PWD/data
  offers() { fish --no-config -c "source coldfleet.fish; complete -C '$1'" 2>&1 | cut -f 1 | sort | tr '\n' ' '; }
  expect fish 'query ' "$(offers 'coldfleet qu')"
  expect fish 'csv json md table ' "$(offers 'coldfleet query --format ')"
  expect fish '--format=csv ' "$(offers 'coldfleet query --format=c')"
  expect fish 'coldest ' "$(offers 'coldfleet query a.db --saved cold')"
  expect fish 'pv ' "$(offers 'coldfleet probe p')"
  expect fish 'haydavies ' "$(offers 'coldfleet probe pv --model h')"
  expect fish 'scenarios/quickstart.yaml ' "$(offers 'coldfleet run scenarios/q')"
  expect fish 'fleet.sensors.count= ' "$(offers 'coldfleet run scenarios/quickstart.yaml --set fleet.sensors.cou')"
  expect fish '--explain ' "$(offers 'coldfleet show --expl')"
fi

if command -v zsh >/dev/null; then
  ran=1
  mkdir -p functions && coldfleet completion zsh >functions/_coldfleet
  zsh -n functions/_coldfleet || failed=1
  # shellcheck disable=SC2016 # for zsh
  expect zsh _coldfleet "$(zsh -f -c 'fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -d dump
    print $_comps[coldfleet]' 2>&1)"
  # shellcheck disable=SC2016
  expect 'zsh, sourced' _coldfleet "$(zsh -f -c 'autoload -U compinit; compinit -u -d dump
    source functions/_coldfleet; print $_comps[coldfleet]' 2>&1)"
fi

[ "$ran" = 1 ] || { echo "neither fish nor zsh here"; exit 77; }
exit $failed
