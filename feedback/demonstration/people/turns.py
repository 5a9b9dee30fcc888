"""Who answers a demonstration wave: which person, through which channel, at which event, on which day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid5

from feedback.demonstration.people.population import Person, draw_people
from feedback.demonstration.plans import NAMESPACE, EventPlan, WavePlan
from feedback.places import PlacePack

CROWD = 8  # people drawn for each one met at an event, so that each event finds enough from its ward
PAPER_AGES = {"65_74": 2.0, "75_plus": 4.0}


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One person's turn to answer. `key` is the root of all chance in the answers."""

    id: UUID
    key: str
    person: Person
    channel: str
    day: date
    event: EventPlan | None = None


def turns(plan: WavePlan, place: PlacePack) -> list[Turn]:
    """Every turn of a wave; the same plan gives the same turns with the same ids."""
    return list(_at_events(plan, place) if plan.events else _by_themselves(plan, place))


def _by_themselves(plan: WavePlan, place: PlacePack) -> Iterator[Turn]:
    for number, person in enumerate(draw_people(place, plan.people, plan.seed)):
        random = _random(plan, number)
        channel = _channel(plan.channels, person, random)
        yield _turn(plan, number, person, channel, plan.opens_on + timedelta(days=_day(plan.answers_for_days, random)))


def _at_events(plan: WavePlan, place: PlacePack) -> Iterator[Turn]:
    """People met at events, many of them from the ward of the event."""
    crowd = _Crowd(draw_people(place, plan.people * CROWD, plan.seed))
    for number, event in enumerate(_spread(plan.events, plan.people)):
        random = _random(plan, number)
        person = crowd.take(event.ward if random.random() < event.local else None, event.ages)
        day = event.starts_at.date()
        yield _turn(plan, number, person, _channel(event.channels, person, random), day, event)


class _Crowd:
    """People to be met, each once."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._waiting = list(people)

    def take(self, ward: str | None, ages: Collection[str]) -> Person:
        """The next person from `ward` (anywhere when None) and of `ages` (any when empty), or the next at all."""
        fits = (
            number
            for number, person in enumerate(self._waiting)
            if ward in (None, person.ward) and (not ages or person.age_band in ages)
        )
        return self._waiting.pop(next(fits, 0))


def _spread(events: Sequence[EventPlan], people: int) -> list[EventPlan]:
    """An event for each of `people`, in proportion to the events' shares, every one at least once."""
    total, spread = sum(event.share for event in events), []
    for event in events:
        spread += [event] * max(1, round(people * event.share / total))
    biggest = max(events, key=lambda event: event.share)
    return (spread + [biggest] * people)[:people]


def _turn(plan: WavePlan, number: int, person: Person, channel: str, day: date, event: EventPlan | None = None) -> Turn:
    key = f"{plan.seed}/{plan.slug}/{number}"
    return Turn(id=uuid5(NAMESPACE, key), key=key, person=person, channel=channel, day=day, event=event)


def _random(plan: WavePlan, number: int) -> Random:
    return Random(f"{plan.seed}/{plan.slug}/{number}/turn")  # noqa: S311 - invented people, no secret


def _channel(channels: Mapping[str, float], person: Person, random: Random) -> str:
    """A channel by its share; older people take paper more often."""
    weights = {
        channel: share * (PAPER_AGES.get(person.age_band, 0.7) if channel == "paper" else 1.0)
        for channel, share in channels.items()
    }
    return random.choices(list(weights), list(weights.values()))[0]


def _day(days: int, random: Random) -> int:
    """A day of the fielding period: many at the start, a second wave after a reminder half way, a tail."""
    part = random.random()
    if part < 0.45:
        return min(int(random.expovariate(6 / days)), days - 1)
    if part < 0.75:
        return min(days // 2 + int(random.expovariate(9 / days)), days - 1)
    return random.randrange(days)
