//! What the screen found before training.

use crate::report::language::phrases::Pattern;

pub(super) const PATTERNS: &[Pattern] = &[
    ("\"{}\" is the target \"{}\" in other words: {*}", "“{}”只是目标“{}”的另一种写法：{}"),
    (
        "its {} values stand one to one for those of the target in {} of {} rows",
        "它的 {0} 个取值在 {2} 行中的 {1} 行与目标的取值一一对应",
    ),
    ("its {*} is the target in {} of {} rows", "它的{0}在 {2} 行中的 {1} 行就是目标"),
    ("year", "年份"),
    ("quarter", "季度"),
    ("month", "月份"),
    ("day of the month", "日"),
    ("hour", "小时"),
    ("a straight line leads from one to the other (correlation {} over {} rows)", "两者呈直线关系（{1} 行上的相关系数为 {0}）"),
    (
        "both put the rows in the same order (rank correlation {} over {} rows)",
        "两者对行的排序相同（{1} 行上的秩相关系数为 {0}）",
    ),
    (
        "{,} make up the target \"{}\": {} explains {} % of its variance on rows that the weights were not learned from",
        "{}合成了目标“{}”：{} 在未用于求权重的行上解释了其 {}% 的方差",
    ),
    ("{,} make up the target \"{}\": each stands for one of its {} classes", "{}合成了目标“{}”：各自对应其 {} 个类别之一"),
    (
        "\"{}\" tells the class \"{}\" from all others in {} of {} rows; is it known before the outcome?",
        "“{}”在 {3} 行中的 {2} 行将类别“{1}”与其余类别区分开；它在结果发生之前是否已知？",
    ),
    (
        "{} of {} dates of \"{}\" are in the future, up to {}; a marker of \"never\", a slip, or a plan?",
        "“{2}”的 {1} 个日期中有 {0} 个在未来，最晚为 {3}；是“永不”的标记、笔误，还是计划？",
    ),
    (
        "\"{}\" is later than the row's own moment \"{}\" in {} of {} rows; it was not known then",
        "“{}”在 {3} 行中的 {2} 行晚于该行自身的时间“{1}”；当时尚不可知",
    ),
    (
        "\"{}\", the last of the two values of \"{}\" in their order, is taken for the positive class, though most rows ({} %) have it",
        "“{}”在“{}”的两个取值中排在最后，被当作正例，尽管多数行（{}%）都是它",
    ),
    (
        "the target follows \"{}\" (R2 {} by it alone), but the rows are split at random, so that rows before and after give those between; validate forward in time",
        "目标随“{}”而变（仅凭它 R² 即达 {}），但划分是随机的，前后的行会透露其间的行；请按时间向前验证",
    ),
    (
        "\"{}\" holds dates ({} to {}), but the rows are split at random, and the rows stand in their order; if it is the moment of the row, validate forward in time, or later rows help to predict earlier ones",
        "“{}”含有日期（{} 至 {}），数据行按其顺序排列，但划分是随机的；如果它是该行的时间，请按时间向前验证，否则较晚的行会帮助预测较早的行",
    ),
    (
        "\"{}\" holds dates ({} to {}), but the rows are split at random; if it is the moment of the row, validate forward in time, or later rows help to predict earlier ones",
        "“{}”含有日期（{} 至 {}），但划分是随机的；如果它是该行的时间，请按时间向前验证，否则较晚的行会帮助预测较早的行",
    ),
    (
        "\"{}\" and \"{}\" say when a row was, but the rows are split at random, and the rows stand in their order; validate forward in time, or later rows help to predict earlier ones",
        "“{}”和“{}”说明了每行的时间，但划分是随机的，并且各行按其顺序排列；请按时间向前验证，否则较晚的行会帮助预测较早的行",
    ),
    (
        "\"{}\" and \"{}\" say when a row was, but the rows are split at random; validate forward in time, or later rows help to predict earlier ones",
        "“{}”和“{}”说明了每行的时间，但划分是随机的；请按时间向前验证，否则较晚的行会帮助预测较早的行",
    ),
    (
        "\"{}\" holds dates ({} to {}), but the rows are split at random, and it is later than \"{}\" in {} of {} rows: was it known at that moment?",
        "“{}”含有日期（{} 至 {}），但划分是随机的，并且在 {5} 行中的 {4} 行晚于“{3}”：当时是否已知？",
    ),
    (
        "\"{}\" holds dates ({} to {}), but the rows are split at random; name the moment of the row in [columns] time, and leave out what came after it",
        "“{}”含有日期（{} 至 {}），但划分是随机的；请在 [columns] time 中指定该行的时间，并排除其后才发生的内容",
    ),
    (
        "\"{}\" alone gives the target away: {} {} on rows that it was not learned from (limit {}); is it known before the outcome?",
        "仅凭“{}”就泄露了目标：在未用于学习的行上 {} 为 {}（界限 {}）；它在结果发生之前是否已知？",
    ),
    (
        "\"{}\" alone nearly gives the target away: {} {} on rows that it was not learned from (limit {}); is it known before the outcome?",
        "仅凭“{}”就几乎泄露了目标：在未用于学习的行上 {} 为 {}（界限 {}）；它在结果发生之前是否已知？",
    ),
    (
        "\"{}\" alone predicts the target as well as the other {} columns together ({} {} beside {}); make sure that it is known when the model is used",
        "仅凭“{}”就能与其余 {} 列合起来一样好地预测目标（{} 为 {}，后者为 {}）；请确认使用模型时它已知",
    ),
    (
        "whether \"{}\" has a value depends on the outcome: {*}; so it is written down after the fact, and will be empty when the model is used",
        "“{}”是否有值取决于结果：{}；可见它是事后填写的，使用模型时会是空的",
    ),
    (
        "filled in {} of {} rows ({} %) of \"{}\" and in {} of {} ({} %) of the others",
        "“{3}”的 {1} 行中有 {0} 行有值（{2}%），其余 {5} 行中有 {4} 行（{6}%）",
    ),
    (
        "the target is {} on average in the {} rows with and {} in the {} rows without, which is {} % of its variance",
        "有值的 {1} 行中目标平均为 {0}，无值的 {3} 行中为 {2}，占其方差的 {4}%",
    ),
    (
        "\"{}\" is missing in {} % of the newest tenth of the rows and in {} % of the others; is it no longer collected?",
        "“{}”在最新的十分之一的行中缺失 {}%，在其余行中缺失 {}%；是否已不再收集？",
    ),
    (
        "\"{}\" is missing in {} % of the test source and in {} % of the others; is it no longer collected?",
        "“{}”在测试数据中缺失 {}%，在其余行中缺失 {}%；是否已不再收集？",
    ),
    (
        "\"{}\" is named like the output of another model and goes with the target ({} {}); a model of it repeats that one, and one made from the same outcomes gives them away",
        "“{}”的名称像是另一个模型的输出，并与目标相关（{} 为 {}）；由它学习只会重复那个模型，若那个模型用过同样的结果，还会泄露目标",
    ),
    (
        "{,} taken for an id ({*}): not learned from, repeated beside the predictions",
        "{}视为标识（{}）：不用于学习，会列在预测旁边",
    ),
    (
        "\"{}\" counts the rows: {} different whole numbers in {} rows, in the order of the file (rank correlation {}); new rows have numbers that no training row had",
        "“{}”是行的计数：{2} 行中有 {1} 个不同整数，并按文件顺序排列（秩相关系数 {3}）；新数据的编号不会出现在训练数据中",
    ),
    (
        "{} of {} test rows ({} %) are equal, but for the target, to rows learned from; the test score flatters the model by what it knows by heart",
        "{1} 行测试数据中有 {0} 行（{2}%）除目标外与训练数据相同；测试分数因模型的死记硬背而偏高",
    ),
    (
        "{} of {} test rows ({} %) share their \"{}\" with rows learned from; the test score flatters the model by what it knows by heart",
        "{1} 行测试数据中有 {0} 行（{2}%）的“{3}”与训练数据相同；测试分数因模型的死记硬背而偏高",
    ),
    (
        "1 row is equal to an earlier row in every column; is it one case written down twice, or another?",
        "1 行的所有列都与前面的行相同；是同一情况记录了两次，还是另一个情况？",
    ),
    (
        "{} rows are equal to an earlier row in every column; are they one case written down twice, or several?",
        "{} 行的所有列都与前面的行相同；是同一情况记录了两次，还是多个情况？",
    ),
    (
        "class \"{}\" has {} rows to learn from, fewer than the {} folds, so some judge without it; scores for it mean little",
        "类别“{}”只有 {} 行可供学习，少于 {} 折，因此有的折中没有它；它的分数意义不大",
    ),
    (
        "class \"{}\" has 1 row to learn from, fewer than the {} folds, so some judge without it; scores for it mean little",
        "类别“{}”只有 1 行可供学习，少于 {} 折，因此有的折中没有它；它的分数意义不大",
    ),
    (
        "class \"{}\" has {} rows to learn from, few; scores for it mean little",
        "类别“{}”只有 {} 行可供学习，很少；它的分数意义不大",
    ),
    (
        "\"{}\" numbers things rather than amounts: the target jumps from one value to the next, and all rows of a value have the same \"{}\". It has {} values in {} rows, and {} of the {} rows that judge the first fold share theirs with rows learned from; rows of one value agree in the target {} on a scale from chance (0) to always (1). If new values will be predicted, keep the rows of each together",
        "“{0}”更像是对象的编号而不是数量：目标在相邻取值之间跳跃，且同一取值的所有行的“{1}”都相同。它在 {3} 行中有 {2} 个取值，评判第一折的 {5} 行中有 {4} 行与训练数据取值相同；取值相同的行在目标上的一致程度为 {6}（0 为偶然，1 为总是一致）。如果将来要预测新的取值，请把每个取值的行放在一起",
    ),
    (
        "\"{}\" has {} values in {} rows, and {} of the {} rows that judge the first fold share theirs with rows learned from; rows of one value agree in the target {} on a scale from chance (0) to always (1). If new values will be predicted, keep the rows of each together",
        "“{}”在 {2} 行中有 {1} 个取值，评判第一折的 {4} 行中有 {3} 行与训练数据取值相同；取值相同的行在目标上的一致程度为 {5}（0 为偶然，1 为总是一致）。如果将来要预测新的取值，请把每个取值的行放在一起",
    ),
    (
        "\"{}\" holds personal data: {} of {} values looked at are {*}; {*}. Leave it out, or put a salted hash in its place where rows must be joined by it",
        "“{}”含有个人数据：查看的 {2} 个值中有 {1} 个是{3}；{4}。请排除它；若必须用它连接数据，请换成加盐哈希",
    ),
    ("its levels would stand in the model file", "它的取值会出现在模型文件中"),
    ("it is not learned from", "它不用于学习"),
    ("it would be repeated beside the predictions", "它会列在预测旁边"),
    ("e-mail addresses", "电子邮箱地址"),
    ("payment card numbers (Luhn check digit)", "银行卡号（Luhn 校验位）"),
    ("bank account numbers (IBAN, mod 97)", "银行账号（IBAN，模 97）"),
    ("Chinese resident identity numbers (ISO 7064 check digit)", "中国居民身份证号（ISO 7064 校验位）"),
    ("United States social security numbers (by their form)", "美国社会安全号码（按格式）"),
    ("Brazilian taxpayer numbers (CPF, two check digits)", "巴西纳税人号码（CPF，两位校验位）"),
    ("French social security numbers (NIR, mod 97)", "法国社会保险号码（NIR，模 97）"),
    ("Italian tax codes (check letter)", "意大利税号（校验字母）"),
    ("Spanish identity numbers (DNI or NIE, check letter)", "西班牙身份号码（DNI 或 NIE，校验字母）"),
    ("Polish identity numbers (PESEL, check digit)", "波兰身份号码（PESEL，校验位）"),
    ("Swedish identity numbers (Luhn check digit)", "瑞典身份号码（Luhn 校验位）"),
    ("Indian identity numbers (Aadhaar, Verhoeff check digit)", "印度身份号码（Aadhaar，Verhoeff 校验位）"),
    ("German tax numbers (check digit)", "德国税号（校验位）"),
    ("Dutch citizen service numbers (BSN, eleven test)", "荷兰公民服务号码（BSN，十一检验）"),
    ("phone numbers (by its name)", "电话号码（按列名判断）"),
    ("phone numbers", "电话号码"),
];
