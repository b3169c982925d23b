"""Residents: the elderly, those without a doctor, and services in general practice."""

from measures import Sums, indicator
from populations import in_force, reference_date


@indicator("a2_uden_fast_laege_pct")
def without_a_doctor(country, year):
    day = reference_date(year)
    listed = {row.person_id for row in country.registers.rows("tilmelding", year) if in_force(row.fra, row.til, day)}
    group = {row.person_id: row.gruppe for row in country.registers.rows("sikret", year)}
    country.registers.forget("tilmelding", year)
    country.registers.forget("sikret", year)
    sums = Sums(country)
    for person, place in country.residents(year).items():
        if person not in group:
            sums.add(place, missing=1)
        elif group[person] == "1":
            sums.add(place, person not in listed, 1)
    return sums.ratios()


@indicator("befolkning_75plus_pct")
def elderly(country, year):
    age = country.registers.parameter("aeldre_borger_fra_aar")
    sums = Sums(country)
    for row in country.registers.rows("befolkning", year):
        sums.add(row.omraade, row.antal if row.alder >= age else 0, row.antal)
    country.registers.forget("befolkning", year)
    return sums.ratios()


def per_resident(country, year, count):
    """What residents of 1 January were given; what others were given is missing where their practice lies."""
    residents, practices = country.residents(year), country.practices_of_year(year)
    sums = Sums(country)
    for place in residents.values():
        sums.add(place, 0, 1)
    for (person, number, kind), (services, contacts) in country.services(year).items():
        given = count(kind, services, contacts)
        if person in residents:
            sums.add(residents[person], given)
        elif number in practices:
            sums.add(practices[number].place, missing=given)
    return sums.ratios()


@indicator("a5_e_konsultationer_pr_borger")
def e_consultations(country, year):
    return per_resident(country, year, lambda kind, services, contacts: services if kind == "e_konsultation" else 0)


@indicator("a5_videokonsultationer_pr_borger", first=2022)
def video_consultations(country, year):
    return per_resident(country, year, lambda kind, services, contacts: services if kind == "video" else 0)


@indicator("a6_kontakter_pr_borger")
def contacts_of_residents(country, year):
    return per_resident(country, year, lambda kind, services, contacts: contacts)


@indicator("a13_laboratorieundersoegelser_pr_1000")
def laboratory_tests(country, year):
    return per_resident(country, year, lambda kind, services, contacts: services if kind == "laboratorium" else 0)


@indicator("a8_samtaleterapi_pct")
def talk_therapy(country, year):
    residents, practices = country.residents(year), country.practices_of_year(year)
    patients, treated, others = set(), set(), set()
    for (person, number, kind), (services, contacts) in country.services(year).items():
        if person in residents:
            if contacts > 0:
                patients.add(person)
            if kind == "samtaleterapi" and services > 0:
                treated.add(person)
        elif contacts > 0 and number in practices:
            others.add((person, practices[number].place))
    sums = Sums(country)
    for person in patients:
        sums.add(residents[person], person in treated, 1)
    for _, place in others:
        sums.add(place, missing=1)
    return sums.ratios()
