"""A mock of the contract's part of Atlas: a world, a handler over it, and ways to reach the handler."""

from atlas_contract.mock.app import Mock
from atlas_contract.mock.clock import Clock, ManualClock, RealClock
from atlas_contract.mock.connection import exports
from atlas_contract.mock.handler import Handler
from atlas_contract.mock.server import listening, running, serve, serve_on
from atlas_contract.mock.transport import AsyncHandlerTransport, HandlerTransport
from atlas_contract.mock.world import World, default_world

__all__ = [
    "AsyncHandlerTransport",
    "Clock",
    "Handler",
    "HandlerTransport",
    "ManualClock",
    "Mock",
    "RealClock",
    "World",
    "default_world",
    "exports",
    "listening",
    "running",
    "serve",
    "serve_on",
]
