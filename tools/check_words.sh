#!/usr/bin/env bash
# The product speaks of itself only: no file under version control (or about to be) tells how or where it was made, holds
# a path of one machine, or a mark of unfinished work. Letters in brackets keep this file from finding itself.
set -euo pipefail
cd "$(dirname "$0")/.."
patterns=(
  '(this|another|other|next|previous|earlier|later) [s]ession'
  '[c]losing note' '[t]his issue' '[i]ssue text' '[i]ssue #[0-9]' '[o]ther helper' '[h]elper session'
  '[s]ubagent' '[l]anguage model wrote' '[c]laude' '[c]hatgpt'
  '[.][.]/share[d]' '\bshare[d]/' '[.]librar[y]' 'DEVELOPER[S][.]md' 'DESIG[N]\.md' 'example[s]\.md' 'energy-and-hea[t]\.md'
  'operation[s]\.md' '/hom[e]/' '/wor[k]/' '/tm[p]/spec'
  '\bTOD[O]\b' '\bFIXM[E]\b' '\bXX[X]\b' '\bHAC[K]\b'
)
joined=$(IFS='|' && echo "${patterns[*]}")
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
  list=(git ls-files -z --cached --others --exclude-standard)
else
  list=(find . -type f -not -path './build/*' -not -path './out/*' -print0)
fi
found=$("${list[@]}" | xargs -0 grep -IniEs -- "$joined" || true)
if [[ -n $found ]]; then
  cut -c1-200 <<<"$found"
  exit 1
fi
