#!/usr/bin/env bash
# What formats manual pages has nothing to say against any of them.
set -u
linted=0
if command -v mandoc >/dev/null; then
  lint() { mandoc -T lint "$1"; }
elif command -v groff >/dev/null; then
  lint() { groff -man -ww -z "$1" 2>&1; }
else
  echo "neither mandoc nor groff here"
  exit 77
fi
for page in $(coldfleet man --list); do
  coldfleet man "$page" >page || exit 1
  said=$(lint page)
  [ -z "$said" ] || { echo "$said"; exit 1; }
  if command -v groff >/dev/null; then
    said=$(groff -man -ww -z page 2>&1)
    [ -z "$said" ] || { echo "$said"; exit 1; }
  fi
  linted=$((linted + 1))
done
[ "$linted" -ge 25 ] || { echo "only $linted pages"; exit 1; }
