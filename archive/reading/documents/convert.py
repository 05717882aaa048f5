"""Old Word files (.doc, .wps, .rtf) to .docx, by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from archive.reading.model import UnreadableError

SETTING = "NIANBAO_SOFFICE"
"""Environment variable: path of LibreOffice's `soffice`, or `none`; without it, the one on the PATH."""
LONGEST_CONVERSION = 60
"""Seconds."""
_SUFFIXES = {"application/msword": ".doc", "application/rtf": ".rtf", "application/xml": ".xml"}
# A profile of its own for each conversion: a shared one is locked, and could be made to run something.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def soffice() -> str | None:
    """The LibreOffice to use; None where there is none."""
    setting = os.environ.get(SETTING)
    if setting:
        return None if setting == "none" else shutil.which(setting)
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_docx(body: bytes, media_type: str) -> bytes:
    """Convert a document; raises UnreadableError where LibreOffice is missing, fails, or takes too long."""
    program = soffice()
    if program is None:
        raise UnreadableError(
            "an old Word file (.doc, .wps, .rtf) is read by LibreOffice, which was not found: install it "
            f"(Debian: apt install libreoffice-writer-nogui), or name its soffice in {SETTING}"
        )
    with tempfile.TemporaryDirectory(prefix="nianbao-") as folder:
        profile = Path(folder, "profile")
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
        source = Path(folder, "document" + _SUFFIXES.get(media_type, ".doc"))
        source.write_bytes(body)
        # coreutils' timeout ends the whole group of processes, also when the one that started it has been killed.
        command = ["timeout", "--kill-after=5", str(LONGEST_CONVERSION), program, "--headless", "--norestore"]
        command += [f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "docx", "--outdir", folder]
        try:
            done = subprocess.run(
                [*command, str(source)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env={"PATH": os.environ.get("PATH", os.defpath), "HOME": folder, "LC_ALL": "C.UTF-8"},
                check=False,
            )
        except OSError as error:
            raise UnreadableError(f"LibreOffice could not be started ({error})") from error
        converted = source.with_suffix(".docx")
        if done.returncode in (124, 137):
            raise UnreadableError(f"LibreOffice took longer than {LONGEST_CONVERSION} s to convert the document")
        if not converted.is_file():
            said = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
            raise UnreadableError(f"LibreOffice cannot convert the document ({said})"[:300])
        return converted.read_bytes()
