#!/usr/bin/env bash
# What a trajectory is made of calls no transcendental function of libm: glibc picks those by CPU, and the digest would
# follow. tools/check_symbols.sh BUILD looks into the objects of base, physics, cognition, network, engine and fleet.
# Allowed from libm is what IEEE 754 makes exact: sqrt, floor, ceil, fabs, fmod, frexp, ldexp, trunc, rint and their like.
set -euo pipefail
build=${1:?build folder}
shopt -s nullglob
objects=("$build"/sim/{base,physics,cognition,network,engine,fleet}/*.o)
((${#objects[@]})) || { echo "no objects below $build/sim: build first" && exit 1; }
functions='a?(sin|cos|tan)h?|atan2|sincos|exp|exp2|exp10|expm1|log|log2|log10|log1p|logb|pow|cbrt|hypot|[lt]gamma|lgamma_r|erfc?|[jy][01n]'
found=$(nm -A --undefined-only "${objects[@]}" | grep -E "[[:space:]](__)?($functions)[fl]?(_finite)?(@.*)?$" || true)
if [[ -n $found ]]; then
  echo "libm's own functions in trajectory objects (call base/remath.h instead):"
  echo "$found"
  exit 1
fi
