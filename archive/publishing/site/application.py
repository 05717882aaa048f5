"""The datasette instance over an archive, with this project's plugin, templates and static files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm

from archive.publishing.site import plugin
from archive.publishing.site.description import metadata, settings

_HERE = Path(__file__).parent


def application(archive_path: Path, *, immutable: bool = False) -> Any:
    """A Datasette over the archive; `immutable` for a file that nobody writes to."""
    if not pm.is_registered(plugin):
        pm.register(plugin, name="nianbao")
    files = [str(archive_path)]
    return Datasette(
        files=[] if immutable else files,
        immutables=files if immutable else [],
        metadata=metadata(archive_path),
        settings=settings(),
        template_dir=str(_HERE / "templates"),
        static_mounts=[("nianbao", str(_HERE / "static"))],
    )
