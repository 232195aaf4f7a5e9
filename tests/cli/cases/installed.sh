#!/usr/bin/env bash
# An installed program finds its models, saved queries and tables of reference below PREFIX/share/coldfleet, whatever the current directory.
set -u
mkdir -p usr/bin usr/share/coldfleet elsewhere
cp "$(realpath "$(command -v coldfleet)")" usr/bin/coldfleet
cp -r "$ROOT/models" "$ROOT/analysis" "$ROOT/tests/reference" usr/share/coldfleet/
cd elsewhere || exit 1
../usr/bin/coldfleet doctor >out.txt || { cat out.txt; exit 1; }
grep -q 'models .*/usr/share/coldfleet/models$' out.txt || { cat out.txt; exit 1; }
grep -q 'saved queries .*/usr/share/coldfleet/analysis/queries$' out.txt || { cat out.txt; exit 1; }
../usr/bin/coldfleet verify sun >/dev/null || exit 1
../usr/bin/coldfleet run "$ROOT/scenarios/quickstart.yaml" -q || exit 1
../usr/bin/coldfleet query out/quickstart.db --saved coldest >/dev/null || exit 1
