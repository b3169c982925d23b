//! `||` over texts, as one bounded call for a chain of them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility, type_coercion::binary::BinaryTypeCoercer,
};

use super::{check_batch, check_value};

/// The name under which errors tell of it.
const NAME: &str = "||";

/// Texts one after the other; none where one is missing.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Join {
    signature: Signature,
}

impl Join {
    pub(super) fn new() -> Self {
        Self { signature: Signature::variadic_any(Volatility::Immutable) }
    }

    /// Whether it joins values of this type; DataFusion's operator joins lists too.
    pub(super) fn takes(kind: &DataType) -> bool {
        matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
    }
}

/// The texts of an argument; one for all rows where it is a constant.
struct Texts {
    texts: StringArray,
    is_constant: bool,
}

impl Texts {
    fn of(argument: &ColumnarValue) -> Result<Self> {
        let (array, is_constant) = match argument {
            ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
            ColumnarValue::Array(array) => (Arc::clone(array), false),
        };
        Ok(Self { texts: cast(&array, &DataType::Utf8)?.as_string().clone(), is_constant })
    }

    fn at(&self, row: usize) -> Option<&str> {
        let row = if self.is_constant { 0 } else { row };
        self.texts.is_valid(row).then(|| self.texts.value(row))
    }
}

impl ScalarUDFImpl for Join {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let Some((first, others)) = arguments.split_first() else { return plan_err!("{NAME} joins two texts") };
        others.iter().try_fold(first.clone(), |left, right| {
            BinaryTypeCoercer::new(&left, &datafusion::logical_expr::Operator::StringConcat, right).get_result_type()
        })
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let parts = arguments.args.iter().map(Texts::of).collect::<Result<Vec<_>>>()?;
        let is_constant = parts.iter().all(|part| part.is_constant);
        let rows = if is_constant { 1 } else { arguments.number_rows };
        let mut joined = StringBuilder::new();
        let mut bytes = 0;
        for row in 0..rows {
            let texts: Option<Vec<&str>> = parts.iter().map(|part| part.at(row)).collect();
            let Some(texts) = texts else {
                joined.append_null();
                continue;
            };
            let length = texts.iter().map(|text| text.len()).sum();
            check_value(NAME, length)?;
            bytes += length as u64;
            check_batch(NAME, bytes)?;
            joined.append_value(texts.concat());
        }
        let joined: ArrayRef = Arc::new(joined.finish());
        let joined = cast(&joined, arguments.return_field.data_type())?;
        Ok(match is_constant {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&joined, 0)?),
            false => ColumnarValue::Array(joined),
        })
    }
}
