"""Practice staff, as the practices answer PLO's survey."""

import collections
from decimal import Decimal
from fractions import Fraction

from measures import Sums, breakdown, indicator
from populations import COUNTRY
from practices import has_capacities, share_of_practices


def definition_of_today(country):
    """The groups that are staff by the definition of 2022, which counts all years: without doctors."""
    return {
        row.faggruppe for row in country.registers.list_of("faggruppe") if row.gyldig_til is None and row.tael_med_i_u2
    }


def spelled(country):
    return {row.stavemaade: row.faggruppe for row in country.registers.list_of("faggruppe_alias")}


def known_answers(country, year):
    """The active practices that an answer is known to be from."""
    practices = country.practice_of_number(year)
    return {row.ydernr for row in country.registers.rows("plo_personale", year) if row.ydernr in practices}


def full_time_equivalents(country, year, professions):
    """The sum of all answers; practices that none is known of are missing."""
    sums, names, answered = Sums(country), spelled(country), known_answers(country, year)
    for row in country.registers.rows("plo_personale", year):
        if names[row.faggruppe] in professions:
            sums.add(row.kommunekode, row.aarsvaerk)
    for practice in country.practices(year).values():
        sums.add(practice.place, missing=practice.ydernr not in answered)
    return sums.counts()


@indicator("u2_personale_aarsvaerk")
def staff_full_time_equivalents(country, year):
    return full_time_equivalents(country, year, definition_of_today(country))


@breakdown("u2_personale_aarsvaerk", "profession")
def staff_by_profession(country, year):
    """Of the professions that an answer names; the practices that none is known of are missing of all staff alone."""
    names = spelled(country)
    told = {names[row.faggruppe] for row in country.registers.rows("plo_personale", year)}
    found = {}
    for profession in definition_of_today(country) & told:
        sums = full_time_equivalents(country, year, {profession})
        found[profession] = {geography: (staff, None, 0) for geography, (staff, _, _) in sums.items()}
    return found


@indicator("u2_sygeplejersker_aarsvaerk")
def nurses(country, year):
    return full_time_equivalents(country, year, {"sygeplejerske"})


@indicator("a15_oevrige_faggrupper_aarsvaerk")
def other_professions(country, year):
    return full_time_equivalents(country, year, {"farmaceut", "psykolog", "fysioterapeut"})


def staff_per_capacity(country, year, professions, count):
    """Staff and capacities of the practices that both are known of."""
    sums, names, practices = Sums(country), spelled(country), country.practice_of_number(year)
    known = {number for number in known_answers(country, year) if has_capacities(practices[number])}
    for row in country.registers.rows("plo_personale", year):
        if row.ydernr in known and names[row.faggruppe] in professions:
            sums.add(practices[row.ydernr].place, count(row))
    for practice in country.practices(year).values():
        if practice.ydernr in known:
            sums.add(practice.place, 0, practice.capacities)
        else:
            sums.add(practice.place, missing=1)
    return sums.ratios()


@indicator("u2_personale_pr_laege")
def staff_per_doctor(country, year):
    return staff_per_capacity(country, year, definition_of_today(country), lambda row: row.aarsvaerk)


@indicator("u2_personale_personer_pr_laege")
def employees_per_doctor(country, year):
    return staff_per_capacity(country, year, definition_of_today(country), lambda row: row.antal_personer)


@indicator("u2_sygeplejersker_pr_laege")
def nurses_per_doctor(country, year):
    return staff_per_capacity(country, year, {"sygeplejerske"}, lambda row: row.aarsvaerk)


@indicator("a15_oevrige_faggrupper_pr_laege")
def other_professions_per_doctor(country, year):
    return staff_per_capacity(country, year, {"farmaceut", "psykolog", "fysioterapeut"}, lambda row: row.aarsvaerk)


def health(country):
    return {row.faggruppe for row in country.registers.list_of("faggruppe") if row.er_sundhedsfaglig}


@indicator("a3_personale_truede_omraader")
def health_staff_per_doctor(country, year):
    return staff_per_capacity(country, year, definition_of_today(country) & health(country), lambda row: row.aarsvaerk)


@indicator("u2_personale_aarsvaerk_foer_2022")
def staff_as_counted_before_2022(country, year):
    groups = country.registers.list_of("faggruppe")
    before = {row.faggruppe for row in groups if row.gyldig_til and row.tael_med_i_u2}
    return full_time_equivalents(country, year, before)


@indicator("u2_svar_praksis_pct")
def practices_with_a_known_answer(country, year):
    answered = known_answers(country, year)
    return share_of_practices(country, year, lambda p: True, lambda p: 1, lambda p: p.ydernr in answered)


@indicator("u2_svar_kapaciteter_pct")
def capacities_with_a_known_answer(country, year):
    answered = known_answers(country, year)
    return share_of_practices(country, year, has_capacities, lambda p: p.capacities, lambda p: p.ydernr in answered)


@indicator("a11_solo_uden_personale")
def solo_practices_without_staff(country, year):
    least = country.registers.parameter("naesten_uden_personale_under_aarsvaerk")
    professions, names = definition_of_today(country), spelled(country)
    equivalents = dict.fromkeys(known_answers(country, year), Decimal(0))
    for row in country.registers.rows("plo_personale", year):
        if row.ydernr in equivalents and names[row.faggruppe] in professions:
            equivalents[row.ydernr] += row.aarsvaerk
    sums = Sums(country)
    for practice in country.practices(year).values():
        if has_capacities(practice) and practice.capacities <= 1:
            known = practice.ydernr in equivalents
            sums.add(practice.place, known and equivalents[practice.ydernr] < least, missing=not known)
    return sums.counts()


BASE = 2018


def weighted_up(country, year, professions, count):
    """Staff of all practices by place: what those that answered have, times the region's capacities over theirs."""
    practices, names = country.practice_of_number(year), spelled(country)
    known = {number for number in known_answers(country, year) if has_capacities(practices[number])}
    everybody, answered, staff = collections.Counter(), collections.Counter(), collections.Counter()
    for practice in country.practices(year).values():
        region = country.region(practice.place, country.geographies)
        everybody[region] += practice.capacities or 0
        answered[region] += practice.capacities if practice.ydernr in known else 0
    for row in country.registers.rows("plo_personale", year):
        if row.ydernr in known and names[row.faggruppe] in professions:
            staff[practices[row.ydernr].place] += count(row)
    weights = {region: Fraction(n) / Fraction(answered[region]) for region, n in everybody.items()}
    return {place: n * weights[country.region(place, country.geographies)] for place, n in staff.items()}


def growth_since(country, year, base, amounts):
    now, then, sums = amounts(year), amounts(base), Sums(country)
    for place in now.keys() | then.keys():
        sums.add(place, now.get(place, 0) - then.get(place, 0), then.get(place, 0))
    return sums


def weighted_growth(country, year, professions, count=lambda row: Fraction(row.aarsvaerk), base=BASE):
    """Practices of the year that are weighted for, without a known answer or without capacities, are missing."""
    sums = growth_since(country, year, base, lambda y: weighted_up(country, y, professions, count))
    answered = known_answers(country, year)
    for practice in country.practices(year).values():
        sums.add(practice.place, missing=practice.ydernr not in answered or not has_capacities(practice))
    return sums


@indicator("u2_personale_vaekst_pct", first=BASE)
def growth_of_staff(country, year):
    return weighted_growth(country, year, definition_of_today(country)).ratios()


@indicator("u2_personale_vaekst_personer_pct", first=BASE)
def growth_of_employees(country, year):
    professions = definition_of_today(country)
    return weighted_growth(country, year, professions, lambda row: Fraction(row.antal_personer)).ratios()


@indicator("u2_vaekst_sygeplejersker_pct", first=BASE)
def growth_of_nurses(country, year):
    return weighted_growth(country, year, {"sygeplejerske"}).ratios()


@indicator("u2_vaekst_sosu_assistenter_pct", first=BASE)
def growth_of_assistants(country, year):
    return weighted_growth(country, year, {"sosu_assistent"}).ratios()


@indicator("u2_vaekst_jordemoedre_pct", first=BASE)
def growth_of_midwives(country, year):
    return weighted_growth(country, year, {"jordemoder"}).ratios()


@indicator("u2_personale_tilvaekst_aarsvaerk", first=BASE)
def staff_more_than_in_the_base_year(country, year):
    return weighted_growth(country, year, definition_of_today(country)).counts()


@indicator("u2_personale_tilvaekst_seneste_aar", first=BASE + 1)
def staff_more_than_the_year_before(country, year):
    return weighted_growth(country, year, definition_of_today(country), base=year - 1).counts()


@indicator("u2_personale_vaekst_panel_pct", first=BASE)
def growth_in_a_panel(country, year):
    """Practices that an answer is known to be from in both years; a number that was handed on is another practice."""
    professions, names = definition_of_today(country), spelled(country)

    def staff(of_year):
        practices = country.practice_of_number(of_year)
        found = {(number, practices[number].since): Decimal(0) for number in known_answers(country, of_year)}
        for row in country.registers.rows("plo_personale", of_year):
            if row.ydernr in practices and names[row.faggruppe] in professions:
                found[row.ydernr, practices[row.ydernr].since] += row.aarsvaerk
        return found

    now, then, sums = staff(year), staff(BASE), Sums(country)
    for practice in country.practices(year).values():
        key = practice.ydernr, practice.since
        if key in now and key in then:
            sums.add(practice.place, now[key] - then[key], then[key])
        else:
            sums.add(practice.place, missing=1)
    return sums.ratios()


@indicator("u2_personale_vaekst_alle_svar_pct", first=BASE)
def growth_with_all_answers(country, year):
    professions, names = definition_of_today(country), spelled(country)

    def of_all(of_year):
        rows = country.registers.rows("plo_personale", of_year)
        staff = sum(row.aarsvaerk for row in rows if names[row.faggruppe] in professions)
        return Fraction(staff) * len(country.practices(of_year)) / answers(country, of_year)[0]

    missing = len(country.practices(year)) - answers(country, year)[0]
    return {COUNTRY: (of_all(year) - of_all(BASE), of_all(BASE), missing)}


def answers(country, year):
    """How many answered, and how many of them named somebody: answers are numbered from 1."""
    numbers = {row.besvarelse for row in country.registers.rows("plo_personale", year)}
    return max(numbers), len(numbers)


@indicator("u2_svarprocent_pct")
def response_rate(country, year):
    return {COUNTRY: (answers(country, year)[0], len(country.practices(year)), 0)}


@indicator("u2_svar_uden_personale_pct")
def answers_without_staff(country, year):
    answered, named = answers(country, year)
    return {COUNTRY: (answered - named, answered, 0)}


def growth_in_answers(country, year, professions, base=BASE):
    """The sums of the answers; practices of the year that none is known of are missing."""
    names, answered = spelled(country), known_answers(country, year)

    def amounts(of_year):
        found = collections.Counter()
        for row in country.registers.rows("plo_personale", of_year):
            found[row.kommunekode] += row.aarsvaerk if names[row.faggruppe] in professions else 0
        return found

    sums = growth_since(country, year, base, amounts)
    for practice in country.practices(year).values():
        sums.add(practice.place, missing=practice.ydernr not in answered)
    return sums


@indicator("u2_svarsum_vaekst_pct", first=BASE)
def growth_of_the_answers(country, year):
    return growth_in_answers(country, year, definition_of_today(country)).ratios()


@indicator("u2_svarsum_vaekst_sygeplejersker_pct", first=BASE)
def growth_of_nurses_in_the_answers(country, year):
    return growth_in_answers(country, year, {"sygeplejerske"}).ratios()


@indicator("u2_svarsum_vaekst_sosu_assistenter_pct", first=BASE)
def growth_of_assistants_in_the_answers(country, year):
    return growth_in_answers(country, year, {"sosu_assistent"}).ratios()


@indicator("u2_svarsum_vaekst_jordemoedre_pct", first=BASE)
def growth_of_midwives_in_the_answers(country, year):
    return growth_in_answers(country, year, {"jordemoder"}).ratios()


@indicator("u2_svarsum_tilvaekst_aarsvaerk", first=BASE)
def more_in_the_answers_than_in_the_base_year(country, year):
    return growth_in_answers(country, year, definition_of_today(country)).counts()


@indicator("u2_svarsum_tilvaekst_seneste_aar", first=BASE + 1)
def more_in_the_answers_than_the_year_before(country, year):
    return growth_in_answers(country, year, definition_of_today(country), base=year - 1).counts()


def add_all_capacities(country, year, sums):
    """Beside the answers; practices without a known answer or without capacities are missing."""
    answered = known_answers(country, year)
    for practice in country.practices(year).values():
        unknown = practice.ydernr not in answered or not has_capacities(practice)
        sums.add(practice.place, 0, practice.capacities or 0, unknown)


@indicator("a3_svarsum_pr_10_laeger")
def answers_of_health_staff_per_doctor(country, year):
    sums, names, professions = Sums(country), spelled(country), definition_of_today(country) & health(country)
    for row in country.registers.rows("plo_personale", year):
        sums.add(row.kommunekode, row.aarsvaerk if names[row.faggruppe] in professions else 0)
    add_all_capacities(country, year, sums)
    return sums.ratios()


@indicator("u2_svarsum_personer_pr_laege")
def answers_per_doctor(country, year):
    sums, names, professions = Sums(country), spelled(country), definition_of_today(country)
    for row in country.registers.rows("plo_personale", year):
        sums.add(row.kommunekode, row.antal_personer if names[row.faggruppe] in professions else 0)
    add_all_capacities(country, year, sums)
    return sums.ratios()
