"""Knows the parts of the page that need no script: the verdict, the numbers, what needs a person, the domains."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

from studio_recovery.advice import Step
from studio_recovery.notices import command
from studio_recovery.rows import Row
from studio_recovery.statuses import Word
from studio_recovery_cli import words
from studio_recovery_cli.report.facts import DomainStanding, Report, Trouble

_OWNERS_TOLD = 50


def moment(at: int) -> str:
    """A time, which the page's script writes as whoever looks at it writes times."""
    told = datetime.fromtimestamp(at / 1000, UTC)
    return f'<time datetime="{told.isoformat(timespec="seconds")}">{told:%Y-%m-%d %H:%M} UTC</time>'


def about(report: Report) -> str:
    """Which deployment, and when."""
    subject = report.subject
    return f"Account {escape(subject.account)} · {escape(subject.region)} · {moment(subject.made_at)}"


def verdict(report: Report) -> tuple[str, str]:
    """How things stand, as `good`, `mind` or `bad`, and in a sentence."""
    said = []
    if report.waiting:
        said.append(f"{_many(report.waiting, 'owner needs', 'owners need')} a person")
    if report.unprotected:
        said.append(f"{_many(report.unprotected, 'owner is', 'owners are')} not protected")
    if report.unreadable:
        said.append(f"{_many(report.unreadable, 'row', 'rows')} of the ledger cannot be read")
    if not said and not report.owners:
        return "mind", "Nobody is known yet: no user profile or space was seen in a domain that is looked after."
    if not said:
        return "good", "Everybody is protected, and nothing needs a person."
    return "bad" if report.waiting or report.unreadable else "mind", f"{'; '.join(said)}."


def tiles(report: Report) -> str:
    """The numbers."""
    subject, protection = report.subject, report.protection
    seen = subject.reconciled_at
    reconciled = words.age(seen, subject.made_at) if seen else "unknown"
    living = protection.protected + report.unprotected
    told = [
        ("Protected", words.number(protection.protected), f"of {_many(living, 'owner', 'owners')}"),
        ("Not protected", words.number(report.unprotected), ""),
        ("Under way", words.number(report.under_way), "wait or are copied"),
        ("Need a person", words.number(report.waiting), _by_status(report)),
        ("Recovered", words.number(report.ended(Word.SUCCEEDED)), f"in {_many(subject.days, 'day', 'days')}"),
        ("Copied", words.size(report.bytes_written), f"in {_many(subject.days, 'day', 'days')}"),
        ("Last reconcile", reconciled, moment(seen) if seen else "no figure of it was found"),
    ]
    return "".join(
        f'<div><dt>{title}</dt><dd>{value}</dd><dd class="note">{note}</dd></div>' for title, value, note in told
    )


def _by_status(report: Report) -> str:
    """How many need a person with which status, such as `1 failed, 2 partial`."""
    counts: Counter[str] = Counter()
    for trouble in report.troubles:
        counts[trouble.status.lower()] += len(trouble.rows)
    told = ", ".join(f"{words.number(count)} {status}" for status, count in counts.items())
    return told or "none failed, partial or blocked"


def troubles(report: Report) -> str:
    """What needs a person, one card for each cause."""
    cards = "\n".join(_card(trouble, report.subject.name) for trouble in report.troubles)
    return cards or '<p class="card">Nothing failed, nothing is blocked.</p>'


def _card(trouble: Trouble, name: str) -> str:
    """A cause with its remedy: of one owner ready to be typed, of several with a list of them."""
    count, (row, row_steps) = len(trouble.rows), trouble.rows[0]
    whose = escape(str(row.owner)) if count == 1 else f"{words.number(count)} owners"
    steps = "".join(f"<li>{escape(step.text)}{_typed(step, name) if count == 1 else ''}</li>" for step in row_steps)
    return (
        f'<article class="card" style="--kind: var(--{trouble.status})">'
        f'<h3><span class="badge">{trouble.status}</span> {whose}: {escape(trouble.cause)}</h3>'
        f"{_way(row) if count == 1 else ''}<ol>{steps}</ol>{_owners(trouble, name) if count > 1 else ''}</article>"
    )


def _owners(trouble: Trouble, name: str) -> str:
    """The owners of one cause, with what to type for each."""
    lines = (
        f"<li><strong>{escape(str(row.owner))}</strong>{_way(row)}{''.join(_typed(step, name) for step in steps)}</li>"
        for row, steps in trouble.rows[:_OWNERS_TOLD]
    )
    more = len(trouble.rows) - _OWNERS_TOLD
    rest = f"<li>and {words.number(more)} more: the list of owners below has them all</li>" if more > 0 else ""
    return f"<details><summary>Owners and commands</summary><ul>{''.join(lines)}{rest}</ul></details>"


def _way(row: Row) -> str:
    source = row.next_source
    return f'<p class="quiet">{source.home.key} → {row.home.key}</p>' if source and row.home else ""


def _typed(step: Step, name: str) -> str:
    return f"<code>{escape(command(name, step))}</code>" if step.action else ""


def domains(report: Report) -> str:
    """The domains, and why owners of them are not protected."""
    if not report.domains:
        return '<p class="card">There is no Studio domain in this Region.</p>'
    heads = ("Domain", "Id", "Owners", "Protected", "Why not the others", "Home file system", "VPC")
    numbers = ("Owners", "Protected")
    head = "".join(f'<th scope="col"{_if(title in numbers)}>{title}</th>' for title in heads)
    lines = "".join(map(_domain, report.domains))
    return (
        '<div class="listing"><div class="scroll" tabindex="0" role="region" aria-label="domains">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div></div>"
    )


def _domain(standing: DomainStanding) -> str:
    domain = standing.domain
    cells = (
        ("home", escape(domain.id)),
        ("number", words.number(standing.owners)),
        ("number", words.number(standing.protection.protected)),
        ("words", "<br>".join(map(escape, _why_not(standing))) or "–"),
        ("home", escape(domain.file_system_id) or "–"),
        ("home", escape(domain.vpc_id) or "–"),
    )
    told = "".join(f'<td class="{kind}">{text}</td>' for kind, text in cells)
    return f'<tr><th scope="row" class="domain">{escape(domain.name) or "–"}</th>{told}</tr>'


def _why_not(standing: DomainStanding) -> Iterator[str]:
    if not standing.exists:
        yield "Studio does not list this domain any more"
    elif not standing.in_scope and not standing.owners:
        yield "the deployment looks after other domains only"
    for reason, count in sorted(standing.protection.reasons.items(), key=lambda pair: -pair[1]):
        yield f"{words.number(count)}: {reason}"


def _if(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _many(count: int, one: str, many: str) -> str:
    return f"{words.number(count)} {one if count == 1 else many}"
