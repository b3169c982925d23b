"""Doctors: their ages, practices, clusters and tools, and those who settle."""

import collections
import datetime

from measures import Sums, distinct, indicator, numerators
from populations import COUNTRY, GENERAL_PRACTICE, in_force, reference_date
from practices import has_capacities


@indicator("u4b_laeger_i_flermandspraksis_pct")
def doctors_of_multi_doctor_practices(country, year):
    return distinct(
        country,
        country.doctors(year),
        fits=lambda doctor: doctor.practice.capacities > 1,
        known=lambda doctor: has_capacities(doctor.practice),
    )


@indicator("a1_laeger_65plus_pct")
def doctors_of_65_and_over(country, year):
    age = country.registers.parameter("aeldre_laege_fra_aar")
    return distinct(country, country.owners(year), lambda doctor: doctor.age >= age)


@indicator("a1_laeger_over65_pct")
def doctors_over_65(country, year):
    return distinct(country, country.owners(year), lambda doctor: doctor.age >= 66)


@indicator("r1_laeger_almenmedicinsk_tilbud")
def doctors(country, year):
    return numerators(distinct(country, country.doctors(year), lambda doctor: True))


@indicator("d5_ejere_flere_ydernumre")
def owners_of_several_practices(country, year):
    owned = collections.defaultdict(set)
    for doctor in country.owners(year):
        owned[doctor.person].add(doctor.practice.ydernr)
    return numerators(distinct(country, country.owners(year), lambda doctor: len(owned[doctor.person]) > 1))


def practising(country, year):
    """GPs: owners, and not those of clinics that a region runs or has put out to tender."""
    return [doctor for doctor in country.owners(year) if doctor.practice.ownership not in ("REGION", "UDBUD")]


def cluster_members(country, year):
    day = reference_date(year)
    rows = country.registers.rows("klynge", year)
    return {row.person_id for row in rows if in_force(row.indmeldt, row.udmeldt, day)}


def of_age(country, doctors, is_of_age, those):
    """Those among the doctors of an age, also where there are no doctors of it: that they are none is hidden like a count."""
    found = distinct(country, doctors, lambda doctor: is_of_age(doctor) and doctor.person in those, is_of_age)
    return {geography: (fitting, told, 0) for geography, (fitting, told, _) in found.items()}


@indicator("u5_laeger_i_klynge_pct", first=2019)
def doctors_in_clusters(country, year):
    members = cluster_members(country, year)
    return distinct(country, practising(country, year), lambda doctor: doctor.person in members)


@indicator("u5_laeger_i_klynge_under65_pct", first=2019)
def younger_doctors_in_clusters(country, year):
    members = cluster_members(country, year)
    age = country.registers.parameter("aeldre_laege_fra_aar")
    return of_age(country, practising(country, year), lambda doctor: doctor.age < age, members)


@indicator("u5_laeger_i_klynge_65plus_pct", first=2019)
def older_doctors_in_clusters(country, year):
    members = cluster_members(country, year)
    age = country.registers.parameter("aeldre_laege_fra_aar")
    return of_age(country, practising(country, year), lambda doctor: doctor.age >= age, members)


@indicator("u5_laeger_i_klynge_med_ansatte_pct", first=2019)
def all_doctors_in_clusters(country, year):
    members = cluster_members(country, year)
    return distinct(country, country.doctors(year), lambda doctor: doctor.person in members)


def sharing(country, year, elements):
    """GPs whose practices shared something in the fourth quarter of the year."""
    quarter = {f"{year}-10", f"{year}-11", f"{year}-12"}
    those = {
        row.ydernr
        for row in country.tool_use(year)
        if row.vaerktoej == "PATIENTOVERBLIK"
        and row.element in elements
        and row.maaned in quarter
        and (row.antal_delinger or 0) > 0
    }
    return distinct(country, practising(country, year), lambda doctor: doctor.practice.ydernr in those)


@indicator("u8_patientoverblik_pct", first=2020)
def doctors_who_share(country, year):
    return sharing(country, year, {"AFTALEOVERSIGT", "STAMKORT"})


@indicator("u8_aftaleoversigt_pct", first=2020)
def doctors_who_share_appointments(country, year):
    return sharing(country, year, {"AFTALEOVERSIGT"})


@indicator("u8_stamkort_pct", first=2020)
def doctors_who_share_master_cards(country, year):
    return sharing(country, year, {"STAMKORT"})


def using(country, year, element):
    """The practices that used the quality tool in the year."""
    return {
        row.ydernr
        for row in country.tool_use(year)
        if row.vaerktoej == "KVALITETSVAERKTOEJ" and row.element == element and (row.antal_sessioner or 0) > 0
    }


@indicator("u6_kvalitetsvaerktoej_pct", first=2019)
def doctors_who_use_the_tool_in_practice_and_cluster(country, year):
    both = using(country, year, "EGEN_PRAKSIS") & using(country, year, "KLYNGE")
    return distinct(country, practising(country, year), lambda doctor: doctor.practice.ydernr in both)


@indicator("u6_kvalitetsvaerktoej_mindst_et_sted_pct", first=2019)
def doctors_who_use_the_tool(country, year):
    either = using(country, year, "EGEN_PRAKSIS") | using(country, year, "KLYNGE")
    return distinct(country, practising(country, year), lambda doctor: doctor.practice.ydernr in either)


@indicator("u6_kvalitetsvaerktoej_klynge_pct", first=2019)
def doctors_who_use_the_tool_in_the_cluster(country, year):
    cluster = using(country, year, "KLYNGE")
    return distinct(country, practising(country, year), lambda doctor: doctor.practice.ydernr in cluster)


@indicator("a14_min_laege_brugere", first=2019)
def visits_to_the_app(country, year):
    practices, sums = country.practices_of_year(year), Sums(country)
    for row in country.tool_use(year):
        if row.vaerktoej == "MINLAEGE" and row.maaned == f"{year}-12" and row.ydernr in practices:
            sums.add(practices[row.ydernr].place, row.antal_sessioner or 0)
    return sums.counts()


@indicator("d9_laegekapaciteter_pr_laege", levels=["country"])
def most_capacities_of_one_owner(country, year):
    owners = collections.defaultdict(set)
    for doctor in country.owners(year):
        owners[doctor.practice].add(doctor.person)
    owned = collections.Counter()
    for practice, persons in owners.items():
        for person in persons:
            owned[person] += (practice.capacities or 0) / len(persons)
    return {COUNTRY: (max(owned.values()), None, 0)}


@indicator("d13_akkreditering_fritaget", first=2018)
def exempted_doctors(country, year):
    day = reference_date(year)
    exempted = collections.defaultdict(set)
    for row in country.registers.rows("akkreditering_65plus", year):
        if row.fritaget_dato and row.varslet_ophoer and row.fritaget_dato <= day:
            for geography in country.geographies[row.regionskode]:
                exempted[geography].add(row.person_id)
    everywhere = {g for members in country.geographies.values() for g in members}
    return {geography: (len(exempted[geography]), None, 0) for geography in everywhere}


@indicator("a1_ophoer_65plus", last=2024)
def older_doctors_who_stop(country, year):
    age = country.registers.parameter("aeldre_laege_fra_aar")
    still = {doctor.person for doctor in country.doctors(year + 1)}
    stayed = of_age(country, country.owners(year), lambda doctor: doctor.age >= age, still)
    return {geography: (old - staying, None, 0) for geography, (staying, old, _) in stayed.items()}


@indicator("a18_aeldre_laeger_bliver_pct", last=2024)
def older_doctors_who_stay(country, year):
    age = country.registers.parameter("aeldre_laege_fra_aar")
    still = {doctor.person for doctor in country.doctors(year + 1)}
    return of_age(country, country.owners(year), lambda doctor: doctor.age >= age, still)


@indicator("a19_lukket_uden_efterfoelger_pct", last=2023)
def closed_without_a_successor(country, year):
    """A successor lies in the municipality one or two years later, with the number or with one of the doctors."""
    now = country.practices(year)
    doctors = collections.defaultdict(set)
    for doctor in country.doctors(year):
        doctors[doctor.practice.ydernr, doctor.practice.since].add(doctor.person)
    numbers, workers = set(), set()
    for later in (year + 1, year + 2):
        numbers |= {(p.ydernr, p.place) for key, p in country.practices(later).items() if key not in now}
        workers |= {(d.person, d.practice.place, (d.practice.ydernr, d.practice.since)) for d in country.doctors(later)}
    working = collections.defaultdict(set)
    for person, place, key in workers:
        working[person, place].add(key)
    sums = Sums(country)
    for key in now.keys() - country.practices(year + 1).keys():
        place = now[key].place
        succeeded = (now[key].ydernr, place) in numbers or any(
            working[person, place] - {key} for person in doctors[key]
        )
        sums.add(place, not succeeded, 1)
    return sums.ratios()


def first_ownerships(country, extract):
    """Of each doctor who has owned a practice the first day of it, and where that practice lay last."""
    owner = {
        row.personrolle_kode for row in country.registers.list_of("personrolle") if row.er_laege and row.rolle == "EJER"
    }
    practices = {
        (row.ydernr, row.tilgang_dato): row
        for row in country.registers.rows("yder", extract)
        if row.speciale_kode == GENERAL_PRACTICE
    }
    first = {}
    for row in country.registers.rows("yder_person", extract):
        practice = row.ydernr, row.yder_tilgang_dato
        if row.personrolle_kode in owner and practice in practices:
            first[row.person_id] = min(
                first.get(row.person_id, (datetime.date.max, None)), (row.tilgang_dato, practice)
            )
    return {
        person: (day, country.last_place(practices[practice], extract)) for person, (day, practice) in first.items()
    }


@indicator("a17_nynedsatte_laeger", last=2024)
def newly_settled_doctors(country, year):
    sums = Sums(country)
    for day, place in first_ownerships(country, year + 1).values():
        if day.year == year:
            sums.add(place, 1)
    return sums.counts()


def newly_settled_who_stay(country, year, years):
    """Settled that many years before the year, counted in the extract after that: owners that many years later."""
    owner = {
        row.personrolle_kode for row in country.registers.list_of("personrolle") if row.er_laege and row.rolle == "EJER"
    }
    practices = {
        (row.ydernr, row.tilgang_dato)
        for row in country.registers.rows("yder", year + 1)
        if row.speciale_kode == GENERAL_PRACTICE
    }
    owned = collections.defaultdict(list)
    for row in country.registers.rows("yder_person", year + 1):
        if row.personrolle_kode in owner and (row.ydernr, row.yder_tilgang_dato) in practices:
            owned[row.person_id].append((row.tilgang_dato, row.afgang_dato))
    sums = Sums(country)
    for person, (day, place) in first_ownerships(country, year - years + 1).items():
        if day.year == year - years:
            later = day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) else day.day)
            sums.add(place, any(in_force(*period, later) for period in owned[person]), 1)
    return sums.ratios()


@indicator("a17_nynedsatte_bliver_1_aar_pct", first=2015, last=2024)
def newly_settled_who_stay_a_year(country, year):
    return newly_settled_who_stay(country, year, 1)


@indicator("a17_nynedsatte_bliver_3_aar_pct", first=2017, last=2024)
def newly_settled_who_stay_three_years(country, year):
    return newly_settled_who_stay(country, year, 3)
