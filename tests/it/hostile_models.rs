//! Model files made to hurt: each is refused with exit code 4 and one line, without a crash and without a long wait.

use serde_json::{Value, json};

use super::workdir::Workdir;

const MODEL: &str = "runs/first/model.mkt";

/// A model file in its three parts.
#[derive(Clone)]
struct Parts {
    header: String,
    data: Vec<u8>,
}

impl Parts {
    fn of(bytes: &[u8]) -> Self {
        let length = usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap())).unwrap();
        Self { header: String::from_utf8(bytes[8..8 + length].to_vec()).unwrap(), data: bytes[8 + length..].to_vec() }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut header = self.header.clone().into_bytes();
        header.resize(header.len().next_multiple_of(8), b' ');
        [&(header.len() as u64).to_le_bytes()[..], &header, &self.data].concat()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.header).unwrap()
    }

    fn with_header(&self, change: impl FnOnce(&mut Value)) -> Self {
        let mut header = self.json();
        change(&mut header);
        Self { header: header.to_string(), data: self.data.clone() }
    }

    /// Changes the manifest and signs it anew, as a forger would.
    fn forged(&self, change: impl FnOnce(&mut Value)) -> Self {
        self.with_header(|header| {
            let metadata = &mut header["__metadata__"];
            let mut manifest: Value = serde_json::from_str(metadata["manifest"].as_str().unwrap()).unwrap();
            change(&mut manifest);
            let text = manifest.to_string();
            let mut hash = blake3::Hasher::new();
            hash.update(text.as_bytes());
            hash.update(&self.data);
            metadata["checksum"] = json!(hash.finalize().to_hex().to_string());
            metadata["manifest"] = json!(text);
        })
    }
}

fn refused(dir: &Workdir, what: &str, bytes: impl AsRef<[u8]>) {
    dir.write("bad.mkt", bytes);
    let ran = dir.run("predict t.csv -m bad.mkt -o out.csv");
    assert_eq!(ran.code, 4, "{what}: {ran}");
    ran.assert_failed(4);
    ran.says(&["bad.mkt"]);
    assert!(!dir.exists("out.csv"), "{what}: predictions of a refused model");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let dir = Workdir::trained();
    let good = dir.bytes(MODEL);
    let header = 8 + Parts::of(&good).header.len();
    let ends = [0, 1, 7, 8, 9, 100, header / 2, header - 1, header, header + 1, header + 5, good.len() / 2];
    for end in ends.into_iter().chain([good.len() - 4, good.len() - 1]) {
        refused(&dir, &format!("cut to {end} bytes"), &good[..end]);
    }
    refused(&dir, "bytes added", [&good[..], b"x"].concat());
    refused(&dir, "the file twice", [&good[..], &good[..]].concat());
}

#[test]
fn a_flipped_bit_anywhere_is_noticed() {
    let dir = Workdir::trained();
    let good = dir.bytes(MODEL);
    let header = 8 + Parts::of(&good).header.len();
    // 12 places in the header, 12 in the weights: evenly spread, each another bit.
    let places = (0..12).map(|i| i * header / 12).chain((0..12).map(|i| header + i * (good.len() - header) / 12));
    for (i, place) in places.enumerate() {
        let mut bad = good.clone();
        bad[place] ^= 1 << (i % 8);
        refused(&dir, &format!("bit {} of byte {place} flipped", i % 8), bad);
    }
}

#[test]
fn a_length_that_lies_is_refused_before_memory_is_asked_for() {
    let dir = Workdir::trained();
    let good = dir.bytes(MODEL);
    for length in [0, 1, 7, 100_000_001, 1 << 32, 1 << 62, u64::MAX, u64::MAX - 7, good.len() as u64, good.len() as u64 - 8] {
        let mut bad = good.clone();
        bad[..8].copy_from_slice(&length.to_le_bytes());
        refused(&dir, &format!("header length {length}"), bad);
    }
}

#[test]
fn headers_that_are_not_plain_json_are_refused() {
    let dir = Workdir::trained();
    let good = Parts::of(&dir.bytes(MODEL));
    let with = |header: &str| Parts { header: header.into(), data: good.data.clone() }.bytes();
    let metadata = good.json()["__metadata__"].to_string();
    for (what, header) in [
        ("empty object", "{}".to_owned()),
        ("array", "[]".into()),
        ("number", "7".into()),
        ("half a text", "{\"__metadata__\": {\"a".into()),
        ("two objects", format!("{0}{0}", good.header.trim_end())),
        ("deep array", "[".repeat(100_000)),
        ("deep object", "{\"a\":".repeat(100_000)),
        ("metadata only", format!("{{\"__metadata__\":{metadata}}}")),
        ("metadata twice", good.header.replacen('{', &format!("{{\"__metadata__\":{metadata},"), 1)),
        ("metadata of numbers", "{\"__metadata__\":{\"format_version\":1}}".into()),
        ("metadata null", "{\"__metadata__\":null}".into()),
    ] {
        refused(&dir, what, with(&header));
    }
    let tensor = good.header.find("\"members.0").expect("weights are named after their member");
    let mut twice = good.header.clone();
    let end = tensor + twice[tensor..].find("},").unwrap() + 2;
    twice.insert_str(tensor, &good.header[tensor..end]);
    refused(&dir, "a tensor twice", with(&twice));
    let mut bytes = good.bytes();
    bytes[20] = 0xff;
    refused(&dir, "not UTF-8", bytes);
    refused(&dir, "zeros", vec![0; 4096]);
    refused(&dir, "a zip", [b"PK\x03\x04".as_slice(), &[0; 60]].concat());
    refused(&dir, "a pickle", b"\x80\x04cos\nsystem\n(S'touch pwned'\ntR.".repeat(4));
    assert!(!dir.exists("pwned"));
}

#[test]
fn tensors_that_do_not_fit_are_refused() {
    let dir = Workdir::trained();
    let good = Parts::of(&dir.bytes(MODEL));
    let header = good.json();
    let name = header.as_object().unwrap().keys().find(|key| *key != "__metadata__").unwrap().clone();
    let end = good.data.len();
    for (field, value) in [
        ("data_offsets", json!([-4, 0])),
        ("data_offsets", json!([4, 0])),
        ("data_offsets", json!([0, 4 * end])),
        ("data_offsets", json!([0, u64::MAX])),
        ("data_offsets", json!([u64::MAX - 3, u64::MAX])),
        ("data_offsets", json!([4, 8])),
        ("data_offsets", json!([0])),
        ("data_offsets", json!("0-4")),
        ("shape", json!([])),
        ("shape", json!([0])),
        ("shape", json!([-1, 8])),
        ("shape", json!([1_u64 << 40, 1_u64 << 40])),
        ("shape", json!([u64::MAX, 2])),
        ("shape", json!([1.5])),
        ("dtype", json!("F64")),
        ("dtype", json!("OBJECT")),
        ("dtype", json!(null)),
    ] {
        let what = format!("{field} of {name} = {value}");
        refused(&dir, &what, good.with_header(|h| h[&name][field] = value).bytes());
    }
    let lost = |h: &mut Value| drop(h.as_object_mut().unwrap().remove(&name));
    refused(&dir, "a tensor left out", good.with_header(lost).bytes());
    let entry = header[&name].clone();
    for other in ["../../etc/passwd", "/etc/passwd", "a\u{0}b", "", "members.99.weight"] {
        let renamed = good.with_header(|h| {
            lost(h);
            h[other] = entry.clone();
        });
        refused(&dir, &format!("a tensor named {other:?}"), renamed.bytes());
    }
}

#[test]
fn a_manifest_signed_anew_is_checked_all_the_same() {
    let dir = Workdir::trained();
    let good = Parts::of(&dir.bytes(MODEL));
    dir.write("same.mkt", good.forged(|_| ()).bytes());
    dir.ok("predict t.csv -m same.mkt -o out.csv");
    std::fs::remove_file(dir.path("out.csv")).unwrap();

    let manifest: Value = serde_json::from_str(good.json()["__metadata__"]["manifest"].as_str().unwrap()).unwrap();
    for key in ["schema", "normalizer", "network", "threshold", "members"] {
        assert!(manifest.get(key).is_some(), "{key} is no longer in the manifest; the forgeries below would be idle");
        refused(&dir, &format!("{key} left out"), good.forged(|m| drop(m.as_object_mut().unwrap().remove(key))).bytes());
        refused(&dir, &format!("{key} of null"), good.forged(|m| m[key] = Value::Null).bytes());
        refused(&dir, &format!("{key} of text"), good.forged(|m| m[key] = json!("x")).bytes());
    }
    for (what, value) in [("members", json!(0)), ("members", json!(1_000_000_000)), ("members", json!(-1))] {
        refused(&dir, &format!("{what} = {value}"), good.forged(|m| m[what] = value).bytes());
    }
    refused(&dir, "threshold 7", good.forged(|m| m["threshold"] = json!(7)).bytes());
    refused(&dir, "no labels", good.forged(|m| m["schema"]["target"]["labels"] = json!([])).bytes());
    refused(&dir, "a third label", good.forged(|m| m["schema"]["target"]["labels"] = json!(["a", "b", "c"])).bytes());
    refused(&dir, "no columns", good.forged(|m| m["schema"]["columns"] = json!([])).bytes());
    refused(&dir, "another task", good.forged(|m| m["schema"]["target"]["task"] = json!("regression")).bytes());
    let columns = manifest["schema"]["columns"].as_array().unwrap();
    for (name, kind) in [("amount", "category"), ("amount", "date"), ("colour", "number")] {
        let at = columns.iter().position(|c| c["name"] == name).unwrap();
        refused(&dir, &format!("{name} as {kind}"), good.forged(|m| m["schema"]["columns"][at]["kind"] = json!(kind)).bytes());
    }
    refused(&dir, "wide layers", good.forged(|m| m["network"]["hidden"] = json!([1_u64 << 60])).bytes());
    refused(&dir, "waves of no column", good.forged(|m| m["network"]["continuous"] = json!([1_u64 << 40])).bytes());
    refused(&dir, "endless waves", good.forged(|m| m["network"]["periodic"]["frequencies"] = json!(1_u64 << 60)).bytes());
    refused(&dir, "mixed to nothing", good.forged(|m| m["network"]["periodic"]["dimension"] = json!(0)).bytes());
    refused(&dir, "many layers", good.forged(|m| m["network"]["hidden"] = json!(vec![8; 50_000])).bytes());
}

#[test]
fn histograms_that_lie_are_refused_and_old_files_have_none() {
    let dir = Workdir::trained();
    let good = Parts::of(&dir.bytes(MODEL));
    let manifest: Value = serde_json::from_str(good.json()["__metadata__"]["manifest"].as_str().unwrap()).unwrap();
    let columns = manifest["profile"]["columns"].as_array().expect("the forgeries below would be idle");
    let at = |name: &str| columns.iter().position(|c| c["name"] == name).unwrap();
    let (amount, colour) = (at("amount"), at("colour"));
    assert!(columns[amount]["values"]["numbers"]["cuts"].is_array() && columns[colour]["values"]["levels"].is_object());
    let forge =
        |what: &str, change: &dyn Fn(&mut Value)| refused(&dir, what, good.forged(|m| change(&mut m["profile"])).bytes());
    forge("other rows", &|p| p["rows"] = json!(u64::MAX));
    forge("a count of all rows there are", &|p| p["columns"][amount]["missing"] = json!(u64::MAX));
    forge("a negative count", &|p| p["columns"][amount]["missing"] = json!(-1));
    forge("no counts", &|p| p["columns"][amount]["values"]["numbers"]["counts"] = json!([]));
    forge("cuts in disorder", &|p| p["columns"][amount]["values"]["numbers"]["cuts"].as_array_mut().unwrap().reverse());
    forge("a cut of null", &|p| p["columns"][amount]["values"]["numbers"]["cuts"][0] = Value::Null);
    forge("a million bins", &|p| p["columns"][amount]["values"]["numbers"]["cuts"] = json!((0..1_000_000).collect::<Vec<_>>()));
    forge("levels of a number", &|p| p["columns"][amount]["values"] = p["columns"][colour]["values"].clone());
    forge("numbers of levels", &|p| p["columns"][colour]["values"] = p["columns"][amount]["values"].clone());
    forge("a level twice", &|p| {
        let levels = &mut p["columns"][colour]["values"]["levels"]["levels"];
        levels[1] = levels[0].clone();
    });
    forge("a column that is none", &|p| p["columns"][amount]["name"] = json!("nope"));
    forge("a column twice", &|p| p["columns"][amount] = p["columns"][colour].clone());
    forge("text", &|p| *p = json!("x"));

    // A file of the time before histograms predicts as ever, and says why it cannot measure drift.
    let expected = dir.ok(&format!("predict t.csv -m {MODEL}")).stdout;
    dir.write("old.mkt", good.forged(|m| drop(m.as_object_mut().unwrap().remove("profile"))).bytes());
    assert_eq!(dir.ok("predict t.csv -m old.mkt").stdout, expected);
    dir.fails(4, "drift t.csv -m old.mkt").says(&["old.mkt", "train it again"]);
}

#[test]
fn background_rows_that_lie_are_refused_and_old_files_have_none() {
    let dir = Workdir::trained();
    let good = Parts::of(&dir.bytes(MODEL));
    let manifest: Value = serde_json::from_str(good.json()["__metadata__"]["manifest"].as_str().unwrap()).unwrap();
    let columns = manifest["background"]["columns"].as_array().expect("the forgeries below would be idle");
    assert!(columns[0][1]["numbers"].is_array() && columns[2][1]["texts"].is_array(), "{columns:?}");
    let forge =
        |what: &str, change: &dyn Fn(&mut Value)| refused(&dir, what, good.forged(|m| change(&mut m["background"])).bytes());
    forge("more rows than it has", &|b| b["rows"] = json!(65));
    forge("no rows", &|b| b["rows"] = json!(0));
    forge("endless rows", &|b| b["rows"] = json!(u64::MAX));
    forge("a short column", &|b| drop(b["columns"][0][1]["numbers"].as_array_mut().unwrap().pop()));
    forge("texts of a number", &|b| b["columns"][0][1] = b["columns"][2][1].clone());
    forge("a column less", &|b| drop(b["columns"].as_array_mut().unwrap().pop()));
    forge("a column that is none", &|b| b["columns"][0][0] = json!("nope"));
    forge("columns in another order", &|b| b["columns"].as_array_mut().unwrap().reverse());
    forge("text", &|b| *b = json!("x"));

    let expected = dir.ok(&format!("predict t.csv -m {MODEL}")).stdout;
    dir.write("old.mkt", good.forged(|m| drop(m.as_object_mut().unwrap().remove("background"))).bytes());
    assert_eq!(dir.ok("predict t.csv -m old.mkt").stdout, expected);
    dir.ok("explain t.csv -m old.mkt --row 00001").says(&["holds no background rows"]);
}

#[test]
fn a_newer_format_is_told_from_damage() {
    let dir = Workdir::trained();
    let good = Parts::of(&dir.bytes(MODEL));
    let version = |v: &str| good.with_header(|h| h["__metadata__"]["format_version"] = json!(v)).bytes();
    dir.write("new.mkt", version("99"));
    dir.fails(4, "predict t.csv -m new.mkt").says(&["new.mkt", "newer", "99"]);
    for v in ["", "-1", "0", "1.5", "abc", "99999999999999999999"] {
        refused(&dir, &format!("version {v:?}"), version(v));
    }
}

#[test]
fn other_verbs_refuse_a_bad_model_too() {
    let dir = Workdir::trained();
    let good = dir.bytes(MODEL);
    dir.write("bad.mkt", &good[..good.len() / 2]);
    for line in ["inspect bad.mkt", "evaluate t.csv -m bad.mkt"] {
        dir.fails(4, line).says(&["bad.mkt"]);
    }
    dir.fails(4, "report -m bad.mkt -o r.html");
    assert!(!dir.exists("r.html"));
}
