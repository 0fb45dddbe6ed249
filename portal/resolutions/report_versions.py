"""By what a form knows that a report was changed: by who typed in the form, or by somebody else since it was shown."""

import hashlib
import json

from portal.resolutions.models import ProgressReport


def fingerprint(percent: int | None, *texts: str) -> str:
    """What a report says, as 16 hexadecimal digits; line ends count alike."""
    said = [percent, *("\n".join(text.strip().splitlines()) for text in texts)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def fingerprint_of(report: ProgressReport) -> str:
    return fingerprint(report.percent, report.done, report.problems, report.next_step)


def version_of(report: ProgressReport | None) -> str:
    """Which report it is, how it stands and what it says; `none` where nobody has reported yet."""
    return f"{report.id}-{report.state}-{fingerprint_of(report)}" if report else "none"
