"""Places at the medical schools, and money."""

import collections
import datetime

from measures import Sums, breakdown, indicator
from populations import COUNTRY


def places_at(country, year, towns=None):
    return sum(
        row.pladser
        for row in country.registers.rows("studiepladser", year)
        if row.niveau == "BA" and (towns is None or row.campus in towns)
    )


def more_places(country, year, base, towns=None):
    return {COUNTRY: (places_at(country, year, towns) - places_at(country, base, towns), None, 0)}


@indicator("t16_studiepladser_aau", first=2016)
def more_places_in_aalborg(country, year):
    return more_places(country, year, 2016, {"Aalborg"})


@indicator("t16_studiepladser_nye", first=2017)
def more_places_everywhere(country, year):
    return more_places(country, year, 2017)


@indicator("r5_studiepladser_udenfor_storby", first=2024)
def more_places_outside_the_largest_cities(country, year):
    return more_places(country, year, 2024, {"Aalborg", "Køge", "Esbjerg"})


@indicator("r5_studiepladser_i_alt", first=2024)
def more_places_since_the_reform(country, year):
    return more_places(country, year, 2024)


@indicator("r6_studiepladser_storby")
def admitted_in_the_largest_cities(country, year):
    towns = {"København", "Aarhus", "Odense"}
    rows = country.registers.rows("studiepladser", year)
    admitted = sum(row.optagne for row in rows if row.niveau == "BA" and row.campus in towns)
    return {COUNTRY: (admitted, None, 0)}


# Money.


@indicator("f4_projekter", first=2018)
def health_centre_projects(country, year):
    sums = Sums(country)
    for row in country.registers.rows("sundhedshus_projekt"):
        if row.tilsagn_dato < datetime.date(year + 1, 1, 1):
            sums.add(row.kommunekode, 1)
    return sums.counts()


@indicator("f4_pulje_sundhedshuse_2018", first=2018)
def health_centre_commitments(country, year):
    sums = Sums(country)
    for row in country.registers.rows("sundhedshus_projekt"):
        if row.pulje == "F4" and row.tilsagn_dato < datetime.date(year + 1, 1, 1):
            sums.add(row.kommunekode, row.tilsagn_kr / 1_000_000)
    return sums.counts()


@indicator("f1_bevilling_dimensionering", first=2018)
def appropriated_for_courses(country, year):
    return appropriation(country, year, lambda row: row.pulje == "F1" and row.aar and 2018 <= row.aar <= year)


def appropriation(country, year, fits):
    rows = [row for row in country.registers.rows("bevilling") if fits(row)]
    return {COUNTRY: (sum(row.beloeb_mio_kr for row in rows), None, 0)}


@indicator("f1a_bevilling_forloeb", first=2018)
def appropriated_for_more_courses(country, year):
    return appropriation(country, year, lambda row: row.formaal == "F1a" and row.aar and 2018 <= row.aar <= year)


@indicator("f1b_bevilling_rammer", first=2018)
def appropriated_for_better_conditions(country, year):
    return appropriation(country, year, lambda row: row.formaal == "F1b" and row.aar and 2018 <= row.aar <= year)


@indicator("f2_bevilling_aeldre_laeger", first=2018)
def appropriated_for_older_doctors(country, year):
    return appropriation(country, year, lambda row: row.pulje == "F2" and row.aar and 2018 <= row.aar <= year)


@indicator("f3_bevilling_efteruddannelse", first=2018)
def appropriated_for_further_training(country, year):
    return appropriation(country, year, lambda row: row.pulje == "F3" and row.aar and 2018 <= row.aar <= year)


@indicator("f3_kursusdeltagere", first=2018, last=2021)
def course_participants(country, year):
    sums = Sums(country)
    for row in country.registers.rows("kursus_personale"):
        if row.aar == year:
            sums.add(row.regionskode, row.deltagere)
    return sums.counts()


@indicator("f4_kommuner", first=2018)
def municipalities_with_a_commitment(country, year):
    rows = country.registers.rows("sundhedshus_projekt")
    applied = {row.kommunekode for row in rows if row.ansoeger_type == "KOMMUNE" and row.tilsagn_dato.year <= year}
    return {COUNTRY: (len(applied), None, 0)}


def accounts(country, year, fits=lambda row: True):
    """Of each purpose and region what was spent, accounted for, and how many postings have no account.

    Corrections count with their sign, with or without an account.
    """
    spent, accounted, missing = collections.Counter(), collections.Counter(), collections.Counter()
    for row in country.registers.rows("regnskab"):
        if row.aar == year and fits(row):
            key = row.regionskode, row.formaal
            spent[key] += row.forbrug_kr
            accounted[key] += row.forbrug_kr if row.regnskab_dato or row.forbrug_kr < 0 else 0
            missing[key] += row.regnskab_dato is None
    for key in spent:
        yield key[0], spent[key], accounted[key], missing[key]


@indicator("f_forbrug_mio_kr", first=2018, last=2021)
def accounted_for(country, year, fits=lambda row: True):
    sums = Sums(country)
    for region, _, accounted, missing in accounts(country, year, fits):
        sums.add(region, accounted / 1_000_000, missing=missing)
    return sums.counts()


@breakdown("f_forbrug_mio_kr", "pool")
def accounted_for_by_pool(country, year):
    pools = {row.pulje for row in country.registers.rows("regnskab")}
    return {pool: accounted_for(country, year, lambda row, pool=pool: row.pulje == pool) for pool in pools}


@breakdown("f_forbrug_mio_kr", "purpose")
def accounted_for_by_purpose(country, year):
    purposes = {row.formaal for row in country.registers.rows("regnskab")}
    return {of: accounted_for(country, year, lambda row, of=of: row.formaal == of) for of in purposes}


@indicator("f_forbrug_uden_regnskab_mio_kr", first=2018, last=2021)
def not_accounted_for(country, year):
    sums = Sums(country)
    for region, spent, accounted, _ in accounts(country, year):
        sums.add(region, (spent - accounted) / 1_000_000)
    return sums.counts()


@indicator("f_forbrugsgrad_pct", first=2018, last=2021)
def part_of_the_appropriation_that_is_accounted_for(country, year):
    """Of the pools that the regions' accounts name, whatever was used of them."""
    pools = {row.pulje for row in country.registers.rows("regnskab")}
    rows = country.registers.rows("bevilling")
    appropriated = sum(row.beloeb_mio_kr for row in rows if row.aar == year and row.pulje in pools)
    kroner, missing = 0, 0
    for _, _, accounted, without in accounts(country, year):
        kroner, missing = kroner + accounted, missing + without
    return {COUNTRY: (kroner / 1_000_000, appropriated, missing)}
