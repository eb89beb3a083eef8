//! Warnings in the language of the page: patterns as those of [`super::phrases`].

/// English and Chinese; `{}` takes any text, `{*}` a phrase that has a pattern itself, `{,}` names in quotes.
pub(super) const PATTERNS: &[(&str, &str)] = &[
    // The head of a fix.
    ("{*}; fix: add {} to [columns] ignore", "{}；建议：在 [columns] ignore 中加入 {}"),
    ("add {} to [columns] ignore", "在 [columns] ignore 中加入 {}"),
    ("{*}; fix: {}", "{}；建议：{}"),
    // What holds of several columns.
    ("{*}; the same goes for {,}, and {} more", "{}；{}以及另外 {} 列也是如此"),
    ("{*}; the same goes for {,}", "{}；{}也是如此"),
    ("{*}; something of the kind goes for {,}, and {} more", "{}；{}以及另外 {} 个也有类似情况"),
    ("{*}; something of the kind goes for {,}", "{}；{}也有类似情况"),
    ("table {}: {*}", "表 {}：{}"),
    ("{*}; the same, with other numbers, goes for {,}, and {} more", "{}；{}以及另外 {} 列也是如此，只是数字不同"),
    ("{*}; the same, with other numbers, goes for {,}", "{}；{}也是如此，只是数字不同"),
    // What was read.
    ("{}: the table \"{}\" is read, the only one there is", "{}：读取表“{}”，它是唯一的表"),
    (
        "{}: column \"{}\" holds {} texts and {} numbers; all are read as text",
        "{}：列“{}”含有 {} 个文本和 {} 个数值；全部按文本读取",
    ),
    (
        "{}: {} whole numbers in \"{}\" are beyond 2^53; where the column is learned from as a number, their last digits are rounded. If they are names, leave them out ([columns] ignore), or cast them to text in the query",
        "{}：“{2}”中有 {1} 个整数超过 2^53；若该列作为数值学习，末几位会被舍入。如果它们是标识，请排除（[columns] ignore），或在查询中转换为文本",
    ),
    (
        "{}: {} values of \"{}\" have more digits than a number of 64 bits; they are rounded to 15 to 17 digits",
        "{}：“{2}”有 {1} 个值的位数超过 64 位数值的精度；已舍入到 15 至 17 位",
    ),
    ("{}: {} dates of \"{}\" are infinite, and taken as missing", "{}：“{2}”有 {1} 个日期为无穷，视为缺失"),
    (
        "{}: a database gives rows in no order of its own; with ORDER BY in [collect] query a run can be repeated exactly",
        "{}：数据库返回的行没有固定顺序；在 [collect] query 中加上 ORDER BY 才能精确重现",
    ),
    ("{}: the times of day in \"{}\" are read as seconds", "{}：“{}”中的时刻按秒读取"),
    ("{}: the durations in \"{}\" are read as seconds", "{}：“{}”中的时长按秒读取"),
    ("{}: the times in \"{}\" are read as seconds", "{}：“{}”中的时间按秒读取"),
    ("{}: objects inside the records are read as {} columns such as \"{}\"", "{}：记录内的对象被读取为 {} 列，例如“{}”"),
    (
        "{}: the rows are the list \"{}\" of an object; {} other values are left out",
        "{}：数据行取自对象中的列表“{}”；另外 {} 个值未使用",
    ),
    (
        "{}: read as one column under {}, although nearly all lines hold as many {}; set [collect] delimiter, or skip_rows if the header stands further down",
        "{}：按单列读取（列名 {}），但几乎每行都含有同样多的 {}；请设置 [collect] delimiter，若表头在更下方则设置 skip_rows",
    ),
    (
        "{}: fields are parted by {}; set [collect] delimiter if that is wrong",
        "{}：字段以 {} 分隔；如有误请设置 [collect] delimiter",
    ),
    (
        "{}: fields stand between single quotes ('); set [collect] quote = '\"' if they are part of the text",
        "{}：字段置于单引号（'）之间；如果单引号属于文本，请设置 [collect] quote = '\"'",
    ),
    (
        "{}: {} line<s> before the header <are> left out, the first: {}; set [collect] skip_rows = 0 if <they are> rows",
        "{}：表头之前的 {} 行未读取，第一行为 {}；如果它们是数据，请设置 [collect] skip_rows = 0",
    ),
    (
        "{}: {} row<s> before the header <are> left out, the first is row {}: {}; set [collect] skip_rows = 0 if <they are> rows",
        "{}：表头之前的 {} 行未读取，第一行是第 {} 行：{}；如果它们是数据，请设置 [collect] skip_rows = 0",
    ),
    (
        "{}: the first line looks like values, not names; columns are called column_1, column_2, …; set [collect] header = true if it is a header",
        "{}：第一行像是取值而不是列名；各列命名为 column_1、column_2……；如果它是表头，请设置 [collect] header = true",
    ),
    (
        "{}: the first row looks like values, not names; columns are called column_1, column_2, …; set [collect] header = true if it is a header",
        "{}：第一行像是取值而不是列名；各列命名为 column_1、column_2……；如果它是表头，请设置 [collect] header = true",
    ),
    (
        "{}: {} line<s> below the table <are> left out, the first is line {}: {}",
        "{}：表格下方的 {} 行未读取，第一行是第 {} 行：{}",
    ),
    (
        "{}: {} row<s> below the table <are> left out, the first is row {}: {}",
        "{}：表格下方的 {} 行未读取，第一行是第 {} 行：{}",
    ),
    (
        "{}: line {} at the end of the table begins with {} and is left out as a line of sums",
        "{}：表格末尾的第 {} 行以 {} 开头，视为合计行而未读取",
    ),
    (
        "{}: row {} at the end of the table begins with {} and is left out as a row of sums",
        "{}：表格末尾的第 {} 行以 {} 开头，视为合计行而未读取",
    ),
    (
        "{}: the server did not say how long it is; if the connection broke, the last rows are missing",
        "{}：服务器未说明长度；如果连接中断，会缺少最后的行",
    ),
    ("{}: lines end in a carriage return alone, and are read so", "{}：各行仅以回车符结尾，已按此读取"),
    (
        "{}: {} record<s>, first in line {}, <hold> a quote that neither opens nor closes a field; it was kept as a letter",
        "{}：{} 条记录（首条在第 {} 行）含有既不开始也不结束字段的引号；已作为普通字符保留",
    ),
    (
        "{}: {} record<s>, first in line {}, <hold> not the {} fields of the header; each is left out; correct it, or quote fields that hold the delimiter",
        "{}：{} 条记录（首条在第 {} 行）的字段数不是表头的 {} 个；均未读取；请更正，或给含有分隔符的字段加上引号",
    ),
    (
        "{}: {} record<s>, first in line {}, <hold> not the {} fields of the header; each is filled up with missing values at its end; check what is predicted for it",
        "{}：{} 条记录（首条在第 {} 行）的字段数不是表头的 {} 个；末尾均以缺失值补足；请核对对它们的预测",
    ),
    (
        "{}: {} record<s>, first in line {}, <hold> the names of the columns again; they are left out as headers of joined files",
        "{}：{} 条记录（首条在第 {} 行）重复了列名；视为拼接文件的表头而未读取",
    ),
    (
        "{}: \"{}\" holds texts such as {} among numbers; 3 % is 3 in a text, but 0.03 in a cell that shows it: write all in one way",
        "{}：“{}”的数值中混有 {} 这样的文本；文本中的 3 % 是 3，而显示为 3 % 的单元格是 0.03：请统一写法",
    ),
    (
        "{}: the columns from {} on stand behind an empty one and end in row {}, those before it in row {}; all are read as one table; set [collect] range if they are two",
        "{}：从 {} 列起的列位于一个空列之后，止于第 {} 行，而之前的列止于第 {} 行；全部按一张表读取；如果是两张表，请设置 [collect] range",
    ),
    (
        "{}: {} rows, the first is row {}, hold the names of the columns again; they are left out as headers of joined tables",
        "{}：{} 行（首行是第 {} 行）重复了列名；视为拼接表格的表头而未读取",
    ),
    (
        "{}: {} record<s>, first in line {}, <hold> nothing; in a table of one column such lines are rows with a missing value",
        "{}：{} 条记录（首条在第 {} 行）为空行；在只有一列的表中，空行视为取值缺失的行",
    ),
    (
        "{}: the header has empty names more than the records have fields; they are left out",
        "{}：表头中的空列名多于记录的字段；已略去",
    ),
    ("{}: a backslash stands before quotes inside quoted fields, and is read so", "{}：引号字段内的引号前有反斜杠，已按此读取"),
    (
        "{}: a delimiter ends all records but the header; the empty fields behind it are left out",
        "{}：除表头外每条记录都以分隔符结尾；其后的空字段已略去",
    ),
    (
        "{}: the first line is read as names, although {} of them look like the values below; set [collect] header = false if it is a row",
        "{}：第一行按列名读取，但其中 {} 个像下方的取值；如果它是数据，请设置 [collect] header = false",
    ),
    (
        "{}: read as {}, which its zero bytes show; set [collect] encoding if that is wrong",
        "{}：根据零字节判断按 {} 读取；如有误请设置 [collect] encoding",
    ),
    (
        "{}: not UTF-8 from line {} on; read as {}, decided by {} different texts such as {}; so little text could be {}, too; set [collect] encoding if that is wrong",
        "{}：从第 {} 行起不是 UTF-8；根据 {3} 个不同文本（例如 {4}）判断按 {2} 读取；文本很少，也可能是 {5}；如有误请设置 [collect] encoding",
    ),
    (
        "{}: not UTF-8 from line {} on; read as {}, decided by {} different texts such as {}; set [collect] encoding if that is wrong",
        "{}：从第 {} 行起不是 UTF-8；根据 {3} 个不同文本（例如 {4}）判断按 {2} 读取；如有误请设置 [collect] encoding",
    ),
    ("{}: column {} has no name; it is called \"{}\"", "{}：第 {} 列没有名称；命名为“{}”"),
    ("{}: the column name \"{}\" stands twice; column {} is called \"{}\"", "{}：列名“{}”出现两次；第 {} 列命名为“{}”"),
    (
        "{}: {} more column<s> <have> no name, or one that stands twice; <they are> numbered, too",
        "{}：另有 {} 列没有名称或名称重复；同样已编号",
    ),
    (
        "{}: all column names are numbers; if the file has no header line, add one",
        "{}：所有列名都是数字；如果文件没有表头，请添加",
    ),
    (
        "{}: {} empty cell<s> <get> the value of the merged cell <they belong> to, first that of {}",
        "{}：{} 个空单元格取其所属合并单元格的值，首个为 {}",
    ),
    (
        "{}: {} cell<s> <hold> an error of a formula and <are> missing, first {} in {}",
        "{}：{} 个单元格为公式错误，视为缺失，首个为 {3} 中的 {2}",
    ),
    (
        "{}: \"{}\" holds {} texts, such as {} among {} numbers, dates or truth values; all are read as text",
        "{}：“{}”含有 {} 个文本（例如 {}）以及 {} 个数值、日期或真假值；全部按文本读取",
    ),
    (
        "{}: \"{}\" holds {} texts among {} numbers, dates or truth values; all are read as text",
        "{}：“{}”含有 {} 个文本以及 {} 个数值、日期或真假值；全部按文本读取",
    ),
    (
        "{} of {} rows of {} have no row in {} ({}) and stay, with missing values, the first is row {}",
        "{2} 的 {1} 行中有 {0} 行在 {3} 中找不到对应行（{4}），保留并填为缺失，首个为第 {5} 行",
    ),
    (
        "{} of {} rows of {} have no row in {} ({}) and are left out, the first is row {}",
        "{2} 的 {1} 行中有 {0} 行在 {3} 中找不到对应行（{4}），不使用，首个为第 {5} 行",
    ),
    (
        "{} of {} rows of {} belong to no row of {} ({}) and are not used",
        "{2} 的 {1} 行中有 {0} 行不对应 {3} 的任何行（{4}），不使用",
    ),
    ("\"{}\" of {} is called \"{}\", since that name is taken", "{1} 的“{0}”命名为“{2}”，因为原名已被占用"),
    // What cleaning made of it.
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
    // What the screen found.
    ("\"{}\" is the target \"{}\" in other words: {*}", "“{}”只是目标“{}”的另一种写法：{}"),
    (
        "its {} values stand one to one for those of the target in {} of {} rows",
        "它的 {0} 个取值在 {2} 行中的 {1} 行与目标的取值一一对应",
    ),
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
    // What training met.
    (
        "{} of {} rows have no amount for [threshold.value] and count as 0 in every profit",
        "{1} 行中有 {0} 行没有 [threshold.value] 的金额，在所有收益中按 0 计",
    ),
    (
        "[threshold] optimize = \"{}\" cannot be had on the rows out of fold; the threshold is {}, which comes nearest",
        "在折外数据上无法达到 [threshold] optimize = \"{}\"；阈值取最接近的 {}",
    ),
    (
        "intervals or sets meant for {} of rows hold the truth of {} ({} rows, {*}); rows later in time are not like those learned from",
        "本应覆盖 {} 的行的区间或集合只覆盖了 {}（{} 行，{}）；较晚的行与训练数据不同",
    ),
    (
        "intervals or sets meant for {} of rows hold the truth of {} ({} rows, {*})",
        "本应覆盖 {} 的行的区间或集合只覆盖了 {}（{} 行，{}）",
    ),
    ("test", "测试数据"),
    ("out of fold", "折外数据"),
    (
        "each group of {,} has its own threshold: to predict, these columns are needed",
        "{}的每个群体都有自己的阈值：预测时需要这些列",
    ),
    (
        "{} is undefined in at least one fold and left out of its mean, for instance because {*}",
        "{} 至少在一折中没有定义，不计入均值，例如因为{}",
    ),
    ("a class is missing there", "该折缺少某个类别"),
    ("a true value is 0 there", "该折有真实值为 0"),
    ("all true values are equal there", "该折的真实值全都相等"),
    (
        "{}: the stream ends without the mark of its end; if it was cut off, the last rows are missing",
        "{}：数据流没有结束标记；如果被截断，则缺少最后的行",
    ),
    ("{} has a header but no rows", "{} 只有表头，没有行"),
    (
        "the final model is trained on all training rows, although refit = false: {*}",
        "尽管 refit = false，最终模型仍用全部训练行训练：{}",
    ),
    ("most folds do not know the latest rows", "多数折的模型不了解最新的行"),
    ("its cost is told beside one fit without weights", "重新加权的代价要与一次不加权的训练比较"),
    ("the folds know only a sample of the rows", "各折只了解样本中的行"),
    (
        "training stopped at max_time; a faster machine gives another model",
        "训练因 max_time 而停止；更快的机器会得到不同的模型",
    ),
    ("the newest checkpoint of {} is damaged; going on from the one before it", "{} 的最新检查点已损坏；从上一个检查点继续"),
    (
        "the checkpoint of {} is damaged or of other settings or rows; training it from the start",
        "{} 的检查点已损坏，或属于其他设置或数据；从头训练",
    ),
];

#[cfg(test)]
mod tests;
