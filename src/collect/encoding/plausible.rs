//! How probable a text is in each family of encodings: a second opinion beside the detector's.
//!
//! Each model gives the logarithm of the probability of a cell's bytes. The models of East Asian encodings are three
//! steps (most used letters, the common half of the character set, all others), those of one byte per letter know where
//! letters outside of ASCII stand. Only differences of the sums over many cells are used.

use std::collections::HashSet;
use std::sync::LazyLock;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS};

/// The most used letters of Chinese and Japanese text and of the headers of tables, simplified and traditional.
const MOST_USED: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运姓龄客户编号订单价钱额收入城省县镇区率费均销售库存型款类状态男女省广州京深圳沪津渝杭苏武汉温湿雨雪姓李赵孙周吴郑陈林黄刘杨朱胡郭何罗红蓝绿黑白黄银行卡店铺线网件质地址邮箱话备注标签来源渠道满意流失购买下次否是無個們來為國說時會對爾於後裡過發這還進學當現動開長將與機問實間點業產應戰頭體資報總數電務區統設類東線員記關經計價錢額種稱號碼齡別職話單買賣費場圖書認識讓變門師觀議論證據題親萬廣車馬見語請歲歷遠運選達邊氣溫濕縣鄉鎮臺灣陽雲處極級網紅組結羅義習聯聲聽舊藝藥華蘇補裝規視覽訂訊訓許評詞試詳誤課談調護讀豐負財貨責貴貿質輸辦農連週適銀銷鐵錄錯鍵閉陳陸隊階際隨險雖雙雜離難響頁項順預領頻顏願顯風飛飯館驗魚麗麥龍東京都府県円駅様値段売";

static USED: LazyLock<HashSet<char>> = LazyLock::new(|| MOST_USED.chars().collect());

/// What a text can be written in, as far as these models tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// An encoding of two and more bytes per letter.
    Double(&'static Encoding),
    /// One byte per letter, whichever.
    Single,
}

/// The families with the sums over all cells, the most probable first. A family in which a cell cannot be read is left out.
pub fn rank(cells: &[&[u8]]) -> Vec<(Family, f64)> {
    let doubles = [GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR];
    let double = |encoding| Some((Family::Double(encoding), cells.iter().map(|c| double(encoding, c)).sum::<Option<f64>>()?));
    let sum = |model: fn(&[u8]) -> f64| cells.iter().map(|cell| model(cell)).sum::<f64>();
    let mut ranks: Vec<_> = doubles.into_iter().filter_map(double).collect();
    ranks.push((Family::Single, sum(latin).max(sum(script))));
    ranks.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranks
}

/// A cell in an encoding of two bytes per letter.
fn double(encoding: &'static Encoding, cell: &[u8]) -> Option<f64> {
    encoding.decode_without_bom_handling_and_without_replacement(cell)?;
    let mut sum = 0.0;
    let mut rest = cell;
    while let [first, after @ ..] = rest {
        if first.is_ascii() {
            rest = after;
            continue;
        }
        let len = length(encoding, rest).min(rest.len());
        let (unit, after) = rest.split_at(len);
        sum += unit_score(encoding, unit);
        rest = after;
    }
    Some(sum)
}

/// Bytes of the letter that stands first.
fn length(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    match (bytes[0], bytes.get(1)) {
        (_, Some(b'0'..=b'9')) if encoding == GB18030 => 4,
        (0xa1..=0xdf, _) if encoding == SHIFT_JIS => 1,
        (0x8f, _) if encoding == EUC_JP => 3,
        _ => 2,
    }
}

fn unit_score(encoding: &'static Encoding, unit: &[u8]) -> f64 {
    let used = || {
        let text = encoding.decode_without_bom_handling_and_without_replacement(unit);
        text.is_some_and(|t| t.chars().all(|c| USED.contains(&c)))
    };
    let (lead, trail) = match *unit {
        [lead, trail] => (lead, trail),
        // Half-width kana of Shift-JIS; rare letters of three and four bytes.
        [_] => return -8.5,
        _ => return -15.0,
    };
    let upper = trail >= 0xa1;
    if encoding == GB18030 {
        match lead {
            0xb0..=0xd7 if upper => {
                if used() {
                    -6.4
                } else {
                    -9.2
                }
            }
            0xa1 | 0xa3 if upper => -7.5,
            0xa2 | 0xa4..=0xa7 if upper => -11.5,
            0xd8..=0xf7 if upper => -12.4,
            0xaa..=0xaf | 0xf8..=0xfe if upper => -18.0,
            _ => -14.0,
        }
    } else if encoding == BIG5 {
        match lead {
            0xa4..=0xc6 => {
                if used() {
                    -6.4
                } else {
                    -9.4
                }
            }
            0xa1..=0xa3 => -8.0,
            0xc9..=0xf9 => -12.6,
            _ => -16.0,
        }
    } else if encoding == SHIFT_JIS {
        match (lead, trail) {
            (0x82, 0x9f..=0xf1) => -5.0,
            (0x83, 0x40..=0x96) => -5.5,
            (0x81, _) | (0x82, 0x4f..=0x9a) => -7.5,
            (0x88..=0x98, _) => {
                if used() {
                    -6.4
                } else {
                    -9.0
                }
            }
            (0x99..=0x9f | 0xe0..=0xea, _) => -13.0,
            _ => -15.0,
        }
    } else if encoding == EUC_JP {
        match lead {
            0xa4 => -5.0,
            0xa5 => -5.5,
            0xa1 | 0xa3 => -7.5,
            0xb0..=0xcf => {
                if used() {
                    -6.4
                } else {
                    -9.0
                }
            }
            0x8e => -9.0,
            0xd0..=0xf4 => -13.0,
            _ => -15.0,
        }
    } else {
        match lead {
            0xb0..=0xc8 | 0xa1..=0xa3 if upper => -8.0,
            0xca..=0xfd if upper => -13.0,
            _ => -14.0,
        }
    }
}

/// A cell of a western or central European language: single letters with accents among ASCII letters, and signs.
fn latin(cell: &[u8]) -> f64 {
    let letter = |b: u8| b >= 0xc0 && b != 0xd7 && b != 0xf7;
    let mut sum = 0.0;
    for (i, &b) in cell.iter().enumerate().filter(|(_, b)| !b.is_ascii()) {
        let before = i.checked_sub(1).map_or(b' ', |i| cell[i]);
        let after = cell.get(i + 1).copied().unwrap_or(b' ');
        sum += match b {
            0xdf | 0xe0 | 0xe1 | 0xe4..=0xe9 | 0xea | 0xed | 0xf1 | 0xf3 | 0xf6 | 0xf8 | 0xfa | 0xfc => -2.5,
            0x80 | 0x92..=0x97 | 0xa0 | 0xa3 | 0xa9 | 0xab | 0xae | 0xb0 | 0xb2 | 0xb5 | 0xbb | 0xbd => -4.0,
            _ if letter(b) => -4.5,
            _ => -7.0,
        };
        if letter(b) {
            let digits = before.is_ascii_digit() || after.is_ascii_digit();
            let capital_inside = matches!(b, 0xc0..=0xde) && before.is_ascii_lowercase();
            sum -= if letter(before) { 2.5 } else { 0.0 }
                + if digits { 4.0 } else { 0.0 }
                + if capital_inside { 4.0 } else { 0.0 };
        }
    }
    sum
}

/// A cell of a language with a script of its own, such as Russian or Greek: words of capitals, of small letters, or of
/// small letters behind a capital. In all such encodings the two cases are the ranges C0-DF and E0-FF.
fn script(cell: &[u8]) -> f64 {
    let case = |b: u8| {
        if b >= 0xe0 {
            Some(true)
        } else if b >= 0xc0 {
            Some(false)
        } else {
            None
        }
    };
    let mut sum = 0.0;
    for word in cell.split(u8::is_ascii).filter(|w| !w.is_empty()) {
        for (i, &b) in word.iter().enumerate() {
            sum += if case(b).is_some() { -3.5 } else { -8.0 };
            if i >= 2 && case(b) != case(word[i - 1]) {
                sum -= 4.6;
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(encoding: &'static Encoding, text: &str) -> (Family, f64) {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable, "{text}");
        let cells: Vec<&[u8]> = bytes.split(|b| *b == b',').collect();
        let ranks = rank(&cells);
        (ranks[0].0, ranks[0].1 - ranks.get(1).map_or(f64::NEG_INFINITY, |r| r.1))
    }

    #[test]
    fn headers_of_a_few_words_tell_the_family() {
        for (encoding, text) in [
            (GB18030, "姓名,年龄,城市"),
            (GB18030, "客户编号,注册日期,套餐,是否流失"),
            (GB18030, "北京,上海,广州,深圳"),
            (BIG5, "客戶編號,姓名,訂單金額"),
            (BIG5, "臺北,高雄,臺中"),
            (SHIFT_JIS, "お客様番号,年齢,都道府県"),
            (SHIFT_JIS, "カテゴリ,データ"),
            (EUC_JP, "お客様,カテゴリ"),
            (EUC_KR, "고객번호,이름,나이"),
        ] {
            let (family, margin) = best(encoding, text);
            assert_eq!(family, Family::Double(encoding), "{text}");
            assert!(margin > 3.0, "{text}: {margin}");
        }
        for (encoding, text) in [
            (encoding_rs::WINDOWS_1252, "Müller,São Paulo,Besançon"),
            (encoding_rs::WINDOWS_1252, "12 °C,5 €,£9"),
            (encoding_rs::WINDOWS_1251, "Москва,Санкт-Петербург,Казань"),
            (encoding_rs::WINDOWS_1253, "Αθήνα,Θεσσαλονίκη"),
            (encoding_rs::WINDOWS_1250, "Łódź,Kraków,Poznań"),
        ] {
            assert_eq!(best(encoding, text).0, Family::Single, "{text}");
        }
    }
}
