"""A mock of the contract's part of Atlas: a world, a handler over it, and ways to reach the handler."""

from atlas_contract.mock.app import Mock
from atlas_contract.mock.clock import Clock, ManualClock, RealClock
from atlas_contract.mock.connection import exports
from atlas_contract.mock.control import Control
from atlas_contract.mock.handler import Handler
from atlas_contract.mock.scenario import Scenario, default_world, world_of
from atlas_contract.mock.scenario_file import read_scenario
from atlas_contract.mock.server import is_everywhere, listening, running, serve, serve_on
from atlas_contract.mock.transport import AsyncHandlerTransport, HandlerTransport
from atlas_contract.mock.world import World

__all__ = [
    "AsyncHandlerTransport",
    "Clock",
    "Control",
    "Handler",
    "HandlerTransport",
    "ManualClock",
    "Mock",
    "RealClock",
    "Scenario",
    "World",
    "default_world",
    "exports",
    "is_everywhere",
    "listening",
    "read_scenario",
    "running",
    "serve",
    "serve_on",
    "world_of",
]
