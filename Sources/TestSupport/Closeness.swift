package import TensorCore

/// How far a computed number may lie from the expected one: `absolute + relative * |expected|`.
///
/// There is no tolerance without an absolute part, because a share of a value near zero is nothing.
package struct Tolerance: Sendable {
    /// The part that does not depend on the expected number.
    package let absolute: Double
    /// The share of the expected number.
    package let relative: Double

    /// A tolerance.
    package init(absolute: Double, relative: Double = 0) {
        require(absolute > 0, "a tolerance needs an absolute part")
        self.absolute = absolute
        self.relative = relative
    }

    func allowed(_ expected: Double) -> Double { absolute + relative * abs(expected) }
}

/// Says where two arrays differ by more than a tolerance: the worst element; nil if nowhere.
///
/// NaN is far from everything, NaN included.
package func difference(_ actual: PlainTensor, _ expected: ReferenceArray, _ tolerance: Tolerance)
    -> String?
{
    guard actual.shape == expected.shape else {
        return "got the shape \(actual.shape), expected \(expected.shape)"
    }
    var worst: (place: Int, excess: Double)?
    var count = 0
    let floats = actual.floats
    for (place, value) in expected.values.enumerated() {
        let distance = abs(Double(floats[place]) - value)
        if distance <= tolerance.allowed(value) || Double(floats[place]) == value { continue }
        count += 1
        let excess = distance.isNaN ? .infinity : distance / tolerance.allowed(value)
        if excess > worst?.excess ?? 0 { worst = (place, excess) }
    }
    guard let (place, _) = worst else { return nil }
    let value = expected.values[place]
    return "element \(indices(of: place, in: expected.shape)): got \(floats[place]), expected "
        + "\(value), allowed ±\(tolerance.allowed(value)); \(count) of \(floats.count) elements "
        + "are off"
}

/// The same for a tensor.
package func difference(_ actual: Tensor, _ expected: ReferenceArray, _ tolerance: Tolerance) throws
    -> String?
{
    difference(try actual.plainTensor(), expected, tolerance)
}

/// The same for lists.
package func difference(_ actual: [Float], _ expected: [Double], _ tolerance: Tolerance) -> String?
{
    difference(
        PlainTensor(actual, shape: [actual.count]),
        ReferenceArray(expected, shape: [expected.count]), tolerance)
}

private func indices(of place: Int, in shape: [Int]) -> [Int] {
    var rest = place
    var indices: [Int] = []
    for size in shape.reversed() {
        indices.append(rest % size)
        rest /= size
    }
    return indices.reversed()
}
