"""CO2 uptake of karst water: F(kappa), its lines, the baseline, and what is deducted."""
