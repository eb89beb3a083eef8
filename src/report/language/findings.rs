//! The sentences of the answer: how good, why, what to do, what to distrust.

use super::catalogue;

catalogue! {
    // The headline.
    headline_good(target): "It predicts {target} clearly better than saying the same for every row", "它对 {target} 的预测明显优于对每一行都给出相同的答案";
    headline_unclear(target): "It does not predict {target} clearly better than saying the same for every row", "它对 {target} 的预测并不明显优于对每一行都给出相同的答案";
    headline_unknown(target): "How well it predicts {target} could not be compared", "无法比较它对 {target} 的预测效果";
    headline_beats_linear: ", and clearly better than a linear model.", "，也明显优于线性模型。";
    headline_like_linear: ", about as well as a linear model.", "，与线性模型相当。";
    headline_beats_linear_on_test: ", and clearly better than a linear model on the test rows.", "，在测试数据上也明显优于线性模型。";
    headline_below_linear_on_test: ", but clearly worse than a linear model on the test rows.", "，但在测试数据上明显不如线性模型。";
    headline_below_linear: ", but clearly worse than a linear model.", "，但明显不如线性模型。";
    headline_folds_alone(target):
        "Over the folds it predicts {target} clearly better than saying the same for every row, but not on the test rows.",
        "它对 {target} 的预测在各折中明显优于对每一行都给出相同的答案，但在测试数据上并非如此。";
    headline_leak(columns, section): ", but {columns} may give it away: read “{section}” first.", "，但 {columns} 可能泄露了它：请先阅读“{section}”。";
    headline_end: ".", "。";

    // How good.
    interval_95(low, high): " (95 % interval {low} to {high})", "（95% 区间 {low} 至 {high}）";
    answer_test(label, score, range, rows):
        "{label} is {score}{range} on {rows} test rows that nothing was learned from.",
        "在未参与任何学习的 {rows} 行测试数据上，{label} 为 {score}{range}。";
    answer_folds(label, spread, folds):
        "{label} is {spread} (mean and standard deviation over {folds} folds, each predicted by a model that never saw it).",
        "{label} 为 {spread}（{folds} 折的均值和标准差，每一折都由从未见过它的模型预测）。";
    answer_none(label): "{label} could not be measured on these rows.", "在这些行上无法计算 {label}。";
    baseline_shares: "the baseline (always the shares of the classes)", "基线（总是给出各类别的占比）";
    baseline_mean: "the baseline (always the mean)", "基线（总是给出均值）";
    linear_classes: "logistic regression on the same columns", "使用相同列的逻辑回归";
    linear_number: "ridge regression on the same columns", "使用相同列的岭回归";
    not_compared(name): "It could not be compared with {name}.", "无法与{name}比较。";
    better_once(name, by):
        "It is better than {name} by {by}; how sure that is cannot be told from one part of the rows.",
        "它比{name}好 {by}；仅凭一部分数据无法判断这一差距有多可靠。";
    worse_once(name, by):
        "It is worse than {name} by {by}; how sure that is cannot be told from one part of the rows.",
        "它比{name}差 {by}；仅凭一部分数据无法判断这一差距有多可靠。";
    by_folds(size, low, high): "{size} over the folds (95 % interval {low} to {high})", "{size}（各折之间，95% 区间 {low} 至 {high}）";
    beats(name, by): "It beats {name} by {by}.", "它明显优于{name}，优势为 {by}。";
    loses(name, by):
        "It is worse than {name} by {by}: use that instead, or change the settings.",
        "它明显不如{name}，差距为 {by}：请改用后者，或调整设置。";
    same_score(name): "It scores the same as {name} in every fold.", "它在每一折中的得分都与{name}相同。";
    even_better(name, by): "It does not clearly differ from {name}: better by {by}.", "它与{name}没有明显差别：略优 {by}。";
    even_worse(name, by): "It does not clearly differ from {name}: worse by {by}.", "它与{name}没有明显差别：略差 {by}。";
    not_on_test(own, other): "On the test rows it does not: {own} against {other}.", "在测试数据上则并非如此：{own} 对 {other}。";
    better_on_test(own, other):
        "On the test rows it is clearly better: {own} against {other}, and the intervals do not touch.",
        "在测试数据上则明显更好：{own} 对 {other}，两者的区间互不重叠。";
    worse_on_test(own, other):
        "On the test rows it is clearly worse: {own} against {other}, and the intervals do not touch.",
        "在测试数据上则明显更差：{own} 对 {other}，两者的区间互不重叠。";
    top_tenth(share, label, base):
        "Of the tenth of the rows with the highest scores, {share} are {label}, against {base} of all rows.",
        "得分最高的十分之一的行中，{share} 属于 {label}，而全部行中为 {base}。";
    last_tenth(share, label, base):
        "Of the tenth of the rows with the lowest scores, {share} are {label}, against {base} of all rows.",
        "得分最低的十分之一的行中，{share} 属于 {label}，而全部行中为 {base}。";
    right_class(share, label, base):
        "It names the right class for {share} of the rows; always saying {label} would be right for {base}.",
        "它对 {share} 的行判断出了正确的类别；如果总是判断为 {label}，正确率为 {base}。";
    half_off(half, nine):
        "Half of the predictions are off by at most {half}, nine of ten by at most {nine}.",
        "一半的预测误差不超过 {half}，九成的预测误差不超过 {nine}。";

    explains(share): "It explains {share} of how the true values differ (R²).", "它解释了真实值差异的 {share}（R²）。";

    // What drives it.
    drives_unknown: "How much each column matters was not measured.", "未测量各列的重要性。";
    drives_none: "No column clearly matters by itself.", "没有哪一列单独具有明显作用。";
    drives_first(column, metric, drop):
        "{column} matters most: without it (its values shuffled) {metric} worsens by {drop}.",
        "最重要的是 {column}：一旦失去它（打乱其取值），{metric} 会变差 {drop}。";
    drives_clearly(column, metric, drop):
        "{column} clearly matters: without it (its values shuffled) {metric} worsens by {drop}.",
        "{column} 的作用明显：一旦失去它（打乱其取值），{metric} 会变差 {drop}。";
    drives_perhaps(columns): "{columns} may matter more, but how much is not sure.", "{columns} 的作用可能更大，但尚不确定。";
    drives_next_one(column): "Next comes {column}.", "其次是 {column}。";
    drives_next(columns): "Next come {columns}.", "其次是 {columns}。";
    drives_smaller(columns): "A smaller effect was seen of {columns}.", "另有 {columns} 作用较小。";
    drives_rest(columns): "No clear effect was seen of {columns}.", "有 {columns} 没有明显作用。";
    drives_use: "This is what the model uses, not proof of what causes the target.", "这说明模型依据什么，并不证明因果关系。";

    // What to do.
    do_not_use:
        "Do not act on it yet: it does not clearly beat saying the same for every row. More rows or more telling columns are needed.",
        "暂时不要据此行动：它并不明显优于对每一行都给出相同的答案。需要更多数据，或信息量更大的列。";
    do_test_again(rows):
        "Do not act on it yet: on the {rows} of the test it does not beat saying the same for every row. Test it on more rows first (mkt evaluate).",
        "暂时不要据此行动：在 {rows}测试数据上，它并不优于对每一行都给出相同的答案。请先用更多的数据检验（mkt evaluate）。";
    do_linear: "Use the linear model instead: it is simpler and clearly better here.", "请改用线性模型：它更简单，而且在这里明显更好。";
    do_leave_out(columns):
        "Before anything else find out whether {columns} can be known when a row is to be predicted. Leave out what cannot ([columns] ignore) and train again: until then these scores say nothing about new rows.",
        "首先要弄清预测一行时是否已经知道 {columns}。如果不知道，请将其排除（[columns] ignore）并重新训练：在此之前，这些分数对新数据毫无说明力。";
    do_rank_all(label, share):
        "Work down from the highest probability of {label}: all rows of the best fifth are {label}, {share} of all there are.",
        "按 {label} 的概率从高到低处理：排在前五分之一的行全部属于 {label}，占其总数的 {share}。";
    do_rank(label, share):
        "Work down from the highest probability of {label}: the best fifth of the rows holds {share} of all {label}.",
        "按 {label} 的概率从高到低处理：排在前五分之一的行包含了全部 {label} 的 {share}。";
    do_rank_tenth(label, share):
        "Work down from the highest probability of {label}: the best tenth of the rows holds {share} of all {label}.",
        "按 {label} 的概率从高到低处理：排在前十分之一的行包含了全部 {label} 的 {share}。";
    do_rank_last(label, share, rarer):
        "Work up from the lowest probability of {label}: the last fifth of the rows holds {share} of all {rarer}.",
        "按 {label} 的概率从低到高处理：排在最后五分之一的行包含了全部 {rarer} 的 {share}。";
    do_threshold(threshold, called, rows, label, precision, recall):
        "From a probability of {threshold} on, {called} of {rows} rows are called {label}: {precision} of them rightly, and {recall} of all {label} are found.",
        "以概率 {threshold} 为界，{rows} 行中有 {called} 行被判断为 {label}：其中 {precision} 判断正确，找到了全部 {label} 的 {recall}。";
    do_by_row(called, rows, label, precision):
        "By the amounts of each row, {called} of {rows} rows are called {label}: {precision} of them rightly.",
        "按每一行自身的金额，{rows} 行中有 {called} 行被判断为 {label}：其中 {precision} 判断正确。";
    do_by_group(called, rows, label, precision, recall):
        "By the threshold of its group, {called} of {rows} rows are called {label}: {precision} of them rightly, and {recall} of all {label} are found.",
        "按各自群体的阈值，{rows} 行中有 {called} 行被判断为 {label}：其中 {precision} 判断正确，找到了全部 {label} 的 {recall}。";
    do_class(best, best_precision, worst, worst_precision):
        "Trust it most where it says {best} ({best_precision} of these are right), least where it says {worst} ({worst_precision}).",
        "它判断为 {best} 时最可信（其中 {best_precision} 正确），判断为 {worst} 时最不可信（{worst_precision}）。";
    do_margin(nine): "Plan with a margin of ± {nine}: it covers nine of ten rows.", "做计划时请留出 ± {nine} 的余地：它覆盖九成的行。";
    do_predict:
        "Score new rows with mkt predict, and look with mkt drift first whether they have moved.",
        "用 mkt predict 预测新数据；在此之前用 mkt drift 检查新数据是否已经变化。";

    // What to distrust.
    doubt_leak(columns):
        "Something may give the target away ({columns}): the scores could be too good to be true. Read the section on warnings.",
        "可能有数据泄露了目标（{columns}）：分数可能好得不真实。请阅读“警告”部分。";
    doubt_telling(columns):
        "{columns} alone tells as much as all other columns together: make sure that it is known when a row is to be predicted.",
        "仅 {columns} 一列就和其他所有列合起来说明得一样多：请确认在预测一行时已经知道它。";
    doubt_overlap:
        "Test rows are among those it learned from: the scores of the test flatter it. Read the section on warnings.",
        "部分测试数据也参与了学习：测试分数因此偏高。请阅读“警告”部分。";
    doubt_time(columns):
        "Rows of all times were mixed: if {columns} tells when a row was, later rows helped to predict earlier ones, and rows of another time are predicted worse. Read the section on warnings.",
        "各个时间的行被混在一起：如果 {columns} 就是该行的时间，较晚的行就帮助预测了较早的行，对其他时间的行会预测得更差。请阅读“警告”部分。";
    doubt_undecided(threshold, label):
        "With the threshold of {threshold} every row is called {label}, which decides nothing: choose another one ([threshold] optimize).",
        "以 {threshold} 为阈值时，所有行都被判断为 {label}，等于没有作出决定：请另选阈值（[threshold] optimize）。";
    doubt_not_reached(rule):
        "No threshold reaches {rule} on the rows out of fold; the nearest was taken.",
        "在折外数据上，没有任何阈值能达到{rule}；已取最接近的阈值。";
    doubt_no_test: "No rows were set aside for a test: the scores are those of the folds.", "没有留出测试数据：分数来自交叉验证的各折。";
    doubt_few(rows): "There are only {rows} test rows: read the intervals, not the scores.", "测试数据只有 {rows} 行：请看区间，不要只看分数。";
    doubt_rare(label, rows): "Class {label} has only {rows} rows: little can be said about it.", "类别 {label} 只有 {rows} 行：对它能下的结论很少。";
    doubt_rare_several(classes, fewest, label, rows):
        "{classes} have fewer than {fewest} rows, {label} only {rows}: little can be said about them.",
        "有 {classes} 不足 {fewest} 行，其中 {label} 只有 {rows} 行：对它们能下的结论很少。";
    doubt_folds(low, high, label): "It depends on the rows: over the folds {label} goes from {low} to {high}.", "结果取决于数据：各折的 {label} 从 {low} 到 {high} 不等。";
    doubt_shift(test, folds, label):
        "On the test rows {label} is {test}, clearly worse than {folds} over the folds: were they of another time or kind?",
        "测试数据上 {label} 为 {test}，明显差于各折的 {folds}：它们是否来自另一个时间或另一种情况？";
    doubt_calibration(off, bins):
        "Probabilities are off in {off} of {bins} parts of their range: take them as ranks rather than as chances.",
        "概率在 {bins} 段中有 {off} 段与实际不符：请把它们当作排名，而不是真实的可能性。";
    doubt_threshold(rule, share, range):
        "The threshold was chosen for {rule}; on the test rows that is only {share}{range}.",
        "选择阈值的目标是{rule}；在测试数据上只有 {share}{range}。";
    doubt_intervals(level, kept):
        "Intervals that are promised to hold {level} of the true values hold {kept}: at that level they are too narrow.",
        "承诺包含 {level} 的真实值的预测区间只包含了 {kept}：在这一水平上过窄。";
    doubt_sets(level, kept):
        "Sets of classes that are promised to hold {level} of the true ones hold {kept}: at that level they are too small.",
        "承诺包含 {level} 的真实类别的类别集合只包含了 {kept}：在这一水平上过小。";
    doubt_weight(column):
        "{column} weighs the rows in training alone: every score here counts each row once.",
        "{column} 只在训练中为各行加权：这里的所有分数都把每一行算作一行。";
    doubt_missing(column, share): "{column} matters, but {share} of its values are missing.", "{column} 很重要，但它有 {share} 的值缺失。";
    doubt_errors(share, times):
        "Errors have a long tail: the worst {share} are more than {times} times as far off as the middle one.",
        "误差分布有长尾：最差的 {share} 的预测，误差超过中位误差的 {times} 倍。";
    doubt_one_row(rows, share, off):
        "One of {rows} rows makes {share} of the squared error: it is off by {off}, and RMSE tells of it more than of all others.",
        "{rows} 行中仅一行就占平方误差的 {share}：它的误差为 {off}，RMSE 主要反映这一行，而不是其他各行。";
    doubt_warning: "The section on warnings holds one: read it, too.", "另请阅读“警告”部分：共 1 条警告。";
    doubt_warnings(warnings): "The section on warnings holds {warnings}: read them, too.", "另请阅读“警告”部分：共 {warnings}。";
    doubt_partial:
        "This page was made from the model file alone. What only the folder of the run knows is not here: the figures, the losses, what matters, how columns were cleaned, the warnings, the time.",
        "本页仅由模型文件生成。只有运行目录才有的内容这里没有：图表、训练损失、各列的重要性、清洗过程、警告和耗时。";
    doubt_always:
        "It holds for rows like those it learned from: other times, places or ways of choosing rows need a new look (mkt drift, mkt evaluate).",
        "结论只适用于与训练数据相似的行：换了时间、地点或取样方式，就需要重新检验（mkt drift、mkt evaluate）。";
}
