"""Where things lie: county outlines, coordinates of phones, distances; coordinates are CGCS2000 longitude, latitude."""
