import TensorCore
import TestSupport
import Testing

/// Records the worst element where a tensor differs from what was expected.
func expectClose(
    _ actual: Tensor, _ expected: ReferenceArray, _ tolerance: Tolerance, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    if let text = try difference(actual, expected, tolerance) {
        Issue.record("\(what.isEmpty ? "" : "\(what): ")\(text)", sourceLocation: sourceLocation)
    }
}

/// The same for lists.
func expectClose(
    _ actual: [Float], _ expected: [Double], _ tolerance: Tolerance, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    if let text = difference(actual, expected, tolerance) {
        Issue.record("\(what.isEmpty ? "" : "\(what): ")\(text)", sourceLocation: sourceLocation)
    }
}
