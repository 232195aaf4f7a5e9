#!/usr/bin/env bash
# Fetches the libraries that draw the charts of a report: tools/report_libs.sh [--must]
#
# With npm, exactly the versions of analysis/web/package-lock.json go to build/npm; npm checks each package against the
# hash that stands there. The three files that a page holds are checked once more (analysis/web/sha256sums) and copied to
# build/web, with every licence. Without npm or a network nothing happens but a line that says so: the program lacks only
# `report` then. --must makes that an error, and tries again where an earlier try has failed.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
must=${1:-}
target=build/web tried=build/web.tried
log=build/npm.log

give_up() { # TEXT
  mkdir -p build
  touch "$tried"
  echo "report: $1" >&2
  [[ $must == --must ]] && exit 1
  echo 'report: everything else works; `make report-libs` tries again' >&2
  exit 0
}

licences() { # of what the three files were put together from: each text once, below the packages that it belongs to
  local folder file sum
  local -A text=() owners=()
  local -a order=()
  for folder in "$1"/node_modules/*/; do
    file=$(find "$folder" -maxdepth 1 -type f -iname 'licen[sc]e*' | sort | head -n 1)
    [[ -n $file ]] || continue
    sum=$(sha256sum <"$file")
    [[ -n ${text[$sum]:-} ]] || order+=("$sum")
    text[$sum]=$file
    owners[$sum]="${owners[$sum]:-}${owners[$sum]:+, }$(basename "$folder")"
  done
  for sum in "${order[@]}"; do
    printf '%s\n\n' "${owners[$sum]}"
    tr -d '\r' <"${text[$sum]}"
    printf '\n----\n\n'
  done
}

command -v npm >/dev/null || give_up 'npm is not installed, so the libraries that draw charts cannot be fetched'
work=build/npm.$$
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/web"
cp analysis/web/package.json analysis/web/package-lock.json "$work/"
(cd "$work" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error \
  --fetch-retries=1 --fetch-timeout=30000) >"$log" 2>&1 || give_up "npm could not fetch the libraries that draw charts (see $log)"
for name in vega vega-lite vega-embed; do
  # without the line that names a source map, which a browser's tools would look for
  grep -v '^//# sourceMappingURL=' "$work/node_modules/$name/build/$name.min.js" >"$work/web/$name.min.js"
done
(cd "$work/web" && sha256sum --quiet --check ../../../analysis/web/sha256sums) >&2 ||
  give_up 'a library is not the one that analysis/web/sha256sums names'
licences "$work" >"$work/web/licences.txt"
rm -rf "$target"
mv "$work/web" "$target"
touch "$tried"
