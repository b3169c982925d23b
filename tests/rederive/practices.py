"""Practices: open or closed, solo or not, their capacities and listed patients."""

from measures import Sums, breakdown, indicator


def share_of_practices(country, year, known, weight, fits):
    sums = Sums(country)
    for practice in country.practices(year).values():
        if known(practice):
            sums.add(practice.place, weight(practice) if fits(practice) else 0, weight(practice))
        else:
            sums.add(practice.place, missing=1)
    return sums.ratios()


@indicator("u1_aabne_praksis_pct")
def open_practices(country, year):
    return share_of_practices(country, year, lambda p: p.status, lambda p: 1, lambda p: p.status == "A")


@breakdown("u1_aabne_praksis_pct", "ownership")
def open_practices_by_owner(country, year):
    found = {}
    for owner in {practice.ownership for practice in country.practices(year).values()}:
        sums = Sums(country)
        for practice in country.practices(year).values():
            if practice.ownership == owner:
                known = practice.status is not None
                sums.add(practice.place, practice.status == "A", known, missing=not known)
        found[owner or "UOPLYST"] = sums.ratios()
    return found


@indicator("u1_lukkede_praksis_pct")
def closed_practices(country, year):
    return share_of_practices(country, year, lambda p: p.status, lambda p: 1, lambda p: p.status in ("L", "D"))


@indicator("u1_aabne_praksis_kapacitet_pct")
def open_capacities(country, year):
    return share_of_practices(
        country,
        year,
        lambda p: p.status and p.capacities is not None,
        lambda p: p.capacities,
        lambda p: p.status == "A",
    )


@indicator("u1_aabne_praksis_patienter_pct")
def patients_of_open_practices(country, year):
    return share_of_practices(
        country, year, lambda p: p.status and p.listed is not None, lambda p: p.listed, lambda p: p.status == "A"
    )


@indicator("u1_lukkede_praksis_kortklasse", levels=["municipality"])
def class_on_the_map(country, year):
    """Fifths of the share that is closed, each with its lower limit; all closed belongs to the last."""
    shares = closed_practices(country, year)
    return {
        g: (min(5 * closed // known + 1, 5), None, missing) for g, (closed, known, missing) in shares.items() if known
    }


def has_capacities(practice):
    return practice.capacities is not None


@indicator("u4_flermandspraksis_pct")
def multi_doctor_practices(country, year):
    return share_of_practices(country, year, has_capacities, lambda p: 1, lambda p: p.capacities > 1)


@indicator("u4_solopraksis_pct")
def solo_practices(country, year):
    return share_of_practices(country, year, has_capacities, lambda p: 1, lambda p: p.capacities <= 1)


@indicator("r1_laegekapaciteter")
def capacities(country, year):
    sums = Sums(country)
    for practice in country.practices(year).values():
        known = has_capacities(practice)
        sums.add(practice.place, practice.capacities if known else 0, missing=not known)
    return sums.counts()


@indicator("a4_patienter_pr_kapacitet")
def patients_per_capacity(country, year):
    sums = Sums(country)
    for practice in country.practices(year).values():
        if has_capacities(practice) and practice.listed is not None:
            sums.add(practice.place, practice.listed, practice.capacities)
        else:
            sums.add(practice.place, missing=1)
    return sums.ratios()


def clinics(country, year):
    return [p for p in country.practices(year).values() if p.ownership in ("REGION", "UDBUD")]


@indicator("a10_region_udbudsklinikker")
def region_and_tendered_clinics(country, year):
    sums = Sums(country)
    for practice in clinics(country, year):
        sums.add(practice.place, 1)
    return sums.counts()


@indicator("a10_tilmeldte_region_udbudsklinikker")
def listed_with_clinics(country, year):
    sums = Sums(country)
    for practice in clinics(country, year):
        sums.add(practice.place, practice.listed or 0, missing=practice.listed is None)
    return sums.counts()
