"""How Sphinx is set: the one place for the site's looks and rules."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from secondlook.site.books import FILES

HERE = Path(__file__).parent

SETTINGS: dict[str, Any] = {
    "project": "A Second Look",
    "author": "The A Second Look developers",
    "release": version("secondlook"),
    "language": "en-GB",
    "extensions": [
        "myst_nb",
        "sphinx.ext.autodoc",
        "secondlook.site.api",
        "secondlook.site.mathematics",
        "secondlook.site.policy",
    ],
    "exclude_patterns": [f"notebooks/{FILES}"],
    # the notebooks: as they are stored, never run
    "nb_execution_mode": "off",
    "nb_render_markdown_format": "myst",
    "nb_code_prompt_show": "Show the solution in code",
    "nb_code_prompt_hide": "Hide the solution in code",
    "myst_enable_extensions": ["attrs_block", "attrs_inline", "deflist", "dollarmath"],
    "myst_heading_anchors": 4,
    "myst_update_mathjax": False,
    # the API
    "default_role": "py:obj",
    "autodoc_default_options": {"members": True, "member-order": "bysource", "ignore-module-all": True},
    "add_module_names": False,
    # the pages
    "html_theme": "pydata_sphinx_theme",
    "html_title": "A Second Look",
    "html_static_path": [str(HERE / "static")],
    "html_css_files": ["site.css"],
    "html_favicon": str(HERE / "static" / "favicon.svg"),
    "html_math_renderer": "mathml",
    "html_domain_indices": False,
    "html_show_sourcelink": False,
    "html_copy_source": False,
    "html_show_search_summary": False,  # it would fetch pages, which a browser refuses to pages read from a disc
    "html_context": {"default_mode": "auto"},  # light or dark, as the reader's system is
    "html_sidebars": {"**": ["sidebar-nav-bs"], "index": []},
    "html_theme_options": {
        "logo": {"text": "A Second Look"},
        "navbar_align": "left",
        "show_prev_next": True,
        "secondary_sidebar_items": ["page-toc"],
        "footer_start": [],
        "footer_end": [],
        "search_bar_text": "Search",
        "back_to_top_button": False,
    },
}
