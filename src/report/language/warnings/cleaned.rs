//! What cleaning made of the cells.

use crate::report::language::phrases::Pattern;

pub(super) const PATTERNS: &[Pattern] = &[
    ("\"{}\": times of day such as \"{}\" are read as seconds since midnight", "“{}”：“{}”这样的时刻按自零点起的秒数读取"),
    ("\"{}\": durations such as \"{}\" are read as seconds, written as {}", "“{}”：“{}”这样的时长按秒读取，写法为 {}"),
    (
        "\"{}\": values such as \"{}\" are read as texts; if they are minutes and seconds, set the type of the column to \"number\" in [columns.type]",
        "“{}”：“{}”这样的值按文本读取；如果它们是分和秒，请在 [columns.type] 中把该列的类型设为 \"number\"",
    ),
    (
        "\"{}\": {} value<s> such as \"{}\": amounts with {} are read as negative, all others as positive",
        "“{}”：{} 个值形如“{}”：带 {} 的金额按负数读取，其余按正数读取",
    ),
    (
        "\"{}\": {} value<s> such as \"{}\" <are> read as the number behind the sign; to keep texts, set \"category\" in [columns.type]",
        "“{}”：{} 个值形如“{}”，按符号后面的数读取；若要保留文本，请在 [columns.type] 中设为 \"category\"",
    ),
    (
        "\"{}\": {} value<s> such as \"{}\" <are> without the % of the others, and <are> read as written",
        "“{}”：{} 个值形如“{}”，没有 %，而其他值有；均按原样读取",
    ),
    (
        "\"{}\": texts such as \"{}\" seem to hold {}, but are taken for names of the rows and not learned from; write them plainly if they say more",
        "“{}”：形如“{}”的文本似乎含有{}，但被视为行的名称，不用于学习；如果它们另有含义，请写成普通形式",
    ),
    (
        "\"{}\": {} row<s> such as \"{}\" <seem> to sum up others, and <are> learned from like them; leave sums out with [collect] sql",
        "“{}”：{} 行（如“{}”）似乎是其他行的合计，但与其他行一样参与学习；可用 [collect] sql 排除合计行",
    ),
    (
        "\"{}\": levels such as \"{}\" and \"{}\" may be one, but are kept apart; write them alike if they are",
        "“{}”：“{}”和“{}”这样的取值可能是同一个，但分开处理；如果相同，请统一写法",
    ),
    (
        "\"{}\": values such as \"{}\" and \"{}\" have different marks before decimals, and are read as texts; write them alike",
        "“{}”：“{}”和“{}”这样的值小数点写法不同，按文本读取；请统一写法",
    ),
    (
        "\"{}\": \"{}\" and \"{}\" are read as one number; if they are versions or names, set \"category\" in [columns.type]",
        "“{}”：“{}”和“{}”按同一个数读取；如果它们是版本或名称，请在 [columns.type] 中设为 \"category\"",
    ),
    (
        "\"{}\": \"{}\" is read as {}; if it is a name, set \"category\" in [columns.type]",
        "“{}”：“{}”按 {} 读取；如果它是名称，请在 [columns.type] 中设为 \"category\"",
    ),
    (
        "\"{}\": whole numbers such as \"{}\" seem to be days as spreadsheets count them, but are read as numbers; show them as dates there to have dates",
        "“{}”：形如“{}”的整数似乎是电子表格的日期序号，但按数值读取；请在表格中显示为日期",
    ),
    (
        "\"{}\": whole numbers such as \"{}\" seem to be years and weeks, but are read as numbers; write them as {} to have dates",
        "“{}”：形如“{}”的整数似乎是年和周，但按数值读取；若要作为日期，请写成 {}",
    ),
    ("a number", "数值"),
    ("a moment", "时刻"),
    (
        "\"{}\": {} of {} values are numbers, but {} such as \"{}\" <are> not: all are read as texts; to read numbers, add \"{}\" to [collect] null_values",
        "“{0}”：{2} 个值中有 {1} 个是数值，但形如“{4}”的 {3} 个不是：全部按文本读取；若要读取数值，请把“{5}”加入 [collect] null_values",
    ),
    ("\"{}\" is not learned from: {*}", "“{}”不用于学习：{}"),
    (
        "\"{}\": {*}; day and month could also be the other way round; set [clean] day_first",
        "“{}”：{}；日和月的顺序也可能相反；请设置 [clean] day_first",
    ),
    (
        "\"{}\": numbers such as \"{}\" have a decimal point, although [collect] decimal is \",\", and are read so",
        "“{}”：形如“{}”的数字带小数点，尽管 [collect] decimal 为“,”；已按小数点读取",
    ),
    (
        "\"{}\": numbers such as \"{}\" are read as {}, but could be {}, too; set [collect] decimal",
        "“{}”：形如“{}”的数字按 {} 读取，但也可能是 {}；请设置 [collect] decimal",
    ),
    (
        "{} value<s> of \"{}\" <are> not a {*} and <are> taken as missing, the first in row {}: {}",
        "“{1}”有 {0} 个值不是{2}，视为缺失，首个在第 {3} 行：{4}",
    ),
    (
        "{} value<s> of \"{}\" <do> not fit its type and <are> taken as missing, the first in row {}: {}",
        "“{1}”有 {0} 个值不符合其类型，视为缺失，首个在第 {2} 行：{3}",
    ),
    ("number", "数值"),
    ("category", "类别"),
    ("date", "日期"),
    ("text", "文本"),
    ("yes or no", "是或否"),
    (
        "target \"{}\": {} of {} values are numbers, but {} such as \"{}\" <are> not, the first in row {}: each value is taken as a class; to leave such rows out, add \"{}\" to [collect] null_values",
        "目标“{0}”：{2} 个值中有 {1} 个是数值，但形如“{4}”的 {3} 个不是，首个在第 {5} 行：每个值视为一个类别；若要排除这些行，请把“{6}”加入 [collect] null_values",
    ),
    (
        "target \"{}\": numbers in mixed units (\"{}\", \"{}\") are not compared, and each value is taken as a class; write them in one unit",
        "目标“{}”：单位混杂的数字（“{}”、“{}”）不作比较，每个值视为一个类别；请统一单位",
    ),
    (
        "target \"{}\": \"{}\" is taken as a class, in {} row<s>, the first in row {}; if it marks a missing value, add it to [collect] null_values",
        "目标“{}”：“{}”视为一个类别，共 {} 行，首个在第 {} 行；如果它表示缺失，请把它加入 [collect] null_values",
    ),
    ("target \"{}\" has both \"{}\" and \"{}\", taken as two classes", "目标“{}”同时含有“{}”和“{}”，视为两个类别"),
    (
        "\"{}\": {} stands in several rows far from all other values, and is taken as missing; if it is meant, set [normalize] disguised_gaps = false",
        "“{}”：{} 出现在多行中，且远离所有其他值，视为缺失；如果确有此值，请设置 [normalize] disguised_gaps = false",
    ),
    ("{} row<s> in the gap before the test part <are> left out", "测试部分之前间隔内的 {} 行不使用"),
    (
        "{} row<s> <are> left out: <they are> not earlier than the test source and the gap before it",
        "{} 行不使用：它们不早于测试数据及其之前的间隔",
    ),
    (
        "rows that are equal in every column are kept and not counted: that would take all rows at once",
        "各列完全相同的行予以保留且不计数：计数需要同时载入所有行",
    ),
    (
        "streamed: types, levels, scales, what is said of columns, cross-validation, importance and the yardsticks are those of a uniform sample of {} of {} rows (a quantile of {} rows is off by {} % of the rows, one standard error, or less); the network learned from {} rows, {} more decided when to stop; of the {} rows of the test part, {*} judge it",
        "流式处理：类型、取值、尺度、各列说明、交叉验证、重要性和对照模型基于 {1} 行中均匀抽取的 {0} 行（{2} 行的分位数误差为行数的 {3}%，即一个标准误，或更小）；网络由 {4} 行学得，另外 {5} 行决定何时停止；测试部分共 {6} 行，由{7}进行评判",
    ),
    (
        "the types of its columns, before others are joined to it, are those of a uniform sample of {} of {} rows",
        "在与其他表连接之前，各列的类型基于 {1} 行中均匀抽取的 {0} 行",
    ),
    ("a uniform part of {} rows", "其中均匀抽取的 {} 行"),
    ("all of them", "其全部"),
];
