"""Who and what the indicators count among: places, practices, doctors, residents and what they were given."""

import collections
import datetime
import functools

GENERAL_PRACTICE = "80"
COUNTRY = ("country", "DK", None)


def reference_date(year):
    return datetime.date(year, 1, 1)


def in_force(first, until, day):
    """Periods include their first day and not their last."""
    return first <= day and (until is None or until > day)


class Practice:
    """An active provider of general practice on the reference date, with what the regions say of it on the day."""

    def __init__(self, provider, status, place):
        self.ydernr = provider.ydernr
        self.since = provider.tilgang_dato
        self.until = provider.afgang_dato
        self.place = place
        self.status = status and status.status_kode
        self.ownership = status and status.ejerform
        self.capacities = status and status.antal_kapaciteter
        self.listed = status and status.aktive_tilmeldte


class Doctor:
    """A doctor's role at an active practice."""

    def __init__(self, person, practice, is_owner, day):
        self.person = person.person_id
        self.practice = practice
        self.is_owner = is_owner
        born = person.foedselsdato
        self.age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Country:
    def __init__(self, registers):
        self.registers = registers

    @functools.cached_property
    def geographies(self):
        """The geographies that a municipality, or a region of 2007, is part of: level, code, of regions the version."""
        members = collections.defaultdict(set)
        for row in self.registers.list_of("kommune_geografi"):
            members[row.kommunekode] |= {("municipality", row.kommunekode, None), COUNTRY}
            members[row.kommunekode].add(("region", row.regionskode, row.geo_version))
            members[row.kommunekode].add(("training_region", row.videreuddannelsesregion, None))
            if row.sundhedsraad:
                members[row.kommunekode].add(("health_council", row.sundhedsraad, None))
        for row in self.registers.list_of("kommune"):
            # Christiansø stands in the list by itself: it belongs to no region.
            members.setdefault(row.kommunekode, {("municipality", row.kommunekode, None), COUNTRY})
        for place in list(members):
            region = self.region(place, members)
            if region is None:
                continue
            regions = {g for g in members[place] if g[0] in ("region", "training_region")}
            members[region] |= regions | {COUNTRY}
        return dict(members)

    @staticmethod
    def region(place, members):
        regions = (code for level, code, version in members[place] if level == "region" and version == "2007")
        return next(regions, None)

    def short_of_doctors(self, year):
        """The municipalities on the national list in force on the reference date."""
        return {
            row.kommunekode
            for row in self.registers.rows("laegedaekning_omraade", year)
            if row.liste == "LANDSDAEKKENDE"
            and row.status == "TRUET"
            and in_force(row.gyldig_fra, row.gyldig_til, reference_date(year))
        }

    @functools.lru_cache(maxsize=None)
    def practices(self, year):
        """The practices that are active on the reference date, by number and first day."""
        day = reference_date(year)
        found = {}
        for row in self.registers.rows("yder", year):
            if row.speciale_kode == GENERAL_PRACTICE and in_force(row.tilgang_dato, row.afgang_dato, day):
                found[row.ydernr, row.tilgang_dato] = self.practice(row, day, year)
        return found

    def practice(self, provider, day, year):
        told = self.status(year).get((provider.ydernr, provider.tilgang_dato), [])
        told = next((row for row in told if in_force(row.gyldig_fra, row.gyldig_til, day)), None)
        region = {row.yder_kode: row.regionskode for row in self.registers.list_of("region") if row.yder_kode}
        return Practice(provider, told, told.kommunekode if told else region[provider.regionskode])

    def last_place(self, provider, year):
        """Where a provider lay last, as the extract of a year tells."""
        told = self.status(year).get((provider.ydernr, provider.tilgang_dato))
        if told:
            return max(told, key=lambda row: row.gyldig_fra).kommunekode
        return self.practice(provider, provider.tilgang_dato, year).place

    @functools.lru_cache(maxsize=None)
    def status(self, year):
        periods = collections.defaultdict(list)
        for row in self.registers.rows("yder_status", year):
            periods[row.ydernr, row.tilgang_dato].append(row)
        return periods

    @functools.lru_cache(maxsize=None)
    def practices_of_year(self, year):
        """The practices that are active at some time of the year, by number, as they are on their first day in it."""
        first, last = reference_date(year), datetime.date(year, 12, 31)
        found = {}
        for row in sorted(self.registers.rows("yder", year), key=lambda row: row.tilgang_dato, reverse=True):
            ends = row.afgang_dato or datetime.date.max
            if (
                row.speciale_kode == GENERAL_PRACTICE
                and row.tilgang_dato <= last
                and ends > max(first, row.tilgang_dato)
            ):
                found[row.ydernr] = self.practice(row, max(first, row.tilgang_dato), year)
        return found

    @functools.lru_cache(maxsize=None)
    def practice_of_number(self, year):
        return {practice.ydernr: practice for practice in self.practices(year).values()}

    @functools.lru_cache(maxsize=None)
    def doctors(self, year):
        """The roles of doctors at active practices, a row a role."""
        day = reference_date(year)
        roles = {row.personrolle_kode: row for row in self.registers.list_of("personrolle")}
        practices = self.practices(year)
        found = []
        for person in self.registers.rows("yder_person", year):
            role = roles.get(person.personrolle_kode)
            practice = practices.get((person.ydernr, person.yder_tilgang_dato))
            if role and role.er_laege and practice and in_force(person.tilgang_dato, person.afgang_dato, day):
                found.append(Doctor(person, practice, role.rolle == "EJER", day))
        return found

    def owners(self, year):
        return [doctor for doctor in self.doctors(year) if doctor.is_owner]

    @functools.lru_cache(maxsize=None)
    def residents(self, year):
        """Where everybody lived on 1 January."""
        return {row.person_id: row.kommunekode for row in self.registers.rows("bef", year)}

    @functools.lru_cache(maxsize=None)
    def services(self, year):
        """How many services and contacts of each kind a person had at a practice during the year.

        A correction takes off what it corrects: services of a kind at one practice are added up, and a sum below
        nothing is a correction of what is not there. A code that is not in force is no service.
        """
        kinds = {}
        for row in self.registers.list_of("ydelseskode"):
            if row.speciale[:2] == GENERAL_PRACTICE and row.gyldig_fra.year <= year:
                if row.gyldig_til is None or row.gyldig_til > reference_date(year):
                    kinds[row.speciale] = row.kategori
        services, contacts = collections.Counter(), collections.Counter()
        for row in self.registers.rows("sssy", year):
            if row.speciale in kinds:
                key = row.person_id, row.ydernr, row.speciale
                services[key] += row.ydlant
                contacts[key] += row.kontakt
        self.registers.forget("sssy", year)
        found = collections.defaultdict(lambda: [0, 0])
        for (person, ydernr, code), count in services.items():
            if count > 0:
                found[person, ydernr, kinds[code]][0] += count
                found[person, ydernr, kinds[code]][1] += contacts[person, ydernr, code]
        return found

    @functools.lru_cache(maxsize=None)
    def tool_use(self, year):
        return self.registers.rows("digital_brug", year)

    @functools.cached_property
    def spellings(self):
        return {row.stavemaade: row.laegespeciale for row in self.registers.list_of("laegespeciale_alias")}

    def specialty(self, spelling):
        return self.spellings.get(spelling)

    @functools.lru_cache(maxsize=None)
    def posts(self, year):
        """Training posts that start in the year; a withdrawn posting is none."""
        return [row for row in self.registers.rows("uddannelsesforloeb", year) if not row.annulleret]

    def first_posts(self, year):
        """Without those that are posted again since they were not filled the year before."""
        return [post for post in self.posts(year) if not post.genopslag_af]

    @functools.lru_cache(maxsize=None)
    def parts(self, year):
        """The parts of each training post, in their order."""
        parts = collections.defaultdict(list)
        for row in self.registers.rows("forloeb_element", year):
            parts[row.forloeb_id].append(row)
        return {post: sorted(rows, key=lambda row: row.sekvens) for post, rows in parts.items()}
