//! Headings, labels and notes of the page.

use super::catalogue;

catalogue! {
    // The head.
    predicting(target): "Predicting {target}", "预测 {target}";
    learned_from(columns, rows, source): "From {columns} and {rows} of {source}.", "依据 {source} 的 {columns}、{rows}数据。";
    learned_from_model(columns, rows): "From {columns}, learned from {rows}.", "依据 {columns}，由 {rows}数据学得。";
    meaning_of(label, meaning): "{label}: {meaning}", "{label}：{meaning}";
    sentence_of(words): "{words}.", "{words}。";
    two_clauses(first, second): "{first}; {second}", "{first}；{second}";
    positive_is(label): "The positive class is {label}.", "正例为 {label}。";
    classes_are(list): "Classes: {list}.", "类别：{list}。";
    with_share(label, share): "{label} ({share})", "{label}（{share}）";
    comma: ", ", "、";
    and_more(n): "and {n}", "以及另外 {n}";
    how_good: "How good is it?", "效果如何？";
    what_drives: "What drives it?", "主要取决于什么？";
    what_to_do: "What to do?", "该怎么做？";
    what_to_distrust: "What to distrust?", "哪些地方需要警惕？";
    right_is_better: "further right is better", "越靠右越好";
    left_is_better: "further left is better", "越靠左越好";
    contents: "Contents", "目录";
    written_by(version): "Written by mkt {version}.", "由 mkt {version} 生成。";

    // Scores.
    model: "Model", "模型";
    linear: "Linear", "线性模型";
    baseline: "Baseline", "基线";
    scores: "Scores", "分数";
    metric: "Metric", "指标";
    over_folds: "folds", "各折";
    on_test: "test [95 %]", "测试 [95%]";
    scores_note_folds: "Folds: mean ± standard deviation.", "各折：均值 ± 标准差。";
    scores_note_test:
        "Test: score with its 95 % bootstrap interval, on rows kept apart from the start.",
        "测试：分数及其 95% 自助法区间，所用的行从一开始就单独留出。";
    scores_note_arrows: "↑ more is better, ↓ less is better.", "↑ 越大越好，↓ 越小越好。";
    scores_note_mape:
        "MAPE has no meaning where a true value is 0; folds with one are left out of its mean.",
        "真实值为 0 时 MAPE 没有意义；含有 0 的折不计入其均值。";

    // How good the predictions are.
    quality: "How good the predictions are", "预测质量";
    on_rows_test(rows): "On the {rows} of the test part.", "基于测试部分的 {rows}数据。";
    on_rows_folds(rows):
        "On {rows} out of fold: each was predicted by a model that never saw it.",
        "基于 {rows}折外数据：每一行都由从未见过它的模型预测。";
    numbers: "Numbers", "数据";
    roc: "ROC curve", "ROC 曲线";
    roc_note: "The thin diagonal is guessing; the further above it, the better.", "细对角线相当于随机猜测；曲线在其上方越远越好。";
    false_positive_rate: "False-positive rate", "假正例率";
    true_positive_rate: "True-positive rate", "真正例率";
    precision_recall: "Precision and recall", "精确率与召回率";
    precision_recall_note:
        "The thin line is the share of positives: what guessing would reach.",
        "细线是正例占比：随机猜测所能达到的水平。";
    recall: "Recall", "召回率";
    precision: "Precision", "精确率";
    calibration: "Calibration", "校准";
    calibration_note:
        "On the diagonal, what is called 30 % happens in 30 of 100 cases. The band is the 95 % interval (Wilson); larger dots hold more rows.",
        "在对角线上，预测为 30% 的事件在 100 次中发生 30 次。阴影是 95% 区间（Wilson）；点越大，行越多。";
    predicted_probability: "Predicted probability", "预测概率";
    observed_share: "Observed share", "实际占比";
    low_95: "from (95 %)", "下限 (95%)";
    high_95: "to (95 %)", "上限 (95%)";
    histogram: "Scores by class", "各类别的得分分布";
    histogram_note:
        "How the scores of each class are spread, as shares of its rows. The less they overlap, the better.",
        "各类别得分的分布，以占该类别行数的比例表示。重叠越少越好。";
    score_word: "Score", "得分";
    share_of_class: "Share of the class", "占该类别比例";
    gain: "Cumulative gain", "累积增益";
    gain_note:
        "Of all positives, how many are among the rows with the highest scores. The diagonal is picking at random, the thin bent line the best possible.",
        "得分最高的行中包含了全部正例的多少。对角线相当于随机挑选，细折线是可能的最好结果。";
    share_of_rows: "Share of the rows", "行的比例";
    share_of_positives: "Share of the positives", "正例的比例";
    lift: "Cumulative lift", "累积提升度";
    lift_note:
        "How many times more positives than picking at random among so many of the best rows.",
        "在得分最高的这些行中，正例是随机挑选的多少倍。";
    times_random: "Times random", "相对随机的倍数";
    ks: "Separation (KS)", "区分度 (KS)";
    ks_note(ks, score):
        "Shares of both classes that score up to a value. They are furthest apart at {score}: by {ks}.",
        "两类中得分不超过某一值的比例。在得分 {score} 处相距最远：{ks}。";
    share_up_to: "Share up to the score", "不超过该得分的比例";
    confusion: "Confusion matrix", "混淆矩阵";
    confusion_note: "Rows of each true class by the class that was predicted.", "每个真实类别的行，按预测类别划分。";
    confusion_note_at(threshold):
        "Rows of each true class by the class that was predicted, from a probability of {threshold} on.",
        "每个真实类别的行，按预测类别划分；概率达到 {threshold} 判断为正例。";
    confusion_note_groups:
        "Rows of each true class by the class that was predicted, each group by its own threshold.",
        "每个真实类别的行，按预测类别划分；每个群体使用自己的阈值。";
    confusion_note_by_row:
        "Rows of each true class by the class that was predicted, each row by its own amounts.",
        "每个真实类别的行，按预测类别划分；每一行按其自身的金额决定。";
    true_predicted: "true ↓ predicted →", "真实 ↓ 预测 →";
    threshold: "Threshold", "阈值";
    chosen: "as chosen", "恢复选定值";
    thresholds: "What other thresholds do", "其他阈值的结果";
    called_positive: "Called positive", "判断为正例";
    hits: "Hits", "命中";
    false_alarms: "False alarms", "误报";
    misses: "Misses", "漏报";
    rejected: "Rightly rejected", "正确排除";
    accuracy: "Accuracy", "准确率";
    tenths: "Tenth by tenth", "十分位表";
    tenths_note:
        "The rows in ten parts, highest scores first. Equal scores on a border share their places, so that a part may hold a fraction of a row.",
        "所有行按得分从高到低分成十份。边界上得分相同的行均分名额，因此一份中的正例可能不是整数。";
    tenth: "Tenth", "十分位";
    scores_from_to: "Scores", "得分范围";
    mean_score: "Mean score", "平均得分";
    positives: "Positives", "正例";
    lift_of: "Lift", "提升度";
    found_so_far: "Found so far", "累计找到";
    per_class: "Class by class", "各类别";
    class: "Class", "类别";
    support: "Rows", "行数";
    called: "Predicted", "预测数";
    one_vs_rest: "ROC, each class against the rest", "各类别对其余类别的 ROC 曲线";
    one_vs_rest_note:
        "One curve for each of the most frequent classes, told apart from all others.",
        "最常见的各类别各一条曲线，与其余所有类别相区分。";
    calibration_classes: "Calibration of each class", "各类别的校准";
    calibration_classes_note: "On the diagonal, probabilities are what happens.", "在对角线上，概率与实际发生的比例一致。";
    scatter: "Predicted and true values", "预测值与真实值";
    scatter_note: "On the diagonal, the prediction is exact.", "在对角线上，预测完全准确。";
    hexagons_note:
        "On the diagonal, the prediction is exact. The darker a cell, the more rows it holds.",
        "在对角线上，预测完全准确。格子颜色越深，包含的行越多。";
    true_value: "True value", "真实值";
    predicted_value: "Predicted value", "预测值";
    residuals: "Errors by prediction", "按预测值看误差";
    residuals_note:
        "True value less prediction. Half of the errors lie in the dark band, nine of ten in the light one. A line far from zero is a bias.",
        "真实值减去预测值。一半的误差落在深色带内，九成落在浅色带内。中线偏离零表示有偏差。";
    residual: "Error", "误差";
    residuals_time: "Errors through time", "误差随时间的变化";
    residuals_time_note:
        "From the earliest to the latest rows. A line that wanders off says that the world has changed.",
        "从最早的行到最晚的行。中线逐渐偏离说明情况已经变化。";
    moment: "Date", "日期";
    time_order: "Rows in the order of time", "按时间排序的行";
    middle: "Middle", "中位数";
    half_between: "Half between", "一半介于";
    nine_between: "Nine of ten between", "九成介于";
    error_shares: "How large the errors are", "误差有多大";
    error_shares_note: "A share of the predictions, and by how much they are off at most.", "一定比例的预测，以及它们的误差上限。";
    share_of_predictions: "Share of the predictions", "预测的比例";
    off_at_most: "Off by at most", "误差不超过";
    by_truth: "Errors by true value", "按真实值看误差";
    by_truth_note:
        "The rows in ten parts by their true values, lowest first. A bias above zero means that predictions are too low; a model that does not know everything says too little of the highest values and too much of the lowest.",
        "按真实值从低到高把行分成十份。偏差大于零表示预测偏低；任何并非全知的模型都会低估最高的值、高估最低的值。";
    bias: "Bias", "偏差";
    mean_error: "Mean error", "平均误差";
    span(low, high): "{low} to {high}", "{low} 至 {high}";

    // What matters.
    importance: "What matters", "各列的重要性";
    importance_falls(metric):
        "By how much {metric} falls when the values of one column are shuffled: mean ± standard deviation. Columns that tell the same share their importance; it is not a cause.",
        "打乱一列的取值后 {metric} 下降多少：均值 ± 标准差。信息相同的列会分摊重要性；重要不等于因果。";
    importance_rises(metric):
        "By how much {metric} rises when the values of one column are shuffled: mean ± standard deviation. Columns that tell the same share their importance; it is not a cause.",
        "打乱一列的取值后 {metric} 上升多少：均值 ± 标准差。信息相同的列会分摊重要性；重要不等于因果。";
    rest_of(n): "and {n}, all in the files of the run", "以及另外 {n}，全部在运行目录的文件中";

    // How it was learned.
    learning: "How it was learned", "学习过程";
    losses: "Losses by epoch", "各轮的损失";
    epoch: "Epoch", "轮次";
    loss: "Loss", "损失";
    loss_train: "loss on the rows learned from", "训练数据上的损失";
    loss_stop: "loss on rows held back for early stopping; dots mark the epochs that were kept", "为提前停止而留出的行上的损失；点标出所保留的轮次";
    learning_note(fits):
        "{fits}: one line for each fold, the mean of its networks, the final model in bold.",
        "{fits}：每折一条线，为其各网络的均值，粗线为最终模型。";
    folds_title: "Fold by fold", "逐折结果";
    fold: "Fold", "折";
    final_model: "final", "最终";
    mean: "mean", "均值";
    deviation: "standard deviation", "标准差";
    best_epoch: "Best epoch", "最佳轮次";
    time: "Time", "耗时";

    // The data.
    warnings_title: "Warnings", "警告";
    fix: "Fix:", "建议：";
    column_of(name): "column {name}", "列 {name}";
    row_of(n): "row {n}", "第 {n} 行";
    columns_title: "The columns", "数据列";
    column: "Column", "列";
    kind: "Kind", "类型";
    role: "Role", "用途";
    missing: "Missing", "缺失";
    distinct: "Distinct", "不同取值";
    spread_of: "Spread", "分布";
    values: "Values", "取值";
    for_model: "For the model", "模型如何使用";
    why: "Why", "原因";
    distinct_values(n): "{n} values, most frequent first", "{n} 个取值，按频率排列";
    mean_of(mean): "mean {mean}", "均值 {mean}";
    cleaning: "What cleaning did", "清洗结果";
    rows_read(read, used, train, test):
        "{read} read, {used} used: {train} to learn from and {test} for the test.",
        "读取 {read}，使用 {used}：其中 {train} 用于学习，{test} 用于测试。";
    nothing_changed: "Nothing had to be changed.", "没有需要更改的内容。";
    rule: "Rule", "规则";
    all_columns: "all", "全部";
    touched: "Touched", "涉及数量";

    // The run.
    run_title: "The run", "运行信息";
    collect: "Collect", "读取";
    clean: "Clean", "清洗";
    normalize: "Normalize", "标准化";
    train: "Train", "训练";
    validate: "Validate", "验证";
    explanations_and_rest: "Explanations and the rest", "解释及其他";
    in_all: "In all", "总计";
    run: "Run", "运行";
    source: "Source", "数据来源";
    checksum: "Data checksum", "数据校验和";
    split: "Split", "划分";
    network: "Network", "网络";
    seed: "Seed", "随机种子";
    version: "Version", "版本";
    memory: "Memory", "内存";
    at_most(mib): "{mib} MiB at most", "最多 {mib} MiB";
    same_bytes: "The same data, settings and seed give the same model, byte for byte.", "相同的数据、设置和种子会得到逐字节相同的模型。";

    // The model card.
    card: "Model card", "模型卡片";
    card_note: "After Mitchell et al. (2019), Model Cards for Model Reporting.", "参照 Mitchell 等人 (2019)《Model Cards for Model Reporting》。";
    card_model: "Model", "模型";
    card_model_text(network, version): "{network}; trained and written by mkt {version}.", "{network}；由 mkt {version} 训练并生成。";
    card_use: "Intended use", "预期用途";
    card_use_text(target):
        "To predict {target} for rows that were gathered like the training rows. Nothing more specific was stated; [report] intended_use is the place for it.",
        "为与训练数据以同样方式收集的行预测 {target}。未说明更具体的用途；可在 [report] intended_use 中填写。";
    card_not: "Not intended for", "不适用于";
    card_not_text:
        "Rows from another time, place or selection without a new look; decisions about people without a person who answers for them; statements about causes.",
        "未经重新检验就用于其他时间、地点或取样方式的数据；无人负责的、涉及个人的决定；关于因果关系的结论。";
    card_data: "Training data", "训练数据";
    card_data_text(train, columns, source): "{train} and {columns} of {source}.", "{source} 的 {train}、{columns}。";
    card_evaluation: "Evaluation data", "评估数据";
    card_metrics: "Metrics", "指标";
    card_factors: "Factors", "影响因素";
    card_factors_text(columns):
        "Columns with the largest effect: {columns}. How good the model is may differ between groups of rows.",
        "影响最大的列：{columns}。模型在不同群体上的效果可能不同。";
    card_sensitive: "Fairness", "公平性";
    card_sensitive_none:
        "No column was named as sensitive ([columns] sensitive), so nothing is known of differences between groups of people.",
        "没有指定敏感列（[columns] sensitive），因此无法得知不同人群之间的差异。";
    card_sensitive_measured(columns):
        "Kept out of the model, and how their groups fare is measured: {columns}. See the section on groups of people.",
        "以下列不用于模型，但测量了各群体的结果：{columns}。请看关于不同人群的部分。";
    card_sensitive_named(columns):
        "Kept out of the model as sensitive: {columns}. Columns that go along with them may still stand in for them.",
        "作为敏感列而不用于模型：{columns}。与之相关的列仍可能间接起作用。";
    card_limits: "Limits", "局限";
    card_notes: "Notes", "备注";

    // Words of other stages.
    kind_number: "number", "数值";
    kind_category: "category", "类别";
    kind_date: "date", "日期";
    kind_text: "text", "文本";
    kind_bool: "yes/no", "是/否";
    role_feature: "feature", "特征";
    role_id: "id", "标识";
    role_target: "target", "目标";
    role_weight: "weight", "权重";
    role_group: "group", "分组";
    role_time: "time", "时间";
    role_fold: "fold", "折";
    role_ignored: "ignored", "忽略";
}
