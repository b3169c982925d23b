"""Training posts: plans, postings, places and keys."""

import collections
import datetime
from decimal import Decimal
from fractions import Fraction

from clinics import months_between
from measures import Sums, indicator
from populations import COUNTRY


def plan(country, year):
    """Planned main courses of the year, by training region and specialty."""
    planned = collections.Counter()
    for row in country.registers.rows("dimensioneringsplan"):
        if row.aar == year and row.type == "H":
            planned[row.videreuddannelsesregion, country.specialty(row.speciale)] += row.antal
    return planned


def of_training_regions(amounts):
    """Sums by training region and for the country."""
    sums = collections.defaultdict(Decimal)
    for region, amount in amounts:
        sums["training_region", region, None] += amount
        sums[COUNTRY] += amount
    return sums


@indicator("t17_hu_dimensioneret")
def planned_courses(country, year):
    found = of_training_regions((region, n) for (region, _), n in plan(country, year).items())
    return {geography: (n, None, 0) for geography, n in found.items()}


@indicator("t2_hu_almen_medicin")
def planned_courses_in_general_practice(country, year):
    planned = plan(country, year).items()
    found = of_training_regions((region, n) for (region, specialty), n in planned if specialty == "almen_medicin")
    return {geography: (n, None, 0) for geography, n in found.items()}


@indicator("t2_almen_medicin_andel_pct")
def general_practice_of_planned_courses(country, year):
    ours = planned_courses_in_general_practice(country, year)
    return {g: (ours[g][0], n, 0) for g, (n, _, _) in planned_courses(country, year).items()}


@indicator("t10_kbu_almen_praksis_pct")
def foundation_courses_with_general_practice(country, year):
    months = country.registers.parameter("kbu_i_almen_praksis_maaneder")
    sums = collections.defaultdict(lambda: [0, 0, 0])
    for post in country.posts(year):
        if post.type == "KBU" and post.besat:
            parts = country.parts(year).get(post.forloeb_id)
            there = sum(part.maaneder for part in parts or [] if part.stedtype == "ALMEN_PRAKSIS")
            for geography in (COUNTRY, ("training_region", post.videreuddannelsesregion, None)):
                sums[geography][0] += there >= months
                sums[geography][1] += parts is not None
                sums[geography][2] += parts is None
    return {geography: tuple(counts) for geography, counts in sums.items()}


def official_account(country, year):
    rows = country.registers.rows("hovedforloeb_opgoerelse")
    return [
        row
        for row in rows
        if row.aar == year and row.type == "H" and country.specialty(row.speciale) == "almen_medicin"
    ]


@indicator("t3_hu_besaettelsesgrad_pct")
def official_fill_rate(country, year):
    rows = official_account(country, year)
    filled = of_training_regions((row.videreuddannelsesregion, row.besat) for row in rows)
    posted = of_training_regions((row.videreuddannelsesregion, row.opslaaet) for row in rows)
    return {geography: (filled[geography], n, 0) for geography, n in posted.items()}


@indicator("t3_hu_opslaaet")
def officially_posted(country, year):
    found = of_training_regions((row.videreuddannelsesregion, row.opslaaet) for row in official_account(country, year))
    return {geography: (n, None, 0) for geography, n in found.items()}


@indicator("t3_hu_dimensioneret")
def official_plan(country, year):
    rows = official_account(country, year)
    found = of_training_regions((row.videreuddannelsesregion, row.dimensioneret) for row in rows)
    return {geography: (n, None, 0) for geography, n in found.items()}


def beyond_the_plan(country, year, posts):
    """Main courses in general practice less what the plan has without the extra ones."""
    rows = [row for row in country.registers.rows("dimensioneringsplan") if row.aar == year and row.type == "H"]
    ours = [(post.videreuddannelsesregion, 1) for post in posts if post.type == "H" and is_ours(country, post)]
    plan = [
        (row.videreuddannelsesregion, -row.antal) for row in rows if not row.ekstraordinaer and is_ours(country, row)
    ]
    return {geography: (n, None, 0) for geography, n in of_training_regions(ours + plan).items()}


def is_ours(country, row):
    return country.specialty(row.speciale) == "almen_medicin"


@indicator("t1_opslaaet_ud_over_plan", first=2019, last=2020)
def posted_beyond_the_plan(country, year):
    return beyond_the_plan(country, year, country.first_posts(year))


@indicator("t1_besat_ud_over_plan", first=2019, last=2020)
def filled_beyond_the_plan(country, year):
    return beyond_the_plan(country, year, [post for post in country.posts(year) if post.besat])


def specialties(country):
    return {row.laegespeciale: row for row in country.registers.list_of("laegespeciale")}


@indicator("r4_hu_prioriterede_specialer")
def filled_courses_in_the_four_specialties(country, year):
    known = specialties(country)
    posts = [post for post in country.posts(year) if post.type == "H" and post.besat]
    filled = of_training_regions(
        (post.videreuddannelsesregion, known[country.specialty(post.speciale)].er_prioriteret) for post in posts
    )
    return {geography: (n, None, 0) for geography, n in filled.items()}


@indicator("t11_hu_maaneder_almen_praksis", levels=["country"])
def fewest_months_in_general_practice(country, year):
    courses = [p for p in country.posts(year) if p.type == "H" and country.specialty(p.speciale) == "almen_medicin"]
    parts = [country.parts(year).get(post.forloeb_id) for post in courses]
    months = [sum(part.maaneder for part in known if part.stedtype == "ALMEN_PRAKSIS") for known in parts if known]
    return {COUNTRY: (min(months), None, parts.count(None))}


@indicator("t13_specialer_uden_universitetshospital_pct", levels=["country"])
def specialties_without_a_university_hospital(country, year):
    possible, told = set(), set()
    for post in country.posts(year):
        parts = country.parts(year).get(post.forloeb_id)
        if post.type == "H" and parts:
            told.add(country.specialty(post.speciale))
            if all(part.stedtype != "UNIVERSITETSHOSPITAL" for part in parts):
                possible.add(country.specialty(post.speciale))
    return {COUNTRY: (len(possible), len(told), len(specialties(country)) - len(told))}


@indicator("t8_flaskehalse", levels=["country"])
def bottlenecks(country, year):
    vacant, introduced = set(), set()
    for post in country.posts(year):
        parts = country.parts(year).get(post.forloeb_id)
        if parts and post.type != "KBU":
            pair = country.specialty(post.speciale), parts[0].regionskode
            if post.type == "I":
                introduced.add(pair)
            elif not post.besat:
                vacant.add(pair)
    return {COUNTRY: (len(vacant - introduced), None, 0)}


@indicator("t_sammenhaengende_forloeb")
def combined_courses_and_teams(country, year):
    posts = country.first_posts(year)
    found = of_training_regions((post.videreuddannelsesregion, post.sammenhaengende or post.hold) for post in posts)
    return {geography: (n, None, 0) for geography, n in found.items()}


@indicator("r3_uddannelse_udenfor_storby_pct")
def training_outside_the_largest_cities(country, year):
    cities = {row.kommunekode for row in country.registers.list_of("storby")}
    sums = Sums(country)
    for post in country.first_posts(year):
        for part in country.parts(year).get(post.forloeb_id, []):
            months = part.maaneder * part.fuldtidsandel
            sums.add(part.kommunekode, 0 if part.kommunekode in cities else months, months)
    return sums.ratios()


def key_of(country, year, region, training_region, fits, by_months):
    """A region's part of its training region: of the main courses that begin there, or of full-time months."""
    there = everywhere = Decimal(0)
    for post in country.first_posts(year):
        if (
            post.type == "H"
            and post.videreuddannelsesregion == training_region
            and fits(country.specialty(post.speciale))
        ):
            for part in country.parts(year).get(post.forloeb_id, [])[: None if by_months else 1]:
                weight = part.maaneder * part.fuldtidsandel if by_months else 1
                everywhere += weight
                there += weight if part.regionskode == region else 0
    return {("region", region, "2007"): (there, everywhere, 0)}


@indicator("t4_noegle_nord_nordjylland")
def key_of_nordjylland(country, year):
    return key_of(country, year, "1081", "NORD", lambda specialty: True, by_months=False)


@indicator("t4_noegle_nord_midtjylland")
def key_of_midtjylland(country, year):
    return key_of(country, year, "1082", "NORD", lambda specialty: True, by_months=False)


def others_in_sjaelland(country):
    known = specialties(country)
    return lambda specialty: specialty != "almen_medicin" and known[specialty].varetages_i_sjaelland


@indicator("t5_noegle_oest_sjaelland")
def key_of_sjaelland(country, year):
    return key_of(country, year, "1085", "OEST", others_in_sjaelland(country), by_months=True)


@indicator("t5_noegle_oest_hovedstaden")
def key_of_hovedstaden(country, year):
    return key_of(country, year, "1084", "OEST", others_in_sjaelland(country), by_months=True)


@indicator("t6_noegle_oest_almen_medicin")
def key_of_general_practice(country, year):
    return key_of(country, year, "1085", "OEST", lambda specialty: specialty == "almen_medicin", by_months=True)


def fill_rate(country, year, posts, by_months=False):
    """Filled and posted courses: of training regions those that belong there, of regions those that begin there.

    By months it is the full-time months that are spent in a place.
    """
    sums = collections.defaultdict(lambda: [Decimal(0), Decimal(0)])

    def add(geography, filled, weight):
        sums[geography][0] += weight if filled else 0
        sums[geography][1] += weight

    for post in posts:
        parts = country.parts(year).get(post.forloeb_id, [])
        months = [part.maaneder * part.fuldtidsandel for part in parts]
        for geography in (COUNTRY, ("training_region", post.videreuddannelsesregion, None)):
            add(geography, post.besat, sum(months) if by_months else 1)
        for part, weight in zip(parts, months if by_months else [1]):
            for geography in country.geographies[part.regionskode]:
                if geography[0] == "region":
                    add(geography, post.besat, weight)
    return {geography: (filled, posted, 0) for geography, (filled, posted) in sums.items()}


@indicator("t3_besaettelsesgrad_pct")
def fill_rate_of_main_courses(country, year):
    return fill_rate(country, year, [post for post in country.first_posts(year) if post.type == "H"])


@indicator("t3_besaettelsesgrad_alle_opslag_pct")
def fill_rate_of_all_postings(country, year):
    return fill_rate(country, year, [post for post in country.posts(year) if post.type == "H"])


@indicator("t3_besaettelsesgrad_maaneder_pct")
def fill_rate_of_months(country, year):
    return fill_rate(country, year, [post for post in country.first_posts(year) if post.type == "H"], by_months=True)


@indicator("t3_besaettelsesgrad_intro_pct")
def fill_rate_of_introduction_posts(country, year):
    return fill_rate(country, year, [post for post in country.posts(year) if post.type == "I"])


@indicator("t3_genopslag_besat_pct")
def fill_rate_of_those_posted_again(country, year):
    return fill_rate(country, year, [post for post in country.posts(year) if post.type == "H" and post.genopslag_af])


@indicator("t3_besaettelse_udjaevning")
def what_the_fill_rate_averages_out(country, year):
    """In general practice, by months: what the training region has less what its lowest region has."""
    courses = [
        post
        for post in country.first_posts(year)
        if post.type == "H" and country.specialty(post.speciale) == "almen_medicin"
    ]
    months = collections.defaultdict(lambda: [Decimal(0), Decimal(0)])
    for post in courses:
        for part in country.parts(year).get(post.forloeb_id, []):
            there = next(code for level, code, _ in country.geographies[part.regionskode] if level == "training_region")
            for key in (there, part.regionskode):
                months[key][0] += part.maaneder * part.fuldtidsandel if post.besat else 0
                months[key][1] += part.maaneder * part.fuldtidsandel
    rate = {key: 100 * Fraction(filled) / Fraction(posted) for key, (filled, posted) in months.items()}
    parts = {"NORD": ("1081", "1082"), "OEST": ("1084", "1085")}
    return {
        ("training_region", region, None): (rate[region] - min(rate[part] for part in of), None, 0)
        for region, of in parts.items()
    }


@indicator("t1_ekstra_hu_almen_medicin", first=2019, last=2020)
def courses_on_top_of_the_plan(country, year):
    rows = [
        row
        for row in country.registers.rows("dimensioneringsplan")
        if row.aar == year and row.type == "H" and row.ekstraordinaer
    ]
    ours = [row for row in rows if country.specialty(row.speciale) == "almen_medicin"]
    found = of_training_regions((row.videreuddannelsesregion, row.antal) for row in ours)
    return {geography: (n, None, 0) for geography, n in found.items()}


PSYCHIATRY = {"psykiatri", "boerne_og_ungdomspsykiatri"}


@indicator("t9_psykiatri_fortsaetter_i_hu_pct", first=2017)
def psychiatrists_who_go_on(country, year):
    begun = {
        p.person_id
        for p in country.posts(year - 3)
        if p.type == "I" and p.besat and country.specialty(p.speciale) in PSYCHIATRY
    }
    went_on = {
        post.person_id
        for later in range(year - 3, year + 1)
        for post in country.posts(later)
        if post.type == "H" and post.besat and country.specialty(post.speciale) in PSYCHIATRY
    }
    return {COUNTRY: (len(begun & went_on), len(begun), 0)}


@indicator("t12_hu_start_frist")
def longest_time_to_a_main_course(country, year):
    """The extracts begin in 2014, and tell of more than six years from 2021 on: before that nothing is counted."""
    foundation = {}
    for earlier in range(2014, year + 1):
        for post in country.posts(earlier):
            if post.type == "KBU" and post.besat:
                foundation[post.person_id] = min(post.planlagt_start, foundation.get(post.person_id, datetime.date.max))
    begin = {post.person_id: post.planlagt_start for post in country.posts(year) if post.type == "H" and post.besat}
    known = [months_between(foundation[person], day) for person, day in begin.items() if person in foundation]
    if year - 2014 <= 6:
        return {COUNTRY: (0, 0, len(begin))}
    return {COUNTRY: (max(known), 12, len(begin) - len(known))}


def introduction_posts(country, year, group):
    """How many introduction posts in a group of specialties those have had who begin one in the year."""
    had, now = collections.Counter(), set()
    for earlier in range(2014, year + 1):
        for post in country.posts(earlier):
            if post.type == "I" and post.besat and group(country.specialty(post.speciale)):
                key = post.person_id, group(country.specialty(post.speciale))
                had[key] += 1
                if earlier == year:
                    now.add(key)
    return {key: had[key] for key in now}


def block(country):
    known = specialties(country)
    return lambda specialty: "block" if known[specialty].er_intern_medicinsk_blok else None


@indicator("t7_introstillinger_pr_speciale", first=2025)
def most_introduction_posts_in_a_specialty(country, year):
    return {COUNTRY: (max(introduction_posts(country, year, lambda specialty: specialty).values()), None, 0)}


@indicator("t7_introstillinger_intern_medicin", first=2025)
def most_introduction_posts_in_internal_medicine(country, year):
    return {COUNTRY: (max(introduction_posts(country, year, block(country)).values()), None, 0)}


@indicator("t7_laeger_over_graensen_pr_speciale", first=2025)
def doctors_beyond_one_introduction_post(country, year):
    had = introduction_posts(country, year, lambda specialty: specialty)
    return {COUNTRY: (len({person for (person, _), posts in had.items() if posts > 1}), None, 0)}
