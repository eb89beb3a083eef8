use super::*;
use crate::metrics::{Metric, Rate};

fn parsed(text: &str) -> Gate {
    Gate::parse(text).unwrap_or_else(|e| panic!("{e}"))
}

fn on(measure: impl Into<Measure>) -> Quantity {
    Quantity::Measure(measure.into())
}

#[test]
fn gates_are_read_as_written() {
    let gate = parsed("auc < 0.8");
    assert_eq!((gate.quantity, gate.less, gate.equal), (on(Metric::Auc), true, false));
    assert_eq!((gate.bound, gate.over, gate.end), (Bound::Number(0.8), Over::All, End::Value));
    let gate = parsed("rmse>=baseline*0.9");
    assert_eq!((gate.less, gate.equal, gate.bound), (false, true, Bound::Yardstick { linear: false, times: 0.9, plus: 0.0 }));
    assert_eq!(parsed("auc<linear-0.01").bound, Bound::Yardstick { linear: true, times: 1.0, plus: -0.01 });
}

#[test]
fn groups_gaps_and_ends_are_read_as_written() {
    let gate = parsed("gap( tpr , sex ) > 0.1");
    assert_eq!((gate.quantity, &gate.over), (on(Rate::Tpr), &Over::Gap { column: "sex".into() }));
    assert_eq!(parsed("ratio(selection_rate,\"a, (b\")<0.8").over, Over::Ratio { column: "a, (b".into() });
    let gate = parsed("low(precision@income=\"<=50K\") <= 0.5");
    assert_eq!((gate.end, gate.quantity, gate.equal), (End::Low, on(Rate::Ppv), true));
    assert_eq!(gate.over, Over::Group { column: "income".into(), value: "<=50K".into() });
    assert_eq!(parsed("high(gap(fpr,年龄))>0.2").column(), Some("年龄"));
    assert_eq!(parsed("low(auc)<baseline+0.1").end, End::Low);
}

#[test]
fn a_quote_in_a_name_stands_twice_between_quotes() {
    assert_eq!(parsed("gap(tpr,\"\"\"\")>0.1").over, Over::Gap { column: "\"".into() });
    let Over::Group { column, value } = parsed("tpr@\"5\"\" disk, >1\"=\"\"\"a\"\"\"<0.5").over else { panic!("a group") };
    assert_eq!((column.as_str(), value.as_str()), ("5\" disk, >1", "\"a\""));
    for text in
        ["gap(tpr,\")>0.1", "gap(tpr,\"\"\")>0.1", "gap(tpr,\"\")>0.1", "gap(tpr,5\" disk)>0.1", "gap(tpr,\"a\"b\")>0.1"]
    {
        let message = Gate::parse(text).unwrap_err().to_string();
        assert!(message.contains("each double quote in them twice"), "{text}: {message}");
    }
}

#[test]
fn a_gate_is_on_a_metric_of_the_task() {
    let gate = parsed("auc<0.8");
    assert!(gate.fits(Task::Binary, false).is_ok());
    let message = gate.fits(Task::Regression, false).unwrap_err().to_string();
    assert!(message.contains("a regression model has no auc; its metrics are rmse, mae"), "{message}");
    assert!(parsed("gap(tpr,sex)>0.1").fits(Task::Multiclass, false).is_err());
    assert!(parsed("gap(bias,sex)>0.1").fits(Task::Regression, false).is_ok());
    let profit = parsed("low(profit) < 1000");
    assert_eq!((profit.quantity, profit.end, profit.bound), (Quantity::Profit, End::Low, Bound::Number(1000.0)));
    assert!(profit.fits(Task::Binary, true).is_ok());
    let message = profit.fits(Task::Binary, false).unwrap_err().to_string();
    assert!(message.contains("without [threshold.value]"), "{message}");
}

#[test]
fn a_wrong_gate_says_what_is_wrong_and_what_is_allowed() {
    for (text, why) in [
        ("auc=0.8", "there is no < or >"),
        ("acu<0.8", "did you mean \"auc\"?"),
        ("auc<high", "neither a number"),
        ("auc<nan", "neither a number"),
        ("gap(tpr)>0.1", "gap(tpr,sex)"),
        ("gap(tpr,)>0.1", "no name"),
        ("tpr@sex>0.1", "a column and a value"),
        ("ratio(mcc,sex)<0.8", "says nothing"),
        ("gap(auc,sex)>baseline", "known by metric"),
        ("tpr<baseline", "known by metric"),
        ("profit<baseline", "known by metric"),
        ("profit@sex=f<9", "of all rows"),
        ("gap(profit,sex)>9", "no metric \"profit\""),
        ("porfit<9", "did you mean \"profit\"?"),
        ("low(high(auc))<1", "not around another end"),
        ("low(auc<1", "no metric"),
        ("", "there is no < or >"),
    ] {
        let message = Gate::parse(text).unwrap_err().to_string();
        assert!(message.contains(why) && message.contains("gap(METRIC,COLUMN)"), "{text}: {message}");
        assert_eq!(message.lines().count(), 1);
    }
}

#[test]
fn what_is_undefined_fails_and_says_why() {
    use crate::report::{Gap, Group};
    let interval = |value: f64| Interval { value: Some(value), low: Some(value - 0.1), high: Some(value + 0.1) };
    let group = |name: &str, judged: bool, tpr: Option<f64>| Group {
        name: name.into(),
        rows: 40,
        positives: Some(20),
        judged,
        values: tpr.map(|tpr| (Rate::Tpr.into(), interval(tpr))).into_iter().collect(),
    };
    let gap = Gap { difference: interval(0.25), ratio: interval(0.7), lowest: "m".into(), highest: "f".into() };
    let sex = Grouping {
        columns: vec!["sex".into()],
        groups: vec![group("f", true, Some(0.9)), group("m", true, Some(0.65)), group("x", false, Some(0.1))],
        gaps: [(Rate::Tpr.into(), gap)].into(),
        equalized_odds: None,
    };
    let age = Grouping {
        columns: vec!["age".into()],
        groups: vec![group("q1 up to 29", true, Some(0.5)), group("q2 over 29", true, None)],
        ..Grouping::default()
    };
    let small = Grouping { columns: vec!["small".into()], groups: vec![group("a", true, Some(0.5))], ..Grouping::default() };
    let all = [(Metric::Auc.into(), interval(0.8))].into();
    let scored = Scored { test: [(Metric::Auc, interval(0.6))].into(), ..Scored::default() };
    let groupings = [sex, age, small];
    let scores = Scores {
        all: &all,
        groupings: &groupings,
        min_rows: 50,
        profit: Some(interval(70.0)),
        baseline: &scored,
        linear: &Scored::default(),
    };
    let failed = |text: &str| parsed(text).check(&scores).failed;
    for text in [
        "auc<0.8",
        "auc<baseline+0.2",
        "profit<70",
        "low(auc)<0.7",
        "gap(tpr,sex)>0.25",
        "ratio(tpr,sex)<0.7",
        "tpr@sex=m<0.6",
        "tpr@age=q1<0.5",
        "high(gap(tpr,sex))>0.4",
    ] {
        assert_eq!(failed(text), None, "{text}");
    }
    for (text, why) in [
        ("auc<=0.8", "auc is 0.8, the bound 0.8"),
        ("auc<0.8000001", "auc is 0.8, the bound 0.8000001"),
        ("low(auc)<0.75", "the low end of auc is 0.7"),
        ("gap(tpr,sex)>0.1", "the gap of tpr by sex is 0.25"),
        ("profit<70.5", "profit is 70, the bound 70.5"),
        ("auc<linear", "the yardstick has no auc"),
        ("logloss>9", "undefined"),
        ("tpr@sex=x<0.6", "40 rows, fewer than --min-rows 50"),
        ("tpr@sex=w<0.6", "no row has sex = w, only f, m, x"),
        ("gap(tpr,age)>0.9", "tpr is undefined for age = q2 over 29"),
        ("gap(tpr,small)>0.9", "fewer than two groups by small"),
        ("gap(fpr,sex)>0.9", "fpr is undefined for sex = f"),
    ] {
        let found = failed(text).unwrap_or_else(|| panic!("{text} passes"));
        assert!(found.contains(why) && found.starts_with(text), "{found}");
    }
}
