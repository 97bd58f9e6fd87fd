/// What a config file is to become.
public enum ConfigTarget: String, CaseIterable, Sendable {
    /// The style of MMEngine and MMPretrain.
    case new
    /// The style of MMCV 1.x and MMClassification.
    case legacy
    /// The style it has, in another notation.
    case keep

    /// The style to write; nil for the one that is there.
    var style: ConfigStyle? {
        switch self {
        case .new: .new
        case .legacy: .legacy
        case .keep: nil
        }
    }
}
