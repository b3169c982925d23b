//! The length of a statement, as the planner can follow it.
//!
//! The planner goes down a chain of operators by recursion, and its stack ends the process.

use datafusion::common::{DataFusionError, Result};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

/// Operators of one statement: ten times those of the largest here.
const MOST_OPERATORS: usize = 2_000;

/// Sums, differences and products in one chain: the planner writes out the name of each that it goes by.
const LONGEST_CHAIN: usize = 100;

/// Refuses a statement with more operators than the planner can follow.
///
/// # Errors
/// It has more than 2,000, or more than 100 of arithmetic in one chain.
pub(in crate::engine) fn check_length(sql: &str) -> Result<()> {
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
