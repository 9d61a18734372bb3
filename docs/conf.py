"""How Sphinx makes the site; `nox -s docs` runs it. Nothing that is shown is fetched from elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

project = "atlas-contract"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "reference.pages"]

myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # what is made from code may begin below a page's own headings

autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
default_role = "code"  # docstrings have code between single backticks

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
smartquotes = False  # it would make a dash of the two hyphens of a flag
