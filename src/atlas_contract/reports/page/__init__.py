"""The report page: one self-contained HTML file, made of a run's JSON document and of nothing else."""

from atlas_contract.reports.page.render import render

__all__ = ["render"]
