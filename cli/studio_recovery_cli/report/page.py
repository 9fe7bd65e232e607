"""Knows how a report becomes one page that needs nothing else: no network, no second file.

Its policy lets the browser run the page's own two scripts, known by their hashes, and fetch nothing at all.
"""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template

from studio_recovery_cli import words
from studio_recovery_cli.report import sections
from studio_recovery_cli.report.facts import Report

# One script in the page, in this order.
_SCRIPTS = ("words.js", "listing.js", "charts.js", "paper.js")
# In JSON within HTML: nothing may end the script element, and nothing the string in an older browser.
_UNSAFE = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def page(report: Report, plotly: str) -> str:
    """The page as HTML. `plotly` is the text of plotly.js."""
    script = "\n".join(map(_file, _SCRIPTS))
    mood, verdict = sections.verdict(report)
    subject = report.subject
    return Template(_file("page.html")).substitute(
        policy=_policy(plotly, script),
        title=escape(f"{subject.name} in {subject.region}"),
        style=_file("page.css"),
        about=sections.about(report),
        mood=mood,
        verdict=escape(verdict),
        tiles=sections.tiles(report),
        troubles=sections.troubles(report),
        domains=sections.domains(report),
        period=_period(report),
        footer=_footer(report),
        known=_known(report),
        data=_embedded(report),
        plotly=plotly,
        script=script,
    )


def _period(report: Report) -> str:
    count, since = len(report.recoveries), sections.moment(report.subject.since)
    if not count:
        return f"No recovery ended since {since}."
    noun = "recovery" if count == 1 else "recoveries"
    return f"{words.number(count)} {noun} ended since {since}."


def _known(report: Report) -> str:
    count = len(report.owners)
    if not count:
        return "The ledger knows nobody yet."
    return f"{words.number(count)} {'owner' if count == 1 else 'owners'}, with those that are gone."


def _footer(report: Report) -> str:
    name = escape(report.subject.name)
    return (
        f"Made by <code>studio-recovery report</code> for the deployment {name}. It holds the names of owners, domains"
        " and homes, and no name of any file in them."
    )


def _embedded(report: Report) -> str:
    told = json.dumps(report.as_data(), ensure_ascii=False, separators=(",", ":"))
    return told.translate(_UNSAFE)


def _policy(*scripts: str) -> str:
    hashes = " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in scripts)
    # Plotly writes styles, and makes a picture of a chart for whoever asks for one.
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:;"
        " base-uri 'none'; form-action 'none'"
    )


def _file(name: str) -> str:
    return (files("studio_recovery_cli.report") / name).read_text("utf-8")
