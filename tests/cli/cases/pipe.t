# A full disk behind stdout is an error; colours never reach a file.
$ coldfleet help --all >/dev/full
? 7
! error: <...>
$ NO_COLOR= TERM=xterm coldfleet help | grep -c "$(printf '\033')"
? 1
> 0
