use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const KEYS: [&str; 3] = ["judgment", "communication", "3d_design"];

fn value(name: &str) -> Option<f64> {
    Some(match name {
        "judgment" => 6.0,
        "communication" => 9.0,
        "3d_design" => 4.0,
        RED_FLAGS => 1.0,
        ANSWERED_SHARE => 0.5,
        _ => return None,
    })
}

fn gives(text: &str) -> f64 {
    let formula = Formula::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    formula
        .evaluate(value)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(text: &str) -> FormulaError {
    match Formula::parse(text) {
        Err(error) => error,
        Ok(formula) => formula
            .check(&BTreeSet::from(KEYS))
            .expect_err("it is refused"),
    }
}

#[test]
fn formulas_are_worked_out_as_people_read_them() {
    let cases = [
        ("judgment", 6.0),
        ("0.7 * judgment + 0.3 * communication", 6.9),
        ("10 - 2 - 3", 5.0),
        ("12 / 3 / 2", 2.0),
        ("2 + 3 * 4", 14.0),
        ("(2 + 3) * 4", 20.0),
        ("-judgment + 10", 4.0),
        ("2 * -3", -6.0),
        ("min(judgment, communication, 3d_design)", 4.0),
        ("max(judgment,communication)", 9.0),
        ("mean(judgment, communication)", 7.5),
        ("0.5*3d_design", 2.0),
        ("if(judgment < 5, 1, 2)", 2.0),
        ("if(judgment <= 6, 1, 2)", 1.0),
        ("if(judgment > 6, 1, 2)", 2.0),
        ("if(judgment >= 6, 1, 2)", 1.0),
        ("max(0, judgment - 2 * red_flags)", 4.0),
        ("if(answered_share > 0, judgment / answered_share, 0)", 12.0),
    ];
    for (text, expected) in cases {
        assert!((gives(text) - expected).abs() < 1e-12, "{text}");
    }
}

#[test]
fn what_is_no_formula_is_told_with_its_place() {
    let said = |text: &str| refused(text).to_string();
    assert!(said("").starts_with("ends too early"), "{}", said(""));
    assert!(said("judgment +").starts_with("ends too early"));
    assert!(said("min(judgment").contains("a comma or a closing parenthesis is missing"));
    assert!(said("judgment communication").contains("\"communication\" at character 10"));
    assert!(said("0,7 * judgment").contains("\",\" at character 2"));
    assert!(said("judgment = 1").contains("\"=\" at character 10"));
    assert!(said("judgment;1").contains("\";\" at character 9"));
    assert!(said("3. * judgment").contains("a number like 0.5"));
    assert!(said("if(judgment, 1, 2)").contains("<, <=, > or >="));
    assert!(said("sqrt(judgment)").contains("`sqrt`"));
    assert_eq!(refused("1000001 * judgment"), FormulaError::TooLarge);
    assert_eq!(
        refused(&"9".repeat(LONGEST)),
        FormulaError::TooLarge,
        "a number without end"
    );
    assert_eq!(refused(&"a".repeat(LONGEST + 1)), FormulaError::TooLong);
    assert_eq!(
        refused(&"1+".repeat(MOST_PARTS / 2 + 1)),
        FormulaError::TooManyParts
    );
    let nested = |n: usize| format!("{}judgment{}", "(".repeat(n), ")".repeat(n));
    assert!(Formula::parse(&nested(DEEPEST - 1)).is_ok());
    assert_eq!(refused(&nested(DEEPEST)), FormulaError::TooDeep);
    assert_eq!(refused(&"-".repeat(150)), FormulaError::TooDeep);
}

#[test]
fn unknown_names_are_told_with_the_known_ones() {
    let told = refused("0.5 * judgement + 0.5 * communication").to_string();
    for part in ["`judgement`", "judgment", "communication", "weighted_mean"] {
        assert!(told.contains(part), "{told}");
    }
    assert!(matches!(
        refused("smile + judgment"),
        FormulaError::UnknownName { .. }
    ));
    assert!(matches!(refused("5"), FormulaError::Constant { .. }));
    let formula = Formula::parse("red_flags").unwrap();
    let error = formula.check(&BTreeSet::from(["red_flags"])).unwrap_err();
    assert!(matches!(error, FormulaError::Ambiguous { .. }), "{error}");
}

#[test]
fn formulas_that_can_not_give_a_mark_are_refused() {
    assert!(matches!(
        refused("judgment + communication"),
        FormulaError::OutOfRange {
            mark: 10.0,
            gives: 20.0
        }
    ));
    assert!(matches!(
        refused("2 * judgment - 10"),
        FormulaError::OutOfRange { mark: 0.0, .. }
    ));
    assert_eq!(
        refused("judgment / 0"),
        FormulaError::Undefined(Undefined::DividesByZero)
    );
    for text in [
        "judgment",
        "0.7 * judgment + 0.3 * communication",
        "0.1 * judgment + 0.2 * communication + 0.7 * 3d_design",
        "max(0, 2 * judgment - 10)",
        "if(red_flags > 0, min(5, weighted_mean), weighted_mean)",
        "judgment * communication / 10",
        "weighted_mean * answered_share",
        "5 * key_point_share + 0.5 * question_mean",
        // 0 / 0 for those who can do nothing, fine for others.
        "5 * judgment / communication",
    ] {
        let formula = Formula::parse(text).unwrap();
        assert_eq!(formula.check(&BTreeSet::from(KEYS)), Ok(()), "{text}");
    }
}

#[test]
fn what_can_not_be_worked_out_has_a_reason() {
    let why = |text: &str| Formula::parse(text).unwrap().evaluate(value).unwrap_err();
    assert_eq!(why("judgment / (red_flags - 1)"), Undefined::DividesByZero);
    assert_eq!(why("judgment + unknown"), Undefined::Missing);
    let huge = ["1000000"; 60].join(" * ");
    assert_eq!(why(&huge), Undefined::NotFinite);
}

#[test]
fn weighted_sums_are_known_however_they_are_written() {
    let weights = |text: &str| {
        let formula = Formula::parse(text).unwrap();
        let weights = formula.weights()?;
        let owned = |(name, weight): (&str, f64)| (name.to_owned(), weight);
        Some(weights.into_iter().map(owned).collect::<BTreeMap<_, _>>())
    };
    let of = |pairs: &[(&str, f64)]| {
        let owned = |(name, weight): &(&str, f64)| ((*name).to_owned(), *weight);
        Some(pairs.iter().map(owned).collect::<BTreeMap<_, _>>())
    };
    assert_eq!(
        weights("0.75 * a + b * 0.25"),
        of(&[("a", 0.75), ("b", 0.25)])
    );
    assert_eq!(weights("(3 * a + b) / 4"), of(&[("a", 0.75), ("b", 0.25)]));
    assert_eq!(weights("mean(a, b)"), of(&[("a", 0.5), ("b", 0.5)]));
    assert_eq!(
        weights("a - (1 - 1) + -(-b)"),
        of(&[("a", 1.0), ("b", 1.0)])
    );
    for other in ["a + 1", "a - b", "min(a, b)", "a * b", "a / b", "0 * a + b"] {
        assert_eq!(weights(other), None, "{other}");
    }
}

/// Texts that are formulas often enough to be worked out.
fn texts() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0.0..100.0_f64).prop_map(|number| format!("{number:.3}")),
        prop_oneof![
            Just("judgment".to_owned()),
            Just("communication".to_owned()),
            Just("red_flags".to_owned())
        ],
    ];
    leaf.prop_recursive(6, 60, 4, |inner| {
        prop_oneof![
            (inner.clone(), "[-+*/]", inner.clone())
                .prop_map(|(a, sign, b)| format!("{a}{sign}{b}")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (
                prop_oneof![Just("min"), Just("max"), Just("mean")],
                prop::collection::vec(inner.clone(), 1..4)
            )
                .prop_map(|(name, of)| format!("{name}({})", of.join(", "))),
            (inner.clone(), "<|<=|>|>=", inner.clone(), inner)
                .prop_map(|(a, sign, b, c)| { format!("if({a} {sign} {b}, {c}, {a})") }),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_a_formula_or_an_error(text in any::<String>()) {
        let _ = Formula::parse(&text);
    }

    #[test]
    fn words_in_any_order_are_a_formula_or_an_error(
        words in prop::collection::vec("[-+*/(),<>]|<=|if\\(|min\\(|judgment|[0-9]{1,3}(\\.[0-9])?", 0..80),
    ) {
        if let Ok(formula) = Formula::parse(&words.join(" ")) {
            let _ = formula.check(&BTreeSet::from(KEYS));
        }
    }

    #[test]
    fn a_formula_gives_a_finite_number_or_a_reason(
        text in texts(),
        marks in prop::array::uniform3(0.0..=10.0_f64),
    ) {
        let Ok(formula) = Formula::parse(&text) else { return Ok(()) };
        let value = |name: &str| match name {
            "judgment" => Some(marks[0]),
            "communication" => Some(marks[1]),
            _ => Some(marks[2].round()),
        };
        let given = formula.evaluate(value);
        prop_assert!(given.is_err() || given.is_ok_and(f64::is_finite));
        if let (Some(weights), Ok(given)) = (formula.weights(), given) {
            let sum: f64 = weights
                .iter()
                .map(|(name, weight)| weight * value(name).unwrap_or_default())
                .sum();
            prop_assert!((sum - given).abs() <= 1e-6 * given.abs().max(1.0), "{} is {}", text, given);
        }
    }
}
