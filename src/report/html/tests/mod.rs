mod payloads;
mod read;

use payloads::PAYLOADS;
use read::read;

use super::*;
use crate::data::Task;
use crate::metrics::{Interval, Metric};
use crate::report::number;
use crate::report::record::{Curves, Scored};
use crate::report::sample::{full, record};
use crate::report::{Change, Details, Language, Verdict};

const TASKS: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];

fn page_of(record: &Record) -> String {
    let session = crate::pipeline::Session::silent();
    session.context().run(&Html, Arc::new(record.clone())).unwrap()
}

#[test]
fn a_page_is_whole_and_needs_nothing_from_outside() {
    for task in TASKS {
        for language in [Language::En, Language::Zh] {
            let page = page_of(&Record { language, ..full(task) });
            read(&page);
            assert_eq!(page.matches("<script").count(), 1);
            let own = page.replace(SCRIPT, "").replace(STYLE, "");
            for outside in ["http:", "https:", "<link", "<img", "@import", "url(", "src=", "href=\"/", " style="] {
                assert!(!own.contains(outside), "{task:?}: {outside}");
            }
            assert!(own.contains(&html! { (policy()) }.into_string()));
            assert!(page.len() < 500_000, "{task:?}: {} bytes", page.len());
        }
    }
}

#[test]
fn script_and_styles_are_known_by_their_checksums() {
    // The checksum of nothing, as every tool prints it.
    let empty = BASE64_STANDARD.encode(Sha256::digest(b""));
    assert_eq!(empty, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    let policy = policy();
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert!(!SCRIPT.contains("</script") && !STYLE.contains("</style"));
    assert!(
        !["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write", "fetch("]
            .iter()
            .any(|w| SCRIPT.contains(w))
    );
}

#[test]
fn a_chinese_page_has_no_english_sentence_of_ours() {
    for task in TASKS {
        let chinese = Record { language: Language::Zh, ..full(task) };
        let page = page_of(&chinese);
        let text = read(&page);
        assert!(page.contains("<html lang=\"zh-CN\">"));
        let english: Vec<&str> = crate::report::language::words(Language::En).filter(|w| w.len() > 12).collect();
        assert!(english.len() > 50);
        for words in english {
            assert!(!text.contains(words), "{task:?}: {words}");
        }
        // Groups of digits and percentages as Chinese readers write them.
        assert!(text.contains("12,000 行") && !text.contains('\u{202f}'), "{task:?}");
    }
}

#[test]
fn the_page_shows_the_numbers_of_the_record() {
    for task in TASKS {
        let record = record(task);
        let text = read(&page_of(&record));
        for scored in [&record.model, &record.baseline, &record.linear] {
            for &metric in Metric::of(task) {
                for shown in [number::spread(metric, &scored.cv[&metric]), number::interval(metric, &scored.test[&metric])] {
                    assert!(text.contains(&shown), "{task:?} {metric:?}: {shown}");
                }
            }
        }
        for n in record.curves.confusion.iter().flatten() {
            assert!(text.contains(&number::count(*n)), "{task:?}: {n}");
        }
        for column in &record.columns {
            assert!(text.contains(&column.name) && text.contains(&column.encoding), "{}", column.name);
        }
    }
}

#[test]
fn each_task_has_its_figures() {
    let t = Language::En;
    let all = [
        t.roc(),
        t.precision_recall(),
        t.calibration(),
        t.histogram(),
        t.gain(),
        t.lift(),
        t.ks(),
        t.tenths(),
        t.one_vs_rest(),
        t.scatter(),
        t.residuals(),
        t.residuals_time(),
        t.error_shares(),
        t.by_truth(),
        t.confusion(),
        t.per_class(),
    ];
    let figures = |task| {
        let page = page_of(&record(task));
        all.iter().map(|f| usize::from(page.contains(&format!("<h3>{f}</h3>")))).collect::<Vec<_>>()
    };
    assert_eq!(figures(Task::Binary), [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1]);
    assert_eq!(figures(Task::Multiclass), [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1]);
    assert_eq!(figures(Task::Regression), [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0]);
}

/// The record with that text in every place where text is.
fn poisoned(task: Task, text: &str) -> Record {
    let mut value = serde_json::to_value(full(task)).unwrap();
    poison(&mut value, text);
    serde_json::from_value(value).unwrap()
}

fn poison(value: &mut serde_json::Value, text: &str) {
    match value {
        serde_json::Value::String(s) => *s = text.into(),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| poison(item, text)),
        // Words of our own that would no longer be read: `binary`, `category`.
        serde_json::Value::Object(map) => {
            map.iter_mut()
                .filter(|(k, _)| !["task", "kind", "language", "verdict", "metric"].contains(&k.as_str()))
                .for_each(|(_, v)| poison(v, text));
        }
        _ => {}
    }
}

#[test]
fn names_from_the_data_stay_text() {
    for task in TASKS {
        for payload in PAYLOADS {
            let page = page_of(&poisoned(task, payload));
            let text = read(&page);
            assert!(!page.contains(['\0', '\u{202e}', '\u{2066}', '\u{2028}']), "{payload:?}");
            let shown = html! { (short(payload, 40)) }.into_string();
            assert!(text.contains(&shown), "{payload:?} is not shown as it is");
        }
    }
}

#[test]
fn what_was_asked_for_has_its_section() {
    let text = read(&page_of(&full(Task::Binary)));
    let words = [
        "From a probability of 0.7 (95 % interval 0.62 to 0.78) on, a row is called \u{2068}Churn = Yes\u{2069}; chosen for \u{2068}profit\u{2069}",
        "that brings 3600; acting on all rows 12\u{202f}000, on none 0",
        "\u{2068}女\u{2069} is selected 60.0\u{202f}% as often as \u{2068}男\u{2069}: below the four fifths",
        "Chance of \u{2068}Churn = Yes\u{2069} by \u{2068}tenure\u{2069}",
        "Chance of \u{2068}Yes\u{2069}: 91.0\u{202f}%, against 25.0\u{202f}% on average. Truly \u{2068}Yes\u{2069}.",
        "It is clearly worse where \u{2068}Contract\u{2069} = \u{2068}One year\u{2069} and \u{2068}tenure\u{2069} = \u{2068}up to 12\u{2069} (143 rows).",
        "Probably: going from 4800 to 9600 rows made AUC better by 0.0150.",
    ];
    let missing: Vec<&str> = words.into_iter().filter(|words| !text.contains(words)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    for title in
        ["Deciding by it", "Groups of people", "Some rows with their reasons", "Where it is worse", "Columns that go together"]
    {
        assert!(text.contains(title), "{title}");
        assert!(!read(&page_of(&record(Task::Binary))).contains(title), "{title}");
    }
}

#[test]
fn decisions_by_group_are_told_with_what_they_bring() {
    let mut record = full(Task::Binary);
    let mitigation = record.fairness.as_mut().unwrap().mitigation.as_mut().unwrap();
    let group = |level: &str| crate::report::GroupThreshold { levels: vec![level.into()], threshold: 0.6, rows: 900 };
    mitigation.thresholds = vec![group("男"), group("女")];
    let threshold = record.decisions.as_mut().unwrap().threshold.as_mut().unwrap();
    threshold.least_gain = None;
    assert_eq!(threshold.capacity, Some(0.4));
    let called = |record: &mut Record, called: usize| {
        let oof = &mut record.decisions.as_mut().unwrap().threshold.as_mut().unwrap().out_of_fold;
        (oof.rows, oof.called) = (1000, called);
        read(&page_of(record))
    };
    let text = called(&mut record, 450);
    assert!(text.contains("is called \u{2068}Churn = Yes\u{2069} by the threshold of its group"), "{text}");
    assert!(text.contains("One for all would be a probability of") && text.contains("by one threshold for all"));
    assert!(text.contains("The thresholds of the groups call 45.0\u{202f}% of the rows out of fold, more than that."));
    assert!(!called(&mut record, 400).contains("more than that"));
}

#[test]
fn what_was_done_about_groups_is_told_in_sentences() {
    let mut record = full(Task::Binary);
    let mitigation = record.fairness.as_mut().unwrap().mitigation.as_mut().unwrap();
    let change = |old: f64, new: f64, low: f64, high: f64, verdict| Change {
        old: Some(old),
        new: Some(new),
        difference: Interval { value: Some(new - old), low: Some(low), high: Some(high) },
        verdict,
    };
    mitigation.cost.insert(Metric::Accuracy.into(), change(0.85, 0.84, -0.02, -0.003, Verdict::Worse));
    mitigation.cost.insert(Metric::Brier.into(), change(0.1375, 0.1375, 0.0, 0.0, Verdict::Noise));
    for gap in mitigation.before[0].gaps.values_mut() {
        gap.difference.value = Some(0.35);
    }
    let text = read(&page_of(&record));
    for words in [
        "Selection rate by \u{2068}性别\u{2069}: groups are up to 35.0\u{202f}pp apart without it, up to 20.0\u{202f}pp with it.",
        "What it costs: Accuracy goes from 0.8500 to 0.8400 (worse).",
        "What is not listed stays as it was.",
    ] {
        assert!(text.contains(words), "{words}");
    }
    assert!(!text.contains("0.1375"), "what is the same with it and without it is left out");
}

#[test]
fn a_spread_keeps_its_sign_where_a_phone_breaks_the_line() {
    let text = page_of(&record(Task::Binary));
    assert!(text.contains("0.0812 ±\u{a0}0.0021"));
}

#[test]
fn a_range_of_one_value_is_that_value() {
    let mut record = record(Task::Regression);
    let page = |record: &Record| read(&page_of(record));
    assert!(!page(&record).contains("7 to 7"));
    record.details.by_truth[0].by = [7.0; 3];
    record.details.by_truth[0].residuals = [-0.25; 5];
    let text = page(&record);
    assert!(!text.contains("7 to 7") && !text.contains("-0.25 to -0.25") && text.contains("-0.25"), "{text}");
}

#[test]
fn rare_events_fill_their_plot() {
    let mut record = record(Task::Binary);
    let ends = |record: &Record| {
        let page = page_of(record);
        let figure = page.split("<h3>Calibration</h3>").nth(1).unwrap();
        figure.split("data-box=\"").nth(1).unwrap().split(' ').take(4).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ends(&record), "0 1 0 1");
    // The upper end of 10 % of 900 rows is 12.1 %.
    record.curves.calibration = vec![[0.02, 0.03, 900.0], [0.08, 0.1, 900.0]];
    assert_eq!(ends(&record), "0 0.2 0 0.2");
}

#[test]
fn a_reader_that_would_not_notice_is_no_test() {
    let page = page_of(&record(Task::Binary));
    for bad in ["<script>", "<img src=\"x\">", "<p onclick=\"x\">", "<p>", "</p>"] {
        let page = page.replacen("<footer>", &format!("{bad}<footer>"), 1);
        assert!(std::panic::catch_unwind(|| read(&page)).is_err(), "{bad}");
    }
}

#[test]
fn a_bare_record_makes_a_page_and_missing_numbers_a_dash() {
    for task in TASKS {
        let mut bare = record(task);
        (bare.model, bare.baseline, bare.linear) = (Scored::default(), Scored::default(), Scored::default());
        (bare.curves, bare.labels, bare.class_counts) = (Curves::default(), vec![], vec![]);
        bare.details = Details::default();
        bare.columns.clear();
        bare.cleaned.clear();
        bare.histories.clear();
        bare.importance.clear();
        bare.warnings.clear();
        bare.timing.total_s = f64::NAN;
        let text = read(&page_of(&bare));
        assert!(text.contains("could not be measured") && text.contains(number::NONE));
        for word in ["NaN", "inf", "None"] {
            assert!(!text.contains(word), "{task:?}: {word}");
        }
    }
}

#[test]
fn numbers_that_are_none_do_not_break_the_page() {
    let mut record = record(Task::Binary);
    for scored in [&mut record.model, &mut record.baseline, &mut record.linear] {
        for spread in scored.cv.values_mut() {
            (spread.mean, spread.sd) = (Some(f64::NAN), None);
            spread.folds.fill(Some(f64::INFINITY));
        }
        for interval in scored.test.values_mut() {
            (interval.low, interval.high) = (Some(f64::NEG_INFINITY), Some(f64::NAN));
        }
    }
    record.curves.roc = vec![[f64::NAN, 0.5]; 3];
    record.curves.calibration = vec![[0.5, f64::NAN, f64::INFINITY]];
    for history in &mut record.histories {
        history.epochs.iter_mut().for_each(|e| (e.train_loss, e.stop_loss) = (f64::NAN, Some(f64::INFINITY)));
    }
    for importance in &mut record.importance {
        importance.sd = f64::NAN;
    }
    let page = page_of(&record);
    read(&page);
    for word in ["NaN", "inf%", "inf "] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn a_hundred_thousand_columns_still_open() {
    let mut wide = record(Task::Regression);
    wide.columns = wide.columns.iter().cycle().take(100_000).cloned().collect();
    wide.importance = wide.importance.iter().cycle().take(100_000).cloned().collect();
    let page = page_of(&wide);
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    assert!(page.contains("and 99\u{202f}500 more columns") && page.contains("and 99\u{202f}975 more columns"));
}

/// The pages as files, for the eye and for `tests/browser.mjs`.
#[test]
fn samples_can_be_looked_at() {
    let dir = std::env::temp_dir().join("mkt-report-samples");
    std::fs::create_dir_all(&dir).unwrap();
    let mut kept = Vec::new();
    let mut keep = |name: String, record: Record| {
        let file = dir.join(name + ".html");
        std::fs::write(&file, page_of(&record)).unwrap();
        kept.push(file);
    };
    for task in TASKS {
        for language in [Language::En, Language::Zh] {
            let name = format!("{}-{}", task.name(), language.tag());
            keep(format!("hostile-{name}"), Record { language, ..poisoned(task, &PAYLOADS.concat()) });
            keep(name, Record { language, ..full(task) });
        }
    }
    for (i, payload) in PAYLOADS.iter().enumerate() {
        keep(format!("payload-{i:02}"), poisoned(TASKS[i % 3], payload));
    }
    assert!(kept.len() == 42 && kept.iter().all(|file| std::fs::metadata(file).is_ok_and(|m| m.len() > 10_000)));
}

#[test]
fn of_many_classes_the_most_frequent_are_shown() {
    let mut many = record(Task::Multiclass);
    many.labels = (0..50).map(|i| format!("class-{i}")).collect();
    many.class_counts = vec![10; 50];
    // The later the class, the more rows it has.
    many.curves.confusion = (0..50).map(|i| (0..50).map(|j| usize::from(i == j) * (i + 1)).collect()).collect();
    let page = page_of(&many);
    read(&page);
    let head = |i: usize| page.contains(&format!("<th scope=\"row\"><bdi>class-{i}</bdi></th>"));
    assert!(head(49) && head(30) && !head(29));
    assert!(page.contains("and 30 more classes") && page.contains("and 44 more classes"));
}
