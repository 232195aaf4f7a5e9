#!/usr/bin/env bash
# Completion in fish and zsh, as far as they are here.
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
  # A zsh on a terminal of its own, which is asked to list what it would offer.
  cat >ask.zsh <<'END'
zmodload zsh/zpty
zpty shell "TERM=dumb zsh -f -i"
zpty -w shell "PS1=; PROMPT_EOL_MARK=; fpath=($PWD/functions \$fpath); autoload -U compinit; compinit -u -d $PWD/dump"
zpty -w shell "zstyle ':completion:*' list-prompt ''; LISTMAX=10000; bindkey '^I' complete-word; echo rea''dy"
while zpty -r shell line '*ready*'; do break; done
zpty -n -w shell "$1"$'\t'
sleep 2
zpty -n -w shell $'\x15\necho e''nd\n'
while zpty -r shell line; do print -rn -- "$line"; [[ $line == *end* ]] && break; done
zpty -d shell
END
  asked() { timeout 60 zsh -f ask.zsh "$1" 2>&1; }
  contains() { # LINE WORD
    local got
    got=$(asked "$1")
    case $got in *"$2"*) ;; *) printf 'zsh: %s offers\n%s\nwithout %s\n' "$1" "$got" "$2"; failed=1 ;; esac
  }
  contains 'coldfleet que' 'coldfleet query'
  contains 'coldfleet query --format c' 'csv'
  contains 'coldfleet probe pv --model h' 'haydavies'
  contains 'coldfleet run scenarios/quickstart.yaml --set fleet.sensors.cou' 'fleet.sensors.count='
  contains 'coldfleet query --saved colde' 'coldest'
fi

[ "$ran" = 1 ] || { echo "neither fish nor zsh here"; exit 77; }
exit $failed
