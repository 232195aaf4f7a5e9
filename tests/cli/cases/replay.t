# A node's story out of a database that recorded nothing of it.
$ coldfleet run scenarios/small-capacitor.yaml -q -o a.db --set 'record={fleet_every: 0 s, nodes: false, decisions: none, power_events: false}' --set duration=3d --set 'assert={}'
$ coldfleet query a.db --format csv 'SELECT (SELECT count(*) FROM node), (SELECT count(*) FROM power_event), (SELECT count(*) FROM decision) FROM run LIMIT 1' | tail -n 1
> 0,0,0
$ coldfleet replay a.db --run 1
> run 1 of a.db: small-capacitor, always-local, replication 0, 3 d from 2026-03-01
>   sensors: 20 nodes, <#> decisions (<#> % right, 0.0 % asked), loss <#>, <#> J used, <#> brown-outs, down <#> %, at most <#> degC
> Digest <...>, as stored: the same run.
$ coldfleet replay a.db --run 1 --node 1 --from '2026-03-01T04:30' --to 12.4h | head -n 12
> run 1 of a.db: small-capacitor, always-local, replication 0, 3 d from 2026-03-01
> node 1, of sensors
>
> 2026-02-28  stored [<...>] <#> % to 90.0 %
>   local time   stored  degC +K air  what happened, and the joules since the line before
>   23:12:41.8   <#> %    <#>  <#>  senses, expects the event with <#> %  <...> mJ
>   23:12:42.0   <#> %    <#>  <#>  thinks: small sense <#> mJ
>   23:12:42.0   <#> %    <#>  <#>  small: no event, sure: <#> %, <#> nats  think <#> uJ
>   23:12:42.0   <#> %    <#>  <#>  reports no event, right: <#> mJ, surprise <#>, <#> nats
>   23:17:49.5   <#> %    <#>  <#>  senses, expects the event with <#> %  <...> mJ
>   23:17:49.6   <#> %    <#>  <#>  browns out, <#> mJ short  sense <#> mJ
>   23:17:49.6   <#> %    <#>  <#>  loses the decision
# What is told sums to the node's ledger, and a day without a line has no head.
$ coldfleet replay a.db --run 1 --node 1 | sed -n '/ samples unseen, /,$p'
> <#> events, <#> decisions (<#> % right), <#> samples unseen, 3 brown-outs, <#> nats gained
> Where the joules went:
>   harvest      <#> <...>J
>   spilled      <#> <...>J
>   stored       <#> <...>J
>   converter    <#> <...>J  <#> % of what was used
>   leakage      <#> <...>J  <#> % of what was used
>   esr          <#> <...>J  <#> % of what was used
>   sleep        <#> <...>J  <#> % of what was used
>   sense        <#> <...>J  <#> % of what was used
>   think        <#> <...>J  <#> % of what was used
>   decide       <#> <...>J  <#> % of what was used
>   boot         60.0 mJ  <#> % of what was used
> The story closes: its joules and nats are those of the node's books, exactly.
> Digest <...>, as stored: the same run.
$ coldfleet replay a.db --run 1 --node 1 --from 1d --to 1.1d | grep -c '^20'
> 1
# Rows for other programs; however they are cut, they sum to the same.
$ coldfleet replay a.db --run 2 --node 1 --format csv >all.csv; head -n 1 all.csv
> t_s,local_date,local_time,event,words,stored_j,stored_share,die_degc,over_air_k,p_event,tier,truth,answer,correct,on_time,loss,energy_j,latency_s,surprise_nats,gained_nats,energy_harvest_j,energy_spilled_j,energy_stored_j,energy_converter_j,energy_leakage_j,energy_esr_j,energy_silicon_j,energy_aged_j,energy_sleep_j,energy_sense_j,energy_think_j,energy_decide_j,energy_radio_tx_j,energy_radio_rx_j,energy_boot_j,energy_checkpoint_j
$ coldfleet replay a.db --run 2 --node 1 --format csv --decisions >decisions.csv; cut -d, -f4 decisions.csv | sort -u
> ends
> event
> reports
$ for f in all decisions; do sqlite3 :memory: ".import --csv $f.csv s" "SELECT printf('%.9f', sum(energy_sense_j + energy_harvest_j)) FROM s"; done | uniq | wc -l
> 1
$ coldfleet replay a.db --run 2 --node 1 --to 1h --format md | sed -n '1,3p'
> | local time | stored | die, degC | over air, K | what happened | joules since the row before |
> |---|---|---|---|---|---|
> | 2026-02-28 18:40:12.0 | 90.0 % | <#> | +0.00 | the run begins |  |
$ coldfleet replay a.db --run 2 --node 1 --to 1h --json | python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["same"], d["digest"] == d["digest_stored"], abs(sum(e["energy_sense_j"] for e in d["events"]) - d["sums"]["energy_j"]["sense"]) < 1e-12)'
> True True True
$ coldfleet replay a.db --run 2 --json | python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["groups"][0]["grp"], d["groups"][0]["nodes"])'
> sensors 20
# What cannot be asked.
$ coldfleet replay a.db
? 2
! error: which run? --run R names one (`coldfleet query a.db 'SELECT run_id, policy FROM run'` lists them)
$ coldfleet replay a.db --run 3
? 2
! error: a.db: there is no run 3; its runs are 1 to 2
$ coldfleet replay a.db --run 1 --node 20
? 2
> <...>
! error: there is no node 20: the fleet's are 0 to 19
$ coldfleet replay a.db --run 1 --from 1d
? 2
! error: --from, --to and --decisions belong to the story of a node: add --node N
$ coldfleet replay a.db --run 1 --node 1 --from 2d --to 1d
? 2
! error: --from lies behind --to: nothing is left of the story
$ coldfleet replay a.db --run 1 --node 1 --from noon
? 2
! error: --from takes a time since the start like '3 d', or an instant like 2026-03-04T06:00, not 'noon'
$ coldfleet replay a.db --run 1 --format csv
? 2
! error: --format csv is for the story of a node: add --node N
$ coldfleet replay none.db --run 1
? 7
! error: none.db: there is no such file
$ coldfleet replay a.db --run 1 -o a.db --force -q
? 2
> run 1 of a.db: <...>
! error: a.db: is what is being replayed; give another name
