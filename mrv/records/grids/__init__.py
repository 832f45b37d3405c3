"""Grids of climate and soil CO2 (CSV, GeoTIFF, NetCDF) made into the cells of the record `dissolution_grid`."""
