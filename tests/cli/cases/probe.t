# One question to one part of the physics: a table in, a table out.
$ printf 'site,extra,lat_deg,lon_deg,time_utc,alt_m\na,1,36.1,-79.8,2026-03-20T12:00:00Z,270\n' | coldfleet probe sun
> site,lat_deg,lon_deg,time_utc,alt_m,zenith_deg,apparent_zenith_deg,azimuth_deg,eot_min,dni_extra_spencer_wm2,airmass_rel_kastenyoung,airmass_abs
> a,36.1,-79.8,2026-03-20T12:00:00Z,270,83.30<#>,83.17<#>,94.97<#>,-7.45<#>,1377.68<#>,7.90<#>,7.65<#>
# What is not defined is empty: the airmass at night, and what follows from an empty cell.
$ printf 'time_utc,lat_deg,lon_deg\n2026-03-20T00:00:00Z,0,0\n2026-03-20T12:00:00Z,0,\n' | coldfleet probe sun -
> <...>
> 2026-03-20T00:00:00Z,0,0,<#>,<#>,<#>,<#>,<#>,,
> 2026-03-20T12:00:00Z,0,,,,,,,,
# A table of days in place of instants; the northern summer has a sun that stays up.
$ printf 'utc_day,lat_deg,lon_deg,tilt_deg,surf_azimuth_deg\n2026-06-21,70,25,0,180\n' | coldfleet probe sky | cut -d, -f6-
> ghi_ineichen_whm2,ghi_haurwitz_whm2,poa_iso_whm2,poa_max_wm2,minutes_sun_up
> <#>,<#>,<#>,<#>,1440
$ printf 'utc_day,lat_deg,lon_deg\n2026-06-21,70,25\n2026-03-20,45,8\n' | coldfleet probe riseset
> utc_day,lat_deg,lon_deg,sunrise,transit,sunset
> 2026-06-21,70,25,,2026-06-21T10:21:<...>Z,
> 2026-03-20,45,8,2026-03-20T05:31:<...>Z,2026-03-20T11:35:<...>Z,2026-03-20T17:40:<...>Z
# An equator noon: the panel faces the beam. Without air and wind no temperature.
$ printf 'time_utc,lat_deg,lon_deg,tilt_deg,surf_azimuth_deg,dni_wm2,dhi_wm2\n2026-03-20T12:07:00Z,0,0,0,180,900,0\n' | coldfleet probe pv | cut -d, -f10,17
> poa_iso_direct_wm2,tcell_faiman_c
> 899.9<...>,
# A load without resistance or leakage takes its time: energy over power.
$ printf 'case,C_F,load_W_or_p0,V0_V,Vth_terminal_V_or_horizon_s\nesr_const_power_leak,2,0.5,5,3\npwl_power_leak,2,-1,5,16\npwl_power_leak,2,-1,5,26\n' | coldfleet probe storage | cut -d, -f1,7,8
> case,ran_empty_s,result_t_s_or_V
> esr_const_power_leak,,32
> pwl_power_leak,,3
> pwl_power_leak,<#>,-1
# One node over one resistance: an exponential; its crossing a logarithm; what it never reaches -1.
$ printf 'net,n,kind,i,j,value\na,1,C,0,,10\na,1,g_amb,0,,2\na,1,P,0,,20\na,1,T0,0,,25\n' >n.csv; printf 'net,node,threshold_C\na,0,30\na,0,36\n' | coldfleet probe thermal --network n.csv --crossings -
> net,node,threshold_C,first_crossing_s_or_-1
> a,0,30,3.46573590<...>
> a,0,36,-1
$ printf 'net,node,t_s\na,0,5\na,0,1e6\n' | coldfleet probe thermal --network n.csv --at - --ambient '25 degC'
> net,node,t_s,T_C
> a,0,5,31.3212055<...>
> a,0,1e6,<#>
# The same as matrices under a power trace, in kelvin.
$ echo 2 >g.csv; echo 10 >c.csv; printf 'chip\n20\n20\n' >p.ptrace; coldfleet probe thermal --conductance g.csv --capacitance c.csv --power p.ptrace --interval '5 s' --ambient 298.15K
> node_0_k
> 304.4712055<...>
> 306.796647<...>
# Leakage: a resistance that is too large for it.
$ printf 'Ta_C,R_KperW,Pdyn_W,Pleak0_W,T0_C,beta_perK\n25,8,1,0.1,25,0.03\n25,80,1,0.1,25,0.03\n' | coldfleet probe leakage | cut -d, -f7,8
> runaway,Tsteady_C
> 0,<#>
> 1,nan
# Ageing goes on from row to row.
$ printf 'temp_c,charge_share,span_s\n25,0.6,1e6\n25,0.6,3e6\n' | coldfleet probe ageing | cut -d, -f5
> calendar_loss_share
> 0.00303<...>
> 0.00606<...>
$ printf 'kind,wind_ms,area_m2,power_coefficient,cut_in_ms,rated_ms\nwind,4,0.5,0.3,2,10\nwind,4,0.5,,2,10\n' | coldfleet probe harvest
? 3
> <...>
> wind,4,0.5,0.3,2,10,5.88<...>,
! standard input:3:1: error: wind needs power_coefficient
! <...>
# The same network as YAML, with names and units.
$ printf 'a:\n  nodes: {chip: {capacity: 10 J/K, to_air: 2 W/K, power: 20 W, start: 25 degC}}\n' >n.yaml; printf 'net,node,t_s\na,0,5\n' | coldfleet probe thermal --network n.yaml --at -
> net,node,t_s,T_C
> a,0,5,31.3212055<...>
# A store of the catalogue from full to off: 21 rows, the last at the turn-off voltage and what its resistance takes.
$ coldfleet probe storage --model supercap-5v --power 10mW --off 2.4V >curve.csv; wc -l <curve.csv; sed -n '1,2p;$p' curve.csv
> 22
> t_s,stored_j,charge_share,open_v
> 0,5.875,1,5
> 451.<#>,1.354<#>,0.480<#>,2.4008<#>
$ coldfleet probe storage --model models/storage/li-socl2-d.yaml --power 10mW --off 2V | tail -n 1
> <#>,<#>,<#>,3.67
