import TensorCore

/// Numbers of dimensions as users give them, counted from the end where they are negative.
///
/// Errors: throws `ShapeError` where the array has no such dimension, or one is named twice.
func resolve(_ dimensions: [Int], in shape: [Int], _ operation: String) throws -> [Int] {
    // PyTorch lets a scalar pass for an array of one dimension.
    let count = max(1, shape.count)
    let resolved = try dimensions.map { dimension in
        guard -count..<count ~= dimension else {
            throw ShapeError("\(operation): input \(shape) has no dimension \(dimension)")
        }
        return dimension < 0 ? dimension + count : dimension
    }
    guard Set(resolved).count == resolved.count else {
        throw ShapeError("\(operation): a dimension is named twice in \(dimensions)")
    }
    return resolved
}
