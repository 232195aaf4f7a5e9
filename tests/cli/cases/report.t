# Without the libraries that draw charts there is no report, and one is told what to do. (A folder that holds none of them
# stands for a build without npm; tests/report draws real ones.)
$ coldfleet run scenarios/quickstart.yaml -q --reps 2
$ mkdir web && COLDFLEET_WEB=web coldfleet report out/quickstart.db
? 7
! error: web/vega.min.js: No such file or directory
$ COLDFLEET_WEB=nowhere coldfleet report out/quickstart.db
? 7
! error: COLDFLEET_WEB: nowhere is not a directory
$ ls out
> quickstart.db
> quickstart.exec.db
$ for name in vega vega-lite vega-embed; do echo 'f()' >web/$name.min.js; done; echo free >web/licences.txt
# The page lies beside the database; its path is the only thing on stdout.
$ COLDFLEET_WEB=web coldfleet report out/quickstart.db
> out/quickstart.html
! <#> figures, <#> MB
$ head -c 15 out/quickstart.html
> <!doctype html>
$ COLDFLEET_WEB=web coldfleet report out/quickstart.db --run 1 --title 'Only one' -o one.html 2>/dev/null && grep -c '<h1>Only one</h1>' one.html
> one.html
> 1
$ COLDFLEET_WEB=web coldfleet report out/quickstart.db --run 1 -o one.html 2>&1 >/dev/null | tail -n 1
> <#> left out for want of data; the page says which and why
# The same database gives the same bytes, and an earlier report may be replaced; nothing else may.
$ COLDFLEET_WEB=web coldfleet report out/quickstart.db -o again.html 2>/dev/null && cmp out/quickstart.html again.html
> again.html
$ COLDFLEET_WEB=web coldfleet report out/quickstart.db -o again.html 2>/dev/null
> again.html
$ COLDFLEET_WEB=web coldfleet report out/quickstart.db -o out/quickstart.db
? 7
! error: out/quickstart.db: exists and is no report of coldfleet; remove it, or name another file with -o
$ COLDFLEET_WEB=web coldfleet report out/quickstart.db --run 99 -o x.html
? 2
! error: out/quickstart.db has no run 99
$ ls x.html*
? 2
! <...>
$ COLDFLEET_WEB=web coldfleet report none.db
? 7
! error: none.db: there is no such file
$ COLDFLEET_WEB=web coldfleet report out/quickstart.db --template nowhere
? 2
! error: --template: nowhere is not a directory
# A template with a mistake is told where.
$ mkdir mine && echo '{"usermeta": {"query": "mine", "title": "T", "question": "Q", "alts": "A"}, "mark": "bar"}' >mine/1-a.vl.json; COLDFLEET_WEB=web coldfleet report out/quickstart.db --template mine
? 3
! mine/1-a.vl.json:1:<#>: error: unknown key 'alts' in 'usermeta' (did you mean 'alt'?)
! <...>
$ sed -i 's/alts/alt/' mine/1-a.vl.json; COLDFLEET_WEB=web coldfleet report out/quickstart.db --template mine
? 2
! error: there is no saved query 'mine'
! error: mine/1-a.vl.json: its query 'mine' cannot be used
$ echo 'SELECT policy, loss FROM run' >mine/mine.sql; COLDFLEET_WEB=web coldfleet report out/quickstart.db --template mine -o mine.html
> mine.html
! 1 figure, <#> MB
$ COLDFLEET_WEB=web coldfleet report
? 2
! error: an argument is missing
! usage: coldfleet report <...>
