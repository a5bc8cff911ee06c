"""When a person may be disturbed: quiet hours, days without work, the hour of the digest, all in the zone's time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from xianxing.kernel import clock
from xianxing.kernel.calendar.workdays import UnknownYear, WorkingDays

__all__ = ["Rest"]

LONGEST = 40
"""More days than any holiday has: the search for the next working day ends."""


@dataclass(frozen=True)
class Rest:
    """A person's quiet hours. With ``quiet`` the hours from ``begins`` to ``ends`` (over midnight where ``begins`` is
    later) and every day without work by the official calendar are quiet. Of a year whose calendar is not recorded only
    the hours are known, so only they are kept."""

    quiet: bool
    begins: time
    ends: time
    digest_at: time
    days: WorkingDays

    def opens(self, moment: datetime) -> datetime:
        """The first moment, not before ``moment``, that is not quiet."""
        moment = clock.local(moment)
        if not self.quiet or (self._awake(moment.time()) and self._works(moment.date())):
            return moment
        day = moment.date()
        for ahead in range(LONGEST):
            for start in (time(0), self.ends):
                wakes = datetime.combine(day + timedelta(days=ahead), start, moment.tzinfo)
                if wakes >= moment and self._awake(start) and self._works(wakes.date()):
                    return wakes
        return moment

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nothing may be sent at that moment."""
        return self.opens(moment) > moment

    def next_digest(self, moment: datetime) -> datetime:
        """The first hour of a digest not before ``moment``, on a day of work and outside the quiet hours."""
        moment = clock.local(moment)
        for ahead in range(LONGEST):
            hour = datetime.combine(moment.date() + timedelta(days=ahead), self.digest_at, moment.tzinfo)
            if hour >= moment and (not self.quiet or self._works(hour.date())):
                return self.opens(hour)
        return self.opens(moment)

    def _awake(self, at: time) -> bool:
        if self.begins <= self.ends:
            return not self.begins <= at < self.ends
        return self.ends <= at < self.begins

    def _works(self, day: date) -> bool:
        try:
            return self.days.works(day)
        except UnknownYear:
            return True
