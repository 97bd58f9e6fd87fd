internal import TensorCore

/// The values PyTorch's constructors give convolutions and linear layers.
enum DefaultInitialization {
    /// A weight of that shape and, on request, a bias, drawn in PyTorch's order.
    static func parameters(
        weight shape: [Int], bias hasBias: Bool, device: Device, generator: TorchGenerator
    ) throws -> (weight: Parameter, bias: Parameter?) {
        let fanIn = shape.dropFirst().reduce(1, *)
        // kaiming_uniform_(a=√5): gain √(2 / (1 + 5)), bound √3 · gain / √fan_in.
        let bound = Float((6.0 / (1 + 5) / Double(max(1, fanIn))).squareRoot())
        func draw(_ shape: [Int]) throws -> Parameter {
            let values = generator.uniform(count: shape.elementCount, from: -bound, to: bound)
            return Parameter(try device.tensor(values, shape: shape))
        }
        let weight = try draw(shape)
        return (weight, hasBias ? try draw([shape[0]]) : nil)
    }
}
