"""From stage to discharge and from samples to loads.

rating, gaugings          one power law from gaugings, and its sealed record
segments, segment_fitting power laws between breaks, and how many the gaugings speak for
weirs                     V-notch and rectangular
history                   validity in time, shifts, what ran beyond the gaugings
gap_filling               short gaps, conditional interpolation, regression on stage
load_estimators           continuous, interpolation, Beale, log-log
recession                 recessions, the store behind them, the slow part of the flow
"""
