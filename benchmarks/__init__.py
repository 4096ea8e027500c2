"""Measurements under the real engine; figures are ratios within one run, never absolute claims."""
