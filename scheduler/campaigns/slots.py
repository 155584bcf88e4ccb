"""Which waves a campaign has for a cohort: names, not times, so that nothing opens twice.

A slot's key comes from its rule alone. Where a cohort's end is corrected, or the rule moved to
another line, the slot is still the same one; only its day is worked out anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from scheduler.campaigns.calendar import (
    caturwulan,
    caturwulan_days,
    caturwulan_from,
    earlier,
    later,
)
from scheduler.campaigns.model import Campaign, Count, Rule, Span
from scheduler.wakeup import cron

NAMED = "disebut"


@dataclass(frozen=True, slots=True)
class Slot:
    """One wave of a campaign for one cohort: `key` tells it from the others, `period` is said.

    `is_rolling`: people join it one by one as they are named, so nobody is late for it.
    """

    key: str
    period: str
    due_on: date
    is_rolling: bool = False


def slots(campaign: Campaign, ended_on: date | None, first: date, last: date) -> list[Slot]:
    """Return the slots of a cohort that are due from `first` to `last`, in order of their day."""
    found = [
        slot
        for rule in campaign.waves
        for slot in _of_rule(rule, ended_on, first, last)
        if first <= slot.due_on <= last and _is_young(campaign, ended_on, slot.due_on)
    ]
    return sorted(found, key=lambda slot: (slot.due_on, slot.key))


def following(campaign: Campaign, ended_on: date | None, after: date) -> Slot | None:
    """Return the next slot of a cohort after a day, within three years."""
    found = slots(campaign, ended_on, later(after, Span(days=1)), later(after, Span(months=36)))
    return found[0] if found else None


def _of_rule(rule: Rule, ended_on: date | None, first: date, last: date) -> Iterator[Slot]:
    if rule.naming is not None:
        if ended_on is not None:
            yield Slot(NAMED, f"{ended_on:%Y-%m}-{NAMED}", ended_on, is_rolling=True)
    elif rule.after is not None:
        if ended_on is not None:
            due = later(ended_on, rule.after)
            yield Slot(rule.key, f"{due:%Y-%m}-{rule.key}", due)
    elif rule.caturwulan is not None:
        yield from _caturwulan(rule, ended_on, first, last)
    elif rule.on is not None:
        yield Slot(rule.key, rule.key, rule.on)
    else:
        for day in cron.days(rule.cron, first, last):
            yield Slot(day.isoformat(), day.isoformat(), day)


def _caturwulan(rule: Rule, ended_on: date | None, first: date, last: date) -> Iterator[Slot]:
    """Yield a slot a caturwulan: that of the answers, or the one in which the training ended."""
    within = Span(days=rule.day - 1)
    if rule.caturwulan is Count.ANSWER:
        for period in caturwulan_from(first, last):
            begins, ends = caturwulan_days(period)
            if ended_on is None or ended_on < ends:
                yield Slot(
                    period, period, later(later(begins, Span(months=rule.month - 1)), within)
                )
    elif ended_on is not None:
        period = caturwulan(ended_on)
        begins = caturwulan_days(period)[1]
        due = later(later(begins, Span(months=rule.month - 1)), within)
        yield Slot(period, f"{period}-pelatihan", due)


def _is_young(campaign: Campaign, ended_on: date | None, due_on: date) -> bool:
    """Whether a cohort ended no longer ago than the audience says, and not after the wave."""
    if ended_on is None:
        return campaign.audience.ended_within is None
    span = campaign.audience.ended_within
    return ended_on <= due_on and (span is None or ended_on >= earlier(due_on, span))
