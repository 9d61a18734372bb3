"""One exchange as the checks see it: taken out of its envelope, read once, with what the contract says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl

from atlas_contract.checks.facts import Facts
from atlas_contract.checks.reading import media_type
from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge, read_json
from atlas_contract.dates import http_second
from atlas_contract.model import Content, Exchange, Gap, Operation, Reply, ReplyRule

_NONCE = re.compile(r'nonce="([^"]*)"')


class Topic(Enum):
    """What a moment can be about, beside what every one is."""

    REFUSAL = auto()  # of the kind that a behaviour states
    TAKEN = auto()  # a snapshot that was asked for and granted
    LIST = auto()
    SNAPSHOTS = auto()


class Moment:
    """An exchange between the caller and the target, as it came and as it is meant.

    `status` and `value` are what the reply says once its envelope is taken off; `value` is None where there is no
    body, or none that is JSON: then `unreadable` says why.
    """

    def __init__(self, exchange: Exchange, judge: Judge, facts: Facts) -> None:
        self.exchange = exchange
        self.case = exchange.case
        self.reply: Reply = exchange.reply
        self.judge = judge
        self.facts = facts
        self.contract: Contract = judge.contract
        self.operation: Operation = judge.contract.operations[exchange.case.operation]
        self.succeeded = exchange.reply.succeeded  # by the status on the wire
        self.headers: Mapping[str, str] = {
            name.lower(): value for name, value in reversed(exchange.reply.headers)
        }
        """The first value of each reply header, by its name in lower case."""
        self.header_names = tuple(self.headers)
        self.query = _query(exchange.request.target)
        self.unreadable = ""
        self.parsed = self._parsed()
        wrapped = self.wants("envelope") or Gap.QUERY in exchange.gaps
        self.envelope = self._envelope() if wrapped else None
        self.status, self.value = self._content()
        self.rule: ReplyRule | None = self.operation.replies.get(self.status)
        self.content = self._content_rule()
        """What the contract says of the body: of its media type, else of the first one; None where it knows none."""
        self._read()

    def _read(self) -> None:
        """Read what nearly every check asks for."""
        arguments, depth = tuple(self.case.path.values()), self.facts.depth
        self.place = arguments[:depth]
        """Project id and cluster name, as far as the path has them."""
        self.snapshot = arguments[depth] if len(arguments) > depth else ""
        """The id in the path, "" where the path has none."""
        self.second = http_second(self.header("Date"))
        """When the reply was sent, by the target's own Date."""
        self.is_about_snapshots = self.operation.id in self.facts.follows and not self.case.method
        """Whether the operation is one whose success is about snapshots, and was asked by its own method."""
        document = self.value if self.succeeded and isinstance(self.value, dict) else None
        self.took = document is not None and self.operation.id == self.facts.take
        """Whether a snapshot was asked for and granted."""
        self.level = self._level()
        """Capacity and what is left of the token bucket, if the reply tells both."""
        self.items = self._items()
        """The items of a list reply, None where this is none."""
        self.snapshots = self._snapshots() if document is not None and self.is_about_snapshots else []
        """The snapshots that a success shows, with their ids."""
        self.topics = _topics(
            bool(self.case.refusal), self.took, self.items is not None, bool(self.snapshots)
        )

    def knows(self, gap: Gap) -> bool:
        """Whether something that a recorder may have left out is known."""
        return gap not in self.exchange.gaps

    def header(self, name: str) -> str | None:
        """The first value of a reply header, or None."""
        return self.headers.get(name.lower())

    def wants(self, flag: str) -> bool:
        """Whether a boolean query flag was sent as true."""
        return self.query.get(flag) == "true"

    @cached_property
    def asked(self) -> Mapping[str, Any] | None:
        """The request's body, None where it is not known or is no JSON object."""
        try:
            body = read_json(self.exchange.request.body)
        except ValueError:
            return None
        return body if isinstance(body, dict) else None

    @property
    def is_whole_list(self) -> bool:
        """Whether the reply lists everything there is: all of one page, counted."""
        if self.items is None or not self.succeeded or not isinstance(self.value, dict):
            return False
        if self.operation.id in self.facts.sharded_reads:
            return False
        total = self.value.get("totalCount")
        first = self.query.get("pageNum", "1") == "1"
        return first and type(total) is int and total <= len(self.items)

    def _level(self) -> tuple[int, int] | None:
        names = self.facts.values("rate-limit")["headers"]
        limit, left = self.header(names["limit"]), self.header(names["remaining"])
        if limit is None or left is None or not (limit.isdecimal() and left.isdecimal()):
            return None
        return (int(limit), int(left)) if len(limit) + len(left) < 40 else None  # noqa: PLR2004  digits

    @property
    def nonce(self) -> str:
        """The nonce of a digest challenge, "" where there is none."""
        challenge = self.header("WWW-Authenticate")
        found = _NONCE.search(challenge) if challenge else None
        return found[1] if found else ""

    def _content_rule(self) -> Content | None:
        contents = self.rule.contents if self.rule else ()
        sent = media_type(self.header("Content-Type"))
        for content in contents:
            if content.media_type.lower() == sent:
                return content
        return contents[0] if contents else None

    def _items(self) -> list[Any] | None:
        found = self.value.get(self.facts.list_key) if isinstance(self.value, dict) else None
        return found if isinstance(found, list) else None

    def _snapshots(self) -> list[tuple[str, Mapping[str, Any]]]:
        found = [self.value] if self.items is None else self.items
        documents = (each for each in found if isinstance(each, dict))
        return [(each["id"], each) for each in documents if isinstance(each.get("id"), str)]

    def _parsed(self) -> Any:
        if not self.reply.body or not self.reply.status:
            return None
        try:
            return read_json(self.reply.body)
        except ValueError as error:
            self.unreadable = str(error)[:120]
            return None

    def _envelope(self) -> Mapping[str, Any] | None:
        keys = self.facts.values("envelope-layout")
        body = self.parsed
        if not isinstance(body, dict) or keys["statusKey"] not in body:
            return None
        single = set(body) == {keys["contentKey"], keys["statusKey"]}
        return body if single or keys["listKey"] in body else None

    def _content(self) -> tuple[int, Any]:
        if self.envelope is None:
            return self.reply.status, self.parsed
        keys = self.facts.values("envelope-layout")
        told = self.envelope[keys["statusKey"]]
        status = told if type(told) is int else self.reply.status
        if keys["contentKey"] in self.envelope:
            return status, self.envelope[keys["contentKey"]]
        return status, {key: value for key, value in self.envelope.items() if key != keys["statusKey"]}


def _query(target: str) -> Mapping[str, str]:
    """The query as it was sent."""
    query = target.partition("?")[2]
    return dict(parse_qsl(query, keep_blank_values=True)) if query else {}


@lru_cache(maxsize=16)
def _topics(*present: bool) -> frozenset[Topic]:
    return frozenset(topic for topic, there in zip(Topic, present, strict=True) if there)
