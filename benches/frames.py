"""Models in Polars' own words, where its SQL does not know what theirs says: as one of its users would write them.

What they make is compared with what maaltal makes of the SQL, so one that has fallen behind is told.
"""

from datetime import date

import polars as pl
from projects import YEAR

REFERENCE_DATE = date(YEAR, 1, 1)
Frames = dict[str, pl.LazyFrame]
LINE = ["person_id", "ydernr", "speciale"]


def of_year(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.filter(pl.col("year") == YEAR).drop("year")


def general_practice(tables: Frames) -> pl.LazyFrame:
    return tables["speciale"].filter("er_almen_praksis").select("speciale_kode")


def service_line(tables: Frames) -> pl.LazyFrame:
    line = tables["sssy"].group_by(LINE).agg(services=pl.sum("ydlant"), contacts=pl.sum("kontakt"), lines=pl.len())
    return line.with_columns(year=pl.lit(YEAR))


def service(tables: Frames) -> pl.LazyFrame:
    counted = (
        of_year(tables["service_line"])
        .filter(pl.col("services") > 0)
        .join(of_year(tables["service_code"]), on="speciale")
        .join(general_practice(tables), left_on=pl.col("speciale").str.slice(0, 2), right_on="speciale_kode")
    )
    contacts = pl.when("is_contact").then("contacts").otherwise(0).sum().alias("contacts")
    sums = counted.group_by("person_id", "ydernr", "category").agg(pl.sum("services"), contacts, pl.sum("lines"))
    return sums.with_columns(year=pl.lit(YEAR))


def activity(tables: Frames) -> pl.LazyFrame:
    sums = [pl.sum("contacts"), pl.sum("services"), pl.sum("lines")]
    practice = of_year(tables["practice_in_year"]).select("ydernr", practice_place="place_code")
    had = (
        of_year(tables["service"])
        .join(practice, on="ydernr", how="left")
        .group_by("person_id", "category")
        .agg(*sums, pl.min("practice_place"))
    )
    every_kind = had.group_by("person_id").agg(*sums, pl.min("practice_place")).with_columns(category=pl.lit("all"))
    resident = of_year(tables["resident"]).select("person_id", "place_code", is_resident=pl.lit(True))
    person = pl.concat([had, every_kind], how="diagonal").join(resident, on="person_id", how="left")
    placed = person.with_columns(
        place_code=pl.coalesce("place_code", "practice_place"), is_resident=pl.col("is_resident").fill_null(False)
    )
    return placed.group_by("place_code", "is_resident", "category").agg(
        *sums,
        persons=(pl.col("contacts") > 0).sum(),
        contact_squares=pl.col("contacts").pow(2).sum(),
        service_squares=pl.col("services").pow(2).sum(),
    ).with_columns(year=pl.lit(YEAR))


def listed_person(tables: Frames) -> pl.LazyFrame:
    in_force = (pl.col("fra") <= REFERENCE_DATE) & (pl.col("til").is_null() | (pl.col("til") > REFERENCE_DATE))
    listing = tables["tilmelding"].filter(in_force).select("person_id", "ydernr")
    return (
        of_year(tables["resident"])
        .join(tables["sikret"].select("person_id", "gruppe"), on="person_id", how="left")
        .join(listing, on="person_id", how="left")
        .group_by("person_id", "place_code")
        .agg(pl.min("ydernr"), insurance_group=pl.min("gruppe"))
        .with_columns(year=pl.lit(YEAR))
    )


def service_without_code(tables: Frames) -> pl.LazyFrame:
    line = tables["sssy"].group_by("speciale").agg(lines=pl.len())
    practice = line.join(general_practice(tables), left_on=pl.col("speciale").str.slice(0, 2), right_on="speciale_kode")
    return practice.join(of_year(tables["service_code"]), on="speciale", how="anti").with_columns(year=pl.lit(YEAR))


def uncorrelated_correction(tables: Frames) -> pl.LazyFrame:
    line = of_year(tables["service_line"])
    return line.select(year=pl.lit(YEAR), lines=pl.len(), taken_off=(pl.col("services") < 0).sum())


def without_doctor(tables: Frames) -> pl.LazyFrame:
    insured = pl.col("insurance_group") == "1"
    return tables["listed_person"].filter(pl.col("year") == YEAR).group_by("year", "place_code").agg(
        insured=insured.sum(),
        without_doctor=(insured & pl.col("ydernr").is_null()).sum(),
        not_known=pl.col("insurance_group").is_null().sum(),
    )


MODELS = {
    model.__name__: model
    for model in (service_line, service, activity, listed_person, service_without_code, uncorrelated_correction, without_doctor)
}
