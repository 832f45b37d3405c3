"""The computations of the methodologies, a module each; a version's TOML names its procedure.

    inventory.py               karst-flux-1               KCS-INV 1, KCS-ENH-BACI 1.0
    full_chemistry.py          karst-flux-2               none yet: the next version of an inventory
    enhancement.py             karst-enhancement-2        KCS-ENH-BACI 1.1
    downstream_retention.py    downstream-retention-1     KCS-NET
    aquatic_photosynthesis.py  aquatic-photosynthesis-1   KCS-AQUA
    allogenic_irrigation.py    allogenic-irrigation-1     KCS-ALLO
    carbonate_powder.py        carbonate-powder-1         KCS-POWDER
    potential_dissolution.py   potential-dissolution-1    KCS-MPD
    limestone_tablets.py       limestone-tablets-1        KCS-TAB

A procedure is a function (bundle, methodology, tell) -> Result without an engine version. Once a version that names
it is published it never gives other bytes again: a changed formula is a procedure with the next number.
`requirements` says what parameters each asks of a version, `registry` which function it is.
"""
