# The tables of reference once more, at the accuracy that is asked for.
$ ln -s "$ROOT/tests" tests; coldfleet verify
> rows asked error curves 0.1 %
> sun zenith 720 0.01 deg <#> deg holds
> <...>
> thermal RC networks, temperatures <...> 1e-06 K <#> K holds
> <...>
> chip, 28 nodes, exponential <#> 1e-06 K <#> K holds
> <...>
> storage capacitor, time under a load 67 1e-08 <#> <#> holds
> <...>
> <#> of <#> hold.
$ coldfleet verify sun --format md
> | part | what | rows | asked | largest error | with curves as nodes have them |
> |---|---|--:|--:|--:|--:|
> | sun | zenith | 720 | 0.01 deg | <#> deg | |
> <...>
# A table that the program does not agree with.
$ rm tests; mkdir -p tests/reference; sed '2s/,99.6[0-9]*,99.6/,99.9,99.6/' "$ROOT/tests/reference/solar_points.csv" >tests/reference/solar_points.csv; coldfleet verify sun
? 4
> <...>
> sun zenith 720 0.01 deg 0.29 deg FAILS
> <...>
> 1 of 2 hold.
$ rm tests/reference/*; coldfleet verify sun
? 7
> <...>
! error: 'tests/reference/solar_points.csv' cannot be opened: No such file or directory
$ coldfleet verify tissu
? 2
! error: no part 'tissu' (did you mean 'tissue'?)
