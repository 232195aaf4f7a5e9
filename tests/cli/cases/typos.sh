#!/usr/bin/env bash
# One-letter typos: in every key of a resolved scenario, four each. At least 90 % must get the right suggestion.
# Typos that make another known key, or that stand where any name may stand, do not count.
set -u
coldfleet show scenarios/agriculture.yaml >all.yaml || exit 1
coldfleet schema scenario >schema.json || exit 1
total=0 right=0
typo() { # KIND KEY
  local key=$2 middle=$((${#2} / 2))
  case $1 in
    swap) echo "${key:0:middle-1}${key:middle:1}${key:middle-1:1}${key:middle+1}" ;;
    drop) echo "${key:0:middle}${key:middle+1}" ;;
    double) echo "${key:0:middle}${key:middle:1}${key:middle}" ;;
    replace) echo "${key:0:middle}q${key:middle+1}" ;;
  esac
}
while IFS=: read -r line rest; do
  key=${rest%%:*}
  key=${key##* }
  grep -q "\"$key\"" schema.json || continue # a name of the author's own
  [ "${#key}" -ge 3 ] || continue
  for kind in swap drop double replace; do
    wrong=$(typo "$kind" "$key")
    [ "$wrong" != "$key" ] || continue
    grep -q "\"$wrong\"" schema.json && continue
    sed "${line}s/\\b$key:/$wrong:/" all.yaml >typo.yaml
    coldfleet validate typo.yaml 2>err.txt >/dev/null && continue
    total=$((total + 1))
    if grep -q "'$wrong'.*did you mean '$key'" err.txt; then right=$((right + 1)); else head -n 1 err.txt; fi
  done
done < <(grep -n '^ *[a-z_]*:' all.yaml | sed 's/^\([0-9]*\): */\1:/')
echo "$right of $total typos got the right suggestion"
[ "$total" -ge 150 ] && [ $((right * 10)) -ge $((total * 9)) ]
