"""The real data: getting them."""

from typing import Annotated

import typer

from secondlook.commands.mistakes import fail


def data(sources: Annotated[list[str] | None, typer.Argument(help="Sources; all when none is named.")] = None) -> None:
    """Download the real data from their public mirrors, and verify what is there; says which have none."""
    from secondlook.data import DataError, catalog
    from secondlook.data.download import download
    from secondlook.data.fetch import data_home

    lacking = 0
    by_hand = []
    try:
        for source in [catalog.source(name) for name in sources or catalog.catalog()]:
            missing = download(source)
            typer.echo(
                f"{source.name}: {len(source.files) - len(missing)} of {len(source.files)} files there and verified"
            )
            if missing and not source.published:
                by_hand.append(source)
                continue
            lacking += len(missing)
            for sentence in missing:
                typer.echo(f"  {sentence}", err=True)
    except DataError as fault:
        fail(fault)
    if by_hand:
        names = ", ".join(source.name for source in by_hand)
        paths = ", ".join(file.path for source in by_hand for file in source.files)
        typer.echo(f"secondlook: {names}: no public copy is known; put {paths} into {data_home()} by hand", err=True)
    if lacking:
        fail(f"{lacking} files are not in {data_home()}; what is there is kept, and calling it again goes on")
    if by_hand and sources:
        raise typer.Exit(1)
