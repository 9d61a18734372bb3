"""The checks a request goes through, by the names that the contract's check order gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from atlas_contract.contract import Contract
from atlas_contract.contract.judge import Judge
from atlas_contract.mock.bodies import Bodies
from atlas_contract.mock.call import Call, Refusal, Success
from atlas_contract.mock.limits import Buckets, Level
from atlas_contract.mock.login import Login
from atlas_contract.mock.operations import Operations
from atlas_contract.mock.versions import Versions, template_pattern
from atlas_contract.mock.world import Cluster, Member, World
from atlas_contract.model import Place

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
        self._path_rules = {each.id: each.parameters_in(Place.PATH) for each in contract.operations.values()}
        self._other_rules = {
            each.id: tuple(rule for rule in each.parameters if rule.place is not Place.PATH)
            for each in contract.operations.values()
        }
        self.longest_body = int(contract.behaviour("body-too-large").values["maximumBytes"])
        self._allow = contract.behaviour("method-not-allowed").values["allow"]
        limit = contract.behaviour("rate-limit").values
        self._retry_after: str = limit["headers"]["retryAfter"]
        self._buckets = Buckets(limit["capacity"], limit["refill"], limit["periodSeconds"], world.levels)
        self._token_limit = contract.behaviour("token-rate-limited").values
        requests = self._token_limit["requests"]
        self._token_buckets = Buckets(requests, requests, self._token_limit["minutes"] * 60, world.levels)
        self.by_name: Mapping[str, Step] = {
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

    def _authentication(self, call: Call) -> Refusal | None:
        if self._is_token(call):
            call.member = self._login.client(call.request)
            return None if call.member else Refusal("token-client-invalid")
        found = self._login.member(call.request, call.now)
        if not isinstance(found, Member):
            return Refusal("credentials-missing", headers=found)
        call.member = found
        return None

    def _access_list(self, call: Call) -> Refusal | None:
        if self._is_token(call) or call.member is None or not call.member.barred:
            return None
        return Refusal("ip-not-allowed", {"ipAddress": CALLER})

    def _version(self, call: Call) -> Refusal | None:
        if not self._versions.published(call.rules):
            return None
        accept = ",".join(value for name, value in call.request.headers if name.lower() == "accept")
        call.version = self._versions.resolve(call.rules, accept)
        return None if call.version else Refusal("version-not-acceptable")

    def _routing(self, call: Call) -> Refusal | None:
        if call.operation and call.operation.id in self._operations.served:
            return None
        methods = () if call.operation else self._contract.methods(call.path)
        if not methods:
            return Refusal("path-unknown")
        allowed = dict.fromkeys((*methods, *self._allow["always"]))
        return Refusal("method-not-allowed", headers=(("Allow", self._allow["separator"].join(allowed)),))

    def _path_ids(self, call: Call) -> Refusal | None:
        for parameter in self._path_rules[call.rules.id]:
            if not self._judge.argument_conforms(parameter, call.arguments[parameter.name]):
                return Refusal(_MALFORMED[parameter.name])
        return None

    def _project(self, call: Call) -> Refusal | None:
        if "groupId" not in call.arguments:
            return None
        call.project = self._world.project(call.arguments["groupId"])
        if call.project is None:
            return Refusal("project-unknown")
        mine = call.member is not None and call.project.id in call.member.projects
        return None if mine else Refusal("project-forbidden")

    def _role(self, call: Call) -> Refusal | None:
        wanted = call.rules.roles
        mine = call.member.roles if call.member else frozenset()
        return None if not wanted or not mine.isdisjoint(wanted) else Refusal("role-missing")

    def _rate_limit(self, call: Call) -> Refusal | None:
        if self._is_token(call):
            return self._token_rate_limit(call)
        if call.project is None or not self._is_stated("rate-limit", call):
            return None
        with self._world.lock:
            call.level = self._buckets.take(call.project.id, call.now)
        if call.level.allowed:
            return None
        return self._limited(call, call.level)

    def _limited(self, call: Call, level: Level) -> Refusal:
        facts = {
            "path": call.path.lstrip("/"),
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
        call.cluster = call.project.cluster(call.arguments["clusterName"])
        if call.cluster is None:
            return Refusal("cluster-unknown")
        refusals = (each for each in _refusals(call.cluster) if self._is_stated(each, call))
        return next((Refusal(each, {"clusterId": call.cluster.id}) for each in refusals), None)

    def _query(self, call: Call) -> Refusal | None:
        if not self._is_stated("query-parameter-invalid", call):
            return None
        broken = next(self._broken_parameters(call), None)
        return Refusal("query-parameter-invalid", {"parameter": broken}) if broken else None

    def _broken_parameters(self, call: Call) -> Iterator[str]:
        """The names of the query and header parameters that are wrong, or missing where they must not be."""
        for parameter in self._other_rules[call.rules.id]:
            in_query = parameter.place is Place.QUERY
            sent = call.parameters.get(parameter.name) if in_query else call.request.header(parameter.name)
            if sent is None:
                if parameter.required:
                    yield parameter.name
            elif not self._judge.argument_conforms(parameter, sent):
                yield parameter.name

    def _media_type(self, call: Call) -> Refusal | None:
        sent = (call.request.header("Content-Type") or "").partition(";")[0].strip()
        if not sent or not self._is_stated("media-type-not-json", call):
            return None
        if sent in self._json_seen:
            return None
        if not any(each.fullmatch(sent) for each in self._json_types):
            return Refusal("media-type-not-json")
        if len(self._json_seen) < MOST_SEEN:
            self._json_seen.add(sent)
        return None

    def _body(self, call: Call) -> Refusal | None:
        if not call.rules.body:
            return None
        if len(call.request.body) > self.longest_body and self._is_stated("body-too-large", call):
            return Refusal("body-too-large")
        return self._bodies.read(call, call.rules)

    def _state(self, call: Call) -> Success | Refusal:
        with self._world.lock:
            return self._operations.served[call.rules.id](call)

    def _is_token(self, call: Call) -> bool:
        return call.operation is not None and call.operation.id == self._contract.token.id

    def _is_stated(self, behaviour_id: str, call: Call) -> bool:
        return self._contract.speaks(behaviour_id, call.rules.id)


def _refusals(cluster: Cluster) -> Iterator[str]:
    """What a cluster of this kind and state is refused for, if the operation is one that minds."""
    if cluster.flex:
        yield "flex-cluster-refused"
    if not cluster.backup:
        yield "backup-disabled-refused"
    if cluster.paused:
        yield "paused-cluster-refused"
