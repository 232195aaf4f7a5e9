# Several scenarios: a database each, or one for all with -o.
$ coldfleet run -q scenarios/quickstart.yaml scenarios/small-capacitor.yaml --set duration=8d --set record.decisions=none; ls out
> quickstart.db
> quickstart.exec.db
> small-capacitor.db
> small-capacitor.exec.db
$ coldfleet run -q scenarios/quickstart.yaml scenarios/small-capacitor.yaml -o both.db --set duration=8d --set record.decisions=none; coldfleet query both.db --format csv 'SELECT run_id, scenario FROM run'
> run_id,scenario
> 1,quickstart
> 2,quickstart
> 3,small-capacitor
> 4,small-capacitor
$ coldfleet run -q scenarios/quickstart.yaml scenarios/quickstart.yaml -o both2.db
? 2
! error: two scenarios are named 'quickstart'; a database needs them distinct
