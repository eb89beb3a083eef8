//! Words of the sections that a run has only where it was asked for them: decisions, fairness, explanations.

use super::catalogue;

catalogue! {
    // Decisions.
    deciding: "Deciding by it", "据此决策";
    threshold_chosen(threshold, range, label, rule):
        "From a probability of {threshold}{range} on, a row is called {label}; chosen for {rule} on predictions out of fold.",
        "达到概率阈值 {threshold}{range}的行判断为 {label}；该阈值在折外预测上按 {rule} 选定。";
    decided_by_row(label, least):
        "Each row is decided by its own amounts ([threshold.value]): it is called {label} where that is expected to bring more than {least} by its probability.",
        "每一行按其自身的金额决定（[threshold.value]）：按其概率计算，预期收益高于 {least} 时判断为 {label}。";
    decided_by_row_note:
        "With 95 % bootstrap intervals. Profit is the sum over just these decisions, which are those that mkt predict makes.",
        "含 95% 自助法区间。收益正是这些决定的总和，与 mkt predict 作出的决定一致。";
    expected_gain: "Expected gain from", "预期收益不低于";
    profit_curve_note_by_row:
        "Rows that are expected to gain most first. The dot is where rows no longer pay; a second upright line is the capacity.",
        "从预期收益最高的行开始。圆点处起的行不再划算；另一条竖线是行动能力的上限。";
    threshold_not_reached: "What was asked for cannot be reached; this comes closest.", "所要求的水平无法达到；这是最接近的结果。";
    threshold_capacity(share): "At most {share} of the rows can be acted on.", "最多可对 {share} 的行采取行动。";
    capacity_exceeded(share):
        "The thresholds of the groups call {share} of the rows out of fold, more than that.",
        "各群体的阈值在折外数据上选中了 {share} 的行，超过了这一上限。";
    decided_by_group(label, threshold, range, rule):
        "A row is called {label} by the threshold of its group (see the section on groups), and the table is of what these bring. One for all would be a probability of {threshold}{range}, chosen for {rule} on predictions out of fold.",
        "每一行按其群体自己的阈值判断是否为 {label}（见关于不同人群的部分），下表是按这些阈值决策的结果。若所有人使用同一阈值，则为概率 {threshold}{range}，在折外预测上按 {rule} 选定。";
    threshold_does: "What comes of it", "结果";
    threshold_note:
        "With 95 % bootstrap intervals. The threshold was chosen on the rows out of fold, which flatters it there; no choice has seen the test rows.",
        "含 95% 自助法区间。阈值是在折外数据上选定的，在那里偏乐观；测试数据未参与任何选择。";
    out_of_fold: "Out of fold", "折外数据";
    on_test_rows: "Test", "测试数据";
    profit: "Profit", "收益";
    profit_all: "if all are acted on", "全部行动时";
    profit_none: "if none are", "都不行动时";
    profit_curve: "Profit by how many are acted on", "收益与行动比例";
    profit_curve_note:
        "Best rows first. The dot is the chosen threshold; a second upright line is the capacity.",
        "从得分最高的行开始。圆点是选定的阈值；另一条竖线是行动能力的上限。";
    profit_curve_note_by_group:
        "Best rows first, by one threshold for all. The dot is what the thresholds of the groups bring; a second upright line is the capacity.",
        "按所有人使用同一阈值，从得分最高的行开始。圆点是各群体自己的阈值带来的收益；另一条竖线是行动能力的上限。";
    share_acted_on: "Share of rows acted on", "采取行动的行的比例";
    trade_off: "Precision and recall by threshold", "精确率和召回率随阈值的变化";
    trade_off_note: "The upright line is the chosen threshold.", "竖线是选定的阈值。";
    intervals: "Do the intervals keep their promise?", "预测区间是否达到承诺的覆盖率？";
    intervals_note:
        "Share of true values within the interval, against the share it is meant for; on the diagonal it is kept. The band is the 95 % interval (Wilson).",
        "真实值落在区间内的比例与承诺比例的对照；落在对角线上表示恰好达到。阴影是 95% 区间（Wilson）。";
    sets: "Do the sets of classes keep their promise?", "预测类别集合是否达到承诺的覆盖率？";
    sets_note:
        "Share of true classes within the set, against the share it is meant for; on the diagonal it is kept. The band is the 95 % interval (Wilson). A set always holds the most probable class, so levels that this class alone keeps are left out.",
        "真实类别落在集合内的比例与承诺比例的对照；落在对角线上表示恰好达到。阴影是 95% 区间（Wilson）。集合总是包含概率最高的类别，仅凭它就能达到的水平不列出。";
    coverage_over_time:
        "Rows of one time judge models of another here: the promise is measured, not guaranteed.",
        "这里用一个时间的数据检验另一时间的模型：该承诺是测量得到的，并非保证。";
    promised: "Promised", "承诺的覆盖率";
    kept: "Kept", "实际覆盖率";
    interval_of: "95 % interval", "95% 区间";
    mean_width: "Mean width", "平均宽度";
    median_width: "Median width", "宽度中位数";
    mean_size: "Mean size", "平均大小";
    median_size: "Median size", "大小中位数";
    do_profit(profit, all, none):
        "By the values you set that brings {profit}; acting on all rows {all}, on none {none}.",
        "按您设定的价值，这样做的收益为 {profit}；若对所有行都行动，收益为 {all}；若都不行动，收益为 {none}。";

    // Fairness.
    fairness: "Groups of people", "不同人群";
    fairness_note(rows):
        "The columns named as sensitive are kept out of the model. With 95 % bootstrap intervals; groups of fewer than {rows} rows are shown, not judged.",
        "被指定为敏感的列不用于模型。含 95% 自助法区间；少于 {rows} 行的群体只展示，不作判断。";
    group: "Group", "群体";
    too_few: "too few rows to judge", "行数太少，不作判断";
    below_four_fifths(low, high, ratio):
        "{low} is selected {ratio} as often as {high}: below the four fifths that are the customary bound (EEOC 1978).",
        "{low} 被选中的频率只有 {high} 的 {ratio}：低于通行的五分之四界限（EEOC 1978）。";
    within_four_fifths(low, high, ratio):
        "{low} is selected {ratio} as often as {high}: within the four fifths that are the customary bound (EEOC 1978).",
        "{low} 被选中的频率为 {high} 的 {ratio}：在通行的五分之四界限（EEOC 1978）之内。";
    four_fifths_open: "So few rows leave it open which side of that they are on.", "行数太少，尚不能确定在界限的哪一侧。";
    gaps: "How far apart", "差距";
    difference: "Difference", "差值";
    difference_95: "Difference (95 %)", "差值 (95%)";
    ratio: "Ratio", "比率";
    lowest: "Lowest", "最低";
    highest: "Highest", "最高";
    equalized_odds: "Equalized odds (Hardt et al. 2016)", "均等几率（Hardt 等人 2016）";
    mitigation: "What was done about it", "所采取的措施";
    mitigated_by(method): "Method: {method}. On the same rows, without it and with it:", "方法：{method}。在相同的行上，采取前后对比：";
    mitigate_reweigh: "rows weighed in training so that group and class are independent", "训练时对行加权，使群体与类别相互独立";
    mitigate_thresholds: "a threshold of its own for each group", "每个群体使用自己的阈值";
    mitigation_gap(measure, columns, before, after):
        "{measure} by {columns}: groups are up to {before} apart without it, up to {after} with it.",
        "{measure}（按 {columns}）：采取前各群体最多相差 {before}，采取后最多相差 {after}。";
    mitigation_cost(metric, before, after, verdict):
        "What it costs: {metric} goes from {before} to {after} ({verdict}).",
        "代价：{metric} 从 {before} 变为 {after}（{verdict}）。";
    doubt_mitigation(measure, columns, before, after):
        "What was done about groups brought them no closer on these rows: {measure} by {columns} is up to {before} apart without it and up to {after} with it.",
        "所采取的措施并未使这些行上的各群体更接近：{measure}（按 {columns}）采取前最多相差 {before}，采取后最多相差 {after}。";
    doubt_leaning(columns, low, lowest, high, highest):
        "By {columns}, predictions lean: prediction less truth is {low} on average for {lowest} and {high} for {highest}, which is clearly apart (see the section on groups).",
        "按 {columns}，预测有偏：预测减真实值，{lowest} 平均为 {low}，{highest} 平均为 {high}，差别明显（见关于不同人群的部分）。";
    too_few_groups:
        "Fewer than two groups have rows enough to be judged: nothing is said of how they are treated.",
        "行数足以作判断的群体不足两个：无法说明它们受到怎样的对待。";
    none_selected:
        "No row of these groups is called positive: how they are selected cannot be compared.",
        "这些群体中没有任何一行被判断为正类：无法比较它们的被选情况。";
    all_selected:
        "Every row of these groups is called positive: how they are selected cannot be compared.",
        "这些群体中每一行都被判断为正类：无法比较它们的被选情况。";
    small_groups: "Groups with too few rows to judge", "行数太少、不作判断的群体";
    unchanged_note: "What is not listed stays as it was.", "未列出的各项没有变化。";
    group_thresholds: "Thresholds of the groups", "各群体的阈值";
    chosen_on: "Chosen on rows", "选定所用的行数";
    gaps_before: "How far apart the groups were without it", "采取前各群体的差距";
    without_it: "Without", "采取前";
    with_it: "With", "采取后";
    verdict: "Verdict", "结论";
    verdict_better: "better", "变好";
    verdict_worse: "worse", "变差";
    verdict_changed: "changed", "有变化";
    verdict_noise: "noise", "属于噪声";
    verdict_undefined: "undefined", "无法判断";
    doubt_fairness(columns, low, high, ratio):
        "By {columns}, {low} is selected only {ratio} as often as {high}, less than four fifths: see the section on groups.",
        "按 {columns} 划分，{low} 被选中的频率只有 {high} 的 {ratio}，不足五分之四：请看关于不同人群的部分。";

    // Explanations.
    together: "Columns that go together", "相互关联的列";
    together_note:
        "Columns that tell much the same, shuffled together, with the 95 % interval: alone each can look useless, because the others stand in for it.",
        "信息大致相同的列一起打乱，含 95% 区间：单独看每一列都可能显得无用，因为其他列可以替代它。";
    dependence: "How predictions go with a column", "预测值随各列的变化";
    dependence_note(rows):
        "The mean prediction of {rows} if each had that value and all else stayed as it is (partial dependence, with its 95 % interval over rows); thin lines are single rows (ICE). It shows what the model does, not what would happen.",
        "{rows}如果都取该值而其余不变，平均预测会是多少（部分依赖，含各行间的 95% 区间）；细线是单独的行（ICE）。它展示的是模型的行为，而不是实际会发生什么。";
    chance_by(class, column): "Chance of {class} by {column}", "{class} 的概率随 {column} 的变化";
    prediction_by(column): "Prediction by {column}", "预测值随 {column} 的变化";
    goes_with(columns): "It goes with {columns}: parts of the curve stand for rows that hardly occur.", "它与 {columns} 相关联：曲线的某些部分对应几乎不会出现的行。";
    value: "Value", "取值";
    mean_prediction: "Mean prediction", "平均预测";
    mean_truth: "Mean truth", "平均真实值";
    rows_near: "Rows near it", "附近的行数";
    examples: "Some rows with their reasons", "示例行及其原因";
    examples_note:
        "The highest, the middle and the lowest prediction, or the surest row of each class. Bars are Shapley values: what each value adds to or takes from the mean prediction of the rows it is compared with.",
        "最高、居中和最低的预测，或各类别中最有把握的行。条形为 Shapley 值：与作为对照的行的平均预测相比，每个取值增加或减少了多少。";
    example(row): "Row {row}", "第 {row} 行";
    example_class(class, prediction, base, truth):
        "Chance of {class}: {prediction}, against {base} on average. Truly {truth}.",
        "{class} 的概率：{prediction}，平均为 {base}。真实值：{truth}。";
    example_number(prediction, base, truth):
        "Predicted {prediction}, against {base} on average. Truly {truth}.",
        "预测 {prediction}，平均为 {base}。真实值：{truth}。";
    all_others: "all others", "其余各列";
    segments: "Where it is worse", "哪些部分更差";
    segment: "Part of the rows", "数据子集";
    loss_others: "Loss elsewhere", "其余行的损失";
    no_segment(compared, fewest):
        "In none of {compared} parts of the rows, each of at least {fewest} rows, is it clearly worse than elsewhere.",
        "在比较过的 {compared} 个部分（每个至少 {fewest} 行）中，没有哪个部分明显差于其余部分。";
    segments_note(compared, fewest):
        "Of {compared} parts of at least {fewest} rows those that are clearly worse, at 5 % for all of them together (Holm 1979), by at least a hundredth of what saying the same for every row would lose. Where mean prediction and mean truth agree, rows are hard rather than misjudged.",
        "在 {compared} 个至少 {fewest} 行的部分中明显更差的部分，整体显著性水平 5%（Holm 1979），且差距至少为对每一行都给出相同答案时损失的百分之一。如果平均预测与平均真实值一致，说明这些行本身较难，而不是被误判。";
    doubt_segment(segment, rows):
        "It is clearly worse where {segment} ({rows}).",
        "在 {segment} 的部分（{rows}），它明显更差。";
    more_rows: "Would more rows help?", "更多数据有帮助吗？";
    more_rows_note: "Mean over the folds, and one standard deviation.", "各折的均值，以及一个标准差。";
    rows_learned_from: "Rows learned from", "用于学习的行数";
    more_rows_help(from, to, gain, metric):
        "Probably: going from {from} to {to} rows made {metric} better by {gain}.",
        "很可能有：从 {from} 行增加到 {to} 行，{metric} 改善了 {gain}。";
    more_rows_do_not_help(from, to):
        "Hardly: going from {from} to {to} rows made no clear difference. Better columns would help more.",
        "作用不大：从 {from} 行增加到 {to} 行没有明显差别。更好的列会更有帮助。";
}
