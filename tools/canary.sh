#!/usr/bin/env bash
# Does the run depend on the processor? tools/canary.sh PROGRAM runs the quickstart's golden digests with glibc told to
# leave FMA and AVX2 alone. That this changes libm at all is proved by a canary: a program that sums exp() of libm must
# give other bits under the mask (on a processor that has FMA); if it does not, the mask is dead and the test says so.
set -euo pipefail
program=${1:?program}
mask='glibc.cpu.hwcaps=-AVX2,-FMA,-AVX2_Usable,-FMA_Usable,-FMA4'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat >"$scratch/canary.c" <<'C'
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
int main(void) {
  uint64_t hash = 0;
  for (int i = 0; i < 1000000; i++) {
    volatile double x = -20.0 + 4e-5 * i;
    double y = exp(x);
    uint64_t bits;
    memcpy(&bits, &y, sizeof bits);
    hash = hash * 31 + bits;
  }
  printf("%016llx\n", (unsigned long long)hash);
  return 0;
}
C
"${CC:-gcc}" -O1 -fno-builtin "$scratch/canary.c" -lm -o "$scratch/canary"
plain=$("$scratch/canary")
masked=$(GLIBC_TUNABLES=$mask "$scratch/canary")
if grep -qw fma /proc/cpuinfo; then
  if [[ $plain == "$masked" ]]; then
    echo "the mask does not reach libm: this test proves nothing here"
    exit 1
  fi
  echo "canary: libm's exp gives other bits without FMA, as expected"
else
  echo "canary: this processor has no FMA, nothing to mask"
fi
GLIBC_TUNABLES=$mask tests/golden/check.sh "$program" quickstart
