//! The figures that are protected, as rows of a published table give them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use arrow::array::{Array, BooleanArray, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::error::ArrowError;
use maaltal_protection::{Contributions, Level, Part};

use super::super::PublishError;
use crate::definition::Disclosure;
use crate::engine::{Engine, RowsError, Table, Task, quoted};

/// Numbers are kept in ten-thousandths, as the published decimals are.
pub(super) const PER: u32 = 10_000;

/// An indicator, or one part of a breakdown of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Series {
    pub(super) indicator: String,
    pub(super) dimension: String,
    pub(super) value: String,
}

impl Series {
    /// What the dimension and its one value are called where nothing is broken down.
    pub(super) const ALL: &'static str = "all";

    /// An indicator that is not broken down.
    pub(super) fn all(indicator: &str) -> Self {
        let all = || Self::ALL.to_owned();
        Self { indicator: indicator.to_owned(), dimension: all(), value: all() }
    }

    pub(super) fn is_all(&self) -> bool {
        self.dimension == Self::ALL
    }
}

/// As policies name it: `indicator`, or `indicator[dimension=value]`.
impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_all() {
            true => f.write_str(&self.indicator),
            false => write!(f, "{}[{}={}]", self.indicator, self.dimension, self.value),
        }
    }
}

/// A geography of a level, in a version of the geography.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) level: Level,
    pub(super) code: String,
    pub(super) version: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.level.name(), self.code, self.version)
    }
}

/// The numbers of a figure, in ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figure {
    pub(super) numerator: Option<i64>,
    pub(super) denominator: Option<i64>,
    /// Something of it is hidden already.
    pub(super) is_hidden: bool,
    /// Its value is told, or a limit of it.
    pub(super) is_told: bool,
}

impl Figure {
    /// One of its numbers.
    pub(super) fn number(&self, part: Part) -> Option<i64> {
        match part {
            Part::Numerator => self.numerator,
            Part::Denominator => self.denominator,
            Part::Complement => None,
        }
    }
}

/// The figures of a year, by series and place.
pub(super) type OfYear = BTreeMap<Series, BTreeMap<Place, Figure>>;

/// The figures of a published table, by year.
#[derive(Debug, Clone, Default)]
pub(super) struct Figures(pub(super) BTreeMap<i32, OfYear>);

impl Figures {
    /// Reads the rows of the table that a policy protects.
    pub(super) async fn read(engine: &Engine, policy: &Disclosure, table: Table) -> Result<Self, PublishError> {
        let sql = format!(
            "SELECT {KEY}, CAST(numerator AS DECIMAL(18, 4)) AS numerator, \
             CAST(denominator AS DECIMAL(18, 4)) AS denominator, conf_status <> 'F' AS is_hidden, \
             COALESCE(value, lower_95, upper_95, lower_99_8, upper_99_8) IS NOT NULL AS is_told FROM {}",
            quoted(&policy.values)
        );
        let rows = Rows::of(engine, &policy.values, &sql, table).await?;
        rows.taken(Self::default(), |figures, batch| {
            let key = Keys::of(batch)?;
            let (numerator, denominator) = (decimals(batch, "numerator")?, decimals(batch, "denominator")?);
            let hidden: &BooleanArray = column(batch, "is_hidden")?;
            let told: &BooleanArray = column(batch, "is_told")?;
            for row in 0..batch.num_rows() {
                let (year, series, place) = key.at(row)?;
                let figure = Figure {
                    numerator: number(numerator, row)?,
                    denominator: number(denominator, row)?,
                    is_hidden: hidden.value(row),
                    is_told: told.value(row),
                };
                figures.0.entry(year).or_default().entry(series).or_default().insert(place, figure);
            }
            Ok(())
        })
    }

    pub(super) fn get(&self, year: i32, series: &Series, place: &Place) -> Option<&Figure> {
        self.0.get(&year)?.get(series)?.get(place)
    }

    /// Every figure with its key.
    pub(super) fn all(&self) -> impl Iterator<Item = (i32, &Series, &Place, &Figure)> {
        self.0.iter().flat_map(|(year, of_year)| {
            of_year.iter().flat_map(move |(series, places)| {
                places.iter().map(move |(place, figure)| (*year, series, place, figure))
            })
        })
    }
}

/// The municipalities in each geography, by year.
pub(super) type Members = BTreeMap<i32, BTreeMap<Place, BTreeSet<String>>>;

/// Reads which municipality is where. A place that is no municipality, such as a region where the municipality is not known,
/// is left out.
pub(super) async fn members(engine: &Engine, policy: &Disclosure, table: Table) -> Result<Members, PublishError> {
    let sql = format!(
        "SELECT CAST(year AS INTEGER) AS year, geo_level, geo_code, geo_version, place_code FROM {}",
        quoted(&policy.members)
    );
    let rows = Rows::of(engine, &policy.members, &sql, table).await?;
    let mut members = rows.taken(Members::new(), |members, batch| {
        let years: &Int32Array = column(batch, "year")?;
        let places: &StringArray = column(batch, "place_code")?;
        let geographies = Geographies::of(batch)?;
        for row in 0..batch.num_rows() {
            let of_year = members.entry(years.value(row)).or_default();
            of_year.entry(geographies.at(row)?).or_default().insert(places.value(row).to_owned());
        }
        Ok(())
    })?;
    for of_year in members.values_mut() {
        let municipalities: BTreeSet<String> =
            of_year.keys().filter(|it| it.level == Level::Municipality).map(|it| it.code.clone()).collect();
        of_year.values_mut().for_each(|places| places.retain(|place| municipalities.contains(place)));
        of_year.retain(|_, places| !places.is_empty());
    }
    Ok(members)
}

/// Who made the amounts, by year.
pub(super) type Makers = BTreeMap<i32, BTreeMap<(Series, Place), Contributions>>;

/// Reads how many made each amount, and how much the two largest of them.
pub(super) async fn makers(engine: &Engine, policy: &Disclosure, table: Table) -> Result<Makers, PublishError> {
    let sql = format!(
        "SELECT {KEY}, CAST(contributors AS BIGINT) AS contributors, CAST(total AS DECIMAL(18, 4)) AS total, \
         CAST(largest AS DECIMAL(18, 4)) AS largest, CAST(second_largest AS DECIMAL(18, 4)) AS second_largest FROM {}",
        quoted(&policy.contributors)
    );
    let rows = Rows::of(engine, &policy.contributors, &sql, table).await?;
    rows.taken(Makers::new(), |makers, batch| {
        let key = Keys::of(batch)?;
        let contributors: &Int64Array = column(batch, "contributors")?;
        let amount = |name: &str| decimals(batch, name);
        let (total, largest, second) = (amount("total")?, amount("largest")?, amount("second_largest")?);
        for row in 0..batch.num_rows() {
            let (year, series, place) = key.at(row)?;
            let amount = |of: &Decimal128Array| Ok::<_, ArrowError>(number(of, row)?.unwrap_or(0));
            let made = Contributions {
                contributors: u32::try_from(contributors.value(row)).unwrap_or(u32::MAX),
                total: amount(total)?,
                largest: amount(largest)?,
                second_largest: amount(second)?,
            };
            makers.entry(year).or_default().insert((series, place), made);
        }
        Ok(())
    })
}

/// The columns of a figure's key, as SQL asks for them.
const KEY: &str =
    "indicator_id, CAST(year AS INTEGER) AS year, geo_level, geo_code, geo_version, breakdown_dim, breakdown_value";

/// The rows of a table, and its name for messages.
pub(super) struct Rows<'a> {
    name: &'a str,
    batches: Vec<RecordBatch>,
}

impl<'a> Rows<'a> {
    pub(super) async fn of(engine: &Engine, name: &'a str, sql: &str, table: Table) -> Result<Self, PublishError> {
        let query = |source| PublishError::Query { what: name.to_owned(), source: Box::new(source) };
        let task = Task::new(engine.parse(sql).map_err(query)?).with(name, table);
        let batches = engine.answer(task).await.map_err(query)?.collect().await.map_err(|error| match error {
            RowsError::Query(source) => query(source),
            RowsError::Schema(source) => PublishError::Rows { table: name.to_owned(), source },
        })?;
        Ok(Self { name, batches })
    }

    /// Takes in all batches.
    pub(super) fn taken<T>(
        self,
        mut into: T,
        take: impl Fn(&mut T, &RecordBatch) -> Result<(), ArrowError>,
    ) -> Result<T, PublishError> {
        for batch in &self.batches {
            take(&mut into, batch).map_err(|source| PublishError::Rows { table: self.name.to_owned(), source })?;
        }
        Ok(into)
    }
}

/// The geographies of a batch.
struct Geographies<'a> {
    levels: &'a StringArray,
    codes: &'a StringArray,
    versions: &'a StringArray,
}

impl<'a> Geographies<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self, ArrowError> {
        let (levels, codes) = (column(batch, "geo_level")?, column(batch, "geo_code")?);
        Ok(Self { levels, codes, versions: column(batch, "geo_version")? })
    }

    fn at(&self, row: usize) -> Result<Place, ArrowError> {
        let level = self.levels.value(row);
        let unknown = |_| ArrowError::ParseError(format!("`{level}` is no level of geography"));
        Ok(Place {
            level: level.parse().map_err(unknown)?,
            code: self.codes.value(row).to_owned(),
            version: self.versions.value(row).to_owned(),
        })
    }
}

/// The keys of a batch of figures.
struct Keys<'a> {
    indicators: &'a StringArray,
    years: &'a Int32Array,
    geographies: Geographies<'a>,
    dimensions: &'a StringArray,
    values: &'a StringArray,
}

impl<'a> Keys<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self, ArrowError> {
        Ok(Self {
            indicators: column(batch, "indicator_id")?,
            years: column(batch, "year")?,
            geographies: Geographies::of(batch)?,
            dimensions: column(batch, "breakdown_dim")?,
            values: column(batch, "breakdown_value")?,
        })
    }

    fn at(&self, row: usize) -> Result<(i32, Series, Place), ArrowError> {
        let series = Series {
            indicator: self.indicators.value(row).to_owned(),
            dimension: self.dimensions.value(row).to_owned(),
            value: self.values.value(row).to_owned(),
        };
        Ok((self.years.value(row), series, self.geographies.at(row)?))
    }
}

pub(super) fn column<'a, A: Array + 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a A, ArrowError> {
    let wrong = || ArrowError::SchemaError(format!("the column `{name}` has another type than figures have"));
    batch.column_by_name(name).and_then(|array| array.as_any().downcast_ref()).ok_or_else(wrong)
}

fn decimals<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a Decimal128Array, ArrowError> {
    column(batch, name)
}

fn number(of: &Decimal128Array, row: usize) -> Result<Option<i64>, ArrowError> {
    if of.is_null(row) {
        return Ok(None);
    }
    let too_large = |_| ArrowError::CastError("a number of more than 18 digits".to_owned());
    i64::try_from(of.value(row)).map(Some).map_err(too_large)
}
