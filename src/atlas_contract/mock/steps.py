"""The checks a request goes through, by the names that the contract's check order gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge
from atlas_contract.errors import BadInput
from atlas_contract.mock.bodies import Bodies
from atlas_contract.mock.call import Call, Refusal, Success
from atlas_contract.mock.limits import Buckets, Level
from atlas_contract.mock.login import Login
from atlas_contract.mock.operations import Operations
from atlas_contract.mock.targets import Target
from atlas_contract.mock.versions import Versions, template_pattern
from atlas_contract.mock.world import Cluster, Member, World
from atlas_contract.model import Operation, Place

Step: TypeAlias = Callable[[Call], Success | Refusal | None]

CALLER = "127.0.0.1"  # where every caller is taken to be; a request does not say where it comes from
MOST_SEEN = 64  # media types that are known to be JSON without looking again
_MALFORMED = {
    "groupId": "project-id-malformed",
    "clusterName": "cluster-name-malformed",
    "snapshotId": "snapshot-id-malformed",
}


class Steps:
    """Every check as a method; each ends the call, or lets it go on by returning None."""

    def __init__(
        self,
        contract: Contract,
        world: World,
        *,
        judge: Judge,
        login: Login,
        operations: Operations,
    ) -> None:
        self._contract = contract
        self._world = world
        self._judge = judge
        self._login = login
        self._operations = operations
        self._bodies = Bodies(contract, judge)
        self._versions = Versions(contract)
        self._json_types = [
            template_pattern(each) for each in contract.behaviour("media-type-not-json").values["takes"]
        ]
        self._json_seen: set[str] = set()
        self.longest_body = int(contract.behaviour("body-too-large").values["maximumBytes"])
        self._allow = contract.behaviour("method-not-allowed").values["allow"]
        limit = contract.behaviour("rate-limit").values
        self._retry_after: str = limit["headers"]["retryAfter"]
        self._buckets = Buckets(limit["capacity"], limit["refill"], limit["periodSeconds"], world.levels)
        self._token_limit = contract.behaviour("token-rate-limited").values
        requests = self._token_limit["requests"]
        self._token_buckets = Buckets(requests, requests, self._token_limit["minutes"] * 60, world.levels)
        self._header_rules = {
            each.id: each.parameters_in(Place.HEADER) for each in contract.operations.values()
        }
        order = _order(contract, self._by_name())
        self._steps = {
            (each.id, routed): self._in_order(order, each, routed=routed)
            for each in contract.operations.values()
            for routed in (True, False)
        }

    def of(self, target: Target) -> Sequence[Step]:
        """The checks for a target, in the contract's order; those that could refuse nothing there are left out."""
        return self._steps[target.rules.id, target.operation is not None]

    def _by_name(self) -> Mapping[str, Step]:
        return {
            "authentication": self._authentication,
            "access-list": self._access_list,
            "version": self._version,
            "routing": self._routing,
            "path-ids": self._path_ids,
            "project": self._project,
            "role": self._role,
            "rate-limit": self._rate_limit,
            "cluster": self._cluster,
            "query": self._query,
            "media-type": self._media_type,
            "body": self._body,
            "state": self._state,
        }

    def _in_order(self, order: Sequence[str], rules: Operation, *, routed: bool) -> Sequence[Step]:
        by_name = self._by_name()
        is_token = routed and rules.id == self._contract.token.id
        if is_token:
            by_name = {**by_name, "authentication": self._client, "rate-limit": self._token_rate_limit}
        idle = set(self._idle(rules, routed=routed, is_token=is_token))
        return [by_name[name] for name in order if name not in idle]

    def _idle(self, rules: Operation, *, routed: bool, is_token: bool) -> Iterator[str]:
        """The steps that have nothing to do where a request is judged by the rules of this operation."""
        arguments = {each.name for each in rules.parameters_in(Place.PATH)} if routed else set()
        needed = {
            "access-list": not is_token,
            "version": self._versions.published(rules),
            "path-ids": arguments,
            "project": "groupId" in arguments,
            "role": rules.roles,
            "rate-limit": is_token or self._contract.speaks("rate-limit", rules.id),
            "cluster": "clusterName" in arguments,
            "query": self._contract.speaks("query-parameter-invalid", rules.id),
            "media-type": self._contract.speaks("media-type-not-json", rules.id),
            "body": rules.body,
        }
        return (name for name, need in needed.items() if not need)

    def _authentication(self, call: Call) -> Refusal | None:
        found = self._login.member(call.request, call.now)
        if not isinstance(found, Member):
            return Refusal("credentials-missing", headers=found)
        call.member = found
        return None

    def _client(self, call: Call) -> Refusal | None:
        call.member = self._login.client(call.request)
        return None if call.member else Refusal("token-client-invalid")

    def _access_list(self, call: Call) -> Refusal | None:
        if call.member is None or not call.member.barred:
            return None
        return Refusal("ip-not-allowed", {"ipAddress": CALLER})

    def _version(self, call: Call) -> Refusal | None:
        accept = ",".join([value for name, value in call.request.headers if name.lower() == "accept"])
        call.version = self._versions.resolve(call.target.rules, accept)
        return None if call.version else Refusal("version-not-acceptable")

    def _routing(self, call: Call) -> Refusal | None:
        operation = call.target.operation
        if operation and operation.id in self._operations.served:
            return None
        methods = () if operation else self._contract.methods(call.target.path)
        if not methods:
            return Refusal("path-unknown")
        allowed = dict.fromkeys((*methods, *self._allow["always"]))
        return Refusal("method-not-allowed", headers=(("Allow", self._allow["separator"].join(allowed)),))

    def _path_ids(self, call: Call) -> Refusal | None:
        malformed = call.target.malformed
        return Refusal(_MALFORMED[malformed[0]]) if malformed else None

    def _project(self, call: Call) -> Refusal | None:
        call.project = self._world.project(call.target.arguments["groupId"])
        if call.project is None:
            return Refusal("project-unknown")
        mine = call.member is not None and call.project.id in call.member.projects
        return None if mine else Refusal("project-forbidden")

    def _role(self, call: Call) -> Refusal | None:
        mine = call.member.roles if call.member else frozenset()
        return Refusal("role-missing") if mine.isdisjoint(call.target.rules.roles) else None

    def _rate_limit(self, call: Call) -> Refusal | None:
        if call.project is None:
            return None
        with self._world.lock:
            call.level = self._buckets.take(call.project.id, call.now)
        return None if call.level.allowed else self._limited(call, call.level)

    def _limited(self, call: Call, level: Level) -> Refusal:
        facts = {
            "path": call.target.path.lstrip("/"),
            "retryAfter": level.retry_after,
            "capacity": level.capacity,
            "refill": self._buckets.refill,
            "period": self._buckets.seconds,
        }
        return Refusal("rate-limited", facts, ((self._retry_after, str(level.retry_after)),))

    def _token_rate_limit(self, call: Call) -> Refusal | None:
        client_id = call.member.account.id if call.member else ""
        with self._world.lock:
            level = self._token_buckets.take(client_id, call.now)
        return None if level.allowed else Refusal("token-rate-limited", self._token_limit)

    def _cluster(self, call: Call) -> Refusal | None:
        if call.project is None:
            return None
        call.cluster = call.project.cluster(call.target.arguments["clusterName"])
        if call.cluster is None:
            return Refusal("cluster-unknown")
        for each in _refusals(call.cluster):
            if self._contract.speaks(each, call.target.rules.id):
                return Refusal(each, {"clusterId": call.cluster.id})
        return None

    def _query(self, call: Call) -> Refusal | None:
        invalid = call.target.invalid or tuple(self._invalid_headers(call))
        return Refusal("query-parameter-invalid", {"parameter": invalid[0]}) if invalid else None

    def _invalid_headers(self, call: Call) -> Iterator[str]:
        """The names of the header parameters that are wrong, or missing where they must not be."""
        for parameter in self._header_rules[call.target.rules.id]:
            sent = call.request.header(parameter.name)
            if sent is None:
                if parameter.required:
                    yield parameter.name
            elif not self._judge.argument_conforms(parameter, sent):
                yield parameter.name

    def _media_type(self, call: Call) -> Refusal | None:
        sent = (call.request.header("Content-Type") or "").partition(";")[0].strip()
        if not sent or sent in self._json_seen:
            return None
        if not any(each.fullmatch(sent) for each in self._json_types):
            return Refusal("media-type-not-json")
        if len(self._json_seen) < MOST_SEEN:
            self._json_seen.add(sent)
        return None

    def _body(self, call: Call) -> Refusal | None:
        rules = call.target.rules
        if len(call.request.body) > self.longest_body and self._contract.speaks("body-too-large", rules.id):
            return Refusal("body-too-large")
        return self._bodies.read(call, rules)

    def _state(self, call: Call) -> Success | Refusal:
        with self._world.lock:
            return self._operations.served[call.target.rules.id](call)


def _order(contract: Contract, known: Mapping[str, Step]) -> Sequence[str]:
    order: list[str] = contract.behaviour("check-order").values["order"]
    if set(order) != set(known) or len(order) != len(known) or order[-1] != "state":
        msg = "The check order doesn't name each of the mock's steps once, with `state` last."
        raise BadInput(msg, where="spec/behaviours.yaml, check-order", expected=", ".join(known))
    return order


def _refusals(cluster: Cluster) -> Iterator[str]:
    """What a cluster of this kind and state is refused for, if the operation is one that minds."""
    if cluster.flex:
        yield "flex-cluster-refused"
    if not cluster.backup:
        yield "backup-disabled-refused"
    if cluster.paused:
        yield "paused-cluster-refused"
