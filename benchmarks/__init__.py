"""Measurements; figures are ratios within one run, never absolute claims."""
