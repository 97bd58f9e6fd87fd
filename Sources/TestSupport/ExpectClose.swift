package import TensorCore
package import Testing

/// Records the worst element where a tensor differs from what was expected.
package func expectClose(
    _ actual: Tensor, _ expected: ReferenceArray, _ tolerance: Tolerance, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    if let text = try difference(actual, expected, tolerance) {
        Issue.record("\(what.isEmpty ? "" : "\(what): ")\(text)", sourceLocation: sourceLocation)
    }
}

/// The same for lists.
package func expectClose(
    _ actual: [Float], _ expected: [Double], _ tolerance: Tolerance, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    if let text = difference(actual, expected, tolerance) {
        Issue.record("\(what.isEmpty ? "" : "\(what): ")\(text)", sourceLocation: sourceLocation)
    }
}
