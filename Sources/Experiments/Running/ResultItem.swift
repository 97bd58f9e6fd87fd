/// What a file of test results holds beside the metrics, by the original's names.
public enum ResultItem: String, CaseIterable, Sendable {
    case none
    case all
    case classScores = "class_scores"
    case predictedScore = "pred_score"
    case predictedLabel = "pred_label"
    case predictedClass = "pred_class"

    /// The names of the items themselves, for help.
    public static var list: String {
        allCases.filter { $0 != .none && $0 != .all }.map(\.rawValue).joined(separator: ", ")
    }
}
