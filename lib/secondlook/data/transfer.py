"""One transfer over HTTP, going on where an earlier one broke off; and a plain word for all that can go wrong."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3
from tqdm import tqdm

from secondlook.data.catalog import HOSTS

CONNECT_SECONDS, STALL_SECONDS = 5.0, 30.0


class Broken(Exception):
    """Why a transfer did not come to its end this time."""


class Fault(Exception):
    """Why a mirror does not give what it should."""


class Unreachable(Fault):
    """A host that does not answer."""


def transfer(address: str, part: Path, limit: int, name: str) -> None:
    """Append to `part` what it lacks of the address.

    `Broken` if another attempt may go further, `Fault` if not, ``ValueError`` if more than `limit` bytes come.
    """
    start = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity", "Range": f"bytes={start}-"} if start else {"Accept-Encoding": "identity"}
    try:
        with requests.get(address, headers=headers, stream=True, timeout=(CONNECT_SECONDS, STALL_SECONDS)) as answer:
            asked, answering = urlsplit(address), urlsplit(answer.url)
            if asked.scheme == "https" != answering.scheme:
                raise Fault(f"sends us on to an address without https, {answer.url}")
            if answering.netloc not in (asked.netloc, *HOSTS):
                raise Fault(f"sends us on to a host that the catalog does not know, {answering.netloc}")
            if answer.status_code == 416:
                if answer.headers.get("Content-Range") == f"bytes */{start}":
                    return  # it was whole already
                part.unlink()
                raise Broken("does not go on where it broke off")
            if answer.status_code >= 500 or answer.status_code == 429:
                raise Broken(f"answers {answer.status_code} {answer.reason}")
            if not answer.ok:
                raise Fault(f"answers {answer.status_code} {answer.reason}")
            resumed = answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
            _write(answer, part, start if resumed else 0, limit, name)
    except (requests.Timeout, urllib3.exceptions.ReadTimeoutError) as fault:
        silent = Broken(f"sends nothing for {STALL_SECONDS:g} seconds")
        raise (Unreachable("cannot be reached") if isinstance(fault, requests.ConnectTimeout) else silent) from None
    except requests.TooManyRedirects:
        raise Fault("sends us on without end") from None
    except requests.ConnectionError:
        raise Unreachable("cannot be reached") from None
    except (requests.RequestException, urllib3.exceptions.HTTPError):
        raise Broken("breaks off") from None


def _write(answer: requests.Response, part: Path, start: int, limit: int, name: str) -> None:
    length = answer.headers.get("Content-Length", "")
    total = start + int(length) if length.isdecimal() else None
    bar = tqdm(total=total, initial=start, desc=name, unit="B", unit_scale=True, disable=not sys.stderr.isatty())
    with bar, part.open("ab" if start else "wb") as out:
        for piece in answer.raw.stream(2**16, decode_content=False):
            start += len(piece)
            if start > limit:
                raise ValueError(f"sends more than the {limit} bytes expected")
            out.write(piece)
            bar.update(len(piece))
