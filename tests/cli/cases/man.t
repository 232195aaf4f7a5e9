# Pages of the manual, as source.
$ coldfleet man --list | grep -c '^coldfleet.*[.][15]$' >n; test $(cat n) -ge 25; coldfleet man --list | head -n 2
> coldfleet.1
> coldfleet-run.1
$ coldfleet man | head -n 2
> .TH COLDFLEET 1 <...>
> .SH NAME
$ coldfleet man coldfleet-probe-pv.1 | sed -n 3p
> coldfleet\-probe\-pv \- <...>
$ coldfleet man docter
? 2
! error: no page 'docter' (did you mean 'doctor'?)
# Every command that help lists has a page.
$ for c in $(coldfleet help --all | sed -n '/^Commands/,/^Start/s/^  \([a-z]*\) .*/\1/p'); do coldfleet man --list | grep -qx "coldfleet-$c.1" || echo $c; done
