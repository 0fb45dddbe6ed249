"""Where LibreOffice is, and how to get it: run as a module, this makes sure that there is one.

Debian's package is taken as root on Debian; elsewhere the words say what to install. Chinese type comes along.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

NAMES = ("soffice", "libreoffice")
PACKAGES = ("libreoffice-writer-nogui", "fonts-noto-cjk")
PATIENCE = 90  # seconds


def installed() -> str | None:
    """The path of LibreOffice; None if there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def install() -> None:
    """Install LibreOffice; raises CalledProcessError with the tool's own words, or SystemExit where we cannot."""
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        raise SystemExit("LibreOffice is needed: install its Writer, so that `soffice` is found.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    subprocess.run(wanted, check=True, env=environment)


def to_pdf(documents: Sequence[Path], folder: Path) -> list[Path]:
    """The documents as LibreOffice sets them, in one run with a profile of its own; raises if it fails."""
    program = installed()
    assert program is not None, "LibreOffice is missing; `python -m tests.office` installs it"
    profile = (folder / "profile").as_uri()
    subprocess.run(
        [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(folder),
         *map(str, documents)],
        check=True, capture_output=True, timeout=PATIENCE,
    )
    return [folder / f"{document.stem}.pdf" for document in documents]


if __name__ == "__main__":
    if installed() is None:
        install()
    print(f"LibreOffice: {installed()}")
