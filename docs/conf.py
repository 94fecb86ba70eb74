"""How the documentation is built: Sphinx with MyST, and nothing fetched from anywhere."""

from answerable import __version__

project = "Answerable"
author = "The Answerable contributors"
release = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
html_theme = "alabaster"
html_theme_options = {
    "description": "Lets a government use AI only where it can answer for it.",
    "page_width": "70rem",
}
html_copy_source = False
