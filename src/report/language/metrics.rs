//! What the metrics are called, and what they tell a reader who does not know them.

use super::Language;
use crate::metrics::{Measure, Metric, Rate};

impl Language {
    /// How people write the metric.
    pub(in crate::report) const fn label(self, metric: Metric) -> &'static str {
        let [en, zh] = match metric {
            Metric::Auc => ["AUC", "AUC"],
            Metric::Auprc => ["AUPRC", "AUPRC"],
            Metric::Logloss => ["Log loss", "对数损失"],
            Metric::Brier => ["Brier score", "Brier 分数"],
            Metric::Ece => ["ECE", "ECE"],
            Metric::Accuracy => ["Accuracy", "准确率"],
            Metric::BalancedAccuracy => ["Balanced accuracy", "平衡准确率"],
            Metric::F1 => ["F1", "F1"],
            Metric::MacroF1 => ["Macro F1", "宏平均 F1"],
            Metric::Mcc => ["MCC", "MCC"],
            Metric::Ks => ["KS", "KS"],
            Metric::Gini => ["Gini", "基尼系数"],
            Metric::Lift10 => ["Lift at 10 %", "前 10% 提升度"],
            Metric::Top3 => ["Top 3", "前三命中率"],
            Metric::Rmse => ["RMSE", "RMSE"],
            Metric::Mae => ["MAE", "MAE"],
            Metric::Mape => ["MAPE", "MAPE"],
            Metric::R2 => ["R²", "R²"],
            Metric::Medae => ["Median error", "误差中位数"],
        };
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// What the metric tells.
    pub(in crate::report) const fn meaning(self, metric: Metric) -> &'static str {
        let [en, zh] = match metric {
            Metric::Auc => [
                "chance that a positive row is scored above a negative one; 0.5 is guessing, 1 is perfect",
                "正例得分高于负例的概率；0.5 相当于随机猜测，1 为完美",
            ],
            Metric::Auprc => [
                "average precision over all thresholds; guessing gives the share of positives",
                "所有阈值下的平均精确率；随机猜测时等于正例占比",
            ],
            Metric::Logloss => ["mean surprise at the true class; 0 is perfect", "对真实类别的平均“意外程度”；0 为完美"],
            Metric::Brier => ["mean squared error of the probability; 0 is perfect", "概率的均方误差；0 为完美"],
            Metric::Ece => [
                "how far probabilities are from what happens, on average; 0 is perfect",
                "预测概率与实际发生比例的平均差距；0 为完美",
            ],
            Metric::Accuracy => ["share of rows put in the right class", "分类正确的行所占比例"],
            Metric::BalancedAccuracy => ["mean over the classes of the share found of each", "各类别召回率的平均值"],
            Metric::F1 => ["harmonic mean of precision and recall of the positive class", "正例精确率与召回率的调和平均"],
            Metric::MacroF1 => ["F1 of each class, averaged", "各类别 F1 的平均值"],
            Metric::Mcc => [
                "correlation of predicted and true class; 0 is guessing, 1 is perfect",
                "预测类别与真实类别的相关系数；0 相当于随机猜测，1 为完美",
            ],
            Metric::Ks => ["largest distance between the scores of both classes", "两类得分累计分布的最大距离"],
            Metric::Gini => ["2 × AUC − 1", "2 × AUC − 1"],
            Metric::Lift10 => [
                "how many times more positives are in the top tenth than in all rows",
                "得分最高的十分之一中，正例占比是总体的多少倍",
            ],
            Metric::Top3 => {
                ["share of rows whose class is among the three most likely", "真实类别位于概率最高的三个类别之中的行所占比例"]
            }
            Metric::Rmse => ["root of the mean squared error, in the unit of the target", "均方根误差，单位与目标相同"],
            Metric::Mae => ["mean absolute error, in the unit of the target", "平均绝对误差，单位与目标相同"],
            Metric::Mape => ["mean absolute error as a share of the true value", "平均绝对误差占真实值的比例"],
            Metric::R2 => [
                "share of the variance explained; 0 is no better than the mean, 1 is perfect",
                "解释的方差比例；0 不比均值好，1 为完美",
            ],
            Metric::Medae => {
                ["half of the rows are off by less, in the unit of the target", "一半的行误差小于此值，单位与目标相同"]
            }
        };
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// What people call a measure of a group.
    pub(in crate::report) const fn measure(self, measure: Measure) -> &'static str {
        let [en, zh] = match measure {
            Measure::Metric(metric) => return self.label(metric),
            Measure::Rate(Rate::BaseRate) => ["Truly positive", "实际正例率"],
            Measure::Rate(Rate::SelectionRate) => ["Selection rate", "选中率"],
            Measure::Rate(Rate::Tpr) => ["True-positive rate", "真正例率"],
            Measure::Rate(Rate::Fpr) => ["False-positive rate", "假正例率"],
            Measure::Rate(Rate::Fnr) => ["False-negative rate", "假负例率"],
            Measure::Rate(Rate::Ppv) => ["Precision", "精确率"],
            Measure::Rate(Rate::Npv) => ["Negative predictive value", "负例预测值"],
            Measure::Rate(Rate::MeanTruth) => ["Mean truth", "平均真实值"],
            Measure::Rate(Rate::MeanPredicted) => ["Mean prediction", "平均预测"],
            Measure::Rate(Rate::Bias) => ["Bias", "偏差"],
        };
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}
