//! What a query may ask for: a chain that the planner can follow, and texts that fit into memory.
//!
//! The planner goes down a chain of operators by recursion, and its stack ends the process. Functions that make texts
//! as long as a number says (`repeat`, `lpad`, `rpad`) take memory that no pool counts.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::compute::kernels::length::length;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

/// Operators of one statement: ten times those of the largest here.
const MOST_OPERATORS: usize = 2_000;

/// Sums, differences and products in one chain: the planner writes out the name of each that it goes by.
const LONGEST_CHAIN: usize = 100;

/// Bytes of the texts that one call of a function makes of a batch of rows.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Refuses a statement with more operators than the planner can follow.
///
/// # Errors
/// It has more than 2,000, or more than 100 of arithmetic in one chain.
pub(super) fn check_length(sql: &str) -> Result<()> {
    // What is no SQL is told by the parser.
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, sql).tokenize() else { return Ok(()) };
    let operators = tokens.iter().filter(|token| is_operator(token)).count();
    if operators > MOST_OPERATORS {
        let message = format!("the statement has {operators} operators, and at most {MOST_OPERATORS} are planned");
        return Err(DataFusionError::Plan(message));
    }
    let chain = longest_chain(&tokens);
    if chain > LONGEST_CHAIN {
        let message = format!(
            "{chain} sums, differences and products stand in one chain, and at most {LONGEST_CHAIN} are planned"
        );
        return Err(DataFusionError::Plan(message));
    }
    Ok(())
}

/// The most operators of arithmetic with neither a comma nor the beginning of another clause between them.
fn longest_chain(tokens: &[Token]) -> usize {
    let (mut chain, mut longest) = (0, 0);
    for token in tokens {
        match token {
            Token::Plus | Token::Minus | Token::Mul => chain += 1,
            Token::Comma => chain = 0,
            Token::Word(word) if ends_chain(word.keyword) => chain = 0,
            _ => {}
        }
        longest = longest.max(chain);
    }
    longest
}

/// Whether another expression begins. Names of columns are keywords too, and end no chain.
fn ends_chain(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::SELECT
            | Keyword::FROM
            | Keyword::WHERE
            | Keyword::GROUP
            | Keyword::HAVING
            | Keyword::ORDER
            | Keyword::AND
            | Keyword::OR
            | Keyword::ON
            | Keyword::AS
            | Keyword::CASE
            | Keyword::WHEN
            | Keyword::THEN
            | Keyword::ELSE
            | Keyword::UNION
    )
}

fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::UNION
                | Keyword::EXCEPT
                | Keyword::INTERSECT
                | Keyword::JOIN
                | Keyword::IS
                | Keyword::LIKE
                | Keyword::BETWEEN
        ),
        Token::Plus
        | Token::Minus
        | Token::Mul
        | Token::Div
        | Token::Mod
        | Token::StringConcat
        | Token::Eq
        | Token::Neq
        | Token::Lt
        | Token::Gt
        | Token::LtEq
        | Token::GtEq
        | Token::DoubleColon
        | Token::Pipe
        | Token::Ampersand
        | Token::Caret
        | Token::LParen
        | Token::LBracket => true,
        _ => false,
    }
}

/// A function that makes texts as long as one of its arguments says.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct BoundedText {
    unbounded: Arc<ScalarUDF>,
    length: Length,
}

/// How long its texts become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Length {
    /// As many letters as the second argument says.
    Given,
    /// As often the first argument as the second says.
    Times,
}

impl BoundedText {
    pub(super) fn new(unbounded: Arc<ScalarUDF>, length: Length) -> Self {
        Self { unbounded, length }
    }

    /// The bytes that the call would make; a text of one letter takes up to four.
    fn bytes(&self, arguments: &ScalarFunctionArgs) -> Result<u64> {
        let [text, number, ..] = arguments.args.as_slice() else { return Ok(0) };
        let (lengths, numbers) = (numbers_of(&length(&array_of(text)?)?)?, numbers_of(&array_of(number)?)?);
        let rows = lengths.len().max(numbers.len());
        // A scalar stands for every row, and is not copied for each.
        let at = |values: &[u64], row: usize| values.get(row).or(values.first()).copied().unwrap_or_default();
        let bytes = (0..rows).map(|row| match self.length {
            Length::Given => at(&numbers, row).saturating_mul(4),
            Length::Times => at(&numbers, row).saturating_mul(at(&lengths, row)),
        });
        Ok(bytes.fold(0, u64::saturating_add))
    }
}

/// The values; one for a scalar.
fn array_of(values: &ColumnarValue) -> Result<ArrayRef> {
    match values {
        ColumnarValue::Scalar(scalar) => scalar.to_array(),
        ColumnarValue::Array(array) => Ok(Arc::clone(array)),
    }
}

/// The numbers; nought for what is missing or negative.
fn numbers_of(array: &ArrayRef) -> Result<Vec<u64>> {
    let numbers = cast(array, &DataType::Int64)?;
    let numbers = numbers.as_primitive::<Int64Type>();
    Ok(numbers.iter().map(|number| number.and_then(|number| u64::try_from(number).ok()).unwrap_or_default()).collect())
}

impl ScalarUDFImpl for BoundedText {
    fn name(&self) -> &str {
        self.unbounded.name()
    }

    fn signature(&self) -> &Signature {
        self.unbounded.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.unbounded.return_type(arguments)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<arrow::datatypes::FieldRef> {
        self.unbounded.inner().return_field_from_args(arguments)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let bytes = self.bytes(&arguments)?;
        if bytes > MOST_BYTES {
            return exec_err!("{} would make {bytes} bytes of text, and at most {MOST_BYTES} are made", self.name());
        }
        self.unbounded.invoke_with_args(arguments)
    }
}
