"""The same replies and calls through two clients: every kind of difference shows, and none where there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.callers.conftest import CLIENT, Edit
from tests.changing import with_enum_value, with_property

from atlas_contract.callers import Kind, behaviour
from atlas_contract.callers.behaviour import Replayed
from atlas_contract.changes import Grade
from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.model import Reply, Request
from atlas_contract.recordings import Recorded

LISTING = "api/projects/list_groups.py"
TAKING = "api/cloud_backups/take_group_cluster_backup_snapshots.py"
SNAPSHOT = "models/replica_set_snapshot.py"
B, C, E = Grade.BREAKING, Grade.COMPATIBLE, Grade.EDITORIAL


def replayed(contract: Contract, old: Path, new: Path, recorded: Iterator[Recorded] = iter(())) -> Replayed:  # noqa: B008
    """What a replay through two clients of the same contract shows."""
    return behaviour.compare((old, contract), (new, contract), recorded)


@pytest.fixture(scope="module")
def quiet(contract: Contract) -> Replayed:
    """The client against itself."""
    return replayed(contract, CLIENT, CLIENT)


def test_a_client_does_what_it_does(quiet: Replayed, contract: Contract) -> None:
    """No difference from itself, in thousands of replies and hundreds of calls."""
    assert quiet.differences == ()
    assert quiet.replies > 1000
    assert quiet.calls > 10 * len(contract.operations)


def test_the_clients_are_forgotten_again(quiet: Replayed) -> None:
    """Their modules are not left among the program's, and no bytecode in their folders."""
    assert quiet.replies
    assert not [name for name in sys.modules if name.startswith("_atlas_contract")]


EDITS = [
    # values read
    (
        (SNAPSHOT, '"mongodVersion", read_string', '"mongodVersion", read_anything'),
        (C, Kind.FIXED, "pass that raised UnexpectedBody at `/mongodVersion`"),
    ),
    (
        (SNAPSHOT, '"storageSizeBytes", read_integer', '"storageSizeBytes", read_string'),
        (B, Kind.CHANGED, "raise UnexpectedBody at `/storageSizeBytes`"),
    ),
    (
        (SNAPSHOT, '"createdAt", read_datetime', '"createdAt", read_string'),
        (B, Kind.CHANGED, "`created_at` is str, was datetime"),
    ),
    (
        (SNAPSHOT, 'members.optional("replicaSetName", read_string)', "UNSET"),
        (B, Kind.CHANGED, "`replica_set_name` is gone"),
    ),
    (
        (SNAPSHOT, "members.rest(read_anything)", "{}"),
        (B, Kind.CHANGED, "`additional_properties.somethingNew.a[]` is gone"),
    ),
    (
        (
            "reading.py",
            "datetime.datetime.fromisoformat(value.upper())",
            'datetime.datetime.fromisoformat("2020-01-01T00:00:00Z")',
        ),
        (B, Kind.CHANGED, "`created_at` is another"),
    ),
    # errors
    (
        (LISTING, "response.status_code == 200", "response.status_code == 201"),
        (B, Kind.CHANGED, "that passed raise UnexpectedStatus"),
    ),
    ((LISTING, "(400, 401", "(401"), (B, Kind.CHANGED, "that passed raise UnexpectedStatus")),
    ((LISTING, '("200", "400",', '("400",'), (E, Kind.CHANGED, "UnexpectedStatus has other words")),
    (
        (
            "reading.py",
            "raise NotJson(response) from None",
            'raise UnexpectedBody("", expected="JSON", found="none") from None',
        ),
        (B, Kind.CHANGED, "raise UnexpectedBody, no longer NotJson"),
    ),
    # bytes sent
    (
        (LISTING, '"Accept": "application/vnd.atlas.2023', '"Accept": "application/vnd.atlas.2024'),
        (B, Kind.CHANGED, "`header accept` is"),
    ),
    ((LISTING, '"itemsPerPage": ', '"perPage": '), (B, Kind.CHANGED, "`query perPage` is new")),
    ((TAKING, "backup/snapshots", "backup/snaps"), (B, Kind.CHANGED, "`path` is another")),
    ((TAKING, '"method": "POST"', '"method": "PUT"'), (B, Kind.CHANGED, "`method` is `PUT`, was `POST`")),
    (
        ("models/snapshot_request.py", '"retentionInDays": self', '"retention": self'),
        (B, Kind.CHANGED, "`body.retention` is new"),
    ),
    (
        ("models/snapshot_request.py", "minimum=1", "minimum=2"),
        (B, Kind.CHANGED, "calls that passed raise BadArgument at `retention_in_days`"),
    ),
    (
        ("models/snapshot_request.py", "minimum=1", "minimum=0"),
        (E, Kind.CHANGED, "BadArgument has other words"),
    ),
    (
        ("models/snapshot_request.py", "minimum=1", "minimum=-1"),
        (C, Kind.FIXED, "calls pass that raised BadArgument"),
    ),
]


@pytest.mark.parametrize(("edit", "wanted"), EDITS)
def test_a_difference_shows(
    contract: Contract, edited: Edit, edit: tuple[str, str, str], wanted: tuple[Grade, Kind, str]
) -> None:
    """With its grade, the operations, how often it was seen and where first."""
    (file, old, new), (grade, kind, said) = edit, wanted
    found = replayed(contract, CLIENT, edited(file, old=old, new=new)).differences
    matching = [each for each in found if (each.grade, each.kind) == (grade, kind) and said in each.what]
    assert matching, [each.what for each in found]
    for each in matching:
        assert each.seen
        assert each.name.startswith(each.example.split(":")[0])


def test_a_member_that_gets_a_name_is_no_loss(contract: Contract, edited: Edit) -> None:
    """It was among the additional ones before; the value is the same."""
    richer = with_property(contract, "Link", "title", {"type": "string"}, required=False)
    copy = edited(
        "models/link.py", old="    rel: str\n", new="    rel: str\n    title: str | Unset = UNSET\n"
    )
    path = copy / "models" / "link.py"
    path.write_text(
        path.read_text()
        .replace("rel=members", 'title=members.optional("title", read_string), rel=members')
        .replace("from ..writing", "from ..types import UNSET, Unset\nfrom ..writing")
    )
    found = behaviour.compare((CLIENT, contract), (copy, richer)).differences
    assert {each.grade for each in found} == {Grade.COMPATIBLE}
    assert any("title`" in each.what for each in found)


def test_a_further_enum_value_is_read_as_before(contract: Contract) -> None:
    """Unknown values are kept as they come, so callers get the same text."""
    richer = with_enum_value(contract, "CloudProvider", "IBM")
    assert behaviour.compare((CLIENT, contract), (CLIENT, richer)).differences == ()


def test_recorded_replies_are_replayed_one_by_one(contract: Contract, edited: Edit) -> None:
    """A difference names the place in the recording; requests of other servers are left out."""
    path = next(each.path for each in contract.operations.values() if each.id == "listGroups")
    reply = Reply(299, (), b"{}")

    def stream() -> Iterator[Recorded]:
        yield Recorded("traffic.har, entry 0", Request("GET", "/elsewhere"), reply)
        yield Recorded("traffic.har, entry 1", Request("GET", f"{path}?pretty=true"), reply)

    new = edited(
        LISTING, old='raise UnexpectedStatus(response, ("200"', new='raise KeyError(response, ("200"'
    )
    quiet = replayed(contract, CLIENT, CLIENT)
    found = replayed(contract, CLIENT, new, stream())
    assert found.replies == quiet.replies + 1
    assert sum(each.seen for each in found.differences) > 1
    other = [reply for reply in found.differences if "KeyError" in reply.what]
    assert [each.name for each in other] == ["listGroups"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("types.py", "class Unset:", "class Unset("),
        ("types.py", "UNSET: Final", "raise SystemExit\nUNSET: Final"),
        ("types.py", "UNSET: Final", "import nothing_of_this_name\nUNSET: Final"),
        (LISTING, "def parse_response", "def parse"),
    ],
)
def test_a_client_that_cannot_be_imported_is_bad_input(
    contract: Contract, edited: Edit, file: str, old: str, new: str
) -> None:
    """With its folder; and nothing of it is left behind."""
    copy = edited(file, old=old, new=new)
    with pytest.raises(BadInput) as caught:
        replayed(contract, CLIENT, copy)
    assert str(copy) in caught.value.where
    assert not [name for name in sys.modules if name.startswith("_atlas_contract")]
    assert not list(copy.rglob("__pycache__"))


def test_the_same_seed_gives_the_same_replies(contract: Contract) -> None:
    """And another seed other ones."""
    from atlas_contract.callers.replies import seeded

    first, again, other = (list(seeded(contract, contract, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
