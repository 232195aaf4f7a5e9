#!/usr/bin/env bash
# Draws reports in a headless Chromium and looks at what came out: tests/report/check.sh PROGRAM
#
# Of each page: every chart is drawn and has marks, nothing is said on the console, nothing is asked of the network, the
# screenshot has ink, in light and dark, wide and narrow. Of the reports: the same database gives the same bytes, names of
# policies cannot become markup, a template of the user's own is drawn. The last line is "N passed, N failed".
# KEEP=DIR keeps pages and screenshots there. Needs chromium, sqlite3, node (which comes with npm) and build/web.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
program=$(realpath "${1:?program}")
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
[[ -n $browser ]] || { echo "no chromium found" >&2; exit 2; }
work=${KEEP:-$(mktemp -d)}
mkdir -p "$work"
work=$(realpath "$work")
[[ -n ${KEEP:-} ]] || trap 'rm -rf "$work"' EXIT
passed=0 failed=0

expect() { # WHAT COMMAND...
  local what=$1
  shift
  if "$@" >"$work/why" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $what"
    head -n 12 "$work/why" | cut -c1-300
  fi
}

browse() { # PAGE MORE...
  local page=$1
  shift
  # a profile of its own, and no name is ever resolved: whatever is asked for stays here
  "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --disable-default-apps --host-resolver-rules="MAP * ~NOTFOUND" \
    --user-data-dir="$work/profile" --virtual-time-budget=20000 --enable-logging=stderr --log-net-log="$work/net.json" \
    "$@" "file://$page" 2>"$work/stderr"
}

all_drawn() { # DOM CHARTS
  local boxes drawn
  boxes=$(grep -c '^<div class="chart"' "$1")
  drawn=$(grep '^<div class="chart"' "$1" | grep 'data-ready="ok"' | grep -cE 'data-marks="[1-9]')
  echo "$boxes charts, $drawn drawn, $2 expected"
  grep -q '^<html[^>]*data-ready="ok"' "$1" && [[ $boxes == "$2" && $drawn == "$2" ]]
}
silent() { ! grep CONSOLE "$work/stderr"; }
asks_nobody() { # what the browser itself asks for belongs to no page
  ! grep -E '_isolation_key":"(file:|data:)' "$work/net.json" | grep -oE '"url":"(https?|wss?|ftp):[^"]*'
}
inked() { node tests/report/ink.js "$1" 1; }

look() { # NAME PAGE CHARTS
  browse "$2" --window-size=1280,1000 --dump-dom >"$work/$1.dom"
  expect "$1: every chart is drawn" all_drawn "$work/$1.dom" "$3"
  expect "$1: the console stays empty" silent
  expect "$1: the network is asked for nothing" asks_nobody
}
photograph() { # NAME PAGE WIDTH HEIGHT
  rm -f "$work/$1.png"
  browse "$2" --window-size="$3,$4" --screenshot="$work/$1.png" >/dev/null
  expect "$1: the screenshot has ink" inked "$work/$1.png"
}
charts_in() { grep -c '^<div class="chart"' "$1"; }
same_again() { # DATABASE PAGE
  "$program" report "$1" -o "$work/again.html" && cmp "$2" "$work/again.html"
}
small() { [[ $(stat -c %s "$1") -lt 3000000 ]]; }

report() { # DATABASE PAGE MORE...
  local database=$1 page=$2
  shift 2
  expect "report of ${database##*/}" "$program" report "$database" -o "$page" "$@"
}

# ---- a run --------------------------------------------------------------------------------------------------------
"$program" run scenarios/quickstart.yaml --reps 3 -q --force -o "$work/run.db" || exit 1
report "$work/run.db" "$work/run.html"
expect 'run: below 3 MB' small "$work/run.html"
expect 'run: the same bytes again' same_again "$work/run.db" "$work/run.html"
expect 'run: nine charts or more' test "$(charts_in "$work/run.html")" -ge 9
look run "$work/run.html" "$(charts_in "$work/run.html")"
sed 's/<details class="data">/<details class="data" open>/; s/<html lang="en">/<html lang="en" data-theme="dark">/' \
  "$work/run.html" >"$work/dark.html"
look dark "$work/dark.html" "$(charts_in "$work/run.html")"
has_numbers() { [[ $(grep -oE '<td class="n">' "$1" | wc -l) -gt 500 ]]; }
expect 'dark: the numbers behind the charts' has_numbers "$work/dark.dom"
photograph light-wide "$work/run.html" 1280 3000
photograph dark-wide "$work/dark.html" 1280 3000
photograph light-narrow "$work/run.html" 390 3000
photograph dark-narrow "$work/dark.html" 390 3000
report "$work/run.db" "$work/one.html" --run 2 --title 'Run <2> & "no" other'
look one "$work/one.html" "$(charts_in "$work/one.html")"
expect 'one: the title is text' grep -q '<h1>Run &lt;2&gt; &amp; &quot;no&quot; other</h1>' "$work/one.html"

# ---- a sweep ------------------------------------------------------------------------------------------------------
"$program" sweep scenarios/plans/smallest-capacitor.yaml -o "$work/sweep" >/dev/null 2>&1 || exit 1
report "$work/sweep/results.db" "$work/sweep.html"
look sweep "$work/sweep.html" "$(charts_in "$work/sweep.html")"
expect 'sweep: over its axes' grep -q 'data-figure="axes"' "$work/sweep.html"
photograph sweep "$work/sweep.html" 1280 3000

# ---- hostile names ------------------------------------------------------------------------------------------------
cp "$work/run.db" "$work/hostile.db"
hostile='</script><img src=x onerror=alert(1)><!--'
sqlite3 "$work/hostile.db" "UPDATE run SET policy = '$hostile' WHERE policy = 'always-local'; UPDATE run SET scenario = 'a\"b<i>'"
report "$work/hostile.db" "$work/hostile.html"
look hostile "$work/hostile.html" "$(charts_in "$work/hostile.html")"
no_markup() { ! grep -F -e '<img' -e '</script><' "$1"; }
sed '/^<script>/,$d' "$work/hostile.html" >"$work/hostile.body"
expect 'hostile: no markup from names' no_markup "$work/hostile.body"

# ---- a template ---------------------------------------------------------------------------------------------------
mkdir -p "$work/template"
cat >"$work/template/1-mine.vl.json" <<'CHART'
{"usermeta": {"query": "mine", "title": "Mine", "question": "Loss?", "alt": "Bars of the loss of each policy."},
 "data": {"name": "rows"}, "mark": "bar",
 "encoding": {"y": {"field": "policy"}, "x": {"field": "loss", "type": "quantitative"}, "color": {"field": "policy"}}}
CHART
echo 'SELECT policy, avg(loss) AS loss FROM run GROUP BY policy' >"$work/template/mine.sql"
report "$work/run.db" "$work/template.html" --template "$work/template"
look template "$work/template.html" 1

# ---- what this test would miss, it does not miss --------------------------------------------------------------------
fails() { ! "$@"; }
sed -i 's/"mark": "bar"/"mark": "no such mark"/' "$work/template/1-mine.vl.json"
report "$work/run.db" "$work/broken.html" --template "$work/template"
browse "$work/broken.html" --dump-dom >"$work/broken.dom"
expect 'a chart that cannot be drawn is seen' fails all_drawn "$work/broken.dom" 1
expect 'what the console says is seen' fails silent
sed -e 's/<meta http-equiv="Content-Security-Policy"[^>]*>//' \
  -e 's|</header>|<img src="http://127.0.0.1:9/x.png"></header>|' "$work/run.html" >"$work/asking.html"
browse "$work/asking.html" --dump-dom >/dev/null
expect 'a request is seen' fails asks_nobody
sed 's|</header>|<script>document.title = "in"</script></header>|' "$work/run.html" >"$work/injected.html"
browse "$work/injected.html" --dump-dom >"$work/injected.dom"
expect 'a script that is not ours does not run' fails grep -q '<title>in</title>' "$work/injected.dom"

echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
