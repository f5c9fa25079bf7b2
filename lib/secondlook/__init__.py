"""A Second Look: four public pieces of coursework, every claim re-derived, re-run and marked.

Subjects are modules, imported when needed: ``from secondlook import gaussian``. Nothing heavy is imported here.
"""

from importlib.metadata import version

__version__ = version("secondlook")
