//! Tables that are not UTF-8, from the file to the prediction.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

use super::samples;
use super::workdir::{TINY, Workdir};

/// The sample table with names and levels in another language.
fn translated(words: [&str; 5]) -> String {
    let [amount, colour, red, green, blue] = words;
    let table = samples::map_column(&samples::binary(200, 1), "colour", |_, c| {
        match c {
            "red" => red,
            "green" => green,
            _ => blue,
        }
        .into()
    });
    table.replacen("amount", amount, 1).replacen("colour", colour, 1)
}

#[test]
fn a_table_in_any_encoding_gives_the_model_of_the_same_table_in_utf8() {
    let cases: [(&'static Encoding, [&str; 5]); 7] = [
        (GB18030, ["金额", "颜色", "红色", "绿色", "蓝色"]),
        (BIG5, ["金額", "顏色", "紅色", "綠色", "藍色"]),
        (SHIFT_JIS, ["きんがく", "カラー", "赤いろ", "みどり", "青"]),
        (EUC_JP, ["きんがく", "カラー", "赤いろ", "みどり", "青"]),
        (EUC_KR, ["금액", "색상", "빨강", "초록", "파랑"]),
        (WINDOWS_1251, ["сумма", "цвет", "красный", "зелёный", "голубой"]),
        (WINDOWS_1252, ["montant", "teinte", "doré", "café", "crème brûlée"]),
    ];
    let dir = Workdir::new();
    for (encoding, words) in cases {
        let name = encoding.name();
        let text = translated(words);
        dir.write("u.csv", &text).write("o.csv", encoding.encode(&text).0);
        let check = |file: &str, set: &str| dir.ok(&format!("init {file} --target y -o - {set}"));
        let (utf8, other) = (check("u.csv", ""), check("o.csv", ""));
        assert_eq!(other.stdout.replace("o.csv", "u.csv"), utf8.stdout, "{name}");
        assert!(!utf8.stderr.contains("encoding"), "{utf8}");
        other.says(&["o.csv: not UTF-8", name, "[collect] encoding"]);
        let set = check("o.csv", &format!("--set collect.encoding={name}"));
        assert!(!set.stderr.contains("not UTF-8"), "{set}");
    }
}

#[test]
fn rows_to_predict_may_come_in_another_encoding_than_those_learned_from() {
    let dir = Workdir::new();
    let text = translated(["金额", "颜色", "红色", "绿色", "蓝色"]);
    let utf16 = |text: &str| [vec![0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    dir.write("t.csv", GB18030.encode(&text).0);
    dir.ok(&format!("train t.csv --target y --out runs/a {TINY}"));
    let expected = dir.ok("predict t.csv").stdout;
    assert_eq!(dir.pipe("predict -", &text).stdout, expected);
    assert_eq!(dir.pipe("predict -", utf16(&text)).stdout, expected);
    assert_eq!(dir.pipe("predict -", GB18030.encode(&text).0).stdout, expected);
    dir.write("n.ndjson", utf16("{\"id\":\"1\",\"金额\":50.5,\"visits\":3,\"颜色\":\"红色\"}\n"));
    assert_eq!(dir.ok("predict n.ndjson").rows().len(), 2);
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    let dir = Workdir::new();
    let text = translated(["金额", "颜色", "红色", "绿色", "蓝色"]);
    let mut bytes = GB18030.encode(&text).0.into_owned();
    bytes.extend(b"1,2,3,\xff\xff,no\n");
    dir.write("t.csv", bytes);
    dir.fails(3, "check t.csv --target y --set collect.encoding=gbk").says(&["t.csv, line 202, byte", "not GBK"]);
    dir.write("d.csv", [text.as_bytes(), b"1,2,3,\xd6\xd0,no\n"].concat());
    dir.fails(3, "check d.csv --target y").says(&["d.csv, line 202, byte", "not UTF-8"]);
    dir.fails(2, "check d.csv --target y --set collect.encoding=gkb").says(&["gkb", "gb18030"]);
}
