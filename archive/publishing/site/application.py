"""The datasette instance over an archive, with this project's plugin, templates and static files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm

from archive.publishing.site import plugin
from archive.publishing.site.description import metadata, settings
from archive.publishing.site.overview import Overviews

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages need besides datasette: the overview of the archive, and how it is served."""

    overviews: Overviews
    immutable: bool
    block_robots: bool


def application(archive_path: Path, *, immutable: bool = False, block_robots: bool = False) -> Any:
    """A Datasette over the archive; `immutable` for a file that nobody writes to."""
    if not pm.is_registered(plugin):
        pm.register(plugin, name="nianbao")
    # Imported before datasette.app it would not be registered.
    from datasette import handle_exception

    # With rich installed datasette prints every local variable for a page that is not there; an error of the program
    # itself is printed without it too.
    handle_exception.rich = None
    files = [str(archive_path)]
    made = Datasette(
        files=[] if immutable else files,
        immutables=files if immutable else [],
        metadata=metadata(archive_path),
        settings=settings(immutable=immutable),
        template_dir=str(_HERE / "templates"),
        static_mounts=[("nianbao", str(_HERE / "static"))],
    )
    made.nianbao = Site(Overviews(archive_path, immutable=immutable), immutable, block_robots)
    return made
