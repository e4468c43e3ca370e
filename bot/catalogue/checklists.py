"""Reads `data/checklists/<situation>.toml`. Refuses steps that wait for each other in a circle,
ids used twice, a step without words in one of the languages of its checklist, and a situation that
no alert can be in.
"""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from bot.catalogue.tables import SLUG, Table, raise_faults, read_tables
from bot.domain.checklists import Fact, Step, Template
from bot.domain.notices import What
from bot.domain.platforms import Certainty
from bot.domain.situations import Situation
from bot.errors import Fault

REQUIRED_LANGUAGES = ("en", "fr")
"""Every checklist speaks at least these; a further one it starts it must keep up."""

LONGEST_TITLE = 80
LONGEST_WHY = 220
"""Characters: a page of steps must fit into one Discord message."""

LONGEST_ID = 40
"""Characters: a button's id carries it."""


def load_checklists(folder: Path) -> dict[str, Template]:
    """Every template in `folder`, by situation. Raises `BadCatalogue` with every fault."""
    faults: list[Fault] = []
    templates = [_template(table) for table in read_tables(folder, faults)]
    raise_faults(faults)
    return {template.situation: template for template in templates}


def _template(table: Table) -> Template:
    languages = _languages(table)
    title = table.wording("title", languages, LONGEST_TITLE)
    short = table.texts("short")
    ends = table.choice_groups("ends", What)
    steps = tuple(_step(step, languages) for step in table.tables("steps"))
    if not steps and not table.values.get("steps"):
        table.fault("missing", "steps")
    template = Template(Path(table.file).stem, title, steps, short, ends)
    if template.situation not in set(Situation):
        table.fault("choice", "-", value=template.situation, choices=", ".join(Situation))
    for key, other in (("short", "ends"), ("ends", "short")):
        if key in table.values and other not in table.values:
            table.fault("needs_key", key, other=other)
    table.done()
    _check_order(table, template)
    return template


def _languages(table: Table) -> tuple[str, ...]:
    """Every language in which anything is said, the required ones first."""
    tables = [table.values]
    steps = table.values.get("steps")
    if isinstance(steps, list):
        tables += [step for step in steps if isinstance(step, dict)]
    said = {
        language
        for values in tables
        for key in ("title", "why")
        if isinstance(wording := values.get(key), dict)
        for language in wording
        if len(language) == 2
    }
    return (*REQUIRED_LANGUAGES, *sorted(said.difference(REQUIRED_LANGUAGES)))


def _step(table: Table, languages: tuple[str, ...]) -> Step:
    step = Step(
        id=table.text("id"),
        title=table.wording("title", languages, LONGEST_TITLE),
        why=table.wording("why", languages, LONGEST_WHY),
        until=table.choices("until", What),
        or_else=table.choices("or_else", What),
        after=table.choices("after", What),
        days_before=table.number("days_before") if "days_before" in table.values else None,
        days_after=table.number("days_after", default=0),
        needs=table.texts("needs"),
        facts=tuple(_fact(fact) for fact in table.tables("facts")),
        countries=table.texts("countries"),
    )
    if step.id and not (SLUG.fullmatch(step.id) and len(step.id) <= LONGEST_ID):
        table.fault("id", "id", value=step.id)
    if step.days_before is not None and not (step.until or step.or_else):
        table.fault("needs_key", "days_before", other="until")
    for key in ("until", "or_else", "days_before"):
        if step.after and key in table.values:
            table.fault("not_both", key, other="after")
    for country in step.countries:
        if not (len(country) == 2 and country.isascii() and country.isupper()):
            table.fault("country", "countries", value=country)
    table.done()
    return step


def _fact(table: Table) -> Fact:
    fact = Fact(table.text("id"), table.choice("certainty", Certainty))
    table.done()
    return fact


def _check_order(table: Table, template: Template) -> None:
    """Ids once each, needs that exist, no circles, and a short plan that keeps to them."""
    known: set[str] = set()
    for place, step in enumerate(template.steps, 1):
        if step.id in known:
            table.fault("duplicate", f"steps[{place}].id", value=step.id, other=table.file)
        known.add(step.id)
    for place, step in enumerate(template.steps, 1):
        for need in sorted(set(step.needs) - known):
            table.fault("unknown_step", f"steps[{place}].needs", value=need)
    needs = {step.id: [need for need in step.needs if need in known] for step in template.steps}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as circle:
        table.fault("circle", "steps", value=" → ".join(reversed(circle.args[1])))
    for name, value in _short_faults(template, known, needs):
        table.fault(name, "short", value=value)


def _short_faults(
    template: Template, known: set[str], needs: dict[str, list[str]]
) -> Iterator[tuple[str, str]]:
    done: set[str] = set()
    for step_id in template.short:
        if step_id not in known:
            yield "unknown_step", step_id
        elif step_id in done:
            yield "twice_in_list", step_id
        elif any(need in template.short and need not in done for need in needs[step_id]):
            yield "too_early", step_id
        done.add(step_id)
