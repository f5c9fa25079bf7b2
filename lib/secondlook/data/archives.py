"""Take declared files out of a gzipped tar archive, and nothing else."""

import gzip
import shutil
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from secondlook.data.catalog import File
from secondlook.data.fetch import store

LIMIT = 2**32


def extract(archive: Path, members: Mapping[str, File], home: Path, partial: Path) -> None:
    """Store those `members` of the archive, plain files by name, that have the declared size and sha256.

    A file goes where the catalog says: no path, link or other thing in the archive has any effect. ``ValueError`` if a
    member is missing or wrong; those that are right are stored all the same.
    """
    lacking = dict(members)
    unpacked = 0
    part = partial / "member"
    try:
        with tarfile.open(archive, "r:gz") as opened:
            for member in opened:
                unpacked += member.size
                if unpacked > LIMIT:
                    raise ValueError(f"unpacks to more than {LIMIT} bytes")
                file = lacking.get(member.name)
                if file and member.isreg() and member.size == file.size and (content := opened.extractfile(member)):
                    with part.open("wb") as out:
                        shutil.copyfileobj(content, out)
                    if store(part, file, home):
                        del lacking[member.name]
                if not lacking:
                    return
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise ValueError(f"is not a whole archive ({' '.join(str(fault).split())})") from None
    finally:
        part.unlink(missing_ok=True)
    raise ValueError(f"has no right {', '.join(sorted(lacking))} in it")
