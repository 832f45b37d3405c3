"""Properties of pure water at 1 atm that activity and conductance need, as PHREEQC 3.7 computes them.

Equations and constants: USGS IPhreeqc, utilities.cpp, calc_rho_0 and calc_dielectrics (public domain), after
W. Wagner and A. Pruss 2002 (density of the saturated liquid, doi:10.1063/1.1461829) and D. J. Bradley and
K. S. Pitzer 1979 (dielectric constant, doi:10.1021/j100475a009). Valid from 0 to 100 degC.
"""

import math

import numpy as np

from calculations.portable import FloatArray, exp, log, power

ZERO_CELSIUS_K = 273.15
_CRITICAL_K = 647.096
_LN10 = 2.302585092994046
_AVOGADRO = 6.02252e23

_SATURATED_DENSITY = (  # coefficient, exponent of 1 - T/Tc
    (1.99274064, 1.0 / 3.0),
    (1.09965342, 2.0 / 3.0),
    (-0.510839303, 5.0 / 3.0),
    (-1.75493479, 16.0 / 3.0),
    (-45.5170352, 43.0 / 3.0),
    (-6.7469445e5, 110.0 / 3.0),
)
_COMPRESSION = (  # polynomials in degC; the terms of 1, p, p^2 and p^2.5
    (5.1880000e-02, -4.1885519e-04, 6.6780748e-06, -3.6648699e-08, 8.3501912e-11),
    (-6.0251348e-06, 3.6696407e-07, -9.2056269e-09, 6.7024182e-11, -1.5947241e-13),
    (-2.2983596e-09, -4.0133819e-10, 1.2619821e-11, -9.8952363e-14, 2.3363281e-16),
    (7.0517647e-11, 6.8566831e-12, -2.2829750e-13, 1.8113313e-15, -4.2475324e-18),
)


def density_kg_l(temperature_c: FloatArray) -> FloatArray:
    """Density of water [kg/L] at 1 atm."""
    kelvin = temperature_c + ZERO_CELSIUS_K
    distance = 1.0 - kelvin / _CRITICAL_K
    relative = np.ones_like(distance)
    coefficients, exponents = zip(*_SATURATED_DENSITY, strict=True)
    for coefficient, powered in zip(coefficients, power(distance, np.array(exponents)[:, None]), strict=True):
        relative += coefficient * powered
    saturation_atm = exp(11.6702 - 3816.44 / (kelvin - 46.13))
    above_atm = 1.0 - (saturation_atm - 1e-6)
    p0, p1, p2, p3 = (_horner(row, temperature_c) for row in _COMPRESSION)
    compression = above_atm * (p0 + above_atm * (p1 + above_atm * (p2 + np.sqrt(above_atm) * p3)))
    return (322.0 * relative + compression) / 1000.0


def dielectric_constant(temperature_c: FloatArray) -> FloatArray:
    """Relative permittivity of water at 1 atm (1.01325 bar)."""
    kelvin = temperature_c + ZERO_CELSIUS_K
    at_1000_bar = 342.79 * exp(kelvin * (-5.0866e-3 + kelvin * 9.469e-7))
    c = -2.0525 + 3115.9 / (kelvin - 182.89)
    b = -8032.5 + 4.2142e6 / kelvin + 2.1417 * kelvin
    return at_1000_bar + c * log((b + 1.01325) / (b + 1000.0))


def debye_hueckel(temperature_c: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A [(kg/mol)^0.5, for log10] and B [(kg/mol)^0.5 per angstrom] of the Debye-Hueckel equation."""
    kelvin = temperature_c + ZERO_CELSIUS_K
    e2_over_kt_cm = 1.671008e-3 / (dielectric_constant(temperature_c) * kelvin)
    per_cm = np.sqrt(8.0 * math.pi * _AVOGADRO * e2_over_kt_cm * density_kg_l(temperature_c) / 1000.0)
    return per_cm * e2_over_kt_cm / (2.0 * _LN10), per_cm * 1e-8


def _horner(coefficients: tuple[float, ...], x: FloatArray) -> FloatArray:
    result = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        result = result * x + coefficient
    return result
