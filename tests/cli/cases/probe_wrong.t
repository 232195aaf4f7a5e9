# What is wrong is told with its place, and with what the part needs; good rows come out all the same.
$ printf 'lat_dg,lon_deg\n1,2\n' | coldfleet probe sun
? 3
! standard input:1:1: error: there is no column 'time_utc'
! <...>
! standard input:1:1: error: there is no column 'lat_deg', but 'lat_dg': is that meant?
! <...>
! standard input:1:1: error: probe sun needs the columns time_utc, lat_deg, lon_deg
! <...>
$ printf 'time_utc,lat_deg,lon_deg\n2026-01-01T12:00:00Z,95,3\n2026-01-01T12:00:00Z,45,8\n' >t.csv; coldfleet probe sun t.csv | cut -d, -f1-3
> time_utc,lat_deg,lon_deg
> 2026-01-01T12:00:00Z,45,8
! t.csv:2:22: error: lat_deg must be within -90 and 90, not 95
! <...>
$ coldfleet probe
? 2
! error: what is to be probed? (`coldfleet probe --help` lists the parts)
$ coldfleet probe teh
? 2
! error: no part 'teh' <...>
$ coldfleet probe son
? 2
! error: no part 'son' (did you mean 'sun'?)
$ coldfleet probe sun nofile.csv
? 7
! error: 'nofile.csv' cannot be opened: No such file or directory
$ coldfleet probe pv --model hay
? 2
! error: --model is isotropic, haydavies or perez, not 'hay'
$ coldfleet probe storage --tolerance 0
? 2
! error: --tolerance must be within 1e-13 and 0.1, not 0
$ coldfleet probe thermal --network n.csv
? 2
! error: --network with --at or --crossings; or <...>
$ printf 'case,C_F,load_W_or_p0,V0_V,Vth_terminal_V_or_horizon_s\nheat,2,1,5,3\n' | coldfleet probe storage
? 3
> <...>
! standard input:2:1: error: the case is esr_const_power_leak or pwl_power_leak
! <...>
$ coldfleet help probe sun | head -n 1
> coldfleet probe sun: where the sun stands
$ coldfleet help probe moon
? 2
! error: probe has no part 'moon'
$ coldfleet probe storage --model supercap-5w --power 1mW --off 2V
? 3
! error: no storage model 'supercap-5w' <...> (did you mean 'supercap-5v'?): <...>
$ coldfleet probe storage --model supercap-5v --power 100W --off 2V
? 3
! error: a load of 100 W collapses the voltage before turn-off at 2 V <...>
$ coldfleet probe storage --model supercap-5v
? 2
! error: --model goes with --power and --off, and with no table
$ coldfleet probe storage --off 2V
? 2
! error: --power, --off, --ambient and --models go with --model
