#!/usr/bin/env bash
# docs/validation.md shows what `verify` prints.
set -u
ln -s "$ROOT/tests" tests
coldfleet verify --format md >now.md || exit 1
sed -n '/^| part | what/,/^$/p' "$ROOT/docs/validation.md" | sed '/^$/d' >shown.md
[ -s shown.md ] || { echo "no table of verify in docs/validation.md"; exit 1; }
diff shown.md now.md
