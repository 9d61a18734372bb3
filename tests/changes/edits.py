"""One-step edits of the real contract, each with what it means for callers, forwards and backwards."""

# ruff: noqa: FBT003  the tables read as sentences: what stands where from now on
from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from atlas_contract.changes import Grade, Side
from atlas_contract.contract import Contract, pointers

GONE: Any = object()
"""In place of a value: the key is taken away."""
BREAKING, COMPATIBLE, EDITORIAL = Grade
REQUEST, REPLY, BEHAVIOUR, TEXT = Side

PATHS = "#/paths"
BACKUP = "/api/atlas/v2/groups/{groupId}/clusters/{clusterName}/backup/snapshots"
TAKE = pointers.join(PATHS, BACKUP, "post")
LIST = pointers.join(PATHS, BACKUP, "get")
READ = pointers.join(PATHS, BACKUP + "/{snapshotId}", "get")
CHANGE = pointers.join(PATHS, BACKUP + "/{snapshotId}", "patch")
TOKEN = pointers.join(PATHS, "/api/oauth/token", "post")
SCHEMAS, PARAMETERS, RESPONSES, HEADERS = (
    f"#/components/{each}" for each in ("schemas", "parameters", "responses", "headers")
)
DAYS = f"{SCHEMAS}/SnapshotRequest/properties/retentionInDays"
BASE = f"{SCHEMAS}/SnapshotBase/properties"
SET = f"{SCHEMAS}/ReplicaSetSnapshot"
V1, V2 = "application/vnd.atlas.2023-01-01+json", "application/vnd.atlas.2025-01-01+json"
SHARDED_ITEMS = f"{SCHEMAS}/ShardedSnapshotPage/properties/results/items"
FOUND = f"{RESPONSES}/SnapshotFound/content/{V1.replace('/', '~1')}/schema"
PROMISES = "#/x-atlas-behaviours"
TOKEN_PROMISES = ("access-token", "token-client-invalid", "token-grant-unsupported", "token-rate-limited")
SOURCES = "#/x-atlas-provenance"
FREQUENCY = "#~1components~1schemas~1FrequencyType~1enum~15"
ERROR = {"application/json": {"schema": {"$ref": f"{SCHEMAS}/ApiError"}}}
MODE = {"name": "mode", "in": "query", "schema": {"type": "string", "enum": ["fast", "slow"]}}
REASON = {"name": "X-Reason", "in": "header", "schema": {"type": "string", "minLength": 2}}


@dataclass(frozen=True)
class Expected:
    """One change: where, on which side, how it is graded, and how the way back is. `proved` says there is a witness."""

    clause: str
    side: Side
    forwards: Grade
    backwards: Grade
    proved: bool = True


@dataclass(frozen=True)
class OneStep:
    """An edit: by pointer, what stands there afterwards."""

    name: str
    edit: Mapping[str, Any]
    expected: tuple[Expected, ...]


def edited(contract: Contract, edit: Mapping[str, Any]) -> Contract:
    """The contract with other values at some places; promises are named by their ids, new items by the next index."""
    document = copy.deepcopy(dict(contract.document))
    numbers = {each["id"]: str(index) for index, each in enumerate(document["x-atlas-behaviours"])}
    for named, value in edit.items():
        tokens = pointers.split(named)
        pointer = pointers.join(
            "#", tokens[0], *(numbers.get(token, token) for token in tokens[1:2]), *tokens[2:]
        )
        above, _, _ = pointer.rpartition("/")
        holder, key = pointers.get(document, above), pointers.split(pointer)[-1]
        place: Any = int(key) if isinstance(holder, list) and key.isdigit() else key
        if value is GONE:
            del holder[place]
        elif isinstance(holder, list) and place == len(holder):
            holder.append(copy.deepcopy(value))
        else:
            holder[place] = copy.deepcopy(value)
    return Contract(document)


def narrows(name: str, pointer: str, value: Any, side: Side, clause: str = "", **more: Any) -> OneStep:
    """An edit after which one side of an exchange can be less: bad for those who send, good for those who read."""
    lost = side is REQUEST
    grades = (BREAKING, COMPATIBLE) if lost else (COMPATIBLE, BREAKING)
    return OneStep(name, {pointer: value}, (Expected(clause or pointer, side, *grades, **more),))


def widens(name: str, pointer: str, value: Any, side: Side, clause: str = "", **more: Any) -> OneStep:
    """The other way round."""
    (told,) = narrows(name, pointer, value, side, clause, **more).expected
    mirrored = Expected(told.clause, side, told.backwards, told.forwards, told.proved)
    return OneStep(name, {pointer: value}, (mirrored,))


def both(name: str, pointer: str, value: Any, side: Side, clause: str = "", **more: Any) -> OneStep:
    """An edit after which some things are possible that were not, and some no longer: bad either way."""
    return OneStep(name, {pointer: value}, (Expected(clause or pointer, side, BREAKING, BREAKING, **more),))


def words(name: str, pointer: str, value: Any, clause: str = "") -> OneStep:
    """An edit that no request and no reply shows."""
    told = Expected(clause or pointer, TEXT, EDITORIAL, EDITORIAL, proved=False)
    return OneStep(name, {pointer: value}, (told,))


REQUESTS = (
    narrows("a higher minimum", f"{DAYS}/minimum", 2, REQUEST),
    narrows("a first maximum", f"{DAYS}/maximum", 365, REQUEST),
    narrows("a first exclusive minimum", f"{DAYS}/exclusiveMinimum", 1, REQUEST),
    narrows("a first exclusive maximum", f"{DAYS}/exclusiveMaximum", 400, REQUEST),
    narrows("a step", f"{DAYS}/multipleOf", 7, REQUEST),
    widens("no minimum any more", f"{DAYS}/minimum", GONE, REQUEST),
    widens("no 32-bit format any more", f"{DAYS}/format", GONE, REQUEST),
    both("another type", f"{SCHEMAS}/SnapshotRequest/properties/description/type", "boolean", REQUEST),
    widens("one more type", f"{SCHEMAS}/SnapshotRequest/properties/description/type", ["string", "null"], REQUEST),
    widens("fractions", f"{SCHEMAS}/RetentionChange/properties/retentionValue/type", "number", REQUEST),
    narrows("a shortest text", f"{SCHEMAS}/SnapshotRequest/properties/description/minLength", 1, REQUEST),
    narrows("a longest text", f"{SCHEMAS}/SnapshotRequest/properties/description/maxLength", 80, REQUEST),
    narrows("a first pattern", f"{SCHEMAS}/SnapshotRequest/properties/description/pattern", "^[a-z ]+$", REQUEST),
    narrows("a format", f"{SCHEMAS}/SnapshotRequest/properties/description/format", "uuid", REQUEST),
    narrows("a constant", f"{SCHEMAS}/SnapshotRequest/properties/description/const", "contract suite", REQUEST),
    narrows("a list of values", f"{SCHEMAS}/SnapshotRequest/properties/description/enum", ["a", "b"], REQUEST),
    narrows("a value fewer", f"{SCHEMAS}/RetentionUnit/enum", ["DAYS", "WEEKS", "MONTHS"], REQUEST),
    widens("a value more", f"{SCHEMAS}/RetentionUnit/enum/4", "DECADES", REQUEST, f"{SCHEMAS}/RetentionUnit/enum"),
    both("a value replaced", f"{SCHEMAS}/RetentionUnit/enum/3", "ages", REQUEST, f"{SCHEMAS}/RetentionUnit/enum"),
    narrows("a required member", f"{SCHEMAS}/SnapshotRequest/required", ["description"], REQUEST),
    widens("a member no longer required", f"{SCHEMAS}/RetentionChange/required", ["retentionUnit"], REQUEST),
    widens("a new member", f"{SCHEMAS}/SnapshotRequest/properties/tag", {"type": "string"}, REQUEST),
    narrows("a member gone", f"{SCHEMAS}/SnapshotRequest/properties/description", GONE, REQUEST),
    narrows("no other members", f"{SCHEMAS}/SnapshotRequest/additionalProperties", False, REQUEST, proved=False),
    narrows("members counted", f"{SCHEMAS}/SnapshotRequest/maxProperties", 1, REQUEST),
    narrows("a member only the server writes", f"{DAYS}/readOnly", True, REQUEST),
    both("a default of a parameter", f"{PARAMETERS}/itemsPerPage/schema/default", 50, REQUEST),
    narrows("a default gone", f"{PARAMETERS}/itemsPerPage/schema/default", GONE, REQUEST),
    widens("a first default in a body", f"{DAYS}/default", 7, REQUEST),
    narrows("a lower maximum of a parameter", f"{PARAMETERS}/itemsPerPage/schema/maximum", 400, REQUEST),
    widens("no maximum of a parameter", f"{PARAMETERS}/itemsPerPage/schema/maximum", GONE, REQUEST),
    OneStep("another type of a parameter", {f"{PARAMETERS}/pretty/schema": {"type": "integer", "default": 0}},
            (Expected(f"{PARAMETERS}/pretty/schema/type", REQUEST, BREAKING, BREAKING),
             Expected(f"{PARAMETERS}/pretty/schema/default", REQUEST, BREAKING, BREAKING))),
    narrows("a stricter path pattern", f"{PARAMETERS}/clusterName/schema/pattern", "^[a-z][a-z0-9-]*$", REQUEST),
    widens("a wider path pattern", f"{PARAMETERS}/groupId/schema/pattern", "^([a-fA-F0-9]{24})$", REQUEST),
    both("a path pattern of another length", f"{PARAMETERS}/snapshotId/schema/pattern", "^([a-f0-9]{32})$", REQUEST),
    narrows("a query parameter that must be sent", f"{PARAMETERS}/pageNum/required", True, REQUEST),
    widens("a new query parameter", f"{TAKE}/parameters/4", MODE, REQUEST),
    OneStep("a new query parameter that must be sent", {f"{TAKE}/parameters/4": {**MODE, "required": True}},
            (Expected(f"{TAKE}/parameters/4/required", REQUEST, BREAKING, BREAKING),)),
    widens("a new header", f"{TAKE}/parameters/4", REASON, REQUEST),
    narrows("a query parameter gone", f"{LIST}/parameters/6", GONE, REQUEST, f"{PARAMETERS}/pretty"),
    both("a style of a parameter", f"{PARAMETERS}/pageNum/style", "spaceDelimited", REQUEST, proved=False),
    widens("a body that may be left out", f"{TAKE}/requestBody/required", False, REQUEST),
    both("a body no longer taken, that had to be sent", f"{CHANGE}/requestBody", GONE, REQUEST),
    widens("another media type of the body", f"{TAKE}/requestBody/content/application~1json",
           {"schema": {"$ref": f"{SCHEMAS}/SnapshotRequest"}}, REQUEST, f"{TAKE}/requestBody/content"),
    narrows("an operation gone", READ, GONE, REQUEST),
    widens("a new method", pointers.join(PATHS, BACKUP, "delete"),
           {"operationId": "deleteAll", "x-atlas-companion": True, "tags": ["Cloud Backups"],
            "parameters": [{"$ref": f"{PARAMETERS}/groupId"}, {"$ref": f"{PARAMETERS}/clusterName"}],
            "responses": {"204": {"description": "Gone."}}}, REQUEST),
    narrows("a role that is no longer enough", f"{TAKE}/x-atlas-roles", ["Project Backup Manager"], REQUEST),
    narrows("roles where none was needed", f"{TOKEN}/x-atlas-roles", ["Project Owner"], REQUEST),
    narrows("a login gone", f"{TAKE}/security/1", GONE, REQUEST, f"{TAKE}/security"),
    widens("no login at all", f"{TAKE}/security", [], REQUEST),
    both("a login that works otherwise", "#/components/securitySchemes/digestKey/scheme", "basic", REQUEST,
         "#/components/securitySchemes/digestKey"),
    both("another server", "#/servers/0/url", "https://cloud.example", REQUEST, "#/servers"),
    widens("one more server", "#/servers/1", {"url": "https://gov.example"}, REQUEST, "#/servers"),
    narrows("a command gone", f"{TAKE}/x-atlas-cli/aliases/0", GONE, REQUEST, f"{TAKE}/x-atlas-cli"),
    both("another rate-limit group", f"{TAKE}/x-atlas-rate-limit-group", "backups", REQUEST, proved=False),
)  # fmt: skip

REPLIES = (
    widens("a value more", f"{SCHEMAS}/CloudProvider/enum/3", "ORACLE", REPLY, f"{SCHEMAS}/CloudProvider/enum"),
    narrows("a value fewer", f"{SCHEMAS}/SnapshotStatus/enum", ["queued", "inProgress", "completed"], REPLY),
    both("another type", f"{BASE}/storageSizeBytes/type", "string", REPLY),
    widens("a type more", f"{BASE}/description/type", ["string", "null"], REPLY),
    narrows("a type fewer", f"{SCHEMAS}/ApiError/properties/errorCode/type", "string", REPLY),
    widens("no minimum any more", f"{BASE}/storageSizeBytes/minimum", GONE, REPLY),
    narrows("a first maximum", f"{BASE}/storageSizeBytes/maximum", 1000000, REPLY),
    widens("no pattern any more", f"{BASE}/createdAt/pattern", GONE, REPLY),
    both("another pattern", f"{BASE}/mongodVersion/pattern", r"^\d+\.\d+$", REPLY),
    widens("no format any more", f"{SCHEMAS}/Project/properties/created/format", GONE, REPLY),
    narrows("a longest text", f"{SCHEMAS}/OAuthError/properties/error/maxLength", 40, REPLY),
    widens("texts may be empty", f"{SCHEMAS}/AccessToken/properties/access_token/minLength", GONE, REPLY),
    both("another constant", f"{SCHEMAS}/AccessToken/properties/token_type/const", "MAC", REPLY),
    widens("no constant any more", f"{SCHEMAS}/AccessToken/properties/token_type/const", GONE, REPLY),
    widens("a member no longer sure", f"{SCHEMAS}/AccessToken/required", ["access_token", "token_type"], REPLY),
    narrows("a member that always comes", f"{SCHEMAS}/OAuthError/required", ["error", "error_description"], REPLY),
    narrows("a new member", f"{BASE}/region", {"type": "string"}, REPLY),
    narrows("a new member by reference", f"{BASE}/region", {"$ref": f"{SCHEMAS}/CloudProvider"}, REPLY),
    narrows("a member of its own kind", f"{SCHEMAS}/Link/properties/next", {"$ref": f"{SCHEMAS}/Link"}, REPLY),
    narrows("others by reference", f"{SCHEMAS}/AccessToken/additionalProperties", {"$ref": f"{SCHEMAS}/Link"}, REPLY),
    widens("a member gone", f"{BASE}/mongodVersion", GONE, REPLY),
    widens("fewer links", f"{SET}/properties/links/minItems", 1, REPLY),
    narrows("a longest list", f"{SET}/properties/links/maxItems", 2, REPLY),
    narrows("items that differ", f"{SET}/properties/links/uniqueItems", True, REPLY),
    widens("no link to itself", f"{SET}/properties/links/contains", GONE, REPLY),
    both("another link that must be there", f"{SET}/properties/links/contains/properties/rel/const", "me", REPLY,
         f"{SET}/properties/links/contains"),
    both("other items", f"{BASE}/policyItems/items/type", "integer", REPLY),
    narrows("no other members", f"{SCHEMAS}/AccessToken/additionalProperties", False, REPLY),
    narrows("a variant fewer", f"{SCHEMAS}/Snapshot/oneOf/1", GONE, REPLY),
    OneStep("another kind of snapshot in a list", {f"{SHARDED_ITEMS}/$ref": f"{SCHEMAS}/Snapshot"},
            (Expected(f"{SCHEMAS}/Snapshot/oneOf/0", REPLY, BREAKING, COMPATIBLE),
             Expected(f"{SHARDED_ITEMS}/$ref", TEXT, EDITORIAL, EDITORIAL, proved=False))),
    OneStep("only one kind of snapshot", {f"{FOUND}/$ref": SET},
            (Expected(f"{SCHEMAS}/Snapshot/oneOf/1", REPLY, COMPATIBLE, BREAKING),
             Expected(f"{FOUND}/$ref", TEXT, EDITORIAL, EDITORIAL, proved=False))),
    widens("a new status", f"{TAKE}/responses/409", {"description": "Busy.", "content": ERROR}, REPLY),
    narrows("a status gone", f"{TAKE}/responses/403", GONE, REPLY),
    both("a reply for all other statuses", f"{TAKE}/responses/default", {"description": "Anything."}, REPLY,
         proved=False),
    widens("a body that may be missing", f"{RESPONSES}/NotFound/x-atlas-body-optional", True, REPLY),
    widens("an error in another media type", f"{RESPONSES}/NotFound/content/text~1html", {}, REPLY,
           f"{RESPONSES}/NotFound/content"),
    narrows("a header that always comes", f"{HEADERS}/OptionalServer/required", True, REPLY),
    widens("a header no longer sure", f"{HEADERS}/Server/required", False, REPLY),
    narrows("a new header", f"{RESPONSES}/TokenIssued/headers",
            {"Cache-Control": {"schema": {"type": "string", "const": "no-store"}}}, REPLY,
            f"{RESPONSES}/TokenIssued/headers/Cache-Control"),
    widens("a header gone", f"{RESPONSES}/SnapshotTaken/headers/Server", GONE, REPLY),
    both("another value of a header", f"{HEADERS}/Server/schema/const", "envoy", REPLY),
    widens("any value of a header", f"{HEADERS}/FrameOptions/schema/const", GONE, REPLY),
)  # fmt: skip

VERSIONS = (
    both("a version replaced", f"{RESPONSES}/SnapshotList/content",
         {V2: {"schema": {"$ref": f"{SCHEMAS}/SnapshotPage"}}}, REQUEST),
    widens("a version more", f"{RESPONSES}/SnapshotList/content/{V2.replace('/', '~1')}",
           {"schema": {"$ref": f"{SCHEMAS}/SnapshotPage"}}, REQUEST, f"{RESPONSES}/SnapshotList/content"),
)  # fmt: skip

PROMISED = (
    both("another status", f"{PROMISES}/unfinished-snapshot/reply/status", 404, BEHAVIOUR, "unfinished-snapshot"),
    both("another code", f"{PROMISES}/cluster-unknown/reply/errorCode", "NO_CLUSTER", BEHAVIOUR, "cluster-unknown"),
    both("another code of a token", f"{PROMISES}/token-client-invalid/reply/error", "no", BEHAVIOUR,
         "token-client-invalid"),
    both("parameters in another order", f"{PROMISES}/cluster-unknown/reply/parameters", ["groupId", "clusterName"],
         BEHAVIOUR, "cluster-unknown"),
    widens("one more code to choose from", f"{PROMISES}/project-forbidden/values/accepts/2",
           {"status": 403, "errorCode": "FORBIDDEN"}, BEHAVIOUR, "project-forbidden"),
    widens("a header that may come", f"{PROMISES}/project-unknown/values/omits/0", GONE, BEHAVIOUR, "project-unknown"),
    narrows("one more header that stays away", f"{PROMISES}/snapshot-creation/values/omits/1", "ETag", BEHAVIOUR,
            "snapshot-creation"),
    widens("a promise dropped", f"{PROMISES}/unfinished-snapshot", GONE, BEHAVIOUR, "unfinished-snapshot"),
    narrows("a promise for one more operation", f"{PROMISES}/deletion-of-unfinished-refused/operations/2",
            "updateGroupClusterBackupSnapshot", BEHAVIOUR, "deletion-of-unfinished-refused"),
    both("another number", f"{PROMISES}/access-token/values/lifetimeSeconds", 600, BEHAVIOUR, "access-token",
         proved=False),
    widens("a promise without a reply dropped", f"{PROMISES}/check-order", GONE, BEHAVIOUR, "check-order",
           proved=False),
)  # fmt: skip

WORDED = (
    words("a description", f"{SCHEMAS}/ApiError/description", "Something went wrong."),
    words("a description of a parameter", f"{PARAMETERS}/groupId/description", "The project."),
    words("a summary", f"{TAKE}/summary", "Take a snapshot"),
    words("an example", f"{PARAMETERS}/clusterName/example", "Cluster1"),
    words("examples", f"{BASE}/id/examples", ["62b6e34b3d91647abb20e7b8"], f"{BASE}/id/examples/0"),
    words("a deprecation", f"{LIST}/deprecated", True),
    OneStep("an operation's id, in all places",
            {f"{TOKEN}/operationId": "getToken",
             **{f"{PROMISES}/{each}/operations/0": "getToken" for each in TOKEN_PROMISES}},
            (Expected(f"{TOKEN}/operationId", TEXT, EDITORIAL, EDITORIAL, proved=False),)),
    words("the title", "#/info/title", "Snapshots"),
    words("what clients need", f"{SCHEMAS}/Link/x-atlas-essential", ["href"], f"{SCHEMAS}/Link/x-atlas-essential/1"),
    words("another order", f"{SCHEMAS}/RetentionUnit/enum", ["WEEKS", "DAYS", "MONTHS", "YEARS"]),
    words("a schema that nothing uses", f"{SCHEMAS}/Unused", {"type": "string"}),
    words("another source", f"{SOURCES}/{FREQUENCY}/source", "inferred", "#/components/schemas/FrequencyType/enum/5"),
    words("a statement", f"{PROMISES}/rate-limited/statement", "Too many are refused.", "rate-limited"),
    words("evidence", f"{PROMISES}/rate-limited/evidence", ["Seen."], "rate-limited"),
    words("the source of a promise", f"{PROMISES}/rate-limited/source", "inferred", "rate-limited"),
    words("the words of a refusal", f"{PROMISES}/unfinished-snapshot/reply/detail", "Wait.", "unfinished-snapshot"),
    words("no default that says more than silence", f"{BASE}/policyItems/minItems", 0),
)  # fmt: skip

EDITS = {
    f"{side}: {step.name}": step
    for side, steps in (
        ("request", REQUESTS), ("reply", REPLIES), ("version", VERSIONS), ("promise", PROMISED), ("words", WORDED),
    )
    for step in steps
}  # fmt: skip
