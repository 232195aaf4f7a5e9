#!/usr/bin/env bash
# What a sweep for Slurm says without a Slurm: both scripts, a refused run, a missing sbatch.
set -u
fail() { echo "$*"; cat out.txt err.txt; exit 1; }
plan=scenarios/plans/smallest-capacitor.yaml
coldfleet sweep "$plan" -o far/away --launcher slurm --shards 4 --time-limit 1h --sbatch '--partition=short' --dry-run \
  >out.txt 2>err.txt || fail 'dry run'
grep -q '^#SBATCH .*--array=1-4' out.txt || fail 'no array of four'
grep -q 'far/away' out.txt || fail 'the directory is not in the scripts'
grep -qE '/coldfleet-[A-Za-z0-9]{6}' out.txt && fail 'the scratch directory is in the scripts'
[ ! -e far ] || fail 'a dry run has left something'

# Parts of a given length: more of them when they are to be shorter, never more than runs.
parts() { coldfleet sweep "$plan" -o far -l manual --chunk "$1" -n --json | sed -n 's/^  "parts": //p'; }
long=$(parts '1 h') short=$(parts '0.001 s')
[ "$long" = 1 ] || fail "parts of an hour: $long"
[ "$short" = 48 ] || fail "parts of a moment: $short"

sed 's/duration: 4 d/duration: 20000 d/; s/count: 10/count: 2000/; s#\.\./#scenarios/#' "$plan" >long.yaml
coldfleet sweep long.yaml -o far --launcher slurm --time-limit 3min >out.txt 2>err.txt
code=$?
[ "$code" = 3 ] || fail "a run that is too long: exit code $code"
grep -q '^error: run [0-9]* (.*, point [0-9]*: storage_f=.*) would take about .*, and --time-limit is 3 min: ' err.txt ||
  fail 'a run that is too long'

# A Slurm that still has jobs of the sweep, or does not say so: the round that these are at is not decided anew.
coldfleet sweep "$plan" -o near --launcher manual --shards 6 -q || exit 1
cp near/round before
mkdir fake
printf '#!/bin/sh\necho 9 9_3\n' >fake/squeue
printf '#!/bin/sh\necho 9\n' >fake/sbatch
chmod +x fake/*
slurm() { # WORDS OF THE COMMAND
  PATH="$PWD/fake:$PATH" coldfleet "$@" >out.txt 2>err.txt
  code=$?
}
for answer in 'echo 9 9_3' 'echo "squeue: error: no such cluster" >&2; exit 1'; do
  printf '#!/bin/sh\n%s\n' "$answer" >fake/squeue
  slurm sweep "$plan" -o near --launcher slurm --shards 2
  [ "$code" = 7 ] || fail "jobs are there ($answer): exit code $code"
  slurm merge near --launcher slurm
  [ "$code" = 7 ] || fail "merge, jobs are there ($answer): exit code $code"
  cmp near/round before || fail 'the round was decided anew'
  rm -rf near/slurm
done
grep -q 'no such cluster' err.txt || fail 'the words of squeue'

# A merging job that cannot even begin leaves its end, for which `sweep --wait` waits.
for break in 'mv near/plan.db near/kept' 'true'; do
  mkdir -p near/slurm
  $break
  slurm merge near --launcher slurm --time-limit 1x
  [ "$code" != 0 ] || fail 'a merging job that cannot begin'
  [ "$(cat near/slurm/ended)" = "$code" ] || fail "it has left no end ($break)"
  rm near/slurm/ended
  [ ! -e near/kept ] || mv near/kept near/plan.db
done
rm -rf near

command -v sbatch >/dev/null && exit 0
coldfleet sweep "$plan" -o near --launcher slurm --shards 2 >out.txt 2>err.txt
code=$?
[ "$code" = 2 ] || fail "without sbatch: exit code $code"
grep -q sbatch err.txt || fail 'without sbatch'
