"""What the indicators are made with.

An indicator is a function of the country and a year, written from its entry beside its SQL. It gives for
each geography a numerator, a denominator (None where the numerator is the value) and how many are missing (None where
the entry does not say).
"""

import collections

LEVELS = ["country", "region", "training_region", "health_council", "municipality"]
ALL = {}
BREAKDOWNS = {}
ENDS = {}


def indicator(name, first=2014, last=2025, levels=LEVELS):
    def register(function):
        ALL[name] = (function, first, last, levels)
        return function

    return register


def breakdown(name, dimension):
    """An indicator's rows under a dimension: what is derived for each value of it, in the years of the indicator."""

    def register(function):
        BREAKDOWNS[name, dimension] = function
        return function

    return register


def ends(name):
    """Where a delivery withholds counts: the lowest and the highest share it allows, as a count and of how many."""

    def register(function):
        ENDS[name] = function
        return function

    return register


class Sums:
    """What places add up to in every geography that they are part of. A place with nothing has nothing: 0, of 0."""

    def __init__(self, country):
        self.country = country
        self.places = {place: [0, 0, 0] for place in country.geographies}

    def add(self, place, numerator=0, denominator=0, missing=0):
        entry = self.places[place]
        entry[0] += numerator
        entry[1] += denominator
        entry[2] += missing

    def ratios(self):
        sums = collections.defaultdict(lambda: (0, 0, 0))
        for place, entry in self.places.items():
            for geography in self.country.geographies[place]:
                sums[geography] = tuple(a + b for a, b in zip(sums[geography], entry))
        return dict(sums)

    def counts(self):
        return {geography: (numerator, None, missing) for geography, (numerator, _, missing) in self.ratios().items()}


def distinct(country, doctors, fits, known=lambda doctor: True):
    """Doctors who fit among those of whom it is known; each counts once in a geography, if a role there does."""
    everybody, told, fitting = (collections.defaultdict(set) for _ in range(3))
    for doctor in doctors:
        for geography in country.geographies[doctor.practice.place]:
            everybody[geography].add(doctor.person)
            if known(doctor):
                told[geography].add(doctor.person)
                if fits(doctor):
                    fitting[geography].add(doctor.person)
    return {g: (len(fitting[g]), len(told[g]), len(everybody[g] - told[g])) for g in everybody}


def numerators(found):
    return {geography: (numerator, None, 0) for geography, (numerator, _, _) in found.items()}
