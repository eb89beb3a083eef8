//! What training met.

use crate::report::language::phrases::Pattern;

pub(super) const PATTERNS: &[Pattern] = &[
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
    ("an error there is beyond all numbers", "该折有误差超出数值范围"),
    ("all true values are equal there", "该折的真实值全都相等"),
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
    (
        "importance: {} of {} columns are measured one by one, those in the blocks of columns that matter most when they are shuffled together",
        "重要性：{1} 列中只有 {0} 列单独测量，它们属于一起打乱时影响最大的列块",
    ),
    ("importance: {} columns are too many for any of them to be measured", "重要性：共 {} 列，过多，无法测量任何一列"),
    (
        "no prediction is explained in the report: with {} columns that would take long",
        "报告中没有解释单个预测：有 {} 列，耗时过长",
    ),
];
