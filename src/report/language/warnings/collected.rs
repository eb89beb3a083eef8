//! What was read: files, sheets, databases, joins.

use crate::report::language::phrases::Pattern;

pub(super) const PATTERNS: &[Pattern] = &[
    (
        "{}: the columns from {} on stand behind an empty one, beside those before it; all are read as one table; set [collect] range if they are two",
        "{}：从 {} 列起的列位于一个空列之后，与之前的列并排；全部按一张表读取；如果是两张表，请设置 [collect] range",
    ),
    (
        "{}: {} record<s>, first in line {}, <hold> a text that is written as a formula, such as {}; the text alone is read",
        "{}：{} 条记录（首条在第 {} 行）含有写成公式的文本，例如 {}；只读取其中的文本",
    ),
    (
        "{}: {} line<s> below the header <hold> more about the columns, such as their units or questions, and <are> left out, the first: {}; set [collect] header = true if <they are> rows",
        "{}：表头下方的 {} 行是对列的进一步说明（例如单位或问题），未读取，第一行为 {}；如果它们是数据，请设置 [collect] header = true",
    ),
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
        "{}: the rows are the members \"{}\", \"{}\" of an object, whose numbers are left out",
        "{}：各行是一个对象中编号为“{}”、“{}”等的成员，编号不使用",
    ),
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
        "{}: the first line is read as names, although {} of them looks like the values below; set [collect] header = false if it is a row",
        "{}：第一行按列名读取，但其中 {} 个像下方的取值；如果它是数据，请设置 [collect] header = false",
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
    (
        "{}: the stream ends without the mark of its end; if it was cut off, the last rows are missing",
        "{}：数据流没有结束标记；如果被截断，则缺少最后的行",
    ),
    ("{} has a header but no rows", "{} 只有表头，没有行"),
];
