"""A small contract that shows every feature the spec room handles, as text to be edited by tests."""

from __future__ import annotations

from pathlib import Path

import pytest

FRAGMENT = """\
openapi: 3.1.0
info: {title: Kites, version: "1"}
servers: [{url: https://kites.example}]
paths:
  /kites/{kiteId}:
    get:
      operationId: getKite
      parameters:
        - $ref: '#/components/parameters/kiteId'
        - {name: envelope, in: query, schema: {type: boolean, default: false}}
      responses:
        "200":
          description: The kite.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Kite'}
        "404": {description: No such kite.}
components:
  parameters:
    kiteId: {name: kiteId, in: path, required: true, description: Id., schema: {type: string, pattern: ^k.$}}
  schemas:
    Kite:
      oneOf:
        - $ref: '#/components/schemas/BoxKite'
        - $ref: '#/components/schemas/FlatKite'
      discriminator:
        propertyName: kind
        mapping: {box: '#/components/schemas/BoxKite', flat: '#/components/schemas/FlatKite'}
    KiteBase:
      type: object
      required: [id]
      properties:
        id: {type: string, description: Id of the kite.}
        colour: {$ref: '#/components/schemas/Colour'}
    BoxKite:
      type: object
      x-atlas-essential: [id, kind]
      allOf: [{$ref: '#/components/schemas/KiteBase'}]
      required: [kind, cells]
      properties:
        kind: {type: string, const: box}
        cells: {type: integer, minimum: 1}
    FlatKite:
      type: object
      allOf: [{$ref: '#/components/schemas/KiteBase'}]
      properties:
        kind: {type: string, const: flat}
        maker: {type: string, const: us}
    Colour: {type: string, enum: [red, darkBlue]}
    ApiError:
      type: object
      x-atlas-essential: [error]
      required: [error, detail]
      properties:
        error: {type: integer}
        detail: {type: string}
"""
OVERLAY = """\
overlay: 1.0.0
info: {title: Seen, version: "1"}
actions:
  - target: $.components.schemas.Colour.enum
    description: There are green kites.
    update: green
    x-reason: The list ends too early.
    x-evidence: One green kite.
    x-date: 2026-01-02
    x-source: observed
"""
BEHAVIOURS = """\
behaviours:
  - id: kites-fly
    statement: Kites fly.
    source: inferred
    evidence: [The sky.]
    operations: [getKite]
"""


@pytest.fixture
def spec_dir(tmp_path: Path) -> Path:
    """A folder with the three files of a small, valid contract."""
    (tmp_path / "atlas-snapshots.yaml").write_text(FRAGMENT)
    (tmp_path / "observed.overlay.yaml").write_text(OVERLAY)
    (tmp_path / "behaviours.yaml").write_text(BEHAVIOURS)
    return tmp_path
