"""The suite's fixtures and options come from the toolkit; this file only hands them to pytest."""

from atlas_contract.runner.plugin import *  # noqa: F403
