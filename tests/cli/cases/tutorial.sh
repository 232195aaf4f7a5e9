#!/usr/bin/env bash
# Every command of docs/tutorial.md works. Those that end in `|| true` there may fail, but only with the exit codes
# that the text announces.
set -u
page=$ROOT/docs/tutorial.md
count=0
# shellcheck disable=SC2016 # backquotes of markdown, not a command
while IFS= read -r line; do
  # a build without npm has no page to show
  case $line in *'coldfleet report'*) [ -e "$ROOT/build/web/vega.min.js" ] || continue ;; esac
  command=${line//.\/coldfleet/coldfleet}
  bash -c "${command% || true}" >out.txt 2>err.txt
  code=$?
  case "$code:$line" in
    0:*) ;;
    [34]:*'|| true') ;;
    *) echo "exit code $code: $line"; cat err.txt; exit 1 ;;
  esac
  count=$((count + 1))
done < <(sed -n '/^```sh/,/^```$/{/^```/!p;}' "$page")
[ "$count" -ge 15 ] || { echo "only $count commands found in $page"; exit 1; }
