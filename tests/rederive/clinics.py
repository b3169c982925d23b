"""Clinics, tenders, trials and new provider numbers."""

import datetime
from decimal import Decimal

from measures import Sums, breakdown, indicator
from populations import COUNTRY, in_force, reference_date


def months_between(start, end):
    """Whole months of the calendar, and the rest of the days as parts of the month before the end."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    before = end.replace(day=1) - datetime.timedelta(days=1)
    rest = end.day - start.day if end.day >= start.day else end.day - start.day + before.day
    return months + Decimal(rest) / before.day


# That there is no time is told, too.
NOTHING_RUNS = {COUNTRY: (None, 12, 0)}


def longest_running(country, year, form):
    day = reference_date(year)
    rows = [row for row in country.registers.rows("alternativ_drift", year) if row.driftsform == form]
    starts = [row.start_dato for row in rows if in_force(row.start_dato, row.slut_dato, day)]
    return {COUNTRY: (months_between(min(starts), day), 12, 0)} if starts else NOTHING_RUNS


@indicator("d1_regionsklinik_varighed")
def longest_running_region_clinic(country, year):
    return longest_running(country, year, "REGIONSKLINIK")


@indicator("d3_forsoeg_varighed")
def longest_running_trial(country, year):
    return longest_running(country, year, "FORSOEG_233")


@indicator("d17_udbudsklinik_varighed")
def longest_running_tendered_clinic(country, year):
    return longest_running(country, year, "UDBUDSKLINIK")


@indicator("d8_delepraksis_varighed", first=2018)
def longest_running_shared_practice(country, year):
    """Of those in the areas that the list in force on the day names."""
    day, listed = reference_date(year), country.short_of_doctors(year)
    starts = [
        row.start_dato
        for row in country.registers.rows("alternativ_drift", year)
        if row.driftsform == "DELEPRAKSIS"
        and row.kommunekode in listed
        and in_force(row.start_dato, row.slut_dato, day)
    ]
    return {COUNTRY: (months_between(min(starts), day), 12, 0)} if starts else NOTHING_RUNS


@indicator("d4_forsoeg_evaluering")
def longest_without_evaluation(country, year):
    """From the start of a trial to its evaluation, or to the day; one that has ended without still owes it."""
    day = reference_date(year)
    trials = [
        months_between(row.start_dato, min(row.evalueret_dato or day, day))
        for row in country.registers.rows("alternativ_drift", year)
        if row.driftsform == "FORSOEG_233" and row.start_dato <= day
    ]
    return {COUNTRY: (max(trials), 12, 0)} if trials else NOTHING_RUNS


@indicator("d1_regionsklinikker_over_graense")
def region_clinics_beyond_their_limit(country, year):
    day = reference_date(year)
    limits = [
        row.graense_aar
        for row in country.registers.list_of("driftsform")
        if row.driftsform == "REGIONSKLINIK" and in_force(row.gyldig_fra, row.gyldig_til, day)
    ]
    sums = Sums(country)
    for row in country.registers.rows("alternativ_drift", year):
        if row.driftsform == "REGIONSKLINIK" and in_force(row.start_dato, row.slut_dato, day):
            limit = limits[0] if limits else None
            over = (
                limit is not None
                and datetime.date(row.start_dato.year + limit, row.start_dato.month, row.start_dato.day) < day
            )
            sums.add(row.kommunekode, 1 if over else 0)
    return sums.counts()


@indicator("a9_nye_ydernumre_udbudt_pct", last=2024)
def tendered_provider_numbers(country, year):
    """New numbers of the calendar year, complete in the extract of the year after."""
    sums = Sums(country)
    for row in country.registers.rows("alternativ_drift", year + 1):
        if row.driftsform == "NYT_YDERNR" and row.start_dato.year == year:
            known = row.tildeling is not None
            sums.add(row.kommunekode, row.tildeling == "UDBUD", known, missing=not known)
    return sums.ratios()


def running(country, year, form, fits=lambda place: True):
    sums = Sums(country)
    for row in country.registers.rows("alternativ_drift", year):
        if row.driftsform == form and in_force(row.start_dato, row.slut_dato, reference_date(year)):
            sums.add(row.kommunekode, fits(row.kommunekode))
    return sums.counts()


def by_list(country, year, form):
    """In the areas short of doctors on the day, and in the others."""
    listed = country.short_of_doctors(year)
    return {
        "yes": running(country, year, form, lambda place: place in listed),
        "no": running(country, year, form, lambda place: place not in listed),
    }


@indicator("a20_licenspraksis")
def practices_under_licence(country, year):
    return running(country, year, "LICENS")


@breakdown("a20_licenspraksis", "underserved")
def practices_under_licence_by_list(country, year):
    return by_list(country, year, "LICENS")


@indicator("a20_delepraksis", first=2018)
def shared_practices(country, year):
    return running(country, year, "DELEPRAKSIS")


@breakdown("a20_delepraksis", "underserved")
def shared_practices_by_list(country, year):
    return by_list(country, year, "DELEPRAKSIS")


@indicator("d19_overenskomst_afsoegt_pct", first=2019)
def tenders_after_the_agreement_was_asked(country, year):
    sums = Sums(country)
    for row in country.registers.rows("alternativ_drift", year):
        if row.driftsform == "ENKELTYDELSE" and in_force(row.start_dato, row.slut_dato, reference_date(year)):
            known = row.afsoegt_overenskomst is not None
            sums.add(row.kommunekode, row.afsoegt_overenskomst is True, known, missing=not known)
    return sums.ratios()
