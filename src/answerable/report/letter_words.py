"""The fixed words of a letter, in each language that has them.

Nobody whose first language it is has read the Spanish, Dutch and Arabic words yet; the page on
letters says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Direction(StrEnum):
    """Which way a language is written."""

    LTR = "ltr"
    RTL = "rtl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What a letter says besides what it is about. ``{…}`` is filled from the letter."""

    direction: Direction
    months: tuple[str, ...]
    day: str
    subject: str
    title: str
    greeting: str
    dated: str
    reference: str
    code: str
    decided: str
    ai: str
    why: str
    data: str
    can_do: str
    until: str
    how: str
    where: str
    page: str
    keep: str
    help: str
    contact: str
    record: str
    record_why: str

    def day_of(self, on: date) -> str:
        """Write a day with its month in letters, so that no order of numbers is guessed."""
        return self.day.format(day=on.day, month=self.months[on.month - 1], year=on.year)


_ENGLISH = Words(
    direction=Direction.LTR,
    months=(
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    ),
    day="{day} {month} {year}",
    subject="{agency}: a decision about you, reference {reference}",
    title="A decision about you",
    greeting="For {person}",
    dated="Date",
    reference="Your reference",
    code="Your code",
    decided="What was decided",
    ai="The part that AI played",
    why="The reasons",
    data="The data that was used",
    can_do="What you can do",
    until="You can challenge this decision until {day}, and that day counts.",
    how="How to challenge it",
    where="Open this page and enter your reference and your code. You need no account.",
    page="Page",
    keep="Keep the code to yourself: whoever has it can read your case.",
    help="Where to get help",
    contact="To speak to a person at {agency}:",
    record="For your records",
    record_why=(
        "This is the state of the public record when this letter was written. If the record is "
        "rewritten later, these lines prove it."
    ),
)

_SPANISH = Words(
    direction=Direction.LTR,
    months=(
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"),
        *("septiembre", "octubre", "noviembre", "diciembre"),
    ),
    day="{day} de {month} de {year}",
    subject="{agency}: una decisión sobre usted, referencia {reference}",
    title="Una decisión sobre usted",
    greeting="Para {person}",
    dated="Fecha",
    reference="Su referencia",
    code="Su código",
    decided="Qué se decidió",
    ai="El papel de la inteligencia artificial",
    why="Los motivos",
    data="Los datos que se usaron",
    can_do="Qué puede hacer",
    until="Puede impugnar esta decisión hasta el {day}, ese día incluido.",
    how="Cómo impugnarla",
    where="Abra esta página y escriba su referencia y su código. No necesita una cuenta.",
    page="Página",
    keep="No comparta el código: quien lo tenga puede leer su caso.",
    help="Dónde obtener ayuda",
    contact="Para hablar con una persona en {agency}:",
    record="Para sus archivos",
    record_why=(
        "Este es el estado del registro público cuando se escribió esta carta. Si alguien cambia "
        "el registro más tarde, estas líneas lo prueban."
    ),
)

_DUTCH = Words(
    direction=Direction.LTR,
    months=(
        *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus"),
        *("september", "oktober", "november", "december"),
    ),
    day="{day} {month} {year}",
    subject="{agency}: een besluit over u, kenmerk {reference}",
    title="Een besluit over u",
    greeting="Voor {person}",
    dated="Datum",
    reference="Uw kenmerk",
    code="Uw code",
    decided="Wat is besloten",
    ai="Wat AI hierin deed",
    why="De redenen",
    data="De gegevens die zijn gebruikt",
    can_do="Wat u kunt doen",
    until="U kunt dit besluit aanvechten tot en met {day}.",
    how="Hoe u het aanvecht",
    where="Open deze pagina en vul uw kenmerk en uw code in. U hebt geen account nodig.",
    page="Pagina",
    keep="Houd de code voor uzelf: wie hem heeft, kan uw zaak lezen.",
    help="Waar u hulp krijgt",
    contact="Als u iemand wilt spreken bij {agency}:",
    record="Om te bewaren",
    record_why=(
        "Dit is de stand van het openbare register toen deze brief werd geschreven. Wordt het "
        "register later herschreven, dan bewijzen deze regels dat."
    ),
)

_ARABIC = Words(
    direction=Direction.RTL,
    months=(
        *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس"),
        *("سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
    ),
    day="{day} {month} {year}",
    subject="{agency}: قرار يخصك، الرقم المرجعي {reference}",
    title="قرار يخصك",
    greeting="إلى {person}",
    dated="التاريخ",
    reference="رقمك المرجعي",
    code="رمزك",
    decided="ما تقرر",
    ai="دور الذكاء الاصطناعي",
    why="الأسباب",
    data="البيانات التي استخدمت",
    can_do="ما يمكنك فعله",
    until="يمكنك الاعتراض على هذا القرار حتى نهاية يوم {day}.",
    how="كيف تعترض",
    where="افتح هذه الصفحة وأدخل رقمك المرجعي ورمزك. لا تحتاج إلى حساب.",
    page="الصفحة",
    keep="احتفظ بالرمز لنفسك: من يملكه يستطيع قراءة ملفك.",
    help="أين تجد المساعدة",
    contact="للتحدث إلى شخص في {agency}:",
    record="للاحتفاظ به",
    record_why=(
        "هذه حالة السجل العام وقت كتابة هذه الرسالة. إذا أعيدت كتابة السجل لاحقا فهذه السطور "
        "تثبت ذلك."
    ),
)

WORDS: Mapping[str, Words] = MappingProxyType(
    {"en": _ENGLISH, "es": _SPANISH, "nl": _DUTCH, "ar": _ARABIC}
)
"""The words by the language's short code."""
