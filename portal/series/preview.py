"""What each date of a series would meet, and the ways out. The number of statements does not grow with the dates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from portal.accounts.models import Person
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import hours_span
from portal.rooms import limits, policy, words
from portal.rooms.holding import Slot, can_hold, check_extent
from portal.rooms.hours import load_hours
from portal.rooms.models import LATE, LONGEST, Kind, Resource
from portal.rooms.rules import rules_of
from portal.series import hours
from portal.series.counted import Counted
from portal.series.planning import KEEP, SKIP, Choice, Choices, Date, Offer, Spot, State, Way, moved_to
from portal.series.queries import Held, Span, held_in
from portal.series.ways_out import make_offers

WITHIN_HOURS = "within_hours"


class Assessor:
    """Looks at the dates of one plan for one actor; a file, which acts as nobody, meets only what is held.

    `rooms` holds every resource that a date or a choice may name. `moving` are the bookings that leave where they
    are, so that what they hold is in nobody's way. For a page, `proposes` ways out and chooses one where nothing is
    chosen; else a date that is not free is settled only by what was chosen for it.
    """

    def __init__(
        self, actor: Person | None, owner: Person, rooms: Mapping[int, Resource], choices: Choices,
        *, moving: Iterable[int] = (), proposes: bool = False,
    ) -> None:
        self.actor, self.owner, self.rooms, self.choices = actor, owner, rooms, choices
        self.moving, self.proposes, self.now = set(moving), proposes, clock.now()
        self._overrides: dict[int, bool] = {}
        # What earlier dates of this plan will hold, by resource and unit: siblings do not meet either.
        self._given: dict[tuple[int, int], list[Span]] = defaultdict(list)

    def look_at(self, dates: Sequence[Date]) -> None:
        """Give each date its state, its ways out if they are wanted, and settle it if that is possible.

        Raises DomainError if a booking of that length cannot be held at all.
        """
        lengths = {(date.plan.room.id, date.plan.ends_at - date.plan.starts_at): date.plan for date in dates}
        for plan in lengths.values():
            check_extent(*plan)
        starts = [date.plan.starts_at for date in dates]
        self._counted = Counted(self.owner, self.moving, (min(starts), max(starts) + LONGEST))
        load_hours([plan.room for plan in lengths.values()] + (list(self.rooms.values()) if self.proposes else []))
        chosen = {index: spot for index, date in enumerate(dates) if (spot := self._chosen_spot(date))}
        held = self._held(dates, chosen)
        for index, date in enumerate(dates):
            if date.state != State.SKIPPED and not date.stays:
                self._judge(date, held[2 * index])
        if self.proposes:
            objected = [date for date in dates if not date.is_free and date.state != State.SKIPPED]
            make_offers(objected, self.rooms, self.moving, self.may_take)
        for index, date in enumerate(dates):
            self._settle(date, chosen.get(index), held[2 * index], held[2 * index + 1])

    # --- What a date meets ---

    def _chosen_spot(self, date: Date) -> Spot | None:
        choice = self.choices.get(date.on, SKIP)
        if choice.way not in (Way.ROOM, Way.TIME):
            return None
        return moved_to(choice, date.plan, self.rooms, date.on)

    def _held(self, dates: Sequence[Date], chosen: Mapping[int, Spot]) -> dict[int, list[Held]]:
        """What others hold where each date is planned (its index doubled) and where it was chosen (one more)."""
        spans = []
        for index, date in enumerate(dates):
            if date.state != State.SKIPPED and not date.stays:
                spans += [(2 * index, *span) for span in _spans(date, date.plan)]
            if index in chosen:
                spans += [(2 * index + 1, *span) for span in _spans(date, chosen[index])]
        found: dict[int, list[Held]] = defaultdict(list)
        for held in held_in(spans):
            if held.booking_id not in self.moving:
                found[held.number].append(held)
        return found

    def _judge(self, date: Date, held: Sequence[Held]) -> None:
        if self._slots(date, date.plan, held) is None:
            self._clash(date, held)
        elif self.actor is not None:
            self._judge_by_rules(date, self.actor)

    def _judge_by_rules(self, date: Date, actor: Person) -> None:
        if self._is_past(date.plan, actor):
            self._object(date, State.RULE, _("That time is past."))
        elif breaches := self.breaches(date.plan, is_new=date.booking is None):
            self._object(date, State.RULE, breaches[0].words, may_keep=self.may_override(date.plan.room))
            date.override = [breach.limit for breach in breaches]
        elif objection := hours.objection(date.plan):
            must_be_open = rules_of(date.plan.room).within_hours
            may_keep = not must_be_open or self.may_override(date.plan.room)
            self._object(date, objection.state, objection.words, may_keep=may_keep)
            date.is_doubtful = objection.all_day
            date.override = [WITHIN_HOURS] if must_be_open else []
        self._count(date)

    def _is_past(self, spot: Spot, actor: Person) -> bool:
        return spot.starts_at < self.now - LATE and not policy.may_book_the_past(actor)

    @staticmethod
    def _object(date: Date, state: State, said: str, *, may_keep: bool = False) -> None:
        date.state, date.words, date.may_keep = state, said, may_keep

    def _clash(self, date: Date, held: Sequence[Held]) -> None:
        if not held:
            self._object(date, State.CLASH, _("Another date of this series"))
        elif held[0].kind == Kind.CLOSURE:
            self._object(date, State.CLOSED, _("Closed: %(reason)s", reason=held[0].title))
        else:
            title = words.title_for(held[0], self.actor or self.owner)
            self._object(date, State.CLASH, f"{title} {hours_span(held[0].starts_at, held[0].ends_at)}")

    def breaches(self, spot: Spot, *, is_new: bool) -> list[limits.Breach]:
        """The rules of its room that a booking there would break; `is_new` if it is one booking more."""
        rules = rules_of(spot.room)
        every = [
            *limits.fixed_breaches(rules, spot.room, spot.starts_at, spot.ends_at, self.now),
            *self._counted.breaches(rules, spot, is_new=is_new),
        ]
        # Hours and holidays have words of their own here.
        return [breach for breach in every if breach.limit != WITHIN_HOURS]

    def _count(self, date: Date) -> None:
        if date.is_free and self.choices.get(date.on) != SKIP:
            self._counted.add(date.plan, is_new=date.booking is None)

    def may_override(self, room: Resource) -> bool:
        """Whether the actor may pass beyond the room's rules."""
        if room.id not in self._overrides:
            self._overrides[room.id] = self.actor is None or policy.may_override(self.actor, room)
        return self._overrides[room.id]

    def may_take(self, spot: Spot, is_new: bool) -> bool:
        """Whether the actor may book there for the owner at all, leaving aside what stands there."""
        may = any(policy.may_book(person, spot.room) for person in (self.owner, self.actor) if person)
        if not may or not can_hold(*spot) or (self.actor is not None and self._is_past(spot, self.actor)):
            return False
        rules = rules_of(spot.room)
        is_shut = rules.within_hours and not hours.is_within(spot)
        is_refused = is_shut or rules.allows_series is False or self.breaches(spot, is_new=is_new)
        return not is_refused or self.may_override(spot.room)

    # --- What becomes of it ---

    def _settle(self, date: Date, chosen: Spot | None, held: Sequence[Held], held_there: Sequence[Held]) -> None:
        if date.state == State.SKIPPED:
            date.choice, date.is_settled = SKIP, True
            return
        if choice := self.choices.get(date.on, KEEP if date.usual == KEEP else None):
            self._try(date, choice, chosen or date.plan, held_there if chosen else held)
        if date.is_settled or not self.proposes:
            return
        usual = date.usual
        if self.choices.get(date.on) not in (None, KEEP, SKIP):
            date.words = _("What you chose is not free any more.")
        offered = next((offer.spot for offer in date.offers if offer.choice == usual), date.plan)
        # What is offered was found free by a statement of its own.
        self._try(date, usual, offered, held if usual == KEEP else ())

    def _try(self, date: Date, choice: Choice, spot: Spot, held: Sequence[Held]) -> None:
        date.choice = choice
        if choice.way == SKIP.way:
            date.is_settled = True
            return
        elsewhere = choice.way != Way.KEEP
        is_new = date.booking is None
        if (elsewhere and (spot == date.plan or not self.may_take(spot, is_new))) or not (elsewhere or date.may_keep):
            return
        slots = [] if date.stays and not elsewhere else self._slots(date, spot, held)
        if slots is None:
            if not elsewhere:
                self._clash(date, held)
            return
        for slot in slots:
            self._given[slot.resource.id, slot.unit].append((slot.starts_at, slot.ends_at))
        date.spot, date.slots, date.is_settled = spot, slots, True
        if not elsewhere:
            return
        self._counted.add(spot, is_new=is_new)
        if all(offer.choice != choice for offer in date.offers):
            date.offers.append(Offer(choice, spot))

    def _slots(self, date: Date, spot: Spot, held: Sequence[Held]) -> list[Slot] | None:
        """A free unit of each thing that the date needs, or None if something is taken."""
        slots = []
        for resource, count in _needs(date, spot).items():
            first, last = resource.kept_from(spot.starts_at), resource.kept_until(spot.ends_at)
            free = [unit for unit in range(resource.quantity) if self._is_free(resource, unit, first, last, held)]
            if len(free) < count:
                return None
            slots += [Slot(resource, unit, first, last) for unit in free[:count]]
        return slots

    def _is_free(self, resource: Resource, unit: int, first: datetime, last: datetime, held: Sequence[Held]) -> bool:
        own = self._given[resource.id, unit]
        return not any(start < last and end > first for start, end in own) and not any(
            (one.resource_id, one.unit) == (resource.id, unit) and one.starts_at < last and one.ends_at > first
            for one in held
        )


def _needs(date: Date, spot: Spot) -> dict[Resource, int]:
    """What is held there, and how many units: of an occurrence all that it has."""
    if date.booking is None:
        return {spot.room: 1}
    return {spot.room: date.booking.quantity, **date.booking.extras}


def _spans(date: Date, spot: Spot) -> list[tuple[int, datetime, datetime]]:
    return [
        (resource.id, resource.kept_from(spot.starts_at), resource.kept_until(spot.ends_at))
        for resource in _needs(date, spot)
    ]
