//! Functions that make texts longer than those that they are given.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::kernels::length::length;
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature,
};

use super::join::Join;
use super::{MOST_BYTES, check_batch, check_value};

/// How long the texts of a function can become, by the bytes and the numbers of its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Growth {
    /// As many letters as the second argument says.
    Given,
    /// As often the first argument as the second says.
    Times,
    /// All arguments, one after the other.
    Sum,
    /// All arguments but the first, with the first between them.
    Separated,
    /// The first argument, with the second in the place of the letters from a number on.
    Overlaid,
    /// The first argument, with the third wherever the second stands in it.
    Replaced,
    /// The first argument, with the third, which can quote what was found, wherever the pattern fits.
    Rewritten,
    /// As many letters as the first argument has.
    Letters,
    /// The second argument, a format whose letters stand for words.
    Formatted,
}

const GROWTHS: [(&str, Growth); 10] = [
    ("lpad", Growth::Given),
    ("rpad", Growth::Given),
    ("repeat", Growth::Times),
    ("concat", Growth::Sum),
    ("concat_ws", Growth::Separated),
    ("overlay", Growth::Overlaid),
    ("replace", Growth::Replaced),
    ("regexp_replace", Growth::Rewritten),
    ("translate", Growth::Letters),
    ("to_char", Growth::Formatted),
];

/// Bytes of a letter.
const LETTER: u64 = 4;

/// Bytes that a letter of a format can stand for, as `%c` does.
const FORMATTED: u64 = 24;

impl Growth {
    /// The most bytes of one row's text.
    fn most(self, of: &[u64]) -> u64 {
        let at = |place: usize| of.get(place).copied().unwrap_or_default();
        let sum = |of: &[u64]| of.iter().fold(0, |sum: u64, bytes| sum.saturating_add(*bytes));
        match self {
            Self::Given => at(1).saturating_mul(LETTER),
            Self::Times => at(0).saturating_mul(at(1)),
            Self::Sum => sum(of),
            Self::Separated => sum(of).saturating_add(at(0).saturating_mul(of.len() as u64)),
            Self::Overlaid => at(0).saturating_add(at(1)),
            Self::Replaced => {
                // An empty text stands before every letter, and behind the last.
                let places = at(0).checked_div(at(1)).unwrap_or(at(0) + 1);
                at(0).saturating_add(places.saturating_mul(at(2)))
            }
            Self::Rewritten => {
                let quoted = (at(2) / 2).saturating_mul(at(0));
                at(0).saturating_add((at(0) + 1).saturating_mul(at(2))).saturating_add(quoted)
            }
            Self::Letters => at(0).saturating_mul(LETTER),
            Self::Formatted => at(1).saturating_mul(FORMATTED),
        }
    }
}

/// The functions in their bounded form, by name, and `||`, which is none.
#[derive(Debug)]
pub(in crate::engine) struct Texts {
    bounded: HashMap<&'static str, Arc<ScalarUDF>>,
    join: Arc<ScalarUDF>,
}

impl Texts {
    pub(in crate::engine) fn new(functions: &HashMap<String, Arc<ScalarUDF>>) -> Self {
        let bounded = GROWTHS.into_iter().filter_map(|(name, growth)| {
            let unbounded = Arc::clone(functions.get(name)?);
            Some((name, Arc::new(ScalarUDF::from(BoundedText { unbounded, growth }))))
        });
        Self { bounded: bounded.collect(), join: Arc::new(ScalarUDF::from(Join::new())) }
    }

    /// The expression with the bounded function in the place of the unbounded one.
    pub(in crate::engine) fn bounded(&self, expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
        Ok(match expr {
            Expr::ScalarFunction(ScalarFunction { func, args }) => match self.bounded.get(func.name()) {
                Some(bounded) if !func.inner().is::<BoundedText>() => {
                    Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(bounded), args)))
                }
                _ => Transformed::no(Expr::ScalarFunction(ScalarFunction { func, args })),
            },
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::StringConcat, right })
                if Join::takes(&left.get_type(schema)?) && Join::takes(&right.get_type(schema)?) =>
            {
                // A chain becomes one call, so that it is no deeper than it is wide.
                let mut args = match *left {
                    Expr::ScalarFunction(ScalarFunction { func, args }) if func.inner().is::<Join>() => args,
                    left => vec![left],
                };
                args.push(*right);
                Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(&self.join), args)))
            }
            other => Transformed::no(other),
        })
    }
}

/// A function whose texts are bounded.
#[derive(Debug, PartialEq, Eq, Hash)]
struct BoundedText {
    unbounded: Arc<ScalarUDF>,
    growth: Growth,
}

impl BoundedText {
    /// The most bytes that each row's text can have; one for all where all arguments are constants.
    fn most(&self, arguments: &[ColumnarValue]) -> Result<Vec<u64>> {
        let sizes = arguments.iter().map(size_of).collect::<Result<Vec<_>>>()?;
        let rows = sizes.iter().map(Vec::len).max().unwrap_or_default();
        let of_row = |row: usize| -> Vec<u64> {
            // A constant stands for every row.
            sizes.iter().map(|sizes| sizes.get(row).or(sizes.first()).copied().unwrap_or_default()).collect()
        };
        // An empty batch has no rows, whatever the constants.
        if arguments.iter().any(|argument| matches!(argument, ColumnarValue::Array(array) if array.is_empty())) {
            return Ok(Vec::new());
        }
        Ok((0..rows).map(|row| self.growth.most(&of_row(row))).collect())
    }
}

/// The bytes of a text, or the number itself; nought for what is missing, negative or of another type.
fn size_of(values: &ColumnarValue) -> Result<Vec<u64>> {
    let array = match values {
        ColumnarValue::Scalar(scalar) => scalar.to_array()?,
        ColumnarValue::Array(array) => Arc::clone(array),
    };
    let numbers = match array.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => cast(&length(&array)?, &DataType::Int64)?,
        kind if kind.is_integer() => cast(&array, &DataType::Int64)?,
        _ => return Ok(vec![0; array.len()]),
    };
    let number = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok()).unwrap_or_default();
    Ok(numbers.as_primitive::<Int64Type>().iter().map(number).collect())
}

/// The rows in runs whose texts fit into a batch's bytes together.
fn runs(most: &[u64]) -> Vec<Range<usize>> {
    let (mut runs, mut start, mut bytes) = (Vec::new(), 0, 0_u64);
    for (row, row_bytes) in most.iter().enumerate() {
        if row > start && bytes.saturating_add(*row_bytes) > MOST_BYTES as u64 {
            runs.push(start..row);
            (start, bytes) = (row, 0);
        }
        bytes = bytes.saturating_add(*row_bytes);
    }
    runs.push(start..most.len());
    runs
}

/// Holds texts to the bounds, and gives their bytes.
fn check_texts(function: &str, texts: &ArrayRef) -> Result<u64> {
    let lengths = cast(&length(texts)?, &DataType::Int64)?;
    let mut bytes = 0;
    for length in lengths.as_primitive::<Int64Type>().iter().flatten() {
        let length = usize::try_from(length).unwrap_or_default();
        check_value(function, length)?;
        bytes += length as u64;
    }
    Ok(bytes)
}

impl ScalarUDFImpl for BoundedText {
    fn name(&self) -> &str {
        self.unbounded.name()
    }

    fn aliases(&self) -> &[String] {
        self.unbounded.aliases()
    }

    fn signature(&self) -> &Signature {
        self.unbounded.signature()
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        self.unbounded.coerce_types(arguments)
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.unbounded.return_type(arguments)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        self.unbounded.inner().return_field_from_args(arguments)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let most = self.most(&arguments.args)?;
        for bytes in &most {
            check_batch(self.name(), *bytes)?;
        }
        let runs = runs(&most);
        if let [_] = runs.as_slice() {
            let made = self.unbounded.invoke_with_args(arguments)?;
            let texts = match &made {
                ColumnarValue::Scalar(scalar) => scalar.to_array()?,
                ColumnarValue::Array(array) => Arc::clone(array),
            };
            check_texts(self.name(), &texts)?;
            return Ok(made);
        }
        let (mut made, mut bytes) = (Vec::new(), 0);
        for run in runs {
            let slice = |argument: &ColumnarValue| match argument {
                ColumnarValue::Array(array) => ColumnarValue::Array(array.slice(run.start, run.len())),
                scalar => scalar.clone(),
            };
            let args = arguments.args.iter().map(slice).collect();
            let part = ScalarFunctionArgs { args, number_rows: run.len(), ..arguments.clone() };
            let texts = self.unbounded.invoke_with_args(part)?.into_array(run.len())?;
            bytes += check_texts(self.name(), &texts)?;
            check_batch(self.name(), bytes)?;
            made.push(texts);
        }
        let parts: Vec<&dyn Array> = made.iter().map(AsRef::as_ref).collect();
        Ok(ColumnarValue::Array(concat(&parts)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_in_runs_that_fit_into_a_batch() {
        let half = MOST_BYTES as u64 / 2;
        assert_eq!(runs(&[half, half, 1, half]), [0..2, 2..4]);
        assert_eq!(runs(&[u64::MAX, 0, u64::MAX]), [0..1, 1..2, 2..3]);
        assert_eq!(runs(&[]).len(), 1);
    }

    #[test]
    fn no_text_is_longer_than_its_bound() {
        for (growth, of, most) in [
            (Growth::Times, vec![3, 4], 12),
            (Growth::Given, vec![1, 5, 1], 20),
            (Growth::Separated, vec![2, 3, 3], 14),
            (Growth::Replaced, vec![6, 2, 3], 15),
            (Growth::Replaced, vec![3, 0, 2], 11),
            (Growth::Times, vec![u64::MAX, 2], u64::MAX),
        ] {
            assert_eq!(growth.most(&of), most, "{growth:?}");
        }
    }
}
