#!/usr/bin/env bash
# Every command of docs/cluster.md works, but for those that need Slurm (tests/slurm/check.sh has them), and both ways of
# running a plan give the same database.
set -u
page=$ROOT/docs/cluster.md
count=0
while IFS= read -r line; do
  bash -c "${line//.\/coldfleet/coldfleet}" >out.txt 2>err.txt || { echo "exit code $?: $line"; cat err.txt; exit 1; }
  count=$((count + 1))
done < <(sed -n '/^```sh$/,/^```$/{/^```/!p;}' "$page")
[ "$count" -ge 10 ] || { echo "only $count commands found in $page"; exit 1; }
cmp out/capacitor/results.db out/by-hand/results.db || exit 1
coldfleet sweep scenarios/plans/smallest-capacitor.yaml -o out/loop --launcher manual --shards 3 -q || exit 1
loop=$(sed -n 's/^while coldfleet merge DIR; \(.*\); do .*/\1/p' "$page") # the loop's end is decided as on the page
[ -n "$loop" ] || { echo "no loop in $page"; exit 1; }
rounds=0
while coldfleet merge out/loop >out.txt 2>err.txt; eval "$loop"; do
  for k in 1 2 3; do coldfleet work out/loop --shard "$k" -q || exit 1; done
  rounds=$((rounds + 1))
  [ "$rounds" -lt 5 ] || { cat err.txt; exit 1; }
done
cmp out/capacitor/results.db out/loop/results.db
