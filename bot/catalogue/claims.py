"""What platforms claim against each other: names, domains, addresses to watch, and being a part.

Refuses two platforms with one name, one address or one domain; only a part shares its whole's
domain, since the whole's word counts for it too.
"""

from collections.abc import Iterable, Iterator, Mapping

from bot.domain.names import fold
from bot.domain.platforms import Platform, is_below
from bot.errors import Fault


def bad_claims(folder: str, platforms: Mapping[str, Platform]) -> Iterator[Fault]:
    """Every fault between the files of `folder`; each is the second claimant's."""
    yield from _bad_parts(folder, platforms)
    yield from _claimed_twice(folder, platforms.values())


def _bad_parts(folder: str, platforms: Mapping[str, Platform]) -> Iterator[Fault]:
    for platform in platforms.values():
        if platform.part_of is None:
            continue
        whole = platforms.get(platform.part_of)
        if whole is None or whole is platform or whole.part_of is not None:
            yield Fault(
                "catalogue.fault.no_whole",
                file=f"{folder}/{platform.slug}.toml",
                key="part_of",
                value=platform.part_of,
            )


def _claimed_twice(folder: str, platforms: Iterable[Platform]) -> Iterator[Fault]:
    names: dict[str, str] = {}
    addresses: dict[str, str] = {}
    domains: dict[str, Platform] = {}
    for platform in platforms:
        file = f"{folder}/{platform.slug}.toml"
        claims = [("-", platform.slug), ("name", platform.name)]
        claims += [("aliases", alias) for alias in platform.aliases]
        claims += [("former_names", name) for name in platform.former_names]
        for key, name in claims:
            other = names.setdefault(fold(name), file)
            if other != file and name:
                yield _duplicate(file, key, name, other)
        for source in platform.sources:
            other = addresses.setdefault(source.url, file)
            if other != file and source.url:
                yield _duplicate(file, "sources", source.url, other)
        for domain in platform.domains:
            for known, owner in domains.items():
                if _overlap(domain, known) and not _may_share(platform, domain, owner, known):
                    yield _duplicate(file, "domains", domain, f"{folder}/{owner.slug}.toml")
            domains.setdefault(domain, platform)
        yield from _repeated(file, "aliases", [name for _, name in claims[1:]])
        yield from _repeated(file, "domains", platform.domains)
        yield from _repeated(file, "sources", [source.url for source in platform.sources])


def _may_share(one: Platform, domain: str, other: Platform, known: str) -> bool:
    """A platform names hosts below its own domains; a part names some below its whole's."""
    if one is other:
        return True
    if one.part_of == other.slug:
        return is_below(domain, known) and domain != known
    if other.part_of == one.slug:
        return is_below(known, domain) and domain != known
    return False


def _repeated(file: str, key: str, values: Iterable[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for value in values:
        if value and fold(value) in seen:
            yield _duplicate(file, key, value, file)
        seen.add(fold(value))


def _overlap(one: str, two: str) -> bool:
    return is_below(one, two) or is_below(two, one)


def _duplicate(file: str, key: str, value: str, other: str) -> Fault:
    return Fault("catalogue.fault.duplicate", file=file, key=key, value=value, other=other)
