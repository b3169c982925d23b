"""What practices' patients get: chronic care, referrals, and what they say."""

import collections
import functools
import math
from decimal import Decimal
from fractions import Fraction

from measures import Sums, breakdown, ends, indicator
from populations import reference_date


def chronic(country, year, part, whole, disease=None):
    """A count of one to four is withheld and stands with the middle of what it can be; a part is within its whole."""
    practices, sums = country.practices_of_year(year), Sums(country)
    for row in country.registers.rows("kronikere", year):
        if row.ydernr in practices and disease in (None, row.sygdom):
            of, count = getattr(row, whole), getattr(row, part)
            withheld = None in (of, count)
            of = max(Decimal(1 + 4) / 2, count or 0) if of is None else of
            count = (1 + min(of, 4)) / Decimal(2) if count is None else count
            sums.add(practices[row.ydernr].place, min(count, of), of, missing=withheld)
    return sums.ratios()


SHARES = {
    "u7_kronikere_fulgt_i_ap_pct": ("antal_fulgt_ap", "antal_patienter"),
    "u7_kronikere_fulgt_paa_hospital_pct": ("antal_fulgt_hospital", "antal_patienter"),
    "u7_forloebsplan_pct": ("antal_med_forloebsplan", "antal_fulgt_ap"),
    "u7_forloebsplan_af_alle_pct": ("antal_med_forloebsplan", "antal_patienter"),
}


def by_disease(name):
    @breakdown(name, "disease")
    def of_each(country, year):
        diseases = {row.sygdom for row in country.registers.rows("kronikere", year)}
        return {disease: chronic(country, year, *SHARES[name], disease) for disease in diseases}


def withheld_ends(name):
    """Of what each count can be the pair that moves the sum of all most, down and up."""
    part, whole = SHARES[name]

    def share(count, of):
        return Fraction(count, of) if of else 0

    @ends(name)
    def of_all(country, year):
        practices, lowest, highest = country.practices_of_year(year), Sums(country), Sums(country)
        for row in country.registers.rows("kronikere", year):
            if row.ydernr in practices:
                of, count = getattr(row, whole), getattr(row, part)
                pairs = [
                    (n, m)
                    for m in ([of] if of is not None else range(1, max(4, count or 0) + 1))
                    for n in ([count] if count is not None else range(1, 5))
                    if n <= m
                ]
                pairs = pairs or [(0, of)]
                place = practices[row.ydernr].place
                lowest.add(place, *min(pairs, key=lambda pair: (share(*pair), -pair[1])))
                highest.add(place, *max(pairs, key=lambda pair: (share(*pair), pair[0], -pair[1])))
        low, high = lowest.ratios(), highest.ratios()
        return {geography: (low[geography][:2], high[geography][:2]) for geography in low}


for name in SHARES:
    by_disease(name)
    withheld_ends(name)


@indicator("u7_kronikere_fulgt_i_ap_pct")
def followed_chronic_patients(country, year):
    return chronic(country, year, *SHARES["u7_kronikere_fulgt_i_ap_pct"])


@indicator("u7_kronikere_fulgt_paa_hospital_pct")
def chronic_patients_at_hospitals(country, year):
    return chronic(country, year, *SHARES["u7_kronikere_fulgt_paa_hospital_pct"])


# The plan takes the care plan from the agreement of 2018.
@indicator("u7_forloebsplan_pct", first=2018)
def chronic_patients_with_a_plan(country, year):
    return chronic(country, year, *SHARES["u7_forloebsplan_pct"])


@indicator("u7_forloebsplan_af_alle_pct", first=2018)
def plans_of_all_chronic_patients(country, year):
    return chronic(country, year, *SHARES["u7_forloebsplan_af_alle_pct"])


def satisfaction(country, year, question):
    practices, sums = country.practices_of_year(year), Sums(country)
    for row in country.registers.rows("patienttilfredshed", year):
        if row.ydernr in practices and row.spoergsmaal == question:
            sums.add(practices[row.ydernr].place, row.gennemsnit * row.antal_svar, row.antal_svar)
    return sums.ratios()


@indicator("u3_patienttilfredshed")
def satisfaction_with_results(country, year):
    return satisfaction(country, year, "BEHANDLING")


@indicator("u3_patienttilfredshed_samlet")
def satisfaction_with_the_practice(country, year):
    return satisfaction(country, year, "SAMLET")


@indicator("u3_patienttilfredshed_tilgaengelighed")
def satisfaction_with_access(country, year):
    return satisfaction(country, year, "TILGAENGELIGHED")


class Referrals:
    """What active practices refer, beside what is expected by the country's rates of their patients' ages and sexes."""

    def __init__(self, country, year):
        self.practices = country.practices_of_year(year)
        referred = {
            (row.aldersgruppe, row.koen): row.antal for row in country.registers.rows("henvisninger_landstal", year)
        }
        listed, everybody = collections.defaultdict(collections.Counter), collections.Counter()
        for row in country.registers.rows("tilmeldte", year):
            if row.ydernr in self.practices:
                persons = (row.antal_gr1 or 0) + (row.antal_gr2 or 0)
                listed[row.ydernr][row.aldersgruppe, row.koen] += persons
                everybody[row.aldersgruppe, row.koen] += persons
        self.listed = {number: groups for number, groups in listed.items() if sum(groups.values())}
        self.observed = collections.Counter()
        for row in country.registers.rows("henvisninger", year):
            if row.ydernr in self.listed:
                self.observed[row.ydernr] += row.antal
        # The rates give the pattern; the level is that of the practices, which refer as many as expected together.
        self.rates = {group: Fraction(referred[group], persons) for group, persons in everybody.items() if persons}
        expected = sum(persons * self.rates[group] for group, persons in everybody.items() if persons)
        self.level = sum(self.observed.values()) / expected

    def expected(self, numbers):
        """What practices together are expected to refer."""
        groups = collections.Counter()
        for number in numbers:
            groups.update(self.listed[number])
        return self.level * sum(persons * self.rates[group] for group, persons in groups.items() if persons)


@functools.lru_cache(maxsize=None)
def referrals(country, year):
    found = Referrals(country, year)
    country.registers.forget("tilmeldte", year)
    return found


@indicator("u3_henvisninger_indeks")
def referral_index(country, year):
    found, sums = referrals(country, year), Sums(country)
    at_place = collections.defaultdict(list)
    for number, practice in found.practices.items():
        if number in found.listed:
            at_place[practice.place].append(number)
            sums.add(practice.place, found.observed[number])
        else:
            sums.add(practice.place, missing=1)
    for place, numbers in at_place.items():
        sums.add(place, 0, found.expected(numbers))
    return sums.ratios()


@functools.lru_cache(maxsize=None)
def referral_rates(country, year):
    """Standardised referrals per 1,000 of large practices that are active all year; and how many have none."""
    found = referrals(country, year)
    least = country.registers.parameter("henvisningsrate_mindst_tilmeldte")
    persons = {number: sum(groups.values()) for number, groups in found.listed.items()}
    rates = {group: float(rate) for group, rate in found.rates.items()}
    national = 1000 * sum(found.observed.values()) / sum(persons.values())
    of_geography, missing = collections.defaultdict(list), collections.Counter()
    for number, practice in found.practices.items():
        whole_year = practice.since <= reference_date(year) and (
            practice.until is None or practice.until >= reference_date(year + 1)
        )
        has_rate = whole_year and persons.get(number, 0) >= least
        if has_rate:
            expected = float(found.level) * sum(n * rates[group] for group, n in found.listed[number].items() if n)
            rate = national * found.observed[number] / expected
        for geography in country.geographies[practice.place]:
            if has_rate:
                of_geography[geography].append(rate)
            else:
                missing[geography] += 1
    enough = country.registers.parameter("spredning_mindst_praksis")
    return {
        geography: (sorted(values), missing[geography])
        for geography, values in of_geography.items()
        if len(values) >= enough
    }


@indicator("u3_henvisning_spredning")
def spread_of_referrals(country, year):
    def percentile(values, part):
        place = part * (len(values) - 1)
        low = int(place)
        return values[low] + (place - low) * (values[min(low + 1, len(values) - 1)] - values[low])

    return {
        g: (percentile(v, 0.9), percentile(v, 0.1), missing)
        for g, (v, missing) in referral_rates(country, year).items()
    }


@indicator("u3_henvisning_variation")
def coefficient_of_variation_of_referrals(country, year):
    """Of all practices, each with its rate in tenths."""
    found = {}
    for geography, (rates, missing) in referral_rates(country, year).items():
        tenths = [math.floor(10 * rate + 0.5) for rate in rates]
        mean = Fraction(sum(tenths), len(tenths))
        deviation = math.sqrt(sum((rate - mean) ** 2 for rate in tenths) / len(tenths))
        found[geography] = (Fraction(deviation) / 10, mean / 10, missing)
    return found
