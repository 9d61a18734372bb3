"""What the toolkit reads of behaviours, as data: their ids, the `values` it cannot do without, what replies may name.

A kind is `str`, `bool`, `float` (any number), `dict` (a mapping with any keys), a list of one kind, or a mapping of
keys that all have to be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SECONDS = {
    "minimum": float,
    "lowerQuartile": float,
    "median": float,
    "upperQuartile": float,
    "maximum": float,
}
_STAGE = {"name": str, "status": str, "adds": [str], "unfinished": bool}
_LINK = {"rel": str, "last": [str]}

VALUES: Mapping[str, Mapping[str, Any]] = {
    "access-token": {
        "lifetimeSeconds": float,
        "tokenType": str,
        "clientIdPrefix": str,
        "clientIdDigits": float,
        "secretPrefix": str,
    },
    "attribute-enum-invalid": {"keywords": [str]},
    "attribute-missing": {"keywords": [str]},
    "attribute-out-of-range": {"keywords": [str]},
    "attribute-wrong-type": {"keywords": [str]},
    "body-too-large": {"maximumBytes": float},
    "check-order": {"order": [str]},
    "cluster-name-malformed": {"about": str},
    "default-retention": {"days": float},
    "digest-challenge": {
        "realm": str,
        "domain": str,
        "algorithm": str,
        "qop": str,
        "stale": str,
        "nonceCharacters": float,
        "order": [str],
        "quoted": [str],
    },
    "envelope-layout": {"statusKey": str, "contentKey": str, "listKey": str},
    "expiry-follows-retention": {"toleranceSeconds": float, "secondsPerDay": float},
    "id-carries-request-time": {"digits": float, "toleranceSeconds": float},
    "json-layout": {"itemSeparator": str, "keySeparator": str, "sortKeys": bool, "except": [str]},
    "list-links": {"self": _LINK, "next": _LINK},
    "media-type-not-json": {"takes": [str]},
    "method-not-allowed": {"allow": {"separator": str, "always": [str]}},
    "one-unfinished-at-a-time": {"unfinished": [str]},
    "pretty-layout": {"indent": float, "keySeparator": str, "arrays": str},
    "project-id-malformed": {"about": str},
    "rate-limit": {
        "capacity": float,
        "refill": float,
        "periodSeconds": float,
        "headers": {"limit": str, "remaining": str, "retryAfter": str},
        "absentFor": [str],
    },
    "rate-limited": {"headers": [str]},
    "reply-media-types": {"success": str, "error": str},
    "retention-units": {"days": dict},
    "sharded-by-plain-path": {"onlyOnShardedPath": [str]},
    "sharded-snapshot-parts": {"usualConfigServer": str, "configServerWithPart": str},
    "snapshot-creation": {
        "status": float,
        "constants": dict,
        "absent": [str],
        "equals": dict,
        "links": [{"rel": str, "path": str}],
    },
    "snapshot-failure": {"stage": _STAGE, "insteadOf": [str]},
    "snapshot-id-malformed": {"about": str},
    "snapshot-lifecycle": {
        "stages": [{**_STAGE, "mockSeconds": float}],
        "createdAtSeconds": {"median": float},
        "samples": {"mongodVersion": str, "cloudProvider": str},
    },
    "status-only-moves-forward": {"order": [str], "final": [str]},
    "timestamps": {"format": str},
    "token-grant-unsupported": {"keywords": [str]},
    "token-rate-limited": {"requests": float, "minutes": float},
    "version-negotiation": {"template": str, "published": [str]},
}
LAST_STAGE = {"seconds": _SECONDS}
"""What the last stage of `snapshot-lifecycle` has besides."""

COMMON: Mapping[str, Any] = {
    "about": str,
    "accepts": [{"status": float}],
    "keyOrder": [str],
    "keywords": [str],
    "maximumBytes": float,
    "omits": [str],
    "onlyHeaders": [str],
    "sometimesHeaders": [str],
    "takes": [str],
}
"""Members of any behaviour's `values` that are read where they are there."""

NEEDED = frozenset(VALUES) | {
    "attribute-unknown", "backup-disabled-refused", "cluster-unknown", "credentials-missing",
    "deletion-of-unfinished-refused", "deletion-reply", "flex-cluster-refused", "ip-not-allowed", "json-malformed",
    "json-not-object", "list-count", "never-deprecated", "path-unknown", "paused-cluster-refused",
    "project-forbidden", "project-unknown", "query-parameter-invalid", "retention-change",
    "retention-change-of-unfinished-refused", "retention-value-invalid", "role-missing", "server-error",
    "sharded-path-needs-sharded", "snapshot-unknown", "token-client-invalid", "unfinished-snapshot",
    "version-not-acceptable",
}  # fmt: skip
"""The behaviours without which mock, client or suite cannot work."""

CHECKED = frozenset({
    "authentication-required", "deleted-stays-deleted", "description-echoed", "envelope-wraps-only",
    "error-names-status", "expired-snapshot-gone", "expiry-moves-at-completion", "id-unique", "list-agrees-with-get",
    "list-order", "pretty-changes-layout-only", "reads-change-nothing", "refusals-change-nothing",
    "self-link-leads-back", "version-required",
})  # fmt: skip
"""Further behaviours that the mock keeps to or a check judges by."""

FACTS: Mapping[str, tuple[str, ...]] = {
    "attribute-enum-invalid": ("attribute", "value"),
    "attribute-missing": ("attribute", "value"),
    "attribute-out-of-range": ("attribute", "value"),
    "attribute-unknown": ("attribute",),
    "attribute-wrong-type": ("attribute", "value"),
    "backup-disabled-refused": ("clusterId",),
    "flex-cluster-refused": ("clusterId",),
    "ip-not-allowed": ("ipAddress",),
    "paused-cluster-refused": ("clusterId",),
    "query-parameter-invalid": ("parameter",),
    "rate-limited": ("retryAfter", "capacity", "refill", "period"),
    "token-rate-limited": ("requests", "minutes"),
}
"""What a refusal's text may name in braces besides `path` and the arguments of the path."""
