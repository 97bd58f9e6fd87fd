import Foundation
import TensorCore

/// The mean of the powers of every channel, and its root: between the mean (exponent 1) and the maximum.
///
/// Values below `floor` count as `floor`, if there is one.
/// Shape: `x` is `[N, C, H, W]`, `exponent` has one number; the result is `[N, C]`.
/// Errors: throws `ShapeError` for other shapes.
/// Source: `gem` in MMClassification 0.x; Radenović et al., arXiv:1711.02512.
public func generalizedMeanPool2d(
    _ x: Variable, exponent: Variable, floor: Double?, _ context: ForwardContext
) throws -> Variable {
    guard x.shape.count == 4, exponent.value.count == 1, x.shape[2] * x.shape[3] > 0 else {
        throw ShapeError(
            "generalized mean pooling: input \(x.shape), exponent \(exponent.shape)")
    }
    let power = try exponent.value.plainValues()[0]
    let size = x.shape[2] * x.shape[3]
    let values = try x.value.plainValues().map { max($0, Float(floor ?? -.infinity)) }
    let shape = Array(x.shape.prefix(2))
    // The mean of the powers, and the mean of their products with the logarithm.
    var means: [Double] = []
    var logarithmic: [Double] = []
    for start in stride(from: 0, to: values.count, by: size) {
        var (sum, weighted) = (0.0, 0.0)
        for value in values[start..<start + size] {
            let raised = Double(pow(value, power))
            sum += raised
            if value > 0 { weighted += raised * Double(log(value)) }
        }
        means.append(sum / Double(size))
        logarithmic.append(weighted / Double(size))
    }
    let roots = means.map { Float(pow($0, 1 / Double(power))) }
    let output = try context.device.tensor(roots, shape: shape)
    let exponentShape = exponent.shape
    let inputShape = x.shape
    return context.record(output, from: [x, exponent]) { gradient in
        let outer = try gradient.plainValues()
        // d root / d value = root / mean · value^(p-1) / size.
        let slopes = zip(outer, zip(roots, means)).map { gradient, parts in
            parts.1 == 0 ? 0 : gradient * Float(Double(parts.0) / parts.1) / Float(size)
        }
        var byValue: Tensor?
        if x.needsGradient {
            let original = try x.value.plainValues()
            byValue = try gradient.device.tensor(
                values.indices.map { place in
                    guard floor.map({ original[place] >= Float($0) }) ?? true else { return 0 }
                    return slopes[place / size] * pow(values[place], power - 1)
                }, shape: inputShape)
        }
        var byExponent: Tensor?
        if exponent.needsGradient {
            let p = Double(power)
            let total = outer.indices.reduce(0.0) { total, channel in
                let mean = means[channel]
                guard mean > 0 else { return total }
                let slope = logarithmic[channel] / (mean * p) - log(mean) / (p * p)
                return total + Double(outer[channel]) * Double(roots[channel]) * slope
            }
            byExponent = try gradient.device.full(exponentShape, Float(total))
        }
        return [byValue, byExponent]
    }
}
