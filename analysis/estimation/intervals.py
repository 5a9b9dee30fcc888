"""Intervals and tests for shares, as functions of a share and its effective number of respondents. Shares are 0-1."""

from __future__ import annotations

from math import erfc, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Z95 = NormalDist().inv_cdf(0.975)


def wilson(share: ArrayLike, n: ArrayLike, z: float = Z95) -> tuple[Floats, Floats]:
    """Lower and upper limit of Wilson's score interval (Wilson 1927), `n` the effective number; NaN where n is 0."""
    p, m = np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = z * z / m
        centre = p + spread / 2
        half = z * np.sqrt(p * (1 - p) / m + spread / (4 * m))
        lower, upper = (centre - half) / (1 + spread), (centre + half) / (1 + spread)
    # exact at the ends, where rounding would leave a stray 1e-17
    lower, upper = np.where(p == 0, 0.0, lower), np.where(p == 1, 1.0, upper)
    nobody = ~(m > 0)
    return np.where(nobody, np.nan, lower), np.where(nobody, np.nan, upper)


def newcombe(share: ArrayLike, n: ArrayLike, other: ArrayLike, n_other: ArrayLike) -> tuple[Floats, Floats]:
    """95 % interval of share - other from the two Wilson intervals (Newcombe 1998, method 10)."""
    p, q = np.asarray(share, dtype=np.float64), np.asarray(other, dtype=np.float64)
    low, high = wilson(p, n)
    low_other, high_other = wilson(q, n_other)
    difference = p - q
    return (
        difference - np.hypot(p - low, high_other - q),
        difference + np.hypot(high - p, q - low_other),
    )


def pooled_z(share: ArrayLike, n: ArrayLike, other: ArrayLike, n_other: ArrayLike) -> Floats:
    """Score statistic for equal shares, pooled by effective n; NaN where both are 0 or both are 1."""
    p, m = np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64)
    q, k = np.asarray(other, dtype=np.float64), np.asarray(n_other, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        pool = (p * m + q * k) / (m + k)
        z = (p - q) / np.sqrt(pool * (1 - pool) * (1 / m + 1 / k))
    same_end = ((p == 0) & (q == 0)) | ((p == 1) & (q == 1))
    return np.where(same_end | ~np.isfinite(z), np.nan, z)


def two_sided_p(z: ArrayLike) -> Floats:
    """Two-sided p-value of a standard normal statistic; NaN stays NaN."""
    values = np.asarray(z, dtype=np.float64)
    flat = [erfc(abs(value) / sqrt(2)) for value in values.ravel().tolist()]
    return np.array(flat, dtype=np.float64).reshape(values.shape)
