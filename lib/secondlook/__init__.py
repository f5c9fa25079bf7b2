"""A Second Look: four public pieces of coursework, every claim re-derived, re-run and marked.

Subjects are modules, imported when needed: ``from secondlook import gaussian``. Nothing heavy is imported here.
"""

import time
from importlib.metadata import version

__version__ = version("secondlook")
IMPORTED = time.time()
"""When this process began to load the package: a file that was changed later may not be the one it has loaded."""
