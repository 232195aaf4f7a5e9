# The catalogue is found by flag, by variable, or beside the program.
$ rm models; coldfleet validate scenarios/quickstart.yaml
> scenarios/quickstart.yaml: valid
$ COLDFLEET_MODELS=nowhere coldfleet validate scenarios/quickstart.yaml
? 7
! error: COLDFLEET_MODELS: nowhere is not a directory
$ coldfleet validate scenarios/quickstart.yaml --models nowhere
? 7
! error: --models: nowhere is not a directory
$ COLDFLEET_MODELS=nowhere coldfleet validate scenarios/quickstart.yaml --models "$ROOT/models"
> scenarios/quickstart.yaml: valid
$ mkdir empty; coldfleet validate scenarios/quickstart.yaml --models empty
? 3
! scenarios/quickstart.yaml:<#>:<#>: error: <...>
! <...>
