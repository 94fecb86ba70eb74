"""What the commands that audit have in common: reading, showing, signing and writing."""

import shlex
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from answerable import __version__
from answerable.cli.data import LOG
from answerable.cli.outputs import STANDARD_OUTPUT, Outputs, json_file, tell_error
from answerable.cli.progress import reading
from answerable.cli.summary import print_summary
from answerable.measure.tables import Engine, Limits, find_data
from answerable.project.settings import Settings
from answerable.record import statements
from answerable.record.key_files import KeyFileExists, KeyFileNotWritten
from answerable.record.keys import SigningKey
from answerable.report.facts import AuditReport
from answerable.verdict.document import audit_document
from answerable.verdict.evidence import evidence_statement
from answerable.verdict.run import AuditedData, Question, audit_files

_KEY_NAME = "answerable-evidence"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which data, as they lie and as they were typed, and which files are to be written."""

    data: str
    typed: str
    json: str | None = None
    html: str | None = None
    pdf: str | None = None
    evidence: str | None = None
    title: str | None = None
    engine: Engine = Engine.DUCKDB
    caution: str = ""


def audit_to_files(
    asked: Asked, question: Question, *, at: datetime, settings: Settings, show: bool = True
) -> str:
    """Run an audit, show it, write what was asked for, and return its verdict."""
    outputs = Outputs()
    inputs = [settings.evidence_key, *(file.path for file in find_data(asked.data).files)]
    places = (json_file(asked.json), asked.html, asked.pdf, asked.evidence)
    outputs.check(*places, inputs=inputs)
    audited = run(asked.data, question, settings=settings, engine=asked.engine)
    report = AuditReport(
        title=asked.title or f"Audit of {audited.source.name}",
        audited=audited,
        version=__version__,
        measured_at=at,
        command=_command_to_recompute(asked, question),
        evidence=None if asked.evidence is None else Path(asked.evidence).name,
        caution=asked.caution,
    )
    if asked.html is not None:
        from answerable.report.html import html_report

        outputs.add(asked.html, html_report(report).encode())
    if asked.pdf is not None:
        from answerable.report.pdf import pdf_report

        outputs.add(asked.pdf, pdf_report(report))
    if asked.evidence is not None:
        statement = evidence_statement(audited, at=at)
        envelope = statements.sign(statement, keys=[evidence_key(settings)])
        outputs.add(asked.evidence, envelope.to_bytes())
    outputs.add_json(asked.json, audit_document(audited))
    outputs.write()
    if show and asked.json != STANDARD_OUTPUT:
        print_summary(audited)
    return audited.audit.verdict


def run(
    data: str, question: Question, *, settings: Settings, engine: Engine = Engine.DUCKDB
) -> AuditedData:
    """Audit with a progress bar where somebody is watching."""
    limits = Limits(memory_mb=settings.memory_mb, threads=settings.threads)
    with reading(find_data(data).name) as progress:
        return audit_files(data, question, limits=limits, engine=engine, progress=progress)


def evidence_key(settings: Settings) -> SigningKey:
    """Read the key that signs evidence on this machine; make it the first time."""
    path = settings.evidence_key
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            reason = str(error.strerror).lower()
            raise KeyFileNotWritten(path=path, reason=reason) from error
        made = SigningKey.make(_KEY_NAME)
        try:
            made.write(path)
        except KeyFileExists:
            # Another run made it in the meantime; that one counts.
            return SigningKey.read(path)
        tell_error(
            f"A key to sign evidence was made. Give this public key to those who will check it:\n"
            f"{made.verifier}\n"
        )
    return SigningKey.read(path)


def _command_to_recompute(asked: Asked, question: Question) -> str:
    source = find_data(asked.data)
    name = asked.typed if asked.typed.startswith(LOG) else Path(asked.data).name
    if source.address is not None:
        # The address may hold a password, and who may read the table is not for a report.
        name = f"postgresql://USER@HOST/DATABASE?table={source.name}"
    if asked.evidence is not None:
        evidence = Path(asked.evidence).name
        return shlex.join(["answerable", "reproduce", evidence, "--data", name])
    words = ["answerable", "audit", name, "--decision", question.columns.decision]
    for option, value in (
        ("--label", question.columns.label),
        ("--positive", question.positive),
        ("--favourable", question.favourable),
        ("--by", ",".join(question.columns.by)),
    ):
        words += [] if value is None else [option, value]
    for column, value in question.reference.items():
        words += ["--reference", f"{column}={value}"]
    for norm in question.norms:
        words += ["--norm", norm]
    if question.strata:
        words += ["--strata", ",".join(question.strata), "--because", question.because]
    return shlex.join([*words, "--profile", question.profile])
